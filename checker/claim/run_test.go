package claim

import (
	"errors"
	"testing"
	"time"

	"shipshape/checker"
)

// since makes a state that changes after a time.
func since(change time.Duration, before, after checker.State) func(time.Duration) checker.State {
	return func(age time.Duration) checker.State {
		if age < change {
			return before
		}
		return after
	}
}

var (
	errRefused = errors.New("connection refused")
	runs       = checker.State{Running: true}
)

func TestContainers(t *testing.T) {
	execs := func(code int, output string) func(time.Duration) (checker.ExecResult, error) {
		return func(time.Duration) (checker.ExecResult, error) {
			return checker.ExecResult{ExitCode: code, Output: output}, nil
		}
	}
	answers := func(status int, body string) func(time.Duration) (checker.Response, error) {
		return func(time.Duration) (checker.Response, error) {
			return checker.Response{Status: status, Body: body}, nil
		}
	}
	silent := func(time.Duration) (checker.Response, error) { return checker.Response{}, errRefused }
	ended := since(0, runs, checker.State{ExitCode: 3})

	for name, tc := range map[string]struct {
		actor *actor
		claim Container
		want  []string
	}{
		"ends":                 {endsWith(0, "hello"), Container{Exit: ptr(0), Text: Text{Says: "^hello$", Silent: "bye"}}, nil},
		"ends late":            {&actor{now: since(5*time.Second, runs, checker.State{})}, Container{Exit: ptr(0)}, nil},
		"ends otherwise":       {endsWith(1, "oh no"), Container{Exit: ptr(0)}, []string{"the exit code 0", "the exit code 1, and says oh no"}},
		"says otherwise":       {endsWith(0, "oh no"), Container{Text: Text{Says: "yes"}}, []string{`says "yes"`, "oh no"}},
		"is not silent":        {endsWith(0, "oh no"), Container{Text: Text{Silent: "n."}}, []string{`does not say "n."`, "it says no"}},
		"never ends":           {&actor{log: "on and on"}, Container{Exit: ptr(0)}, []string{"it ends by itself", "still runs after 30s, and says on and on"}},
		"memory":               {&actor{now: since(0, runs, checker.State{ExitCode: 137, OOMKilled: true})}, Container{Exit: ptr(0)}, []string{"exit code 0", "more memory than it may"}},
		"runs":                 {&actor{log: "up"}, Container{Running: true, Text: Text{Says: "up"}}, nil},
		"runs no more":         {&actor{now: since(time.Second, runs, checker.State{ExitCode: 3}), log: "oh no"}, Container{Running: true}, []string{"it still runs", "the exit code 3, and says oh no"}},
		"runs and says more":   {&actor{log: "up"}, Container{Running: true, Text: Text{Silent: "up"}}, []string{"does not say", "up"}},
		"exec":                 {&actor{exec: execs(0, "1000\n")}, Container{Exec: []string{"id"}, Exit: ptr(0), Text: Text{Says: "^1000$"}}, nil},
		"exec otherwise":       {&actor{exec: execs(1, "who")}, Container{Exec: []string{"id"}, Exit: ptr(0)}, []string{"the command has the exit code 0", "code 1, and says who"}},
		"exec in an ended one": {&actor{now: ended}, Container{Exec: []string{"id", "-u"}, Exit: ptr(0)}, []string{"it runs while `id -u` does", "the exit code 3"}},
		"exec as it ends": {&actor{now: since(time.Second, runs, checker.State{}), exec: func(time.Duration) (checker.ExecResult, error) {
			return checker.ExecResult{}, checker.ErrNotRunning
		}}, Container{Exec: []string{"id"}, Exit: ptr(0)}, []string{"it runs while", "the exit code 0"}},
		"exec in good time": {&actor{exec: func(age time.Duration) (checker.ExecResult, error) {
			if age < time.Second {
				return checker.ExecResult{ExitCode: 1}, nil
			}
			return checker.ExecResult{}, nil
		}}, Container{Exec: []string{"test", "-e", "/tmp/up"}, Exit: ptr(0)}, nil},
		"stops":           {&actor{log: "ready", stopped: checker.State{ExitCode: 143}}, Container{Stop: true, Exit: ptr(143), Text: Text{Says: "ready"}}, nil},
		"stops otherwise": {&actor{stopped: checker.State{ExitCode: 137}}, Container{Stop: true, Exit: ptr(0)}, []string{"the exit code 0", "137, and says nothing; the stop took 1.0 s"}},
		"ends before":     {&actor{now: since(time.Second, runs, checker.State{})}, Container{Stop: true, Exit: ptr(0)}, []string{"it runs until it is stopped", "it has ended"}},
		"answers":         {&actor{do: answers(200, "hi")}, Container{Get: &Get{Port: 80}, Text: Text{Says: "hi"}}, nil},
		"answers late": {&actor{do: func(age time.Duration) (checker.Response, error) {
			if age < 5*time.Second {
				return checker.Response{}, errRefused
			}
			return checker.Response{Status: 204}, nil
		}}, Container{Get: &Get{Port: 80, Path: "/x", Status: 204}}, nil},
		"answers otherwise": {&actor{do: answers(503, "no")}, Container{Get: &Get{Port: 80}}, []string{"GET / at port 80 has the status 200", "503, and says no; the container says nothing"}},
		"says more":         {&actor{do: answers(200, "no")}, Container{Get: &Get{Port: 80}, Text: Text{Says: "yes"}}, []string{`says "yes"`, "no"}},
		"never answers":     {&actor{do: silent, log: "up"}, Container{Get: &Get{Port: 80, Path: "/x"}}, []string{"GET /x at port 80 comes", "connection refused; the container says up"}},
		"ends unasked":      {&actor{now: ended, do: silent}, Container{Get: &Get{Port: 80}}, []string{"GET / at port 80 comes", "the exit code 3"}},
		"unanswered":        {&actor{do: silent}, Container{Get: &Get{Port: 80, Unanswered: true}}, nil},
		"answered":          {&actor{do: answers(500, "")}, Container{Get: &Get{Port: 80, Unanswered: true}}, []string{"GET / at port 80 is not answered", "with the status 500"}},
		"ended, not silent": {&actor{now: ended}, Container{Get: &Get{Port: 80, Unanswered: true}}, []string{"it runs while it is asked", "the exit code 3"}},
		"no health test":    {&actor{}, Container{Health: "healthy"}, []string{"its health test says healthy", "the image has no health test"}},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, &fake{container: tc.actor}, Claim{Containers: []Container{tc.claim}}, tc.want...)
			if tc.claim.Health == "" && !tc.actor.removed {
				t.Error("the container was not removed")
			}
		})
	}
}

func TestHealth(t *testing.T) {
	image := checker.Image{HealthTest: []string{"CMD", "true"}, HealthTimeout: time.Second, HealthRetries: 4}
	becomes := func(after time.Duration, health string) *actor {
		return &actor{now: since(after, checker.State{Running: true, Health: "starting"}, checker.State{Running: true, Health: health, HealthLog: "curl: not found"})}
	}
	for name, tc := range map[string]struct {
		actor *actor
		claim Container
		want  []string
	}{
		"healthy":         {becomes(3*time.Second, "healthy"), Container{Health: "healthy"}, nil},
		"unhealthy":       {becomes(6*time.Second, "unhealthy"), Container{Health: "unhealthy", Text: Text{Says: "not found"}}, nil},
		"never healthy":   {becomes(0, "unhealthy"), Container{Health: "healthy"}, []string{"says healthy", "after 30s it says unhealthy: curl: not found"}},
		"never unhealthy": {becomes(0, "healthy"), Container{Health: "unhealthy"}, []string{"says unhealthy", "it says healthy"}},
		"ended":           {&actor{now: since(0, runs, checker.State{ExitCode: 1})}, Container{Health: "healthy"}, []string{"says healthy", "ended with the exit code 1"}},
		"for no reason":   {becomes(0, "unhealthy"), Container{Health: "unhealthy", Text: Text{Says: "refused"}}, []string{`says "refused"`, "curl: not found"}},
	} {
		t.Run(name, func(t *testing.T) {
			eng := &fake{container: tc.actor, image: image}
			expect(t, eng, Claim{Containers: []Container{tc.claim}}, tc.want...)
			got, retries := eng.runs[0].Health, 1
			if tc.claim.Health == "unhealthy" {
				retries = 4
			}
			if got.Timeout != time.Second || got.Retries != retries || got.Test != nil {
				t.Errorf("the timing is %+v", got)
			}
		})
	}
}

func TestWhatCannotBeStartedHasEnded(t *testing.T) {
	for _, tc := range []struct {
		err   checker.StartError
		claim Container
		want  []string
	}{
		{checker.StartError{Message: `exec: "x": executable file not found in $PATH`}, Container{Exit: ptr(127), Text: Text{Says: "not found"}}, nil},
		{checker.StartError{Message: "permission denied"}, Container{Exit: ptr(126)}, nil},
		{checker.StartError{Message: "no command specified"}, Container{Exit: ptr(125)}, nil},
		{checker.StartError{Message: "permission denied", ExitCode: 127}, Container{Exit: ptr(127)}, nil},
		{checker.StartError{Message: "not found"}, Container{Exit: ptr(0)}, []string{"the exit code 0", "125, and says not found"}},
		{checker.StartError{Message: "not found"}, Container{Running: true}, []string{"it starts", "not found"}},
		{checker.StartError{Message: "not found"}, Container{Exec: []string{"id"}, Exit: ptr(127)}, []string{"it starts", "not found"}},
	} {
		expect(t, &fake{startErr: &tc.err}, Claim{Containers: []Container{tc.claim}}, tc.want...)
	}
}

func TestContainersAreMadeAsClaimed(t *testing.T) {
	eng := &fake{container: endsWith(0, "")}
	expect(t, eng, Claim{Containers: []Container{
		{
			Entrypoint: []string{"a"}, Command: []string{"b"}, User: "1", Env: []string{"A=b"}, Init: true, ReadOnly: true,
			Tmpfs: []string{"/tmp"}, DropCapabilities: true, Exit: ptr(0),
		},
		{Exit: ptr(1)},
	}}, "of run 2: the container has the exit code 1", "the exit code 0")
	r := eng.runs[0]
	if r.Image != "built" || r.Entrypoint[0] != "a" || r.Cmd[0] != "b" || r.User != "1" || r.Env[0] != "A=b" || !r.Init || !r.ReadOnly ||
		r.Tmpfs[0] != "/tmp" || !r.DropCapabilities || r.Limits != checker.DefaultLimits() || r.Port != 0 || r.Health != nil {
		t.Errorf("the container is %+v", r)
	}
	if eng.runs[1].Entrypoint != nil || eng.runs[1].Cmd != nil {
		t.Error("the image's own command is replaced")
	}
}
