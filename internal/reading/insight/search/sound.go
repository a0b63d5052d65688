package search

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"sanwen/internal/ground/db"
)

//go:embed sounds.txt
var soundsText string

// sounds is how characters sound, and which sound alike.
type sounds struct {
	of   map[rune][]string
	like map[string][]rune
}

var soundTable = sync.OnceValue(func() sounds {
	t := sounds{map[rune][]string{}, map[string][]rune{}}
	for line := range strings.Lines(soundsText) {
		syllable, chars, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || syllable == "#" {
			continue
		}
		s := heard(syllable)
		for _, r := range chars {
			if !slices.Contains(t.of[r], s) {
				t.of[r] = append(t.of[r], s)
			}
			if !slices.Contains(t.like[s], r) {
				t.like[s] = append(t.like[s], r)
			}
		}
	}
	return t
})

// heard makes syllables the same that many people do not tell apart: zh and z, ch and c, sh and s, -ng and -n.
func heard(syllable string) string {
	for _, h := range []string{"zh", "ch", "sh"} {
		if strings.HasPrefix(syllable, h) {
			syllable = h[:1] + syllable[2:]
		}
	}
	for _, n := range []string{"ang", "eng", "ing"} {
		if strings.HasSuffix(syllable, n) {
			return strings.TrimSuffix(syllable, "g")
		}
	}
	return syllable
}

// alike lists the characters that sound like one, without itself.
func alike(r rune) []rune {
	t := soundTable()
	var out []rune
	for _, s := range t.of[r] {
		for _, x := range t.like[s] {
			if x != r && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

const (
	guessMost   = 4000 // words that are tried for one
	guessRounds = 24   // of them, how many that texts hold are looked up by right
)

// Guess proposes words for one that nothing holds: such that sound the same, of which the texts of one of the shelves hold one for whoever
// asks. Those of which most texts speak are tried first. It gives "" where there is none.
func Guess(tx *db.Tx, question string, qs []Query) (string, error) {
	parts := strings.Fields(question)
	changed := false
	for i, p := range parts {
		p = Fold(p)
		if n := utf8.RuneCountInString(p); n < 2 || n > 8 {
			continue
		}
		there, err := anywhere(tx, p, qs)
		if err != nil {
			return "", err
		}
		if there {
			continue
		}
		words, err := heldBy(tx, variants(p), qs)
		if err != nil {
			return "", err
		}
		for _, w := range words {
			if there, err = anywhere(tx, w, qs); err != nil {
				return "", err
			}
			if there {
				parts[i], changed = w, true
				break
			}
		}
	}
	if !changed {
		return "", nil
	}
	return strings.Join(parts, " "), nil
}

// anywhere reports whether whoever asks finds a word in one of the shelves.
func anywhere(tx *db.Tx, word string, qs []Query) (bool, error) {
	for _, q := range qs {
		q.Words, q.Limit, q.After, q.Ranked = word, 1, "", false
		h, err := Find(tx, q)
		if err != nil || len(h.Refs) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// variants lists words that sound like one: with one character changed, then with two neighbours changed.
func variants(word string) []string {
	r := []rune(word)
	var out []string
	for i := range r {
		for _, x := range alike(r[i]) {
			w := slices.Clone(r)
			w[i] = x
			out = append(out, string(w))
		}
	}
	for i := 0; i+1 < len(r); i++ {
		for _, x := range alike(r[i]) {
			for _, y := range alike(r[i+1]) {
				if len(out) == guessMost {
					return out
				}
				w := slices.Clone(r)
				w[i], w[i+1] = x, y
				out = append(out, string(w))
			}
		}
	}
	return out
}

// heldBy keeps of some words those that stand in the newest texts of the shelves, the most frequent first. It does not know who asks.
func heldBy(tx *db.Tx, words []string, qs []Query) ([]string, error) {
	wanted := map[pair]bool{}
	for _, w := range words {
		pairs, _ := cover(w)
		for _, p := range pairs {
			wanted[p] = true
		}
	}
	count := map[string]int{}
	for _, q := range qs {
		in := map[pair]bool{} // pairs of the tail
		tail, err := db.All[string](tx, `SELECT text FROM insight_tail WHERE shelf = $1`, q.Shelf)
		if err != nil {
			return nil, err
		}
		for _, t := range tail {
			last := rune(-1)
			for _, r := range t {
				if last >= 0 && wanted[pairOf(last, r)] {
					in[pairOf(last, r)] = true
				}
				last = r
			}
		}
		for _, w := range words {
			if pairs, _ := cover(w); !slices.ContainsFunc(pairs, func(p pair) bool { return !in[p] }) {
				count[w]++
			}
		}
		gs, err := segmentsOf(tx, q.Shelf)
		if err != nil {
			return nil, err
		}
		for _, g := range gs[:min(2, len(gs))] {
			if err := g.count(tx, q.Shelf, words, count); err != nil {
				return nil, err
			}
		}
	}
	held := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return count[w] == 0 })
	slices.SortStableFunc(held, func(a, b string) int { return cmp.Compare(count[b], count[a]) })
	return held[:min(len(held), guessRounds)], nil
}

// count adds to each word how many texts of the segment hold it.
func (g segment) count(tx *db.Tx, s Shelf, words []string, count map[string]int) error {
	f := &finder{Query: Query{Shelf: s}, tx: tx, parts: words}
	pages, err := f.pagesOf([]segment{g})
	if err != nil {
		return err
	}
	lists := map[pair]*list{}
	var whole list
next:
	for _, w := range words {
		pairs, offs := cover(w)
		ls := make([]*list, len(pairs))
		for i, p := range pairs {
			l, ok := lists[p]
			if !ok {
				read, ok := find(pages[pageID(s, g.First, p.bucket(g.Buckets))], p)
				if !ok {
					return damaged(s, g.First)
				}
				l = &read
				lists[p] = l
			}
			if len(l.docs) == 0 {
				continue next
			}
			ls[i] = l
		}
		count[w] += len(phrase(ls, offs, &whole).docs)
	}
	return nil
}
