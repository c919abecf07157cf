package needle_test

import (
	"bytes"
	"slices"
	"testing"
	"testing/iotest"
)

// Whatever a stream holds, reading it ends, and a text that stands in it as it
// is is found: packed data, whole or broken, hides nothing but itself.
func FuzzStream(f *testing.F) {
	f.Add([]byte("before"), []byte("after"))
	for _, seed := range [][]byte{
		gzipped(f, []byte(plain)), zstandard(f, []byte("other")), file(f, "other.xz"), file(f, "other.bz2"),
		tarred(f, "a", []byte("other")), zipped(f, "a", []byte("other"), 8, false), zipped(f, "a", []byte("other"), 0, true),
		[]byte("H4sIAAAAAAAAA"), []byte("4a4b4c4d4e4f505152535455565758595a"), brokenTar(),
	} {
		f.Add(seed, []byte(nil))
		f.Add([]byte(nil), seed)
		f.Add(seed[:len(seed)/2], seed)
	}
	s := set(f)
	f.Fuzz(func(t *testing.T, before, after []byte) {
		content := slices.Concat(before, []byte(canary), after)
		for _, r := range []*bytes.Reader{bytes.NewReader(content), bytes.NewReader(append(before, after...))} {
			// Not MaxUnpacked: a fuzzer finds a bomb soon.
			const some = 1 << 20
			x := s.NewSearch()
			x.Allow(some)
			size := r.Len()
			got, err := x.Stream(iotest.HalfReader(r))
			if err != nil {
				t.Fatal(err)
			}
			if size == len(content) && len(got.Hits) != 1 {
				t.Fatalf("not found: %+v", got)
			}
		}
	})
}
