package layers

import "context"

// none is no entry, where entries are counted from 1.
const none uint32 = 0

// Stack is an image's layers laid over one another. It is not changed after
// Index.Stack, and safe for use by several goroutines.
type Stack struct {
	x     *Index
	order []string
	base  int
	// now is, for each name, the entry that can be seen there, from 1.
	now list[uint32]
	// filled says, for each name, that something below it may be seen. Then so
	// it says of all names above.
	filled list[bool]
	// below is the same after the base image's layers; empty without one.
	below list[uint32]
	// fates tell of each file entry what became of it.
	fates list[fate]
	// full says that it would take too much memory.
	full bool
}

// fate is what became of an entry with content.
type fate struct {
	// names is by how many names a file can be seen.
	names int32
	// by is the entry that took a file's last name, from 1; none where it was
	// deleted, or can be seen. Of a hard link it is the file that it names.
	by uint32
	// at is the position of the layer in which it lost its last name.
	at uint16
}

// Stack lays the layers over one another, in the order given by their names,
// base first. The first base layers are those of the image that it was built
// on; 0 where there is none. It returns an error that matches ErrTooMany where
// the names that links lead to take too much memory. Layers that show and hide
// many names again and again take long: ctx ends that.
//
// No further entry may be added to the index afterwards.
func (x *Index) Stack(ctx context.Context, order []string, base int) (*Stack, error) {
	s := &Stack{x: x, order: order, base: min(base, len(order))}
	s.now.grow(x.names.count())
	s.filled.grow(x.names.count())
	s.fates.grow(x.entries.n)
	for position := range order {
		if position == s.base && base > 0 {
			s.remember()
		}
		s.apply(ctx, position)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.full {
			return nil, x.tooMany()
		}
	}
	if s.base == len(order) {
		s.remember()
	}
	return s, nil
}

// Len is the number of layers, Base how many of them are the base image's.
func (s *Stack) Len() int { return len(s.order) }

// Base is how many of the layers, from the first, are the base image's.
func (s *Stack) Base() int { return s.base }

// remember keeps what can be seen of the base image alone.
func (s *Stack) remember() {
	s.below.grow(s.now.n)
	for i := range s.now.n {
		*s.below.at(uint32(i)) = *s.now.at(uint32(i))
	}
}

// apply lays one more layer over those before. What it deletes goes first: a
// whiteout never touches its own layer.
func (s *Stack) apply(ctx context.Context, position int) {
	s.each(position, func(_ uint32, e *entry) {
		switch {
		case ctx.Err() != nil: // nothing that is left matters
		case e.kind == whiteout:
			s.hide(s.home(e.name), none, position)
		case e.kind == opaque:
			s.empty(s.home(e.name), position)
		}
	})
	s.each(position, func(i uint32, e *entry) {
		if ctx.Err() == nil && e.kind != whiteout && e.kind != opaque {
			s.show(s.home(e.name), i, position)
		}
	})
}

// each calls visit with every entry of a layer, in the layer's order.
func (s *Stack) each(position int, visit func(i uint32, e *entry)) {
	for _, span := range s.x.spans[s.order[position]] {
		for i := span.first; i < span.end && !s.full; i++ {
			visit(i, s.x.entries.at(i))
		}
	}
}

// show puts an entry at a name. Only a folder over a folder leaves what is in
// the folder.
func (s *Stack) show(at node, i uint32, position int) {
	e := s.x.entries.at(i)
	if above := s.entryAt(at); above == nil || above.kind != Dir || e.kind != Dir {
		s.hide(at, i+1, position)
	}
	*s.now.at(uint32(at)) = i + 1
	for above := at; above != root; {
		above = s.x.names.parent(above)
		filled := s.filled.at(uint32(above))
		if *filled {
			break
		}
		*filled = true
	}
	if e.kind == HardLink {
		s.fates.at(i).by = s.linked(e)
	}
	if file, ok := s.file(i); ok {
		f := s.fates.at(file)
		f.names++
		f.by = none
	}
}

// linked finds the file that a hard link names, from 1, while its layer is laid
// down: in a layer, a link comes after what it names.
func (s *Stack) linked(e *entry) uint32 {
	target := *s.now.at(uint32(s.home(node(e.link))))
	if target == none {
		return none
	}
	file, ok := s.file(target - 1)
	if !ok {
		return none
	}
	return file + 1
}

// hide takes away what can be seen at a name and below it. By is the entry that
// comes in its place, from 1; none where it is deleted.
func (s *Stack) hide(at node, by uint32, position int) {
	s.empty(at, position)
	current := s.now.at(uint32(at))
	if *current == none {
		return
	}
	if file, ok := s.file(*current - 1); ok {
		if f := s.fates.at(file); f.names > 0 {
			f.names--
			if f.names == 0 {
				f.by, f.at = by, uint16(position)
			}
		}
	}
	*current = none
}

// empty takes away what can be seen below a name. A name that was known once has
// as many children as ever: they are gone through only where one may be seen.
func (s *Stack) empty(at node, position int) {
	filled := s.filled.at(uint32(at))
	if !*filled {
		return
	}
	*filled = false
	s.x.names.children(at, func(c node) { s.hide(c, none, position) })
}

// file is the entry that holds the content of a file: a hard link's is that of
// the name that it was linked to.
func (s *Stack) file(i uint32) (uint32, bool) {
	switch s.x.entries.at(i).kind {
	case File:
		return i, true
	case HardLink:
		of := s.fates.at(i).by
		return of - 1, of != none
	}
	return 0, false
}

// entryAt is what can be seen at a name; nil for nothing.
func (s *Stack) entryAt(at node) *entry {
	if i := *s.now.at(uint32(at)); i != none {
		return s.x.entries.at(i - 1)
	}
	return nil
}
