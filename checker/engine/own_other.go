//go:build !unix

package engine

// noFollow is of no use here: who may make a link may do everything.
const noFollow = 0
