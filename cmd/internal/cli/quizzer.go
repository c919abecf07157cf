package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"shipshape/checker/inert"
	"shipshape/lessons"
)

// answered says how a question ended.
type answered int

const (
	answeredWrong answered = iota
	answeredRight
	skipped
	stopped
)

// quizzer asks questions on lines of text, so that it suits pipes and screen
// readers.
type quizzer struct {
	io *IO
	p  paint
	in *input
}

// input is the lines that are typed.
type input struct {
	lines chan string
	// err is what ended them before their end; it is set when lines is closed.
	err error
}

// readInput sends the lines of in, and closes the channel at its end. A read
// can't be interrupted, so it has a goroutine to itself.
func readInput(ctx context.Context, in io.Reader) *input {
	typed := &input{lines: make(chan string)}
	go func() {
		defer close(typed.lines)
		s := bufio.NewScanner(in)
		for s.Scan() {
			select {
			case typed.lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
		typed.err = s.Err()
	}()
	return typed
}

// failure is what ended the input before its end, for the learner; nil where
// nothing did.
func (t *input) failure() error {
	switch {
	case t.err == nil:
		return nil
	case errors.Is(t.err, bufio.ErrTooLong):
		return usagef("An answer is a line, and far shorter.", "a line of the input is longer than %d KiB", bufio.MaxScanTokenSize>>10)
	default:
		return fmt.Errorf("the answers can't be read: %w", t.err)
	}
}

// ask shows a question and takes lines until one is an answer.
func (z *quizzer) ask(ctx context.Context, q *lessons.Question, order []int) (answered, error) {
	z.show(q, order)
	for {
		fmt.Fprintf(z.io.Out, "%s ", z.p.dim(howToAnswer(q)))
		if z.io.unread() {
			return stopped, nil // an answer to what nobody saw is none
		}
		var line string
		var more bool
		select {
		case line, more = <-z.in.lines:
		case <-ctx.Done():
			return stopped, ctx.Err()
		}
		if !z.io.InTerminal {
			fmt.Fprintln(z.io.Out) // nobody pressed enter
		}
		switch line = strings.TrimSpace(line); {
		case !more:
			fmt.Fprintln(z.io.Out)
			return stopped, z.in.failure()
		case line == "q":
			fmt.Fprintln(z.io.Out)
			return stopped, nil
		case line == "s":
			fmt.Fprintln(z.io.Out)
			return skipped, nil
		case line == "?":
			z.write(fmt.Sprintf("The section %q of `shipshape lesson %s` answers it.", q.Section, q.Lesson))
			continue
		}
		answer, err := readAnswer(q, order, line)
		if err != nil {
			z.write(err.Error())
			continue
		}
		if done, ended := z.judge(q, answer); ended {
			return done, nil
		}
	}
}

func (z *quizzer) show(q *lessons.Question, order []int) {
	z.write(q.Prompt)
	fmt.Fprintln(z.io.Out)
	z.showCode(q)
	switch q.Type {
	case lessons.Outcome:
		for i, f := range q.Facts {
			z.item(fmt.Sprintf("%3d. ", i+1), f.Ask)
			z.lettered(len(f.Options), func(i int) string { return f.Options[i].Text })
		}
	case lessons.Match:
		for i, p := range q.Pairs {
			z.item(fmt.Sprintf("%3d. ", i+1), p.Left)
		}
		fmt.Fprintln(z.io.Out)
		causes := q.Causes()
		z.lettered(len(order), func(i int) string { return causes[order[i]] })
	case lessons.FaultyLine:
		z.lettered(len(order), func(i int) string { return q.Because[order[i]].Text })
	default:
		for i, index := range order {
			z.item(fmt.Sprintf("%3d) ", i+1), optionText(q, index))
		}
	}
	if len(order) > 0 || q.Type == lessons.Outcome {
		fmt.Fprintln(z.io.Out)
	}
}

// showCode shows the question's listing, its lines numbered where an answer
// names them.
func (z *quizzer) showCode(q *lessons.Question) {
	if q.Code == "" {
		return
	}
	named := []lessons.Type{lessons.FaultyLine, lessons.CachedSteps, lessons.Repair}
	for i, line := range q.CodeLines() {
		number := ""
		if slices.Contains(named, q.Type) {
			number = strconv.Itoa(i + 1)
		}
		fmt.Fprintf(z.io.Out, "%s  %s\n", z.p.dim(fmt.Sprintf("%4s", number)), inert.Text(line))
	}
	fmt.Fprintln(z.io.Out)
}

// item shows a text behind a number or letter, further lines indented as much.
func (z *quizzer) item(lead, text string) {
	text = wrapWords(inert.Line(text), z.io.Width-len(lead))
	fmt.Fprintf(z.io.Out, "%s%s\n", lead, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", len(lead))))
}

// lettered shows n texts behind a letter each.
func (z *quizzer) lettered(n int, text func(i int) string) {
	for i := range n {
		z.item(fmt.Sprintf("     %c) ", 'a'+i), text(i))
	}
}

func optionText(q *lessons.Question, i int) string {
	if q.Type == lessons.Order {
		return q.Items[i]
	}
	return q.Options[i].Text
}

// judge tells the verdict; ended is false for what is no answer yet.
func (z *quizzer) judge(q *lessons.Question, a lessons.Answer) (_ answered, ended bool) {
	v := q.Grade(a)
	done := answeredWrong
	switch {
	case v.Near:
		fmt.Fprintln(z.io.Out, z.p.warn("Nearly."))
	case v.Again: // what it lacks is the only remark
	case v.Right:
		done = answeredRight
		fmt.Fprintln(z.io.Out, z.p.good("Right."))
	default:
		fmt.Fprintln(z.io.Out, z.p.bad("Wrong."))
	}
	for _, remark := range v.Feedback {
		z.write(remark)
	}
	if !v.Again && !v.Right {
		z.write("A right answer:")
		fmt.Fprintln(z.io.Out, indent(inert.Text(q.Solution()), "  "))
	}
	fmt.Fprintln(z.io.Out)
	return done, !v.Again
}

// write sets a paragraph.
func (z *quizzer) write(text string) {
	fmt.Fprintln(z.io.Out, wrapWords(strings.TrimSpace(inert.Text(text)), z.io.Width))
}
