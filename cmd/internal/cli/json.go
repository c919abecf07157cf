package cli

import (
	"encoding/json"
	"fmt"
)

// schema is the version of the documents that --json prints.
const schema = 1

// printJSON prints one document.
func (s *IO) printJSON(v any) error {
	enc := json.NewEncoder(s.Out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON to standard output: %w", err)
	}
	return nil
}
