package checker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// ask asks a service over HTTP until it answers, and says of itself that it is
// ready: with anything but 5xx. Where it does not in time, or can't, problem says
// so as half a sentence; answer is then the last one, if there was any.
func (st *stack) ask(ctx context.Context, u *unit, method, path string) (answer Response, problem string, err error) {
	port := st.ev.sub.Assignment.Service.Port
	if !slices.Contains(u.Ports, port) {
		return answer, fmt.Sprintf("%s publishes no port %d (%s), so nobody outside its networks reaches it",
			u.Name, port, st.project.Place("services", u.Name, "ports")), nil
	}
	var silent error
	look := time.Now().Add(suspicious)
	_, err = st.drive(ctx, st.units, func() (bool, error) {
		for _, unit := range st.units {
			if problem, err = st.revive(ctx, unit); err != nil || problem != "" {
				return true, err
			}
		}
		if u.container == nil {
			return false, nil
		}
		answer, silent = u.container.Do(ctx, method, path, askTimeout)
		if silent == nil || fatal(silent) {
			return silent == nil && answer.Status < http.StatusInternalServerError, silent
		}
		if time.Now().Before(look) {
			return false, nil
		}
		look = time.Now().Add(lookAgain)
		heard, err := st.heard(ctx, u)
		if heard.onlyLoopback(port) {
			problem = fmt.Sprintf("%s runs, and %s", u.Name, heard.problem(port))
		}
		return problem != "", err
	})
	if err == nil && problem == "" && silent != nil {
		problem, err = st.silence(ctx, u, silent)
	}
	var broken *stackError
	if errors.As(err, &broken) {
		return answer, broken.problem, nil
	}
	return answer, problem, err
}

// heard looks where a service listens.
func (st *stack) heard(ctx context.Context, u *unit) (listening, error) {
	if !u.state.Running {
		return listening{}, nil
	}
	sockets, ok, err := u.tools.sockets(ctx)
	if err != nil || !ok {
		return listening{}, err
	}
	return listeningOn(sockets), nil
}

// silence says why a service did not answer in time.
func (st *stack) silence(ctx context.Context, u *unit, silent error) (string, error) {
	port := st.ev.sub.Assignment.Service.Port
	heard, err := st.heard(ctx, u)
	if err != nil {
		return "", err
	}
	if where := heard.problem(port); where != "" {
		return fmt.Sprintf("%s runs, and %s", u.Name, where), nil
	}
	if u.container == nil {
		return fmt.Sprintf("%s ended again and again", u.Name), nil
	}
	log, err := u.container.Logs(ctx, logTail)
	return fmt.Sprintf("%s runs, and does not answer on port %d (%v)%s", u.Name, port, silent, quoted(log)), err
}
