package lessons

import (
	"path"
	"slices"
	"strings"
)

// run checks one container of a proof.
func (c *proofChecker) run(key string, r *ProofRun) {
	ways := []struct {
		key  string
		used bool
	}{
		{"exec", len(r.Exec) > 0}, {"stop", r.Stop}, {"get", r.Get != nil}, {"health", r.Health != ""}, {"running", r.Running},
	}
	var used []string
	for _, w := range ways {
		if w.used {
			used = append(used, w.key)
		} else if c.written(key + "." + w.key) {
			c.fault(key+"."+w.key, "%s asks for nothing here; leave it out", w.key)
		}
	}
	if len(used) > 1 {
		c.fault(key+"."+used[1], "a run has one of exec, stop, get, health and running, and this one has %s", strings.Join(used, " and "))
		return
	}
	c.pattern(key+".says", r.Says)
	c.pattern(key+".silent", r.Silent)
	ends := len(used) == 0 || used[0] == "exec" || used[0] == "stop"
	switch {
	case ends && r.Exit == nil && r.Says == "" && r.Silent == "":
		c.fault(key, "nothing can be seen to be wrong: give the run an exit code, says or silent")
	case !ends && r.Exit != nil:
		c.fault(key+".exit", "nothing ends here, so that there is no exit code")
	case r.Exit != nil && (*r.Exit < 0 || *r.Exit > 255):
		c.fault(key+".exit", "%d is no exit code", *r.Exit)
	}
	if r.Health != "" && r.Health != "healthy" && r.Health != "unhealthy" {
		c.fault(key+".health", "health is %q: healthy or unhealthy", r.Health)
	}
	c.get(key+".get", r)
	c.container(key, r)
}

func (c *proofChecker) get(key string, r *ProofRun) {
	g := r.Get
	switch {
	case g == nil:
	case g.Port < 1 || g.Port > 65535:
		c.fault(key+".port", "%d is no port", g.Port)
	case g.Path != "" && (!strings.HasPrefix(g.Path, "/") || strings.ContainsFunc(g.Path, hidden)):
		c.fault(key+".path", "a path begins with /")
	case c.written(key+".status") && (g.Status < 100 || g.Status > 599):
		c.fault(key+".status", "%d is no status", g.Status)
	case g.Unanswered && (g.Status != 0 || r.Says != "" || r.Silent != ""):
		c.fault(key+".unanswered", "what is not answered has no status and no body")
	}
}

// container checks how the container is made.
func (c *proofChecker) container(key string, r *ProofRun) {
	for _, list := range []struct {
		key   string
		words []string
	}{{"entrypoint", r.Entrypoint}, {"command", r.Command}} {
		if c.written(key+"."+list.key) && len(list.words) == 0 {
			c.fault(key+"."+list.key, "an empty list replaces nothing")
		}
	}
	if len(r.Exec) > 0 && r.Exec[0] == "" {
		c.fault(key+".exec", "a command begins with a program")
	}
	for i, v := range r.Env {
		if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
			c.fault(item(key+".env", i), "%q is no variable: NAME=value", v)
		}
	}
	for i, folder := range r.Tmpfs {
		if !path.IsAbs(folder) || path.Clean(folder) != folder || slices.Contains(r.Tmpfs[:i], folder) {
			c.fault(item(key+".tmpfs", i), "%q is no further folder: an absolute path", folder)
		}
	}
}
