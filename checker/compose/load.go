package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"

	"shipshape/checker/inert"
)

// projectName is what ${COMPOSE_PROJECT_NAME} gives. Nothing is called by it.
const projectName = "project"

// Options say how to load a project.
type Options struct {
	// Files are the paths of the Compose files in the project, slash-separated,
	// each overriding those before it. Where there are none, it is the first of
	// compose.yaml, compose.yml, docker-compose.yaml and docker-compose.yml.
	Files []string
	// Profiles are those to enable. Where there are none, COMPOSE_PROFILES of
	// the project's .env names them.
	Profiles []string
	// Overlay holds files that stand in for, or beside, those of the project, by
	// slash-separated path.
	Overlay map[string][]byte
}

// Load reads the Compose file of the project in dir. It returns a [*Fault] or an
// [*Unknown], or another error where dir itself can't be read. It does not
// panic, whatever the project holds.
func Load(ctx context.Context, dir string, o Options) (_ *Project, err error) {
	f, err := openFolder(dir, o.Overlay)
	if err != nil {
		return nil, fmt.Errorf("open the project: %w", err)
	}
	defer f.close()
	// The library warns on standard error, which would spoil the tutor's
	// screen. Nobody else in this program speaks through this logger.
	logrus.SetOutput(io.Discard)
	l := &loading{folder: f, profiles: o.Profiles}
	defer func() {
		if r := recover(); r != nil {
			err = &Fault{Place{File: l.main()}, fmt.Sprintf("it can't be read: %v", r)}
			if endless, ok := r.(*Fault); ok {
				err = endless
			}
		}
	}()
	return l.load(ctx, o.Files)
}

// loading is one call of Load.
type loading struct {
	*folder
	profiles []string
	// env are the variables that the file may use.
	env     map[string]string
	files   []types.ConfigFile
	lines   lines
	notices []string
	// of are the inspections of the file's parts, by their paths.
	of map[string]*inspection
	// expanded counts the bytes that variables gave.
	expanded int
	// copied counts the bytes and files of mounted folders.
	copiedBytes, copiedFiles int
}

// main is the file that faults without a place are told of.
func (l *loading) main() string {
	if len(l.files) == 0 {
		return "the Compose file"
	}
	return l.files[0].Filename
}

func (l *loading) load(ctx context.Context, names []string) (*Project, error) {
	if err := l.readFiles(names); err != nil {
		return nil, err
	}
	if err := l.readEnv(); err != nil {
		return nil, err
	}
	details := types.ConfigDetails{WorkingDir: ".", ConfigFiles: l.files, Environment: l.env}
	model, err := loader.LoadModelWithContext(ctx, details, l.configure)
	if err != nil {
		return nil, l.refused(ctx, err)
	}
	l.inspect(model)
	opts := loader.ToOptions(&details, []func(*loader.Options){l.configure})
	project, err := loader.ModelToProject(model, opts, details)
	if err != nil {
		return nil, l.refused(ctx, err)
	}
	return l.plan(project)
}

// inspect looks at all keys of the model, before the library changes it.
func (l *loading) inspect(model map[string]any) {
	l.of = map[string]*inspection{"": {lines: l.lines}}
	l.of[""].keys(nil, "", model, ofFile)
	for part, treat := range map[string]func(string) treatment{"services": ofService, "networks": ofNetwork, "volumes": ofVolume} {
		members, _ := model[part].(map[string]any)
		for name, member := range members {
			in := &inspection{lines: l.lines}
			in.keys([]string{part, name}, "", member, treat)
			l.of[part+"."+name] = in
		}
	}
}

// configure keeps the library from files and from names of its own.
func (l *loading) configure(o *loader.Options) {
	o.SetProjectName(projectName, true)
	o.Profiles = l.profiles
	// Paths are resolved here, env_file and label_file read here or not at
	// all, and of include nothing is known.
	o.ResolvePaths = false
	o.SkipResolveEnvironment = true
	o.SkipResolveLabels = true
	o.SkipInclude = true
	o.ResourceLoaders = []loader.ResourceLoader{&guard{l}}
	o.Interpolate.LookupValue = l.measured(l.main(), l.lookup)
}

// DefaultFiles are the names that docker compose looks for in a project, in its
// order.
func DefaultFiles() []string {
	return []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}
}

// readFiles reads the Compose files.
func (l *loading) readFiles(names []string) error {
	if len(names) == 0 {
		for _, name := range DefaultFiles() {
			if l.exists(name) {
				names = []string{name}
				break
			}
		}
		if len(names) == 0 {
			return &Fault{Place{File: DefaultFiles()[0]}, "there is no such file, nor a compose.yml or docker-compose.yml"}
		}
		l.tellOverride(names[0])
	}
	for _, name := range names {
		name, err := l.inside(name)
		if err != nil {
			return &Fault{Place{File: name}, reason(err)}
		}
		content, err := l.read(name)
		if err != nil {
			return &Fault{Place{File: name}, reason(err)}
		}
		if err := notTooDeep(name, content); err != nil {
			return err
		}
		l.files = append(l.files, types.ConfigFile{Filename: name, Content: content})
		l.lines.add(name, content)
	}
	return nil
}

// tellOverride tells of a file that docker compose would take in by itself.
func (l *loading) tellOverride(name string) {
	base, ext, _ := strings.Cut(name, ".")
	if override := base + ".override." + ext; l.exists(override) {
		l.notices = append(l.notices, fmt.Sprintf("%s was left out: what is graded is %s alone.", override, name))
	}
}

// refused turns an error of the library into a fault.
func (l *loading) refused(ctx context.Context, err error) error {
	var (
		fault   *Fault
		unknown *Unknown
	)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &unknown):
		return unknown
	}
	// What a key is that no key may be, in the words of its schema.
	message := strings.ReplaceAll(inert.Text(err.Error()), " false schema", " is not a key that Compose knows")
	return &Fault{l.placeOf(message), message}
}

// placeOf finds the line that a message of the library speaks of: as a number,
// or by the path of a value.
func (l *loading) placeOf(message string) Place {
	at := Place{File: l.main()}
	for _, f := range l.files {
		if strings.Contains(message, f.Filename+": ") {
			at.File = f.Filename
		}
	}
	if m := regexp.MustCompile(`\bline (\d+)`).FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		return at
	}
	path := regexp.MustCompile(`\b(?:services|networks|volumes|secrets|configs)(?:\.[\w-]+)+`).FindString(message)
	if path == "" {
		// As in: service "api" depends on undefined service "db".
		if m := regexp.MustCompile(`\bservice "([^"]+)"`).FindStringSubmatch(message); m != nil {
			path = "services." + m[1]
		}
	}
	if path == "" {
		return at
	}
	return l.lines.at(strings.Split(path, ".")...)
}
