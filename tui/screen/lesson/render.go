package lesson

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// pages is a lesson's text, rendered for one width and one background.
type pages struct {
	width    int
	dark     bool
	sections []page
}

// page is one section.
type page struct {
	title        string
	body, reveal []string
}

func (p *pages) fits(width int, dark bool) bool { return p.width == width && p.dark == dark }

type renderedMsg struct {
	slug  string
	pages *pages
	err   error
}

// render renders the whole lesson, off the event loop.
func render(l *lessons.Lesson, width int, dark bool) tea.Cmd {
	return func() tea.Msg {
		p := &pages{width: width, dark: dark}
		for _, s := range l.Sections {
			body, err := ui.Markdown(s.Markdown, dark, width)
			if err != nil {
				return renderedMsg{slug: l.Slug, err: fmt.Errorf("section %q of lesson %s: %w", s.Title, l.Slug, err)}
			}
			one := page{title: ui.Line(s.Title), body: body}
			if s.Reveal != "" {
				one.reveal, err = ui.Markdown(s.Reveal, dark, width-2)
				if err != nil {
					return renderedMsg{slug: l.Slug, err: fmt.Errorf("section %q of lesson %s: %w", s.Title, l.Slug, err)}
				}
			}
			p.sections = append(p.sections, one)
		}
		return renderedMsg{slug: l.Slug, pages: p}
	}
}
