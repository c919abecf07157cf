package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
	"shipshape/checker/engine/internal/faultproxy"
)

const (
	// faultsVariable says how many faults strike. Set to "sorts": every fault at
	// the first and at the last request of each sort, which takes many minutes.
	// Set to "all": every fault at every request, which takes hours. Without it:
	// one fault at the first request of each sort.
	faultsVariable = "SHIPSHAPE_FAULTS"
	// faultPatience is how long the grades under test wait for a silent engine:
	// many times what a call of theirs takes.
	faultPatience = 4 * time.Second
	// faultHang is when a grade counts as hung.
	faultHang = 2 * time.Minute
)

// soundDockerfile passes every check of faultChecks, faultyDockerfile fails
// those that can fail once it is built. The service is its own toolbox.
const (
	soundDockerfile = `FROM scratch
COPY service /service
COPY service /bin/cat
COPY service /bin/sleep
COPY manifest /
RUN --mount=type=secret,id=token ["/service", "-exit", "0"]
COPY source /source
USER 1234:1234
EXPOSE 8080
LABEL org.opencontainers.image.title=faults
HEALTHCHECK --interval=30s --timeout=5s CMD ["/service", "health"]
ENTRYPOINT ["/service", "-chat", "-tell", "/source"]
`
	faultyDockerfile = `FROM scratch
ARG PASSWORD
ENV PASSWORD=$PASSWORD
COPY service /service
COPY service /bin/cat
COPY service /bin/sleep
COPY manifest source .env /
RUN --mount=type=secret,id=token ["/service", "-exit", "0"]
EXPOSE 9090
HEALTHCHECK --interval=30s --timeout=5s CMD ["/service", "-exit", "0"]
ENTRYPOINT ["/service", "-deaf"]
`
)

// faultSubmission is a small project on which each kind of check calls the
// engine as it does on a large one.
func faultSubmission(t *testing.T, dockerfile string) checker.Submission {
	t.Helper()
	dir := enginetest.Project(t, map[string]string{"Dockerfile": dockerfile, "manifest": "1", "source": "ahoy", ".env": "x"})
	run, budget := []string{"-exit", "0"}, 110
	if dockerfile == faultyDockerfile {
		run, budget = []string{"-exit", "1"}, 90
	}
	work := checker.Work{Name: "the installation", Commands: []string{"service"}}
	one := 1
	return checker.Submission{
		Exercise: "faults", Dir: dir, StarterDir: dir,
		Assignment: checker.Assignment{
			Service:      checker.Service{Port: 8080, Ready: 10 * time.Second},
			Nonce:        checker.Edit{File: "source", Template: "{{value}}"},
			Manifest:     &checker.Edit{File: "manifest", Template: "{{value}}"},
			BuildTimeout: 20 * time.Second,
			Checks: []checker.Spec{
				{ID: "builds", Builds: &checker.Builds{}},
				{ID: "serves", Serves: &checker.Serves{}, Needs: []string{"builds"}},
				{ID: "runs-as", RunsAs: &checker.RunsAs{NotRoot: true}},
				{ID: "health", Health: &checker.Health{}},
				{ID: "size", ImageSize: &checker.ImageSize{Of: checker.OfStarter, Percent: budget}},
				{ID: "cached", Cached: &checker.Cached{Work: work, After: checker.AfterSource}},
				{ID: "fresh", Cached: &checker.Cached{Work: work, After: checker.AfterManifest}},
				{ID: "imports", Imports: &checker.Imports{Interpreters: []string{"/service"}, Args: run}},
				{ID: "runs", Runs: &checker.Runs{Command: append([]string{"/service"}, run...)}},
				{ID: "static", Static: &checker.Static{}},
				{ID: "listens", Listens: &checker.Listens{}},
				{ID: "stops", Stops: &checker.Stops{Grace: 2 * time.Second}},
				{ID: "layers", Layers: &checker.Layers{MaxLayers: &one, HeavyKB: 100_000}},
				{ID: "contents", Contents: &checker.Contents{NoShell: true, AbsentPaths: []checker.AbsentPaths{{Name: "the environment", Paths: []string{"**/.env"}}}}},
				{ID: "logs", Logs: &checker.Logs{}},
				{ID: "exposes", Exposes: &checker.Exposes{}},
				{ID: "configured", Configured: &checker.Configured{Labels: map[string]string{"org.opencontainers.image.title": "faults"}}},
				{ID: "pinned", Pinned: &checker.Pinned{}},
				{ID: "secrets", Secrets: &checker.Secrets{
					Files: map[string]string{".env": "KEY={{value}}"}, Args: []string{"PASSWORD"}, Build: []checker.BuildSecret{{ID: "token"}},
				}},
				{ID: "context", Context: &checker.Context{In: []string{"source"}}},
				{ID: "hardened", Hardened: &checker.Hardened{}},
				{ID: "writes", Writes: &checker.Writes{Allowed: []string{}}},
			},
		},
	}
}

// graded is what came of one grade.
type graded struct {
	report *checker.Report
	// fault is the error of a grade that could not begin.
	fault error
	// run is its id, empty when there was none.
	run string
}

// gradeAt grades through a connection and ends the run.
func gradeAt(t *testing.T, host, dataDir string, sub checker.Submission) graded {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), faultHang)
	defer cancel()
	c, err := engine.Open(ctx, engine.Options{Host: host, DataDir: dataDir, Patience: faultPatience})
	if err != nil {
		return graded{fault: err}
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the client: %v", err)
		}
	}()
	run, err := c.NewRun(ctx)
	if err != nil {
		return graded{fault: err}
	}
	report, err := checker.Grade(ctx, run, sub, checker.Options{})
	_ = run.Close() // what it leaves is the next run's, and looked for
	if ctx.Err() != nil {
		t.Errorf("the grade hung for %s", faultHang)
	}
	return graded{report: report, fault: err, run: run.ID()}
}

// verdicts are the statuses of a report by check.
func verdicts(r *checker.Report) map[string]checker.Status {
	all := make(map[string]checker.Status, len(r.Checks))
	for _, c := range r.Checks {
		if c.Status != checker.StatusAdvice {
			all[c.ID] = c.Status
		}
	}
	return all
}

// judge holds a grade under a fault against the same grade without one: each
// check has the same verdict or none.
func judge(t *testing.T, got graded, want *checker.Report) {
	t.Helper()
	if got.fault != nil {
		var environment *checker.EnvironmentError
		if !errors.As(got.fault, &environment) || environment.Remedy == "" {
			t.Errorf("the grade ended with %T %v, want an EnvironmentError with a remedy", got.fault, got.fault)
		}
		return
	}
	right := verdicts(want)
	for _, c := range got.report.Checks {
		switch c.Status {
		case right[c.ID], checker.StatusAdvice:
		case checker.StatusSkip:
			if got.report.Outcome == checker.OutcomePassed {
				t.Errorf("%s is skipped in a grade that passed", c.ID)
			}
		case checker.StatusError:
			if c.Remedy == "" || c.Observed == "" {
				t.Errorf("%s could not be graded, and says neither why nor what to do: %+v", c.ID, c)
			}
		default:
			t.Errorf("%s: %s, want %s or no verdict; it observed: %s", c.ID, c.Status, right[c.ID], c.Observed)
		}
	}
	if o := got.report.Outcome; o != want.Outcome && o != checker.OutcomeUngradable {
		t.Errorf("the outcome is %s, want %s or %s: %v", o, want.Outcome, checker.OutcomeUngradable, verdicts(got.report))
	}
}

// sweptClean lets a later run sweep, as the next command does, until nothing of
// the graded run is left: the engine may still carry out what it was last told.
func sweptClean(t *testing.T, c *engine.Client, run string) {
	t.Helper()
	var left []string
	eventually(t, fmt.Sprintf("nothing of the run %s is left", run), func() bool {
		if _, err := c.SweepStale(context.Background()); err != nil {
			t.Logf("sweep: %v", err)
		}
		left = enginetest.Left(t, c, run)
		return len(left) == 0
	})
}

// place is where a fault strikes: at the nth request of one sort.
type place struct {
	call string
	nth  int
}

func (p place) String() string {
	return fmt.Sprintf("%s#%d", strings.NewReplacer("/", "-", " ", "", "*", "x").Replace(p.call), p.nth)
}

// strike returns a plan that does one fault at one place.
func strike(at place, fault faultproxy.Fault) func(faultproxy.Request) faultproxy.Fault {
	seen := 0
	return func(r faultproxy.Request) faultproxy.Fault {
		if r.Call != at.call {
			return faultproxy.None
		}
		seen++
		if seen != at.nth {
			return faultproxy.None
		}
		return fault
	}
}

// places are those of all requests of a grade.
func places(requests []faultproxy.Request) []place {
	var all []place
	seen := make(map[string]int)
	for _, r := range requests {
		seen[r.Call]++
		all = append(all, place{r.Call, seen[r.Call]})
	}
	return all
}

// Whatever happens to one request of a grade: each check has its right verdict
// or none, the grade ends, and the next run leaves nothing of it.
func TestFaultAtEachCall(t *testing.T) {
	c := enginetest.Open(t)
	info, err := c.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, dockerfile := range map[string]string{"sound": soundDockerfile, "faulty": faultyDockerfile} {
		t.Run(name, func(t *testing.T) {
			sub := faultSubmission(t, dockerfile)
			proxy := faultproxy.Start(t, info.Host)
			clean := gradeAt(t, proxy.Host(), t.TempDir(), sub)
			if clean.fault != nil {
				t.Fatalf("without a fault: %v", clean.fault)
			}
			checkBaseline(t, clean.report, dockerfile == soundDockerfile)
			all := places(proxy.Requests())
			t.Logf("a grade makes %d requests of %d sorts: %v", len(all), len(sorts(all)), verdicts(clean.report))
			var trials []trial
			switch os.Getenv(faultsVariable) {
			case "all":
				trials = matrix(all)
			case "sorts":
				trials = matrix(firstAndLast(all))
			default:
				trials = sample(all)
				if name == "faulty" {
					trials = trials[:len(trials)/3] // it takes longer to see that something is wrong
				}
			}
			t.Logf("%d trials", len(trials))
			for _, trial := range trials {
				t.Run(trial.at.String()+"/"+trial.fault.String(), func(t *testing.T) {
					t.Parallel()
					dataDir := t.TempDir()
					proxy := faultproxy.Start(t, info.Host)
					proxy.Arm(strike(trial.at, trial.fault))
					got := gradeAt(t, proxy.Host(), dataDir, sub)
					judge(t, got, clean.report)
					if got.run != "" {
						sweptClean(t, enginetest.OpenAt(t, dataDir), got.run)
					}
				})
			}
		})
	}
}

// checkBaseline holds the grade without a fault against what the project was
// made for: all the rest is measured by it.
func checkBaseline(t *testing.T, r *checker.Report, sound bool) {
	t.Helper()
	for _, c := range r.Checks {
		if sound && c.Status != checker.StatusPass {
			t.Errorf("without a fault, %s: %s: %s", c.ID, c.Status, c.Observed)
		}
	}
	if want := map[bool]checker.Outcome{true: checker.OutcomePassed, false: checker.OutcomeFailed}[sound]; r.Outcome != want {
		t.Fatalf("without a fault, the outcome is %s, want %s: %+v", r.Outcome, want, r.Checks)
	}
}

// trial is one fault at one place.
type trial struct {
	at    place
	fault faultproxy.Fault
}

// matrix is every fault at every place.
func matrix(all []place) []trial {
	var trials []trial
	for _, at := range all {
		for _, fault := range faultproxy.All() {
			trials = append(trials, trial{at, fault})
		}
	}
	return trials
}

// firstAndLast are the first and the last request of each sort.
func firstAndLast(all []place) []place {
	last := make(map[string]int)
	for _, at := range all {
		last[at.call] = max(last[at.call], at.nth)
	}
	var chosen []place
	for _, at := range all {
		if at.nth == 1 || at.nth == last[at.call] {
			chosen = append(chosen, at)
		}
	}
	return chosen
}

// sample is one fault at the first request of each sort, another one for each.
func sample(all []place) []trial {
	var trials []trial
	for i, call := range sorts(all) {
		trials = append(trials, trial{place{call, 1}, faultproxy.All()[i%len(faultproxy.All())]})
	}
	return trials
}

// sorts are the sorts of requests, in the order of their first.
func sorts(all []place) []string {
	var calls []string
	for _, at := range all {
		if !slices.Contains(calls, at.call) {
			calls = append(calls, at.call)
		}
	}
	return calls
}
