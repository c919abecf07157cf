//go:build unix

package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// onOutput calls a function when something is written.
type onOutput func()

func (f onOutput) Write(p []byte) (int, error) { f(); return len(p), nil }

func TestAnInstallerThatIsInterruptedEndsInOrder(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := filepath.Join(t.TempDir(), "ended")
	m := &machine{out: onOutput(cancel)}
	// As apt-get does, the shell ends what is at work, and then itself. What is
	// at work must not be told.
	err := m.command(ctx, "sh", "-c", `trap 'interrupted=1' INT
echo at work
(trap 'exit 9' INT; n=0; while [ $n -lt 4 ]; do sleep 0.1; n=$((n+1)); done) || exit
[ "$interrupted" ] && echo yes >"$0"`, ended)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
	if _, err := os.Stat(ended); err != nil {
		t.Errorf("it was not interrupted, or not waited for: %v", err)
	}
}
