package checker

import (
	"bufio"
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// sigkill is Linux's number of SIGKILL, which no program can handle.
const sigkill = 9

// signal is one of Linux's: an engine's containers run on no other system.
type signal struct {
	name   string
	number int
}

func (s signal) String() string { return s.name }

// defaultStopSignal is what the engine sends where an image names no signal.
const defaultStopSignal = "SIGTERM"

// stopSignal is what an engine stops a container of an image with. Its number is
// 0 where that is not known.
func stopSignal(image *Image) signal {
	name := signalName(cmp.Or(image.StopSignal, defaultStopSignal))
	if number, err := strconv.Atoi(name); err == nil {
		return signal{name: "signal " + name, number: number}
	}
	return signal{name: name, number: signalNumbers()[name]}
}

// signalNumbers are the numbers of the signals that people stop services with, on
// x86-64 and arm64 alike (signal(7)).
func signalNumbers() map[string]int {
	return map[string]int{
		"SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGABRT": 6, "SIGKILL": sigkill, "SIGUSR1": 10, "SIGUSR2": 12,
		"SIGTERM": 15, "SIGWINCH": 28, "SIGRTMIN+3": 37,
	}
}

// signalName spells a signal in one way: the numbers that are known become names,
// and names begin with SIG. Another number stays as it is.
func signalName(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	if number, err := strconv.Atoi(s); err == nil {
		for name, n := range signalNumbers() {
			if n == number {
				return name
			}
		}
		return s
	}
	if s != "" && !strings.HasPrefix(s, "SIG") {
		s = "SIG" + s
	}
	return s
}

// hearing is whether a process will notice a signal.
type hearing int

const (
	hearingUnknown hearing = iota
	hears
	deaf
)

// readHearing reads, one behind the other, a process's /proc/…/status and
// wchan. It hears a signal that it catches; one that it blocks, as programs do
// that fetch their signals; and one that it waits for just now, which wchan
// alone tells: the kernel takes the block off meanwhile.
func readHearing(files string, s signal) hearing {
	if s.number < 1 || s.number > 64 {
		return hearingUnknown
	}
	var masks uint64
	seen := 0
	last := ""
	lines := bufio.NewScanner(strings.NewReader(files))
	for lines.Scan() {
		last = lines.Text()
		name, value, _ := strings.Cut(last, ":")
		if name != "SigCgt" && name != "SigBlk" {
			continue
		}
		mask, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			return hearingUnknown
		}
		masks |= mask
		seen++
	}
	switch {
	case seen < 2:
		return hearingUnknown
	case masks&(1<<(s.number-1)) != 0, strings.Contains(last, "sigtimedwait"):
		return hears
	case last == "0" || strings.Contains(last, ":"):
		// The kernel does not say what the process waits for.
		return hearingUnknown
	}
	return deaf
}

// family is what the process list shows of how a container is stopped.
type family struct {
	// first is the process that the signal is meant for: PID 1, or, where that
	// is an init, which passes signals on, its child.
	first Process
	// init is PID 1 where it is an init; nil where it is none.
	init *Process
	// below is a process that first started, the one furthest down; nil where
	// it started none.
	below *Process
}

// readFamily finds out who is who; ok is false where nothing was listed.
func readFamily(list []Process) (f family, ok bool) {
	if len(list) == 0 {
		return family{}, false
	}
	f.first = list[0]
	if child := childOf(list, f.first); child != nil && isInit(f.first.Args) {
		f.init, f.first = &list[0], *child
	}
	for at := f.first; ; at = *f.below {
		child := childOf(list, at)
		if child == nil {
			return f, true
		}
		f.below = child
	}
}

// childOf returns the first child of a process, or nil.
func childOf(list []Process, parent Process) *Process {
	for i := range list {
		if list[i].PPID == parent.PID && list[i].PID != parent.PID {
			return &list[i]
		}
	}
	return nil
}

// isInit reports whether a command is one of the small inits, which pass on the
// signals that they get.
func isInit(args string) bool {
	switch programOf(args) {
	case "docker-init", "tini", "tini-static", "dumb-init", "catatonit":
		return true
	}
	return false
}

func isShell(args string) bool {
	switch programOf(args) {
	case "sh", "ash", "dash", "bash", "busybox":
		return true
	}
	return false
}

// programOf is the last element of a command's program.
func programOf(args string) string {
	program, _, _ := strings.Cut(strings.TrimPrefix(args, "-"), " ")
	return program[strings.LastIndex(program, "/")+1:]
}

// command quotes a process's command for a sentence.
func (p Process) command() string { return fmt.Sprintf("`%s`", shortInstruction(p.Args)) }
