package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Pin says how firmly a Dockerfile names one of the images that it builds on.
type Pin struct {
	// Image is the name, build arguments replaced by their defaults.
	Image string
	// Line is where it is named first, counted from 1.
	Line int
	// Digest tells that the name says the very content.
	Digest bool
	// Loose says, as half a sentence, why the same name may mean another
	// release tomorrow; empty where it names one.
	Loose string
}

// Pins judges the images that a build of the last stage needs, as
// [File.BaseImages] lists them. The text alone decides: that a name is going to
// mean another image cannot be seen on an engine.
func (f *File) Pins() []Pin {
	var pins []Pin
	for _, name := range f.BaseImages() {
		p := Pin{Image: name, Line: f.imageLine(name)}
		img, ok := describe(name)
		switch {
		case unresolved(name):
			p.Loose = "it is named by a build argument without a default"
		case !ok:
			p.Loose = "that is no image's name"
		case img.digest:
			p.Digest = true
		default:
			p.Loose = img.loose()
		}
		pins = append(pins, p)
	}
	return pins
}

// moving are words that stand in a tag for whatever release is newest, or
// newest of its kind.
func moving(word string) bool {
	return slices.Contains([]string{
		"latest", "stable", "oldstable", "testing", "unstable", "sid", "experimental", "rolling", "devel",
		"lts", "current", "edge", "nightly", "canary", "next", "mainline", "main", "master", "head", "trunk",
		"develop", "dev", "beta", "alpha", "rc", "prod", "production", "staging", "release",
	}, word)
}

// system is the part of a tag that tells the operating system below: its number
// is no version of what the image is about.
var system = regexp.MustCompile(`^(alpine|debian|ubuntu|ubi|el|rhel|fedora|al|amazonlinux|windowsservercore|nanoserver|ltsc)v?[0-9.]*$`)

// digit is what a version has at least one of.
var digit = regexp.MustCompile(`[0-9]`)

// loose says why a name without a digest names no release; empty where it does.
// A release is named by a number of what the image is about, if only the major
// one, and for Debian and Ubuntu by a code name too.
func (i image) loose() string {
	if i.tag == "" {
		return "it has no tag, which means latest"
	}
	for part := range strings.FieldsFuncSeq(i.tag, func(r rune) bool { return r == '-' || r == '_' || r == '+' }) {
		switch {
		case moving(strings.ToLower(part)):
			return fmt.Sprintf("%q stands for whatever is newest", part)
		case system.MatchString(part):
		case digit.MatchString(part):
			return ""
		case i.hasCodeNames() && part != "slim":
			return ""
		}
	}
	// As in gcr.io/distroless/static-debian13, whose tags tell the variant.
	if digit.MatchString(path.Base(i.name)) {
		return ""
	}
	return fmt.Sprintf("the tag %q holds no version", i.tag)
}

// hasCodeNames tells that a word is enough to name a release of it.
func (i image) hasCodeNames() bool {
	return i.official && slices.Contains([]string{"debian", "ubuntu", "buildpack-deps"}, i.name)
}
