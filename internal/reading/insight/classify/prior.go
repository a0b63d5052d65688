package classify

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"sanwen/internal/reading/insight/terms"
)

// prior knows the words that speak for each topic.
type prior struct {
	words []keyword
	// by finds a word by its first pair of units, or by its only unit, so that a text is read once for all words together.
	by map[terms.Term][]int
	// some has a bit for each of their digests: most terms begin no word, and need not be looked for.
	some [1 << 10]uint64
	// what the text that was read last says
	counts []float64 // per word: how often, its opening counted more
	said   []int     // words in the order in which they came first
	every  []int     // the same, each as often as it came
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
	exact bool    // nothing but its own characters is folded to it
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
			exact := strings.IndexFunc(w, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
			p.words = append(p.words, keyword{w, c, math.Sqrt(float64(len([]rune(w))) / 2), exact})
		}
	}
	p.counts = make([]float64, len(p.words))
	return p
}

// begin forgets what the last text said.
func (p *prior) begin() {
	for _, w := range p.said {
		p.counts[w] = 0
	}
	p.said, p.every = p.said[:0], p.every[:0]
}

// may reports whether some word may begin with a term.
func (p *prior) may(t terms.Term) bool {
	at, mask := bit(t)
	return p.some[at]&mask != 0
}

// look counts the words that begin with a term at one point of a text.
func (p *prior) look(text string, t terms.Term, from int, opening bool) {
	for _, i := range p.by[t] {
		if !p.words[i].begins(text[from:]) {
			continue
		}
		if p.counts[i] == 0 {
			p.said = append(p.said, i)
		}
		p.every = append(p.every, i)
		p.counts[i]++
		if opening {
			p.counts[i] += leadWeight - 1
		}
	}
}

// begins reports whether a text begins with the word, when it is folded as the word is.
func (k *keyword) begins(text string) bool {
	if strings.HasPrefix(text, k.word) {
		return true
	}
	if k.exact {
		return false
	}
	word := k.word
	for _, r := range text {
		first, size := utf8.DecodeRuneInString(word)
		if size == 0 {
			return true
		}
		if terms.Fold(r) != first {
			return false
		}
		word = word[size:]
	}
	return word == ""
}

// shares gives each topic its share of all words that were found in the text that was read last. It reports false where no word was found.
func (p *prior) shares(out []float64) bool {
	clear(out)
	var sum float64
	for _, w := range p.said { // in the order of the text: sums of fractions depend on it
		v := p.words[w].said * math.Log1p(p.counts[w])
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

// logits are what decisions and prior say together of the text that was read last.
func (m *Model) logits(f []feature) []float64 {
	l := m.learnedLogits(f)
	if m.prior.shares(m.shares) {
		w := priorWeight(m.learned, len(m.classes))
		for c := range l {
			l[c] += w * m.shares[c]
		}
	}
	return l
}

// cut is the first n characters of a text.
func cut(s string, n int) string {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		if s[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return s[:at]
}
