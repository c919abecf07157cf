package checker

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// access is what the user that a service runs as may do to files.
type access struct {
	// who is that user, for the learner.
	who string
	// missing are paths that are not there; writable those in which files can
	// be made; changeable those that can be changed and should not, and owned
	// those that can't, until their owner, who that user is, changes their mode:
	// the first few of them.
	missing, writable, changeable, owned []string
}

// accessScript asks the kernel what its own user may do. It calls nothing but
// the shell's own commands: a program of the image might be anything. Its
// arguments are the root under which the paths stand, "may" paths, "--" and "not"
// paths. The last line is a product that only a shell can know.
const accessScript = `
root=$1; product=$(($2 * $3)); shift 3
found=0
walk() {
	how=
	if [ -w "$1" ]; then how=changeable; elif [ -O "$1" ]; then how=owned; fi
	if [ "$how" ] && [ $found -lt 20 ]; then found=$((found + 1)); echo "$how ${1#"$root"}"; fi
	[ -d "$1" ] && [ ! -h "$1" ] || return 0
	for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		[ -h "$entry" ] || [ ! -e "$entry" ] || walk "$entry"
	done
}
part=may
for path; do
	if [ "$path" = -- ]; then part=not
	elif [ ! -e "$root$path" ]; then echo "missing $path"
	elif [ $part = not ]; then walk "$root$path"
	elif [ -w "$root$path" ] && { [ ! -d "$root$path" ] || [ -x "$root$path" ]; }; then echo "writable $path"
	fi
done
echo "end $product"
`

// access asks, in the service's container where there is a shell and beside it
// where there is none.
func (ev *evidence) access(ctx context.Context, s *service, image *Image, may, not []string) (access, error) {
	user, err := ev.serviceUser(ctx, image)
	if err != nil {
		return access{}, err
	}
	q, err := newQuestion(may, not)
	if err != nil {
		return access{}, err
	}
	got, err := execWithin(ctx, s.container, longestProgram, user, q.argv("")...)
	if fatal(err) {
		return access{}, err
	}
	if a, ok := q.answer(got.Output); err == nil && !got.NotFound && ok {
		a.who = tells(user, image)
		return a, nil
	}
	return ev.accessBeside(ctx, s, q)
}

// question is what is asked of a shell, with the two factors whose product shows
// that a shell answered.
type question struct {
	a, b     int64
	may, not []string
}

// newQuestion draws the factors. It fails where the system has no randomness.
func newQuestion(may, not []string) (question, error) {
	q := question{may: may, not: not}
	for _, factor := range []*int64{&q.a, &q.b} {
		n, err := rand.Int(rand.Reader, big.NewInt(1<<20))
		if err != nil {
			return question{}, fmt.Errorf("draw a random number: %w", err)
		}
		*factor = n.Int64() + 1<<10
	}
	return q, nil
}

// argv asks under a root, such as /proc/1/root; empty for the own.
func (q question) argv(root string) []string {
	return slices.Concat([]string{"sh", "-c", accessScript, "sh", root, fmt.Sprint(q.a), fmt.Sprint(q.b)}, q.may, []string{"--"}, q.not)
}

// answer reads what the shell said; ok is false where none did.
func (q question) answer(text string) (a access, ok bool) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "missing":
			a.missing = append(a.missing, rest)
		case "writable":
			a.writable = append(a.writable, rest)
		case "changeable":
			a.changeable = append(a.changeable, rest)
		case "owned":
			a.owned = append(a.owned, rest)
		case "end":
			ok = rest == fmt.Sprint(q.a*q.b)
		}
	}
	return a, ok
}

// besideTimeout bounds the look from a second container: far more than it takes
// to look at the files of a service.
const besideTimeout = time.Minute

// accessBeside asks from a container of another image that sees the service's
// processes, and through them its files, as the very user that PID 1 is.
func (ev *evidence) accessBeside(ctx context.Context, s *service, q question) (access, error) {
	unknown := &EnvironmentError{
		Problem: "what the service's user may write cannot be told: its image has no shell, and no other image here lends one",
		Remedy:  "Get a base image with a shell: `shipshape images pull`, or `shipshape images build`.",
	}
	status, ok, err := s.tools.run(ctx, "cat", "/proc/1/status")
	if err != nil {
		return access{}, err
	}
	user := userOf(status)
	if !ok || user == "" {
		return access{}, unknown
	}
	for _, image := range ev.toolImages() {
		argv := q.argv("/proc/1/root")
		c, err := ev.eng.Start(ctx, RunRequest{
			Image: image, Entrypoint: argv[:1], Cmd: argv[1:], User: user, Share: s.container.ID(), Limits: toolboxLimits(),
		})
		var unfit *StartError
		switch {
		case errors.As(err, &unfit), errors.Is(err, ErrNoImage):
			continue
		case err != nil:
			return access{}, err
		}
		bounded, cancel := context.WithTimeout(ctx, besideTimeout)
		_, err = c.Wait(bounded)
		cancel()
		if err != nil {
			return access{}, err
		}
		text, err := c.Logs(ctx, logLimit)
		if err != nil {
			return access{}, err
		}
		if a, ok := q.answer(text); ok {
			a.who = "as " + user
			return a, nil
		}
	}
	return access{}, unknown
}

// userOf reads the effective uid and gid out of /proc/PID/status, whose lines
// give the real, the effective, the saved and the filesystem's.
func userOf(status string) string {
	ids := make(map[string]string)
	for line := range strings.Lines(status) {
		if fields := strings.Fields(line); len(fields) == 5 && (fields[0] == "Uid:" || fields[0] == "Gid:") {
			ids[fields[0]] = fields[2]
		}
	}
	if ids["Uid:"] == "" || ids["Gid:"] == "" {
		return ""
	}
	return ids["Uid:"] + ":" + ids["Gid:"]
}
