package progress

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// The test binary is its own other process: with these variables it adds
// answers to the record instead of testing.
const (
	processDir   = "PROGRESS_TEST_DIR"
	processName  = "PROGRESS_TEST_NAME"
	processCount = "PROGRESS_TEST_COUNT" // 0 for without end
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(processDir); dir != "" {
		if err := addAnswers(dir, os.Getenv(processName), os.Getenv(processCount)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// addAnswers adds answers and prints the number of each that is kept.
func addAnswers(dir, name, count string) error {
	ctx := context.Background()
	r, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	for _, n := range r.Notices() {
		fmt.Println("notice:", n)
	}
	most, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	for i := 0; most == 0 || i < most; i++ {
		if err := r.Answer(ctx, Answered{Lesson: "l", Question: name, Right: true}); err != nil {
			return err
		}
		fmt.Println(i + 1)
	}
	return r.Close()
}

func process(t *testing.T, dir, name string, count int) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), processDir+"="+dir, processName+"="+name, fmt.Sprintf("%s=%d", processCount, count))
	return cmd
}

// run starts processes at once and waits for them; each must end well. It
// returns what they printed.
func run(t *testing.T, processes []*exec.Cmd) string {
	t.Helper()
	out := make([]bytes.Buffer, len(processes))
	for i, p := range processes {
		p.Stdout, p.Stderr = &out[i], &out[i]
		must(t, p.Start())
	}
	var all strings.Builder
	for i, p := range processes {
		if err := p.Wait(); err != nil {
			t.Errorf("%v: %s", err, out[i].String())
		}
		all.WriteString(out[i].String())
	}
	return all.String()
}

// Several processes that begin a record in the same moment, and then write to
// it all at once, lose nothing.
func TestSeveralProcesses(t *testing.T) {
	dir := t.TempDir()
	const each = 25
	var processes []*exec.Cmd
	for i := range 4 {
		processes = append(processes, process(t, dir, fmt.Sprintf("own-%d", i), each), process(t, dir, "shared", each))
	}
	run(t, processes)
	s := summary(t, openQuietly(t, dir))
	if got := s.Questions["shared"].Right; got != 4*each {
		t.Errorf("shared: %d answers, want %d", got, 4*each)
	}
	for i := range 4 {
		if got := s.Questions[fmt.Sprintf("own-%d", i)].Right; got != each {
			t.Errorf("own-%d: %d answers, want %d", i, got, each)
		}
	}
}

// Several processes that find the same damage set one file aside, and go on
// with one fresh record.
func TestSeveralProcessesFindDamage(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/"+FileName, bytes.Repeat([]byte("rubbish "), 4000), 0o600))
	var processes []*exec.Cmd
	for range 6 {
		processes = append(processes, process(t, dir, "q", 10))
	}
	out := run(t, processes)
	if n := strings.Count(out, "a new record begins"); n != 1 || len(asides(t, dir)) != 1 {
		t.Errorf("%d begin a record, set aside: %q; want one of each", n, asides(t, dir))
	}
	if got := summary(t, openQuietly(t, dir)).Questions["q"].Right; got != 60 {
		t.Errorf("%d answers, want 60", got)
	}
}

// What was kept stays when the process is killed, and the file stays whole.
func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	kept := 0
	for range 5 {
		p := process(t, dir, "q", 0)
		out, err := p.StdoutPipe()
		must(t, err)
		must(t, p.Start())
		lines := bufio.NewScanner(out)
		// It is killed while it writes: nothing waits for the line that
		// follows.
		for i := 0; i < 7 && lines.Scan(); i++ {
		}
		must(t, p.Process.Kill())
		n := 7
		for lines.Scan() {
			n++
		}
		_ = p.Wait() // it ends by the signal
		kept += n
	}
	r := openQuietly(t, dir)
	must(t, quickCheck(t.Context(), r.db))
	// One more may be kept for each than was printed in time.
	if got := summary(t, r).Questions["q"].Right; got < kept || got > kept+5 {
		t.Errorf("%d answers, want %d, and at most 5 more", got, kept)
	}
}
