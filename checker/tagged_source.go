package checker

import (
	"archive/tar"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// unedited is the submission's image as the learner builds it: without anything
// that the grader writes into the source. Build arguments and secrets it is given
// as every build is.
type unedited struct {
	image *Image
	// files are the digests of those of its files that are files of the source,
	// by their paths; made when they are first needed.
	files map[string][sha256.Size]byte
	build *Build
}

// unedited builds the submission as it stands. What the learner built a moment
// ago comes from the engine's cache, layer by layer.
func (ev *evidence) unedited(ctx context.Context) (*unedited, error) {
	return ev.asItStands.get(ctx, &ev.shared, func(ctx context.Context) (*unedited, error) {
		build, err := ev.buildCopy(ctx, "your image, unedited", copied{asItStands: true})
		if err != nil {
			return nil, err
		}
		image, err := ev.eng.Image(ctx, build.ImageID)
		return &unedited{image: image, build: build}, err
	})
}

// differs tells, as half a sentence, how an image differs from what the source
// builds to; empty where it is that.
//
// Images with the same layers and the same configuration are the same. Another
// builder, or an emptied cache, makes other layers of the same source: then the
// image must have the same base and have run the same commands, and must hold the
// files of the source that the build puts into it, or where it puts none, the same
// program.
func (u *unedited) differs(ctx context.Context, ev *evidence, ref string) (string, error) {
	image, err := ev.eng.Image(ctx, ref)
	if err != nil {
		return "", err
	}
	if other := u.configuredElse(image, ev.plants.args); other != "" {
		return other, nil
	}
	if len(image.RootFS) > 0 && slices.Equal(u.image.RootFS, image.RootFS) {
		return "", nil
	}
	base, err := u.base(ctx, ev)
	if err != nil {
		return "", err
	}
	if len(image.RootFS) < len(base) || !slices.Equal(image.RootFS[:len(base)], base) {
		return "it has another base image", nil
	}
	if ran := commandsRun(image); !slices.Equal(commandsRun(u.image), ran) {
		return "other commands were run to make it", nil
	}
	if u.files == nil {
		if u.files, err = sourceFiles(ctx, ev, u); err != nil {
			return "", err
		}
	}
	if len(u.files) == 0 {
		return u.differsInProgram(ctx, ev, image)
	}
	found, err := digests(ctx, ev.eng, image.ID, func(name string, _ int64) bool { _, ok := u.files[name]; return ok })
	if err != nil {
		return "", err
	}
	var other []string
	for name, digest := range u.files {
		if found[name] != digest {
			other = append(other, name)
		}
	}
	if len(other) == 0 {
		return "", nil
	}
	slices.Sort(other)
	return "it has another " + listed(other), nil
}

// configuredElse tells, as half a sentence, how an image's configuration is
// another one; empty where it is the same. Labels say who built it, and when.
func (u *unedited) configuredElse(image *Image, args map[string]string) string {
	if !sameStart(u.image, image) {
		return "it starts another command, as another user or in another folder"
	}
	if u.image.StopSignal != image.StopSignal {
		return "it is stopped by another signal"
	}
	if !sameHealth(u.image, image) {
		return "it has another health test"
	}
	own, other := variables(u.image.Env), variables(image.Env)
	for _, name := range slices.Sorted(maps.Keys(merged(own, other))) {
		if holdsAny(own[name], args) {
			continue // the learner gave the argument another value
		}
		if own[name] != other[name] {
			return "its variable " + name + " is another"
		}
	}
	return ""
}

// holdsAny reports whether a text holds one of the values.
func holdsAny(text string, values map[string]string) bool {
	for _, v := range values {
		if strings.Contains(text, v) {
			return true
		}
	}
	return false
}

// variables are those of an environment of NAME=value, in which the last counts.
func variables(env []string) map[string]string {
	out := make(map[string]string, len(env))
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		out[name] = value
	}
	return out
}

func sameHealth(a, b *Image) bool {
	return slices.Equal(a.HealthTest, b.HealthTest) && a.HealthInterval == b.HealthInterval &&
		a.HealthTimeout == b.HealthTimeout && a.HealthStartPeriod == b.HealthStartPeriod && a.HealthRetries == b.HealthRetries
}

// base are the layers of the image that the submission is built on; none where
// the engine doesn't know it.
func (u *unedited) base(ctx context.Context, ev *evidence) ([]string, error) {
	file, err := ev.dockerfile()
	if err != nil || file.BaseImage() == "" {
		return nil, err
	}
	base, err := ev.eng.Image(ctx, file.BaseImage())
	if errors.Is(err, ErrNoImage) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if n := len(base.RootFS); n <= len(u.image.RootFS) && slices.Equal(base.RootFS, u.image.RootFS[:n]) {
		return base.RootFS, nil
	}
	return nil, nil
}

// commandsRun are the commands that shells ran in an image's RUN steps, without
// what builders write around them: BuildKit "RUN |1 A=1 /bin/sh -c make #
// buildkit", with mounts or without, the classic builder "|1 A=1 /bin/sh -c make".
func commandsRun(image *Image) []string {
	var commands []string
	for _, h := range image.History {
		text, byBuildKit := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(h.Instruction), " # buildkit"), "RUN ")
		shell, command, inShell := strings.Cut(text, " -c ")
		if !inShell || strings.HasPrefix(command, "#(nop)") || !byBuildKit && otherInstruction.MatchString(shell) {
			continue
		}
		commands = append(commands, strings.TrimSpace(command))
	}
	return commands
}

// otherInstruction finds the instructions that BuildKit writes as they are, such
// as HEALTHCHECK.
var otherInstruction = regexp.MustCompile(`^[A-Z]+ `)

func sameStart(a, b *Image) bool {
	return slices.Equal(a.Entrypoint, b.Entrypoint) && slices.Equal(a.Cmd, b.Cmd) &&
		a.User == b.User && cmp.Or(a.WorkingDir, "/") == cmp.Or(b.WorkingDir, "/")
}

// differsInProgram compares the files that the two images' command names: the
// program, and what an interpreter is to run.
func (u *unedited) differsInProgram(ctx context.Context, ev *evidence, image *Image) (string, error) {
	compared := false
	for _, word := range slices.Concat(u.image.Entrypoint, u.image.Cmd) {
		for _, name := range programPaths(u.image, word) {
			own, err := fileSum(ctx, ev.eng, u.image.ID, name)
			if _, none := errors.AsType[*fs.PathError](err); none {
				continue // no file of that name, or a folder
			}
			if err != nil {
				return "", err
			}
			other, err := fileSum(ctx, ev.eng, image.ID, name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
			if own != other {
				return "its " + name + " is another", nil
			}
			compared = true
			break
		}
	}
	if !compared {
		return "its layers are others, and nothing in it is known from the source", nil
	}
	return "", nil
}

// fileSum is the digest of a file of an image.
func fileSum(ctx context.Context, eng Engine, ref, name string) (digest [sha256.Size]byte, err error) {
	sum := sha256.New()
	err = eng.CopyFile(ctx, ref, name, sum, programLimit)
	copy(digest[:], sum.Sum(nil))
	return digest, err
}

// sourceFiles finds the files of the source in the image: by their content, for
// a build puts them where it likes. The Dockerfile and the ignore file are left
// out: whether they come along is up to how a build is started.
func sourceFiles(ctx context.Context, ev *evidence, u *unedited) (map[string][sha256.Size]byte, error) {
	root, err := os.OpenRoot(ev.sub.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	known := make(map[[sha256.Size]byte]bool)
	sizes := make(map[int64]bool)
	for _, sent := range u.build.Context {
		if sent.SizeBytes == 0 || sent.Path == ev.dockerfileName() || path.Base(sent.Path) == ".dockerignore" {
			continue
		}
		file, err := root.Open(sent.Path)
		if err != nil {
			return nil, fmt.Errorf("%s can't be read any more: %w", sent.Path, err)
		}
		digest, err := sumOf(file)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", sent.Path, err)
		}
		known[digest], sizes[sent.SizeBytes] = true, true
	}
	found, err := digests(ctx, ev.eng, u.image.ID, func(_ string, bytes int64) bool { return sizes[bytes] })
	if err != nil {
		return nil, err
	}
	for name, digest := range found {
		if !known[digest] {
			delete(found, name)
		}
	}
	return found, nil
}

// digests reads the regular files of an image that want picks.
func digests(ctx context.Context, eng Engine, ref string, want func(name string, bytes int64) bool) (map[string][sha256.Size]byte, error) {
	found := make(map[string][sha256.Size]byte)
	err := eng.Walk(ctx, ref, func(hdr *tar.Header, r io.Reader) error {
		name := path.Join("/", hdr.Name)
		if hdr.Typeflag != tar.TypeReg || hdr.Size == 0 || !want(name, hdr.Size) {
			return nil
		}
		digest, err := sumOf(r)
		found[name] = digest
		return err
	})
	return found, err
}

func sumOf(r io.Reader) (digest [sha256.Size]byte, err error) {
	sum := sha256.New()
	_, err = io.Copy(sum, r)
	copy(digest[:], sum.Sum(nil))
	return digest, err
}
