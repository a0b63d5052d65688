package topics

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/classify"
	"sanwen/internal/work/voice/words"
)

const (
	// Least is the chance below which nothing is proposed (default of the product), and LeastEarly as long as chances are not calibrated.
	Least      = 0.3
	LeastEarly = 0.15
	// LeastSecond is the chance below which a second topic is not worth reading.
	LeastSecond = 0.05
	// Judged is from how many decisions on chances are calibrated, so that they may be shown as numbers.
	Judged = 250
	// reasons is how many words are shown for a topic.
	reasons = 3
	// atOnce is how many decisions are learned at most while somebody waits for a page.
	atOnce = 1000
)

// Proposal is a topic that may be the right one.
type Proposal struct {
	Category string
	Chance   float64 // 0: there were too few decisions to say
	Sure     bool    // of those that were proposed like this, 95 in 100 were right
	Words    []string
}

// Topics proposes topics. The zero value is ready; one serves all requests.
type Topics struct {
	mu         sync.Mutex
	model      *classify.Model
	generation int64
	next       int64  // number of the record from which on decisions are not learned yet
	from       string // the topics and words that the model was made of
	past       []Outcome
}

// Propose gives at most two topics for what somebody said, the likelier first, or none where the words say too little. Words that call for
// a restricted path, for danger or a crisis are not its business: then it gives none.
func (t *Topics) Propose(tx *db.Tx, topics *org.Catalogue, said string) ([]Proposal, error) {
	if ruled(said) {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.catchUp(tx, topics); err != nil || t.model == nil {
		return nil, err
	}
	return t.guess(said, reasons), nil
}

// guess is Propose without the rules, with so many words for each topic. With one it is for looking back: then nothing is called sure.
func (t *Topics) guess(said string, most int) (out []Proposal) {
	g := t.model.Guesses(said)
	judged := t.model.Learned() >= Judged
	if g[0].Chance < LeastEarly || judged && g[0].Chance < Least {
		return nil
	}
	for i, x := range g[:min(2, len(g))] {
		if i > 0 && x.Chance < LeastSecond {
			break
		}
		p := Proposal{Category: x.Class}
		if judged {
			p.Chance, p.Sure = x.Chance, most > 1 && i == 0 && t.model.Sure(x.Chance)
		}
		for _, r := range t.model.Reasons(said, x.Class, most) {
			p.Words = append(p.Words, r.Text)
		}
		if len(p.Words) > 0 { // what nothing speaks for is only how often the topic comes
			out = append(out, p)
		}
	}
	return out
}

// ruled reports whether words call for a restricted path, for danger or a crisis.
func ruled(said string) bool {
	return words.Suggest(said).Restricted != "" || words.Listen(said, "").Kind != ""
}

// Learned is from how many decisions it has learned.
func (t *Topics) Learned() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.model == nil {
		return 0
	}
	return t.model.Learned()
}

// Follow learns what was decided until ctx ends, piece by piece, so that after a start no page waits for thousands of decisions.
func (t *Topics) Follow(ctx context.Context, d *db.DB, failed func(error)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		more := true
		for more && ctx.Err() == nil {
			err := d.Read(ctx, func(tx *db.Tx) error {
				tx.Asked()
				c, err := org.CatalogueOf(tx)
				if err != nil {
					return err
				}
				t.mu.Lock()
				defer t.mu.Unlock()
				from, model := t.next, t.model
				err = t.catchUp(tx, c)
				more = t.next != from || t.model != model
				return err
			})
			if err != nil {
				more = false
				if ctx.Err() == nil {
					failed(err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// catchUp learns what was decided since the last time, and begins anew where something has to be forgotten or the topics are others.
func (t *Topics) catchUp(tx *db.Tx, topics *org.Catalogue) error {
	generation := int64(0)
	if g, err := db.Maybe[int64](tx, `SELECT generation FROM insight_state WHERE name = 'topics'`); err != nil {
		return err
	} else if g != nil {
		generation = *g
	}
	classes, speak := vocabulary(topics)
	from := fingerprint(classes, speak)
	if t.model == nil || from != t.from || generation > t.generation { // a transaction may see less than another has seen before
		t.model = nil
		if len(classes) < 2 {
			return nil
		}
		t.model, t.from, t.generation, t.next, t.past = classify.New(classes, speak), from, generation, 0, nil
	}
	type row struct {
		Seq                              int64
		Voice, Category, Title, Redacted string
		At                               clock.Millis
	}
	rows, err := db.All[row](tx, `SELECT d.seq, d.voice, d.category, v.title, v.redacted, e.at FROM insight_decision d JOIN voice v ON v.id = d.voice
		JOIN event e ON e.seq = d.seq WHERE d.seq >= $1 AND v.restricted = '' ORDER BY d.seq LIMIT $2`, t.next, atOnce)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t.next = r.Seq + 1
		text, before := Text(r.Title, r.Redacted), Text("", r.Redacted)
		if text == "" {
			continue
		}
		o := Outcome{Voice: r.Voice, Decided: r.Category, Month: string(r.At.Day(tx.Zone()))[:7]}
		if t.model.Knows(r.Category) && !ruled(before) { // what rules and people decide about is nobody's guess
			for i, p := range t.guess(before, 1) {
				o.Proposed[i] = p.Category
				if i == 0 {
					o.Chance = p.Chance
				}
			}
			t.past = append(t.past, o)
		}
		t.model.LearnAfter(before, text, r.Category)
	}
	return nil
}

// Text is what is learned of a voice: its title and words with everything masked that could name somebody.
func Text(title, redacted string) string {
	text := strings.TrimSpace(redacted)
	if title = strings.TrimSpace(title); title != "" && !strings.HasPrefix(text, title) {
		text = title + "\n" + text
	}
	return words.RedactSuggest(strings.TrimSpace(text))
}

// vocabulary are the topics that can be proposed, in the order of the organisation, with the words that speak for each: those that are not
// restricted, and of a topic that has others below it only those, with its words as well.
func vocabulary(c *org.Catalogue) (classes []string, speak map[string][]string) {
	all := slices.DeleteFunc(slices.Clone(c.Categories()), func(k org.Category) bool { return !k.Active })
	above := map[string]bool{}
	for _, k := range all {
		above[k.Parent] = true
	}
	speak = map[string][]string{}
	for _, k := range all {
		if k.Restricted != "" || above[k.Code] {
			continue
		}
		classes = append(classes, k.Code)
		speak[k.Code] = k.Keywords.Codes()
		if p, ok := c.Category(k.Parent); ok {
			speak[k.Code] = append(slices.Clone(speak[k.Code]), p.Keywords.Codes()...)
		}
	}
	return classes, speak
}

// fingerprint is all of a vocabulary.
func fingerprint(classes []string, speak map[string][]string) string {
	var b strings.Builder
	for _, c := range classes {
		b.WriteString(c + "\x00" + strings.Join(speak[c], "\x01") + "\x02")
	}
	return b.String()
}
