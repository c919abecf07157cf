package checker

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"shipshape/checker/compose"
)

// A run that the grader cut off, sooner than the image would have it, is no
// "unhealthy" of the test's own.
func TestARunThatWasCutOffIsLookedAtOnceMore(t *testing.T) {
	cutOff := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "Health check exceeded timeout (600ms)"}}}
	failed := State{HealthRuns: []HealthRun{{ExitCode: 1, Output: "exceeded timeout, says the store"}}}
	overdue := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "context deadline exceeded: unknown"}}}
	refused := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "OCI runtime exec failed: exec failed: unable to start container process"}}}
	for name, tc := range map[string]struct {
		last State
		// hung is how the test ends while the service hangs, alone how it does
		// where there is none; -1 is not at all.
		hung, alone int
		passed      bool
		says        string
	}{
		"it asks":                     {cutOff, 1, 1, true, "noticed"},
		"it does not ask":             {cutOff, 0, 1, false, "while the service hangs"},
		"its failure is lost":         {cutOff, 28, 0, false, "where the service does not run at all"},
		"it needs the service's data": {cutOff, 1, -1, true, "noticed"},
		"it was not cut off":          {failed, 0, 0, true, "noticed"},
		"it began too late":           {overdue, 0, 1, false, "while the service hangs"},
		"it was not begun":            {refused, 0, 1, false, "while the service hangs"},
	} {
		synctest.Test(t, func(t *testing.T) {
			eng := &scripted{start: func(_ RunRequest, a *actor) { a.state = State{Running: tc.alone < 0, ExitCode: tc.alone} }}
			ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
			tested := &healthTested{image: &Image{HealthTest: []string{"CMD", "ask"}}, runs: []HealthRun{{Duration: time.Second / 10}}}
			d := tested.doubts(t.Context(), ev, &actor{exec: func([]string) ExecResult { return ExecResult{ExitCode: tc.hung} }})
			defer d.drop()
			got, err := d.settled(t.Context(), healthVerdict{passed: true, observed: "noticed"}, tc.last)
			if err != nil || got.passed != tc.passed || !strings.Contains(got.observed, tc.says) {
				t.Errorf("%s: %t (%s), %v", name, got.passed, got.observed, err)
			}
		})
	}
}

// Engines have several words for a run whose time was up; a test that ends has a code
// of its own, and one that can't be started never ran.
func TestWhichRunsWereCutOff(t *testing.T) {
	for _, tc := range []struct {
		run HealthRun
		cut bool
	}{
		{HealthRun{ExitCode: -1, Output: "Health check exceeded timeout (600ms): so far so good"}, true},
		{HealthRun{ExitCode: -1, Output: "context deadline exceeded: unknown"}, true},
		{HealthRun{ExitCode: -1, Output: "timed out starting health check for container 4711"}, true},
		{HealthRun{ExitCode: 1, Output: "context deadline exceeded: unknown"}, false},
		{HealthRun{ExitCode: -1, Output: `exec: "curl": executable file not found in $PATH`}, false},
	} {
		if got := tc.run.cut(); got != tc.cut {
			t.Errorf("%d %q: cut off %t, want %t", tc.run.ExitCode, tc.run.Output, got, tc.cut)
		}
	}
}

// A machine that has no time for a run of the test has none for one where no service
// runs either: the run gets more time than that one takes.
func TestARunIsLetGoOnForAsLongAsOneBesideIt(t *testing.T) {
	cutOff := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "Health check exceeded timeout (600ms)"}}}
	for name, tc := range map[string]struct {
		// takes is how long the test does, which says healthy of a service that hangs
		// (0 is for ever), and beside how long it takes where there is none.
		takes, beside time.Duration
		passed        bool
	}{
		"it waits for an answer":        {0, time.Second / 2, true},
		"both only waited for the disk": {4 * time.Second, 3 * time.Second, false},
		"it takes its time":             {3 * time.Second, time.Second / 2, true},
		"it waits beside as well":       {0, time.Hour, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			eng := &scripted{start: func(_ RunRequest, a *actor) {
				began := time.Now()
				a.now = func() State { return State{Running: time.Since(began) < tc.beside, ExitCode: 1} }
			}}
			ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
			tested := &healthTested{image: &Image{HealthTest: []string{"CMD", "ask"}}, runs: []HealthRun{{Duration: time.Second / 10}}}
			c := &slowTest{actor: &actor{state: State{Running: true}}, takes: tc.takes}
			d := tested.doubts(t.Context(), ev, c)
			defer d.drop()
			began := time.Now()
			got, err := d.settled(t.Context(), healthVerdict{passed: true}, cutOff)
			if err != nil || got.passed != tc.passed {
				t.Errorf("%s: passed %t (%s), %v", name, got.passed, got.observed, err)
			}
			if took := time.Since(began); took > 2*slowTimeout {
				t.Errorf("%s: it took %s", name, took)
			}
		})
	}
}

// On a crowded machine a service is silent, and a test is cut off, that only wait
// for a processor.
func TestInACrowdSilenceIsLookedAtOnceMore(t *testing.T) {
	cutOff := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "Health check exceeded timeout (600ms)"}}}
	for name, tc := range map[string]struct {
		call time.Duration
		// was is the pace of the engine before.
		was time.Duration
		// quick are how many calls of the engine take no time all the same.
		quick int
		// waited is, of ten units on a processor, how many more went by without one.
		waited string
		// answers is how long the service takes, hung how long the test does, which
		// then says healthy; 0 is for ever.
		answers, hung time.Duration
		passed, sure  bool
	}{
		"a quiet machine":              {0, 0, 0, "0", 0, 0, true, true},
		"a slow engine alone":          {100 * time.Millisecond, 0, 0, "0", 0, 0, true, true},
		"a crowd":                      {100 * time.Millisecond, 0, 0, "90", 0, 0, true, true},
		"a service that only waited":   {100 * time.Millisecond, 0, 0, "90", time.Second, 0, false, false},
		"a test that only waited":      {100 * time.Millisecond, 0, 0, "90", 0, 4 * time.Second, false, true},
		"a call that had its turn":     {100 * time.Millisecond, 0, 2, "90", 0, 4 * time.Second, false, true},
		"a crowd that has gone":        {0, 100 * time.Millisecond, 0, "0", 0, time.Second, false, true},
		"a service that waited for it": {0, 100 * time.Millisecond, 0, "0", time.Second / 10, 0, false, false},
		"a test that waits for longer": {100 * time.Millisecond, 0, 0, "90", 0, time.Minute, true, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			box := &actor{
				now: func() State {
					if calls++; calls > tc.quick {
						time.Sleep(tc.call)
					}
					return State{Running: true}
				},
				do: func(string) (Response, error) {
					if tc.answers == 0 {
						return Response{}, errSilent
					}
					time.Sleep(tc.answers)
					return Response{Status: 200}, nil
				},
			}
			slow := &slowTest{actor: box, takes: tc.hung, schedstat: "10 " + tc.waited + " 1\n"}
			s := &service{container: slow, tools: &tools{of: slow}}
			tested := &healthTested{image: &Image{HealthTest: []string{"CMD", "ask"}}, runs: []HealthRun{{Duration: time.Second / 10}}}
			got, sure, err := tested.inCrowd(t.Context(), s.hang(Service{Port: 8080}, pace{}), pace{call: tc.was}, healthVerdict{passed: true}, cutOff)
			if err != nil || got.passed != tc.passed || sure != tc.sure {
				t.Errorf("%s: passed %t, sure %t, %v; want %t, %t", name, got.passed, sure, err, tc.passed, tc.sure)
			}
		})
	}
}

// A run that was cut off on a crowded machine is made once more, of a stack as well.
func TestInACrowdATestOfAStackIsRunOnceMore(t *testing.T) {
	cutOff := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "Health check exceeded timeout (2s)"}}}
	failed := State{HealthRuns: []HealthRun{{ExitCode: 1, Output: "no answer"}}}
	for name, tc := range map[string]struct {
		last   State
		waited string
		// beside is how long a run takes where the service does not run.
		beside time.Duration
		// takes is how long the test does, which then says healthy; 0 is for ever.
		takes  time.Duration
		passed bool
	}{
		"a quiet machine":                 {cutOff, "0", time.Second, time.Second, true},
		"a test that noticed":             {failed, "90", time.Second, time.Second, true},
		"a test that waits for an answer": {cutOff, "90", time.Second, 0, true},
		"a test that only waited":         {cutOff, "90", time.Second, 4 * time.Second, false},
		"a test that waits for the disk":  {cutOff, "0", 3 * time.Second, 4 * time.Second, false},
		"a disk that others wait for":     {cutOff, "0", 3 * time.Second, 0, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			busy := &actor{now: func() State { time.Sleep(2 * usualCall); return State{Running: true} }}
			slow := &slowTest{actor: busy, takes: tc.takes, schedstat: "10 " + tc.waited + " 1\n"}
			st := &stack{project: new(compose.Project), testTime: stackTimeout, images: map[string]*Image{"db": {HealthTest: []string{"CMD", "ask"}}}}
			u := &unit{Service: &compose.Service{Name: "db"}, tested: true, container: slow, tools: &tools{of: slow}, state: tc.last}
			if got, err := st.inCrowd(t.Context(), u, &doubt{took: tc.beside}); err != nil || got.passed != tc.passed {
				t.Errorf("%s: passed %t (%s), %v", name, got.passed, got.observed, err)
			}
		})
	}
}

// A service that answers after all does not hang, whatever its test said meanwhile.
func TestWhatAnswersAfterAllWasOnlySlow(t *testing.T) {
	for name, tc := range map[string]struct {
		answers bool
		// end is how the run of the test ended meanwhile, and well how one does that
		// gets more time.
		end          HealthRun
		well         int
		sure, passed bool
	}{
		"it hangs, and the test does not ask it": {false, HealthRun{ExitCode: -1, Output: exceeded}, 0, true, false},
		"it is slow, and so is its test":         {true, HealthRun{ExitCode: -1, Output: exceeded}, 0, false, false},
		"it hangs, and the test tells":           {false, HealthRun{ExitCode: 1}, 1, true, true},
		"it is slow, and the test asks another":  {true, HealthRun{ExitCode: 1}, 1, false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			hung := time.Now()
			c := &actor{
				now: func() State {
					s := State{Running: true, Health: "healthy", HealthRuns: []HealthRun{{Started: hung.Add(-time.Second)}}}
					if time.Since(hung) > time.Second {
						s.Health = "unhealthy"
						tc.end.Started = hung.Add(time.Second / 4)
						s.HealthRuns = append(s.HealthRuns, tc.end)
					}
					return s
				},
				do: func(string) (Response, error) {
					time.Sleep(9 * time.Second / 10)
					if !tc.answers {
						return Response{}, errSilent
					}
					return Response{Status: 200}, nil
				},
				exec: func([]string) ExecResult { return ExecResult{ExitCode: tc.well} },
			}
			v, sure, err := judgedHung(t, c, false)
			if err != nil || sure != tc.sure || sure && v.passed != tc.passed {
				t.Errorf("%s: sure %t, passed %t (%s, %v)", name, sure, v.passed, v.observed, err)
			}
		})
	}
}

// What answers the test beside the service may have been stopped with it for a while:
// a run that was under way then tells nothing.
func TestARunThatWasUnderWayTellsNothing(t *testing.T) {
	for resumed, passed := range map[bool]bool{true: false, false: true} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			c := &actor{
				now: func() State {
					s := State{Running: true, Health: "healthy", HealthRuns: []HealthRun{{Started: began.Add(-time.Second)}}}
					for at := 2 * time.Second; time.Since(began) > at; at += time.Second {
						run := HealthRun{Started: began.Add(at - time.Second/2)}
						s.Health = "healthy"
						if at == 2*time.Second {
							run.ExitCode, s.Health = 1, "unhealthy"
						}
						s.HealthRuns = append(s.HealthRuns, run)
					}
					return s
				},
				do: func(string) (Response, error) {
					time.Sleep(answerTimeout)
					return Response{}, errSilent
				},
			}
			v, sure, err := judgedHung(t, c, resumed)
			if err != nil || !sure || v.passed != passed {
				t.Errorf("PID 1 went on: %t; sure %t, passed %t (%s), %v", resumed, sure, v.passed, v.observed, err)
			}
		})
	}
}

// judgedHung judges the test of a service that was just made to hang, where a test in
// its place fails. Resumed is as in [hang].
func judgedHung(t *testing.T, c *actor, resumed bool) (_ healthVerdict, sure bool, _ error) {
	eng := &scripted{start: func(_ RunRequest, a *actor) { a.state = State{ExitCode: 1} }}
	ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
	defer ev.wg.Wait()
	s := &service{container: c, tools: &tools{of: c, tried: true}}
	tested := &healthTested{image: &Image{HealthTest: []string{"CMD", "ask"}}, timeout: slowTimeout, service: s}
	h := s.hang(Service{Port: 8080}, pace{})
	h.resumed = resumed
	return tested.hungNow(t.Context(), ev, h)
}

// slowTest is a container whose health test takes its time and says healthy; 0 is
// for ever.
type slowTest struct {
	*actor
	takes     time.Duration
	schedstat string
}

func (s *slowTest) Exec(ctx context.Context, _ string, argv ...string) (ExecResult, error) {
	if argv[0] != "ask" {
		return ExecResult{Output: s.schedstat}, nil
	}
	after := time.After(s.takes)
	if s.takes == 0 {
		after = nil
	}
	select {
	case <-after:
		return ExecResult{}, nil
	case <-ctx.Done():
		return ExecResult{}, ctx.Err()
	}
}
