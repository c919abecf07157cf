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
		Image: enginetest.Image(t, run), Init: true, WorkingDir: "/srv/there",
		Files: []checker.File{{Path: "/srv/there/here", Mode: 0o444, Content: []byte("found")}},
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
