package progress

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func export(t *testing.T, r *Record) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, r.Export(t.Context(), &out))
	return out.Bytes()
}

// events is an exported document without the moment of its export.
func events(t *testing.T, doc []byte) document {
	t.Helper()
	var d document
	must(t, json.Unmarshal(doc, &d))
	d.Exported = day(0)
	return d
}

func TestExportImport(t *testing.T) {
	ctx := t.Context()
	one, two := openQuietly(t, t.TempDir()), openQuietly(t, t.TempDir())
	both := Answered{Lesson: "l", Question: "both", Right: true, At: day(0)}
	must(t, one.Answer(ctx, both))
	must(t, two.Answer(ctx, both))
	must(t, one.Answer(ctx, Answered{Lesson: "l", Question: "q", Right: true, At: day(1)}))
	must(t, two.Answer(ctx, Answered{Lesson: "l", Question: "q", Right: false, At: day(2)}))
	must(t, one.Attempt(ctx, Attempted{Exercise: "e", Outcome: "failed", Points: 1, MaxPoints: 2, Report: []byte(`{ "checks": [] }`), At: day(1)}))
	must(t, two.Attempt(ctx, Attempted{Exercise: "e", Outcome: "passed", Points: 2, MaxPoints: 2, At: day(2)}))
	must(t, one.Hint(ctx, "e", 1))
	must(t, two.Hint(ctx, "e", 3))
	must(t, one.MarkRead(ctx, "l"))

	must(t, two.Import(ctx, bytes.NewReader(export(t, one))))
	s := summary(t, two)
	if q := s.Questions["q"]; q.Right != 1 || q.Wrong != 1 || q.LastRight {
		t.Errorf("q = %+v, want both answers, the later one last", q)
	}
	if q := s.Questions["both"]; q.Right != 1 {
		t.Errorf("both = %+v, want it once", q)
	}
	if e := s.Exercises["e"]; e.Attempts != 2 || !e.Passed || e.HintLevel != 3 || len(s.Read) != 1 {
		t.Errorf("e = %+v, Read = %v", e, s.Read)
	}

	// A second time it changes nothing, and the other way round both end with
	// the same.
	before := events(t, export(t, two))
	must(t, two.Import(ctx, bytes.NewReader(export(t, one))))
	must(t, one.Import(ctx, bytes.NewReader(export(t, two))))
	for name, r := range map[string]*Record{"two": two, "one": one} {
		if after := events(t, export(t, r)); !reflect.DeepEqual(before, after) {
			t.Errorf("%s holds\n%+v\nwant\n%+v", name, after, before)
		}
	}
	if got := before.Attempts[0].Report; !strings.Contains(string(got), `"checks"`) {
		t.Errorf("the report became %s", got)
	}
}

func TestExportOfNothing(t *testing.T) {
	doc := export(t, openQuietly(t, t.TempDir()))
	for _, want := range []string{`"schema": 1`, `"read": []`, `"answers": []`, `"attempts": []`, `"hints": []`} {
		if !bytes.Contains(doc, []byte(want)) {
			t.Errorf("no %s in %s", want, doc)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	good := `{"lesson": "l", "question": "q", "right": true, "at": "2026-01-01T00:00:00Z"}`
	for name, tc := range map[string]struct{ doc, want string }{
		"nothing":         {"", "no JSON document"},
		"no JSON":         {"progress", "no JSON document (at byte 1)"},
		"cut short":       {`{"schema": 1, "answers": [` + good, "no JSON document"},
		"more behind it":  {`{"schema": 1} {}`, "no JSON document"},
		"a list":          {`[]`, `"schema" is missing`},
		"another file":    {`{"name": "x"}`, `"schema" is missing`},
		"newer schema":    {`{"schema": 2, "answers": {}}`, "knows 1"},
		"wrong type":      {`{"schema": 1, "answers": 3}`, "no exported record"},
		"second is bad":   {`{"schema": 1, "answers": [` + good + `, {"lesson": "l", "at": "2026-01-01T00:00:00Z"}]}`, "answers[1]: the question has no name"},
		"escape sequence": {`{"schema": 1, "read": [{"lesson": "\u001b[2J", "at": "2026-01-01T00:00:00Z"}]}`, `read[0]: "\x1b[2J" is no name`},
		"no time":         {`{"schema": 1, "read": [{"lesson": "l"}]}`, "read[0]: the time"},
		"no date":         {`{"schema": 1, "read": [{"lesson": "l", "at": "yesterday"}]}`, "no exported record"},
		"points":          {`{"schema": 1, "attempts": [{"exercise": "e", "outcome": "passed", "points": -1, "max_points": 5, "at": "2026-01-01T00:00:00Z"}]}`, "attempts[0]: -1 of 5 points"},
		"hint":            {`{"schema": 1, "hints": [{"exercise": "e", "level": 1000, "at": "2026-01-01T00:00:00Z"}]}`, "hints[0]: there is no hint"},
		"too deep":        {strings.Repeat("[", 100_000), "no JSON document"},
	} {
		t.Run(name, func(t *testing.T) {
			r := openQuietly(t, t.TempDir())
			err := r.Import(t.Context(), strings.NewReader(tc.doc))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Import: %v, want %q", err, tc.want)
			}
			if s := summary(t, r); len(s.Questions)+len(s.Read)+len(s.Exercises) > 0 {
				t.Errorf("a part of it was taken: %+v", s)
			}
		})
	}
}

// endless is a document without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestImportStopsAtALimit(t *testing.T) {
	err := openQuietly(t, t.TempDir()).Import(t.Context(), endless{})
	if err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("Import: %v, want that it is too large", err)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(`{"schema": 1, "answers": [{"lesson": "l", "question": "q", "right": true, "at": "2026-01-01T00:00:00Z"}],
		"attempts": [{"exercise": "e", "outcome": "passed", "points": 1, "max_points": 5, "report": {"a": [1]}, "at": "2026-01-01T00:00:00.5+02:00"}],
		"read": [{"lesson": "l", "at": "2026-01-01T00:00:00Z"}], "hints": [{"exercise": "e", "level": 2, "at": "2026-01-01T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		db, err := openMemory(t.Context())
		must(t, err)
		r := &Record{db: db}
		defer r.Close()
		if r.Import(t.Context(), bytes.NewReader(doc)) != nil {
			return
		}
		// What was taken must be fit to be taken again by another record.
		out := export(t, r)
		must(t, r.Import(t.Context(), bytes.NewReader(out)))
		if again := export(t, r); !reflect.DeepEqual(events(t, out), events(t, again)) {
			t.Fatalf("%s\nbecame\n%s", out, again)
		}
		summary(t, r)
	})
}
