package compose

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A few lines that double what the one before gives would fill the memory.
func TestVariablesThatGrowAreRefused(t *testing.T) {
	var doubling strings.Builder
	doubling.WriteString("A0=ahoy\n")
	for i := range 40 {
		fmt.Fprintf(&doubling, "A%d=${A%d}${A%d}\n", i+1, i, i)
	}
	long := "LONG=" + strings.Repeat("x", 200_000) + "\n"
	service := "services:\n  a:\n    image: x\n"
	for name, tc := range map[string]struct {
		files      map[string]string
		file, says string
	}{
		"in .env":           {map[string]string{".env": doubling.String(), "compose.yaml": service}, ".env", "give more than 4 MiB"},
		"in an env file":    {map[string]string{"a.env": doubling.String(), "compose.yaml": service + "    env_file: a.env\n"}, "a.env", "give more than 4 MiB"},
		"in the file":       {map[string]string{".env": long, "compose.yaml": service + "    labels:\n      a: " + strings.Repeat("$LONG", 40) + "\n"}, "compose.yaml", "the last of them LONG"},
		"in one another":    {map[string]string{"compose.yaml": service + "    labels:\n      a: " + strings.Repeat("${A:-", 2000) + strings.Repeat("}", 2000) + "\n"}, "compose.yaml", "more than 16 defaults"},
		"in .env, too deep": {map[string]string{".env": "B=" + strings.Repeat("${A:-", 17) + strings.Repeat("}", 17) + "\n", "compose.yaml": service}, ".env", "more than 16 defaults"},
	} {
		_, err := Load(t.Context(), project(t, tc.files), Options{})
		var fault *Fault
		if !errors.As(err, &fault) || fault.File != tc.file || !strings.Contains(fault.Message, tc.says) {
			t.Errorf("%s: %v, want a fault of %s with %q", name, err, tc.file, tc.says)
		}
	}
	usual := map[string]string{
		".env":         "HOST=db\nPORT=5432\nURL=postgres://${USER:-app}:${PASS:-${FALLBACK:-x}}@${HOST}:${PORT}/${NAME:-app}\n",
		"compose.yaml": service + "    environment: [\"URL=${URL}\"]\n",
	}
	if _, err := Load(t.Context(), project(t, usual), Options{}); err != nil {
		t.Errorf("what people write: %v", err)
	}
}
