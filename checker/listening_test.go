package checker

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// listeningAt is a row of the kernel's table of IPv4 sockets.
func listeningAt(address string) string {
	return "0: " + address + " 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"
}

func TestASilentServiceIsToldWhereItListens(t *testing.T) {
	six := "0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"
	for name, tc := range map[string]struct {
		image Image
		table string
		says  string
		quick bool
	}{
		"loopback":                {Image{}, listeningAt("0100007F:1F90"), "listens on 127.0.0.1:8080 only: no one", true},
		"loopback by ENV":         {Image{Env: []string{"HOST=127.0.0.1"}}, listeningAt("0100007F:1F90"), "only, as ENV HOST=127.0.0.1 says", true},
		"another's loopback":      {Image{Env: []string{"DB_HOST=localhost"}}, listeningAt("0100007F:1F90"), "only: no one", true},
		"another port":            {Image{}, listeningAt("00000000:0BB8"), "listens on 0.0.0.0:3000, and not on port 8080", false},
		"another port by ENV":     {Image{Env: []string{"PORT=3000"}}, listeningAt("00000000:0BB8"), "as ENV PORT=3000 says", true},
		"a port for metrics":      {Image{Env: []string{"METRICS=:3000"}}, listeningAt("00000000:0BB8"), "as ENV METRICS=:3000 says", false},
		"another port by command": {Image{Cmd: []string{"serve", "--port=3000"}}, listeningAt("00000000:0BB8"), `as the command's "--port=3000" says`, false},
		"both ports are named":    {Image{Env: []string{"PORT=3000"}, Cmd: []string{"serve", "8080"}}, listeningAt("00000000:0BB8"), "listens on 0.0.0.0:3000, and not", false},
		"IPv6 alone":              {Image{}, six, "gives no answer over IPv4", false},
		"nowhere":                 {Image{}, "", "listens on no port at all", false},
	} {
		eng := &scripted{image: tc.image, start: func(_ RunRequest, a *actor) {
			a.do = func(string) (Response, error) { return Response{}, errSilent }
			a.exec = func(argv []string) ExecResult {
				if argv[0] == "cat" {
					return ExecResult{Output: tc.table}
				}
				return ExecResult{NotFound: true}
			}
		}}
		var took time.Duration
		sub := submission(t, Spec{ID: "it", Title: "it", Listens: &Listens{}})
		sub.Assignment.Service.Ready = time.Minute
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			report, err := Grade(t.Context(), eng, sub, Options{})
			if err != nil {
				t.Fatal(err)
			}
			took = time.Since(began)
			if got := report.Checks[0]; got.Status != StatusFail || !strings.Contains(got.Observed, tc.says) {
				t.Errorf("%s: %s: %s", name, got.Status, got.Observed)
			}
		})
		if quick := took < 5*time.Second; quick != tc.quick {
			t.Errorf("%s: it was told after %s", name, took)
		}
	}
}

// A machine that has others to serve lets a service wait for its processor; that
// is no time of the service's.
func TestWaitingForAProcessorDoesNotCount(t *testing.T) {
	for name, tc := range map[string]struct {
		waited string
		want   Status
	}{
		"it was kept waiting": {"1000000 5000000000 3\n", StatusPass},
		"it had its time":     {"5000000000 1000000 3\n", StatusFail},
		"nobody knows":        {"", StatusFail},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			eng := &scripted{start: func(_ RunRequest, a *actor) {
				a.do = func(string) (Response, error) {
					if time.Since(began) < 8*time.Second {
						return Response{}, errSilent
					}
					return Response{Status: 200}, nil
				}
				a.exec = func(argv []string) ExecResult {
					if argv[0] == "sh" && tc.waited != "" {
						return ExecResult{Output: tc.waited}
					}
					return ExecResult{NotFound: true}
				}
			}}
			sub := submission(t, Spec{ID: "it", Title: "it", Listens: &Listens{}})
			sub.Assignment.Service.Ready = 5 * time.Second
			report, err := Grade(t.Context(), eng, sub, Options{})
			if err != nil || report.Checks[0].Status != tc.want {
				t.Errorf("%s: %s (%s), %v", name, report.Checks[0].Status, report.Checks[0].Observed, err)
			}
		})
	}
}

func TestCrowdingIsReadFromTheSchedulersFigures(t *testing.T) {
	ran, waited := schedstat("100 300 1\nnonsense\n1 x 1\n100 100 5\n")
	if ran != 200 || waited != 400 {
		t.Errorf("schedstat = %d, %d; want 200, 400", ran, waited)
	}
}
