package lessons_test

import (
	"slices"
	"strings"
	"testing"

	"shipshape/lessons"
)

func TestPlacement(t *testing.T) {
	c := &lessons.Course{}
	for _, slug := range []string{"a", "b", "c", "d", "e", "f"} {
		l := &lessons.Lesson{Slug: slug}
		if slug != "b" {
			l.Placement = []string{slug + "-1", slug + "-2"}
		}
		for _, id := range l.Placement {
			l.Questions = append(l.Questions, &lessons.Question{ID: id, Lesson: slug})
		}
		c.Lessons = append(c.Lessons, l)
	}
	for name, tt := range map[string]struct {
		answers string // r and w
		asked   []string
		known   []string
		begin   string
	}{
		"knows all":           {"rrrrrrrrrr", []string{"a-1", "a-2", "c-1", "c-2", "d-1", "d-2", "e-1", "e-2", "f-1", "f-2"}, []string{"a", "c", "d", "e", "f"}, ""},
		"knows nothing":       {"www", []string{"a-1", "c-1", "d-1"}, nil, "a"},
		"half known is none":  {"rwww", []string{"a-1", "a-2", "c-1", "d-1"}, nil, "a"},
		"knows the beginning": {"rrwww", []string{"a-1", "a-2", "c-1", "d-1", "e-1"}, []string{"a"}, "c"},
		"one gap":             {"wrrwww", []string{"a-1", "c-1", "c-2", "d-1", "e-1", "f-1"}, []string{"c"}, "a"},
		"stops in the middle": {"rrr", []string{"a-1", "a-2", "c-1"}, []string{"a"}, "c"},
		"gap between known":   {"rrwrrww", []string{"a-1", "a-2", "c-1", "d-1", "d-2", "e-1", "f-1"}, []string{"a", "d"}, "c"},
		"stops after one":     {"rr", []string{"a-1", "a-2"}, []string{"a"}, "c"},
		"stops at once":       {"", nil, nil, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			p := lessons.NewPlacement(c)
			wrong := strings.Count(tt.answers, "w")
			var asked, known []string
			for _, answer := range tt.answers {
				asked = append(asked, p.Next().ID)
				p.Answer(answer == 'r')
			}
			for _, l := range p.Known() {
				known = append(known, l.Slug)
			}
			begin := ""
			if l := p.Begin(); l != nil {
				begin = l.Slug
			}
			if !slices.Equal(asked, tt.asked) || !slices.Equal(known, tt.known) || begin != tt.begin {
				t.Errorf("asks %v, knows %v, begins with %q", asked, known, begin)
			}
			if len(p.Unknown()) != wrong || wrong > 0 && p.Unknown()[0].Slug != begin {
				t.Errorf("with %d wrong answers it does not know of %v", wrong, p.Unknown())
			}
			if p.Stopped() != strings.HasSuffix(tt.answers, "www") {
				t.Errorf("after %s it says that it stopped: %v", tt.answers, p.Stopped())
			}
			if len(asked) > 3 && name != "stops in the middle" && p.Next() != nil {
				t.Errorf("it goes on with %s", p.Next().ID)
			}
		})
	}
	p := lessons.NewPlacement(&lessons.Course{})
	if p.Answer(true); p.Next() != nil || p.Begin() != nil {
		t.Error("a course without lessons asks something")
	}
}
