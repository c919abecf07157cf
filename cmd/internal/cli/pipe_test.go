package cli_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// endless types the same answer for ever.
type endless string

func (e endless) Read(p []byte) (int, error) { return copy(p, e), nil }

// Whoever reads the output may have had enough, as head has: that is nobody's
// fault.
func TestAReaderThatLeavesIsNoFailure(t *testing.T) {
	for _, args := range [][]string{
		{"lessons"}, {"lesson", "layer-cache"}, {"exercises", "--json"}, {"--help"}, {"man"}, {"completion", "bash"},
		{"course", "schema", "proofs"}, {"progress", "export", "-"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := reader.Close(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = writer.Close() }()
			var said strings.Builder
			cmd := exec.CommandContext(t.Context(), "shipshape", append([]string{"--data", t.TempDir()}, args...)...)
			cmd.Stdout, cmd.Stderr = writer, &said
			if err := cmd.Run(); err != nil {
				t.Errorf("%v\n%s", err, said.String())
			}
			if strings.Contains(said.String(), "pipe") {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}

// What goes on until it is ended ends when nobody reads it any more, and what was
// typed at questions that nobody saw is kept in no record.
func TestWhatGoesOnEndsWithItsReader(t *testing.T) {
	data, dir := t.TempDir(), filepath.Join(t.TempDir(), "work")
	shipshape := func(args ...string) *exec.Cmd {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		t.Cleanup(cancel)
		return exec.CommandContext(ctx, "shipshape", append([]string{"--data", data}, args...)...)
	}
	if out, err := shipshape("start", "node-cache-order", "--dir", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"quiz", "layer-cache", "--plain"}, {"quiz", "--placement", "--plain"}, {"check", "--watch", "--static", "--dir", dir}} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := reader.Close(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = writer.Close() }()
			cmd := shipshape(args...)
			cmd.Stdin, cmd.Stdout = endless("1\n"), writer
			if err := cmd.Run(); err != nil {
				t.Error(err)
			}
		})
	}
	out, err := shipshape("progress").Output()
	if err != nil || !strings.Contains(string(out), "layer-cache            not read  0/11 questions") {
		t.Errorf("%v\n%s", err, out)
	}
}
