package checker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// elfProgram is an executable file that no kernel would start, and that holds a
// text.
func elfProgram(name, text string) entry {
	return program(name, elfMagic+strings.Repeat("\x00", 61)+text+"\x00")
}

func TestContentsKeepsOutWhatIsNotForProduction(t *testing.T) {
	no := false
	for name, tc := range map[string]struct {
		base []entry
		own  [][]entry
		k    Contents
		want Status
		line int
	}{
		"nothing unwanted": {nil, [][]entry{{fileEntry("app/x", "1")}, {}, {}}, Contents{Absent: groupNames()}, StatusPass, 0},
		"apt's lists":      {nil, [][]entry{{}, {fileEntry("var/lib/apt/lists/main", "1")}, {}}, Contents{Absent: []string{"apt-lists"}}, StatusFail, 3},
		"empty files among them": {nil, [][]entry{{}, {fileEntry("var/lib/apt/lists/lock", "")}, {}},
			Contents{Absent: []string{"apt-lists"}}, StatusPass, 0},
		"apt's lists of the base image": {[]entry{fileEntry("var/lib/apt/lists/main", "1")}, [][]entry{{}, {}, {}},
			Contents{Absent: []string{"apt-lists"}}, StatusPass, 0},
		"deleted later": {nil, [][]entry{{fileEntry("root/.cache/pip/x", "1")}, {fileEntry("root/.cache/.wh.pip", "")}, {}},
			Contents{Absent: []string{"package-caches"}}, StatusFail, 2},
		"deleted later, and only the final tree counts": {nil, [][]entry{{fileEntry("root/.cache/pip/x", "1")}, {fileEntry("root/.cache/.wh.pip", "")}, {}},
			Contents{Absent: []string{"package-caches"}, Everywhere: &no}, StatusPass, 0},
		"a compiler by its usual name": {nil, [][]entry{{elfProgram("usr/bin/gcc", "%(cc1_options)")}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusFail, 2},
		"a compiler under another name": {nil, [][]entry{{elfProgram("opt/helper", "..GGC heuristics")}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusFail, 2},
		"a Go compiler under another name": {nil, [][]entry{{elfProgram("opt/helper", strings.Repeat("..cmd/compile/internal/ssa", manyTimes))}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusFail, 2},
		"a linter that knows of the compiler": {nil, [][]entry{{elfProgram("usr/bin/lint", "..cmd/compile/internal/ssa")}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusPass, 0},
		"a compiler of the base image": {[]entry{elfProgram("usr/bin/gcc", "%(cc1_options)")}, [][]entry{{}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusFail, 1},
		"a compiler of the base image that is deleted": {[]entry{elfProgram("usr/bin/gcc", "%(cc1_options)")}, [][]entry{{}, {fileEntry("usr/bin/.wh.gcc", "")}, {}},
			Contents{Absent: []string{"compilers"}}, StatusPass, 0},
		"a service that is called go": {nil, [][]entry{{elfProgram("app/go", "hello")}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusPass, 0},
		"a text about compilers": {nil, [][]entry{{program("app/x.py", "%(cc1_options)"), fileEntry("app/y", "%(cc1_options)")}, {}, {}},
			Contents{Absent: []string{"compilers"}}, StatusPass, 0},
		"named paths": {nil, [][]entry{{fileEntry("app/test/a_test.py", "")}, {}, {}},
			Contents{AbsentPaths: []AbsentPaths{{Name: "tests", Paths: []string{"/app/test/**"}}}}, StatusFail, 2},
	} {
		eng := &layered{fakeEngine: &fakeEngine{}, base: [][]entry{tc.base}, own: tc.own, history: ownHistory}
		got := gradeOne(t, eng, Spec{Contents: &tc.k})
		if got.Status != tc.want || got.DockerfileLine != tc.line {
			t.Errorf("%s: %s at line %d (%s), want %s at line %d", name, got.Status, got.DockerfileLine, got.Observed, tc.want, tc.line)
		}
	}
}

func TestContentsWantsFilesWithTheirModeAndOwner(t *testing.T) {
	private := fileEntry("app/key", "1")
	private.hdr.Mode, private.hdr.Uid, private.hdr.Gid = 0o600, 1000, 50
	files := []entry{private, linkEntry("app/link", "/app/key"), fileEntry("etc/passwd", "root:x:0:0::/:\napp:x:1000:1000::/:\n"), fileEntry("etc/group", "staff:x:50:\n")}
	for name, tc := range map[string]struct {
		p    Present
		want Status
	}{
		"there":                        {Present{Path: "/app/key"}, StatusPass},
		"by a link":                    {Present{Path: "/app/link", Mode: "0600"}, StatusPass},
		"not there":                    {Present{Path: "/app/none"}, StatusFail},
		"another mode":                 {Present{Path: "/app/key", Mode: "0644"}, StatusFail},
		"no more rights":               {Present{Path: "/app/key", AtMost: "0640"}, StatusPass},
		"more rights":                  {Present{Path: "/app/key", AtMost: "0400"}, StatusFail},
		"its uid":                      {Present{Path: "/app/key", Owner: "1000"}, StatusPass},
		"its user's name":              {Present{Path: "/app/key", Owner: "app:staff"}, StatusPass},
		"another uid":                  {Present{Path: "/app/key", Owner: "0"}, StatusFail},
		"another group":                {Present{Path: "/app/key", Owner: "app:0"}, StatusFail},
		"a user that is not there":     {Present{Path: "/app/key", Owner: "nobody"}, StatusFail},
		"a group alone, by its number": {Present{Path: "/app/key", Owner: ":50"}, StatusPass},
	} {
		eng := &layered{fakeEngine: &fakeEngine{}, own: [][]entry{files, {}, {}}, history: ownHistory}
		if got := gradeOne(t, eng, Spec{Contents: &Contents{Present: []Present{tc.p}}}); got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

// shellEngine runs programs: those of echo do what a shell does, any other
// prints its arguments.
type shellEngine struct {
	*layered
	echo []string
	// err fails each start.
	err error
	// hang lets what was started run on.
	hang    bool
	started []RunRequest
}

func (e *shellEngine) Start(_ context.Context, req RunRequest) (Container, error) {
	e.started = append(e.started, req)
	if e.err != nil {
		return nil, e.err
	}
	command := strings.Join(append(slices.Clone(req.Entrypoint), req.Cmd...), " ")
	if len(req.Files) > 0 {
		command = strings.Replace(command, req.Files[0].Path, "/copy/sh", 1)
	}
	said := command
	if i := slices.IndexFunc(e.echo, func(prefix string) bool { return strings.HasPrefix(command, prefix+" -c") }); i >= 0 {
		_, word, _ := strings.Cut(command, "echo ")
		said = strings.ReplaceAll(word, "''", "")
	}
	return &shellRun{fakeContainer: &fakeContainer{}, said: said, hang: e.hang}, nil
}

type shellRun struct {
	*fakeContainer
	said string
	hang bool
}

func (c *shellRun) State(context.Context) (State, error)      { return State{Running: c.hang}, nil }
func (c *shellRun) Logs(context.Context, int) (string, error) { return c.said, nil }
func (c *shellRun) Remove(context.Context) error              { return nil }

func TestAShellIsWhatWorksAsOne(t *testing.T) {
	posix := elfProgram("usr/bin/dash", "OPTIND")
	hidden := elfProgram("opt/tool", "OPTIND")
	quiet := hidden
	quiet.hdr.Mode = 0o644
	for name, tc := range map[string]struct {
		files []entry
		echo  []string
		err   error
		want  Status
		runs  int
	}{
		"no program at all":               {[]entry{fileEntry("app/x", "OPTIND")}, nil, nil, StatusPass, 0},
		"a program of another kind":       {[]entry{elfProgram("app/server", "hello")}, nil, nil, StatusPass, 0},
		"a shell":                         {[]entry{posix, linkEntry("bin/sh", "/usr/bin/dash")}, []string{"/bin/sh"}, nil, StatusFail, 1},
		"a shell under another name":      {[]entry{hidden}, []string{"/opt/tool"}, nil, StatusFail, 1},
		"a program with a shell in it":    {[]entry{hidden}, []string{"/opt/tool sh"}, nil, StatusFail, 2},
		"a shell by the name sh alone":    {[]entry{hidden}, []string{"/copy/sh"}, nil, StatusFail, 3},
		"one that only looks like it":     {[]entry{hidden}, nil, nil, StatusPass, 3},
		"a shell without marks":           {[]entry{elfProgram("bin/sh", "zzz")}, []string{"/bin/sh"}, nil, StatusFail, 1},
		"a script that is called sh":      {[]entry{program("bin/sh", "#!/bin/none")}, nil, nil, StatusPass, 3},
		"one that nobody may execute":     {[]entry{quiet}, []string{"/opt/tool"}, nil, StatusPass, 0},
		"one that can't be started":       {[]entry{hidden}, nil, &StartError{ExitCode: 127, Message: "no such file"}, StatusPass, 3},
		"one that the engine doesn't run": {[]entry{hidden}, nil, &EnvironmentError{Problem: "no disk"}, StatusError, 1},
		"an engine that fails":            {[]entry{hidden}, nil, errors.New("cut"), StatusError, 1},
	} {
		eng := &shellEngine{
			layered: &layered{fakeEngine: &fakeEngine{}, own: [][]entry{tc.files, {}, {}}, history: ownHistory},
			echo:    tc.echo, err: tc.err,
		}
		got := gradeOne(t, eng, Spec{Contents: &Contents{NoShell: true}})
		if got.Status != tc.want || len(eng.started) != tc.runs {
			t.Errorf("%s: %s after %d runs (%s), want %s after %d", name, got.Status, len(eng.started), got.Observed, tc.want, tc.runs)
		}
	}
}

func TestProgramsThatLookLikeShellsAreTriedWithinLimits(t *testing.T) {
	many := func(n int) (files []entry) {
		for i := range n {
			files = append(files, elfProgram(fmt.Sprintf("opt/tool%d", i), "OPTIND"))
		}
		return files
	}
	for name, tc := range map[string]struct {
		files []entry
		// hang lets programs run on.
		hang bool
		want Status
		runs int
	}{
		"as many as are tried":        {files: many(shellPrograms), want: StatusPass, runs: 3 * shellPrograms},
		"one too many":                {files: many(shellPrograms + 1), want: StatusError, runs: 3 * shellPrograms},
		"a shell among too many":      {files: append(many(2*shellPrograms), elfProgram("bin/sh", "OPTIND")), want: StatusFail, runs: 1},
		"some that run on and on":     {files: many(2), hang: true, want: StatusPass, runs: 6},
		"too many that run on and on": {files: many(shellPrograms), hang: true, want: StatusError, runs: 33},
	} {
		eng := &shellEngine{
			layered: &layered{fakeEngine: &fakeEngine{}, own: [][]entry{tc.files, {}, {}}, history: ownHistory},
			echo:    []string{"/bin/sh"}, hang: tc.hang,
		}
		got := gradeOne(t, eng, Spec{Contents: &Contents{NoShell: true}})
		if got.Status != tc.want || len(eng.started) != tc.runs {
			t.Errorf("%s: %s after %d runs (%s), want %s after %d", name, got.Status, len(eng.started), got.Observed, tc.want, tc.runs)
		}
	}
}

func TestMarkersAreCountedOnceAcrossPieces(t *testing.T) {
	for _, m := range markers() {
		content := elfMagic + strings.Repeat(".."+m.text, m.times)
		for _, size := range []int{1, 7, len(m.text), 4096} {
			for cut, want := range map[int]trait{0: m.of, 1: 0} {
				s := newSniffer(m.of)
				hdr := program("x", "").hdr
				w, err := s.file("layer", &hdr)
				if err != nil {
					t.Fatal(err)
				}
				for piece := range slices.Chunk([]byte(content[:len(content)-cut]), size) {
					if _, err := w.Write(piece); err != nil {
						break
					}
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				if got := s.found[stored{"layer", "/x"}]; got != want {
					t.Errorf("%q %d times, %d bytes short, in pieces of %d: %d, want %d", m.text, m.times, cut, size, got, want)
				}
			}
		}
	}
}

func TestShipshapeHoldsNoMarkerItself(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range markers() {
			if m.of&compiles != 0 && strings.Contains(string(source), m.text) {
				t.Errorf("%s holds %q: an audit of shipshape's own image would find a compiler", file, m.text)
			}
		}
	}
}

func TestMarkersFitTheWindow(t *testing.T) {
	for _, m := range markers() {
		if len(m.text) > longestMarker {
			t.Errorf("%q is longer than what is kept of the piece before", m.text)
		}
	}
}
