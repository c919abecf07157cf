package checker

import (
	"strings"
	"testing"
)

func TestConfigurationIsWhatTheImageSaysAndTheServiceRunsWith(t *testing.T) {
	shell := []Process{{PID: 10, Args: "/bin/sh -c node x; true"}, {PID: 11, PPID: 10, Args: "node x"}}
	initial := []Process{{PID: 10, Args: "/usr/bin/tini -- node x"}, {PID: 11, PPID: 10, Args: "node x"}}
	fromArgument := Configured{Args: map[string]string{"V": "1.2"}, Labels: map[string]string{"a.b": "v{{arg:V}}"}}
	for name, tc := range map[string]struct {
		k         Configured
		image     Image
		environ   string
		processes []Process
		want      Status
		says      string
	}{
		"env of the image":           {k: Configured{Env: map[string]string{"M": "prod.*"}}, image: Image{Env: []string{"M=production"}}, want: StatusPass},
		"only a part of the value":   {k: Configured{Env: map[string]string{"M": "prod"}}, image: Image{Env: []string{"M=production"}}, want: StatusFail, says: "M=production"},
		"env of the processes":       {k: Configured{Env: map[string]string{"M": "a"}}, environ: "P=1␀M=a␀", want: StatusPass},
		"overruled by them":          {k: Configured{Env: map[string]string{"M": "a"}}, image: Image{Env: []string{"M=a"}}, environ: "M=b␀", want: StatusFail, says: "runs with M=b"},
		"not set":                    {k: Configured{Env: map[string]string{"M": "a"}}, want: StatusFail, says: "without M"},
		"a secret":                   {k: Configured{EnvAbsent: []string{".*_KEY"}}, image: Image{Env: []string{"API_KEY=x"}}, want: StatusFail, says: "the image sets API_KEY"},
		"a secret of the start":      {k: Configured{EnvAbsent: []string{".*_KEY"}}, environ: "API_KEY=x␀", want: StatusFail, says: "its entrypoint sets"},
		"a like name":                {k: Configured{EnvAbsent: []string{"KEY"}}, image: Image{Env: []string{"MONKEY=x"}}, want: StatusPass},
		"a label":                    {k: Configured{Labels: map[string]string{"a.b": ""}}, image: Image{Labels: map[string]string{"a.b": "x"}}, want: StatusPass},
		"an empty label":             {k: Configured{Labels: map[string]string{"a.b": ""}}, image: Image{Labels: map[string]string{"a.b": ""}}, want: StatusFail, says: `a.b is ""`},
		"another label":              {k: Configured{Labels: map[string]string{"a.b": "v.*"}}, image: Image{Labels: map[string]string{"a.b": "1"}}, want: StatusFail, says: `is "1"`},
		"no label":                   {k: Configured{Labels: map[string]string{"a.b": ""}}, want: StatusFail, says: "no label a.b"},
		"a label from an argument":   {k: fromArgument, image: Image{Labels: map[string]string{"a.b": "v1.2"}}, want: StatusPass},
		"a label beside it":          {k: fromArgument, image: Image{Labels: map[string]string{"a.b": "v1x2"}}, want: StatusFail, says: "--build-arg V=1.2"},
		"a working directory":        {k: Configured{Workdir: true}, image: Image{WorkingDir: "/app"}, want: StatusPass},
		"the root":                   {k: Configured{Workdir: true}, image: Image{WorkingDir: "/"}, want: StatusFail},
		"none":                       {k: Configured{Workdir: true}, want: StatusFail},
		"the usual signal":           {k: Configured{StopSignal: "SIGTERM"}, want: StatusPass},
		"a signal by number":         {k: Configured{StopSignal: "SIGQUIT"}, image: Image{StopSignal: "3"}, want: StatusPass},
		"a signal by its short name": {k: Configured{StopSignal: "SIGQUIT"}, image: Image{StopSignal: "quit"}, want: StatusPass},
		"another signal":             {k: Configured{StopSignal: "SIGQUIT"}, want: StatusFail, says: "with SIGTERM"},
		"a shell that waits":         {k: Configured{ExecForm: true}, processes: shell, want: StatusFail, says: "a shell stands between"},
		"an init":                    {k: Configured{ExecForm: true}, processes: initial, want: StatusPass, says: "tini"},
		"a shell below an init": {k: Configured{ExecForm: true}, processes: []Process{
			{PID: 9, Args: "/sbin/docker-init -- sh -c x"}, {PID: 10, PPID: 9, Args: "sh -c x"}, {PID: 11, PPID: 10, Args: "x"},
		}, want: StatusFail},
		"a shell that the service calls": {k: Configured{ExecForm: true}, processes: []Process{
			{PID: 9, Args: "node x"}, {PID: 10, PPID: 9, Args: "sh -c convert"},
		}, want: StatusPass},
		"an engine that lists nobody": {k: Configured{ExecForm: true}, want: StatusError, says: "lists no process"},
	} {
		eng := &scripted{image: tc.image, startErr: lendNothing, start: func(_ RunRequest, a *actor) {
			a.processes = tc.processes
			if tc.environ != "" {
				a.exec = func([]string) ExecResult { return ExecResult{Output: tc.environ} }
			}
		}}
		got := gradeOne(t, eng, Spec{Configured: &tc.k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

// The grader's own variable is no fault of the image, and hides none of it.
func TestAVariableThatTheGraderGivesExcusesNoOther(t *testing.T) {
	for name, tc := range map[string]struct {
		image, environ string
		want           Status
		says           string
	}{
		"given":              {"A=1", "API_KEY=given␀", StatusPass, ""},
		"baked in":           {"API_KEY=x", "API_KEY=given␀", StatusFail, "the image sets API_KEY"},
		"baked in, the same": {"API_KEY=given", "API_KEY=given␀", StatusFail, "the image sets API_KEY"},
		"replaced":           {"A=1", "API_KEY=x␀", StatusFail, "its entrypoint sets"},
	} {
		eng := &scripted{image: Image{Env: []string{tc.image}}, start: func(_ RunRequest, a *actor) {
			a.exec = func([]string) ExecResult { return ExecResult{Output: tc.environ} }
		}}
		sub := submission(t, Spec{ID: "it", Title: "it", Configured: &Configured{EnvAbsent: []string{".*_KEY"}}})
		sub.Assignment.Service.Env = []string{"API_KEY=given"}
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Checks[0]; got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestTheToolboxTellsTheEnvironmentBeforeTheImagesShellDoes(t *testing.T) {
	eng := &scripted{start: func(req RunRequest, a *actor) {
		a.exec = func([]string) ExecResult { return ExecResult{Output: "A=1␀"} }
		if req.Share != "" {
			a.exec = func([]string) ExecResult { return ExecResult{Output: "API_KEY=x␀"} }
		}
	}}
	got := gradeOne(t, eng, Spec{Configured: &Configured{EnvAbsent: []string{".*_KEY"}}})
	if got.Status != StatusFail || !strings.Contains(got.Observed, "API_KEY") {
		t.Errorf("%s (%s)", got.Status, got.Observed)
	}
}

func TestAShellIsLookedForDownToTheProcessThatServes(t *testing.T) {
	const table = "h\n 0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 7 1\n"
	for name, tc := range map[string]struct {
		first   string
		lineage []string // pid, parent and command
		holders []string
		want    Status
		says    string
	}{
		"the launcher's shell":         {"npm start", []string{"1 0\nnpm start␀", "7 1\nsh␀-c␀node x␀", "8 7\nnode␀x␀"}, []string{"8"}, StatusFail, "`sh -c node x`, which `npm start` started"},
		"a launcher without one":       {"npm start", []string{"1 0\nnpm start␀", "8 1\nnode␀x␀"}, []string{"8"}, StatusPass, "PID 1 is `npm start`"},
		"a shell beside the service":   {"node x", []string{"1 0\nnode␀x␀", "7 1\nsh␀-c␀convert␀", "8 7\nconvert␀"}, []string{"1"}, StatusPass, ""},
		"one that has the socket too":  {"node x", []string{"1 0\nnode␀x␀", "7 1\nsh␀-c␀convert␀", "8 7\nconvert␀"}, []string{"7", "8", "1"}, StatusPass, ""},
		"a master and its workers":     {"gunicorn", []string{"1 0\ngunicorn␀", "7 1\ngunicorn␀", "8 1\ngunicorn␀"}, []string{"1", "7", "8"}, StatusPass, ""},
		"workers below a shell":        {"npm start", []string{"1 0\nnpm start␀", "6 1\n/bin/dash␀run␀", "7 6\nnode␀", "8 7\nnode␀"}, []string{"8", "7"}, StatusFail, "`/bin/dash run`"},
		"one that is not PID 1's":      {"node x", []string{"1 0\nnode␀x␀", "7 0\nsh␀-c␀look␀", "8 7\nlook␀"}, []string{"8"}, StatusPass, ""},
		"nothing that holds the port":  {"node x", []string{"1 0\nnode␀x␀", "7 1\nsh␀", "8 7\nx␀"}, nil, StatusPass, ""},
		"a command of several lines":   {"npm start", []string{"1 0\nnpm start␀", "7 1\nsh␀-c␀a\nb 8 1\nc␀", "8 7\nnode␀"}, []string{"8"}, StatusFail, "a shell stands between"},
		"processes that can't be told": {"node x", nil, []string{"8"}, StatusPass, ""},
	} {
		eng := &scripted{start: func(_ RunRequest, a *actor) {
			a.processes = []Process{{PID: 1, Args: tc.first}}
			a.exec = func(argv []string) ExecResult {
				var out strings.Builder
				switch {
				case argv[0] == "cat":
					out.WriteString(table)
				case strings.Contains(argv[2], "ls -l"):
					for _, pid := range tc.holders {
						out.WriteString("/proc/" + pid + "/fd:\nlrwx 3 -> socket:[7]\n")
					}
				default:
					for _, p := range tc.lineage {
						out.WriteString("\n" + argv[3] + " " + p)
					}
				}
				return ExecResult{Output: out.String()}
			}
		}}
		got := gradeOne(t, eng, Spec{Configured: &Configured{ExecForm: true}})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestEachGradeGivesAnArgumentOfItsOwn(t *testing.T) {
	given := func() string {
		eng := &scripted{image: Image{Labels: map[string]string{"a": "x"}}}
		gradeOne(t, eng, Spec{Configured: &Configured{Args: map[string]string{"R": "{{value}}"}, Labels: map[string]string{"a": "{{arg:R}}"}}})
		return eng.builds[0].Args["R"]
	}
	if a, b := given(), given(); a == b || len(a) != commitDigits {
		t.Errorf("two grades gave %q and %q, want two of %d digits", a, b, commitDigits)
	}
}

func TestPinnedGoesByTheText(t *testing.T) {
	for _, tc := range []struct {
		k    Pinned
		want Status
		says string
	}{
		{Pinned{}, StatusPass, "by the text of the Dockerfile, it builds on node:24-slim"},
		{Pinned{Digest: true}, StatusFail, "it has no digest"},
	} {
		got := gradeOne(t, &scripted{}, Spec{Pinned: &tc.k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) || got.DockerfileLine != 1 {
			t.Errorf("%+v: %+v", tc.k, got)
		}
	}
}
