package classify

import (
	"math"
	"slices"

	"sanwen/internal/reading/insight/terms"
)

// The numbers of the learner, chosen on the public part of the evaluation data (docs/benchmarks.md). They belong to a model: one that was
// kept with another Version is learned anew.
const (
	// Version of a kept model.
	Version = 1
	// Limit is how many characters of a text are read. What follows is mostly greetings and repetition, and costs as much.
	Limit = 600
	// lead characters at the beginning of a text count leadWeight times: people say first what it is about.
	lead       = 40
	leadWeight = 2
	// step is how far one decision moves the model.
	step = 4.0
	// biasStep is how far it moves the frequency of a topic by itself; small, so that a quiet topic does not drown.
	biasStep = 0.04
)

// budget is how large the weights may be, in numbers: 2^21 of four bytes are 8 MiB.
const budget = 1 << 21

// feature is a place of the model and how much the text says of it.
type feature struct {
	at    uint32
	value float32
}

// Model proposes one of several topics. It is not safe for concurrent use: its owner holds it under a lock, because it learns.
type Model struct {
	classes []string
	bits    int
	weight  []float32 // place × classes + class
	bias    []float32
	texts   []uint32 // per place: in how many texts it was
	learned int      // decisions
	prior   prior
	calm    calibration
	// scratch of one call
	terms    []terms.Term
	features []feature
	other    []feature
	logit    []float64
	shares   []float64
}

// New makes a model for topics, in an order that stays. Words speak for a topic by its name before anything was
// decided; a topic may have none.
func New(classes []string, words map[string][]string) *Model {
	m := &Model{classes: slices.Clone(classes), bits: bitsFor(len(classes))}
	m.weight = make([]float32, len(classes)<<m.bits)
	m.bias = make([]float32, len(classes))
	m.texts = make([]uint32, 1<<m.bits)
	m.prior = newPrior(m.classes, words)
	m.scratch()
	return m
}

func (m *Model) scratch() {
	m.logit = make([]float64, len(m.classes))
	m.shares = make([]float64, len(m.classes))
}

// bitsFor gives as many places as the budget allows for so many topics, between 2^14 and 2^18.
func bitsFor(classes int) int {
	bits := 18
	for bits > 14 && classes<<bits > budget {
		bits--
	}
	return bits
}

// Classes are the topics in their order.
func (m *Model) Classes() []string { return slices.Clone(m.classes) }

// Learned is the number of decisions the model has seen.
func (m *Model) Learned() int { return m.learned }

// read takes a folded text apart into features, in the order of their places, each with the logarithm of how often the text says it.
func (m *Model) read(text string) []feature {
	m.terms = terms.Of(text, Limit, m.terms[:0])
	first := terms.Count(text, lead)
	f := m.features[:0]
	for i, t := range m.terms {
		v := float32(1)
		if i < first {
			v = leadWeight
		}
		f = append(f, feature{m.place(t), v})
	}
	f = m.sort(f)
	n := 0
	for _, x := range f {
		if n > 0 && f[n-1].at == x.at {
			f[n-1].value += x.value
		} else {
			f[n] = x
			n++
		}
	}
	m.features = f[:n]
	return m.features
}

// digit is how many bits of a place are sorted by at once; two such digits hold every place.
const digit = 9

// sort puts features in the order of their places: by the lower half of the bits, then by the upper one.
func (m *Model) sort(f []feature) []feature {
	if cap(m.other) < len(f) {
		m.other = make([]feature, len(f), 2*len(f))
	}
	from, to := f, m.other[:len(f)]
	for shift := 0; shift < m.bits; shift += digit {
		var starts [1 << digit]int32
		for _, x := range from {
			starts[x.at>>shift&(1<<digit-1)]++
		}
		var sum int32
		for i, n := range starts {
			starts[i], sum = sum, sum+n
		}
		for _, x := range from {
			d := x.at >> shift & (1<<digit - 1)
			to[starts[d]] = x
			starts[d]++
		}
		from, to = to, from
	}
	return from
}

// place is where a term is kept; several terms may share one.
func (m *Model) place(t terms.Term) uint32 { return uint32(t>>20) & (1<<m.bits - 1) }

// logs are the logarithms of small numbers, which are most.
var logs = func() (out [4096]float64) {
	for i := range out {
		out[i] = math.Log(float64(i))
	}
	return out
}()

func logOf(n uint32) float64 {
	if int(n) < len(logs) {
		return logs[n]
	}
	return math.Log(float64(n))
}

// weigh turns counts into weights: rare terms say more, and a long text says no more than a short one.
func (m *Model) weigh(f []feature) []feature {
	all := math.Log(float64(m.learned+1)) + 1
	var sum float64
	for i, x := range f {
		v := logOf(uint32(x.value)+1) * (all - logOf(m.texts[x.at]+1)) // values are whole here
		sum += v * v
		f[i].value = float32(v)
	}
	if sum > 0 {
		n := float32(1 / math.Sqrt(sum))
		for i := range f {
			f[i].value *= n
		}
	}
	return f
}

// learnedLogits are what decisions alone say of a text, per topic.
func (m *Model) learnedLogits(f []feature) []float64 {
	k := len(m.classes)
	for c, b := range m.bias {
		m.logit[c] = float64(b)
	}
	for _, x := range f {
		for c, w := range m.weight[int(x.at)*k:][:k] {
			m.logit[c] += float64(w * x.value)
		}
	}
	return m.logit
}

// softmax turns logits into shares of one, in place.
func softmax(l []float64, heat float64) {
	top := slices.Max(l)
	var sum float64
	for i, x := range l {
		l[i] = math.Exp((x - top) / heat)
		sum += l[i]
	}
	for i := range l {
		l[i] /= sum
	}
}

// Learn takes one decision: this text was of that topic. A topic that the model does not know is passed over and reported as false.
func (m *Model) Learn(text, class string) bool { return m.LearnAfter(text, text, class) }

// LearnAfter is Learn where something else, mostly less, was there to read when the topic was proposed than when it was decided: chances are judged by
// what is said of that, and the model learns from the whole.
func (m *Model) LearnAfter(before, text, class string) bool {
	y := slices.Index(m.classes, class)
	if y < 0 {
		return false
	}
	if before != text {
		before = terms.FoldText(before)
		m.note(before, m.read(before), y)
	}
	whole := before == text
	text = terms.FoldText(text)
	f := m.read(text)
	if whole {
		m.note(text, f, y)
	}
	for _, x := range f {
		m.texts[x.at]++
	}
	m.learned++
	m.stepFrom(m.logits(text, m.weigh(f)), f, y, step)
	return true
}

// step moves the model towards one answer, as if there were no words of a prior.
func (m *Model) step(f []feature, y int, size float64) {
	m.stepFrom(m.learnedLogits(f), f, y, size)
}

// stepFrom moves the model towards one answer from what was said before: where the words of the prior mislead, decisions learn to speak against
// them.
func (m *Model) stepFrom(p []float64, f []feature, y int, size float64) {
	softmax(p, 1)
	p[y]--
	k := len(m.classes)
	for c := range p {
		m.bias[c] -= float32(biasStep / step * size * p[c])
		p[c] *= size
	}
	for _, x := range f {
		w := m.weight[int(x.at)*k:][:k]
		for c := range w {
			w[c] -= float32(p[c]) * x.value
		}
	}
}

// Decision is a text and the topic that people gave it.
type Decision struct {
	Text, Class string
}

// Study learns many decisions at once, going through them rounds times with smaller and smaller steps. That is for a first start with the
// decisions of former years; afterwards Learn takes one at a time. The order of a round is fixed by the number of the round.
func (m *Model) Study(all []Decision, rounds int) (unknown int) {
	type seen struct {
		f []feature
		y int
	}
	texts := make([]seen, 0, len(all))
	for _, d := range all {
		y := slices.Index(m.classes, d.Class)
		if y < 0 {
			unknown++
			continue
		}
		f := slices.Clone(m.read(terms.FoldText(d.Text)))
		for _, x := range f {
			m.texts[x.at]++
		}
		m.learned++
		texts = append(texts, seen{f, y})
	}
	for i := range texts {
		m.weigh(texts[i].f)
	}
	size := 1.5 * step
	for r := range rounds {
		for i := range texts {
			x := texts[turn(i, r, len(texts))]
			m.step(x.f, x.y, size)
		}
		size *= 0.6
	}
	return unknown
}

// turn is the i-th of n in round r: every one once, in an order that looks like none. Its stride has no factor in common with n.
func turn(i, r, n int) int {
	stride := 2*(n/3) + 7919*r + 1
	for gcd(stride, n) != 1 {
		stride++
	}
	return (i*stride + r*101) % n
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Size is how many bytes the model is as it is kept.
func (m *Model) Size() int { return 4 * (len(m.weight) + len(m.bias) + len(m.texts)) }
