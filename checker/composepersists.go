package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"shipshape/checker/compose"
)

// ComposePersists: what is written through the service is there again when all
// containers were removed and made anew, as by `docker compose down` and `up`.
type ComposePersists struct {
	// Write is the request that writes; its path holds {{value}}, where a
	// random value goes.
	Write Request `yaml:"write"`
	// Read is the request whose answer shows the value again.
	Read Request `yaml:"read"`
	// Service is the one whose volume it is, for the explanation.
	Service string `yaml:"service"`
}

// Request is an HTTP request without a body.
type Request struct {
	// Method defaults to GET.
	Method string `yaml:"method"`
	// Path defaults to "/".
	Path string `yaml:"path"`
}

func (r Request) method() string { return cmp.Or(strings.ToUpper(r.Method), http.MethodGet) }

// with is the path with a value in it.
func (r Request) with(value string) string {
	return strings.ReplaceAll(cmp.Or(r.Path, "/"), placeholder, value)
}

func (k *ComposePersists) unsound(a Assignment) []Unsound {
	found := unsoundCompose(a, map[string]string{"service": k.Service})
	if !strings.Contains(k.Write.Path, placeholder) {
		found = append(found, unsoundf("write", "write.path holds no %s: every grade would write the same", placeholder))
	}
	return found
}

func (k *ComposePersists) look(ctx context.Context, ev *evidence) (finding, error) {
	if ev.sub.Assignment.Compose == nil {
		return finding{}, errNoCompose
	}
	f := finding{expected: fmt.Sprintf("what %s %s writes is there when all containers were removed and made anew", k.Write.method(), k.Write.with("…"))}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		value := rand.Text()
		problem, err := k.written(ctx, st, value)
		if err != nil {
			return failed(f, err)
		}
		if problem != "" {
			f.observed = problem
			return f, nil
		}
		where, err := k.layer(ctx, st)
		if err != nil {
			return failed(f, err)
		}
		st.disturbed = true
		if err := st.down(ctx, st.units, true); err != nil {
			return finding{}, err
		}
		if err := st.bringUp(ctx, st.units); err != nil {
			return failed(f, err)
		}
		st.disturbed = false
		answer, problem, err := k.read(ctx, st, value)
		switch {
		case err != nil:
			return failed(f, err)
		case problem == "":
			f.passed, f.observed = true, "it was there again: "+shown(answer)
		default:
			f.observed, f.why = problem+where, k.explanation(st)
		}
		return f, nil
	})
}

// written writes a value, and sees that it is read before anything is removed.
func (k *ComposePersists) written(ctx context.Context, st *stack, value string) (problem string, err error) {
	u, err := st.unit(st.ev.sub.Assignment.Compose.Service)
	if err != nil {
		return "", err
	}
	answer, problem, err := st.ask(ctx, u, k.Write.method(), k.Write.with(value))
	if err != nil || problem != "" {
		return problem, err
	}
	if answer.Status >= http.StatusMultipleChoices {
		return fmt.Sprintf("%s %s was answered %d: %s", k.Write.method(), k.Write.with("…"), answer.Status, shown(answer.Body)), nil
	}
	_, problem, err = k.read(ctx, st, value)
	if problem != "" {
		problem = "before anything was removed, " + problem
	}
	return problem, err
}

// read looks whether the value is there.
func (k *ComposePersists) read(ctx context.Context, st *stack, value string) (answer, problem string, err error) {
	u, err := st.unit(st.ev.sub.Assignment.Compose.Service)
	if err != nil {
		return "", "", err
	}
	got, problem, err := st.ask(ctx, u, k.Read.method(), k.Read.with(value))
	if err == nil && problem == "" && !strings.Contains(got.Body, value) {
		problem = fmt.Sprintf("the value that was written does not stand in the reply to %s %s: %s", k.Read.method(), k.Read.with("…"), shown(got.Body))
	}
	return got.Body, problem, err
}

// layer says which files the service wrote beside its volumes: they go with the
// container.
func (k *ComposePersists) layer(ctx context.Context, st *stack) (string, error) {
	u, err := st.unit(k.Service)
	if err != nil || u.container == nil {
		return "", err
	}
	changes, err := u.container.Changes(ctx)
	if err != nil {
		return "", err
	}
	var paths []string
	for _, c := range changes {
		below := func(m string) bool {
			return c.Path == m || strings.HasPrefix(m, c.Path+"/") || strings.HasPrefix(c.Path, m+"/")
		}
		onTheWay := slices.ContainsFunc(changes, func(other Change) bool { return strings.HasPrefix(other.Path, c.Path+"/") })
		if c.Kind != Deleted && !onTheWay && !slices.ContainsFunc(u.volumePaths(), below) && !scratch(c.Path) {
			paths = append(paths, c.Path)
		}
	}
	if len(paths) == 0 {
		return "", nil
	}
	const most = 5
	return fmt.Sprintf("; what %s wrote into its own container went with it: %s", u.Name, strings.Join(paths[:min(len(paths), most)], ", ")), nil
}

// scratch reports whether a path is where programs put what they need not keep.
func scratch(name string) bool {
	return strings.HasPrefix(name, "/tmp/") || strings.HasPrefix(name, "/run/") || path.Base(name) == "__pycache__" || strings.HasSuffix(name, ".pyc")
}

// volumePaths are where a service mounts volumes.
func (u *unit) volumePaths() []string {
	var paths []string
	for _, m := range u.Mounts {
		paths = append(paths, m.Path)
	}
	return paths
}

// explanation says why data may have been lost.
func (k *ComposePersists) explanation(st *stack) string {
	u, err := st.unit(k.Service)
	if err != nil {
		return ""
	}
	switch named := slices.ContainsFunc(u.Mounts, func(m compose.Mount) bool { return m.Volume != "" }); {
	case len(u.Mounts) == 0:
		return fmt.Sprintf("%s mounts no volume, so all that it writes goes with its container.", u.Name)
	case !named:
		return fmt.Sprintf("%s mounts volumes without a name (%s). A new container gets new ones.", u.Name, st.project.Place("services", u.Name, "volumes"))
	}
	return fmt.Sprintf("%s mounts its volume at %s (%s). Only what it writes there outlives its container.",
		u.Name, strings.Join(u.volumePaths(), ", "), st.project.Place("services", u.Name, "volumes"))
}
