package checker

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// Secrets: nothing of what a grade gives the build as a secret is in the image.
//
// Each secret has a random value of its own, so that the verdict tells which of
// them leaked. It is looked for in every file of every layer, deleted ones
// included, in names, links and attributes, in history and configuration, and
// in the service's environment; as it stands, encoded and packed (see package
// needle). What the build prints is told as a notice and fails nobody: it is in
// no image.
type Secrets struct {
	// Files are written into the copy that is built, over the learner's own:
	// contents by path, with a random value where {{value}} stands.
	Files map[string]string `yaml:"files"`
	// Args are the names of build arguments that are given.
	Args []string `yaml:"args"`
	// Build are the build secrets that are given, for RUN --mount=type=secret.
	Build []BuildSecret `yaml:"build"`
	// Proof, where it is set, shows that a build secret was used.
	Proof *SecretProof `yaml:"proof"`
}

// BuildSecret is a secret that a RUN may mount.
type BuildSecret struct {
	ID string `yaml:"id"`
	// Template is its content; defaults to {{value}} alone.
	Template string `yaml:"template"`
}

// SecretProof is what the running service must answer, and only can when its
// build had read a secret.
type SecretProof struct {
	// Path is asked with GET.
	Path string `yaml:"path"`
	// Contains must stand in the answer. {{sha256:NAME}} stands for the digest
	// of what was given under a name (a file's path, a build argument's name, a
	// build secret's id), in lower-case hexadecimal, as sha256sum prints it of
	// the mounted file. A digest shows that the secret was read, and is none.
	Contains string `yaml:"contains"`
}

// argName is what a build argument may be called.
var argName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// proofDigest stands in a proof for a secret's digest.
var proofDigest = regexp.MustCompile(`\{\{sha256:([^}]+)\}\}`)

func (k *Secrets) unsound(a Assignment) []Unsound {
	var found []Unsound
	if len(k.Files)+len(k.Args)+len(k.Build) == 0 {
		found = append(found, unsoundf("", "it gives the build no secret: it needs files, args or build"))
	}
	for _, name := range slices.Sorted(maps.Keys(k.Files)) {
		if problem := unplantable(a, name); problem != "" {
			found = append(found, unsoundf("files", "%s", problem))
		}
		if !strings.Contains(k.Files[name], placeholder) {
			found = append(found, unsoundf("files", "what is planted as %s has no %s in it", name, placeholder))
		}
	}
	for _, name := range k.Args {
		if !argName.MatchString(name) {
			found = append(found, unsoundf("args", "%q is no name for a build argument", name))
		}
	}
	for _, s := range k.Build {
		if s.ID == "" {
			found = append(found, unsoundf("build", "a build secret has no id"))
		}
		if s.Template != "" && !strings.Contains(s.Template, placeholder) {
			found = append(found, unsoundf("build", "the template of %s has no %s in it", s.ID, placeholder))
		}
	}
	return append(found, k.Proof.unsound(k)...)
}

// unplantable says why a file can't be planted, as half a sentence; empty where
// it can.
func unplantable(a Assignment, name string) string {
	ignore, file := ".dockerignore", a.DockerfileName()
	edited := []string{a.Nonce.File}
	if a.Manifest != nil {
		edited = append(edited, a.Manifest.File)
	}
	switch clean := path.Clean(name); {
	case !fs.ValidPath(clean) || clean == ".":
		return fmt.Sprintf("%q is no path in a project", name)
	case clean == ignore, clean == file, clean == file+ignore:
		return fmt.Sprintf("%s is the learner's to write", name)
	case slices.Contains(edited, clean):
		return fmt.Sprintf("%s is edited by the grader already", name)
	}
	return ""
}

func (p *SecretProof) unsound(k *Secrets) []Unsound {
	if p == nil {
		return nil
	}
	var found []Unsound
	if !strings.HasPrefix(p.Path, "/") {
		found = append(found, unsoundf("proof.path", "proof.path is %q: it begins with /", p.Path))
	}
	names := proofDigest.FindAllStringSubmatch(p.Contains, -1)
	if len(names) == 0 {
		found = append(found, unsoundf("proof.contains", "proof.contains has no {{sha256:NAME}}, and anybody could know it"))
	}
	given := newPlants([]Spec{{Secrets: k}})
	for _, m := range names {
		if _, ok := given.named(m[1]); !ok {
			found = append(found, unsoundf("proof.contains", "proof.contains speaks of %q, which is not given", m[1]))
		}
	}
	return found
}

// needsIndex makes a pass over the layers tell which files a later one hides.
func (k *Secrets) needsIndex() {}

// watcher implements watchful.
func (k *Secrets) watcher(ev *evidence) watcher { return newLeakWatcher(ev.plants.of(k)) }

func (k *Secrets) look(ctx context.Context, ev *evidence) (finding, error) {
	given := ev.plants.of(k)
	f := finding{expected: k.expected(given)}
	if err := k.noticeOutput(ctx, ev, given); err != nil {
		return finding{}, err
	}
	archive, w, err := watched[*leakWatcher](ctx, ev, k)
	if err != nil {
		return finding{}, err
	}
	l, err := ev.imageLayers(ctx)
	if err != nil {
		return finding{}, err
	}
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	leaks, err := w.inConfig(archive.Config, file)
	if err != nil {
		return finding{}, err
	}
	if leaks = append(leaks, w.inLayers(archive, l)...); len(leaks) > 0 {
		return describeLeaks(f, ev.plants, given, leaks), nil
	}
	if unread := w.unreadAbove(archive, l.stack.Base()); unread != "" {
		return finding{}, unsearchable(ev.plants.masked(unread))
	}
	return k.atRunTime(ctx, ev, w, f)
}

func (k *Secrets) expected(given []canary) string {
	var names []string
	for _, c := range given {
		names = append(names, c.what())
	}
	text := "nothing of " + strings.Join(names, ", ") + " is in the image"
	if k.Proof != nil {
		text += fmt.Sprintf(", and GET %s shows that its build could read it", k.Proof.Path)
	}
	return text
}

// atRunTime looks at the service: it has a secret neither in its environment,
// into which a program may have put what is hidden in the image beyond finding,
// nor, where a proof is asked for, does it know nothing of it.
func (k *Secrets) atRunTime(ctx context.Context, ev *evidence, w *leakWatcher, f finding) (finding, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	if s.answered {
		env, err := s.tools.environ(ctx)
		if err != nil {
			return finding{}, err
		}
		if leaks := w.inEnvironment(strings.Join(env, "\x00")); len(leaks) > 0 {
			return describeLeaks(f, ev.plants, ev.plants.of(k), leaks), nil
		}
	}
	f.observed = "it is in no layer, not in the history and not in the configuration"
	if k.Proof == nil {
		f.passed = true
		return f, nil
	}
	return k.proven(ctx, ev, s, f)
}

// proven asks the service for what only a build that read the secret can know.
func (k *Secrets) proven(ctx context.Context, ev *evidence, s *service, f finding) (finding, error) {
	svc := ev.sub.Assignment.Service
	if !s.answered {
		f.observed, f.line = s.problem(svc.Port), ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	const ok = 200
	answer, err := new(Serves).ask(ctx, s, ev.ready(), k.Proof.Path, ok)
	if fatal(err) {
		return finding{}, err
	}
	var used canary
	want := proofDigest.ReplaceAllStringFunc(k.Proof.Contains, func(m string) string {
		used, _ = ev.plants.named(proofDigest.FindStringSubmatch(m)[1])
		return used.digest()
	})
	if err == nil && strings.Contains(answer.Body, want) {
		f.passed = true
		f.observed += fmt.Sprintf(", and GET %s shows that %s was read", k.Proof.Path, used.what())
		return f, nil
	}
	f.observed = fmt.Sprintf("GET %s does not show what only a build that read %s can know: %s", k.Proof.Path, used.what(), shown(ev.plants.masked(answer.Body)))
	if err != nil {
		f.observed = fmt.Sprintf("GET %s was not answered: %v", k.Proof.Path, err)
	}
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	f.line = file.BlameSecretMount(used.name)
	switch {
	case used.source != fromSecret:
	case f.line == 0:
		f.why = fmt.Sprintf("No RUN mounts it. `RUN --mount=type=secret,id=%s …` gives that one step the file /run/secrets/%s, and leaves nothing of it behind.", used.name, used.name)
	default:
		f.why = "A mounted secret is a file that the step has to read, under /run/secrets or where target= says. Each grade gives another value: one that was read once and kept is of no use."
	}
	return f, nil
}

// noticeOutput tells of secrets that the build prints.
func (k *Secrets) noticeOutput(ctx context.Context, ev *evidence, given []canary) error {
	build, err := ev.firstBuild(ctx)
	if err != nil {
		return err
	}
	for _, s := range build.Steps {
		for _, c := range given {
			if strings.Contains(s.Log, c.value) {
				ev.notice(fmt.Sprintf("Line %d prints the value of %s while it builds: whoever reads the build's log has it.", s.Line, c.what()))
			}
		}
	}
	return nil
}
