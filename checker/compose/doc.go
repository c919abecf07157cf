// Package compose reads a project's Compose file into a plan: the services,
// networks, volumes and files that `docker compose up` would make of it.
//
// The file is read by the library that docker compose itself stands on, so that
// every style means what it means there: short and long forms, anchors, several
// files, profiles, interpolation. But it is a stranger's file. The library is
// therefore kept from reading anything by itself: what it needs is read here,
// through a root that no path and no link leads out of, and variables come from
// the project's .env alone, never from this process.
//
// [Load] returns a [*Fault] for a file that docker compose would refuse, or that
// asks for what no grader gives: a privileged container, the machine's own
// network, a folder outside the project. It returns an [*Unknown] for what is
// well, as far as anyone can say, and more than this package knows. Both name
// the key and the line. A fault is the project's, an Unknown is nobody's.
package compose
