package dockerfile

import (
	"slices"
	"strings"
)

// Install is a RUN that installs what the project depends on.
type Install struct {
	// Line is the RUN's, counted from 1.
	Line int
	// Command is the one that does it, such as "npm ci" or "apt-get install".
	Command string
}

// Installs returns the calls of all RUNs that install what the project depends
// on, packages of the system among it, in the order of the file. A call that, as
// documentations have it, adds no more than the project itself to what one above
// it has installed is none of them: with the source it changes anyway.
func (f *File) Installs() []Install {
	var out []Install
	for i := range f.Stages {
		instructions := f.chain(i).instructions
		inherited := len(instructions) - len(f.Stages[i].Instructions)
		var above [][]string
		for at, in := range instructions {
			if in.Name != "RUN" {
				continue
			}
			for _, call := range in.calls() {
				command := dependencyCommand(call)
				if command == "" && systemInstall(call) {
					command = installsWith(call)
				}
				if command != "" && at >= inherited && !onlyAdds(call, above) {
					out = append(out, Install{in.Line, command})
				}
				above = append(above, call)
			}
		}
	}
	return out
}

// dependencyInstall tells whether a call installs what a manifest lists, and by
// which tool.
func dependencyInstall(call []string) (tool string, ok bool) {
	tool, _, _ = strings.Cut(dependencyCommand(call), " ")
	return tool, tool != ""
}

// dependencyCommand is the command by which a call installs what a manifest lists;
// empty for other calls. Installing one's own package without its dependencies, or
// a tool for all projects, is another thing.
func dependencyCommand(call []string) string {
	has := func(flags ...string) bool {
		return slices.ContainsFunc(call, func(w string) bool { return slices.Contains(flags, w) })
	}
	for _, command := range []string{
		"npm ci", "npm clean-install", "npm install", "npm i", "yarn install", "pnpm install", "pnpm i", "pnpm fetch", "bun install",
		"pip install", "pip wheel", "pip download", "poetry install", "uv sync", "uv pip install", "uv pip sync", "pipenv install", "pipenv sync",
		"go mod download", "go mod vendor", "cargo fetch", "bundle install", "composer install", "dotnet restore",
		"mvn dependency:go-offline", "mvn dependency:resolve", "gradle dependencies",
	} {
		if !Matches(call, command) {
			continue
		}
		if has("-g", "--global", "--package-lock-only", "--only-root", "--help", "--dry-run") || has("--no-deps") && len(requirementFiles(call)) == 0 {
			return ""
		}
		return command
	}
	if Matches(call, "yarn") && !has("-v", "--version", "-h", "--help") && !hasCommand(plain(call)) {
		return "yarn"
	}
	return ""
}

// hasCommand tells a call that has a word besides its options.
func hasCommand(call []string) bool {
	for at := 1; at < len(call); at++ {
		switch {
		case takesWord(call[0], call[at]):
			at++
		case !strings.HasPrefix(call[at], "-"):
			return true
		}
	}
	return false
}

// onlyAdds tells a call that adds the project to what a call above it has
// installed: both choose the same groups of packages, and the tool leaves alone
// what is there.
func onlyAdds(call []string, above [][]string) bool {
	return slices.ContainsFunc(above, func(before []string) bool {
		if dependencyCommand(before) == "" {
			return false
		}
		switch {
		case Matches(call, "uv sync"):
			return Matches(before, "uv sync") && slices.Equal(groups(call), groups(before))
		case Matches(call, "poetry install"):
			return Matches(before, "poetry install") && slices.Equal(groups(call), groups(before))
		case Matches(call, "pnpm install"), Matches(call, "pnpm i"):
			return Matches(before, "pnpm fetch") && (slices.Contains(call, "--offline") || slices.Equal(groups(call), groups(before)))
		case Matches(call, "pip install"), Matches(call, "uv pip install"):
			return installsProject(call) && len(requirementFiles(before)) > 0
		}
		return false
	})
}

// groups are the options of a call by which it chooses what to install, sorted.
func groups(call []string) []string {
	var out []string
	for i, w := range call {
		name, _, joined := strings.Cut(w, "=")
		switch name {
		case "--no-dev", "--dev", "--only-dev", "--all-groups", "--all-extras", "--no-default-groups", "--prod", "-P", "-D":
			out = append(out, w)
		case "--group", "--only-group", "--no-group", "--extra", "--extras", "-E", "--no-extra", "--with", "--without", "--only":
			if !joined && i+1 < len(call) {
				w += "=" + call[i+1]
			}
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// installsProject tells a call of pip that names the project's folder and nothing
// else.
func installsProject(call []string) bool {
	named := false
	at := slices.Index(call, "install")
	for _, w := range call[at+1:] {
		switch {
		case w == "." || w == "./":
			named = true
		case !strings.HasPrefix(w, "-") || strings.HasPrefix(w, "-r") || strings.HasPrefix(w, "--requirement"):
			return false
		}
	}
	return named
}
