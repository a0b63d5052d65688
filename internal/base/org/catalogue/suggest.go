package catalogue

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Suggest finds topics whose keywords stand in the text, those with the most and longest words first, at most most. A topic
// that has others below it is not suggested where one of those is.
func (c *Catalogue) Suggest(text string, most int) []Category {
	t := strings.ToLower(text)
	type hit struct {
		Category
		score int
	}
	var hits []hit
	for _, k := range c.Categories() {
		if !k.Active {
			continue
		}
		score := 0
		for _, w := range k.Keywords.Codes() {
			if w != "" && strings.Contains(t, strings.ToLower(w)) {
				score += 1 + utf8.RuneCountInString(w)
			}
		}
		if score > 0 {
			hits = append(hits, hit{k, score})
		}
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool {
		return slices.ContainsFunc(hits, func(o hit) bool { return o.Parent == h.Code })
	})
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	var out []Category
	for _, h := range hits {
		if len(out) < most {
			out = append(out, h.Category)
		}
	}
	return out
}
