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
func (s *Stack) home(n node) node {
	left := mostLinks
	return s.homeWithin(n, &left)
}

// homeWithin follows as many links as are left, all in all: links that lead to
// one another can make any number of ways.
func (s *Stack) homeWithin(n node, left *int) node {
	if n == root {
		return root
	}
	parent := s.x.names.parent(n)
	folder := s.target(s.homeWithin(parent, left), left)
	if folder == parent {
		return n
	}
	return s.child(folder, s.x.names.part(n))
}

// target is the folder that a name leads to: itself, or, where a symbolic link
// stands there, what that leads to.
func (s *Stack) target(at node, left *int) node {
	e := s.entryAt(at)
	if e == nil || e.kind != Symlink || *left == 0 {
		return at
	}
	*left--
	link := s.x.target(e)
	to := s.x.names.parent(at)
	if path.IsAbs(link) {
		to = root
	}
	for part := range strings.SplitSeq(link, "/") {
		switch part {
		case "", ".":
		case "..":
			to = s.x.names.parent(to)
		default:
			if len(part) > longestName {
				return at // no file system could follow it
			}
			to = s.target(s.child(to, part), left)
		}
	}
	return to
}

// child is the node of a part below another, which the stack may not know yet:
// where links lead may be no entry's name. Those are counted too.
func (s *Stack) child(of node, part string) node {
	if s.full = s.full || s.x.bytes() > MaxBytes; s.full {
		return of // the stack is not finished
	}
	c := s.x.names.child(of, part)
	s.now.grow(s.x.names.count())
	s.filled.grow(s.x.names.count())
	return c
}
