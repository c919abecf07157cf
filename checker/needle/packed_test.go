package needle_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"shipshape/checker/needle"
)

// file reads one of those that were packed by programs of other languages: env
// holds the canary, other holds nothing.
func file(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// plain is what the packed files hold.
const plain = "API_KEY=" + canary + "\n"

// packed returns what a writer of a format makes of content.
func packed[W io.WriteCloser](t testing.TB, newWriter func(io.Writer) W, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := newWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, content []byte) []byte { return packed(t, gzip.NewWriter, content) }

func zstandard(t testing.TB, content []byte) []byte {
	return packed(t, func(w io.Writer) *zstd.Encoder {
		e, err := zstd.NewWriter(w)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}, content)
}

// tarred makes a tar of a file among others.
func tarred(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range []struct {
		name    string
		content []byte
	}{{"README", []byte("nothing here")}, {name, content}, {"last", nil}} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipped makes a zip of a file among others; raw gives the sizes before the
// data, as zip does when it can seek.
func zipped(t testing.TB, name string, content []byte, method uint16, raw bool) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	first, err := w.Create("README")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Write([]byte("nothing here")); err != nil {
		t.Fatal(err)
	}
	hdr := &zip.FileHeader{Name: name, Method: method}
	var f io.Writer
	if raw {
		hdr.CompressedSize64, hdr.UncompressedSize64 = uint64(len(content)), uint64(len(content))
		f, err = w.CreateRaw(hdr)
	} else {
		f, err = w.CreateHeader(hdr)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedDataIsLookedInto(t *testing.T) {
	noise := make([]byte, 200_000)
	_, _ = mathrand.NewChaCha8([32]byte{2}).Read(noise)
	in := []byte(plain)
	tgz := gzipped(t, tarred(t, "app/.env", in))
	for name, tc := range map[string]struct {
		content []byte
		trail   []string
	}{
		"gzip":                    {gzipped(t, in), []string{"gzip"}},
		"the second member":       {slices.Concat(gzipped(t, []byte("a")), gzipped(t, in)), []string{"gzip"}},
		"zlib":                    {packed(t, zlib.NewWriter, in), []string{"zlib"}},
		"bzip2":                   {file(t, "env.bz2"), []string{"bzip2"}},
		"xz":                      {file(t, "env.xz"), []string{"xz"}},
		"zstd":                    {zstandard(t, in), []string{"zstd"}},
		"tar":                     {tarred(t, "app/.env", in), []string{"tar: app/.env"}},
		"tar.gz":                  {tgz, []string{"gzip", "tar: app/.env"}},
		"zip":                     {zipped(t, "a/.env", in, zip.Deflate, false), []string{"zip: a/.env"}},
		"zip, stored":             {zipped(t, "a/.env", in, zip.Store, true), []string{"zip: a/.env"}},
		"zip, stored, of no size": {zipped(t, "a/.env", in, zip.Store, false), nil},
		"zip with xz in it":       {zipped(t, "a/.env", file(t, "env.xz"), 95, true), []string{"xz"}},
		"a jar in a jar":          {zipped(t, "lib/a.jar", zipped(t, ".env", in, zip.Deflate, false), zip.Store, true), []string{"zip: lib/a.jar", "zip: .env"}},
		"within a program":        {slices.Concat(noise, tgz, noise), []string{"gzip", "tar: app/.env"}},
		"behind xz":               {slices.Concat(file(t, "other.xz"), gzipped(t, in)), []string{"gzip"}},
		"behind zstd":             {slices.Concat(zstandard(t, []byte("other")), gzipped(t, in)), []string{"gzip"}},
		"behind bzip2":            {slices.Concat(noise, file(t, "other.bz2"), gzipped(t, in)), []string{"gzip"}},
		"behind a cut one":        {slices.Concat(gzipped(t, []byte(hex.EncodeToString(noise)))[:1000], gzipped(t, in)), []string{"gzip"}},
		"a cut one":               {gzipped(t, append(in, noise...))[:2000], []string{"gzip"}},
		"behind broken ones":      {slices.Concat(bytes.Repeat([]byte("\x1f\x8b\x08\x00BZhPK\x03\x04\xfd7zXZ\x00\x28\xb5\x2f\xfd\x78\x9c"), 50), gzipped(t, in)), []string{"gzip"}},
		"behind a broken tar":     {slices.Concat(brokenTar(), gzipped(t, in)), []string{"gzip"}},
		"base64 of a tar.gz":      {[]byte(base64.StdEncoding.EncodeToString(tgz)), []string{"base64", "gzip", "tar: app/.env"}},
		"that in a script":        {[]byte("#!/bin/sh\necho " + base64.StdEncoding.EncodeToString(tgz) + " | base64 -d"), []string{"base64", "gzip", "tar: app/.env"}},
		"zip in a script":         {[]byte(`X = "` + base64.StdEncoding.EncodeToString(zipped(t, ".env", in, zip.Deflate, false)) + `"`), []string{"base64", "zip: .env"}},
		"hex of a gzip":           {[]byte(hex.EncodeToString(gzipped(t, in))), []string{"hexadecimal", "gzip"}},
	} {
		got := search(t, tc.content)
		if len(got.Hits) != 1 || !slices.Equal(got.Hits[0].Trail, tc.trail) || got.Unread != "" {
			t.Errorf("%s: %+v, want a hit by %q", name, got, tc.trail)
		}
	}
}

// brokenTar is what looks like a tar and is none.
func brokenTar() []byte {
	b := make([]byte, 600)
	copy(b[257:], "ustar")
	return b
}

func TestWhatIsPackedTooOftenIsSaidToBeUnread(t *testing.T) {
	content := []byte(plain)
	for range needle.MaxDepth {
		content = gzipped(t, content)
	}
	if got := search(t, content); len(got.Hits) != 1 || got.Unread != "" {
		t.Errorf("at the limit: %+v", got)
	}
	if got := search(t, gzipped(t, content)); len(got.Hits) != 0 || got.Unread == "" {
		t.Errorf("beyond the limit: %+v", got)
	}
}

func TestWhatTakesTooMuchMemoryIsSaidToBeUnread(t *testing.T) {
	got := search(t, slices.Concat([]byte("behind something"), file(t, "env-9.xz")))
	if len(got.Hits) != 0 || !strings.Contains(got.Unread, "window") {
		t.Errorf("%+v", got)
	}
}

// A few KB that unpack to many times more than may be unpacked.
func TestABombIsLeftAlone(t *testing.T) {
	var zeros [1 << 20]byte
	once := gzipped(t, bytes.Repeat(zeros[:], 8))
	twice := gzipped(t, bytes.Repeat(once, 8))
	x := set(t).NewSearch()
	x.Allow(1 << 20)
	got, err := x.Stream(bytes.NewReader(append(twice, plain...)))
	if err != nil || !strings.Contains(got.Unread, "MiB") {
		t.Errorf("unread: %q, %v", got.Unread, err)
	}
	if len(got.Hits) != 1 {
		t.Errorf("what stands behind the bomb as it is was not found: %+v", got)
	}
	got, err = x.Stream(strings.NewReader("no more may be unpacked, and here is nothing to unpack"))
	if err != nil || got.Unread != "" {
		t.Errorf("a stream without anything packed: %+v, %v", got, err)
	}
}

// A beginning of each format at every place, and never anything behind it.
func TestManyBeginningsAreNoEndlessWork(t *testing.T) {
	x := set(t).NewSearch()
	x.Allow(1 << 20)
	beginnings := bytes.Repeat([]byte("\x78\x01\x1f\x8b\x08\x00BZh9PK\x03\x04"), 10_000)
	got, err := x.Stream(bytes.NewReader(append(beginnings, plain...)))
	if err != nil || got.Unread == "" || len(got.Hits) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
