package images_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
	"shipshape/exercises/images"
)

// What exercises and learners count on in a base image, pulled or stand-in.
// Each script ends with code 0 when all of it holds.
var layouts = map[string]string{
	"debian:trixie-slim": `
test "$(id -u)" = 0
. /etc/os-release; test "$ID $VERSION_CODENAME" = "debian trixie"
command -v bash apt-get groupadd useradd
! command -v curl wget gcc python3 adduser
groupadd --gid 10001 app && useradd --uid 10001 --gid app app && test "$(id -u app)" = 10001
test ! -e /usr/share/doc/apt/changelog.gz`,

	"python:3.13-slim": `
test "$(command -v python)" = /usr/local/bin/python
test "$(command -v python3)" = /usr/local/bin/python3
test "$(command -v pip)" = /usr/local/bin/pip
python -c 'import sys; assert sys.version_info[:2] == (3, 13)'
case $PYTHON_VERSION in 3.13*) ;; *) exit 1 ;; esac
! command -v curl wget gcc
mkdir -p /w/tides && cd /w
printf '[project]\nname="tides"\nversion="1"\n' > pyproject.toml
echo 'High = 1' > tides/__init__.py
python - <<'EOF'
import zipfile
w = zipfile.ZipFile("tides-1-py3-none-any.whl", "w")
w.write("tides/__init__.py")
w.writestr("tides-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tides\nVersion: 1\n")
w.writestr("tides-1.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
w.writestr("tides-1.dist-info/RECORD", "")
w.close()
EOF
cd /
in=/usr/local/lib/python3.13/site-packages/tides/__init__.py
pip install --no-cache-dir --no-index --find-links=/w tides
test -e $in && test "$(python -c 'import tides; print(tides.__file__)')" = $in
setpriv --reuid=10001 --clear-groups python -c 'import tides'
pip uninstall -y tides && test ! -e $in
pip install --user --no-index --find-links=/w tides && test -d /root/.local/lib/python3.13/site-packages/tides
python -c 'import tides' && pip uninstall -y tides
python -m venv /opt/venv && /opt/venv/bin/pip install --no-index --find-links=/w tides
test -d /opt/venv/lib/python3.13/site-packages/tides
/opt/venv/bin/python -c 'import tides'
! python -c 'import tides' 2>/dev/null
pip install --no-index --find-links=/w --target /t tides && test -d /t/tides
pip install --no-index --find-links=/w --prefix /p tides && test -d /p/lib/python3.13/site-packages/tides`,

	"node:24-slim": `
test "$(command -v node)" = /usr/local/bin/node
test "$(command -v npm)" = /usr/local/bin/npm
test "$(id -u node) $(id -g node)" = "1000 1000" && test "$(stat -c %U /home/node)" = node
command -v bash groupadd
! command -v curl wget gcc python3` + npmOffline,

	"node:24-alpine": `
test "$(command -v node)" = /usr/local/bin/node
test "$(id -u node) $(id -g node)" = "1000 1000" && test "$(stat -c %U /home/node)" = node
command -v wget adduser addgroup
! command -v bash curl apt-get groupadd ldd
wget -q -O /dev/null http://127.0.0.1:1/ && exit 1
node -e 'require("http").createServer((q, a) => a.end("tide")).listen(8080)' &
for i in 1 2 3 4 5 6 7 8 9 10; do test "$(wget -qO- http://127.0.0.1:8080)" = tide && break || sleep 1; done
test "$(wget -qO- http://127.0.0.1:8080)" = tide && kill $!` + npmOffline,

	"alpine:3.22": `
! command -v bash curl apt-get groupadd ldd dpkg
command -v wget adduser addgroup
addgroup -S -g 101 tides && adduser -S -D -H -u 101 -G tides tides
test "$(id -u tides) $(id -g tides)" = "101 101" && test ! -e /home/tides
addgroup -S crew && adduser -S mate -G crew && test "$(id -gn mate)" = crew && test -d /home/mate
adduser -D plain && test "$(id -u plain)" = 1000 && test "$(stat -c %U /home/plain)" = plain
adduser plain crew && id -Gn plain | grep crew
adduser --system --no-create-home --uid 444 long && test "$(id -u long)" = 444
! adduser -D plain && ! adduser -D -u 444 other && ! adduser -S -G nobodys other
test "$(su -s /bin/sh plain -c whoami)" = plain
test "$(stat -c %a /tmp)" = 1777
test -s /etc/ssl/certs/ca-certificates.crt`,

	"golang:1.26": `
test "$(command -v go)" = /usr/local/go/bin/go
test "$GOPATH $PWD $(go env GOTOOLCHAIN GOROOT | tr '\n' ' ')" = "/go /go local /usr/local/go "
command -v gcc make && test -w /go/bin`,
}

// npmOffline has npm install a package from a tarball, with no registry, and
// as a user who may not write to the global folders.
const npmOffline = `
mkdir -p /w/dep /w/app && cd /w/dep
echo '{"name":"dep","version":"1.0.0","main":"i.js"}' > package.json && echo 'module.exports = "tide"' > i.js
npm pack --silent --pack-destination /w/app
cd /w/app
echo '{"name":"app","version":"1.0.0","dependencies":{"dep":"file:dep-1.0.0.tgz"},"scripts":{"start":"node -p 1"}}' > package.json
npm install --offline --no-audit --no-fund && test -e package-lock.json
rm -r node_modules && npm ci --offline --omit=dev && npm ls
test "$(node -p 'require("dep")')" = tide
npm run --silent start
chown -R node:node /w/app && rm -rf node_modules
su node -c 'cd /w/app && npm ci --offline && node -p "require(\"dep\")"'`

// base skips the test where the engine lacks the image, and fails it where
// engine tests may not be skipped.
func base(t *testing.T, client *engine.Client, name string) images.Entry {
	t.Helper()
	entries, err := images.List(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(entries, func(e images.Entry) bool { return e.Base.Name == name })
	if i < 0 {
		t.Fatalf("%s is in no catalog", name)
	}
	if !entries[i].Present() {
		if os.Getenv(enginetest.RequireVariable) == "1" {
			t.Fatalf("%s=1, and the engine has no %s", enginetest.RequireVariable, name)
		}
		t.Skipf("SKIPPED, no engine with the image %s: `shipshape images build` makes it", name)
	}
	return entries[i]
}

func TestBaseImagesHaveTheLayoutThatLearnersCountOn(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	for _, b := range images.Catalog() {
		script, ok := layouts[b.Name]
		if !ok {
			continue // it has no shell; it is tested below
		}
		t.Run(b.Name, func(t *testing.T) {
			base(t, client, b.Name)
			// An errexit shell lets `! command` pass whatever it says; so the
			// script's lines are commands whose failure is told by name.
			code, log := execute(t, run, checker.RunRequest{
				Image: b.Name, Entrypoint: []string{"sh", "-exc"}, Cmd: []string{strict(script)}, Limits: checker.DefaultLimits(),
			})
			if code != 0 {
				t.Errorf("it ended with code %d:\n%s", code, log)
			}
		})
	}
}

// strict makes a line "! command" fail the script when the command succeeds,
// which errexit by itself does not.
func strict(script string) string {
	lines := strings.Split(script, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "! ") {
			lines[i] = "if " + strings.TrimPrefix(line, "! ") + "; then exit 1; fi"
		}
	}
	return strings.Join(lines, "\n")
}

// execute runs a container to its end.
func execute(t *testing.T, run *engine.Run, req checker.RunRequest) (code int, log string) {
	t.Helper()
	c, err := run.Start(t.Context(), req)
	if err != nil {
		t.Fatalf("start %s: %v", req.Image, err)
	}
	state, err := c.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log, err = c.Logs(t.Context(), 8<<10)
	if err != nil {
		t.Fatal(err)
	}
	return state.ExitCode, log
}

func TestDistrolessHasAUserAndNoShell(t *testing.T) {
	client := enginetest.Open(t)
	const name = "gcr.io/distroless/static:nonroot"
	base(t, client, name)
	run := enginetest.Run(t, client)
	image, err := run.Image(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if image.User != "65532" || image.WorkingDir != "/home/nonroot" {
		t.Errorf("it runs as %q in %q", image.User, image.WorkingDir)
	}
	found := map[string]string{}
	err = run.Walk(t.Context(), name, func(hdr *tar.Header, r io.Reader) error {
		file := strings.Trim(strings.TrimPrefix(hdr.Name, "."), "/")
		found[file] = ""
		if file == "etc/passwd" {
			content, err := io.ReadAll(r)
			found[file] = string(content)
			return err
		}
		if file == "tmp" && hdr.FileInfo().Mode()&os.ModeSticky == 0 {
			t.Errorf("the mode of /tmp is %v", hdr.FileInfo().Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(found["etc/passwd"], "nonroot:x:65532:65532:nonroot:/home/nonroot:") {
		t.Errorf("passwd is %q", found["etc/passwd"])
	}
	for _, file := range []string{"tmp", "home/nonroot", "etc/ssl/certs/ca-certificates.crt", "usr/share/zoneinfo/Europe/Lisbon"} {
		if _, ok := found[file]; !ok {
			t.Errorf("it has no /%s", file)
		}
	}
	for _, file := range []string{"bin/sh", "usr/bin/sh", "bin/busybox", "lib64", "etc/apt"} {
		if _, ok := found[file]; ok {
			t.Errorf("it has /%s", file)
		}
	}
}

// cgoProgram needs libc when cgo is on, and says the same either way.
const cgoProgram = `package main

// int tide(void) { return 7; }
import "C"
import "os"

func main() { os.Exit(int(C.tide())) }
`

func TestAProgramThatNeedsLibcRunsOnDebianAlone(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	for _, name := range []string{"golang:1.26", "debian:trixie-slim", "alpine:3.22", "node:24-alpine", "gcr.io/distroless/static:nonroot"} {
		base(t, client, name)
	}
	for name, runs := range map[string]bool{
		"debian:trixie-slim": true, "alpine:3.22": false, "node:24-alpine": false, "gcr.io/distroless/static:nonroot": false,
	} {
		dir := t.TempDir()
		for file, content := range map[string]string{
			"go.mod":  "module tide\n\ngo 1.23\n",
			"main.go": cgoProgram,
			"Dockerfile": "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY go.mod main.go ./\nRUN go build -o /tide .\n" +
				"FROM " + name + "\nCOPY --from=build /tide /tide\nENTRYPOINT [\"/tide\"]\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		code, said := attempt(t, run, enginetest.Build(t, run, dir))
		if runs && code != 7 {
			t.Errorf("on %s it ended with %d, want 7: %s", name, code, said)
		}
		if !runs && (code == 7 || !strings.Contains(said, "no such file or directory")) {
			t.Errorf("on %s it ended with %d and %q, want that its interpreter is missed", name, code, said)
		}
	}
}

// attempt runs an image whose command may not even start. Engines differ in
// where they tell that: in an error, or in the container's log.
func attempt(t *testing.T, run *engine.Run, image string) (code int, said string) {
	t.Helper()
	c, err := run.Start(t.Context(), checker.RunRequest{Image: image, Limits: checker.DefaultLimits()})
	if refused := (*checker.StartError)(nil); errors.As(err, &refused) {
		return refused.ExitCode, refused.Message
	}
	if err != nil {
		t.Fatal(err)
	}
	state, err := c.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if said, err = c.Logs(t.Context(), 8<<10); err != nil {
		t.Fatal(err)
	}
	return state.ExitCode, said
}

func TestBaseImagesSurviveSavingAndLoading(t *testing.T) {
	client := enginetest.Open(t)
	before := base(t, client, "alpine:3.22")
	r, w := io.Pipe()
	go func() {
		w.CloseWithError(client.SaveImages(t.Context(), before.Base.Names()[:1], w))
	}()
	if err := images.Load(t.Context(), client, r); err != nil {
		t.Fatal(err)
	}
	after := base(t, client, "alpine:3.22")
	if after.Image.ID != before.Image.ID || after.StandIn() != before.StandIn() {
		t.Errorf("it was %s and is %s", before.Image.ID, after.Image.ID)
	}
}
