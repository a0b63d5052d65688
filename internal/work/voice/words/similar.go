package words

import "sort"

// Similarity of two texts is the share of pairs of neighbouring characters that they have in common (Dice's coefficient
// over sets), from 0 to 1. Pairs fit Chinese, where a word is mostly two characters, and do no harm elsewhere.
func Similarity(a, b string) float64 { return dice(PairsOf(a), PairsOf(b)) }

// SimilarEnough is the least similarity that is shown as a suggestion (default of the product).
const SimilarEnough = 0.15

// What being near adds to the likeness (defaults of the product).
const (
	SamePlace   = 0.12
	BesidePlace = 0.08 // another part of the same place, as the women's side of a bathhouse
	SameTopic   = 0.08
)

// Pairs are the pairs of neighbouring characters of a text, by which texts are compared.
type Pairs map[[2]rune]struct{}

// PairsOf takes a text apart. Who compares it with several others does so once.
func PairsOf(s string) Pairs {
	r := Bare(s)
	out := make(Pairs, len(r))
	for i := 1; i < len(r); i++ {
		out[[2]rune{r[i-1], r[i]}] = struct{}{}
	}
	return out
}

func dice(a, b Pairs) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(b) < len(a) {
		a, b = b, a
	}
	common := 0
	for g := range a {
		if _, ok := b[g]; ok {
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// Text is a text to compare with, and how near it is to begin with: the same place or topic adds a little, because two
// short texts about one bathhouse are likelier the same thing than their words tell.
type Text struct {
	ID    string
	Text  string
	Pairs Pairs // of the text; nil: not taken apart yet
	Near  float64
}

// Match is a text that says something similar.
type Match struct {
	ID    string
	Score float64 // 0–1
}

// Rank keeps the texts that are similar enough, the most similar first, at most most.
func Rank(text string, others []Text, most int) []Match {
	g := PairsOf(text)
	var out []Match
	for _, o := range others {
		if o.Pairs == nil {
			o.Pairs = PairsOf(o.Text)
		}
		if s := dice(g, o.Pairs) + o.Near; s >= SimilarEnough {
			out = append(out, Match{o.ID, min(s, 1)})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	if len(out) > most {
		out = out[:most]
	}
	return out
}
