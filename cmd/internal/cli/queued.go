package cli

import (
	"context"
	"fmt"
	"time"

	"shipshape/checker"
)

// tellQueued tells that questions about what failed are due for review now.
func (a *app) tellQueued(ctx context.Context, r *checker.Report) {
	failed := map[string]bool{}
	for _, c := range r.Checks {
		if c.Status == checker.StatusFail && c.Concept != "" {
			failed[c.Concept] = true
		}
	}
	course, err := a.openCourse()
	if len(failed) == 0 || err != nil {
		return
	}
	about := 0
	for _, q := range a.summary(ctx).Due(course, time.Now()) {
		if failed[q.Concept] {
			about++
		}
	}
	if about > 0 {
		p := a.io.outPaint()
		fmt.Fprintf(a.io.Out, "%s about what failed: %s\n", count(about, "question"), p.strong("shipshape quiz --review"))
	}
}
