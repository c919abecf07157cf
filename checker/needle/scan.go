package needle

import "bytes"

// scanPiece is how many codes a scanner takes in before it looks at them.
const scanPiece = 32 << 10

// scanner looks for a set's patterns in bytes that pass by.
type scanner struct {
	set *Set
	// codes are the last ones that passed: as many as the longest pattern
	// has, and what came since.
	codes []byte
	// next is the end of the next window to look at, as an index of codes.
	next int
	// found is told the number of each pattern that ends in what passes.
	found func(pattern int)
}

func newScanner(s *Set, found func(pattern int)) *scanner {
	sc := &scanner{set: s, codes: make([]byte, 0, s.longest+scanPiece), found: found}
	sc.reset()
	return sc
}

// reset forgets what has passed.
func (sc *scanner) reset() {
	sc.codes = sc.codes[:0]
	sc.next = sc.set.window - 1
}

// pass looks at more bytes of the stream.
func (sc *scanner) pass(p []byte) {
	for len(p) > 0 {
		piece := p[:min(len(p), cap(sc.codes)-len(sc.codes))]
		p = p[len(piece):]
		sc.codes = sc.set.squeeze(sc.codes, piece)
		sc.look()
	}
}

// look moves the window over the codes that came in, and keeps those in which
// a pattern may have begun.
func (sc *scanner) look() {
	s, codes, i := sc.set, sc.codes, sc.next
	for i < len(codes) {
		at := blockAt(codes, i)
		if jump := s.jumps[at]; jump > 0 {
			i += int(jump)
			continue
		}
		for _, n := range s.ends[at] {
			if bytes.HasSuffix(codes[:i+1], s.patterns[n].codes) {
				sc.found(n)
			}
		}
		i++
	}
	if extra := len(codes) - s.longest; extra > 0 {
		sc.codes = codes[:copy(codes, codes[extra:])]
		i -= extra
	}
	sc.next = i
}
