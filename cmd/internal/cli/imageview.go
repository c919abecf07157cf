package cli

import (
	"fmt"

	"shipshape/checker/inert"
	"shipshape/exercises/images"
)

// imageView tells on standard error how base images are being seen to: a line
// for each that is done and, on a terminal, what is under way in a line that is
// replaced.
type imageView struct {
	status statusLine
	io     *IO
	p      paint
}

func newImageView(io *IO) *imageView {
	return &imageView{io: io, p: io.errPaint(), status: statusLine{io: io}}
}

func (v *imageView) tell(e images.Event) {
	switch e.Phase {
	case images.PhasePresent:
		v.line(v.p.dim("there   "), e.Base, "")
	case images.PhasePulling:
		what := e.Base + ": " + e.Pull.Status
		if e.Pull.Total > 0 {
			what += fmt.Sprintf(" %s of %s", size(e.Pull.Done), size(e.Pull.Total))
		}
		v.status.set(what)
	case images.PhasePulled:
		v.line(v.p.good("pulled  "), e.Base, tenths(e.Took))
	case images.PhaseNoRegistry:
		v.line(v.p.warn("no pull "), e.Base, fmt.Sprint(e.Err))
	case images.PhaseBuilding:
		v.status.set("building a stand-in for " + e.Base)
	case images.PhaseLog:
		v.status.set(e.Base + ": " + e.Line)
	case images.PhaseBuilt:
		v.line(v.p.good("built   "), e.Base, tenths(e.Took)+", a stand-in")
	case images.PhaseFailed:
		v.line(v.p.bad("FAILED  "), e.Base, "")
	}
}

func (v *imageView) line(mark, base, more string) {
	v.status.clear()
	if more != "" {
		more = "  " + v.p.dim(inert.Line(more))
	}
	fmt.Fprintf(v.io.Err, "%s  %s%s\n", mark, inert.Line(base), more)
}

func (v *imageView) end() { v.status.clear() }
