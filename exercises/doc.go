// Package exercises holds the hands-on exercises as data, and the workspaces
// that learners do them in: start, reset, reveal the solution. It knows nothing
// of terminals and talks to no engine.
//
// An exercise is a folder of a file system, embedded ([Embedded]) or on disk:
//
//	exercise.yaml      what it is, what it needs, its checks
//	brief.md           the task
//	hints/1.md …       from a nudge to nearly the answer
//	starter/           the project as the learner gets it
//	solution/          the reference files, laid over the starter
//	variants/<name>/   other submissions, laid over the starter, with the
//	                   verdict each must get in variant.yaml
//
// One that is offered in several stacks, of which the learner chooses, names
// them in exercise.yaml (stacks: [node, go], the default first), and has
// starter, solution and variants in stacks/<stack>/, beside a stack.yaml whose
// keys take the place of exercise.yaml's, and hints of its own where they
// differ. In each stack it is an [Exercise]: see [Exercise.In].
//
// A file whose name ends in ".embed" is written without that ending: Go's
// tooling would take a go.mod or a .go file in here for part of this program.
// A file that begins with "#!" is written executable.
package exercises
