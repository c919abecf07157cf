// Package lessons holds the course: lessons, their sections and their
// questions, as data, and grades answers. It knows nothing of terminals and
// engines.
//
// A course is a file system, embedded ([Embedded]) or on disk, with a folder a
// lesson:
//
//	<slug>/lesson.md        front matter (YAML) and one "## " heading a section
//	<slug>/questions.yaml   the questions
//
// [Load] reads it and returns every fault that it finds, with file and line. It
// asks for what a course needs to work at all; [Lint] asks for what a good one
// has besides. [Question.Grade] grades an answer.
package lessons
