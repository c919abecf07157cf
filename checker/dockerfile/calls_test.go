package dockerfile

import (
	"reflect"
	"strings"
	"testing"
)

func TestCalls(t *testing.T) {
	for _, tc := range []struct {
		name, src string
		want      []string
	}{
		{"one", "RUN npm ci", []string{"npm ci"}},
		{"list", "RUN a && b || c; d", []string{"a", "b", "c", "d"}},
		{"continued", "RUN a \\\n  && b", []string{"a", "b"}},
		{"comment between", "RUN a && \\\n# why\n  b", []string{"a", "b"}},
		{"pipe", "RUN curl -fsS x | tar -xz", []string{"curl -fsS x", "tar -xz"}},
		{"subshell and group", "RUN (cd x && make) ; { y; }", []string{"cd x", "make", "y"}},
		{"if and for", "RUN if [ -f x ]; then npm ci; else npm i; fi; for f in a b; do g $f; done",
			[]string{"[ -f x ]", "npm ci", "npm i", "g $f"}},
		{"substitution", "RUN export V=$(cat v) && echo \"$(date)\"", []string{"export V=$(cat v)", "cat v", "echo $(date)", "date"}},
		{"assignment", "RUN CGO_ENABLED=0 GOOS=linux go build .", []string{"go build ."}},
		{"quotes", `RUN echo "a b" 'c d' e\ f`, []string{"echo|a b|c d|e f"}},
		{"sh -c", `RUN sh -c 'npm ci && npm test'`, []string{"sh|-c|npm ci && npm test", "npm ci", "npm test"}},
		{"bash -euxo pipefail -c", `RUN bash -euo pipefail -c "npm ci"`, []string{"bash|-euo|pipefail|-c|npm ci", "npm ci"}},
		{"exec form", `RUN ["npm", "ci"]`, []string{"npm ci"}},
		{"exec form of a shell", `RUN ["/bin/sh", "-ec", "a; b"]`, []string{"/bin/sh|-ec|a; b", "a", "b"}},
		{"heredoc", "RUN <<EOF\nset -e\nnpm ci\nEOF", []string{"set -e", "npm ci"}},
		{"heredoc into a shell", "RUN bash <<EOF\nnpm ci\nEOF", []string{"bash", "npm ci"}},
		{"heredoc into another program", "RUN python3 <<EOF\nimport os\nEOF", []string{"python3"}},
		{"heredoc with an interpreter", "RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF", []string{"/usr/bin/env python3"}},
		{"heredoc with a shell", "RUN <<EOF\n#!/bin/bash -e\nnpm ci\nEOF", []string{"npm ci"}},
		{"heredoc as a file", "RUN cat <<EOF > /x && npm ci\nnpm run\nEOF", []string{"cat", "npm ci"}},
		{"function", "RUN f() { npm ci; }; f", []string{"npm ci", "f"}},
		{"eval", `RUN eval "npm ci"`, []string{"eval|npm ci", "npm ci"}},
		{"env and sudo", "RUN env A=1 sudo -u node npm ci", []string{"env A=1 sudo -u node npm ci", "sudo -u node npm ci", "npm ci"}},
		{"timeout", "RUN timeout 60 npm ci", []string{"timeout 60 npm ci", "npm ci"}},
		{"variable of ARG", "ARG HOW=ci\nRUN npm $HOW", []string{"npm ci"}},
		{"variable of several words", "ENV I=\"npm ci\"\nRUN $I --quiet", []string{"npm ci --quiet"}},
		{"quoted variable", "ENV I=\"a b\"\nRUN echo \"$I\"", []string{"echo|a b"}},
		{"unknown variable", "RUN npm $HOW", []string{"npm $HOW"}},
		{"no shell would take it", "RUN echo (a && npm ci", []string{"echo", "a", "npm ci"}},
		{"Windows", "RUN powershell -Command Get-Item", []string{"powershell -Command Get-Item"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := parse(t, "FROM a\n"+tc.src+"\n")
			in := f.Stages[0].Instructions
			got := f.Calls(in[len(in)-1].Line)
			var want [][]string
			for _, w := range tc.want {
				if strings.Contains(w, "|") {
					want = append(want, strings.Split(w, "|"))
				} else {
					want = append(want, fields(w))
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("Calls = %q\nwant    %q", got, want)
			}
		})
	}
}

// fields splits at spaces outside of $( ).
func fields(s string) []string {
	var out []string
	for _, w := range strings.Fields(s) {
		if n := len(out); n > 0 && strings.Count(out[n-1], "(") > strings.Count(out[n-1], ")") {
			out[n-1] += " " + w
			continue
		}
		out = append(out, w)
	}
	return out
}

func TestCallsOfOtherLines(t *testing.T) {
	f := parse(t, "FROM a\nRUN x \\\n && y\nCOPY . .\n")
	for line, want := range map[int]int{0: 0, 1: 0, 2: 2, 3: 2, 4: 0, 99: 0} {
		if got := len(f.Calls(line)); got != want {
			t.Errorf("Calls(%d) has %d calls, want %d", line, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, tc := range []struct {
		call, command string
		want          bool
	}{
		{"npm ci", "npm ci", true},
		{"npm ci --omit=dev", "npm ci", true},
		{"npm --silent ci", "npm ci", true},
		{"/usr/local/bin/npm ci", "npm ci", true},
		{"npm cit", "npm ci", false},
		{"npm run ci", "npm ci", false},
		{"npm", "npm ci", false},
		{"pip3 install x", "pip install", true},
		{"/opt/venv/bin/pip install x", "pip install", true},
		{"pip3.13 --no-cache-dir install x", "pip install", true},
		{"python3 -m pip install x", "pip install", true},
		{"/opt/venv/bin/python -I -m pip install x", "pip install", true},
		{"pipx install x", "pip install", false},
		{"go mod download -x", "go mod download", true},
		{"echo npm ci", "npm ci", false},
		{"npm ci", "", false},
		{"npm --prefix client ci", "npm ci", true},
		{"npm --prefix=client ci", "npm ci", true},
		{"npm -C ci", "npm ci", false},
		{"npm --silent client ci", "npm ci", false},
		{"pnpm --filter api -C /srv install", "pnpm install", true},
		{"yarn --cwd web install", "yarn install", true},
		{"apt-get -o Acquire::Retries=3 update", "apt-get update", true},
		{"apt-get -qq -t bookworm-backports install -y x", "apt-get install", true},
		{"apt-get -oAcquire::Retries=3 update", "apt-get update", true},
		{"pip --proxy http://proxy:3128 install x", "pip install", true},
		{"python3 -m pip --timeout 60 install x", "pip install", true},
		{"mvn -B -f pom.xml dependency:go-offline", "mvn dependency:go-offline", true},
		{"./mvnw -B dependency:go-offline", "mvn dependency:go-offline", true},
		{"./gradlew --no-daemon dependencies", "gradle dependencies", true},
		{"./gradlew -p api dependencies", "gradle dependencies", true},
		{"go -C api mod download", "go mod download", true},
		{"mvnw", "mvn package", false},
		{"w ci", "npm ci", false},
	} {
		if got := Matches(strings.Fields(tc.call), tc.command); got != tc.want {
			t.Errorf("Matches(%q, %q) = %v, want %v", tc.call, tc.command, got, tc.want)
		}
	}
}
