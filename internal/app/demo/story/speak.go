package story

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// doer is an action that gives nothing back.
type doer interface {
	Do(tx *db.Tx, who access.Person) error
}

// say is the verb "voice LEVEL [KIND] [@PLACE] [by=me] [unit=U02] [channel=crew] [photo=scene]": somebody says something.
func say(p *play, b *block, l *line, at time.Time) error {
	in := voice.Register{Level: voice.Named, Keys: p.Keys, Text: l.text, Place: b.head["place"], Unit: l.opt("unit", ""), Channel: voice.Channel(l.opt("channel", ""))}
	for _, a := range l.args {
		switch {
		case strings.HasPrefix(a, "@"):
			in.Place = a[1:]
		case voice.Level(a).Valid():
			in.Level = voice.Level(a)
		case voice.Kind(a).Valid():
			in.Kind = voice.Kind(a)
		default:
			return fmt.Errorf("%q is neither level nor kind nor place", a)
		}
	}
	v := &b.voices[l.voice]
	v.level, v.person = in.Level, p.worker(in.Place, l.opt("from", in.Unit))
	if l.opt("by", "") == "me" {
		v.person = p.Me
	}
	var photo func() voice.Photo
	if s := l.opt("photo", ""); s != "" {
		photo = p.picture(s, "before", p.dayOf(at))
	}
	if in.Unit != "" {
		in.Place = ""
	}
	p.register(l.where, in, v, at, photo)
	return nil
}

// register puts a registration down. Who writes for somebody is the leader of his crew, or the union office.
func (p *play) register(where string, in voice.Register, v *voiceID, at time.Time, photo func() voice.Photo) {
	p.agenda.Put(at, in.Level.Hidden(), where, func(tx *db.Tx) error {
		r := seal.NewReceipt(tx.Today())
		in.Number, in.Code = r.Number, r.Code
		if photo != nil {
			in.Photos = []voice.Photo{photo()}
		}
		who := access.Nobody()
		var err error
		switch {
		case in.Channel.Proxied():
			h, err := p.proxy(in.Channel, v.person)
			if err != nil {
				return err
			}
			in.For = v.person.EmployeeNo
			if who, err = p.actor(tx, h); err != nil {
				return err
			}
		case in.Level != voice.Anonymous:
			if who, err = p.actor(tx, v.person); err != nil {
				return err
			}
		}
		sent, err := in.Do(tx, who)
		v.id, v.number, v.code = sent.Voice, r.Number, r.Code
		return err
	})
}

// proxy is who writes down for somebody.
func (p *play) proxy(c voice.Channel, of org.Person) (org.Person, error) {
	if c == voice.Crew {
		for _, h := range p.Holders[access.ShiftLeader] {
			if h.Unit == of.Unit {
				return h, nil
			}
		}
	}
	return p.holder(access.Triager, "", len(of.ID))
}

// meToo is the verb "metoo N to=DAY": N people say "me too" between the day of the line and that day. Indented lines "say"
// are the words that some of them add.
func meToo(p *play, b *block, l *line, at time.Time) error {
	if len(l.args) != 1 {
		return fmt.Errorf("how many?")
	}
	n, err := strconv.Atoi(l.args[0])
	if err != nil {
		return err
	}
	last, err := p.days.day(l.opt("to", strconv.Itoa(l.day)))
	if err != nil {
		return err
	}
	span := clock.DayOf(at, p.days.cal.Zone()).Until(last) + 1
	words := l.subs("say")
	for i := range n {
		v := &voiceID{level: voice.Anonymous, person: p.worker(b.head["place"], b.head["from"])}
		switch d := p.dice.IntN(100); {
		case d < 26:
			v.level = voice.Named
		case d < 34:
			v.level = voice.Confidential
		}
		in := voice.Register{Level: v.level, Keys: p.Keys}
		if i < len(words) {
			in.Text = words[i].text
		}
		when := at.Add(time.Duration(i) * 3 * time.Minute)
		if span > 1 {
			when = when.AddDate(0, 0, p.dice.IntN(span)).Add(time.Duration(p.dice.IntN(240)) * time.Minute)
		}
		p.agenda.Put(when, v.level.Hidden(), l.where, func(tx *db.Tx) error {
			m, err := matter.Find(tx, b.matter.id)
			if err != nil || m.Over() {
				return err
			}
			r := seal.NewReceipt(tx.Today())
			in.Number, in.Code, in.Matter = r.Number, r.Code, m.ID
			who := access.Nobody()
			if in.Level != voice.Anonymous {
				if who, err = p.actor(tx, v.person); err != nil {
					return err
				}
			}
			sent, err := in.Do(tx, who)
			v.id, v.number, v.code = sent.Voice, r.Number, r.Code
			return err
		})
	}
	return nil
}

// submitter puts down something that who said a voice does himself.
func (p *play) submitter(b *block, l *line, at time.Time, do func(tx *db.Tx, who access.Person, v *voiceID) error) error {
	if l.voice < 0 {
		return fmt.Errorf("nobody has said anything")
	}
	v := &b.voices[l.voice]
	p.agenda.Put(at, v.level.Hidden(), l.where, func(tx *db.Tx) error {
		who, err := p.speaker(tx, v)
		if err != nil {
			return err
		}
		return do(tx, who, v)
	})
	return nil
}

// speaker is who speaks for a voice: the named person, else the holder of the receipt.
func (p *play) speaker(tx *db.Tx, v *voiceID) (access.Person, error) {
	if v.level == voice.Named {
		return p.actor(tx, v.person)
	}
	return access.Holder(v.id), nil
}

// own makes a verb of a submitter's action.
func own(make func(v *voiceID, l *line) doer) verb {
	return func(p *play, b *block, l *line, at time.Time) error {
		return p.submitter(b, l, at, func(tx *db.Tx, who access.Person, v *voiceID) error { return make(v, l).Do(tx, who) })
	}
}

// retaliation is the verb "retaliation: words".
func retaliation(p *play, b *block, l *line, at time.Time) error {
	return p.submitter(b, l, at, func(tx *db.Tx, who access.Person, v *voiceID) error {
		made, err := voice.ReportRetaliation{Voice: v.id, Key: "story", Text: l.text}.Do(tx, who)
		b.last["retaliation"] = made
		return err
	})
}

// notFixed is the verb "notfixed [by=me]: words": somebody who uses the place says that it is not solved.
func notFixed(p *play, b *block, l *line, at time.Time) error {
	w := p.worker(b.head["place"], b.head["from"])
	if l.opt("by", "") == "me" {
		w = p.Me
	}
	p.agenda.Put(at, true, l.where, func(tx *db.Tx) error {
		who, err := p.actor(tx, w)
		if err != nil {
			return err
		}
		return accept.NotFixed{Matter: b.matter.id, What: l.text}.Do(tx, who)
	})
	return nil
}

// thank lets some of those who got an answer say within a week that it is solved; the others stay silent.
func (p *play) thank(b *block, at time.Time) {
	if b.has("confirm", "notsolved", "object", "info", "retaliation", "withdraw") {
		return // the story tells what they say
	}
	percent := 38
	if s, ok := b.head["confirm"]; ok {
		percent, _ = strconv.Atoi(s)
	}
	for i := range b.voices {
		v := &b.voices[i]
		if p.dice.IntN(100) >= percent {
			continue
		}
		when := at.Add(time.Duration(3+p.dice.IntN(150)) * time.Hour)
		p.agenda.Put(when, v.level.Hidden(), b.name, func(tx *db.Tx) error {
			if v.id == "" {
				return nil
			}
			got, err := voice.ByID(tx, v.id)
			if err != nil || got.State != voice.Answered {
				return err
			}
			who, err := p.speaker(tx, v)
			if err != nil {
				return err
			}
			return voice.ConfirmSolved{Voice: v.id}.Do(tx, who)
		})
	}
}

// has reports whether the block has a line with one of the verbs.
func (b *block) has(verbs ...string) bool {
	return slices.ContainsFunc(b.lines, func(l line) bool { return slices.Contains(verbs, l.verb) })
}

// answers lets the people who were invited answer between the opening of the window and its end, as the block says:
// "answers: solved partly not", "answers2:" for the second round; with "pressed: yes" the first says that somebody asked him for a good rating. Those who are left are silent.
func (p *play) answers(b *block, l *line, round string, at time.Time) error {
	spec := b.head["answers"+round]
	var want []string
	for i, n := range strings.Fields(spec) {
		k, err := strconv.Atoi(n)
		if err != nil || i > 2 {
			return fmt.Errorf("answers %q", spec)
		}
		for range k {
			want = append(want, []string{accept.Solved, accept.Partly, accept.Not}[i])
		}
	}
	p.dice.Shuffle(len(want), func(i, j int) { want[i], want[j] = want[j], want[i] })
	words := strings.Split(b.head["words"+round], "|")
	for i, result := range want {
		when := at.Add(time.Duration(84+p.dice.IntN(72)) * time.Hour) // more have been asked by then than answer
		in := accept.Answer{Result: result, Fact: map[string]string{accept.Solved: accept.Yes, accept.Partly: accept.Yes, accept.Not: accept.No}[result]}
		in.Grade = map[string]int{accept.Solved: 5 - p.dice.IntN(2), accept.Partly: 3, accept.Not: 2 - p.dice.IntN(2)}[result]
		in.Lift = []string{"", "", accept.Weaker, accept.Same, accept.Same, accept.Stronger}[in.Grade]
		if p.dice.IntN(6) == 0 {
			in.Grade = 0
		}
		in.Pressed = i == 0 && b.head["pressed"+round] != ""
		if i < len(words) && result == accept.Solved {
			in.Note = strings.TrimSpace(words[i])
		}
		p.agenda.Put(when, true, l.where, func(tx *db.Tx) error { return p.answer(tx, b, in) })
	}
	return nil
}

// answer uses up one invitation of the matter's running window; where there is none left, nothing happens. The worker whose
// sign-in is printed answers himself, and so does the holder of the receipt that is printed for answering.
func (p *play) answer(tx *db.Tx, b *block, in accept.Answer) error {
	spared := "nobody"
	if v := b.offered(); v != nil && b.head["receipt"] == "accepting" {
		spared = v.id
	}
	i, err := db.Maybe[accept.Invitation](tx, `SELECT i.* FROM invitation i JOIN matter m ON m.id = i.matter AND m.round = i.round
		WHERE i.matter = $1 AND i.used = 0 AND i.person <> $2 AND i.voice <> $3 AND i.ask_at <= $4 ORDER BY i.id LIMIT 1`, b.matter.id, p.Me.ID, spared, tx.Millis())
	if err != nil || i == nil {
		return err
	}
	who := access.Holder(i.Voice)
	if i.Person != "" {
		if who, err = org.Actor(tx, i.Person); err != nil {
			return err
		}
	}
	in.Invitation = i.ID
	if err := in.Do(tx, who); err != nil && fault.KindOf(err) != fault.Gone {
		return err
	}
	return nil // late: the window is over
}
