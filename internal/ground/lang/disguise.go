package lang

import (
	"strings"
	"sync/atomic"
	"testing"
	"unicode"
)

// disguise is what sentences look like in some tests.
var disguise atomic.Pointer[func(Lang, string) string]

// Disguise lets a test tell sentences of the catalogues from everything else on a page, or make them longer: until the test ends,
// every sentence goes through fn. It is for tests that do not run beside others.
func Disguise(t testing.TB, fn func(Lang, string) string) {
	if !testing.Testing() {
		panic("lang: a disguise outside of a test")
	}
	disguise.Store(&fn)
	t.Cleanup(func() { disguise.Store(nil) })
}

// Wider writes an English sentence as a language would that needs 40 % more room and has signs above its letters. It is
// readable, so that one can see on a picture which sentence has no room. Numbers stay as they are, and so does what was made wider before it was
// put into the sentence, as the month of a date.
func Wider(l Lang, s string) string {
	if l != EN {
		return s
	}
	words := strings.Split(s, " ")
	all, extra, last := 0, 0, -1
	for i, w := range words {
		if strings.ContainsFunc(w, signed) {
			continue
		}
		var out []rune
		letters := 0
		for _, r := range w {
			if to, ok := signs[r]; ok {
				r = to
			}
			if out = append(out, r); unicode.IsDigit(r) {
				continue
			}
			all, last = all+1, i
			if letters++; letters%5 == 2 || letters%5 == 4 { // two more letters to every five
				out = append(out, r)
				extra++
			}
		}
		words[i] = string(out)
	}
	if need := (all*2 + 4) / 5; extra < need {
		words[last] += strings.Repeat("ö", need-extra)
	}
	return strings.Join(words, " ")
}

// signed reports whether a letter has one of the signs.
func signed(r rune) bool { return strings.ContainsRune("áêïöüÅÉÍØÜñý", r) }

var signs = map[rune]rune{'a': 'á', 'e': 'ê', 'i': 'ï', 'o': 'ö', 'u': 'ü', 'A': 'Å', 'E': 'É', 'I': 'Í', 'O': 'Ø', 'U': 'Ü', 'n': 'ñ', 'y': 'ý'}
