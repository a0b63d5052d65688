package decoy

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// TestTexts: whatever is drawn, a decoy calls nobody out, points to no path of its own, and has its canary where only who opens it reads it.
func TestTexts(t *testing.T) {
	if len(templates) < 8 {
		t.Fatalf("%d templates", len(templates))
	}
	seen := map[string]bool{}
	for i, x := range templates {
		ways := 1
		for _, c := range choice.FindAllString(x.text, -1) {
			ways *= strings.Count(c, "|") + 1
		}
		if !x.kind.Valid() || ways < 4 {
			t.Errorf("%d: %s with %d ways to say it", i, x.kind, ways)
		}
		for n := range ways {
			left := n
			text := x.fill("canary234567", func(of int) int { k := left % of; left /= of; return k })
			if seen[text] {
				t.Errorf("said twice: %s", text)
			}
			seen[text] = true
			if a := words.Listen(text, string(x.kind)); a.Kind != "" {
				t.Errorf("%s calls out %s by %v", text, a.Kind, a.Words)
			}
			if h := words.Suggest(text); h.Restricted != "" {
				t.Errorf("%s belongs to %s by %v", text, h.Restricted, h.Words)
			}
			if r := words.RedactSuggest(text); strings.Contains(r, "canary") || !strings.Contains(r, words.Mask) {
				t.Errorf("the canary stands in what everybody reads: %s", r)
			}
			if n := utf8.RuneCountInString(text); n > 200 || strings.ContainsAny(text, "[]{}|") {
				t.Errorf("%d characters: %s", n, text)
			}
		}
	}
}

func TestCanaries(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		kind, text, c := write()
		if len(c) != canaryLen || c[0] < 'a' || !strings.ContainsAny(c, "234567") || string(words.Bare(c)) != c || strings.Count(text, c) != 1 || seen[c] || !core.Has(core.Kinds(), kind) {
			t.Fatalf("%s: %q in %q", kind, c, text)
		}
		seen[c] = true
	}
}
