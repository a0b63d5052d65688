package cluster

import "slices"

// around are, for every text, the texts nearest to it, the nearest first.
type around struct {
	blocks []block
	at     []place // per text
	from   []uint32
	to     []uint32 // texts that have this one among their linked nearest, with enough in common: those of text t from from[t] on
	read   []near   // scratch
}

// block holds the texts nearest to some, and how near they are in parts of whole: a million texts have thirty million of them.
type block struct {
	texts  []uint32
	scores []uint16
}

// whole is what a text has in common with itself.
const whole = 1<<16 - 1

// place is where the texts nearest to one stand.
type place struct {
	block, from uint16
	n           uint16
}

// blockSize is how many stand in one block.
const blockSize = 1 << 15

func (a *around) add(hits []near) {
	last := len(a.blocks) - 1
	if last < 0 || len(a.blocks[last].texts)+len(hits) > blockSize {
		size := min(blockSize, asked*(cap(a.at)-len(a.at)))
		a.blocks = append(a.blocks, block{make([]uint32, 0, size), make([]uint16, 0, size)})
		last++
	}
	b := &a.blocks[last]
	a.at = append(a.at, place{uint16(last), uint16(len(b.texts)), uint16(len(hits))})
	for _, h := range hits {
		b.texts = append(b.texts, h.text)
		b.scores = append(b.scores, uint16(min(h.score, 1)*whole+0.5))
	}
}

// of are the texts nearest to one. They are good until the next are asked for.
func (a *around) of(text uint32) []near {
	p := a.at[text]
	b := &a.blocks[p.block]
	a.read = a.read[:0]
	for i := p.from; i < p.from+p.n; i++ {
		a.read = append(a.read, near{b.texts[i], float32(b.scores[i]) / whole})
	}
	return a.read
}

// Settle joins groups that speak of one problem and lets texts go to where they belong by what is known now. It calls every group by its
// oldest text again.
func (g *Groups) Settle() {
	g.index.Still()
	near := &around{at: make([]place, 0, len(g.of))}
	for t := range uint32(len(g.of)) {
		near.add(g.faded(g.index.Beside(t+g.first, asked, g.grouped()), g.days[t]))
	}
	g.again(near)
	near.link(mergeBase + higher(len(g.of)))
	g.merge(near, nil)
	for range passes {
		moved := g.reassign(near)
		if len(moved) == 0 {
			break
		}
		g.merge(near, moved)
	}
	g.rename()
}

// again lets every text come once more, in the same order.
func (g *Groups) again(near *around) {
	g.has = make([][]uint32, len(g.of))
	g.ones = nil
	limit := joinBase + higher(len(g.of))
	for t := range uint32(len(g.of)) {
		g.of[t] = t
		if c, score := g.nearest(near.of(t), t, t); score >= limit {
			g.of[t] = c
		}
		g.join(t, g.of[t])
	}
}

// reassign looks at every text once again: it stays, goes to a group that is nearer, or is alone. It gives the groups that it has changed.
func (g *Groups) reassign(near *around) (changed []uint32) {
	stay := stayBase + higher(len(g.of))
	for t := range uint32(len(g.of)) {
		from := g.of[t]
		to, score := g.nearest(near.of(t), t, uint32(len(g.of)))
		if score < stay {
			if len(g.has[from]) == 1 {
				continue
			}
			to = uint32(len(g.has)) // a number that nobody has, until it is renamed
			g.has = append(g.has, nil)
		} else if to == from {
			continue
		}
		i, _ := slices.BinarySearch(g.has[from], t)
		if g.has[from] = slices.Delete(g.has[from], i, i+1); len(g.has[from]) == 0 {
			g.has[from] = nil
		}
		i, _ = slices.BinarySearch(g.has[to], t)
		g.has[to] = slices.Insert(g.has[to], i, t)
		g.of[t] = to
		changed = append(changed, from, to)
	}
	return changed
}

// rename calls every group by its oldest text.
func (g *Groups) rename() {
	has := make([][]uint32, len(g.of))
	for _, in := range g.has {
		if len(in) == 0 {
			continue
		}
		has[in[0]] = in
		for _, t := range in {
			g.of[t] = in[0]
		}
	}
	g.has = has
}
