package accept

// The three senses. Names: "accept.sense.<code>".
const (
	Gain      = "gain"
	Happiness = "happiness"
	Security  = "security"
)

// What became of a sense. Names: "accept.lift.<code>".
const (
	Stronger = "stronger"
	Same     = "same"
	Weaker   = "weaker"
)

// Senses lists the three senses, Lifts what can become of one.
func Senses() []string { return []string{Gain, Happiness, Security} }
func Lifts() []string  { return []string{Stronger, Same, Weaker} }

// senseOf is the sense that a round asks about: they take turns from matter to matter and from round to round. All who are invited are asked about
// the same one, or an answer would tell something about who gave it.
func senseOf(number string, round int64) string {
	n := int(round)
	for _, c := range number {
		if c >= '0' && c <= '9' {
			n = (n*10 + int(c-'0')) % 3
		}
	}
	return Senses()[n%3]
}

// Lifted is how many said what became of the sense.
func (t Tally) Lifted() int { return t.Lift[Stronger] + t.Lift[Same] + t.Lift[Weaker] }

// NetLift is the share of those to whom it is stronger minus the share to whom it is weaker, in percentage points from -100 to 100, half up; 0
// without any. Source: handbook, metrics 4.5, the question about a single event.
func (t Tally) NetLift() int {
	n := t.Lifted()
	if n == 0 {
		return 0
	}
	d := 200 * (t.Lift[Stronger] - t.Lift[Weaker])
	if d >= 0 {
		return (d + n) / (2 * n)
	}
	return -((-d + n - 1) / (2 * n))
}
