package checker

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// placeholder stands in an Edit's texts where the random value goes.
const placeholder = "{{value}}"

// editLimit is the largest file, in bytes, that an edit replaces text in: far
// more than any manifest, and little enough to hold in memory.
const editLimit = 1 << 20

// errEdit says that the text which an edit replaces is not in the file.
var errEdit = errors.New("the text that the grader varies is not there")

// overlay returns the edit's file, with value in it, as an overlay of a build
// context.
func (e Edit) overlay(dir, value string) (map[string][]byte, error) {
	if e.File == "" {
		return nil, nil
	}
	if e.Template != "" {
		return map[string][]byte{e.File: []byte(strings.ReplaceAll(e.Template, placeholder, value))}, nil
	}
	content, err := readIn(dir, e.File, editLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s is missing", errEdit, e.File)
	}
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(content), e.Replace); n != 1 {
		return nil, fmt.Errorf("%w: %q stands in %s %d times, not once", errEdit, e.Replace, e.File, n)
	}
	with := strings.ReplaceAll(e.With, placeholder, value)
	return map[string][]byte{e.File: []byte(strings.Replace(string(content), e.Replace, with, 1))}, nil
}

// readIn reads a file below dir, never one outside it, of at most limit bytes.
func readIn(dir, name string, limit int64) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	// Looked at before it is opened: opening a named pipe would wait for ever.
	if info, err := root.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return content, nil
}
