package engine

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// file is an entry of a tar in a test; one with a link is a symbolic link.
type file struct{ name, content, link string }

func tarOf(t *testing.T, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		hdr := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: int64(len(f.content)), Mode: 0o644}
		if f.link != "" {
			hdr.Typeflag, hdr.Linkname, hdr.Size = tar.TypeSymlink, f.link, 0
		}
		if err := w.WriteHeader(hdr); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.content[:hdr.Size]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, content)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstandard(t *testing.T, content string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(content), nil))
}

// read unpacks a saved image and describes the one whose layers are "one" and
// "two"; visits are told as layer:name=content.
func read(saved string, rootFS ...string) (visits []string, layers []string, config string, err error) {
	u := newUnpacking(func(layer string, hdr *tar.Header, r io.Reader) error {
		content, err := io.ReadAll(r)
		visits = append(visits, layer+":"+hdr.Name+"="+string(content))
		return err
	})
	if err := u.run(strings.NewReader(saved)); err != nil {
		return visits, nil, "", err
	}
	archive, err := u.describe(rootFS)
	if err != nil {
		return visits, nil, "", err
	}
	return visits, archive.Layers, string(archive.Config), nil
}

func TestArchiveLayouts(t *testing.T) {
	one, two := tarOf(t, file{name: "{a", content: "1"}), tarOf(t, file{name: "b", content: "2"})
	const config = `{"rootfs":{"diff_ids":["one","two"]},"note":"ustar"}`
	index := func(manifests ...string) string {
		return fmt.Sprintf(`{"manifests":[%s]}`, strings.Join(manifests, ","))
	}
	blob := func(digest string) string { return `{"digest":"sha256:` + digest + `"}` }
	nested := func(digest string) string {
		return `{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:` + digest + `"}`
	}
	image := func(config string, layers ...string) string {
		for i := range layers {
			layers[i] = blob(layers[i])
		}
		return fmt.Sprintf(`{"config":%s,"layers":[%s]}`, blob(config), strings.Join(layers, ","))
	}
	tests := map[string]struct {
		files          []file
		visits, layers []string
	}{
		"before 25": {
			[]file{
				{name: "x/VERSION", content: "1.0"}, {name: "x/json", content: "{}"}, {name: "x/layer.tar", link: "../z/layer.tar"},
				{name: "y/layer.tar", content: two}, {name: "z/layer.tar", content: one}, {name: "c.json", content: config},
				{name: "manifest.json", content: `[{"Config":"c.json","Layers":["x/layer.tar","y/layer.tar"]}]`},
			},
			[]string{"y/layer.tar:b=2", "z/layer.tar:{a=1"}, []string{"z/layer.tar", "y/layer.tar"},
		},
		"packed blobs": {
			[]file{
				{name: "blobs/sha256/2", content: gzipped(t, two)}, {name: "blobs/sha256/c", content: config},
				{name: "blobs/sha256/1", content: zstandard(t, one)}, {name: "index.json", content: index()},
				{name: "manifest.json", content: `[{"Config":"blobs/sha256/c","Layers":["blobs/sha256/1","blobs/sha256/2"]}]`},
			},
			[]string{"blobs/sha256/2:b=2", "blobs/sha256/1:{a=1"}, []string{"blobs/sha256/1", "blobs/sha256/2"},
		},
		"a layer twice": {
			[]file{
				{name: "blobs/sha256/1", content: one}, {name: "c", content: config},
				{name: "manifest.json", content: `[{"Config":"c","Layers":["blobs/sha256/1","blobs/sha256/1"]}]`},
			},
			[]string{"blobs/sha256/1:{a=1"}, []string{"blobs/sha256/1", "blobs/sha256/1"},
		},
		"nothing but indexes, with an attestation and another platform": {
			[]file{
				{name: "blobs/sha256/1", content: one}, {name: "blobs/sha256/2", content: two}, {name: "blobs/sha256/c", content: config},
				{name: "blobs/sha256/s", content: `{"_type":"in-toto"}`}, {name: "blobs/sha256/a", content: image("none", "s")},
				{name: "blobs/sha256/o", content: `{"rootfs":{"diff_ids":["one","three"]}}`}, {name: "blobs/sha256/p", content: image("o", "1", "2")},
				{name: "blobs/sha256/m", content: image("c", "1", "2")}, {name: "blobs/sha256/i", content: index(nested("i"), blob("a"), blob("p"), blob("m"))},
				{name: "index.json", content: index(nested("i"))},
			},
			[]string{"blobs/sha256/1:{a=1", "blobs/sha256/2:b=2"}, []string{"blobs/sha256/1", "blobs/sha256/2"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			visits, layers, got, err := read(tarOf(t, tt.files...), "one", "two")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(visits, tt.visits) || !slices.Equal(layers, tt.layers) || got != config {
				t.Errorf("visited %q, layers %q, configuration %s; want %q, %q, %s", visits, layers, got, tt.visits, tt.layers, config)
			}
		})
	}
}

func TestArchivesThatTellNothing(t *testing.T) {
	one := tarOf(t, file{name: "a", content: strings.Repeat("1", 5000)})
	const config = `{"rootfs":{"diff_ids":["one"]}}`
	manifest := file{name: "manifest.json", content: `[{"Config":"c","Layers":["l"]}]`}
	whole := tarOf(t, file{name: "l", content: one}, file{name: "c", content: config}, manifest)
	if _, _, _, err := read(whole, "one"); err != nil {
		t.Fatal(err)
	}
	many := make([]file, entriesLimit+1)
	for i := range many {
		many[i].name = fmt.Sprint(i)
	}
	tests := map[string]struct{ saved, says string }{
		"no tar":               {strings.Repeat("no tar ", 200), "header"},
		"nothing":              {"", "description"},
		"cut in a layer":       {whole[:3000], "unexpected EOF"},
		"cut in its last file": {whole[:len(whole)-3*blockSize], "unexpected EOF"},
		"a layer cut short":    {tarOf(t, file{name: "l", content: one[:2000]}, file{name: "c", content: config}, manifest), "unexpected EOF"},
		"a packed layer cut":   {tarOf(t, file{name: "l", content: gzipped(t, one)[:60]}, file{name: "c", content: config}, manifest), "unexpected EOF"},
		"a layer that is none": {tarOf(t, file{name: "l", content: "\x00" + strings.Repeat("?", 2000)}, file{name: "c", content: config}, manifest), "the layer l"},
		"no layer":             {tarOf(t, file{name: "c", content: config}, manifest), "the layer l"},
		"a link to itself":     {tarOf(t, file{name: "l", link: "l"}, file{name: "c", content: config}, manifest), "the layer l"},
		"no configuration":     {tarOf(t, file{name: "l", content: one}, manifest), "description"},
		"another image's":      {tarOf(t, file{name: "l", content: one}, file{name: "c", content: `{"rootfs":{"diff_ids":["two"]}}`}, manifest), "description"},
		"too many entries":     {tarOf(t, many...), "entries"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, layers, _, err := read(tt.saved, "one"); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("layers %q, error %v; want one that says %q", layers, err, tt.says)
			}
		})
	}
}

// Documents are kept, so what is kept of them all is bounded.
func TestArchiveOfManyDocuments(t *testing.T) {
	u := newUnpacking(nil)
	u.room = 1000
	saved := tarOf(t, file{name: "a", content: documentOf(600)}, file{name: "b", content: documentOf(600)}, file{name: "c", content: documentOf(400)})
	if err := u.run(strings.NewReader(saved)); err != nil {
		t.Fatal(err)
	}
	if len(u.documents["a"]) != 600 || u.documents["b"] != nil || len(u.documents["c"]) != 400 || u.room != 0 {
		t.Errorf("room for %d more, and kept are %q; want the first and the last, which fill it", u.room, slices.Sorted(maps.Keys(u.documents)))
	}
}

func documentOf(size int) string { return "[" + strings.Repeat(" ", size-2) + "]" }
