package checker

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sending is an engine that says which files it was sent.
type sending struct {
	*fakeEngine
	files []ContextFile
}

func (s *sending) Build(ctx context.Context, req BuildRequest) (*Build, error) {
	b, err := s.fakeEngine.Build(ctx, req)
	b.Context = s.files
	for _, f := range s.files {
		b.ContextBytes += 1024 + f.SizeBytes
	}
	return b, err
}

// gradeSent grades a project of the given files, of which some were sent.
func gradeSent(t *testing.T, eng Engine, files map[string]string, check Spec) Result {
	t.Helper()
	check.ID, check.Title = "it", "it"
	sub := submission(t, check)
	for name, content := range files {
		file := filepath.Join(sub.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report, err := Grade(t.Context(), eng, sub, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.Checks[0]
}

func TestContextLooksAtWhatIsSent(t *testing.T) {
	always := []ContextFile{{"Dockerfile", 80}, {".dockerignore", 20}}
	k := &Context{MaxKB: 10, Out: []string{".git", ".env*", "**/*.log", "Dockerfile"}, In: []string{"src"}}
	for name, tc := range map[string]struct {
		sent      []ContextFile
		files     map[string]string
		want      Status
		says, why string
		saysNot   string
	}{
		"what is needed": {
			sent: []ContextFile{{"src/a.js", 100}}, files: map[string]string{".dockerignore": ".git\n"}, want: StatusPass, says: "in 3 files",
		},
		"too much": {
			sent: []ContextFile{{"src/a.js", 9000}, {"data/1", 20_000}, {"data/2", 20_000}, {"tmp", 500}}, want: StatusFail,
			says: "most of it is data 40.0 kB, src 9.0 kB, tmp 500 B", why: "Write a .dockerignore: `data`, `tmp`.",
		},
		"what must not be": {
			sent: []ContextFile{{"src/a.js", 1}, {".git/HEAD", 10}, {".git/index", 30}}, files: map[string]string{".dockerignore": "tmp\n"}, want: StatusFail,
			says: ".git/index and 1 more of .git are among it (40 B)", why: "Add to .dockerignore: `.git`.",
		},
		"let in again": {
			sent: []ContextFile{{"src/a.js", 1}, {".env", 10}}, files: map[string]string{".dockerignore": "# dots\n\n.*\n!.env\n"}, want: StatusFail,
			says: ".env is among it (10 B): line 4 of .dockerignore (`!.env`) lets it in again", why: "the last line that fits a file decides",
		},
		"kept out": {
			files: map[string]string{".dockerignore": "*\n!.git\n", "src/a.js": "x"}, want: StatusFail,
			says: "src is not among it: line 1 of .dockerignore (`*`) keeps it out",
		},
		"not there at all": {want: StatusFail, says: "src is not among it", saysNot: "keeps it out"},
		"an ignore file of the Dockerfile": {
			sent:  []ContextFile{{"src/a.js", 1}, {"deep/x.log", 10}},
			files: map[string]string{".dockerignore": "**/*.log\n", "Dockerfile.dockerignore": "tmp\n"}, want: StatusFail,
			says: "deep/x.log is among it (10 B)", why: "Add to Dockerfile.dockerignore: `**/*.log`.",
		},
	} {
		eng := &sending{&fakeEngine{}, append(always[:2:2], tc.sent...)}
		got := gradeSent(t, eng, tc.files, Spec{Context: k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) || !strings.Contains(got.Why, tc.why) {
			t.Errorf("%s: %s: %s (%s)\nwant %s: …%s… (…%s…)", name, got.Status, got.Observed, got.Why, tc.want, tc.says, tc.why)
		}
		if tc.saysNot != "" && strings.Contains(got.Observed, tc.saysNot) {
			t.Errorf("%s: %s", name, got.Observed)
		}
	}
}

func TestAFileThatAnIgnoreFileKeepsOutIsToldWhenACopyMissesIt(t *testing.T) {
	const ignore = "*.md\n*.js\n!keep.js\nlib\n"
	for name, tc := range map[string]struct{ message, step, want string }{
		"of an old builder":       {`"/server.js" not found: not found`, "[2/3] COPY server.js .", "server.js is in the project, and line 2 of .dockerignore (`*.js`)"},
		"of a new builder":        {`failed to calculate checksum of ref abc: "/server.js": not found`, "[2/3] COPY server.js .", "let the file in again below it with `!server.js`"},
		"a file below":            {`"/src/a.md": not found`, "[2/3] COPY src/a.md .", ""},
		"a folder, now":           {`lstat /lib: no such file or directory`, "[2/3] COPY lib/*.c .", "lib is in the project, and line 4"},
		"a folder, formerly":      {`failed to walk /var/lib/docker/tmp/buildkit-mount42/lib: lstat /var/lib/docker/tmp/buildkit-mount42/lib: no such file or directory`, "[2/3] COPY lib/a.c .", "lib is in the project, and line 4"},
		"a pattern":               {`"/serv*.js": not found`, "[2/3] COPY serv*.js .", "server.js is in the project"},
		"one that is not there":   {`"/other.js": not found`, "[2/3] COPY other.js .", ""},
		"one that is let through": {`"/keep.js": not found`, "[2/3] COPY keep.js .", ""},
		"another stage's":         {`"/server.js": not found`, "[2/3] COPY --from=build server.js .", ""},
		"something else":          {`exit code: 1`, "[2/3] RUN x", ""},
	} {
		eng := &fakeEngine{buildErr: &BuildError{Message: tc.message, Step: Step{Name: tc.step}}}
		files := map[string]string{".dockerignore": ignore, "server.js": "", "keep.js": "", "src/a.md": "", "lib/a.c": ""}
		got := gradeSent(t, eng, files, Spec{Builds: &Builds{}})
		if got.Status != StatusFail || !strings.Contains(got.Why, tc.want) || tc.want == "" && got.Why != "" {
			t.Errorf("%s: %s: %s (%s)\nwant …%s…", name, got.Status, got.Observed, got.Why, tc.want)
		}
	}
}

func TestAContextCheckMustAskForSomething(t *testing.T) {
	for name, tc := range map[string]struct {
		k    Context
		want string
	}{
		"nothing":       {Context{}, "needs max_kb, out or in"},
		"too much junk": {Context{MaxKB: 1, Plant: []Junk{{"a", 60_000}, {"b", 60_000}}}, "at most 100000"},
		"no junk":       {Context{MaxKB: 1, Plant: []Junk{{"a", 0}}}, "a has 0 kB"},
		"ignore file":   {Context{MaxKB: 1, Plant: []Junk{{".dockerignore", 1}}}, "the learner's to write"},
		"a bad pattern": {Context{Out: []string{"[a"}}, "syntax error in pattern"},
		"sound":         {Context{MaxKB: 1, Plant: []Junk{{".git/pack", 10}}, Out: []string{".git"}}, ""},
	} {
		var problems []string
		for _, u := range (Spec{Context: &tc.k}).Unsound(Assignment{}) {
			problems = append(problems, u.Problem)
		}
		got := strings.Join(problems, "; ")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
