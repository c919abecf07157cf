package checker

import (
	"archive/tar"
	"bytes"
	"io"
	"path"
	"strings"
)

// trait is what the content of a program says that it may be, whatever its
// name is.
type trait uint8

const (
	// mayBeShell: a shell, or a program that can be one. Only running it
	// tells.
	mayBeShell trait = 1 << iota
	// compiles: a compiler, or the program that drives one.
	compiles
)

// marker is a text by which a program is known.
type marker struct {
	text string
	of   trait
	// times is how often a program of that kind holds the text at the least.
	times int
}

// manyTimes is how often a tool of the Go toolchain names a package that it is
// made of. Go 1.26's compiler names its own 35,000 times, its go command 7,000;
// a linter that knows of them names one once.
const manyTimes = 100

// broken stands in the markers' text below where nothing should: else
// shipshape would hold the very texts, and take itself for a compiler.
const broken = "~"

// markers are the texts that are looked for: what such a program has to hold
// for its own work, not what it is called, and what no other program was seen
// to hold that often. They were found in GCC 12 and 14, clang 14, rustc 1.63,
// tcc 0.9.27 and Go 1.26, and in dash, bash, zsh, mksh, yash and busybox.
func markers() []marker {
	all := []marker{
		// A variable that POSIX asks of every shell, for getopts.
		{"OPT~IND", mayBeShell, 1},
		{"BusyBox~ v", mayBeShell, 1},
		{"fish_~greeting", mayBeShell, 1},
		// A program that unpacks itself may be anything.
		{"UP~X!", mayBeShell, 1},
		// From the specifications by which gcc and g++ call the compilers of
		// GCC, and from what those print of themselves.
		{"%(cc1_~options)", compiles, 1},
		{"GGC~ heuristics", compiles, 1},
		// Packages of the Go toolchain, which no other program can import.
		{"cmd/go/~internal/", compiles, manyTimes},
		{"cmd/compile/~internal/", compiles, manyTimes},
		// The library of the Rust compiler.
		{"librustc_~driver", compiles, 1},
		// How clang calls itself to assemble.
		{"-cc1~as", compiles, 1},
		{"Tiny C~ Compiler", compiles, 1},
		{"com.sun.~tools.javac", compiles, 1},
	}
	for i := range all {
		all[i].text = strings.ReplaceAll(all[i].text, broken, "")
	}
	return all
}

// longestMarker is the length in bytes of the longest text of markers, and a
// little more.
const longestMarker = 32

// stored names a file by where its content is stored.
type stored struct {
	// layer is the layer's name, path the file's there.
	layer, path string
}

// sniffer reads the programs in an archive for the traits that it wants.
type sniffer struct {
	// wanted are the markers that are looked for.
	wanted []marker
	found  map[stored]trait
	sniff  sniff
}

func newSniffer(want trait) *sniffer {
	s := &sniffer{found: make(map[stored]trait)}
	for _, m := range markers() {
		if m.of&want != 0 {
			s.wanted = append(s.wanted, m)
		}
	}
	return s
}

// file wants the content of files that somebody may execute: what nobody may is
// no program that could be used.
func (s *sniffer) file(layer string, hdr *tar.Header) (io.WriteCloser, error) {
	if len(s.wanted) == 0 || hdr.Typeflag != tar.TypeReg || hdr.Mode&0o111 == 0 {
		return nil, nil //nolint:nilnil // as a watcher says that it wants no content
	}
	s.sniff = sniff{
		of: s, at: stored{layer, path.Clean("/" + hdr.Name)},
		// The window keeps its memory from one file to the next.
		window: s.sniff.window[:0],
	}
	s.sniff.left = append(s.sniff.left, s.wanted...)
	return &s.sniff, nil
}

// sniff reads one program.
type sniff struct {
	of    *sniffer
	at    stored
	found trait
	// left are the markers of traits not found yet, each with how often it is
	// still to be seen.
	left []marker
	// window is the end of what was read and the piece that follows it, since
	// a marker may stand across the border.
	window []byte
	read   int
}

// elfMagic begins every program that is no script.
const elfMagic = "\x7fELF"

func (s *sniff) Write(p []byte) (int, error) {
	keep := min(len(s.window), longestMarker)
	s.window = append(s.window[:copy(s.window, s.window[len(s.window)-keep:])], p...)
	s.read += len(p)
	if s.read <= len(s.window) && s.read >= len(elfMagic) && !bytes.HasPrefix(s.window, []byte(elfMagic)) {
		return len(p), errEnough
	}
	for i := range s.left {
		m := &s.left[i]
		// What ends in the part that was kept has been counted.
		m.times -= bytes.Count(s.window[max(0, keep-len(m.text)+1):], []byte(m.text))
		if m.times <= 0 {
			s.found |= m.of
		}
	}
	s.left = without(s.left, s.found)
	if len(s.left) == 0 {
		return len(p), errEnough
	}
	return len(p), nil
}

func (s *sniff) Close() error {
	if s.found != 0 {
		s.of.found[s.at] = s.found
	}
	return nil
}

// without drops the markers of traits that are found.
func without(markers []marker, found trait) []marker {
	left := markers[:0]
	for _, m := range markers {
		if m.of&found == 0 {
			left = append(left, m)
		}
	}
	return left
}
