package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"shipshape/lessons"
)

// howToAnswer says what is to be typed. It shows no answer as an example: it
// could be the right one, or look like it.
func howToAnswer(q *lessons.Question) string {
	how := map[lessons.Type]string{
		lessons.OneChoice:      "One number",
		lessons.SeveralChoices: "Numbers of all that are right, with spaces between",
		lessons.FillIn:         "Your answer",
		lessons.Order:          "All numbers in order, with spaces between",
		lessons.FaultyLine:     "The line's number",
		lessons.CachedSteps:    "Line numbers of all steps that come from the cache, with spaces between",
		lessons.Outcome:        fmt.Sprintf("%d letters, one for each, in order", len(q.Facts)),
		lessons.Match:          fmt.Sprintf("%d letters, one for each, in order", len(q.Pairs)),
		lessons.Repair:         fmt.Sprintf("Line %d as it should stand", q.Line),
	}[q.Type]
	if len(q.Because) > 0 {
		how += ", a space, and the reason's letter"
	}
	return how + " (? where to look, s skip, q stop):"
}

// readAnswer understands a line as an answer to a question shown in an order.
func readAnswer(q *lessons.Question, order []int, line string) (lessons.Answer, error) {
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	switch q.Type {
	case lessons.FillIn, lessons.Repair:
		return lessons.Answer{Text: line}, nil
	case lessons.FaultyLine:
		return readLineAndReason(q, order, words)
	case lessons.CachedSteps:
		picks, err := numbers(words, len(q.CodeLines()))
		return lessons.Answer{Picks: picks}, err
	case lessons.Outcome:
		return readFacts(q, apart(words))
	case lessons.Match:
		picks, err := letters(apart(words), len(order))
		return lessons.Answer{Picks: behind(order, picks)}, err
	}
	picks, err := numbers(words, len(order))
	for i := range picks {
		picks[i]--
	}
	return lessons.Answer{Picks: behind(order, picks)}, err
}

// apart takes a single word apart where letters stand together, such as ba, or
// behind a number, such as 3b.
func apart(words []string) []string {
	if len(words) != 1 {
		return words
	}
	digits := len(words[0]) - len(strings.TrimLeft(words[0], "0123456789"))
	number, rest := words[0][:digits], words[0][digits:]
	var out []string
	if number != "" {
		out = append(out, number)
	}
	for _, r := range rest {
		out = append(out, string(r))
	}
	return out
}

// behind are the indices that stand at the picked places of an order.
func behind(order, picks []int) []int {
	indices := make([]int, len(picks))
	for i, p := range picks {
		indices[i] = order[p]
	}
	return indices
}

func readLineAndReason(q *lessons.Question, order []int, words []string) (lessons.Answer, error) {
	if len(q.Because) > 0 {
		words = apart(words)
	}
	if len(q.Because) == 0 || len(words) < 2 {
		picks, err := numbers(words, len(q.CodeLines()))
		if err == nil && len(q.Because) > 0 {
			err = errors.New("give the reason's letter as well")
		}
		return lessons.Answer{Picks: picks}, err
	}
	picks, err := numbers(words[:1], len(q.CodeLines()))
	if err != nil {
		return lessons.Answer{}, err
	}
	why, err := letters(words[1:], len(order))
	return lessons.Answer{Picks: slices.Concat(picks, behind(order, why))}, err
}

// readFacts reads a letter for each fact.
func readFacts(q *lessons.Question, words []string) (lessons.Answer, error) {
	if len(words) != len(q.Facts) {
		return lessons.Answer{}, fmt.Errorf("give %d letters, one for each", len(q.Facts))
	}
	var a lessons.Answer
	for i, word := range words {
		pick, err := letters([]string{word}, len(q.Facts[i].Options))
		if err != nil {
			return a, err
		}
		a.Picks = append(a.Picks, pick...)
	}
	return a, nil
}

// numbers reads numbers from 1 to n.
func numbers(words []string, n int) ([]int, error) {
	var found []int
	for _, word := range words {
		number, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", word)
		}
		if number < 1 || number > n {
			return nil, fmt.Errorf("there is no %d: they go from 1 to %d", number, n)
		}
		found = append(found, number)
	}
	return found, nil
}

// letters reads letters from a on, as indices of n things.
func letters(words []string, n int) ([]int, error) {
	var found []int
	for _, word := range words {
		i := -1
		if len(word) == 1 {
			i = int(unicode.ToLower(rune(word[0])) - 'a')
		}
		if i < 0 || i >= n {
			return nil, fmt.Errorf("%q is no letter from a to %c", word, 'a'+n-1)
		}
		found = append(found, i)
	}
	return found, nil
}
