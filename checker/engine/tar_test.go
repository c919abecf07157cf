package engine

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"shipshape/checker"
)

// sent returns what a project's context would hold, by name, "" for what is no
// file.
func sent(t *testing.T, req checker.BuildRequest) (map[string]string, map[string]*tar.Header, *source) {
	t.Helper()
	src, err := openSource(req)
	if err != nil {
		t.Fatalf("open the project: %v", err)
	}
	var buf bytes.Buffer
	if err := src.writeTar(t.Context(), &buf); err != nil {
		t.Fatalf("write the context: %v", err)
	}
	contents, headers := map[string]string{}, map[string]*tar.Header{}
	for r := tar.NewReader(&buf); ; {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return contents, headers, src
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := contents[hdr.Name]; twice {
			t.Errorf("%s is sent twice", hdr.Name)
		}
		contents[hdr.Name], headers[hdr.Name] = string(content), hdr
	}
}

func TestContextHolds(t *testing.T) {
	files := map[string]string{
		"Dockerfile": "FROM scratch\n", "server.js": "old", "package.json": "{}",
		"node_modules/a/index.js": "a", "node_modules/keep/index.js": "k", "sub/.env": "secret",
		".shipshape/workspace.yaml": "exercise: x", "logs/a.log": "", "docker/Dockerfile": "FROM scratch\n",
	}
	tests := map[string]struct {
		extra      map[string]string
		overlay    map[string]string
		dockerfile string
		want       string
	}{
		"no ignore file": {
			want: "Dockerfile docker/ docker/Dockerfile logs/ logs/a.log node_modules/ node_modules/a/ node_modules/a/index.js node_modules/keep/ node_modules/keep/index.js package.json server.js sub/ sub/.env",
		},
		"ignore file": {
			extra: map[string]string{".dockerignore": "node_modules\n**/.env\nlogs\n# a comment\n"},
			want:  ".dockerignore Dockerfile docker/ docker/Dockerfile package.json server.js sub/",
		},
		"everything but": {
			extra: map[string]string{".dockerignore": "*\n!server.js\n!node_modules/keep\n"},
			want:  ".dockerignore Dockerfile node_modules/keep/ node_modules/keep/index.js server.js",
		},
		"the builder's own files stay": {
			extra: map[string]string{".dockerignore": "**\n!server.js\n"},
			want:  ".dockerignore Dockerfile server.js",
		},
		"own folder can't be brought back": {
			extra: map[string]string{".dockerignore": "*\n!.shipshape\n!server.js\n"},
			want:  ".dockerignore Dockerfile server.js",
		},
		"a Dockerfile in an ignored folder": {
			extra:      map[string]string{".dockerignore": "*\n!server.js\n"},
			dockerfile: "docker/Dockerfile",
			want:       ".dockerignore docker/Dockerfile server.js",
		},
		"the Dockerfile's ignore file comes first": {
			extra: map[string]string{".dockerignore": "server.js\n", "Dockerfile.dockerignore": "*\n!package.json\n"},
			want:  ".dockerignore Dockerfile package.json",
		},
		"overlay replaces, adds, and stays ignored": {
			extra:   map[string]string{".dockerignore": "*\n!server.js\n!new\n"},
			overlay: map[string]string{"server.js": "new", "new/deep.txt": "n", "logs/b.log": "x", ".shipshape/x": "y"},
			want:    ".dockerignore Dockerfile new/deep.txt server.js",
		},
		"overlay of the ignore file": {
			overlay: map[string]string{".dockerignore": "*\n"},
			want:    ".dockerignore Dockerfile",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeAll(t, dir, files)
			writeAll(t, dir, tt.extra)
			overlay := map[string][]byte{}
			for k, v := range tt.overlay {
				overlay[k] = []byte(v)
			}
			got, _, _ := sent(t, checker.BuildRequest{Dir: dir, Dockerfile: tt.dockerfile, Overlay: overlay})
			var names []string
			for n := range got {
				names = append(names, n)
			}
			slices.Sort(names)
			if strings.Join(names, " ") != tt.want {
				t.Errorf("sent %s\nwant %s", strings.Join(names, " "), tt.want)
			}
			for k, v := range tt.overlay {
				if content, ok := got[k]; ok && content != v {
					t.Errorf("%s holds %q, want the overlay's %q", k, content, v)
				}
			}
		})
	}
}

// The builder's cache must not depend on whose files they are.
func TestContextHeaders(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"Dockerfile": "FROM scratch\n", "run.sh": "#!/bin/sh\n"})
	if err := os.Chmod(filepath.Join(dir, "run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../outside", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 { // else they are somebody's already
		for _, name := range []string{"Dockerfile", "run.sh", "link"} {
			if err := os.Lchown(filepath.Join(dir, name), 1000, 1000); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()

	_, headers, _ := sent(t, checker.BuildRequest{Dir: dir, Overlay: map[string][]byte{"run.sh": []byte("#!/bin/dash\n")}})
	for name, hdr := range headers {
		if hdr.Uid != 0 || hdr.Gid != 0 || hdr.Uname != "" || hdr.Gname != "" {
			t.Errorf("%s belongs to %d:%d %q:%q, want root", name, hdr.Uid, hdr.Gid, hdr.Uname, hdr.Gname)
		}
	}
	if hdr := headers["run.sh"]; hdr == nil || hdr.Mode&0o777 != 0o755 || hdr.Size != 12 {
		t.Errorf("run.sh is sent as %+v, want the overlay's content under the mode on disk, 0755", hdr)
	}
	if hdr := headers["link"]; hdr == nil || hdr.Typeflag != tar.TypeSymlink || hdr.Linkname != "../outside" {
		t.Errorf("link is sent as %+v, want a link, not followed", hdr)
	}
	if hdr := headers["fifo"]; hdr == nil || hdr.Typeflag != tar.TypeFifo {
		t.Errorf("fifo is sent as %+v, want a fifo that nobody opened", hdr)
	}
	if headers["socket"] != nil {
		t.Error("a socket is sent")
	}
}

// A workspace may be a link to where it really is.
func TestAProjectBehindALink(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"project/Dockerfile": "FROM scratch\n", "project/app/main.c": "int main;"})
	link := filepath.Join(dir, "link")
	if err := os.Symlink("project", link); err != nil {
		t.Fatal(err)
	}
	_, headers, _ := sent(t, checker.BuildRequest{Dir: link})
	if headers["Dockerfile"] == nil || headers["app/main.c"] == nil {
		t.Errorf("sent are %v", headers)
	}
}

// Zip archives, and so wheels and jars, hold no file of before 1980; what looks at
// times must see that an edit is newer than what it made of the file before.
func TestAnEditedFileIsAsYoungAsAnEditorLeavesIt(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Dockerfile", "server.js"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("FROM scratch\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "server.js"))
	if err != nil {
		t.Fatal(err)
	}
	_, headers, _ := sent(t, checker.BuildRequest{Dir: dir, Overlay: map[string][]byte{"server.js": []byte("edited")}})
	hdr := headers["server.js"]
	if hdr == nil || hdr.ModTime.Before(info.ModTime().Truncate(time.Second)) || len(hdr.PAXRecords) > 0 {
		t.Errorf("server.js is sent as %+v", hdr)
	}
}

func TestSyntaxDirectiveIsNeutralized(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"Dockerfile": "# syntax=docker/dockerfile:1\nFROM scratch\nCOPY Dockerfile /\n"})
	got, _, src := sent(t, checker.BuildRequest{Dir: dir})
	if len(src.notices) != 1 {
		t.Errorf("notices = %q, want one", src.notices)
	}
	lines := strings.Split(got["Dockerfile"], "\n")
	if strings.HasPrefix(strings.TrimLeft(lines[0], "# "), "syntax") || lines[1] != "FROM scratch" {
		t.Errorf("the sent Dockerfile is\n%s\nwant no directive, and the lines where they were", got["Dockerfile"])
	}
	if line := src.lineOf("[1/1] COPY Dockerfile /"); line != 3 {
		t.Errorf("the COPY stands on line %d, want 3", line)
	}
}

func TestOpenSourceRefuses(t *testing.T) {
	tests := map[string]struct {
		files     map[string]string
		prepare   func(dir string) error
		want      string
		submitted bool // the submission's fault, and not the environment's
	}{
		"no Dockerfile":        {files: map[string]string{"a": ""}, want: "there is no Dockerfile in", submitted: true},
		"a folder":             {files: map[string]string{"Dockerfile/x": ""}, want: "not a regular file", submitted: true},
		"a broken ignore file": {files: map[string]string{"Dockerfile": "FROM scratch", ".dockerignore": "[a"}, want: ".dockerignore can't be read", submitted: true},
		"no project":           {prepare: os.RemoveAll, want: "can't be read"},
		"a link out of the project": {
			prepare: func(dir string) error { return os.Symlink("/etc/hostname", filepath.Join(dir, "Dockerfile")) },
			want:    "can't be used", submitted: true,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeAll(t, dir, tt.files)
			if tt.prepare != nil {
				if err := tt.prepare(dir); err != nil {
					t.Fatal(err)
				}
			}
			_, err := openSource(checker.BuildRequest{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one that says %q", err, tt.want)
			}
			var broken *checker.BuildError
			if errors.As(err, &broken) != tt.submitted {
				t.Errorf("%T, want a BuildError: %v", err, tt.submitted)
			}
		})
	}
}

func TestFileThatShrinksEndsTheContext(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(file, []byte("a long line"), 0o644); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 1); err != nil {
		t.Fatal(err)
	}
	err = writeFile(&contextWriter{Writer: tar.NewWriter(io.Discard)}, file, "log", fs.FileInfoToDirEntry(info))
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) || !strings.Contains(err.Error(), "log can't be read") {
		t.Errorf("error %v, want an EnvironmentError that names the file", err)
	}
}

func TestUnreadable(t *testing.T) {
	if err := wrapUnreadable("a", fs.ErrNotExist); err != nil {
		t.Errorf("a file that vanished ends the context: %v", err)
	}
	err := wrapUnreadable("a", fs.ErrPermission)
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) || !strings.Contains(environment.Remedy, "chmod") {
		t.Errorf("error %v, want an EnvironmentError with chmod in its remedy", err)
	}
}

func TestCancelledContextEndsThePour(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"Dockerfile": "FROM scratch\n", "big": strings.Repeat("x", 1<<20)})
	src, err := openSource(checker.BuildRequest{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p := pour(ctx, src) // nobody reads, so the writer waits
	cancel()
	<-p.ended
	if _, err := p.finish(); !errors.Is(err, context.Canceled) {
		t.Errorf("finish: %v, want the cancellation", err)
	}
}

// Whoever opens a named pipe waits for somebody who writes.
func TestTextsOfAProjectAreRegularFiles(t *testing.T) {
	for _, pipe := range []string{"Dockerfile", ".dockerignore"} {
		dir := t.TempDir()
		if pipe != "Dockerfile" {
			writeAll(t, dir, map[string]string{"Dockerfile": "FROM scratch\n"})
		}
		if err := syscall.Mkfifo(filepath.Join(dir, pipe), 0o644); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := openSource(checker.BuildRequest{Dir: dir})
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%s: a named pipe was read", pipe)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the reading waits for a writer", pipe)
		}
	}
}
