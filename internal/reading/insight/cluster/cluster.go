package cluster

import (
	"cmp"
	"math"
	"slices"

	"sanwen/internal/reading/insight/nearby"
)

// The numbers of the grouping, chosen on the public part of the evaluation data (docs/benchmarks.md).
const (
	// best is with how many of a group's texts another has to have something in common, on average.
	best = 3
	// asked is how many near texts decide.
	asked = 30
	// joinBase is the likeness from which on a text joins a group where there are up to usual texts.
	joinBase = 0.20
	usual    = 4000
	growth   = 0.03
	// mergeBase is the mean likeness of all texts of one group with all of another from which on both are one problem.
	mergeBase = 0.12
	// stayBase is the likeness below which a text is let go from its group.
	stayBase = 0.15
	// linked is how many of the texts nearest to a text point to groups with which its own may be joined.
	linked = 8
	// sampled is how many texts of a group are compared when groups are joined; more change the mean by less than its noise.
	sampled = 8
	// passes is how often texts are looked at again.
	passes = 2
	// aging is how much of a likeness goes with time, and ages after how many days two thirds of that are gone.
	aging = 0.3
	ages  = 60.0
)

// higher is by how much every limit grows with the number of texts, because among more of them some are alike by chance.
func higher(n int) float32 {
	return float32(growth * math.Log10(max(1, float64(n)/usual)))
}

// Groups holds texts in groups. It is not safe for concurrent use.
type Groups struct {
	index *nearby.Index
	first uint32              // number in the index of the first text that is in a group: those before are only known
	days  []float64           // per text
	of    []uint32            // per text: its group
	has   map[uint32][]uint32 // per group: its texts, in the order in which they came
	fade  []float32           // per day between two texts: what is left of a likeness
}

// New makes an empty set of groups.
func New() *Groups {
	g := &Groups{index: nearby.New(), has: map[uint32][]uint32{}, fade: make([]float32, 1024)}
	for d := range g.fade {
		g.fade[d] = float32(1 - aging + aging*math.Exp(-float64(d)/ages))
	}
	return g
}

// Know takes a text that was there before the first one that is grouped: how rare its terms are is counted, but it joins no group.
func (g *Groups) Know(text string) {
	g.index.Add(text)
	g.first++
}

// Of is the group of a text.
func (g *Groups) Of(text uint32) uint32 { return g.of[text] }

// Texts are the texts of a group, in the order in which they came.
func (g *Groups) Texts(group uint32) []uint32 { return g.has[group] }

// Len is the number of texts.
func (g *Groups) Len() int { return len(g.of) }

// near is a text and how much it shares with another, with what time has taken.
type near struct {
	text  uint32
	score float32
}

// faded gives hits as texts of groups, with what time leaves of them, the nearest first.
func (g *Groups) faded(hits []nearby.Hit, day float64, out []near) []near {
	out = out[:0]
	for _, h := range hits {
		t := h.Text - g.first
		out = append(out, near{t, h.Score * g.left(day, g.days[t])})
	}
	slices.SortStableFunc(out, func(a, b near) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text)) })
	return out
}

// left is what the days between two texts leave of their likeness.
func (g *Groups) left(a, b float64) float32 {
	return g.fade[min(len(g.fade)-1, int(math.Abs(a-b)))]
}

// Add takes a text of a day (in days since any fixed one), and gives its number and the group that it joined or began.
func (g *Groups) Add(text string, day float64) (number, group uint32) {
	hits := g.index.Find(text, asked, g.grouped)
	n := g.index.Add(text) - g.first
	group = n
	if c, score := g.nearest(g.faded(hits, day, nil), n); score >= joinBase+higher(len(g.of)) {
		group = c
	}
	g.of = append(g.of, group)
	g.days = append(g.days, day)
	g.has[group] = append(g.has[group], n)
	return n, group
}

// grouped reports whether a text of the index is in a group.
func (g *Groups) grouped(n uint32) bool { return n >= g.first }

// nearest is the group whose best few texts are nearest to a text on average, itself aside. A group with fewer texts is judged by all it has.
// Equal ones: the older.
func (g *Groups) nearest(hits []near, self uint32) (group uint32, score float32) {
	type sum struct {
		group uint32
		of    float32
		n     int
	}
	var sums []sum
	for _, h := range hits {
		if h.text == self {
			continue
		}
		c := g.of[h.text]
		i := slices.IndexFunc(sums, func(s sum) bool { return s.group == c })
		if i < 0 {
			i = len(sums)
			sums = append(sums, sum{group: c})
		}
		if sums[i].n < best {
			sums[i].of += h.score
			sums[i].n++
		}
	}
	for _, s := range sums {
		size := len(g.has[s.group])
		if int(self) < len(g.of) && g.of[self] == s.group {
			size--
		}
		v := s.of / float32(min(best, size))
		if v > score || v == score && s.group < group {
			group, score = s.group, v
		}
	}
	return group, score
}

// Settle joins groups that speak of one problem and lets texts go to where they belong by what is known now. It calls every group by its
// oldest text again.
func (g *Groups) Settle() {
	nearest := make([][]near, len(g.of))
	for t := range nearest {
		hits := g.index.Beside(uint32(t)+g.first, asked, g.grouped)
		nearest[t] = slices.Clip(g.faded(hits, g.days[t], nil))
	}
	g.again(nearest)
	g.merge(nearest)
	for range passes {
		if !g.reassign(nearest, stayBase) {
			break
		}
		g.merge(nearest)
	}
	g.rename()
}

// reassign looks at every text once again: it stays, goes to a group that is nearer, or is alone. It reports whether any went.
func (g *Groups) reassign(nearest [][]near, limit float32) bool {
	stay := limit + higher(len(g.of))
	alone := uint32(len(g.of)) // groups of one that begin here get numbers that nobody has, until they are renamed
	for c := range g.has {
		alone = max(alone, c+1)
	}
	moved := false
	for t := range uint32(len(g.of)) {
		from := g.of[t]
		to, score := g.nearest(nearest[t], t)
		if score < stay {
			if len(g.has[from]) == 1 {
				continue
			}
			to = alone
			alone++
		} else if to == from {
			continue
		}
		in := g.has[from]
		i, _ := slices.BinarySearch(in, t)
		if in = slices.Delete(in, i, i+1); len(in) == 0 {
			delete(g.has, from)
		} else {
			g.has[from] = in
		}
		in = g.has[to]
		i, _ = slices.BinarySearch(in, t)
		g.has[to] = slices.Insert(in, i, t)
		g.of[t] = to
		moved = true
	}
	return moved
}

// again lets every text come once more, in the same order.
func (g *Groups) again(nearest [][]near) {
	clear(g.has)
	limit := joinBase + higher(len(g.of))
	for t := range uint32(len(g.of)) {
		earlier := slices.DeleteFunc(slices.Clone(nearest[t]), func(h near) bool { return h.text > t })
		g.of[t] = t
		if c, score := g.nearest(earlier, t); score >= limit {
			g.of[t] = c
		}
		g.has[g.of[t]] = append(g.has[g.of[t]], t)
	}
}

// rename calls every group by its oldest text.
func (g *Groups) rename() {
	has := make(map[uint32][]uint32, len(g.has))
	for _, in := range g.has {
		has[in[0]] = in
		for _, t := range in {
			g.of[t] = in[0]
		}
	}
	g.has = has
}
