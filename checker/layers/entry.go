package layers

import (
	"iter"
	"path"
	"strings"
)

// Entry is one entry of a layer.
type Entry struct {
	// Path is absolute: "/etc/passwd".
	Path string
	Kind Kind
	// Size is that of a file's content, in bytes; of a hard link, that of the
	// file that it names.
	Size int64
	// Mode are the twelve bits of chmod, such as 0o4755.
	Mode     uint32
	UID, GID int
	// Target is a symbolic link's, as written.
	Target string
	// Layer is the position of the layer that holds it.
	Layer int

	// index is that of the entry.
	index uint32
}

// Executable reports whether it is a file that somebody may execute.
func (e Entry) Executable() bool {
	return (e.Kind == File || e.Kind == HardLink) && e.Mode&0o111 != 0
}

// describe makes an Entry of the entry with index i.
func (s *Stack) describe(i uint32, name string) Entry {
	e := s.x.entries.at(i)
	out := Entry{
		Path: name, Kind: e.kind, Size: e.size, Mode: uint32(e.mode),
		UID: int(e.uid), GID: int(e.gid), Layer: s.position(i), index: i,
	}
	if e.kind == Symlink {
		out.Target = s.x.target(e)
	}
	if file, ok := s.file(i); ok && file != i {
		out.Size = s.x.entries.at(file).size
	}
	return out
}

// position is that of the layer that holds an entry.
func (s *Stack) position(i uint32) int {
	for position, name := range s.order {
		for _, span := range s.x.spans[name] {
			if span.first <= i && i < span.end {
				return position
			}
		}
	}
	return -1
}

// Visible yields what can be seen in the final tree, in no certain order.
func (s *Stack) Visible() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for n := range s.now.n {
			if i := *s.now.at(uint32(n)); i != none {
				if !yield(s.describe(i-1, s.x.names.path(node(n)))) {
					return
				}
			}
		}
	}
}

// Hidden yields what the layers above the base image hold and the final tree
// does not show, because a later layer deletes or covers it. Deletions
// themselves are not in it.
func (s *Stack) Hidden() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		shown := make([]bool, s.x.entries.n)
		for n := range s.now.n {
			if i := *s.now.at(uint32(n)); i != none {
				shown[i-1] = true
			}
		}
		seen := make(map[string]bool)
		for _, layer := range s.order[s.base:] {
			if seen[layer] {
				continue
			}
			seen[layer] = true
			for _, span := range s.x.spans[layer] {
				for i := span.first; i < span.end; i++ {
					e := s.x.entries.at(i)
					if shown[i] || e.kind == whiteout || e.kind == opaque {
						continue
					}
					if !yield(s.describe(i, s.x.names.path(e.name))) {
						return
					}
				}
			}
		}
	}
}

// Content tells at which layer's position and under which path the content of
// a file is stored: its own, or, for a hard link, those of the name that it was
// linked to. It is false for what has no content.
func (s *Stack) Content(e Entry) (position int, name string, ok bool) {
	file, ok := s.file(e.index)
	if !ok {
		return 0, "", false
	}
	return s.position(file), s.x.names.path(s.x.entries.at(file).name), true
}

// Lookup finds what can be seen at a path. It follows the symbolic links on the
// way, as a program would, but not one at the path itself; Path is then where
// the entry really stands.
func (s *Stack) Lookup(name string) (Entry, bool) {
	dir, base := path.Split(cleanPath(name))
	folder, ok := s.walk(dir, mostLinks)
	if !ok {
		return Entry{}, false
	}
	return s.seen(path.Join(folder, base))
}

// Resolve finds what can be seen at a path, following all symbolic links.
func (s *Stack) Resolve(name string) (Entry, bool) {
	at, ok := s.walk(cleanPath(name), mostLinks)
	if !ok {
		return Entry{}, false
	}
	return s.seen(at)
}

// seen is what stands at a path without any link in it.
func (s *Stack) seen(real string) (Entry, bool) {
	n, ok := s.x.names.find(real)
	if !ok || *s.now.at(uint32(n)) == none {
		return Entry{}, false
	}
	return s.describe(*s.now.at(uint32(n))-1, real), true
}

// walk follows the symbolic links of a path, of which at most links; false
// where they lead in a circle.
func (s *Stack) walk(name string, links int) (string, bool) {
	at := "/"
	rest := name
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		switch part {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			continue
		}
		at = path.Join(at, part)
		e, ok := s.seen(at)
		if !ok || e.Kind != Symlink {
			continue
		}
		if links--; links < 0 {
			return "", false
		}
		rest = e.Target + "/" + rest
		at = path.Dir(at)
		if path.IsAbs(e.Target) {
			at = "/"
		}
	}
	return at, true
}
