package compose

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// lines knows where values stand in the Compose files of a project.
type lines []document

// document is one parsed file.
type document struct {
	file string
	root *yaml.Node
}

// add parses a file for its lines. One that does not parse has none: the
// library says so itself.
func (l *lines) add(file string, content []byte) {
	d := document{file: file}
	var node yaml.Node
	if err := yaml.Unmarshal(content, &node); err == nil && len(node.Content) > 0 {
		d.root = node.Content[0]
	}
	*l = append(*l, d)
}

// at returns the place of a value, or of the nearest one that holds it: in the
// last file that has it, since that one counts.
func (l lines) at(path ...string) Place {
	best, depth := Place{}, -1
	for _, d := range slices.Backward(l) {
		line, found := descend(d.root, path)
		if found > depth {
			best, depth = Place{File: d.file, Line: line}, found
		}
	}
	return best
}

// descend follows a path as far as it goes, and returns the line it came to and
// how many steps that took.
func descend(node *yaml.Node, path []string) (line, steps int) {
	for _, step := range path {
		key, value := child(node, step)
		if value == nil {
			break
		}
		line, node = key.Line, value
		steps++
	}
	return line, steps
}

// child finds a key of a mapping, also in what is merged into it, or an item of
// a list. The first result is the node that carries the line.
func child(node *yaml.Node, step string) (key, value *yaml.Node) {
	node = resolved(node)
	switch {
	case node == nil:
		return nil, nil
	case node.Kind == yaml.SequenceNode:
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(node.Content) {
			return nil, nil
		}
		return node.Content[i], node.Content[i]
	case node.Kind != yaml.MappingNode:
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == step {
			return node.Content[i], node.Content[i+1]
		}
	}
	return merged(node, step)
}

// merged finds a key in the mappings that "<<" merges into another: one step
// deep, which is how people use them.
func merged(node *yaml.Node, step string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value != "<<" {
			continue
		}
		bases := []*yaml.Node{node.Content[i+1]}
		if list := resolved(node.Content[i+1]); list != nil && list.Kind == yaml.SequenceNode {
			bases = list.Content
		}
		for _, base := range bases {
			base = resolved(base)
			for j := 0; base != nil && base.Kind == yaml.MappingNode && j+1 < len(base.Content); j += 2 {
				if base.Content[j].Value == step {
					return base.Content[j], base.Content[j+1]
				}
			}
		}
	}
	return nil, nil
}

// resolved follows an alias. A chain of them does not occur: an alias names an
// anchor, and an anchor stands at a value.
func resolved(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
