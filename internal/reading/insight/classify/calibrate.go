package classify

import (
	"cmp"
	"math"
	"slices"
)

// SurePrecision is how often a topic that is proposed alone has to be right (default of the product).
const SurePrecision = 0.95

const (
	remembered = 2000 // last decisions by which chances are judged
	enough     = 200  // of them before anything is called sure
	every      = 100  // decisions after which the temperature is computed again; always at the same ones, so that every process has the same
)

// calibration remembers what the model would have said before it learned each of the last decisions.
type calibration struct {
	past []guessed
	next int
	seen int     // decisions that were noted
	temp float64 // 0: not computed yet
	// from where on what is proposed was right often enough, for the precision of the last question; computed again after a decision
	limit     float64
	limited   bool
	precision float64 // 0: not computed
}

// guessed is what the model said of a text before it was told, as a row of logits, and the topic that it was.
type guessed struct {
	rows []float32 // logits
	y    int
}

// note predicts before learning. Chances are judged by such predictions alone.
func (m *Model) note(counted []feature, y int) {
	if m.learned < enough/4 {
		return
	}
	m.before = append(m.before[:0], counted...)
	l := m.logits(m.weigh(m.before))
	row := make([]float32, len(l))
	for i, x := range l {
		row[i] = float32(x)
	}
	g := guessed{row, y}
	if len(m.calm.past) < remembered {
		m.calm.past = append(m.calm.past, g)
	} else {
		m.calm.past[m.calm.next] = g
		m.calm.next = (m.calm.next + 1) % remembered
	}
	m.calm.precision = 0
	if m.calm.seen++; m.calm.seen%every == 0 && len(m.calm.past) >= enough {
		m.calm.warm()
	}
}

// heat is the temperature at which the chances of the past fit what was decided best.
func (c *calibration) heat() float64 {
	if c.temp == 0 {
		return 1
	}
	return c.temp
}

// warm looks for the temperature on a grid that is fine enough, from the last one on: the loss has one valley, and a hundred decisions move it little.
func (c *calibration) warm() {
	at := func(i int) float64 { return 0.5 + 0.05*float64(i) }
	const last = 50
	here := 10 // as it is without a temperature
	if c.temp != 0 {
		here = int(math.Round((c.temp - 0.5) / 0.05))
	}
	known := c.loss(at(here))
	for _, step := range []int{-1, 1} {
		for next := here + step; next >= 0 && next <= last; next += step {
			loss := c.loss(at(next))
			if loss > known || step > 0 && loss == known { // of equal ones the lower
				break
			}
			here, known = next, loss
		}
	}
	c.temp = at(here)
}

func (c *calibration) loss(t float64) float64 {
	var sum float64
	for _, g := range c.past {
		top := float64(slices.Max(g.rows))
		var z float64
		for _, x := range g.rows {
			if float64(x) == top {
				z++
			} else {
				z += math.Exp((float64(x) - top) / t)
			}
		}
		sum += math.Log(z) - (float64(g.rows[g.y])-top)/t
	}
	return sum
}

// threshold is the least chance from which on the past was right often enough, and whether there is one.
func (c *calibration) threshold(precision float64) (float64, bool) {
	if len(c.past) < enough {
		return 0, false
	}
	if c.precision != precision {
		c.limit, c.limited = c.judge(precision)
		c.precision = precision
	}
	return c.limit, c.limited
}

func (c *calibration) judge(precision float64) (float64, bool) {
	t := c.heat()
	type one struct {
		chance float64
		right  bool
	}
	all := make([]one, 0, len(c.past))
	for _, g := range c.past {
		best := 0
		for i, x := range g.rows {
			if x > g.rows[best] {
				best = i
			}
		}
		var z float64
		for _, x := range g.rows {
			z += math.Exp(float64(x-g.rows[best]) / t)
		}
		all = append(all, one{1 / z, best == g.y})
	}
	slices.SortFunc(all, func(a, b one) int { return cmp.Compare(b.chance, a.chance) })
	at, ok, right := 0.0, false, 0
	for i, x := range all {
		if x.right {
			right++
		}
		if float64(right) >= precision*float64(i+1) && (i+1 == len(all) || all[i+1].chance < x.chance) {
			at, ok = x.chance, true
		}
	}
	return at, ok
}
