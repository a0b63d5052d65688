package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"sanwen/internal/ground/lang"
)

// sentence is a sentence of the catalogue in the way's language and as a reader of another one finds it: a pattern for each of its forms.
type sentence struct {
	zh    string
	there []*regexp.Regexp
}

var (
	gap     = regexp.MustCompile(`\{\d\}`)
	english = sync.OnceValues(func() ([]sentence, error) {
		zh, err := sentences(lang.ZH)
		if err != nil {
			return nil, err
		}
		en, err := sentences(lang.EN)
		if err != nil {
			return nil, err
		}
		var out []sentence
		for key, forms := range zh {
			for _, z := range forms {
				x := sentence{zh: z}
				for _, e := range en[key] {
					parts := gap.Split(e, -1)
					if strings.TrimSpace(strings.Join(parts, "")) == "" { // it says nothing of its own
						continue
					}
					for i := range parts {
						parts[i] = strings.ReplaceAll(regexp.QuoteMeta(strings.Join(strings.Fields(parts[i]), " ")), " ", `\s+`)
					}
					x.there = append(x.there, regexp.MustCompile(strings.Join(parts, `\s*.{0,60}?\s*`)))
				}
				if len(x.there) > 0 {
					out = append(out, x)
				}
			}
		}
		slices.SortFunc(out, func(a, b sentence) int { // the shortest first: what is nothing but the words
			if d := len(a.zh) - len(b.zh); d != 0 {
				return d
			}
			return strings.Compare(a.zh+a.there[0].String(), b.zh+b.there[0].String())
		})
		return out, nil
	})
)

// sentences are the forms of every sentence of a language, as the catalogue writes them.
func sentences(l lang.Lang) (map[string][]string, error) {
	files, err := filepath.Glob(filepath.Join("..", "..", "ground", "lang", "catalogue", "*."+string(l)+".json"))
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var all map[string]any
		if err := json.Unmarshal(b, &all); err != nil {
			return nil, err
		}
		for key, v := range all {
			switch v := v.(type) {
			case string:
				out[key] = []string{v}
			case map[string]any:
				for _, one := range v {
					if text, ok := one.(string); ok {
						out[key] = append(out[key], text)
					}
				}
			}
		}
	}
	return out, nil
}

// meaning tells whether a text says the words of a way in the reader's language, and as what; whole asks for nothing else in it. Words that are in
// no catalogue are of the demonstration, and the same in every language.
type meaning func(text string, whole bool) (as string, ok bool)

// means gives the ways in which the words of a way can stand on a page, the closest first.
func (r *reader) means(words string) []meaning {
	plain := func(text string, whole bool) (string, bool) {
		return words, text == words || !whole && strings.Contains(text, words)
	}
	if r.lang != lang.EN {
		return []meaning{plain}
	}
	r.t.Helper()
	all, err := english()
	if err != nil {
		r.t.Fatal(err)
	}
	var out []meaning
	for _, x := range all {
		if !strings.Contains(x.zh, words) {
			continue
		}
		for _, p := range x.there {
			out = append(out, func(text string, whole bool) (string, bool) {
				at := p.FindStringIndex(text)
				if at == nil || whole && (at[0] > 0 || at[1] < len(text)) {
					return "", false
				}
				return text[at[0]:at[1]], true
			})
		}
	}
	if len(out) == 0 {
		return []meaning{plain}
	}
	// What is nothing but the sentence comes before what only holds it.
	exact := make([]meaning, len(out))
	for i, f := range out {
		exact[i] = func(text string, _ bool) (string, bool) { return f(text, true) }
	}
	return append(exact, out...)
}

// says tells whether a text has the words of a way, in the reader's language.
func (r *reader) says(text, words string) bool {
	r.t.Helper()
	return slices.ContainsFunc(r.means(words), func(f meaning) bool { _, ok := f(text, false); return ok })
}

// TestGuideWordsAreFound: the English words of a way are found where a page says them, and nowhere else.
func TestGuideWordsAreFound(t *testing.T) {
	r := &reader{t: t, lang: lang.EN}
	for _, x := range []struct {
		words, text string
		want        bool
	}{
		{"我也遇到", "Me too", true},
		{"我也遇到", "我也遇到", false},
		{"这里已在办", "Already being done here (2)", true},
		{"七点五十", "今天早上七点五十", true},
		{"吹哨", "Approve", false},
	} {
		if got := r.says(x.text, x.words); got != x.want {
			t.Errorf("%q in %q: %v", x.words, x.text, got)
		}
	}
}
