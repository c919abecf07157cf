package checker

import (
	"archive/tar"
	"bytes"
	"io"
	"path"
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
}

// markers are the texts that are looked for: what such a program has to hold
// for its own work, not what it is called, and what no other program was seen
// to hold. They were found in GCC 12 and 14, clang 14, rustc 1.63, tcc 0.9.27
// and Go 1.26, and in dash, bash, zsh, mksh, yash and busybox.
func markers() []marker {
	return []marker{
		// A variable that POSIX asks of every shell, for getopts.
		{"OPTIND", mayBeShell},
		{"BusyBox v", mayBeShell},
		{"fish_greeting", mayBeShell},
		// A program that unpacks itself may be anything.
		{"UPX!", mayBeShell},
		// From the specifications by which gcc and g++ call the compilers of
		// GCC, and from what those print of themselves.
		{"%(cc1_options)", compiles},
		{"GGC heuristics", compiles},
		// Packages of the Go toolchain, which no other program can import.
		{"cmd/go/internal/", compiles},
		{"cmd/compile/internal/", compiles},
		// The library of the Rust compiler.
		{"librustc_driver", compiles},
		// How clang calls itself to assemble.
		{"-cc1as", compiles},
		{"Tiny C Compiler", compiles},
		{"com.sun.tools.javac", compiles},
	}
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
	want  trait
	found map[stored]trait
	sniff sniff
}

func newSniffer(want trait) *sniffer {
	return &sniffer{want: want, found: make(map[stored]trait)}
}

// file wants the content of files that somebody may execute: what nobody may is
// no program that could be used.
func (s *sniffer) file(layer string, hdr *tar.Header) (io.WriteCloser, error) {
	if s.want == 0 || hdr.Typeflag != tar.TypeReg || hdr.Mode&0o111 == 0 {
		return nil, nil //nolint:nilnil // as a watcher says that it wants no content
	}
	s.sniff = sniff{
		of: s, at: stored{layer, path.Clean("/" + hdr.Name)},
		// The window keeps its memory from one file to the next.
		window: s.sniff.window[:0],
	}
	for _, m := range markers() {
		if m.of&s.want != 0 {
			s.sniff.left = append(s.sniff.left, m)
		}
	}
	return &s.sniff, nil
}

// sniff reads one program.
type sniff struct {
	of    *sniffer
	at    stored
	found trait
	// left are the markers of traits not found yet.
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
	for i := 0; i < len(s.left); i++ {
		if bytes.Contains(s.window, []byte(s.left[i].text)) {
			s.found |= s.left[i].of
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
