package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
	vwords "sanwen/internal/work/voice/words"
)

// decisions are what triage can do with a voice, in the order of the page.
var decisions = []string{"new", "join", "assign", "answer", "ask", "merge", "split", "transfer", "hazard", "restrict", "crisis", "reject", "quarantine"}

// usual are the decisions that stand in front.
var usual = decisions[:7]

// eventOf is the event of the voice's life cycle behind a decision.
var eventOf = map[string]string{"new": core.EvLink, "join": core.EvLink, "assign": core.EvAssign, "answer": core.EvAnswer, "ask": core.EvAsk,
	"merge": core.EvMerge, "split": core.EvSplit, "transfer": core.EvTransfer, "hazard": core.EvHazard, "restrict": core.EvRestrict,
	"crisis": core.EvCrisis, "reject": core.EvPropose, "quarantine": core.EvQuarantine}

// keysOf are the keys that choose a decision.
var keysOf = map[string]string{"new": "n", "join": "l", "assign": "a", "answer": "d", "ask": "r", "merge": "m", "split": "s"}

// Decision is the form with which triage decides.
type Decision struct {
	Form          *Form
	Version       int
	Usual, Others []Pick // what can be decided
	Group         Choice // for the fault of a missing decision

	Kinds, Classes, Places Choice
	Topics                 TopicChoice
	Shown                  Choice // photos that a department may see
	Hidden                 bool   // the level keeps the person from the department
	Named                  []string
	NamedUnits             Picker
	NamedFound             Choice

	Proposed string // what the catalogue says, in words
	Terms    []Fact // deadlines by the rule

	Classes2 Choice // class of a new matter
	Lead, Co Picker
	Matters  Choice
	Into     Choice
	Results  Choice
	Reasons  Choice
	Doors    Choice
	Paths    Choice     // restricted paths
	Units    Picker     // to which union office
	Split    *SplitForm // nil where it cannot be taken apart
	NewLead  Picker
}

// Pick is one decision that can be chosen.
type Pick struct {
	Value, Text, Key, Off string
	On                    bool
}

// decision makes the form, or nil where this reader cannot decide about the voice now.
func (r *Req) decision(tx *db.Tx, s seen, f *Form, opened *Original) (*Decision, error) {
	v := s.Voice
	may := r.mayDecide(s)
	if len(may) == 0 {
		return nil, nil
	}
	d := &Decision{Form: f, Version: v.Version, Hidden: v.Level.Hidden(), Group: f.Choose("do", "triage.do", nil)}
	r.prefill(f, s)
	for _, do := range decisions {
		if !slices.Contains(may, do) {
			continue
		}
		p := Pick{Value: do, Text: r.T("triage.do." + do), Key: keysOf[do], On: f.Value("do") == do}
		if slices.Contains(usual, do) {
			d.Usual = append(d.Usual, p)
		} else {
			d.Others = append(d.Others, p)
		}
	}
	var kinds, classes []Option
	for _, k := range voice.Kinds() {
		kinds = append(kinds, Option{Value: string(k), Text: r.T("voice.kind." + string(k))})
	}
	for _, c := range clock.Classes() {
		classes = append(classes, Option{Value: string(c), Text: r.T("class." + string(c))})
	}
	d.Kinds, d.Classes = f.Choose("kind", "inbox.kind", kinds), f.Choose("class", "triage.class", classes).May()
	var err error
	if d.Topics, err = r.topicChoice(tx, s, f); err != nil {
		return nil, err
	}
	var shown []Option
	for i, p := range s.Photos {
		if p.Covered {
			continue
		}
		shown = append(shown, Option{Value: p.Hash, Text: r.T("triage.photo", i+1)})
	}
	d.Shown = f.Choose("photos", "triage.photos", shown).May().Hint("triage.photos_hint")
	if err := r.placeChoice(tx, s, f, d); err != nil {
		return nil, err
	}
	if err := r.namedChoice(tx, s, f, d); err != nil {
		return nil, err
	}
	if err := r.unitChoices(tx, s, f, d); err != nil {
		return nil, err
	}
	if err := r.matterChoices(tx, s, f, d); err != nil {
		return nil, err
	}
	d.lists(r, s, f)
	if slices.Contains(may, "split") {
		if d.Split, err = r.splitForm(tx, s, f, opened, d.Places.Options); err != nil {
			return nil, err
		}
	}
	return d, r.suggestReply(tx, s, f)
}

// mayDecide lists the decisions that this reader can take now. A voice that nobody has taken yet is taken with the decision.
func (r *Req) mayDecide(s seen) []string {
	v := s.Voice
	if v.State == voice.InTriage && v.ClaimedBy != "" && v.ClaimedBy != r.Person.ID {
		return nil
	}
	if v.Refusal != "" && v.RefusalBy2 == "" && !v.Appeal && v.State == voice.InTriage {
		return nil // waits for the second person
	}
	events := s.Events
	if v.State == voice.Registered && core.Has(events, core.EvClaim) {
		taken := v
		taken.State = voice.InTriage
		events = append(slices.Clone(events), vshow.EventsFor(r.Person, taken, s.Thing)...)
	}
	if v.State == voice.Assigned || v.State == voice.Signed {
		return nil
	}
	var out []string
	for _, do := range decisions {
		if !core.Has(events, eventOf[do]) && !(do == "reject" && core.Has(events, core.EvReject)) {
			continue
		}
		if do == "new" && !r.Person.Can(access.MatterRegister, access.Thing{Kind: "matter", Unit: s.Thing.Unit}) {
			continue
		}
		out = append(out, do)
	}
	return out
}

// prefill writes what is there into the fields that nobody has filled in.
func (r *Req) prefill(f *Form, s seen) {
	v := s.Voice
	for name, value := range map[string]string{"title": v.Title, "redacted": s.Text, "kind": string(v.Kind), "category": v.Category, "place": v.Place,
		"version": count(v.Version)} {
		if !f.has(name) {
			f.Set(name, value)
		}
	}
	if !f.has("photos") && !f.has("act") {
		for _, p := range s.Photos {
			if p.Shown {
				f.values.Add("photos", p.Hash)
			}
		}
	}
}

// has reports whether the form holds a field, be it empty.
func (f *Form) has(name string) bool { _, ok := f.values[name]; return ok }

func (r *Req) placeChoice(tx *db.Tx, s seen, f *Form, d *Decision) error {
	places, err := org.Places(tx)
	if err != nil {
		return err
	}
	var options []Option
	for _, p := range places {
		if p.Active {
			options = append(options, Option{Value: p.Code, Text: p.Name(r.Lang) + " " + p.Code})
		}
	}
	d.Places = f.Choose("place", "inbox.place", options).May()
	return nil
}

// namedChoice is the editor of who is named in the voice and so never gets it.
func (r *Req) namedChoice(tx *db.Tx, s seen, f *Form, d *Decision) error {
	var ids []string
	for _, n := range s.Named {
		if n.Kind == "unit" {
			d.Named = append(d.Named, s.names.unit(n.Ref))
		} else {
			ids = append(ids, n.Ref)
		}
	}
	for _, id := range ids {
		p, err := org.PersonByID(tx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		d.Named = append(d.Named, orText(p.Name, id)+" · "+s.names.unit(p.Unit))
	}
	d.NamedUnits = f.PickUnit("named_unit", "triage.named_unit", r.UnitsOf(s.names.tree)).May()
	if q := strings.TrimSpace(f.Value("named_person")); q != "" && f.Value("act") == "name" {
		found, err := org.FindPeople(tx, org.PeopleFilter{Query: q, Limit: 12})
		if err != nil {
			return err
		}
		if len(found) > 1 {
			var options []Option
			for _, p := range found {
				options = append(options, Option{Value: p.ID, Text: p.Name + " " + p.EmployeeNo, Note: s.names.unit(p.Unit) + " " + p.Post})
			}
			d.NamedFound = f.Choose("named_pick", "triage.named_found", options).May()
		}
	}
	return nil
}

// bigUnits are the units that may answer for a voice; those named in it are barred.
func (r *Req) bigUnits(s seen) Units {
	off := map[string]string{}
	for _, u := range s.names.tree.OfKind(org.Plant, org.Department) {
		if core.Recused(u.Path, s.Thing.NamedUnits) {
			off[u.Code] = r.T("triage.recused")
		}
	}
	return r.UnitsOf(s.names.tree, org.Plant, org.Department).Without(off)
}

// unitChoices are lead and helping units, those named in the voice barred with the reason, and what the catalogue proposes.
func (r *Req) unitChoices(tx *db.Tx, s seen, f *Form, d *Decision) error {
	p, err := assignment.Propose(tx, f.Value("category"), orText(f.Value("place"), s.Voice.Place), s.Thing.NamedUnits)
	if err != nil {
		return err
	}
	if p.Lead != "" {
		names := []string{}
		for _, c := range p.Co {
			names = append(names, s.names.unit(c))
		}
		d.Proposed = r.T("triage.proposed", s.names.unit(p.Lead))
		if len(names) > 0 {
			d.Proposed = r.T("triage.proposed_co", s.names.unit(p.Lead), r.Lang.List(names))
		}
	}
	// A proposal follows the topic as long as nobody has chosen otherwise.
	before := f.Value("lead_was")
	among := r.bigUnits(s)
	untouched := func(held string) bool {
		return held == among.text(before) || held != "" && among.means(held) == before && before != ""
	}
	if untouched(f.Value("lead")) {
		f.Set("lead", among.text(p.Lead))
		f.values["co"] = p.Co
	}
	if untouched(f.Value("new_lead")) {
		f.Set("new_lead", among.text(p.Lead))
	}
	f.Set("lead_was", p.Lead)
	f.Set("rule", p.Rule)
	d.Lead, d.Co = f.PickUnit("lead", "triage.lead", among), f.PickUnits("co", "triage.co", among).May()
	d.NewLead = f.PickUnit("new_lead", "triage.lead", among).May().Hint("triage.lead_later")
	d.Units = f.PickUnit("to_unit", "triage.to_unit", r.UnitsOf(s.names.tree, org.Group, org.Plant))
	d.Terms, err = r.terms(tx, s, f)
	return err
}

// ruleTerms are class and terms that the rule gives for topic, place and urgency in the form.
type ruleTerms struct {
	class        clock.Class
	first, limit org.Term
}

func (r *Req) ruleTerms(tx *db.Tx, s seen, f *Form) (ruleTerms, error) {
	p, err := org.Propose(tx, f.Value("category"), orText(f.Value("place"), s.Voice.Place))
	if err != nil {
		return ruleTerms{}, err
	}
	t := ruleTerms{p.Class, p.First, p.Limit}
	if up := core.Raise(p.Class); s.Voice.Alarm == vwords.AlarmInjury && up != p.Class {
		t.class = up
		t.first, t.limit = catalogue.ClassTerms(up)
	}
	if class := clock.Class(f.Value("class")); class.Valid() && class != t.class {
		t.class = class
		t.first, t.limit = catalogue.ClassTerms(class)
	}
	return t, nil
}

// terms writes out until when somebody has to take it up, to speak with the submitter, and to answer.
func (r *Req) terms(tx *db.Tx, s seen, f *Form) ([]Fact, error) {
	var out []Fact
	if d := dutyOf(s, duty.Intake); d != nil {
		out = append(out, Fact{Label: r.T("duty.kind.intake"), Value: r.Lang.DateTime(d.Due, r.Zone)})
	}
	if f.Value("category") == "" && f.Value("class") == "" {
		return out, nil
	}
	rule, err := r.ruleTerms(tx, s, f)
	if err != nil {
		return nil, err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		kind duty.Kind
		term org.Term
	}{{duty.FirstContact, rule.first}, {duty.Answer, rule.limit}} {
		if x.term.Zero() {
			continue
		}
		due, provisional := x.term.Due(cal, s.Voice.RegisteredAt.At(r.Zone))
		fact := Fact{Label: r.T("duty.kind." + string(x.kind)), Value: r.Lang.DateTime(due, r.Zone), Note: x.term.Say(r.Lang)}
		if provisional {
			fact.Note += " · " + r.T("duty.provisional", due.Year())
		}
		out = append(out, fact)
	}
	return append(out, Fact{Label: r.T("inbox.class"), Value: r.T("class." + string(rule.class))}), nil
}

// matterMost is how many matters the page suggests to join.
const matterMost = 6

// matterChoices are the matters and voices that this one may go with: those of similar voices, and those at the place.
func (r *Req) matterChoices(tx *db.Tx, s seen, f *Form, d *Decision) error {
	var matters, into []Option
	add := func(key, why string) error {
		m, err := matter.Find(tx, key)
		if err != nil || m.Over() || m.Restricted != s.Voice.Restricted || len(matters) >= matterMost ||
			slices.ContainsFunc(matters, func(o Option) bool { return o.Value == m.Number }) {
			return err
		}
		matters = append(matters, Option{Value: m.Number, Text: m.Number + " " + m.Title, Note: why + " · " + r.T("matter.state."+m.State)})
		return nil
	}
	for _, m := range s.like.matters {
		if err := add(m.ID, s.like.why[m.ID]); err != nil {
			return err
		}
	}
	for _, a := range s.like.voices {
		if a.State != voice.Answered {
			into = append(into, Option{Value: a.ID, Text: a.Number + " · " + r.T("voice.level."+string(a.Level)), Note: orText(a.Title, a.Excerpt)})
		}
	}
	here, err := vshow.HereAt(tx, s.Voice.Place, matterMost)
	if err != nil {
		return err
	}
	for _, m := range here.Matters {
		if err := add(m.ID, r.T("triage.at_place")); err != nil {
			return err
		}
	}
	if len(matters) > 0 && f.Value("matter") == "" && f.Value("do") != "join" {
		f.Set("matter", matters[0].Value)
	}
	d.Matters, d.Into = f.Choose("matter", "triage.matter", matters), f.Choose("into", "triage.into", into)
	return nil
}

// lists fills in the closed lists.
func (d *Decision) lists(r *Req, s seen, f *Form) {
	enum := func(name, label, prefix string, values ...string) Choice {
		var options []Option
		for _, v := range values {
			options = append(options, Option{Value: v, Text: r.T(prefix + v)})
		}
		return f.Choose(name, label, options)
	}
	d.Classes2 = enum("matter_class", "triage.matter_class", "matter.class.", texts([]matter.Class{matter.Quick, matter.Standard, matter.Funds, matter.Safety, matter.Sponsored})...)
	if f.Value("matter_class") == "" {
		d.Classes2 = pick(d.Classes2, string(matter.Standard))
	}
	d.Results = enum("result", "triage.result", "voice.result.", voice.Results()...)
	d.Reasons = enum("reject_reason", "triage.reject_reason", "voice.reject.", voice.RejectReasons()...)
	d.Doors = enum("door", "triage.door", "voice.door.", voice.Doors()...).May()
	paths := voice.RestrictedClasses()
	if s.Voice.Restricted != "" {
		paths = append(slices.DeleteFunc(slices.Clone(paths), func(c string) bool { return c == s.Voice.Restricted }), "common")
	}
	d.Paths = enum("path", "triage.path", "triage.path.", paths...)
	if s.Hint.Restricted != "" && f.Value("path") == "" && slices.Contains(paths, s.Hint.Restricted) {
		d.Paths = pick(d.Paths, s.Hint.Restricted)
	}
}

// pick chooses an option of a choice.
func pick(c Choice, value string) Choice {
	for i := range c.Options {
		c.Options[i].On = c.Options[i].Value == value
	}
	return c
}
