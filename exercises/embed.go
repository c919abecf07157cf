package exercises

import (
	"embed"
	"io/fs"
)

// The prefix "all:" takes in the dot files, such as .dockerignore.
//
//go:embed all:catalog
var embedded embed.FS

// Embedded is the course's own exercises, one folder each.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "catalog")
	if err != nil {
		panic(err) // only an invalid path is an error, and this one is constant
	}
	return sub
}
