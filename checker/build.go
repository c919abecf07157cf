package checker

import "time"

// BuildRequest says what to build.
type BuildRequest struct {
	// Dir is the build context on disk. Its .dockerignore is applied.
	Dir string
	// Overlay holds files that replace or add to those of Dir in the copy
	// that is sent: slash-separated paths relative to Dir.
	// .dockerignore applies to them as well.
	Overlay map[string][]byte
	// Dockerfile is the path in Dir, slash-separated; empty for "Dockerfile".
	Dockerfile string
	// Target is the stage to build; empty for the last one.
	Target string
	// Args are the build arguments.
	Args map[string]string
	// Secrets are the build secrets, by id, that RUN --mount=type=secret may
	// ask for; they reach the builder through a session and stand in no layer.
	Secrets map[string][]byte
	// Online tells that the build counts on the network, as that of a real project
	// does: where a step can't reach it, that is no fault of the Dockerfile. What
	// an exercise builds needs none, and a step that does is wrong there.
	Online bool
	// NoCache works on every step again, as docker build --no-cache does.
	NoCache bool
	// Alone waits until no other build runs that the same program has asked the
	// engine for, and holds new ones back. While it works on several builds that
	// begin alike, BuildKit may work again on a step whose result it has
	// (moby/buildkit issue 4674): only a build alone tells what comes from cache.
	Alone bool
	// Limit ends a build that has taken as long since it began; 0 for none. The
	// error then matches [context.DeadlineExceeded].
	Limit time.Duration
	// OnStep, when set, is called whenever a step changes; from one
	// goroutine at a time.
	OnStep func(Step)
}

// Build is a finished, or failed, build.
type Build struct {
	// ImageID is empty when the build failed.
	ImageID string
	// Steps stand in the order in which the engine first named them.
	Steps []Step
	// ContextBytes is the size of the tar that was sent, in bytes.
	ContextBytes int64
	// Context are the regular files in it, in the order in which they were
	// sent.
	Context  []ContextFile
	Duration time.Duration
	// Notices tell what was changed in the copy that was sent, such as a
	// syntax directive that was neutralized.
	Notices []string
}

// ContextFile is a file of a build context.
type ContextFile struct {
	// Path is relative to the context, slash-separated.
	Path      string
	SizeBytes int64
}

// Step is one vertex of BuildKit's graph.
type Step struct {
	// Digest names the vertex within its build.
	Digest string
	// Name is BuildKit's, control characters made inert, such as
	// "[deps 2/4] RUN npm ci".
	Name string
	// Line is the Dockerfile line of its instruction, from 1; 0 for none.
	Line   int
	Cached bool
	// Started tells that the builder began to work on it. It names steps when
	// it reads the Dockerfile, long before it comes to them.
	Started bool
	Done    bool
	// Duration is how long it has run, or ran.
	Duration time.Duration
	// Log is the end of its output, at most 64 KiB, made inert.
	Log string
	// Err is the vertex's error, empty when it has none.
	Err string
}
