package lessons

import (
	"embed"
	"io/fs"
)

//go:embed catalog/*/*.md catalog/*/*.yaml
var catalog embed.FS

// Embedded returns the course that the program carries.
func Embedded() fs.FS {
	sub, err := fs.Sub(catalog, "catalog")
	if err != nil {
		// fs.Sub refuses only a malformed path, and this one is a constant.
		return catalog
	}
	return sub
}
