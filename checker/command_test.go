package checker

import (
	"regexp"
	"strings"
	"testing"
)

func TestACommandRunsAsTheUserOfTheService(t *testing.T) {
	root := []Process{{PID: 10, UID: 0, Args: "python app.py"}}
	dropped := []Process{{PID: 10, UID: 1234, Args: "python app.py"}}
	below := []Process{{PID: 10, UID: 0, Args: "/usr/bin/tini -- app"}, {PID: 11, PPID: 10, UID: 4711, Args: "app"}}
	for name, tc := range map[string]struct {
		user      string
		processes []Process
		want      string
	}{
		"the image's own":                 {"tide", dropped, ""},
		"the image's own, with its group": {"1000:1000", dropped, ""},
		"root":                            {"", root, ""},
		"root, who gives it up":           {"root", dropped, "1234"},
		"root by number":                  {"0:0", dropped, "1234"},
		"below an init of root's":         {"", below, "4711"},
	} {
		eng := &scripted{image: Image{User: tc.user}, start: func(req RunRequest, a *actor) {
			a.processes = tc.processes
			if req.Entrypoint != nil {
				a.state = State{}
			}
		}}
		gradeOne(t, eng, Spec{Runs: &Runs{Command: []string{"/tides"}}})
		last := eng.runs[len(eng.runs)-1]
		if last.Entrypoint == nil || last.User != tc.want {
			t.Errorf("%s: ran %v as %q, want %q", name, last.Entrypoint, last.User, tc.want)
		}
	}
}

func TestACommandMustEndAndPrintAsItShould(t *testing.T) {
	echo := regexp.MustCompile(`[A-Z2-7]{26}`)
	for name, tc := range map[string]struct {
		k     Imports
		start func(RunRequest, *actor)
		err   func(RunRequest) error
		want  Status
		says  string
	}{
		"well":  {Imports{}, nil, nil, StatusPass, "it did"},
		"badly": {Imports{}, func(_ RunRequest, a *actor) { a.state.ExitCode = 1 }, nil, StatusFail, "exit code 1"},
		"the value back": {Imports{Contains: "is {{value}}"}, func(req RunRequest, a *actor) {
			a.logs = func() string { return "it is " + echo.FindString(req.Cmd[1]) }
		}, nil, StatusPass, ""},
		"the value, and much more": {Imports{Contains: "is {{value}}"}, func(req RunRequest, a *actor) {
			a.logs = func() string { return "it is " + echo.FindString(req.Cmd[1]) + strings.Repeat("\nmore", 20_000) }
		}, nil, StatusPass, ""},
		"a fixed text": {Imports{Contains: "is {{value}}"}, func(_ RunRequest, a *actor) {
			a.logs = func() string { return "it is fine" }
		}, nil, StatusFail, "did not print"},
		"by the second interpreter": {Imports{}, nil, func(r RunRequest) error {
			if len(r.Entrypoint) > 0 && r.Entrypoint[0] == "python3" {
				return &StartError{Message: "not found"}
			}
			return nil
		}, StatusPass, ""},
		"by none": {Imports{}, nil, func(r RunRequest) error {
			if len(r.Entrypoint) > 0 {
				return &StartError{Message: "not found"}
			}
			return nil
		}, StatusFail, "not found"},
	} {
		eng := &scripted{image: Image{User: "1000"}, startErr: tc.err, start: func(req RunRequest, a *actor) {
			if req.Entrypoint == nil {
				return
			}
			a.state = State{}
			if tc.start != nil {
				tc.start(req, a)
			}
		}}
		tc.k.Interpreters, tc.k.Args = []string{"python3", "python"}, []string{"-c", "print('{{value}}')"}
		got := gradeOne(t, eng, Spec{Imports: &tc.k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestACommandMayHaveToFail(t *testing.T) {
	eng := &scripted{image: Image{User: "1000"}, start: func(req RunRequest, a *actor) {
		if req.Entrypoint != nil {
			a.state = State{ExitCode: 64}
		}
	}}
	if got := gradeOne(t, eng, Spec{Runs: &Runs{Command: []string{"/tides", "-x"}, ExitCode: 64}}); got.Status != StatusPass {
		t.Errorf("%s (%s)", got.Status, got.Observed)
	}
	if got := gradeOne(t, eng, Spec{Runs: &Runs{Command: []string{"/tides", "-x"}}}); got.Status != StatusFail {
		t.Errorf("%s (%s)", got.Status, got.Observed)
	}
}
