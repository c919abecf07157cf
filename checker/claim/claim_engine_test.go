package claim_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/claim"
	"shipshape/checker/engine/enginetest"
)

// dockerfile is that of the claims here, in which the lines matter.
const dockerfile = `FROM scratch AS base
COPY --chmod=755 service /service
COPY manifest.txt /manifest.txt
RUN ["/service", "read", "/manifest.txt"]
COPY source.txt /source.txt
RUN ["/service", "read", "/source.txt"]
USER 1234
HEALTHCHECK CMD ["/service", "health"]
ENTRYPOINT ["/service"]
`

func ptr[T any](v T) *T { return &v }

// TestClaims proves claims on a real engine: those that hold, and those that
// each kind of expectation must find untrue. Each has a build of its own run, as
// in a course.
func TestClaims(t *testing.T) {
	client := enginetest.Open(t)
	service, err := os.ReadFile(filepath.Join(enginetest.Project(t, nil), "service"))
	if err != nil {
		t.Fatal(err)
	}
	edit := map[string]string{"source.txt": "new " + claim.Placeholder}
	exec := func(exit int, says string) claim.Container {
		return claim.Container{Exec: []string{"/service", "read", "/manifest.txt"}, Exit: &exit, Text: claim.Text{Says: says}}
	}
	with := func(above, lines string) map[string]string {
		return map[string]string{"Dockerfile": strings.Replace(dockerfile, above, lines+above, 1)}
	}
	size := int64(len(service))

	for name, tc := range map[string]struct {
		claim claim.Claim
		// missed is a part of each thing that must be missed, both sides joined.
		missed []string
	}{
		"steps":             {claim.Claim{Edit: edit, Cached: []int{2, 3, 4}, Runs: []int{5, 6}}, nil},
		"steps again":       {claim.Claim{Edit: edit, Cached: []int{2, 3, 4}, Runs: []int{5, 6}}, nil},
		"steps otherwise":   {claim.Claim{Edit: edit, Cached: []int{5}, Runs: []int{4}}, []string{"line 5 comes from the cache after the edit: it ran again", "line 4 runs again after the edit: it came from the cache: "}},
		"untouched":         {claim.Claim{Edit: map[string]string{"source.txt": "one"}, Cached: []int{2, 3, 4, 5, 6}}, nil},
		"edited Dockerfile": {claim.Claim{Edit: with("COPY source", "# {{value}}\n"), Cached: []int{6, 7}}, nil},
		"breaks":            {claim.Claim{Files: with("USER", "RUN [\"/service\", \"read\", \"/nothing\"]\n"), Build: claim.Build{Fails: true, Says: "no such file"}}, nil},
		"breaks unclaimed":  {claim.Claim{Files: with("USER", "COPY nothing /\n")}, []string{"it builds: "}},
		"breaks not":        {claim.Claim{Build: claim.Build{Fails: true}}, []string{"the build fails: it builds"}},
		"no Dockerfile":     {claim.Claim{Files: map[string]string{"Dockerfile": "FROM\n"}}, []string{"it builds: "}},
		"argument, target": {claim.Claim{
			Files:  map[string]string{"Dockerfile": "FROM scratch AS one\nARG V=0\nENV V=$V\nFROM scratch\nCOPY source.txt /\n"},
			Target: "one", Args: map[string]string{"V": "7"}, Image: claim.Text{Says: `"V=7"`},
		}, nil},
		"secret": {claim.Claim{
			Files:   with("USER", "RUN --mount=type=secret,id=token [\"/service\", \"read\", \"/run/secrets/token\"]\n"),
			Secrets: map[string]string{"token": "hush"}, Build: claim.Build{Says: "^hush$"},
		}, nil},
		"all that can hold": {claim.Claim{
			Build:  claim.Build{Says: "^first$"},
			Image:  claim.Text{Says: `"User": "1234".*"HealthTest": \["CMD", "/service", "health"\]`, Silent: "shipshape"},
			Layers: []claim.Layers{{Of: "^COPY .*service", AtLeast: ptr(size), AtMost: ptr(size + 100_000)}},
			Containers: []claim.Container{
				{Command: []string{"-exit", "3"}, Exit: ptr(3), Text: claim.Text{Says: "ready", Silent: "panic"}},
				{Entrypoint: []string{"sh"}, Exit: ptr(127), Text: claim.Text{Says: "not found"}},
				{Running: true, User: "0", Env: []string{"A=b"}},
				exec(0, "^first"),
				{ReadOnly: true, Tmpfs: []string{"/tmp"}, DropCapabilities: true, Exec: []string{"/service", "write", "/tmp/x", "y"}, Exit: ptr(0)},
				{Stop: true, Exit: ptr(0), Text: claim.Text{Says: "ready"}},
				{Get: &claim.Get{Port: 8080}, Text: claim.Text{Says: "ahoy"}},
				{Command: []string{"-listen", "127.0.0.1:8080"}, Get: &claim.Get{Port: 8080, Unanswered: true}},
				{Health: "healthy", Text: claim.Text{Says: "good"}},
				{Health: "unhealthy", Command: []string{"-listen", ":9090"}, Text: claim.Text{Says: "no answer"}},
			},
		}, nil},
		"all that can be missed": {
			claim.Claim{
				Build:  claim.Build{Says: "service"},
				Image:  claim.Text{Says: `"User": "0"`, Silent: "/service"},
				Layers: []claim.Layers{{Of: "^COPY .*source", AtLeast: ptr(size)}, {Of: "^ADD", AtMost: ptr(size)}},
				Containers: []claim.Container{
					{Command: []string{"-exit", "3"}, Exit: ptr(0), Text: claim.Text{Silent: "ready"}},
					{Running: true, Command: []string{"-exit", "0"}},
					exec(1, "^first"),
					{Stop: true, Exit: ptr(143)},
					{Get: &claim.Get{Port: 8080, Unanswered: true}},
					{Entrypoint: []string{"sh"}, Running: true},
				},
			}, []string{
				`the build says "service": it says`, `says "\"User\": \"0\""`, "does not say", "they have ", "no instruction matches",
				"of run 1: the container does not say", "exit code 0: it has the exit code 3",
				"it still runs after 2s: it has ended with the exit code 0",
				"exit code 1: it has the exit code 0", "exit code 143: it has the exit code 0", "is not answered: it is", "it starts: ",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := enginetest.Run(t, client)
			files := map[string]string{
				"Dockerfile": dockerfile, "service": string(service), "manifest.txt": "first\n", "source.txt": "one",
			}
			maps.Copy(files, tc.claim.Files)
			tc.claim.Files = files
			misses, err := claim.Prove(t.Context(), r, tc.claim, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if len(misses) != len(tc.missed) {
				t.Fatalf("missed %+v, want %q", misses, tc.missed)
			}
			for i, m := range misses {
				if got := m.Expected + ": " + m.Seen; !strings.Contains(got, tc.missed[i]) {
					t.Errorf("missed %q, want %q", got, tc.missed[i])
				}
			}
		})
	}
}

// TestABaseThatIsNotThereIsNoFaultOfTheClaim has a build fail by what the engine
// lacks, which a claim of a failing build must not be taken for.
func TestABaseThatIsNotThereIsNoFaultOfTheClaim(t *testing.T) {
	r := enginetest.Run(t, enginetest.Open(t))
	misses, err := claim.Prove(t.Context(), r, claim.Claim{
		Files: map[string]string{"Dockerfile": "FROM shipshape.invalid/nothing:1\nRUN true\n"}, Build: claim.Build{Fails: true},
	}, t.TempDir())
	if _, ok := errors.AsType[*checker.EnvironmentError](err); !ok || len(misses) > 0 {
		t.Errorf("missed %+v, %v", misses, err)
	}
}
