package checker

import "fmt"

// tooLong says what was seen of a container that lived until it was killed, and
// why it did.
func (s *stop) tooLong(drains bool) (observed, why string) {
	observed = fmt.Sprintf("it was still running %.0f s after %s, and was killed", s.took.Seconds(), s.signal)
	switch {
	case s.deaf():
		observed = fmt.Sprintf("it goes on after %s as if nothing had happened, and ends when it is killed", s.signal)
	case s.state.ExitCode != killed:
		observed = fmt.Sprintf("it took %.1f s to end, with exit code %d", s.took.Seconds(), s.state.ExitCode)
	}
	if !s.known {
		return observed, ""
	}
	first, below := s.family.first, s.family.below
	switch {
	case s.deaf() && below != nil && isShell(first.Args):
		return observed, fmt.Sprintf("PID 1 is %s, and your service, %s, is its child: the signal goes to PID 1 alone, and never reached it. "+
			"Write the command in the exec form, or put `exec` in front of it.", first.command(), below.command())
	case s.deaf() && below != nil:
		return observed, fmt.Sprintf("PID 1 is %s, which has no handler for %s and does not pass it on to its child, %s.", first.command(), s.signal, below.command())
	case s.deaf():
		return observed, fmt.Sprintf("PID 1, %s, has no handler for %s, and PID 1 ignores what it does not handle. "+
			"Handle the signal in the service, or let an init that passes signals on be PID 1.", first.command(), s.signal)
	case s.before == hears && s.after == deaf && s.family.init == nil && !(drains && s.logged):
		return observed, fmt.Sprintf("PID 1, %s, took %s once and does not handle it any more. A run-time's own handler, as Node.js has one, then leaves it to the kernel to end the process, "+
			"and the kernel does not end PID 1: handle the signal in the service, or let an init that passes signals on be PID 1.", first.command(), s.signal)
	case drains && s.logged:
		return observed, "It heard the signal, as its log says, and then did not end: something in it still runs that it waits for, or it never exits."
	case below != nil && isShell(first.Args):
		return observed, fmt.Sprintf("%s is a shell with a trap, and your service, %s, is its child. A shell runs its trap only when the command in the foreground has ended: "+
			"start the service with & and `wait` for it, or put `exec` in front of it.", first.command(), below.command())
	}
	return observed, fmt.Sprintf("%s has a handler for %s, and was not done within the grace of %.0f s.", first.command(), s.signal, s.grace.Seconds())
}

// undrained says why a container that ended in time did not finish its work;
// empty where the processes tell nothing.
func (s *stop) undrained() string {
	first, below := s.family.first, s.family.below
	switch {
	case s.known && below != nil && isShell(first.Args):
		return fmt.Sprintf("%s got the signal and ended; your service, %s, is its child, and was killed along with the container. "+
			"Put `exec` in front of it, or let the script pass the signal on and wait for it.", first.command(), below.command())
	case s.state.ExitCode == 128+s.signal.number:
		return fmt.Sprintf("Exit code %d is that of a program which %s ended at once: no handler of its own ran.", s.state.ExitCode, s.signal)
	}
	return ""
}
