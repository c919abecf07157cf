package checker

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
)

// ComposeUp: everything in the Compose file comes up, in the order that it asks
// for, and the service answers through the port that it publishes, with the
// nonce in the body.
type ComposeUp struct {
	// Path defaults to the assignment's own.
	Path string `yaml:"path"`
	// NoNonce drops the demand that the nonce stands in the body.
	NoNonce bool `yaml:"no_nonce"`
	// Contains is a text that must stand in the body as well.
	Contains string `yaml:"contains"`
}

func (k *ComposeUp) unsound(a Assignment) []Unsound { return unsoundCompose(a, nil) }

func (k *ComposeUp) look(ctx context.Context, ev *evidence) (finding, error) {
	a := ev.sub.Assignment
	if a.Compose == nil {
		return finding{}, errNoCompose
	}
	path := cmp.Or(k.Path, a.Service.Path, "/")
	reply := Serves{NoNonce: k.NoNonce, Contains: k.Contains}
	f := finding{expected: fmt.Sprintf("all services come up, and GET %s of %s on port %d answers 200%s",
		path, a.Compose.Service, a.Service.Port, reply.expectsBody())}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		u, err := st.unit(a.Compose.Service)
		if err != nil {
			return failed(f, err)
		}
		answer, problem, err := st.ask(ctx, u, http.MethodGet, path)
		switch {
		case err != nil:
			return finding{}, err
		case problem != "":
			f.observed = problem
		case answer.Status != http.StatusOK:
			f.observed = fmt.Sprintf("%s answered %d: %s", u.Name, answer.Status, shown(answer.Body))
		case !k.NoNonce && !strings.Contains(answer.Body, ev.nonce):
			f.observed = "the reply does not hold the value that was written into the source for this grade: " + shown(answer.Body)
			f.why = fmt.Sprintf("The grader writes a random value into %s before it builds and mounts anything. A reply without it comes from something else than this source.",
				a.Nonce.File)
		case !strings.Contains(answer.Body, k.Contains):
			f.observed = fmt.Sprintf("%q does not stand in the reply: %s", k.Contains, shown(answer.Body))
		default:
			f.passed, f.observed = true, fmt.Sprintf("%s; %s answered: %s", st.told(), u.Name, shown(answer.Body))
		}
		return f, nil
	})
}

// told says what is up.
func (st *stack) told() string {
	var up, done []string
	for _, u := range st.units {
		if u.state.Running {
			up = append(up, u.Name)
		} else {
			done = append(done, u.Name)
		}
	}
	text := strings.Join(up, ", ") + " run"
	if len(done) > 0 {
		text += ", " + strings.Join(done, ", ") + " ended well"
	}
	return text
}
