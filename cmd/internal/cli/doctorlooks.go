package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/google/go-containerregistry/pkg/name"

	"shipshape/checker"
	"shipshape/exercises/images"
	"shipshape/tui/ui"
)

// registryTime is how long a registry may take to answer.
const registryTime = 2 * time.Second

// imageInspector is what doctor asks of an engine about base images.
type imageInspector interface {
	InspectImage(ctx context.Context, name string) (checker.StoredImage, error)
}

// examineImages looks for the base images. Those that are missing are pulled by
// the first build that needs them, where a registry answers.
func examineImages(ctx context.Context, store imageInspector, bases []string, registry bool) finding {
	f := finding{ID: "images", Title: "base images", Status: well}
	var missing []string
	standIns := 0
	for _, base := range bases {
		stored, err := store.InspectImage(ctx, base)
		switch {
		case errors.Is(err, checker.ErrNoImage):
			missing = append(missing, base)
		case err != nil:
			return faulty(f.ID, f.Title, err)
		case images.IsStandIn(base, stored):
			standIns++
		}
	}
	f.Detail = fmt.Sprintf("%d of %d are there, %s", len(bases)-len(missing), len(bases), count(standIns, "stand-in"))
	if len(missing) == 0 {
		return f
	}
	f.Detail += "; missing: " + inWords(missing)
	if registry {
		f.Status = poorly
		f.Remedy = "`shipshape images pull` gets them; so does the first build that needs them."
		return f
	}
	f.Status = ill
	f.Remedy = "`shipshape images build` makes stand-ins, with no registry."
	return f
}

// examineRegistry asks the registries of the base images whether they are
// there. None is needed once the images are.
func examineRegistry(ctx context.Context, bases []string, patience time.Duration) finding {
	f := finding{ID: "registry", Title: "registry", Status: well}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var answer, silent []string
	for _, base := range bases {
		ref, err := name.ParseReference(base)
		if err != nil {
			continue // a build that needs it will say so
		}
		registry := ref.Context().Registry
		if host := registry.Name(); !slices.Contains(answer, host) && !slices.Contains(silent, host) {
			if answers(ctx, registry) {
				answer = append(answer, host)
			} else {
				silent = append(silent, host)
			}
		}
	}
	if len(silent) == 0 {
		f.Detail = inWords(answer) + " can be reached from here"
		return f
	}
	f.Status = poorly
	f.Detail = inWords(silent) + " can't be reached from here"
	f.Remedy = "Base images that the engine has, and stand-ins (`shipshape images build`), do without."
	return f
}

// answers reports whether anything that speaks HTTP answers at a registry: it
// may well ask who is there.
func answers(ctx context.Context, registry name.Registry) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, registry.Scheme()+"://"+registry.RegistryStr()+"/v2/", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusUnauthorized
}

// examineTerminal looks at whether the tutor can be used here.
func (a *app) examineTerminal() finding {
	f := finding{ID: "terminal", Title: "terminal", Status: well}
	if !a.io.Interactive() {
		f.Status, f.Detail = poorly, "there is none here"
		f.Remedy = "The tutor needs one; the commands do not."
		return f
	}
	width, height, err := term.GetSize(os.Stdout.Fd())
	if err != nil {
		f.Status, f.Detail = poorly, fmt.Sprintf("its size is unknown: %v", err)
		return f
	}
	f.Detail = strings.TrimSpace(fmt.Sprintf("%s %d×%d", os.Getenv("TERM"), width, height))
	if width < ui.MinWidth || height < ui.MinHeight {
		f.Status = poorly
		f.Remedy = fmt.Sprintf("The tutor needs at least %d×%d.", ui.MinWidth, ui.MinHeight)
	}
	return f
}
