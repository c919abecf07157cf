package cli

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/spf13/cobra"
)

// templates are a lesson and an exercise that load, and that `course lint` and
// `course test` lead on from.
//
//go:embed all:template
var embeddedTemplates embed.FS

type courseNewOptions struct {
	dir              string
	lesson, exercise string
}

func newCourseNewCommand(a *app) *cobra.Command {
	var o courseNewOptions
	cmd := &cobra.Command{
		Use:   "new DIR",
		Short: "Begin a course, or a lesson or an exercise of one",
		Long: "Writes a course with one lesson and one exercise to DIR, or, with --lesson or --exercise, adds one to the course " +
			"that is there. Nothing that exists is overwritten. `shipshape course lint DIR` then says what is still missing, " +
			"and the schemas beside it let an editor complete the files.",
		Args: exactly("the course's folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			o.dir = args[0]
			return a.runCourseNew(o)
		},
	}
	cmd.Flags().StringVar(&o.lesson, "lesson", "", "add a lesson of this slug")
	cmd.Flags().StringVar(&o.exercise, "exercise", "", "add an exercise of this slug")
	return cmd
}

func (a *app) runCourseNew(o courseNewOptions) error {
	if o.lesson == "" && o.exercise == "" {
		if entries, err := os.ReadDir(o.dir); err == nil && len(entries) > 0 {
			return usagef("Name another folder, or add to this one with --lesson SLUG or --exercise SLUG.", "%s is not empty", o.dir)
		}
		o.lesson, o.exercise = "first-lesson", "first-exercise"
	}
	// Exercises leave room for others between them.
	parts := []struct {
		kind, folder, slug, file string
		step                     int
	}{
		{"lesson", "lessons", o.lesson, "lesson.md", 1}, {"exercise", "exercises", o.exercise, "exercise.yaml", 10},
	}
	for _, part := range parts {
		if part.slug == "" {
			continue
		}
		if err := mayBegin(part.kind, part.slug, filepath.Join(o.dir, part.folder, part.slug)); err != nil {
			return err
		}
	}
	if err := a.writeSchemas(filepath.Join(o.dir, "schema")); err != nil {
		return fmt.Errorf("the schemas can't be written: %w", err)
	}
	for _, part := range parts {
		// A course is both folders, also where one is empty.
		if err := os.MkdirAll(filepath.Join(o.dir, part.folder), 0o777); err != nil {
			return err
		}
		if part.slug == "" {
			continue
		}
		dir := filepath.Join(o.dir, part.folder, part.slug)
		order := nextOrder(filepath.Join(o.dir, part.folder), part.file, part.step)
		if err := writeTemplate(part.kind, part.slug, order, dir); err != nil {
			return err
		}
		fmt.Fprintf(a.io.Out, "%s is a new %s.\n", dir, part.kind)
	}
	fmt.Fprintf(a.io.Out, "What it still lacks: %s\n", a.io.outPaint().strong("shipshape course lint "+shellWord(o.dir)))
	return nil
}

// mayBegin refuses a slug that is none, and a folder that is there.
func mayBegin(kind, slug, dir string) error {
	if !isSlug(slug) {
		return usagef("A slug is lower-case words and digits, joined by single dashes.", "%q is no slug for the new %s", slug, kind)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return usagef("Choose another slug.", "%s is there already, and nothing is overwritten", dir)
	}
	return nil
}

var orderLine = regexp.MustCompile(`(?m)^order:[ \t]*(\d{1,9})\b`)

// nextOrder is the first multiple of step behind the orders in the files of a
// name, one in each folder of dir. It reads no more of them than that line: the
// next part of a course is begun also where another has faults.
func nextOrder(dir, file string, step int) int {
	last := 0
	root := os.DirFS(dir)
	names, _ := fs.Glob(root, "*/"+file) // the pattern is sound
	for _, name := range names {
		content, err := fs.ReadFile(root, name)
		if err != nil {
			continue // lint says so
		}
		if found := orderLine.FindSubmatch(content); found != nil {
			order, _ := strconv.Atoi(string(found[1])) // digits, and few
			last = max(last, order)
		}
	}
	return (last/step + 1) * step
}

// writeTemplate writes a lesson or an exercise to a folder that is not there.
func writeTemplate(kind, slug string, order int, dir string) error {
	root := path.Join("template", kind)
	return fs.WalkDir(embeddedTemplates, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := embeddedTemplates.ReadFile(name)
		if err != nil {
			return err
		}
		filled, err := fill(string(content), slug, order)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		to := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(name, root+"/")))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		return os.WriteFile(to, filled, 0o666)
	})
}

// fill writes the slug, a title made of it, and the order into a template.
func fill(text, slug string, order int) ([]byte, error) {
	t, err := template.New("").Delims("«", "»").Parse(text)
	if err != nil {
		return nil, err
	}
	words := strings.ReplaceAll(slug, "-", " ")
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		Slug, Title string
		Order       int
	}{slug, strings.ToUpper(words[:1]) + words[1:], order})
	return b.Bytes(), err
}

// isSlug reports whether a text may name a lesson or an exercise.
func isSlug(text string) bool {
	for _, word := range strings.Split(text, "-") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(text) <= 64
}
