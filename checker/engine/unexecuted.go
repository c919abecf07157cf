package engine

import (
	"context"
	"regexp"
	"strings"

	"github.com/moby/moby/api/types/container"
)

// unexecutedLog is more than the runtime's one line takes, in bytes.
const unexecutedLog = 4 << 10

// unexecuted tells why an ended container's program could not be executed, or
// "" when it was. The runtime looks whether a program is there before the start,
// but the kernel's refusal comes after it: a file that is no program for this
// machine, or one whose interpreter is not there. The runtime then prints the
// refusal in the program's place, as all that the container ever says, and ends
// with code 1, since runc 1.2 with 255.
func (r *running) unexecuted(ctx context.Context, s *container.State) string {
	if s.Running || s.OOMKilled || s.ExitCode != 1 && s.ExitCode != 255 {
		return ""
	}
	log, err := r.Logs(ctx, unexecutedLog)
	if err != nil {
		return "" // the explanation is missing, and nothing else
	}
	return refusedProgram(log)
}

// refusedProgram recognizes the runtime's refusal as the whole of a log. A shell
// that can't execute something says so in other words.
func refusedProgram(log string) string {
	line := strings.TrimSpace(log)
	m := regexp.MustCompile(`^(?:standard_init_linux\.go:\d+: )?(exec (?:/\S+|user process caused): (?:exec format error|no such file or directory|permission denied|argument list too long|text file busy))$`).FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	return strings.Replace(m[1], "exec user process caused: ", "", 1)
}
