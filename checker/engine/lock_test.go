package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range files {
		all = append(all, f.Name())
	}
	return strings.Join(all, " ")
}

func TestLockTellsTheLivingFromTheDead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), lockFolder)
	dirs := []string{dir}
	held, err := lockRun(dirs, "a")
	if err != nil {
		t.Fatal(err)
	}
	if there, gone, none := alive("a", held.path), alive("b", filepath.Join(dir, "b.lock")), alive("a", ""); !there || gone || none {
		t.Errorf("alive: %v, one that is not there %v, none %v; want the held one only", there, gone, none)
	}
	if dead := findCrashed(dirs); len(dead) != 0 {
		t.Errorf("a live run is taken for crashed: %+v", dead)
	}
	if err := held.abandon(); err != nil {
		t.Fatal(err)
	}
	if alive("a", held.path) {
		t.Error("an abandoned run is taken for alive")
	}
	if got := names(t, dir); got != "a.lock" {
		t.Errorf("the folder holds %s, want the file for a later sweep", got)
	}
}

// A label is anybody's: what it names is no lock because it says so.
func TestALabelOpensNothingButLocks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), lockFolder)
	if err := os.MkdirAll(filepath.Join(dir, "folder.lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "a.lock")
	for _, path := range []string{other, filepath.Join(dir, "file"), filepath.Join(dir, "a.lock")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(other, filepath.Join(dir, "link.lock")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(dir))
	for id, path := range map[string]string{
		"another folder": other, "a": "runs/a.lock", "another run": filepath.Join(dir, "a.lock"), "file": filepath.Join(dir, "file"),
		"folder": filepath.Join(dir, "folder.lock"), "link": filepath.Join(dir, "link.lock"), "a device": "/dev/null",
	} {
		if !alive(id, path) {
			t.Errorf("the lock of %s, %s, was opened", id, path)
		}
	}
	if alive("a", filepath.Join(dir, "a.lock")) {
		t.Error("a lock that nobody holds counts as held")
	}
}

func TestCrashedRunIsSweptUntilItIsQuiet(t *testing.T) {
	dir := t.TempDir()
	dirs := []string{dir}
	held, err := lockRun(dirs, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := held.abandon(); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	sweep := func(swept bool, at time.Time) {
		t.Helper()
		dead := findCrashed(dirs)
		if len(dead) != 1 || dead[0].id != "a" {
			t.Fatalf("crashed runs: %+v, want a", dead)
		}
		if again := findCrashed(dirs); len(again) != 0 {
			t.Errorf("two may sweep one run at once: %+v", again)
		}
		if err := dead[0].done(swept, at); err != nil {
			t.Fatal(err)
		}
	}
	sweep(false, now)
	if got := names(t, dir); got != "a.lock" {
		t.Fatalf("after a sweep that failed the folder holds %s", got)
	}
	sweep(true, now)
	if got := names(t, dir); got != "a.dead" {
		t.Fatalf("after a sweep the folder holds %s", got)
	}
	sweep(true, now.Add(quietTime/2))
	if got := names(t, dir); got != "a.dead" {
		t.Fatalf("before the quiet time is over the folder holds %s", got)
	}
	sweep(true, now.Add(quietTime+time.Second))
	if got := names(t, dir); got != "" {
		t.Errorf("at last the folder holds %s", got)
	}
}

func TestReleaseLeavesNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "demand")
	held, err := lockRun([]string{dir}, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := held.release(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("the folder holds %s", got)
	}
}

func TestLockFallsBack(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	second := t.TempDir()
	held, err := lockRun([]string{filepath.Join(blocked, "runs"), second}, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer held.release() //nolint:errcheck // the folder goes with the test
	if got := names(t, second); got != "a.lock" {
		t.Errorf("the second folder holds %q", got)
	}
	if _, err := lockRun([]string{filepath.Join(blocked, "runs")}, "b"); err == nil || !strings.Contains(err.Error(), "can't be made") {
		t.Errorf("without a folder: %v", err)
	}
}

func TestWhatNeverCameToItsNameIsForgotten(t *testing.T) {
	dir := t.TempDir()
	long := time.Now().Add(-2 * quietTime)
	for name, made := range map[string]time.Time{"old.new": long, "young.new": time.Now(), "held.new": long} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, made, made); err != nil {
			t.Fatal(err)
		}
	}
	held := claim(filepath.Join(dir, "held.new"))
	if held == nil {
		t.Fatal("the file can't be locked")
	}
	defer held.Close()
	if dead := findCrashed([]string{dir}); len(dead) != 0 {
		t.Errorf("crashed runs: %+v, want none", dead)
	}
	if got := names(t, dir); got != "held.new young.new" {
		t.Errorf("the folder holds %s", got)
	}
}

func TestWhatAnotherMachineMadeIsNotOurs(t *testing.T) {
	for name, tc := range map[string]struct {
		labels map[string]string
		want   string
	}{
		"made here":             {map[string]string{machineLabel: thisMachine()}, ""},
		"by another machine":    {map[string]string{machineLabel: "lighthouse-00c0ffee"}, "lighthouse-00c0ffee"},
		"by an earlier release": {map[string]string{lockLabel: "/nowhere"}, ""},
	} {
		if got := elsewhere(tc.labels); got != tc.want {
			t.Errorf("%s: made on %q, want %q", name, got, tc.want)
		}
	}
}
