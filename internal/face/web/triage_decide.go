package web

import (
	"net/http"
	"strings"

	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// step is a decision as the form gives it: what to do, under which fields its faults are asked for, and where to go on.
type step struct {
	do     func(*db.Tx) error
	fields map[string]string
	to     string
}

// decideVoice takes the form of the decision: a new look at the proposals, opening the words, naming somebody, or the decision.
func decideVoice(r *Req) error {
	f := r.Form()
	if done, err := r.apartVoice(f); done || err != nil {
		return err
	}
	if err := r.joinAtOnce(f); err != nil {
		return err
	}
	switch f.Value("act") {
	case "refresh", "part", "pick":
		return r.voicePage(f, nil)
	case "open":
		return r.openVoice(f)
	case "name":
		return r.nameVoice(f)
	}
	do := f.Choice("do", decisions...)
	version := int(f.Version())
	var s step
	if f.Err() == nil {
		s = r.stepOf(f, do, version)
	}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "triage:"+r.Person.ID, f.Key, f.Body(), func() (string, error) { return "", s.do(tx) })
			return err
		})
	}
	if err != nil {
		err = rename(err, s.fields)
		if fault.Of(err).Key == "voice.stale" {
			return r.stale(f)
		}
		return r.refused(f, err)
	}
	r.Toast(decided[do], r.numberOf())
	if s.to == "" {
		s.to = "/inbox"
	}
	return r.Redirect(s.to)
}

// decided are the sentences after a decision.
var decided = map[string]string{"new": "triage.toast_new", "join": "triage.toast_join", "assign": "triage.toast_assign", "answer": "triage.toast_answer",
	"ask": "triage.toast_ask", "merge": "triage.toast_merge", "split": "triage.toast_split", "transfer": "triage.toast_transfer",
	"hazard": "triage.toast_hazard", "restrict": "triage.toast_restrict", "crisis": "triage.toast_crisis", "reject": "triage.toast_reject",
	"quarantine": "triage.toast_quarantine"}

// numberOf is the number of the voice of this page, for the sentence after a decision.
func (r *Req) numberOf() string {
	number := ""
	err := r.Read(func(tx *db.Tx) error {
		p, err := vshow.PageOf(tx, r.Person, r.Param("id"))
		number = p.Voice.Number
		return err
	})
	if err != nil {
		return "" // moved out of sight by the decision itself
	}
	return number
}

// reading is what triage makes of the voice: it goes with most decisions.
func (f *Form) reading() voice.Reading {
	return voice.Reading{Title: f.Line("title", 0, core.MaxTitle), Redacted: f.Text("redacted", 0, 2*core.MaxReply),
		Kind: voice.Kind(f.Maybe("kind", texts(voice.Kinds())...)), Category: f.one("category"), Place: f.one("place"),
		Class: clock.Class(f.Maybe("class", texts(clock.Classes())...)), Photos: f.Many("photos")}
}

// stepOf reads what the decision needs out of the form; what is wrong stays with the form.
func (r *Req) stepOf(f *Form, do string, version int) step {
	id, who := r.Param("id"), r.Person
	say := ""
	if _, ok := replied[do]; ok {
		say = f.Text("say", 1, core.MaxReply)
		gaps(f, "say", say)
	}
	fields := map[string]string{"reply": "say", "question": "say", "text": "say", "rule": "rule_said"}
	switch do {
	case "new":
		in := voice.NewMatter{Voice: id, Version: version, Reading: f.reading(), Say: say, Register: matter.Register{Public: f.Ticked("public"),
			Class: matter.Class(f.Choice("matter_class", texts([]matter.Class{matter.Quick, matter.Standard, matter.Funds, matter.Safety, matter.Sponsored})...)),
			Lead:  f.Unit("new_lead", org.Plant, org.Department)}}
		if in.Register.Lead != "" {
			in.Register.Co, in.Register.Rule = f.Units("co", org.Plant, org.Department), f.one("rule")
		}
		fields["class"], fields["lead"] = "matter_class", "new_lead"
		return step{func(tx *db.Tx) error { _, err := in.Do(tx, who); return err }, fields, ""}
	case "join":
		key := f.one("matter_number")
		if key == "" {
			key = f.Choice("matter", f.values["matter"]...)
		}
		in := voice.JoinMatter{Voice: id, Version: version, Reading: f.reading(), Matter: strings.ToUpper(strings.TrimSpace(key)), Say: say}
		return step{func(tx *db.Tx) error {
			err := in.Do(tx, who)
			if gone(err) && fault.Of(err).Key == "matter.unknown" {
				return fault.Field("matter_number", "triage.matter_unknown", in.Matter)
			}
			return err
		}, fields, ""}
	case "assign":
		lead := f.Unit("lead", org.Plant, org.Department)
		in := voice.AssignForAnswer{Voice: id, Version: version, Reading: f.reading(), Lead: lead, Co: leaveOut(f.Units("co", org.Plant, org.Department), lead),
			Note: f.Text("unit_note", 0, core.MaxNote), Say: say}
		if in.Lead == f.one("lead_was") {
			in.Rule = f.one("rule")
		}
		fields["note"] = "unit_note"
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, fields, ""}
	case "answer":
		in := voice.AnswerDirectly{Voice: id, Version: version, Reading: f.reading(), Reply: f.reply(say)}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, fields, ""}
	case "ask":
		in := voice.AskInfo{Voice: id, Version: version, Question: say}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, fields, ""}
	case "merge":
		return r.mergeStep(f, id, version, say)
	case "split":
		return step{func(tx *db.Tx) error {
			p, err := vshow.PageOf(tx, who, id)
			if err != nil {
				return err
			}
			// Sentences are those of the original, or of what this reader sees of it.
			in := voice.Split{Voice: id, Version: version, Say: say}
			opened, err := r.openedWords(tx, seen{Page: p}, f)
			if err != nil {
				return err
			}
			whole := p.Text
			if opened != nil {
				whole = opened.Text
			}
			var at []int
			in.Parts, at = f.splitParts(whole)
			_, err = in.Do(tx, who)
			return partFaults(err, at)
		}, fields, voicePath(id)}
	case "transfer":
		in := voice.Transfer{Voice: id, Version: version, Unit: f.Unit("to_unit", org.Group, org.Plant), Reason: f.Text("why", 1, core.MaxReason)}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, map[string]string{"reason": "why", "unit": "to_unit"}, ""}
	case "hazard":
		in := voice.CallOut{Voice: id, Version: version, Reading: f.reading(), Food: f.Choice("alarm", "hazard", "food") == "food"}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, fields, voicePath(id)}
	case "restrict":
		in := voice.Restrict{Voice: id, Version: version, Class: strings.TrimPrefix(f.Choice("path", append(voice.RestrictedClasses(), "common")...), "common"),
			Reason: f.Text("why", 1, core.MaxReason)}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, map[string]string{"reason": "why", "class": "path"}, ""}
	case "crisis":
		if !f.Ticked("sure") {
			f.Fault("sure", "triage.crisis_sure")
		}
		in := voice.ToCrisis{Voice: id, Version: version}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, fields, ""}
	case "quarantine":
		in := voice.Quarantine{Voice: id, Version: version, Reason: f.Text("why", 1, core.MaxReason)}
		return step{func(tx *db.Tx) error { return in.Do(tx, who) }, map[string]string{"reason": "why"}, ""}
	}
	in := voice.Reject{Voice: id, Version: version, Reading: f.reading(), Reason: f.one("reject_reason"), Door: f.one("door"), Text: say}
	fields["reason"] = "reject_reason"
	return step{func(tx *db.Tx) error { return in.Do(tx, who) }, fields, ""}
}

// reply is an answer as the form gives it.
func (f *Form) reply(text string) voice.Reply {
	return voice.Reply{Text: text, Result: f.one("result"), Day: f.Day("day", false), Rule: f.Text("rule_said", 0, core.MaxReason),
		Decider: f.Line("decider", 0, core.MaxTitle)}
}

func (r *Req) mergeStep(f *Form, id string, version int, say string) step {
	into := strings.TrimSpace(f.one("into_number"))
	if into == "" {
		into = f.Choice("into", f.values["into"]...)
	}
	in := voice.Merge{Voice: id, Version: version, Say: say}
	return step{func(tx *db.Tx) error {
		p, err := vshow.PageOf(tx, r.Person, strings.ToUpper(into))
		if gone(err) {
			p, err = vshow.PageOf(tx, r.Person, into)
		}
		if gone(err) {
			return fault.Field("into", "voice.merge.unknown")
		}
		if err != nil {
			return err
		}
		in.Into = p.Voice.ID
		return in.Do(tx, r.Person)
	}, map[string]string{"text": "say"}, ""}
}

func leaveOut(list []string, x string) []string {
	var out []string
	for _, s := range list {
		if s != x {
			out = append(out, s)
		}
	}
	return out
}

// nameVoice writes down who is named in the voice: by employee number, by a name that only one person has, by one chosen out
// of several, or a unit.
func (r *Req) nameVoice(f *Form) error {
	id := r.Param("id")
	in := voice.Name{Voice: id, Version: int(f.Version())}
	if u := f.Unit("named_unit"); u != "" {
		in.Units = []string{u}
	}
	in.Persons = append(in.Persons, f.Many("named_pick")...)
	query := f.Line("named_person", 0, 40)
	if len(in.Persons) == 0 && query != "" {
		err := r.Read(func(tx *db.Tx) error {
			found, err := org.FindPeople(tx, org.PeopleFilter{Query: query, Limit: 12})
			switch {
			case err != nil:
				return err
			case len(found) == 0:
				f.Fault("named_person", "triage.named_none", query)
			case len(found) > 1:
				f.Fault("named_person", "triage.named_several")
			default:
				in.Persons = []string{found[0].ID}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(in.Persons)+len(in.Units) == 0 && query == "" && f.Err() == nil {
		f.Fault("named_person", "triage.named_empty")
	}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if err != nil {
		err = rename(err, map[string]string{"persons": "named_person", "units": "named_unit"})
		if fault.Of(err).Key == "voice.stale" {
			return r.stale(f)
		}
		return r.refused(f, err)
	}
	for _, name := range []string{"named_unit", "named_person", "named_pick", "version"} {
		delete(f.values, name)
	}
	return r.voicePage(f, &Panel{Tone: "good", Title: r.T("triage.named_done")})
}

// stale shows what is there now beside what was typed: somebody else was first.
func (r *Req) stale(f *Form) error {
	c := &Conflict{When: r.Lang.DateTime(r.Now(), r.Zone)}
	err := r.Read(func(tx *db.Tx) error {
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		p, err := vshow.PageOf(tx, r.Person, r.Param("id"))
		if err != nil {
			return err
		}
		v := p.Voice
		c.Who = orText(p.Names[v.ClaimedBy], r.T("triage.colleague"))
		if line, err := r.voiceHistory(tx, v); err != nil {
			return err
		} else if len(line) > 0 {
			c.Who, c.When = orText(line[0].Who, c.Who), line[0].Day
		}
		row := func(label, yours, theirs string) {
			c.Rows = append(c.Rows, ConflictRow{r.T(label), yours, theirs})
		}
		row("inbox.state", r.T("triage.do."+orText(f.Value("do"), "ask")), r.T("voice.state."+v.State))
		row("triage.public_title", f.Value("title"), v.Title)
		row("triage.redacted", f.Value("redacted"), p.Text)
		row("inbox.topic", names.topic(f.Value("category")), names.topic(v.Category))
		row("inbox.claimed", r.Person.Name, p.Names[v.ClaimedBy])
		c.Keep = Link{Text: r.T("triage.keep_theirs"), Href: r.Link(voicePath(v.ID))}
		f.Set("version", count(v.Version))
		return nil
	})
	if err != nil {
		return err
	}
	r.Status(http.StatusConflict)
	return r.voicePageWith(f, nil, c)
}
