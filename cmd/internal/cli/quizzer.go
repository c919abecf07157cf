package cli

import (
	"bufio"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker/inert"
	"shipshape/lessons"
	"shipshape/lessons/progress"
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
	io    *IO
	p     paint
	lines <-chan string
}

// readInput sends the lines of in, and closes the channel at its end. A read
// can't be interrupted, so it has a goroutine to itself.
func readInput(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// shuffle is the order in which a question's options are shown: another one
// each time that it comes back.
func shuffle(q *lessons.Question, stats progress.QuestionStats) []int {
	h := fnv.New64a()
	_, _ = io.WriteString(h, q.ID) // a hash takes all that it is given
	return q.Shuffled(rand.New(rand.NewPCG(h.Sum64(), uint64(stats.Right+stats.Wrong))))
}

// ask shows a question and takes lines until one is an answer.
func (z *quizzer) ask(ctx context.Context, q *lessons.Question, order []int) (answered, error) {
	z.show(q, order)
	for {
		fmt.Fprintf(z.io.Out, "%s ", z.p.dim(howToAnswer(q)))
		var line string
		var more bool
		select {
		case line, more = <-z.lines:
		case <-ctx.Done():
			return stopped, ctx.Err()
		}
		if !z.io.InTerminal {
			fmt.Fprintln(z.io.Out) // nobody pressed enter
		}
		switch line = strings.TrimSpace(line); {
		case !more, line == "q":
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
	if q.Code != "" {
		for i, line := range strings.Split(strings.TrimRight(q.Code, "\n"), "\n") {
			number := ""
			if q.Type == lessons.FaultyLine {
				number = strconv.Itoa(i + 1)
			}
			fmt.Fprintf(z.io.Out, "%s  %s\n", z.p.dim(fmt.Sprintf("%4s", number)), inert.Text(line))
		}
		fmt.Fprintln(z.io.Out)
	}
	for i, index := range order {
		text := ansi.Wrap(inert.Line(optionText(q, index)), z.io.Width-6, "")
		fmt.Fprintf(z.io.Out, "%3d) %s\n", i+1, strings.ReplaceAll(text, "\n", "\n     "))
	}
	if len(order) > 0 {
		fmt.Fprintln(z.io.Out)
	}
}

func optionText(q *lessons.Question, i int) string {
	if q.Type == lessons.Order {
		return q.Items[i]
	}
	return q.Options[i].Text
}

// judge tells the verdict; ended is false for a near miss, which asks again.
func (z *quizzer) judge(q *lessons.Question, a lessons.Answer) (_ answered, ended bool) {
	v := q.Grade(a)
	done := answeredWrong
	switch {
	case v.Again:
		fmt.Fprintln(z.io.Out, z.p.warn("Not quite."))
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
	fmt.Fprintln(z.io.Out, ansi.Wrap(strings.TrimSpace(inert.Text(text)), z.io.Width, ""))
}

func howToAnswer(q *lessons.Question) string {
	how := map[lessons.Type]string{
		lessons.OneChoice:      "One number",
		lessons.SeveralChoices: "Numbers of all that are right, such as 1 3",
		lessons.FillIn:         "Your answer",
		lessons.Order:          "The numbers in order, such as 2 1 3",
		lessons.FaultyLine:     "The line's number",
	}[q.Type]
	return how + " (? where to look, s skip, q stop):"
}

// readAnswer understands a line as an answer to a question shown in an order.
func readAnswer(q *lessons.Question, order []int, line string) (lessons.Answer, error) {
	if q.Type == lessons.FillIn {
		return lessons.Answer{Text: line}, nil
	}
	var a lessons.Answer
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return a, fmt.Errorf("%q is no number", word)
		}
		if q.Type == lessons.FaultyLine {
			a.Picks = append(a.Picks, n)
			continue
		}
		if n < 1 || n > len(order) {
			return a, fmt.Errorf("there is no %d: they go from 1 to %d", n, len(order))
		}
		a.Picks = append(a.Picks, order[n-1])
	}
	return a, nil
}
