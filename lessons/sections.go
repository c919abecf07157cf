package lessons

import (
	"strings"
	"unicode"
)

// revealMark is the line that stands between a question to the reader and its
// answer.
const revealMark = "???"

// frontMatterMark stands above and below a lesson's front matter.
const frontMatterMark = "---"

// splitFrontMatter returns a lesson's front matter and its text. Both keep the
// file's line numbers: what was taken out is left as empty lines.
func splitFrontMatter(file, text string, found *faults) (front, body string, ok bool) {
	lines := strings.Split(text, "\n")
	if strings.TrimRight(lines[0], " \t") != frontMatterMark {
		found.add(start(file), "a lesson begins with a line that is just %s, its title and other keys, and a second such line", frontMatterMark)
		return "", "", false
	}
	for i := 1; i < len(lines); i++ {
		if strings.TrimRight(lines[i], " \t") == frontMatterMark {
			front = "\n" + strings.Join(lines[1:i], "\n") + "\n"
			body = strings.Repeat("\n", i+1) + strings.Join(lines[i+1:], "\n")
			return front, body, true
		}
	}
	found.add(start(file), "the front matter that begins here has no line %s at its end", frontMatterMark)
	return "", "", false
}

// splitSections cuts a lesson's text at its "## " headings. Headings and marks
// inside fenced listings are text.
func splitSections(file, body string, found *faults) []Section {
	var sections []Section
	var text []string
	var fence fence
	reveals := false
	intro := false

	finish := func() {
		if len(sections) == 0 {
			return
		}
		s := &sections[len(sections)-1]
		joined := strings.Trim(strings.Join(text, "\n"), "\n")
		at := place{file: file, line: s.line, column: 1}
		if reveals {
			s.Reveal = joined
		} else {
			s.Markdown = joined
		}
		if strings.TrimSpace(s.Markdown) == "" {
			found.add(at, "the section %q has no text", s.Title)
		}
		if reveals && strings.TrimSpace(s.Reveal) == "" {
			found.add(at, "the section %q reveals nothing below its line %s", s.Title, revealMark)
		}
	}

	for i, line := range strings.Split(body, "\n") {
		at := place{file: file, line: i + 1, column: 1}
		inListing := fence.open()
		fence.read(line, i+1)
		title, isHeading := strings.CutPrefix(line, "## ")
		isMark := strings.TrimSpace(line) == revealMark
		switch {
		case inListing || fence.open() || !isHeading && !isMark:
			if len(sections) == 0 && !intro && strings.TrimSpace(line) != "" {
				intro = true
				found.add(at, "this text stands before the first heading; begin a section with \"## \"")
			}
			text = append(text, line)
		case isHeading:
			finish()
			text, reveals = nil, false
			s := Section{ID: sectionID(title), Title: strings.TrimSpace(title), line: i + 1}
			checkHeading(at, s, sections, found)
			sections = append(sections, s)
		case len(sections) == 0:
			found.add(at, "a line %s belongs in a section, below the question that it answers", revealMark)
		case reveals:
			found.add(at, "a section reveals once; this is its second line %s", revealMark)
		default:
			sections[len(sections)-1].Markdown = strings.Trim(strings.Join(text, "\n"), "\n")
			text, reveals = nil, true
		}
	}
	finish()
	if fence.open() {
		found.add(place{file: file, line: fence.line, column: 1}, "the listing that begins here is never closed")
	}
	if len(sections) == 0 {
		found.add(start(file), "the lesson has no section: begin one with \"## \"")
	}
	return sections
}

// checkHeading adds what is wrong with a new section's heading.
func checkHeading(at place, s Section, earlier []Section, found *faults) {
	if s.ID == "" {
		found.add(at, "this heading has no letter or digit to make an id of")
		return
	}
	for _, e := range earlier {
		if e.ID == s.ID {
			found.add(at, "the section id %q is taken by the heading on line %d", s.ID, e.line)
		}
	}
}

// sectionID makes an id of a heading, as Section.ID describes.
func sectionID(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "-")
}

// fence follows the fenced listings of a markdown text line by line.
type fence struct {
	mark string // the opening run of backticks or tildes, "" outside
	line int    // where it opened
}

func (f *fence) open() bool { return f.mark != "" }

// read takes the next line, whose number is n.
func (f *fence) read(line string, n int) {
	trimmed := strings.TrimLeft(line, " ")
	if len(line)-len(trimmed) > 3 {
		return
	}
	run := len(trimmed) - len(strings.TrimLeft(trimmed, "`"))
	if run == 0 {
		run = len(trimmed) - len(strings.TrimLeft(trimmed, "~"))
	}
	if run < 3 {
		return
	}
	mark, rest := trimmed[:run], trimmed[run:]
	switch {
	case !f.open():
		if mark[0] == '`' && strings.Contains(rest, "`") {
			return // a code span, not a listing
		}
		f.mark, f.line = mark, n
	case mark[0] == f.mark[0] && len(mark) >= len(f.mark) && strings.TrimSpace(rest) == "":
		f.mark = ""
	}
}
