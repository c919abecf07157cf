// Package cli is shipshape's command line.
//
// A command is a file here: options, a function that makes the cobra command,
// and a method that runs it with an [IO] and an app. The app opens the course,
// the record and the engine when a command first asks for them, so that
// `shipshape lessons` never looks for an engine.
//
// What a command has to say goes to standard output, how it is getting on goes
// to standard error, and how it ended is the exit code (the Exit constants).
// Whatever comes from an engine, a learner's file or a course on disk is made
// inert before it is printed.
package cli
