package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

func TestContainerServes(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1") // must not be used
	run := enginetest.Run(t, enginetest.Open(t))
	c := start(t, run, enginetest.Image(t, run), "-say", "ahoy "+run.ID())
	answers(t, c)
	for path, want := range map[string]struct {
		status, size int
		body         string
	}{
		"/":      {200, 0, "ahoy " + run.ID()},
		"/moved": {302, 0, ""},
		"/big":   {200, 1 << 20, ""},
	} {
		got, err := c.Do(t.Context(), "GET", path, 10*time.Second)
		if err != nil || got.Status != want.status {
			t.Errorf("GET %s: %d, %v; want %d", path, got.Status, err, want.status)
			continue
		}
		if want.size > 0 && len(got.Body) != want.size || want.size == 0 && got.Body != want.body {
			t.Errorf("GET %s: a body of %d bytes, want %q or %d bytes", path, len(got.Body), want.body, want.size)
		}
	}
	if _, err := c.Do(t.Context(), "GET", "/slam", 10*time.Second); err == nil || !strings.Contains(err.Error(), "closed without an answer") {
		t.Errorf("GET /slam: %v, want it told that the connection was closed", err)
	}
}

func TestContainerThatNeverAnswers(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := start(t, run, enginetest.Image(t, run), "-mute")
	_, err := c.Do(t.Context(), "GET", "/", 300*time.Millisecond)
	var environment *checker.EnvironmentError
	if err == nil || errors.As(err, &environment) {
		t.Errorf("Do: %v, want an error of the service's", err)
	}
	eventually(t, "a mute service is told as one that gives no answer", func() bool {
		_, err := c.Do(t.Context(), "GET", "/", 300*time.Millisecond)
		return err != nil && strings.Contains(err.Error(), "no answer within 300ms")
	})
}

func TestContainerThatEnds(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := start(t, run, enginetest.Image(t, run), "-exit", "3")
	state, err := c.Wait(t.Context())
	if err != nil || state.Running || state.ExitCode != 3 {
		t.Fatalf("Wait = %+v, %v; want exit code 3", state, err)
	}
	if log, err := c.Logs(t.Context(), 1000); err != nil || log != "service: ␛[31mready␛[0m\n" {
		t.Errorf("Logs = %q, %v", log, err)
	}
	if _, err := c.Do(t.Context(), "GET", "/", time.Second); !errors.Is(err, checker.ErrNotRunning) {
		t.Errorf("Do: %v, want ErrNotRunning", err)
	}
	if _, err := c.Processes(t.Context()); !errors.Is(err, checker.ErrNotRunning) {
		t.Errorf("Processes: %v, want ErrNotRunning", err)
	}
	if _, err := c.Exec(t.Context(), "", "/service", "health"); !errors.Is(err, checker.ErrNotRunning) {
		t.Errorf("Exec: %v, want ErrNotRunning", err)
	}
	if err := c.Signal(t.Context(), "SIGSTOP"); !errors.Is(err, checker.ErrNotRunning) {
		t.Errorf("Signal: %v, want ErrNotRunning", err)
	}
	if state, _, err := c.Stop(t.Context(), time.Second); err != nil || state.ExitCode != 3 {
		t.Errorf("Stop = %+v, %v; want what it ended with", state, err)
	}
	for range 2 {
		if err := c.Remove(t.Context()); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
}

func TestContainerStops(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Image(t, run)
	polite, deaf := start(t, run, image), start(t, run, image, "-deaf")
	answers(t, polite)
	answers(t, deaf)
	const grace = 20 * time.Second
	if state, took, err := polite.Stop(t.Context(), grace); err != nil || state.ExitCode != 0 || took >= grace {
		t.Errorf("the polite one: %+v after %s, %v; want exit code 0 before %s", state, took, err, grace)
	}
	if state, took, err := deaf.Stop(t.Context(), time.Second); err != nil || state.ExitCode != 137 || took < time.Second {
		t.Errorf("the deaf one: %+v after %s, %v; want exit code 137 after a second", state, took, err)
	}
}

func TestContainerHealth(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Image(t, run) // with an interval of 30 s of its own
	c, err := run.Start(t.Context(), checker.RunRequest{
		Image: image, Port: 8080, Limits: checker.DefaultLimits(),
		Health: &checker.HealthTiming{Interval: 200 * time.Millisecond, Timeout: 5 * time.Second, Retries: 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	health := func(want string) func() bool {
		return func() bool {
			state, err := c.State(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return state.Health == want && state.HealthLog != ""
		}
	}
	eventually(t, "it becomes healthy", health("healthy"))
	if err := c.Signal(t.Context(), "SIGSTOP"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it falls silent", func() bool {
		_, err := c.Do(t.Context(), "GET", "/", 300*time.Millisecond)
		return err != nil
	})
	eventually(t, "it becomes unhealthy", health("unhealthy"))

	untested := start(t, run, image)
	if state, err := untested.State(t.Context()); err != nil || state.Health != "" {
		t.Errorf("without timings: health %q, %v; want no test", state.Health, err)
	}
}

func TestContainerProcesses(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := start(t, run, enginetest.Image(t, run), "-child")
	var list []checker.Process
	eventually(t, "both processes are listed", func() bool {
		var err error
		if list, err = c.Processes(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(list) == 2
	})
	if list[0].Args != "/service -child" || list[1].Args != "/service -mute" || list[0].UID != 1234 || list[1].UID != 1234 {
		t.Errorf("processes = %+v, want PID 1 first, and both with uid 1234", list)
	}
	root, err := run.Start(t.Context(), checker.RunRequest{Image: enginetest.Image(t, run), User: "0", Limits: checker.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := root.Processes(t.Context()); err != nil || len(list) != 1 || list[0].UID != 0 {
		t.Errorf("as root: %+v, %v; want uid 0", list, err)
	}
}

func TestContainerExec(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := start(t, run, enginetest.Image(t, run))
	answers(t, c)
	if got, err := c.Exec(t.Context(), "", "/service", "health"); err != nil || got.ExitCode != 0 || got.Output != "good\n" || got.NotFound {
		t.Errorf("Exec = %+v, %v", got, err)
	}
	if got, err := c.Exec(t.Context(), "0", "/service", "-exit", "127"); err != nil || got.ExitCode != 127 || got.NotFound {
		t.Errorf("Exec = %+v, %v; want exit code 127 of a command that is there", got, err)
	}
	for _, missing := range []string{"sh", "/bin/sh"} {
		if got, err := c.Exec(t.Context(), "", missing, "-c", "true"); err != nil || !got.NotFound {
			t.Errorf("Exec %s = %+v, %v; want it not found", missing, got, err)
		}
	}
	got, err := c.Exec(t.Context(), "", "/service", "-log", "5000000", "-exit", "0")
	if err != nil || len(got.Output) != 64<<10 {
		t.Errorf("a loud command: %d bytes, %v; want 64 KiB", len(got.Output), err)
	}
	if got, err := c.Exec(t.Context(), "nobody", "/service", "health"); err == nil {
		t.Errorf("a user that the image has not may run a command: %+v", got)
	}
}

// A service that logs much more than is kept fills neither memory nor disk.
func TestContainerLoud(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := start(t, run, enginetest.Image(t, run), "-log", "60000000", "-exit", "0")
	if state, err := c.Wait(t.Context()); err != nil || state.ExitCode != 0 {
		t.Fatalf("Wait = %+v, %v", state, err)
	}
	log, err := c.Logs(t.Context(), 4<<10)
	if err != nil || len(log) > 4<<10 || !strings.HasSuffix(log, "x\nservice: ␛[31mready␛[0m\n") {
		t.Errorf("Logs: %d bytes, %v; want the end, of at most 4 KiB", len(log), err)
	}
	if peak := heap(); peak > 64<<20 {
		t.Errorf("the heap has grown to %d MiB", peak>>20)
	}
}

func TestContainerLimits(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	c, err := run.Start(t.Context(), checker.RunRequest{
		Image: enginetest.Image(t, run), Cmd: []string{"-hoard"}, Limits: checker.Limits{MemoryMB: 32, CPUs: 64, PIDs: 40},
	})
	if err != nil {
		t.Fatalf("with more CPUs than there are: %v", err)
	}
	if state, err := c.Wait(t.Context()); err != nil || !state.OOMKilled || state.ExitCode != 137 {
		t.Errorf("Wait = %+v, %v; want it killed for its memory", state, err)
	}
}

func TestStartErrors(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	dir := enginetest.Project(t, map[string]string{"plain": "no program"})
	tests := map[string]struct{ config, says string }{
		"not there":       {`ENTRYPOINT ["/nope"]`, "no such file or directory"},
		"not on the PATH": {`ENTRYPOINT ["nope"]`, "executable file not found"},
		"no shell":        {`ENTRYPOINT /service`, "/bin/sh"},
		"not executable":  {`ENTRYPOINT ["/plain"]`, "permission denied"},
		"a folder":        {`ENTRYPOINT ["/dir"]`, "/dir"},
		"no such user":    {"USER app\nENTRYPOINT [\"/service\"]", "unable to find user app"},
		"nothing to run":  {``, "command specified"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir, Overlay: map[string][]byte{
				"Dockerfile": []byte("FROM scratch\nCOPY service plain /\nCOPY plain /dir/\n" + tt.config + "\n"),
			}})
			if err != nil {
				t.Fatal(err)
			}
			c, err := run.Start(t.Context(), checker.RunRequest{Image: b.ImageID, Limits: checker.DefaultLimits()})
			var broken *checker.StartError
			if !errors.As(err, &broken) || !strings.Contains(broken.Message, tt.says) {
				t.Errorf("Start = %v, %T %v; want a StartError with %q", c, err, err, tt.says)
			}
		})
	}
	for _, found := range left(t, client, run.ID()) {
		if strings.HasPrefix(found, "container") {
			t.Errorf("a container that did not start is left: %s", found)
		}
	}
	if _, err := run.Start(t.Context(), checker.RunRequest{Image: "shipshape.test/none:1"}); !errors.Is(err, checker.ErrNoImage) {
		t.Errorf("an image that is not there: %v, want ErrNoImage", err)
	}
}
