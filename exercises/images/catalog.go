package images

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"
)

// The prefix "all:" takes in files whatever they are called.
//
//go:embed all:recipes
var embedded embed.FS

// A Need is something that a recipe takes from the machine that builds it.
type Need string

const (
	// NeedRootFS is the root filesystem of a minimal Debian.
	NeedRootFS Need = "rootfs"
	// NeedGoRoot is a Go installation.
	NeedGoRoot Need = "goroot"
)

// Base is a base image that exercises stand on.
type Base struct {
	// Name is what learners type, such as "python:3.13-slim".
	Name string `yaml:"name"`
	// Aliases are other names of it, which a stand-in gets as well.
	Aliases []string `yaml:"aliases"`
	// About says what a stand-in really is, as half a sentence.
	About string `yaml:"about"`
	// Recipe is the folder of the stand-in's Dockerfile.
	Recipe string `yaml:"recipe"`
	// From are the bases that the stand-in's recipe uses.
	From []string `yaml:"from"`
	// Needs are what a stand-in takes from this machine.
	Needs []Need `yaml:"needs"`
}

// Names are the base's name and its aliases.
func (b Base) Names() []string { return append([]string{b.Name}, b.Aliases...) }

// Catalog lists the base images; each stands after those it is built on.
func Catalog() []Base {
	bases, err := load(recipes())
	if err != nil {
		panic(err) // it is embedded, and a test loads it
	}
	return bases
}

// recipes are the embedded folder of recipes.
func recipes() fs.FS {
	sub, err := fs.Sub(embedded, "recipes")
	if err != nil {
		panic(err) // only an invalid path is an error, and this one is constant
	}
	return sub
}

// load reads bases.yaml and sees that it is sound.
func load(fsys fs.FS) ([]Base, error) {
	const list = "bases.yaml"
	data, err := fs.ReadFile(fsys, list)
	if err != nil {
		return nil, fmt.Errorf("read the list of base images: %w", err)
	}
	var bases []Base
	if err := yaml.UnmarshalWithOptions(data, &bases, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", list, err)
	}
	known := map[string]bool{}
	for _, b := range bases {
		for _, from := range b.From {
			if !known[from] {
				return nil, fmt.Errorf("%s: %s is built on %s, which does not stand above it", list, b.Name, from)
			}
		}
		for _, name := range b.Names() {
			if known[name] {
				return nil, fmt.Errorf("%s: two bases are called %s", list, name)
			}
			known[name] = true
		}
		for _, n := range b.Needs {
			if n != NeedRootFS && n != NeedGoRoot {
				return nil, fmt.Errorf("%s: %s needs %q, which no machine gives", list, b.Name, n)
			}
		}
		if _, err := fs.Stat(fsys, b.Recipe+"/Dockerfile"); err != nil {
			return nil, fmt.Errorf("%s: the recipe of %s: %w", list, b.Name, err)
		}
	}
	return bases, nil
}

// find returns the base of a name or alias.
func find(bases []Base, name string) (Base, bool) {
	i := slices.IndexFunc(bases, func(b Base) bool { return slices.Contains(b.Names(), name) })
	if i < 0 {
		return Base{}, false
	}
	return bases[i], true
}
