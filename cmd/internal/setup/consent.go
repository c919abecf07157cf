package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// consent asks the person at the terminal, once. Where there is none, whoever
// runs setup has said what they want by running it.
func (s *setup) consent(ctx context.Context) (bool, error) {
	if !s.Interactive || s.Yes || s.agreed {
		return true, nil
	}
	fmt.Fprint(s.Out, "Go ahead? [Y/n] ")
	line, err := readLine(ctx, s.In)
	if err != nil {
		return false, err
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "", "y", "yes":
		s.agreed = true
	default:
		s.say("Nothing was installed.")
	}
	return s.agreed, nil
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
