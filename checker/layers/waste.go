package layers

// How says how bytes came to be wasted.
type How string

// The ways in which bytes are wasted.
const (
	// Copied: the same content is stored once more under the same name, as a
	// chown or chmod of a file in a lower layer does.
	Copied How = "copied"
	// Replaced: a later layer stores other content under the same name.
	Replaced How = "replaced"
	// Deleted: a later layer deletes the file, or the folder that it is in.
	Deleted How = "deleted"
)

// Waste is a file that takes room in the image for nothing.
type Waste struct {
	// Path is where the wasted file stood.
	Path  string
	Bytes int64
	How   How
	// First is the position of the layer that stored the file, Again that of
	// the layer that copied, replaced or deleted it.
	First, Again int
}

// Layer is what one layer holds.
type Layer struct {
	Name string
	// Bytes are those of all files in it, also of those that are hidden.
	Bytes int64
	Files int
}

// Layers describes each layer, base first.
func (s *Stack) Layers() []Layer {
	out := make([]Layer, len(s.order))
	for position, name := range s.order {
		out[position].Name = name
		s.each(position, func(_ uint32, e *entry) {
			if e.kind == File {
				out[position].Bytes += e.size
				out[position].Files++
			}
		})
	}
	return out
}

// Wasted calls visit with each file above the base image's layers that is
// there for nothing, in no certain order:
//
//   - one that can't be seen by any of its names in the final tree, and
//   - one that only repeats, under the same name, what the base image holds:
//     the base image can't be made smaller, and the copy could be left out.
//
// What the base image itself wastes is not counted, nor a base image's file
// that a later layer deletes or changes.
func (s *Stack) Wasted(visit func(Waste)) {
	seen := make(map[string]bool, len(s.order))
	for position, name := range s.order {
		if position < s.base || seen[name] {
			continue // an image may have a layer twice; it is stored once
		}
		seen[name] = true
		s.each(position, func(i uint32, e *entry) {
			if f := s.fates.at(i); e.kind == File && e.size > 0 && f.names == 0 {
				visit(Waste{
					Path: s.x.names.path(e.name), Bytes: e.size, How: s.how(e, f),
					First: position, Again: int(f.at),
				})
			}
		})
	}
	s.copiedFromBase(visit)
}

// how tells in which way a file that can't be seen was lost.
func (s *Stack) how(lost *entry, f *fate) How {
	if f.by == none {
		return Deleted
	}
	file, ok := s.file(f.by - 1)
	switch {
	case !ok:
		return Deleted // by a folder, a link or a device in its place
	case sameContent(lost, s.x.entries.at(file)):
		return Copied
	}
	return Replaced
}

// copiedFromBase finds the files that repeat the base image's.
func (s *Stack) copiedFromBase(visit func(Waste)) {
	for n := range s.below.n {
		was, is := *s.below.at(uint32(n)), *s.now.at(uint32(n))
		if was == none || is == none || was == is {
			continue
		}
		copied := s.x.entries.at(is - 1)
		original, ok := s.file(was - 1)
		if !ok || copied.kind != File || copied.size == 0 || !sameContent(copied, s.x.entries.at(original)) {
			continue
		}
		if again := s.position(is - 1); again >= s.base {
			visit(Waste{
				Path: s.x.names.path(node(n)), Bytes: copied.size, How: Copied,
				First: s.position(original), Again: again,
			})
		}
	}
}

// sameContent compares two files by their size and the hash of their content.
func sameContent(a, b *entry) bool { return a.size == b.size && a.hash == b.hash }
