package engine

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shipshape/checker"
)

// buildFailure decides whose fault a failed build is. What the environment
// lacks is recognized by the step that failed and by the builder's words, or,
// where the build counts on the network, by the step's own; all else is the
// Dockerfile's.
func (c *Client) buildFailure(message string, steps []checker.Step, src *source) error {
	message = plain(message)
	step, found := failed(steps)
	if diskFull(message) || diskFull(step.Log) {
		return noSpace(fmt.Errorf("%s", message))
	}
	if noSession(message) {
		return &checker.EnvironmentError{
			Problem: "the Docker engine lost the connection over which a build asks for secrets and registries' passwords",
			Remedy:  "Let the machine come to rest, then try again.",
			Err:     fmt.Errorf("%w: %s", errNoSession, message),
		}
	}
	if image := unavailable(message, step); image != "" {
		return fetchFault(image, message)
	}
	if m := parseErrorLine(message); m != nil {
		if src.parsed != nil {
			// The newest parser understands the file, so the engine's is
			// older than what the file uses.
			return c.oldFrontend(*m, message)
		}
		return &checker.BuildError{Line: *m, Message: message}
	}
	if strings.HasPrefix(step.Name, "exporting to ") && !tooManyLayers(message) {
		return &checker.EnvironmentError{
			Problem: "the Docker engine built the image and could not store it",
			Remedy:  "Try again; if it stays so, see the engine's own log and restart Docker.",
			Err:     fmt.Errorf("%s", message),
		}
	}
	// An engine that names no step has not got as far as the Dockerfile.
	if !found && (len(steps) == 0 && src.parsed != nil || engineTrouble(message)) {
		return &checker.EnvironmentError{
			Problem: "the Docker engine could not build",
			Remedy:  "See the engine's own log, restart Docker, and try again.",
			Err:     fmt.Errorf("%s", message),
		}
	}
	if found && src.online {
		if sign := unreached(step, message); sign != "" {
			return offline(step, sign)
		}
	}
	if found && outOfMemory(message) {
		return &checker.EnvironmentError{
			Problem: fmt.Sprintf("the engine's machine had no memory left for the command of line %d of the Dockerfile", step.Line),
			Remedy:  "Give the engine more memory (Docker Desktop has a setting for it, under Resources), or let the command do less at once, then try again.",
			Err:     fmt.Errorf("%s", message),
		}
	}
	if found {
		return &checker.BuildError{Step: step, Line: step.Line, Message: withoutRefs(message), Killed: killed(step, message)}
	}
	return &checker.BuildError{Line: src.faultyLine, Message: message}
}

// outOfMemory recognizes a command that failed after the kernel had killed one of
// its processes for lack of memory: where newer builders can count that, they say so
// in place of the exit code. A command's own words stand before that.
func outOfMemory(message string) bool {
	return strings.HasSuffix(message, "did not complete successfully: cannot allocate memory")
}

// killed recognizes a command that was killed, by its exit code, and one that says
// at its end that a program was which it started: shells, make, gcc, go, cargo, npm,
// Node.js and Python do. Who killed it is another matter.
func killed(step checker.Step, message string) bool {
	if !strings.Contains(step.Name, "] RUN ") {
		return false
	}
	if strings.HasSuffix(message, "exit code: 137") {
		return true
	}
	lines := strings.Split(strings.TrimSpace(step.Log), "\n")
	end := strings.Join(lines[max(0, len(lines)-signLines):], "\n")
	return regexp.MustCompile(`\bKilled\b|signal: killed|SIGKILL|(?i:error|code|status):? 137\b`).MatchString(end)
}

// tooManyLayers recognizes the one reason that lies in the Dockerfile for which
// an image can't be stored.
func tooManyLayers(message string) bool { return containsAny(message, "max depth exceeded") }

// errNoSession says that a builder had something to ask, and nobody to ask it.
var errNoSession = errors.New("the builder has no session")

// noSession recognizes a builder that lost, or never found, the connection that
// secrets come over. The words of a command that failed are in a message too.
func noSession(message string) bool {
	return containsAny(message, "no active session", "session healthcheck failed", "code = Unavailable",
		"Unavailable: connection", "Unavailable: write ", "Unavailable: read ") &&
		!containsAny(message, "did not complete successfully", "executor failed running")
}

// withoutRefs drops the builder's names for its own snapshots, which tell the
// learner nothing: what remains of a missing file is `"/server.js": not found`.
func withoutRefs(message string) string {
	message = strings.TrimPrefix(message, "failed to compute cache key: ")
	return regexp.MustCompile(`^failed to calculate checksum of ref \S+: `).ReplaceAllString(message, "")
}

func (c *Client) oldFrontend(line int, message string) error {
	return &checker.EnvironmentError{
		Problem: fmt.Sprintf("line %d of the Dockerfile uses what the builder of Docker %s does not know yet", line, c.version),
		Remedy:  "Use a newer Docker Engine (28 or later), or write that line without heredocs and without the newer flags.",
		Err:     fmt.Errorf("%s", message),
	}
}

// parseErrorLine returns the line of a frontend's syntax error, or nil.
func parseErrorLine(message string) *int {
	m := regexp.MustCompile(`(?i)dockerfile parse error (?:on )?line (\d+)`).FindStringSubmatch(message)
	if m == nil {
		return nil
	}
	line, err := strconv.Atoi(m[1])
	if err != nil {
		return nil
	}
	return &line
}

// unavailable returns the image that could not be had, or "" when that is not
// what went wrong. Only steps that fetch an image count: a RUN may well print
// the same words.
func unavailable(message string, failed checker.Step) string {
	if image := fetched(failed.Name); image != "" {
		return image
	}
	if failed.Name != "" {
		return ""
	}
	m := regexp.MustCompile(`failed to resolve source metadata for (\S+?):? `).FindStringSubmatch(message)
	if m != nil {
		return familiar(m[1])
	}
	if containsAny(message, "pull access denied", "manifest unknown", "failed to do request", "no such host", "i/o timeout", "TLS handshake timeout", "toomanyrequests") {
		return unnamed
	}
	return ""
}

// fetched returns the image that a step fetches: the step that reads its
// description, or the one that brings its layers.
func fetched(name string) string {
	if image, ok := strings.CutPrefix(name, "[internal] load metadata for "); ok {
		return familiar(image)
	}
	m := regexp.MustCompile(`^(?:\[[^\]]*\] )?FROM (\S+)`).FindStringSubmatch(name)
	if m == nil {
		return ""
	}
	image, _, _ := strings.Cut(m[1], "@")
	return familiar(image)
}

// familiar writes an image's name as a learner does.
func familiar(image string) string {
	image = strings.TrimPrefix(image, "docker.io/")
	return strings.TrimPrefix(image, "library/")
}

// engineTrouble recognizes failures outside of any step.
func engineTrouble(message string) bool {
	return containsAny(strings.ToLower(message),
		"input/output error", "read-only file system", "cannot allocate memory", "too many open files",
		"failed to mount", "failed to export", "failed to create lease", "containerd", "transport is closing",
		"connection refused", "connection reset", "database not open")
}
