package compose

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"
)

// envFile is the file that docker compose takes variables from by itself.
const envFile = ".env"

// readEnv reads the variables that the Compose file may use. Those of this
// process are not among them: a learner's file has no business with them, and a
// grade would depend on who grades.
func (l *loading) readEnv() error {
	// Some people write ${PWD}/src for ./src.
	l.env = map[string]string{"PWD": l.dir}
	content, err := l.read(envFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &Fault{Place{File: envFile}, reason(err)}
	}
	vars := make(map[string]string)
	if err := l.parseEnv(envFile, content, vars, l.lookup, ""); err != nil {
		return faultAt(Place{File: envFile}, err)
	}
	for name, value := range vars {
		l.env[name] = value
	}
	if names := l.env["COMPOSE_PROFILES"]; len(l.profiles) == 0 && names != "" {
		l.profiles = strings.Split(names, ",")
	}
	return nil
}

func (l *loading) lookup(name string) (string, bool) {
	value, ok := l.env[name]
	return value, ok
}

// environment is what a service's container gets: its env files, the later over
// the earlier, and over them its environment.
func (l *loading) environment(s types.ServiceConfig) ([]string, error) {
	// A name without a value takes it from the project's variables.
	own := s.Environment.Resolve(l.lookup)
	all := types.Mapping{}
	for _, file := range s.EnvFiles {
		if err := l.envFile(s.Name, file, all, func(name string) (string, bool) {
			if value, ok := l.lookup(name); ok {
				return value, true
			}
			if value := own[name]; value != nil {
				return *value, true
			}
			return "", false
		}); err != nil {
			return nil, err
		}
	}
	for name, value := range own {
		if value != nil {
			all[name] = *value
		}
	}
	return all.Values(), nil
}

// envFile reads one env file into vars.
func (l *loading) envFile(service string, file types.EnvFile, vars types.Mapping, lookup dotenv.LookupFn) error {
	place := l.lines.at("services", service, "env_file")
	name, err := l.inside(file.Path)
	if err != nil {
		return &Fault{place, "the env file " + file.Path + ": " + reason(err)}
	}
	content, err := l.read(name)
	if errors.Is(err, fs.ErrNotExist) && !bool(file.Required) {
		return nil
	}
	if err != nil {
		return &Fault{place, "the env file " + file.Path + ": " + reason(err)}
	}
	if err := l.parseEnv(name, content, vars, lookup, file.Format); err != nil {
		return faultAt(place, err)
	}
	return nil
}

// parseEnv reads variables into vars. What one gives to another is looked up by
// lookup, and else among vars.
func (l *loading) parseEnv(name string, content []byte, vars map[string]string, lookup dotenv.LookupFn, format string) error {
	if err := notTooDeep(name, content); err != nil {
		return err
	}
	err := dotenv.ParseWithFormat(bytes.NewReader(content), name, vars, l.measured(name, func(variable string) (string, bool) {
		if value, ok := lookup(variable); ok {
			return value, true
		}
		value, ok := vars[variable]
		return value, ok
	}), format)
	// The library's outer words name the file, as every fault does.
	return cmp.Or(errors.Unwrap(err), err)
}

// faultAt is an error as a fault, with its own place where it has one.
func faultAt(place Place, err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &Fault{place, err.Error()}
}
