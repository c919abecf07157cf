package engine_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

// crashVariable makes this test binary a process that grades until it is
// killed: its value is the data folder and the project, separated by a space.
const crashVariable = "SHIPSHAPE_TEST_CRASH"

func TestMain(m *testing.M) {
	if where := os.Getenv(crashVariable); where != "" {
		dataDir, project, _ := strings.Cut(where, " ")
		crashing(dataDir, project)
	}
	os.Exit(m.Run())
}

// crashing prints its run's id, then builds, runs and reads without end.
func crashing(dataDir, project string) {
	ctx := context.Background()
	fail := func(err error) {
		if err != nil {
			println(err.Error())
			os.Exit(1)
		}
	}
	c, err := engine.Open(ctx, engine.Options{Host: os.Getenv(enginetest.EngineVariable), DataDir: dataDir})
	fail(err)
	run, err := c.NewRun(ctx)
	fail(err)
	os.Stdout.WriteString(run.ID() + "\n")
	_, err = run.CreateVolume(ctx)
	fail(err)
	network, err := run.CreateNetwork(ctx, false)
	fail(err)
	for {
		b, err := run.Build(ctx, checker.BuildRequest{Dir: project, Overlay: map[string][]byte{"nonce": []byte(time.Now().String())}})
		fail(err)
		_, err = run.Start(ctx, checker.RunRequest{Image: b.ImageID, Port: 8080, Limits: checker.DefaultLimits(), Network: network})
		fail(err)
	}
}

// crash starts such a process and returns its run's id.
func crash(t *testing.T, dataDir, project string) (id string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashVariable+"="+dataDir+" "+project)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	id, err = bufio.NewReader(out).ReadString('\n')
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	if err != nil {
		kill()
		t.Fatalf("the other process began no run: %v", err)
	}
	return strings.TrimSpace(id), kill
}

func crashProject(t *testing.T) string {
	return enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nCOPY nonce /nonce\nRUN [\"/service\", \"-exit\", \"0\"]\nVOLUME /data\nENTRYPOINT [\"/service\"]\n",
		"nonce":      "",
	})
}

func TestKilledRunsLeaveNothing(t *testing.T) {
	dataDir := t.TempDir()
	c := enginetest.OpenAt(t, dataDir)
	project := crashProject(t)
	var ids []string
	for i := range 6 {
		id, kill := crash(t, dataDir, project)
		ids = append(ids, id)
		time.Sleep(time.Duration(i) * 170 * time.Millisecond) // at different moments, whatever they hit
		kill()
	}
	run := enginetest.Run(t, c)
	if err := run.Close(); err != nil { // what one command does: begin and end
		t.Fatal(err)
	}
	for _, id := range ids {
		if found := enginetest.Left(t, c, id); len(found) > 0 {
			t.Errorf("the killed run %s left %v", id, found)
		}
	}
}

func TestLiveRunsAreLeftAlone(t *testing.T) {
	dataDir := t.TempDir()
	c := enginetest.OpenAt(t, dataDir)
	elsewhere := enginetest.Open(t) // another data folder
	id, kill := crash(t, dataDir, crashProject(t))
	defer func() {
		kill()
		if _, err := c.SweepStale(context.Background()); err != nil {
			t.Errorf("SweepStale: %v", err)
		}
		if found := left(t, c, id); len(found) > 0 {
			t.Errorf("once killed, the run left %v", found)
		}
	}()
	var before []string
	eventually(t, "the other process has a container", func() bool {
		before = left(t, c, id)
		return strings.Contains(strings.Join(before, " "), "container")
	})
	if _, err := c.SweepStale(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, cl := range []*engine.Client{c, elsewhere} {
		if _, _, err := cl.Clean(t.Context(), false); err != nil {
			t.Fatal(err)
		}
	}
	after := strings.Join(left(t, c, id), " ")
	for _, was := range before {
		if !strings.Contains(after, was) {
			t.Errorf("the other process's %s is gone", was)
		}
	}
}

func TestCancelledRunsLeaveNothing(t *testing.T) {
	c := enginetest.Open(t)
	project := crashProject(t)
	for i := range 20 {
		run := enginetest.Run(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*60*time.Millisecond)
		for ctx.Err() == nil {
			b, err := run.Build(ctx, checker.BuildRequest{Dir: project, Overlay: map[string][]byte{"nonce": []byte(time.Now().String())}})
			if err == nil {
				_, err = run.Start(ctx, checker.RunRequest{Image: b.ImageID, Port: 8080, Limits: checker.DefaultLimits()})
			}
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("cancelled after %d ms: %v, want the deadline in the chain", i*60, err)
			}
		}
		cancel()
		if err := run.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if found := left(t, c, run.ID()); len(found) > 0 {
			t.Errorf("cancelled after %d ms, the run left %v", i*60, found)
		}
	}
}

// A sweep ends the builds of its own run before it looks.
func TestSweepDuringABuild(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service nonce /\nRUN [\"/service\"]\n", "nonce": run.ID(),
	})
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		once := false
		_, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir, OnStep: func(s checker.Step) {
			if !once && strings.Contains(s.Name, "RUN") && s.Log != "" {
				once = true
				close(begun)
			}
		}})
		ended <- err
	}()
	<-begun
	if err := run.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the build ended with %v, want the cancellation", err)
		}
	default:
		t.Error("the sweep came back before the build had ended")
	}
	// The run can go on after a sweep.
	if b, err := run.Build(t.Context(), checker.BuildRequest{Dir: enginetest.Project(t, nil)}); err != nil || b.ImageID == "" {
		t.Errorf("a build after the sweep: %v", err)
	}
}

// Nothing of the learner's is touched: not what they named, not what they built
// on a stand-in, not what uses an image of the run.
func TestSweepTouchesNothingElse(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	image := enginetest.Image(t, run)
	named, standIn := "shipshape.test/named:"+run.ID(), "shipshape.test/standin:"+run.ID()
	stand(t, c, named, map[string]string{engine.RunLabel: run.ID()})
	stand(t, c, standIn, map[string]string{engine.RunLabel: "standin"})
	create := func(image string) string {
		t.Helper()
		made, err := c.API().ContainerCreate(t.Context(), client.ContainerCreateOptions{
			Config: &container.Config{Image: image, Entrypoint: []string{"/service"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if _, err := c.API().ContainerRemove(context.Background(), made.ID, client.ContainerRemoveOptions{Force: true}); err != nil {
				t.Errorf("remove the learner's container: %v", err)
			}
			// Their image goes with the test, too.
			_, _ = c.API().ImageRemove(context.Background(), image, client.ImageRemoveOptions{})
		})
		return made.ID
	}
	theirs := create(image)
	if err := run.Sweep(t.Context()); err != nil {
		t.Fatalf("a sweep that leaves something to the learner is no failure: %v", err)
	}
	if _, _, err := c.Clean(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := c.API().ContainerInspect(t.Context(), theirs, client.ContainerInspectOptions{}); err != nil {
		t.Errorf("the learner's container is gone: %v", err)
	}
	for _, name := range []string{named, standIn, image} {
		if _, err := c.InspectImage(t.Context(), name); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
}

func TestCleanTakesWhatNobodyHolds(t *testing.T) {
	c := enginetest.Open(t)
	orphans := enginetest.Open(t)
	run, err := orphans.NewRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	network, err := c.API().NetworkCreate(t.Context(), "shipshape-test-"+run.ID(), client.NetworkCreateOptions{Labels: map[string]string{engine.RunLabel: run.ID() + "-orphan"}})
	if err != nil {
		t.Fatal(err)
	}
	volume, err := c.API().VolumeCreate(t.Context(), client.VolumeCreateOptions{Name: "shipshape-test-" + run.ID(), Labels: map[string]string{engine.RunLabel: run.ID() + "-orphan"}})
	if err != nil {
		t.Fatal(err)
	}
	// Whether a run of another machine lives can't be seen here.
	theirs, err := c.API().VolumeCreate(t.Context(), client.VolumeCreateOptions{
		Name:   "shipshape-test-theirs-" + run.ID(),
		Labels: map[string]string{engine.RunLabel: run.ID() + "-theirs", "shipshape.machine": "lighthouse-" + run.ID()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = c.API().VolumeRemove(context.Background(), theirs.Volume.Name, client.VolumeRemoveOptions{})
	})
	swept, others, err := c.Clean(t.Context(), false)
	if !slices.Contains(others, "lighthouse-"+run.ID()) {
		t.Errorf("left to %v, want another machine among them", others)
	}
	if _, err := c.API().VolumeInspect(t.Context(), theirs.Volume.Name, client.VolumeInspectOptions{}); err != nil {
		t.Errorf("another machine's volume is gone: %v", err)
	}
	if err != nil || swept.Networks < 1 || swept.Volumes < 1 {
		t.Errorf("Clean = %+v, %v; want at least a network and a volume", swept, err)
	}
	if _, err := c.API().NetworkInspect(t.Context(), network.ID, client.NetworkInspectOptions{}); err == nil {
		t.Error("the network is left")
	}
	if _, err := c.API().VolumeInspect(t.Context(), volume.Volume.Name, client.VolumeInspectOptions{}); err == nil {
		t.Error("the volume is left")
	}
	if err := run.Close(); err != nil {
		t.Error(err)
	}
}
