package classify

import (
	"math"
	"strings"

	"sanwen/internal/reading/insight/terms"
)

// prior knows the words that speak for each topic.
type prior struct {
	words []keyword
	// by finds a word by its first pair of units, or by its only unit, so that a text is read once for all words together.
	by map[terms.Term][]int
	// some has a bit for each of their digests: most terms begin no word, and need not be looked for.
	some [1 << 10]uint64
}

// bit is where a term has its bit.
func bit(t terms.Term) (word int, mask uint64) {
	return int(t >> 40 & (1<<10 - 1)), 1 << (t >> 50 & 63)
}

// keyword is a word that speaks for a topic, folded as texts are.
type keyword struct {
	word  string
	class int
	said  float64 // how much it says: longer words say more than short ones
}

func newPrior(classes []string, words map[string][]string) prior {
	p := prior{by: map[terms.Term][]int{}}
	for c, class := range classes {
		for _, w := range words[class] {
			w = terms.FoldText(strings.TrimSpace(w))
			var key terms.Term
			terms.Each(w, 0, func(t terms.Term, from, _, units int) {
				if from == 0 && (units == 2 || key == 0) {
					key = t
				}
			})
			if key == 0 {
				continue
			}
			p.by[key] = append(p.by[key], len(p.words))
			at, mask := bit(key)
			p.some[at] |= mask
			p.words = append(p.words, keyword{w, c, math.Sqrt(float64(len([]rune(w))) / 2)})
		}
	}
	return p
}

// find calls f with every word that stands in a folded text, as often as it stands there, and whether it stands in its opening.
func (p *prior) find(text string, f func(word int, opening bool)) {
	if len(p.words) == 0 {
		return
	}
	open := len(cut(text, lead))
	terms.Each(text, Limit, func(t terms.Term, from, _, _ int) {
		if at, mask := bit(t); p.some[at]&mask == 0 {
			return
		}
		for _, i := range p.by[t] {
			if strings.HasPrefix(text[from:], p.words[i].word) {
				f(i, from < open)
			}
		}
	})
}

// shares counts the words of every topic in a folded text and gives each topic its share of all that was found. It reports false where no
// word was found.
func (p *prior) shares(text string, out []float64) bool {
	counts := map[int]float64{}
	var order []int
	p.find(text, func(w int, opening bool) {
		if counts[w] == 0 {
			order = append(order, w)
		}
		counts[w]++
		if opening {
			counts[w] += leadWeight - 1
		}
	})
	clear(out)
	var sum float64
	for _, w := range order { // in the order of the text: sums of fractions depend on it
		v := p.words[w].said * math.Log1p(counts[w])
		out[p.words[w].class] += v
		sum += v
	}
	if sum == 0 {
		return false
	}
	for c := range out {
		out[c] /= sum
	}
	return true
}

// priorWeight is how much the words of the prior weigh after n decisions among so many topics. Of seven: four on the first day, two after five
// hundred, a half from some thousand on. Among more topics it takes more to stand out.
func priorWeight(n, classes int) float64 {
	return max(0.5, 4*500/(500+float64(n))) * max(1, math.Log(float64(classes))/math.Log(7))
}

// logits are what decisions and prior say together of a folded text.
func (m *Model) logits(text string, f []feature) []float64 {
	l := m.learnedLogits(f)
	if m.prior.shares(text, m.shares) {
		w := priorWeight(m.learned, len(m.classes))
		for c := range l {
			l[c] += w * m.shares[c]
		}
	}
	return l
}

// cut is the first n characters of a text.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
