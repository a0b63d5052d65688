package cluster

import (
	"cmp"
	"slices"

	"sanwen/internal/reading/insight/nearby"
)

// pair is two groups and how alike they are.
type pair struct {
	a, b  uint32 // a < b
	score float32
}

// links are the texts nearest to one that point to groups with which its own may be joined.
func (a *around) links(text uint32, limit float32) []uint32 {
	p := a.at[text]
	b := &a.blocks[p.block]
	n := p.from
	for n < p.from+min(linked, p.n) && float32(b.scores[n])/whole >= limit {
		n++
	}
	return b.texts[p.from:n]
}

// between is how near two texts are of which one is among the nearest of the other.
func (a *around) between(s, t uint32) float32 {
	for range 2 {
		p := a.at[s]
		b := &a.blocks[p.block]
		if i := slices.Index(b.texts[p.from:p.from+p.n], t); i >= 0 {
			return float32(b.scores[int(p.from)+i]) / whole
		}
		s, t = t, s
	}
	return 0
}

// link notes for every text which others point to it.
func (a *around) link(limit float32) {
	a.from = make([]uint32, len(a.at)+1)
	for t := range uint32(len(a.at)) {
		for _, h := range a.links(t, limit) {
			a.from[h]++
		}
	}
	n := uint32(0)
	for t, k := range a.from {
		n += k
		a.from[t] = n // where the next one ends, from behind
	}
	a.to = make([]uint32, n)
	for t := range uint32(len(a.at)) {
		for _, h := range a.links(t, limit) {
			a.from[h]--
			a.to[a.from[h]] = t
		}
	}
}

// merge joins groups, the most alike first, until none are alike enough. Only pairs of which one is in changed are looked at first (nil: all), and later
// those of which one has been joined: what any others have in common is what it was.
func (g *Groups) merge(near *around, changed []uint32) {
	limit := mergeBase + higher(len(g.of))
	if changed == nil {
		for c, in := range g.has {
			if len(in) > 0 {
				changed = append(changed, uint32(c))
			}
		}
	}
	touched := make([]bool, len(g.has))
	for len(changed) > 0 {
		pairs := g.alike(near, limit, changed)
		changed = changed[:0]
		for _, p := range pairs {
			if touched[p.a] || touched[p.b] {
				continue // judged again in the next round, with what it has now
			}
			touched[p.a], touched[p.b] = true, true
			changed = append(changed, p.a)
			for _, t := range g.has[p.b] {
				g.of[t] = p.a
			}
			g.has[p.a] = together(g.has[p.a], g.has[p.b])
			g.has[p.b] = nil
		}
		for _, p := range pairs {
			touched[p.a], touched[p.b] = false, false
		}
	}
}

// together puts two lists in order into one, in the memory of the first if there is enough.
func together(a, b []uint32) []uint32 {
	i, j := len(a)-1, len(b)-1
	a = append(a, b...)
	for k := len(a) - 1; j >= 0; k-- {
		if i >= 0 && a[i] > b[j] {
			a[k] = a[i]
			i--
		} else {
			a[k] = b[j]
			j--
		}
	}
	return a
}

// gather is how many pairs are gathered before those that are there twice are left out.
const gather = 1 << 20

// alike finds pairs of groups with texts near each other whose mean likeness is high enough, the highest first. One of each pair is in changed.
func (g *Groups) alike(near *around, limit float32, changed []uint32) []pair {
	var found []uint64
	single := 0
	for _, c := range changed {
		for _, t := range g.has[c] {
			for _, h := range near.links(t, limit) {
				if b := g.of[h]; b != c {
					found = append(found, uint64(min(b, c))<<32|uint64(max(b, c)))
				}
			}
			for _, o := range near.to[near.from[t]:near.from[t+1]] {
				if b := g.of[o]; b != c {
					found = append(found, uint64(min(b, c))<<32|uint64(max(b, c)))
				}
			}
		}
		if len(found) > single+gather {
			slices.Sort(found)
			found = slices.Compact(found)
			single = len(found)
		}
	}
	slices.Sort(found)
	var out []pair
	for _, k := range slices.Compact(found) {
		p := pair{a: uint32(k >> 32), b: uint32(k)}
		if x, y := g.has[p.a], g.has[p.b]; len(x) == 1 && len(y) == 1 {
			p.score = near.between(x[0], y[0])
		} else {
			p.score = g.mean(p.a, p.b)
		}
		if p.score >= limit {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return out
}

// mean is the mean likeness of the texts of two groups.
func (g *Groups) mean(a, b uint32) float32 {
	var sum float64
	var some [2][sampled]uint32
	x, y := sample(g.has[a], some[0][:0]), sample(g.has[b], some[1][:0])
	var scores [sampled]nearby.Hit
	for i := range y {
		y[i] += g.first
	}
	for _, s := range x {
		for _, h := range g.index.Scores(s+g.first, y, scores[:0]) {
			sum += float64(h.Score * g.left(g.days[s], g.days[h.Text-g.first]))
		}
	}
	return float32(sum / float64(len(x)*len(y)))
}

// sample takes texts evenly over the time of a group.
func sample(in, out []uint32) []uint32 {
	n := min(len(in), sampled)
	for i := range n {
		out = append(out, in[i*len(in)/n])
	}
	return out
}
