package audit

import (
	"time"

	"shipshape/checker"
)

// Schema is the version of Report's JSON.
const Schema = 1

// Status says how an item of the checklist stands.
type Status string

// An item holds or does not; one that is advice does not fail an image; and what
// could not be decided is not checked.
const (
	Pass       Status = "pass"
	Fail       Status = "fail"
	Advice     Status = "advice"
	NotChecked Status = "not_checked"
)

// Basis says what decided an item.
type Basis string

// What an item's status comes from: what the image did, what the text says, or
// nothing.
const (
	Behaviour Basis = "behaviour"
	Text      Basis = "text"
)

// Item is one line of the checklist, with its evidence.
type Item struct {
	ID      string `json:"id"`
	Section string `json:"section"`
	Title   string `json:"title"`
	Status  Status `json:"status"`
	// Required items decide whether the image is fit; the others advise.
	Required bool   `json:"required"`
	Basis    Basis  `json:"basis,omitempty"`
	Expected string `json:"expected,omitempty"`
	// Observed is what was seen; for one that is not checked, why it is not.
	Observed string `json:"observed,omitempty"`
	Why      string `json:"why,omitempty"`
	Remedy   string `json:"remedy,omitempty"`
	// DockerfileLine is counted from 1; 0 for none.
	DockerfileLine int    `json:"dockerfile_line,omitempty"`
	Lesson         string `json:"lesson,omitempty"`
}

// Outcome says how an audit ended.
type Outcome string

// An image is fit when every required item holds that has a part in it. Where
// something of the surroundings kept one from being looked at, and none is known
// not to hold, it is not audited.
const (
	Fit       Outcome = "fit"
	Unfit     Outcome = "unfit"
	Unaudited Outcome = "not_audited"
)

// Report is what an audit found. Its JSON is the document that `shipshape audit
// --json` prints.
type Report struct {
	Schema int    `json:"schema"`
	Dir    string `json:"dir"`
	// Dockerfile is the path in Dir.
	Dockerfile string  `json:"dockerfile"`
	Outcome    Outcome `json:"outcome"`
	// Engine is nil where none was asked.
	Engine *checker.EngineInfo  `json:"engine,omitempty"`
	Image  *checker.ImageReport `json:"image,omitempty"`
	// Port is the TCP port that the service listens on; 0 for none.
	Port int `json:"port,omitempty"`
	// Counts are the numbers of items by status.
	Counts map[Status]int `json:"counts"`
	Items  []Item         `json:"items"`
	// Remarks are those of the static review that are no item's.
	Remarks    []checker.Result `json:"remarks"`
	Notices    []string         `json:"notices,omitempty"`
	DurationMS int64            `json:"duration_ms"`
}

// settle counts the items and derives the outcome.
func (r *Report) settle(began time.Time, complete bool) {
	r.Counts = map[Status]int{Pass: 0, Fail: 0, Advice: 0, NotChecked: 0}
	r.Outcome = Fit
	if !complete {
		r.Outcome = Unaudited
	}
	for _, i := range r.Items {
		r.Counts[i.Status]++
		if i.Status == Fail {
			r.Outcome = Unfit
		}
	}
	r.DurationMS = time.Since(began).Milliseconds()
}
