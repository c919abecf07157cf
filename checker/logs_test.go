package checker

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// lineOf is what a service that logs in JSON writes for a request.
func lineOf(path string) string { return fmt.Sprintf("{\"path\": %q}\n", path) }

// lines are those of all requests so far.
func (a *actor) lines() string {
	var b strings.Builder
	for _, p := range a.asked {
		b.WriteString(lineOf(p))
	}
	return b.String()
}

func TestARequestIsLookedForInTheLogAndInFiles(t *testing.T) {
	file := []Change{{"/app", Modified}, {"/app/app.log", Added}, {"/app/app.pyc", Added}}
	for name, tc := range map[string]struct {
		k     Logs
		start func(*actor)
		want  Status
		says  string
	}{
		"a line": {Logs{}, func(a *actor) { a.logs = a.lines }, StatusPass, "it shows in the log"},
		"a file": {Logs{}, func(a *actor) {
			a.changes = file
			a.read = func(path string) (string, bool) { return a.lines(), path == "/app/app.log" }
		}, StatusFail, "/app/app.log inside the container"},
		"a file, found by grep": {Logs{}, func(a *actor) {
			a.changes = file
			a.exec = func(argv []string) ExecResult {
				if argv[0] != "find" || !slices.Contains(argv, "/proc/1/root/dev") {
					return ExecResult{ExitCode: 1}
				}
				return ExecResult{ExitCode: 1, Output: "find: /proc/1/root/x: No such file\n/proc/1/root/app/app.log\n" + ownCommand + "\n"}
			}
		}, StatusFail, "stands in /app/app.log inside the container"},
		"a file, and a grep that finds nothing at all": {Logs{}, func(a *actor) {
			a.logs, a.changes = a.lines, file
			a.exec = func([]string) ExecResult { return ExecResult{ExitCode: 1} }
			a.read = func(path string) (string, bool) { return a.lines(), path == "/app/app.log" }
		}, StatusFail, "and in /app/app.log as well"},
		"a file, when its buffer is full": {Logs{}, func(a *actor) {
			a.logs, a.exec = a.lines, holding("/app/app.log")
			a.changes = file
			a.read = func(path string) (string, bool) {
				return a.lines(), path == "/app/app.log" && len(a.asked) > 120
			}
		}, StatusFail, "in /app/app.log as well, after 150 further requests"},
		"a file on a volume, when it ends": {Logs{}, func(a *actor) {
			a.logs, a.exec = a.lines, holding("/logs/app.log")
			a.read = func(path string) (string, bool) { return a.lines(), path == "/logs/app.log" && a.ended }
		}, StatusFail, "in /logs/app.log as well, when the service ended"},
		"a file that is open for something else": {Logs{}, func(a *actor) {
			a.logs, a.exec = a.lines, holding("/app/app.db")
			a.read = func(string) (string, bool) { return "rows", true }
		}, StatusPass, ""},
		"data that is open": {Logs{Data: []string{"/app"}}, func(a *actor) {
			a.logs, a.exec = a.lines, holding("/app/app.log")
			a.read = func(string) (string, bool) { return a.lines(), true }
		}, StatusPass, ""},
		"both": {Logs{}, func(a *actor) {
			a.logs, a.changes = a.lines, file
			a.read = func(path string) (string, bool) { return a.lines(), path == "/app/app.log" }
		}, StatusFail, "and in /app/app.log as well"},
		"one that is called compiled": {Logs{}, func(a *actor) {
			a.logs, a.changes = a.lines, file
			a.read = func(path string) (string, bool) { return a.lines(), path == "/app/app.pyc" }
		}, StatusFail, "and in /app/app.pyc as well"},
		"its data": {Logs{Data: []string{"/app"}}, func(a *actor) {
			a.logs, a.changes = a.lines, file
			a.read = func(string) (string, bool) { return a.lines(), true }
		}, StatusPass, ""},
		"nowhere": {Logs{}, func(*actor) {}, StatusFail, "shows nothing of the request"},
		"in a buffer": {Logs{}, func(a *actor) {
			a.logs = func() string {
				if len(a.asked) > 120 {
					return a.lines()
				}
				return ""
			}
		}, StatusFail, "only after 150 further requests"},
		"at its end": {Logs{}, func(a *actor) {
			a.logs = func() string {
				if a.ended {
					return a.lines()
				}
				return ""
			}
		}, StatusFail, "only when the service ended"},
		"a sentence": {Logs{JSON: true}, func(a *actor) {
			a.logs = func() string { return strings.Join(a.asked, "\n") }
		}, StatusFail, "no JSON object"},
		"an object among sentences": {Logs{JSON: true}, func(a *actor) {
			a.logs = func() string { return "ready\n" + a.lines() }
		}, StatusPass, ""},
		"a sentence where all are objects": {Logs{JSON: true, EveryLine: true}, func(a *actor) {
			a.logs = func() string { return "ready\n" + a.lines() }
		}, StatusFail, "another line of the log is none: ready"},
		"an end of line as terminals have it": {Logs{JSON: true, EveryLine: true}, func(a *actor) {
			a.logs = func() string { return strings.ReplaceAll(a.lines(), "\n", "␍\n") }
		}, StatusPass, ""},
	} {
		eng := &scripted{start: func(_ RunRequest, a *actor) { tc.start(a) }}
		got := gradeOne(t, eng, Spec{Logs: &tc.k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

// holding plays a toolbox that sees a file open, and finds no other thing.
func holding(name string) func(argv []string) ExecResult {
	return func(argv []string) ExecResult {
		if argv[0] == "sh" {
			return ExecResult{Output: "l-wx------ 1 0 0 64 Nov 21 03:51 1 -> /dev/pts/0\nl-wx------ 1 0 0 64 Nov 21 03:51 3 -> " + name + "\n"}
		}
		return ExecResult{ExitCode: 1}
	}
}

func TestALogThatIsLateIsALog(t *testing.T) {
	waitedLong := false
	eng := &scripted{start: func(_ RunRequest, a *actor) {
		if a.id != "1" {
			waitedLong = true // for the first one's log
			return
		}
		a.logs = func() string {
			if waitedLong {
				return a.lines()
			}
			return ""
		}
	}}
	if got := gradeOne(t, eng, Spec{Logs: &Logs{}}); got.Status != StatusPass || !waitedLong {
		t.Errorf("%s (%s), want a pass", got.Status, got.Observed)
	}
}

func TestObjectsMayShareALine(t *testing.T) {
	for line, want := range map[string]bool{
		`{"a":1}`:        true,
		`{"a":1}{"b":2}`: true,
		`{"a":1} {}`:     true,
		`{"a":`:          false,
		`[1]`:            false,
		`"a"`:            false,
		`null`:           false,
		`a`:              false,
		`{"a":1} a`:      false,
	} {
		if got := holdsObjects(line); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

func TestAFolderThatHoldsAChangeIsNoneItself(t *testing.T) {
	got := ownChanges([]Change{
		{"/var", Modified}, {"/var/log", Modified}, {"/var/log/a", Added}, {"/srv", Modified}, {"/etc/old", Deleted}, {"/etc", Modified},
	})
	if want := "/var/log/a /srv"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
