package matter

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/matter/shot"
)

// Register puts a matter on the ledger. Voices, supporters, the time of the first voice and the recused are told by the
// capability that links them; a matter without any is marked as begun by the union.
type Register struct {
	Title         string   `json:"title"`
	Body          string   `json:"body,omitempty"`
	PublicText    string   `json:"public_text,omitempty"`
	Public        bool     `json:"public"`
	Class         Class    `json:"class"`
	Source        Source   `json:"source"`
	Category      string   `json:"category"`
	Place         string   `json:"place,omitempty"`
	Unit          string   `json:"unit,omitempty"` // empty: the unit of the place, else the whole organisation
	Beneficiaries int64    `json:"beneficiaries,omitempty"`
	Lead          string   `json:"lead,omitempty"` // assigned in the same breath
	Co            []string `json:"co,omitempty"`
	Rule          string   `json:"rule,omitempty"`

	Voices       int64        `json:"-"`
	Supporters   int64        `json:"-"`
	FirstVoiceAt clock.Millis `json:"-"`
	NamedPersons []string     `json:"-"`
	NamedUnits   []string     `json:"-"` // codes
	Restricted   string       `json:"-"`
	Photos       []PhotoIn    `json:"photos,omitempty"` // before
	ID           string       `json:"-"`                // set by Do
	Number       string       `json:"-"`                // set by Do
}

// PhotoIn names a stored picture.
type PhotoIn = shot.In

// Do registers and sets ID and Number. Errors: access, Invalid at the fields.
func (in *Register) Do(tx *db.Tx, who access.Person) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	unit := in.Unit
	var f fault.Form
	if in.Place != "" {
		p, err := org.PlaceByCode(tx, in.Place)
		if err != nil {
			f.Add("place", "matter.place.unknown", in.Place)
		} else if in.Place = p.Code; unit == "" {
			unit = p.Unit
		}
		if in.Beneficiaries == 0 && err == nil {
			in.Beneficiaries = int64(p.Users)
		}
	}
	if unit == "" {
		unit = org.Root
	}
	u, ok := tree.Get(unit)
	if !ok {
		f.Add("unit", "matter.unit.unknown", unit)
	}
	if err := who.May(tx, access.MatterRegister, access.Thing{Kind: "matter", Unit: u.Path}); err != nil {
		return err
	}
	if in.Category != "" {
		if _, err := org.CategoryByCode(tx, in.Category); err != nil {
			f.Add("category", "matter.category.unknown", in.Category)
		}
	}
	if in.Class == "" {
		in.Class = Standard
	}
	if in.Source == "" {
		in.Source = FromVoice
	}
	plan.CheckText(&f, "title", in.Title, 2, plan.MaxTitle)
	plan.CheckText(&f, "body", in.Body, 0, plan.MaxText)
	plan.CheckText(&f, "public_text", in.PublicText, 0, plan.MaxNote)
	if !in.Class.Valid() {
		f.Add("class", "matter.class.unknown", string(in.Class))
	}
	if !knownSource(in.Source) || in.Source == FromBallot && who.Kind != access.Job {
		f.Add("source", "matter.source.unknown", string(in.Source))
	}
	if in.Source == FromVoice && in.Voices == 0 {
		f.Add("source", "matter.source.none")
	}
	if in.Beneficiaries < 0 {
		f.Add("beneficiaries", "matter.beneficiaries")
	}
	if err := f.Err(); err != nil {
		return err
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	to, err := Cycle.Next("", EventRegister)
	if err != nil {
		return err
	}
	year := clock.DayOf(tx.Now, tx.Zone()).Year()
	n, err := nextNumber(tx, year)
	if err != nil {
		return err
	}
	now := tx.Millis()
	planDue, _ := cal.DueAfterWorkingDays(tx.Now, set.Int(org.PlanDays))
	m := Matter{ID: id.V7(tx.Now), Number: Number(year, n), Title: trim(in.Title), Body: trim(in.Body), PublicText: trim(in.PublicText),
		Public: in.Public && in.Restricted == "", Class: in.Class, Source: in.Source, UnionInitiated: in.Voices == 0,
		Category: in.Category, Place: in.Place, Unit: unit, UnitPath: u.Path, Beneficiaries: in.Beneficiaries, Restricted: in.Restricted,
		State: to, Version: 1, Round: 1, CreatedBy: who.ID, RegisteredAt: now, FirstVoiceAt: in.FirstVoiceAt,
		Voices: in.Voices, Supporters: in.Supporters, MovedAt: now, PlanDue: clock.MillisOf(planDue), DueOpen: true}
	if m.FirstVoiceAt == 0 || m.FirstVoiceAt > now {
		m.FirstVoiceAt = now
	}
	in.ID, in.Number = m.ID, m.Number
	if err := insertMatter(tx, m); err != nil {
		return err
	}
	if err := nameRecused(tx, m.ID, in.NamedPersons, in.NamedUnits, tree); err != nil {
		return err
	}
	if err := addPhotos(tx, who, m, PhotoBefore, in.Photos); err != nil {
		return err
	}
	if err := event.Record(tx, who, event.Fact{Kind: "matter." + EventRegister, Subject: m.Ref(), To: m.State,
		Data: struct {
			Number string    `json:"number"`
			Voices int64     `json:"voices"`
			In     *Register `json:"in"`
		}{m.Number, m.Voices, in}}); err != nil {
		return err
	}
	if err := tell(tx, who, Moved{Event: EventRegister, After: m}); err != nil {
		return err
	}
	if in.Lead == "" {
		return nil
	}
	return assignment.Assign{Subject: m.Ref(), Lead: in.Lead, Co: in.Co, Rule: in.Rule}.Do(tx, who)
}

func knownSource(s Source) bool {
	for _, k := range plan.Sources() {
		if k == s {
			return true
		}
	}
	return false
}

func nameRecused(tx *db.Tx, matter string, persons, units []string, tree *org.Tree) error {
	for _, p := range persons {
		if err := insertNamed(tx, matter, p, "", ""); err != nil {
			return err
		}
	}
	for _, u := range units {
		if err := insertNamed(tx, matter, "", u, string(tree.Path(u))); err != nil {
			return err
		}
	}
	return nil
}

func addPhotos(tx *db.Tx, who access.Person, m Matter, kind string, in []PhotoIn) error {
	for _, p := range in {
		if p.Hash == "" || len(p.Hash) > 128 {
			return fault.Field("photos", "matter.photo.unknown")
		}
		if err := insertPhoto(tx, Photo{Matter: m.ID, Hash: p.Hash, Thumb: p.Thumb, Kind: kind, Round: m.Round, Point: p.Point,
			Caption: p.Caption, Taken: p.Taken, At: tx.Millis(), By: who.ID}); err != nil {
			return err
		}
	}
	return nil
}

// Joined is what the capability above tells when voices join a matter.
type Joined struct {
	Voices       int64
	Supporters   int64
	FirstVoiceAt clock.Millis
	NamedPersons []string
	NamedUnits   []string // codes
}

// AddVoices counts voices that join a matter and takes over whom they name. It is called by the capability that links
// them and that has asked and records; a matter whose lead unit, helper or owner is named in a new voice refuses it,
// Conflict "matter.join.recused", until somebody else leads it.
func AddVoices(tx *db.Tx, key string, in Joined) error {
	m, err := byKey(tx, key, tx.ForUpdate())
	if err != nil {
		return err
	}
	if m.State == Cancelled {
		return fault.New(fault.Conflict, "matter.join.over", m.Number)
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	for _, p := range in.NamedPersons {
		if p != "" && (p == m.Owner || p == m.Sponsor) {
			return fault.New(fault.Conflict, "matter.join.recused", m.Number)
		}
	}
	for _, c := range in.NamedUnits {
		named := []access.Path{tree.Path(c)}
		for _, u := range append(m.CoUnits(), m.Lead) {
			if u != "" && assignment.Recused(tree.Path(u), named) {
				return fault.New(fault.Conflict, "matter.join.recused", m.Number)
			}
		}
		for _, p := range []string{m.Owner, m.Sponsor} {
			if w, ok := findPerson(tx, p); ok && assignment.Recused(w.Path, named) {
				return fault.New(fault.Conflict, "matter.join.recused", m.Number)
			}
		}
	}
	if err := nameRecused(tx, m.ID, in.NamedPersons, in.NamedUnits, tree); err != nil {
		return err
	}
	return addVoices(tx, m.ID, in.Voices, in.Supporters, in.FirstVoiceAt)
}

// Amend changes the wording of a matter, its class before there is a plan, and whether it is shown to everybody.
type Amend struct {
	Matter        string `json:"matter"`
	Version       int64  `json:"version"`
	Title         string `json:"title"`
	Body          string `json:"body"`
	PublicText    string `json:"public_text"`
	Public        bool   `json:"public"`
	Class         Class  `json:"class,omitempty"` // empty: as it is
	Beneficiaries int64  `json:"beneficiaries"`
}

// Do amends. Errors: access, Invalid at the fields, Conflict when stale or when a planned matter would change its class.
func (in Amend) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterPublish)
	if err != nil {
		return err
	}
	if err := x.move(EventAmend); err != nil {
		return err
	}
	var f fault.Form
	plan.CheckText(&f, "title", in.Title, 2, plan.MaxTitle)
	plan.CheckText(&f, "body", in.Body, 0, plan.MaxText)
	plan.CheckText(&f, "public_text", in.PublicText, 0, plan.MaxNote)
	if in.Class != "" && !in.Class.Valid() {
		f.Add("class", "matter.class.unknown", string(in.Class))
	}
	if in.Class != "" && in.Class != x.m.Class && x.m.PlanLatest > 0 {
		f.Add("class", "matter.class.planned")
	}
	if in.Public && x.m.Restricted != "" {
		f.Add("public", "matter.public.restricted")
	}
	if in.Beneficiaries < 0 {
		f.Add("beneficiaries", "matter.beneficiaries")
	}
	if err := f.Err(); err != nil {
		return err
	}
	x.m.Title, x.m.Body, x.m.PublicText, x.m.Public = trim(in.Title), trim(in.Body), trim(in.PublicText), in.Public
	x.m.Beneficiaries = in.Beneficiaries
	if in.Class != "" {
		x.m.Class = in.Class
	}
	return x.done(EventAmend, in, "")
}

// init lets matters be assigned, and their states be compared with the record.
func init() {
	event.RegisterState("matter", `SELECT id, state FROM matter`)
	assignment.Register("matter", assignment.Host{Load: loadSubject, Changed: assigned})
	duty.RegisterThing("matter", func(tx *db.Tx, id string) (access.Thing, error) {
		m, err := byKey(tx, id, "")
		if err != nil {
			return access.Thing{}, err
		}
		return ThingOf(tx, m)
	})
}

func loadSubject(tx *db.Tx, key string) (assignment.Subject, error) {
	m, err := byKey(tx, key, tx.ForUpdate())
	if err != nil {
		return assignment.Subject{}, err
	}
	t, err := ThingOf(tx, m)
	return assignment.Subject{Ref: m.Ref(), Thing: t, Start: m.RegisteredAt, Category: m.Category, Place: m.Place, Round: m.Round}, err
}

// assigned moves the matter when its assignment changes: a lead gives it a plan to owe, a return takes the lead away.
func assigned(tx *db.Tx, who access.Person, c assignment.Change) error {
	x, err := hold(tx, who, c.After.SubjectID)
	if err != nil {
		return err
	}
	switch c.Event {
	case assignment.EventAssign, assignment.EventReassign, assignment.EventAdjudicate:
		return x.lead(c)
	case assignment.EventReturn, assignment.EventReturnAgain:
		if err := x.move(EventReturn); err != nil {
			return err
		}
		x.m.Lead, x.m.LeadPath, x.m.Co = "", "", ""
		if _, err := duty.HandOver(tx, who, x.m.Ref(), duty.Holder{Path: x.m.UnitPath, Role: access.Triager}, duty.Plan); err != nil {
			return err
		}
		return x.done(EventReturn, nil, c.Note)
	}
	return nil
}

func (x *act) lead(c assignment.Change) error {
	if err := x.move(EventAssign); err != nil {
		return err
	}
	var co []string
	for _, u := range c.Co {
		co = append(co, u.Unit)
	}
	x.m.Lead, x.m.LeadPath, x.m.Co = c.After.Lead, c.After.LeadPath, string(org.ListOf(co...))
	if x.before.State != Proposed && x.before.State != Assigned {
		// The new unit plans anew, within the deadline that is in force.
		if err := x.discharge(duty.Cancelled, duty.PlanHead, duty.PlanFinance, duty.Approve, duty.Milestone, duty.Completion, duty.ExtensionDecide); err != nil {
			return err
		}
		if err := x.dropExtension(); err != nil {
			return err
		}
		x.m.Owner = ""
		x.m.PauseReason, x.m.PauseUntil, x.m.PausedAt = "", "", 0
	}
	had, err := duty.HandOver(x.tx, x.who, x.m.Ref(), duty.Holder{Unit: x.m.Lead, Path: x.m.LeadPath, Role: access.Handler}, duty.Plan)
	if err != nil {
		return err
	}
	if had == 0 {
		if err := x.owePlan(); err != nil {
			return err
		}
	}
	return x.done(EventAssign, nil, c.Note)
}

// owePlan owes the plan: for the first one the days count from registration, whoever had it in between.
func (x *act) owePlan() error {
	start := x.m.RegisteredAt
	if x.before.State != Proposed && x.before.State != Assigned {
		start = x.now()
	}
	days := x.set.Int(org.PlanDays)
	due, _ := x.cal.DueAfterWorkingDays(start.Time(), days)
	x.m.PlanDue = clock.MillisOf(due)
	return x.owe(duty.New{Kind: duty.Plan, Unit: x.m.Lead, Path: x.m.LeadPath, Role: access.Handler, Days: days, Start: start})
}
