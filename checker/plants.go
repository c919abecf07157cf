package checker

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// canary is a random value that a grade gives a build as a secret. What holds
// it can have it from nowhere else.
type canary struct {
	source canarySource
	// name is the file's path, the build argument's name or the build secret's
	// id.
	name string
	// value is 26 letters and digits.
	value string
	// content is all that is given: the value with what stands around it.
	content []byte
}

// canarySource is how a build comes by a canary.
type canarySource int

const (
	fromFile canarySource = iota
	fromArg
	fromSecret
)

// what names the canary's source, as in "the value of build argument TOKEN".
func (c canary) what() string {
	switch c.source {
	case fromFile:
		return c.name
	case fromArg:
		return "build argument " + c.name
	default:
		return "build secret " + c.name
	}
}

// commitDigits are those of a commit's name in Git.
const commitDigits = 40

// digest is what `sha256sum` prints of all that was given.
func (c canary) digest() string {
	sum := sha256.Sum256(c.content)
	return hex.EncodeToString(sum[:])
}

// plants are what a grade adds to every copy of the submission that it builds,
// the same in all of them: what differed would be missing from the builder's
// cache.
type plants struct {
	files    map[string][]byte
	args     map[string]string
	secrets  map[string][]byte
	canaries []canary
	// flag is written into the steps that mount a secret; empty for none.
	flag string
}

// newPlants plants for all of an exercise's checks, also those that are not
// asked for: a submission may need their build argument to build at all.
func newPlants(specs []Spec) *plants {
	p := &plants{files: make(map[string][]byte), args: make(map[string]string), secrets: make(map[string][]byte)}
	for _, s := range specs {
		if s.Secrets != nil {
			p.plantSecrets(s.Secrets)
		}
		if k := s.ComposeSecret; k != nil {
			p.plantFile(k.File, k.Template)
		}
		if s.Configured != nil {
			p.plantArgs(s.Configured)
		}
		if s.Context != nil {
			p.plantJunk(s.Context)
		}
	}
	if len(p.secrets) > 0 {
		p.flag = newSecretFlag()
	}
	return p
}

func (p *plants) plantSecrets(k *Secrets) {
	for _, name := range slices.Sorted(maps.Keys(k.Files)) {
		c := p.canary(fromFile, path.Clean(name), k.Files[name])
		p.files[c.name] = c.content
	}
	for _, name := range k.Args {
		c := p.canary(fromArg, name, placeholder)
		p.args[c.name] = string(c.content)
	}
	for _, s := range k.Build {
		c := p.canary(fromSecret, s.ID, cmp.Or(s.Template, placeholder))
		p.secrets[c.name] = c.content
	}
}

// plantArgs adds build arguments that are no secrets.
func (p *plants) plantArgs(k *Configured) {
	for _, name := range slices.Sorted(maps.Keys(k.Args)) {
		if _, secret := p.args[name]; secret {
			continue
		}
		sum := sha256.Sum256([]byte(rand.Text()))
		p.args[name] = strings.ReplaceAll(k.Args[name], placeholder, hex.EncodeToString(sum[:])[:commitDigits])
	}
}

// canary returns the one of a source, the same for all checks that plant it.
func (p *plants) canary(source canarySource, name, template string) canary {
	if c, ok := p.find(source, name); ok {
		return c
	}
	c := canary{source: source, name: name, value: rand.Text()}
	c.content = []byte(strings.ReplaceAll(template, placeholder, c.value))
	p.canaries = append(p.canaries, c)
	return c
}

func (p *plants) find(source canarySource, name string) (canary, bool) {
	i := slices.IndexFunc(p.canaries, func(c canary) bool { return c.source == source && c.name == name })
	if i < 0 {
		return canary{}, false
	}
	return p.canaries[i], true
}

// named is the first canary of a name, whatever its source.
func (p *plants) named(name string) (canary, bool) {
	i := slices.IndexFunc(p.canaries, func(c canary) bool { return c.name == name })
	if i < 0 {
		return canary{}, false
	}
	return p.canaries[i], true
}

// of are the canaries of one check.
func (p *plants) of(k *Secrets) []canary {
	var out []canary
	add := func(source canarySource, name string) {
		if c, ok := p.find(source, name); ok {
			out = append(out, c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.Files)) {
		add(fromFile, path.Clean(name))
	}
	for _, name := range k.Args {
		add(fromArg, name)
	}
	for _, s := range k.Build {
		add(fromSecret, s.ID)
	}
	return out
}

// plantJunk plants files of zero bytes. They share one piece of memory, which
// is not touched: that it is zero the system knows without storing it.
func (p *plants) plantJunk(k *Context) {
	var most int64
	for _, j := range k.Plant {
		most = max(most, j.KB)
	}
	zeros := make([]byte, most*kilobyte)
	for _, j := range k.Plant {
		p.files[path.Clean(j.Path)] = zeros[:j.KB*kilobyte]
	}
}

// addTo adds all plants to the request of a build. The files that the request
// itself writes stay; what it gives under the name of a canary does not.
func (p *plants) addTo(req *BuildRequest) {
	req.Overlay = merged(p.files, req.Overlay)
	req.Args = merged(req.Args, p.args)
	req.Secrets = merged(req.Secrets, p.secrets)
}

// merged is a copy of under with the entries of over laid on it.
func merged[V any](under, over map[string]V) map[string]V {
	out := make(map[string]V, len(under)+len(over))
	maps.Copy(out, under)
	maps.Copy(out, over)
	return out
}

// plant adds to a build what the checks plant.
func (ev *evidence) plant(req *BuildRequest, file *dockerfile.File) error {
	ev.plants.addTo(req)
	if ev.plants.flag == "" {
		return nil
	}
	name := ev.dockerfileName()
	src, err := ReadIn(ev.sub.Dir, name, dockerfileLimit)
	if err != nil {
		return err
	}
	if flagged, changed := file.FlagSecretMounts(src, ev.plants.flag); changed {
		req.Overlay[name] = flagged
	}
	return nil
}

// newSecretFlag is a flag for the steps that mount a build secret: an optional
// secret that is never given. It changes nothing but what BuildKit takes the step
// for.
func newSecretFlag() string {
	return "--mount=type=secret,id=shipshape-" + strings.ToLower(rand.Text())
}

// secretFlags finds what newSecretFlag makes, with the space before it.
var secretFlags = regexp.MustCompile(` --mount=type=secret,id=shipshape-[a-z2-7]{26}\b`)

// unmarked takes the flags out of what the builder says of a Dockerfile.
func unmarked(text string) string { return secretFlags.ReplaceAllLiteralString(text, "") }

// masked hides the canaries in a text that is shown.
func (p *plants) masked(text string) string {
	for _, c := range p.canaries {
		text = strings.ReplaceAll(text, c.value, "•••")
	}
	return text
}
