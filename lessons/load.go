package lessons

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on a course: far above what a lesson needs, and low enough that an
// untrusted one can neither fill the memory nor keep the loader busy.
const (
	maxFileBytes = 256 << 10
	maxLessons   = 200
	maxSlug      = 64
)

const (
	lessonFile    = "lesson.md"
	questionsFile = "questions.yaml"
)

// Load reads a course: every folder of fsys is a lesson, but for those whose
// name begins with a dot. The error joins a [*Fault] for everything that is
// wrong; with one, the course is nil.
//
// fsys may come from strangers. For a folder on disk, [os.Root.FS] keeps
// symbolic links from leading out of it.
func Load(fsys fs.FS) (*Course, error) {
	var found faults
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the course's folder: %w", err)
	}
	course := &Course{}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if len(course.Lessons) == maxLessons {
			found.add(start(e.Name()), "a course has at most %d lessons", maxLessons)
			break
		}
		if !isSlug(e.Name()) {
			found.add(start(e.Name()), "a lesson's folder is named in lower-case letters, digits and single dashes, at most %d of them", maxSlug)
			continue
		}
		course.Lessons = append(course.Lessons, loadLesson(fsys, e.Name(), &found))
	}
	if len(course.Lessons) == 0 && len(found.found) == 0 {
		found.add(start("."), "there is no lesson here: a lesson is a folder with %s and %s", lessonFile, questionsFile)
	}
	checkIDs(course, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(course.Lessons, func(a, b *Lesson) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Slug, b.Slug))
	})
	return course, nil
}

// loadLesson reads one lesson's folder. What it returns is whole only when it
// added no fault.
func loadLesson(fsys fs.FS, slug string, found *faults) *Lesson {
	l := &Lesson{Slug: slug}
	file := path.Join(slug, lessonFile)
	l.at = places{"": start(file)}
	if text, ok := readText(fsys, file, found); ok {
		front, body, ok := splitFrontMatter(file, text, found)
		if ok {
			loadFrontMatter(file, front, l, found)
			l.Sections = splitSections(file, body, found)
		}
	}
	file = path.Join(slug, questionsFile)
	if text, ok := readText(fsys, file, found); ok {
		l.Questions = loadQuestions(file, slug, text, found)
	}
	loadStatements(fsys, l, found)
	return l
}

func loadFrontMatter(file, front string, l *Lesson, found *faults) {
	before := len(found.found)
	node := parseYAML(file, []byte(front), found)
	if node == nil && len(found.found) > before {
		return
	}
	if node == nil {
		found.add(start(file), "the front matter is empty: it needs a title")
		return
	}
	at, ok := decodeMapping(file, node, l, found)
	if !ok {
		return
	}
	l.at = at
	if strings.TrimSpace(l.Title) == "" {
		found.add(at.of("title"), "the lesson needs a title")
	}
	checkTexts(at.of("title"), []string{l.Title, l.Summary, l.Part}, found)
	checkConcepts(l, found)
	checkFormerly(at, l.Formerly, found)
	if l.Exercise != "" && !isSlug(l.Exercise) {
		found.add(at.of("exercise"), "%q is not an exercise's slug", l.Exercise)
	}
}

// checkConcepts adds a fault for what is no id, or has no statement.
func checkConcepts(l *Lesson, found *faults) {
	for _, id := range slices.Sorted(maps.Keys(l.Concepts)) {
		switch text := l.Concepts[id]; {
		case !isSlug(id):
			found.add(l.at.of("concepts"), "%q is no concept's id: lower-case letters, digits and single dashes, at most %d of them", id, maxSlug)
		case strings.TrimSpace(text) == "":
			found.add(l.at.of("concepts"), "the concept %q needs a statement", id)
		default:
			checkTexts(l.at.of("concepts"), []string{text}, found)
		}
	}
}

// checkFormerly adds a fault for what no lesson or question can have been called.
func checkFormerly(at places, former []string, found *faults) {
	for i, id := range former {
		if !isSlug(id) {
			found.add(at.of(item("formerly", i)), "%q can't have been its id: lower-case letters, digits and single dashes, at most %d of them", id, maxSlug)
		}
	}
}

// readText reads a text file within the limits, line ends made "\n". It adds a
// fault and returns false when there is none, or none fit to be shown.
func readText(fsys fs.FS, file string, found *faults) (string, bool) {
	src, err := readFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		found.add(start(file), "there is no such file, and a lesson needs it")
		return "", false
	}
	if err != nil {
		found.add(start(file), "%v", err)
		return "", false
	}
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	text := string(src)
	line, column := 1, 1
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") {
			found.add(place{file, line, column}, "this is not UTF-8 text")
			return "", false
		}
		if r != '\n' && r != '\t' && hidden(r) {
			found.add(place{file, line, column}, "the control character U+%04X does not belong in a course", r)
			return "", false
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return text, true
}

// checkTexts adds a fault for a control character that came out of an escape
// in YAML, where readText cannot see it.
func checkTexts(at place, texts []string, found *faults) {
	for _, text := range texts {
		for _, r := range text {
			if r != '\n' && r != '\t' && hidden(r) {
				found.add(at, "an escape here stands for the control character U+%04X, which does not belong in a course", r)
				return
			}
		}
	}
}

// readFile reads a regular file of at most maxFileBytes. It looks before it
// opens: opening a named pipe would wait for a writer.
func readFile(fsys fs.FS, file string) (_ []byte, err error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("this is not a regular file")
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	src, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(src) > maxFileBytes {
		return nil, fmt.Errorf("the file is larger than %d KiB", maxFileBytes>>10)
	}
	return src, nil
}

// checkIDs adds a fault for every id of a lesson, a question or a concept that
// is used twice, also as a former one: a learner's record could not tell the two
// apart.
func checkIDs(c *Course, found *faults) {
	lessons, questions, concepts := taken{}, taken{}, taken{}
	for _, l := range c.Lessons {
		lessons.take("lesson", l.Slug, l.at.of(""), found)
		for _, q := range l.Questions {
			questions.take("question", q.ID, q.at.of("id"), found)
		}
		for _, id := range slices.Sorted(maps.Keys(l.Concepts)) {
			concepts.take("concept", id, l.at.of("concepts"), found)
		}
	}
	for _, l := range c.Lessons {
		for i, old := range l.Formerly {
			lessons.take("lesson", old, l.at.of(item("formerly", i)), found)
		}
		for _, q := range l.Questions {
			for i, old := range q.Formerly {
				questions.take("question", old, q.at.of(item("formerly", i)), found)
			}
		}
		for _, s := range l.Proofs {
			questions.take("question or statement", s.ID, s.at.of("id"), found)
		}
	}
}

// taken are ids with where they stand.
type taken map[string]place

func (t taken) take(what, id string, at place, found *faults) {
	if id == "" {
		return // told elsewhere
	}
	if first, twice := t[id]; twice {
		found.add(at, "the id %q is taken by the %s at %s:%d", id, what, first.file, first.line)
		return
	}
	t[id] = at
}

// isSlug reports whether s is lower-case letters and digits with single dashes
// between them.
func isSlug(s string) bool {
	if s == "" || len(s) > maxSlug {
		return false
	}
	for _, word := range strings.Split(s, "-") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}
