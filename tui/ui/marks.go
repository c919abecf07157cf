package ui

import "shipshape/checker"

// The marks that stand for states. Each differs in shape, not only in colour.
const (
	MarkNew     = "○"
	MarkPartly  = "◐"
	MarkDone    = "✓"
	MarkFail    = "✗"
	MarkSkip    = "–"
	MarkError   = "!"
	MarkAdvice  = "•"
	MarkPointer = "▸"
)

// Mark returns the styled mark of a check's status; the one for pending where
// status is empty.
func (t *Theme) Mark(status checker.Status) string {
	switch status {
	case checker.StatusPass:
		return t.Good.Render(MarkDone)
	case checker.StatusFail:
		return t.Bad.Render(MarkFail)
	case checker.StatusSkip:
		return t.Muted.Render(MarkSkip)
	case checker.StatusError:
		return t.Warn.Render(MarkError)
	case checker.StatusAdvice:
		return t.Accent.Render(MarkAdvice)
	default:
		return t.Faint.Render(MarkNew)
	}
}

// Spinner returns the frame of the busy mark at a tick.
func (t *Theme) Spinner(tick int) string {
	frames := [...]string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}
	return t.Accent.Render(frames[tick%len(frames)])
}
