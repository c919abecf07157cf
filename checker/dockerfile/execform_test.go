package dockerfile

import "testing"

// The fault that is named is the one that keeps the text from being JSON.
func TestJSONFault(t *testing.T) {
	for text, want := range map[string]string{
		`["node", "a.js"] # start`:     "a comment stands behind it",
		`["node", "a.js"] # it's “it”`: "a comment stands behind it",
		`["node", "a.js"] && x`:        "more follows behind the bracket",
		`["node" "a.js"]`:              "a comma is missing",
		`["node", "a.js",]`:            "it has a comma too many",
		`[, "node"]`:                   "it has a comma too many",
		`["node",, "a.js"]`:            "it has a comma too many",
		`['node', "a.js"]`:             "its quotes are single",
		`['sh', '-c', 'x=[1] "y"']`:    "its quotes are single",
		`[“node”, “it’s.js”]`:          "its quotes are typographic",
		`["node", a.js]`:               "a word stands without quotes",
		`[node, "a.js"]`:               "a word stands without quotes",
		`["node", "a.js"`:              "its closing bracket is missing",
		`["C:\path"]`:                  "a backslash stands in it",
		"[\"a\tb\"]":                   "",
	} {
		if got, _ := jsonFault(text); got != want {
			t.Errorf("jsonFault(%s) = %q, want %q", text, got, want)
		}
	}
}
