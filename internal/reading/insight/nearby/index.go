package nearby

import (
	"cmp"
	"math"
	"slices"

	"sanwen/internal/reading/insight/terms"
)

// The numbers of the index, chosen on the public part of the evaluation data (docs/benchmarks.md).
const (
	// Limit is how many characters of a text are read: what follows the first two hundred blurs what it is about.
	Limit = 200
	// opening characters at the beginning of a text count openingWeight times: people say first what it is about.
	opening       = 30
	openingWeight = 2
	// power sharpens rarity: a pair counts with its inverse frequency to this power.
	power = 1.5
	// asked is how many of its pairs a question looks up, the rarest first.
	asked = 64
	// atLeast are looked up however many texts hold them, the newest of these: a short text has no rare pair.
	atLeast = 1
	// rescored is how many texts are compared to the last pair.
	rescored = 48
)

// listLimit is the longest list that is worth looking up where n texts are kept: what more texts hold tells none of them apart.
func listLimit(n int) int { return min(2000, max(50, n/100)) }

// held is a term of a text, by its number in the index, and how often the text says it (as its logarithm plus one).
type held struct {
	term uint32
	said float32
}

// Index finds earlier texts. It is not safe for concurrent use while texts are added.
type Index struct {
	number map[terms.Term]uint32
	terms  []terms.Term // per number
	lists  [][]uint32   // per term: the texts that hold it, in the order in which they came
	texts  [][]held     // per text: its terms, in the order of their numbers; nil where the text was dropped
	live   int
	// rare is what a term weighs by the number of texts that hold it, for rareFor texts in all.
	rare    []float32
	rareFor int
	// scratch
	read  []said
	sums  map[uint32]float32
	order []uint32
}

// New makes an empty index.
func New() *Index {
	return &Index{number: map[terms.Term]uint32{}, sums: map[uint32]float32{}}
}

// Len is the number of texts that are kept.
func (x *Index) Len() int { return x.live }

// take reads a text. With grow, terms that were never seen get a number; without, they are left out, because no earlier text holds them.
func (x *Index) take(text string, grow bool) []held {
	x.read = x.read[:0]
	open := opened(text)
	terms.Each(text, Limit, func(t terms.Term, from, to, units int) {
		if units < 2 && !wordlike(text[from]) {
			return
		}
		n, ok := x.number[t]
		if !ok {
			if !grow {
				return
			}
			n = uint32(len(x.lists))
			x.number[t] = n
			x.terms = append(x.terms, t)
			x.lists = append(x.lists, nil)
		}
		w := float32(1)
		if from < open {
			w = openingWeight
		}
		x.read = append(x.read, said{n, w})
	})
	slices.SortFunc(x.read, func(a, b said) int { return cmp.Compare(a.term, b.term) })
	out := make([]held, 0, len(x.read))
	for i := 0; i < len(x.read); {
		j, sum := i, float32(0)
		for ; j < len(x.read) && x.read[j].term == x.read[i].term; j++ {
			sum += x.read[j].times
		}
		out = append(out, held{x.read[i].term, float32(1 + math.Log(float64(sum)))})
		i = j
	}
	return out
}

// said is a term and how often it is said at one point of a text.
type said struct {
	term  uint32
	times float32
}

// opened is where the opening of a text ends, in bytes.
func opened(text string) int {
	n := 0
	for i := range text {
		if n == opening {
			return i
		}
		n++
	}
	return len(text)
}

// wordlike: single Chinese characters say too little to be compared; words of letters and digits (a building, a line) say a lot.
func wordlike(first byte) bool { return first < 0x80 }

// rarity is what a term weighs that so many of all texts hold. It is computed for all frequencies at once, whenever the number of texts has
// grown by a fiftieth: between, a term that becomes more frequent moves along the table.
func (x *Index) rarity(term uint32) float32 {
	df := len(x.lists[term])
	if df < len(x.rare) {
		return x.rare[df]
	}
	return rarity(x.rareFor, df)
}

func rarity(n, df int) float32 {
	return float32(math.Pow(math.Log(float64(max(n, df)+2)/float64(df+1))+1, power))
}

// tabled is up to which frequency rarities are kept in the table; more frequent terms are few.
const tabled = 4096

func (x *Index) tabulate() {
	if x.rare != nil && x.live <= x.rareFor+x.rareFor/50 && x.live >= x.rareFor-x.rareFor/50 {
		return
	}
	x.rareFor = x.live
	x.rare = x.rare[:0]
	for df := range min(tabled, x.live+2) {
		x.rare = append(x.rare, rarity(x.live, df))
	}
}

// Add keeps a text and returns its number; numbers count from 0 in the order of the calls.
func (x *Index) Add(text string) uint32 {
	h := x.take(text, true)
	n := uint32(len(x.texts))
	x.texts = append(x.texts, h)
	for _, t := range h {
		x.lists[t.term] = append(x.lists[t.term], n)
	}
	x.live++
	x.tabulate()
	return n
}

// Drop forgets a text: no question finds it any more, and nothing it alone held is kept. It reports whether the text was there.
func (x *Index) Drop(n uint32) bool {
	if int(n) >= len(x.texts) || x.texts[n] == nil {
		return false
	}
	for _, t := range x.texts[n] {
		l := x.lists[t.term]
		if i, ok := slices.BinarySearch(l, n); ok {
			x.lists[t.term] = slices.Delete(l, i, i+1)
		}
		if len(x.lists[t.term]) == 0 { // nobody says it any more: not even that it was said once is kept
			x.lists[t.term] = nil
			delete(x.number, x.terms[t.term])
			x.terms[t.term] = 0
		}
	}
	x.texts[n] = nil
	x.live--
	x.tabulate()
	return true
}

// Hit is an earlier text and how much it shares with the question, from 0 to 1.
type Hit struct {
	Text  uint32
	Score float32
}

// weighted is a term with what it weighs in one text.
type weighted struct {
	term  uint32
	value float32
}

func (x *Index) weigh(h []held) ([]weighted, float32) {
	out := make([]weighted, len(h))
	var sum float64
	for i, t := range h {
		v := t.said * x.rarity(t.term)
		out[i] = weighted{t.term, v}
		sum += float64(v) * float64(v)
	}
	return out, float32(math.Sqrt(sum))
}

// Find gives up to n texts that share most with a text, the nearest first, among those that keep says yes to (nil: all). Equal ones stand in
// the order in which they came.
func (x *Index) Find(text string, n int, keep func(uint32) bool) []Hit {
	return x.find(x.take(text, false), n, keep)
}

// Beside is Find for a text of the index, without itself.
func (x *Index) Beside(text uint32, n int, keep func(uint32) bool) []Hit {
	return x.find(x.texts[text], n, func(o uint32) bool { return o != text && (keep == nil || keep(o)) })
}

func (x *Index) find(h []held, n int, keep func(uint32) bool) []Hit {
	q, norm := x.weigh(h)
	if norm == 0 {
		return nil
	}
	rare := slices.Clone(q)
	slices.SortFunc(rare, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(len(x.lists[a.term]), len(x.lists[b.term])), cmp.Compare(b.value, a.value), cmp.Compare(a.term, b.term))
	})
	clear(x.sums)
	x.order = x.order[:0]
	limit := listLimit(x.live)
	used := 0
	for _, t := range rare {
		l := x.lists[t.term]
		if len(l) == 0 {
			continue
		}
		if used == asked || len(l) > limit && used >= atLeast {
			break
		}
		used++
		for _, d := range l[max(0, len(l)-limit):] {
			if _, ok := x.sums[d]; !ok {
				if keep != nil && !keep(d) {
					continue
				}
				x.order = append(x.order, d)
			}
			x.sums[d] += t.value * t.value
		}
	}
	slices.SortFunc(x.order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(x.sums[b], x.sums[a]), cmp.Compare(a, b))
	})
	x.order = x.order[:min(len(x.order), max(rescored, n))]
	out := make([]Hit, 0, len(x.order))
	for _, d := range x.order {
		if s := x.cosine(q, norm, x.texts[d]); s > 0 {
			out = append(out, Hit{d, s})
		}
	}
	slices.SortFunc(out, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Text, b.Text)) })
	return out[:min(n, len(out))]
}

// cosine compares a question with a text to the last term.
func (x *Index) cosine(q []weighted, norm float32, d []held) float32 {
	var dot, sum float64
	i := 0
	for _, t := range d {
		v := float64(t.said * x.rarity(t.term))
		sum += v * v
		for i < len(q) && q[i].term < t.term {
			i++
		}
		if i < len(q) && q[i].term == t.term {
			dot += v * float64(q[i].value)
		}
	}
	if sum == 0 {
		return 0
	}
	return float32(dot / (float64(norm) * math.Sqrt(sum)))
}

// Score is how much two kept texts share, from 0 to 1.
func (x *Index) Score(a, b uint32) float32 {
	q, norm := x.weigh(x.texts[a])
	if norm == 0 {
		return 0
	}
	return x.cosine(q, norm, x.texts[b])
}
