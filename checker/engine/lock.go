package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"shipshape/checker"
)

const (
	// lockFolder is the name of a folder that holds locks.
	lockFolder = "runs"
	// liveSuffix is that of a run's lock file. The operating system gives up
	// the lock when the process ends, however it ends.
	liveSuffix = ".lock"
	// unbornSuffix is that of a lock file until it is locked.
	unbornSuffix = ".new"
	// deadSuffix is that of the file of a run that was found to have crashed.
	deadSuffix = ".dead"
	// quietTime is how long a crashed run is swept again and again: a request
	// that was on its way when the process was killed may still create
	// something.
	quietTime = time.Minute
)

// runLock is the held lock of a live run.
type runLock struct {
	path string
	lock *flock.Flock
}

// lockDirs are the folders that hold locks: that of the data folder and, for
// when it can't be written to, one for temporary files.
func (c *Client) lockDirs() []string {
	fallback := filepath.Join(os.TempDir(), fmt.Sprintf("shipshape-%d", os.Getuid()), lockFolder)
	if c.dataDir == "" {
		return []string{fallback}
	}
	return []string{filepath.Join(c.dataDir, lockFolder), fallback}
}

// lockRun creates and locks the file of a new run in the first folder that
// allows it.
func lockRun(dirs []string, id string) (*runLock, error) {
	var faults []error
	for _, dir := range dirs {
		l, err := lockIn(dir, id)
		if err == nil {
			return l, nil
		}
		faults = append(faults, err)
	}
	return nil, &checker.EnvironmentError{
		Problem: "the lock that guards a grade's leftovers can't be made in " + strings.Join(dirs, " or "),
		Remedy:  "Choose a folder that you may write to with --data DIR.",
		Err:     errors.Join(faults...),
	}
}

// lockIn locks the file before it gets the name that sweeps look for: by that
// name it is never seen unlocked while its run lives.
func lockIn(dir, id string) (*runLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if foreign(dir) {
		return nil, fmt.Errorf("%s belongs to somebody else, or others may write to it", filepath.Dir(dir))
	}
	unborn := filepath.Join(dir, id+unbornSuffix)
	lock := flock.New(unborn)
	held, err := lock.TryLock()
	if err == nil && !held {
		err = errors.New("it is locked already")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", unborn, err), lock.Close())
	}
	path, err := filepath.Abs(filepath.Join(dir, id+liveSuffix))
	if err != nil {
		return nil, errors.Join(err, lock.Close(), os.Remove(unborn))
	}
	if err := os.Rename(unborn, path); err != nil {
		return nil, errors.Join(err, lock.Close(), os.Remove(unborn))
	}
	return &runLock{path: path, lock: lock}, nil
}

// foreign reports whether a folder of locks may be somebody else's. In that for
// temporary files anybody may make one, under a name that can be foretold, and
// whoever owns it chooses what a lock file there really is.
func foreign(dir string) bool {
	above := filepath.Dir(dir)
	if filepath.Dir(above) != filepath.Clean(os.TempDir()) {
		return false
	}
	info, err := os.Lstat(above)
	return err != nil || !info.IsDir() || !isOwn(info)
}

// release ends a run that was swept.
func (l *runLock) release() error {
	return errors.Join(os.Remove(l.path), l.lock.Close())
}

// abandon ends a run that may have left something: the file stays, so that
// later runs sweep for it.
func (l *runLock) abandon() error { return l.lock.Close() }

// crashed is the file of a run without a process, held by whoever sweeps it.
type crashed struct {
	id   string
	path string
	lock *flock.Flock
}

// findCrashed locks and returns the runs whose process has ended. Those that ended
// before their lock had its name have made nothing; only their file goes.
func findCrashed(dirs []string) []crashed {
	var found []crashed
	for _, dir := range dirs {
		if foreign(dir) {
			continue
		}
		files, err := os.ReadDir(dir)
		if err != nil {
			continue // no folder, no runs
		}
		for _, file := range files {
			if !file.Type().IsRegular() {
				continue // no lock is a link, and opening others may wait for ever
			}
			path := filepath.Join(dir, file.Name())
			if strings.HasSuffix(file.Name(), unbornSuffix) {
				forgetUnborn(path, time.Now())
				continue
			}
			id, isLive := strings.CutSuffix(file.Name(), liveSuffix)
			id, isDead := strings.CutSuffix(id, deadSuffix)
			if !isLive && !isDead {
				continue
			}
			if lock := claim(path); lock != nil {
				found = append(found, crashed{id: id, path: path, lock: lock})
			}
		}
	}
	return found
}

// forgetUnborn removes the file of a run that never came to its name. A young one
// may be on its way there, not locked yet.
func forgetUnborn(path string, now time.Time) {
	if info, err := os.Stat(path); err != nil || now.Sub(info.ModTime()) < quietTime {
		return
	}
	if lock := claim(path); lock != nil {
		_ = os.Remove(path) // what stays is tried again by the next sweep
		_ = lock.Close()
	}
}

// claim locks an existing file, or returns nil when its run lives or somebody
// else sweeps it.
func claim(path string) *flock.Flock {
	// Without O_CREATE, so that a run that ended just now is not revived.
	lock := flock.New(path, flock.SetFlag(os.O_RDWR|noFollow))
	if held, err := lock.TryLock(); err != nil || !held {
		_ = lock.Close()
		return nil
	}
	return lock
}

// done ends a sweep of a crashed run: its file stays for a while, marked, and
// goes once nothing more can come.
func (d crashed) done(swept bool, now time.Time) error {
	defer d.lock.Close()
	if !swept {
		return nil
	}
	if strings.HasSuffix(d.path, liveSuffix) {
		marked := strings.TrimSuffix(d.path, liveSuffix) + deadSuffix
		return errors.Join(os.Chtimes(d.path, now, now), os.Rename(d.path, marked))
	}
	info, err := os.Stat(d.path)
	if err != nil || now.Sub(info.ModTime()) < quietTime {
		return ignoreAbsent(err)
	}
	return ignoreAbsent(os.Remove(d.path))
}

// alive reports whether a live process holds the lock of a run, which its label
// says lies at path. A lock that can't be looked at, such as that of another user,
// counts as held. So does what is no lock: anybody may write a label, and opening
// what it names may do something.
func alive(id, path string) bool {
	if path == "" {
		return false
	}
	folder, name := filepath.Split(path)
	if !filepath.IsAbs(path) || name != id+liveSuffix || filepath.Base(folder) != lockFolder {
		return true
	}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil || !info.Mode().IsRegular() {
		return true
	}
	lock := claim(path)
	if lock == nil {
		return true
	}
	_ = lock.Close()
	return false
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// joinFirst keeps the first error's message the one that is read first.
func joinFirst(first, second error) error {
	if first == nil {
		return second
	}
	if second == nil {
		return first
	}
	return fmt.Errorf("%w (and: %w)", first, second)
}
