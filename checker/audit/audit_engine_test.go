package audit_test

import (
	"strings"
	"testing"
	"time"

	"shipshape/checker/audit"
	"shipshape/checker/engine/enginetest"
)

// items are an audit's by their ids.
func items(t *testing.T, files map[string]string, o audit.Options) (*audit.Report, map[string]audit.Item) {
	t.Helper()
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	o.Tools = []string{enginetest.Build(t, run, enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /bin/cat\nCOPY service /bin/sleep\n",
	}))}
	report, err := audit.Run(t.Context(), run, enginetest.Project(t, files), o)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]audit.Item{}
	for _, i := range report.Items {
		byID[i.ID] = i
	}
	return report, byID
}

func require(t *testing.T, got map[string]audit.Item, want map[string]audit.Status) {
	t.Helper()
	for id, status := range want {
		if got[id].Status != status {
			t.Errorf("%s is %s, want %s: %s", id, got[id].Status, status, got[id].Observed)
		}
	}
}

const ignore = ".git\n.env\n"

func TestAServiceOfWhichNothingIsDeclared(t *testing.T) {
	report, got := items(t, map[string]string{".dockerignore": ignore}, audit.Options{})
	if report.Outcome != audit.Fit || report.Port != 8080 {
		t.Errorf("it is %s on port %d", report.Outcome, report.Port)
	}
	require(t, got, map[string]audit.Status{
		"builds": audit.Pass, "context": audit.Pass, "health-timings": audit.Pass, "pinned": audit.Pass, "cache": audit.NotChecked,
		"secrets": audit.Pass, "compilers": audit.Pass, "no-shell": audit.Pass, "size": audit.Pass,
		"starts": audit.Pass, "not-root": audit.Pass, "listens": audit.Pass, "health": audit.Pass, "stops": audit.Pass,
		"logs": audit.Advice, "hardened": audit.Pass, "exposes": audit.Pass, "numeric-user": audit.Pass,
		"workdir": audit.Advice, "exec-form": audit.Pass, "node-env": audit.NotChecked, "scan": audit.NotChecked,
	})
}

func TestAServiceThatIsNotFit(t *testing.T) {
	report, got := items(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY . /\nENTRYPOINT [\"/service\", \"-deaf\"]\n",
	}, audit.Options{})
	if report.Outcome != audit.Unfit {
		t.Errorf("it is %s", report.Outcome)
	}
	// Nothing says that it listens on 8080: it was seen to.
	if report.Port != 8080 {
		t.Errorf("its port is %d", report.Port)
	}
	require(t, got, map[string]audit.Status{
		"context": audit.Fail, "secrets": audit.Fail, "not-root": audit.Fail, "health": audit.Fail, "stops": audit.Fail,
		"exposes": audit.Advice, "starts": audit.Pass,
	})
	if item := got["secrets"]; item.DockerfileLine != 2 || !strings.Contains(item.Observed, "/.env") {
		t.Errorf("the secret is found at line %d: %s", item.DockerfileLine, item.Observed)
	}
}

// It answers nobody, which is what the item looks at: that is no reason not to
// look.
func TestAServiceThatListensForItselfAloneIsSaidTo(t *testing.T) {
	report, got := items(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nUSER 10001\nENTRYPOINT [\"/service\", \"-listen\", \"127.0.0.1:8080\"]\n",
	}, audit.Options{})
	if report.Outcome != audit.Unfit || report.Port != 8080 {
		t.Errorf("it is %s on port %d", report.Outcome, report.Port)
	}
	require(t, got, map[string]audit.Status{"starts": audit.Pass, "listens": audit.Fail, "stops": audit.NotChecked})
	if !strings.Contains(got["listens"].Observed, "127.0.0.1:8080") {
		t.Errorf("it is told as %s", got["listens"].Observed)
	}
}

func TestWhatIsNoServiceIsNotHeldAgainstIt(t *testing.T) {
	for name, c := range map[string]struct {
		dockerfile string
		outcome    audit.Outcome
		want       map[string]audit.Status
	}{
		"a tool": {
			"FROM scratch\nCOPY service /service\nUSER 10001\nENTRYPOINT [\"/service\", \"-exit\", \"0\"]\n", audit.Fit,
			map[string]audit.Status{"starts": audit.Pass, "not-root": audit.Pass, "health": audit.NotChecked, "stops": audit.NotChecked},
		},
		"a tool as root": {
			"FROM scratch\nCOPY service /service\nENTRYPOINT [\"/service\", \"-exit\", \"0\"]\n", audit.Unfit,
			map[string]audit.Status{"starts": audit.Pass, "not-root": audit.Fail},
		},
		"one that does not start": {
			"FROM scratch\nCOPY service /service\nUSER 10001\nENTRYPOINT [\"/service\", \"-exit\", \"3\"]\n", audit.Unfit,
			map[string]audit.Status{"starts": audit.Fail, "listens": audit.NotChecked, "size": audit.Pass},
		},
		"a tool that wants arguments": {
			"FROM scratch\nCOPY service /service\nUSER 10001\nENTRYPOINT [\"/service\", \"-no-such-flag\"]\n", audit.Fit,
			map[string]audit.Status{"starts": audit.Pass, "not-root": audit.Pass, "listens": audit.NotChecked},
		},
		"a service that ends": {
			"FROM scratch\nCOPY service /service\nUSER 10001\nEXPOSE 8080\nENTRYPOINT [\"/service\", \"-exit\", \"0\"]\n", audit.Unfit,
			map[string]audit.Status{"starts": audit.Fail, "listens": audit.NotChecked},
		},
		"a service that never listens": {
			"FROM scratch\nCOPY service /bin/sleep\nUSER 10001\nEXPOSE 8080\nENTRYPOINT [\"/bin/sleep\", \"600\"]\n", audit.Unaudited,
			map[string]audit.Status{"starts": audit.Pass, "listens": audit.NotChecked, "size": audit.Pass},
		},
		"one that does not build": {
			"FROM scratch\nCOPY nothing /service\n", audit.Unfit,
			map[string]audit.Status{"builds": audit.Fail, "not-root": audit.NotChecked},
		},
		"one that does not parse": {
			"FORM scratch\n", audit.Unfit,
			map[string]audit.Status{"builds": audit.Fail, "packages": audit.NotChecked},
		},
	} {
		t.Run(name, func(t *testing.T) {
			report, got := items(t, map[string]string{"Dockerfile": c.dockerfile, ".dockerignore": ignore}, audit.Options{Ready: 3 * time.Second})
			if report.Outcome != c.outcome {
				t.Errorf("it is %s, want %s", report.Outcome, c.outcome)
			}
			require(t, got, c.want)
		})
	}
}
