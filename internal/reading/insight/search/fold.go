package search

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"sanwen/internal/reading/insight/terms"
)

//go:embed simplified.txt
var simplified string

// simple gives the simplified character for a traditional one.
var simple = sync.OnceValue(func() map[rune]rune {
	out := map[rune]rune{}
	for line := range strings.Lines(simplified) {
		if from, n := utf8.DecodeRuneInString(line); from != '#' {
			to, _ := utf8.DecodeRuneInString(line[n:])
			out[from] = to
		}
	}
	return out
})

// fold gives the form of a character in which texts are compared.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		return terms.Fold(r)
	}
	r = terms.Fold(r)
	if s, ok := simple()[r]; ok {
		return s
	}
	return r
}

// Fold gives the form in which texts and questions are compared: half width, lower case, simplified, one blank for all that is blank.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		if r = fold(r); unicode.IsSpace(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// Parts takes a question apart: what a text must hold, each once.
func Parts(question string) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range strings.Fields(Fold(question)) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// Piece is a piece of a text: what was looked for, or what stands around it.
type Piece struct {
	Text string
	Hit  bool
}

// Mark takes a text apart into what was looked for and the rest. width is how many characters are kept at most, around the first hit; 0
// keeps all. found says whether every part stands in the whole text.
func Mark(text, question string, width int) (out []Piece, found bool) {
	var runes []rune  // of the text
	var folded []rune // of its folded form, and where each comes from
	var from []int
	gap := false
	for _, r := range text {
		f := fold(r)
		if unicode.IsSpace(f) {
			gap = true
		} else {
			if gap && len(folded) > 0 {
				folded, from = append(folded, ' '), append(from, len(runes)-1)
			}
			gap = false
			folded, from = append(folded, f), append(from, len(runes))
		}
		runes = append(runes, r)
	}
	hit := make([]bool, len(runes))
	first := len(runes)
	found = true
	for _, p := range Parts(question) {
		part, any := []rune(p), false
		for i := 0; i+len(part) <= len(folded); {
			if !equal(folded[i:i+len(part)], part) {
				i++
				continue
			}
			any = true
			first = min(first, from[i])
			for j := from[i]; j <= from[i+len(part)-1]; j++ {
				hit[j] = true
			}
			i += len(part)
		}
		found = found && any
	}
	start, end := 0, len(runes)
	if width > 0 && len(runes) > width {
		if first == len(runes) {
			first = 0
		}
		start = max(0, min(first-width/4, len(runes)-width))
		end = start + width
	}
	var b strings.Builder
	add := func(h bool) {
		if b.Len() > 0 {
			out = append(out, Piece{Text: b.String(), Hit: h})
			b.Reset()
		}
	}
	if start > 0 {
		b.WriteRune('…')
	}
	now := false
	for i := start; i < end; i++ {
		if hit[i] != now {
			add(now)
			now = hit[i]
		}
		b.WriteRune(runes[i])
	}
	if end < len(runes) {
		add(now)
		now = false
		b.WriteRune('…')
	}
	add(now)
	return out, found
}

func equal(a, b []rune) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
