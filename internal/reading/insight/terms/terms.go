// Package terms takes a text apart for everything that learns, compares and finds: Chinese by single characters and pairs, Latin letters and
// numbers by whole words. It knows no dictionary. The same text gives the same terms on every machine and in every version of a model
// (Version), because models and indexes are kept.
package terms

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Version changes whenever the same text would give other terms; whatever is kept with an older version is built again.
const Version = 1

// Term is one term as a number: a digest of its characters. Two terms may share a number; over a vocabulary of millions of pairs of
// characters that happens to a few of 2^64.
type Term uint64

// kind is what a character does in a text.
type kind uint8

const (
	gap  kind = iota // ends a run
	han              // a character by itself
	word             // a letter or a digit: part of a word
)

// Fold gives the form in which a character is compared: half width, lower case.
func Fold(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case 0xff01 <= r && r <= 0xff5e: // full width
		return Fold(r - 0xfee0)
	case r == 0x3000:
		return ' '
	case isHan(r):
		return r
	}
	return unicode.ToLower(r)
}

func isHan(r rune) bool {
	return 0x4e00 <= r && r <= 0x9fff || 0x3400 <= r && r <= 0x4dbf || 0xf900 <= r && r <= 0xfaff || 0x20000 <= r && r <= 0x3ffff
}

func kindOf(r rune) kind {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return word
		}
		return gap
	case isHan(r):
		return han
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return word
	}
	return gap
}

const (
	seed  = 0x9e3779b97f4a7c15
	prime = 0xff51afd7ed558ccd
)

func mix(h uint64, r uint64) uint64 {
	h = (h ^ r) * prime
	return h ^ h>>32
}

// Each calls f with every term of the first limit characters of a text (0: all of them), in the order of the text: every Chinese character,
// every word of letters and digits, and every pair of such neighbours that nothing parts. With a term come the bytes from and to between
// which it stands, and of how many such units it is: 1 or 2.
func Each(text string, limit int, f func(t Term, from, to, units int)) {
	var (
		last   uint64 // digest of the unit before; 0 after a gap
		start  int    // where it begins
		cur    uint64 // the word that is being read
		begins int
		n      int
	)
	unit := func(h uint64, from, to int) {
		f(Term(h), from, to, 1)
		if last != 0 {
			f(Term(mix(bits.RotateLeft64(last, 23), h)), start, to, 2) // turned, so that the order of the two counts
		}
		last, start = h, from
	}
	end := len(text)
	for next := 0; next < len(text); {
		at := next
		if limit > 0 && n >= limit {
			end = at
			break
		}
		n++
		r, size := rune(text[at]), 1
		switch {
		case r < utf8.RuneSelf:
		case 0xe4 <= r && r <= 0xe9 && at+2 < len(text) && text[at+1]&0xc0 == 0x80 && text[at+2]&0xc0 == 0x80: // most characters of most texts
			r, size = r&0xf<<12|rune(text[at+1]&0x3f)<<6|rune(text[at+2]&0x3f), 3
		default:
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		next = at + size
		if 0x4e00 <= r && r <= 0x9fff {
			if cur != 0 {
				unit(cur, begins, at)
				cur = 0
			}
			unit(mix(seed, uint64(r)), at, next)
			continue
		}
		r = Fold(r)
		k := kindOf(r)
		if k == word {
			if cur == 0 {
				cur, begins = seed, at
			}
			cur = mix(cur, uint64(r))
			continue
		}
		if cur != 0 {
			unit(cur, begins, at)
			cur = 0
		}
		if k == han {
			unit(mix(seed, uint64(r)), at, next)
		} else {
			last = 0
		}
	}
	if cur != 0 {
		unit(cur, begins, end)
	}
}

// Of appends the terms of Each to out. Give out[:0] of an earlier call to spare its memory.
func Of(text string, limit int, out []Term) []Term {
	Each(text, limit, func(t Term, _, _, _ int) { out = append(out, t) })
	return out
}

// Count is the number of terms of the first limit characters of a text.
func Count(text string, limit int) int {
	n := 0
	Each(text, limit, func(Term, int, int, int) { n++ })
	return n
}

// FoldText folds every character of a text.
func FoldText(text string) string { return strings.Map(Fold, text) }
