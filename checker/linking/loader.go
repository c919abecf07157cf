package linking

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// muslName finds musl's loader, and the architecture that it is for, by its
// name.
var muslName = regexp.MustCompile(`^ld-musl-([a-z0-9_]+)\.so`)

// IsMusl reports whether a loader's path is musl's.
func IsMusl(loader string) bool { return muslName.MatchString(path.Base(loader)) }

// MuslPathFile is where musl's loader reads the folders that it searches,
// separated by colons or lines, instead of those that it knows itself.
func MuslPathFile(loader string) string {
	m := muslName.FindStringSubmatch(path.Base(loader))
	if m == nil {
		return ""
	}
	return fmt.Sprintf("/etc/ld-musl-%s.path", m[1])
}

// ParseMuslPath reads the content of MuslPathFile.
func ParseMuslPath(content string) []string {
	return strings.FieldsFunc(content, func(r rune) bool { return r == ':' || r == '\n' })
}

// MuslFolders are those that musl's loader knows itself.
func MuslFolders() []string { return []string{"/lib", "/usr/local/lib", "/usr/lib"} }

// ownFolder is a folder as it stands in the loader of the GNU C library.
var ownFolder = regexp.MustCompile(`/(?:usr/)?lib(?:64|32)?(?:/[a-z0-9_]+-linux-[a-z0-9]+)?/\x00`)

// Folders reads, from the content of a loader of the GNU C library, the folders
// that it searches: each distribution builds its own into it.
func Folders(loader []byte) []string {
	var out []string
	seen := make(map[string]bool)
	for _, m := range ownFolder.FindAll(loader, -1) {
		dir := strings.TrimSuffix(string(m), "/\x00")
		if !seen[dir] {
			seen[dir] = true
			out = append(out, dir)
		}
	}
	return out
}

// IsMuslLibrary reports whether a library's name is one that only a file built
// for musl asks for.
func IsMuslLibrary(name string) bool { return strings.HasPrefix(name, "libc.musl-") }
