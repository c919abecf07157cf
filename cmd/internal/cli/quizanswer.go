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

func howToAnswer(q *lessons.Question) string {
	how := map[lessons.Type]string{
		lessons.OneChoice:      "One number",
		lessons.SeveralChoices: "Numbers of all that are right, such as 1 3",
		lessons.FillIn:         "Your answer",
		lessons.Order:          "The numbers in order, such as 2 1 3",
		lessons.FaultyLine:     "The line's number",
		lessons.CachedSteps:    "Numbers of all lines that come from the cache, such as 2 3",
		lessons.Outcome:        "A letter for each, in order, such as " + example(len(q.Facts)),
		lessons.Match:          "A letter for each, in order, such as " + example(len(q.Pairs)),
		lessons.Repair:         fmt.Sprintf("Line %d as it should stand", q.Line),
	}[q.Type]
	if len(q.Because) > 0 {
		how += " and the reason's letter, such as 3 b"
	}
	return how + " (? where to look, s skip, q stop):"
}

// example are n letters.
func example(n int) string {
	letters := make([]string, n)
	for i := range letters {
		letters[i] = string("bac"[i%3])
	}
	return strings.Join(letters, " ")
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
		return readFacts(q, words)
	case lessons.Match:
		picks, err := letters(words, len(order))
		return lessons.Answer{Picks: behind(order, picks)}, err
	}
	picks, err := numbers(words, len(order))
	for i := range picks {
		picks[i]--
	}
	return lessons.Answer{Picks: behind(order, picks)}, err
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
