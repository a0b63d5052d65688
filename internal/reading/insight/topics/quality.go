package topics

import (
	"cmp"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
	"sanwen/internal/reading/insight/classify"
)

// Outcome is one decision beside what the model says of the words before it learns that decision, as it would have been proposed with the topics and
// words of today. It is worked out again whenever the model is made, so it goes with the voice that it is of.
type Outcome struct {
	Voice    string
	Month    string // "2026-11", of the decision
	Decided  string
	Proposed [2]string // "": nothing was proposed
	Chance   float64   // of the first; 0 as long as there were too few decisions to say
}

// Right reports whether the first proposal was the one that was decided.
func (o Outcome) Right() bool { return o.Proposed[0] == o.Decided }

// AmongTwo reports whether one of the two was.
func (o Outcome) AmongTwo() bool { return o.Right() || o.Proposed[1] == o.Decided }

// Score counts outcomes.
type Score struct {
	Decided  int
	Proposed int
	Right    int
	AmongTwo int
	Hidden   bool // so few, or beside so few, that the numbers are not shown
}

func (s *Score) add(o Outcome) {
	s.Decided++
	if o.Proposed[0] != "" {
		s.Proposed++
	}
	if o.Right() {
		s.Right++
	}
	if o.AmongTwo() {
		s.AmongTwo++
	}
}

// Month is a score of a month, and TopicScore one of a topic with its months.
type Month struct {
	Month string
	Score
}

// TopicScore tells how one topic is proposed.
type TopicScore struct {
	Topic string
	Score
	Months []Month // the same months for all topics, the newest first
}

// Confusion is a pair of topics of which the second was proposed where the first was decided.
type Confusion struct {
	Decided, Proposed string
	N                 int
}

// Quality tells how good proposals are.
type Quality struct {
	Version    int // of the way to learn
	Learned    int
	Calibrated bool // there are enough decisions for chances
	All        Score
	Months     []Month      // the newest first
	Topics     []TopicScore // in the order of the organisation
	Confusions []Confusion  // the most frequent first; of few enough to tell somebody apart none
}

// Least is from how many decisions on a number about them is shown.
const leastShown = 5

// shownMonths is how many months stand beside each topic.
const shownMonths = 6

// Quality looks back over the decisions.
func (t *Topics) Quality(tx *db.Tx, topics *org.Catalogue) (Quality, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := Quality{Version: classify.Version}
	if err := t.catchUpAll(tx, topics); err != nil || t.model == nil {
		return q, err
	}
	q.Learned, q.Calibrated = t.model.Learned(), t.model.Learned() >= Judged
	months, of, both, pairs := map[string]*Score{}, map[string]*Score{}, map[[2]string]*Score{}, map[[2]string]int{}
	for _, o := range t.past {
		q.All.add(o)
		at(months, o.Month).add(o)
		at(of, o.Decided).add(o)
		at(both, [2]string{o.Decided, o.Month}).add(o)
		if o.Proposed[0] != "" && !o.Right() {
			pairs[[2]string{o.Decided, o.Proposed[0]}]++
		}
	}
	for m, s := range months {
		q.Months = append(q.Months, Month{m, *s})
	}
	slices.SortFunc(q.Months, func(a, b Month) int { return cmp.Compare(b.Month, a.Month) })
	hide(q.Months)
	for _, c := range t.model.Classes() {
		if of[c] == nil {
			continue
		}
		x := TopicScore{Topic: c, Score: *of[c]}
		for _, m := range q.Months {
			s := both[[2]string{c, m.Month}]
			if s == nil {
				s = &Score{}
			}
			x.Months = append(x.Months, Month{m.Month, *s})
		}
		x.Hidden = x.Decided < leastShown
		hide(x.Months)
		x.Months = x.Months[:min(shownMonths, len(x.Months))]
		q.Topics = append(q.Topics, x)
	}
	q.All.Hidden = q.All.Decided < leastShown
	for p, n := range pairs {
		if n >= leastShown {
			q.Confusions = append(q.Confusions, Confusion{p[0], p[1], n})
		}
	}
	slices.SortFunc(q.Confusions, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Decided, b.Decided), cmp.Compare(a.Proposed, b.Proposed))
	})
	return q, nil
}

func at[K comparable](m map[K]*Score, k K) *Score {
	if m[k] == nil {
		m[k] = &Score{}
	}
	return m[k]
}

// hide marks the months about which nothing is said: those of few decisions, and so many others that none can be had by subtraction.
func hide(months []Month) {
	cells := make([]few.Cell, len(months))
	for i, m := range months {
		cells[i] = few.Cell{Answers: m.Decided, People: m.Decided}
	}
	for i, h := range (few.Rule{Answers: leastShown}).Hide(cells) {
		months[i].Hidden = h && months[i].Decided > 0
	}
}

// Filter chooses outcomes; empty fields choose all.
type Filter struct {
	Month, Decided, Proposed string
	How                      string // "right", "two", "wrong", "none"
}

func (f Filter) takes(o Outcome) bool {
	switch f.How {
	case "right":
		if !o.Right() {
			return false
		}
	case "two":
		if !o.AmongTwo() {
			return false
		}
	case "wrong":
		if o.Right() || o.Proposed[0] == "" {
			return false
		}
	case "none":
		if o.Proposed[0] != "" {
			return false
		}
	}
	return (f.Month == "" || f.Month == o.Month) && (f.Decided == "" || f.Decided == o.Decided) && (f.Proposed == "" || f.Proposed == o.Proposed[0])
}

// Outcomes lists outcomes, the latest decision first.
func (t *Topics) Outcomes(tx *db.Tx, topics *org.Catalogue, f Filter) ([]Outcome, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.catchUpAll(tx, topics); err != nil {
		return nil, err
	}
	var out []Outcome
	for _, o := range slices.Backward(t.past) {
		if f.takes(o) {
			out = append(out, o)
		}
	}
	return out, nil
}

// catchUpAll is catchUp to the last decision.
func (t *Topics) catchUpAll(tx *db.Tx, topics *org.Catalogue) error {
	for {
		from, model := t.next, t.model
		if err := t.catchUp(tx, topics); err != nil || t.model == nil || t.next == from && t.model == model {
			return err
		}
	}
}

// Taught is a word that decisions have taught the model to take as a sign of a topic.
type Taught struct {
	Word string
	In   int // in how many of the voices that were looked at
	gain float64
}

const (
	// taughtFrom is how many of the latest voices of a topic are looked at for words.
	taughtFrom = 200
	// taughtIn is in how many voices a word has to stand before it is shown: what only one says could tell who it was.
	taughtIn = 5
)

// Taught lists the words that speak most for a topic in its latest voices, beside those that the organisation has given it itself.
func (t *Topics) Taught(tx *db.Tx, topics *org.Catalogue, topic string, most int) ([]Taught, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.catchUpAll(tx, topics); err != nil || t.model == nil {
		return nil, err
	}
	said, err := db.All[string](tx, `SELECT v.redacted FROM insight_decision d JOIN voice v ON v.id = d.voice WHERE d.category = $1 AND v.restricted = ''
		ORDER BY d.seq DESC LIMIT $2`, topic, taughtFrom)
	if err != nil {
		return nil, err
	}
	_, speak := vocabulary(topics)
	by := map[string]*Taught{}
	for _, s := range said {
		for _, r := range t.model.Reasons(Text("", s), topic, 6) {
			if by[r.Text] == nil {
				by[r.Text] = &Taught{Word: r.Text}
			}
			by[r.Text].In++
			by[r.Text].gain += r.Share
		}
	}
	var out []Taught
	for _, w := range by {
		if w.In >= taughtIn && !slices.Contains(speak[topic], w.Word) {
			out = append(out, *w)
		}
	}
	slices.SortFunc(out, func(a, b Taught) int { return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.Word, b.Word)) })
	return out[:min(most, len(out))], nil
}

// Why explains what is proposed for some words: the topics with all words that speak for them, and whether rules stand before it.
func (t *Topics) Why(tx *db.Tx, topics *org.Catalogue, said string) (out []Proposal, rules bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ruled(said) {
		return nil, true, nil
	}
	if err := t.catchUpAll(tx, topics); err != nil || t.model == nil {
		return nil, false, err
	}
	return t.guess(said, 8), false, nil
}

// Words gives the words of a text that speak for a topic, as far as it has learned by now.
func (t *Topics) Words(said, topic string, most int) (out []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.model == nil {
		return nil
	}
	for _, r := range t.model.Reasons(said, topic, most) {
		out = append(out, r.Text)
	}
	return out
}
