package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"shipshape/exercises/internal/strictyaml"
)

type inner struct {
	Words []string      `yaml:"words"`
	After time.Duration `yaml:"after"`
}

type shared struct {
	Port int `yaml:"port"`
}

type outer struct {
	Skipped string `yaml:"-"`
	Title   string `yaml:"title"`
	shared  `yaml:",inline"`
	One     *inner    `yaml:"one"`
	Empty   *struct{} `yaml:"empty"`
	Many    []inner   `yaml:"many"`
	UID     *int      `yaml:"uid"`

	Table map[string]string `yaml:"table"`
	Deep  map[string]inner  `yaml:"deep"`
}

func TestDecodeFillsEveryKindOfField(t *testing.T) {
	var got outer
	doc, faults := strictyaml.Decode([]byte(`
title: "a: b"
uid: 0
empty: {}
one:
  words: [x, y z]
  after: 1m30s
many:
  - words:
      - only
table:
  a.b: x
  "2": 'y: z'
deep: {one: {after: 1s}}
`), &got)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got.Title != "a: b" || got.UID == nil || *got.UID != 0 || got.Empty == nil {
		t.Errorf("scalars: %+v", got)
	}
	if fmt.Sprint(got.One.Words) != "[x y z]" || len(got.One.Words) != 2 || got.One.After != 90*time.Second {
		t.Errorf("one: %+v", got.One)
	}
	if len(got.Many) != 1 || got.Many[0].Words[0] != "only" {
		t.Errorf("many: %+v", got.Many)
	}
	if got.Table["a.b"] != "x" || got.Table["2"] != "y: z" || got.Deep["one"].After != time.Second {
		t.Errorf("tables: %v, %v", got.Table, got.Deep)
	}
	for path, want := range map[string]strictyaml.Position{
		"table.2":          {Line: 13, Column: 3},
		"title":            {Line: 2, Column: 1},
		"one.words[1]":     {Line: 6, Column: 14},
		"many[0].words[0]": {Line: 10, Column: 9},
		"many[0].after":    {Line: 9, Column: 5}, // not there: its holder's place
		"nowhere":          {Line: 1, Column: 1},
	} {
		if at := doc.At(path); at != want {
			t.Errorf("%s stands at %v, want %v", path, at, want)
		}
	}
}

func TestDecodeReportsEveryFaultWithItsPlace(t *testing.T) {
	var got outer
	_, faults := strictyaml.Decode([]byte(`title: [a]
colour: red
uid: many
one:
  wrds: [x]
  after: soon
many: 3
Skipped: x
`), &got)
	var lines []string
	for _, f := range faults {
		lines = append(lines, fmt.Sprintf("%d:%d", f.Line, f.Column))
	}
	if got, want := strings.Join(lines, " "), "1:8 2:1 3:6 5:3 6:10 7:7 8:1"; got != want {
		t.Errorf("faults at %s, want %s:\n%v", got, want, faults)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, src := range map[string]string{
		"nothing":              "",
		"a comment only":       "# hello\n",
		"a list":               "- a\n",
		"two documents":        "title: a\n---\ntitle: b\n",
		"a key twice":          "title: a\ntitle: b\n",
		"an alias":             "title: &a x\none: {words: [*a]}\n",
		"a tag":                "title: !!binary x\n",
		"a merge key":          "<<: {title: a}\n",
		"an empty list item":   "one: {words: [a, null]}\n",
		"a table that is text": "table: x\n",
		"an empty table entry": "table: {a: }\n",
		"a wrong table entry":  "table: {a: [x]}\n",
		"a table's key twice":  "table: {a: x, a: y}\n",
		"a table's merge key":  "table: {<<: {a: x}}\n",
		"an unclosed bracket":  "one: {words: [a\n",
		"dashes in a row":      strings.Repeat("-", 40_000),
		"an escape sequence":   "title: \"\\e[31m\"\n",
		"one in a list":        "one: {words: [\"a\\u202eb\"]}\n",
		"one in a table's key": "table: {\"\\x07\": a}\n",
		"a tab as indent":      "one:\n\twords: [a]\n",
		"deep flow":            strings.Repeat("[", 30_000),
		"deep blocks":          strings.Repeat("- ", 30_000),
		"deep mappings":        deepMappings(),
		"too large":            "title: " + strings.Repeat("x", strictyaml.MaxBytes),
	} {
		t.Run(name, func(t *testing.T) {
			var got outer
			_, faults := strictyaml.Decode([]byte(src), &got)
			if len(faults) == 0 {
				t.Fatalf("accepted: %+v", got)
			}
			for _, f := range faults {
				if f.Line < 1 || f.Column < 1 || f.Message == "" {
					t.Errorf("a fault without a place or a message: %+v", f)
				}
			}
		})
	}
}

func deepMappings() string {
	var b strings.Builder
	for i := range 300 {
		b.WriteString(strings.Repeat(" ", i) + "one:\n")
	}
	return b.String()
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("title: a\none: {words: [x]}\nmany:\n  - after: 1s\n"))
	f.Add([]byte("? a\n: b\n"))
	f.Add([]byte("title: |\n  a\n  b\n"))
	f.Add([]byte("<<: *x\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var got outer
		doc, faults := strictyaml.Decode(src, &got)
		if doc == nil {
			t.Fatal("no document")
		}
		for _, fault := range faults {
			if fault.Line < 1 || fault.Column < 1 {
				t.Errorf("no place: %+v", fault)
			}
		}
	})
}

func TestAKeyTakesThePlaceOfWhatWasThere(t *testing.T) {
	got := outer{Title: "kept", One: &inner{Words: []string{"old"}, After: 1}, Table: map[string]string{"old": "x"}, shared: shared{Port: 1}}
	before := got.One
	doc, faults := strictyaml.Decode([]byte("one: {words: [new]}\ntable: {new: y}\nport:\n"), &got)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got.Title != "kept" || got.One.Words[0] != "new" || got.One.After != 0 || len(got.Table) != 1 || got.Table["new"] != "y" || got.Port != 0 {
		t.Errorf("%+v, one: %+v", got, got.One)
	}
	if before.Words[0] != "old" {
		t.Error("what was there was written to")
	}
	if !doc.Has("one.words") || !doc.Has("port") || doc.Has("title") {
		t.Error("Has doesn't know which keys the document has")
	}
}
