package matter

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter/plan"
)

// ReworkDays is the term of a new round after a dispute or a relapse, in working days (default of the product).
const ReworkDays = 10

// AwaitRating owes the confirmation of a matter whose employees are being asked until the given time. It is called
// by the capability that asks them.
func AwaitRating(tx *db.Tx, who access.Person, m Matter, until clock.Millis) error {
	x, err := hold(tx, who, m.ID)
	if err != nil {
		return err
	}
	due, _ := x.cal.DueAfterWorkingDays(until.Time(), ConfirmDays)
	return x.owe(duty.New{Kind: duty.Confirm, Path: x.m.UnitPath, Role: access.Triager, Due: clock.MillisOf(due)})
}

// SetRated takes over the employees' verdict when their time is over. It is called by the capability that counted it,
// in the name of the program.
func SetRated(tx *db.Tx, who access.Person, key, verdict string) error {
	x, err := begin(tx, who, key, 0, access.AcceptSystem)
	if err != nil {
		return err
	}
	if err := x.move(EventRated); err != nil {
		return err
	}
	x.m.RatedAt, x.m.Verdict = x.now(), verdict
	return x.done(EventRated, struct {
		Verdict string `json:"verdict"`
	}{verdict}, "")
}

// Close strikes a matter off (销号) after the employees' answers; it counts as solved only if they confirmed it. Reply
// is told to everybody who asked.
type Close struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Reply   string `json:"reply"`
}

// Do closes, and owes the look-backs. Errors: access, Forbidden for who completed or inspected, Conflict while employees
// dispute it, Invalid without a reply.
func (in Close) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterClose)
	if err != nil {
		return err
	}
	if err := x.move(EventClose); err != nil {
		return err
	}
	if err := checkCloser(x.m, who); err != nil {
		return err
	}
	if x.m.Verdict == Disputed {
		return fault.New(fault.Conflict, "matter.close.disputed")
	}
	var f fault.Form
	plan.CheckText(&f, "reply", in.Reply, 4, plan.MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	x.m.ClosedAt, x.m.ClosedBy, x.m.EndedHow, x.m.Reply = x.now(), who.ID, "closed", trim(in.Reply)
	x.m.LookBack30, x.m.LookBack90, x.m.LookBack365 = "", "", ""
	if err := x.discharge(duty.Done, duty.Confirm); err != nil {
		return err
	}
	for i, n := range x.set.LookBacks() {
		if err := x.owe(duty.New{Kind: lookBackKinds[i], Path: x.m.UnitPath, Role: access.Inspector, Day: tx.Today().Add(n)}); err != nil {
			return err
		}
	}
	if err := assignment.End(tx, who, x.m.Ref(), "closed"); err != nil {
		return err
	}
	return x.done(EventClose, in, x.m.Reply)
}

// The look-backs, in the order of the setting: what is owed, what is recorded, and where the row keeps the result.
var (
	lookBackKinds = [...]duty.Kind{duty.LookBack30, duty.LookBack90, duty.LookBack365}
	lookBackLooks = [...]string{Inspect30, Inspect90, Inspect365}
)

// LookBacks are the results of the look-backs, in the order of the setting; "" where nobody has looked yet.
func (m *Matter) LookBacks() []*string {
	return []*string{&m.LookBack30, &m.LookBack90, &m.LookBack365}
}

// Reopening is how a new round begins.
type Reopening struct {
	Event  string // EventReopen or EventRelapse
	Reason string
}

// Reopen begins a new round: the round counts up, the work starts again with a new term, the first deadline and the
// overall clock stay as they are. It is called by the capability that has found out who may say so; who may is not asked
// beyond that, because anybody affected may.
func Reopen(tx *db.Tx, who access.Person, key string, in Reopening) error {
	x, err := begin(tx, who, key, 0, access.MatterReopen)
	if err != nil {
		return err
	}
	if err := x.move(in.Event); err != nil {
		return err
	}
	return x.again(in.Event, duty.Cancelled, in, in.Reason)
}

// again begins a new round after move has found it allowed. ev is what is recorded and told.
func (x *act) again(ev string, outcome duty.Outcome, data any, text string) error {
	closed := x.before.State == Closed
	x.m.State, x.m.Round = Executing, x.m.Round+1
	x.m.Claimant, x.m.Inspector, x.m.CompletedAt, x.m.InspectedAt = "", "", 0, 0
	x.m.RatedAt, x.m.Verdict, x.m.ClosedAt, x.m.ClosedBy, x.m.EndedHow, x.m.Reply = 0, "", 0, "", "", ""
	x.m.LookBack30, x.m.LookBack90, x.m.LookBack365 = "", "", ""
	if ev == EventRelapse {
		x.m.Relapses++
	}
	due, _ := x.cal.DueAfterWorkingDays(x.tx.Now, ReworkDays)
	x.setDue(clock.DayOf(due, x.tx.Zone()))
	x.m.DueFrom, x.m.DueOpen = x.now(), true
	if err := x.discharge(outcome, duty.Confirm, duty.LookBack30, duty.LookBack90, duty.LookBack365, duty.Recheck); err != nil {
		return err
	}
	if closed {
		if err := assignment.Resume(x.tx, x.who, x.m.Ref()); err != nil {
			return err
		}
	}
	if err := x.oweCompletion(); err != nil {
		return err
	}
	return x.done(ev, data, text)
}

// LookBack is another look at a closed matter, after 30, 90 and 365 days, and when it was drawn by lot. It passes with every check item of the
// plan measured and good; it fails with a reason, and the matter relapses.
type LookBack struct {
	Matter   string       `json:"matter"`
	Version  int64        `json:"version"`
	Days     int64        `json:"days"` // 30, 90 or 365, as the settings have them; 0: it was drawn
	Passed   bool         `json:"passed"`
	Readings []Reading    `json:"readings,omitempty"`
	Present  string       `json:"present,omitempty"`
	Note     string       `json:"note,omitempty"`
	Photos   []PhotoIn    `json:"photos,omitempty"`
	DeviceAt clock.Millis `json:"device_at,omitempty"`
}

// EarlyDays is how many days before its day a look-back may be made.
const EarlyDays = 7

// Do looks back. Errors: access, Forbidden for the wrong hands, Conflict before its time or when made already.
func (in LookBack) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterLookBack)
	if err != nil {
		return err
	}
	if err := x.move(EventLookBack); err != nil {
		return err
	}
	if err := checkInspector(x.m, who); err != nil {
		return err
	}
	look, owed, mark := InspectDraw, duty.Recheck, new(string)
	if in.Days == 0 {
		open, err := duty.OpenOf(tx, "matter", []string{x.m.ID})
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(open[x.m.ID], func(d duty.Duty) bool { return d.Kind == duty.Recheck }) {
			return fault.New(fault.Conflict, "matter.lookback.undrawn")
		}
	} else {
		days := x.set.LookBacks()
		at := slices.Index(days, int(in.Days))
		if at < 0 {
			return fault.Field("days", "matter.lookback.days", x.set.Text(org.LookBackDays))
		}
		look, owed, mark = lookBackLooks[at], lookBackKinds[at], x.m.LookBacks()[at]
		if *mark != "" {
			return fault.New(fault.Conflict, "matter.lookback.made")
		}
		if first := x.m.ClosedAt.Day(tx.Zone()).Add(days[at] - EarlyDays); tx.Today() < first {
			return fault.New(fault.Conflict, "matter.lookback.early", first)
		}
	}
	if _, err := x.judge(look, in.Passed, in.Readings, in.Present, in.Note, in.DeviceAt, in.Photos); err != nil {
		return err
	}
	if !in.Passed {
		if _, err := Cycle.Next(Closed, EventRelapse); err != nil {
			return err
		}
		return x.again(EventRelapse, duty.Done, in, trim(in.Note))
	}
	*mark = LookedGood
	if err := x.discharge(duty.Done, owed, duty.Recheck); err != nil {
		return err
	}
	return x.done(EventLookBack, in, trim(in.Note))
}
