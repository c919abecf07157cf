package checker

import "time"

// Status says how one check ended.
type Status string

// The ways a check ends. Advice is a remark of the static review: it neither
// passes nor fails.
const (
	StatusPass   Status = "pass"
	StatusFail   Status = "fail"
	StatusSkip   Status = "skip"
	StatusError  Status = "error"
	StatusAdvice Status = "advice"
)

// Outcome says how a whole grade ended.
type Outcome string

// The outcomes of a grade. OutcomeReviewed is a static review: it never says
// that the work passed.
const (
	OutcomePassed     Outcome = "passed"
	OutcomeFailed     Outcome = "failed"
	OutcomeUngradable Outcome = "ungradable"
	OutcomeReviewed   Outcome = "reviewed"
)

// Result is the verdict of one check, with its evidence.
type Result struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Status   Status `json:"status"`
	Required bool   `json:"required"`
	// Severity of an advice: "advice", "warning" or "mistake".
	Severity string `json:"severity,omitempty"`
	// Points are those the check is worth, not those it earned.
	Points   int    `json:"points"`
	Expected string `json:"expected,omitempty"`
	Observed string `json:"observed,omitempty"`
	Why      string `json:"why,omitempty"`
	// Remedy says what to do about the environment, where Status is
	// StatusError.
	Remedy string `json:"remedy,omitempty"`
	// DockerfileLine is the line to blame, counted from 1, or 0 for none.
	DockerfileLine int `json:"dockerfile_line,omitempty"`
	// Lesson is the slug of the lesson that explains the check.
	Lesson string `json:"lesson,omitempty"`
	// Concept is the id of the lesson's concept that the check is about.
	Concept    string `json:"concept,omitempty"`
	DurationMS int64  `json:"duration_ms"`
}

// Report is what a grade found. Its JSON is the document that
// `shipshape check --json` prints.
type Report struct {
	Schema     int          `json:"schema"`
	Exercise   string       `json:"exercise"`
	Outcome    Outcome      `json:"outcome"`
	Points     int          `json:"points"`
	MaxPoints  int          `json:"max_points"`
	Engine     *EngineInfo  `json:"engine,omitempty"`
	Checks     []Result     `json:"checks"`
	Image      *ImageReport `json:"image,omitempty"`
	Notices    []string     `json:"notices,omitempty"`
	DurationMS int64        `json:"duration_ms"`
	// Fingerprint names what was graded and on what: the submission, the
	// engine and the base images. It is empty where they changed meanwhile, and
	// where only a part was graded.
	Fingerprint string `json:"fingerprint,omitempty"`
	// GradedAt is when the grade began.
	GradedAt time.Time `json:"graded_at,omitzero"`
	// Stored tells that nothing was graded now: this is the verdict of
	// GradedAt, on a submission with the same fingerprint.
	Stored bool `json:"stored,omitempty"`
}

// ImageReport is the graded image's size and the layers that it consists of,
// base first.
type ImageReport struct {
	SizeBytes int64         `json:"size_bytes"`
	Layers    []LayerReport `json:"layers"`
}

// LayerReport is one step of an image's history with the bytes it added.
type LayerReport struct {
	Instruction string `json:"instruction"`
	SizeBytes   int64  `json:"size_bytes"`
}

// Plain is the instruction as its author wrote it, without the shell and the
// builder's remarks: "RUN npm ci".
func (l LayerReport) Plain() string { return plainInstruction(l.Instruction) }

// ReportSchema is the version of Report's JSON.
const ReportSchema = 1

// settle counts the points and derives the outcome from the required checks: a
// failed one decides; without one, a check that could not be graded makes the
// whole ungradable; and only when every one passed has the work passed.
func (r *Report) settle(began time.Time) {
	r.Points, r.MaxPoints = 0, 0
	var failed, blocked, skipped bool
	for _, c := range r.Checks {
		if c.Status == StatusAdvice {
			continue
		}
		r.MaxPoints += c.Points
		if c.Status == StatusPass {
			r.Points += c.Points
		}
		failed = failed || c.Required && c.Status == StatusFail
		blocked = blocked || c.Required && c.Status == StatusError
		skipped = skipped || c.Required && c.Status == StatusSkip
	}
	switch {
	case failed:
		r.Outcome = OutcomeFailed
	case blocked:
		r.Outcome = OutcomeUngradable
	case skipped:
		r.Outcome = OutcomeFailed
	default:
		r.Outcome = OutcomePassed
	}
	r.DurationMS, r.GradedAt = time.Since(began).Milliseconds(), began
}
