package lessons

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// addNested adds the spots of all keys below a mapping, named like
// "proof.run[0].says". Those of the mapping itself are there already.
func (p places) addNested(file string, node ast.Node, prefix string) {
	switch n := node.(type) {
	case ast.MapNode:
		for entries := n.MapRange(); entries.Next(); {
			entry := entries.KeyValue()
			key := prefix + entry.Key.GetToken().Value
			if _, known := p[key]; !known {
				p[key] = spot(file, entry.Key.GetToken())
			}
			p.addNested(file, entry.Value, key+".")
		}
	case *ast.SequenceNode:
		list := strings.TrimSuffix(prefix, ".")
		for i, value := range n.Values {
			key := item(list, i)
			if _, known := p[key]; !known {
				p[key] = nodeSpot(file, value)
			}
			p.addNested(file, value, key+".")
		}
	}
}

// nearest returns the spot of a key such as "proof.run[0].says", of what it
// stands in where it is missing, and at last that of the prefix.
func (p places) nearest(key, prefix string) place {
	for key != "" && len(key) >= len(prefix) {
		if at, ok := p[key]; ok {
			return at
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	return p.of(strings.TrimSuffix(prefix, "."))
}
