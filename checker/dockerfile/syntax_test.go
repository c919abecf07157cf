package dockerfile

import (
	"bytes"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func TestNeutralizeSyntax(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"plain", "# syntax=docker/dockerfile:1\nFROM a\n", "# not used: syntax=docker/dockerfile:1\nFROM a\n"},
		{"spaces and case", "#  SynTax =  docker/dockerfile:1  \nFROM a\n", "# not used: SynTax =  docker/dockerfile:1  \nFROM a\n"},
		{"no space", "#syntax=docker/dockerfile:1\nFROM a\n", "# not used: syntax=docker/dockerfile:1\nFROM a\n"},
		{"CRLF", "# syntax=x\r\nFROM a\r\n", "# not used: syntax=x\r\nFROM a\r\n"},
		{"byte order mark", "\ufeff# syntax=x\nFROM a\n", "\ufeff# not used: syntax=x\nFROM a\n"},
		{"shebang", "#!/usr/bin/env docker\n# syntax=x\nFROM a\n", "#!/usr/bin/env docker\n# not used: syntax=x\nFROM a\n"},
		{"below escape", "# escape=`\n# syntax=x\nFROM a\n", "# escape=`\n# not used: syntax=x\nFROM a\n"},
		{"above escape", "# syntax=x\n# escape=`\nFROM a\n", "# escape=`\n# not used: syntax=x\nFROM a\n"},
		{"above check and a comment", "# syntax=x\n# check=skip=all\n# a comment\nFROM a\n", "# check=skip=all\n# not used: syntax=x\n# a comment\nFROM a\n"},
		{"twice", "# syntax=x\n# syntax=y\nFROM a\n", "# not used: syntax=y\n# not used: syntax=x\nFROM a\n"},
		{"of C", "// syntax=x\nFROM a\n", "# not used: syntax=x\nFROM a\n"},
		{"without line ends", "# syntax=x\n# escape=`", "# escape=`\n# not used: syntax=x\n"},

		{"none", "FROM a\n", ""},
		{"empty", "", ""},
		{"below a comment", "# hello\n# syntax=x\nFROM a\n", ""},
		{"below an instruction", "FROM a\n# syntax=x\n", ""},
		{"indented", "  # syntax=x\nFROM a\n", ""},
		{"another word", "# syntaxes=x\nFROM a\n", ""},
		{"JSON is no Dockerfile", `{"syntax": "x"}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := []byte(tc.src)
			out, changed := NeutralizeSyntax(src)
			want := tc.want
			if want == "" {
				want = tc.src
			}
			if string(out) != want || changed != (tc.want != "") {
				t.Errorf("NeutralizeSyntax = %q, %v; want %q", out, changed, want)
			}
			if string(src) != tc.src {
				t.Errorf("the source was changed to %q", src)
			}
		})
	}
}

// The engine's built-in frontend must read the result as it would have read
// the source, and find no directive in it.
func FuzzNeutralizeSyntax(f *testing.F) {
	f.Add([]byte("# syntax=x\n# escape=`\nFROM a\nRUN x `\n  y\n"))
	f.Add([]byte("\ufeff// syntax = x\r\nFROM a\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		out, changed := NeutralizeSyntax(src)
		if !changed && !bytes.Equal(out, src) {
			t.Fatalf("changed without saying so: %q", out)
		}
		if _, _, _, found := parser.DetectSyntax(out); found && !bytes.Contains(out, []byte("{")) {
			t.Fatalf("a directive is left: %q", out)
		}
		before, err := Parse(src)
		if err != nil {
			return
		}
		after, err := Parse(out)
		if err != nil {
			t.Fatalf("%q parsed, and %q does not: %v", src, out, err)
		}
		for i := range before.Stages {
			if a, b := before.Stages[i].From.Line, after.Stages[i].From.Line; a != b {
				t.Fatalf("FROM moved from line %d to %d", a, b)
			}
		}
	})
}
