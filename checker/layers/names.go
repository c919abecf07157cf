package layers

import (
	"hash/maphash"
	"path"
	"slices"
	"strings"
)

// node names a path: an index into names.nodes.
type node uint32

// root is "/".
const root node = 0

// names keeps paths as a tree of their parts, so that a folder's path is kept
// once however many files are in it.
type names struct {
	nodes list[nameNode]
	// text holds all parts, one behind the other.
	text []byte
	// table finds a node by its parent and part: open addressing with linear
	// probing, 0 for an empty slot (the root is never looked up).
	table []node
	seed  maphash.Seed
}

// nameNode is one part of a path. Children are a linked list, the latest first;
// 0 ends it, since the root is nobody's child.
type nameNode struct {
	parent, firstChild, nextSibling node
	// start and length find the part in text.
	start  uint32
	length uint16
}

func newNames() *names {
	n := &names{table: make([]node, 1024), seed: maphash.MakeSeed()}
	n.nodes.add(nameNode{})
	return n
}

// count is the number of nodes, the root among them.
func (n *names) count() int { return n.nodes.n }

// part is the last part of a node's path.
func (n *names) part(of node) string {
	at := n.nodes.at(uint32(of))
	return string(n.text[at.start : at.start+uint32(at.length)])
}

func (n *names) parent(of node) node { return n.nodes.at(uint32(of)).parent }

// children calls visit with each child of a node.
func (n *names) children(of node, visit func(node)) {
	for c := n.nodes.at(uint32(of)).firstChild; c != root; c = n.nodes.at(uint32(c)).nextSibling {
		visit(c)
	}
}

// path is a node's path from the root, such as "/etc/passwd".
func (n *names) path(of node) string {
	var parts []string
	for ; of != root; of = n.parent(of) {
		parts = append(parts, n.part(of))
	}
	slices.Reverse(parts)
	return "/" + strings.Join(parts, "/")
}

// find returns the node of a clean absolute path, if it is known.
func (n *names) find(clean string) (node, bool) {
	at := root
	for part := range strings.SplitSeq(clean[1:], "/") {
		if part == "" {
			continue // the root itself
		}
		slot := n.slot(at, part)
		if n.table[slot] == root {
			return root, false
		}
		at = n.table[slot]
	}
	return at, true
}

// add returns the node of a clean absolute path, making what is not there yet.
func (n *names) add(clean string) node {
	at := root
	for part := range strings.SplitSeq(clean[1:], "/") {
		if part == "" {
			continue // the root itself
		}
		at = n.child(at, part)
	}
	return at
}

// child returns the node of a part below a parent, and makes it if need be.
func (n *names) child(parent node, part string) node {
	slot := n.slot(parent, part)
	if n.table[slot] != root {
		return n.table[slot]
	}
	above := n.nodes.at(uint32(parent))
	made := node(n.nodes.add(nameNode{
		parent: parent, nextSibling: above.firstChild,
		start: uint32(len(n.text)), length: uint16(len(part)),
	}))
	above.firstChild = made
	n.text = append(n.text, part...)
	n.table[slot] = made
	if n.count()*4 > len(n.table)*3 {
		n.rehash()
	}
	return made
}

// slot is where the table has, or would have, a node.
func (n *names) slot(parent node, part string) int {
	hash := maphash.String(n.seed, part) ^ uint64(parent)*0x9e3779b97f4a7c15
	mask := len(n.table) - 1
	for slot := int(hash>>16) & mask; ; slot = (slot + 1) & mask {
		at := n.table[slot]
		if at == root {
			return slot
		}
		known := n.nodes.at(uint32(at))
		if known.parent == parent && string(n.text[known.start:known.start+uint32(known.length)]) == part {
			return slot
		}
	}
}

// rehash doubles the table.
func (n *names) rehash() {
	n.table = make([]node, 2*len(n.table))
	for i := 1; i < n.nodes.n; i++ {
		at := n.nodes.at(uint32(i))
		part := string(n.text[at.start : at.start+uint32(at.length)])
		n.table[n.slot(at.parent, part)] = node(i)
	}
}

// cleanPath is a path of a tar header as an absolute one, which can't leave the
// root.
func cleanPath(name string) string { return path.Clean("/" + name) }
