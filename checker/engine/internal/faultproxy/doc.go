// Package faultproxy stands between a client and a real engine, and does to the
// requests that a test chooses what a bad connection, or a sick engine, does:
// it refuses, loses, cuts, stalls, answers nonsense.
//
// It is for tests alone. A [Proxy] listens on a unix socket of its own and
// passes everything else on unchanged, also connections that are upgraded, as
// those of a command in a container.
package faultproxy
