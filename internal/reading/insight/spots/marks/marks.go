// Package marks takes texts apart into the pairs of neighbouring characters that may say what they are about, and tells how many two have in common.
// Pure rules.
package marks

import (
	"hash"
	"slices"
	"unicode"
)

// Set are the pairs of a text, in order.
type Set []uint64

// function are characters that say nothing about a problem.
const function = `的了是我你他她它们在有不也就都很和与到把被能会要这那个吗呢吧没还又上下说让从但而所以为着过给来去什么怎样请希望建议最近一直大家已经可否得地对于及其`

var idle = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range function {
		m[r] = true
	}
	return m
}()

// Of takes a text apart; what stands in without (the names of the place, which everybody there says) is left out.
func Of(text string, without Set) Set {
	var out Set
	var last rune
	for _, r := range text {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		r = unicode.ToLower(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			last = 0
			continue
		}
		if last != 0 && !(idle[last] && idle[r]) {
			out = append(out, uint64(last)<<32|uint64(r))
		}
		last = r
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(m uint64) bool {
		_, there := slices.BinarySearch(without, m)
		return there
	})
}

// Shared is Dice's coefficient of two texts in thousandths.
func Shared(a, b Set) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return dice(n, len(a), len(b))
}

// dice is the coefficient of two sets of so many pairs that have n in common.
func dice(n, a, b int) int { return 2000 * n / (a + b) }

// Write gives the pairs to a digest.
func (s Set) Write(h hash.Hash64) {
	var b [8]byte
	for _, m := range s {
		for i := range b {
			b[i] = byte(m >> (8 * i))
		}
		h.Write(b[:])
	}
}
