package checker

import "sync"

// once keeps the value that several checks need and one of them computes.
type once[T any] struct {
	sync.Once
	value T
	err   error
}

// get returns the value, computed by f at the first call; further callers wait
// for it.
func (o *once[T]) get(f func() (T, error)) (T, error) {
	o.Do(func() { o.value, o.err = f() })
	return o.value, o.err
}
