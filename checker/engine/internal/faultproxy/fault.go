package faultproxy

// Fault is what happens to one request. The zero Fault is none.
type Fault int

// The faults. A "lost" request was carried out by the engine, a "refused" one
// was not: what a grade leaves behind depends on it.
const (
	None Fault = iota
	// Refused closes the connection before the engine hears of the request.
	Refused
	// Lost closes the connection when the engine has begun to answer.
	Lost
	// Cut closes the connection in the middle of the answer.
	Cut
	// Halved ends the answer in its middle as if it were whole.
	Halved
	// Stalled never answers, and the engine hears nothing.
	Stalled
	// Hung stops in the middle of the answer and keeps the connection open.
	Hung
	// Garbage answers with bytes that are no HTTP.
	Garbage
	// Nonsense answers 200 with a body that is not what was asked for.
	Nonsense
	// Unwell answers 500 with an error of the engine's own form.
	Unwell
)

// All are the faults that there are.
func All() []Fault {
	return []Fault{Refused, Lost, Cut, Halved, Stalled, Hung, Garbage, Nonsense, Unwell}
}

// Slow reports whether a client notices the fault only by waiting.
func (f Fault) Slow() bool { return f == Stalled || f == Hung }

// String names the fault for a test's name.
func (f Fault) String() string {
	return [...]string{"none", "refused", "lost", "cut", "halved", "stalled", "hung", "garbage", "nonsense", "unwell"}[f]
}
