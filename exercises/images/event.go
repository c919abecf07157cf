package images

import (
	"sync"
	"time"

	"shipshape/checker"
)

// Phase says what is happening to a base image.
type Phase string

const (
	// PhasePresent: the engine has it already.
	PhasePresent Phase = "present"
	// PhasePulling comes with each progress of a pull, in Event.Pull.
	PhasePulling Phase = "pulling"
	// PhasePulled: it was pulled.
	PhasePulled Phase = "pulled"
	// PhaseNoRegistry: no registry gave it; the reason is in Event.Err.
	PhaseNoRegistry Phase = "no registry"
	// PhaseBuilding: a stand-in is being built.
	PhaseBuilding Phase = "building"
	// PhaseLog comes with each line of a build's output, in Event.Line.
	PhaseLog Phase = "log"
	// PhaseBuilt: the stand-in was built.
	PhaseBuilt Phase = "built"
	// PhaseFailed: it can't be had; the reason is in Event.Err.
	PhaseFailed Phase = "failed"
)

// Event is one thing that happens while base images are seen to.
type Event struct {
	// Base is the name of the image.
	Base  string
	Phase Phase
	Pull  checker.PullProgress
	// Line has no control characters.
	Line string
	Err  error
	// Took is how long a pull or build took, once it is over.
	Took time.Duration
}

// teller serializes the events of several goroutines.
type teller struct {
	mu   sync.Mutex
	tell func(Event)
}

func (t *teller) event(e Event) {
	if t.tell == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tell(e)
}
