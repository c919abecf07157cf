package checker

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"shipshape/checker/layers"
	"shipshape/checker/linking"
)

// loaderLimit is the largest loader, cache or path file that is read, in bytes:
// several times the largest.
const loaderLimit = 8 << 20

// libraries is the image as a loader sees it.
type libraries struct {
	ev    *evidence
	image *Image
	tree  *imageLayers
	// read are the files that were read, by their real path.
	read map[string]readObject
}

type readObject struct {
	object *linking.Object
	err    error
}

// matching are the files of the final tree that a glob matches, in order.
func (l *libraries) matching(glob layers.Glob) []string {
	var out []string
	for e := range l.tree.stack.Visible() {
		if (e.Kind == layers.File || e.Kind == layers.HardLink) && glob.Match(e.Path) {
			out = append(out, e.Path)
		}
	}
	slices.Sort(out)
	return out
}

// open reads the ELF file at a path, each once.
func (l *libraries) open(ctx context.Context, name string) (*linking.Object, error) {
	e, ok := l.tree.stack.Resolve(name)
	if !ok || e.Kind != layers.File && e.Kind != layers.HardLink {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	known, ok := l.read[e.Path]
	if !ok {
		known.object, known.err = readProgram(ctx, l.ev.eng, l.image.ID, e.Path)
		l.read[e.Path] = known
	}
	return known.object, known.err
}

// problem tells what a file lacks; nil for nothing.
func (l *libraries) problem(ctx context.Context, name string) (*flaw, error) {
	object, err := l.open(ctx, name)
	if err != nil {
		return nil, err
	}
	if object.Static() {
		return nil, nil //nolint:nilnil // nothing is lacking
	}
	e, _ := l.tree.stack.Resolve(name)
	line := l.tree.origin(e.Layer).line
	loader := cmp.Or(object.Interpreter, l.anyLoader())
	if _, ok := l.tree.stack.Resolve(loader); !ok {
		return &flaw{text: noInterpreter(name, loader), why: whyInterpreter(loader), line: line}, nil
	}
	im, err := l.searched(ctx, loader)
	if err != nil {
		return nil, err
	}
	missing, err := im.Resolve(e.Path, object)
	if err != nil || len(missing) == 0 {
		return nil, err
	}
	// What the loader itself finds is there, wherever it may be.
	if found, err := loaderFinds(ctx, l.ev.eng, RunRequest{
		Image: l.image.ID, Env: l.ev.sub.Assignment.Service.Env, Limits: l.ev.limits(),
		Entrypoint: []string{loader}, Cmd: []string{"--list", name},
	}); err != nil || found {
		return nil, err
	}
	return &flaw{text: describeMissing(missing), why: whyMissing(missing[0]), line: line}, nil
}

// anyLoader is a loader that the image has, for a library, which names none.
func (l *libraries) anyLoader() string {
	for _, pattern := range []string{"/lib/ld-musl-*.so.1", "/lib64/ld-linux-*.so.*", "/lib/ld-linux-*.so.*", "/usr/lib*/ld-linux-*.so.*", "/usr/lib/*/ld-linux-*.so.*"} {
		glob, err := layers.NewGlob(pattern)
		if err != nil {
			continue
		}
		if found := l.matching(glob); len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

// searched tells where a loader of the image looks for libraries.
func (l *libraries) searched(ctx context.Context, loader string) (*linking.Image, error) {
	im := &linking.Image{
		Open:   func(name string) (*linking.Object, error) { return l.open(ctx, name) },
		Loader: loader, Musl: linking.IsMusl(loader),
	}
	env := slices.Concat(l.image.Env, l.ev.sub.Assignment.Service.Env)
	for dir := range strings.SplitSeq(variable(env, "LD_LIBRARY_PATH"), ":") {
		if dir != "" {
			im.LibraryPath = append(im.LibraryPath, dir)
		}
	}
	if im.Musl {
		content, err := l.content(ctx, linking.MuslPathFile(loader))
		if err != nil {
			return nil, err
		}
		if im.Folders = linking.ParseMuslPath(string(content)); len(im.Folders) == 0 {
			im.Folders = linking.MuslFolders()
		}
		return im, nil
	}
	content, err := l.content(ctx, loader)
	if err != nil {
		return nil, err
	}
	im.Folders = linking.Folders(content)
	if content, err = l.content(ctx, linking.CacheFile); err != nil {
		return nil, err
	}
	// A cache that can't be read is none to the loader either.
	im.Cache, _ = linking.ParseCache(content)
	return im, nil
}

// content is that of a file of the image; nil for one that isn't there.
func (l *libraries) content(ctx context.Context, name string) ([]byte, error) {
	e, ok := l.tree.stack.Resolve(name)
	if !ok {
		return nil, nil
	}
	var content bytes.Buffer
	err := l.ev.eng.CopyFile(ctx, l.image.ID, e.Path, &content, loaderLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content.Bytes(), err
}

// loaderFinds asks a loader to list what a file needs, and reports whether it
// found all of it.
func loaderFinds(ctx context.Context, eng Engine, req RunRequest) (bool, error) {
	c, err := eng.Start(ctx, req)
	var unfit *StartError
	if errors.As(err, &unfit) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var log string
	state, ended, err := Watch(ctx, c, loaderTimeout, func(s State) (bool, error) { return !s.Running, nil })
	if err == nil && ended {
		log, err = c.Logs(ctx, logTail)
	}
	if err := errors.Join(err, c.Remove(ctx)); err != nil {
		return false, err
	}
	return ended && state.ExitCode == 0 && log != "" &&
		!strings.Contains(log, "not found") && !strings.Contains(log, "Error "), nil
}

// describeMissing names what is missing, and who asks for it.
func describeMissing(missing []linking.Missing) string {
	var out []string
	for _, m := range missing {
		if m.Version == "" {
			out = append(out, fmt.Sprintf("%s needs %s, which is nowhere that the loader looks", m.By, m.Library))
			continue
		}
		out = append(out, fmt.Sprintf("%s needs %s of %s, and %s is older", m.By, m.Version, m.Library, m.At))
	}
	return listed(out)
}

func whyMissing(m linking.Missing) string {
	switch {
	case m.Version != "":
		return "It was built against a newer C library than this base has. Build it on the release that it runs on, or link it statically."
	case linking.IsMuslLibrary(m.Library):
		return "It was built on Alpine, for musl, and this base has the GNU C library. Build and run on the same kind of base."
	}
	return "The package that brings a library at build time is often not the one for run time: install that one in the final stage, or copy the library to where the loader looks."
}

// noInterpreter says that a program's loader is missing.
func noInterpreter(program, loader string) string {
	if loader == "" {
		return program + " needs a loader for shared libraries, and the image has none"
	}
	return fmt.Sprintf("%s asks for the loader %s, which the image does not have", program, loader)
}

func whyInterpreter(loader string) string {
	const begin = "The kernel starts the loader that a program names, and says \"no such file or directory\" of the program when the loader is not there. "
	if linking.IsMusl(loader) {
		return begin + "This one was built on Alpine, for musl: run it there, or link it statically."
	}
	return begin + "This one was built for the GNU C library: link it statically (CGO_ENABLED=0 for Go), or ship it on a base that has that library."
}
