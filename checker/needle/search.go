package needle

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Bounds of a search.
const (
	// MaxUnpacked is how many bytes a Search unpacks, in bytes, all of its
	// streams together: some ten seconds of work.
	MaxUnpacked = 2 << 30
	// MaxDepth is how many formats inside one another are looked into: a jar
	// in a jar in a tar.gz in a tar.gz is six.
	MaxDepth = 8
	// attemptCost is what an attempt to unpack costs in any case, in bytes, so
	// that a stream of beginnings without ends is no endless work; and
	// tablesCost where large tables are made for it.
	attemptCost = 1 << 10
	tablesCost  = 16 << 10
)

var (
	// errSpent says that MaxUnpacked is used up.
	errSpent = errors.New("as much was unpacked as may be")
	// errTooDeep says that MaxDepth is reached.
	errTooDeep = errors.New("packed too often")
	// errNoEnd says that nothing tells where a format ends.
	errNoEnd = errors.New("it has no end of its own")
)

// Hit is a needle that was found.
type Hit struct {
	// Needle is its index in the arguments of NewSet.
	Needle int
	// Encoding is how it is written, as in "in base64"; empty for as it is.
	Encoding string
	// Trail leads to it through what is packed into one another, from the
	// outside in, as in ["gzip", "tar: app/.env"]; nil where nothing is.
	Trail []string
}

// Result is what one stream holds.
type Result struct {
	// Hits has each needle once at most: where it is deepest.
	Hits []Hit
	// Unread is why a part of the stream was not looked into, as half a
	// sentence; empty when there is no such part.
	Unread string
}

// Search looks into any number of streams, one after another. It is not safe
// for use by several goroutines at once.
type Search struct {
	set    *Set
	levels []*level
	// depth is the level that is being read.
	depth int
	trail []string
	left  int64
	// best are the hits by needle, nil for none.
	best   []*Hit
	unread string
}

// level is what a search needs for one stream within others.
type level struct {
	*stream
	scanner *scanner
	inflate io.ReadCloser
}

// NewSearch prepares a search for the needles of a set.
func (s *Set) NewSearch() *Search {
	return &Search{set: s, left: MaxUnpacked}
}

// Stream looks into one stream, to its end. An error is one of r; what was
// found until then is in the Result.
func (x *Search) Stream(r io.Reader) (Result, error) {
	x.best = make([]*Hit, len(x.set.values))
	x.unread, x.depth, x.trail = "", 0, x.trail[:0]
	lv := x.enter(r)
	err := lv.fault()
	if err != nil {
		err = fmt.Errorf("read the stream to search: %w", err)
	}
	result := Result{Unread: x.unread}
	for _, hit := range x.best {
		if hit != nil {
			result.Hits = append(result.Hits, *hit)
		}
	}
	return result, err
}

// enter searches a stream at the present depth, to its end.
func (x *Search) enter(r io.Reader) *level {
	if x.depth == len(x.levels) {
		depth := x.depth
		lv := &level{scanner: newScanner(x.set, func(n int) { x.found(depth, n) })}
		lv.stream = newStream(lv.scanner.pass)
		x.levels = append(x.levels, lv)
	}
	lv := x.levels[x.depth]
	lv.reset(r)
	lv.scanner.reset()
	x.unpack(lv)
	lv.drain()
	return lv
}

// descend searches what is packed in the present stream; step says how, for
// the trail. An error is what kept r from being read to its end.
func (x *Search) descend(step string, r io.Reader) error {
	r = &charged{r: r, x: x}
	x.trail = append(x.trail, step)
	x.depth++
	defer func() {
		x.trail = x.trail[:len(x.trail)-1]
		x.depth--
	}()
	if x.depth > MaxDepth {
		return x.tooDeep(r)
	}
	return x.enter(r).fault()
}

// tooDeep notes that something was packed too often to be looked into: when it
// is not just a few bytes that look so.
func (x *Search) tooDeep(r io.Reader) error {
	const plausible = 64
	n, err := io.CopyN(io.Discard, r, plausible)
	if n == plausible || errors.Is(err, io.EOF) {
		x.miss(fmt.Sprintf("it is packed more than %d times", MaxDepth))
	}
	return errTooDeep
}

// miss notes why a part is not looked into; the first reason stands.
func (x *Search) miss(why string) {
	if x.unread == "" {
		x.unread = why
	}
}

// found notes a pattern that passed at some depth. The deepest is kept: what a
// tar holds passes twice, and its member's name says more.
func (x *Search) found(depth, n int) {
	p := x.set.patterns[n]
	if had := x.best[p.needle]; had != nil && len(had.Trail) >= depth {
		return
	}
	x.best[p.needle] = &Hit{
		Needle: p.needle, Encoding: p.encoding, Trail: slices.Clone(x.trail[:depth]),
	}
}

// spent reports whether no more may be unpacked, and notes that.
func (x *Search) spent() bool {
	if x.left > 0 {
		return false
	}
	x.miss(fmt.Sprintf("more than %d MiB would have to be unpacked", MaxUnpacked>>20))
	return true
}

// charged counts what is unpacked.
type charged struct {
	r io.Reader
	x *Search
}

// Read implements [io.Reader].
func (c *charged) Read(p []byte) (int, error) {
	if c.x.spent() {
		return 0, errSpent
	}
	n, err := c.r.Read(p)
	c.x.left -= int64(n)
	return n, err
}
