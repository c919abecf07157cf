package checker

// Event is something that happens during a grade: a [StepChanged], a
// [CheckStarted] or a [CheckDone].
type Event interface{ event() }

// StepChanged tells of a build step that began, ended or wrote output.
type StepChanged struct {
	// Build says which build it belongs to, such as "your image" or "after a
	// source edit".
	Build string
	Step  Step
}

// CheckStarted tells that the evidence for a check is being gathered.
type CheckStarted struct{ ID, Title string }

// CheckDone tells a check's verdict.
type CheckDone struct{ Result Result }

func (StepChanged) event()  {}
func (CheckStarted) event() {}
func (CheckDone) event()    {}

// Observer is told of events, from one goroutine at a time; nil hears nothing.
// It must not block: the grade waits for it.
type Observer func(Event)
