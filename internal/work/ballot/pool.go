package ballot

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/proposal"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/voice/core"
)

// Words are what is written of a candidate.
type Words struct {
	Title      string `json:"title"`
	Body       string `json:"body"`
	Goal       string `json:"goal,omitempty"`
	Unit       string `json:"unit,omitempty"` // empty: the whole organisation
	Broad      string `json:"broad,omitempty"`
	Effect     string `json:"effect,omitempty"`
	Feasible   string `json:"feasible,omitempty"`
	Measurable string `json:"measurable,omitempty"`
}

// write checks the words and puts them into the candidate.
func (in Words) write(tx *db.Tx, f *fault.Form, c *Candidate) error {
	c.Title = f.Text("title", in.Title, MinTitle, MaxTitle, "fault.required")
	c.Body = f.Text("body", in.Body, 2, MaxBody, "fault.required")
	c.Goal = f.Text("goal", in.Goal, 0, MaxGoal, "fault.required")
	for i, x := range []struct {
		from string
		to   *string
	}{{in.Broad, &c.Broad}, {in.Effect, &c.Effect}, {in.Feasible, &c.Feasible}, {in.Measurable, &c.Measurable}} {
		if x.from != "" && x.from != Yes && x.from != No {
			f.Add(Criteria()[i], "fault.choice")
		}
		*x.to = x.from
	}
	if c.Measurable == Yes && c.Goal == "" {
		f.Add("goal", "pool.goal.needed")
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if c.Unit = in.Unit; c.Unit == "" {
		c.Unit = org.Root
	}
	u, ok := tree.Get(c.Unit)
	if !ok || !u.Active {
		f.Add("unit", "fault.choice")
	}
	c.UnitPath = u.Path
	return nil
}

// Put puts a candidate into the pool. It fills ID.
type Put struct {
	ID string `json:"id,omitempty"`
	Words
	Source   string `json:"source"`
	SourceID string `json:"source_id,omitempty"` // of the voice, matter, round or visit; a matter also by its number
}

// Do puts. Errors: access, also to what it comes from; Invalid at the fields.
func (in *Put) Do(tx *db.Tx, who access.Person) error {
	c := Candidate{ID: id.V7(tx.Now), Version: 1, Source: in.Source, MadeAt: tx.Millis(), MadeBy: who.ID}
	var f fault.Form
	if err := in.Words.write(tx, &f, &c); err != nil {
		return err
	}
	if err := who.May(tx, access.PoolPut, access.Thing{Kind: PoolKind, Unit: c.UnitPath, Lead: access.NoUnit}); err != nil {
		return err
	}
	if err := in.source(tx, who, &f, &c); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	var err error
	if c.State, err = PoolCycle.Next("", EventPut); err != nil {
		return err
	}
	in.ID = c.ID
	if err := insertCandidate(tx, c); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: PoolKind + "." + EventPut, Subject: c.Ref(), To: c.State, Data: in})
}

// hotSpot finds a hot spot for somebody who may read it, and says how it is called. Hot spots are made in a room above; see [HotSpots].
var hotSpot = func(*db.Tx, access.Person, string) (string, error) {
	return "", fault.New(fault.NotFound, "pool.source.unknown")
}

// HotSpots tells the pool how a hot spot is found.
func HotSpots(find func(tx *db.Tx, who access.Person, id string) (note string, err error)) {
	hotSpot = find
}

// source finds what the candidate comes from, and asks whether the person may read it.
func (in *Put) source(tx *db.Tx, who access.Person, f *fault.Form, c *Candidate) error {
	unknown := func(err error) error {
		if err != nil && fault.KindOf(err) == fault.NotFound {
			f.Add("source_id", "pool.source.unknown")
			return nil
		}
		return err
	}
	switch in.Source {
	case FromVoice:
		v, t, err := access.Reach(tx, who, access.VoiceTriage, in.SourceID, "", core.Find, core.ThingOf)
		if err != nil {
			return unknown(err)
		}
		if t.Restricted != "" {
			f.Add("source_id", "pool.source.restricted")
		}
		if v.State == core.Withdrawn {
			f.Add("source_id", "pool.source.withdrawn")
		}
		c.SourceID = v.ID // its number is for whoever may read it
	case FromMatter:
		m, err := matter.Find(tx, strings.TrimSpace(in.SourceID))
		if err != nil {
			return unknown(err)
		}
		t, err := matter.ThingOf(tx, m)
		if err != nil {
			return err
		}
		if err := who.May(tx, access.MatterSee, t); err != nil {
			return err
		}
		if m.State != matter.Proposed || m.Restricted != "" {
			f.Add("source_id", "pool.source.begun")
		}
		c.SourceID, c.SourceNote = m.ID, m.Number
	case FromSurvey:
		r, err := survey.See(tx, who, in.SourceID)
		if err != nil {
			return unknown(err)
		}
		if r.State != survey.Closed {
			f.Add("source_id", "survey.not_over")
		}
		c.SourceID, c.SourceNote = r.ID, r.Title
	case FromVisit:
		v, err := inspect.See(tx, who, in.SourceID)
		if err != nil {
			return unknown(err)
		}
		c.SourceID, c.SourceNote = v.ID, v.Number
	case FromProp:
		p, err := proposal.See(tx, who, in.SourceID)
		if err != nil {
			return unknown(err)
		}
		if p.State == proposal.Withdrawn {
			f.Add("source_id", "pool.source.unknown")
		}
		c.SourceID, c.SourceNote = p.ID, p.Title
	case FromSpot:
		note, err := hotSpot(tx, who, in.SourceID)
		if err != nil {
			return unknown(err)
		}
		c.SourceID, c.SourceNote = in.SourceID, note
	case ByHand:
	default:
		f.Add("source", "fault.choice")
	}
	return nil
}

// judge finds a candidate for the office, and moves it.
func judge(tx *db.Tx, who access.Person, key string, version int64, ev string) (Candidate, string, error) {
	c, _, err := access.Reach(tx, who, access.PoolJudge, key, tx.ForUpdate(), findCandidate, thingOfCandidate)
	if err != nil {
		return c, "", err
	}
	if version != 0 && version != c.Version {
		return c, "", fault.New(fault.Conflict, "pool.stale")
	}
	from := c.State
	c.State, err = PoolCycle.Next(from, ev)
	return c, from, err
}

// keep writes the candidate and records what happened to it.
func keep(tx *db.Tx, who access.Person, c *Candidate, from, ev string, data any) error {
	if err := updateCandidate(tx, c); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: PoolKind + "." + ev, Subject: c.Ref(), From: from, To: c.State, Data: data})
}

// Amend changes the words of a candidate, and what is answered to the criteria. What was admitted has to be admitted again.
type Amend struct {
	Candidate string `json:"candidate"`
	Version   int64  `json:"version"`
	Words
}

// Do amends. Errors: access, Invalid at the fields, Conflict once it stands in a ballot or is over.
func (in Amend) Do(tx *db.Tx, who access.Person) error {
	c, from, err := judge(tx, who, in.Candidate, in.Version, EventAmend)
	if err != nil {
		return err
	}
	var f fault.Form
	if err := in.Words.write(tx, &f, &c); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := who.May(tx, access.PoolJudge, c.Thing()); err != nil { // the unit may have changed
		return err
	}
	return keep(tx, who, &c, from, EventAmend, in)
}

// Ask asks a department whether a candidate can be done, and what it takes.
type Ask struct {
	Candidate string `json:"candidate"`
	Version   int64  `json:"version"`
	Lead      string `json:"lead"`
	Text      string `json:"text,omitempty"`
}

// Do asks; the department owes the answer. Errors: access, Invalid at the fields, Conflict where it cannot be asked any more.
func (in Ask) Do(tx *db.Tx, who access.Person) error {
	c, from, err := judge(tx, who, in.Candidate, in.Version, EventAsk)
	if err != nil {
		return err
	}
	var f fault.Form
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	u, ok := tree.Get(in.Lead)
	if !ok || !u.Active || u.Path.Root() {
		f.Add("lead", "fault.choice")
	}
	c.Ask = f.Text("text", in.Text, 0, MaxAsk, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	if from == Asked { // somebody else is asked now
		if _, err := duty.Discharge(tx, who, c.Ref(), duty.Feasibility, duty.Cancelled); err != nil {
			return err
		}
	}
	c.Lead, c.LeadPath, c.Possible, c.Cost, c.Funds, c.Helped, c.Days, c.Note, c.AssessedAt, c.AssessedBy = in.Lead, u.Path, "", 0, "", 0, 0, "", 0, ""
	if _, err := duty.Owe(tx, who, duty.New{Kind: duty.Feasibility, Subject: c.Ref(), Round: c.Version, Path: c.LeadPath, Role: access.DeptHead}); err != nil {
		return err
	}
	return keep(tx, who, &c, from, EventAsk, in)
}

// Assess is what a department says of a candidate.
type Assess struct {
	Candidate string `json:"candidate"`
	Version   int64  `json:"version"`
	Possible  string `json:"possible"`
	Cost      int64  `json:"cost"`
	Funds     string `json:"funds,omitempty"`
	Helped    int64  `json:"helped"`
	Days      int64  `json:"days"`
	Note      string `json:"note"`
}

// Do answers. Errors: access, Invalid at the fields, Conflict where nobody asks.
func (in Assess) Do(tx *db.Tx, who access.Person) error {
	c, _, err := access.Reach(tx, who, access.PoolAssess, in.Candidate, tx.ForUpdate(), findCandidate, thingOfCandidate)
	if err != nil {
		return err
	}
	if in.Version != 0 && in.Version != c.Version {
		return fault.New(fault.Conflict, "pool.stale")
	}
	from := c.State
	if c.State, err = PoolCycle.Next(from, EventAssess); err != nil {
		return err
	}
	var f fault.Form
	if in.Possible != Yes && in.Possible != No {
		f.Add("possible", "fault.choice")
	}
	if in.Cost < 0 || in.Cost > MaxMoney {
		f.Add("cost", "fault.range", 0, MaxMoney)
	}
	least := 1
	if in.Possible == No {
		least = 0
	}
	if in.Funds != "" && !slices.Contains(plan.FundSources(), in.Funds) || in.Funds == "" && in.Cost > 0 && in.Possible == Yes {
		f.Add("funds", "fault.choice")
	}
	if in.Helped < int64(least) || in.Helped > 1_000_000 {
		f.Add("helped", "fault.range", least, 1_000_000)
	}
	if in.Days < int64(least) || in.Days > MaxDays {
		f.Add("days", "fault.range", least, MaxDays)
	}
	c.Note = f.Text("note", in.Note, 4, MaxNote, "pool.note.needed")
	if err := f.Err(); err != nil {
		return err
	}
	c.Possible, c.Cost, c.Funds, c.Helped, c.Days, c.AssessedAt, c.AssessedBy = in.Possible, in.Cost, in.Funds, in.Helped, in.Days, tx.Millis(), who.ID
	if _, err := duty.Discharge(tx, who, c.Ref(), duty.Feasibility, duty.Done); err != nil {
		return err
	}
	return keep(tx, who, &c, from, EventAssess, in)
}

// Admit lets a candidate stand in ballots.
type Admit struct {
	Candidate string `json:"candidate"`
	Version   int64  `json:"version"`
}

// Do admits. Errors: access, Conflict where it is not assessed or a criterion is not met.
func (in Admit) Do(tx *db.Tx, who access.Person) error {
	c, from, err := judge(tx, who, in.Candidate, in.Version, EventAdmit)
	if err != nil {
		return err
	}
	if c.Possible != Yes {
		return fault.New(fault.Conflict, "pool.admit.note")
	}
	if !c.Admissible() {
		return fault.New(fault.Conflict, "pool.admit.criteria")
	}
	return keep(tx, who, &c, from, EventAdmit, in)
}

// Merge says that a candidate is the same as another, which stays.
type Merge struct {
	Candidate string `json:"candidate"`
	Version   int64  `json:"version"`
	Into      string `json:"into"`
}

// Do merges. Errors: access, Invalid for one that is over or the same, Conflict once it stands in a ballot or is over.
func (in Merge) Do(tx *db.Tx, who access.Person) error {
	c, from, err := judge(tx, who, in.Candidate, in.Version, EventMerge)
	if err != nil {
		return err
	}
	into, err := db.Maybe[Candidate](tx, `SELECT * FROM ballot_candidate WHERE id = $1`, in.Into)
	if err != nil {
		return err
	}
	if into == nil || into.ID == c.ID || into.Over() {
		return fault.Field("into", "pool.merge.other")
	}
	c.IntoID = into.ID
	if err := release(tx, who, c, from); err != nil {
		return err
	}
	return keep(tx, who, &c, from, EventMerge, in)
}

// Drop takes a candidate out of the pool.
type Drop struct {
	Candidate string `json:"candidate"`
	Version   int64  `json:"version"`
	Reason    string `json:"reason"`
}

// Do takes out. Errors: access, Invalid without a reason, Conflict once it stands in a ballot or is over.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	c, from, err := judge(tx, who, in.Candidate, in.Version, EventDrop)
	if err != nil {
		return err
	}
	var f fault.Form
	c.Reason = f.Text("reason", in.Reason, 2, MaxReason, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	if err := release(tx, who, c, from); err != nil {
		return err
	}
	return keep(tx, who, &c, from, EventDrop, in)
}

// release ends what a department owes about a candidate that is not needed any more.
func release(tx *db.Tx, who access.Person, c Candidate, from string) error {
	if from != Asked {
		return nil
	}
	_, err := duty.Discharge(tx, who, c.Ref(), duty.Feasibility, duty.Cancelled)
	return err
}
