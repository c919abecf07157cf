package checker

import (
	"strings"
	"testing"
	"time"
)

func TestAPortForTheServiceItselfMayBeOpenOnLoopbackAlone(t *testing.T) {
	cat := func(table string) func([]string) ExecResult {
		return func(argv []string) ExecResult {
			if argv[0] == "cat" {
				return ExecResult{Output: table}
			}
			return ExecResult{NotFound: true}
		}
	}
	late := func() func([]string) ExecResult {
		var began time.Time
		return func(argv []string) ExecResult {
			if began.IsZero() {
				began = time.Now()
			}
			if time.Since(began) < wellSoon/2 {
				return cat(table)(argv)
			}
			return cat(table + listeningAt("00000000:2382"))(argv)
		}
	}
	six := "0: 00000000000000000000000000000000:2382 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"
	for name, tc := range map[string]struct {
		exec func([]string) ExecResult
		want Status
		says string
	}{
		"on loopback":          {cat(table), StatusPass, "listens on none of 9090 but for itself"},
		"on no address":        {cat(""), StatusPass, "listens on none of 9090"},
		"on every one":         {cat(table + listeningAt("00000000:2382")), StatusFail, "it listens on port 9090 for everybody"},
		"on every one, late":   {late(), StatusFail, "it listens on port 9090 for everybody"},
		"on its own":           {cat(listeningAt("020011AC:2382")), StatusFail, "it listens on port 9090 for everybody"},
		"on every one of IPv6": {cat(six), StatusFail, "it listens on port 9090 for everybody"},
		"nothing to look with": {nil, StatusError, "cannot be read"},
	} {
		eng := &scripted{startErr: lendNothing, start: func(_ RunRequest, a *actor) { a.exec = tc.exec }}
		got := gradeOne(t, eng, Spec{Listens: &Listens{Closed: []int{9090}}})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}
