package cli

import (
	"image/color"
	"io"
	"strings"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// answerTime is how long a terminal may take to tell its background. One at the
// other end of a slow line takes some 300 ms; one that knows no such question
// never answers.
const answerTime = 500 * time.Millisecond

// darkBackground asks the terminal. One that doesn't answer is taken for dark.
func (s *IO) darkBackground() bool {
	in, isFile := s.In.(term.File)
	if !isFile || !s.Interactive() {
		return true
	}
	background := askBackground(in, s.Out)
	return background == nil || uv.BackgroundColorEvent{Color: background}.IsDark()
}

// askBackground asks a terminal, and is nil where it doesn't answer in time.
// lipgloss would ask twice and wait for two seconds each time.
func askBackground(in term.File, out io.Writer) color.Color {
	state, err := term.MakeRaw(in.Fd())
	if err != nil {
		return nil
	}
	defer func() { _ = term.Restore(in.Fd(), state) }()
	reader, err := uv.NewCancelReader(in)
	if err != nil {
		return nil
	}
	defer func() { _ = reader.Close() }()
	// Every terminal tells its kind, so that the answer to this second question
	// says that none to the first will come.
	if _, err := io.WriteString(out, ansi.RequestBackgroundColor+ansi.RequestPrimaryDeviceAttributes); err != nil {
		return nil
	}
	timer := time.AfterFunc(answerTime, func() { reader.Cancel() })
	defer timer.Stop()
	var answers []byte
	for buf := make([]byte, 256); ; {
		n, err := reader.Read(buf)
		answers = append(answers, buf[:n]...)
		if background, all := backgroundIn(answers); all || err != nil {
			return background
		}
	}
}

// backgroundIn is the background that a terminal's answers tell, or nil; all
// says that no further answer is due.
func backgroundIn(answers []byte) (background color.Color, all bool) {
	parser := ansi.GetParser()
	defer ansi.PutParser(parser)
	for len(answers) > 0 {
		sequence, _, n, state := ansi.DecodeSequence(answers, ansi.NormalState, parser)
		if state != ansi.NormalState {
			return background, false // its end is still to come
		}
		switch {
		case ansi.HasOscPrefix(sequence) && parser.Command() == 11:
			_, value, _ := strings.Cut(string(parser.Data()), ";")
			background = ansi.XParseColor(value)
		case ansi.HasCsiPrefix(sequence) && parser.Command() == ansi.Command('?', 0, 'c'):
			return background, true
		}
		answers = answers[n:]
	}
	return background, false
}
