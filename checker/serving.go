package checker

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

// serving is the process that listens on the service's port, as the system knows
// it: not as the image's configuration has it started, which a script between the
// two may have changed.
type serving struct {
	tools *tools
	// pid numbers it as the container does.
	pid int
}

// serving finds the process that serves; nil where that can't be told.
func (ev *evidence) serving(ctx context.Context, s *service) (*serving, error) {
	holders, err := s.tools.holders(ctx, ev.sub.Assignment.Service.Port)
	if err != nil || len(holders) == 0 {
		return nil, err
	}
	return &serving{tools: s.tools, pid: holders[0]}, nil
}

// program is the path of the file that it executes; empty where that can't be told.
func (p *serving) program(ctx context.Context) (string, error) { return p.link(ctx, "exe") }

// folder is its working directory; empty where that can't be told.
func (p *serving) folder(ctx context.Context) (string, error) { return p.link(ctx, "cwd") }

// command is what it was called with, and environ what it has in its environment;
// nil where that can't be told.
func (p *serving) command(ctx context.Context) ([]string, error) { return p.list(ctx, "cmdline") }

func (p *serving) environ(ctx context.Context) ([]string, error) { return p.list(ctx, "environ") }

func (p *serving) link(ctx context.Context, name string) (string, error) {
	output, ok, err := p.tools.run(ctx, "readlink", p.file(name))
	target := strings.TrimSpace(output)
	if err != nil || !ok || !path.IsAbs(target) {
		return "", err
	}
	return target, nil
}

func (p *serving) list(ctx context.Context, name string) ([]string, error) {
	output, ok, err := p.tools.run(ctx, "cat", p.file(name))
	if err != nil || !ok {
		return nil, err
	}
	return splitNUL(output), nil
}

func (p *serving) file(name string) string { return fmt.Sprintf("/proc/%d/%s", p.pid, name) }

// splitNUL splits what the system lists with a NUL behind each part. The engine
// makes control characters inert: NUL is its picture.
func splitNUL(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == 0 || r == '␀' })
}

// worksIn is the folder that the service works in; empty where it does not answer,
// or that can't be told.
func (ev *evidence) worksIn(ctx context.Context) (string, error) {
	s, err := ev.running(ctx)
	if err != nil || !s.answered {
		return "", err
	}
	p, err := ev.serving(ctx, s)
	if err != nil || p == nil {
		return "", err
	}
	return p.folder(ctx)
}

// ownInterpreter is the program that runs the service, and its environment, where it
// is called like one of names, with or without a version: a virtual environment is
// in no PATH where the service's command names it, or its start script enters it.
// The program is empty where it is none of them.
func (ev *evidence) ownInterpreter(ctx context.Context, names []string) (program string, env []string, err error) {
	s, err := ev.running(ctx)
	if err != nil || !s.answered {
		return "", nil, err
	}
	p, err := ev.serving(ctx, s)
	if err != nil || p == nil {
		return "", nil, err
	}
	command, err := p.command(ctx)
	if err != nil || len(command) == 0 {
		return "", nil, err
	}
	if bare := withoutVersion(command[0]); !slices.ContainsFunc(names, func(n string) bool { return withoutVersion(n) == bare }) {
		return "", nil, nil
	}
	env, err = p.environ(ctx)
	return command[0], env, err
}

// withoutVersion is the name of a program without what versions add to it: python
// for /usr/bin/python3.13.
func withoutVersion(program string) string {
	return strings.TrimRight(path.Base(program), "0123456789.")
}

// ownFiles are the files and folders that are the service's own program, by the file
// that the grader edits: the working directory where that has it, else the folder
// that the service runs in, or that of a file which its command names. Of a program
// that lies loose in /, they are its files. Where the image has no such file, since
// the program was made of it, the working directory stands for it.
func (ev *evidence) ownFiles(ctx context.Context, s *service, image *Image) ([]string, error) {
	nonce := ev.sub.Assignment.Nonce.File
	workdir := path.Clean("/" + image.WorkingDir)
	holds := func(dir string) (bool, error) { return ev.isThere(ctx, image, path.Join(dir, nonce)) }
	if workdir != "/" {
		if there, err := holds(workdir); err != nil || there {
			return []string{workdir}, err
		}
	}
	named, dirs, err := ev.namedFiles(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if there, err := holds(dir); err != nil || there {
			return []string{dir}, err
		}
	}
	if workdir != "/" {
		return []string{workdir}, nil
	}
	var own []string
	for _, name := range append(named, path.Join("/", nonce)) {
		there, err := ev.isThere(ctx, image, name)
		if err != nil {
			return nil, err
		}
		if there {
			own = append(own, name)
		}
	}
	return own, nil
}

// namedFiles are the paths that the words of the command that serves would have as
// those of files, and the folders, other than /, that it works in or that they are
// in; none where that can't be told.
func (ev *evidence) namedFiles(ctx context.Context, s *service) (named, dirs []string, err error) {
	p, err := ev.serving(ctx, s)
	if err != nil || p == nil {
		return nil, nil, err
	}
	cwd, err := p.folder(ctx)
	if err != nil {
		return nil, nil, err
	}
	command, err := p.command(ctx)
	if err != nil {
		return nil, nil, err
	}
	program, err := p.program(ctx)
	if err != nil {
		return nil, nil, err
	}
	words := slices.DeleteFunc(append(command[min(1, len(command)):], program), func(w string) bool {
		return w == "" || strings.HasPrefix(w, "-")
	})
	named = inFolder(cwd, words)
	dirs = upwards(path.Clean("/" + cwd))
	for _, name := range named {
		dirs = append(dirs, upwards(path.Dir(name))...)
	}
	return named, dirs, nil
}

// upwards are a folder and those above it, without /.
func upwards(dir string) []string {
	var dirs []string
	for ; dir != "/"; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	return dirs
}
