// Package strictyaml decodes YAML into structs and reports every fault at once,
// each with its line and column.
//
// The decoder of goccy/go-yaml stops at the first fault of a document, and an
// author who mends ten of them should not need ten runs. So its parser makes
// the tree, and this package walks the tree beside the Go type: a key that the
// type doesn't have is a fault, and so is a value that doesn't fit.
//
// Anchors, aliases, tags and merge keys are refused: course files need none,
// and they are how a small file becomes a large one.
package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"shipshape/checker/inert"
)

// MaxBytes bounds a document: the parser recurses and keeps every token, and
// no hand-written course file comes near it.
const MaxBytes = 64 << 10

// maxDepth bounds nesting. The deepest path that a course file has is
// checks[0].cached.work.commands[0].
const maxDepth = 32

// Position is a place in a document, counted from 1; the zero Position is
// unknown.
type Position struct{ Line, Column int }

// Fault is something wrong in a document.
type Fault struct {
	Position
	Message string
}

// Has says whether the document has a value at that path.
func (d *Document) Has(path string) bool {
	_, ok := d.at[path]
	return ok
}

// Document tells where the values of a decoded document stand.
type Document struct {
	at map[string]Position
}

// At returns the position of the value at a path such as "checks[2].id", or of
// the nearest value that holds it.
func (d *Document) At(path string) Position {
	for {
		if p, ok := d.at[path]; ok || path == "" {
			return p
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

// Decode decodes src into the struct that into points to, as far as it can: a
// key of src takes the place of what its field held, whole. It returns what is
// wrong with src, in the order of the document. It does not panic, whatever src
// holds. The Document is never nil.
func Decode(src []byte, into any) (doc *Document, faults []Fault) {
	d := &decoder{doc: &Document{at: map[string]Position{"": {1, 1}}}}
	defer func() {
		if r := recover(); r != nil {
			doc, faults = d.doc, append(d.faults, Fault{Position{1, 1}, fmt.Sprintf("this YAML can't be read: %v", r)})
		}
	}()
	d.decode(src, reflect.ValueOf(into).Elem())
	slices.SortStableFunc(d.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return d.doc, d.faults
}

type decoder struct {
	doc    *Document
	faults []Fault
}

func (d *decoder) decode(src []byte, into reflect.Value) {
	if len(src) > MaxBytes {
		d.fault(Position{1, 1}, "the file is larger than %d KiB", MaxBytes>>10)
		return
	}
	if p, deep := tooDeep(src); deep {
		d.fault(p, "nested deeper than %d levels", maxDepth)
		return
	}
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		d.parseFault(err)
		return
	}
	bodies := make([]ast.Node, 0, 1)
	for _, doc := range file.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	switch len(bodies) {
	case 0:
		d.fault(Position{1, 1}, "the file is empty")
	case 1:
		d.value(bodies[0], into, "", 0)
		d.doc.at[""] = Position{1, 1}
	default:
		d.fault(position(bodies[1]), "a second YAML document: a file holds one")
	}
}

// tooDeep looks for nesting that would make the parser recurse far: brackets,
// and the indicators that nest without indentation ("- - - x"). It counts
// brackets generously, those in quoted text included: no honest file comes near.
func tooDeep(src []byte) (Position, bool) {
	line, lineStart, brackets, indicators, leading := 1, 0, 0, 0, true
	for i, c := range src {
		switch c {
		case '\n':
			line, lineStart, indicators, leading = line+1, i+1, 0, true
		case ' ', '\t', '\r':
		case '-', '?', ':':
			if leading {
				indicators++
			}
		case '[', '{':
			brackets, leading = brackets+1, false
		case ']', '}':
			brackets, leading = max(brackets-1, 0), false
		default:
			leading = false
		}
		if brackets > maxDepth || indicators > maxDepth {
			return Position{line, i - lineStart + 1}, true
		}
	}
	return Position{}, false
}

func (d *decoder) parseFault(err error) {
	if y, ok := errors.AsType[yaml.Error](err); ok && y.GetToken() != nil {
		d.fault(tokenPosition(y.GetToken()), "%s", y.GetMessage())
		return
	}
	d.fault(Position{1, 1}, "%v", err)
}

// value decodes one node into one Go value.
func (d *decoder) value(node ast.Node, into reflect.Value, path string, depth int) {
	d.doc.at[path] = position(node)
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		d.fault(position(node), "anchors, aliases and tags are not used in course files: write the value out")
		return
	case *ast.NullNode:
		return
	}
	if depth > maxDepth {
		d.fault(position(node), "nested deeper than %d levels", maxDepth)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(into.Type().Elem())
		d.value(node, fresh.Elem(), path, depth)
		into.Set(fresh)
	case reflect.Struct:
		d.mapping(node, into, path, depth)
	case reflect.Slice:
		d.sequence(node, into, path, depth)
	case reflect.Map:
		d.table(node, into, path, depth)
	default:
		d.scalar(node, into, path)
	}
}

func (d *decoder) mapping(node ast.Node, into reflect.Value, path string, depth int) {
	m, ok := node.(ast.MapNode)
	if !ok {
		d.fault(position(node), "%s must be a mapping of %s", named(path), list(fieldsOf(into)))
		return
	}
	fields := fieldsOf(into)
	for it := m.MapRange(); it.Next(); {
		key := it.Key()
		if key.IsMergeKey() {
			d.fault(position(key), "merge keys are not used in course files: write the values out")
			continue
		}
		name := keyName(key)
		field, ok := fields[name]
		if !ok {
			d.fault(position(key), "unknown key %q: %s knows %s", name, named(path), list(fields))
			continue
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		field.SetZero()
		d.value(it.Value(), field, at, depth+1)
		// The key is where an author looks for it, and a value that spans
		// lines has no better place.
		d.doc.at[at] = position(key)
	}
}

// table decodes a mapping whose keys are the author's own.
func (d *decoder) table(node ast.Node, into reflect.Value, path string, depth int) {
	m, ok := node.(ast.MapNode)
	if !ok {
		d.fault(position(node), "%s must be a mapping", named(path))
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for it := m.MapRange(); it.Next(); {
		key := it.Key()
		if key.IsMergeKey() {
			d.fault(position(key), "merge keys are not used in course files: write the values out")
			continue
		}
		at := strings.TrimPrefix(path+"."+keyName(key), ".")
		if _, null := it.Value().(*ast.NullNode); null {
			d.fault(position(key), "%s is empty", at)
			continue
		}
		d.escaped(key, keyName(key))
		item := reflect.New(into.Type().Elem()).Elem()
		d.value(it.Value(), item, at, depth+1)
		d.doc.at[at] = position(key)
		into.SetMapIndex(reflect.ValueOf(keyName(key)).Convert(into.Type().Key()), item)
	}
}

// keyName is a mapping's key as text.
func keyName(key ast.MapKeyNode) string {
	if s, ok := key.(*ast.StringNode); ok {
		return s.Value
	}
	return key.String()
}

func (d *decoder) sequence(node ast.Node, into reflect.Value, path string, depth int) {
	seq, ok := node.(*ast.SequenceNode)
	if !ok {
		d.fault(position(node), "%s must be a list", named(path))
		return
	}
	items := reflect.MakeSlice(into.Type(), len(seq.Values), len(seq.Values))
	for i, item := range seq.Values {
		at := fmt.Sprintf("%s[%d]", path, i)
		if _, null := item.(*ast.NullNode); null {
			d.fault(position(item), "%s is empty", at)
			continue
		}
		d.value(item, items.Index(i), at, depth+1)
	}
	into.Set(items)
}

func (d *decoder) scalar(node ast.Node, into reflect.Value, path string) {
	if _, ok := node.(ast.ScalarNode); !ok {
		d.fault(position(node), "%s must be a single value", named(path))
		return
	}
	// Most values are text, and a decoder for each would be most of the time
	// that a course takes to load.
	if s, ok := node.(*ast.StringNode); ok && into.Kind() == reflect.String {
		d.escaped(node, s.Value)
		into.SetString(s.Value)
		return
	}
	if err := yaml.NodeToValue(node, into.Addr().Interface()); err != nil {
		message := err.Error()
		if y, ok := errors.AsType[yaml.Error](err); ok {
			message = y.GetMessage()
		}
		d.fault(position(node), "%s: %s", named(path), message)
	}
}

// escaped looks for control characters, which an escape brings in.
func (d *decoder) escaped(node ast.Node, text string) {
	if problem := inert.Escaped(text); problem != "" {
		d.fault(position(node), "%s", problem)
	}
}

func (d *decoder) fault(p Position, format string, args ...any) {
	d.faults = append(d.faults, Fault{p, fmt.Sprintf(format, args...)})
}

func named(path string) string {
	if path == "" {
		return "this file"
	}
	return path
}

// position is where a reader sees the node begin: a mapping begins at its first
// key, though its own token is the colon.
func position(n ast.Node) Position {
	if m, ok := n.(ast.MapNode); ok {
		if it := m.MapRange(); it.Next() {
			n = it.Key()
		}
	}
	return tokenPosition(n.GetToken())
}

func tokenPosition(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{1, 1}
	}
	return Position{max(t.Position.Line, 1), max(t.Position.Column, 1)}
}
