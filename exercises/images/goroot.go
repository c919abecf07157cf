package images

import (
	"context"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path"
	"runtime"
	"strings"
)

const (
	// oldestGo is the oldest Go whose toolchain the exercises are tried with.
	oldestGo = "go1.23"
	// debianGo is the recipe for a machine without such a Go.
	debianGo = "golang-debian"
	// usualGo is where Go's own archives are unpacked, which need not be on
	// root's PATH.
	usualGo = "/usr/local/go/bin/go"
)

// supplyGoRoot adds this machine's Go to the parts. Where it has none that will
// do, the parts become those of another recipe, which takes Debian's.
func supplyGoRoot(ctx context.Context, parts *Parts, say func(string)) error {
	root, release, err := localGo(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		say(fmt.Sprintf("Debian's own Go is taken, since this machine has none to copy: %v", err))
		parts.Recipe = debianGo
		parts.About = "Debian trixie's Go 1.24, not 1.26, with gcc"
		return nil
	}
	say("copying " + release + " from " + root)
	parts.Trees = map[string]Tree{"goroot": {Dir: root, Skip: skipInGoRoot}}
	parts.Args = map[string]string{"GO_VERSION": strings.TrimPrefix(release, "go")}
	parts.About = release + " of the machine that made it, on Debian trixie with gcc"
	return nil
}

// localGo finds a Go that runs in a container of this machine's engine.
func localGo(ctx context.Context) (root, release string, err error) {
	if runtime.GOOS != "linux" {
		return "", "", fmt.Errorf("its Go is for %s", runtime.GOOS)
	}
	program, err := exec.LookPath("go")
	if err != nil {
		program = usualGo
	}
	cmd := exec.CommandContext(ctx, program, "env", "GOROOT", "GOVERSION")
	cmd.Dir = "/" // no go.mod here asks for another toolchain
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("ask %s for its version: %w", program, err)
	}
	root, release, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	// A development version has more words after its first.
	release, _, _ = strings.Cut(release, " ")
	if version.Compare(release, oldestGo) < 0 {
		return "", "", fmt.Errorf("%s is older than %s", release, oldestGo)
	}
	return root, release, nil
}

// skipInGoRoot leaves out what no build reads: the tests of the standard
// library, the toolchain's own source, documentation.
func skipInGoRoot(name string, dir bool) bool {
	if dir {
		switch name {
		case "api", "doc", "misc", "test", "src/cmd", "pkg/obj":
			return true
		}
		return path.Base(name) == "testdata"
	}
	return strings.HasSuffix(name, "_test.go")
}
