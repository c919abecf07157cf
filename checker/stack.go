package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"shipshape/checker/compose"
)

const (
	// defaultWithin is how long a project may take to come up: several times
	// what a few interpreters and a database need on a busy machine.
	defaultWithin = time.Minute
	// stackInterval is how often a service's health test is run: less often than
	// that of a single one, since the tests of all of them run side by side.
	stackInterval = 500 * time.Millisecond
	// stackTimeout is how long one run of a health test may take at first:
	// several interpreters start at once when a project comes up.
	stackTimeout = 2 * time.Second
	// patientTimeout is the same where that proved too short.
	patientTimeout = 15 * time.Second
)

// stack is the submission's project, brought up. Checks look at it one at a
// time: some of them stop a service, or remove all containers.
type stack struct {
	ev      *evidence
	project *compose.Project
	// built and images are by service, networks and volumes by their names in
	// the file.
	built             map[string]builtImage
	images            map[string]*Image
	networks, volumes map[string]string
	// units stand in the order of their services' names.
	units []*unit
	// testTime is how long one run of a health test may take.
	testTime time.Duration

	turn sync.Mutex
	// disturbed says that a check left the containers in no state for another.
	disturbed bool
	// broken is why the project does not come up: no check tries again.
	broken *stackError
}

// onStack lets a check look at the project once it is up. What keeps it from
// coming up is every check's finding.
func (ev *evidence) onStack(ctx context.Context, f finding, look func(ctx context.Context, st *stack, f finding) (finding, error)) (finding, error) {
	st, err := ev.stack.get(ctx, &ev.shared, ev.newStack)
	if err == nil {
		st.turn.Lock()
		defer st.turn.Unlock()
		err = st.ensure(ctx)
	}
	if err != nil {
		return failed(f, err)
	}
	return look(ctx, st, f)
}

// newStack reads the Compose file, builds the images and makes the networks.
func (ev *evidence) newStack(ctx context.Context) (*stack, error) {
	project, overlay, err := ev.loadProject(ctx)
	if err != nil {
		return nil, err
	}
	built, err := ev.buildAll(ctx, project, overlay)
	if err != nil {
		return nil, err
	}
	st := &stack{
		ev: ev, project: project, built: built, testTime: stackTimeout,
		images: make(map[string]*Image), networks: make(map[string]string), volumes: make(map[string]string),
	}
	for i := range project.Services {
		s := &project.Services[i]
		image, err := st.image(ctx, s)
		if err != nil {
			return nil, err
		}
		st.images[s.Name] = image
		st.units = append(st.units, &unit{
			Service: s, tested: tested(s, image), place: project.Place("services", s.Name),
		})
	}
	for name, network := range project.Networks {
		if st.networks[name], err = ev.eng.CreateNetwork(ctx, network.Internal); err != nil {
			return nil, err
		}
	}
	return st, nil
}

// image is what a service runs: what was built for it, or what the engine has.
func (st *stack) image(ctx context.Context, s *compose.Service) (*Image, error) {
	ref := cmp.Or(st.builtFor(s).id, s.Image)
	image, err := st.ev.eng.Image(ctx, ref)
	if errors.Is(err, ErrNoImage) {
		return nil, &EnvironmentError{
			Problem: fmt.Sprintf("the image %s, which %s runs, is not on the engine", ref, s.Name),
			Remedy:  "See that its name is right, and get it with `docker pull`, or `shipshape images build` where no registry answers.",
		}
	}
	return image, err
}

// builtFor is what was built for a service, or for another one under the name that
// it asks for.
func (st *stack) builtFor(s *compose.Service) builtImage {
	if s.Build != nil {
		return st.built[s.Name]
	}
	for _, other := range st.project.Services {
		if other.Build != nil && other.Image == s.Image {
			return st.built[other.Name]
		}
	}
	return builtImage{}
}

// tested reports whether a service has a health test of any kind.
func tested(s *compose.Service, image *Image) bool {
	switch {
	case s.Health == nil:
		return len(image.HealthTest) > 0
	case s.Health.Disabled:
		return false
	}
	return len(s.Health.Test) > 0 || len(image.HealthTest) > 0
}

// unit returns the service of that name. A Compose file without it is faulty.
func (st *stack) unit(name string) (*unit, error) {
	i := slices.IndexFunc(st.units, func(u *unit) bool { return u.Name == name })
	if i < 0 {
		return nil, stackErrorf("%s has no service %q", st.project.Place(), name)
	}
	return st.units[i], nil
}

// ensure brings everything up, unless it is.
func (st *stack) ensure(ctx context.Context) error {
	if st.broken != nil {
		return st.broken
	}
	if st.disturbed {
		if err := st.down(ctx, st.units, false); err != nil {
			return err
		}
		st.disturbed = false
	}
	err := st.bringUp(ctx, st.units)
	errors.As(err, &st.broken)
	return err
}

// down removes the containers of services and keeps their volumes. With care,
// they are stopped before, as docker compose does.
func (st *stack) down(ctx context.Context, units []*unit, care bool) error {
	return sideBySide(len(units), func(i int) error {
		u := units[i]
		if u.container == nil {
			return nil
		}
		if care {
			if _, _, err := u.container.Stop(ctx, u.grace()); err != nil {
				return err
			}
		}
		if err := u.container.Remove(ctx); err != nil {
			return err
		}
		u.container, u.tools, u.state = nil, nil, State{}
		return nil
	})
}
