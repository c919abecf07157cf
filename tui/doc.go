// Package tui is the tutor: the root of a Bubble Tea program whose screens,
// one package each under screen, know nothing of each other.
//
// The root holds the screens, draws the header and the line of keys around
// them, and is the only one to return a [tea.View]. Screens speak to it with
// the messages of package route: where to go, what to note in the learner's
// record, what went wrong. Whatever takes time (files, the record, a grade,
// rendering markdown) happens in commands, which change no model: their results
// come back as messages.
package tui
