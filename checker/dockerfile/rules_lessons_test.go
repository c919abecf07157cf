package dockerfile

import (
	"slices"
	"testing"

	"shipshape/lessons"
)

// untaught are the rules, of those that matter, whose subject is in no lesson.
func untaught() []string {
	return []string{
		"FromPlatformFlagConstDisallowed", "WorkdirRelativePath", "frontend-too-old", "copy-many",
		"swallowed-instruction", "comment-behind", "command-not-run",
		"arg-at-run-time", "cmd-reset", "cmd-repeats-entrypoint",
		"apt-asks", "apt-no-update",
		"errors-ignored", "version-redirected", "bashism",
		"pipe-to-shell", "add-unverified", "curl-without-fail",
	}
}

// A remark leads to the lesson that it names, and one that names none to that of
// the exercise, which may teach something else.
func TestRulesLeadToTheirLesson(t *testing.T) {
	course, err := lessons.Load(lessons.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	rest := untaught()
	for _, r := range Rules() {
		at := slices.Index(rest, r.ID)
		switch {
		case r.Lesson != "" && course.Lesson(r.Lesson) == nil:
			t.Errorf("%s: there is no lesson %q", r.ID, r.Lesson)
		case r.Lesson != "" && at >= 0:
			t.Errorf("%s: it names the lesson %q, and stands among those that none teaches", r.ID, r.Lesson)
		case r.Lesson == "" && at < 0 && r.Severity != Advice:
			t.Errorf("%s: name the lesson that teaches it, or add it to those that none does", r.ID)
		}
		if at >= 0 {
			rest = slices.Delete(rest, at, at+1)
		}
	}
	for _, id := range rest {
		t.Errorf("%s: there is no such rule", id)
	}
}
