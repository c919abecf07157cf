package claim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"shipshape/checker"
)

// buildTimeout ends a build that never would: many times what a proof may take.
const buildTimeout = 5 * time.Minute

const (
	// folderPrefix begins the names of the folders that contexts are written to.
	folderPrefix = "shipshape-claim-"
	// folderAge is when such a folder is nobody's any more: proofs take seconds.
	folderAge = 24 * time.Hour
)

// proof is one claim on its way to be proven.
type proof struct {
	Claim
	eng checker.Engine
	// dir is the build context.
	dir    string
	misses []Miss
}

// Prove builds and runs what a claim says and returns what was not seen as
// claimed. The context is written below tempDir, empty for the system's. What
// is made on the engine is left to the sweep of its run.
//
// An error that is a [*checker.EnvironmentError] says that nothing is known of
// the claim; another, that it can't be proven as it is written.
func Prove(ctx context.Context, eng checker.Engine, c Claim, tempDir string) ([]Miss, error) {
	forgetOld(tempDir, time.Now())
	dir, err := os.MkdirTemp(tempDir, folderPrefix)
	if err != nil {
		return nil, noRoom(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	p := &proof{Claim: c, eng: eng, dir: dir}
	if err := p.prove(ctx); err != nil {
		return nil, err // what was missed before says little
	}
	return p.misses, nil
}

// forgetOld removes the folders of proofs that were killed. What can't be removed,
// as another user's, stays.
func forgetOld(tempDir string, now time.Time) {
	if tempDir == "" {
		tempDir = os.TempDir()
	}
	entries, err := os.ReadDir(tempDir)
	if err != nil {
		return // MkdirTemp tells
	}
	for _, entry := range entries {
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), folderPrefix) {
			continue
		}
		if info, err := entry.Info(); err == nil && now.Sub(info.ModTime()) > folderAge {
			_ = os.RemoveAll(filepath.Join(tempDir, entry.Name()))
		}
	}
}

// prove gathers what was not seen as claimed.
func (p *proof) prove(ctx context.Context) error {
	image, err := p.build(ctx)
	if err != nil || image == "" {
		return err
	}
	if err := p.look(ctx, image); err != nil {
		return err
	}
	for i, c := range p.Containers {
		misses, err := c.run(ctx, p.eng, image)
		if err != nil {
			return err
		}
		for _, m := range misses {
			if len(p.Containers) > 1 {
				m.Expected = fmt.Sprintf("of run %d: %s", i+1, m.Expected)
			}
			p.misses = append(p.misses, m)
		}
	}
	return nil
}

func (p *proof) miss(expected, seen string) {
	p.misses = append(p.misses, Miss{Expected: expected, Seen: seen})
}

// build builds as claimed. It returns the image to go on with, and none where
// the build was not as claimed or must fail.
func (p *proof) build(ctx context.Context) (image string, err error) {
	if err := p.write(p.Files, ""); err != nil {
		return "", err
	}
	if len(p.Edit) == 0 {
		// A step that an earlier build had done would print nothing.
		build, err := p.buildOnce(ctx, p.Build.Says != "")
		return p.judge(build, err)
	}
	if _, err := p.buildOnce(ctx, false); err != nil {
		if broken, ok := errors.AsType[*checker.BuildError](err); ok {
			p.miss("it builds before the edit", broken.Told())
			return "", nil
		}
		return "", err
	}
	build, err := p.buildEdited(ctx)
	misses := p.steps(build)
	if len(misses) > 0 && !environmental(err) {
		// An engine that has other builds to do now and then works on a step
		// again whose result it had. What is claimed wrongly is so after every
		// edit.
		build, err = p.buildEdited(ctx)
		misses = p.steps(build)
	}
	before := len(p.misses)
	image, err = p.judge(build, err)
	if image != "" || len(p.misses) == before {
		p.misses = append(p.misses, misses...)
	}
	return image, err
}

// buildEdited builds after an edit that no earlier build has seen.
func (p *proof) buildEdited(ctx context.Context) (*checker.Build, error) {
	if err := p.write(p.Edit, rand.Text()); err != nil {
		return nil, err
	}
	return p.buildOnce(ctx, false)
}

// judge compares the last build with what must come of it.
func (p *proof) judge(build *checker.Build, err error) (image string, _ error) {
	broken, failed := errors.AsType[*checker.BuildError](err)
	switch {
	case err != nil && !failed:
		return "", err
	case failed && !p.Build.Fails:
		p.miss("it builds", broken.Told())
		return "", nil
	case !failed && p.Build.Fails:
		p.miss("the build fails", "it builds")
		return "", nil
	}
	misses, err := Text{Says: p.Build.Says}.misses("the build", transcript(build, broken))
	p.misses = append(p.misses, misses...)
	if failed {
		return "", err
	}
	return build.ImageID, err
}

// buildOnce builds the context as it is on disk.
func (p *proof) buildOnce(ctx context.Context, cold bool) (*checker.Build, error) {
	secrets := make(map[string][]byte, len(p.Secrets))
	for id, secret := range p.Secrets {
		secrets[id] = []byte(secret)
	}
	build, err := p.eng.Build(ctx, checker.BuildRequest{
		Dir: p.dir, Target: p.Target, Args: p.Args, Secrets: secrets, NoCache: cold,
		Alone: len(p.Edit) > 0, Limit: buildTimeout,
	})
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !environmental(err) {
		err = &checker.EnvironmentError{
			Problem: fmt.Sprintf("the build had not ended after %s", buildTimeout),
			Remedy:  "Let the machine come to rest, then try again; a proof takes seconds.",
			Err:     err,
		}
	}
	return build, err
}

// transcript is what a build's steps printed, and its error.
func transcript(build *checker.Build, broken *checker.BuildError) string {
	var said strings.Builder
	if build != nil {
		for _, s := range build.Steps {
			said.WriteString(s.Log)
			if s.Log != "" && !strings.HasSuffix(s.Log, "\n") {
				said.WriteByte('\n')
			}
		}
	}
	if broken != nil {
		said.WriteString(broken.Message + "\n")
	}
	return said.String()
}

// write writes files of the context, with value in the place of each
// placeholder; an empty one leaves them.
func (p *proof) write(files map[string]string, value string) error {
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		return noRoom(err)
	}
	defer root.Close()
	for name, content := range files {
		if value != "" {
			content = strings.ReplaceAll(content, Placeholder, value)
		}
		if err := writeFile(root, name, content); err != nil {
			if errors.Is(err, os.ErrInvalid) {
				return err
			}
			return noRoom(err)
		}
	}
	return nil
}

// writeFile writes one file. Modes are a part of the builder's cache, so they
// must not depend on the umask.
func writeFile(root *os.Root, name, content string) error {
	if !fs.ValidPath(name) || name == "." {
		return fmt.Errorf("%q is no path in a build context: %w", name, os.ErrInvalid)
	}
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := root.Chmod(folder, 0o755); err != nil {
			return err
		}
	}
	if err := root.WriteFile(name, []byte(content), 0o644); err != nil {
		return err
	}
	return root.Chmod(name, 0o644)
}

func noRoom(err error) error {
	return &checker.EnvironmentError{
		Problem: "a claim's build context can't be written to the folder for temporary files",
		Remedy:  "Make room there, or set TMPDIR to a folder that can be written to.",
		Err:     err,
	}
}

// environmental reports whether an error says nothing about the claim.
func environmental(err error) bool {
	_, ok := errors.AsType[*checker.EnvironmentError](err)
	return ok || errors.Is(err, context.Canceled)
}
