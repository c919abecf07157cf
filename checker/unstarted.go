package checker

import (
	"bufio"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"shipshape/checker/linking"
)

// firstLineLimit is how much of a script's first line a kernel reads, in bytes
// (execve(2)).
const firstLineLimit = 256

// whyUnstarted says, as half a sentence, what keeps a program from being
// executed, where the kernel and the engine only say that there is no such
// file: the program may be there, and what starts it is not. It looks at all
// programs that the image's entrypoint and command name, since one may start
// another. It returns nothing where the image tells no reason.
func (ev *evidence) whyUnstarted(ctx context.Context, image *Image) (string, error) {
	for i, word := range startWords(image) {
		name, found, err := ev.firstThere(ctx, image, word)
		if err != nil {
			return "", err
		}
		if !found {
			if i == 0 {
				return fmt.Sprintf("the image has no %s", word), nil
			}
			continue // an argument, as likely as not
		}
		reason, err := ev.whyNot(ctx, image, name)
		if err != nil || reason != "" {
			return reason, err
		}
	}
	return "", nil
}

// startWords are the words of an image's entrypoint and command that may name a
// program, the first of which does.
func startWords(image *Image) []string {
	var out []string
	for i, argument := range slices.Concat(image.Entrypoint, image.Cmd) {
		words := []string{argument}
		if i > 0 {
			words = strings.Fields(argument) // it may be a shell's script
		}
		for _, w := range words {
			if i == 0 || !strings.HasPrefix(w, "-") {
				out = append(out, w)
			}
		}
	}
	return out
}

// firstThere finds the file that a command names.
func (ev *evidence) firstThere(ctx context.Context, image *Image, command string) (string, bool, error) {
	for _, name := range programPaths(image, command) {
		there, err := ev.isThere(ctx, image, name)
		if err != nil || there {
			return name, there, err
		}
	}
	return "", false, nil
}

// isThere reports whether an image has a file.
func (ev *evidence) isThere(ctx context.Context, image *Image, name string) (bool, error) {
	err := ev.eng.CopyFile(ctx, image.ID, name, io.Discard, programLimit)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case fatal(err):
		return false, err
	}
	return false, nil // a folder, or links in a circle: nothing to execute
}

// whyNot says why a file that is there can't be executed; empty where it can,
// or where its content doesn't tell.
func (ev *evidence) whyNot(ctx context.Context, image *Image, name string) (string, error) {
	tmp, err := copyOut(ctx, ev.eng, image.ID, name)
	if err != nil {
		return "", err
	}
	defer tmp.discard()
	if interpreter, ok := scriptInterpreter(io.NewSectionReader(tmp, 0, firstLineLimit)); ok {
		return ev.whyNoScript(ctx, image, name, interpreter)
	}
	object, err := linking.Read(tmp)
	if err != nil {
		return "", nil //nolint:nilerr // neither a program nor a script: an argument, or what the engine's own message names
	}
	if want, ok := machineOf(image.Platform); ok && object.Machine != want {
		return fmt.Sprintf("%s is there, and was built for %s, not for %s", name, strings.TrimPrefix(object.Machine.String(), "EM_"), image.Platform), nil
	}
	if object.Interpreter == "" {
		return "", nil
	}
	there, err := ev.isThere(ctx, image, object.Interpreter)
	if err != nil || there {
		return "", err
	}
	return name + " is there: what is missing is the loader that it asks for, " + object.Interpreter, nil
}

// whyNoScript says what is wrong with a script's first line.
func (ev *evidence) whyNoScript(ctx context.Context, image *Image, name, interpreter string) (string, error) {
	if strings.HasSuffix(interpreter, "\r") {
		return name + " is there, and its lines end as on Windows, so that it asks for a program whose name ends with a carriage return", nil
	}
	there, err := ev.isThere(ctx, image, interpreter)
	if err != nil || there {
		return "", err
	}
	return fmt.Sprintf("%s is there: what is missing is the interpreter of its first line, %s", name, interpreter), nil
}

// scriptInterpreter reads the program that a script's first line names.
func scriptInterpreter(r io.Reader) (string, bool) {
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false
	}
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "#!")
	if !ok {
		return "", false
	}
	// A carriage return is no space to the kernel, and is to strings.Fields.
	words := strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) == 0 || !path.IsAbs(words[0]) {
		return "", false
	}
	return words[0], true
}

// machineOf is what a platform's programs are built for; ok is false for one
// that is not known here.
func machineOf(platform string) (machine elf.Machine, ok bool) {
	_, arch, _ := strings.Cut(platform, "/")
	arch, _, _ = strings.Cut(arch, "/")
	switch arch {
	case "amd64":
		return elf.EM_X86_64, true
	case "arm64":
		return elf.EM_AARCH64, true
	case "arm":
		return elf.EM_ARM, true
	case "ppc64le":
		return elf.EM_PPC64, true
	case "s390x":
		return elf.EM_S390, true
	case "riscv64":
		return elf.EM_RISCV, true
	}
	return elf.EM_NONE, false
}
