package engine_test

import (
	"io/fs"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

// ends runs the service's program with a command to its end and returns what it
// printed.
func ends(t *testing.T, run *engine.Run, req checker.RunRequest) (int, string) {
	t.Helper()
	c, err := run.Start(t.Context(), req)
	if err != nil {
		t.Fatalf("start %q: %v", req.Cmd, err)
	}
	state, err := c.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log, err := c.Logs(t.Context(), 4096)
	if err != nil {
		t.Fatal(err)
	}
	return state.ExitCode, log
}

// A service on two networks has on each the names that it was given there, and
// a service on one of them sees those alone.
func TestAServiceOnTwoNetworks(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Image(t, run)
	var networks [2]string
	for i := range networks {
		var err error
		if networks[i], err = run.CreateNetwork(t.Context(), i == 1); err != nil {
			t.Fatal(err)
		}
	}
	c, err := run.Start(t.Context(), checker.RunRequest{
		Image: image, Cmd: []string{"-say", "between"}, Port: 8080,
		Network: networks[0], Aliases: []string{"outer"},
		Networks: []checker.NetworkJoin{{Network: networks[1], Aliases: []string{"inner"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	answers(t, c)
	for name, tc := range map[string]struct {
		network, ask string
		reached      bool
	}{
		"from the first":                     {networks[0], "outer:8080", true},
		"from the second":                    {networks[1], "inner:8080", true},
		"a name of the second, in the first": {networks[0], "inner:8080", false},
	} {
		code, log := ends(t, run, checker.RunRequest{Image: image, Cmd: []string{"ask", tc.ask}, Network: tc.network})
		if (code == 0) != tc.reached || strings.Contains(log, "between") != tc.reached {
			t.Errorf("%s: exit code %d, %q; want it reached: %t", name, code, log, tc.reached)
		}
	}
}

// What a volume is filled with is there when the program starts, also where
// neither the volume nor the root may be written, and with the modes it was
// given.
func TestAVolumeIsFilled(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Build(t, run, enginetest.Project(t, map[string]string{
		"Dockerfile": enginetest.Dockerfile + "COPY below /app/below\n", "below": "from the image",
	}))
	filled := func(mount checker.VolumeMount, files ...checker.File) checker.VolumeMount {
		t.Helper()
		var err error
		if mount.Volume, err = run.CreateVolume(t.Context()); err == nil {
			err = run.FillVolume(t.Context(), image, mount, files)
		}
		if err != nil {
			t.Fatal(err)
		}
		return mount
	}
	said := checker.File{Path: "/app/deep/said", Mode: 0o444, Content: []byte("from the project")}

	over := filled(checker.VolumeMount{Path: "/app", ReadOnly: true, NoCopy: true}, said)
	code, log := ends(t, run, checker.RunRequest{
		Image: image, Cmd: []string{"read", "/app/deep/said"}, ReadOnly: true, Volumes: []checker.VolumeMount{over},
	})
	if code != 0 || log != "from the project" {
		t.Errorf("on a read-only root, read-only: %d, %q", code, log)
	}
	if code, log := ends(t, run, checker.RunRequest{Image: image, Cmd: []string{"read", "/app/below"}, Volumes: []checker.VolumeMount{over}}); code == 0 {
		t.Errorf("the image's file is not hidden: %q", log)
	}

	beside := filled(checker.VolumeMount{Path: "/app"}, said)
	if code, log := ends(t, run, checker.RunRequest{Image: image, Cmd: []string{"read", "/app/below", "/app/deep/said"}, Volumes: []checker.VolumeMount{beside}}); code != 0 || log != "from the imagefrom the project" {
		t.Errorf("beside the image's files: %d, %q", code, log)
	}

	open := filled(checker.VolumeMount{Path: "/app", NoCopy: true}, checker.File{Path: "/app", Mode: fs.ModeDir | 0o777})
	if code, log := ends(t, run, checker.RunRequest{Image: image, Cmd: []string{"write", "/app/new", "x"}, Volumes: []checker.VolumeMount{open}}); code != 0 {
		t.Errorf("a folder that anybody may write: %d, %q", code, log)
	}
}
