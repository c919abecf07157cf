package needle

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// minLength is the least number of letters and digits of a needle: 80 bits
	// for one of base32, which no image holds by chance.
	minLength = 16
	// maxLength keeps the distance that the scanner may jump within a byte.
	maxLength = 128
)

// Set is a number of needles, prepared for searching. It is not changed after
// NewSet, and safe for use by several goroutines.
type Set struct {
	values   []string
	patterns []pattern
	// codes are the numbers of letters and digits, from 0 to 61, and dropped
	// for all other bytes.
	codes [256]byte
	// window is the length of the shortest pattern.
	window int
	// longest is that of the longest.
	longest int
	// jumps says, for the last three codes of a window, by how many codes the
	// window can be moved without passing a pattern's end.
	jumps []uint8
	// ends are the patterns that end in three codes, by their block.
	ends map[int][]int
	// formats are those of packed data by the first two bytes of their magic,
	// and begins says quickly whether there are any.
	formats map[uint16][]format
	begins  [1 << 16]bool
}

// pattern is a needle in one encoding.
type pattern struct {
	needle   int
	encoding string
	// codes are at least window many.
	codes []byte
}

// dropped is the code of a byte that is not compared. Of all codes it alone has
// the highest bit.
const dropped = 0xff

// block is how many codes the scanner looks at together: at 6 bits each they
// make an index.
const block = 3

// NewSet prepares needles for searching: values of 16 to 128 ASCII letters and
// digits. It returns an error for any other.
func NewSet(values ...string) (*Set, error) {
	s := &Set{values: values, codes: newCodes(), window: maxLength, ends: make(map[int][]int), formats: formats()}
	for i, v := range values {
		if len(v) < minLength || len(v) > maxLength {
			return nil, fmt.Errorf("needle %d has %d characters: %d to %d are wanted", i, len(v), minLength, maxLength)
		}
		if strings.ContainsFunc(v, func(r rune) bool { return r > 0x7f || s.codes[r] == dropped }) {
			return nil, fmt.Errorf("needle %d has other characters than letters and digits", i)
		}
		s.add(i, v)
	}
	for two := range s.formats {
		s.begins[two] = true
	}
	s.prepare()
	return s, nil
}

// newCodes numbers the letters and digits.
func newCodes() [256]byte {
	var codes [256]byte
	for i := range codes {
		codes[i] = dropped
	}
	const all = digits + upper + lower
	for i := range len(all) {
		codes[all[i]] = byte(i)
	}
	return codes
}

// add adds a needle in all encodings.
func (s *Set) add(needle int, value string) {
	seen := make(map[string]bool)
	for _, e := range encodings() {
		for _, text := range e.texts(value) {
			codes := s.squeeze(nil, []byte(text))
			if seen[string(codes)] {
				continue
			}
			seen[string(codes)] = true
			s.patterns = append(s.patterns, pattern{needle: needle, encoding: e.name, codes: codes})
			s.window = min(s.window, len(codes))
			s.longest = max(s.longest, len(codes))
		}
	}
}

// squeeze appends to codes those of the letters and digits in p. It writes every
// code and then steps on or not, since to jump or not is a guess that a
// processor often gets wrong.
func (s *Set) squeeze(codes, p []byte) []byte {
	n := len(codes)
	codes = slices.Grow(codes, len(p))[:n+len(p)]
	for _, b := range p {
		c := s.codes[b]
		codes[n] = c
		n += 1 - int(c>>7)
	}
	return codes[:n]
}

// prepare fills the tables of Wu and Manber's search for many patterns ("A fast
// algorithm for multi-pattern searching", 1994), with windows at the patterns'
// ends: most windows are left after one look at their last block.
func (s *Set) prepare() {
	s.jumps = make([]uint8, 1<<(6*block))
	for i := range s.jumps {
		s.jumps[i] = uint8(s.window - block + 1)
	}
	for n, p := range s.patterns {
		last := len(p.codes) - 1
		for i := last; i > last-(s.window-block+1); i-- {
			at := blockAt(p.codes, i)
			s.jumps[at] = min(s.jumps[at], uint8(last-i))
		}
		at := blockAt(p.codes, last)
		s.ends[at] = append(s.ends[at], n)
	}
}

// blockAt is the index of the block that ends at i.
func blockAt(codes []byte, i int) int {
	return int(codes[i-2])<<12 | int(codes[i-1])<<6 | int(codes[i])
}
