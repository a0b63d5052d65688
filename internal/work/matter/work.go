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
)

// Report tells how the work goes: a step done, a sentence, photos.
type Report struct {
	Matter  string    `json:"matter"`
	Version int64     `json:"version,omitempty"`
	Step    int64     `json:"step,omitempty"` // number of the step, 0: none in particular
	Done    bool      `json:"done,omitempty"` // the step is done
	Text    string    `json:"text"`
	Photos  []PhotoIn `json:"photos,omitempty"`
}

// Do reports. Errors: access, Invalid for an unknown or finished step.
func (in Report) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterProgress)
	if err != nil {
		return err
	}
	if err := x.move(EventReport); err != nil {
		return err
	}
	var f fault.Form
	least := 2
	if in.Done || len(in.Photos) > 0 {
		least = 0
	}
	plan.CheckText(&f, "text", in.Text, least, plan.MaxNote)
	p, err := planOf(tx, x.m.ID, x.m.PlanVersion)
	if err != nil {
		return err
	}
	switch {
	case in.Step < 0 || int(in.Step) > len(p.StepStates):
		f.Add("step", "matter.step.unknown", in.Step)
	case in.Step == 0 && in.Done:
		f.Add("step", "matter.step.which")
	case in.Done && p.StepStates[in.Step-1].DoneAt != 0:
		f.Add("step", "matter.step.done", in.Step)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if in.Done {
		s := &p.StepStates[in.Step-1]
		s.DoneAt, s.DoneBy = x.now(), who.ID
		if err := setStep(tx, x.m.ID, p.Version, *s); err != nil {
			return err
		}
		x.setSteps(p.StepStates)
		if err := x.milestoneDone(p.StepStates, s.Day); err != nil {
			return err
		}
	}
	if err := insertProgress(tx, Progress{ID: id.V7(tx.Now), Matter: x.m.ID, Round: x.m.Round, Step: in.Step, Text: trim(in.Text),
		Done: in.Done, At: x.now(), By: who.ID}); err != nil {
		return err
	}
	if err := addPhotos(tx, who, x.m, PhotoProgress, in.Photos); err != nil {
		return err
	}
	return x.done(EventReport, in, "")
}

// milestoneDone discharges the milestone duty of a day once no step of that day is open.
func (x *act) milestoneDone(steps []StepState, day clock.Day) error {
	for _, s := range steps {
		if s.Day == day && s.DoneAt == 0 {
			return nil
		}
	}
	_, err := duty.Discharge(x.tx, x.who, x.m.Ref(), duty.Milestone, duty.Done, string(day))
	return err
}

// AskMore asks for a later deadline: before it expires, with a reason and with what is done meanwhile.
type AskMore struct {
	Matter  string    `json:"matter"`
	Version int64     `json:"version"`
	Day     clock.Day `json:"day"`
	Reason  string    `json:"reason"`
	Interim string    `json:"interim"`
}

// ExtensionLevel tells who decides on the next extension: the supervisor on the first max, the sponsor leader then.
func ExtensionLevel(granted int64, max int) access.Role {
	if granted < int64(max) {
		return access.Supervisor
	}
	return access.Leader
}

// Do asks. Errors: access, Conflict after expiry or while another request waits, Invalid for a day that is not later,
// not a working day or too far.
func (in AskMore) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterAskMore)
	if err != nil {
		return err
	}
	if err := x.move(EventAskMore); err != nil {
		return err
	}
	if x.m.DueAt < x.now() {
		return fault.New(fault.Conflict, "matter.extension.expired", x.m.Due)
	}
	waiting, err := askedExtension(tx, x.m.ID)
	if err != nil {
		return err
	}
	if waiting != nil {
		return fault.New(fault.Conflict, "matter.extension.waiting")
	}
	var f fault.Form
	plan.CheckText(&f, "reason", in.Reason, 4, plan.MaxNote)
	plan.CheckText(&f, "interim", in.Interim, 0, plan.MaxNote)
	x.checkNewDay(&f, "day", in.Day)
	if err := f.Err(); err != nil {
		return err
	}
	n, err := db.One[int64](tx, `SELECT COUNT(*) FROM extension WHERE matter = $1`, x.m.ID)
	if err != nil {
		return err
	}
	if err := insertExtension(tx, Extension{ID: id.V7(tx.Now), Matter: x.m.ID, N: n + 1, Round: x.m.Round, Reason: trim(in.Reason),
		Interim: trim(in.Interim), FromDay: x.m.Due, ToDay: in.Day, AskedBy: who.ID, AskedAt: x.now(), State: Asked,
		Late: x.cal.WorkingDaysLeft(tx.Now, x.m.DueAt.Time()) < 1}); err != nil {
		return err
	}
	d := duty.New{Kind: duty.ExtensionDecide, Path: x.m.UnitPath, Role: ExtensionLevel(x.m.Extensions, x.set.Int(org.ExtensionMax)),
		Days: x.set.Int(org.ExtensionDecide)}
	if d.Role == access.Leader {
		d.Person = x.m.Sponsor
	}
	if err := x.owe(d); err != nil {
		return err
	}
	return x.done(EventAskMore, in, "")
}

func (x *act) checkNewDay(f *fault.Form, field string, d clock.Day) {
	switch {
	case !d.Valid():
		f.Add(field, "matter.plan.deadline.date", string(d))
	case d <= x.m.Due:
		f.Add(field, "matter.extension.later", x.m.Due)
	case x.tx.Today().Until(d) > MaxPlanDays:
		f.Add(field, "matter.plan.deadline.far", MaxPlanDays)
	default:
		if work, _ := x.cal.IsWorkday(d); !work {
			f.Add(field, "matter.plan.deadline.holiday", d)
		}
	}
}

// DecideMore grants or refuses the extension that waits. Nobody of the unit that asks decides; after expiry it can only
// be refused.
type DecideMore struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Grant   bool   `json:"grant"`
	Note    string `json:"note"` // needed when it is refused
}

// Do decides. Errors: access (the third and later ones are the sponsor leader's), Conflict after expiry.
func (in DecideMore) Do(tx *db.Tx, who access.Person) error {
	x, err := hold(tx, who, in.Matter)
	if err != nil {
		tx.Asked()
		return err
	}
	a := access.MatterExtend
	if ExtensionLevel(x.m.Extensions, x.set.Int(org.ExtensionMax)) == access.Leader {
		a = access.MatterExtendTop
	}
	if err := who.May(tx, a, x.thing); err != nil {
		return err
	}
	if err := x.fresh(in.Version); err != nil {
		return err
	}
	if err := outside(x.m, who); err != nil {
		return err
	}
	ev := EventRefuse
	if in.Grant {
		ev = EventGrant
	}
	if err := x.move(ev); err != nil {
		return err
	}
	e, err := askedExtension(tx, x.m.ID)
	if err != nil {
		return err
	}
	if e == nil {
		return fault.New(fault.Conflict, "matter.extension.none")
	}
	var f fault.Form
	least := 2
	if in.Grant {
		least = 0
	}
	plan.CheckText(&f, "note", in.Note, least, plan.MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	e.State, e.DecidedBy, e.DecidedAt, e.Note = Refused, who.ID, x.now(), trim(in.Note)
	if in.Grant {
		if x.m.DueAt < x.now() {
			return fault.New(fault.Conflict, "matter.extension.expired", x.m.Due)
		}
		if e.AskedBy == who.ID {
			return fault.New(fault.Forbidden, "matter.separate.author")
		}
		if e.ToDay <= x.m.Due { // a pause has moved the deadline further than was asked for
			return fault.New(fault.Conflict, "matter.extension.overtaken", x.m.Due)
		}
		e.State = Granted
		x.m.Extensions++
		if err := x.reschedule(e.ToDay, e.AskedBy); err != nil {
			return err
		}
		if err := duty.Extend(tx, who, duty.Extension{Subject: x.m.Ref(), Kind: duty.Completion, Day: e.ToDay, Reason: e.Reason}); err != nil {
			return err
		}
	}
	if err := decideExtension(tx, *e); err != nil {
		return err
	}
	if err := x.discharge(duty.Done, duty.ExtensionDecide); err != nil {
		return err
	}
	text := ""
	if in.Grant {
		text = e.Reason
	}
	return x.done(ev, struct {
		To clock.Day  `json:"to"`
		In DecideMore `json:"in"`
	}{e.ToDay, in}, text)
}

// Pause lets a matter stand still for one of the closed reasons until a day.
type Pause struct {
	Matter  string    `json:"matter"`
	Version int64     `json:"version"`
	Reason  string    `json:"reason"` // one of [PauseReasons]
	Until   clock.Day `json:"until"`
	Note    string    `json:"note"`
}

// Do pauses. Errors: access, Invalid for an open reason or day, Conflict after expiry.
func (in Pause) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterPause)
	if err != nil {
		return err
	}
	if err := outside(x.m, who); err != nil {
		return err
	}
	if err := x.move(EventPause); err != nil {
		return err
	}
	if x.m.DueAt < x.now() {
		return fault.New(fault.Conflict, "matter.pause.expired", x.m.Due)
	}
	var f fault.Form
	known := false
	for _, r := range plan.PauseReasons() {
		known = known || r == in.Reason && x.set.Int(org.PauseReason+r) == 1
	}
	if !known {
		f.Add("reason", "matter.pause.reason")
	}
	plan.CheckText(&f, "note", in.Note, 2, plan.MaxNote)
	switch {
	case !in.Until.Valid():
		f.Add("until", "matter.plan.day", string(in.Until))
	case in.Until <= tx.Today():
		f.Add("until", "matter.pause.past")
	case tx.Today().Until(in.Until) > x.set.Int(org.PauseDays):
		f.Add("until", "matter.pause.far", x.set.Int(org.PauseDays))
	}
	if err := f.Err(); err != nil {
		return err
	}
	x.m.PauseReason, x.m.PauseUntil, x.m.PausedAt = in.Reason, in.Until, x.now()
	if _, err := duty.Wait(tx, who, x.m.Ref(), duty.Waiting{Reason: duty.Reason(in.Reason), Planned: in.Until,
		Kinds: []duty.Kind{duty.Completion, duty.Milestone}}); err != nil {
		return err
	}
	return x.done(EventPause, in, trim(in.Note))
}

// Resume ends a pause; the deadline moves by the working days that were paused.
type Resume struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
}

// Do resumes. Errors: access, Conflict when it is not paused.
func (in Resume) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterPause)
	if err != nil {
		return err
	}
	return x.resume()
}

func (x *act) resume() error {
	if err := x.move(EventResume); err != nil {
		return err
	}
	if _, err := duty.Resume(x.tx, x.who, x.m.Ref(), duty.Reason(x.m.PauseReason), duty.Completion, duty.Milestone); err != nil {
		return err
	}
	owed, err := duty.Of(x.tx, x.m.Ref())
	if err != nil {
		return err
	}
	from := x.m.Due
	for _, d := range owed {
		if to := d.Due.Day(x.tx.Zone()); d.Open && d.Kind == duty.Completion && to > from {
			if err := x.reschedule(to, x.m.Author); err != nil {
				return err
			}
		}
	}
	x.m.PauseReason, x.m.PauseUntil, x.m.PausedAt = "", "", 0
	return x.done(EventResume, struct {
		From clock.Day `json:"from"`
		To   clock.Day `json:"to"`
	}{from, x.m.Due}, "")
}

// RunTimers ends the pauses whose day has come, at most 100 at a time, and tells how many.
func RunTimers(tx *db.Tx) (int, error) {
	who := access.System("matter.resume")
	ids, err := db.All[string](tx, `SELECT id FROM matter WHERE state = 'paused' AND pause_until <> '' AND pause_until <= $1
		ORDER BY pause_until, id LIMIT 100`, tx.Today())
	if err != nil {
		return 0, err
	}
	for _, m := range ids {
		x, err := begin(tx, who, m, 0, access.MatterSystem)
		if err != nil {
			return 0, err
		}
		if x.m.State != Paused {
			continue
		}
		if err := x.resume(); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// dropExtension withdraws the extension that waits, if one does: the matter was done, given to another unit or refused meanwhile.
func (x *act) dropExtension() error {
	e, err := askedExtension(x.tx, x.m.ID)
	if err != nil || e == nil {
		return err
	}
	e.State, e.DecidedAt = Withdrawn, x.now()
	return decideExtension(x.tx, *e)
}

func askedExtension(tx *db.Tx, matter string) (*Extension, error) {
	return db.Maybe[Extension](tx, `SELECT * FROM extension WHERE matter = $1 AND state = 'asked'`, matter)
}
