package matter

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/matter/shot"
)

// Working days for looking at what is said to be done, and for striking off after the answers (defaults of the product).
const (
	InspectDays = 3
	ConfirmDays = 5
)

// ClaimDone says that the matter is done (办结): every step done, every measured check item measured and within its
// threshold, the photos there that the plan asks for.
type ClaimDone struct {
	Matter   string    `json:"matter"`
	Version  int64     `json:"version"`
	Text     string    `json:"text"` // what was done, in words for the employees
	Readings []Reading `json:"readings,omitempty"`
	Photos   []PhotoIn `json:"photos,omitempty"` // after
}

// Do claims. Errors: access (only the owner), Conflict with what is still missing, Invalid at the readings.
func (in ClaimDone) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterComplete)
	if err != nil {
		return err
	}
	if err := x.move(EventClaim); err != nil {
		return err
	}
	p, err := planOf(tx, x.m.ID, x.m.PlanVersion)
	if err != nil {
		return err
	}
	var f fault.Form
	plan.CheckText(&f, "text", in.Text, 2, plan.MaxText)
	open := 0
	for _, s := range p.StepStates {
		if s.DoneAt == 0 {
			open++
		}
	}
	if open > 0 {
		f.Add("steps", "matter.claim.steps", open)
	}
	if err := addPhotos(tx, who, x.m, PhotoAfter, in.Photos); err != nil {
		return err
	}
	have, err := db.One[int64](tx, `SELECT COUNT(*) FROM matter_photo WHERE matter = $1 AND kind = 'after' AND round = $2`, x.m.ID, x.m.Round)
	if err != nil {
		return err
	}
	if have < p.Slots.AfterPhotos {
		f.Add("photos", "matter.claim.photos", p.Slots.AfterPhotos-have)
	}
	if x.m.Round > 1 {
		n, err := db.One[int64](tx, `SELECT COUNT(*) FROM progress WHERE matter = $1 AND round = $2`, x.m.ID, x.m.Round)
		if err != nil {
			return err
		}
		if n == 0 {
			f.Add("text", "matter.claim.progress")
		}
	}
	need := plan.Measured
	if len(p.Slots.Checks) == 0 {
		need = func(Check) bool { return false }
	}
	passed, err := plan.Judge(p.Slots.Checks, in.Readings, need)
	if err := f.Join(err); err != nil {
		return err
	}
	if !passed {
		f.Add("readings", "matter.claim.below")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if len(in.Readings) > 0 {
		if err := x.inspection(InspectSelf, p, in.Readings, true, "", ""); err != nil {
			return err
		}
	}
	if err := x.dropExtension(); err != nil {
		return err
	}
	if err := insertProgress(tx, Progress{ID: id.V7(tx.Now), Matter: x.m.ID, Round: x.m.Round, Text: trim(in.Text), Done: true,
		At: x.now(), By: who.ID}); err != nil {
		return err
	}
	x.m.Claimant, x.m.CompletedAt = who.ID, x.now()
	if x.m.Inspector == who.ID {
		x.m.Inspector = ""
	}
	if x.m.Completed0 == 0 {
		x.m.Completed0 = x.m.CompletedAt
	}
	if err := x.discharge(duty.Done, duty.Completion, duty.Milestone, duty.ExtensionDecide); err != nil {
		return err
	}
	if err := x.owe(duty.New{Kind: duty.Inspect, Path: x.m.UnitPath, Role: access.Inspector, Person: x.m.Inspector, Days: InspectDays}); err != nil {
		return err
	}
	return x.done(EventClaim, in, trim(in.Text))
}

// inspection stores a look at the site with its readings.
func (x *act) inspection(kind string, p Plan, in []Reading, passed bool, present, note string) error {
	i := Inspection{ID: id.V7(x.tx.Now), Matter: x.m.ID, Round: x.m.Round, Kind: kind, By: x.who.ID, At: x.now(), Passed: passed,
		Present: trim(present), Note: trim(note), Plan: p.Version}
	for _, r := range in {
		if r.Value == "" {
			continue
		}
		c := Check{Kind: plan.CheckYesNo}
		if r.Check > 0 {
			c = p.Slots.Checks[r.Check-1]
		}
		v := r.Value
		if c.Kind == plan.CheckNumber {
			v, _ = plan.Decimal(v)
		}
		ok, _ := c.Passes(v)
		i.Readings = append(i.Readings, ReadingMade{Check: r.Check, Value: v, Passed: ok, Note: trim(r.Note)})
	}
	return insertInspection(x.tx, i)
}

// AppointInspector names who is to look at the site.
type AppointInspector struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Person  string `json:"person"` // id or employee number
}

// Do appoints. Errors: access, Invalid for somebody of the lead unit, the owner or a recused person.
func (in AppointInspector) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterApprove)
	if err != nil {
		return err
	}
	if x.m.State != Executing && x.m.State != Inspecting {
		return fault.New(fault.Conflict, "cycle.refused", x.m.State, "appoint")
	}
	p, ok := findPerson(tx, trim(in.Person))
	if !ok {
		return fault.Field("person", "matter.plan.person.unknown", in.Person)
	}
	a := access.Person{Kind: access.Account, ID: p.ID, Path: p.Path}
	if a.Recused(x.thing) {
		return fault.Field("person", "matter.plan.person.recused", p.Name)
	}
	if err := checkInspector(x.m, a); err != nil {
		return fault.Field("person", fault.Of(err).Key)
	}
	x.m.Inspector = p.ID
	if x.m.State == Inspecting {
		if _, err := duty.HandOver(tx, who, x.m.Ref(), duty.Holder{Path: x.m.UnitPath, Person: p.ID, Role: access.Inspector}, duty.Inspect); err != nil {
			return err
		}
	}
	return x.done(EventAmend, in, "")
}

// Inspect is the verdict of somebody who is neither the owner nor of the lead unit, with a reading for every check item
// of the plan in force. It passes only if every reading does.
type Inspect struct {
	Matter   string       `json:"matter"`
	Version  int64        `json:"version"`
	Passed   bool         `json:"passed"`
	Readings []Reading    `json:"readings,omitempty"`
	Present  string       `json:"present,omitempty"` // roles of the people who were there
	Note     string       `json:"note,omitempty"`    // needed when it fails
	Photos   []PhotoIn    `json:"photos,omitempty"`
	DeviceAt clock.Millis `json:"device_at,omitempty"` // when it was written down, by the clock of the device
}

// Do inspects. Errors: access, Forbidden for the wrong hands, Invalid where a reading is missing or does not pass.
func (in Inspect) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterInspect)
	if err != nil {
		return err
	}
	ev := EventFail
	if in.Passed {
		ev = EventPass
	}
	if err := x.move(ev); err != nil {
		return err
	}
	if err := checkInspector(x.m, who); err != nil {
		return err
	}
	p, err := x.judge(InspectSite, in.Passed, in.Readings, in.Present, in.Note, in.DeviceAt, in.Photos)
	if err != nil {
		return err
	}
	if err := x.discharge(duty.Done, duty.Inspect); err != nil {
		return err
	}
	x.m.InspectedAt, x.m.Inspector = x.now(), who.ID
	if !in.Passed {
		// The claim is void. The deadline stays where it was: only an extension moves it.
		x.m.Claimant, x.m.CompletedAt, x.m.Inspector, x.m.InspectedAt = "", 0, "", 0
		x.setSteps(p.StepStates)
		if err := x.oweCompletion(); err != nil {
			return err
		}
	}
	return x.done(ev, in, trim(in.Note))
}

// judge checks and stores a look at the site: verdict and readings must agree.
func (x *act) judge(kind string, passed bool, in []Reading, present, note string, device clock.Millis, photos []PhotoIn) (Plan, error) {
	p, err := planOf(x.tx, x.m.ID, x.m.PlanVersion)
	if err != nil {
		return p, err
	}
	var f fault.Form
	least, need := 0, plan.Every
	if !passed {
		least, need = 2, func(Check) bool { return false }
	}
	plan.CheckText(&f, "note", note, least, plan.MaxNote)
	plan.CheckText(&f, "present", present, 0, plan.MaxNote)
	shot.Look{At: x.now(), Device: device, Zone: x.tx.Zone(), Hours: x.set.Int(org.InspectPhotoHours)}.All(&f, photos)
	good, err := plan.Judge(p.Slots.Checks, in, need)
	if err := f.Join(err); err != nil {
		return p, err
	}
	if passed && !good {
		f.Add("passed", "matter.inspect.below")
	}
	if err := f.Err(); err != nil {
		return p, err
	}
	if err := addPhotos(x.tx, x.who, x.m, PhotoAfter, photos); err != nil {
		return p, err
	}
	return p, x.inspection(kind, p, in, passed, present, note)
}
