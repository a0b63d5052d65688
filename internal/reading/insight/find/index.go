// Package find finds every text that holds what somebody types, from two characters on, to the last one: an index of pairs of neighbouring
// characters says which texts can hold it, and the text itself says whether it does. Who asks decides which texts may be seen; the others are
// dropped before anybody reads or counts them.
package find

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"sanwen/internal/reading/insight/terms"
)

// pair is two neighbouring characters.
type pair [2]rune

// Index holds texts and which pairs they hold. It is not safe for concurrent use while texts are added.
type Index struct {
	lists map[pair][]uint32 // texts in the order in which they came
	texts []string          // folded; "" where there is none
	live  int
	runes int // of all live texts
}

// New makes an empty index.
func New() *Index { return &Index{lists: map[pair][]uint32{}} }

// Len is the number of texts that are kept.
func (x *Index) Len() int { return x.live }

// Fold gives the form in which texts and questions are compared: half width, lower case, one blank for all that is blank.
func Fold(s string) string { return strings.Join(strings.Fields(terms.FoldText(s)), " ") }

// pairs calls f with every pair of a folded text.
func pairs(s string, f func(pair)) {
	last := rune(-1)
	for _, r := range s {
		if last >= 0 {
			f(pair{last, r})
		}
		last = r
	}
}

// Add keeps a text and returns its number; numbers count from 0 in the order of the calls.
func (x *Index) Add(text string) uint32 {
	text = Fold(text)
	n := uint32(len(x.texts))
	x.texts = append(x.texts, text)
	pairs(text, func(p pair) {
		if l := x.lists[p]; len(l) == 0 || l[len(l)-1] != n {
			x.lists[p] = append(l, n)
		}
	})
	x.live++
	x.runes += utf8.RuneCountInString(text)
	return n
}

// Drop forgets a text. It reports whether it was there.
func (x *Index) Drop(n uint32) bool {
	if int(n) >= len(x.texts) || x.texts[n] == "" {
		return false
	}
	pairs(x.texts[n], func(p pair) {
		l := x.lists[p]
		if i, ok := slices.BinarySearch(l, n); ok {
			if l = slices.Delete(l, i, i+1); len(l) == 0 {
				delete(x.lists, p)
			} else {
				x.lists[p] = l
			}
		}
	})
	x.live--
	x.runes -= utf8.RuneCountInString(x.texts[n])
	x.texts[n] = ""
	return true
}

// question is what is looked for: parts that must all be there.
type question struct {
	parts []string
	lists [][]uint32 // the shortest first
	empty bool       // some pair is in no text
}

func (x *Index) ask(query string) question {
	q := question{parts: strings.Fields(Fold(query))}
	seen := map[pair]bool{}
	for _, p := range q.parts {
		pairs(p, func(p pair) {
			if seen[p] {
				return
			}
			seen[p] = true
			l := x.lists[p]
			q.empty = q.empty || len(l) == 0
			q.lists = append(q.lists, l)
		})
	}
	q.empty = q.empty || len(q.parts) == 0
	slices.SortStableFunc(q.lists, func(a, b []uint32) int { return cmp.Compare(len(a), len(b)) })
	return q
}

// each calls f with every text that holds all parts, the newest first, until it says no.
func (x *Index) each(q question, keep func(uint32) bool, f func(uint32) bool) {
	if q.empty {
		return
	}
	holds := func(d uint32) bool {
		if x.texts[d] == "" || keep != nil && !keep(d) {
			return false
		}
		for _, p := range q.parts {
			if !strings.Contains(x.texts[d], p) {
				return false
			}
		}
		return true
	}
	if len(q.lists) == 0 { // single characters have no pairs
		for d := len(x.texts) - 1; d >= 0; d-- {
			if holds(uint32(d)) && !f(uint32(d)) {
				return
			}
		}
		return
	}
	rest := slices.Clone(q.lists[1:])
	first := q.lists[0]
next:
	for i := len(first) - 1; i >= 0; i-- {
		d := first[i]
		for j, l := range rest {
			l = l[:before(l, d)]
			rest[j] = l
			if len(l) == 0 {
				return
			}
			if l[len(l)-1] != d {
				continue next
			}
		}
		if holds(d) && !f(d) {
			return
		}
	}
}

// before is how many numbers of a list are d or less, looked for from its end in growing strides.
func before(l []uint32, d uint32) int {
	high, stride := len(l), 1
	for high > 0 && l[high-1] > d {
		if low := high - stride; low > 0 && l[low-1] > d {
			high = low
			stride *= 2
			continue
		}
		low := max(0, high-stride)
		n, _ := slices.BinarySearch(l[low:high], d+1)
		return low + n
	}
	return high
}

// Newest gives up to n texts (0: all) that hold what is asked for, the newest first. Parts that blanks divide must all be there.
func (x *Index) Newest(query string, n int, keep func(uint32) bool) []uint32 {
	var out []uint32
	x.each(x.ask(query), keep, func(d uint32) bool {
		out = append(out, d)
		return n <= 0 || len(out) < n
	})
	return out
}

// The numbers of BM25, as they are usual.
const (
	saturation = 1.2
	byLength   = 0.75
)

// Best gives up to n texts that hold what is asked for, those that speak of it most first, by BM25. Equal ones: the newer first. It also says
// how many hold it.
func (x *Index) Best(query string, n int, keep func(uint32) bool) (out []uint32, all int) {
	q := x.ask(query)
	type scored struct {
		text  uint32
		score float64
	}
	var hits []scored
	mean := float64(x.runes) / float64(max(1, x.live))
	x.each(q, keep, func(d uint32) bool {
		var s float64
		for _, p := range q.parts { // every hit holds every part, so what a part is worth is the same for all of them
			times := float64(strings.Count(x.texts[d], p))
			s += times * (saturation + 1) / (times + saturation*(1-byLength+byLength*float64(utf8.RuneCountInString(x.texts[d]))/math.Max(mean, 1)))
		}
		hits = append(hits, scored{d, s})
		return true
	})
	slices.SortFunc(hits, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.text, a.text)) })
	for _, h := range hits[:min(n, len(hits))] {
		out = append(out, h.text)
	}
	return out, len(hits)
}
