package checker

import (
	"errors"
	"fmt"
	"io/fs"
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
	content, err := ReadIn(dir, e.File, editLimit)
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
