package engine_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

func TestInfo(t *testing.T) {
	info, err := enginetest.Open(t).Info(t.Context())
	if err != nil || info.Version == "" || info.API == "" || info.Builder != "buildkit" || info.Store == "" || info.Host == "" {
		t.Errorf("Info = %+v, %v", info, err)
	}
}

func TestImageConfiguration(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image, err := run.Image(t.Context(), enginetest.Image(t, run))
	if err != nil {
		t.Fatal(err)
	}
	if image.User != "1234:1234" || len(image.ExposedPorts) != 1 || image.ExposedPorts[0] != "8080/tcp" ||
		strings.Join(image.HealthTest, " ") != "CMD /service health" || image.HealthTimeout.Seconds() != 5 {
		t.Errorf("image = %+v", image)
	}
	if _, err := run.Image(t.Context(), "shipshape.test/none:1"); !errors.Is(err, checker.ErrNoImage) {
		t.Errorf("an image that is not there: %v, want ErrNoImage", err)
	}
}

func TestFilesOfAnImage(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile":        "FROM scratch\nCOPY service /service\nCOPY etc /etc/\nENTRYPOINT [\"/service\"]\n",
		"etc/real/passwd":   "root:x:0:0\n",
		"etc/real/large":    strings.Repeat("z", 5000),
		"etc/other/nothing": "",
	})
	for link, target := range map[string]string{
		"etc/passwd": "real/passwd", "etc/absolute": "/etc/real/passwd", "etc/dir": "real",
		"etc/other/up": "../dir/../real/passwd", "etc/out": "../../../../etc/real/passwd",
		"etc/loop": "loop", "etc/dangling": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	image := enginetest.Build(t, run, dir)
	ended := start(t, run, image, "-exit", "0")
	if _, err := ended.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	readers := map[string]func(string) ([]byte, error){
		"a running container": reader(t, start(t, run, image)),
		"an ended container":  reader(t, ended),
		"an image": func(path string) ([]byte, error) {
			var content bytes.Buffer
			err := run.CopyFile(t.Context(), image, path, &content, 1000)
			return content.Bytes(), err
		},
	}
	for of, read := range readers {
		t.Run(of, func(t *testing.T) {
			for _, path := range []string{"/etc/real/passwd", "/etc/passwd", "/etc/absolute", "/etc/dir/passwd", "/etc/other/up", "/etc/out"} {
				if got, err := read(path); err != nil || string(got) != "root:x:0:0\n" {
					t.Errorf("%s = %q, %v", path, got, err)
				}
			}
			for _, path := range []string{"/etc/none", "/none/none", "/etc/dangling", "/etc/real/passwd/below"} {
				if got, err := read(path); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s = %q, %v; want fs.ErrNotExist", path, got, err)
				}
			}
			for _, path := range []string{"/etc/real", "/etc/real/large", "/etc/loop"} {
				var environment *checker.EnvironmentError
				got, err := read(path)
				if err == nil || errors.Is(err, fs.ErrNotExist) || errors.As(err, &environment) || errors.Is(err, checker.ErrNotRegular) == strings.HasSuffix(path, "large") {
					t.Errorf("%s = %d bytes, %v; want an error of its own", path, len(got), err)
				}
			}
		})
	}
}

func reader(t *testing.T, c checker.Container) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) { return c.ReadFile(t.Context(), path, 1000) }
}

// An image of any size is walked in the same memory.
func TestWalkLarge(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Build(t, run, enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nRUN [\"/service\", \"-file\", \"/large\", \"-exit\", \"0\"]\n",
	}))
	var size int64
	err := run.Walk(t.Context(), image, func(hdr *tar.Header, r io.Reader) error {
		if hdr.Name != "large" {
			return nil
		}
		var err error
		size, err = io.Copy(io.Discard, r)
		return err
	})
	if err != nil || size != 96<<20 {
		t.Errorf("Walk: %d bytes of the large file, %v; want 96 MiB", size, err)
	}
	if peak := heap(); peak > 64<<20 {
		t.Errorf("the heap has grown to %d MiB", peak>>20)
	}
	visited := 0
	err = run.Walk(t.Context(), image, func(*tar.Header, io.Reader) error {
		visited++
		return checker.SkipAll
	})
	if err != nil || visited != 1 {
		t.Errorf("SkipAll ended the walk after %d files with %v", visited, err)
	}
	own := errors.New("the visitor's own")
	if err := run.Walk(t.Context(), image, func(*tar.Header, io.Reader) error { return own }); !errors.Is(err, own) {
		t.Errorf("the visitor's error came back as %v", err)
	}
}

func TestStoredImages(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	name := "shipshape.test/stored:" + run.ID()
	stand(t, c, name, map[string]string{engine.RunLabel: "standin", "shipshape.standin": "true"})

	got, err := c.InspectImage(t.Context(), name)
	if err != nil || got.Labels["who"] != "test" || got.Labels["shipshape.standin"] != "true" || got.SizeBytes == 0 || len(got.Tags) != 1 || got.Tags[0] != name {
		t.Errorf("InspectImage = %+v, %v", got, err)
	}
	alias := name + "-alias"
	if err := c.TagImage(t.Context(), name, alias); err != nil {
		t.Fatalf("TagImage: %v", err)
	}
	var saved bytes.Buffer
	if err := c.SaveImages(t.Context(), []string{alias}, &saved); err != nil {
		t.Fatalf("SaveImages: %v", err)
	}
	if err := c.UntagImage(t.Context(), alias); err != nil {
		t.Fatalf("UntagImage: %v", err)
	}
	if _, err := c.InspectImage(t.Context(), name); err != nil {
		t.Errorf("with the alias went the image: %v", err)
	}
	if err := c.LoadImages(t.Context(), &saved); err != nil {
		t.Fatalf("LoadImages: %v", err)
	}
	if again, err := c.InspectImage(t.Context(), alias); err != nil || again.Labels["who"] != "test" {
		t.Errorf("loaded: %+v, %v", again, err)
	}
	if err := c.UntagImage(t.Context(), alias); err != nil {
		t.Errorf("UntagImage: %v", err)
	}
	var environment *checker.EnvironmentError
	missing := "shipshape.test/none:1"
	for what, err := range map[string]error{
		"UntagImage": c.UntagImage(t.Context(), missing),
		"TagImage":   c.TagImage(t.Context(), missing, alias),
		"SaveImages": c.SaveImages(t.Context(), []string{missing}, io.Discard),
	} {
		if !errors.Is(err, checker.ErrNoImage) {
			t.Errorf("%s of an image that is not there: %v, want ErrNoImage", what, err)
		}
	}
	if err := c.LoadImages(t.Context(), strings.NewReader("no tar")); !errors.As(err, &environment) {
		t.Errorf("LoadImages of no tar: %v, want an EnvironmentError", err)
	}
	if err := c.PullImage(t.Context(), "127.0.0.1:1/none:1", func(checker.PullProgress) {}); !errors.As(err, &environment) || environment.Remedy == "" {
		t.Errorf("PullImage without a registry: %v, want an EnvironmentError with a remedy", err)
	}
}
