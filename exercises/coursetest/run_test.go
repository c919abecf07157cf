package coursetest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/exercises/coursetest"
)

const exerciseYAML = `title: T
summary: S
lesson: l
stack: node
service: {port: 80}
nonce: {file: f, template: "{{value}}"}
starter_fails: [b]
checks:
  - {id: a, title: A, builds: {}}
  - {id: b, title: B, needs: [a], serves: {}}
  - {id: c, title: C, needs: [b], runs_as: {not_root: true}}
  - {id: d, title: D, optional: true, listens: {}}
`

// catalog has two exercises, each with a variant that passes and one that fails.
func catalog(t *testing.T) *exercises.Catalog {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, slug := range []string{"first", "second"} {
		for name, content := range map[string]string{
			"exercise.yaml": exerciseYAML, "brief.md": "B", "starter/Dockerfile": "starter", "solution/Dockerfile": "solution",
			"variants/good/Dockerfile": "good", "variants/good/variant.yaml": "verdict: passed\nfails: [d]\n",
			"variants/bad/Dockerfile": "bad", "variants/bad/variant.yaml": "verdict: failed\nfails: [a]\n",
		} {
			fsys[slug+"/"+name] = &fstest.MapFile{Data: []byte(content)}
		}
	}
	c, err := exercises.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// grader answers with the statuses of a, b, c and d for each Dockerfile.
type grader map[string]string

func asStated() grader {
	return grader{"starter": "pass fail skip pass", "solution": "pass pass pass pass", "good": "pass pass pass fail", "bad": "fail skip skip pass"}
}

func (g grader) grade(_ context.Context, sub checker.Submission) (*checker.Report, error) {
	dockerfile, err := os.ReadFile(filepath.Join(sub.Dir, "Dockerfile"))
	if err != nil {
		return nil, err
	}
	if starter, err := os.ReadFile(filepath.Join(sub.StarterDir, "Dockerfile")); err != nil || string(starter) != "starter" {
		return nil, errors.New("the starter is not in StarterDir")
	}
	r := &checker.Report{Outcome: checker.OutcomePassed}
	for i, status := range strings.Fields(g[string(dockerfile)]) {
		spec := sub.Assignment.Checks[i]
		r.Checks = append(r.Checks, checker.Result{ID: spec.ID, Status: checker.Status(status), Observed: "seen " + spec.ID, Remedy: "mend it"})
		if status == "fail" && !spec.Optional {
			r.Outcome = checker.OutcomeFailed
		}
	}
	return r, nil
}

func TestProofsThatHold(t *testing.T) {
	var seen []coursetest.Line
	s, err := coursetest.Run(t.Context(), coursetest.Options{
		Catalog: catalog(t), Grade: asStated().grade, Jobs: 3, TempDir: t.TempDir(),
		Observe: func(l coursetest.Line) { seen = append(seen, l) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Exercises != 2 || s.Variants != 4 || s.Proofs != 8 || s.Wrong != 0 || s.Ungradable != 0 {
		t.Errorf("counts: %+v", s)
	}
	var order []string
	for _, l := range s.Lines {
		order = append(order, l.Exercise+"/"+l.Submission)
		if l.Status != coursetest.Held || len(l.Differences) > 0 || l.Problem != "" {
			t.Errorf("%+v", l)
		}
	}
	want := "first/starter first/solution first/variants/bad first/variants/good second/starter second/solution second/variants/bad second/variants/good"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("lines in the order %s", got)
	}
	if len(seen) != 8 {
		t.Errorf("%d proofs were observed", len(seen))
	}
}

func TestWhatIsNotAsStatedIsSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		submission, statuses string
		status               coursetest.Status
		checks               string
	}{
		"a starter that passes":          {"starter", "pass pass pass pass", coursetest.Wrong, "b"},
		"a starter that fails elsewhere": {"starter", "fail skip skip pass", coursetest.Wrong, "a b"},
		"a starter that fails more":      {"starter", "pass fail skip fail", coursetest.Wrong, "d"},
		"a solution that fails":          {"solution", "pass pass fail pass", coursetest.Wrong, "c"},
		"a solution short of a point":    {"solution", "pass pass pass fail", coursetest.Wrong, "d"},
		"a solution with a skip":         {"solution", "pass pass pass skip", coursetest.Wrong, "d"},
		"a check that isn't reported":    {"solution", "pass pass pass", coursetest.Wrong, "d"},
		"a trick that passes":            {"bad", "pass pass pass pass", coursetest.Wrong, "a"},
		"a skip with no stated failure":  {"good", "pass pass skip fail", coursetest.Wrong, "c"},
		"an optional check in error":     {"solution", "pass pass pass error", coursetest.Ungradable, "d"},
		"an error beside a wrong one":    {"solution", "fail pass error pass", coursetest.Ungradable, "a c"},
	} {
		t.Run(name, func(t *testing.T) {
			g := asStated()
			g[tc.submission] = tc.statuses
			s, err := coursetest.Run(t.Context(), coursetest.Options{Catalog: catalog(t), Only: []string{"second"}, Grade: g.grade, TempDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if s.Wrong+s.Ungradable != 1 || s.Proofs != 4 || s.Exercises != 1 {
				t.Errorf("counts: %+v", s)
			}
			for _, l := range s.Lines {
				if l.Status == coursetest.Held {
					continue
				}
				var checks []string
				for _, d := range l.Differences {
					checks = append(checks, d.Check)
					if d.Why == "" {
						t.Errorf("no reason for %s", d.Check)
					}
				}
				if l.Exercise != "second" || !strings.HasSuffix(l.Submission, tc.submission) || l.Status != tc.status || strings.Join(checks, " ") != tc.checks {
					t.Errorf("%+v", l)
				}
			}
		})
	}
}

func TestATroubledEngineIsNotTheCoursesFault(t *testing.T) {
	s, err := coursetest.Run(t.Context(), coursetest.Options{Catalog: catalog(t), TempDir: t.TempDir(),
		Grade: func(context.Context, checker.Submission) (*checker.Report, error) {
			return nil, &checker.EnvironmentError{Problem: "no engine answers", Remedy: "start one"}
		}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Ungradable != 8 || s.Wrong != 0 || s.Lines[0].Problem != "no engine answers" || s.Lines[0].Remedy != "start one" {
		t.Errorf("%+v", s)
	}
}

func TestASubmissionThatCannotBeGradedAtAllIsWrong(t *testing.T) {
	s, err := coursetest.Run(t.Context(), coursetest.Options{Catalog: catalog(t), TempDir: t.TempDir(),
		Grade: func(context.Context, checker.Submission) (*checker.Report, error) {
			return nil, errors.New("no Dockerfile")
		}})
	if err != nil || s.Wrong != 8 || s.Lines[0].Problem != "no Dockerfile" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestAnUnknownExerciseIsAnError(t *testing.T) {
	_, err := coursetest.Run(t.Context(), coursetest.Options{Catalog: catalog(t), Only: []string{"first", "third"}, Grade: asStated().grade})
	if unknown, ok := errors.AsType[*coursetest.UnknownExerciseError](err); !ok || unknown.Slug != "third" {
		t.Errorf("got %v", err)
	}
}

func TestCancellingKeepsWhatIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	temp := t.TempDir()
	var once sync.Once
	s, err := coursetest.Run(ctx, coursetest.Options{Catalog: catalog(t), Grade: asStated().grade, TempDir: temp,
		Observe: func(coursetest.Line) { once.Do(cancel) }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to be cancelled", err)
	}
	if s == nil || s.Proofs == 0 || s.Proofs == 8 {
		t.Errorf("the summary is %+v", s)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestVerdictsReadWell(t *testing.T) {
	v := coursetest.Verdict{Outcome: checker.OutcomeFailed, Fails: []string{"a", "b"}}
	if got := v.String(); got != "failed (a, b)" {
		t.Errorf("%q", got)
	}
	v.Fails = slices.Delete(v.Fails, 0, 2)
	if got := v.String(); got != "failed" {
		t.Errorf("%q", got)
	}
}

func TestEveryStackIsProved(t *testing.T) {
	fsys := fstest.MapFS{
		"it/exercise.yaml": {Data: []byte(strings.Replace(exerciseYAML, "stack: node", "stacks: [node, go]", 1))},
		"it/brief.md":      {Data: []byte("B")},
	}
	for _, stack := range []string{"node", "go"} {
		for name, content := range map[string]string{
			"stack.yaml": "{}", "starter/Dockerfile": "starter", "solution/Dockerfile": "solution",
			"variants/bad/Dockerfile": "bad", "variants/bad/variant.yaml": "verdict: failed\nfails: [a]\n",
		} {
			fsys["it/stacks/"+stack+"/"+name] = &fstest.MapFile{Data: []byte(content)}
		}
	}
	c, err := exercises.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := coursetest.Run(t.Context(), coursetest.Options{Catalog: c, Only: []string{"it"}, Grade: asStated().grade, TempDir: t.TempDir()})
	if err != nil || s.Exercises != 1 || s.Variants != 2 || s.Wrong != 0 {
		t.Errorf("%+v %v", s, err)
	}
	var order []string
	for _, l := range s.Lines {
		order = append(order, l.Submission)
	}
	want := "node/starter node/solution node/variants/bad go/starter go/solution go/variants/bad"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("proved %s", got)
	}
}

func TestImagesHaveTheirNamesWhileTheyAreGraded(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, content := range map[string]string{
		"exercise.yaml": exerciseYAML + "tags: [tides:1, tides:2]\n", "brief.md": "B", "starter/Dockerfile": "starter", "solution/Dockerfile": "solution",
		"variants/good/Dockerfile": "good", "variants/good/variant.yaml": "verdict: passed\nfails: [d]\ntags: [tides:1]\nstarter_tags: [tides:0]\n",
		"variants/bad/Dockerfile": "bad", "variants/bad/variant.yaml": "verdict: failed\nfails: [a]\ntags: []\n",
	} {
		fsys["one/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	c, err := exercises.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]string{}
	seen := map[string]string{}
	s, err := coursetest.Run(t.Context(), coursetest.Options{
		Catalog: c, TempDir: t.TempDir(), Jobs: 4,
		Name: func(_ context.Context, req checker.BuildRequest, names []string) (func() error, error) {
			of, err := os.ReadFile(filepath.Join(req.Dir, "Dockerfile"))
			for _, name := range names {
				there[name] = string(of)
			}
			return func() error { clear(there); return nil }, err
		},
		Grade: func(ctx context.Context, sub checker.Submission) (*checker.Report, error) {
			of, err := os.ReadFile(filepath.Join(sub.Dir, "Dockerfile"))
			if err != nil {
				return nil, err
			}
			seen[string(of)] = fmt.Sprint(there)
			return asStated().grade(ctx, sub)
		},
	})
	if err != nil || s.Wrong > 0 || s.Ungradable > 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	want := map[string]string{
		"starter": "map[]", "solution": "map[tides:1:solution tides:2:solution]",
		"good": "map[tides:0:starter tides:1:good]", "bad": "map[]",
	}
	if !maps.Equal(seen, want) {
		t.Errorf("seen %v, want %v", seen, want)
	}
}
