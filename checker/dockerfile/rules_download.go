package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// downloadRules are about what a build fetches by address.
func downloadRules() []Rule {
	return []Rule{
		{
			ID: "add-unverified", Severity: Warning, check: addUnverified,
			Why: "Whatever lies at that address on the day goes into the image. Add --checksum=sha256:…, so that the build fails when it is something else.",
		},
		{
			ID: "download-unverified", Severity: Advice, check: downloadUnverified,
			Why: "Whatever lies at that address on the day goes into the image. Compare it in the same RUN: echo \"…  file\" | sha256sum -c.",
		},
		{
			ID: "curl-without-fail", Severity: Warning, check: curlWithoutFail,
			Why: "Without -f, curl takes the page that says \"not found\" for the file, and succeeds. Write curl -fsSL.",
		},
		{
			ID: "unpinned-packages", Severity: Advice, Lesson: lessonBases, check: unpinnedPackages,
			Why: "The next build may bring other versions, and nobody chose them. List what the project needs in its manifest and lock file, or name a version.",
		},
		{
			ID: "git-clone-moving", Severity: Advice, Lesson: lessonBases, check: gitCloneMoving,
			Why: "The default branch moves on, so the same Dockerfile builds something else next month, and until then the step comes from the cache with what it was. " +
				"Name a tag, git clone --depth 1 --branch v1.2.3, or check a commit out in the same RUN.",
		},
	}
}

// remoteSource tells a source of ADD that is fetched over HTTP. Git addresses
// name a commit in their own way.
func remoteSource(src string) bool {
	at, _, _ := strings.Cut(src, "#")
	return (strings.HasPrefix(src, "http://") || strings.HasPrefix(src, "https://")) && !strings.HasSuffix(at, ".git")
}

func addUnverified(r *review) {
	for _, in := range r.every("ADD") {
		if _, ok := in.flag("checksum"); ok || len(in.Args) < 2 {
			continue
		}
		for _, src := range in.Args[:len(in.Args)-1] {
			if remoteSource(in.expand(src)) {
				r.say(in.Line, "ADD fetches "+path.Base(src)+" without a checksum")
				break
			}
		}
	}
}

// verifies tells a call that compares or checks what was downloaded.
func verifies(call []string) bool {
	switch path.Base(call[0]) {
	case "sha256sum", "sha512sum", "sha1sum", "sha384sum", "shasum", "md5sum", "gpg", "gpgv", "cosign", "minisign", "openssl", "b2sum":
		return true
	}
	return false
}

// artifact is an address of something that is unpacked, installed or run.
var artifact = regexp.MustCompile(`^https?://.+(\.(tar|tar\.[a-z0-9]+|tgz|txz|zip|gz|xz|deb|rpm|apk|jar|whl|bin|run|sh)|/releases/download/.+)$`)

func downloadUnverified(r *review) {
	for _, in := range r.every("RUN") {
		calls := in.calls()
		if slices.ContainsFunc(calls, verifies) || r.said("pipe-to-shell", in.Line) {
			continue
		}
		for _, call := range calls {
			if at := slices.IndexFunc(call, artifact.MatchString); downloads(call) && at > 0 {
				r.say(in.Line, path.Base(call[0])+" fetches "+path.Base(call[at])+", and nothing compares it")
				break
			}
		}
	}
}

// fails is how curl is told that an answer such as 404 is a failure.
var fails = regexp.MustCompile(`^(-[a-zA-Z]*f[a-zA-Z]*|--fail|--fail-with-body|--fail-early)$`)

// asksWithoutFail tells a call of curl that takes any answer for a success.
func asksWithoutFail(call []string) bool {
	return path.Base(call[0]) == "curl" && !slices.ContainsFunc(call, fails.MatchString) &&
		slices.ContainsFunc(call, func(w string) bool { return strings.Contains(w, "://") }) &&
		!slices.ContainsFunc(call, func(w string) bool { return strings.Contains(w, "http_code") })
}

func curlWithoutFail(r *review) {
	for _, in := range r.every("RUN") {
		calls := in.calls()
		if slices.ContainsFunc(calls, verifies) || r.said("pipe-to-shell", in.Line) {
			continue
		}
		if keepsOutput(in.shellTree()) && slices.ContainsFunc(calls, asksWithoutFail) ||
			slices.ContainsFunc(calls, func(c []string) bool { return asksWithoutFail(c) && savesFile(c) }) {
			r.say(in.Line, "curl without -f")
		}
	}
}

// savesFile tells that curl writes what it gets to a file.
func savesFile(call []string) bool {
	return slices.ContainsFunc(call, func(w string) bool {
		return w == "-o" || w == "-O" || w == "--output" || w == "--remote-name" ||
			len(w) > 2 && w[0] == '-' && w[1] != '-' && strings.ContainsAny(w, "oO")
	})
}

// keepsOutput tells that a script sends the output of a curl into a file or a
// pipe.
func keepsOutput(tree *syntax.File) bool {
	if tree == nil {
		return false
	}
	found := false
	syntax.Walk(tree, func(n syntax.Node) bool {
		s, ok := n.(*syntax.Stmt)
		if !ok {
			return true
		}
		switch c := s.Cmd.(type) {
		case *syntax.CallExpr:
			found = found || len(s.Redirs) > 0 && len(c.Args) > 0 && c.Args[0].Lit() == "curl"
		case *syntax.BinaryCmd:
			left, isCall := c.X.Cmd.(*syntax.CallExpr)
			found = found || c.Op == syntax.Pipe && isCall && len(left.Args) > 0 && left.Args[0].Lit() == "curl"
		}
		return true
	})
	return found
}

// looseName is a package that is named without a version, and is no file, folder,
// address or variable.
var looseName = regexp.MustCompile(`^@?[A-Za-z][A-Za-z0-9._/-]*(\[[a-zA-Z0-9,_-]+\])?$`)

// unpinnedPackages looks at what is installed by name. Tools that install other
// packages are often taken as they come, and are let be.
func unpinnedPackages(r *review) {
	for stage, in := range r.every("RUN") {
		if !r.used[stage] {
			continue
		}
		for _, call := range in.calls() {
			if names := unpinned(call); len(names) > 0 {
				r.say(in.Line, shortList(names)+" without a version")
			}
		}
	}
}

// unpinned are the packages that a call names without a version.
func unpinned(call []string) []string {
	action := "install"
	var skip []string // options that take a word
	has := func(options ...string) bool {
		return slices.ContainsFunc(call, func(w string) bool {
			name, _, _ := strings.Cut(w, "=")
			return slices.Contains(options, name)
		})
	}
	switch {
	case Matches(call, "pip install"):
		skip = []string{"-r", "--requirement", "-c", "--constraint", "-t", "--target", "--prefix", "--find-links", "-f", "-i", "--index-url", "--extra-index-url", "-e", "--root", "--cache-dir"}
		if has("-c", "--constraint", "--no-index") {
			return nil
		}
	case Matches(call, "npm install") || Matches(call, "npm i"):
		skip = []string{"--prefix", "--cache", "--registry", "--omit", "--include", "-w", "--workspace"}
	case Matches(call, "yarn add") || Matches(call, "yarn global add") || Matches(call, "pnpm add"):
		action = "add"
		skip = []string{"--cwd", "--registry", "-F", "--filter", "-C", "--dir"}
	case Matches(call, "gem install"):
		skip = []string{"-i", "--install-dir", "-n", "--bindir", "-s", "--source"}
		if has("-v", "--version") {
			return nil
		}
	case Matches(call, "cargo install"):
		skip = []string{"--root", "-F", "--features", "--bin", "--target"}
		if has("--version", "--path", "--git") {
			return nil
		}
	case Matches(call, "go install"):
		return slices.DeleteFunc(slices.Clone(plain(call)[2:]), func(w string) bool { return !strings.HasSuffix(w, "@latest") })
	default:
		return nil
	}
	var names []string
	words := plain(call)
	seen := false
	for i, w := range words[1:] {
		if !seen {
			seen = w == action || w == "i"
			continue
		}
		if floating, ok := floatingRepository(w); ok {
			names = append(names, floating)
			continue
		}
		if slices.Contains(skip, words[i]) || !looseName.MatchString(w) || strings.Contains(strings.TrimPrefix(w, "@"), "@") {
			continue
		}
		// A folder or a file of the project, and a package of an organization.
		if strings.Contains(w, "/") && !strings.HasPrefix(w, "@") || strings.HasSuffix(w, ".whl") || strings.HasSuffix(w, ".tgz") || strings.HasSuffix(w, ".txt") {
			continue
		}
		switch strings.ToLower(w) {
		case "pip", "setuptools", "wheel", "uv", "poetry", "pipenv", "virtualenv", "npm", "pnpm", "yarn", "corepack", "bundler":
			continue
		}
		names = append(names, w)
	}
	return names
}

// floatingRepository is the name of a Git repository that pip is told to install
// as it stands on the day: without a branch, a tag or a commit behind an @.
func floatingRepository(word string) (name string, ok bool) {
	word, _, _ = strings.Cut(word, "#")
	_, address, isGit := strings.Cut(word, "://")
	if !isGit || !strings.HasPrefix(word, "git+") {
		return "", false
	}
	_, repository, _ := strings.Cut(address, "/")
	return path.Base(repository), repository != "" && !strings.ContainsAny(repository, "@$")
}

// gitCloneMoving lets be what is checked out, or fetched, by a later command.
func gitCloneMoving(r *review) {
	for stage, in := range r.every("RUN") {
		if !r.used[stage] {
			continue
		}
		for _, call := range in.calls() {
			if Matches(call, "git clone") && !namesRevision(call) && !r.movesWorkTree(stage, in) {
				r.say(in.Line, "git clone of "+cloned(call)+" names no branch, tag or commit")
				break
			}
		}
	}
}

// cloned is the name of the repository that a git clone takes.
func cloned(call []string) string {
	at := slices.IndexFunc(call, func(w string) bool {
		return strings.ContainsAny(w, "/:") && !strings.HasPrefix(w, "-") && !strings.Contains(w, "=")
	})
	if at < 0 {
		return "a repository"
	}
	return strings.TrimSuffix(path.Base(call[at]), ".git")
}

// namesRevision tells a git clone of something that was chosen.
func namesRevision(call []string) bool {
	return slices.ContainsFunc(call, func(w string) bool {
		name, _, _ := strings.Cut(w, "=")
		return name == "-b" || name == "--branch" || name == "--revision"
	})
}

// movesWorkTree tells that a RUN, or one below it in its stage, brings a work tree
// of Git to a revision of its own.
func (r *review) movesWorkTree(stage int, from *Instruction) bool {
	for _, in := range r.chain(stage).runs() {
		if in.Line < from.Line {
			continue
		}
		for _, call := range in.calls() {
			for _, command := range []string{"git checkout", "git switch", "git reset", "git fetch", "git pull", "git submodule"} {
				if Matches(call, command) {
					return true
				}
			}
		}
	}
	return false
}
