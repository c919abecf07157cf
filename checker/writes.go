package checker

import (
	"archive/tar"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// Writes: the service changes only what it may of its root filesystem, and the
// user that it runs as could change no more. What lies on a volume or a tmpfs
// is no part of it, unless Mounts is set, and a file of its own that is gone again
// leaves no trace.
//
// Paths are absolute, or relative to the image's working directory; in MayNotWrite
// "." is the service's own program, wherever that lies.
type Writes struct {
	// Routes are asked before the look at what changed; none for the service's
	// own.
	Routes []string `yaml:"routes"`
	// Allowed are the folders below which the service may change files. A name
	// without a slash, such as __pycache__, allows every folder of that name.
	// An empty list allows none; without a list it is not looked at.
	Allowed []string `yaml:"allowed"`
	// Mounts holds the files that the service makes on volumes which its image
	// declares, and in the memory below /dev, against Allowed as well. A file
	// there that the image has, and the service writes anew, is not seen.
	Mounts bool `yaml:"mounts"`
	// MayWrite are folders in which the user must be able to make files.
	MayWrite []string `yaml:"may_write"`
	// MayNotWrite are files and folders of which the user must not be able to
	// change anything, down to the last file; nor may it own them, since an owner
	// gives itself the permission whenever it likes.
	MayNotWrite []string `yaml:"may_not_write"`
}

func (k *Writes) unsound(Assignment) []Unsound {
	if k.Allowed == nil && len(k.MayWrite)+len(k.MayNotWrite) == 0 {
		return []Unsound{unsoundf("", "it demands nothing: allowed, may_write or may_not_write")}
	}
	if k.Mounts && k.Allowed == nil {
		return []Unsound{unsoundf("mounts", "what may lie there is said by allowed, which is missing")}
	}
	return nil
}

func (k *Writes) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{expected: k.expected()}
	if !s.answered {
		f.observed = s.problem(ev.sub.Assignment.Service.Port)
		f.line = ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	if k.Allowed != nil {
		outside, mounted, err := k.outside(ctx, ev, s, image)
		if err != nil {
			return finding{}, err
		}
		if outside != "" {
			f.observed = outside
			f.why = "What a container writes into its own filesystem is lost with it, and fails where that is read-only. State belongs on a volume."
			if mounted {
				f.why = "A volume without a name begins anew with each container, and so does its memory: what the service needs there belongs in the image."
			}
			if slices.Contains(k.Allowed, "/tmp") {
				f.why += " Scratch files may lie in /tmp."
			}
			return f, nil
		}
	}
	if len(k.MayWrite)+len(k.MayNotWrite) == 0 {
		f.passed, f.observed = true, "it wrote nothing else"
		return f, nil
	}
	may := inFolder(image.WorkingDir, k.MayWrite)
	not, err := k.protected(ctx, ev, s, image)
	if err != nil {
		return finding{}, err
	}
	access, err := ev.access(ctx, s, image, may, not)
	if err != nil {
		return finding{}, err
	}
	return k.judge(ev, access, may, f)
}

// protected are the paths of MayNotWrite.
func (k *Writes) protected(ctx context.Context, ev *evidence, s *service, image *Image) ([]string, error) {
	var paths []string
	for _, p := range k.MayNotWrite {
		own := []string{p}
		if p == "." {
			var err error
			if own, err = ev.ownFiles(ctx, s, image); err != nil {
				return nil, err
			}
		}
		paths = append(paths, own...)
	}
	return inFolder(image.WorkingDir, paths), nil
}

// judge says what the user's access means.
func (k *Writes) judge(ev *evidence, a access, may []string, f finding) (finding, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	blocked := slices.DeleteFunc(slices.Clone(may), func(p string) bool { return slices.Contains(a.writable, p) })
	switch {
	case len(a.missing) > 0:
		f.observed = fmt.Sprintf("%s: there is no %s in the container", a.who, listed(a.missing))
	case len(blocked) > 0:
		f.observed = fmt.Sprintf("%s: it may not make files in %s", a.who, listed(blocked))
		f.why = "A folder belongs to whoever made it, which in a build is root. Give this one to the user that the service runs as, and no other."
		f.line = cmp.Or(file.BlamePath(blocked[0]), ev.blame(dockerfile.BlameUser))
	case len(a.changeable) > 0:
		f.observed = fmt.Sprintf("%s: it may change %s", a.who, listed(a.changeable))
		f.why = "Whoever takes over the service takes over what its user may change: program files that belong to root stay what was built."
		f.line = cmp.Or(file.BlamePath(a.changeable[0]), ev.blame(dockerfile.BlameUser))
	case len(a.owned) > 0:
		f.observed = fmt.Sprintf("%s: it owns %s, and may change its mode, and then all of it", a.who, listed(a.owned))
		f.why = "A mode without w keeps everybody from writing but the owner, who takes it back with one chmod. Program files that belong to root stay what was built: leave out --chown."
		f.line = cmp.Or(file.BlamePath(a.owned[0]), ev.blame(dockerfile.BlameUser))
	default:
		f.passed, f.observed = true, a.who+": it may change what it should, and nothing else that was looked at"
	}
	return f, nil
}

// outside uses the service and says what it changed where it may not, empty for
// nothing, and whether all of that lies on mounts.
func (k *Writes) outside(ctx context.Context, ev *evidence, s *service, image *Image) (said string, mounted bool, err error) {
	routes := k.Routes
	if len(routes) == 0 {
		routes = []string{cmp.Or(ev.sub.Assignment.Service.Path, "/")}
	}
	for _, route := range routes {
		// Whatever it answers: what it did on the way is looked at.
		if _, err := s.container.Do(ctx, http.MethodGet, route, askTimeout); fatal(err) {
			return "", false, err
		}
	}
	changes, err := s.container.Changes(ctx)
	if err != nil {
		return "", false, err
	}
	may := k.allows(image)
	wrote := slices.DeleteFunc(ownChanges(changes), may)
	// To delete what the image has is a write as well: on a read-only root it fails.
	gone := slices.DeleteFunc(deletions(changes), may)
	if k.Mounts {
		mounted = len(wrote)+len(gone) == 0
		onMounts, err := placed(ctx, ev, s, image)
		if err != nil {
			return "", false, err
		}
		wrote = append(wrote, slices.DeleteFunc(onMounts, may)...)
	}
	var parts []string
	if len(wrote) > 0 {
		parts = append(parts, "wrote "+listed(wrote))
	}
	if len(gone) > 0 {
		parts = append(parts, "deleted "+listed(gone))
	}
	if len(parts) == 0 {
		return "", false, nil
	}
	return "it " + strings.Join(parts, " and "), mounted, nil
}

// allows tells of a path in a container whether Allowed has a place for it.
func (k *Writes) allows(image *Image) func(name string) bool {
	folders := inFolder(image.WorkingDir, slices.DeleteFunc(slices.Clone(k.Allowed), isName))
	return func(name string) bool {
		return below(name, folders) || slices.ContainsFunc(strings.Split(name, "/"), func(element string) bool {
			return slices.ContainsFunc(k.Allowed, func(a string) bool { return isName(a) && a == element })
		})
	}
}

// placed returns files that a service made where the engine tells of no changes.
func placed(ctx context.Context, ev *evidence, s *service, image *Image) ([]string, error) {
	mounted, err := s.tools.untold(ctx, image)
	if err != nil {
		return nil, err
	}
	// One that was made is enough: there need not be all.
	found, _, err := s.tools.find(ctx, mounted)
	if err != nil {
		return nil, err
	}
	// A volume begins with what the image has there.
	if !slices.ContainsFunc(found, func(name string) bool { return !below(name, []string{"/dev"}) }) {
		return found, nil
	}
	made := make(map[string]bool)
	for _, name := range found {
		made[name] = true
	}
	err = ev.eng.Walk(ctx, image.ID, func(hdr *tar.Header, _ io.Reader) error {
		delete(made, path.Join("/", hdr.Name))
		return nil
	})
	return slices.Sorted(maps.Keys(made)), err
}

// deletions returns the paths of what the image has and the container no more.
func deletions(changes []Change) []string {
	var names []string
	for _, c := range changes {
		if c.Kind == Deleted {
			names = append(names, c.Path)
		}
	}
	return names
}

// isName tells that a path is a mere name: that of any folder so called.
func isName(p string) bool { return p != "." && !strings.Contains(p, "/") }

// inFolder makes paths absolute.
func inFolder(workdir string, paths []string) []string {
	var out []string
	for _, p := range paths {
		if !path.IsAbs(p) {
			p = path.Join(cmp.Or(workdir, "/"), p)
		}
		out = append(out, path.Clean(p))
	}
	return out
}

func (k *Writes) expected() string {
	var parts []string
	switch {
	case k.Allowed == nil:
	case len(k.Allowed) == 0:
		parts = append(parts, "the service writes nothing into its root filesystem")
	default:
		parts = append(parts, "the service writes nothing but below "+strings.Join(k.Allowed, ", "))
	}
	if k.Mounts {
		parts = append(parts, "nor does it on volumes or below /dev")
	}
	if len(k.MayWrite) > 0 {
		parts = append(parts, "its user may make files in "+strings.Join(k.MayWrite, ", "))
	}
	if len(k.MayNotWrite) > 0 {
		named := slices.Clone(k.MayNotWrite)
		if at := slices.Index(named, "."); at >= 0 {
			named[at] = "the service's own program"
		}
		parts = append(parts, "its user may change nothing in "+strings.Join(named, ", "))
	}
	return strings.Join(parts, "; ")
}
