// Package progress keeps a learner's record: lessons read, questions answered,
// exercises attempted, hints taken; and says which questions are due for review.
//
// The record is one SQLite file in the data directory, safe with several
// processes at once. What stands in it is what happened, and only that: points
// and review dates are computed from it at each reading, so they can't disagree
// with it.
//
// A record must never keep anybody from learning. [Open] therefore goes on in
// memory where a file can't be had, sets a damaged file aside without deleting
// it, leaves a file of a newer version alone, and tells each of these in
// [Record.Notices]. Nor must what it goes on with pass for the learner's record:
// [Record.Whole] tells, and export and import refuse.
package progress
