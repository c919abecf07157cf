package images

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"shipshape/checker"
)

const (
	suite = "trixie"
	// usualMirror is where Debian can be had everywhere.
	usualMirror = "http://ftp.debian.org/debian"
	// debianKeys are the keys of the package debian-archive-keyring.
	debianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg"
	// bigTemp is where large temporary files belong. /tmp is often held in
	// memory, on a mount that allows none of the device nodes that debootstrap
	// makes.
	bigTemp = "/var/tmp"
	// killWait is how long debootstrap's last output is waited for after it
	// was killed.
	killWait = 5 * time.Second
)

const elsewhere = "Pull the images where a registry answers, or bring them from another machine: " +
	"`shipshape images save FILE` there, `shipshape images load FILE` here."

// supplyRootFS adds a minimal Debian to the parts, as rootfs.tar.
func supplyRootFS(ctx context.Context, parts *Parts, say func(string)) error {
	if err := canBootstrap(); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(tempParent(), "shipshape-debian-")
	if err != nil {
		return fmt.Errorf("make room for a Debian: %w", err)
	}
	parts.OnClose(func() error { return os.RemoveAll(temp) })
	root := filepath.Join(temp, "root")
	began := time.Now()
	if err := bootstrap(ctx, root, say); err != nil {
		return err
	}
	file := filepath.Join(temp, "rootfs.tar")
	say("packing it")
	if err := packRootFS(file, root, began); err != nil {
		return fmt.Errorf("pack the Debian in %s: %w", root, err)
	}
	parts.Files = map[string]string{"rootfs.tar": file}
	return nil
}

func tempParent() string {
	if dir := os.Getenv("TMPDIR"); dir != "" {
		return dir
	}
	return bigTemp
}

// canBootstrap returns a [*checker.EnvironmentError] where debootstrap can't
// run.
func canBootstrap() error {
	problem := "stand-ins can't be made here: "
	if runtime.GOOS != "linux" {
		return &checker.EnvironmentError{Problem: problem + "they need a Debian-like Linux", Remedy: elsewhere}
	}
	if os.Geteuid() != 0 {
		return &checker.EnvironmentError{Problem: problem + "debootstrap needs root", Remedy: "Run it as root. Or: " + elsewhere}
	}
	if _, err := exec.LookPath("debootstrap"); err != nil {
		return &checker.EnvironmentError{
			Problem: problem + "debootstrap is not installed",
			Remedy:  "Install it: apt-get install debootstrap. Or: " + elsewhere,
		}
	}
	return nil
}

// bootstrap runs debootstrap. Its mounts are in a namespace of their own, so
// that a kill leaves none behind in a folder that is about to be removed.
func bootstrap(ctx context.Context, root string, say func(string)) error {
	mirror := debianMirror(ctx)
	said := &tail{}
	cmd := exec.CommandContext(ctx, "debootstrap", bootstrapArgs(root, mirror)...)
	// dpkg need not wait for the disk: the tree is packed and thrown away.
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DPKG_FORCE=unsafe-io", "DEBIAN_FRONTEND=noninteractive")
	out := &lineWriter{say: func(line string) { said.add(line); say(line) }}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = killWait
	isolate(cmd)
	say("debootstrap of " + suite + " from " + mirror)
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &checker.EnvironmentError{
			Problem: "debootstrap could not make a Debian from " + mirror,
			Remedy:  "See that the mirror is in reach, and the package debian-archive-keyring is installed. Or: " + elsewhere + " It said last:\n" + said.String(),
			Err:     err,
		}
	}
	return nil
}

// bootstrapArgs are debootstrap's arguments. Packages run scripts as root while
// they are installed, and debootstrap would only warn that it can't tell who made
// them.
func bootstrapArgs(root, mirror string) []string {
	args := []string{"--force-check-gpg", "--variant=minbase"}
	if HasDebianKeys() {
		args = append(args, "--keyring="+debianKeys)
	}
	args = append(args, suite, root, mirror)
	if script := olderScript(); script != "" {
		args = append(args, script)
	}
	return args
}

// HasDebianKeys reports whether the keys are there with which debootstrap tells
// Debian's packages from others: they come in debian-archive-keyring.
func HasDebianKeys() bool {
	_, err := os.Stat(debianKeys)
	return err == nil
}

// olderScript returns the script for a debootstrap that is older than the
// suite: all of Debian's suites share one. It is empty where none is needed.
func olderScript() string {
	dir := os.Getenv("DEBOOTSTRAP_DIR")
	if dir == "" {
		dir = "/usr/share/debootstrap"
	}
	if _, err := os.Stat(filepath.Join(dir, "scripts", suite)); err == nil {
		return ""
	}
	return filepath.Join(dir, "scripts", "sid")
}

// debianMirror is the mirror that this machine's apt uses for Debian, since
// others may be out of reach; Debian's usual one where apt uses none.
func debianMirror(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "apt-get", "indextargets", "--format", "$(REPO_URI)",
		"Created-By: Packages", "Origin: Debian").Output()
	if err != nil {
		return usualMirror
	}
	return pickMirror(out)
}

// pickMirror chooses from apt's list. Security updates come from a mirror of
// their own, which has no whole suite. The new system has no certificates with
// which to trust a mirror over TLS: what vouches for packages are signatures, which
// apt checks, and debootstrap because it is told to.
func pickMirror(list []byte) string {
	for line := range bytes.Lines(list) {
		uri := strings.TrimSuffix(strings.TrimSpace(string(line)), "/")
		if strings.Contains(uri, "security") {
			continue
		}
		if rest, ok := strings.CutPrefix(uri, "https://"); ok {
			uri = "http://" + rest
		}
		if strings.HasPrefix(uri, "http://") {
			return uri
		}
	}
	return usualMirror
}
