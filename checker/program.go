package checker

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"shipshape/checker/linking"
)

// programLimit is the largest program, in bytes, that is copied out of an image
// to read its header: far beyond what a service's binary weighs.
const programLimit = 1 << 30

// defaultPath is where the engine looks for a program when the image sets no
// PATH (containerd's oci.defaultUnixEnv).
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// wraps reports whether a program only starts another: the one that counts is
// what it starts.
func wraps(program string) bool {
	switch path.Base(program) {
	case "sh", "ash", "bash", "dash", "busybox", "tini", "dumb-init", "docker-init", "env", "su-exec", "gosu":
		return true
	}
	return false
}

// program finds the service's program, as the first ELF file among what runs
// or, where nothing does, among what the image starts. The object is nil where
// none of those tried is one.
func (ev *evidence) program(ctx context.Context, image *Image) (name string, object *linking.Object, tried []string, err error) {
	if tried, err = ev.commands(ctx, image); err != nil {
		return "", nil, nil, err
	}
	for _, command := range tried {
		for _, name := range programPaths(image, command) {
			object, err := readProgram(ctx, ev.eng, image.ID, name)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotRegular) {
				continue // a folder can't be executed either
			}
			if errors.Is(err, linking.ErrNotELF) {
				break
			}
			return name, object, tried, err
		}
	}
	return "", nil, tried, nil
}

// commands returns the programs to look at, the likeliest first: those of the
// processes that run, and where none does, as with a program whose interpreter
// is missing, what the configuration starts.
func (ev *evidence) commands(ctx context.Context, image *Image) ([]string, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return nil, err
	}
	var commands []string
	if s.container == nil || !s.answered && !s.state.Running {
		for _, word := range slices.Concat(image.Entrypoint, image.Cmd) {
			commands = append(commands, strings.Fields(word)...)
		}
		return programs(commands), nil
	}
	processes, err := s.container.Processes(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range processes {
		if words := strings.Fields(p.Args); len(words) > 0 {
			commands = append(commands, words[0])
		}
	}
	commands = programs(commands)
	if !s.answered || len(commands) == 1 && commands[0] == firstWord(image) {
		return commands, nil
	}
	// A process tells itself how it is called, and one may run beside another:
	// the one that counts is the one that answers.
	serving, err := ev.serving(ctx, s)
	if err != nil || serving == nil {
		return commands, err
	}
	name, err := serving.program(ctx)
	if err != nil || name == "" {
		return commands, err
	}
	return []string{name}, nil
}

// programs drops from words, each once, those that name no program of a
// service's own.
func programs(words []string) []string {
	var out []string
	for _, w := range words {
		if !strings.HasPrefix(w, "-") && !wraps(w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// firstWord is what an image starts.
func firstWord(image *Image) string {
	for _, word := range slices.Concat(image.Entrypoint, image.Cmd) {
		return word
	}
	return ""
}

// programPaths are where the program that a command names may be: where it says
// when it has a slash, else along PATH.
func programPaths(image *Image, command string) []string {
	switch {
	case path.IsAbs(command):
		return []string{command}
	case strings.Contains(command, "/"):
		return []string{path.Join(cmp.Or(image.WorkingDir, "/"), command)}
	}
	var out []string
	for dir := range strings.SplitSeq(cmp.Or(variable(image.Env, "PATH"), defaultPath), ":") {
		out = append(out, path.Join(dir, command))
	}
	return out
}

// variable is the value of a variable in an environment of NAME=value, in which
// the last one counts; empty where it isn't set.
func variable(env []string, name string) string {
	for _, e := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// readProgram reads the header of a program of an image. What is no ELF file is
// an error that matches linking.ErrNotELF.
func readProgram(ctx context.Context, eng Engine, imageID, name string) (*linking.Object, error) {
	tmp, err := copyOut(ctx, eng, imageID, name)
	if err != nil {
		return nil, err
	}
	defer tmp.discard()
	return linking.Read(tmp)
}

// outside is a temporary copy of a file of an image.
type outside struct{ *os.File }

func (o outside) discard() {
	o.Close()
	os.Remove(o.Name())
}

// copyOut copies a file out of an image, through the disk so that its size does
// not matter.
func copyOut(ctx context.Context, eng Engine, imageID, name string) (outside, error) {
	tmp, err := os.CreateTemp("", "shipshape-program-*")
	if err != nil {
		return outside{}, &EnvironmentError{Problem: "no temporary file", Remedy: "Make room in " + os.TempDir() + ", or set TMPDIR.", Err: err}
	}
	if err := eng.CopyFile(ctx, imageID, name, tmp, programLimit); err != nil {
		outside{tmp}.discard()
		return outside{}, err
	}
	return outside{tmp}, nil
}
