package engine_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

// secretly builds steps that stand below the service, with secrets.
func secretly(ctx context.Context, t *testing.T, run *engine.Run, secrets map[string][]byte, steps string) (*checker.Build, error) {
	t.Helper()
	return run.Build(ctx, checker.BuildRequest{
		Dir: enginetest.Project(t, map[string]string{
			"Dockerfile": "FROM scratch\nCOPY service /service\nCOPY nonce /nonce\n" + steps + "\nENTRYPOINT [\"/service\"]\n",
			"nonce":      run.ID(),
		}),
		Secrets: secrets,
	})
}

func TestBuildSecret(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	secret := "canary-" + run.ID()
	b, err := secretly(t.Context(), t, run, map[string][]byte{"token": []byte(secret), "other": []byte("-")}, strings.Join([]string{
		`RUN --mount=type=secret,id=token,required=true ["/service", "read", "/run/secrets/token"]`,
		`RUN --mount=type=secret,id=token,target=/elsewhere,uid=1 --mount=type=secret,id=other ["/service", "read", "/run/secrets/other", "/elsewhere"]`,
		`RUN --mount=type=secret,id=nobody-has-it ["/service", "read", "/nonce"]`,
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if log := stepNamed(t, b.Steps, "required=true").Log; log != secret {
		t.Errorf("the step that mounts the secret read %q, want %q", log, secret)
	}
	if log := stepNamed(t, b.Steps, "/elsewhere").Log; log != "-"+secret {
		t.Errorf("the step that mounts both read %q, want %q", log, "-"+secret)
	}
	archive, err := run.Archive(t.Context(), b.ImageID, func(_ string, hdr *tar.Header, r io.Reader) error {
		content, err := io.ReadAll(r)
		if bytes.Contains(content, []byte(secret)) {
			t.Errorf("the secret stands in %s", hdr.Name)
		}
		return err
	})
	if err != nil || bytes.Contains(archive.Config, []byte(secret)) {
		t.Errorf("the secret stands in the configuration, or: %v", err)
	}
}

// A step may mount a secret that it can do without; builders refuse it when
// there is no session at all.
func TestBuildWithoutTheSecret(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	if _, err := secretly(t.Context(), t, run, nil, `RUN --mount=type=secret,id=token ["/service", "-exit", "0"]`); err != nil {
		t.Errorf("a step that can do without its secret: %v", err)
	}
	_, err := secretly(t.Context(), t, run, nil, `RUN --mount=type=secret,id=token,required=true ["/service", "-exit", "0"]`)
	var broken *checker.BuildError
	if !errors.As(err, &broken) || broken.Line != 4 || !strings.Contains(broken.Message, "token") {
		t.Errorf("a step that needs a secret which nobody gives: %T %v, want a BuildError on line 4 that names it", err, err)
	}
	var environment *checker.EnvironmentError
	_, err = secretly(t.Context(), t, run, map[string][]byte{"token": make([]byte, 1<<20)}, "")
	if !errors.As(err, &environment) || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a secret of 1 MiB: %v, want an EnvironmentError", err)
	}
}

// A build that waits for a step with a secret is cancelled like any other.
func TestBuildSecretCancelled(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service nonce /\nRUN --mount=type=secret,id=token [\"/service\", \"-deaf\"]\n", "nonce": run.ID(),
	})
	_, err := run.Build(ctx, checker.BuildRequest{
		Dir: dir, Secrets: map[string][]byte{"token": []byte("x")},
		OnStep: func(s checker.Step) {
			if strings.Contains(s.Name, "RUN") && s.Log != "" {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("build: %v, want the cancellation", err)
	}
}
