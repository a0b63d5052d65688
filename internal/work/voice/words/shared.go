package words

import (
	"cmp"
	"slices"
	"unicode"
)

// SharedLimit is how many characters of a text are looked at for pieces that another shares.
const SharedLimit = 400

// Shared are the longest pieces of at least two letters that stand in both texts, at most most, the longest first, as they stand in the first.
// None holds a part of another. Pieces are of letters and digits only: what parts them parts pieces.
func Shared(a, b string, most int) []string {
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), SharedLimit)], y[:min(len(y), SharedLimit)]
	// run[j] is how long the piece is that ends at i of the first and at j of the second.
	run, last := make([]int, len(y)+1), make([]int, len(y)+1)
	type piece struct{ from, to int }
	var all []piece
	for i, r := range x {
		longest := 0
		for j, s := range y {
			run[j+1] = 0
			if letter(r) && lower(r) == lower(s) {
				run[j+1] = last[j] + 1
				longest = max(longest, run[j+1])
			}
		}
		run, last = last, run
		if longest < 2 {
			continue
		}
		p := piece{i + 1 - longest, i + 1}
		if n := len(all); n > 0 && all[n-1].from == p.from { // the piece before goes on
			all[n-1] = p
		} else {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(p, q piece) int { return cmp.Compare(q.to-q.from, p.to-p.from) })
	var taken []piece
	var out []string
	for _, p := range all {
		s := string(x[p.from:p.to])
		if len(out) == most {
			break
		}
		if slices.ContainsFunc(taken, func(q piece) bool { return p.from < q.to && q.from < p.to }) || slices.Contains(out, s) {
			continue
		}
		taken, out = append(taken, p), append(out, s)
	}
	return out
}

// letter reports whether a character can be part of a piece.
func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// lower is a character as pieces are compared: half width, lower case.
func lower(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E {
		r -= 0xFEE0
	}
	return unicode.ToLower(r)
}
