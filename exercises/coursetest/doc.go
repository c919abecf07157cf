// Package coursetest grades a course's own submissions and compares what came
// out with what the course says: each starter fails exactly the checks it
// should, each solution passes them all, and each variant gets the verdict and
// the failing checks that it states.
//
// It is for authors, and for the course's own tests: an exercise whose proofs
// hold treats correct work in any style as correct, and lets no trick pass.
package coursetest
