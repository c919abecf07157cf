package checker

import (
	"slices"
	"strings"
	"testing"
)

// proc plays a container of a service whose process on port 8080 is what its
// fields say, as a toolbox sees it.
type proc struct{ exe, cwd, command, environ string }

func (p proc) exec(argv []string) ExecResult {
	switch command := strings.Join(argv, " "); {
	case strings.Contains(command, "/proc/net/tcp"):
		return ExecResult{Output: "0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"}
	case strings.Contains(command, "ls -l /proc"):
		return ExecResult{Output: "/proc/7/fd:\nlrwx 3 -> socket:[4711]\n"}
	case command == "readlink /proc/7/exe":
		return ExecResult{Output: p.exe + "\n"}
	case command == "readlink /proc/7/cwd":
		return ExecResult{Output: p.cwd + "\n"}
	case command == "cat /proc/7/cmdline":
		return ExecResult{Output: strings.ReplaceAll(p.command, " ", "␀") + "␀"}
	case command == "cat /proc/7/environ":
		return ExecResult{Output: strings.ReplaceAll(p.environ, " ", "␀") + "␀"}
	}
	return ExecResult{NotFound: true}
}

// An environment that only the service's command, or its start script, leads to
// is asked with its own interpreter.
func TestAModuleIsLookedForWithTheServicesOwnInterpreter(t *testing.T) {
	for name, tc := range map[string]struct {
		process proc
		// with is the program and the environment that has the module.
		with string
		env  []string
		want Status
	}{
		"by its path":        {proc{command: "/opt/venv/bin/python3.13 app.py", environ: "PATH=/bin"}, "/opt/venv/bin/python3.13", []string{"PATH=/bin"}, StatusPass},
		"entered":            {proc{command: "python app.py", environ: "PATH=/opt/venv/bin:/bin A=b"}, "python", []string{"PATH=/opt/venv/bin:/bin", "A=b"}, StatusPass},
		"another program":    {proc{command: "/opt/venv/bin/pythonic app.py"}, "/opt/venv/bin/pythonic", nil, StatusFail},
		"nobody's":           {proc{command: "/usr/bin/python app.py"}, "/opt/venv/bin/python", nil, StatusFail},
		"that can't be told": {proc{}, "", nil, StatusFail},
	} {
		eng := &scripted{start: func(req RunRequest, a *actor) {
			a.exec = tc.process.exec
			if req.Entrypoint == nil || req.Share != "" {
				return
			}
			a.state = State{ExitCode: 1}
			if req.Entrypoint[0] == tc.with && slices.Equal(req.Env, tc.env) {
				a.state.ExitCode = 0
			}
		}}
		got := gradeOne(t, eng, Spec{Imports: &Imports{Interpreters: []string{"python3", "python"}, Args: []string{"-c", "import tides"}}})
		if got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

// "." is the service's program, which need not lie where the service works.
func TestTheServicesOwnFilesAreFound(t *testing.T) {
	for name, tc := range map[string]struct {
		workdir string
		process proc
		files   []string
		want    string
	}{
		"where the image works":    {"/app", proc{cwd: "/data", command: "python /srv/a.py"}, []string{"/app/nonce.txt", "/srv/nonce.txt"}, "/app"},
		"where the service works":  {"/opt", proc{cwd: "/srv/app/bin", command: "python a.py"}, []string{"/srv/app/nonce.txt"}, "/srv/app"},
		"where its command says":   {"/data", proc{cwd: "/data", command: "node --flag /app/dist/server.js"}, []string{"/app/nonce.txt"}, "/app"},
		"a program made of it":     {"/app", proc{exe: "/app/server", cwd: "/app", command: "./server"}, []string{"/app/server"}, "/app"},
		"loose in the root":        {"", proc{exe: "/usr/bin/python", cwd: "/", command: "python a.py"}, []string{"/nonce.txt", "/a.py", "/usr/bin/python"}, "/a.py /usr/bin/python /nonce.txt"},
		"one file, and no workdir": {"/", proc{exe: "/server", cwd: "/", command: "/server"}, []string{"/server"}, "/server"},
	} {
		files := make(map[string]string)
		for _, f := range tc.files {
			files[f] = "x"
		}
		var asked string
		eng := &scripted{image: Image{User: "tide", WorkingDir: tc.workdir}, files: files, start: func(_ RunRequest, a *actor) {
			a.exec = func(argv []string) ExecResult {
				if len(argv) > 2 && argv[2] == accessScript {
					asked = strings.Join(argv[slices.Index(argv, "--")+1:], " ")
					return answering()(argv)
				}
				return tc.process.exec(argv)
			}
		}}
		got := gradeOne(t, eng, Spec{Writes: &Writes{MayNotWrite: []string{"."}}})
		if got.Status != StatusPass || asked != tc.want || !strings.Contains(got.Expected, "the service's own program") {
			t.Errorf("%s: %s (%s), asked about %q, want %q", name, got.Status, got.Observed, asked, tc.want)
		}
	}
}

// A command that goes to a folder works there, whatever the image says.
func TestAFolderOfItsOwnMayBeGoneToAtTheStart(t *testing.T) {
	for cwd, want := range map[string]Status{"/app": StatusPass, "/": StatusFail, "": StatusFail} {
		eng := &scripted{start: func(_ RunRequest, a *actor) { a.exec = proc{cwd: cwd}.exec }}
		if got := gradeOne(t, eng, Spec{Configured: &Configured{Workdir: true}}); got.Status != want {
			t.Errorf("in %q: %s (%s), want %s", cwd, got.Status, got.Observed, want)
		}
	}
}
