package compose

import (
	"context"
	"path"

	"github.com/compose-spec/compose-go/v2/loader"
)

// guard stands before every file that the library would read by itself. With
// what the options leave on, those are the files that extends names.
type guard struct{ l *loading }

var _ loader.ResourceLoader = (*guard)(nil)

// Accept takes all, so that nothing passes by.
func (g *guard) Accept(string) bool { return true }

// Load gives the path of a file in the project's folder itself. One below it
// would have paths of its own, relative to where it stands.
func (g *guard) Load(_ context.Context, name string) (string, error) {
	place := g.l.lines.at("services")
	inside, err := g.l.inside(name)
	if err == nil {
		_, err = g.l.read(inside)
	}
	if err != nil {
		return "", &Fault{place, "extends takes a service from " + name + ": " + reason(err)}
	}
	if path.Dir(inside) != "." {
		return "", &Unknown{Place: place, Key: "extends.file", Why: name + " is not in the folder of the Compose file"}
	}
	return g.l.dir + "/" + inside, nil
}

// Dir is where the paths in a file start.
func (g *guard) Dir(string) string { return "." }
