package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"shipshape/checker"
)

// consent asks the person at the terminal. Where there is none, whoever runs
// setup has said what they want by running it.
func (s setup) consent(ctx context.Context) error {
	if !s.Interactive || s.Yes {
		return nil
	}
	fmt.Fprint(s.Out, "Go ahead? [Y/n] ")
	line, err := readLine(ctx, s.In)
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "", "y", "yes":
		return nil
	}
	s.say("Nothing was changed. The lessons, the quizzes and the static review need no engine.")
	return &checker.EnvironmentError{
		Problem: "no container engine answers",
		Remedy:  "Run `shipshape setup` again to have one installed and started, or do it yourself.",
	}
}

// readLine returns when the context ends, also while nobody answers.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(r).ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil
		}
		got <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-got:
		if errors.Is(a.err, io.EOF) {
			return "no", nil
		}
		return a.line, a.err
	}
}
