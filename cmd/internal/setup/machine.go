package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/exercises/images"
)

// machine is the real [host].
type machine struct {
	dataDir string
	// out gets the output of installers.
	out io.Writer
}

// between is how long a pause is.
const between = time.Second

func (m *machine) OpenEngine(ctx context.Context) (Engine, error) {
	c, err := engine.Open(ctx, engine.Options{DataDir: m.dataDir})
	if err != nil {
		return nil, err // a nil *Client must not become a non-nil Engine
	}
	return c, nil
}

func (m *machine) Facts() facts {
	return facts{
		OS:        runtime.GOOS,
		Root:      os.Geteuid() == 0,
		Apt:       m.Installed("apt-get"),
		Keys:      images.HasDebianKeys(),
		Init:      initRuns(),
		Elsewhere: engine.ChosenBy(),
	}
}

// initRuns tells whether PID 1 starts services. In a container it is often the
// container's own program.
func initRuns() bool {
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		return true
	}
	name, err := os.ReadFile("/proc/1/comm")
	return err == nil && strings.TrimSpace(string(name)) == "init"
}

// systemDirs are where daemons are, and not on everybody's PATH.
func systemDirs() []string { return []string{"/usr/sbin", "/sbin", "/usr/local/sbin"} }

func (m *machine) Installed(program string) bool {
	_, err := find(program)
	return err == nil
}

func find(program string) (string, error) {
	path, err := exec.LookPath(program)
	for _, dir := range systemDirs() {
		if err == nil {
			return path, nil
		}
		path, err = exec.LookPath(filepath.Join(dir, program))
	}
	return path, err
}

func (m *machine) Install(ctx context.Context, packages ...string) error {
	if err := m.command(ctx, "apt-get", "update", "-q"); err != nil {
		return err
	}
	args := append([]string{"install", "-y", "-q", "--no-install-recommends"}, packages...)
	return m.command(ctx, "apt-get", args...)
}

func (m *machine) StartService(ctx context.Context) error {
	if m.Installed("systemctl") {
		return m.command(ctx, "systemctl", "start", "docker")
	}
	return m.command(ctx, "service", "docker", "start")
}

func (m *machine) command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = m.out, m.out
	unhurt(cmd)
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &checker.EnvironmentError{
			Problem: fmt.Sprintf("%s %s failed", name, strings.Join(args, " ")),
			Remedy:  "Its output stands above. When it is mended, try again.",
			Err:     err,
		}
	}
	return nil
}

func (m *machine) StartDaemon() (string, error) {
	program, err := find(daemon)
	if err != nil {
		return "", fmt.Errorf("start Docker: %w", err)
	}
	if err := os.MkdirAll(m.dataDir, 0o755); err != nil {
		return "", fmt.Errorf("make a place for Docker's log: %w", err)
	}
	log := filepath.Join(m.dataDir, daemon+".log")
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return "", fmt.Errorf("open Docker's log: %w", err)
	}
	defer out.Close()
	// A pid file of its own: an engine that was killed leaves the usual one, and
	// when its number has gone to another process, the next refuses to start.
	pid := filepath.Join(m.dataDir, daemon+".pid")
	if err := os.Remove(pid); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("remove what an earlier %s left: %w", daemon, err)
	}
	cmd := exec.Command(program, "--pidfile", pid)
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":"+strings.Join(systemDirs(), ":"))
	cmd.Stdout, cmd.Stderr = out, out
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", program, err)
	}
	return log, cmd.Process.Release()
}

func (m *machine) Pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(between):
		return nil
	}
}
