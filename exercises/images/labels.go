package images

import "shipshape/checker"

// The labels of a stand-in. Images that are built on it inherit them, so only
// an image that has the base's own name in nameLabel and as its name is one.
const (
	standInLabel = "shipshape.standin"
	nameLabel    = "shipshape.standin.name"
	aboutLabel   = "shipshape.standin.about"
	// runLabel stands on everything that shipshape makes. A stand-in belongs
	// to no grade's run, so the value is a word that no run has as its id.
	runLabel = "shipshape.run"
	runValue = "standin"
)

func labels(b Base, about string) map[string]string {
	return map[string]string{
		standInLabel: "true",
		nameLabel:    b.Name,
		aboutLabel:   about,
		runLabel:     runValue,
	}
}

// IsStandIn reports whether an image that was found under a name is the stand-in
// for the base image of that name.
func IsStandIn(name string, image checker.StoredImage) bool {
	b, ok := find(Catalog(), name)
	return ok && isStandIn(b, image)
}

// isStandIn reports whether an image that was found under one of a base's
// names is the stand-in for it.
func isStandIn(b Base, image checker.StoredImage) bool {
	return image.Labels[standInLabel] == "true" && image.Labels[nameLabel] == b.Name
}
