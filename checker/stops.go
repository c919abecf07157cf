package checker

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

const (
	// engineGrace is how long an engine waits between the stop signal and
	// SIGKILL where nobody says otherwise.
	engineGrace = 10 * time.Second
	// mostGrace bounds what an exercise may ask for.
	mostGrace = 5 * time.Minute
	// killed is the exit code of a program that SIGKILL ended.
	killed = 137
)

// Stops: told to stop, the service ends by itself within a grace period.
type Stops struct {
	// Grace defaults to the engine's own, 10 s.
	Grace time.Duration `yaml:"grace"`
	// Log is a regular expression (RE2) for what the service logs once it has
	// been told to stop, such as "drained"; empty asks for nothing.
	Log string `yaml:"log"`
	// InFlight is the path of a request that takes a second or more: begun
	// before the stop, it must still be answered with a 2xx. Empty asks none.
	InFlight string `yaml:"in_flight"`
	// Init runs the image with the engine's own init as PID 1.
	Init bool `yaml:"init"`
	// ExitCodes are those allowed; empty for any but 137, which is SIGKILL's.
	ExitCodes []int `yaml:"exit_codes"`
}

// eager: most of its time is waiting for a request and for the container's end.
func (k *Stops) eager() {}

func (k *Stops) unsound(Assignment) []Unsound {
	var found []Unsound
	if k.Grace < 0 || k.Grace > mostGrace {
		found = append(found, unsoundf("grace", "grace is %s: up to %s", k.Grace, mostGrace))
	}
	if _, err := regexp.Compile(k.Log); err != nil {
		found = append(found, unsoundf("log", "log: %v", err))
	}
	if k.InFlight != "" && !strings.HasPrefix(k.InFlight, "/") {
		found = append(found, unsoundf("in_flight", "in_flight is %q: a path that begins with /", k.InFlight))
	}
	for i, code := range k.ExitCodes {
		if code < 0 || code > 255 {
			found = append(found, unsoundf(fmt.Sprintf("exit_codes[%d]", i), "%d is no exit code", code))
		}
	}
	return found
}

func (k *Stops) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	signal := stopSignal(image)
	f := finding{expected: k.expected(signal), line: ev.blame(dockerfile.BlameCmd)}
	if signal.number == sigkill {
		f.observed, f.line = "the image's stop signal is SIGKILL", ev.blame(dockerfile.BlameStopSignal)
		f.why = "No program can handle SIGKILL: it ends at once, in the middle of whatever it was doing. Leave the stop signal at SIGTERM, or name one that the service handles."
		return f, nil
	}
	s, err := k.settle(ctx, ev, signal)
	if err != nil {
		return finding{}, err
	}
	return k.judge(f, s), nil
}

// settle stops the service until what is seen is sure. Slow is not wrong: one
// that was killed although it heard the signal gets half as long again before it
// is blamed, and a request of which too little was seen is begun once more. It is
// an EnvironmentError where that stays in doubt on a crowded machine.
func (k *Stops) settle(ctx context.Context, ev *evidence, signal signal) (*stop, error) {
	grace := cmp.Or(k.Grace, engineGrace)
	first, err := k.stop(ctx, ev, signal, grace, false)
	if err != nil {
		return nil, err
	}
	s := first
	if s.outlasted() && !s.deaf() {
		if s, err = k.stop(ctx, ev, signal, grace+grace/2, true); err != nil {
			return nil, err
		}
		s.grace = first.grace
	}
	for range takeOffs - 1 {
		if !s.doubtful() {
			break
		}
		if s, err = k.stop(ctx, ev, signal, grace, true); err != nil {
			return nil, err
		}
	}
	if s.doubtful() {
		return s, ev.lostInCrowd(ctx)
	}
	return s, nil
}

// lostInCrowd returns an EnvironmentError where the machine is so crowded that an
// answer may have been lost behind the service, each time.
func (ev *evidence) lostInCrowd(ctx context.Context) error {
	other, err := ev.running(ctx)
	if err != nil || !other.answered {
		return err
	}
	crowding, err := other.tools.mostCrowded(ctx)
	if err != nil || crowding < crowded {
		return err
	}
	return &EnvironmentError{
		Problem: fmt.Sprintf("the machine is too busy to tell what became of the request in flight: everything takes %.0f times longer than alone", crowding),
		Remedy:  "Check again when the engine has less to do.",
	}
}

func (k *Stops) expected(signal signal) string {
	text := fmt.Sprintf("it ends by itself within %s of %s", cmp.Or(k.Grace, engineGrace), signal)
	if len(k.ExitCodes) > 0 {
		text += fmt.Sprintf(", with exit code %s", anyOf(k.ExitCodes))
	}
	if k.Log != "" {
		text += fmt.Sprintf(", logs %q", k.Log)
	}
	if k.InFlight != "" {
		text += fmt.Sprintf(", and still answers GET %s, which came before", k.InFlight)
	}
	return text
}

func anyOf(codes []int) string {
	var words []string
	for _, c := range codes {
		words = append(words, fmt.Sprint(c))
	}
	return strings.Join(words, " or ")
}

// judge says what a stop means.
func (k *Stops) judge(f finding, s *stop) finding {
	switch {
	case s.problem != "":
		f.observed = s.problem
	case s.outlasted():
		f.observed, f.why = s.tooLong(k.Log != "")
	case s.state.ExitCode == killed:
		f.observed = fmt.Sprintf("it ended after %.1f s with exit code 137%s", s.took.Seconds(), quoted(s.log))
		f.why = "137 is what SIGKILL leaves behind, and the engine had not sent one yet: something in the container was killed instead of being stopped" + s.memory() + "."
	case k.Log != "" && !s.logged:
		f.observed = fmt.Sprintf("it ended after %.1f s with exit code %d, and logged nothing that matches %q%s", s.took.Seconds(), s.state.ExitCode, k.Log, quoted(s.log))
		f.why = s.undrained()
	case s.flight.cutOff():
		f.observed = fmt.Sprintf("it ended after %.1f s with exit code %d, and the request in flight %s", s.took.Seconds(), s.state.ExitCode, s.flight.outcome())
		f.why = cmp.Or(s.undrained(), "A stop happens at every deployment. A service that does not finish what it has begun answers some of its clients with a broken connection each time.")
	case len(k.ExitCodes) > 0 && !slices.Contains(k.ExitCodes, s.state.ExitCode):
		f.observed = fmt.Sprintf("it ended after %.1f s with exit code %d", s.took.Seconds(), s.state.ExitCode)
		f.why = s.undrained()
	default:
		f.passed = true
		f.observed = fmt.Sprintf("it ended after %.1f s with exit code %d", s.took.Seconds(), s.state.ExitCode)
		if s.flight != nil {
			f.observed += ", and the request in flight " + s.flight.outcome()
		}
	}
	return f
}

func (s *stop) memory() string {
	if s.state.OOMKilled {
		return ", because it used more memory than it may"
	}
	return ""
}
