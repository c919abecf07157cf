package cli

import (
	"fmt"
	"strings"
)

// didYouMean returns a sentence that names the candidate nearest to word, or,
// when none is near, where to find them all.
func didYouMean(word string, candidates []string, otherwise string) string {
	if c := closest(word, candidates); c != "" {
		return fmt.Sprintf("Did you mean %s?", c)
	}
	return otherwise
}

// closest returns the candidate that is likely meant by a misspelt word, or "".
func closest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", 1+max(2, len(word)/3)
	for _, c := range candidates {
		d := editDistance(word, c)
		if len(word) >= 2 && strings.HasPrefix(c, word) {
			d = 1
		}
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// editDistance counts the letters to insert, remove or replace to make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
