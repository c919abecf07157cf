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
	if facts.uidBase == unknownBase {
		return nil, &checker.EnvironmentError{
			Problem: "the Docker engine at " + r.client.host + " remaps users, and does not tell to which uids",
			Remedy:  "Use an engine without userns-remap.",
		}
	}
	// The engine's host runs ps, so this works in images without one.
	top, err := r.client.api.ContainerTop(ctx, r.id, client.ContainerTopOptions{Arguments: []string{"-eo", "pid,ppid,gid,uid,ruid,suid,args"}})
	if notRunning(err) {
		return nil, checker.ErrNotRunning
	}
	if err != nil {
		return nil, r.client.processFault(ctx, err)
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

// readProcesses reads rows of pid, ppid, the effective gid, the effective, real and
// saved uid, and args.
func readProcesses(rows [][]string, uidBase int) ([]checker.Process, error) {
	const numbers = 6
	list := make([]checker.Process, 0, len(rows))
	for _, row := range rows {
		if len(row) <= numbers {
			return nil, fmt.Errorf("a row of the process list has %d columns, not %d: %q", len(row), numbers+1, row)
		}
		var n [numbers]int
		for i := range n {
			var err error
			if n[i], err = strconv.Atoi(row[i]); err != nil {
				return nil, fmt.Errorf("read the process list: %w", err)
			}
		}
		p := checker.Process{
			PID: n[0], PPID: n[1], GID: ownID(n[2], uidBase), UID: ownID(n[3], uidBase),
			Args: inert.Line(strings.Join(row[numbers:], " ")),
		}
		for _, uid := range n[4:] {
			if uid = ownID(uid, uidBase); uid != p.UID && !slices.Contains(p.MayBecome, uid) {
				p.MayBecome = append(p.MayBecome, uid)
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// ownID is a uid, or a gid, as the container knows it, on an engine that remaps
// users from base on: it does groups from the same number on, unless somebody wrote
// /etc/subgid by hand.
func ownID(id, base int) int {
	if id >= base {
		return id - base
	}
	return id
}
