package needle_test

import (
	"bytes"
	"encoding/base64"
	mathrand "math/rand/v2"
	"testing"

	"shipshape/checker/needle"
)

// BenchmarkStream searches for eight needles, as a grade may plant.
func BenchmarkStream(b *testing.B) {
	var values []string
	for i := range 8 {
		values = append(values, canary[i:]+canary[:i])
	}
	x := set(b, values...).NewSearch()
	random := make([]byte, 16<<20)
	_, _ = mathrand.NewChaCha8([32]byte{3}).Read(random)
	text := []byte(base64.StdEncoding.EncodeToString(random[:12<<20]))
	for name, content := range map[string][]byte{
		"random": random, "zeros": make([]byte, 16<<20), "text": append([]byte("# "), text...), "gzip": gzipped(b, text),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				x.Allow(needle.MaxUnpacked)
				if _, err := x.Stream(bytes.NewReader(content)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
