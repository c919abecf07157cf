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

func TestOnlyTheServicesPortMayBeOpenWhereNoOtherIsNamed(t *testing.T) {
	six := func(address string) string {
		return "0: " + address + " 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"
	}
	own := listeningAt("00000000:1F90")
	for name, tc := range map[string]struct {
		table string
		want  Status
		says  string
	}{
		"alone":                      {own, StatusPass, "listens on no other but for itself"},
		"alone, in both families":    {own + six("00000000000000000000000000000000:1F90"), StatusPass, "no other"},
		"one more on loopback":       {own + listeningAt("0100007F:238C"), StatusPass, "no other"},
		"on another loopback":        {own + listeningAt("0200007F:238C"), StatusPass, "no other"},
		"on the loopback of IPv6":    {own + six("00000000000000000000000001000000:238C"), StatusPass, "no other"},
		"the engine's resolver":      {own + listeningAt("0B00007F:8D4F"), StatusPass, "no other"},
		"one more":                   {own + listeningAt("00000000:238D"), StatusFail, "it listens on port 9101 for everybody"},
		"one more of IPv6":           {own + six("00000000000000000000000000000000:238D"), StatusFail, "it listens on port 9101 for everybody"},
		"one more on its own":        {own + listeningAt("020011AC:238D"), StatusFail, "it listens on port 9101 for everybody"},
		"two more, one in both ways": {own + listeningAt("00000000:238D") + six("00000000000000000000000000000000:238D") + listeningAt("00000000:2382"), StatusFail, "on port 9090, 9101 for"},
	} {
		eng := &scripted{startErr: lendNothing, start: func(_ RunRequest, a *actor) {
			a.exec = func(argv []string) ExecResult {
				if argv[0] == "cat" {
					return ExecResult{Output: tc.table}
				}
				return ExecResult{NotFound: true}
			}
		}}
		got := gradeOne(t, eng, Spec{Listens: &Listens{Only: true}})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestPortsThatAreClosedAreOthersAndNamedOnce(t *testing.T) {
	a := Assignment{Service: Service{Port: 8080}}
	for name, tc := range map[string]struct {
		k    Listens
		want string
	}{
		"nothing beside it":    {Listens{}, ""},
		"a port":               {Listens{Closed: []int{9100}}, ""},
		"no other":             {Listens{Only: true}, ""},
		"the service's own":    {Listens{Closed: []int{8080}}, "closed[0]"},
		"no port":              {Listens{Closed: []int{9100, 70000}}, "closed[1]"},
		"no other, and a port": {Listens{Closed: []int{9100}, Only: true}, "closed"},
	} {
		var at []string
		for _, u := range tc.k.unsound(a) {
			at = append(at, u.Path)
		}
		if got := strings.Join(at, " "); got != tc.want {
			t.Errorf("%s: unsound at %q, want %q", name, got, tc.want)
		}
	}
}
