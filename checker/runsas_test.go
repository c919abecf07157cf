package checker

import (
	"slices"
	"strings"
	"testing"
)

func TestRunsAsLooksAtNamesAndAtSeveralMoments(t *testing.T) {
	const passwd = "root:x:0:0::/:/bin/sh\nsame:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"
	uid := 1000
	first := func(uid int, more ...Process) []Process {
		return append([]Process{{PID: 50, PPID: 1, UID: uid, Args: "serve"}}, more...)
	}
	for name, tc := range map[string]struct {
		k      RunsAs
		looks  [][]Process
		passwd string
		want   Status
	}{
		"by name":                      {RunsAs{Name: "app"}, [][]Process{first(1000)}, passwd, StatusPass},
		"another name":                 {RunsAs{Name: "app"}, [][]Process{first(1001)}, passwd, StatusFail},
		"no file of names":             {RunsAs{Name: "app"}, [][]Process{first(1000)}, "", StatusFail},
		"root, called app":             {RunsAs{Name: "app"}, [][]Process{first(0)}, "app:x:0:0::/:\n", StatusFail},
		"the first name counts":        {RunsAs{Name: "same"}, [][]Process{first(0)}, passwd, StatusFail},
		"by uid":                       {RunsAs{UID: &uid}, [][]Process{first(1000)}, "", StatusPass},
		"gives root up":                {RunsAs{NotRoot: true}, [][]Process{first(0), first(0), first(1000)}, passwd, StatusPass},
		"becomes root on a request":    {RunsAs{NotRoot: true}, [][]Process{first(1000), first(1000, Process{PID: 51, PPID: 50, UID: 0})}, passwd, StatusFail},
		"may be root again":            {RunsAs{NotRoot: true}, [][]Process{first(1000, Process{PID: 51, PPID: 50, UID: 1000, MayBecome: []int{0}})}, passwd, StatusFail},
		"another check's command":      {RunsAs{NotRoot: true}, [][]Process{first(1000, Process{PID: 60, PPID: 2, UID: 0, Args: "cat"})}, passwd, StatusPass},
		"all demands at the same time": {RunsAs{NotRoot: true, UID: &uid, Name: "app"}, [][]Process{first(1000)}, passwd, StatusPass},
	} {
		eng := &scripted{start: func(_ RunRequest, a *actor) {
			looks := tc.looks
			a.read = func(string) (string, bool) { return tc.passwd, tc.passwd != "" }
			a.processes = looks[0]
			a.look = func() []Process {
				now := looks[0]
				looks = looks[min(1, len(looks)-1):]
				return now
			}
		}}
		if got := gradeOne(t, eng, Spec{RunsAs: &tc.k}); got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
	zero := 0
	for name, k := range map[string]RunsAs{"nothing": {}, "a contradiction": {UID: &zero, NotRoot: true}, "another one": {UID: &zero, Name: "app"}} {
		if !slices.ContainsFunc(k.unsound(Assignment{}), func(u Unsound) bool { return u.Problem != "" }) {
			t.Errorf("%s is taken for sound", name)
		}
	}
}

// Whoever has ended has no processes, and that is the submission's doing; an
// engine that lists none of a living container can't tell.
func TestNoProcessIsAFaultOfTheEngineUntilTheContainerEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		ends bool
		want Status
	}{"it runs": {false, StatusError}, "it has ended": {true, StatusFail}} {
		eng := &scripted{start: func(_ RunRequest, a *actor) {
			a.look = func() []Process {
				if tc.ends {
					a.state = State{}
				}
				return nil
			}
		}}
		for _, check := range []Spec{{RunsAs: &RunsAs{NotRoot: true}}, {Configured: &Configured{ExecForm: true}}} {
			got := gradeOne(t, eng, check)
			if got.Status != tc.want || tc.ends && !strings.Contains(got.Observed, "it ended while") {
				t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
			}
		}
	}
}
