package dockerfile

import (
	"strings"
	"testing"
)

func TestLineOfOneStage(t *testing.T) {
	f := parse(t, `FROM node:24-slim
ENV PORT=8080 DIR=/srv
WORKDIR $DIR
COPY package.json package-lock.json ./
RUN npm ci \
    && npm cache clean --force
USER node
COPY . .
RUN <<EOF
set -e
echo done
EOF
CMD ["node", "server.js"]
`)
	for name, want := range map[string]int{
		"[1/6] FROM docker.io/library/node:24-slim":                     1,
		"[1/6] FROM docker.io/library/node:24-slim@sha256:0123456789ab": 1,
		"[internal] load metadata for docker.io/library/node:24-slim":   1,
		"[2/6] WORKDIR /srv":                                          3,
		"[3/6] COPY package.json package-lock.json ./":                4,
		"[4/6] RUN npm ci     && npm cache clean --force":             5,
		"[4/6] RUN npm ci     && n…":                                  5,
		"CACHED [5/6] COPY . .":                                       8,
		"[6/6] RUN <<EOF (set -e...)":                                 9,
		"[linux/amd64 4/6] RUN npm ci     && npm cache clean --force": 5,

		"[internal] load build definition from Dockerfile":        0,
		"[internal] load .dockerignore":                           0,
		"[internal] load build context":                           0,
		"[internal] load metadata for docker.io/library/python:3": 0,
		"exporting to image":                                      0,
		"resolve image config for docker.io/docker/dockerfile:1":  0,
		"[99999999999999999999/6] COPY . .":                       8,
		"[other 3/6] COPY package.json ./":                        0,
		"[2/6] EXPOSE 80":                                         0,
		"":                                                        0,
	} {
		if got := f.LineOf(name); got != want {
			t.Errorf("LineOf(%q) = %d, want %d", name, got, want)
		}
	}
}

func TestLineOfStages(t *testing.T) {
	f := parse(t, `ARG GO=1.26
FROM golang:${GO} AS build
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
ARG TAGS=netgo
RUN go build -tags ${TAGS} -o /app .
RUN go vet .
COPY a b
COPY a b
RUN true
RUN false

FROM scratch
COPY --from=build /app /app
COPY --link --from=docker.io/library/alpine:3 /etc/passwd /etc/

FROM build AS Test
RUN go test ./...

FROM alpine:3.22
COPY --from=build /app /app
ENTRYPOINT ["/app"]
`)
	for name, want := range map[string]int{
		"[build  1/11] FROM docker.io/library/golang:1.26": 2,
		"[build  2/11] WORKDIR /src":                       3,
		"[build  6/11] RUN go build -tags netgo -o /app .": 8,
		"[build  8/11] COPY a b":                           10,
		"[build  9/11] COPY a b":                           11,
		"[build 11/11] RUN false":                          13,
		"[stage-1 1/2] COPY --from=build /app /app":        16,
		"[stage-1 2/2] LINK COPY --link --from=docker.io/library/alpine:3 /etc/passwd /etc/": 17,
		"[test 1/1] RUN go test ./...":                     20,
		"[stage-3 1/2] FROM docker.io/library/alpine:3.22": 22,
		"[stage-3 2/2] COPY --from=build /app /app":        23,
		"FROM docker.io/library/alpine:3":                  17,
	} {
		if got := f.LineOf(name); got != want {
			t.Errorf("LineOf(%q) = %d, want %d", name, got, want)
		}
	}
}

// An image's ONBUILD instructions run behind FROM and shift what follows.
func TestLineOfBehindOnbuild(t *testing.T) {
	f := parse(t, "FROM base-with-triggers\nRUN one\nRUN two\n")
	for name, want := range map[string]int{
		"[1/5] FROM docker.io/library/base-with-triggers": 1,
		"[2/5] ONBUILD COPY . .":                          0,
		"[4/5] RUN one":                                   2,
		"[5/5] RUN two":                                   3,
	} {
		if got := f.LineOf(name); got != want {
			t.Errorf("LineOf(%q) = %d, want %d", name, got, want)
		}
	}
}

// Builds that run side by side share steps, under the name that one of them
// gave: the text then tells.
func TestLineOfAnotherBuildsName(t *testing.T) {
	f := parse(t, `FROM node:24-slim AS deps
RUN npm ci
RUN npm test
FROM alpine:3.22
COPY --from=gcr.io/distroless/static:nonroot /etc/passwd /p
RUN npm ci --omit=dev
`)
	for name, want := range map[string]int{
		"[build 3/9] RUN npm ci":                           2,
		"[deps 3/3] RUN npm ci":                            2,
		"[deps 2/3] RUN npm ci":                            2,
		"[stage-1 2/5] RUN npm ci":                         2,
		"[build 3/9] RUN npm run x":                        0,
		"[stage-7 1/2] FROM docker.io/library/alpine:3.22": 4,
		"[stage-1 1/2] FROM gcr.io/distroless/static:nonroot@sha256:" + strings.Repeat("0", 64): 5,
	} {
		if got := f.LineOf(name); got != want {
			t.Errorf("LineOf(%q) = %d, want %d", name, got, want)
		}
	}
}

// A single stage beside an image that COPY names is called stage-0.
func TestLineOfStageZero(t *testing.T) {
	f := parse(t, "FROM scratch\nCOPY --from=alpine:3.22 /etc/passwd /etc/\n")
	if got := f.LineOf("[stage-0 1/1] COPY --from=alpine:3.22 /etc/passwd /etc/"); got != 2 {
		t.Errorf("LineOf = %d, want 2", got)
	}
}
