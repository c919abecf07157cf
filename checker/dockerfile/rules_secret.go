package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"
)

// secretRules are about what must not be readable by everybody who can pull the
// image.
func secretRules() []Rule {
	return []Rule{
		{
			ID: "secret-in-image", Severity: Mistake, BuildKit: "SecretsUsedInArgOrEnv", Lesson: lessonSecrets, check: secretInImage,
			Why: "ENV and ARG stand in the image's configuration and history, readable by everybody who can pull it. " +
				"Give it at run time, or for a build step as RUN --mount=type=secret. A secret that was in an image is no secret any more: replace it.",
		},
		{
			ID: "secret-value", Severity: Mistake, Lesson: lessonSecrets, check: secretValue,
			Why: "The text of an instruction stands in the image's history. Give it at run time, or for a build step as RUN --mount=type=secret. " +
				"A secret that was in an image is no secret any more: replace it.",
		},
		{
			ID: "secret-file", Severity: Mistake, Lesson: lessonSecrets, check: secretFile,
			Why: "It stays in that layer for good, also when a later step deletes it. " +
				"Give it at run time, or for a build step as RUN --mount=type=secret.",
		},
		{
			ID: "secret-kept", Severity: Mistake, Lesson: lessonSecrets, check: secretKept,
			Why: "The mount is gone after the step, but what the step writes is in the layer, for everybody to read. " +
				"Read the secret where it is used, such as TOKEN=$(cat /run/secrets/token) npm ci, or mount it as the file that the tool reads: target=/root/.npmrc.",
		},
	}
}

// secretURL is an address with a password in it.
var secretURL = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s:@$]+@`)

func secretInImage(r *review) {
	for _, in := range r.every("ENV", "ARG") {
		switch c := in.command.(type) {
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				if isSecret(kv.Key, kv.Value) || secretURL.MatchString(strings.Trim(kv.Value, `"'`)) {
					r.say(in.Line, "ENV "+kv.Key+" looks like a secret")
				}
			}
		case *instructions.ArgCommand:
			for _, kv := range c.Args {
				if asked := kv.Value == nil || *kv.Value == ""; asked && asksForSecret(kv.Key) || !asked && isSecret(kv.Key, *kv.Value) {
					r.say(in.Line, "ARG "+kv.Key+" looks like a secret")
				}
			}
		}
	}
}

// secretForm are secrets that are known by their form, as their makers describe
// it: keys of AWS, tokens of GitHub, GitLab, npm, Slack, Stripe, and PEM keys.
var secretForm = regexp.MustCompile(`\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|xox[abprs]-[A-Za-z0-9-]{10,}|[sr]k_live_[A-Za-z0-9]{10,})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----`)

// secretInCall are ways to hand a password to a program as a word: an option, a
// header, an address, a line of .npmrc and of .netrc. What begins with a variable,
// or with what is to be replaced, is none.
var secretInCall = regexp.MustCompile(`(?i)^(--(password|passwd|token|api-key|secret)=)[^$\s/-][^\s]*$` +
	`|^authorization: (bearer|basic|token) [^$\s]+$|^(x-api-key|x-auth-token|private-token|job-token): *[^$\x60\s]+$` +
	`|^(--[a-z-]+=|url\.)?https?://[^/\s:@]+:[^/\s@$]+@` +
	`|:_(authToken|auth|password)=["']?[^$\x60\s"'\\<{]|\bmachine \S+ login \S+ password ["']?[^$\x60\s"'\\<{]`)

// userAndPassword is what curl's -u takes, as plain text.
var userAndPassword = regexp.MustCompile(`^[^:$\s]+:[^$\s]+$`)

// mysqlPassword is how a client of MySQL is given one.
var mysqlPassword = regexp.MustCompile(`^-p[^$\x60\s]+$`)

// npmSecret is a setting of npm's that holds one.
var npmSecret = regexp.MustCompile(`(?i):_(authToken|auth|password)$`)

// givenSecret tells a call with a password, or the like, in its words. A variable
// is none: its value comes from elsewhere.
func givenSecret(call []string) bool {
	if slices.ContainsFunc(call, secretInCall.MatchString) {
		return true
	}
	switch path.Base(call[0]) {
	case "mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mariadb-admin":
		return slices.ContainsFunc(call, mysqlPassword.MatchString)
	case "npm", "pnpm", "yarn":
		at := slices.IndexFunc(call, npmSecret.MatchString)
		return at > 0 && at+1 < len(call) && slices.Contains(call[:at], "set") && !strings.ContainsAny(call[at+1], "$`")
	}
	return downloads(call) && userAndPassword.MatchString(option(call, "-u", "--user"))
}

// setsPassword tells that a RUN prints the name and the password of a user for
// chpasswd.
func setsPassword(calls [][]string) bool {
	sets := slices.ContainsFunc(calls, func(call []string) bool {
		return path.Base(call[0]) == "chpasswd" && !slices.Contains(call, "-e") && !slices.Contains(call, "--encrypted")
	})
	return sets && slices.ContainsFunc(calls, func(call []string) bool {
		return (call[0] == "echo" || call[0] == "printf") && slices.ContainsFunc(call[1:], func(w string) bool {
			return userAndPassword.MatchString(w) && !strings.ContainsAny(w, "`%")
		})
	})
}

// placeholder is a value by which a step that needs a variable, and not what is
// in it, is satisfied.
var placeholder = regexp.MustCompile(`^([a-z_\s-]*|[A-Z_\s-]*|.{0,5})$|(?i:dummy|placeholder|fake|example|change.?me|unused|not.?used|build.?time|build.?only|insecure)`)

// assignedSecret is a variable to which a RUN gives a secret as plain text, for
// itself or for one command; empty where there is none.
func (in *Instruction) assignedSecret() string {
	tree := in.shellTree()
	if tree == nil {
		return ""
	}
	name := ""
	syntax.Walk(tree, func(n syntax.Node) bool {
		a, ok := n.(*syntax.Assign)
		if !ok || a.Name == nil || a.Value == nil || name != "" {
			return true
		}
		value := strings.Trim(printed(a.Value), `"'`)
		if isSecret(a.Name.Value, value) && !placeholder.MatchString(value) && !strings.ContainsAny(value, "$`") {
			name = a.Name.Value
		}
		return true
	})
	return name
}

func secretValue(r *review) {
	for _, in := range r.every() {
		if r.said("secret-in-image", in.Line) {
			continue
		}
		text := in.Text
		for _, h := range in.heredoc {
			text += "\n" + h.Content
		}
		if secretForm.MatchString(text) {
			r.say(in.Line, in.Name+" holds what looks like a key or a token")
			continue
		}
		if in.Name != "RUN" {
			continue
		}
		calls := in.calls()
		if at := slices.IndexFunc(calls, givenSecret); at >= 0 {
			r.say(in.Line, brief(calls[at][:1])+" is given what looks like a password")
		} else if setsPassword(calls) {
			r.say(in.Line, "chpasswd is given what looks like a password")
		} else if name := in.assignedSecret(); name != "" {
			r.say(in.Line, name+" is set to what looks like a secret")
		}
	}
}

// publicKeys are folders in which package managers look for keys that everybody
// may have: those by which they verify what they download.
func publicKeys() []string {
	return []string{"/etc/apt", "/usr/share/keyrings", "/etc/apk/keys", "/etc/pki/rpm-gpg"}
}

// isPublic tells that a key is no secret, by what it holds, or by where it goes.
// One without a header, such as the master.key of Rails, may be a secret.
func (r *review) isPublic(name, target string) bool {
	if path.Ext(name) != ".key" {
		return false
	}
	text := string(r.read(name))
	return strings.Contains(text, "-----BEGIN ") && !strings.Contains(text, "PRIVATE") ||
		slices.ContainsFunc(publicKeys(), func(folder string) bool { return within(target, folder) })
}

// secretFile speaks of what reaches the image: a builder's files are gone with it,
// unless they are copied out of it.
func secretFile(r *review) {
	for stage, in := range r.every("COPY", "ADD") {
		for _, src := range in.takes {
			if holdsSecret(src) {
				if name := path.Base(src); !r.isPublic(src, in.target()) && r.brings(stage, in, name, true) {
					r.say(in.Line, name+" is copied into the image")
				}
				continue
			}
			// What holds one now: the file, or one of a folder, a pattern or the
			// whole context.
			for _, name := range r.matching(src) {
				itself := name == src
				byName := !itself && holdsSecret(name) && !r.isPublic(name, in.target())
				if !byName && (!r.tellsSecret(name) || !itself && forTests(name)) {
					continue
				}
				if inToolFolder(name) || r.leftOut.ignores(name) || !r.brings(stage, in, below(src, name), itself) {
					continue
				}
				message := path.Base(name) + " is copied into the image"
				if !itself {
					message = name + " is copied into the image with " + src
				}
				r.say(in.Line, message)
				break
			}
		}
	}
}

// brings tells whether a file comes to be in the image that a COPY of a stage puts
// into its target, or, where that may be a name for it, to its target.
func (r *review) brings(stage int, in *Instruction, file string, renames bool) bool {
	renames = renames && !strings.HasSuffix(in.Args[len(in.Args)-1], "/")
	return r.reaches(stage, in, path.Join(in.target(), file)) || renames && r.reaches(stage, in, in.target())
}

// reaches tells whether a file that an instruction of a stage puts somewhere comes
// to be in the image.
func (r *review) reaches(stage int, in *Instruction, file string) bool {
	return r.inFinal(stage) || slices.ContainsFunc(r.shipped(stage), func(p string) bool { return within(file, p) }) &&
		!r.removedBelow(stage, in.Line, file)
}

// maxShipped bounds how many paths of one stage are followed into the image.
const maxShipped = 100

// shipped are the paths of a builder's files and folders that are copied into the
// image, perhaps through other builders.
func (r *review) shipped(stage int) []string {
	if out, known := r.ships[stage]; known {
		return out
	}
	var out []string
	for at, in := range r.every("COPY") {
		if len(in.Args) < 2 || !r.takesFrom(in, at, stage) {
			continue
		}
		for _, src := range in.Args[:len(in.Args)-1] {
			src = path.Join("/", strings.TrimSuffix(in.expand(src), "*"))
			if r.inFinal(at) {
				out = append(out, src)
				continue
			}
			for _, p := range r.shipped(at) {
				if within(in.target(), p) || path.Base(p) == path.Base(src) && path.Dir(p) == in.target() {
					out = append(out, src)
				}
				if within(p, in.target()) {
					out = append(out, path.Join(src, strings.TrimPrefix(p, in.target())))
				}
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	out = out[:min(len(out), maxShipped)]
	r.ships[stage] = out
	return out
}

// takesFrom tells whether a COPY of a stage takes files from another stage, or
// from one that begins with it.
func (r *review) takesFrom(in *Instruction, stage, from int) bool {
	return slices.ContainsFunc(r.sources(in, stage), func(s source) bool {
		return s.stage >= 0 && slices.ContainsFunc(r.chain(s.stage).stages, func(below *Stage) bool { return below.Index == from })
	})
}

// removedBelow tells whether a stage deletes a file, or what it lies in, below a
// line. A relative name may be seen from another folder than WORKDIR.
func (r *review) removedBelow(stage, line int, file string) bool {
	deletes := func(run *Instruction, w string) bool {
		at := absolute(w, run.workdir)
		whole, err := path.Match(at, file)
		if err == nil && whole || within(file, at) {
			return true
		}
		named, err := path.Match(path.Base(w), path.Base(file))
		return err == nil && named && !path.IsAbs(w) && path.Base(w) != "*"
	}
	return slices.ContainsFunc(r.chain(stage).runs(), func(run *Instruction) bool {
		return run.Line > line && slices.ContainsFunc(run.calls(), func(call []string) bool {
			return path.Base(call[0]) == "rm" && slices.ContainsFunc(call[1:], func(w string) bool { return deletes(run, w) })
		})
	})
}

// inToolFolder tells a file among installed packages, which bring examples and
// tests with such names.
func inToolFolder(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return part == "node_modules" || part == "vendor" || part == ".git" || part == "testdata" || strings.HasSuffix(part, "venv")
	})
}

// secretPaths are where a RUN finds its secrets: the files, and the variables
// that hold them.
func (in *Instruction) secretPaths() (files, variables []string) {
	for _, m := range mounts(in) {
		if m["type"] != "secret" {
			continue
		}
		if m["env"] != "" {
			variables = append(variables, m["env"])
		}
		if m["target"] != "" {
			files = append(files, m["target"])
		} else if id := secretID(m); id != "" {
			files = append(files, "/run/secrets/"+id)
		}
	}
	return files, variables
}

// maxSecretScript is the longest script, in bytes, that is searched for where it
// puts its secrets: each of its parts is searched with all that is in it.
const maxSecretScript = 4 << 10

// secretKept, as secretFile, speaks of what reaches the image.
func secretKept(r *review) {
	for stage, in := range r.every("RUN") {
		files, variables := in.secretPaths()
		tree := in.shellTree()
		if tree == nil || len(files)+len(variables) == 0 || len(in.script()) > maxSecretScript {
			continue
		}
		k := keeper{in: in, files: files, variables: variables}
		syntax.Walk(tree, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Assign:
				k.assigns(n)
			case *syntax.Stmt:
				k.writes(n)
			}
			return true
		})
		for _, to := range k.kept {
			if !k.takenAway(to) && slices.ContainsFunc(in.mayMean(to), func(p string) bool { return r.reaches(stage, in, p) }) {
				r.say(in.Line, "the secret is written to "+to)
				break
			}
		}
	}
}

// mayMean are the paths that a file may have to which a RUN writes: seen from each
// folder to which it goes, and with the home of its user.
func (in *Instruction) mayMean(name string) []string {
	for _, home := range []string{"~/", "$HOME/", "${HOME}/"} {
		if rest, ok := strings.CutPrefix(name, home); ok {
			user, _, _ := strings.Cut(in.user, ":")
			if user == "" || user == "root" || user == "0" {
				return []string{path.Join("/root", rest)}
			}
			return []string{path.Join("/home", user, rest)}
		}
	}
	out := []string{absolute(name, in.workdir)}
	for _, call := range in.calls() {
		if call[0] == "cd" && len(call) > 1 {
			out = append(out, absolute(name, absolute(call[1], in.workdir)))
		}
	}
	return out
}

// keeper follows where a script puts its secrets.
type keeper struct {
	in               *Instruction
	files, variables []string
	// kept are the files that secrets are written to.
	kept []string
}

// tells whether a part of a script gives a secret out: its file, or a variable
// that holds it.
func (k *keeper) tells(n syntax.Node) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			found = found || n.Param != nil && slices.Contains(k.variables, n.Param.Value)
		case *syntax.Word:
			text := printed(n)
			found = found || slices.ContainsFunc(k.files, func(f string) bool { return strings.Contains(text, f) })
		}
		return !found
	})
	return found
}

// assigns notes a variable that gets a secret.
func (k *keeper) assigns(a *syntax.Assign) {
	if a.Name != nil && a.Value != nil && k.tells(a.Value) {
		k.variables = append(k.variables, a.Name.Value)
	}
}

// writes notes what a statement writes a secret to.
func (k *keeper) writes(s *syntax.Stmt) {
	if s.Cmd == nil {
		return
	}
	call, isCall := s.Cmd.(*syntax.CallExpr)
	// cat and echo give out what they get; other programs use it.
	gives := !isCall || len(call.Args) > 0 && slices.Contains([]string{"cat", "echo", "printf", "base64", "envsubst", "sed"}, call.Args[0].Lit())
	for _, redir := range s.Redirs {
		switch redir.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll:
			if to := strings.Join((&caller{vars: k.in.vars}).word(redir.Word), " "); gives && (k.tells(s.Cmd) || k.hereTells(s)) && !passing(to) {
				k.kept = append(k.kept, to)
			}
		}
	}
	if !isCall || len(call.Args) == 0 || !k.tells(s.Cmd) {
		return
	}
	words := k.in.callsIn(s)
	if len(words) == 0 {
		return
	}
	w := words[0]
	switch {
	case (w[0] == "cp" || w[0] == "mv" || w[0] == "install" || w[0] == "tee") && !passing(w[len(w)-1]):
		k.kept = append(k.kept, w[len(w)-1])
	case Matches(w, "npm config set"), Matches(w, "npm set"), Matches(w, "yarn config set"), Matches(w, "pnpm config set"):
		k.kept = append(k.kept, "~/.npmrc")
	case Matches(w, "git config") && slices.Contains(w, "--global"):
		k.kept = append(k.kept, "~/.gitconfig")
	case Matches(w, "pip config"):
		k.kept = append(k.kept, "~/.config/pip/pip.conf")
	}
}

// hereTells tells whether a statement's heredoc holds a secret.
func (k *keeper) hereTells(s *syntax.Stmt) bool {
	return slices.ContainsFunc(s.Redirs, func(r *syntax.Redirect) bool { return r.Hdoc != nil && k.tells(r.Hdoc) })
}

// passing tells a file that is none: a device, another output, memory.
func passing(name string) bool {
	return strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "&") || strings.HasPrefix(name, "/proc/") || strings.HasPrefix(name, "/run/secrets")
}

// takenAway tells whether the same RUN removes a file, or writes it into a mount
// that is gone after it.
func (k *keeper) takenAway(name string) bool {
	base := path.Base(name)
	if path.IsAbs(name) && mountsOver(k.in, name) {
		return true
	}
	for _, call := range k.in.calls() {
		if path.Base(call[0]) == "rm" || path.Base(call[0]) == "shred" || Matches(call, "npm config delete") || Matches(call, "git config --unset") || slices.Contains(call, "--unset") {
			if slices.ContainsFunc(call, func(w string) bool { return path.Base(w) == base }) || path.Base(call[0]) != "rm" {
				return true
			}
		}
	}
	return false
}
