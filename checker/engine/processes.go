package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// Processes implements [checker.Container]. It returns [checker.ErrNotRunning]
// for a container that has ended. A uid is the container's own, also on an
// engine that remaps users.
func (r *running) Processes(ctx context.Context) ([]checker.Process, error) {
	facts, err := r.client.learn(ctx)
	if err != nil {
		return nil, err
	}
	// The engine's host runs ps, so this works in images without one.
	top, err := r.client.api.ContainerTop(ctx, r.id, client.ContainerTopOptions{Arguments: []string{"-eo", "pid,ppid,uid,args"}})
	if notRunning(err) {
		return nil, checker.ErrNotRunning
	}
	if err != nil {
		return nil, r.client.fault(ctx, "list the container's processes (which takes the ps of procps, where the engine runs)", err)
	}
	got, err := r.inspect(ctx)
	if err != nil {
		return nil, err
	}
	list, err := readProcesses(top.Processes, facts.uidBase)
	if err != nil {
		return nil, r.client.fault(ctx, "list the container's processes", err)
	}
	first := func(p checker.Process) int {
		if p.PID == got.State.Pid {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b checker.Process) int {
		return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(a.PID, b.PID))
	})
	return list, nil
}

// readProcesses reads rows of pid, ppid, uid and args.
func readProcesses(rows [][]string, uidBase int) ([]checker.Process, error) {
	list := make([]checker.Process, 0, len(rows))
	for _, row := range rows {
		if len(row) < 4 {
			return nil, fmt.Errorf("a row of the process list has %d columns, not 4: %q", len(row), row)
		}
		pid, pidErr := strconv.Atoi(row[0])
		uid, uidErr := strconv.Atoi(row[2])
		if err := cmp.Or(pidErr, uidErr); err != nil {
			return nil, fmt.Errorf("read the process list: %w", err)
		}
		if uid >= uidBase {
			uid -= uidBase
		}
		list = append(list, checker.Process{PID: pid, UID: uid, Args: inert.Line(strings.Join(row[3:], " "))})
	}
	return list, nil
}
