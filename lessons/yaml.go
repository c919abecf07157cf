package lessons

import (
	"errors"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What YAML in a course may look like. A course needs none of what these
// limits refuse, and a hostile one could use it to fill the memory or the
// stack.
const (
	maxFlowDepth   = 16
	maxBlockColumn = 120
	maxTokens      = 10_000 // the parser's time grows with their square
)

// parseYAML parses one untrusted document and returns its top node, which is
// nil for an empty document, or after a fault.
func parseYAML(file string, src []byte, found *faults) ast.Node {
	defer faultOfPanic(start(file), found)
	tokens := lexer.Tokenize(string(src))
	if at, problem := refusedToken(tokens); problem != "" {
		found.add(spot(file, at), "%s", problem)
		return nil
	}
	parsed, err := parser.Parse(tokens, 0)
	if err != nil {
		addYAMLError(file, start(file), err, found)
		return nil
	}
	for i, doc := range parsed.Docs {
		if i > 0 && doc.Body != nil {
			found.add(spot(file, doc.Body.GetToken()), "a second YAML document begins here; keep one in a file")
			return nil
		}
	}
	if len(parsed.Docs) == 0 {
		return nil
	}
	return parsed.Docs[0].Body
}

// faultOfPanic, deferred, turns a panic into a fault: the library's parser and
// decoder may panic on malformed input.
func faultOfPanic(at place, found *faults) {
	if r := recover(); r != nil {
		found.add(at, "this YAML cannot be read: %v", r)
	}
}

// refusedToken returns the first token that a course must not contain, and why.
func refusedToken(tokens token.Tokens) (*token.Token, string) {
	if len(tokens) > maxTokens {
		return tokens[maxTokens], "the YAML is too long; a file's share ends here"
	}
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return t, "anchors and aliases (&, *, <<) are not used in a course: put the text in quotes, or write it out"
		case token.TagType, token.DirectiveType:
			return t, "tags and directives (!, %) are not used in a course: put the text in quotes"
		case token.InvalidType:
			return t, "this is not YAML: " + t.Error
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position != nil && t.Position.Column > maxBlockColumn {
				return t, "this is indented too deep"
			}
		}
		if depth > maxFlowDepth {
			return t, "brackets are nested too deep here"
		}
	}
	return nil, ""
}

// decodeMapping decodes a mapping into a struct, one entry at a time so that a
// fault in one does not hide those in the others. Keys that the struct does not
// have are faults. It returns where the keys stand, and false when node is not
// a mapping.
func decodeMapping(file string, node ast.Node, into any, found *faults) (places, bool) {
	defer faultOfPanic(start(file), found)
	mapping, ok := node.(ast.MapNode)
	if !ok {
		found.add(nodeSpot(file, node), "a mapping (key: value) is needed here")
		return places{"": nodeSpot(file, node)}, false
	}
	at := places{}
	for entries := mapping.MapRange(); entries.Next(); {
		entry := entries.KeyValue()
		key := entry.Key.GetToken()
		at[key.Value] = spot(file, key)
		if _, ok := at[""]; !ok {
			at[""] = spot(file, key)
		}
		if list, ok := entry.Value.(*ast.SequenceNode); ok {
			for i, value := range list.Values {
				at[item(key.Value, i)] = nodeSpot(file, value)
			}
		}
		decodeEntry(file, entry, into, found)
	}
	if _, ok := at[""]; !ok {
		at[""] = nodeSpot(file, node)
	}
	return at, true
}

// decodeEntry decodes one key and its value.
func decodeEntry(file string, entry *ast.MappingValueNode, into any, found *faults) {
	at := spot(file, entry.Key.GetToken())
	defer faultOfPanic(at, found)
	if err := yaml.NodeToValue(entry, into, yaml.Strict(), yaml.CustomUnmarshaler(decodePair)); err != nil {
		addYAMLError(file, at, err, found)
	}
}

// decodePair decodes a list of exactly two numbers. The library would fill a
// shorter one up, and panic at a longer one.
func decodePair(into *[2]int, src []byte) error {
	var pair []int
	if err := yaml.Unmarshal(src, &pair); err != nil || len(pair) != len(into) {
		return errors.New("a pair is a list of two items' numbers, such as [0, 1]")
	}
	copy(into[:], pair)
	return nil
}

// addYAMLError adds an error of the library at the place that it names, or at
// fallback where it names none.
func addYAMLError(file string, fallback place, err error, found *faults) {
	var located yaml.Error
	if !errors.As(err, &located) {
		found.add(fallback, "%v", err)
		return
	}
	at := fallback
	if t := located.GetToken(); t != nil && t.Position != nil {
		at = spot(file, t)
	}
	found.add(at, "%s", explain(located))
}

// explain puts the library's errors that speak of Go types into an author's
// words.
func explain(err yaml.Error) string {
	var wrong *yaml.TypeError
	var large *yaml.OverflowError
	switch {
	case errors.As(err, &wrong) && wrong.DstType != nil:
		return needed(wrong.DstType.Kind()) + " is needed here"
	case errors.As(err, &large):
		return "the number " + large.SrcNum + " is too large"
	}
	return err.GetMessage()
}

// needed names what YAML must hold for a value of a kind.
func needed(kind reflect.Kind) string {
	switch kind {
	case reflect.Int:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping (key: value)"
	default:
		return "a text"
	}
}

// spot is where a token stands.
func spot(file string, t *token.Token) place {
	if t == nil || t.Position == nil {
		return start(file)
	}
	return place{file: file, line: t.Position.Line, column: t.Position.Column}
}

// nodeSpot is where a node begins: a mapping's own token is its first colon.
func nodeSpot(file string, node ast.Node) place {
	switch n := node.(type) {
	case nil:
		return start(file)
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return spot(file, n.Values[0].Key.GetToken())
		}
	case *ast.MappingValueNode:
		return spot(file, n.Key.GetToken())
	}
	return spot(file, node.GetToken())
}
