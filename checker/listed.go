package checker

import (
	"fmt"
	"strings"
)

// listedMost is how many of several things a verdict names.
const listedMost = 5

// listed names things in a sentence: the first few, and how many more there are.
func listed(things []string) string {
	text := strings.Join(things[:min(listedMost, len(things))], ", ")
	if more := len(things) - listedMost; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
