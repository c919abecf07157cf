package dockerfile

import (
	"slices"
	"testing"
)

// historyFile makes the history below it, on engines 20.10 and 28.5.
const historyFile = `FROM alpine:3.22 AS base
ARG V=1
ENV A=b C="d e"
WORKDIR /srv
WORKDIR app
FROM base AS two
ARG V
RUN echo $V > /x && \
    mkdir -p "/y z"
COPY a b ./
COPY --chown=1000:1000 --from=base /etc/passwd /p
ADD --chown=1 a /q
RUN ["true", "x"]
RUN ["true", "x"]
LABEL a.b="c d" e=f
EXPOSE 80 443/udp $V
USER $V
HEALTHCHECK --interval=5s CMD true
ENTRYPOINT ["sleep"]
CMD echo $A \
  x
`

func TestHistoryLines(t *testing.T) {
	for name, entries := range map[string][]string{
		"28.5": {
			"COPY /out/ / # buildkit", `CMD ["/bin/sh"]`,
			"ARG V=1", "ENV A=b C=d e", "WORKDIR /srv", "WORKDIR /srv/app", "ARG V",
			"RUN |1 V=1 /bin/sh -c echo $V > /x &&     mkdir -p \"/y z\" # buildkit",
			"COPY a b ./ # buildkit", "COPY --chown=1000:1000 /etc/passwd /p # buildkit", "ADD --chown=1 a /q # buildkit",
			"RUN |1 V=1 true x # buildkit", "RUN |1 V=1 true x # buildkit", "LABEL a.b=c d e=f",
			"EXPOSE [1/tcp 443/udp 80/tcp]", "USER 1", `HEALTHCHECK &{["CMD-SHELL" "true"] "5s" "0s" "0s" "0s" '\x00'}`,
			`ENTRYPOINT ["sleep"]`, `CMD ["/bin/sh" "-c" "echo $A   x"]`,
		},
		"20.10": {
			"COPY /out/ / # buildkit", `CMD ["/bin/sh"]`,
			"ARG V=1", "ENV A=b C=d e", "WORKDIR /srv", "WORKDIR /srv/app", "ARG V",
			"RUN |1 V=1 /bin/sh -c echo $V > /x &&     mkdir -p \"/y z\" # buildkit",
			"COPY a b ./ # buildkit", "COPY /etc/passwd /p # buildkit", "ADD a /q # buildkit",
			"RUN |1 V=1 true x # buildkit", "RUN |1 V=1 true x # buildkit", "LABEL a.b=c d e=f",
			"EXPOSE map[1/tcp:{} 443/udp:{} 80/tcp:{}]", "USER 1", `HEALTHCHECK &{["CMD-SHELL" "true"] "5s" "0s" "0s" '\x00'}`,
			`ENTRYPOINT ["sleep"]`, `CMD ["/bin/sh" "-c" "echo $A   x"]`,
		},
	} {
		want := []int{0, 0, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
		if got := parse(t, historyFile).HistoryLines(entries); !slices.Equal(got, want) {
			t.Errorf("%s: HistoryLines = %v\nwant %v", name, got, want)
		}
	}
	if got := parse(t, historyFile).HistoryLines(nil); len(got) != 0 {
		t.Errorf("HistoryLines(nil) = %v", got)
	}
}

func TestLineOfHistory(t *testing.T) {
	f := parse(t, historyFile)
	for entry, want := range map[string]int{
		"ENV A=b C=d e": 3,
		"RUN |1 V=1 /bin/sh -c echo $V > /x &&     mkdir -p \"/y z\" # buildkit": 8,
		"COPY a b ./ # buildkit":                           10,
		"COPY --chown=1000:1000 /etc/passwd /p # buildkit": 11,
		"COPY /etc/passwd /p # buildkit":                   11,
		"RUN |1 V=1 true x # buildkit":                     14,
		"LABEL a.b=c d e=f":                                15,
		"USER 1":                                           17,
		"COPY /out/ / # buildkit":                          0,
		`CMD ["/bin/sh"]`:                                  0,
		"":                                                 0,
		"/bin/sh -c #(nop) ADD file:abc in / ":             0,
	} {
		if got := f.LineOfHistory(entry); got != want {
			t.Errorf("LineOfHistory(%q) = %d, want %d", entry, got, want)
		}
	}
	heredoc := parse(t, "FROM a\nRUN true\nRUN <<EOF\nset -eu\nmake all\nEOF\n")
	if got := heredoc.LineOfHistory("RUN /bin/sh -c set -eu\nmake all\n # buildkit"); got != 3 {
		t.Errorf("a heredoc's line is %d, want 3", got)
	}
}

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
		"ARG":            {f.BlameArg("TOKEN"), 3},
		"global ARG":     {f.BlameArg("TAG"), 1},
		"no ARG":         {f.BlameArg("X"), 0},
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
