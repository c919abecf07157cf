// Package claim proves claims about Dockerfiles: it builds a small context on an
// engine, perhaps once more after an edit, runs containers of the image, and
// tells what was not seen as claimed. A course's questions and lessons are held
// against it.
//
// It knows the engine by [checker.Engine] alone, and what an engine could not do
// is an error, never a claim that does not hold.
package claim
