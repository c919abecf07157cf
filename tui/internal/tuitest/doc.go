// Package tuitest helps to test screens: a small course, keys by name, and
// views without styles.
package tuitest
