package cli

import (
	"bytes"
	"encoding/json"
	"fmt"

	"shipshape/checker/inert"
)

// schema is the version of the documents that --json prints.
const schema = 1

// printJSON prints one document. What could steer a terminal stands in it as an
// escape of JSON's own, which means the same.
func (s *IO) printJSON(v any) error {
	var document bytes.Buffer
	enc := json.NewEncoder(&document)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := s.Out.Write(inert.JSON(document.Bytes())); err != nil {
		return fmt.Errorf("writing JSON to standard output: %w", err)
	}
	return nil
}
