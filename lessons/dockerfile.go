package lessons

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// instructionsOf are those of a Dockerfile; none where it can't be read, which a
// proof may be about.
func instructionsOf(text string) (nodes []*parser.Node) {
	// The parser is made for files of one's own, and this may be any text.
	defer func() {
		if recover() != nil {
			nodes = nil
		}
	}()
	parsed, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return nil
	}
	return parsed.AST.Children
}
