package marks

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Sentences that are shown (defaults of the product).
const (
	sentences    = 3
	sentenceLow  = 5 // characters
	sentenceHigh = 80
)

// Typical chooses sentences that have most in common with the other texts, of different ones.
func Typical(texts []string, without Set) []string {
	all := make([]Set, len(texts))
	for i, t := range texts {
		all[i] = Of(t, without)
	}
	type candidate struct {
		text  string
		of    int
		score int
		marks Set
	}
	var found []candidate
	for i, t := range texts {
		for _, sentence := range sentencesOf(t) {
			if n := utf8.RuneCountInString(sentence); n < sentenceLow || n > sentenceHigh {
				continue
			}
			c := candidate{text: sentence, of: i, marks: Of(sentence, without)}
			for j, m := range all {
				if j != i {
					c.score += Shared(c.marks, m)
				}
			}
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text)) })
	var out []candidate
	for _, c := range found {
		if len(out) < sentences && !slices.ContainsFunc(out, func(o candidate) bool { return o.of == c.of || Shared(o.marks, c.marks) > 700 }) {
			out = append(out, c)
		}
	}
	texts = nil
	for _, c := range out {
		texts = append(texts, c.text)
	}
	return texts
}

// sentencesOf are the sentences of a text, with what ends them.
func sentencesOf(text string) (out []string) {
	from := 0
	for i, r := range text {
		if strings.ContainsRune("。！？!?；;\n", r) {
			end := i + utf8.RuneLen(r)
			out = append(out, strings.TrimSpace(text[from:end]))
			from = end
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}
