package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// progressView tells on standard error how a grade is getting on: on a terminal
// each step of the builds, with what is under way in a line that is replaced;
// elsewhere a line for each verdict.
type progressView struct {
	io *IO
	p  paint
	// told are the steps that were printed.
	told map[string]bool
	// build is the one that the last printed step belongs to.
	build  string
	status statusLine
}

func newProgressView(io *IO) *progressView {
	return &progressView{io: io, p: io.errPaint(), told: map[string]bool{}, status: statusLine{io: io}}
}

func (v *progressView) observe(e checker.Event) {
	switch e := e.(type) {
	case checker.StepChanged:
		if v.io.ErrTerminal {
			v.step(e)
		}
	case checker.CheckStarted:
		v.status.set("checking: " + e.Title)
	case checker.CheckDone:
		if !v.io.ErrTerminal && e.Result.Status != checker.StatusAdvice {
			fmt.Fprintf(v.io.Err, "%-5s %s\n", e.Result.Status, inert.Line(e.Result.Title))
		}
	}
}

func (v *progressView) step(e checker.StepChanged) {
	name := inert.Line(e.Step.Name)
	if strings.HasPrefix(name, "[internal]") {
		return
	}
	key := e.Build + "\x00" + e.Step.Digest
	if !e.Step.Done {
		v.status.set(name)
		return
	}
	if v.told[key] {
		return
	}
	v.told[key] = true
	v.status.clear()
	if e.Build != v.build {
		v.build = e.Build
		fmt.Fprintln(v.io.Err, v.p.strong(inert.Line(e.Build)))
	}
	mark := v.p.dim(fmt.Sprintf("%7s", tenths(e.Step.Duration)))
	switch {
	case e.Step.Err != "":
		mark = v.p.bad(" failed")
	case e.Step.Cached:
		mark = v.p.good(" cached")
	}
	fmt.Fprintf(v.io.Err, "%s  %s\n", mark, ansi.Truncate(name, v.io.Width-9, "…"))
}

// end leaves the screen to what comes next.
func (v *progressView) end() {
	v.status.clear()
	if v.build != "" {
		fmt.Fprintln(v.io.Err)
	}
}

func tenths(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
