package checker

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestWhatAServiceWroteIsMeasuredAgainstWhatItMay(t *testing.T) {
	changes := []Change{
		{"/data", Modified}, {"/data/x", Added}, {"/app", Modified}, {"/app/__pycache__", Added}, {"/app/__pycache__/a.pyc", Added},
		{"/data/old", Deleted},
	}
	for name, tc := range map[string]struct {
		allowed []string
		says    string
	}{
		"all of it":       {[]string{"/data", "__pycache__"}, ""},
		"a parent of it":  {[]string{"/"}, ""},
		"relative to it":  {[]string{"/data", "./__pycache__"}, ""},
		"nothing":         {[]string{}, "/data/x, /app/__pycache__/a.pyc"},
		"a like name":     {[]string{"/dat", "__pycache__"}, "it wrote /data/x"},
		"something of it": {[]string{"/data"}, "it wrote /app/__pycache__/a.pyc"},
		"no deletion":     {[]string{"/data/x", "__pycache__"}, "it deleted /data/old"},
		"neither":         {[]string{"__pycache__"}, "it wrote /data/x and deleted /data/old"},
	} {
		eng := &scripted{image: Image{WorkingDir: "/app"}, start: func(_ RunRequest, a *actor) { a.changes = changes }}
		got := gradeOne(t, eng, Spec{Writes: &Writes{Allowed: tc.allowed}})
		if (got.Status == StatusPass) != (tc.says == "") || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %q", name, got.Status, got.Observed, tc.says)
		}
	}
}

// What lies on volumes and in memory shows in no list of changes.
func TestWhatAServiceWroteOnMountsIsFoundWhereThatIsAsked(t *testing.T) {
	finds := func(names ...string) func([]string) ExecResult {
		return func(argv []string) ExecResult {
			if argv[0] != "find" || !slices.Contains(argv, "/proc/1/root/dev") || !slices.Contains(argv, "/proc/1/root/state") {
				return ExecResult{ExitCode: 1}
			}
			return ExecResult{Output: "/proc/1/root" + strings.Join(names, "\n/proc/1/root") + "\n"}
		}
	}
	for name, tc := range map[string]struct {
		mounts bool
		exec   func([]string) ExecResult
		says   string
	}{
		"on a volume":           {true, finds("/state/of-the-image", "/state/x"), "it wrote /state/x"},
		"in memory":             {true, finds("/dev/shm/x"), "it wrote /dev/shm/x"},
		"of the image":          {true, finds("/state/of-the-image"), ""},
		"allowed":               {true, finds("/state/__pycache__/a.pyc"), ""},
		"nothing":               {true, finds(), ""},
		"where it is not asked": {false, finds("/state/x"), ""},
		"where nobody can look": {true, func([]string) ExecResult { return ExecResult{NotFound: true} }, ""},
	} {
		eng := &scripted{
			image: Image{WorkingDir: "/app", Volumes: []string{"/state"}},
			files: map[string]string{"/state/of-the-image": "x"},
			start: func(_ RunRequest, a *actor) { a.exec = tc.exec },
		}
		got := gradeOne(t, eng, Spec{Writes: &Writes{Allowed: []string{"__pycache__"}, Mounts: tc.mounts}})
		if (got.Status == StatusPass) != (tc.says == "") || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %q", name, got.Status, got.Observed, tc.says)
		}
		if got.Status == StatusFail && !strings.Contains(got.Why, "A volume without a name") {
			t.Errorf("%s: the reason is %q", name, got.Why)
		}
	}
}

func TestScratchFilesAreSentToTmpWhereTheyMayLieThere(t *testing.T) {
	eng := &scripted{start: func(_ RunRequest, a *actor) { a.changes = []Change{{"/data/x", Added}} }}
	for _, allowed := range [][]string{{}, {"/tmp"}} {
		got := gradeOne(t, eng, Spec{Writes: &Writes{Allowed: allowed}})
		if got.Status != StatusFail || strings.Contains(got.Why, "/tmp") != (len(allowed) > 0) {
			t.Errorf("allowed %q: %s, since %s", allowed, got.Status, got.Why)
		}
	}
}

func TestRoutesAreAskedBeforeTheLook(t *testing.T) {
	var served *actor
	eng := &scripted{start: func(_ RunRequest, a *actor) { served = a }}
	gradeOne(t, eng, Spec{Writes: &Writes{Allowed: []string{}, Routes: []string{"/save", "/a"}}})
	if !slices.Contains(served.asked, "/save") || !slices.Contains(served.asked, "/a") {
		t.Errorf("asked %v", served.asked)
	}
}

// answering plays a shell that says what it is told, and the right product.
func answering(lines ...string) func(argv []string) ExecResult {
	return func(argv []string) ExecResult {
		if argv[0] != "sh" {
			return ExecResult{NotFound: true}
		}
		a, errA := strconv.ParseInt(argv[5], 10, 64)
		b, errB := strconv.ParseInt(argv[6], 10, 64)
		if err := errors.Join(errA, errB); err != nil {
			return ExecResult{Output: err.Error()}
		}
		return ExecResult{Output: strings.Join(append(lines, fmt.Sprintf("end %d\n", a*b)), "\n")}
	}
}

func TestAccessIsWhatTheKernelTellsTheUser(t *testing.T) {
	k := Writes{MayWrite: []string{"/data"}, MayNotWrite: []string{"."}}
	for name, tc := range map[string]struct {
		exec func([]string) ExecResult
		want Status
		says string
	}{
		"as it should be":  {answering("writable /data"), StatusPass, "as tide: it may change what it should"},
		"data of others":   {answering(), StatusFail, "it may not make files in /data"},
		"an open program":  {answering("writable /data", "changeable /app/x y.py"), StatusFail, "it may change /app/x y.py"},
		"an owned program": {answering("writable /data", "owned /app/x"), StatusFail, "it owns /app/x, and may change its mode"},
		"a missing folder": {answering("writable /data", "missing /app"), StatusFail, "there is no /app"},
		"a liar": {func([]string) ExecResult {
			return ExecResult{Output: "writable /data\nend 1\n"}
		}, StatusError, "cannot be told"},
		"no shell": {nil, StatusError, "cannot be told"},
	} {
		eng := &scripted{
			image:    Image{User: "tide", WorkingDir: "/app"},
			start:    func(_ RunRequest, a *actor) { a.exec = tc.exec },
			startErr: func(req RunRequest) error { return lendNothing(req) },
		}
		got := gradeOne(t, eng, Spec{Writes: &k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

// lendNothing is an engine on which no image serves for a toolbox.
func lendNothing(req RunRequest) error {
	if req.Share != "" {
		return &StartError{Message: "no sleep"}
	}
	return nil
}

func TestTheUserOfAProcessIsTheEffectiveOne(t *testing.T) {
	const status = "Name:\tpython\nUid:\t0\t1000\t0\t1000\nGid:\t0\t2000\t0\t2000\nGroups:\t7 8 9 10\n"
	if got := userOf(status); got != "1000:2000" {
		t.Errorf("%q", got)
	}
	if got := userOf("Uid:\t0\n"); got != "" {
		t.Errorf("%q of half a status", got)
	}
}

func TestUnsoundSettingsOfWritesAreFound(t *testing.T) {
	for path, k := range map[string]Writes{
		"writes":        {},
		"writes.mounts": {Mounts: true, MayWrite: []string{"/data"}},
	} {
		found := Spec{Writes: &k}.Unsound(Assignment{})
		if len(found) != 1 || found[0].Path != path {
			t.Errorf("%s: found %v", path, found)
		}
	}
	if found := (Spec{Writes: &Writes{Allowed: []string{}, Mounts: true}}).Unsound(Assignment{}); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
