package cli_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

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
