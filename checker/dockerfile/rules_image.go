package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func runsAsRoot(r *review) {
	if in := r.final.last("USER"); in != nil && len(in.Args) > 0 {
		if user := in.expand(in.Args[0]); r.isRoot(user) && user != "" && !r.givesUpRoot() {
			r.say(in.Line, "USER "+user+" is root")
		}
		return
	}
	base := r.final.base().Base
	img, ok := describe(base)
	root := base == scratch || ok && img.official && isRuntime(img.name) ||
		ok && img.distroless() && !strings.Contains(img.tag, "nonroot")
	if root && !r.givesUpRoot() {
		r.say(r.lastFrom(), "no USER: the service runs as root")
	}
}

// isRoot tells whether a user, as USER names it, is root: by its number, by its
// name, or by a number that the Dockerfile gives to another name. Without a name
// it is root, as in most base images.
func (r *review) isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "" || name == "root" || name == "0" || slices.Contains(r.rootNames(), name)
}

// passwdLine is a line of /etc/passwd that gives a name the number 0.
var passwdLine = regexp.MustCompile(`([a-z_][a-z0-9_-]*):[^:\s]*:0:`)

// rootNames are the names, other than root, to which the Dockerfile gives the
// number 0.
func (r *review) rootNames() []string {
	var names []string
	for i := range r.Stages {
		for _, in := range r.Stages[i].Instructions {
			if in.Name != "RUN" {
				continue
			}
			for _, m := range passwdLine.FindAllStringSubmatch(in.script(), -1) {
				names = append(names, m[1])
			}
			for _, call := range in.calls() {
				if tool := path.Base(call[0]); (tool == "useradd" || tool == "adduser") && option(call, "-u", "--uid") == "0" {
					names = append(names, call[len(call)-1])
				}
			}
		}
	}
	return names
}

// givesUpRoot tells that the start changes the user by itself, or may do so in
// a script with a tool that is installed for it.
func (r *review) givesUpRoot() bool {
	tools := []string{"gosu", "su-exec", "setpriv", "runuser", "su", "s6-setuidgid", "chpst"}
	for _, call := range r.startCalls() {
		if slices.Contains(tools, path.Base(call[0])) {
			return true
		}
	}
	return slices.ContainsFunc(tools[:2], r.final.brings)
}

// secretWord is the end of a variable's name that holds a secret.
var secretWord = regexp.MustCompile(`(?i)(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|CREDENTIALS?|(API|SECRET|PRIVATE|ACCESS|ENCRYPTION|SIGNING)_?KEY)$`)

// secretURL is an address with a password in it.
var secretURL = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s:@$]+@`)

func secretInImage(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			switch c := in.command.(type) {
			case *instructions.EnvCommand:
				for _, kv := range c.Env {
					if secretWord.MatchString(kv.Key) && kv.Value != "" && kv.Value != `""` || secretURL.MatchString(strings.Trim(kv.Value, `"'`)) {
						r.say(in.Line, "ENV "+kv.Key+" looks like a secret")
					}
				}
			case *instructions.ArgCommand:
				for _, kv := range c.Args {
					if secretWord.MatchString(kv.Key) {
						r.say(in.Line, "ARG "+kv.Key+" looks like a secret")
					}
				}
			}
		}
	}
}

// secretName is a file that holds secrets by its name.
var secretName = regexp.MustCompile(`^(\.env(\..+)?|id_(rsa|ecdsa|ed25519)|\.netrc|\.pypirc|.+\.key|credentials\.json)$`)

// exampleName is one that shows what such a file looks like.
var exampleName = regexp.MustCompile(`\.(example|sample|template|dist|defaults)$`)

func secretFile(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if _, from := in.flag("from"); from || in.Name != "COPY" && in.Name != "ADD" || len(in.Args) < 2 {
				continue
			}
			for _, src := range in.Args[:len(in.Args)-1] {
				if name := path.Base(src); secretName.MatchString(name) && !exampleName.MatchString(name) {
					r.say(in.Line, name+" is copied into the image")
				}
			}
		}
	}
}

func unpinnedBase(r *review) {
	check := func(name string, line int) {
		img, ok := describe(name)
		if !ok || img.digest || img.tag != "" && img.tag != "latest" {
			return
		}
		r.say(line, name+" names no version")
	}
	for i := range r.Stages {
		s := &r.Stages[i]
		if s.Parent < 0 && s.Base != scratch {
			check(s.Base, s.From.Line)
		}
		for j := range s.Instructions {
			for _, from := range r.sources(&s.Instructions[j], i) {
				if from.stage < 0 {
					check(from.image, s.Instructions[j].Line)
				}
			}
		}
	}
}

// openMode is a mode that lets everybody write: octal, without the sticky bit,
// or symbolic.
var openMode = regexp.MustCompile(`^(0?[0-7]{2}[2367]|[ugo]*[ao][ugo]*[+=][rx]*w[rxX]*)$`)

func openPermissions(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if mode, ok := in.flag("chmod"); ok && openMode.MatchString(mode) {
				r.say(in.Line, "--chmod="+mode+" lets everybody write")
			}
			if in.Name != "RUN" {
				continue
			}
			for _, call := range in.calls() {
				if path.Base(call[0]) != "chmod" {
					continue
				}
				if k := slices.IndexFunc(call, openMode.MatchString); k > 0 {
					r.say(in.Line, "chmod "+call[k]+" lets everybody write")
				}
			}
		}
	}
}

// archive is what ADD unpacks.
var archive = regexp.MustCompile(`\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|txz)$`)

func addLocal(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if in.Name != "ADD" || len(in.Args) < 2 {
				continue
			}
			plain := !slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
				src = in.expand(src)
				return strings.Contains(src, "://") || strings.HasPrefix(src, "git@") || archive.MatchString(src) ||
					unresolved(src) || parser.MustParseHeredoc(src) != nil
			})
			if plain {
				r.say(in.Line, "ADD copies files of the context")
			}
		}
	}
}
