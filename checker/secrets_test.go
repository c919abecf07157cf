package checker

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// leaky is an engine that puts what a build is given as the argument TOKEN
// where a test says {{value}}.
type leaky struct {
	*layered
	// config are further keys of the stored configuration's config.
	config map[string]any
	// log is what the first step prints.
	log string
	// packed makes of a file's content what is stored.
	packed func(content string) string
}

func (l *leaky) Build(ctx context.Context, req BuildRequest) (*Build, error) {
	b, err := l.layered.Build(ctx, req)
	b.Steps = []Step{{Name: "[2/3] COPY . .", Done: true, Log: strings.ReplaceAll(l.log, placeholder, req.Args["TOKEN"])}}
	return b, err
}

func (l *leaky) Archive(ctx context.Context, ref string, visit func(string, *tar.Header, io.Reader) error) (*Archive, error) {
	filled := *l.layered
	fill := func(text string) string { return strings.ReplaceAll(text, placeholder, l.builds[0].Args["TOKEN"]) }
	filled.own = nil
	for _, layer := range l.own {
		var entries []entry
		for _, e := range layer {
			e.hdr.Name, e.hdr.Linkname, e.content = fill(e.hdr.Name), fill(e.hdr.Linkname), fill(e.content)
			e.hdr.PAXRecords = maps.Clone(e.hdr.PAXRecords)
			for k, v := range e.hdr.PAXRecords {
				e.hdr.PAXRecords[k] = fill(v)
			}
			if l.packed != nil {
				e.content = l.packed(e.content)
			}
			e.hdr.Size = int64(len(e.content))
			entries = append(entries, e)
		}
		filled.own = append(filled.own, entries)
	}
	filled.history = nil
	for _, h := range l.history {
		filled.history = append(filled.history, fill(h))
	}
	archive, err := filled.Archive(ctx, ref, visit)
	if err != nil {
		return nil, err
	}
	var config map[string]any
	if err := json.Unmarshal(archive.Config, &config); err != nil {
		return nil, err
	}
	config["config"] = l.config
	raw, err := json.Marshal(config)
	archive.Config = []byte(fill(string(raw)))
	return archive, err
}

// leakyEngine has an image with the layers of a submission and a service that
// answers.
func leakyEngine(own ...[]entry) *leaky {
	for len(own) < len(ownHistory) {
		own = append(own, nil)
	}
	return &leaky{layered: &layered{
		fakeEngine: &fakeEngine{container: &fakeContainer{state: State{Running: true}, status: 200, echo: true}},
		base:       [][]entry{{fileEntry("base", "x")}}, own: own, history: ownHistory,
	}}
}

func TestASecretIsFoundWhereverItIsInTheImage(t *testing.T) {
	gz := func(content string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, content)
		_ = w.Close()
		return b.String()
	}
	xattr := fileEntry("a", "x")
	xattr.hdr.PAXRecords = map[string]string{"SCHILY.xattr.user.k": placeholder}
	env := fileEntry("app/.env", "KEY={{value}}\n")

	for name, tc := range map[string]struct {
		own    [][]entry
		change func(*leaky)
		line   int
		says   string
	}{
		"a file":                {own: [][]entry{{env}}, line: 2, says: "in /app/.env, stored by `COPY . .` (line 2)"},
		"a file deleted later":  {own: [][]entry{{env}, {fileEntry("app/.wh..env", "")}}, line: 2, says: "(line 2), hidden by a later layer"},
		"a file replaced later": {own: [][]entry{{env}, {fileEntry("app/.env", "x")}}, line: 2, says: "hidden by a later layer"},
		"the second layer":      {own: [][]entry{nil, {env}}, line: 3, says: "stored by `RUN npm ci` (line 3)"},
		"a packed file":         {own: [][]entry{{env}}, change: func(l *leaky) { l.packed = gz }, line: 2, says: "in /app/.env, unpacked by gzip,"},
		"base64": {own: [][]entry{{env}}, change: func(l *leaky) {
			l.packed = func(s string) string { return "#" + base64.StdEncoding.EncodeToString([]byte(s)) }
		}, line: 2, says: "in /app/.env, in base64,"},
		"a name":      {own: [][]entry{{fileEntry("app/{{value}}.txt", "x")}}, line: 2, says: "in the name of /app/•••.txt"},
		"a link":      {own: [][]entry{{linkEntry("app/to", "/{{value}}")}}, line: 2, says: "in the target of the link /app/to"},
		"attributes":  {own: [][]entry{{xattr}}, line: 2, says: "in the attributes of /a"},
		"environment": {change: func(l *leaky) { l.config = map[string]any{"Env": []string{"A=1", "T=x{{value}}"}} }, says: "in the environment variable T"},
		"label":       {change: func(l *leaky) { l.config = map[string]any{"Labels": map[string]string{"l": placeholder}} }, says: "in the label l"},
		"command":     {change: func(l *leaky) { l.config = map[string]any{"Cmd": []string{"run", placeholder}} }, says: "in the image's configuration"},
		"history": {change: func(l *leaky) {
			l.history = []string{"COPY . . # buildkit", "RUN |1 TOKEN={{value}} /bin/sh -c npm ci # buildkit", "CMD"}
		}, line: 3, says: "in the history of `RUN npm ci` (line 3)"},
	} {
		eng := leakyEngine(tc.own...)
		if tc.change != nil {
			tc.change(eng)
		}
		got := gradeOne(t, eng, Spec{Secrets: &Secrets{Args: []string{"TOKEN"}}})
		if got.Status != StatusFail || got.DockerfileLine != tc.line || !strings.Contains(got.Observed, tc.says) || got.Why == "" {
			t.Errorf("%s: %s at line %d: %s (%s)\nwant a fail at line %d: …%s…", name, got.Status, got.DockerfileLine, got.Observed, got.Why, tc.line, tc.says)
		}
		if !strings.HasPrefix(got.Observed, "the value of build argument TOKEN is in the image: ") {
			t.Errorf("%s: the source is not told: %s", name, got.Observed)
		}
		if secret := eng.builds[0].Args["TOKEN"]; strings.Contains(got.Observed+got.Why, secret) {
			t.Errorf("%s: the secret itself is told: %s", name, got.Observed)
		}
	}
}

func TestAnImageWithoutTheSecretPasses(t *testing.T) {
	eng := leakyEngine([]entry{fileEntry("app/.env", "KEY=of-their-own\n"), linkEntry("a", "b")})
	got := gradeOne(t, eng, Spec{Secrets: &Secrets{Args: []string{"TOKEN"}, Files: map[string]string{".env": "KEY={{value}}"}}})
	if got.Status != StatusPass {
		t.Errorf("%s: %s", got.Status, got.Observed)
	}
}

func TestWhatIsPackedBeyondSearchingIsNoPass(t *testing.T) {
	deep := func(content string) string {
		for range 12 {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = io.WriteString(w, content)
			_ = w.Close()
			content = b.String()
		}
		return content
	}
	eng := leakyEngine([]entry{fileEntry("app/nested.gz", "KEY={{value}}")})
	eng.packed = deep
	got := gradeOne(t, eng, Spec{Secrets: &Secrets{Args: []string{"TOKEN"}}})
	if got.Status != StatusError || !strings.Contains(got.Observed, "/app/nested.gz: it is packed more than") || got.Remedy == "" {
		t.Errorf("%s: %s", got.Status, got.Observed)
	}
	// In the base image there can be no secret of this grade.
	eng = leakyEngine()
	eng.base = [][]entry{{fileEntry("usr/nested.gz", deep("nothing"))}}
	if got := gradeOne(t, eng, Spec{Secrets: &Secrets{Args: []string{"TOKEN"}}}); got.Status != StatusPass {
		t.Errorf("in the base image: %s: %s", got.Status, got.Observed)
	}
}

// disclosing is a container with a shell whose processes have a secret.
type disclosing struct {
	*fakeContainer
	eng *leaky
}

func (d *disclosing) Exec(context.Context, string, ...string) (ExecResult, error) {
	return ExecResult{Output: "PATH=/bin␀KEY=" + d.eng.builds[0].Args["TOKEN"] + "␀"}, nil
}

func TestAServiceThatHasTheSecretHasItFromTheImage(t *testing.T) {
	eng := leakyEngine()
	got := gradeOne(t, &startingWith{eng, &disclosing{eng.container, eng}}, Spec{Secrets: &Secrets{Args: []string{"TOKEN"}}})
	if got.Status != StatusFail || !strings.Contains(got.Observed, "in the environment of the running service") {
		t.Errorf("%s: %s", got.Status, got.Observed)
	}
}

// startingWith starts containers of a test's own.
type startingWith struct {
	*leaky
	c Container
}

func (s *startingWith) Start(context.Context, RunRequest) (Container, error) { return s.c, nil }

func TestWhatABuildPrintsIsANoticeAndNoFail(t *testing.T) {
	eng := leakyEngine()
	eng.log = "using {{value}}"
	sub := submission(t, Spec{ID: "it", Title: "it", Secrets: &Secrets{Args: []string{"TOKEN"}}})
	report, err := Grade(t.Context(), eng, sub, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Checks[0]; got.Status != StatusPass {
		t.Errorf("%s: %s", got.Status, got.Observed)
	}
	if !slices.ContainsFunc(report.Notices, func(n string) bool { return strings.Contains(n, "Line 2 prints the value of build argument TOKEN") }) {
		t.Errorf("notices: %q", report.Notices)
	}
}

// fetching answers with the digest of a build secret, or what a test says.
type fetching struct {
	*fakeContainer
	eng    *leaky
	answer func(secret []byte) string
}

func (c *fetching) Do(_ context.Context, _, path string, _ time.Duration) (Response, error) {
	if path != "/fetched" {
		return Response{Status: 200}, nil
	}
	return Response{Status: 200, Body: c.answer(c.eng.builds[0].Secrets["t"])}, nil
}

func TestOnlyABuildThatReadTheSecretKnowsItsDigest(t *testing.T) {
	digest := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
	k := &Secrets{
		Build: []BuildSecret{{ID: "t", Template: "token={{value}}\n"}},
		Proof: &SecretProof{Path: "/fetched", Contains: "receipt {{sha256:t}}"},
	}
	for name, tc := range map[string]struct {
		answer func([]byte) string
		want   Status
	}{
		"its digest":         {func(b []byte) string { return "the receipt " + digest(b) + " is here" }, StatusPass},
		"another's":          {func([]byte) string { return "receipt " + digest([]byte("token=x\n")) }, StatusFail},
		"without the text":   {digest, StatusFail},
		"of the value alone": {func(b []byte) string { return "receipt " + digest(b[len("token="):len(b)-1]) }, StatusFail},
		"nothing":            {func([]byte) string { return "" }, StatusFail},
	} {
		eng := leakyEngine()
		got := gradeOne(t, &startingWith{eng, &fetching{eng.container, eng, tc.answer}}, Spec{Secrets: k})
		if got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
		if tc.want == StatusFail && !strings.Contains(got.Why, "--mount=type=secret,id=t") {
			t.Errorf("%s: why does not tell how: %s", name, got.Why)
		}
	}
}

func TestAllBuildsOfAGradeHaveTheSamePlants(t *testing.T) {
	eng := leakyEngine()
	sub := submission(t,
		Spec{ID: "a", Title: "a", Secrets: &Secrets{
			Args: []string{"TOKEN"}, Files: map[string]string{".env": "KEY={{value}}"}, Build: []BuildSecret{{ID: "s"}},
		}},
		Spec{ID: "b", Title: "b", Context: &Context{MaxKB: 1, Plant: []Junk{{Path: "junk", KB: 2}}}},
		Spec{ID: "c", Title: "c", Cached: &Cached{After: AfterSource, Work: Work{Name: "npm ci", Commands: []string{"npm ci"}}}},
	)
	if _, err := Grade(t.Context(), eng, sub, Options{Only: []string{"c"}}); err != nil {
		t.Fatal(err)
	}
	if len(eng.builds) < 2 {
		t.Fatalf("%d builds", len(eng.builds))
	}
	first := eng.builds[0]
	if !strings.HasPrefix(string(first.Overlay[".env"]), "KEY=") || len(first.Overlay["junk"]) != 2000 || len(first.Secrets["s"]) != 26 {
		t.Errorf("planted %d files, %d secrets", len(first.Overlay), len(first.Secrets))
	}
	values := []string{first.Args["TOKEN"], string(first.Secrets["s"]), strings.TrimPrefix(string(first.Overlay[".env"]), "KEY=")}
	if slices.Sort(values); len(slices.Compact(values)) != 3 {
		t.Error("two secrets have one value")
	}
	for _, b := range eng.builds[1:] {
		for name, content := range first.Overlay {
			if same := bytes.Equal(b.Overlay[name], content); same != (name != "nonce.txt") {
				t.Errorf("%s is the same in a later build: %t", name, same)
			}
		}
		if !maps.Equal(b.Args, first.Args) || string(b.Secrets["s"]) != string(first.Secrets["s"]) {
			t.Error("a later build was given other values")
		}
	}
}

func TestSecretsThatCannotBeGivenAreUnsound(t *testing.T) {
	for name, tc := range map[string]struct {
		k    Secrets
		want string
	}{
		"nothing given":     {Secrets{}, "it gives the build no secret"},
		"no value":          {Secrets{Files: map[string]string{".env": "KEY=1"}}, "has no {{value}}"},
		"the Dockerfile":    {Secrets{Files: map[string]string{"./Dockerfile": placeholder}}, "the learner's to write"},
		"its ignore file":   {Secrets{Files: map[string]string{"Dockerfile.dockerignore": placeholder}}, "the learner's to write"},
		"outside":           {Secrets{Files: map[string]string{"../x": placeholder}}, "no path in a project"},
		"the nonce's file":  {Secrets{Files: map[string]string{"nonce.txt": placeholder}}, "edited by the grader already"},
		"an argument":       {Secrets{Args: []string{"A=1"}}, "no name for a build argument"},
		"no id":             {Secrets{Build: []BuildSecret{{}}}, "has no id"},
		"a constant":        {Secrets{Build: []BuildSecret{{ID: "a", Template: "b"}}}, "has no {{value}}"},
		"a known proof":     {Secrets{Args: []string{"A"}, Proof: &SecretProof{Path: "/", Contains: "ok"}}, "anybody could know it"},
		"another's proof":   {Secrets{Args: []string{"A"}, Proof: &SecretProof{Path: "/", Contains: "{{sha256:B}}"}}, "not given"},
		"a proof somewhere": {Secrets{Args: []string{"A"}, Proof: &SecretProof{Path: "x", Contains: "{{sha256:A}}"}}, "begins with /"},
		"sound": {Secrets{Args: []string{"A"}, Files: map[string]string{"a/.env": "{{value}}"}, Build: []BuildSecret{{ID: "b"}},
			Proof: &SecretProof{Path: "/x", Contains: "{{sha256:a/.env}}"}}, ""},
	} {
		var problems []string
		for _, u := range (Spec{Secrets: &tc.k}).Unsound(Assignment{Nonce: Edit{File: "nonce.txt"}}) {
			problems = append(problems, u.Problem)
		}
		got := strings.Join(problems, "; ")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
