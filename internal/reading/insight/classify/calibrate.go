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
	// per temperature of the grid what each of the past costs at it, as far as it was looked at; below 0: not computed
	costs [hottest + 1][]float64
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
		for _, costs := range m.calm.costs {
			if m.calm.next < len(costs) {
				costs[m.calm.next] = -1
			}
		}
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

// The grid of temperatures: 0.5 to 3 in steps of a twentieth.
const hottest = 50

func heatAt(i int) float64 { return 0.5 + 0.05*float64(i) }

// warm looks for the temperature on a grid that is fine enough, from the last one on: the loss has one valley, and a hundred decisions move it little.
func (c *calibration) warm() {
	here := 10 // as it is without a temperature
	if c.temp != 0 {
		here = int(math.Round((c.temp - heatAt(0)) / 0.05))
	}
	known := c.loss(here)
	for _, step := range []int{-1, 1} {
		for next := here + step; next >= 0 && next <= hottest; next += step {
			loss := c.loss(next)
			if loss > known || step > 0 && loss == known { // of equal ones the lower
				break
			}
			here, known = next, loss
		}
	}
	c.temp = heatAt(here)
}

// loss is how badly chances at a temperature of the grid fit the past.
func (c *calibration) loss(i int) float64 {
	costs := c.costs[i]
	for len(costs) < len(c.past) {
		costs = append(costs, -1)
	}
	c.costs[i] = costs
	var sum float64
	for k := range costs {
		if costs[k] < 0 {
			costs[k] = c.past[k].cost(heatAt(i))
		}
		sum += costs[k]
	}
	return sum
}

// cost is the logarithm of how unlikely what was decided was at a temperature; never below 0.
func (g guessed) cost(t float64) float64 {
	top := float64(slices.Max(g.rows))
	var z float64
	for _, x := range g.rows {
		if float64(x) == top {
			z++
		} else {
			z += math.Exp((float64(x) - top) / t)
		}
	}
	return math.Log(z) - (float64(g.rows[g.y])-top)/t
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
