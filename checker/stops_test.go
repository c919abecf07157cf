package checker

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// stoppable is a container that can be stopped, for the tests of [Stops].
type stoppable struct {
	// needs is how long it takes to end; it is killed at the grace before that.
	needs time.Duration
	exit  int
	// caught are the signals that PID 1 catches, as the kernel prints them, and
	// afterwards those that it still does; wchan is what it waits in.
	caught, afterwards, wchan string
	processes                 []Process
	// logged is written when it is started, begun when the request in flight comes,
	// drained when it is stopped.
	logged, begun, drained string
	// slow is how long the request in flight takes, and cut how it ends.
	slow time.Duration
	cut  error
	// crowded: its processes wait for a processor most of the time.
	crowded bool
}

const catchesTERM, catchesNothing = "0000000000004000", "0000000000000000"

// play makes an actor act so. Time is the test's own.
func (s stoppable) play(a *actor) {
	killed, stopped, begun := make(chan struct{}), false, ""
	var mu sync.Mutex
	signaled := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return stopped
	}
	a.processes = s.processes
	a.exec = func(argv []string) ExecResult {
		caught := s.caught
		if signaled() {
			caught = s.afterwards
		}
		switch {
		case s.crowded && strings.HasSuffix(argv[len(argv)-1], "schedstat"):
			return ExecResult{Output: "10000000 50000000 9\n"}
		case caught == "" || argv[0] != "cat":
			return ExecResult{NotFound: true}
		case argv[1] != "/proc/1/status":
			return ExecResult{} // the tables of sockets hold no connection
		}
		return ExecResult{Output: "Name:\tx\nSigBlk:\t0000000000000000\nSigCgt:\t" + caught + "\n" + s.wchan}
	}
	a.signal = func(string) { close(killed) }
	a.logs = func() string {
		mu.Lock()
		defer mu.Unlock()
		log := s.logged + begun
		if stopped {
			log += s.drained
		}
		return log
	}
	a.do = func(path string) (Response, error) {
		if path == "/slow" {
			mu.Lock()
			begun = s.begun
			mu.Unlock()
			time.Sleep(s.slow)
			return Response{Status: 200, Body: "slow"}, s.cut
		}
		return Response{Status: 200}, nil
	}
	a.stop = func(grace time.Duration) (State, time.Duration) {
		mu.Lock()
		stopped = true
		mu.Unlock()
		began := time.Now()
		state := State{ExitCode: s.exit}
		select {
		case <-killed:
			state.ExitCode = 137
		case <-time.After(min(s.needs, grace)):
			if s.needs >= grace {
				state.ExitCode = 137
			}
		}
		return state, time.Since(began)
	}
}

func TestStopsNamesTheTrueReason(t *testing.T) {
	service := Process{PID: 100, PPID: 1, Args: "python app.py"}
	shell := []Process{{PID: 100, PPID: 1, Args: "/bin/sh -c python app.py"}, {PID: 101, PPID: 100, Args: "python app.py"}}
	under := []Process{{PID: 100, PPID: 1, Args: "/sbin/docker-init -- sh"}, {PID: 101, PPID: 100, Args: "sh run.sh"}, {PID: 102, PPID: 101, Args: "python app.py"}}
	const hour = time.Hour
	for name, tc := range map[string]struct {
		k      Stops
		c      stoppable
		status Status
		says   string
		why    string
	}{
		"it ends":                     {Stops{}, stoppable{needs: time.Second / 10}, StatusPass, "exit code 0", ""},
		"the signal ends it":          {Stops{}, stoppable{exit: 143}, StatusPass, "143", ""},
		"with another code":           {Stops{ExitCodes: []int{0, 3}}, stoppable{exit: 3}, StatusPass, "3", ""},
		"with a code not allowed":     {Stops{ExitCodes: []int{0}}, stoppable{exit: 143}, StatusFail, "143", "no handler of its own ran"},
		"something in it is killed":   {Stops{}, stoppable{exit: 137, needs: time.Second / 5}, StatusFail, "0.2 s with exit code 137", "SIGKILL leaves behind"},
		"deaf":                        {Stops{}, stoppable{needs: hour, processes: []Process{service}, caught: catchesNothing, afterwards: catchesNothing, wchan: "ep_poll"}, StatusFail, "as if nothing had happened", "has no handler for SIGTERM"},
		"behind a shell":              {Stops{}, stoppable{needs: hour, processes: shell, caught: catchesNothing, afterwards: catchesNothing, wchan: "do_wait"}, StatusFail, "as if nothing had happened", "never reached it"},
		"a trap that waits":           {Stops{}, stoppable{needs: hour, processes: shell, caught: catchesTERM, afterwards: catchesTERM, wchan: "do_wait"}, StatusFail, "was killed", "the command in the foreground"},
		"it waits for the signal":     {Stops{}, stoppable{needs: 3 * time.Second, processes: []Process{service}, caught: catchesNothing, afterwards: catchesNothing, wchan: "do_sigtimedwait"}, StatusPass, "3.0 s", ""},
		"it takes its handler away":   {Stops{}, stoppable{needs: 3 * time.Second, processes: []Process{service}, caught: catchesTERM, afterwards: catchesNothing, wchan: "ep_poll"}, StatusPass, "3.0 s", ""},
		"the run-time's own handler":  {Stops{}, stoppable{needs: hour, processes: []Process{service}, caught: catchesTERM, afterwards: catchesNothing, wchan: "ep_poll"}, StatusFail, "was killed", "does not handle it any more"},
		"too slow":                    {Stops{}, stoppable{needs: hour, processes: []Process{service}, caught: catchesTERM, afterwards: catchesTERM, wchan: "ep_poll"}, StatusFail, "was killed", "was not done within the grace"},
		"somewhat too slow":           {Stops{Grace: 4 * time.Second}, stoppable{needs: 5 * time.Second, processes: []Process{service}, caught: catchesTERM, afterwards: catchesTERM, wchan: "ep_poll"}, StatusFail, "it took 5.0 s", "within the grace of 4 s"},
		"nobody can look":             {Stops{}, stoppable{needs: hour}, StatusFail, "was killed", ""},
		"drained":                     {Stops{Log: "drained"}, stoppable{drained: "drained\n"}, StatusPass, "exit code 0", ""},
		"not drained":                 {Stops{Log: "drained"}, stoppable{exit: 143}, StatusFail, "nothing that matches", "no handler of its own ran"},
		"drained before it was asked": {Stops{Log: "drained"}, stoppable{logged: "drained\n", drained: "bye\n"}, StatusFail, "nothing that matches", ""},
		"drained by a request":        {Stops{Log: "drained", InFlight: "/slow"}, stoppable{begun: "drained\n", needs: 3 * time.Second, slow: 7 * time.Second, caught: catchesTERM, afterwards: catchesTERM}, StatusFail, "nothing that matches", ""},
		"the script was told":         {Stops{Log: "drained", Init: true}, stoppable{exit: 143, processes: under}, StatusFail, "nothing that matches", "was killed along with the container"},
		"drained, and did not end":    {Stops{Log: "drained"}, stoppable{needs: hour, drained: "drained\n", processes: []Process{service}, caught: catchesTERM, afterwards: catchesTERM, wchan: "ep_poll"}, StatusFail, "was killed", "did not end"},
		"answers what it has begun":   {Stops{InFlight: "/slow"}, stoppable{needs: time.Second, slow: time.Second}, StatusPass, "was answered 200", ""},
		"cuts it off":                 {Stops{InFlight: "/slow"}, stoppable{slow: time.Second / 5, cut: errSilent}, StatusFail, "was cut off", "broken connection"},
		"cuts it off late":            {Stops{InFlight: "/slow"}, stoppable{slow: time.Second, cut: errSilent}, StatusFail, "was cut off", "broken connection"},
		"cut off late in a crowd":     {Stops{InFlight: "/slow"}, stoppable{slow: time.Second, cut: errSilent, crowded: true}, StatusError, "too busy", ""},
		"cut off at once in a crowd":  {Stops{InFlight: "/slow"}, stoppable{slow: time.Second / 5, cut: errSilent, crowded: true}, StatusFail, "was cut off", "broken connection"},
		"answered too soon":           {Stops{InFlight: "/slow"}, stoppable{caught: catchesTERM, afterwards: catchesTERM}, StatusFail, "before the stop could begin", ""},
	} {
		eng := &scripted{start: func(_ RunRequest, a *actor) { tc.c.play(a) }}
		got := gradeOne(t, eng, Spec{Stops: &tc.k})
		if got.Status != tc.status || !strings.Contains(got.Observed, tc.says) || !strings.Contains(got.Why, tc.why) {
			t.Errorf("%s: %s\n\t%s\n\t%s", name, got.Status, got.Observed, got.Why)
		}
		if slices.ContainsFunc(eng.runs, func(r RunRequest) bool { return r.Share == "" && r.Init != tc.k.Init }) {
			t.Errorf("%s: the init is not as asked: %+v", name, eng.runs)
		}
	}
}

// What could not be true twice is looked at twice.
func TestASecondStopIsBelieved(t *testing.T) {
	for name, tc := range map[string]struct {
		k             Stops
		first, second stoppable
	}{
		"killed the first time":  {Stops{}, stoppable{needs: time.Hour, caught: catchesTERM, afterwards: catchesTERM}, stoppable{needs: time.Second, caught: catchesTERM, afterwards: catchesTERM}},
		"cut off the first time": {Stops{InFlight: "/slow"}, stoppable{needs: time.Second, slow: time.Second, cut: errSilent}, stoppable{needs: time.Second, slow: time.Second}},
	} {
		stops := 0
		eng := &scripted{start: func(req RunRequest, a *actor) {
			if req.Share != "" {
				return
			}
			if stops++; stops == 1 {
				tc.first.play(a)
			} else {
				tc.second.play(a)
			}
		}}
		if got := gradeOne(t, eng, Spec{Stops: &tc.k}); got.Status != StatusPass || stops != 2 {
			t.Errorf("%s: %s after %d stops: %s", name, got.Status, stops, got.Observed)
		}
	}
}

func TestWhatEndsBeforeItIsStoppedIsToldSo(t *testing.T) {
	eng := &scripted{start: func(_ RunRequest, a *actor) {
		states := 0
		a.now = func() State {
			states++
			return State{Running: states < 2, ExitCode: 4}
		}
	}}
	got := gradeOne(t, eng, Spec{Stops: &Stops{}})
	if got.Status != StatusFail || !strings.Contains(got.Observed, "it ended by itself, with exit code 4") {
		t.Errorf("%s: %s", got.Status, got.Observed)
	}
}

func TestAStopSignalThatNobodyHandlesIsBlamed(t *testing.T) {
	eng := &scripted{image: Image{StopSignal: "KILL"}}
	got := gradeOne(t, eng, Spec{Stops: &Stops{}})
	if got.Status != StatusFail || len(eng.runs) != 0 || !strings.Contains(got.Observed, "SIGKILL") {
		t.Errorf("%s after %d runs: %s", got.Status, len(eng.runs), got.Observed)
	}
}

func TestStopSignals(t *testing.T) {
	for name, want := range map[string]signal{
		"": {"SIGTERM", 15}, "SIGQUIT": {"SIGQUIT", 3}, "int": {"SIGINT", 2}, "9": {"SIGKILL", 9}, "44": {"signal 44", 44}, "SIGRTMIN+3": {"SIGRTMIN+3", 37}, "SIGODD": {"SIGODD", 0},
	} {
		if got := stopSignal(&Image{StopSignal: name}); got != want {
			t.Errorf("stopSignal(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestHearingIsReadFromTheKernelsFiles(t *testing.T) {
	status := func(blocked, caught string) string {
		return fmt.Sprintf("Name:\tx\nSigBlk:\t%s\nSigIgn:\t%s\nSigCgt:\t%s\n", blocked, catchesTERM, caught)
	}
	for name, tc := range map[string]struct {
		files string
		want  hearing
	}{
		"it catches":               {status(catchesNothing, catchesTERM) + "0", hears},
		"it blocks":                {status(catchesTERM, catchesNothing) + "ep_poll", hears},
		"it waits":                 {status(catchesNothing, catchesNothing) + "do_sigtimedwait.isra.0", hears},
		"none of them":             {status(catchesNothing, catchesNothing) + "ep_poll", deaf},
		"nobody knows its wait":    {status(catchesNothing, catchesNothing) + "0", hearingUnknown},
		"there is no such file":    {status(catchesNothing, catchesNothing) + "cat: can't open '/proc/1/wchan': No such file", hearingUnknown},
		"half a file":              {"SigCgt:\t0\nep_poll", hearingUnknown},
		"a mask that can't be one": {"SigBlk:\tx\nSigCgt:\t0\nep_poll", hearingUnknown},
		"nothing":                  {"", hearingUnknown},
	} {
		if got := readHearing(tc.files, signal{"SIGTERM", 15}); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

func TestOnlyWhatIsNewInALogCounts(t *testing.T) {
	long := strings.Repeat("line\n", 1000) + "the last of them\n"
	for name, tc := range map[string]struct{ log, before, want string }{
		"all of it": {"a\nb\n", "", "a\nb\n"}, "the rest": {"a\nb\n", "a\n", "b\n"},
		"of a log that lost its beginning": {long[500:] + "b\n", long, "b\n"}, "of a log that lost it all": {"c\n", long, "c\n"},
	} {
		if got := newer(tc.log, tc.before); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestUnsoundStops(t *testing.T) {
	for name, k := range map[string]Stops{
		"a pattern": {Log: "("}, "a path": {InFlight: "slow"}, "an exit code": {ExitCodes: []int{0, 256}}, "a grace": {Grace: time.Hour},
	} {
		if got := k.unsound(Assignment{}); len(got) != 1 {
			t.Errorf("%s: %v, want one fault", name, got)
		}
	}
}
