package checker

import "sync"

// aloof is a kind that never asks for the service that checks share.
type aloof interface {
	aloof()
}

// tenants are the checks that may still ask for the shared service. With the last
// of them it goes, beside what takes longer.
type tenants struct {
	mu   sync.Mutex
	left int
}

func newTenants(specs []Spec) *tenants {
	t := new(tenants)
	for _, s := range specs {
		if s.asksService() {
			t.left++
		}
	}
	return t
}

// asksService reports whether the check may ask for the shared service.
func (s Spec) asksService() bool {
	_, k, err := s.kind()
	if err != nil {
		return false
	}
	_, alone := k.(aloof)
	return !alone
}

// leave tells that a check has ended, and reports whether it was the last.
func (t *tenants) leave(s Spec) (last bool) {
	if !s.asksService() {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left--
	return t.left == 0
}

// vacate removes the shared service, if there is one.
func (ev *evidence) vacate() {
	if s, made, err := ev.service.peek(); made && err == nil {
		ev.discard(s.container)
	}
}
