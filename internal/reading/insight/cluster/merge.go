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
	m := merging{Groups: g, near: near, limit: limit, beside: map[uint32][]uint32{}, touched: make([]bool, len(g.has))}
	for len(changed) > 0 {
		pairs := m.alike(changed)
		changed = changed[:0]
		for _, p := range pairs {
			if m.touched[p.a] || m.touched[p.b] {
				continue // judged again in the next round, with what it has now
			}
			m.touched[p.a], m.touched[p.b] = true, true
			changed = append(changed, p.a)
			m.unite(p.a, p.b)
		}
		for _, p := range pairs {
			m.touched[p.a], m.touched[p.b] = false, false
		}
	}
}

// merging is what is known of groups while they are joined.
type merging struct {
	*Groups
	near    *around
	limit   float32
	beside  map[uint32][]uint32 // per group that was asked for: those with texts near its own, by what they were called then; each once
	into    []uint32            // per group that was joined with another: that one, plus one
	touched []bool
	found   []uint32 // scratch
}

// unite puts the second group into the first.
func (m *merging) unite(a, b uint32) {
	x, y := m.besides(a), m.besides(b)
	m.found = append(append(m.found[:0], x...), y...)
	for _, t := range m.has[b] {
		m.of[t] = a
	}
	m.has[a] = together(m.has[a], m.has[b])
	m.has[b] = nil
	if m.into == nil {
		m.into = make([]uint32, len(m.has))
	}
	m.into[b] = a + 1
	m.beside[a] = slices.Clone(m.now(a, m.found))
	delete(m.beside, b)
}

// besides are the groups with texts near those of one, by what they are called now, in order. The texts are asked once: whoever joins brings what it has.
func (m *merging) besides(c uint32) []uint32 {
	if known, ok := m.beside[c]; ok {
		m.beside[c] = m.now(c, known)
		return m.beside[c]
	}
	found := m.found[:0]
	single := 0
	for _, t := range m.has[c] {
		for _, h := range m.near.links(t, m.limit) {
			found = append(found, m.of[h])
		}
		for _, o := range m.near.to[m.near.from[t]:m.near.from[t+1]] {
			found = append(found, m.of[o])
		}
		if len(found) > single+gather {
			found = m.now(c, found)
			single = len(found)
		}
	}
	m.beside[c] = slices.Clone(m.now(c, found))
	m.found = found
	return m.beside[c]
}

// now calls groups what they are called now, each once and in order, without one.
func (m *merging) now(c uint32, groups []uint32) []uint32 {
	n := 0
	for _, b := range groups {
		for m.into != nil && m.into[b] > 0 {
			b = m.into[b] - 1
		}
		if b != c {
			groups[n] = b
			n++
		}
	}
	slices.Sort(groups[:n])
	return slices.Compact(groups[:n])
}

// gather is how many are gathered before those that are there twice are left out.
const gather = 1 << 12

// alike finds pairs of groups with texts near each other whose mean likeness is high enough, the highest first. One of each pair is in changed.
func (m *merging) alike(changed []uint32) []pair {
	var out []pair
	in := m.touched // of changed those that have been looked at: their pairs with later ones are known
	for _, c := range changed {
		if in[c] {
			continue
		}
		in[c] = true
		for _, b := range m.besides(c) {
			if in[b] {
				continue
			}
			p := pair{a: min(b, c), b: max(b, c)}
			if x, y := m.has[p.a], m.has[p.b]; len(x) == 1 && len(y) == 1 {
				p.score = m.near.between(x[0], y[0])
			} else {
				p.score = m.mean(p.a, p.b, m.limit)
			}
			if p.score >= m.limit {
				out = append(out, p)
			}
		}
	}
	for _, c := range changed {
		in[c] = false
	}
	slices.SortFunc(out, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return out
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

// mean is the mean likeness of the texts of two groups, or 0 where the first few tell that it is far below a limit.
func (g *Groups) mean(a, b uint32, limit float32) float32 {
	var sum float64
	var some [2][sampled]uint32
	x, y := sample(g.has[a], some[0][:0]), sample(g.has[b], some[1][:0])
	if len(x) > len(y) {
		x, y = y, x // to ask costs more than to be compared
	}
	var scores [sampled]nearby.Hit
	for i := range y {
		y[i] += g.first
	}
	for i, s := range x {
		for _, h := range g.index.Scores(s+g.first, y, scores[:0]) {
			sum += float64(h.Score * g.left(g.days[s], g.days[h.Text-g.first]))
		}
		if n := (i + 1) * len(y); n >= 2*sampled && sum < float64(limit)*hopeless*float64(n) {
			return 0
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
