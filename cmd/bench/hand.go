package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shipshape/checker"
)

// preamble is what every script begins with. Builds go to the engine's API, with
// what BuildKit asks of a client: that is what the docker command does, and it
// spares the script the start of one.
const preamble = `
post() { # DIR: build it, print the image's id
  tar -C "$1" --exclude=.shipshape -cf - . |
    curl -sS $CURL -H 'Content-Type: application/x-tar' -X POST --data-binary @- "$API/build?version=2&memory=0" |
    grep -a '"moby.image.id"' | grep -ao 'sha256:[0-9a-f]*' | tail -1
}
port() { docker port "$1" | head -1 | sed 's/.*://'; }
until_answers() { # CONTAINER PATH
  at=$(port "$1")
  until curl -sf -m 2 -o "$WORK/reply" "http://127.0.0.1:$at$2"; do sleep 0.05; done
}
until_health() { # CONTAINER STATUS
  until [ "$(docker inspect -f '{{.State.Health.Status}}' "$1")" = "$2" ]; do sleep 0.05; done
}
limits='--memory 512m --memory-swap 512m --cpus 2 --pids-limit 256 --security-opt no-new-privileges'
cp -r "$DIR" "$WORK/copy"
cd "$WORK/copy"
value=$(date +%s%N)
`

// script is the engine work of a grade as somebody would do it by hand: the same
// builds, the same containers, the same questions, side by side where the grade
// does them so. It judges nothing.
func (s *subject) script() (string, error) {
	e := s.exercise
	curl, api, err := engineAddress()
	if err != nil {
		return "", err
	}
	starter := filepath.Join(s.bench.work, e.Slug+"-starter")
	if err := e.WriteStarter(starter); err != nil {
		return "", err
	}
	work := filepath.Join(s.bench.work, e.Slug+"-hand")
	kinds := func(has func(checker.Spec) bool) bool { return slices.ContainsFunc(e.Checks, has) }

	var b strings.Builder
	fmt.Fprintf(&b, "rm -rf %[1]s; mkdir %[1]s\nWORK=%[1]s DIR=%s CURL=%s API=%s\n", quote(work), quote(s.dir), quote(curl), quote(api))
	b.WriteString(preamble)
	b.WriteString(writeEdit(e.Nonce))
	b.WriteString("first=$(post .)\nimage=$first\n")
	if kinds(func(c checker.Spec) bool { return c.Cached != nil && c.Cached.After == checker.AfterManifest }) {
		b.WriteString("cp -r . ../manifest\n(cd ../manifest\n" + writeEdit(*e.Manifest) + "post . >../manifest-id) &\n")
	}
	if e.NeedsStarter() {
		fmt.Fprintf(&b, "post %s >../starter-id &\n", quote(starter))
	}
	if kinds(func(c checker.Spec) bool { return c.Cached != nil && c.Cached.After == checker.AfterSource }) {
		b.WriteString("value=$(date +%s%N)\n" + writeEdit(e.Nonce) + "image=$(post .)\n")
	}
	publish := fmt.Sprintf("-p 127.0.0.1::%d $limits", e.Service.Port)
	if kinds(func(c checker.Spec) bool { return c.Health != nil }) {
		fmt.Fprintf(&b, "(c=$(docker run -d %s --health-interval 300ms --health-timeout 600ms --health-retries 1 --health-start-period 0s \"$image\")\n"+
			"until_health \"$c\" healthy; docker kill -s STOP \"$c\" >/dev/null; until_health \"$c\" unhealthy; docker rm -f \"$c\" >/dev/null) &\n", publish)
	}
	fmt.Fprintf(&b, "c=$(docker run -d --no-healthcheck %s \"$image\")\nuntil_answers \"$c\" %s\ngrep -q \"$value\" \"$WORK/reply\"\n", publish, quote(e.Service.Path))
	b.WriteString("docker inspect \"$image\" >/dev/null\n")
	for _, c := range e.Checks {
		switch {
		case c.RunsAs != nil:
			b.WriteString("docker top \"$c\" >/dev/null; docker cp \"$c\":/etc/passwd - >/dev/null 2>&1 || true\n")
		case c.Imports != nil:
			fmt.Fprintf(&b, "docker exec \"$c\" %s %s\n", quote(c.Imports.Interpreters[0]), quoteAll(c.Imports.Args))
		case c.Static != nil:
			b.WriteString("docker cp -L \"$c\":$(docker inspect -f '{{.Path}}' \"$c\") - >/dev/null\n")
		}
	}
	b.WriteString("docker rm -f \"$c\" >/dev/null\nwait\n")
	b.WriteString("docker rmi -f $(sort -u ../*-id 2>/dev/null) \"$image\" \"$first\" >/dev/null 2>&1 || true\n")
	return b.String(), nil
}

// writeEdit is the shell for an edit of the grader's, with $value in it.
func writeEdit(e checker.Edit) string {
	if e.Template != "" {
		return fmt.Sprintf("printf '%%s' %s | sed \"s/{{value}}/$value/\" >%s\n", quote(e.Template), quote(e.File))
	}
	with := strings.NewReplacer(`\`, `\\`, `|`, `\|`, `&`, `\&`, `"`, `\"`, "{{value}}", "$value").Replace(e.With)
	old := strings.NewReplacer(`\`, `\\`, `|`, `\|`, `"`, `\"`, `.`, `\.`, `*`, `\*`, `[`, `\[`).Replace(e.Replace)
	return fmt.Sprintf("sed -i \"s|%s|%s|\" %s\n", old, with, quote(e.File))
}

// engineAddress is how curl reaches the engine that the docker command uses.
func engineAddress() (curl, api string, err error) {
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host = "unix:///var/run/docker.sock"
	}
	if socket, ok := strings.CutPrefix(host, "unix://"); ok {
		return "--unix-socket " + socket, "http://docker", nil
	}
	if address, ok := strings.CutPrefix(host, "tcp://"); ok {
		return "", "http://" + address, nil
	}
	return "", "", fmt.Errorf("DOCKER_HOST=%s: the script reaches unix:// and tcp:// only", host)
}

// quote is a word for the shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func quoteAll(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, quote(w))
	}
	return strings.Join(quoted, " ")
}
