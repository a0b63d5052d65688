package duty

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Kinds of the facts recorded on a subject's timeline.
const (
	FactOwed       = "duty.owed"
	FactDischarged = "duty.discharged"
	FactExtended   = "duty.extended"
	FactWaiting    = "duty.waiting"
	FactResumed    = "duty.resumed"
	FactHandedOver = "duty.handed_over"
	FactRecomputed = "duty.calendar_recomputed"
	FactEarlier    = "duty.earlier_confirmed"
	FactExempt     = "duty.exempt"
	FactBackOn     = "duty.back_on"
	FactRestricted = "duty.restricted"
)

// told is a duty as facts tell of it.
type told struct {
	Class   clock.Class  `json:"class,omitempty"` // in the order of the keys, as the record wants them
	Due     clock.Millis `json:"due,omitempty"`
	DueWas  clock.Millis `json:"dueWas,omitempty"`
	ID      string       `json:"id"`
	Item    string       `json:"item,omitempty"`
	Kind    Kind         `json:"kind"`
	Outcome string       `json:"outcome,omitempty"`
	Person  string       `json:"person,omitempty"`
	Role    access.Role  `json:"role,omitempty"`
	Round   int64        `json:"round,omitempty"`
	Unit    string       `json:"unit,omitempty"`
}

func (d Duty) told() told {
	return told{ID: d.ID, Kind: d.Kind, Item: d.Item, Round: d.Round, Unit: d.Unit, Role: d.Role, Person: d.Person, Class: d.Class, Due: d.Due}
}

// fact is the data of the facts: which duties, and why.
type fact struct {
	Calendar string    `json:"calendar,omitempty"`
	Duties   []told    `json:"duties"`
	Note     string    `json:"note,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Until    clock.Day `json:"until,omitempty"`
}

func record(tx *db.Tx, who access.Person, kind string, subject event.Ref, f fact) error {
	return event.Record(tx, who, event.Fact{Kind: kind, Subject: subject, Data: f})
}

// Owe makes somebody owe something and returns the duty's id. An open duty of the same subject, kind, round and item is a Conflict
// "duty.twice". The caller has asked for permission of what it does.
func Owe(tx *db.Tx, who access.Person, n New) (string, error) {
	ids, err := OweAll(tx, who, n)
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// OweAll is [Owe] for several duties of one subject, recorded as one fact.
func OweAll(tx *db.Tx, who access.Person, all ...New) ([]string, error) {
	cal, err := org.Calendar(tx)
	if err != nil {
		return nil, err
	}
	s, err := org.SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	var ids []string
	var f fact
	for _, n := range all {
		if n.Subject != all[0].Subject {
			return nil, fault.New(fault.Internal, "duty.term") // a fact has one subject
		}
		d, err := n.begin(tx, cal, s)
		if err != nil {
			return nil, err
		}
		fresh, err := insert(tx, d)
		if err != nil {
			return nil, err
		}
		if !fresh {
			return nil, fault.New(fault.Conflict, "duty.twice")
		}
		ids, f.Duties = append(ids, d.ID), append(f.Duties, d.told())
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return ids, record(tx, who, FactOwed, all[0].Subject, f)
}

func (n New) begin(tx *db.Tx, cal *clock.Calendar, s org.Settings) (Duty, error) {
	n, err := n.withTerm(s, tx.Today())
	if err != nil {
		return Duty{}, err
	}
	if n.Start.Zero() {
		n.Start = tx.Millis()
	}
	if n.Unit == "" {
		n.Unit = n.Path.Unit()
	}
	if n.Person == "" && n.Role == "" {
		return Duty{}, fault.New(fault.Internal, "duty.nobody")
	}
	d := Duty{ID: id.V7(tx.Now), Kind: n.Kind, SubjectKind: n.Subject.Kind, SubjectID: n.Subject.ID, Item: n.Item, Round: n.Round, Unit: n.Unit,
		Path: n.Path, Person: n.Person, Role: n.Role, Restricted: n.Restricted, Class: n.Class, StartedAt: n.Start, BaseAt: n.Start,
		DueVersion: 1, Calendar: cal.Version, Open: true}
	switch {
	case !n.Due.Zero():
		d.BaseDue = n.Due
	case n.Day != "":
		d.Day = n.Day
	case n.Hours > 0:
		d.Hours = int64(n.Hours)
	default:
		d.Days = int64(n.Days)
	}
	if due, provisional, ok := d.rule(cal); ok {
		d.BaseDue, d.Provisional = due, provisional
	}
	d.Due, d.Due0 = d.BaseDue, d.BaseDue
	if d.RungAt = unplanned; !tx.Coarse() {
		d.Rung, d.RungAt = ladderOf(cal, s).Next(d, nil, tx.Millis())
	}
	return d, nil
}

// Discharge ends the open duties of a kind that a subject has, those of the given items where any are named; the empty kind means all.
// It returns how many there were, which may be none. The outcome is a short word kept with the duty; its name is
// "duty.outcome.<outcome>".
func Discharge(tx *db.Tx, who access.Person, subject event.Ref, kind Kind, outcome Outcome, items ...string) (int, error) {
	var kinds []Kind
	if kind != "" {
		kinds = []Kind{kind}
	}
	return dischargeWhere(tx, who, subject, kinds, outcome, func(d Duty) bool { return len(items) == 0 || slices.Contains(items, d.Item) })
}

// DischargeKinds is [Discharge] for several kinds, recorded as one fact. No kinds: none.
func DischargeKinds(tx *db.Tx, who access.Person, subject event.Ref, outcome Outcome, kinds ...Kind) (int, error) {
	if len(kinds) == 0 {
		return 0, nil
	}
	return dischargeWhere(tx, who, subject, kinds, outcome, func(Duty) bool { return true })
}

func dischargeWhere(tx *db.Tx, who access.Person, subject event.Ref, kinds []Kind, outcome Outcome, meant func(Duty) bool) (int, error) {
	ds, err := open(tx, subject, kinds)
	if err != nil {
		return 0, err
	}
	var f fact
	for _, d := range ds {
		if !meant(d) {
			continue
		}
		if d.Waiting() {
			if _, err := endSpells(tx, &d, "", nil); err != nil {
				return 0, err
			}
		}
		if err := discharge(tx, d, later(tx, d.StartedAt), outcome); err != nil {
			return 0, err
		}
		t := d.told()
		t.Outcome = string(outcome)
		f.Duties = append(f.Duties, t)
	}
	if len(f.Duties) == 0 {
		return 0, nil
	}
	return len(f.Duties), record(tx, who, FactDischarged, subject, f)
}

// Outcome says how a duty ended.
type Outcome string

// The outcomes.
const (
	Done      Outcome = "done"      // what was owed was done
	Auto      Outcome = "auto"      // the time ran out and the program did it
	Returned  Outcome = "returned"  // it was given back
	Cancelled Outcome = "cancelled" // it is no longer needed
)

// Outcomes returns all outcomes.
func Outcomes() []Outcome { return []Outcome{Done, Auto, Returned, Cancelled} }

// Extension moves the current due of an open duty to a later time, by day or by moment. The original due stays.
type Extension struct {
	Subject event.Ref
	Kind    Kind
	Item    string
	Day     clock.Day
	Due     clock.Millis
	Reason  string
}

// Extend grants an extension. The new due must be a working day (Invalid "duty.extend_free") and later than the current one (Invalid
// "duty.extend_earlier"), both at the field "due"; without an open duty it is a Conflict "duty.none".
func Extend(tx *db.Tx, who access.Person, e Extension) error {
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	ds, err := open(tx, e.Subject, []Kind{e.Kind})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(ds, func(d Duty) bool { return d.Item == e.Item })
	if i < 0 {
		return fault.New(fault.Conflict, "duty.none")
	}
	d := ds[i]
	was := d.Due
	d.Hours, d.Days, d.Day, d.BaseDue, d.Provisional = 0, 0, e.Day, e.Due, false
	if e.Day != "" {
		if work, _ := cal.IsWorkday(e.Day); !e.Day.Valid() || !work {
			return fault.Field("due", "duty.extend_free", e.Day)
		}
		d.BaseDue, d.Provisional, _ = d.rule(cal)
	}
	if d.BaseDue <= was {
		return fault.Field("due", "duty.extend_earlier", was.Day(cal.Zone()))
	}
	d.Due, d.BaseAt, d.EarlyDue, d.Calendar = d.BaseDue, later(tx, d.StartedAt), 0, cal.Version
	d.DueVersion++
	if err := updateDue(tx, d); err != nil {
		return err
	}
	t := d.told()
	t.DueWas = was
	return record(tx, who, FactExtended, e.Subject, fact{Duties: []told{t}, Reason: e.Reason})
}

// Holder is who owes.
type Holder struct {
	Unit   string // empty: the last part of Path
	Path   access.Path
	Role   access.Role
	Person string
}

// HandOver gives the open duties of the kinds (all where none are given) to another unit or person. No time changes by it. It returns how
// many there were.
func HandOver(tx *db.Tx, who access.Person, subject event.Ref, to Holder, kinds ...Kind) (int, error) {
	ds, err := open(tx, subject, kinds)
	if err != nil {
		return 0, err
	}
	return len(ds), handOver(tx, who, subject, ds, to)
}

func handOver(tx *db.Tx, who access.Person, subject event.Ref, ds []Duty, to Holder) error {
	if to.Person == "" && to.Role == "" {
		return fault.New(fault.Internal, "duty.nobody")
	}
	if to.Unit == "" {
		to.Unit = to.Path.Unit()
	}
	var f fact
	for _, d := range ds {
		if err := updateHolder(tx, d.ID, to); err != nil {
			return err
		}
		d.Unit, d.Path, d.Role, d.Person = to.Unit, to.Path, to.Role, to.Person
		f.Duties = append(f.Duties, d.told())
	}
	if len(ds) == 0 {
		return nil
	}
	return record(tx, who, FactHandedOver, subject, f)
}

// Restrict marks the duties of a subject as belonging to a restricted class, or to none where class is empty, so that overseers of the
// unit do not see them. It returns how many were marked.
func Restrict(tx *db.Tx, who access.Person, subject event.Ref, class string) (int, error) {
	n, err := updateRestricted(tx, subject.Kind, subject.ID, class)
	if err != nil || n == 0 {
		return 0, err
	}
	return int(n), record(tx, who, FactRestricted, subject, fact{Duties: []told{}, Reason: class})
}
