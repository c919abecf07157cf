package layers_test

import (
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"shipshape/checker/layers"
)

// model is the simplest thing that does what a stack must do: a map of paths.
type model map[string]*modelFile

// modelFile is a file, nil for a folder; hard links share one.
type modelFile struct{ size int64 }

func (m model) remove(at string) {
	for name := range m {
		if name == at || strings.HasPrefix(name, at+"/") {
			delete(m, name)
		}
	}
}

// apply lays a layer over what is there.
func (m model) apply(layer []item) {
	for _, i := range layer {
		dir, base := path.Split("/" + i.hdr.Name)
		switch {
		case base == ".wh..wh..opq":
			for name := range m {
				if strings.HasPrefix(name, dir) {
					delete(m, name)
				}
			}
		case strings.HasPrefix(base, ".wh."):
			m.remove(dir + strings.TrimPrefix(base, ".wh."))
		}
	}
	for _, i := range layer {
		name := path.Clean("/" + i.hdr.Name)
		switch {
		case strings.HasPrefix(path.Base(name), ".wh."):
		case strings.HasSuffix(i.hdr.Name, "/"):
			if was, ok := m[name]; !ok || was != nil {
				m[name] = nil
			}
		case i.hdr.Linkname != "":
			linked := m["/"+i.hdr.Linkname]
			m.remove(name)
			m[name] = linked
		default:
			m.remove(name)
			m[name] = &modelFile{i.hdr.Size}
		}
	}
}

// randomLayers makes layers as an engine could: folders before what is in them,
// and links after what they name.
func randomLayers(r *rand.Rand) [][]item {
	var out [][]item
	for range 1 + r.IntN(5) {
		var layer []item
		folders, files := []string{""}, []string(nil)
		taken := map[string]bool{}
		for range r.IntN(8) {
			name := path.Join(folders[r.IntN(len(folders))], string(rune('a'+r.IntN(3))))
			if taken[name] {
				continue
			}
			taken[name] = true
			switch r.IntN(6) {
			case 0, 1:
				layer = append(layer, folder(name))
				folders = append(folders, name)
				if r.IntN(4) == 0 {
					layer = append(layer, emptied(name))
				}
			case 2:
				layer = append(layer, gone(name))
			case 3:
				if len(files) > 0 {
					layer = append(layer, hardlink(name, files[r.IntN(len(files))]))
				}
			default:
				layer = append(layer, file(name, strings.Repeat("x", 1+r.IntN(9))))
				files = append(files, name)
			}
		}
		out = append(out, layer)
	}
	return out
}

func TestAStackAgreesWithASimplerOne(t *testing.T) {
	for seed := range uint64(3000) {
		all := randomLayers(rand.New(rand.NewPCG(seed, 0)))
		s := stack(t, 0, all...)
		m := model{}
		var stored int64
		for _, layer := range all {
			m.apply(layer)
			for _, i := range layer {
				if i.hdr.Linkname == "" {
					stored += i.hdr.Size
				}
			}
		}
		var want []string
		seen := map[*modelFile]bool{nil: true}
		var useful int64
		for name, f := range m {
			want = append(want, name)
			if !seen[f] {
				seen[f] = true
				useful += f.size
			}
		}
		slices.Sort(want)
		if got := visible(s); got != strings.Join(want, " ") {
			t.Fatalf("seed %d: %q can be seen, want %q\n%v", seed, got, want, all)
		}
		var lost int64
		s.Wasted(func(w layers.Waste) { lost += w.Bytes })
		if lost != stored-useful {
			t.Fatalf("seed %d: %d bytes are wasted, want %d of %d\n%v", seed, lost, stored-useful, stored, all)
		}
	}
}
