package story

import (
	"fmt"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/quote"
	"sanwen/internal/work/voice/words"
)

// verb puts a line down.
type verb func(p *play, b *block, l *line, at time.Time) error

// verbs are what a line of the story may say. What is about a voice is about the last one said in the block, or the one that
// "v=2" counts.
var verbs map[string]verb

func init() {
	verbs = map[string]verb{
		// who speaks
		"voice": say, "metoo": meToo, "retaliation": retaliation, "notfixed": notFixed,
		"info":      own(func(v *voiceID, l *line) doer { return voice.AddInfo{Voice: v.id, Text: l.text} }),
		"confirm":   own(func(v *voiceID, l *line) doer { return voice.ConfirmSolved{Voice: v.id} }),
		"notsolved": own(func(v *voiceID, l *line) doer { return voice.NotSolved{Voice: v.id, Text: l.text} }),
		"object":    own(func(v *voiceID, l *line) doer { return voice.Object{Voice: v.id, Text: l.text} }),
		"withdraw":  own(func(v *voiceID, l *line) doer { return voice.Withdraw{Voice: v.id} }),

		// triage
		"claim":  triaging("triager", func(v string, _ *block, l *line) doer { return voice.Claim{Voice: v} }),
		"open":   opening,
		"say":    triaging("triager", func(v string, _ *block, l *line) doer { return voice.Say{Voice: v, Text: l.text} }),
		"quote":  triaging("triager", func(v string, _ *block, l *line) doer { return quote.Choose{Voice: v, Text: l.text} }),
		"ask":    triaging("triager", func(v string, _ *block, l *line) doer { return voice.AskInfo{Voice: v, Question: l.text} }),
		"answer": answering,
		"assign": assigning,
		"transfer": triaging("triager", func(v string, _ *block, l *line) doer {
			return voice.Transfer{Voice: v, Unit: l.arg(0), Reason: l.text}
		}),
		"restrict":   triaging("triager", restricting),
		"quarantine": triaging("triager", func(v string, _ *block, l *line) doer { return voice.Quarantine{Voice: v, Reason: l.text} }),
		"free":       triaging("triager", func(v string, _ *block, l *line) doer { return voice.Free{Voice: v, Reason: l.text} }),
		"reject":     rejecting,
		"countersign": triaging("other", func(v string, _ *block, l *line) doer {
			return voice.Countersign{Voice: v, Agree: l.arg(0) != "no", Note: l.text}
		}),
		"merge":    merging,
		"split":    splitting,
		"tocrisis": triaging("triager", func(v string, _ *block, _ *line) doer { return voice.ToCrisis{Voice: v} }),

		// the unit that has a voice
		"vsign": voiceUnit(func(v string, l *line) doer { return assignment.Sign{Subject: event.Ref{Kind: voice.RefKind, ID: v}} }),
		"vreturn": voiceUnit(func(v string, l *line) doer {
			return assignment.Return{Subject: event.Ref{Kind: voice.RefKind, ID: v}, Rule: l.text, Proposed: l.arg(0)}
		}),
		"reply":  replying,
		"accept": accepting,
	}
	for k, v := range matterVerbs {
		verbs[k] = v
	}
}

func (l line) arg(i int) string {
	if i < len(l.args) {
		return l.args[i]
	}
	return ""
}

// voiceStep puts a step about the line's voice down, done by whom the line says, else by the usual role: "handler" is of the unit
// that has the voice then.
func (p *play) voiceStep(b *block, l *line, at time.Time, usual string, do func(tx *db.Tx, who access.Person, voice string) error) error {
	if l.voice < 0 {
		return fmt.Errorf("nobody has said anything")
	}
	v := &b.voices[l.voice]
	p.agenda.Put(at, false, l.where, func(tx *db.Tx) error {
		id := v.id
		if part := l.opt("part", ""); part != "" {
			id = b.last["part"+part]
		} else if l.opt("about", "") == "retaliation" {
			id = b.last["retaliation"]
		}
		unit := ""
		if usual == "handler" {
			got, err := voice.ByID(tx, id)
			if err != nil {
				return err
			}
			unit = got.Lead
		}
		who, err := p.by(tx, b, l, usual, unit)
		if err != nil {
			return err
		}
		return do(tx, who, id)
	})
	return nil
}

// triaging makes a verb of a decision of triage.
func triaging(usual string, make func(v string, b *block, l *line) doer) verb {
	return func(p *play, b *block, l *line, at time.Time) error {
		return p.voiceStep(b, l, at, usual, func(tx *db.Tx, who access.Person, v string) error { return make(v, b, l).Do(tx, who) })
	}
}

// opening is the verb "open": somebody reads the original words, for a reason.
func opening(p *play, b *block, l *line, at time.Time) error {
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, who access.Person, v string) error {
		_, err := voice.OpenText{Voice: v, Reason: l.text}.Do(tx, who)
		return err
	})
}

// reading is what triage makes of a voice: the block's title and topic, words without what tells who wrote.
func (p *play) reading(tx *db.Tx, b *block, l *line, id string) (voice.Reading, error) {
	v, err := voice.ByID(tx, id)
	if err != nil {
		return voice.Reading{}, err
	}
	r := voice.Reading{Title: first(l.sub1("title"), v.Title, b.head["title"]), Category: first(l.opt("category", ""), b.head["category"])}
	if v.Category != "" && l.opt("category", "") == "" {
		r.Category = v.Category // a part of a split voice has a topic of its own
	}
	if v.Kind == voice.Unsure {
		r.Kind = voice.Kind(first(b.head["kind"], string(voice.Problem)))
	}
	if v.Level.Hidden() && v.Redaction != "made" {
		r.Redacted = first(l.sub1("redacted"), words.RedactSuggest(v.Text))
	}
	if b.head["named"] != "" {
		r.Units = strings.Fields(b.head["named"])
	}
	return r, nil
}

func first(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

func (p *play) replyOf(l *line) (voice.Reply, error) {
	r := voice.Reply{Result: l.arg(0), Text: l.text, Rule: l.sub1("rule"), Decider: l.sub1("decider")}
	if d := l.opt("day", ""); d != "" {
		day, err := p.days.day(d)
		if err != nil {
			return r, err
		}
		r.Day = day
	}
	return r, nil
}

// answering is the verb "answer RESULT [day=…]: words".
func answering(p *play, b *block, l *line, at time.Time) error {
	r, err := p.replyOf(l)
	if err != nil {
		return err
	}
	p.thank(b, at)
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, who access.Person, v string) error {
		read, err := p.reading(tx, b, l, v)
		if err != nil {
			return err
		}
		read.Category = first(read.Category, "U")
		return voice.AnswerDirectly{Voice: v, Reading: read, Reply: r}.Do(tx, who)
	})
}

// replying is the verb "reply RESULT: words" of the unit that has the voice.
func replying(p *play, b *block, l *line, at time.Time) error {
	r, err := p.replyOf(l)
	if err != nil {
		return err
	}
	p.thank(b, at)
	return p.voiceStep(b, l, at, "handler", func(tx *db.Tx, who access.Person, v string) error {
		return voice.AnswerAssigned{Voice: v, Reply: r}.Do(tx, who)
	})
}

// assigning is the verb "assign LEAD [CO …]: words for the submitter".
func assigning(p *play, b *block, l *line, at time.Time) error {
	if len(l.args) == 0 {
		return fmt.Errorf("to whom?")
	}
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, who access.Person, v string) error {
		read, err := p.reading(tx, b, l, v)
		if err != nil {
			return err
		}
		return voice.AssignForAnswer{Voice: v, Reading: read, Lead: l.args[0], Co: l.args[1:], Say: l.text, Note: l.sub1("note")}.Do(tx, who)
	})
}

// voiceUnit makes a verb of what the unit does that has the voice.
func voiceUnit(make func(v string, l *line) doer) verb {
	return func(p *play, b *block, l *line, at time.Time) error {
		return p.voiceStep(b, l, at, "handler", func(tx *db.Tx, who access.Person, v string) error { return make(v, l).Do(tx, who) })
	}
}

func restricting(v string, b *block, l *line) doer {
	return voice.Restrict{Voice: v, Class: l.arg(0), Reason: l.text, Units: strings.Fields(b.head["named"])}
}

// rejecting is the verb "reject REASON [DOOR]: words".
func rejecting(p *play, b *block, l *line, at time.Time) error {
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, who access.Person, v string) error {
		read, err := p.reading(tx, b, l, v)
		if err != nil {
			return err
		}
		read.Redacted = ""
		return voice.Reject{Voice: v, Reading: read, Reason: l.arg(0), Door: l.arg(1), Text: l.text}.Do(tx, who)
	})
}

// merging is the verb "merge BLOCK": handled with the first voice of that block.
func merging(p *play, b *block, l *line, at time.Time) error {
	other := p.byName[l.arg(0)]
	if other == nil || len(other.voices) == 0 {
		return fmt.Errorf("no voice in %q", l.arg(0))
	}
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, who access.Person, v string) error {
		return voice.Merge{Voice: v, Into: other.voices[0].id, Say: l.text}.Do(tx, who)
	})
}

// splitting is the verb "split: words" with indented "part CATEGORY: text of the part". Later lines name a part by "part=1".
func splitting(p *play, b *block, l *line, at time.Time) error {
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, who access.Person, v string) error {
		in := voice.Split{Voice: v, Say: l.text}
		for _, s := range l.subs("part") {
			in.Parts = append(in.Parts, voice.Part{Text: s.text, Category: s.args[0], Title: words.Excerpt(s.text, 24)})
		}
		ids, err := in.Do(tx, who)
		for i, id := range ids {
			b.last[fmt.Sprintf("part%d", i+1)] = id
		}
		return err
	})
}

// accepting is the verb "accept: words": who is called by the duty roster says that he comes.
func accepting(p *play, b *block, l *line, at time.Time) error {
	return p.voiceStep(b, l, at, "triager", func(tx *db.Tx, _ access.Person, v string) error {
		got, err := voice.ByID(tx, v)
		if err != nil {
			return err
		}
		for _, all := range p.Holders {
			for _, h := range all {
				if h.ID == got.Officer {
					who, err := p.actor(tx, h)
					if err != nil {
						return err
					}
					return voice.AcceptHazard{Voice: v, Note: l.text}.Do(tx, who)
				}
			}
		}
		return fmt.Errorf("nobody is called")
	})
}

// dayOf is the day of a time.
func (p *play) dayOf(t time.Time) clock.Day { return clock.DayOf(t, p.days.cal.Zone()) }
