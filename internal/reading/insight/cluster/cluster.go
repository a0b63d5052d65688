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
	growth   = 0.01
	// mergeBase is the mean likeness of all texts of one group with all of another from which on both are one problem.
	mergeBase = 0.12
	// stayBase is the likeness below which a text is let go from its group.
	stayBase = 0.15
	// linked is how many of the texts nearest to a text point to groups with which its own may be joined.
	linked = 8
	// sampled is how many texts of a group are compared when groups are joined; more change the mean by less than its noise.
	sampled = 8
	// hopeless is the part of the limit of joining below which the first two samples of texts tell that the others will not make up for it.
	hopeless = 0.5
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
	first uint32     // number in the index of the first text that is in a group: those before are only known
	days  []float64  // per text
	of    []uint32   // per text: its group
	has   [][]uint32 // per group: its texts, in the order in which they came; none where there is no such group
	fade  []float32  // per day between two texts: what is left of a likeness
	ones  []uint32   // where the first texts of new groups go
	// scratch
	hits []near
	sums []sum
}

// sum is what a text shares with the best few of a group.
type sum struct {
	group uint32
	of    float32
	n     int
}

// New makes an empty set of groups.
func New() *Groups {
	g := &Groups{index: nearby.New(), fade: make([]float32, 1024)}
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

// Texts are the texts of a group, in the order in which they came. They are good until something is added or settled.
func (g *Groups) Texts(group uint32) []uint32 {
	if int(group) >= len(g.has) {
		return nil
	}
	return g.has[group]
}

// Len is the number of texts.
func (g *Groups) Len() int { return len(g.of) }

// near is a text and how much it shares with another, with what time has taken.
type near struct {
	text  uint32
	score float32
}

// faded gives hits as texts of groups, with what time leaves of them, the nearest first. They are good until it is called again.
func (g *Groups) faded(hits []nearby.Hit, day float64) []near {
	g.hits = g.hits[:0]
	for _, h := range hits {
		t := h.Text - g.first
		g.hits = append(g.hits, near{t, h.Score * g.left(day, g.days[t])})
	}
	slices.SortFunc(g.hits, func(a, b near) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text)) })
	return g.hits
}

// left is what the days between two texts leave of their likeness.
func (g *Groups) left(a, b float64) float32 {
	return g.fade[min(len(g.fade)-1, int(math.Abs(a-b)))]
}

// Add takes a text of a day (in days since any fixed one), and gives its number and the group that it joined or began.
func (g *Groups) Add(text string, day float64) (number, group uint32) {
	hits, n := g.index.Take(text, asked, g.grouped())
	n -= g.first
	group = n
	if c, score := g.nearest(g.faded(hits, day), n, n); score >= joinBase+higher(len(g.of)) {
		group = c
	}
	g.put(n, group, day)
	return n, group
}

// Keep takes a text of a day and leaves it alone until all are settled: for many texts that are there already. What Settle makes of them is the same.
func (g *Groups) Keep(text string, day float64) {
	n := g.index.Add(text) - g.first
	g.put(n, n, day)
}

// put notes a new text.
func (g *Groups) put(text, group uint32, day float64) {
	g.of = append(g.of, group)
	g.days = append(g.days, day)
	g.has = append(g.has, nil)
	g.join(text, group)
}

// join writes a text at the end of a group.
func (g *Groups) join(text, group uint32) {
	if g.has[group] != nil {
		g.has[group] = append(g.has[group], text)
		return
	}
	if len(g.ones) == cap(g.ones) {
		g.ones = make([]uint32, 0, min(1<<16, len(g.of)+16))
	}
	g.ones = append(g.ones, text)
	g.has[group] = g.ones[len(g.ones)-1 : len(g.ones) : len(g.ones)]
}

// grouped says which texts of the index are in a group.
func (g *Groups) grouped() func(uint32) bool {
	if g.first == 0 {
		return nil
	}
	return func(n uint32) bool { return n >= g.first }
}

// nearest is the group whose best few texts are nearest to a text on average, itself aside, and those from a number on. A group with fewer texts is
// judged by all it has. Equal ones: the older.
func (g *Groups) nearest(hits []near, self, until uint32) (group uint32, score float32) {
	g.sums = g.sums[:0]
	for _, h := range hits {
		if h.text == self || h.text >= until {
			continue
		}
		c := g.of[h.text]
		i := 0
		for i < len(g.sums) && g.sums[i].group != c {
			i++
		}
		if i == len(g.sums) {
			g.sums = append(g.sums, sum{group: c})
		}
		if s := &g.sums[i]; s.n < best {
			s.of += h.score
			s.n++
		}
	}
	for _, s := range g.sums {
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
