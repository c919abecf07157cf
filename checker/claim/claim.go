package claim

// Placeholder stands in the contents of an edit where a value goes that no
// earlier build has seen, so that no earlier build can lend a step.
const Placeholder = "{{value}}"

// Claim is a small build and what must be seen of it. The zero value of a field
// asks for nothing.
type Claim struct {
	// Files are the build context, by their slash-separated paths, with a
	// Dockerfile among them. They are readable by all and not executable.
	Files map[string]string
	// Args and Secrets are build arguments and build secrets.
	Args, Secrets map[string]string
	// Target is the stage to build; empty for the last one.
	Target string
	// Build is what must come of the build; of the second one, where there is an
	// edit.
	Build Build
	// Edit are new contents of files, after which it is built a second time. Each
	// [Placeholder] in them becomes a random text.
	Edit map[string]string
	// Cached are lines of the Dockerfile whose steps come from the cache in the
	// second build, and Runs those whose steps do not. A line is where an
	// instruction begins, from 1.
	Cached, Runs []int
	// Image is looked for in the image's configuration as JSON: see [Config].
	Image Text
	// Layers are looked at one by one.
	Layers []Layers
	// Containers are those to run of the image, one after another.
	Containers []Container
}

// Build is what must come of a build.
type Build struct {
	// Fails: it must not build.
	Fails bool
	// Says is a regular expression for what the steps print or the error says.
	// The names of the steps are no part of it.
	Says string
}

// Text are regular expressions (RE2) in which ^ and $ match at lines; empty ones
// ask for nothing.
type Text struct {
	// Says must match, and Silent must not.
	Says, Silent string
}

// Layers are those of the image above its base whose instruction matches Of. All
// of them together are as large as stated, in bytes.
type Layers struct {
	// Of is a regular expression for the instruction as it is written: "^COPY".
	Of string
	// AtLeast and AtMost are nil for no bound.
	AtLeast, AtMost *int64
}

// Container is how to run the image, and what must be seen.
type Container struct {
	// Entrypoint and Command replace the image's own where they are not nil, and
	// User where it is not empty.
	Entrypoint, Command []string
	User                string
	Env                 []string
	// Init, ReadOnly, Tmpfs and DropCapabilities are as in
	// [shipshape/checker.RunRequest].
	Init, ReadOnly   bool
	Tmpfs            []string
	DropCapabilities bool

	// At most one of the following is set. With none, the container must end by
	// itself, and Exit and Text are about its exit code and output.

	// Exec is run in the running container: Exit and Text are about it.
	Exec []string
	// Stop stops it as docker stop does, once what Text.Says was printed, or
	// nothing more is: Exit and Text are about the container.
	Stop bool
	// Get asks it over the published port: Text is about the body.
	Get *Get
	// Health is what the image's own health test must come to say, "healthy" or
	// "unhealthy": Text is about its output and the container's.
	Health string
	// Running: it must still run after two seconds.
	Running bool

	// Exit is the exit code; nil for any.
	Exit *int
	Text Text
}

// Get is a request over HTTP.
type Get struct {
	Port int
	// Path is "/" where it is empty.
	Path string
	// Status is 200 where it is 0.
	Status int
	// Unanswered: while the container runs, no answer may come at all.
	Unanswered bool
}

// Miss is something that was not seen as claimed.
type Miss struct {
	// Expected and Seen are half sentences; they may hold text of the course and
	// of its containers, which is to be made inert before it is shown.
	Expected, Seen string
}
