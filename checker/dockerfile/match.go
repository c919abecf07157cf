package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Matches tells whether a call is the command that is written as words with
// single spaces, such as "npm ci": the program by its name without a folder,
// then the other words in their order, with options anywhere between them.
// `python -m pip` is pip, and so is pip3.13; ./mvnw is mvn.
func Matches(call []string, command string) bool {
	if len(call) == 0 || !mayBe(path.Base(call[0]), command) {
		return false
	}
	want := strings.Fields(command)
	call = plain(call)
	if len(want) == 0 || call[0] != want[0] {
		return false
	}
	want = want[1:]
	for at := 1; at < len(call) && len(want) > 0; at++ {
		switch w := call[at]; {
		case w == want[0]:
			want = want[1:]
		case takesWord(call[0], w):
			at++
		case strings.HasPrefix(w, "-"):
		default:
			return false
		}
	}
	return len(want) == 0
}

// takesWord tells an option of a program that takes the next word for its value,
// among those that stand in front of a command.
func takesWord(program, option string) bool {
	if !strings.HasPrefix(option, "-") {
		return false
	}
	var options string
	switch program {
	case "apt", "apt-get":
		options = "-o --option -t --target-release -c --config-file"
	case "apk":
		options = "-X --repository -p --root --repositories-file --cache-dir --keys-dir --arch"
	case "dnf", "microdnf", "yum":
		options = "-c --config --setopt --enablerepo --disablerepo --releasever --installroot -x --exclude"
	case "npm":
		options = "--prefix -C --cache --registry --userconfig --loglevel -w --workspace --omit --include"
	case "yarn":
		options = "--cwd --cache-folder --modules-folder --registry --network-timeout --mutex"
	case "pnpm":
		options = "-F --filter -C --dir --store-dir --registry --reporter --loglevel"
	case "bun":
		options = "--cwd"
	case "pip":
		options = "--proxy --timeout --retries --cert --client-cert --trusted-host --cache-dir --python --log --exists-action"
	case "uv":
		options = "--directory --project --cache-dir --config-file --color"
	case "poetry":
		options = "-C --directory -P --project"
	case "go":
		options = "-C"
	case "cargo":
		options = "-C --config --color -Z"
	case "composer":
		options = "-d --working-dir"
	case "git":
		options = "-C -c --git-dir --work-tree"
	case "mvn":
		options = "-f --file -s --settings -gs --global-settings -pl --projects -P --activate-profiles -T --threads -l --log-file -t --toolchains"
	case "gradle":
		options = "-p --project-dir -b --build-file -c --settings-file -g --gradle-user-home -I --init-script -x --exclude-task --console --max-workers"
	}
	return strings.Contains(options, option) && slices.Contains(strings.Fields(options), option)
}

// mayBe tells at little cost that a program is not what a command begins with;
// most are not.
func mayBe(program, command string) bool {
	return strings.HasPrefix(command, strings.TrimSuffix(program, "w")) || strings.HasPrefix(program, "pip") || strings.HasPrefix(program, "python")
}

// versioned is a program's name with a version behind it.
var versioned = regexp.MustCompile(`^(pip|python)[0-9][0-9.]*$`)

// plain replaces other spellings of a program by its usual name.
func plain(call []string) []string {
	if len(call) == 0 {
		return nil
	}
	name := path.Base(call[0])
	if m := versioned.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	switch name {
	case "mvnw", "gradlew": // what a project brings along
		name = strings.TrimSuffix(name, "w")
	case "python":
		if i := slices.Index(call, "-m"); i > 0 && i+1 < len(call) {
			return plain(call[i+1:])
		}
	}
	return append([]string{name}, call[1:]...)
}

// starters are programs that start the command behind their options, with the
// options that take a word of their own.
func starters(name string) (withWord string, ok bool) {
	switch name {
	case "env":
		return "uCS", true
	case "sudo":
		return "ugphCrtTUD", true
	case "exec", "command", "nohup", "time", "builtin", "setsid", "catchsegv", "tini", "dumb-init":
		return "a", true
	case "nice":
		return "n", true
	case "timeout":
		return "ks", true
	case "xargs":
		return "adEILnPs", true
	case "gosu", "su-exec":
		return "", true
	}
	return "", false
}

// inner is the command that a call starts, if it is of a kind that does.
func inner(call []string) []string {
	name := path.Base(call[0])
	withWord, ok := starters(name)
	if !ok {
		return nil
	}
	rest := call[1:]
	for len(rest) > 0 {
		w := rest[0]
		switch {
		case w == "--":
			return rest[1:]
		case len(w) == 2 && w[0] == '-' && strings.Contains(withWord, w[1:]):
			rest = rest[min(2, len(rest)):]
		case strings.HasPrefix(w, "-"):
			rest = rest[1:]
		case (name == "env" || name == "sudo") && strings.Contains(w, "="):
			rest = rest[1:]
		case name == "timeout" || name == "gosu" || name == "su-exec":
			return rest[1:] // the duration, or the user
		default:
			return rest
		}
	}
	return nil
}
