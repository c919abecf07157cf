package images

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// plant writes files; a content that begins with "-> " makes a link.
func plant(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := bytes.CutPrefix([]byte(content), []byte("-> ")); ok {
			err = os.Symlink(string(target), file)
		} else {
			err = os.WriteFile(file, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// read returns a tar's entries by name.
func read(t *testing.T, archive []byte) map[string]*tar.Header {
	t.Helper()
	entries := map[string]*tar.Header{}
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		entries[hdr.Name] = hdr
	}
}

func pack(t *testing.T, root string, began time.Time) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rootfs.tar")
	if err := packRootFS(file, root, began); err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func TestARootFilesystemIsPackedWithoutCachesAndManuals(t *testing.T) {
	root := t.TempDir()
	plant(t, root, map[string]string{
		"etc/passwd":                   "root:x:0:0::/root:/bin/sh\n",
		"bin":                          "-> usr/bin",
		"usr/bin/perl":                 "perl",
		"usr/share/doc/perl/copyright": "c",
		"usr/share/doc/perl/changelog": "c",
		"usr/share/man/man1/perl.1":    "m",
		"usr/share/locale/de/perl.mo":  "m",
		"var/lib/apt/lists/some":       "list",
		"var/cache/apt/archives/a.deb": "deb",
		"var/log/bootstrap.log":        "log",
		"var/lib/dpkg/status":          "s",
		"var/lib/dpkg/status-old":      "s",
		"etc/resolv.conf":              "nameserver 192.0.2.1",
		"dev/null":                     "",
	})
	if err := os.Link(filepath.Join(root, "usr/bin/perl"), filepath.Join(root, "usr/bin/perl5")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(root, "usr/bin/perl"), 0o755|fs.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	entries := read(t, pack(t, root, time.Now().Add(-time.Hour)))
	var files []string
	for name, hdr := range entries {
		if hdr.Typeflag != tar.TypeDir {
			files = append(files, name)
		}
		if !hdr.ModTime.Equal(releaseDay()) || hdr.Uname != "" {
			t.Errorf("%s: time %v, owner %q", name, hdr.ModTime, hdr.Uname)
		}
	}
	slices.Sort(files)
	want := []string{"bin", "etc/passwd", "usr/bin/perl", "usr/bin/perl5", "usr/share/doc/perl/copyright", "var/lib/dpkg/status"}
	if !slices.Equal(files, want) {
		t.Errorf("packed are %q, want %q", files, want)
	}
	if link := entries["bin"]; link == nil || link.Linkname != "usr/bin" {
		t.Errorf("the link bin is %v", link)
	}
	if mode := entries["usr/bin/perl"].FileInfo().Mode(); mode&fs.ModeSetuid == 0 {
		t.Errorf("perl lost its setuid bit: %v", mode)
	}
	if runtime.GOOS == "linux" && entries["usr/bin/perl5"].Typeflag != tar.TypeLink {
		t.Error("a file with two names was packed twice")
	}
}

func TestEqualRootFilesystemsPackEqually(t *testing.T) {
	var archives [2][]byte
	for i := range archives {
		root := t.TempDir()
		plant(t, root, map[string]string{"etc/a": "a", "usr/b": "b", "usr/c": "-> b"})
		old := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(filepath.Join(root, "etc/a"), old, old); err != nil {
			t.Fatal(err)
		}
		archives[i] = pack(t, root, old.Add(time.Hour))
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("the builder's cache would take them for different")
	}
	if got := read(t, archives[0])["etc/a"].ModTime; got.Year() != 2025 || got.Month() != time.January {
		t.Errorf("the time of a package's file became %v", got)
	}
}

func TestAGoInstallationIsSentWithoutItsTests(t *testing.T) {
	root, elsewhere := t.TempDir(), t.TempDir()
	plant(t, elsewhere, map[string]string{"fmt/print.go": "package fmt", "fmt/print_test.go": "package fmt", "fmt/testdata/x": "x", "cmd/go/main.go": "package main"})
	plant(t, root, map[string]string{"VERSION": "go1.26", "test/run.go": "package main", "doc/x": "x", "bin/go": "\x7fELF", "src": "-> " + elsewhere})
	if err := os.Chmod(filepath.Join(root, "bin/go"), 0o555); err != nil {
		t.Fatal(err)
	}
	var context bytes.Buffer
	parts := &Parts{Recipe: "golang", Trees: map[string]Tree{"goroot": {Dir: root, Skip: skipInGoRoot}}}
	if err := writeContext(&context, recipes(), parts); err != nil {
		t.Fatal(err)
	}
	entries := read(t, context.Bytes())
	var names []string
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"Dockerfile", "goroot/VERSION", "goroot/bin/go", "goroot/src/fmt/print.go"}
	if !slices.Equal(names, want) {
		t.Errorf("sent are %q, want %q", names, want)
	}
	if mode := entries["goroot/bin/go"].Mode; mode != 0o755 {
		t.Errorf("the mode of go is %o", mode)
	}
}

func TestScriptsOfARecipeAreExecutable(t *testing.T) {
	var context bytes.Buffer
	if err := writeContext(&context, recipes(), &Parts{Recipe: "alpine"}); err != nil {
		t.Fatal(err)
	}
	entries := read(t, context.Bytes())
	if mode := entries["bin/adduser"].Mode; mode != 0o755 {
		t.Errorf("the mode of adduser is %o", mode)
	}
	if mode := entries["os-release"].Mode; mode != 0o644 {
		t.Errorf("the mode of os-release is %o", mode)
	}
}

// Packages that nobody vouches for must not run as root.
func TestSignaturesAreChecked(t *testing.T) {
	args := bootstrapArgs("/root", usualMirror)
	if at := slices.Index(args, "--force-check-gpg"); at < 0 || at > slices.Index(args, suite) {
		t.Errorf("debootstrap is called with %q", args)
	}
	if HasDebianKeys() != slices.Contains(args, "--keyring="+debianKeys) {
		t.Errorf("with keys: %t: %q", HasDebianKeys(), args)
	}
}

func TestTheMirrorIsTheOneThatAptUses(t *testing.T) {
	for list, want := range map[string]string{
		"": usualMirror,
		"http://security.debian.org/debian-security/\nhttp://mirror.example.org/debian/\n": "http://mirror.example.org/debian",
		"http://mirror.example.org/debian-security\n":                                      usualMirror,
		"https://mirror.example.net/debian\n":                                              "http://mirror.example.net/debian",
		"file:/srv/mirror\ncdrom://disc\n":                                                 usualMirror,
	} {
		if got := pickMirror([]byte(list)); got != want {
			t.Errorf("of %q it picks %s, want %s", list, got, want)
		}
	}
}
