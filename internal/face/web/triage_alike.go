package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// AlikeRow is an open matter or voice that speaks of the same, why it is thought to, and the press that joins.
type AlikeRow struct {
	Href, Number, Text, Why, State string
	Act, Press, About              string // value and words of the button, and of what it speaks; "" where this reader cannot join
	Not, NotPress                  string // of the button that says otherwise, "" where there is none
}

// likeness is what speaks of the same as a voice, as far as its reader may see it.
type likeness struct {
	voices  []alike.Voice
	matters []matter.Matter // those that are alike, and those of voices that are
	why     map[string]string
	partial bool // the index is being made
	of      *spots.Attached
}

const (
	alikeVoices  = 8
	alikeMatters = 4
)

// Presses that join at once.
const (
	actJoin = "join:" // and the number of a matter
	actInto = "into:" // and the id of a voice
)

// Presses that say of a voice that belongs to a matter by itself that it does not, or does after all; behind them stands the number of the matter.
const (
	actApart    = "apart:"
	actTogether = "together:"
)

// likenessOf asks the index, for whoever triages the voice.
func (r *Req) likenessOf(tx *db.Tx, s seen) (*likeness, error) {
	l := &likeness{why: map[string]string{}}
	if r.Site.Alike == nil || !r.Person.Can(access.VoiceOpen, s.Thing) {
		return l, nil
	}
	v := s.Voice
	v.Redacted = s.Text
	of, err := spots.AttachedTo(tx, r.Person, v.ID)
	if err != nil {
		return nil, err
	}
	l.of = of
	matters, err := r.Site.Alike.MattersLike(tx, r.Person, v, alikeMatters)
	if err != nil {
		return nil, err
	}
	said := alike.Said(v.Title, v.Redacted)
	for _, m := range matters {
		l.matters = append(l.matters, m.Matter)
		l.why[m.ID] = r.alikeWhy(m.Hit, m.Matching(said, 3))
	}
	all, ready, err := r.Site.Alike.VoicesLike(tx, r.Person, v, 2*alikeVoices)
	if err != nil {
		return nil, err
	}
	l.partial = !ready
	var with []string
	by := map[string]string{}
	for _, a := range all {
		if a.Row.Matter == "" {
			if len(l.voices) < alikeVoices {
				l.voices = append(l.voices, a)
			}
			continue
		}
		if l.why[a.Row.Matter] == "" && by[a.Row.Matter] == "" {
			with = append(with, a.Row.Matter)
			by[a.Row.Matter] = r.T("triage.with_voice_why", a.Number, r.alikeWhy(a.Hit, a.Matching(said, 3)))
		}
	}
	found, err := ledger.Among(tx, r.Person, with)
	if err != nil {
		return nil, err
	}
	for _, id := range with {
		if m, ok := found[id]; ok && !m.Over() && m.Restricted == v.Restricted {
			l.matters = append(l.matters, m)
			l.why[id] = by[id]
		}
	}
	l.matters = slices.DeleteFunc(l.matters, func(m matter.Matter) bool { return m.ID == v.Matter || l.of != nil && m.ID == l.of.ID })
	return l, nil
}

// alikeWhy says why something is thought to speak of the same.
func (r *Req) alikeWhy(h alike.Hit, shared []string) string {
	var why []string
	switch {
	case h.Steps == 0:
		why = append(why, r.T("triage.alike_place"))
	case h.Beside():
		why = append(why, r.T("triage.alike_beside"))
	case h.Steps > 0 && h.Steps <= 4:
		why = append(why, r.T("triage.alike_area"))
	}
	if h.Topic {
		why = append(why, r.T("triage.alike_topic"))
	}
	if len(shared) > 0 {
		why = append(why, r.T("triage.alike_shared", r.Lang.List(shared)))
	}
	if h.Very() {
		why = append(why, r.T("triage.alike_very"))
	}
	return r.Lang.List(why)
}

// alikeRows lists what speaks of the same, matters first, with the presses among those decisions that this reader has.
func (r *Req) alikeRows(s seen, can func(do string) bool) (rows []AlikeRow) {
	if s.like.of != nil {
		rows = append(rows, r.attachedRow(*s.like.of, can("join")))
	}
	for _, m := range s.like.matters {
		row := AlikeRow{Number: m.Number, Text: m.Title, Why: s.like.why[m.ID], State: r.T("matter.state." + m.State)}
		if to := "/matter/" + m.Number; r.Local(to) {
			row.Href = r.Link(to)
		}
		if can("join") {
			row.Act, row.Press, row.About = actJoin+m.Number, r.T("triage.alike_join"), m.Number
		}
		rows = append(rows, row)
	}
	said := alike.Said(s.Voice.Title, s.Text)
	for _, a := range s.like.voices {
		row := AlikeRow{Href: r.Link(voicePath(a.ID)), Number: a.Number, Text: orText(a.Title, a.Excerpt), Why: r.alikeWhy(a.Hit, a.Matching(said, 3)),
			State: r.T("voice.state." + a.State)}
		if can("merge") && a.State != core.Answered {
			row.Act, row.Press, row.About = actInto+a.ID, r.T("triage.alike_merge"), a.Number
		}
		rows = append(rows, row)
	}
	return rows
}

// attachedRow is the matter to which the voice belongs by itself, with the presses that confirm it and that say otherwise.
func (r *Req) attachedRow(a spots.Attached, can bool) AlikeRow {
	row := AlikeRow{Number: a.Number, Text: a.Title, State: r.T("matter.state." + a.State), Why: r.T("triage.attached", a.Spot)}
	if to := "/matter/" + a.Number; r.Local(to) {
		row.Href = r.Link(to)
	}
	switch {
	case a.Apart:
		row.Why = r.T("triage.attached_apart")
	case a.Again:
		row.Why = r.T("triage.attached_again", a.Spot)
	}
	if !can {
		return row
	}
	row.About = a.Number
	if a.Apart {
		row.Act, row.Press = actTogether+a.Number, r.T("triage.together")
		return row
	}
	row.Not, row.NotPress = actApart+a.Number, r.T("triage.apart")
	if !matter.Cycle.Over(a.State) {
		row.Act, row.Press = actJoin+a.Number, r.T("triage.attached_join")
	}
	return row
}

// apartVoice takes the press that says that the voice is not of a matter, or that it is after all; false where it was another press.
func (r *Req) apartVoice(f *Form) (bool, error) {
	number, apart := strings.CutPrefix(f.Value("act"), actApart)
	if !apart {
		var back bool
		if number, back = strings.CutPrefix(f.Value("act"), actTogether); !back {
			return false, nil
		}
	}
	in := spots.Apart{Voice: r.Param("id"), Matter: number, Back: !apart}
	err := r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if err != nil && fault.Of(err).Key != "spots.apart_none" { // pressed twice is said once
		return true, err
	}
	return true, r.voicePage(f, nil) // the row says it now; what was typed stays
}

// fillAlike adds what speaks of the same.
func (r *Req) fillAlike(tx *db.Tx, p *TriagePage, s seen) error {
	p.Alike = r.alikeRows(s, func(do string) bool {
		return p.Decide != nil && slices.ContainsFunc(p.Decide.Usual, func(x Pick) bool { return x.Value == do })
	})
	if s.like.partial {
		p.AlikeLater = r.T("triage.alike_later")
	}
	var ids []string
	for _, a := range s.like.voices {
		if a.Beside() {
			ids = append(ids, a.ID)
		}
	}
	n, days, err := vshow.Cluster(tx, s.Voice, ids)
	if n > 0 {
		p.Cluster = r.T("triage.cluster", n, days)
	}
	return err
}

// joinAtOnce makes of one press a whole decision: what nobody has written is taken from the matter that is joined.
func (r *Req) joinAtOnce(f *Form) error {
	act := f.Value("act")
	into, merges := strings.CutPrefix(act, actInto)
	number, joins := strings.CutPrefix(act, actJoin)
	if !merges && !joins {
		return nil
	}
	said := strings.TrimSpace(f.Value("say"))
	written := said != "" && tidy(said) != tidy(f.Value("sample"))
	f.Set("act", "save")
	if merges {
		f.Set("do", "merge")
		f.Set("into", into)
		f.values.Del("into_number")
		if !written {
			f.Set("say", r.T("triage.say_merge"))
		}
		return nil
	}
	f.Set("do", "join")
	f.Set("matter", number)
	f.values.Del("matter_number")
	return r.Read(func(tx *db.Tx) error {
		m, err := matter.Find(tx, number)
		if gone(err) {
			f.Fault("matter_number", "triage.matter_unknown", number)
			return nil
		}
		if err != nil {
			return err
		}
		among, err := ledger.Among(tx, r.Person, []string{m.ID})
		if _, ok := among[m.ID]; err != nil || !ok {
			return err // the decision itself says what is wrong
		}
		if strings.TrimSpace(f.Value("title")) == "" {
			f.Set("title", atMost(m.Title, core.MaxTitle))
		}
		if f.Value("category") == "" {
			f.Set("category", m.Category)
		}
		if !written {
			say := r.T("triage.say_join", m.Number)
			if m.Public && m.Restricted == "" {
				say = r.T("triage.say_join_public", m.Number, m.Shown())
			}
			f.Set("say", say)
		}
		return nil
	})
}
