package nearby

import (
	"math"
	"slices"
)

// Hit is an earlier text and how much it shares with the question, from 0 to 1.
type Hit struct {
	Text  uint32
	Score float32
}

// none is the number of no text.
const none = math.MaxUint32

// Find gives up to n texts that share most with a text, the nearest first, among those that keep says yes to (nil: all). Equal ones stand in
// the order in which they came. The answer is good until the next question.
func (x *Index) Find(text string, n int, keep func(uint32) bool) []Hit {
	return x.find(x.take(text, false), none, n, keep)
}

// Take is Find and then Add: what was there before, and the number of the text.
func (x *Index) Take(text string, n int, keep func(uint32) bool) ([]Hit, uint32) {
	h := x.take(text, true)
	hits := x.find(h, none, n, keep)
	return hits, x.add(h)
}

// Beside is Find for a text of the index, without itself.
func (x *Index) Beside(text uint32, n int, keep func(uint32) bool) []Hit {
	return x.find(x.of(text), text, n, keep)
}

// ask notes what every term weighs in a text, until forget, and gives the length of the text as a vector. What nobody holds is left aside.
func (x *Index) ask(h []held) float64 {
	var sum float64
	for _, t := range h {
		if n := t.term(); x.holders[n] > 0 {
			v := t.said() * x.weights[n].rare
			x.weights[n].asked = v
			x.said[n%filter] = true
			sum += float64(v) * float64(v)
		}
	}
	return math.Sqrt(sum)
}

func (x *Index) forget(h []held) {
	for _, t := range h {
		n := t.term()
		x.weights[n].asked = 0
		x.said[n%filter] = false
	}
}

// Still measures all texts, so that many questions one after the other take less. It holds until a text is added or dropped.
func (x *Index) Still() {
	x.lengths = slices.Grow(x.lengths[:0], len(x.texts))
	for t := range x.texts {
		x.lengths = append(x.lengths, float32(x.length(x.of(uint32(t)))))
	}
}

// length is how long a text is as a vector.
func (x *Index) length(h []held) float64 {
	var sum float64
	for _, t := range h {
		v := float64(t.said() * x.weights[t.term()].rare)
		sum += v * v
	}
	return math.Sqrt(sum)
}

// cosine compares the text that was asked with another to the last term.
func (x *Index) cosine(norm float64, other uint32) float32 {
	var dot float64
	h := x.of(other)
	for _, t := range h {
		n := t.term()
		if x.said[n%filter] {
			w := x.weights[n]
			dot += float64(t.said()*w.rare) * float64(w.asked)
		}
	}
	switch {
	case dot == 0:
		return 0
	case len(x.lengths) > 0:
		return float32(dot / (norm * float64(x.lengths[other])))
	}
	return float32(dot / (norm * x.length(h)))
}

// fetch reads a little of the terms of some texts, so that all of them are on their way from memory before the first is compared.
func (x *Index) fetch(texts []uint32) {
	var sum held
	for _, t := range texts {
		if h := x.of(t); len(h) > 0 {
			sum += h[0] + h[len(h)/2] + h[len(h)-1]
		}
	}
	x.fetched = sum
}

func (x *Index) find(h []held, self uint32, n int, keep func(uint32) bool) []Hit {
	x.hits = x.hits[:0]
	norm := x.ask(h)
	if norm > 0 {
		x.look(h, self, keep)
		near := x.most(max(rescored, n))
		x.fetch(near)
		for _, d := range near {
			if s := x.cosine(norm, d); s > 0 {
				x.hits = append(x.hits, Hit{d, s})
			}
		}
	}
	x.forget(h)
	x.keys = x.keys[:0]
	for _, h := range x.hits {
		x.keys = append(x.keys, key(h.Score, h.Text))
	}
	slices.Sort(x.keys)
	x.hits = x.hits[:min(n, len(x.hits))]
	for i := range x.hits {
		x.hits[i] = hit(x.keys[len(x.keys)-1-i])
	}
	return x.hits
}

// key orders texts by what they share and, where that is equal, by which came last.
func key(score float32, text uint32) uint64 {
	return uint64(math.Float32bits(score))<<32 | uint64(^text)
}

func hit(key uint64) Hit { return Hit{^uint32(key), math.Float32frombits(uint32(key >> 32))} }

// look adds up in sums, for the texts that hold the rarest terms of what was asked, what these weigh; order are the texts.
func (x *Index) look(h []held, self uint32, keep func(uint32) bool) {
	x.keys = x.keys[:0]
	for i, t := range h { // the rarest first, of equally rare ones what weighs most
		if n := x.holders[t.term()]; n > 0 {
			x.keys = append(x.keys, uint64(min(n, 1<<24-1))<<40|uint64(math.MaxInt32-math.Float32bits(x.weights[t.term()].asked))<<9|uint64(i))
		}
	}
	slices.Sort(x.keys)
	x.order = x.order[:0]
	limit := listLimit(x.live)
	for used, k := range x.keys {
		t := h[k&(1<<9-1)].term()
		l := x.lists[t]
		if used == asked || int(k>>40) > limit && used >= atLeast {
			break
		}
		v := x.weights[t].asked
		v *= v
		for _, d := range l[max(0, len(l)-limit):] {
			s := x.sums[d]
			if s == 0 {
				if d == self || keep != nil && !keep(d) {
					continue
				}
				x.order = append(x.order, d)
			}
			x.sums[d] = s + v
		}
	}
}

// most are the n texts of order with the highest sums, of equal ones those that came first, in no order. The sums are cleared.
func (x *Index) most(n int) []uint32 {
	x.best = x.best[:0]
	least := uint64(0)
	for _, d := range x.order {
		k := key(x.sums[d], d)
		x.sums[d] = 0
		if k < least {
			continue
		}
		if x.best = append(x.best, k); len(x.best) == 4*n {
			least = highest(x.best, n)
			x.best = x.best[:n]
		}
	}
	if len(x.best) > n {
		highest(x.best, n)
		x.best = x.best[:n]
	}
	x.order = x.order[:0]
	for _, k := range x.best {
		x.order = append(x.order, hit(k).Text)
	}
	return x.order
}

// highest brings the n highest of more than n different keys to the front, in no order, and gives the least of these.
func highest(keys []uint64, n int) uint64 {
	from, to := 0, len(keys)
	for from < to { // the n-th highest is between
		a, b, c := keys[from], keys[(from+to)/2], keys[to-1]
		middle := max(min(a, b), min(max(a, b), c))
		i, j := from, to-1
		for i <= j {
			for keys[i] > middle {
				i++
			}
			for keys[j] < middle {
				j--
			}
			if i <= j {
				keys[i], keys[j] = keys[j], keys[i]
				i++
				j--
			}
		}
		switch {
		case n-1 <= j:
			to = j + 1
		case n-1 >= i:
			from = i
		default:
			from = to
		}
	}
	return keys[n-1]
}

// Score is how much two kept texts share, from 0 to 1.
func (x *Index) Score(a, b uint32) float32 {
	x.hits = x.Scores(a, []uint32{b}, x.hits[:0])
	if len(x.hits) == 0 {
		return 0
	}
	return x.hits[0].Score
}

// Scores appends to out how much one kept text shares with each of some others.
func (x *Index) Scores(a uint32, others []uint32, out []Hit) []Hit {
	h := x.of(a)
	norm := x.ask(h)
	x.fetch(others)
	for _, b := range others {
		out = append(out, Hit{b, x.cosine(norm, b)})
	}
	x.forget(h)
	return out
}
