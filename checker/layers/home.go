package layers

import (
	"path"
	"strings"
)

// mostLinks is how many symbolic links are followed one behind the other, as
// in Linux.
const mostLinks = 40

// home is where an entry of a name lands: a layer may write to bin/tool where a
// layer below made bin a link to usr/bin.
func (s *Stack) home(n node) node { return s.homeWithin(n, mostLinks) }

func (s *Stack) homeWithin(n node, links int) node {
	if n == root {
		return root
	}
	parent := s.x.names.parent(n)
	folder := s.folder(parent, links)
	if folder == parent {
		return n
	}
	return s.child(folder, s.x.names.part(n))
}

// folder is where what is in a folder of a name lands.
func (s *Stack) folder(n node, links int) node {
	at := s.homeWithin(n, links)
	e := s.entryAt(at)
	if e == nil || e.kind != Symlink || links == 0 {
		return at
	}
	return s.follow(at, e, links-1)
}

// follow is where the folder is that a symbolic link at a name leads to.
func (s *Stack) follow(at node, link *entry, links int) node {
	target := s.x.target(link)
	to := s.x.names.parent(at)
	if path.IsAbs(target) {
		to = root
	}
	for part := range strings.SplitSeq(target, "/") {
		switch part {
		case "", ".":
		case "..":
			to = s.x.names.parent(to)
		default:
			if len(part) > longestName {
				return at // no file system could follow it
			}
			to = s.folder(s.child(to, part), links)
		}
	}
	return to
}

// child is the node of a part below another, which the stack may not know yet.
func (s *Stack) child(of node, part string) node {
	c := s.x.names.child(of, part)
	s.now.grow(s.x.names.count())
	return c
}
