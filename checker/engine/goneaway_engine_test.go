package engine_test

import (
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
	"shipshape/checker/engine/internal/faultproxy"
)

// An engine that dies in the middle of a grade leaves it without a verdict, and
// once it is back the next run removes what it had made.
func TestEngineGoesAwayDuringAGrade(t *testing.T) {
	c := enginetest.Open(t)
	info, err := c.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sub := faultSubmission(t, soundDockerfile)
	clean := gradeAt(t, info.Host, t.TempDir(), sub)
	if clean.fault != nil || clean.report.Outcome != checker.OutcomePassed {
		t.Fatalf("with an engine that stays: %v, %+v", clean.fault, clean.report)
	}
	for name, at := range map[string]place{
		"in the first build":         {"POST /build", 1},
		"in a later build":           {"POST /build", 2},
		"when a container starts":    {"POST /containers/*/start", 1},
		"while the service is asked": {"GET /containers/*/json", 3},
		"while its health is tried":  {"POST /containers/*/kill", 1},
		"while layers are read":      {"GET /images/get", 1},
		"while it is swept":          {"DELETE /containers/*", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dataDir := t.TempDir()
			proxy := faultproxy.Start(t, info.Host)
			dies := strike(at, faultproxy.Hung)
			proxy.Arm(func(r faultproxy.Request) faultproxy.Fault {
				fault := dies(r)
				if fault != faultproxy.None {
					go proxy.GoAway()
				}
				return fault
			})
			got := gradeAt(t, proxy.Host(), dataDir, sub)
			judge(t, got, clean.report)
			if got.run == "" {
				t.Fatal("the grade did not begin")
			}
			if at.call != "DELETE /containers/*" && got.report.Outcome != checker.OutcomeUngradable {
				t.Errorf("the outcome is %s, want %s: %v", got.report.Outcome, checker.OutcomeUngradable, verdicts(got.report))
			}
			sweptClean(t, enginetest.OpenAt(t, dataDir), got.run)
		})
	}
}
