package words

import (
	"strings"
	"unicode"
)

// Sentences cuts a text after the marks that end a sentence, a clause of its own or a line. Put together they are the text.
func Sentences(text string) []string {
	var out []string
	var b strings.Builder
	runes := []rune(text)
	for i, c := range runes {
		b.WriteRune(c)
		if !ends(runes, i) {
			continue
		}
		if s := b.String(); strings.TrimSpace(s) != "" {
			out = append(out, s)
			b.Reset()
		}
	}
	if rest := b.String(); strings.TrimSpace(rest) != "" {
		out = append(out, rest)
	} else if len(out) > 0 {
		out[len(out)-1] += rest
	}
	return out
}

// ends reports whether a sentence ends with the rune at i. Marks in a row, such as "？！", belong together, and a full stop ends a sentence
// only before a blank: "3.5 米" is no end.
func ends(all []rune, i int) bool {
	c := all[i]
	last := i+1 == len(all)
	switch {
	case c == '\n':
		return true
	case strings.ContainsRune("。！？；，!?;,", c):
		return last || !strings.ContainsRune("。！？；，!?;,”’」』）)\n", all[i+1]) && !(c == ',' && unicode.IsDigit(all[i+1]))
	case strings.ContainsRune("”’」』）)", c):
		return i > 0 && strings.ContainsRune("。！？；!?;", all[i-1])
	case c == '.':
		return last || unicode.IsSpace(all[i+1])
	}
	return false
}

// turns are words with which somebody comes to another thing.
var turns = []string{"另外", "还有", "此外", "再就是", "再一个", "顺便", "Also", "also", "And ", "Besides", "besides"}

// Pieces proposes where a text can be taken apart: where a sentence ends, or where somebody comes to another thing. Of more than most the
// rest stays together.
func Pieces(text string, most int) []string {
	var out []string
	open := false
	for _, s := range Sentences(text) {
		turn := false
		for _, t := range turns {
			turn = turn || strings.HasPrefix(strings.TrimSpace(s), t)
		}
		if open && !turn || len(out) == most {
			out[len(out)-1] += s
		} else {
			out = append(out, s)
		}
		t := strings.TrimRight(s, " \t\n　”’」』）)")
		open = strings.HasSuffix(t, "，") || strings.HasSuffix(t, ",")
	}
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}
