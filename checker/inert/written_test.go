package inert_test

import (
	"encoding/json"
	"strings"
	"testing"

	"shipshape/checker/inert"
)

func TestWritten(t *testing.T) {
	text, misfit := inert.Written([]byte("\ufeffone\r\n\ttwo می\u200cخواهم \ufffd\n"))
	if want := "one\n\ttwo می\u200cخواهم \ufffd\n"; text != want || misfit != nil {
		t.Errorf("Written = %q, %v, want %q", text, misfit, want)
	}
	for name, tt := range map[string]struct {
		in           string
		line, column int
	}{
		"window title":    {"a\r\nbé\x1b]0;owned\a", 2, 3},
		"carriage return": {"a\rb", 1, 2},
		"C1":              {"\u009b2J", 1, 1},
		"turned around":   {"\n\na\u202eb", 3, 2},
		"line separator":  {"a\u2028b", 1, 2},
		"no UTF-8":        {"caf\xe9", 1, 4},
		"nul":             {"\x00", 1, 1},
		"delete":          {"ab\x7f", 1, 3},
	} {
		t.Run(name, func(t *testing.T) {
			_, misfit := inert.Written([]byte(tt.in))
			if misfit == nil || misfit.Line != tt.line || misfit.Column != tt.column || misfit.Message == "" {
				t.Errorf("Written(%q) finds %+v, want it at %d:%d", tt.in, misfit, tt.line, tt.column)
			}
		})
	}
}

func TestJSONMeansTheSame(t *testing.T) {
	const value = "é\u009b2J \u202eback\u2066 \x7f\t\n می\u200cخواهم"
	document, err := json.MarshalIndent(map[string]string{"a": value}, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	out := inert.JSON(document)
	var back map[string]string
	if err := json.Unmarshal(out, &back); err != nil || back["a"] != value {
		t.Errorf("%s means %q, %v, want %q", out, back["a"], err, value)
	}
	if strings.ContainsAny(string(out), "\u009b\u202e\u2066\x7f") {
		t.Errorf("%q still steers a terminal", out)
	}
}
