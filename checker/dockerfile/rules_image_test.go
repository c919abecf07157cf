package dockerfile

import "testing"

func TestImageRules(t *testing.T) {
	checkRule(t, "runs-as-root", []ruleCase{
		{name: "no USER", src: "FROM a AS b\nUSER x\nFROM node:24-slim\n", lines: []int{3}},
		{name: "root by name", src: "FROM node:24-slim\nUSER node\nUSER root\n", lines: []int{3}},
		{name: "root by number", src: "FROM node:24-slim\nARG U=0\nUSER $U:1000\n", lines: []int{3}},
		{name: "root by another name", src: "FROM debian:13-slim\nRUN useradd -o -u 0 app\nUSER app\n", lines: []int{3}},
		{name: "root by a file of its own", src: "FROM a AS b\nRUN echo 'app:x:0:0::/:/bin/sh' > /passwd\nFROM scratch\nCOPY --from=b /passwd /etc/\nUSER app\n", lines: []int{5}},
		{name: "a user by a file of its own", src: "FROM a AS b\nRUN echo 'app:x:10:0::/:/bin/sh' > /passwd\nFROM scratch\nCOPY --from=b /passwd /etc/\nUSER app\n"},
		{name: "scratch", src: "FROM scratch\nCMD [\"/a\"]\n", lines: []int{1}},
		{name: "distroless", src: "FROM gcr.io/distroless/static:latest\n", lines: []int{1}},
		{name: "a user", src: "FROM node:24-slim\nUSER node\n"},
		{name: "a number", src: "FROM scratch\nUSER 65532:65532\n"},
		{name: "of a parent stage", src: "FROM node:24-slim AS b\nUSER node\nFROM b\n"},
		{name: "nonroot image", src: "FROM gcr.io/distroless/static:nonroot\n"},
		{name: "gosu", src: "FROM debian:trixie-slim\nRUN apt-get install -y gosu\nENTRYPOINT [\"/entry.sh\"]\n"},
		{name: "setpriv", src: "FROM debian:trixie-slim\nENTRYPOINT [\"setpriv\", \"--reuid=1000\", \"x\"]\n"},
		{name: "a ready service", src: "FROM postgres:17\n"},
		{name: "unknown image", src: "FROM example.org/base:1\n"},
		{name: "unknown user", src: "FROM node:24-slim\nUSER $WHO\n"},
	})
	checkRule(t, "secret-in-image", []ruleCase{
		{name: "ENV", src: "FROM a\nENV A=1 DB_PASSWORD=hunter2\n", lines: []int{2}},
		{name: "old ENV", src: "FROM a\nENV API_KEY abc\n", lines: []int{2}},
		{name: "ARG", src: "FROM a\nARG NPM_TOKEN\n", lines: []int{2}},
		{name: "lower case", src: "FROM a\nENV aws_secret_access_key=x\n", lines: []int{2}},
		{name: "in an address", src: "FROM a\nENV DATABASE_URL=postgres://me:pw@db/x\n", lines: []int{2}},
		{name: "a file's name", src: "FROM a\nENV DB_PASSWORD_FILE=/run/secrets/db TOKEN_TTL=5m PUBLIC_KEY=x\n"},
		{name: "empty", src: "FROM a\nENV API_TOKEN=\"\" API_KEY=\n"},
		{name: "address without a password", src: "FROM a\nENV URL=postgres://me@db/x OTHER=http://h:80/a@b\n"},
		{name: "mounted", src: "FROM a\nRUN --mount=type=secret,id=token,env=NPM_TOKEN npm ci\n"},
		{name: "monkey", src: "FROM a\nENV MONKEY=1 KEY=a\n"},
	})
	checkRule(t, "secret-file", []ruleCase{
		{name: ".env", src: "FROM a\nCOPY .env ./\n", lines: []int{2}},
		{name: "a key", src: "FROM a\nADD conf/id_rsa conf/b /root/.ssh/\n", lines: []int{2}},
		{name: "for production", src: "FROM a\nCOPY .env.production .env\n", lines: []int{2}},
		{name: "an example", src: "FROM a\nCOPY .env.example ./\n"},
		{name: "source", src: "FROM a\nCOPY env.js keys.ts ./\n"},
		{name: "of a stage", src: "FROM a AS b\nFROM a\nCOPY --from=b /x/tls.key /x/\n"},
	})
	checkRule(t, "unpinned-base", []ruleCase{
		{name: "no tag", src: "FROM node\n", lines: []int{1}},
		{name: "latest", src: "ARG T=latest\nFROM node:$T\n", lines: []int{2}},
		{name: "COPY --from", src: "FROM scratch\nCOPY --from=busybox /bin/sh /bin/\n", lines: []int{2}},
		{name: "tag", src: "FROM node:24\n"},
		{name: "digest", src: "FROM node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"},
		{name: "stages, scratch, unknown", src: "FROM scratch AS x\nFROM x\nCOPY --from=0 a b\nFROM $BASE\n"},
		{name: "registry with a port", src: "FROM localhost:5000/node:24\n"},
	})
	checkRule(t, "open-permissions", []ruleCase{
		{name: "777", src: "FROM a\nRUN mkdir x && chmod -R 777 x\n", lines: []int{2}},
		{name: "0777", src: "FROM a\nRUN chmod 0777 x\n", lines: []int{2}},
		{name: "666", src: "FROM a\nRUN chmod 666 x\n", lines: []int{2}},
		{name: "symbolic", src: "FROM a\nRUN chmod a+rwx x\nRUN chmod o+w x\n", lines: []int{2, 3}},
		{name: "COPY", src: "FROM a\nCOPY --chmod=777 a b\n", lines: []int{2}},
		{name: "narrow", src: "FROM a\nCOPY --chmod=755 a b\nRUN chmod 640 x && chmod u+w,g-w x && chmod +x y && chmod a+rx z && chmod 1777 /tmp\n"},
		{name: "other numbers", src: "FROM a\nRUN chown 777 x && echo 777\n"},
	})
	checkRule(t, "add-local", []ruleCase{
		{name: "file", src: "FROM a\nADD app.py /srv/\n", lines: []int{2}},
		{name: "context", src: "FROM a\nADD . /srv/\n", lines: []int{2}},
		{name: "archive", src: "FROM a\nADD rootfs.tar.gz /\n"},
		{name: "address", src: "FROM a\nADD https://example.org/x /x\nADD git@example.org:a/b.git /b\n"},
		{name: "unknown", src: "FROM a\nADD $SRC /\n"},
	})
	checkRule(t, "user-tools", []ruleCase{
		{name: "adduser on trixie", src: "FROM debian:trixie-slim\nRUN addgroup --system a && adduser --system a\n", lines: []int{2}},
		{name: "useradd on alpine", src: "FROM node:24-alpine\nRUN useradd a\n", lines: []int{2}},
		{name: "adduser on alpine", src: "FROM node:24-alpine\nRUN adduser -S a\n"},
		{name: "useradd on trixie", src: "FROM debian:13-slim\nRUN useradd a\n"},
		{name: "installed", src: "FROM debian:13\nRUN apt-get update && apt-get install -y adduser\nRUN adduser a\n"},
		{name: "release unknown", src: "FROM node:24-slim\nRUN adduser a\n"},
	})
}

func TestPackageRules(t *testing.T) {
	checkRule(t, "apt-update-apart", []ruleCase{
		{name: "apart", src: "FROM a\nRUN apt-get update\nRUN apt-get install -y x\n", lines: []int{3}},
		{name: "together", src: "FROM a\nRUN apt-get update -q && apt-get -y install x\n"},
		{name: "again", src: "FROM a\nRUN apt update\nRUN apt update && apt install x\n"},
		{name: "cache mount", src: "FROM a\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\nRUN --mount=type=cache,target=/var/lib/apt apt-get install -y x\n"},
	})
	checkRule(t, "apt-lists-left", []ruleCase{
		{name: "left", src: "FROM a\nRUN apt-get update && apt-get install -y x && apt-get clean\n", lines: []int{2}},
		{name: "removed too late", src: "FROM a\nRUN apt-get update && apt-get install -y x\nRUN rm -rf /var/lib/apt/lists/*\n", lines: []int{2}},
		{name: "removed", src: "FROM a\nRUN apt-get update && apt-get install -y x; rm -rf /var/lib/apt/lists/*\n"},
		{name: "found and deleted", src: "FROM a\nRUN apt-get update && find /var/lib/apt/lists -delete\n"},
		{name: "cache mount", src: "FROM a\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update\n"},
		{name: "builder", src: "FROM a AS b\nRUN apt-get update\nFROM a\nCOPY --from=b x y\n"},
	})
	checkRule(t, "apt-recommends", []ruleCase{
		{name: "with", src: "FROM a\nRUN apt-get install -y x\n", lines: []int{2}},
		{name: "without", src: "FROM a\nRUN apt-get install -y --no-install-recommends x\n"},
		{name: "configured", src: "FROM a\nRUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/x\nRUN apt-get install -y x\n"},
		{name: "builder", src: "FROM a AS b\nRUN apt-get install -y x\nFROM a\n"},
	})
	checkRule(t, "apk-cache-left", []ruleCase{
		{name: "left", src: "FROM alpine:3\nRUN apk add x\n", lines: []int{2}},
		{name: "option", src: "FROM alpine:3\nRUN apk --no-cache add x && apk add --no-cache y\n"},
		{name: "removed", src: "FROM alpine:3\nRUN apk update && apk add x && rm -rf /var/cache/apk/*\n"},
		{name: "cache mount", src: "FROM alpine:3\nRUN --mount=type=cache,target=/var/cache/apk apk add x\n"},
	})
	checkRule(t, "pip-cache-left", []ruleCase{
		{name: "left", src: "FROM python:3\nRUN pip install x\n", lines: []int{2}},
		{name: "option", src: "FROM python:3\nRUN pip install --no-cache-dir x\n"},
		{name: "ENV", src: "FROM python:3\nENV PIP_NO_CACHE_DIR=1\nRUN pip install x\n"},
		{name: "cache mount", src: "FROM python:3\nRUN --mount=type=cache,target=/root/.cache/pip pip install x\n"},
		{name: "purged", src: "FROM python:3\nRUN pip install x && pip cache purge\n"},
		{name: "wheels beside", src: "FROM python:3\nRUN pip install --no-index --find-links=wheels x\n"},
		{name: "builder", src: "FROM python:3 AS b\nRUN pip install x\nFROM python:3\n"},
	})
}
