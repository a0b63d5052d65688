package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// NewMatter makes a matter of a voice: many voices may join it later. The submitter is told its number.
type NewMatter struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reading
	Register matter.Register `json:"matter"` // title, topic and place are the voice's where empty
	Say      string          `json:"say"`
}

// Do registers the matter and links the voice. Matter.ID and Number are set in the Register that is returned.
func (in NewMatter) Do(tx *db.Tx, who access.Person) (matter.Register, error) {
	r := in.Register
	s, say, err := linking(tx, who, in.Voice, in.Version, in.Reading, in.Say)
	if err != nil {
		return r, err
	}
	if r.Title == "" {
		r.Title = s.V.Title
	}
	if r.Category == "" {
		r.Category = s.V.Category
	}
	if r.Place == "" {
		r.Place = s.V.Place
	}
	if r.Unit == "" {
		r.Unit = s.V.Unit
	}
	r.Source, r.Voices, r.FirstVoiceAt, r.Restricted = matter.FromVoice, 1, s.V.RegisteredAt, s.V.Restricted
	if r.NamedPersons, r.NamedUnits, err = recusals(s); err != nil {
		return r, err
	}
	if err := r.Do(tx, who); err != nil {
		return r, err
	}
	return r, link(s, r.ID, r.Number, say)
}

// JoinMatter lets a voice count to a matter that is on the ledger already.
type JoinMatter struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reading
	Matter string `json:"matter"` // id or number
	Say    string `json:"say"`
}

// Do joins. Errors: access, Invalid at the fields, Conflict "matter.join.recused" where the matter is led by whom the voice
// names, Conflict "voice.join.restricted" across restricted paths.
func (in JoinMatter) Do(tx *db.Tx, who access.Person) error {
	s, say, err := linking(tx, who, in.Voice, in.Version, in.Reading, in.Say)
	if err != nil {
		return err
	}
	m, err := matter.Find(tx, in.Matter)
	if err != nil {
		return err
	}
	if err := join(s, m, 1, 0); err != nil {
		return err
	}
	return link(s, m.ID, m.Number, say)
}

// linking begins the step from triage, or from a unit's hands, to a matter.
func linking(tx *db.Tx, who access.Person, voice string, version int, r Reading, text string) (*core.Step, string, error) {
	v, err := core.Find(tx, voice, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return nil, "", err
	}
	var s *core.Step
	if v.State == Assigned || v.State == Signed {
		s, err = core.Enter(tx, who, v, version, access.VoiceTriage)
	} else {
		s, err = decide(tx, who, voice, version)
	}
	if err != nil {
		return nil, "", err
	}
	var f fault.Form
	if err := read(s, &f, r, true); err != nil {
		return nil, "", err
	}
	say := core.NeedText(&f, "say", text, core.MaxReply)
	return s, say, f.Err()
}

// join counts voices and supporters to the matter after the rules about it: not over, same restricted path, and nobody who is
// named has it in hand.
func join(s *core.Step, m matter.Matter, voices, supporters int64) error {
	if m.Over() {
		return fault.New(fault.Conflict, "voice.join.over", m.Number)
	}
	if m.Restricted != s.V.Restricted {
		return fault.New(fault.Conflict, "voice.join.restricted", m.Number)
	}
	j := matter.Joined{Voices: voices, Supporters: supporters, FirstVoiceAt: s.V.RegisteredAt}
	var err error
	if j.NamedPersons, j.NamedUnits, err = recusals(s); err != nil {
		return err
	}
	return matter.AddVoices(s.Tx, m.ID, j)
}

func recusals(s *core.Step) (persons, units []string, err error) {
	if !s.V.Named {
		return nil, nil, nil
	}
	rows, err := core.NamedIn(s.Tx, s.V.ID)
	for _, r := range rows {
		if r.Kind == "person" {
			persons = append(persons, r.Ref)
		} else {
			units = append(units, r.Ref)
		}
	}
	return persons, units, err
}

// link moves the voice to the matter and tells the submitter.
func link(s *core.Step, id, number, say string) error {
	if err := assignment.End(s.Tx, s.Who, s.V.Ref(), "matter"); err != nil {
		return err
	}
	if err := s.Move(core.EvLink); err != nil {
		return err
	}
	s.V.Matter, s.V.ClaimedBy, s.V.Appeal, s.V.Lead, s.V.LeadPath = id, "", false, "", ""
	if err := s.Say(Entry{Kind: core.EntryLinked, Text: say, Extra: number}); err != nil {
		return err
	}
	// The answer that is owed names the matter; the matter runs on its own plan from here.
	if err := s.DischargeAll(duty.Done); err != nil {
		return err
	}
	if err := s.Save(core.EvLink, event.Ref{Kind: "matter", ID: id}, linked{Matter: number}); err != nil {
		return err
	}
	return followersJoin(s, id, number)
}

type linked struct {
	Matter string `json:"matter"`
}

// support makes a registration a "me too": linked from the first moment.
func (in Register) support(tx *db.Tx, v *Voice) error {
	m, err := matter.Find(tx, in.Matter)
	if err != nil {
		return err
	}
	if !m.Public || m.Restricted != "" {
		return fault.New(fault.NotFound, "voice.support.unknown")
	}
	s := &core.Step{Tx: tx, Who: access.Nobody(), V: *v}
	if err := join(s, m, 0, 1); err != nil {
		return err
	}
	if v.State, err = Cycle.Next("", core.EvSupport); err != nil {
		return err
	}
	v.Matter, v.Category, v.Channel = m.ID, m.Category, MeToo
	if v.Title == "" {
		v.Title = m.Title
	}
	if in.Place == "" && in.Unit == "" {
		v.Place, v.Unit, v.UnitPath = m.Place, m.Unit, m.UnitPath
	}
	if m.DueAt != 0 {
		v.Due = m.DueAt
	}
	return nil
}

// Split takes a voice apart that speaks of several things. Every part keeps level, time and receipt of the whole.
type Split struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Parts   []Part `json:"parts"`
	Say     string `json:"say,omitempty"`
}

// Do splits and returns the ids of the parts. Errors: access, Invalid at "parts" for fewer than two, and for words of the whole
// that no part has; at the part's own field for words that the whole does not have and for an unknown topic or place.
func (in Split) Do(tx *db.Tx, who access.Person) ([]string, error) {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return nil, err
	}
	photos, err := core.Photos(tx, s.V.ID)
	if err != nil {
		return nil, err
	}
	var f fault.Form
	if err := in.check(tx, &f, s.V, photos); err != nil {
		return nil, err
	}
	if err := s.Move(core.EvSplit); err != nil {
		return nil, err
	}
	s.V.ClaimedBy, s.V.Appeal = "", false
	if err := s.Say(Entry{Kind: core.EntrySplit, Text: core.Clean(in.Say), Extra: core.Plain(len(in.Parts))}); err != nil {
		return nil, err
	}
	if err := s.Discharge(duty.Done, duty.Intake, duty.Appeal, duty.Retaliation); err != nil {
		return nil, err
	}
	if err := s.Discharge(duty.Cancelled, duty.FirstContact, duty.Answer); err != nil {
		return nil, err
	}
	if err := assignment.End(tx, who, s.V.Ref(), "split"); err != nil {
		return nil, err
	}
	if err := s.Save(core.EvSplit, event.Ref{}, split{Parts: len(in.Parts)}); err != nil {
		return nil, err
	}
	var ids []string
	for i, p := range in.Parts {
		child, err := part(s, i+1, p, photos)
		if err != nil {
			return nil, err
		}
		ids = append(ids, child)
	}
	return ids, nil
}

type split struct {
	Parts int `json:"parts"`
}

func (in Split) check(tx *db.Tx, f *fault.Form, v Voice, photos []PhotoRow) error {
	if len(in.Parts) < 2 || len(in.Parts) > core.MaxParts {
		f.Add("parts", "voice.split.count", 2, core.MaxParts)
		return f.Err()
	}
	var texts []string
	for i, p := range in.Parts {
		at := "parts." + core.Plain(i) + "."
		if core.Clean(p.Text) == "" {
			f.Add(at+"text", "voice.split.empty")
		}
		if p.Kind != "" && !p.Kind.Valid() {
			f.Add("parts", "voice.kind.unknown", string(p.Kind))
		}
		core.TooLong(f, "parts", p.Title, core.MaxTitle)
		for _, h := range p.Photos {
			if !hasPhoto(photos, h) {
				f.Add("parts", "voice.split.photo")
			}
		}
		if p.Category != "" {
			if _, err := org.CategoryByCode(tx, p.Category); err != nil {
				f.Add(at+"category", "voice.category.unknown", p.Category)
			}
		}
		if p.Place != "" {
			if _, err := org.PlaceByCode(tx, p.Place); err != nil {
				f.Add(at+"place", "voice.place.unknown", p.Place)
			}
		}
		_, foreign := words.Uncovered(v.Text, []string{p.Text})
		for _, x := range foreign {
			f.Add(at+"text", "voice.split.foreign", words.Excerpt(x, 30))
		}
		texts = append(texts, p.Text)
	}
	missing, _ := words.Uncovered(v.Text, texts)
	for _, m := range missing {
		f.Add("parts", "voice.split.missing", words.Excerpt(m, 30))
	}
	return f.Err()
}

func hasPhoto(photos []PhotoRow, hash string) bool {
	for _, p := range photos {
		if p.Hash == hash {
			return true
		}
	}
	return false
}

// part registers one part with the time of the whole.
func part(s *core.Step, n int, p Part, photos []PhotoRow) (string, error) {
	tx, v := s.Tx, s.V
	text := core.Clean(p.Text)
	c := Voice{ID: id.Random(), Number: v.Number + "-" + core.Plain(n), Level: v.Level, Kind: v.Kind, Channel: FromPart, ProxyBy: v.ProxyBy,
		Submitter: v.Submitter, Place: v.Place, PlaceText: v.PlaceText, Unit: v.Unit, UnitPath: v.UnitPath, Text: text,
		Redacted: words.RedactSuggest(text), Redaction: "auto", Title: core.Clean(p.Title), Version: 1, Day: v.Day, RegisteredAt: v.RegisteredAt,
		Restricted: v.Restricted, Parent: v.ID, Root: v.Holder(), ContactOK: v.ContactOK, Named: v.Named}
	if c.Level == Named {
		c.Redacted = text
	}
	if p.Kind != "" {
		c.Kind = p.Kind
	}
	if a := words.Listen(text, string(c.Kind)).Kind; a == words.AlarmInjury {
		c.Alarm = a
	}
	if p.Place != "" {
		place, err := org.PlaceByCode(tx, p.Place)
		if err != nil {
			return "", err
		}
		c.Place, c.PlaceText = place.Code, "" // the unit stays: it says who triages, and was fixed when the voice came in
	}
	if p.Category != "" {
		rule, err := org.Propose(tx, p.Category, c.Place)
		if err != nil {
			return "", err
		}
		if c.Category, c.Class = p.Category, rule.Class; c.Alarm == words.AlarmInjury {
			c.Class = core.Raise(rule.Class)
		}
	}
	var err error
	if c.State, err = Cycle.Next("", core.EvPart); err != nil {
		return "", err
	}
	t, err := core.TermsOf(tx)
	if err != nil {
		return "", err
	}
	days, err := org.Int(tx, org.IntakeDays)
	if err != nil {
		return "", err
	}
	c.Due = t.After(v.RegisteredAt.At(tx.Zone()), days)
	if err := core.Insert(tx, &c); err != nil {
		return "", err
	}
	if v.Named {
		if err := core.CopyNamed(tx, v.ID, c.ID); err != nil {
			return "", err
		}
	}
	var keep []Photo
	for _, ph := range photos {
		if len(p.Photos) == 0 || core.Has(p.Photos, ph.Hash) {
			keep = append(keep, Photo{Hash: ph.Hash, Thumb: ph.Thumb, W: ph.W, H: ph.H})
		}
	}
	if err := core.InsertPhotos(tx, c.ID, 0, 0, keep); err != nil {
		return "", err
	}
	if err := event.Record(tx, s.Who, event.Fact{Kind: "voice." + core.EvPart, Subject: c.Ref(), About: v.Ref(), To: c.State,
		Data: core.Registration{Number: c.Number, Level: c.Level, Kind: c.Kind, Channel: c.Channel, Place: c.Place, Day: c.Day, Words: core.Fingerprint(c.Text)}}); err != nil {
		return "", err
	}
	_, err = duty.Owe(tx, s.Who, duty.New{Kind: duty.Intake, Subject: c.Ref(), Path: c.UnitPath, Role: core.Officer(c.Restricted),
		Restricted: c.Restricted, Days: days, Start: c.RegisteredAt, Round: 1})
	return c.ID, err
}
