package engine_test

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
	"shipshape/checker/engine/internal/faultproxy"
)

// faultCall is one method of an engine's, and the requests that it makes.
type faultCall struct {
	requests []string
	// do reports an error of the method's, or tells that it gave a wrong
	// result.
	do func(ctx context.Context, t *testing.T, run *engine.Run, image string) error
}

// faultCalls are the methods that an ordinary grade does without.
func faultCalls() map[string]faultCall {
	config := []checker.File{{Path: "/etc/app/config", Mode: 0o444, Content: []byte("set")}}
	return map[string]faultCall{
		"Archive": {[]string{"GET /images/*/json", "GET /images/get"}, func(ctx context.Context, t *testing.T, run *engine.Run, image string) error {
			var names []string
			archive, err := run.Archive(ctx, image, func(_ string, hdr *tar.Header, r io.Reader) error {
				names = append(names, hdr.Name)
				_, err := io.Copy(io.Discard, r)
				return err
			})
			if err == nil && (len(archive.Layers) != 1 || !slices.Contains(names, "service")) {
				t.Errorf("Archive = %+v, %q", archive, names)
			}
			return err
		}},
		"CreateNetwork": {[]string{"POST /networks/create"}, func(ctx context.Context, t *testing.T, run *engine.Run, _ string) error {
			id, err := run.CreateNetwork(ctx, true)
			if err == nil && id == "" {
				t.Error("CreateNetwork returned no id")
			}
			return err
		}},
		"CreateVolume": {[]string{"POST /volumes/create"}, func(ctx context.Context, t *testing.T, run *engine.Run, _ string) error {
			name, err := run.CreateVolume(ctx)
			if err == nil && name == "" {
				t.Error("CreateVolume returned no name")
			}
			return err
		}},
		"Changes": {[]string{"GET /containers/*/changes", "GET /containers/*/json"}, func(ctx context.Context, t *testing.T, run *engine.Run, image string) error {
			c, err := run.Start(ctx, checker.RunRequest{Image: image})
			if err != nil {
				return err
			}
			changes, err := c.Changes(ctx)
			if len(changes) > 0 {
				t.Errorf("Changes = %v, want none", changes)
			}
			return err
		}},
		"Start with files": {[]string{"HEAD /containers/*/archive", "PUT /containers/*/archive", "POST /commit"}, func(ctx context.Context, t *testing.T, run *engine.Run, image string) error {
			c, err := run.Start(ctx, checker.RunRequest{Image: image, Cmd: []string{"read", "/etc/app/config"}, ReadOnly: true, Files: config})
			if err != nil {
				return err
			}
			state, err := c.Wait(ctx)
			if err == nil && state.ExitCode != 0 {
				t.Errorf("the program ended with %+v: its file was not there", state)
			}
			return err
		}},
		"Build with a secret": {[]string{"POST /session"}, func(ctx context.Context, t *testing.T, run *engine.Run, _ string) error {
			_, err := secretly(ctx, t, run, map[string][]byte{"token": []byte("x")}, `RUN --mount=type=secret,id=token,required=true ["/service", "read", "/run/secrets/token"]`)
			return err
		}},
	}
}

// Whatever happens to one request of a method: it gives the right result, or
// says that the surroundings are at fault, and leaves nothing behind.
func TestFaultAtSingleCalls(t *testing.T) {
	c := enginetest.Open(t)
	info, err := c.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	image := enginetest.Image(t, enginetest.Run(t, c))
	calls := faultCalls()
	for i, name := range slices.Sorted(maps.Keys(calls)) {
		for j, request := range calls[name].requests {
			faults := faultproxy.All()
			if os.Getenv(faultsVariable) != "all" {
				faults = []faultproxy.Fault{faults[(i+j)%len(faults)], faultproxy.Cut}
			}
			for _, fault := range faults {
				t.Run(fmt.Sprintf("%s/%s/%s", name, place{request, 1}, fault), func(t *testing.T) {
					t.Parallel()
					underFault(t, info.Host, calls[name], strike(place{request, 1}, fault), image)
				})
			}
		}
	}
}

func underFault(t *testing.T, host string, call faultCall, plan func(faultproxy.Request) faultproxy.Fault, image string) {
	t.Helper()
	proxy := faultproxy.Start(t, host)
	dataDir := t.TempDir()
	c, err := engine.Open(t.Context(), engine.Options{Host: proxy.Host(), DataDir: dataDir, Patience: faultPatience})
	if err != nil {
		t.Fatal(err)
	}
	run, err := c.NewRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Info(t.Context()); err != nil {
		t.Fatal(err)
	}
	proxy.Arm(plan)
	ctx, cancel := context.WithTimeout(t.Context(), faultHang)
	defer cancel()
	err = call.do(ctx, t, run, image)
	var environment *checker.EnvironmentError
	if err != nil && (!errors.As(err, &environment) || environment.Remedy == "" || strings.TrimSpace(environment.Problem) == "") {
		t.Errorf("%T %v, want an EnvironmentError with a remedy", err, err)
	}
	_ = run.Close() // what it leaves is the next run's, and looked for
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	sweptClean(t, enginetest.OpenAt(t, dataDir), run.ID())
}
