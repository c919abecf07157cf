package coursetest

import (
	"context"
	"errors"
	"sync"

	"shipshape/checker"
)

// naming gives images of submissions their names while they are graded. The names
// are the engine's, so submissions that have any are graded one at a time.
type naming struct {
	build func(context.Context, checker.BuildRequest, []string) (func() error, error)
	one   sync.Mutex
}

// names are those of one proof: of its own image, and of the starter's, as of an
// earlier build.
type names struct {
	own, starter []string
}

// during calls grade while the proof's images have their names.
func (n *naming) during(ctx context.Context, p *proof, sub checker.Submission, grade func() error) (err error) {
	if len(p.exercise.Tags) == 0 || n.build == nil {
		return grade()
	}
	n.one.Lock()
	defer n.one.Unlock()
	for dir, given := range map[string][]string{sub.Dir: p.names.own, sub.StarterDir: p.names.starter} {
		if len(given) == 0 {
			continue
		}
		forget, failed := n.build(ctx, checker.BuildRequest{Dir: dir, Dockerfile: sub.Assignment.Dockerfile}, given)
		if _, broken := errors.AsType[*checker.BuildError](failed); broken {
			continue // there is no image to name, as for its owner
		}
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, forget()) }()
	}
	return grade()
}
