package engine_test

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

// files reads the small files of an image, by name.
func files(t *testing.T, run *engine.Run, image string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := run.Walk(t.Context(), image, func(hdr *tar.Header, r io.Reader) error {
		if hdr.Typeflag != tar.TypeReg || hdr.Size > 1<<10 {
			return nil
		}
		content, err := io.ReadAll(r)
		got[strings.TrimPrefix(hdr.Name, "./")] = string(content)
		return err
	})
	if err != nil {
		t.Fatalf("walk %s: %v", image, err)
	}
	return got
}

// stand makes a named image that lives until the test's end.
func stand(t *testing.T, c *engine.Client, name string, labels map[string]string) {
	t.Helper()
	program, err := os.ReadFile(filepath.Join(enginetest.Project(t, nil), "service"))
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for name, content := range map[string][]byte{"Base": []byte("FROM scratch\nARG WHO\nLABEL who=$WHO\nCOPY service /service\n"), "service": program} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var log []string
	id, err := c.BuildImage(t.Context(), checker.ImageBuild{
		For: name, Labels: labels, Context: &archive, Dockerfile: "Base", Args: map[string]string{"WHO": "test"},
		Log: func(line string) { log = append(log, line) },
	})
	if err != nil {
		t.Fatalf("build %s: %v", name, err)
	}
	if err := c.TagImage(t.Context(), id, name); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(log, "\n"), "COPY service") {
		t.Errorf("the log of the build is %q, want it to name its steps", log)
	}
	t.Cleanup(func() {
		if _, err := c.API().ImageRemove(context.Background(), name, client.ImageRemoveOptions{}); err != nil {
			t.Errorf("remove %s: %v", name, err)
		}
	})
}

// left lists what carries the label of a run, or any run's with an empty id.
func left(t *testing.T, c *engine.Client, id string) []string {
	t.Helper()
	label := engine.RunLabel
	if id != "" {
		label += "=" + id
	}
	filter := make(client.Filters).Add("label", label)
	var found []string
	containers, err := c.API().ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: filter})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range containers.Items {
		found = append(found, "container "+item.ID)
	}
	images, err := c.API().ImageList(t.Context(), client.ImageListOptions{All: true, Filters: filter})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range images.Items {
		found = append(found, "image "+item.ID)
	}
	return found
}

// eventually asks until it is so, or fails after a time that is generous for a
// loaded machine.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if so() {
			return
		}
	}
	t.Fatalf("it never came to this: %s", what)
}

// start starts an image with the service's arguments.
func start(t *testing.T, run *engine.Run, image string, args ...string) checker.Container {
	t.Helper()
	c, err := run.Start(t.Context(), checker.RunRequest{Image: image, Cmd: args, Port: 8080, Limits: checker.DefaultLimits()})
	if err != nil {
		t.Fatalf("start %s: %v", image, err)
	}
	return c
}

// answers waits until the service answers.
func answers(t *testing.T, c checker.Container) {
	t.Helper()
	eventually(t, "the service answers", func() bool {
		_, err := c.Do(t.Context(), "GET", "/", time.Second)
		return err == nil
	})
}
