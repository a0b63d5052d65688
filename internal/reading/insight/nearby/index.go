package nearby

import (
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
	rescored = 36
	// listMost is the longest list that is worth looking up, whatever the number of texts.
	listMost = 250
)

// listLimit is the longest list that is worth looking up where n texts are kept: what more texts hold tells none of them apart.
func listLimit(n int) int { return min(listMost, max(50, n/100)) }

// held is a term of a text in one word: its number in the index, and how often the text says it.
type held uint32

const (
	oftenBits = 6
	oftenMost = 1<<oftenBits - 1 // more often is as often as this
	termsMost = 1 << (32 - oftenBits)
)

func (h held) term() uint32 { return uint32(h >> oftenBits) }

// said is how much it counts that a text says a term so often: the logarithm plus one.
func (h held) said() float32 { return saids[h&oftenMost] }

var saids = func() (out [oftenMost + 1]float32) {
	for n := 1; n < len(out); n++ {
		out[n] = float32(1 + math.Log(float64(n)))
	}
	return out
}()

// weight is what a term weighs now, and what it weighs in the text with which others are being compared: both are needed at once.
type weight struct{ rare, asked float32 }

// Index finds earlier texts. It is not safe for concurrent use.
type Index struct {
	words   vocabulary
	holders []uint32   // per term: how many texts hold it
	weights []weight   // per term
	lists   [][]uint32 // per term: the newest texts that hold it, in the order in which they came; all, or at least listMost
	texts   []span     // per text: where its terms stand, in the order of their numbers
	blocks  [][]held   // the terms of the texts, one after the other
	live    int
	ones    []uint32 // where the first texts of new lists go
	// rare is what a term weighs by the number of texts that hold it, for rareFor texts in all.
	rare    []float32
	rareFor int
	// lengths are how long the texts are as vectors while nothing changes (Still), else none.
	lengths []float32
	scratch
}

// span is where the terms of a text stand, counted through all blocks, and how many they are.
type span struct{ at, n uint32 }

// dropped stands for a text that was dropped.
var dropped = span{at: math.MaxUint32}

// A block holds blockSize terms; those of one text are in one block.
const (
	blockBits = 18
	blockSize = 1 << blockBits
)

// of are the terms of a text; none where it was dropped.
func (x *Index) of(text uint32) []held {
	s := x.texts[text]
	if s.n == 0 {
		return nil
	}
	at := s.at % blockSize
	return x.blocks[s.at>>blockBits][at : at+s.n]
}

// filter is how many places tell most terms that were not asked from those that were, in memory that is always near.
const filter = 1 << 12

// scratch is memory that questions use one after the other.
type scratch struct {
	said    [filter]bool // one place for each term that was asked, and for others
	read    []uint32
	terms   []held
	sums    []float32 // per text; all zero between questions
	order   []uint32
	keys    []uint64
	best    []uint64
	hits    []Hit
	fetched held // what fetch has read: if nobody kept it, it would not be read
}

// New makes an empty index.
func New() *Index { return &Index{} }

// Len is the number of texts that are kept.
func (x *Index) Len() int { return x.live }

// take reads a text. With grow, terms that were never seen get a number; without, they are left out, because no earlier text holds them. What it
// gives is good until it is called again.
func (x *Index) take(text string, grow bool) []held {
	x.read = x.read[:0]
	open := opened(text)
	terms.Each(text, Limit, func(t terms.Term, from, to, units int) {
		if units < 2 && !wordlike(text[from]) {
			return
		}
		n, ok := x.words.find(t)
		if !ok {
			if !grow || len(x.lists) == termsMost {
				return
			}
			n = x.words.add(t)
			x.lists = append(x.lists, nil)
			x.holders = append(x.holders, 0)
			x.weights = append(x.weights, weight{})
		}
		n *= 2
		if from < open {
			n++
		}
		x.read = append(x.read, n)
	})
	slices.Sort(x.read)
	x.terms = x.terms[:0]
	for i := 0; i < len(x.read); {
		n, often := x.read[i]/2, uint32(0)
		for ; i < len(x.read) && x.read[i]/2 == n; i++ {
			often += 1 + x.read[i]%2*(openingWeight-1)
		}
		x.terms = append(x.terms, held(n<<oftenBits|min(often, oftenMost)))
	}
	return x.terms
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
func (x *Index) rarity(holders uint32) float32 {
	if int(holders) < len(x.rare) {
		return x.rare[holders]
	}
	return rarity(x.rareFor, int(holders))
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
	for t, n := range x.holders {
		x.weights[t].rare = x.rarity(n)
	}
}

// Add keeps a text and returns its number; numbers count from 0 in the order of the calls.
func (x *Index) Add(text string) uint32 { return x.add(x.take(text, true)) }

// add keeps a text by its terms.
func (x *Index) add(h []held) uint32 {
	n := uint32(len(x.texts))
	x.lengths = x.lengths[:0]
	last := len(x.blocks) - 1
	if last < 0 || len(x.blocks[last])+len(h) > blockSize {
		last++
		size := 0 // the first one grows: many indexes have few texts
		if last > 0 {
			size = blockSize
		}
		x.blocks = append(x.blocks, make([]held, 0, size))
	}
	x.texts = append(x.texts, span{uint32(last<<blockBits + len(x.blocks[last])), uint32(len(h))})
	x.blocks[last] = append(x.blocks[last], h...)
	x.sums = append(x.sums, 0)
	for _, h := range h {
		t := h.term()
		x.list(t, n)
		x.holders[t]++
		x.weights[t].rare = x.rarity(x.holders[t])
	}
	x.live++
	x.tabulate()
	return n
}

// list writes a text into the list of a term. Of a list that is twice as long as is ever looked at the older half goes.
func (x *Index) list(t, text uint32) {
	l := x.lists[t]
	switch {
	case l == nil:
		if len(x.ones) == cap(x.ones) {
			x.ones = make([]uint32, 0, min(1<<16, len(x.lists)+64))
		}
		x.ones = append(x.ones, 0)
		l = x.ones[len(x.ones)-1 : len(x.ones)-1 : len(x.ones)]
	case len(l) == 2*listMost:
		l = l[:copy(l, l[listMost:])]
	}
	x.lists[t] = append(l, text)
}

// Drop forgets a text: no question finds it any more, and nothing it alone held is kept. It reports whether the text was there.
func (x *Index) Drop(n uint32) bool {
	if int(n) >= len(x.texts) || x.texts[n] == dropped {
		return false
	}
	gone := x.of(n)
	x.texts[n] = dropped
	x.lengths = x.lengths[:0]
	for i, h := range gone {
		t := h.term()
		x.holders[t]--
		if i, ok := slices.BinarySearch(x.lists[t], n); ok {
			x.lists[t] = slices.Delete(x.lists[t], i, i+1)
			x.refill(t)
		}
		if x.holders[t] == 0 { // nobody says it any more: not even that it was said once is kept
			x.lists[t] = nil
			x.words.drop(t)
		}
		x.weights[t].rare = x.rarity(x.holders[t])
		gone[i] = 0
	}
	x.live--
	x.tabulate()
	return true
}

// refill looks for older texts where a list that does not hold all has become shorter than what is looked at.
func (x *Index) refill(t uint32) {
	l := x.lists[t]
	if len(l) >= listMost || len(l) == int(x.holders[t]) {
		return
	}
	l = slices.Clone(l)
	slices.Reverse(l)
	want := min(2*listMost, int(x.holders[t]))
	for n := l[len(l)-1]; n > 0 && len(l) < want; {
		n--
		if _, ok := slices.BinarySearchFunc(x.of(n), t, func(h held, t uint32) int { return int(h.term()) - int(t) }); ok {
			l = append(l, n)
		}
	}
	slices.Reverse(l)
	x.lists[t] = l
}
