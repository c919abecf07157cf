package layers

// chunkItems is how many items a chunk of a list holds.
const chunkItems = 1024

// list is a slice that grows without copying what it holds: an index is the
// largest thing that a grade keeps in memory, and append would for a moment
// keep it more than twice.
type list[T any] struct {
	chunks [][]T
	n      int
}

// add appends an item and returns its index.
func (l *list[T]) add(item T) uint32 {
	if l.n%chunkItems == 0 {
		l.chunks = append(l.chunks, make([]T, 0, chunkItems))
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, item)
	l.n++
	return uint32(l.n - 1)
}

// at returns the item of an index, to read or to change.
func (l *list[T]) at(i uint32) *T { return &l.chunks[i/chunkItems][i%chunkItems] }

// grow appends zero items until there are n.
func (l *list[T]) grow(n int) {
	var zero T
	for l.n < n {
		l.add(zero)
	}
}
