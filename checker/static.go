package checker

import (
	"context"
	"fmt"
	"strings"

	"shipshape/checker/dockerfile"
	"shipshape/checker/linking"
)

// Static: the program that PID 1 is, is an ELF file that asks for no
// interpreter and no shared library.
type Static struct{}

func (k *Static) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{
		expected: "the service's program is an ELF file that needs no interpreter and no shared library",
		line:     ev.blame(dockerfile.BlameCmd),
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	program, object, tried, err := ev.program(ctx, image)
	if err != nil {
		return finding{}, err
	}
	if object == nil {
		f.observed = fmt.Sprintf("no ELF program was found where the image starts one (%s)", strings.Join(tried, ", "))
		return f, nil
	}
	f.passed, f.observed = object.Static(), asksFor(program, object)
	return f, nil
}

// asksFor says what a program asks for.
func asksFor(program string, o *linking.Object) string {
	if o.Static() {
		return program + " needs neither"
	}
	var needs []string
	if o.Interpreter != "" {
		needs = append(needs, "the interpreter "+o.Interpreter)
	}
	if len(o.Needed) > 0 {
		needs = append(needs, strings.Join(o.Needed, ", "))
	}
	return program + " needs " + strings.Join(needs, " and ")
}
