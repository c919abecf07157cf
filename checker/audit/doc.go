// Package audit looks at a project of which nothing is declared: it finds the
// Dockerfile, builds it, finds out where the service listens, and reports the
// checklist of an image that is fit for production.
//
// Each item of the list is decided by what the image does, by the check kinds
// that exercises are graded with; where only the text can tell, by the static
// review; and what neither decides is reported as not checked, with the reason.
package audit
