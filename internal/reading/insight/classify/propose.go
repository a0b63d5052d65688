package classify

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"sanwen/internal/reading/insight/terms"
)

// Knows reports whether a topic is one of the model's.
func (m *Model) Knows(class string) bool { return slices.Contains(m.classes, class) }

// Guess is a topic and how likely it is.
type Guess struct {
	Class string
	// Chance is calibrated on decisions that the model had not seen: of texts with 0.9, nine in ten were of that topic.
	Chance float64
}

// Guesses gives all topics, the likeliest first. Equal chances stand in the order of the topics.
func (m *Model) Guesses(text string) []Guess {
	l := m.logits(m.weigh(m.read(text)))
	softmax(l, m.calm.heat())
	out := make([]Guess, len(m.classes))
	for c := range l {
		out[c] = Guess{m.classes[c], l[c]}
	}
	slices.SortStableFunc(out, func(a, b Guess) int { return cmp.Compare(b.Chance, a.Chance) })
	return out
}

// Sure reports whether a chance is high enough to be proposed as the one topic: of the last decisions, those with at least this chance were
// right in 95 of 100. With too few decisions nothing is sure.
func (m *Model) Sure(chance float64) bool {
	at, ok := m.calm.threshold(SurePrecision)
	return ok && chance >= at
}

// Reason is a piece of a text that speaks for a topic, and how much of all that speaks for it.
type Reason struct {
	Text  string
	Share float64
}

// Reasons gives up to n pieces of the text that speak most for a topic against the average of the others: pairs of characters and words as
// they stand in the text, and words of the prior. Single characters are passed over; they convince nobody.
func (m *Model) Reasons(text, class string, n int) []Reason {
	y := slices.Index(m.classes, class)
	if y < 0 {
		return nil
	}
	text = terms.FoldText(text)
	f := m.weigh(m.read(text))
	value := make(map[uint32]float32, len(f))
	for _, x := range f {
		value[x.at] = x.value
	}
	k := len(m.classes)
	says := map[string]float64{}
	terms.Each(text, Limit, func(t terms.Term, from, to int, units int) {
		piece := text[from:to]
		if units < 2 && len([]rune(piece)) < 2 {
			return
		}
		at := m.place(t)
		w := m.weights(at)
		var others float64
		for c, x := range w {
			if c != y {
				others += float64(x)
			}
		}
		if v := (float64(w[y]) - others/math.Max(1, float64(k-1))) * float64(value[at]); v > 0 {
			says[piece] = v
		}
	})
	if m.prior.shares(m.shares) && m.shares[y] > 0 {
		for _, w := range m.prior.every {
			if k := m.prior.words[w]; k.class == y {
				says[k.word] += priorWeight(m.learned, len(m.classes)) * m.shares[y] / 2
			}
		}
	}
	var sum float64
	out := make([]Reason, 0, len(says))
	for t, v := range says {
		out = append(out, Reason{t, v})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Share != out[j].Share {
			return out[i].Share > out[j].Share
		}
		return out[i].Text < out[j].Text
	})
	for _, r := range out { // summed in the order of the list, so that the same text gives the same figures
		sum += r.Share
	}
	said := out[:0]
	for _, r := range out {
		if len(said) < n && !slices.ContainsFunc(said, func(o Reason) bool { return overlap(text, o.Text, r.Text) }) {
			said = append(said, Reason{r.Text, r.Share / sum})
		}
	}
	return said
}

// overlap reports whether one piece of a text holds the other, or the end of one is the beginning of the other: they say the same thing twice.
func overlap(text, a, b string) bool {
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	for _, x := range [][2]string{{a, b}, {b, a}} {
		_, size := utf8.DecodeRuneInString(x[1])
		if strings.HasSuffix(x[0], x[1][:size]) && strings.Contains(text, x[0]+x[1][size:]) {
			return true
		}
	}
	return false
}
