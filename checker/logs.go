package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

const (
	// logDeadline is how long after its answer a request may take to show in
	// the log: what is written is there within milliseconds, and a machine
	// under load is given a thousand times that.
	logDeadline = 5 * time.Second
	// logLimit is how much of a log is searched, in bytes from its end.
	logLimit = 1 << 20
)

// Logs: a request to the service shows in the container's log, and in no file.
type Logs struct {
	// Path is asked with a random value where {{value}} stands. It defaults to
	// the service's own with the query "trace={{value}}".
	Path string `yaml:"path"`
	// JSON demands that each line that holds the request is a JSON object.
	JSON bool `yaml:"json"`
	// EveryLine demands that of all lines of the log.
	EveryLine bool `yaml:"every_line"`
	// Data are folders whose files may hold the request, because they are the
	// service's data and no log.
	Data []string `yaml:"data"`
}

func (k *Logs) unsound(a Assignment) []Unsound {
	var found []Unsound
	if k.Path != "" && !strings.Contains(k.Path, placeholder) {
		found = append(found, unsoundf("path", "path holds no %s, so no request is told from another", placeholder))
	}
	if k.EveryLine && !k.JSON {
		found = append(found, unsoundf("every_line", "every_line goes with json"))
	}
	return append(found, relativePaths("data", k.Data)...)
}

// relativePaths finds those settings of a list that name no absolute path.
func relativePaths(name string, paths []string) []Unsound {
	var found []Unsound
	for i, p := range paths {
		if !path.IsAbs(p) {
			found = append(found, unsoundf(fmt.Sprintf("%s[%d]", name, i), "%s: %q is not an absolute path", name, p))
		}
	}
	return found
}

func (k *Logs) look(ctx context.Context, ev *evidence) (finding, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	svc := ev.sub.Assignment.Service
	f := finding{expected: k.expected()}
	if !s.answered {
		f.observed = s.problem(svc.Port)
		return f, nil
	}
	r := request{service: svc, value: rand.Text()}
	r.path = strings.ReplaceAll(cmp.Or(k.Path, tracePath(svc)), placeholder, r.value)
	if err := r.ask(ctx, s.container); err != nil {
		if fatal(err) {
			return finding{}, err
		}
		f.observed = fmt.Sprintf("it does not answer %s: %v", r.path, err)
		return f, nil
	}
	lines, err := r.awaitLines(ctx, s.container, logDeadline)
	if err != nil {
		return finding{}, err
	}
	files, err := k.files(ctx, ev, s, r.value)
	if err != nil {
		return finding{}, err
	}
	if len(lines.holding) == 0 && len(files) == 0 {
		return k.missing(ctx, ev, s.container, f, r)
	}
	if f = k.judge(f, lines, files); !f.passed {
		return f, nil
	}
	// What is held back for a file is nowhere yet, but the file is open.
	open, err := k.open(ctx, s.tools)
	if err != nil || len(open) == 0 {
		return f, err
	}
	files, when, err := k.heldBack(ctx, ev, open, r)
	if err != nil || len(files) == 0 {
		return f, err
	}
	f = k.judge(finding{expected: f.expected}, lines, files)
	f.observed += ", " + when
	return f, nil
}

// judge says what the lines and files that hold a request mean.
func (k *Logs) judge(f finding, lines logLines, files []string) finding {
	switch {
	case len(lines.holding) == 0:
		f.observed = fmt.Sprintf("the request stands in %s inside the container, and not in the container's log", strings.Join(files, " and "))
		f.why = "A file in a container is lost with it, fills its disk, and no tool reads it. Write to standard output; `docker logs` and every platform collect that."
	case len(files) > 0:
		f.observed = fmt.Sprintf("the request stands in the container's log, and in %s as well", strings.Join(files, " and "))
		f.why = "A log file in a container grows until the disk is full, and is lost with the container. Standard output alone is enough."
	case k.JSON && firstOther(lines.holding) != "":
		f.observed = "the line of the request is no JSON object: " + shown(firstOther(lines.holding))
	case k.EveryLine && firstOther(lines.all) != "":
		f.observed = "the request is a JSON object, and another line of the log is none: " + shown(firstOther(lines.all))
	default:
		f.passed, f.observed = true, "it shows in the log: "+shown(lines.holding[0])
	}
	return f
}

// firstOther returns the first line that is no JSON object.
func firstOther(lines []string) string {
	for _, line := range lines {
		if !holdsObjects(line) {
			return line
		}
	}
	return ""
}

// holdsObjects tells that a line is a JSON object. Two that were written at the
// same moment may share a line: some runtimes write the end of a line by itself,
// and who comes in between is chance.
func holdsObjects(line string) bool {
	objects := json.NewDecoder(strings.NewReader(line))
	for {
		var object map[string]json.RawMessage
		switch err := objects.Decode(&object); {
		case errors.Is(err, io.EOF):
			return true
		case err != nil || object == nil:
			return false
		}
	}
}

// tracePath is the service's route with a query that changes nothing.
func tracePath(svc Service) string {
	route := cmp.Or(svc.Path, "/")
	if strings.Contains(route, "?") {
		return route + "&trace=" + placeholder
	}
	return route + "?trace=" + placeholder
}

func (k *Logs) expected() string {
	switch {
	case k.EveryLine:
		return "a request shows in the container's log, whose lines are all JSON objects, and in no file"
	case k.JSON:
		return "a request shows in the container's log, as a JSON object on one line, and in no file"
	}
	return "a request shows in the container's log, and in no file"
}
