package checker

import (
	"cmp"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
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

// Static: the program that PID 1 is, is an ELF file that asks for no
// interpreter and no shared library.
type Static struct{}

func (k *Static) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{
		expected: "the service's program is an ELF file that needs no interpreter and no shared library",
		line:     ev.blame(dockerfile.BlameCmd),
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	commands, err := k.commands(ctx, ev, image)
	if err != nil {
		return finding{}, err
	}
	for _, command := range commands {
		program, header, err := findProgram(ctx, ev.eng, image, command)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotELF) {
			continue
		}
		if err != nil {
			return finding{}, err
		}
		f.observed = header.describe(program)
		f.passed = header.static()
		return f, nil
	}
	f.observed = fmt.Sprintf("no ELF program was found where the image starts one (%s)", strings.Join(commands, ", "))
	return f, nil
}

// commands returns the programs to look at, the likeliest first: those of the
// processes that run, and where none does, as with a program whose interpreter
// is missing, what the configuration starts.
func (k *Static) commands(ctx context.Context, ev *evidence, image *Image) ([]string, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return nil, err
	}
	var commands []string
	if s.container != nil && (s.answered || s.state.Running) {
		processes, err := s.container.Processes(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range processes {
			if words := strings.Fields(p.Args); len(words) > 0 {
				commands = append(commands, words[0])
			}
		}
	} else {
		for _, word := range slices.Concat(image.Entrypoint, image.Cmd) {
			commands = append(commands, strings.Fields(word)...)
		}
	}
	return slices.DeleteFunc(commands, func(c string) bool {
		return strings.HasPrefix(c, "-") || wraps(c)
	}), nil
}

// errNotELF says that a file is no ELF program.
var errNotELF = errors.New("not an ELF program")

// findProgram reads the header of the program that a command names: as it
// stands when it has a slash, else along PATH.
func findProgram(ctx context.Context, eng Engine, image *Image, command string) (string, *programHeader, error) {
	candidates := []string{path.Join(cmp.Or(image.WorkingDir, "/"), command)}
	switch {
	case path.IsAbs(command):
		candidates = []string{command}
	case !strings.Contains(command, "/"):
		candidates = nil
		for dir := range strings.SplitSeq(searchPath(image.Env), ":") {
			candidates = append(candidates, path.Join(dir, command))
		}
	}
	for _, c := range candidates {
		header, err := readProgram(ctx, eng, image.ID, c)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return c, header, err
	}
	return "", nil, fs.ErrNotExist
}

// searchPath returns the value of PATH in an image's environment.
func searchPath(env []string) string {
	for _, e := range env {
		if value, ok := strings.CutPrefix(e, "PATH="); ok {
			return value
		}
	}
	return defaultPath
}

// programHeader is what an ELF file says that it needs.
type programHeader struct {
	interpreter string
	libraries   []string
}

func (h *programHeader) static() bool { return h.interpreter == "" && len(h.libraries) == 0 }

func (h *programHeader) describe(program string) string {
	if h.static() {
		return program + " needs neither"
	}
	var needs []string
	if h.interpreter != "" {
		needs = append(needs, "the interpreter "+h.interpreter)
	}
	if len(h.libraries) > 0 {
		needs = append(needs, strings.Join(h.libraries, ", "))
	}
	return program + " needs " + strings.Join(needs, " and ")
}

// readProgram copies a program out of an image, through a file so that its size
// does not matter, and reads its header.
func readProgram(ctx context.Context, eng Engine, imageID, name string) (*programHeader, error) {
	tmp, err := os.CreateTemp("", "shipshape-program-*")
	if err != nil {
		return nil, &EnvironmentError{Problem: "no temporary file", Remedy: "Make room in " + os.TempDir() + ", or set TMPDIR.", Err: err}
	}
	defer func() {
		tmp.Close()
		os.Remove(tmp.Name())
	}()
	if err := eng.CopyFile(ctx, imageID, name, tmp, programLimit); err != nil {
		return nil, err
	}
	return parseProgram(tmp)
}

// parseProgram reads the header of an ELF file.
func parseProgram(f *os.File) (*programHeader, error) {
	file, err := elf.NewFile(f)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotELF, err)
	}
	var h programHeader
	for _, p := range file.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		// A path, so PATH_MAX bounds it; the header's own figure is not
		// to be trusted.
		raw := make([]byte, min(p.Filesz, 4096))
		n, _ := p.ReadAt(raw, 0)
		h.interpreter = strings.TrimRight(strings.ToValidUTF8(string(raw[:n]), "�"), "\x00")
	}
	if h.libraries, err = file.ImportedLibraries(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotELF, err)
	}
	return &h, nil
}
