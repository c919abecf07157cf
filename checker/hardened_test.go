package checker

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheServiceSaysWhichHardeningItCannotBear(t *testing.T) {
	k := Hardened{Tmpfs: []string{"/tmp"}, MemoryMB: 64, PIDs: 32, Path: "/report"}
	fails := func(when func(RunRequest) bool) func(RunRequest, *actor) {
		return func(req RunRequest, a *actor) {
			if !when(req) {
				return
			}
			a.do = func(path string) (Response, error) {
				if path == "/report" {
					return Response{Status: 500, Body: "no"}, nil
				}
				return Response{Status: 200, Body: a.body}, nil
			}
		}
	}
	for name, tc := range map[string]struct {
		start func(RunRequest, *actor)
		want  Status
		says  string
	}{
		"bears all": {func(RunRequest, *actor) {}, StatusPass, "it serves"},
		"works nowhere": {func(_ RunRequest, a *actor) {
			a.state = State{ExitCode: 2}
		}, StatusFail, "does not work without the hardening either: the container ended with exit code 2"},
		"needs a writable root": {fails(func(r RunRequest) bool { return r.ReadOnly }), StatusFail,
			"does not work with a read-only root filesystem, and works without that: GET /report answers 500: no"},
		"needs capabilities": {fails(func(r RunRequest) bool { return r.DropCapabilities }), StatusFail, "with its capabilities dropped"},
		"needs memory":       {fails(func(r RunRequest) bool { return r.Limits.MemoryMB == 64 }), StatusFail, "with 64 MiB of memory"},
		"needs processes":    {fails(func(r RunRequest) bool { return r.Limits.PIDs == 32 }), StatusFail, "with at most 32 processes and threads"},
		"needs two things":   {fails(func(r RunRequest) bool { return r.ReadOnly || r.DropCapabilities }), StatusFail, "hardened like that"},
		"names what it wrote": {func(req RunRequest, a *actor) {
			if req.ReadOnly {
				a.do = func(string) (Response, error) { return Response{}, errors.New("reset") }
			}
			a.changes = []Change{{"/app", Modified}, {"/app/cache", Added}, {"/tmp/x", Added}}
		}, StatusFail, "it writes /app/cache, and"},
		"notices and pretends": {func(req RunRequest, a *actor) {
			if req.ReadOnly {
				a.body = "all is well"
			}
		}, StatusFail, "without the value that was written into the source"},
	} {
		got := gradeOne(t, &scripted{start: tc.start}, Spec{Hardened: &k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestAHealthTestThatNeverWorksIsNotTheHardeningsFault(t *testing.T) {
	image := Image{HealthTest: []string{"CMD", "curl", "localhost"}, HealthTimeout: time.Second}
	for name, tc := range map[string]struct {
		healthy, plain bool
		endless        []string
		want           Status
		says           string
	}{
		"healthy":              {true, true, nil, StatusPass, "says healthy"},
		"fails hardened alone": {false, true, nil, StatusFail, "hardened like that"},
		"fails always":         {false, false, nil, StatusFail, "its health test fails without the hardening as well"},
		"never ends":           {false, true, []string{"curl"}, StatusFail, "its health test fails without the hardening as well"},
	} {
		eng := &scripted{image: image, start: func(req RunRequest, a *actor) {
			if req.Health == nil {
				a.endless = tc.endless
				a.exec = func([]string) ExecResult { return ExecResult{NotFound: !tc.plain} }
				return
			}
			a.state.Health = "unhealthy"
			if tc.healthy || !req.ReadOnly && !req.DropCapabilities {
				a.state.Health = "healthy"
			}
		}}
		got := gradeOne(t, eng, Spec{Hardened: &Hardened{}})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

// What a service may take elsewhere until it is well it may take hardened, and one
// that will never be well costs no more for it.
func TestAHardenedServiceMayWarmUp(t *testing.T) {
	for name, tc := range map[string]struct {
		// answers and healthy are when the route and the health test are well, and
		// start is the start period; never tells where they are not.
		answers, healthy, start time.Duration
		never                   func(RunRequest) bool
		want                    Status
		says                    string
		most                    time.Duration
	}{
		"late answers":         {answers: 8 * time.Second, want: StatusPass, says: "it serves", most: 20 * time.Second},
		"too late":             {answers: 30 * time.Second, want: StatusFail, says: "does not work without the hardening either: GET /report answers 503", most: 16 * time.Second},
		"late health":          {healthy: 6 * time.Second, want: StatusPass, says: "says healthy", most: 20 * time.Second},
		"later health":         {healthy: 10 * time.Second, want: StatusFail, says: "its health test fails without the hardening as well", most: 10 * time.Second},
		"as it says":           {healthy: 10 * time.Second, start: time.Minute, want: StatusPass, says: "says healthy", most: 30 * time.Second},
		"both late":            {answers: 5 * time.Second, healthy: 5 * time.Second, want: StatusPass, says: "says healthy", most: 20 * time.Second},
		"late, and never":      {answers: 5 * time.Second, never: func(r RunRequest) bool { return r.ReadOnly }, want: StatusFail, says: "with a read-only root filesystem, and works without", most: 40 * time.Second},
		"late and blamed late": {answers: 5 * time.Second, never: func(r RunRequest) bool { return r.Limits.PIDs == 32 }, want: StatusFail, says: "at most 32 processes", most: 60 * time.Second},
		"at once, and never":   {never: func(r RunRequest) bool { return r.ReadOnly || r.DropCapabilities }, want: StatusFail, says: "hardened like that", most: 16 * time.Second},
	} {
		image := Image{HealthTest: []string{"CMD", "ask"}, HealthStartPeriod: tc.start}
		eng := &scripted{image: image, start: func(req RunRequest, a *actor) {
			began := time.Now()
			probed{takes: time.Second / 10, warms: tc.healthy}.play(req, a)
			a.exec = func(argv []string) ExecResult {
				if argv[0] == "ask" && time.Since(began) < tc.healthy {
					return ExecResult{ExitCode: 1}
				}
				return ExecResult{NotFound: argv[0] != "ask"}
			}
			a.do = func(path string) (Response, error) {
				switch {
				case path == "/report" && time.Since(began) < tc.answers:
					return Response{Status: 503, Body: "warming up"}, nil
				case path == "/report" && tc.never != nil && tc.never(req):
					return Response{Status: 500, Body: "no"}, nil
				}
				return Response{Status: 200, Body: a.body}, nil
			}
		}}
		sub := submission(t, Spec{ID: "it", Title: "it", Hardened: &Hardened{PIDs: 32, Path: "/report"}})
		sub.Assignment.Service.Ready = 15 * time.Second
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			report, err := Grade(t.Context(), eng, sub, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, took := report.Checks[0], time.Since(began)
			if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) || took > tc.most {
				t.Errorf("%s: %s (%s) after %s, want %s with %q after %s at most", name, got.Status, got.Observed, took, tc.want, tc.says, tc.most)
			}
		})
	}
}

// A health test that is cut off gets more time where the machine may be to blame.
func TestAHardenedHealthTestMayBeSlowInACrowd(t *testing.T) {
	for name, tc := range map[string]struct {
		c    probed
		want Status
	}{
		"slow":                {probed{takes: 2 * time.Second}, StatusFail},
		"slow, in a crowd":    {probed{takes: 2 * time.Second, crowded: true}, StatusPass},
		"endless, in a crowd": {probed{takes: time.Hour, crowded: true}, StatusFail},
		"failing":             {probed{takes: time.Second / 10, code: 1, fails: "no"}, StatusFail},
		"failing, in a crowd": {probed{takes: time.Second / 10, code: 1, fails: "no", crowded: true}, StatusFail},
		"in time, in a crowd": {probed{takes: time.Second / 10, crowded: true}, StatusPass},
	} {
		image := Image{HealthTest: []string{"CMD", "ask"}, HealthTimeout: time.Second}
		eng := &scripted{image: image, start: func(req RunRequest, a *actor) {
			tc.c.play(req, a)
			a.do = nil // with the nonce
		}}
		if got := gradeOne(t, eng, Spec{Hardened: &Hardened{}}); got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

func TestHardenedRunsAreAskedForAsTheSettingsSay(t *testing.T) {
	eng := &scripted{}
	gradeOne(t, eng, Spec{Hardened: &Hardened{Tmpfs: []string{"/tmp"}, Capabilities: []string{"CHOWN"}, PIDs: 32}})
	got := eng.runs[len(eng.runs)-1]
	if !got.ReadOnly || !got.DropCapabilities || got.Tmpfs[0] != "/tmp" || got.Capabilities[0] != "CHOWN" ||
		got.Limits.PIDs != 32 || got.Limits.MemoryMB != DefaultLimits().MemoryMB {
		t.Errorf("%+v", got)
	}
}
