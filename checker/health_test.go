package checker

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// probed is a container with a health test, for the tests of [Health].
type probed struct {
	// takes is how long a run of the test takes; longer than its limit, and it
	// is cut off. A test that never returns takes an hour.
	takes time.Duration
	// fails is what a failing run prints, and with which code; empty is a test
	// that succeeds.
	fails string
	code  int
	// blind: the test does not notice that the service hangs.
	blind bool
	// idle: the engine runs the test no more once the service hangs.
	idle bool
	// rare is how seldom the engine runs the test once the dependency fails.
	rare time.Duration
	// warms is how long every run fails at first.
	warms time.Duration
	// stopTakes is how long it takes to stop the service.
	stopTakes time.Duration
	// below: PID 1 is not what answers.
	below bool
	// notices is the path after a request to which the test fails.
	notices string
	// loses: the first answer from there does not arrive.
	loses bool
	// stumbles: one run fails by accident after that request, and no more.
	stumbles bool
	// crowded: its processes wait for a processor most of the time.
	crowded bool
	// calmAfter is when a crowd is gone, and a run takes a tenth of a second; 0
	// is never.
	calmAfter time.Duration
	has       []string
}

// play makes an actor run the test as often as an engine would.
func (c probed) play(req RunRequest, a *actor) {
	began, broken, hung, stumbled := time.Now(), false, false, false
	looks := 0
	var hungSince time.Time
	var mu sync.Mutex
	if slices.Contains(req.Env, "STORE=away") && c.notices != "" {
		broken = true
	}
	is := func(what *bool) bool {
		mu.Lock()
		defer mu.Unlock()
		return *what
	}
	set := func(what *bool) {
		mu.Lock()
		defer mu.Unlock()
		*what = true
	}
	var runs []HealthRun
	next := began
	a.now = func() State {
		s := State{Running: true, Health: "starting"}
		for req.Health != nil && !(c.idle && is(&hung)) {
			interval := req.Health.Interval
			if is(&broken) {
				interval = max(interval, c.rare)
			}
			run := HealthRun{Started: next.Add(interval), Duration: c.takes, ExitCode: c.code, Output: c.fails}
			if c.calmAfter > 0 && run.Started.Sub(began) > c.calmAfter {
				run.Duration = time.Second / 10
			}
			noticed := is(&broken) && !stumbled
			stumbled = stumbled || noticed && c.stumbles
			if run.Started.Sub(began) < c.warms {
				run.ExitCode, run.Output = 1, "warming up"
			}
			unanswered := is(&hung) && run.Started.Add(run.Duration).After(hungSince)
			if (noticed || unanswered && !c.blind) && c.fails == "" {
				run.ExitCode, run.Output = 1, "no answer"
			}
			if run.Duration > req.Health.Timeout {
				run.Duration, run.ExitCode, run.Output = req.Health.Timeout, -1, "Health check "+exceeded
			}
			end := run.Started.Add(run.Duration)
			if end.After(time.Now()) {
				break
			}
			next, runs = end, append(runs, run)
		}
		if len(runs) > 0 {
			s.Health = "unhealthy"
			if last := runs[len(runs)-1]; last.healthy() {
				s.Health = "healthy"
			}
		}
		s.HealthRuns = slices.Clone(runs[max(0, len(runs)-5):])
		return s
	}
	a.signal = func(name string) {
		if name == "SIGSTOP" && !c.below {
			time.Sleep(c.stopTakes)
			hungSince = time.Now()
			set(&hung)
		}
	}
	a.do = func(path string) (Response, error) {
		if is(&hung) {
			return Response{}, errSilent
		}
		if c.notices != "" && path == c.notices {
			first := !is(&broken)
			set(&broken)
			if c.loses && first {
				return Response{}, errSilent
			}
		}
		return Response{Status: 200}, nil
	}
	a.exec = func(argv []string) ExecResult {
		switch command := strings.Join(argv, " "); {
		case command == "sh -c "+stopScript:
			set(&hung)
			return ExecResult{}
		case c.crowded && strings.HasSuffix(command, "schedstat") && (c.calmAfter == 0 || time.Since(began) <= c.calmAfter):
			if looks++; looks%3 != 0 {
				return ExecResult{Output: "10000000 0 9\n"} // it was its turn
			}
			return ExecResult{Output: "10000000 50000000 9\n"}
		case slices.Contains(c.has, argv[0]):
			return ExecResult{}
		case strings.Contains(command, "127.0.0.1") && slices.Contains(c.has, "127.0.0.1"):
			return ExecResult{}
		}
		return ExecResult{NotFound: true, ExitCode: 127}
	}
}

func TestHealthNamesTheTrueReason(t *testing.T) {
	ask := []string{"CMD", "ask", "http://localhost:8080"}
	const quick = 100 * time.Millisecond
	for name, tc := range map[string]struct {
		k      Health
		image  Image
		c      probed
		status Status
		says   string
		why    string
	}{
		"it notices":                {Health{}, Image{HealthTest: ask}, probed{takes: quick}, StatusPass, "unhealthy when the service hung", ""},
		"it takes its time":         {Health{}, Image{HealthTest: ask, HealthTimeout: 4 * time.Second}, probed{takes: 2 * time.Second}, StatusPass, "unhealthy when the service hung", ""},
		"it takes very long":        {Health{}, Image{HealthTest: ask}, probed{takes: 8 * time.Second}, StatusPass, "unhealthy when the service hung", ""},
		"more than the image gives": {Health{}, Image{HealthTest: ask, HealthTimeout: time.Second}, probed{takes: 2 * time.Second}, StatusFail, "takes 2.0 s at least, and the image gives it 1s", ""},
		"it never returns":          {Health{}, Image{HealthTest: ask, HealthTimeout: time.Second}, probed{takes: time.Hour}, StatusFail, "had not ended after 5s", "does not return"},
		"it is blind":               {Health{}, Image{HealthTest: ask}, probed{takes: quick, blind: true}, StatusFail, "still does when the service hangs", ""},
		"it is stopped late":        {Health{}, Image{HealthTest: ask}, probed{takes: quick, stopTakes: 3 * time.Second}, StatusPass, "unhealthy when the service hung", ""},
		"nobody asks it":            {Health{}, Image{HealthTest: ask}, probed{takes: quick, idle: true}, StatusError, "ran the health test too seldom", ""},
		"it has no tool":            {Health{}, Image{HealthTest: ask}, probed{takes: quick, code: 127, fails: "/bin/sh: 1: curl: not found", has: []string{"python3"}}, StatusFail, "calls curl, which is not in the image", "has python3"},
		"nor has the image":         {Health{}, Image{HealthTest: ask}, probed{takes: quick, code: -1, fails: `OCI runtime exec failed: exec failed: exec: "curl": executable file not found in $PATH`}, StatusFail, "calls curl", "own program"},
		"it has no shell":           {Health{}, Image{HealthTest: ask}, probed{takes: quick, code: -1, fails: `exec: "/bin/sh": stat /bin/sh: no such file or directory`}, StatusFail, "needs a shell", "exec form"},
		"localhost is not it":       {Health{}, Image{HealthTest: ask}, probed{takes: quick, code: 1, fails: "refused", has: []string{"127.0.0.1"}}, StatusFail, "with 127.0.0.1 in its place", "IPv4 alone"},
		"it says so itself":         {Health{}, Image{HealthTest: ask}, probed{takes: quick, code: 1, fails: "exceeded timeout of the store"}, StatusFail, "the test said: exceeded timeout of the store", ""},
		"it says why":               {Health{}, Image{HealthTest: ask}, probed{takes: quick, code: 1, fails: "503"}, StatusFail, "the test said: 503", ""},
		"light":                     {Health{Light: true}, Image{HealthTest: ask}, probed{takes: quick}, StatusPass, "takes 0.10 s", ""},
		"heavy":                     {Health{Light: true}, Image{HealthTest: ask}, probed{takes: 2 * time.Second}, StatusFail, "takes 2.00 s", "again and again"},
		"heavy in a crowd":          {Health{Light: true}, Image{HealthTest: ask}, probed{takes: 2 * time.Second, crowded: true}, StatusError, "too busy", ""},
		"light after the crowd":     {Health{Light: true}, Image{HealthTest: ask}, probed{takes: 2 * time.Second, crowded: true, calmAfter: 20 * time.Second}, StatusPass, "takes 0.10 s", ""},
		"the store counts":          {Health{Dependency: &Dependency{Env: []string{"STORE=away"}}}, Image{HealthTest: ask}, probed{takes: quick, notices: "/break"}, StatusPass, "was not called healthy", ""},
		"the store does not count":  {Health{Dependency: &Dependency{Env: []string{"STORE=away"}}}, Image{HealthTest: ask}, probed{takes: quick}, StatusFail, "healthy all the same", "503"},
		"it warms up":               {Health{Dependency: &Dependency{Env: []string{"STORE=away"}}}, Image{HealthTest: ask}, probed{takes: quick, warms: 3 * time.Second, notices: "/break"}, StatusPass, "was not called healthy", ""},
		"it says that it warms up":  {Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}, Image{HealthTest: ask, HealthStartPeriod: time.Minute}, probed{takes: quick, warms: 10 * time.Second, notices: "/break"}, StatusPass, "called unhealthy", ""},
		"it does not say so":        {Health{}, Image{HealthTest: ask}, probed{takes: quick, warms: 10 * time.Second}, StatusFail, "the test said: warming up", ""},
		"it warms up for too long":  {Health{}, Image{HealthTest: ask, HealthStartPeriod: time.Hour}, probed{takes: quick, warms: 2 * time.Minute}, StatusFail, "the test said: warming up", ""},
		"and forgets the store":     {Health{Dependency: &Dependency{Env: []string{"STORE=away"}}}, Image{HealthTest: ask}, probed{takes: quick, warms: 3 * time.Second}, StatusFail, "healthy all the same", "503"},
		"nobody asks of the store":  {Health{Dependency: &Dependency{Env: []string{"STORE=away"}}}, Image{HealthTest: ask}, probed{takes: quick, notices: "/break", rare: 10 * time.Second}, StatusError, "too seldom", ""},
		"nobody asks it broken":     {Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}, Image{HealthTest: ask}, probed{takes: quick, notices: "/break", rare: 14 * time.Second}, StatusError, "too seldom", ""},
		"the store breaks":          {Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}, Image{HealthTest: ask}, probed{takes: quick, notices: "/break"}, StatusPass, "called unhealthy", ""},
		"an answer is lost":         {Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}, Image{HealthTest: ask}, probed{takes: quick, notices: "/break", loses: true}, StatusPass, "called unhealthy", ""},
		"a run fails by accident":   {Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}, Image{HealthTest: ask}, probed{takes: quick, notices: "/break", stumbles: true}, StatusFail, "still says healthy", "503"},
		"the store breaks unseen":   {Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}, Image{HealthTest: ask}, probed{takes: quick}, StatusFail, "still says healthy", "503"},
	} {
		eng := &scripted{image: tc.image, start: tc.c.play}
		got := gradeOne(t, eng, Spec{Health: &tc.k})
		if got.Status != tc.status || !strings.Contains(got.Observed, tc.says) || !strings.Contains(got.Why, tc.why) {
			t.Errorf("%s: %s\n\t%s\n\t%s", name, got.Status, got.Observed, got.Why)
		}
	}
}

// What an image declares of its start costs only those that declare it, and never
// more than a bounded time.
func TestAStartPeriodIsWaitedForWithinBounds(t *testing.T) {
	for start, want := range map[time.Duration]time.Duration{
		0:                healthGrace,
		time.Second:      healthGrace,
		20 * time.Second: 20 * time.Second,
		time.Hour:        longestWarmUp,
	} {
		image := &Image{HealthStartPeriod: start}
		if got := image.healthyWithin(0); got != want {
			t.Errorf("a start period of %s: %s, want %s", start, got, want)
		}
	}
}

// A second container that does worse than the first tells of the submission only
// where the machine is not to blame.
func TestASecondContainerMayBeSlowInACrowd(t *testing.T) {
	for crowded, want := range map[bool]Status{false: StatusFail, true: StatusError} {
		tested := 0
		eng := &scripted{image: Image{HealthTest: []string{"CMD", "ask"}}, start: func(req RunRequest, a *actor) {
			c := probed{takes: time.Second / 10, notices: "/break", crowded: crowded}
			if tested++; tested > 1 {
				c.code, c.fails = 1, "no answer yet"
			}
			c.play(req, a)
		}}
		got := gradeOne(t, eng, Spec{Health: &Health{Dependency: &Dependency{Request: &BreakingRequest{Path: "/break"}}}})
		if got.Status != want {
			t.Errorf("crowded %t: %s (%s), want %s", crowded, got.Status, got.Observed, want)
		}
	}
}

func TestTimingsOfUse(t *testing.T) {
	for name, tc := range map[string]struct {
		image  Image
		passed bool
		says   string
	}{
		"the engine's own":  {Image{}, true, "interval 30s (the engine's)"},
		"declared":          {Image{HealthInterval: 10 * time.Second, HealthTimeout: 3 * time.Second, HealthRetries: 2}, true, "after 26s at most"},
		"too often":         {Image{HealthInterval: time.Second / 2, HealthTimeout: time.Second / 4}, false, ""},
		"too seldom":        {Image{HealthInterval: 10 * time.Minute}, false, ""},
		"too patient":       {Image{HealthInterval: 5 * time.Second, HealthTimeout: 20 * time.Second}, false, ""},
		"too many retries":  {Image{HealthRetries: 11}, false, ""},
		"too long a start":  {Image{HealthStartPeriod: time.Hour}, false, ""},
		"too short a start": {Image{HealthInterval: time.Second, HealthTimeout: time.Second, HealthRetries: 1}, false, ""},
	} {
		v, err := (&healthTested{image: &tc.image, took: 2 * time.Second}).timings()
		if err != nil || v.passed != tc.passed || !strings.Contains(v.observed, tc.says) || v.passed == (v.why != "") {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}

// Below an init, those that hold the service's port are stopped, and PID 1 is
// let go on: what answers the test beside the service must not be silenced.
func TestOnlyTheServiceIsHungUp(t *testing.T) {
	var did []string
	hung := false
	box := &actor{exec: func(argv []string) ExecResult {
		switch command := strings.Join(argv, " "); {
		case argv[0] == "cat":
			return ExecResult{Output: "0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"}
		case strings.Contains(command, "/fd"):
			return ExecResult{Output: "/proc/7/fd:\nlrwx 3 -> socket:[4711]\n/proc/8/fd:\nlrwx 3 -> socket:[4712]\n"}
		default:
			hung = true
			did = append(did, command)
			return ExecResult{}
		}
	}}
	running := &actor{
		signal: func(name string) { did = append(did, name) },
		do: func(string) (Response, error) {
			if hung {
				return Response{}, errSilent
			}
			return Response{Status: 200}, nil
		},
	}
	s := &service{container: running, tools: &tools{of: running, box: box, tried: true}}
	h := s.hang(Service{Port: 8080}, pace{})
	for _, want := range []struct {
		did    []string
		silent bool
	}{
		{[]string{"SIGSTOP"}, false},
		{[]string{"SIGSTOP", "SIGCONT", "sh -c kill -STOP 7"}, true},
	} {
		stopped, err := h.next(t.Context())
		if err != nil || !stopped || !slices.Equal(did, want.did) {
			t.Fatalf("stopped: %t, %v; did %q, want %q", stopped, err, did, want.did)
		}
		silence := h.listen(t.Context())
		if silent, err := silence.lasts(t.Context(), h.within); err != nil || silent != want.silent {
			t.Errorf("after %q: silent %t, %v, want %t", did, silent, err, want.silent)
		}
		silence.drop()
	}
}

func TestUnsoundDependencies(t *testing.T) {
	for name, d := range map[string]Dependency{
		"nothing": {}, "no variable": {Env: []string{"STORE"}}, "no path": {Request: &BreakingRequest{Path: "break"}}, "no time": {Env: []string{"A=b"}, Within: -1},
	} {
		if got := (&Health{Dependency: &d}).unsound(Assignment{}); len(got) != 1 {
			t.Errorf("%s: %v, want one fault", name, got)
		}
	}
}

// What has been judged goes while the next containers are timed, of which no more
// than three run side by side; and a removal that fails is no verdict.
func TestNoContainerIsLeftToRunItsHealthTest(t *testing.T) {
	k := Health{Light: true, Dependency: &Dependency{Env: []string{"STORE=away"}, Request: &BreakingRequest{Path: "/break"}}}
	for name, fault := range map[string]error{"removed": nil, "not removed": &EnvironmentError{Problem: "the engine is busy"}} {
		var started, removed int
		var mu sync.Mutex
		eng := &scripted{image: Image{HealthTest: []string{"CMD", "ask"}}, start: func(req RunRequest, a *actor) {
			mu.Lock()
			defer mu.Unlock()
			if req.Health != nil {
				if left := started - removed; left > 2 {
					t.Errorf("%s: %d containers are left when the next one starts, want two at most", name, left)
				}
				started++
			}
			// The first try's runs are cut off.
			probed{takes: time.Second, notices: "/break"}.play(req, a)
			a.remove = func() error {
				mu.Lock()
				defer mu.Unlock()
				if req.Health != nil {
					removed++
				}
				return fault
			}
		}}
		if got := gradeOne(t, eng, Spec{Health: &k}); got.Status != StatusPass || started != 4 || removed != started {
			t.Errorf("%s: %s (%s), %d started, %d removed", name, got.Status, got.Observed, started, removed)
		}
	}
}
