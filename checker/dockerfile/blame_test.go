package dockerfile

import (
	"slices"
	"testing"
)

func TestBlame(t *testing.T) {
	for _, tc := range []struct {
		name, src string
		want      map[Blame]int
	}{
		{"all in one stage", `FROM python:3.13-slim
COPY . .
USER root
USER 1000
EXPOSE 80
HEALTHCHECK CMD true
ENTRYPOINT ["python"]
CMD ["app.py"]
`, map[Blame]int{BlameUser: 4, BlameCmd: 8, BlameHealthcheck: 6, BlameFrom: 1}},
		{"nothing", "FROM alpine:3.22\nRUN true\n",
			map[Blame]int{BlameUser: 0, BlameCmd: 0, BlameHealthcheck: 0, BlameFrom: 1}},
		{"inherited from a stage", `FROM node:24-slim AS base
USER node
CMD ["node"]
FROM base AS other
USER other
FROM base
EXPOSE 80
`, map[Blame]int{BlameUser: 2, BlameCmd: 3, BlameFrom: 1, BlameStage: 6}},
		{"a builder is not the image", `FROM golang:1.26 AS build
USER build
COPY . /src
FROM scratch
COPY --from=build /app /app
CMD ["/app"]
`, map[Blame]int{BlameUser: 0, BlameFrom: 4, BlameCmd: 6}},
		{"a stage that is not used", "FROM node AS unused\nUSER node\nFROM node\n", map[Blame]int{BlameUser: 0, BlameFrom: 3}},
		{"shell form hides CMD", "FROM a\nENTRYPOINT node server.js\nCMD [\"x\"]\n", map[Blame]int{BlameCmd: 2}},
		{"CMD adds options", "FROM a\nENTRYPOINT [\"node\", \"s.js\"]\nCMD [\"--port\", \"80\"]\n", map[Blame]int{BlameCmd: 2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := parse(t, tc.src)
			for what, want := range tc.want {
				if got := f.Blame(what); got != want {
					t.Errorf("Blame(%d) = %d, want %d", what, got, want)
				}
			}
		})
	}
}

func TestSourceAbove(t *testing.T) {
	f := parse(t, `FROM node AS base
COPY . .
FROM base AS one
RUN npm ci
FROM node AS two
COPY package.json .
RUN npm ci
COPY . .
RUN --mount=type=bind,target=. npm test
RUN --mount=type=bind,source=package.json,target=package.json npm i
FROM node
RUN --mount=target=/src npm ci
RUN --mount=type=bind,from=two,target=/src npm test
`)
	for line, want := range map[int]int{4: 2, 7: 0, 9: 8, 10: 8, 12: 12, 13: 12, 1: 0, 99: 0} {
		if got := f.SourceAbove(line); got != want {
			t.Errorf("SourceAbove(%d) = %d, want %d", line, got, want)
		}
	}
}

func TestFileAbove(t *testing.T) {
	f := parse(t, `FROM node AS deps
RUN node --version
COPY pack*.json vendor/ ./
RUN npm ci
FROM node
COPY --from=deps /app/package.json .
RUN --mount=type=bind,source=app,target=/app npm ci
COPY . .
RUN npm test
`)
	for _, tt := range []struct {
		line, want int
		name       string
	}{
		{2, 0, "package.json"}, {4, 3, "package.json"}, {4, 3, "vendor/knots.tgz"}, {4, 0, "app/package.json"},
		{7, 7, "app/package.json"}, {7, 0, "yarn.lock"}, {9, 8, "yarn.lock"}, {99, 8, "yarn.lock"},
	} {
		if got := f.FileAbove(tt.line, tt.name); got != tt.want {
			t.Errorf("FileAbove(%d, %s) = %d, want %d", tt.line, tt.name, got, tt.want)
		}
	}
}

func TestBaseImages(t *testing.T) {
	for _, tc := range []struct {
		name, src string
		want      []string
	}{
		{"one", "FROM node:24-slim\n", []string{"node:24-slim"}},
		{"argument", "ARG V=24\nFROM node:${V}-slim\n", []string{"node:24-slim"}},
		{"default in place", "ARG V\nFROM node:${V:-22}\n", []string{"node:22"}},
		{"argument of an argument", "ARG A=24\nARG B=$A-slim\nFROM node:$B\n", []string{"node:24-slim"}},
		{"scratch is no image", "FROM scratch\nCOPY a b\n", nil},
		{"stages are no images", "FROM a AS x\nFROM x AS y\nCOPY --from=X a b\nCOPY --from=0 a b\n", []string{"a"}},
		{"unused stages", "FROM a AS x\nFROM b\n", []string{"b"}},
		{"COPY --from and mounts", "FROM a\nCOPY --from=b x y\nRUN --mount=from=c,target=/c x\nCOPY --from=b z z\n", []string{"a", "b", "c"}},
		{"a later stage's name is an image here", "FROM a AS one\nCOPY --from=two x y\nFROM b AS two\nCOPY --from=one x y\n", []string{"a", "two", "b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := parse(t, tc.src).BaseImages(); !slices.Equal(got, tc.want) {
				t.Errorf("BaseImages = %q, want %q", got, tc.want)
			}
		})
	}
}
