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
	rows    []float32 // of each place: in how many texts it was, then the weight of each topic; side by side, because they are needed together
	bias    []float32
	learned int // decisions
	prior   prior
	calm    calibration
	// scratch of one call
	keys     []uint32 // places of terms, each with a bit that says whether it stands in the opening
	other    []uint32
	features []feature
	before   []feature
	counts   []float32
	logit    []float64
	shares   []float64
}

// New makes a model for topics, in an order that stays. Words speak for a topic by its name before anything was
// decided; a topic may have none.
func New(classes []string, words map[string][]string) *Model {
	m := &Model{classes: slices.Clone(classes), bits: bitsFor(len(classes))}
	m.rows = make([]float32, (len(classes)+1)<<m.bits)
	m.bias = make([]float32, len(classes))
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

// read takes a text apart into features, in the order of their places, each with how often the text says it. On the way it notes which words of
// the prior the text says.
func (m *Model) read(text string) []feature {
	open := len(cut(text, lead))
	keys := m.keys[:0]
	m.prior.begin()
	leads, places := uint32(0), uint32(1)<<m.bits-1
	var low, high [1 << digit]int32 // how many keys have each lower and each upper half
	terms.Each(text, Limit, func(t terms.Term, from, _, units int) {
		if units == 1 { // the pair that a unit ends comes after it
			if leads = 0; from < open {
				leads = 1
			}
		}
		key := place(t, places)<<1 | leads
		keys = append(keys, key)
		low[key&(1<<digit-1)]++
		high[key>>digit]++
		if m.prior.may(t) {
			m.prior.look(text, t, from, from < open)
		}
	})
	m.keys = keys
	f := m.features[:0]
	for _, key := range m.sort(keys, &low, &high) {
		v := float32(1)
		if key&1 != 0 {
			v = leadWeight
		}
		if n := len(f); n > 0 && f[n-1].at == key>>1 {
			f[n-1].value += v
		} else {
			f = append(f, feature{key >> 1, v})
		}
	}
	m.features = f
	return f
}

// digit is how many bits of a key are sorted by at once; two such digits hold every place and a bit beside it.
const digit = 10

// sort puts keys in their order: by the lower half of the bits, then by the upper one. It is told how many have each half.
func (m *Model) sort(keys []uint32, low, high *[1 << digit]int32) []uint32 {
	if cap(m.other) < len(keys) {
		m.other = make([]uint32, len(keys), 2*len(keys))
	}
	var a, b int32
	for i := range low {
		low[i], a = a, a+low[i]
	}
	for i := range high[:2<<m.bits>>digit] {
		high[i], b = b, b+high[i]
	}
	other := m.other[:len(keys)]
	for _, k := range keys {
		d := k & (1<<digit - 1)
		other[low[d]] = k
		low[d]++
	}
	for _, k := range other {
		d := k >> digit & (1<<digit - 1)
		keys[high[d]] = k
		high[d]++
	}
	return keys
}

// place is where a term is kept; several terms may share one.
func (m *Model) place(t terms.Term) uint32 { return place(t, 1<<m.bits-1) }

func place(t terms.Term, places uint32) uint32 { return uint32(t>>20) & places }

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
	stride := len(m.classes) + 1
	counts := m.counts[:0]
	for _, x := range f { // first, and by themselves: memory is waited for once
		counts = append(counts, m.rows[int(x.at)*stride])
	}
	m.counts = counts
	var sum float64
	for i, x := range f {
		v := logOf(uint32(x.value)+1) * (all - logOf(uint32(counts[i])+1)) // values are whole here
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

// count adds a text to those in which its terms were.
func (m *Model) count(f []feature) {
	for _, x := range f {
		m.rows[int(x.at)*(len(m.classes)+1)]++
	}
	m.learned++
}

// weights are those of a place, per topic.
func (m *Model) weights(at uint32) []float32 {
	k := len(m.classes)
	return m.rows[int(at)*(k+1)+1:][:k]
}

// learnedLogits are what decisions alone say of a text, per topic.
func (m *Model) learnedLogits(f []feature) []float64 {
	l := m.logit
	for c, b := range m.bias {
		l[c] = float64(b)
	}
	for ; len(f) >= 4; f = f[4:] { // four at once, added one after the other: memory is waited for once
		p, q, r, s := m.weights(f[0].at), m.weights(f[1].at), m.weights(f[2].at), m.weights(f[3].at)
		a, b, c, d := f[0].value, f[1].value, f[2].value, f[3].value
		p, q, r, s = p[:len(l)], q[:len(l)], r[:len(l)], s[:len(l)]
		for i, sum := range l {
			l[i] = sum + float64(p[i]*a) + float64(q[i]*b) + float64(r[i]*c) + float64(s[i]*d)
		}
	}
	for _, x := range f {
		for i, w := range m.weights(x.at) {
			l[i] += float64(w * x.value)
		}
	}
	return l
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
		m.note(m.read(before), y)
	}
	f := m.read(text)
	if before == text {
		m.note(f, y)
	}
	m.count(f)
	m.stepFrom(m.logits(m.weigh(f)), f, y, step)
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
	for c := range p {
		m.bias[c] -= float32(biasStep / step * size * p[c])
		p[c] *= size
	}
	for _, x := range f {
		w := m.weights(x.at)
		p := p[:len(w)]
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
		f := slices.Clone(m.read(d.Text))
		m.count(f)
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
func (m *Model) Size() int { return 4 * (len(m.rows) + len(m.bias)) }
