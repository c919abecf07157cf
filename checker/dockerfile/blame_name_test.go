package dockerfile

import "testing"

func TestBlameByName(t *testing.T) {
	f := parse(t, `ARG TAG=1
FROM golang:$TAG AS build
ARG TOKEN
RUN --mount=type=secret,id=npm,target=/root/.npmrc true
FROM node AS unused
RUN --mount=type=secret,id=other true
FROM build AS final
ENV A=1 B=2
ENV B=3
LABEL org.example.a=1 "with space"=x
RUN --mount=type=secret,target=/x/deploy true
`)
	for what, got := range map[string][2]int{
		"ENV A":          {f.BlameEnv("A"), 8},
		"ENV B":          {f.BlameEnv("B"), 9},
		"ENV C":          {f.BlameEnv("C"), 0},
		"LABEL":          {f.BlameLabel("org.example.a"), 10},
		"quoted LABEL":   {f.BlameLabel("with space"), 10},
		"secret":         {f.BlameSecretMount("npm"), 4},
		"secret, target": {f.BlameSecretMount("deploy"), 11},
		"any secret":     {f.BlameSecretMount(""), 4},
		"unused stage":   {f.BlameSecretMount("other"), 0},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: line %d, want %d", what, got[0], got[1])
		}
	}
}

func TestBlamePath(t *testing.T) {
	f := parse(t, `FROM golang AS build
RUN make
FROM debian
COPY rootfs/ /
WORKDIR /srv
COPY app.py .env ./
COPY . .
RUN pip install --target=/opt/lib x
COPY --from=build /app /usr/bin/app
RUN touch /srv/made
`)
	for name, want := range map[string]int{
		"/srv/app.py": 6, "/srv/.env": 6, "/srv/src/x.py": 7, "/opt/lib": 8, "/usr/bin/app": 9, "/srv/made": 10, "/etc/x": 4,
	} {
		if got := f.BlamePath(name); got != want {
			t.Errorf("BlamePath(%q) = %d, want %d", name, got, want)
		}
	}
	if got := parse(t, "FROM a\nCOPY a /b\n").BlamePath("/c"); got != 0 {
		t.Errorf("an unknown path is blamed on line %d", got)
	}
}
