package lang

import (
	"sync/atomic"
	"testing"
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
// readable, so that one can see on a picture which sentence has no room.
func Wider(l Lang, s string) string {
	if l != EN {
		return s
	}
	out, extra, letters := []rune{}, 0, 0
	for _, r := range s {
		if to, ok := signs[r]; ok {
			r = to
		}
		out = append(out, r)
		if r == ' ' {
			letters = 0
			continue
		}
		if letters++; letters%5 == 2 || letters%5 == 4 { // two more letters to every five
			out = append(out, r)
			extra++
		}
	}
	for need := (len([]rune(s))*2 + 4) / 5; extra < need; extra++ {
		out = append(out, 'ö')
	}
	return string(out)
}

var signs = map[rune]rune{'a': 'á', 'e': 'ê', 'i': 'ï', 'o': 'ö', 'u': 'ü', 'A': 'Å', 'E': 'É', 'I': 'Í', 'O': 'Ø', 'U': 'Ü', 'n': 'ñ', 'y': 'ý'}
