package engine

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker"
)

// signLines is how many lines at the end of a step's log tell why it failed: what
// a tool tried again and got stands further above.
const signLines = 100

// networkSigns are what tools say when they can't resolve a name, or reach what it
// stands for. A group is the host, where they tell it.
func networkSigns() []*regexp.Regexp {
	return []*regexp.Regexp{
		// apt, pip, uv, Maven, Bundler and others that hand on what the resolver said
		regexp.MustCompile(`(?i)temporary failure (?:in name resolution|resolving)|failed to lookup address information|network is unreachable|no route to host`),
		// curl, git, cargo, composer
		regexp.MustCompile(`(?i)could(?:n't| not) resolve host:? (\S+)`),
		regexp.MustCompile(`(?i)failed to connect to (\S+) port \d`),
		// npm, yarn, pnpm
		regexp.MustCompile(`\b(?:EAI_AGAIN|ENOTFOUND) (\S+)`),
		regexp.MustCompile(`\bconnect (?:ETIMEDOUT|ENETUNREACH|EHOSTUNREACH) (\S+)`),
		// pip; elsewhere a refusal may be that of a service which the step expects beside it
		regexp.MustCompile(`(?i)pip\._vendor.*failed to establish a new connection|failed to establish a new connection: \[errno (?:-\d+|101|110|113)\]`),
		regexp.MustCompile(`(?i)failed to resolve '(\S+?)' \(\[errno`),
		// go, and the builder itself for ADD
		regexp.MustCompile(`dial tcp: lookup (\S+?)(?: on \S+)?: `),
		regexp.MustCompile(`dial tcp (\S+): i/o timeout`),
		// apt, apk, busybox's and GNU's wget
		regexp.MustCompile(`(?i)(?:could not|unable to) connect to (\S+)`),
		regexp.MustCompile(`DNS lookup error|DNS: transient error|temporary error \(try again later\)`),
		regexp.MustCompile(`wget: (?:bad address|unable to resolve host address) (\S+)`),
		// Bundler, Maven, Gradle, NuGet
		regexp.MustCompile(`(?i)could not reach host (\S+)`),
		regexp.MustCompile(`(?i)unknown ?host(?:exception)?:? (\S+)`),
		regexp.MustCompile(`(?i)name or service not known \((\S+?)\)`),
	}
}

// unreached is the line by which a step that failed says that it did not reach
// the network; empty for one that says no such thing.
func unreached(step checker.Step, message string) string {
	text := step.Log
	if !strings.Contains(step.Name, "] RUN ") {
		text = message // the builder's own work, as for ADD, has no log
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[max(0, len(lines)-signLines):]
	signs := networkSigns()
	for _, line := range lines {
		for _, sign := range signs {
			for _, m := range sign.FindAllStringSubmatch(line, -1) {
				if !slices.ContainsFunc(m[1:], withinBuild) {
					return strings.TrimSpace(line)
				}
			}
		}
	}
	return ""
}

// withinBuild tells a host that no network would bring: the step's own container,
// or a name without a dot, such as that of a service of a Compose project.
func withinBuild(host string) bool {
	host = strings.TrimRight(strings.Trim(host, `'"‘’()[].,;`), ":")
	if strings.Count(host, ":") == 1 {
		host, _, _ = strings.Cut(host, ":")
	}
	return !strings.ContainsAny(host, ".:") || strings.HasPrefix(host, "127.") || host == "0.0.0.0" || strings.HasPrefix(host, "::1")
}

// offline is the fault of a network that a step did not reach.
func offline(step checker.Step, sign string) error {
	where := "a step of the Dockerfile needs"
	if step.Line > 0 {
		where = fmt.Sprintf("line %d of the Dockerfile needs", step.Line)
	}
	return &checker.EnvironmentError{
		Problem: "the build could not reach the network, which " + where,
		Remedy:  "See that builds on this engine reach the network, by a proxy where one is needed, and that the address is right; then try again.",
		Err:     errors.New(sign),
	}
}
