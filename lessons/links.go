package lessons

import (
	"regexp"
	"strings"
)

// linkTarget finds a markdown link's target, and commandLine a command of shipshape's
// that a text tells the reader to run, with what it names.
var (
	linkTarget  = regexp.MustCompile(`\]\(([^)\s]*)\)`)
	commandLine = regexp.MustCompile(`shipshape (lesson|quiz|start|check|hint|solution) ([a-z][a-z0-9-]*)`)
)

// Links tells which targets a course's texts may point to.
type Links struct {
	// Exercise tells whether there is an exercise of that slug.
	Exercise func(slug string) bool
}

// LintLinks returns a [*Fault] for everything that a course points to and that
// is not there: exercises, and in its lessons' texts also other lessons and
// their sections. A link goes to a web page (https://…), a lesson (its slug), or
// a section (#section, lesson#section).
func LintLinks(c *Course, links Links) []error {
	var found faults
	for _, l := range c.Lessons {
		if l.Exercise != "" && !links.Exercise(l.Exercise) {
			found.add(l.at.of("exercise"), "there is no exercise %q", l.Exercise)
		}
		for _, s := range l.Sections {
			at := place{file: l.at.of("").file, line: s.line, column: 1}
			lintText(c, l, s.Markdown+"\n"+s.Reveal, at, links, &found)
		}
		for _, q := range l.Questions {
			for _, text := range q.texts() {
				lintText(c, l, text, q.at.of(""), links, &found)
			}
		}
	}
	return found.list()
}

// lintText adds a fault for each thing that a text points to in vain.
func lintText(c *Course, l *Lesson, text string, at place, links Links, found *faults) {
	for _, m := range linkTarget.FindAllStringSubmatch(text, -1) {
		target := m[1]
		if strings.HasPrefix(target, "https://") {
			continue
		}
		slug, section, _ := strings.Cut(target, "#")
		to := l
		if slug != "" {
			to = c.Lesson(slug)
		}
		switch {
		case to == nil:
			found.add(at, "a link goes to %q: that is no lesson, and no https:// address", target)
		case section != "" && to.Section(section) == nil:
			found.add(at, "a link goes to %q, and the lesson has no such section", target)
		}
	}
	for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
		verb, name := m[1], m[2]
		switch verb {
		case "lesson", "quiz":
			if c.Lesson(name) == nil {
				found.add(at, "the text says `%s`, and there is no such lesson", m[0])
			}
		default:
			if !links.Exercise(name) {
				found.add(at, "the text says `%s`, and there is no such exercise", m[0])
			}
		}
	}
}
