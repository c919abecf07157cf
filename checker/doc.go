// Package checker grades a Dockerfile by what its image does.
//
// A [Submission] is a project on disk with the [Spec]s it is graded by. [Grade]
// builds it, runs it, looks, and returns a [Report]; on the way it tells an
// [Observer] what happens. The verdict comes from behaviour alone: the text of
// the Dockerfile is read to point at a line, to explain, and to review when
// there is no engine ([Review]).
//
// A check ends in one of four ways, and they are never mixed: it passed, it
// failed, it was skipped because a check that it needs did not pass, or it
// could not be graded, which is the environment's doing and never the
// learner's. No evidence is no pass.
//
// What a grade needs of a container engine is the small interface [Engine],
// declared here and implemented by package checker/engine.
package checker
