package dockerfile

import (
	"strings"
	"testing"
)

func shellCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"lost-shell-state": {
			{name: "cd", src: "FROM a\nRUN cd /srv\n", lines: []int{2}},
			{name: "export", src: "FROM a\nRUN export A=1 B=2\n", lines: []int{2}},
			{name: "activate", src: "FROM a\nRUN . /opt/venv/bin/activate\n", lines: []int{2}},
			{name: "both", src: "FROM a\nRUN cd /srv && export A=1\n", lines: []int{2}},
			{name: "cd and work", src: "FROM a\nRUN cd /srv && make\n"},
			{name: "activate and install", src: "FROM a\nRUN . /opt/venv/bin/activate && pip install x\n"},
			{name: "mkdir", src: "FROM a\nRUN mkdir /srv\n"},
		},
		"errors-ignored": {
			{name: "semicolons", src: "FROM a\nRUN apt-get update; apt-get install -y x; rm -rf /var/lib/apt/lists/*\n", lines: []int{2}},
			{name: "heredoc", src: "FROM a\nRUN <<EOF\napt-get update\napt-get install -y x\nEOF\n", lines: []int{2}},
			{name: "or true", src: "FROM a\nRUN npm ci || true\n", lines: []int{2}},
			{name: "or echo", src: "FROM a\nRUN npm run build || echo failed\n", lines: []int{2}},
			{name: "and", src: "FROM a\nRUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*\n"},
			{name: "set -e", src: "FROM a\nRUN set -eux; apt-get update; apt-get install -y x; rm -rf /x\n"},
			{name: "set -o errexit", src: "FROM a\nRUN set -o errexit; apt-get update; apt-get install -y x\n"},
			{name: "heredoc with set -e", src: "FROM a\nRUN <<EOF\nset -e\napt-get update\napt-get install -y x\nEOF\n"},
			{name: "heredoc for sh -e", src: "FROM a\nRUN sh -e <<EOF\napt-get update\napt-get install -y x\nEOF\n"},
			{name: "SHELL -e", src: "FROM a\nSHELL [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]\nRUN apt-get update; apt-get install -y x\n"},
			{name: "first line without -e", src: "FROM a\nRUN <<EOF\n#!/bin/bash\napt-get update\napt-get install -y x\nEOF\n", lines: []int{2}},
			{name: "-e in the first line", src: "FROM a\nRUN <<EOF\n#!/bin/bash -e\napt-get update\napt-get install -y x\nEOF\n"},
			{name: "-e in the first line, by env", src: "FROM a\nRUN <<EOF\n#!/usr/bin/env -S bash -eu\napt-get update\napt-get install -y x\nEOF\n"},
			{name: "or exit", src: "FROM a\nRUN npm ci || exit 1; echo done\n"},
			{name: "a handled failure", src: "FROM a\nRUN curl -f x || wget x\n"},
			{name: "nothing that matters", src: "FROM a\nRUN export A=1; echo x; npm ci\n"},
			{name: "a loop", src: "FROM a\nRUN for f in a b; do tar xf $f || exit 1; done\n"},
		},
		"pipe-to-shell": {
			{name: "curl", src: "FROM a\nRUN curl -fsSL https://example.org/i.sh | bash\n", lines: []int{2}},
			{name: "wget with options", src: "FROM a\nRUN wget -qO- https://example.org/i.sh | sudo -E bash -\n", lines: []int{2}},
			{name: "as an argument", src: "FROM a\nRUN sh -c \"$(curl -fsSL https://example.org/i.sh)\"\n", lines: []int{2}},
			{name: "in a builder", src: "FROM a AS b\nRUN curl https://example.org/i | sh -s -- -y && x\nFROM a\n", lines: []int{2}},
			{name: "to Python", src: "FROM a\nRUN curl -sSL https://example.org/i.py | python3 -\n", lines: []int{2}},
			{name: "to tar", src: "FROM a\nRUN curl -fsSL https://example.org/x.tgz | tar xz\n"},
			{name: "a file that is compared", src: "FROM a\nRUN curl -fsSLo i.sh https://example.org/i.sh && echo 'abc  i.sh' | sha256sum -c && sh i.sh\n"},
			{name: "something else to a shell", src: "FROM a\nRUN echo true | sh\n"},
		},
		"pipe-hides-failure": {
			{name: "tests", src: "FROM a\nRUN npm test | tee report\n", lines: []int{2}},
			{name: "a download", src: "FROM a\nRUN curl -fsS https://example.org/list | sort > list\n", lines: []int{2}},
			{name: "by SHELL, for ash", src: "FROM alpine:3\nSHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN npm test | tee report\n"},
			{name: "pipefail", src: "FROM a\nRUN set -o pipefail && npm test | tee report\n"},
			{name: "by SHELL", src: "FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN npm test | tee report\n"},
			{name: "an end that notices", src: "FROM a\nRUN curl -fsSL https://example.org/x.tgz | tar xz\n"},
			{name: "nothing that fails", src: "FROM a\nRUN echo x | tee y\n"},
			{name: "said otherwise", src: "FROM a\nRUN curl x://y | sh\n"},
		},
		"sudo": {
			{name: "RUN", src: "FROM a\nRUN sudo apt-get update\n", lines: []int{2}},
			{name: "start", src: "FROM a\nCMD [\"sudo\", \"-u\", \"app\", \"x\"]\n", lines: []int{2}},
			{name: "none", src: "FROM a\nRUN apt-get update\n"},
			{name: "talk", src: "FROM a\nRUN echo sudo\n"},
		},
		"version-redirected": {
			{name: "apk", src: "FROM a\nRUN apk --no-cache add sqlite>3.38\n", lines: []int{2}},
			{name: "pip, at least", src: "FROM a\nRUN pip install flask>=2.3 && pip check\n", lines: []int{2}},
			{name: "pip, below", src: "FROM a\nRUN python3 -m pip install 'x>1' flask<3\n", lines: []int{2}},
			{name: "a range", src: "FROM a\nRUN set -e; pip install flask>2.0,<3\n", lines: []int{2}},
			{name: "npm, with a space", src: "FROM a\nRUN npm install left-pad@>1.2\n", lines: []int{2}},
			{name: "heredoc", src: "FROM a\nRUN <<EOF\nset -e\npip install flask>=2\nEOF\n", lines: []int{2}},
			{name: "quoted", src: "FROM a\nRUN pip install 'flask>=2.3' \"x<3\" y\\>1 && apk add 'sqlite>3.38'\n"},
			{name: "output to a file", src: "FROM a\nRUN pip install flask > log 2>&1 && apt-get install -y x >/dev/null 2>/dev/null\n"},
			{name: "output to a file with digits", src: "FROM a\nRUN pip install flask > 1.log 2> 2.txt\n"},
			{name: "of another program", src: "FROM a\nRUN echo flask>3\n"},
			{name: "exec form", src: "FROM a\nRUN [\"pip\", \"install\", \"flask>=2\"]\n"},
		},
		"bash-missing": {
			{name: "SHELL", src: "FROM node:24-alpine\nSHELL [\"/bin/bash\", \"-c\"]\n", lines: []int{2}},
			{name: "RUN", src: "FROM alpine:3\nRUN bash -c x\n", lines: []int{2}},
			{name: "start", src: "FROM python:3.13-alpine\nCMD [\"bash\", \"start.sh\"]\n", lines: []int{2}},
			{name: "installed", src: "FROM alpine:3\nRUN apk add --no-cache bash\nSHELL [\"/bin/bash\", \"-c\"]\nRUN bash x\n"},
			{name: "debian", src: "FROM node:24-slim\nSHELL [\"/bin/bash\", \"-c\"]\n"},
			{name: "sh", src: "FROM alpine:3\nSHELL [\"/bin/sh\", \"-ec\"]\nCMD [\"sh\", \"x\"]\n"},
			{name: "an image that may have it", src: "FROM postgres:17-alpine\nRUN bash x\n"},
		},
		"bashism": {
			{name: "source", src: "FROM python:3.13-slim\nRUN source /opt/venv/bin/activate && pip install x\n", lines: []int{2}},
			{name: "test", src: "FROM debian:13\nRUN if [[ -f x ]]; then y; fi\n", lines: []int{2}},
			{name: "here string", src: "FROM debian:13\nRUN cat <<< x\n", lines: []int{2}},
			{name: "process substitution", src: "FROM node:24\nRUN diff <(ls a) <(ls b)\n", lines: []int{2}},
			{name: "dot", src: "FROM python:3.13-slim\nRUN . /opt/venv/bin/activate && pip install x\n"},
			{name: "SHELL", src: "FROM debian:13\nSHELL [\"/bin/bash\", \"-c\"]\nRUN source x\n"},
			{name: "bash -c", src: "FROM debian:13\nRUN bash -c 'source x && [[ -f y ]]'\n"},
			{name: "bash in the first line", src: "FROM debian:13\nRUN <<EOF\n#!/bin/bash\nsource x\nEOF\n"},
			{name: "alpine", src: "FROM alpine:3\nRUN [[ -f x ]]\n"},
			{name: "for sh", src: "FROM debian:13\nRUN if [ -f x ]; then y; fi; set -eu; a=$((1+1)); b=${c:-d}\n"},
		},
		"cd-in-run": {
			{name: "where files are copied", src: "FROM a\nCOPY . /app\nRUN cd /app && npm ci\n", lines: []int{3}},
			{name: "twice", src: "FROM a\nRUN cd /x && a\nRUN cd /x && b\n", lines: []int{2, 3}},
			{name: "WORKDIR", src: "FROM a\nCOPY . /app\nWORKDIR /app\nRUN npm ci\n"},
			{name: "once, aside", src: "FROM a\nRUN cd /tmp && curl -fO https://example.org/x && make\n"},
			{name: "within a step", src: "FROM a\nCOPY . /app\nRUN make && cd /app && x\n"},
		},
	}
}

// What a rule says to do about pipes has to work in the image.
func TestPipeRemedies(t *testing.T) {
	for _, tc := range []struct{ name, src, rule, want string }{
		{"debian", "FROM debian:13\nRUN npm test | tee report\n", "pipe-hides-failure", "/bin/bash"},
		{"alpine", "FROM node:24-alpine AS b\nFROM b\nRUN npm test | tee report\n", "pipe-hides-failure", "/bin/ash"},
		{"busybox", "FROM busybox:1\nRUN npm test | tee report\n", "pipe-hides-failure", "/bin/ash"},
		{"alpine with bash", "FROM alpine:3\nRUN apk add bash\nRUN npm test | tee report\n", "pipe-hides-failure", "/bin/bash"},
		{"bash for pipefail", "FROM alpine:3\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN npm test | tee report\n", "bash-missing", "/bin/ash"},
		{"bash for something else", "FROM alpine:3\nSHELL [\"/bin/bash\", \"-c\"]\n", "bash-missing", "install bash"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, r := range parse(t, tc.src).Review(ReviewContext{}) {
				if r.Rule == tc.rule {
					if !strings.Contains(r.Why, tc.want) {
						t.Errorf("says %q, without %s", r.Why, tc.want)
					}
					return
				}
			}
			t.Errorf("no remark of %s", tc.rule)
		})
	}
}
