package layers_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"testing"

	"shipshape/checker/layers"
)

// FuzzIndex reads what no engine would send: it must end, and say nothing that can't be.
func FuzzIndex(f *testing.F) {
	for _, all := range [][]item{
		{folder("a"), file("a/x", "1"), hardlink("b", "a/x"), symlink("c", "a"), file("c/y", "2"), gone("a/x"), emptied("a")},
		{symlink("a", "b"), symlink("b", "a"), file("a/x", "1")},
		{symlink("a", "../../x/./y"), file("a/../b", "1"), hardlink("b", "b")},
	} {
		f.Add(written(f, all))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		x := layers.NewIndex()
		for _, layer := range []string{"a", "b"} {
			r := tar.NewReader(bytes.NewReader(raw))
			for {
				hdr, err := r.Next()
				if err != nil {
					break
				}
				sink, err := x.Add(layer, hdr)
				if err != nil {
					if !errors.Is(err, layers.ErrMalformed) && !errors.Is(err, layers.ErrTooMany) {
						t.Fatal(err)
					}
					continue
				}
				if sink != nil {
					_, _ = io.Copy(sink, r) // what a cut file holds is enough
					_ = sink.Close()
				}
			}
		}
		s, err := x.Stack(t.Context(), []string{"a", "b", "a"}, 1)
		if errors.Is(err, layers.ErrTooMany) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for e := range s.Visible() {
			// Behind links in a circle nothing can be looked up.
			if found, ok := s.Lookup(e.Path); ok && found.Path != e.Path {
				t.Errorf("%q can be seen, and looking it up finds %q", e.Path, found.Path)
			}
		}
		s.Wasted(func(w layers.Waste) {
			if w.Bytes <= 0 || w.First < 0 || w.Again < 0 {
				t.Errorf("wasted: %+v", w)
			}
		})
	})
}
