package engine_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

// Everything that was ever in a layer is visited, also what a later one deleted
// and what is much larger than the memory that may be used.
func TestArchive(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Build(t, run, enginetest.Project(t, map[string]string{
		"Dockerfile": `FROM scratch
COPY service /service
COPY canary /app/canary
RUN ["/service", "remove", "/app/canary"]
RUN ["/service", "-file", "/large", "-exit", "0"]
COPY again /again
COPY again /again
LABEL note="{ustar}"
ENTRYPOINT ["/service"]
`,
		"canary": run.ID(), "again": "twice",
	}))
	at := map[string]string{} // the layer of each name
	var canary bytes.Buffer
	var large int64
	archive, err := run.Archive(t.Context(), image, func(layer string, hdr *tar.Header, r io.Reader) error {
		name := strings.Trim(hdr.Name, "./")
		at[name] = layer
		switch name {
		case "app/canary":
			_, err := io.Copy(&canary, r)
			return err
		case "large":
			n, err := io.Copy(io.Discard, r)
			large = n
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if canary.String() != run.ID() || large != 96<<20 {
		t.Errorf("the deleted file holds %q and the large one %d bytes, want %q and 96 MiB", &canary, large, run.ID())
	}
	index := func(name string) int { return slices.Index(archive.Layers, at[name]) }
	order := []int{index("service"), index("app/canary"), index("app/.wh.canary"), index("large"), index("again")}
	if order[0] != 0 || !slices.IsSorted(order) || len(slices.Compact(order)) != len(order) {
		t.Errorf("the files stand in the layers %v of %q, want the order of the Dockerfile", order, archive.Layers)
	}
	inspected, err := run.Image(t.Context(), image)
	if err != nil || len(archive.Layers) != len(inspected.RootFS) {
		t.Errorf("%d layers %q, want the image's %d (%v)", len(archive.Layers), archive.Layers, len(inspected.RootFS), err)
	}
	if !bytes.Contains(archive.Config, []byte("{ustar}")) || !bytes.Contains(archive.Config, []byte("COPY again")) {
		t.Errorf("the configuration has neither the label nor the history: %s", archive.Config)
	}
	if peak := heap(); peak > 64<<20 {
		t.Errorf("the heap has grown to %d MiB", peak>>20)
	}
}

func TestArchiveEndsEarly(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Image(t, run)
	visited := 0
	end := func(err error) func(string, *tar.Header, io.Reader) error {
		return func(string, *tar.Header, io.Reader) error {
			visited++
			return err
		}
	}
	if archive, err := run.Archive(t.Context(), image, end(checker.SkipAll)); err != nil || archive != nil || visited != 1 {
		t.Errorf("SkipAll: %+v, %v after %d files; want nothing after one", archive, err, visited)
	}
	own := errors.New("the visitor's own")
	if _, err := run.Archive(t.Context(), image, end(own)); !errors.Is(err, own) {
		t.Errorf("the visitor's error came back as %v", err)
	}
	if _, err := run.Archive(t.Context(), "shipshape.test/none:1", end(nil)); !errors.Is(err, checker.ErrNoImage) {
		t.Errorf("an image that is not there: %v, want ErrNoImage", err)
	}
}

// An image of nothing but a configuration is no fault of the engine's.
func TestArchiveWithoutLayers(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Build(t, run, enginetest.Project(t, map[string]string{"Dockerfile": "FROM scratch\nENV TOKEN=canary\nLABEL a=first a=second\n"}))
	archive, err := run.Archive(t.Context(), image, func(layer string, hdr *tar.Header, _ io.Reader) error {
		t.Errorf("visited %s in %s", hdr.Name, layer)
		return nil
	})
	if err != nil || len(archive.Layers) != 0 {
		t.Fatalf("Archive = %+v, %v; want one without layers", archive, err)
	}
	for _, text := range []string{`"TOKEN=canary"`, "a=first"} {
		if !bytes.Contains(archive.Config, []byte(text)) {
			t.Errorf("the configuration has no %s: %s", text, archive.Config)
		}
	}
}
