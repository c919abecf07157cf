// Package engine does for package checker what a container engine can do: it
// builds, runs, looks and cleans up, through the Docker Engine API from 1.41
// on. It is the only importer of the engine's client.
//
// A [Client] is one engine. A [Run] is what one grade does on it: everything
// that a run creates carries the label shipshape.run with the run's id, and is
// removed by its sweep. While it lives, a run holds a lock on a file; a run
// whose file can be locked by others has crashed, and the next one removes what
// it left ([Client.SweepStale]).
//
// Errors are of two kinds. What the submission causes is a
// [checker.BuildError], a [checker.StartError] or an error of the method's own;
// everything else is a [checker.EnvironmentError] that says what to do. A
// cancelled context ends the work on the engine too, and its error is in the
// chain.
//
// Nothing is buffered whole: contexts, images and logs are streamed, and of a
// log only its end is kept.
package engine
