package cli

import "testing"

func TestClosest(t *testing.T) {
	slugs := []string{"node-cache-order", "python-venv-user", "go-static"}
	for word, want := range map[string]string{
		"nod-cache-order":  "node-cache-order",
		"node-cache":       "node-cache-order",
		"GO-STATIC":        "go-static",
		"go-statik":        "go-static",
		"python-venv-usre": "python-venv-user",
		"rust-musl":        "",
		"g":                "",
		"":                 "",
	} {
		if got := closest(word, slugs); got != want {
			t.Errorf("closest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"same", "same", 0}} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
