package dockerfile

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write RULES.md anew")

// RULES.md shows the table of rules to who does not read Go.
func TestRulesAreWrittenDown(t *testing.T) {
	const name = "RULES.md"
	want := rulesTable()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not the table of rules; write it anew with: go test ./checker/dockerfile -run WrittenDown -update", name)
	}
}

func rulesTable() string {
	var b strings.Builder
	rules := Rules()
	escape := strings.NewReplacer("|", `\|`, "*", `\*`)
	fmt.Fprintf(&b, `# The rules of the review

Made from the table in this package; `+"`go test ./checker/dockerfile -run WrittenDown -update`"+` writes it anew.
A name in capitals is BuildKit's own check. A rule is skipped, as BuildKit's checks are, by
`+"`# check=skip=NAME`"+` at the top of a Dockerfile or above an instruction.

%d rules. A mistake does not do what its author meant; a warning costs time, size or
safety; advice makes good work better.

| rule | severity | why, and what to do |
|---|---|---|
`, len(rules))
	for _, r := range rules {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.ID, r.Severity, escape.Replace(r.Why))
	}
	return b.String()
}
