package catalogue

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// keyword is a word of a topic as texts are looked through for it.
type keyword struct {
	text  string // in small letters
	topic int    // in the list
	score int    // longer words say more
}

// index puts the keywords of what is proposed under their first characters, so that a text is gone through once and not once for each of them.
func index(list []Category) map[rune][]keyword {
	out := map[rune][]keyword{}
	for i, k := range list {
		if !k.Active {
			continue
		}
		for _, w := range k.Keywords.Codes() {
			if w != "" {
				text := strings.ToLower(w)
				first, _ := utf8.DecodeRuneInString(text)
				out[first] = append(out[first], keyword{text, i, 1 + utf8.RuneCountInString(w)})
			}
		}
	}
	return out
}

// Suggest finds topics whose keywords stand in the text, those with the most and longest words first, at most most. A topic
// that has others below it is not suggested where one of those is.
func (c *Catalogue) Suggest(text string, most int) []Category {
	t := strings.ToLower(text)
	type hit struct{ topic, score int }
	var found []*keyword // each counts once, however often it is said
	var hits []hit
	for i, r := range t {
		words := c.words[r]
		for j := range words {
			w := &words[j]
			if !strings.HasPrefix(t[i:], w.text) || slices.Contains(found, w) {
				continue
			}
			found = append(found, w)
			if at := slices.IndexFunc(hits, func(h hit) bool { return h.topic == w.topic }); at >= 0 {
				hits[at].score += w.score
			} else {
				hits = append(hits, hit{w.topic, w.score})
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return a.topic - b.topic })
	hits = slices.DeleteFunc(hits, func(h hit) bool {
		return slices.ContainsFunc(hits, func(o hit) bool { return c.list[o.topic].Parent == c.list[h.topic].Code })
	})
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	var out []Category
	for _, h := range hits {
		if len(out) < most {
			out = append(out, c.list[h.topic])
		}
	}
	return out
}
