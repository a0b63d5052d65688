package alike

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"

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
	// asked is how many of its pairs a question looks up, the rarest first, and reach how many texts it follows from them in all.
	asked = 64
	reach = 16000
	// few is how many texts have to hold a pair before it weighs less than one that a single text holds, and fewTexts the same for the number
	// of all texts.
	few      = 4
	fewTexts = 1024
	// longest is the longest list that is followed whole; of a longer one, the newest so many.
	longest = 1000
	// compared is how many texts are compared to the last pair, at first.
	compared = 48
)

// A code is a pair in a text: a digest of its characters in the upper bits, and how often the text says it in the lower ones.
const (
	timesBits = 6
	timesMask = 1<<timesBits - 1
)

// Codes takes a text apart into codes, in the order of their digests, each once.
func Codes(text string) []uint32 {
	var out []uint32
	open := opened(text)
	terms.Each(text, Limit, func(t terms.Term, from, _, units int) {
		if units < 2 && text[from] >= 0x80 {
			return // single Chinese characters say too little; words of letters and digits (a building, a line) say a lot
		}
		w := uint32(1)
		if from < open {
			w = openingWeight
		}
		out = append(out, uint32(t>>32)&^timesMask|w)
	})
	slices.Sort(out)
	n := 0
	for _, c := range out {
		if n > 0 && out[n-1]&^timesMask == c&^timesMask {
			out[n-1] = c&^timesMask | min(out[n-1]&timesMask+c&timesMask, timesMask)
		} else {
			out[n] = c
			n++
		}
	}
	return out[:n]
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

// saidLog is what so many times weigh.
var saidLog = func() (out [timesMask + 1]float32) {
	for i := range out {
		out[i] = float32(1 + math.Log(float64(max(1, i))))
	}
	return out
}()

// Doc is a text of the index.
type Doc struct {
	Ref   string
	Place string
	Topic string
	Hour  int64 // since 1970
}

// kept is a text with its pairs by the numbers of their lists, in the order of their digests.
type kept struct {
	Doc
	lists []uint32
	times []byte
}

// Index holds texts. Many may ask at once, while nobody changes it.
type Index struct {
	number map[uint32]uint32 // digest → list
	digest []uint32          // of each list
	lists  [][]uint32        // places of the texts that hold a pair, in the order of their numbers
	free   []uint32          // lists that nobody needs
	docs   []kept            // by place; without a ref where the text has gone
	n      []int64           // number of each text, growing
	live   int
	byRef  map[string]uint32
	spot   map[string][]uint32 // places by place code
	rare   [33]float32         // by the length in bits of how many texts hold a pair
	asking sync.Pool
}

// NewIndex makes an empty index.
func NewIndex() *Index {
	x := &Index{number: map[uint32]uint32{}, byRef: map[string]uint32{}, spot: map[string][]uint32{}}
	x.weigh()
	return x
}

// Len is the number of texts.
func (x *Index) Len() int { return x.live }

// weigh computes what pairs weigh, by steps of powers of two of how many texts hold them and of how many there are.
func (x *Index) weigh() {
	all := float64(uint64(1) << bits.Len64(uint64(max(fewTexts, x.live)-1)))
	for i := range x.rare {
		df := float64(max(few, uint64(1)<<i))
		x.rare[i] = float32(math.Pow(math.Log((max(all, df)+2)/(df+1))+1, power))
	}
}

// rarity is what a pair weighs that so many texts hold.
func (x *Index) rarity(df int) float32 { return x.rare[bits.Len32(uint32(max(df, 1)-1))] }

// Put adds a text under a number that is higher than all before. A text of the same ref is replaced.
func (x *Index) Put(n int64, d Doc, codes []uint32) {
	if old, ok := x.byRef[d.Ref]; ok {
		x.Drop(x.n[old])
	}
	k := kept{Doc: d, lists: make([]uint32, len(codes)), times: make([]byte, len(codes))}
	place := uint32(len(x.docs))
	for i, c := range codes {
		l, ok := x.number[c>>timesBits]
		if !ok {
			if len(x.free) > 0 {
				l = x.free[len(x.free)-1]
				x.free = x.free[:len(x.free)-1]
				x.digest[l] = c >> timesBits
			} else {
				l = uint32(len(x.lists))
				x.lists, x.digest = append(x.lists, nil), append(x.digest, c>>timesBits)
			}
			x.number[c>>timesBits] = l
		}
		x.lists[l] = append(x.lists[l], place)
		k.lists[i], k.times[i] = l, byte(c&timesMask)
	}
	x.docs, x.n = append(x.docs, k), append(x.n, n)
	x.byRef[d.Ref] = place
	x.live++
	if d.Place != "" {
		x.spot[d.Place] = append(x.spot[d.Place], place)
	}
	x.grown()
}

// Drop forgets the text of a number: nothing that it alone held is kept. It reports whether the text was there.
func (x *Index) Drop(n int64) bool {
	at, ok := slices.BinarySearch(x.n, n)
	if !ok || x.docs[at].Ref == "" {
		return false
	}
	place := uint32(at)
	d := x.docs[place]
	for _, l := range d.lists {
		if x.lists[l] = without(x.lists[l], place); len(x.lists[l]) == 0 {
			delete(x.number, x.digest[l])
			x.lists[l], x.digest[l] = nil, 0
			x.free = append(x.free, l)
		}
	}
	if d.Place != "" {
		if x.spot[d.Place] = without(x.spot[d.Place], place); len(x.spot[d.Place]) == 0 {
			delete(x.spot, d.Place)
		}
	}
	delete(x.byRef, d.Ref)
	x.docs[place] = kept{}
	x.live--
	x.grown()
	if len(x.docs) > 4096 && len(x.docs) > 2*x.live {
		x.pack()
	}
	return true
}

func without(l []uint32, place uint32) []uint32 {
	if i, ok := slices.BinarySearch(l, place); ok {
		return slices.Delete(l, i, i+1)
	}
	return l
}

// grown weighs anew when the number of texts has passed a power of two.
func (x *Index) grown() {
	if n := x.live; n >= fewTexts && (n&(n-1) == 0 || (n-1)&(n-2) == 0) {
		x.weigh()
	}
}

// pack moves the texts together, so that those which have gone need no room.
func (x *Index) pack() {
	to := make([]uint32, len(x.docs))
	k := uint32(0)
	for i := range x.docs {
		if to[i] = k; x.docs[i].Ref != "" {
			x.docs[k], x.n[k] = x.docs[i], x.n[i]
			k++
		}
	}
	x.docs, x.n = slices.Clone(x.docs[:k]), slices.Clone(x.n[:k])
	for r, p := range x.byRef {
		x.byRef[r] = to[p]
	}
	for _, l := range x.lists {
		for i, p := range l {
			l[i] = to[p]
		}
	}
	for _, l := range x.spot {
		for i, p := range l {
			l[i] = to[p]
		}
	}
}

// weighted is a pair of a question.
type weighted struct {
	list  uint32
	value float32
}

// scratch is the room that one question needs.
type scratch struct {
	sums    []float32 // per place
	touched []uint32
	said    []float32 // per list: what the question says of it
	order   []uint32
}

func (x *Index) room() *scratch {
	s, _ := x.asking.Get().(*scratch)
	if s == nil {
		s = &scratch{}
	}
	if len(s.sums) < len(x.docs) {
		s.sums = make([]float32, len(x.docs)+len(x.docs)/8+64)
	}
	if len(s.said) < len(x.lists) {
		s.said = make([]float32, len(x.lists)+len(x.lists)/8+64)
	}
	s.touched, s.order = s.touched[:0], s.order[:0]
	return s
}

// near is a text of the index beside a question: how much they share in words, from 0 to 1.
type near struct {
	place  uint32
	shared float32
}

// beside gives the texts that share most words with codes, most of them, and so many of the newest of some places, in no particular order. more
// tells that there are others which share words.
func (x *Index) beside(codes []uint32, most int, spots []string, each int) (out []near, more bool) {
	q := make([]weighted, 0, len(codes))
	var sum float64
	for _, c := range codes {
		l, ok := x.number[c>>timesBits]
		df := 0
		if ok {
			df = len(x.lists[l])
		}
		v := saidLog[c&timesMask] * x.rarity(df)
		sum += float64(v) * float64(v)
		if ok {
			q = append(q, weighted{l, v})
		}
	}
	if sum == 0 {
		return nil, false
	}
	norm := math.Sqrt(sum)
	s := x.room()
	defer x.asking.Put(s)
	for _, w := range q {
		s.said[w.list] = w.value
	}
	slices.SortFunc(q, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(len(x.lists[a.list]), len(x.lists[b.list])), cmp.Compare(b.value, a.value), cmp.Compare(x.digest[a.list], x.digest[b.list]))
	})
	left := reach
	for i, w := range q[:min(asked, len(q))] {
		l := x.lists[w.list]
		l = l[max(0, len(l)-longest):]
		if i > 0 && len(l) > left {
			break
		}
		left -= len(l)
		v := w.value * w.value
		for _, d := range l {
			if s.sums[d] == 0 {
				s.touched = append(s.touched, d)
			}
			s.sums[d] += v
		}
	}
	best := x.best(s, most)
	more = len(s.touched) > len(best)
	for _, d := range s.touched {
		s.sums[d] = 0
	}
	for _, code := range spots {
		l := x.spot[code]
		for _, d := range l[max(0, len(l)-each):] {
			if !slices.Contains(best, d) {
				best = append(best, d)
			}
		}
	}
	out = make([]near, 0, len(best))
	for _, d := range best {
		out = append(out, near{d, x.cosine(s, norm, &x.docs[d])})
	}
	for _, w := range q {
		s.said[w.list] = 0
	}
	return out, more
}

// best are the most places of those touched with the highest sums.
func (x *Index) best(s *scratch, most int) []uint32 {
	if len(s.touched) <= most {
		return s.touched[:len(s.touched):len(s.touched)]
	}
	// A heap of the best, the worst of them on top.
	worse := func(a, b uint32) bool {
		if s.sums[a] != s.sums[b] {
			return s.sums[a] < s.sums[b]
		}
		return x.later(a, b) > 0
	}
	h := append(s.order, s.touched[:most]...)
	sink := func(i int) {
		for {
			c := 2*i + 1
			if c >= len(h) {
				return
			}
			if c+1 < len(h) && worse(h[c+1], h[c]) {
				c++
			}
			if !worse(h[c], h[i]) {
				return
			}
			h[i], h[c] = h[c], h[i]
			i = c
		}
	}
	for i := most/2 - 1; i >= 0; i-- {
		sink(i)
	}
	for _, d := range s.touched[most:] {
		if worse(h[0], d) {
			h[0] = d
			sink(0)
		}
	}
	s.order = h
	return h[:most:most]
}

// later is the order of texts that share as much: the newest first, and within an hour by their random ids, so that nothing finer is told.
func (x *Index) later(a, b uint32) int {
	return cmp.Or(cmp.Compare(x.docs[b].Hour, x.docs[a].Hour), cmp.Compare(x.docs[a].Ref, x.docs[b].Ref))
}

// cosine compares what a question says with a text, to the last pair.
func (x *Index) cosine(s *scratch, norm float64, d *kept) float32 {
	var dot, sum float64
	for i, l := range d.lists {
		v := float64(saidLog[d.times[i]] * x.rarity(len(x.lists[l])))
		sum += v * v
		if q := s.said[l]; q != 0 {
			dot += v * float64(q)
		}
	}
	if sum == 0 {
		return 0
	}
	return float32(dot / (norm * math.Sqrt(sum)))
}

// Texts gives the refs of the texts that share most words with a text, the nearest first, with how much, from 0 to 1: for measuring, where there
// are neither places nor days.
func (x *Index) Texts(text string, most int, keep func(ref string) bool) (refs []string, shared []float32) {
	all, _ := x.beside(Codes(text), max(compared, most), nil, 0)
	slices.SortFunc(all, func(a, b near) int { return cmp.Or(cmp.Compare(b.shared, a.shared), x.later(a.place, b.place)) })
	for _, h := range all {
		if ref := x.docs[h.place].Ref; len(refs) < most && h.shared > 0 && keep(ref) {
			refs, shared = append(refs, ref), append(shared, h.shared)
		}
	}
	return refs, shared
}

// codesOf are the codes of a text of the index.
func (x *Index) codesOf(place uint32) []uint32 {
	d := x.docs[place]
	out := make([]uint32, len(d.lists))
	for i, l := range d.lists {
		out[i] = x.digest[l]<<timesBits | uint32(d.times[i])
	}
	return out
}
