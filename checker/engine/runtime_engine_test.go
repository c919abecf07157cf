package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

// runs starts a container that serves until the test's end.
func runs(t *testing.T, run *engine.Run, req checker.RunRequest) checker.Container {
	t.Helper()
	c, err := run.Start(t.Context(), req)
	if err != nil {
		t.Fatalf("start %+v: %v", req, err)
	}
	return c
}

// does runs a tool of the service in a running container.
func does(t *testing.T, c checker.Container, argv ...string) (int, string) {
	t.Helper()
	got, err := c.Exec(t.Context(), "", append([]string{"/service"}, argv...)...)
	if err != nil {
		t.Fatalf("%q: %v", argv, err)
	}
	return got.ExitCode, got.Output
}

func TestRunReadOnly(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nCOPY there /data/there\nCOPY var /var/\nVOLUME /kept\nENTRYPOINT [\"/service\"]\n",
		"there":      "image",
	})
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "var"), 0o755), os.Symlink("/data", filepath.Join(dir, "var", "run"))); err != nil {
		t.Fatal(err)
	}
	image := enginetest.Build(t, run, dir)
	c := runs(t, run, checker.RunRequest{
		Image: image, User: "1234", ReadOnly: true, Tmpfs: []string{"/var/run", "/kept", "/deep/down"},
		Files: []checker.File{{Path: "/etc/app/config", Mode: 0o444, Content: []byte("set")}},
	})
	if code, out := does(t, c, "write", "/file", "x"); code == 0 || !strings.Contains(out, "read-only file system") {
		t.Errorf("writing to the root filesystem: %d %q, want it refused", code, out)
	}
	if code, out := does(t, c, "list", "/data"); code != 0 || out != "" {
		t.Errorf("the tmpfs over /data holds %q (%d), want nothing", out, code)
	}
	for _, path := range []string{"/data/a", "/kept/a", "/deep/down/a"} {
		if code, out := does(t, c, "write", path, "x"); code != 0 {
			t.Errorf("writing %s: %d %q", path, code, out)
		}
	}
	if code, out := does(t, c, "read", "/etc/app/config"); code != 0 || out != "set" {
		t.Errorf("the file is %q (%d), want %q", out, code, "set")
	}
	if code, out := does(t, c, "list", "/etc/app"); code != 0 || out != "-r--r--r-- config\n" {
		t.Errorf("/etc/app holds %q (%d)", out, code)
	}
}

func TestRunFiles(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nCOPY --chown=7:7 there /own/there\nUSER 7\nENTRYPOINT [\"/service\"]\n", "there/a": "image",
	})
	c := runs(t, run, checker.RunRequest{Image: enginetest.Build(t, run, dir), Files: []checker.File{
		{Path: "/own/there/a", Mode: 0o400, Content: []byte("replaced")},
		{Path: "/own/there/b/c", Mode: 0o644, Content: []byte("new")},
		{Path: "/own/there/b/d", Mode: 0o755, Content: nil},
	}})
	if code, out := does(t, c, "list", "/own/there"); code != 0 || out != "-r-------- a\ndrwxr-xr-x b\n" {
		t.Errorf("/own/there holds %q (%d)", out, code)
	}
	if code, out := does(t, c, "list", "/own/there/b"); code != 0 || out != "-rw-r--r-- c\n-rwxr-xr-x d\n" {
		t.Errorf("/own/there/b holds %q (%d)", out, code)
	}
	if code, out := does(t, c, "read", "/own/there/b/c"); code != 0 || out != "new" {
		t.Errorf("the new file is %q (%d)", out, code)
	}
	if code, out := does(t, c, "write", "/own/there/mine", "x"); code != 0 {
		t.Errorf("the folder that was there is no longer its owner's: %q", out)
	}
	if code, _ := does(t, c, "read", "/own/there/a"); code == 0 {
		t.Error("a file of root's with mode 0400 can be read by another user")
	}
}

func TestRunPrivileges(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Image(t, run)
	tests := map[string]struct {
		req  checker.RunRequest
		want string
	}{
		"as usual":     {checker.RunRequest{}, "00000000a80425fb"},
		"none":         {checker.RunRequest{DropCapabilities: true}, "0000000000000000"},
		"one":          {checker.RunRequest{DropCapabilities: true, Capabilities: []string{"NET_BIND_SERVICE"}}, "0000000000000400"},
		"added to all": {checker.RunRequest{Capabilities: []string{"SYS_ADMIN"}}, "00000000a80425fb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.req.Image, tt.req.User = image, "0"
			tt.req.Cmd = []string{"read", "/proc/self/status"}
			_, status := ends(t, run, tt.req)
			for line, want := range map[string]string{"CapBnd": tt.want, "CapEff": tt.want, "NoNewPrivs": "1"} {
				if !strings.Contains(status, line+":\t"+want+"\n") {
					t.Errorf("%s is not %s in\n%s", line, want, status)
				}
			}
		})
	}
}

func TestRunInitAndFolder(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := runs(t, run, checker.RunRequest{
		Image: enginetest.Image(t, run), Init: true, WorkingDir: "/work/there",
		Files: []checker.File{{Path: "/work/there/here", Mode: 0o444, Content: []byte("found")}},
	})
	if code, out := does(t, c, "read", "here"); code != 0 || out != "found" {
		t.Errorf("in the working folder is %q (%d)", out, code)
	}
	var list []checker.Process
	eventually(t, "init has started the service", func() bool {
		var err error
		list, err = c.Processes(t.Context())
		return err == nil && len(list) == 2
	})
	if !strings.Contains(list[0].Args, "init") || !strings.HasPrefix(list[1].Args, "/service") || list[1].PPID != list[0].PID {
		t.Errorf("processes = %+v, want the engine's init, and the service as its child", list)
	}
}

// A container that shares another's processes and network sees both as its own.
func TestRunShare(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Image(t, run)
	first := runs(t, run, checker.RunRequest{Image: image, Port: 8080, Cmd: []string{"-say", "shared"}})
	answers(t, first)
	beside := func(argv ...string) string {
		t.Helper()
		code, out := ends(t, run, checker.RunRequest{Image: image, Cmd: argv, Share: first.ID(), Port: 8080})
		if code != 0 {
			t.Errorf("%q ended with %d: %s", argv, code, out)
		}
		return out
	}
	if out := beside("ask", "127.0.0.1:8080"); !strings.HasSuffix(out, "shared") {
		t.Errorf("on loopback the other one hears %q", out)
	}
	if out := beside("read", "/proc/1/cmdline"); !strings.Contains(out, "-say") {
		t.Errorf("PID 1 is %q, want the first container's", out)
	}
	if _, _, err := first.Stop(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Start(t.Context(), checker.RunRequest{Image: image, Share: first.ID()}); !errors.Is(err, checker.ErrNotRunning) {
		t.Errorf("sharing with a container that has ended: %v, want ErrNotRunning", err)
	}
}

func TestRunOnANetworkOfItsOwn(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	image := enginetest.Image(t, run)
	network, err := run.CreateNetwork(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	served := runs(t, run, checker.RunRequest{Image: image, Port: 8080, Network: network, Aliases: []string{"api"}})
	answers(t, served) // the port is published as well
	if code, out := ends(t, run, checker.RunRequest{Image: image, Cmd: []string{"ask", "api:8080"}, Network: network}); code != 0 || !strings.HasSuffix(out, "ahoy") {
		t.Errorf("asking by name: %d %q", code, out)
	}
	if code, out := ends(t, run, checker.RunRequest{Image: image, Cmd: []string{"ask", "api:8080"}}); code == 0 {
		t.Errorf("from another network the name leads to %q", out)
	}
}

// A volume outlives a container, and goes with the run.
func TestRunVolume(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	image := enginetest.Image(t, run)
	volume, err := run.CreateVolume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	with := func(readOnly bool, argv ...string) (int, string) {
		return ends(t, run, checker.RunRequest{
			Image: image, Cmd: argv, User: "0", ReadOnly: true,
			Volumes: []checker.VolumeMount{{Volume: volume, Path: "/data", ReadOnly: readOnly}},
		})
	}
	if code, out := with(false, "write", "/data/kept", "kept"); code != 0 {
		t.Errorf("write: %d %s", code, out)
	}
	if code, out := with(true, "read", "/data/kept"); code != 0 || out != "kept" {
		t.Errorf("the next container reads %q (%d)", out, code)
	}
	if code, out := with(true, "write", "/data/more", "x"); code == 0 {
		t.Errorf("a volume that is mounted read-only was written to: %s", out)
	}
	if _, err := run.CreateNetwork(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if found := enginetest.Left(t, c, run.ID()); !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "network ") }) {
		t.Errorf("the engine holds %q, want a network among them", found)
	}
	if err := run.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := enginetest.Left(t, c, run.ID()); len(found) > 0 {
		t.Errorf("after the sweep the engine holds %q", found)
	}
}

func TestContainerChanges(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Build(t, run, enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nCOPY a b c /app/\nVOLUME /made/by/image\nENTRYPOINT [\"/service\"]\n", "a": "a", "b": "b", "c": "c",
	}))
	volume, err := run.CreateVolume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := runs(t, run, checker.RunRequest{
		Image: image, Tmpfs: []string{"/scratch/deep"},
		Volumes: []checker.VolumeMount{{Volume: volume, Path: "/var/lib/data"}},
	})
	untouched, err := c.Changes(t.Context())
	if err != nil || len(untouched) != 0 {
		t.Errorf("before anything is written: %v, %v; want nothing", untouched, err)
	}
	for _, argv := range [][]string{
		{"write", "/app/a", "changed"}, {"remove", "/app/b"}, {"write", "/app/new", "new"},
		{"write", "/scratch/deep/x", "x"}, {"write", "/var/lib/data/x", "x"}, {"write", "/made/by/image/x", "x"}, {"write", "/dev/shm/x", "x"},
	} {
		if code, out := does(t, c, argv...); code != 0 {
			t.Fatalf("%q: %d %s", argv, code, out)
		}
	}
	want := []checker.Change{
		{Path: "/app", Kind: checker.Modified}, {Path: "/app/a", Kind: checker.Modified},
		{Path: "/app/b", Kind: checker.Deleted}, {Path: "/app/new", Kind: checker.Added},
	}
	got, err := c.Changes(t.Context())
	slices.SortFunc(got, func(a, b checker.Change) int { return strings.Compare(a.Path, b.Path) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Changes = %v, %v; want %v", got, err, want)
	}
}

func TestHealthRuns(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := runs(t, run, checker.RunRequest{
		Image: enginetest.Image(t, run),
		Health: &checker.HealthTiming{
			Test: []string{"CMD", "/service", "read", "/etc/none"}, Interval: 100 * time.Millisecond, Timeout: 5 * time.Second, Retries: 2,
		},
	})
	var state checker.State
	eventually(t, "it is unhealthy", func() bool {
		var err error
		state, err = c.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return state.Health == "unhealthy"
	})
	if len(state.HealthRuns) < 2 {
		t.Fatalf("HealthRuns = %+v, want two at least", state.HealthRuns)
	}
	for i, r := range state.HealthRuns {
		if r.ExitCode != 1 || r.Duration <= 0 || r.Started.IsZero() || !strings.Contains(r.Output, "/etc/none") ||
			i > 0 && r.Started.Before(state.HealthRuns[i-1].Started) {
			t.Errorf("run %d of the test is %+v", i, r)
		}
	}
}

func TestImageDetails(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	b, err := run.Build(t.Context(), checker.BuildRequest{Dir: enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service a.txt /\nVOLUME /z /a\nHEALTHCHECK --interval=7s --timeout=3s --start-period=2s --retries=4 CMD [\"/service\"]\n",
		"a.txt":      "four", "b.log": "no", ".dockerignore": "*.log\n",
	})})
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]int64{}
	for _, f := range b.Context {
		sent[f.Path] = f.SizeBytes
	}
	if _, ok := sent["b.log"]; ok || sent["a.txt"] != 4 || sent["service"] == 0 || sent["Dockerfile"] == 0 {
		t.Errorf("sent were %v", sent)
	}
	name := "shipshape.test/details:" + run.ID()
	if err := c.TagImage(t.Context(), b.ImageID, name); err != nil {
		t.Fatal(err)
	}
	image, err := run.Image(t.Context(), b.ImageID)
	if err := errors.Join(err, c.UntagImage(t.Context(), name)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(image.Tags, []string{name}) || !slices.Equal(image.Volumes, []string{"/a", "/z"}) || !strings.HasPrefix(image.Platform, "linux/") {
		t.Errorf("tags %q, volumes %q, platform %q", image.Tags, image.Volumes, image.Platform)
	}
	if image.HealthInterval != 7*time.Second || image.HealthTimeout != 3*time.Second || image.HealthStartPeriod != 2*time.Second || image.HealthRetries != 4 {
		t.Errorf("the health test's timings are %+v", image)
	}
}

// A program that the kernel refuses is told from one that ran and failed.
func TestProgramsThatCanNotBeExecuted(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service text elf script windows /\nENTRYPOINT [\"/service\"]\n",
		"text":       "no program", "elf": "\x7fELF and no more", "script": "#!/bin/none\n", "windows": "#!/service\r\n",
	})
	for _, name := range []string{"text", "elf", "script", "windows"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	image := enginetest.Build(t, run, dir)
	for name, want := range map[string]string{
		"text": "exec format error", "elf": "exec format error", "script": "no such file or directory", "windows": "no such file or directory", "service": "",
	} {
		c, err := run.Start(t.Context(), checker.RunRequest{Image: image, Entrypoint: []string{"/" + name}, Cmd: []string{"-exit", "1"}})
		var unfit *checker.StartError
		if errors.As(err, &unfit) && strings.Contains(unfit.Message, want) && want != "" {
			continue // an engine whose runtime knows at once
		}
		if err != nil {
			t.Fatal(err)
		}
		state, err := c.Wait(t.Context())
		if err != nil || !strings.HasSuffix(state.Unexecuted, want) || (state.Unexecuted == "") != (want == "") {
			t.Errorf("%s: %+v, %v; want it told: %q", name, state, err, want)
		}
	}
}
