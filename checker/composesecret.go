package checker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"shipshape/checker/compose"
)

// ComposeSecret: a service gets a secret at run time, and it stands nowhere
// else. The grader writes a random value into a file of the project, and the
// service has to show that it has it.
type ComposeSecret struct {
	// Service is the one that gets the secret.
	Service string `yaml:"service"`
	// File is the project's file that the secret is in: one that secrets or
	// env_file name, or .env.
	File string `yaml:"file"`
	// Template is the whole file, with {{value}} in it; defaults to the value
	// alone.
	Template string `yaml:"template"`
	// As is AsFile or AsEnvironment; defaults to AsFile.
	As string `yaml:"as"`
	// Ask is the request to the assignment's service whose answer shows what
	// it has.
	Ask Request `yaml:"ask"`
	// Shows is ShowsDigest or ShowsValue; defaults to ShowsDigest.
	Shows string `yaml:"shows"`
}

// How a service gets a secret, and how it shows that it has it.
const (
	// AsFile: as a file in the container, and not in its environment, nor in that
	// of the service's processes, unless its base image puts it there.
	AsFile = "file"
	// AsEnvironment: in the environment that the engine gives the container.
	AsEnvironment = "environment"
	// ShowsDigest: the answer holds the SHA-256 of the value, in hexadecimal.
	ShowsDigest = "sha256"
	// ShowsValue: the answer holds the value itself.
	ShowsValue = "value"
)

func (k *ComposeSecret) unsound(a Assignment) []Unsound {
	found := unsoundCompose(a, map[string]string{"service": k.Service})
	if k.File == "" {
		found = append(found, unsoundf("file", "file is missing: the project's file that the secret is in"))
	}
	if k.Template != "" && !strings.Contains(k.Template, placeholder) {
		found = append(found, unsoundf("template", "template holds no %s", placeholder))
	}
	if !slices.Contains([]string{"", AsFile, AsEnvironment}, k.As) {
		found = append(found, unsoundf("as", "as is %q: file or environment", k.As))
	}
	if !slices.Contains([]string{"", ShowsDigest, ShowsValue}, k.Shows) {
		found = append(found, unsoundf("shows", "shows is %q: sha256 or value", k.Shows))
	}
	return found
}

func (k *ComposeSecret) look(ctx context.Context, ev *evidence) (finding, error) {
	if ev.sub.Assignment.Compose == nil {
		return finding{}, errNoCompose
	}
	secret, ok := ev.plants.find(fromFile, path.Clean(k.File))
	if !ok {
		return finding{}, fmt.Errorf("no secret was written into %s", k.File)
	}
	f := finding{expected: fmt.Sprintf("the secret in %s reaches %s at run time, %s, and stands in no image", k.File, k.Service, k.way())}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		leak, err := k.leak(ctx, st, secret)
		if err != nil {
			return failed(f, err)
		}
		if leak != "" {
			f.observed = leak
			return f, nil
		}
		if f, err = k.shown(ctx, st, secret, f); err != nil || !f.passed || k.As == AsEnvironment {
			return f, err
		}
		// What answers has been started: a shell that goes before it is done.
		name, err := k.exported(ctx, st, secret)
		if err != nil {
			return failed(f, err)
		}
		if name != "" {
			f.passed = false
			f.observed = fmt.Sprintf("it is in a file, and from there the start of %s (%s) puts it into the environment of its processes, as %s",
				k.Service, st.placeOfStart(k.Service), name)
			f.why = "Each program that a process starts inherits its environment, and so do crash reports and debug pages. Let the service read the file itself."
		}
		return f, nil
	})
}

func (k *ComposeSecret) way() string {
	if cmp.Or(k.As, AsFile) == AsFile {
		return "as a file"
	}
	return "in its environment"
}

// shown asks the service for a sign that it has the secret.
func (k *ComposeSecret) shown(ctx context.Context, st *stack, secret canary, f finding) (finding, error) {
	u, err := st.unit(st.ev.sub.Assignment.Compose.Service)
	if err != nil {
		return failed(f, err)
	}
	want, what := secret.value, "it"
	if cmp.Or(k.Shows, ShowsDigest) == ShowsDigest {
		sum := sha256.Sum256([]byte(secret.value))
		want, what = hex.EncodeToString(sum[:]), "its SHA-256"
	}
	answer, problem, err := st.ask(ctx, u, k.Ask.method(), k.Ask.with(""))
	switch {
	case err != nil:
		return failed(f, err)
	case problem != "":
		f.observed = problem
	case answer.Status != http.StatusOK || !strings.Contains(answer.Body, want):
		f.observed = fmt.Sprintf("the reply to %s %s does not show %s: %d %s", k.Ask.method(), k.Ask.with(""), what, answer.Status, shown(answer.Body))
		f.why = fmt.Sprintf("The grader writes a random value into %s. A service that gets its secret from there has the new one; one that shows another has it from elsewhere.", k.File)
	default:
		f.passed, f.observed = true, "it has it, and nothing else does"
	}
	return f, nil
}

// leak says where the secret stands that it should not, or that it does not
// stand where it should: empty for neither.
func (k *ComposeSecret) leak(ctx context.Context, st *stack, secret canary) (string, error) {
	for _, u := range st.units {
		if leak := k.inUnit(st, u, secret); leak != "" {
			return leak, nil
		}
	}
	if k.As == AsEnvironment {
		u, err := st.unit(k.Service)
		if err != nil {
			return "", err
		}
		if inVariable(u, secret) == "" {
			return fmt.Sprintf("no variable in the environment of %s (%s) has what stands in %s", k.Service, u.place, k.File), nil
		}
	}
	return k.inImages(ctx, st, secret)
}

// inUnit says where the secret stands in what a container is made of: empty for
// nowhere that it should not.
func (k *ComposeSecret) inUnit(st *stack, u *unit, secret canary) string {
	if name := inVariable(u, secret); name != "" && k.As != AsEnvironment {
		return fmt.Sprintf("it stands in the environment of %s, as %s (%s), where everybody reads it who may inspect the container",
			u.Name, name, st.project.Place("services", u.Name, "environment", name))
	}
	var test []string
	if u.Health != nil {
		test = u.Health.Test
	}
	for _, part := range []struct {
		key   string
		words []string
	}{{"entrypoint", u.Entrypoint}, {"command", u.Command}, {"healthcheck", test}} {
		if slices.ContainsFunc(part.words, func(word string) bool { return strings.Contains(word, secret.value) }) {
			return fmt.Sprintf("it stands in the %s of %s (%s), where the list of processes shows it as well: Compose put it there before the container started",
				part.key, u.Name, st.project.Place("services", u.Name, part.key))
		}
	}
	return ""
}

// exported is the variable in which the service's processes have the secret, where
// the project put it there; empty for none. Other services are not looked at, nor
// what images of others do by themselves: several that take a password from a file
// put it into their environment.
func (k *ComposeSecret) exported(ctx context.Context, st *stack, secret canary) (string, error) {
	u, err := st.unit(k.Service)
	if err != nil || u.container == nil || !u.state.Running {
		return "", err
	}
	env, err := u.tools.environ(ctx)
	if err != nil {
		return "", err
	}
	name := variableWith(env, secret)
	if name == "" {
		return "", nil
	}
	if own, err := st.startsByItself(ctx, u); err != nil || !own {
		return "", err
	}
	return name, nil
}

// placeOfStart is where the Compose file says what starts a service.
func (st *stack) placeOfStart(service string) compose.Place {
	if s := st.project.Service(service); s != nil && s.Entrypoint != nil {
		return st.project.Place("services", service, "entrypoint")
	}
	return st.project.Place("services", service, "command")
}

// startsByItself reports whether a service begins with what the project says, and
// not with the entrypoint and the program of an image that others made.
func (st *stack) startsByItself(ctx context.Context, u *unit) (bool, error) {
	image := st.images[u.Name]
	foreign, err := st.builtFor(u.Service).baseImage(ctx, st.ev.eng)
	if err != nil {
		return false, err
	}
	foreign = cmp.Or(foreign, image)
	entrypoint, command := image.Entrypoint, image.Cmd
	if u.Entrypoint != nil {
		entrypoint, command = u.Entrypoint, nil
	}
	if u.Command != nil {
		command = u.Command
	}
	switch {
	case !slices.Equal(entrypoint, foreign.Entrypoint):
		return true, nil
	case len(entrypoint) == 0:
		return !slices.Equal(command, foreign.Cmd), nil
	}
	// Further options leave it the program that its entrypoint knows.
	return len(command) > 0 && len(foreign.Cmd) > 0 && command[0] != foreign.Cmd[0] && !strings.HasPrefix(command[0], "-"), nil
}

// inVariable returns the name of a variable of a service that holds the secret;
// empty for none.
func inVariable(u *unit, secret canary) string { return variableWith(u.Env, secret) }

func variableWith(env []string, secret canary) string {
	for _, variable := range env {
		if name, value, _ := strings.Cut(variable, "="); strings.Contains(value, secret.value) {
			return name
		}
	}
	return ""
}

// inImages says which of the stack's images holds the secret, and where; empty
// for none.
func (k *ComposeSecret) inImages(ctx context.Context, st *stack, secret canary) (string, error) {
	looked := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(st.built)) {
		image := st.built[name]
		// Most builds never get to see it, and then the image can't hold it.
		if !slices.Contains(image.given, secret.name) || looked[image.id] {
			continue
		}
		looked[image.id] = true
		if leak, err := inImage(ctx, st.ev.eng, image, secret); err != nil || leak != "" {
			return fmt.Sprintf("it stands in the image of %s, %s", name, leak), err
		}
	}
	return "", nil
}

// inImage looks for a canary in all layers of an image and in its configuration,
// and says where it stands first; empty for nowhere. A file that can't be looked
// into makes the answer unknown.
func inImage(ctx context.Context, eng Engine, image builtImage, secret canary) (string, error) {
	w := newLeakWatcher([]canary{secret})
	archive, err := passBy(ctx, eng, image.id, w)
	if err != nil {
		return "", err
	}
	for _, s := range w.spots {
		return fmt.Sprintf("%s %s%s", s.part, s.path, s.how), nil
	}
	if len(w.text(string(archive.Config)).Hits) > 0 {
		return "in its configuration, which `docker history` and `docker inspect` show", nil
	}
	if len(w.unread) == 0 {
		return "", nil
	}
	base, err := image.baseImage(ctx, eng)
	if err != nil {
		return "", err
	}
	below := 0
	if base != nil {
		below = len(base.RootFS)
	}
	if unread := w.unreadAbove(archive, below); unread != "" {
		return "", unsearchable(unread)
	}
	return "", nil
}

// baseImage is the image that it is built on; nil for none, and where the engine
// can't tell.
func (b builtImage) baseImage(ctx context.Context, eng Engine) (*Image, error) {
	if b.base == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	image, err := eng.Image(ctx, b.id)
	if err != nil {
		return nil, err
	}
	base, err := eng.Image(ctx, b.base)
	if errors.Is(err, ErrNoImage) || err == nil && !image.beginsWith(base) {
		return nil, nil //nolint:nilnil // it can't tell
	}
	return base, err
}

// plantFile plants a canary in a file of the project.
func (p *plants) plantFile(name, template string) {
	c := p.canary(fromFile, path.Clean(name), cmp.Or(template, placeholder))
	p.files[c.name] = c.content
}
