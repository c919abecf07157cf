package tui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// frameRate is Bubble Tea's highest: the first frame is drawn at the first tick
// of that clock, 8 ms after the start and not 17.
const frameRate = 120

// Run shows the tutor until the learner leaves it, or the context ends, which
// is how signals reach it: Bubble Tea would end the program at once. It
// returns when a grade that was under way is cleaned up and the record is
// closed.
func Run(ctx context.Context, o Options) error {
	opts := []tea.ProgramOption{tea.WithFPS(frameRate), tea.WithoutSignalHandler()}
	if o.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	if o.Input != nil {
		opts = append(opts, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		opts = append(opts, tea.WithOutput(o.Output))
	}
	p := tea.NewProgram(newRoot(o), opts...)

	// A signal ends the context. The program then leaves in order, as on
	// ctrl+c, so that nothing stays behind on the engine.
	stop := context.AfterFunc(ctx, func() { p.Send(leaveMsg{}) })
	defer stop()

	last, err := p.Run()
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("run the tutor: %w", err)
	}
	if m, ok := last.(*root); ok {
		if o.Tell != nil {
			for _, text := range m.record.late {
				o.Tell(text)
			}
		}
		if m.err != nil {
			return m.err
		}
	}
	return ctx.Err()
}
