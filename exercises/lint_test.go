package exercises_test

import (
	"strings"
	"testing"

	"shipshape/exercises"
)

func lint(t *testing.T, replaced map[string]string) string {
	t.Helper()
	var all []string
	known := exercises.WithLessons(func(slug string) bool { return slug == "a-lesson" })
	for _, fault := range exercises.Lint(load(t, course(replaced)), known) {
		all = append(all, fault.Error())
	}
	return strings.Join(all, "\n")
}

func TestASoundCourseHasNoFaults(t *testing.T) {
	if faults := lint(t, nil); faults != "" {
		t.Error(faults)
	}
}

func TestLintPlacesEachFaultOfAnExercise(t *testing.T) {
	for name, tc := range map[string]struct{ old, with, want string }{
		"an unknown lesson":         {"lesson: a-lesson", "lesson: another", "exercise.yaml:3:1: there is no lesson"},
		"a check's lesson":          {"    builds: {}", "    lesson: another\n    builds: {}", "there is no lesson"},
		"no minutes":                {"minutes: 5", "minutes: 0", "exercise.yaml:6:1: minutes"},
		"no bases":                  {"bases: [node:24-slim]", "bases: []", "exercise.yaml:7:1: bases"},
		"too few points":            {"points: 1\n    why: because\n    builds", "points: 0\n    why: because\n    builds", "worth 9 points"},
		"a check without a why":     {"why: because\n    builds", "why: \"\"\n    builds", "builds says no why"},
		"a starter with nothing":    {"starter_fails: [cached]", "starter_fails: [small]", "fails no required check"},
		"an unknown failing check":  {"starter_fails: [cached]", "starter_fails: [cached, nope]", "exercise.yaml:16:25: no check has the id \"nope\""},
		"one listed twice":          {"starter_fails: [cached]", "starter_fails: [cached, cached]", "listed twice"},
		"one that is skipped":       {"starter_fails: [cached]", "starter_fails: [builds, cached]", "it is skipped then"},
		"an edit of nothing":        {"file: release.js", "file: other.js", "the starter has no other.js"},
		"a text that is not there":  {"replace: '\"description\": \"x\"'", "replace: nowhere", "stands 0 times"},
		"a text that is ambiguous":  {"replace: '\"description\": \"x\"'", "replace: '\"'", "stands 4 times"},
		"no Dockerfile of the name": {"stack: node", "stack: node\ndockerfile: Containerfile", "the starter has no Containerfile"},
		"no Compose file":           {"stack: node", "stack: node\ncompose: {service: api}", "the solution has no compose.yaml"},
		"no Compose file of a name": {"stack: node", "stack: node\ncompose: {service: api, files: [prod.yaml]}", "the solution has no prod.yaml"},
		"a budget of a stranger":    {"{of: starter}", "{of: debian}", "not among the bases"},
	} {
		t.Run(name, func(t *testing.T) {
			if faults := lint(t, edited(t, tc.old, tc.with)); !strings.Contains(faults, tc.want) {
				t.Errorf("no %q in:\n%s", tc.want, faults)
			}
		})
	}
}

func TestLintPlacesEachFaultOfTheOtherFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a hint that says it all":       {map[string]string{"hints/3.md": "Do this:\n\n```\nFROM node:24-slim\nCOPY package.json ./\nCOPY . .\n```\n"}, "hints/3.md:5:1: the hint gives the solution away"},
		"five hints":                    {map[string]string{"hints/4.md": "More.\n", "hints/5.md": "And more.\n"}, "5 hints"},
		"two hints":                     {map[string]string{"hints/3.md": ""}, "2 hints"},
		"three styles that pass":        {map[string]string{"variants/good-4/variant.yaml": "", "variants/good-4/Dockerfile": ""}, "3 variants that pass"},
		"a check that nothing fails":    {map[string]string{"variants/bad-2/variant.yaml": "about: x\nverdict: failed\nfails: [cached]\n"}, "nothing fails serves"},
		"four flawed ones":              {map[string]string{"variants/bad-5/variant.yaml": "about: x\nverdict: passed\nfails: [small]\n"}, "4 variants that fail"},
		"a variant about nothing":       {map[string]string{"variants/bad-1/variant.yaml": "verdict: failed\nfails: [builds]\n"}, "bad-1/variant.yaml:1:1: about"},
		"a verdict that can't be":       {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: passed\nfails: [builds]\n"}, "bad-1/variant.yaml:2:1: the verdict passed"},
		"a failure for optional work":   {map[string]string{"variants/bad-5/variant.yaml": "about: x\nverdict: failed\nfails: [small]\n"}, "bad-5/variant.yaml:2:1: the verdict failed"},
		"a removal of what is not":      {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: failed\nfails: [builds]\nremove: [nope]\n"}, "bad-1/variant.yaml:4:10: the starter has no nope"},
		"a solution without Dockerfile": {map[string]string{"solution/Dockerfile": "", "solution/other": "x"}, "the solution has no Dockerfile"},
	} {
		t.Run(name, func(t *testing.T) {
			if faults := lint(t, tc.files); !strings.Contains(faults, tc.want) {
				t.Errorf("no %q in:\n%s", tc.want, faults)
			}
		})
	}
}

func TestLintWantsEachCheckToNameAConcept(t *testing.T) {
	known := exercises.WithConcepts(func(id string) bool { return id == "order" })
	var all []string
	for _, fault := range exercises.Lint(load(t, course(edited(t, "    builds: {}", "    concept: order\n    builds: {}"))), known) {
		all = append(all, fault.Error())
	}
	got := strings.Join(all, "\n")
	if strings.Contains(got, "builds names the concept") || !strings.Contains(got, `cached names the concept "", which no lesson teaches`) {
		t.Errorf("the faults are\n%s", got)
	}
}
