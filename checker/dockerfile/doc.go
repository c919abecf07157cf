// Package dockerfile reads a Dockerfile: it finds the line that a build step
// comes from, the commands that a RUN calls, the instruction to blame for what
// an image does, and it reviews the text against a table of rules.
//
// Nothing in here decides whether work passes. What a Dockerfile does is seen
// on an engine; its text serves to point, to explain, and to advise.
//
// Parsing is BuildKit's own, and what stands in a RUN is parsed as a shell
// would, so that other spellings of the same thing are the same thing.
package dockerfile
