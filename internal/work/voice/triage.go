package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// enter begins what triage does with a voice. Whoever could do it if nobody had objected is told that the next level has it.
func enter(tx *db.Tx, who access.Person, v Voice, version int, a access.Action) (*core.Step, error) {
	if v.Appeal {
		t, err := core.ThingOf(tx, v)
		if err != nil {
			return nil, err
		}
		if who.Can(a, t) && !who.Can(access.VoiceAppeal, t) {
			tx.Asked()
			return nil, fault.New(fault.Forbidden, "voice.appeal.level")
		}
	}
	return core.Enter(tx, who, v, version, core.Needs(a, v.Appeal))
}

// fresh refuses whoever has refused the voice before: on the objection somebody else decides.
func fresh(s *core.Step) error {
	if s.V.Appeal && s.V.RefusedBy(s.Who.ID) {
		return fault.New(fault.Forbidden, "voice.appeal.same")
	}
	return nil
}

// decide begins a decision of triage. A voice that nobody has taken yet is taken with it.
func decide(tx *db.Tx, who access.Person, id string, version int) (*core.Step, error) {
	v, err := core.Find(tx, id, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return nil, err
	}
	s, err := enter(tx, who, v, version, access.VoiceTriage)
	if err == nil {
		err = fresh(s)
	}
	if err != nil {
		return nil, err
	}
	if v.State == InTriage && v.ClaimedBy != "" && v.ClaimedBy != who.ID {
		return nil, taken(tx, v)
	}
	switch v.State {
	case Registered:
		return s, take(s)
	case InTriage: // came back by itself: whoever decides next has it
		s.V.ClaimedBy = who.ID
	}
	return s, nil
}

// taken is the fault that names who has the voice.
func taken(tx *db.Tx, v Voice) error {
	p, err := org.PersonByID(tx, v.ClaimedBy)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return fault.New(fault.Conflict, "voice.claimed", p.Name)
}

func take(s *core.Step) error {
	if err := s.Move(core.EvClaim); err != nil {
		return err
	}
	s.V.ClaimedBy = s.Who.ID
	return s.Save(core.EvClaim, event.Ref{}, nil)
}

// Claim takes a voice out of the inbox. Of two who press at once one gets it; the other is told who.
type Claim struct {
	Voice string `json:"voice"`
}

// Do claims. Taking what one has already taken is no error. Errors: access, Conflict "voice.claimed" with the name.
func (in Claim) Do(tx *db.Tx, who access.Person) error {
	v, err := core.Find(tx, in.Voice, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	s, err := enter(tx, who, v, 0, access.VoiceClaim)
	if err == nil {
		err = fresh(s)
	}
	if err != nil {
		return err
	}
	if v.State == InTriage {
		if v.ClaimedBy == who.ID {
			return nil
		}
		if v.ClaimedBy != "" {
			return taken(tx, v)
		}
		s.V.ClaimedBy = who.ID // came back to triage by itself: an answer, a return, an objection
		return s.Save(core.EvClaim, event.Ref{}, nil)
	}
	return take(s)
}

// LetGo puts a claimed voice back into the inbox, by whoever has it or by a colleague when he is away.
type LetGo struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
}

// Do puts it back. Errors: access, Conflict in another state.
func (in LetGo) Do(tx *db.Tx, who access.Person) error {
	v, err := core.Find(tx, in.Voice, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	s, err := enter(tx, who, v, in.Version, access.VoiceTriage)
	if err != nil {
		return err
	}
	if err := s.Move(core.EvLetGo); err != nil {
		return err
	}
	s.V.ClaimedBy = ""
	return s.Save(core.EvLetGo, event.Ref{}, nil)
}

// Reading is what triage makes of a voice: it goes with most decisions. Empty fields leave what is there.
type Reading struct {
	Title    string      `json:"title,omitempty"`    // public wording
	Redacted string      `json:"redacted,omitempty"` // what the department reads
	Kind     Kind        `json:"kind,omitempty"`
	Category string      `json:"category,omitempty"`
	Place    string      `json:"place,omitempty"`
	Class    clock.Class `json:"class,omitempty"`
	Persons  []string    `json:"persons,omitempty"` // person ids named in it: they never get it
	Units    []string    `json:"units,omitempty"`   // unit codes named in it: they and what is below never get it
	Photos   []string    `json:"photos,omitempty"`  // hashes that a department may see
}

// read takes the reading over. away says that the voice leaves triage for a department: then topic, title and, unless it is
// a named voice, an approved redacted text must be there.
func read(s *core.Step, f *fault.Form, r Reading, away bool) error {
	tx := s.Tx
	if r.Title = core.Clean(r.Title); r.Title != "" {
		core.TooLong(f, "title", r.Title, core.MaxTitle)
		s.V.Title = r.Title
	}
	if r.Kind != "" {
		if !r.Kind.Valid() {
			f.Add("kind", "voice.kind.unknown", string(r.Kind))
		}
		s.V.Kind = r.Kind
	}
	if r.Redacted = core.Clean(r.Redacted); r.Redacted != "" {
		core.TooLong(f, "redacted", r.Redacted, 2*core.MaxReply)
		if s.V.Level.Hidden() {
			if tell := words.Telltale(r.Redacted); len(tell) > 0 {
				f.Add("redacted", "voice.redacted.telltale", tell[0])
			}
		}
		s.V.Redacted, s.V.Redaction = r.Redacted, "made"
	}
	if r.Place != "" {
		p, err := org.PlaceByCode(tx, r.Place)
		if err != nil {
			if fault.KindOf(err) != fault.NotFound {
				return err
			}
			f.Add("place", "voice.place.unknown", r.Place)
		} else {
			s.V.Place = p.Code // the unit stays: it says who triages, and was fixed when the voice came in
		}
	}
	if err := classify(s, f, r, away); err != nil {
		return err
	}
	if err := name(s, f, r.Persons, r.Units); err != nil {
		return err
	}
	if err := core.ShowPhotos(tx, s.V.ID, r.Photos); err != nil {
		return err
	}
	if !away {
		return nil
	}
	if s.V.Title == "" {
		f.Add("title", "voice.needed.title")
	}
	if s.V.Level.Hidden() && s.V.Redaction != "made" {
		f.Add("redacted", "voice.needed.redacted")
	}
	return nil
}

func classify(s *core.Step, f *fault.Form, r Reading, away bool) error {
	if r.Class != "" && !r.Class.Valid() {
		f.Add("class", "voice.class.unknown", string(r.Class))
	}
	if r.Category == "" {
		if away && s.V.Category == "" {
			f.Add("category", "voice.needed.category")
		}
		if r.Class != "" {
			s.V.Class = r.Class
		}
		return nil
	}
	cat, err := org.CatalogueOf(s.Tx)
	if err != nil {
		return err
	}
	c, ok := cat.Category(r.Category)
	if !ok || !c.Active {
		f.Add("category", "voice.category.unknown", r.Category)
		return nil
	}
	p, err := org.Propose(s.Tx, c.Code, s.V.Place)
	if err != nil {
		return err
	}
	if away && p.Restricted != "" && p.Restricted != s.V.Restricted {
		f.Add("category", "voice.category.restricted", c.Code)
	}
	s.V.Category, s.V.Class = c.Code, p.Class
	if s.V.Alarm == words.AlarmInjury {
		s.V.Class = core.Raise(p.Class)
	}
	if r.Class != "" {
		s.V.Class = r.Class
	}
	return nil
}

// name writes down who is named. From then on they cannot get the voice; whoever names himself or his own unit cannot go on
// with it either.
func name(s *core.Step, f *fault.Form, persons, units []string) error {
	if len(persons)+len(units) == 0 {
		return nil
	}
	for _, p := range persons {
		if _, err := org.PersonByID(s.Tx, p); err != nil {
			if fault.KindOf(err) != fault.NotFound {
				return err
			}
			f.Add("persons", "voice.named.unknown", p)
			continue
		}
		if err := core.InsertNamed(s.Tx, s.V.ID, "person", p, ""); err != nil {
			return err
		}
	}
	for _, c := range units {
		u, err := org.UnitByCode(s.Tx, c)
		if err != nil {
			if fault.KindOf(err) != fault.NotFound {
				return err
			}
			f.Add("units", "voice.named.unknown", c)
			continue
		}
		if err := core.InsertNamed(s.Tx, s.V.ID, "unit", u.Code, string(u.Path)); err != nil {
			return err
		}
	}
	s.V.Named = true
	t, err := core.ThingOf(s.Tx, s.V)
	if err != nil {
		return err
	}
	s.Thing = t
	if s.Who.Recused(t) {
		return fault.New(fault.Forbidden, "voice.named.self")
	}
	if err := takeAway(s); err != nil {
		return err
	}
	for _, u := range append([]access.Path{t.Lead}, t.Co...) {
		for _, n := range t.NamedUnits {
			if u != "" && u.Under(n) {
				f.Add("units", "voice.named.has_it")
			}
		}
	}
	return nil
}

// Name says whom a voice is about, so that it can never reach them.
type Name struct {
	Voice   string   `json:"voice"`
	Version int      `json:"version,omitempty"`
	Persons []string `json:"persons,omitempty"`
	Units   []string `json:"units,omitempty"`
}

// Do names. Errors: access, Invalid for unknown codes, Forbidden "voice.named.self", Conflict "matter.join.recused" or
// "voice.merge.recused" where what the voice has been linked to lies with whom it names.
func (in Name) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, in.Version, access.VoiceTriage)
	if err != nil {
		return err
	}
	if s.V.State == core.Withdrawn { // it reaches nobody any more
		return fault.New(fault.Conflict, "voice.over")
	}
	var f fault.Form
	if err := name(s, &f, in.Persons, in.Units); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := passNames(s); err != nil {
		return err
	}
	return s.Save("name", event.Ref{}, in)
}

// Quarantine sets aside what looks like spam or an attack. It stays visible, has a term of its own, and the receipt says so.
type Quarantine struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reason  string `json:"reason"`
}

// Do sets aside. Errors: access, Invalid without a reason, Conflict in another state, or while an objection waits for the next level.
func (in Quarantine) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, in.Version, access.VoiceQuarantine)
	if err != nil {
		return err
	}
	if s.V.Appeal {
		return fault.New(fault.Conflict, "cycle.refused", s.V.State, core.EvQuarantine)
	}
	var f fault.Form
	in.Reason = core.NeedText(&f, "reason", in.Reason, core.MaxReason)
	if err := f.Err(); err != nil {
		return err
	}
	return s.SetAside(in)
}

// Free puts a voice that was set aside back into the inbox.
type Free struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reason  string `json:"reason"`
}

// Do frees. Errors: access, Invalid without a reason, Conflict in another state.
func (in Free) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, in.Version, access.VoiceQuarantine)
	if err != nil {
		return err
	}
	var f fault.Form
	in.Reason = core.NeedText(&f, "reason", in.Reason, core.MaxReason)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Move(core.EvFree); err != nil {
		return err
	}
	if err := s.Discharge(duty.Done, duty.Quarantine); err != nil {
		return err
	}
	return s.Save(core.EvFree, event.Ref{}, in)
}

// Transfer hands a voice to the union office of another unit. Its time goes on; after two transfers the office that has it
// decides.
type Transfer struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Unit    string `json:"unit"`
	Reason  string `json:"reason"`
}

// Do transfers. Errors: access, Invalid for an unknown or named unit, Conflict "voice.transfer.max".
func (in Transfer) Do(tx *db.Tx, who access.Person) error {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return err
	}
	if s.V.Transfers >= core.TransferMax {
		return fault.New(fault.Conflict, "voice.transfer.max", core.TransferMax)
	}
	var f fault.Form
	in.Reason = core.NeedText(&f, "reason", in.Reason, core.MaxReason)
	u, err := org.UnitByCode(tx, in.Unit)
	switch {
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return err
	case err != nil:
		f.Add("unit", "voice.unit.unknown", in.Unit)
	case core.Recused(u.Path, s.Thing.NamedUnits):
		f.Add("unit", "voice.unit.named", in.Unit)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Move(core.EvTransfer); err != nil {
		return err
	}
	s.V.Transfers++
	s.V.Unit, s.V.UnitPath, s.V.ClaimedBy = u.Code, u.Path, ""
	if err := s.HandOver(duty.Holder{Path: u.Path, Role: core.Officer(s.V.Restricted)}); err != nil {
		return err
	}
	return s.Save(core.EvTransfer, event.Ref{}, in)
}

// Restrict moves a voice into the own queue of discipline, health or aid, or back out of it. Only those officers see it
// there.
type Restrict struct {
	Voice   string   `json:"voice"`
	Version int      `json:"version,omitempty"`
	Class   string   `json:"class"` // "discipline", "health", "aid"; empty: back to the common queue
	Reason  string   `json:"reason"`
	Persons []string `json:"persons,omitempty"`
	Units   []string `json:"units,omitempty"`
}

// Do restricts. Errors: access, Invalid without a reason or for an unknown class.
func (in Restrict) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, in.Version, access.VoiceRestrict)
	if err != nil {
		return err
	}
	var f fault.Form
	in.Reason = core.NeedText(&f, "reason", in.Reason, core.MaxReason)
	if in.Class != "" && !core.Has(RestrictedClasses(), in.Class) {
		f.Add("class", "voice.restricted.unknown", in.Class)
	}
	if in.Class == s.V.Restricted {
		f.Add("class", "voice.restricted.same")
	}
	if err := name(s, &f, in.Persons, in.Units); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Move(core.EvRestrict); err != nil {
		return err
	}
	s.V.Restricted, s.V.ClaimedBy = in.Class, ""
	if err := s.HandOver(duty.Holder{Path: s.V.UnitPath, Role: core.Officer(in.Class)}); err != nil {
		return err
	}
	if _, err := duty.Restrict(tx, who, s.V.Ref(), in.Class); err != nil {
		return err
	}
	if err := s.Save(core.EvRestrict, event.Ref{}, restricted{Class: in.Class, Reason: in.Reason}); err != nil {
		return err
	}
	return s.LetFollowersGo() // the answer of a restricted path is not for those who are not on it
}

// restricted is what the record keeps: the reason may tell what the voice is about.
type restricted struct {
	Class  string `json:"class"`
	Reason string `json:"reason"`
}
