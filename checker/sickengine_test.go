package checker

import (
	"context"
	"testing"
	"testing/synctest"
)

// foreignEngine runs images for one platform and says that it is of another.
type foreignEngine struct {
	*fakeEngine
	platform string
	// log is what its containers leave, which have all ended.
	log string
}

func (f *foreignEngine) Start(ctx context.Context, req RunRequest) (Container, error) {
	c, err := f.fakeEngine.Start(ctx, req)
	return &lastWords{Container: c, log: f.log}, err
}

// lastWords is a container with a log.
type lastWords struct {
	Container
	log string
}

func (c *lastWords) Logs(context.Context, int) (string, error) { return c.log, nil }

func (f *foreignEngine) Info(context.Context) (EngineInfo, error) {
	return EngineInfo{Version: "1", API: "1.41", Builder: "buildkit", Platform: f.platform}, nil
}

// An image for another machine is the environment's fault, a program for
// another machine is not.
func TestForeignImage(t *testing.T) {
	tests := map[string]struct {
		engine, image, log string
		want               Status
	}{
		"another machine's base":    {"linux/amd64", "linux/arm64/v8", "exec /app: exec format error", StatusError},
		"another machine's program": {"linux/amd64", "linux/amd64", "exec /app: exec format error", StatusFail},
		"this machine's variant":    {"linux/arm64", "linux/arm64/v8", "exec /app: exec format error", StatusFail},
		"emulated, and broken":      {"linux/amd64", "linux/arm64", "no such file", StatusFail},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			eng := &foreignEngine{
				fakeEngine: &fakeEngine{image: Image{Platform: tt.image}, container: &fakeContainer{}},
				platform:   tt.engine, log: tt.log,
			}
			sub := submission(t, Spec{ID: "serves", Serves: &Serves{}})
			synctest.Test(t, func(t *testing.T) {
				report, err := Grade(t.Context(), eng, sub, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := report.Checks[0]; got.Status != tt.want {
					t.Errorf("%s: %s, want %s", got.Status, got.Observed, tt.want)
				}
			})
		})
	}
}

// fullEngine has room for one container and no more.
type fullEngine struct {
	*fakeEngine
	started int
}

func (f *fullEngine) Start(ctx context.Context, req RunRequest) (Container, error) {
	if f.started++; f.started > 1 {
		return nil, &EnvironmentError{Problem: "the Docker engine has no disk space left", Remedy: "Make room."}
	}
	return f.fakeEngine.Start(ctx, req)
}

// A service that ended on an engine without room has not failed.
func TestServiceOnAFullEngine(t *testing.T) {
	eng := &fullEngine{fakeEngine: &fakeEngine{container: &fakeContainer{}}}
	sub := submission(t, Spec{ID: "serves", Serves: &Serves{}})
	synctest.Test(t, func(t *testing.T) {
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Checks[0]; got.Status != StatusError || got.Remedy != "Make room." {
			t.Errorf("%+v, want it not graded, with the engine's remedy", got)
		}
	})
}
