package exercises

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker"
)

// validate finds what would make a grade meaningless or impossible.
func validate(e *Exercise) []error {
	v := &validator{source: e.source}
	v.required("title", e.Title)
	v.required("summary", e.Summary)
	v.required("lesson", e.Lesson)
	v.required("stack", e.Stack)
	v.port(e.Service.Port)
	v.file("dockerfile", e.Dockerfile)
	v.edit("nonce", e.Nonce)
	if e.Manifest != nil {
		v.edit("manifest", *e.Manifest)
	}
	if len(e.Checks) == 0 {
		v.fault("checks", "an exercise without checks can't be graded")
	}
	for i, c := range e.Checks {
		v.check(fmt.Sprintf("checks[%d]", i), c, e)
	}
	v.graph(e.Checks)
	for _, variant := range e.Variants {
		v.variant(variant, e.Checks)
	}
	return v.faults
}

type validator struct {
	source
	faults []error
}

func (v *validator) fault(path, format string, args ...any) {
	v.faults = append(v.faults, v.source.fault(path, format, args...))
}

func (v *validator) required(path, value string) {
	if strings.TrimSpace(value) == "" {
		v.fault(path, "%s is missing", path)
	}
}

func (v *validator) port(port int) {
	if port < 1 || port > 65535 {
		v.fault("service.port", "service.port is %d: the port that the service listens on, 1 to 65535", port)
	}
}

// file checks a path inside the project; an empty one has its default.
func (v *validator) file(path, name string) {
	if name == "" {
		return
	}
	if err := checkName(name); err != nil {
		v.fault(path, "%s: %v", path, err)
	}
}

// placeholder is where the grader puts its random value.
const placeholder = "{{value}}"

func (v *validator) edit(path string, e checker.Edit) {
	v.required(path+".file", e.File)
	v.file(path+".file", e.File)
	switch {
	case e.Template == "" && e.Replace == "":
		v.fault(path, "%s has neither a template nor a text to replace", path)
	case e.Template != "" && (e.Replace != "" || e.With != ""):
		v.fault(path, "%s has a template as well as a replacement: use one", path)
	case !strings.Contains(e.Template+e.With, placeholder):
		v.fault(path, "%s writes no %s, so every grade would make the same edit", path, placeholder)
	}
}

func (v *validator) check(path string, c checker.Spec, e *Exercise) {
	if !isSlug(c.ID) {
		v.fault(path+".id", "%s.id %q: lower-case words and digits joined by hyphens", path, c.ID)
	}
	if strings.TrimSpace(c.Title) == "" {
		v.fault(path, "%s.title is missing", path)
	}
	if c.Concept != "" && !isSlug(c.Concept) {
		v.fault(path+".concept", "%s.concept %q: lower-case words and digits joined by hyphens", path, c.Concept)
	}
	if c.Points < 0 || c.Points > 100 {
		v.fault(path+".points", "%s.points is %d: 0 to 100", path, c.Points)
	}
	for _, u := range c.Unsound(e.Assignment) {
		at := strings.TrimSuffix(path+"."+u.Path, ".")
		v.fault(at, "%s: %s", at, u.Problem)
	}
}

// graph checks that ids are unique and that needs name other checks without
// going round in a circle.
func (v *validator) graph(checks []checker.Spec) {
	index := map[string]int{}
	for i, c := range checks {
		if first, twice := index[c.ID]; twice {
			v.fault(fmt.Sprintf("checks[%d].id", i), "the id %q is taken by checks[%d]", c.ID, first)
			continue
		}
		index[c.ID] = i
	}
	const visiting, done = 1, 2
	state := make([]int, len(checks))
	var visit func(i int)
	visit = func(i int) {
		state[i] = visiting
		for n, need := range checks[i].Needs {
			at := fmt.Sprintf("checks[%d].needs[%d]", i, n)
			next, known := index[need]
			switch {
			case !known:
				v.fault(at, "no check has the id %q", need)
			case state[next] == visiting:
				v.fault(at, "%q and %q need each other, directly or through others", checks[i].ID, need)
			case state[next] != done:
				visit(next)
			}
		}
		state[i] = done
	}
	for i := range checks {
		if state[i] != done {
			visit(i)
		}
	}
}

func (v *validator) variant(variant Variant, checks []checker.Spec) {
	if variant.Verdict != checker.OutcomePassed && variant.Verdict != checker.OutcomeFailed {
		v.faults = append(v.faults, variant.source.fault("verdict", "verdict is %q: passed or failed", variant.Verdict))
	}
	for id, says := range variant.Says {
		if _, err := regexp.Compile(says); err != nil {
			v.faults = append(v.faults, variant.source.fault("says."+id, "says.%s: %v", id, err))
		}
		if !slices.ContainsFunc(checks, func(c checker.Spec) bool { return c.ID == id }) {
			v.faults = append(v.faults, variant.source.fault("says."+id, "says: no check has the id %q", id))
		}
	}
	for i, name := range variant.Remove {
		if err := checkName(name); err != nil {
			v.faults = append(v.faults, variant.source.fault(fmt.Sprintf("remove[%d]", i), "%v", err))
		}
	}
	if slices.Contains(variant.Remove, "") {
		v.faults = append(v.faults, variant.source.fault("remove", "remove names a file without a name"))
	}
}

// isSlug says whether s is lower-case words and digits joined by hyphens.
func isSlug(s string) bool {
	if len(s) > 64 {
		return false
	}
	for _, word := range strings.Split(s, "-") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}
