package claim

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shipshape/checker"
)

// expect proves a claim and compares what was not seen with what is wanted: two
// texts for each miss, which its sides must hold.
func expect(t *testing.T, eng *fake, c Claim, want ...string) {
	t.Helper()
	misses, err := prove(t, eng, c)
	if err != nil {
		t.Fatal(err)
	}
	if len(misses) != len(want)/2 {
		t.Fatalf("missed: %+v; want %q", misses, want)
	}
	for i, m := range misses {
		if !strings.Contains(m.Expected, want[2*i]) || !strings.Contains(m.Seen, want[2*i+1]) {
			t.Errorf("missed %+v; want %q", m, want[2*i:2*i+2])
		}
	}
}

func ptr[T any](v T) *T { return &v }

func broken(log string) func(int, checker.BuildRequest) (*checker.Build, error) {
	return func(int, checker.BuildRequest) (*checker.Build, error) {
		s := checker.Step{Name: "[3/3] RUN make", Log: log, Err: "it broke"}
		return &checker.Build{Steps: []checker.Step{s}}, &checker.BuildError{Step: s, Message: "exit code: 2"}
	}
}

func TestTheContextIsWritten(t *testing.T) {
	eng := &fake{}
	expect(t, eng, Claim{Target: "base", Args: map[string]string{"A": "1"}, Secrets: map[string]string{"s": "x"}})
	req := eng.builds[0]
	if got := eng.contexts[0]; got["a/b.txt"] != "b" || !strings.HasPrefix(got["Dockerfile"], "FROM base") || len(got) != 2 {
		t.Errorf("the context is %q", got)
	}
	if req.Target != "base" || req.Args["A"] != "1" || string(req.Secrets["s"]) != "x" || req.NoCache {
		t.Errorf("the build is %+v", req)
	}
}

func TestAPathThatLeadsOutIsRefused(t *testing.T) {
	for _, name := range []string{"../x", "/x", "a/../../x", "."} {
		_, err := prove(t, &fake{}, Claim{Files: map[string]string{name: "x"}})
		if err == nil || environmental(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBuilds(t *testing.T) {
	says := func(log string) func(int, checker.BuildRequest) (*checker.Build, error) {
		return func(int, checker.BuildRequest) (*checker.Build, error) {
			return &checker.Build{ImageID: "built", Steps: []checker.Step{{Name: "RUN echo secret", Log: log}}}, nil
		}
	}
	for name, tc := range map[string]struct {
		build func(int, checker.BuildRequest) (*checker.Build, error)
		claim Build
		want  []string
	}{
		"well":                    {nil, Build{}, nil},
		"broken":                  {broken("no rule"), Build{}, []string{"it builds", "no rule"}},
		"must break":              {broken("no rule"), Build{Fails: true}, nil},
		"must break, and is well": {nil, Build{Fails: true}, []string{"the build fails", "it builds"}},
		"says in a log":           {says("a\nhello\nb"), Build{Says: "^hello$"}, nil},
		"says in an error":        {broken("no rule"), Build{Fails: true, Says: "exit code: 2"}, nil},
		"does not say":            {says("hello"), Build{Says: "bye"}, []string{`the build says "bye"`, "it says hello"}},
		"says nothing":            {says(""), Build{Says: "secret"}, []string{`says "secret"`, "it says nothing"}},
		"fails for other reasons": {broken("no rule"), Build{Fails: true, Says: "no file"}, []string{`says "no file"`, "no rule"}},
	} {
		t.Run(name, func(t *testing.T) {
			eng := &fake{build: tc.build}
			expect(t, eng, Claim{Build: tc.claim}, tc.want...)
			if eng.builds[0].NoCache != (tc.claim.Says != "") {
				t.Error("what a build says is seen on a cold one alone")
			}
		})
	}
}

func TestNothingIsRunOfABuildThatIsNotAsClaimed(t *testing.T) {
	eng := &fake{build: broken("")}
	expect(t, eng, Claim{Containers: []Container{{Exit: ptr(0)}}, Image: Text{Says: "x"}}, "it builds", "exit code: 2")
	if len(eng.runs) > 0 {
		t.Error("a container was run")
	}
}

func TestTheEngineIsNeverTheClaimsFault(t *testing.T) {
	fault := &checker.EnvironmentError{Problem: "no disk"}
	for name, eng := range map[string]*fake{
		"build": {build: func(int, checker.BuildRequest) (*checker.Build, error) { return nil, fault }},
		"second build": {build: func(n int, _ checker.BuildRequest) (*checker.Build, error) {
			if n > 1 {
				return &checker.Build{Steps: []checker.Step{step(3, "", false)}}, fault
			}
			return &checker.Build{ImageID: "built"}, nil
		}},
		"image": {imageErr: fault},
		"start": {startErr: fault},
		"exec":  {container: &actor{exec: func(time.Duration) (checker.ExecResult, error) { return checker.ExecResult{}, fault }}},
		"get":   {container: &actor{do: func(time.Duration) (checker.Response, error) { return checker.Response{}, fault }}},
	} {
		t.Run(name, func(t *testing.T) {
			c := Claim{Containers: []Container{{Exec: []string{"id"}}}}
			switch name {
			case "second build":
				c = Claim{Edit: map[string]string{"a/b.txt": Placeholder}, Cached: []int{3}}
			case "image":
				c.Image.Says = "x"
			case "get":
				c.Containers = []Container{{Get: &Get{Port: 80}}, {Get: &Get{Port: 80, Unanswered: true}}}
			}
			misses, err := prove(t, eng, c)
			if !errors.Is(err, fault) || len(misses) > 0 {
				t.Errorf("%+v, %v", misses, err)
			}
		})
	}
}

func TestSteps(t *testing.T) {
	for name, tc := range map[string]struct {
		second, third []checker.Step
		want          []string
	}{
		"as claimed": {second: []checker.Step{step(2, "[2/3] COPY a/b.txt .", false), step(3, "", true)}},
		"a step of an image is none of the line's": {second: []checker.Step{
			step(2, "[internal] load metadata for base", true), step(2, "[1/3] FROM base", true),
			step(2, "[2/3] COPY a/b.txt .", false), step(3, "", true),
		}},
		"ran":               {second: []checker.Step{step(2, "", false), step(3, "", false)}, want: []string{"line 3 comes from the cache after the edit", "it ran again, 0.0 s: [1/1] RUN make"}},
		"ran only once":     {second: []checker.Step{step(2, "", false), step(3, "", false)}, third: []checker.Step{step(2, "", false), step(3, "", true)}},
		"came from a cache": {second: []checker.Step{step(2, "", true), step(3, "", true)}, want: []string{"line 2 runs again", "it came from the cache"}},
		"not built":         {want: []string{"line 3 comes", "no step of line 3", "line 2 runs", "no step of line 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			eng := &fake{build: func(n int, _ checker.BuildRequest) (*checker.Build, error) {
				b := &checker.Build{ImageID: "built"}
				switch {
				case n == 2, n == 3 && tc.third == nil:
					b.Steps = tc.second
				case n == 3:
					b.Steps = tc.third
				}
				return b, nil
			}}
			expect(t, eng, Claim{Edit: map[string]string{"a/b.txt": "new " + Placeholder}, Cached: []int{3}, Runs: []int{2}}, tc.want...)
			before, after := eng.contexts[0]["a/b.txt"], eng.contexts[1]["a/b.txt"]
			if before != "b" || !strings.HasPrefix(after, "new ") || strings.Contains(after, Placeholder) || len(after) < 20 {
				t.Errorf("edited from %q to %q", before, after)
			}
			if len(eng.contexts) > 2 && eng.contexts[2]["a/b.txt"] == after {
				t.Error("a further build has the edit of the one before")
			}
		})
	}
}

func TestABuildThatBreaksBeforeOrAfterTheEdit(t *testing.T) {
	for n, want := range map[int][]string{1: {"it builds before the edit", "exit code: 2"}, 2: {"it builds", "exit code: 2"}} {
		eng := &fake{build: func(at int, req checker.BuildRequest) (*checker.Build, error) {
			if at >= n {
				return broken("")(at, req)
			}
			return &checker.Build{ImageID: "built"}, nil
		}}
		expect(t, eng, Claim{Edit: map[string]string{"a/b.txt": Placeholder}, Runs: []int{3}}, want...)
	}
}

func TestImages(t *testing.T) {
	image := checker.Image{
		User: "app", Cmd: []string{"sh", "-c", "a && b"}, Labels: map[string]string{"shipshape.run": "1", "v": "2"},
		History: []checker.LayerReport{
			{Instruction: "RUN /bin/sh -c make base", SizeBytes: 500},
			{Instruction: "COPY a /b # buildkit", SizeBytes: 1000},
			{Instruction: "RUN /bin/sh -c make # buildkit", SizeBytes: 2000},
			{Instruction: "RUN |1 A=1 /bin/sh -c make more # buildkit", SizeBytes: 3000},
		},
	}
	base := checker.Image{History: image.History[:1]}
	for name, tc := range map[string]struct {
		claim Claim
		want  []string
	}{
		"says":       {Claim{Image: Text{Says: `"User": "app".*"Cmd": \["sh", "-c", "a && b"\]`}}, nil},
		"empty":      {Claim{Image: Text{Says: `"Env": null`}}, nil},
		"history":    {Claim{Image: Text{Says: `"History": \["RUN /bin/sh -c make base", "COPY a`}}, nil},
		"label":      {Claim{Image: Text{Says: `"Labels": \{"v": "2"\}`, Silent: "shipshape"}}, nil},
		"says not":   {Claim{Image: Text{Says: "root"}}, []string{`configuration says "root"`, `"User": "app"`}},
		"not silent": {Claim{Image: Text{Silent: "a && ."}}, []string{"does not say", "it says a && b"}},
		"layers":     {Claim{Layers: []Layers{{Of: "^RUN make", AtLeast: ptr(int64(5000)), AtMost: ptr(int64(5000))}}}, nil},
		"too small":  {Claim{Layers: []Layers{{Of: "^COPY", AtLeast: ptr(int64(1001))}}}, []string{`layers of "^COPY" have at least 1001 bytes`, "they have 1000"}},
		"too large":  {Claim{Layers: []Layers{{Of: "^COPY", AtMost: ptr(int64(999))}}}, []string{"at most 999 bytes", "they have 1000"}},
		"no layer":   {Claim{Layers: []Layers{{Of: "^ADD", AtMost: ptr(int64(999))}}}, []string{"at most 999 bytes", "there are COPY a /b\nRUN make\nRUN make more"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, &fake{image: image, base: base}, tc.claim, tc.want...) })
	}
}

func TestTheBaseIsThatOfTheStageThatIsBuilt(t *testing.T) {
	text := "FROM a AS one\nFROM b AS two\nFROM one AS three\nFROM scratch\n"
	for target, want := range map[string]string{"": "", "one": "a", "TWO": "b", "three": "a", "1": "b", "other": ""} {
		p := &proof{Claim: Claim{Files: map[string]string{"Dockerfile": text}, Target: target}}
		if got := p.base(); got != want {
			t.Errorf("the base of %q is %q, want %q", target, got, want)
		}
	}
}

func TestAPatternThatDoesNotCompileIsAnError(t *testing.T) {
	for _, c := range []Claim{
		{Build: Build{Says: "("}}, {Image: Text{Silent: "("}}, {Layers: []Layers{{Of: "("}}},
		{Containers: []Container{{Text: Text{Says: "("}}}}, {Containers: []Container{{Stop: true, Text: Text{Says: "("}}}},
	} {
		if _, err := prove(t, &fake{container: endsWith(0, "")}, c); err == nil || environmental(err) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestLongTextsAreShownFromTheirEnd(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	if got := shown(b.String()); !strings.HasPrefix(got, "line 92\n") || !strings.HasSuffix(got, "line 99") {
		t.Errorf("%q", got)
	}
	if got := shown(strings.Repeat("ä", 5000)); len(got) > shownBytes+3 || !strings.HasPrefix(got, "…ä") {
		t.Errorf("%d bytes: %.20q", len(got), got)
	}
}

func TestFoldersOfKilledProofsGo(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * folderAge)
	for name, made := range map[string]time.Time{"shipshape-claim-1": old, "shipshape-claim-2": time.Now(), "other": old} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "below"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, made, made); err != nil {
			t.Fatal(err)
		}
	}
	forgetOld(dir, time.Now())
	for name, want := range map[string]bool{"shipshape-claim-1": false, "shipshape-claim-2": true, "other": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %t, want %t", name, err == nil, want)
		}
	}
}
