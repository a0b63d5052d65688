package alike

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
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

// A code is a pair in a text, and of a brief text also a character or a sense (brief.go): a digest of it in the upper bits, and in the lower ones what
// it is and how often the text says it.
const (
	lowBits  = 6
	lowMask  = 1<<lowBits - 1
	saidBits = 4
	saidMask = 1<<saidBits - 1
)

// Codes takes a text apart into codes, in the order of their digests, each once.
func Codes(text string) []uint32 {
	var out []uint32
	open := opened(text)
	brief := open == len(text)
	terms.Each(text, Limit, func(t terms.Term, from, to, units int) {
		kind := uint32(pair)
		if units < 2 && text[from] >= 0x80 { // a single Chinese character says little; a word of letters and digits (a building, a line) says a lot
			if !brief || strings.Contains(particles, text[from:to]) {
				return
			}
			kind = char
		}
		w := uint32(1)
		if from < open {
			w = openingWeight
		}
		out = append(out, uint32(t>>32)&^lowMask|kind|w)
	})
	if brief {
		eachSense(text, func(d uint32) { out = append(out, d&^lowMask|sense|openingWeight) })
	}
	slices.Sort(out)
	n := 0
	for _, c := range out {
		if n > 0 && out[n-1]&^lowMask == c&^lowMask {
			out[n-1] = out[n-1]&^saidMask | min(out[n-1]&saidMask+c&saidMask, saidMask)
		} else {
			out[n] = c
			n++
		}
	}
	return out[:n]
}

// isBrief reports whether codes are of a brief text.
func isBrief(codes []uint32) bool {
	return slices.ContainsFunc(codes, func(c uint32) bool { return c&lowMask > saidMask })
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
var saidLog = func() (out [saidMask + 1]float32) {
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

// kept is a text with its codes by the numbers of their lists, in the order of their digests.
type kept struct {
	Doc
	lists []uint32
	said  []byte // what each is and how often it is said
	brief bool
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
	plain  [33]float32         // the same among brief texts
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
	x.rare, x.plain = rarities(all, power), rarities(all, briefPower)
}

// rarity is what a pair weighs that so many texts hold.
func (x *Index) rarity(df int) float32 { return x.rare[bits.Len32(uint32(max(df, 1)-1))] }

// Put adds a text under a number that is higher than all before. A text of the same ref is replaced.
func (x *Index) Put(n int64, d Doc, codes []uint32) {
	if old, ok := x.byRef[d.Ref]; ok {
		x.Drop(x.n[old])
	}
	k := kept{Doc: d, lists: make([]uint32, len(codes)), said: make([]byte, len(codes)), brief: isBrief(codes)}
	place := uint32(len(x.docs))
	for i, c := range codes {
		l, ok := x.number[c>>lowBits]
		if !ok {
			if len(x.free) > 0 {
				l = x.free[len(x.free)-1]
				x.free = x.free[:len(x.free)-1]
				x.digest[l] = c >> lowBits
			} else {
				l = uint32(len(x.lists))
				x.lists, x.digest = append(x.lists, nil), append(x.digest, c>>lowBits)
			}
			x.number[c>>lowBits] = l
		}
		x.lists[l] = append(x.lists[l], place)
		k.lists[i], k.said[i] = l, byte(c&lowMask)
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

// weighted is a code of a question: what it weighs as a pair, and what it weighs while candidates are looked for.
type weighted struct {
	list        uint32
	value, rank float32
}

// scratch is the room that one question needs.
type scratch struct {
	sums    []float32 // per place
	touched []uint32
	said    []float32 // per list: what the question says of it
	brief   []float32 // the same among brief texts
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
		s.brief = make([]float32, len(s.said))
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
	brief := isBrief(codes)
	var sum, sumBrief float64
	for _, c := range codes {
		l, ok := x.number[c>>lowBits]
		df := 0
		if ok {
			df = len(x.lists[l])
		}
		w := weighted{list: l}
		if c&lowMask <= saidMask {
			w.value = saidLog[c&saidMask] * x.rarity(df)
			sum += float64(w.value) * float64(w.value)
		}
		if w.rank = w.value; brief {
			w.rank = x.briefly(byte(c&lowMask), df)
			sumBrief += float64(w.rank) * float64(w.rank)
		}
		if ok {
			q = append(q, w)
		}
	}
	if len(q) == 0 {
		return nil, false
	}
	norm := math.Sqrt(sum)
	s := x.room()
	defer x.asking.Put(s)
	for _, w := range q {
		if s.said[w.list] = w.value; brief {
			s.brief[w.list] = w.rank
		}
	}
	slices.SortFunc(q, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(len(x.lists[a.list]), len(x.lists[b.list])), cmp.Compare(b.rank, a.rank), cmp.Compare(x.digest[a.list], x.digest[b.list]))
	})
	left := reach
	for i, w := range q[:min(asked, len(q))] {
		l := x.lists[w.list]
		l = l[max(0, len(l)-longest):]
		if i > 0 && len(l) > left {
			break
		}
		left -= len(l)
		v := w.rank * w.rank
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
		n := near{place: d}
		if k := &x.docs[d]; brief && k.brief {
			n.shared = x.share(s, sumBrief, k)
		} else {
			n.shared = x.cosine(s, norm, k)
		}
		out = append(out, n)
	}
	for _, w := range q {
		s.said[w.list], s.brief[w.list] = 0, 0
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
		if d.said[i] > saidMask {
			continue
		}
		v := float64(saidLog[d.said[i]] * x.rarity(len(x.lists[l])))
		sum += v * v
		if q := s.said[l]; q != 0 {
			dot += v * float64(q)
		}
	}
	if dot == 0 {
		return 0
	}
	return float32(dot / (norm * math.Sqrt(sum)))
}

// Texts gives the refs of the texts that share most words with a text, the nearest first, with how much, from 0 to 1: for measuring, where there
// are neither places nor days. Where many are not kept, more are looked at, as for somebody who may not see many.
func (x *Index) Texts(text string, most int, keep func(ref string) bool) (refs []string, shared []float32) {
	codes := Codes(text)
	for width := max(compared, most); ; width *= 4 {
		all, more := x.beside(codes, width, nil, 0)
		slices.SortFunc(all, func(a, b near) int { return cmp.Or(cmp.Compare(b.shared, a.shared), x.later(a.place, b.place)) })
		refs, shared = refs[:0], shared[:0]
		for _, h := range all {
			if ref := x.docs[h.place].Ref; len(refs) < most && h.shared > 0 && keep(ref) {
				refs, shared = append(refs, ref), append(shared, h.shared)
			}
		}
		if len(refs) == most || !more || width >= widest {
			return refs, shared
		}
	}
}

// codesOf are the codes of a text of the index.
func (x *Index) codesOf(place uint32) []uint32 {
	d := x.docs[place]
	out := make([]uint32, len(d.lists))
	for i, l := range d.lists {
		out[i] = x.digest[l]<<lowBits | uint32(d.said[i])
	}
	return out
}
