package engine

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"

	"shipshape/checker"
)

// unnamed is what an image is called whose name the builder did not tell.
const unnamed = "that the Dockerfile names"

// fetchFault says why an image could not be had, by the words of the registry
// or of the way to it. None of it is the learner's mistake for certain: a name
// that no registry knows may stand in the exercise.
func fetchFault(image, message string) *checker.EnvironmentError {
	e := &checker.EnvironmentError{Err: harmless(&missingBase{message})}
	pull := "docker pull " + image
	if image == unnamed {
		pull = "docker pull"
	}
	switch said := strings.ToLower(message); {
	case containsAny(said, "toomanyrequests", "429 too many requests"):
		e.Problem = "the registry gives out no more images for now, and the image " + image + " is not on the engine"
		e.Remedy = "Try again later, or " + login(image) + ", which raises the limit."
	case containsAny(said, "no match for platform", "no matching manifest", "does not match the specified platform"):
		e.Problem = "there is no " + image + " for the platform that was asked for"
		e.Remedy = "Leave --platform out of FROM, or choose a base that is made for the engine's platform."
	case containsAny(said, "no basic auth credentials", "unauthorized", "authentication required", "incorrect username or password"):
		e.Problem = "the image " + image + " needs a login to its registry"
		e.Remedy = fmt.Sprintf("Run `%s` and `%s`, then try again: a build takes what the engine has.", login(image), pull)
	case containsAny(said, "pull access denied", "insufficient_scope", "authorization failed", "403 forbidden", "access to the resource is denied", "daemon: denied"):
		e.Problem = "the registry does not give out the image " + image + ": it has no such image, or wants a login"
		e.Remedy = fmt.Sprintf("See that the name is right. For a private image, run `%s` and `%s`, then try again.", login(image), pull)
	case containsAny(said, ": not found", "manifest unknown", "name unknown"):
		e.Problem = "the image " + image + " is not on the engine, and its registry has none of that name"
		e.Remedy = fmt.Sprintf("See that the name and the tag are right: `%s` must work.", pull)
	default:
		e.Problem = "the image " + image + " is not on the engine and can't be pulled"
		e.Remedy = "See that its name is right, that the registry is in reach, and `shipshape images pull`; without a registry, `shipshape images build` makes stand-ins for the usual ones."
	}
	return e
}

// login is the command that logs in to an image's registry.
func login(image string) string {
	name, err := reference.ParseNormalizedNamed(image)
	if err != nil || reference.Domain(name) == "docker.io" {
		return "docker login"
	}
	return "docker login " + reference.Domain(name)
}
