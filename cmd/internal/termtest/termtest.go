// Package termtest runs a command in a pseudo-terminal, as a person's terminal
// would, for tests and benchmarks: it keeps what the command writes, types for
// it, and answers its questions about colours and abilities, or stays silent as
// some terminals do.
package termtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// Options are the terminal's properties.
type Options struct {
	// Columns and Rows are its size; 0 means 80 and 24.
	Columns, Rows uint16
	// Silent leaves the command's questions unanswered.
	Silent bool
}

// Terminal is a running command and the terminal that it runs in.
type Terminal struct {
	cmd *exec.Cmd
	tty *os.File
	o   Options
	// Started is when the command was about to be executed.
	Started time.Time

	mu     sync.Mutex
	output []byte
	// stamps say when the output had grown to a length.
	stamps []stamp
	grown  chan struct{}
	ended  bool
}

type stamp struct {
	length int
	at     time.Time
}

// Start starts a command in a terminal of its own. The caller must Wait.
func Start(cmd *exec.Cmd, o Options) (*Terminal, error) {
	if o.Columns == 0 || o.Rows == 0 {
		o.Columns, o.Rows = 80, 24
	}
	t := &Terminal{cmd: cmd, o: o, grown: make(chan struct{}), Started: time.Now()}
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: o.Columns, Rows: o.Rows})
	if err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", cmd.Path, err)
	}
	t.tty = tty
	go t.read()
	return t, nil
}

// read keeps the output until the command has closed the terminal.
func (t *Terminal) read() {
	buf := make([]byte, 64<<10)
	answered := 0
	for {
		n, err := t.tty.Read(buf)
		at := time.Now()
		t.mu.Lock()
		t.output = append(t.output, buf[:n]...)
		t.stamps = append(t.stamps, stamp{len(t.output), at})
		t.ended = err != nil
		close(t.grown)
		t.grown = make(chan struct{})
		fresh := t.output[answered:]
		t.mu.Unlock()
		if !t.o.Silent {
			reply, used := answer(fresh)
			answered += used
			_, _ = io.WriteString(t.tty, reply) // a command that has gone needs no answer
		}
		if err != nil {
			return
		}
	}
}

// Type sends keys.
func (t *Terminal) Type(keys string) error {
	_, err := io.WriteString(t.tty, keys)
	return err
}

// Output is all that was written so far.
func (t *Terminal) Output() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.output)
}

// Len is how many bytes were written so far.
func (t *Terminal) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.output)
}

// ErrEnded says that the command ended before it wrote what was waited for.
var ErrEnded = errors.New("the command ended first")

// Await waits until text stands in the output behind the first from bytes, and
// returns when it came.
func (t *Terminal) Await(ctx context.Context, from int, text string) (time.Time, error) {
	for {
		t.mu.Lock()
		grown, ended := t.grown, t.ended
		i := bytes.Index(t.output[from:], []byte(text))
		if i >= 0 {
			at := t.when(from + i + len(text))
			t.mu.Unlock()
			return at, nil
		}
		t.mu.Unlock()
		if ended {
			return time.Time{}, fmt.Errorf("waiting for %q: %w", text, ErrEnded)
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("waiting for %q: %w", text, ctx.Err())
		}
	}
}

// AwaitOutput waits until more than from bytes were written, and returns when
// they came.
func (t *Terminal) AwaitOutput(ctx context.Context, from int) (time.Time, error) {
	for {
		t.mu.Lock()
		grown, ended := t.grown, t.ended
		if len(t.output) > from {
			at := t.when(from + 1)
			t.mu.Unlock()
			return at, nil
		}
		t.mu.Unlock()
		if ended {
			return time.Time{}, ErrEnded
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("waiting for output: %w", ctx.Err())
		}
	}
}

// when is the time at which the output had that length.
func (t *Terminal) when(length int) time.Time {
	for _, s := range t.stamps {
		if s.length >= length {
			return s.at
		}
	}
	return time.Now()
}

// Signal sends the command a signal.
func (t *Terminal) Signal(s syscall.Signal) error { return t.cmd.Process.Signal(s) }

// Wait waits for the command's end and returns its exit code.
func (t *Terminal) Wait() (int, error) {
	err := t.cmd.Wait()
	for ended := false; !ended; {
		t.mu.Lock()
		grown := t.grown
		ended = t.ended
		t.mu.Unlock()
		if !ended {
			<-grown
		}
	}
	closeErr := t.tty.Close()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), closeErr
	}
	return 0, errors.Join(err, closeErr)
}
