package cluster

import (
	"cmp"
	"slices"
)

// pair is two groups and how alike they are.
type pair struct {
	a, b  uint32 // a < b
	score float32
}

// merge joins groups, the most alike first, until none are alike enough.
func (g *Groups) merge(nearest [][]near) {
	apart := map[[2]uint32]bool{} // pairs that were judged and have not changed since
	for {
		pairs := g.alike(nearest, apart)
		if len(pairs) == 0 {
			return
		}
		touched := map[uint32]bool{}
		for _, p := range pairs {
			if touched[p.a] || touched[p.b] {
				continue // judged again in the next round, with what it has now
			}
			touched[p.a], touched[p.b] = true, true
			for _, t := range g.has[p.b] {
				g.of[t] = p.a
			}
			g.has[p.a] = append(g.has[p.a], g.has[p.b]...)
			slices.Sort(g.has[p.a])
			delete(g.has, p.b)
		}
		for k := range apart {
			if touched[k[0]] || touched[k[1]] {
				delete(apart, k)
			}
		}
	}
}

// alike finds pairs of groups with texts near each other whose mean likeness is high enough, the highest first. What is not goes to apart.
func (g *Groups) alike(nearest [][]near, apart map[[2]uint32]bool) []pair {
	limit := mergeBase + higher(len(g.of))
	seen := map[[2]uint32]bool{}
	var out []pair
	for t := range uint32(len(g.of)) {
		a := g.of[t]
		for _, h := range nearest[t][:min(linked, len(nearest[t]))] {
			b := g.of[h.text]
			if a == b || h.score < limit {
				continue
			}
			k := [2]uint32{min(a, b), max(a, b)}
			if seen[k] || apart[k] {
				continue
			}
			seen[k] = true
			if s := g.mean(k[0], k[1]); s >= limit {
				out = append(out, pair{k[0], k[1], s})
			} else {
				apart[k] = true
			}
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
	x, y := sample(g.has[a]), sample(g.has[b])
	for _, s := range x {
		for _, t := range y {
			sum += float64(g.index.Score(s+g.first, t+g.first) * g.left(g.days[s], g.days[t]))
		}
	}
	return float32(sum / float64(len(x)*len(y)))
}

// sample takes texts evenly over the time of a group.
func sample(in []uint32) []uint32 {
	if len(in) <= sampled {
		return in
	}
	out := make([]uint32, sampled)
	for i := range out {
		out[i] = in[i*len(in)/sampled]
	}
	return out
}
