package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

// bodyShown is how much of a wrong reply a verdict quotes, in bytes.
const bodyShown = 200

// Serves: the default command answers over the published port with the status
// and, since only a fresh build of this source knows it, the nonce.
type Serves struct {
	// Path defaults to the service's own.
	Path string `yaml:"path"`
	// Status defaults to 200.
	Status int `yaml:"status"`
	// NoNonce drops the demand that the nonce stands in the body.
	NoNonce bool `yaml:"no_nonce"`
	// Contains is a text that must stand in the body as well.
	Contains string `yaml:"contains"`
	// Env is set, as NAME=value, in a container of the check's own. With
	// {{value}} in it, which is random, and in Contains, it is seen whether a
	// variable that is given at the start reaches the reply.
	Env []string `yaml:"env"`
}

func (k *Serves) unsound(Assignment) []Unsound {
	var found []Unsound
	for i, e := range k.Env {
		if name, _, ok := strings.Cut(e, "="); !ok || name == "" {
			found = append(found, unsoundf(fmt.Sprintf("env[%d]", i), "%q is no NAME=value", e))
		}
	}
	if strings.Contains(k.Contains, placeholder) && !strings.Contains(strings.Join(k.Env, ""), placeholder) {
		found = append(found, unsoundf("contains", "contains holds %s, and no variable of env brings it in", placeholder))
	}
	return found
}

// start returns the service that is asked, and the check with a value in its
// settings: the service that all checks share, or one with variables of its own.
func (k *Serves) start(ctx context.Context, ev *evidence) (*service, *Serves, error) {
	if len(k.Env) == 0 {
		s, err := ev.running(ctx)
		return s, k, err
	}
	build, err := ev.runBuild(ctx)
	if err != nil {
		return nil, nil, err
	}
	filled, value := *k, rand.Text()
	filled.Contains = strings.ReplaceAll(k.Contains, placeholder, value)
	filled.Env = nil
	for _, e := range k.Env {
		filled.Env = append(filled.Env, strings.ReplaceAll(e, placeholder, value))
	}
	req := ev.runRequest(build.ImageID)
	req.Env = slices.Concat(req.Env, filled.Env)
	s, err := ev.launch(ctx, req)
	return s, &filled, err
}

func (k *Serves) look(ctx context.Context, ev *evidence) (finding, error) {
	s, k, err := k.start(ctx, ev)
	if err != nil {
		return finding{}, err
	}
	svc := ev.sub.Assignment.Service
	path := cmp.Or(k.Path, svc.Path, "/")
	want := cmp.Or(k.Status, http.StatusOK)
	f := finding{
		expected: fmt.Sprintf("%sGET %s on port %d answers %d%s", k.startedWith(), path, svc.Port, want, k.expectsBody()),
		line:     ev.blame(dockerfile.BlameCmd),
	}
	if !s.answered {
		f.observed, f.line = s.problem(svc.Port), cmp.Or(s.listening.line, f.line)
		return f, nil
	}
	answer, err := k.ask(ctx, s, ev.ready(), path, want)
	switch {
	case fatal(err):
		return finding{}, err
	case err != nil:
		f.observed = fmt.Sprintf("it answered before, and then no more: %v", err)
	case answer.Status != want:
		f.observed = fmt.Sprintf("it answered %d: %s", answer.Status, shown(answer.Body))
	case !k.NoNonce && !strings.Contains(answer.Body, ev.nonce):
		f.observed = "the reply does not hold the value that was written into the source for this grade: " + shown(answer.Body)
		f.why = fmt.Sprintf("The grader writes a random value into %s and builds. A reply without it comes from something else than this source: "+
			"a fixed text, a program built elsewhere, or an old copy of the code.", ev.sub.Assignment.Nonce.File)
		f.line = 0
	case !strings.Contains(answer.Body, k.Contains):
		f.observed = fmt.Sprintf("%q does not stand in the reply: %s", k.Contains, shown(answer.Body))
	default:
		f.passed, f.observed = true, fmt.Sprintf("it answered %d: %s", answer.Status, shown(answer.Body))
	}
	return f, nil
}

// ask gets path, again while the service still says that it is not ready (5xx).
func (k *Serves) ask(ctx context.Context, s *service, within time.Duration, path string, want int) (Response, error) {
	var (
		answer Response
		silent error
	)
	_, err := poll(ctx, within, func() (bool, error) {
		answer, silent = s.container.Do(ctx, http.MethodGet, path, askTimeout)
		if silent != nil {
			state, err := s.container.State(ctx)
			return !state.Running || fatal(silent), err
		}
		return answer.Status == want || answer.Status < http.StatusInternalServerError, nil
	})
	return answer, cmp.Or(err, silent)
}

// startedWith begins a sentence with the variables of the check's own.
func (k *Serves) startedWith() string {
	if len(k.Env) == 0 {
		return ""
	}
	return "started with " + listed(k.Env) + ", "
}

func (k *Serves) expectsBody() string {
	var parts []string
	if !k.NoNonce {
		parts = append(parts, "the value that this grade wrote into the source")
	}
	if k.Contains != "" {
		parts = append(parts, fmt.Sprintf("%q", k.Contains))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", with " + strings.Join(parts, " and ") + " in the body"
}

// shown returns the beginning of a reply for a verdict.
func shown(body string) string {
	body = strings.TrimSpace(body)
	if len(body) > bodyShown {
		body = strings.ToValidUTF8(body[:bodyShown], "") + " …"
	}
	if body == "" {
		return "(an empty body)"
	}
	return body
}

// Builds: the Dockerfile builds.
type Builds struct{}

func (k *Builds) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: "the Dockerfile builds to an image"}
	build, err := ev.firstBuild(ctx)
	if broken, ok := isBuildError(err); ok {
		f.observed, f.line = broken.Told(), broken.Line
		f.why = ev.keptOut(broken)
		return f, nil
	}
	if err != nil {
		return finding{}, err
	}
	f.passed = true
	f.observed = fmt.Sprintf("it built, in %.1f s", build.Duration.Seconds())
	return f, nil
}
