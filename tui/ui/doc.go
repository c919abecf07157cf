// Package ui holds what the tutor's screens share: the theme, the marks, the
// helpers that lay out text, and markdown.
//
// Text that did not come with the program (from an engine, from a learner's
// files, from a course on disk) reaches the screen through [Theme.Inline],
// [Line] and [Markdown] alone. They make control characters harmless, so no
// screen has to remember to.
package ui
