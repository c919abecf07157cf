package dockerfile

import "testing"

func stageCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"from-unknown": {
			{name: "a slip", src: "FROM golang:1.26 AS builder\nFROM scratch\nCOPY --from=bulder /app /app\n", lines: []int{3}},
			{name: "below", src: "FROM a\nCOPY --from=late /x /x\nFROM b AS late\n", lines: []int{2}},
			{name: "number too high", src: "FROM a\nFROM b\nCOPY --from=1 /x /x\n", lines: []int{3}},
			{name: "in a mount", src: "FROM a AS assets\nFROM b\nRUN --mount=from=asets,target=/x true\n", lines: []int{3}},
			{name: "a stage", src: "FROM a AS build\nFROM b\nCOPY --from=build /x /x\nCOPY --from=0 /x /x\n"},
			{name: "capitals", src: "FROM a AS build\nFROM b\nCOPY --from=Build /x /x\n"},
			{name: "an image", src: "FROM a AS build\nFROM b\nCOPY --from=busybox:1.37 /bin/sh /bin/\nCOPY --from=nginx /x /x\n"},
			{name: "an image of a language", src: "FROM a AS nodes\nFROM b\nCOPY --from=node /x /x\n"},
			{name: "a variable", src: "FROM a AS build\nFROM b\nCOPY --from=$X /x /x\n"},
		},
		"stage-unused": {
			{name: "no name", src: "FROM a\nRUN x\nFROM b\nCMD [\"y\"]\n", lines: []int{1}},
			{name: "in the middle", src: "FROM a AS x\nFROM b\nFROM x\n", lines: []int{2}},
			{name: "a target for work", src: "FROM a AS dev\nFROM b\n"},
			{name: "copied by number", src: "FROM a\nFROM b\nCOPY --from=0 /x /x\n"},
			{name: "mounted", src: "FROM a\nFROM b\nRUN --mount=from=0,target=/x y\n"},
			{name: "one", src: "FROM a\n"},
		},
		"copy-whole-stage": {
			{name: "root", src: "FROM a AS b\nRUN make\nFROM c\nCOPY --from=b / /\n", lines: []int{4}},
			{name: "root by a star", src: "FROM a AS b\nRUN make\nFROM c\nCOPY --from=b /* /\n", lines: []int{4}},
			{name: "squeezed", src: "FROM a AS b\nRUN x\nFROM scratch\nCOPY --from=b / /\n"},
			{name: "made to be copied", src: "FROM --platform=$BUILDPLATFORM tonistiigi/xx:1.6 AS xx\nFROM c\nCOPY --from=xx / /\nCOPY --from=example.org/tools:1 / /\n"},
			{name: "one program", src: "FROM a AS b\nRUN make\nFROM c\nCOPY --from=b /app /app\n"},
			{name: "of the context", src: "FROM c\nCOPY / /\n"},
			{name: "between builders", src: "FROM a AS b\nFROM c AS d\nCOPY --from=b / /\nFROM e\nCOPY --from=d /app /app\n"},
		},
		"copy-build-folder": {
			{name: "go", src: "FROM golang:1.26 AS b\nWORKDIR /src\nCOPY . .\nRUN go build -o app .\nFROM debian:13\nCOPY --from=b /src /src\n", lines: []int{6}},
			{name: "node", src: "FROM node:24 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:24-slim\nWORKDIR /app\nCOPY --from=b /app ./\n", lines: []int{7}},
			{name: "the result", src: "FROM node:24 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:24-slim\nCOPY --from=b /app/dist /app/dist\n"},
			{name: "no build", src: "FROM python:3.13 AS b\nWORKDIR /app\nCOPY . .\nRUN pip install -t /deps -r r.txt\nFROM python:3.13-slim\nCOPY --from=b /app /app\n"},
			{name: "no source there", src: "FROM node:24 AS b\nWORKDIR /deps\nCOPY package.json .\nRUN npm ci\nFROM node:24-slim\nCOPY --from=b /deps /app\n"},
		},
		"mixed-bases": {
			{name: "alpine to debian", src: "FROM node:24-alpine AS b\nRUN npm ci\nFROM node:24-slim\nCOPY --from=b /app/node_modules /app/node_modules\n", lines: []int{4}},
			{name: "debian to alpine", src: "FROM python:3.13 AS b\nFROM python:3.13-alpine\nCOPY --from=b /opt/venv /opt/venv\n", lines: []int{3}},
			{name: "another Python", src: "FROM python:3.12-slim AS b\nFROM python:3.13-slim\nCOPY --from=b /usr/lib/site-packages /usr/lib/site-packages\n", lines: []int{3}},
			{name: "same kind", src: "FROM node:24 AS b\nFROM node:24-slim\nCOPY --from=b /app/node_modules /app/node_modules\n"},
			{name: "patch release", src: "FROM python:3.13 AS b\nFROM python:3.13-slim\nCOPY --from=b /opt/venv /opt/venv\n"},
			{name: "a bundle", src: "FROM node:24-alpine AS b\nFROM node:24-slim\nCOPY --from=b /app/dist /app/dist\n"},
			{name: "another language", src: "FROM node:24-alpine AS b\nFROM nginx:1.29\nCOPY --from=b /app/node_modules/x/icons /x\n"},
		},
		"chown-copies": {
			{name: "after COPY", src: "FROM a\nWORKDIR /app\nCOPY . .\nRUN chown -R app:app /app\n", lines: []int{4}},
			{name: "of the folder here", src: "FROM a\nWORKDIR /app\nCOPY . .\nRUN chown -R app .\n", lines: []int{4}},
			{name: "a folder above", src: "FROM a\nCOPY x /srv/app/x\nRUN useradd app && chown -R app /srv\n", lines: []int{3}},
			{name: "after an install", src: "FROM a\nWORKDIR /app\nRUN npm ci\nRUN chown -R node /app\n", lines: []int{4}},
			{name: "mode", src: "FROM a\nCOPY . /app\nRUN chmod -R 755 /app\n", lines: []int{3}},
			{name: "COPY --chown", src: "FROM a\nCOPY --chown=app . /app\n"},
			{name: "before COPY", src: "FROM a\nRUN mkdir /app && chown -R app /app\nCOPY --chown=app . /app\n"},
			{name: "its own files", src: "FROM a\nCOPY . /app\nRUN mkdir -p /data && chown -R app /data\n"},
			{name: "WORKDIR alone", src: "FROM a\nWORKDIR /app\nRUN chown -R app /app\n"},
			{name: "one file", src: "FROM a\nCOPY start.sh /start.sh\nRUN chmod 755 /start.sh\n"},
			{name: "builder", src: "FROM a AS b\nCOPY . /app\nRUN chown -R app /app\nFROM a\nCOPY --from=b /app /app\n"},
			{name: "below what brings the most", src: "FROM a\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCOPY x.conf y/\nRUN chown -R app /app\n", lines: []int{7}},
			{name: "a folder that the source has", src: "FROM a\nWORKDIR /app\nCOPY . .\nRUN mkdir -p data && chown -R app /app/data\n", ctx: withFiles("data", "data/big.db"), lines: []int{4}},
			{name: "a folder of a folder", src: "FROM a\nCOPY web /srv/\nRUN chown -R app /srv/static\n", ctx: withFiles("web/static/a.css"), lines: []int{3}},
			{name: "a folder that a pattern takes", src: "FROM a\nCOPY w* /srv/\nRUN chown -R app /srv/static\n", ctx: withFiles("web/static/a.css"), lines: []int{3}},
			{name: "a fresh folder below the source", src: "FROM a\nWORKDIR /app\nCOPY requirements.txt .\nCOPY . .\nRUN mkdir -p /app/data && chown -R app /app/data\n", ctx: withFiles("requirements.txt", "app.py")},
			{name: "a fresh folder below a source that is not known", src: "FROM a\nWORKDIR /app\nCOPY . .\nRUN mkdir data && chown -R app ./data\n"},
			{name: "a folder of which .dockerignore leaves nothing", src: "FROM a\nWORKDIR /app\nCOPY . .\nRUN mkdir -p data && chown -R app /app/data\n", ctx: ReviewContext{Ignore: []byte("data/*\n"), Files: []string{"data", "data/big.db"}}},
			{name: "a folder that is kept empty", src: "FROM a\nWORKDIR /app\nCOPY . .\nRUN chown -R app /app/data\n", ctx: withFiles("data", "data/.gitkeep")},
			{name: "beside a file in the root folder", src: "FROM a\nCOPY entrypoint.sh /\nRUN mkdir -p /var/lib/app && chown -R app /var/lib/app\n", ctx: withFiles("entrypoint.sh")},
			{name: "beside one file", src: "FROM a\nWORKDIR /app\nCOPY server.js ./\nRUN mkdir -p uploads && chown -R node /app/uploads\n", ctx: withFiles("server.js")},
			{name: "the right owner already", src: "FROM a\nCOPY --chown=app . /app\nRUN mkdir /app/tmp && chown -R app /app\n"},
		},
		"removed-too-late": {
			{name: "a copied archive", src: "FROM a\nCOPY x.tar /tmp/x.tar\nRUN tar xf /tmp/x.tar && rm /tmp/x.tar\n", lines: []int{3}},
			{name: "packages", src: "FROM a\nRUN apt-get update && apt-get install -y gcc\nRUN make\nRUN apt-get purge -y gcc\n", lines: []int{4}},
			{name: "a download", src: "FROM a\nRUN curl -fo /tmp/x.tgz https://example.org/x.tgz\nRUN rm /tmp/x.tgz\n", lines: []int{3}},
			{name: "in one step", src: "FROM a\nRUN curl -fo /tmp/x.tgz https://example.org/x.tgz && tar xf /tmp/x.tgz && rm /tmp/x.tgz\n"},
			{name: "mounted", src: "FROM a\nRUN --mount=type=bind,source=x.tar,target=/tmp/x.tar tar xf /tmp/x.tar\n"},
			{name: "packages in one step", src: "FROM a\nRUN apk add --no-cache --virtual .b gcc && make && apk del .b\n"},
			{name: "something of the base", src: "FROM a\nRUN rm -rf /usr/share/doc\n"},
			{name: "builder", src: "FROM a AS b\nCOPY x.tar /x.tar\nRUN rm /x.tar\nFROM a\n"},
		},
		"open-permissions": {
			{name: "777", src: "FROM a\nRUN mkdir x && chmod -R 777 x\n", lines: []int{2}},
			{name: "0777", src: "FROM a\nRUN chmod 0777 x\n", lines: []int{2}},
			{name: "666", src: "FROM a\nRUN chmod 666 x\n", lines: []int{2}},
			{name: "symbolic", src: "FROM a\nRUN chmod a+rwx x\nRUN chmod o+w x\n", lines: []int{2, 3}},
			{name: "COPY", src: "FROM a\nCOPY --chmod=777 a b\n", lines: []int{2}},
			{name: "narrow", src: "FROM a\nCOPY --chmod=755 a b\nRUN chmod 640 x && chmod u+w,g-w x && chmod +x y && chmod a+rx z && chmod 1777 /tmp\n"},
			{name: "other numbers", src: "FROM a\nRUN chown 777 x && echo 777\n"},
		},
	}
}

// Of several COPYs into one folder, the remark names the one that matters.
func TestChownNamesTheWidestCopy(t *testing.T) {
	for want, tc := range map[string]ruleCase{
		"chown -R changes files that line 5 brings": {
			src: "FROM a\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCOPY x.conf y/\nRUN chown -R app /app\n",
		},
		"chown -R changes files that line 3 brings": {
			src: "FROM a\nWORKDIR /app\nCOPY src ./src\nCOPY x.conf ./\nRUN chown -R app /app\n",
			ctx: withFiles("src", "src/a.py", "src/b.py", "x.conf"),
		},
	} {
		var got string
		for _, r := range parse(t, tc.src).Review(tc.ctx) {
			if r.Rule == "chown-copies" {
				got = r.Message
			}
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
