package claim

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// shownLines and shownBytes are how much of a text a miss shows.
	shownLines = 8
	shownBytes = 1 << 10
)

// compile compiles a pattern as all patterns of claims are understood.
func compile(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile("(?m)" + pattern)
}

// misses compares the texts of something, such as "the build", with what they
// must and must not hold: Says must match one of them, Silent none.
func (t Text) misses(of string, texts ...string) ([]Miss, error) {
	var misses []Miss
	if t.Says != "" {
		says, err := compile(t.Says)
		if err != nil {
			return nil, err
		}
		if !anyMatch(says, texts) {
			misses = append(misses, Miss{fmt.Sprintf("%s says %q", of, t.Says), "it says " + shown(texts[0])})
		}
	}
	if t.Silent != "" {
		silent, err := compile(t.Silent)
		if err != nil {
			return nil, err
		}
		for _, text := range texts {
			if found := silent.FindString(text); silent.MatchString(text) {
				misses = append(misses, Miss{fmt.Sprintf("%s does not say %q", of, t.Silent), "it says " + shown(found)})
				break
			}
		}
	}
	return misses, nil
}

func anyMatch(pattern *regexp.Regexp, texts []string) bool {
	for _, text := range texts {
		if pattern.MatchString(text) {
			return true
		}
	}
	return false
}

// shown is the end of a text, for a sentence.
func shown(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "nothing"
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-shownLines):]
	text = strings.Join(lines, "\n")
	if len(text) > shownBytes {
		text = "…" + strings.ToValidUTF8(text[len(text)-shownBytes:], "")
	}
	return text
}
