package season

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
)

// Fields are what is written of a task.
type Fields struct {
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	Body     string    `json:"body"`
	Unit     string    `json:"unit,omitempty"` // empty: the whole organisation
	Lead     string    `json:"lead"`
	Sponsor  string    `json:"sponsor"` // employee number or id of a leader
	Category string    `json:"category,omitempty"`
	Day      clock.Day `json:"day"`
	Yearly   bool      `json:"yearly,omitempty"`
}

// write checks the fields and puts them into the task.
func (in Fields) write(tx *db.Tx, t *Task) error {
	var f fault.Form
	t.Title = f.Text("title", in.Title, MinTitle, MaxTitle, "fault.required")
	t.Body = f.Text("body", in.Body, 2, MaxBody, "fault.required")
	t.Kind, t.Category, t.Day, t.Yearly = in.Kind, in.Category, in.Day, in.Yearly
	if !slices.Contains(Kinds(), in.Kind) {
		f.Add("kind", "fault.choice")
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if t.Unit = in.Unit; t.Unit == "" {
		t.Unit = org.Root
	}
	if u, ok := tree.Get(t.Unit); !ok || !u.Active {
		f.Add("unit", "fault.choice")
	}
	if u, ok := tree.Get(in.Lead); !ok || !u.Active || in.Lead == org.Root {
		f.Add("lead", "season.lead")
	}
	t.Lead = in.Lead
	if err := in.sponsor(tx, &f, t); err != nil {
		return err
	}
	if in.Category != "" {
		if _, err := org.CategoryByCode(tx, in.Category); err != nil {
			f.Add("category", "fault.choice")
		}
	}
	switch {
	case !in.Day.Valid() || in.Day <= tx.Today() || tx.Today().Until(in.Day) > MaxAhead:
		f.Add("day", "season.day", MaxAhead)
	case in.Kind == Topic:
		from := clock.Day(string(in.Day)[:8] + "01")
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM season_task WHERE kind = 'topic' AND state <> 'dropped' AND day >= $1 AND day < $2 AND id <> $3`, from, from.AddMonths(1), t.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			f.Add("day", "season.topic.one")
		}
		if in.Yearly {
			f.Add("yearly", "season.topic.yearly")
		}
	}
	return f.Err()
}

// sponsor finds the leader who answers for it.
func (in Fields) sponsor(tx *db.Tx, f *fault.Form, t *Task) error {
	key := strings.TrimSpace(in.Sponsor)
	p, err := db.Maybe[string](tx, `SELECT p.id FROM org_person p WHERE (p.id = $1 OR p.employee_no = $1) AND p.status = 'active'
		AND EXISTS (SELECT 1 FROM org_grant g WHERE g.person = p.id AND g.role = 'leader')`, key)
	if err != nil {
		return err
	}
	if p == nil {
		f.Add("sponsor", "season.sponsor")
		return nil
	}
	t.Sponsor = *p
	return nil
}

// Plan puts a task into the calendar. It fills ID.
type Plan struct {
	ID string `json:"id,omitempty"`
	Fields
}

// Do plans. Errors: access, Invalid at the fields.
func (in *Plan) Do(tx *db.Tx, who access.Person) error {
	th, err := thing(tx, "")
	if err != nil {
		return err
	}
	if err := who.May(tx, access.SeasonPlan, th); err != nil {
		return err
	}
	t := Task{ID: id.V7(tx.Now), Version: 1, MadeAt: tx.Millis(), MadeBy: who.ID}
	if err := in.Fields.write(tx, &t); err != nil {
		return err
	}
	if t.State, err = Cycle.Next("", EventPlan); err != nil {
		return err
	}
	in.ID = t.ID
	if err := insertTask(tx, t); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventPlan, Subject: t.Ref(), To: t.State, Data: in})
}

// Edit changes a task whose day has not come.
type Edit struct {
	Task    string `json:"task"`
	Version int64  `json:"version"`
	Fields
}

// Do changes. Errors: access, Invalid at the fields, Conflict once it has become a matter or somebody else has changed it.
func (in Edit) Do(tx *db.Tx, who access.Person) error {
	t, err := planned(tx, who, in.Task, in.Version)
	if err != nil {
		return err
	}
	from := t.State
	if t.State, err = Cycle.Next(from, EventEdit); err != nil {
		return err
	}
	if err := in.Fields.write(tx, &t); err != nil {
		return err
	}
	if err := updateTask(tx, &t); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventEdit, Subject: t.Ref(), From: from, To: t.State, Data: in})
}

// Drop takes a task off; it does not come again either.
type Drop struct {
	Task    string `json:"task"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// Do drops. Errors: access, Invalid without a reason, Conflict once it has become a matter.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	t, err := planned(tx, who, in.Task, in.Version)
	if err != nil {
		return err
	}
	from := t.State
	if t.State, err = Cycle.Next(from, EventDrop); err != nil {
		return err
	}
	var f fault.Form
	t.Reason = f.Text("reason", in.Reason, 2, MaxReason, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	if err := updateTask(tx, &t); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventDrop, Subject: t.Ref(), From: from, To: t.State, Data: in})
}

// planned finds a task for somebody who may change it.
func planned(tx *db.Tx, who access.Person, key string, version int64) (Task, error) {
	t, _, err := access.Reach(tx, who, access.SeasonPlan, key, tx.ForUpdate(), find, thingOf)
	if err == nil && version != 0 && version != t.Version {
		err = fault.New(fault.Conflict, "season.stale")
	}
	return t, err
}

// Run makes matters of the tasks whose day has come, and plans anew what comes every year. At most 20 at a time; it tells how many.
func Run(tx *db.Tx) (int, error) {
	who := access.System("season")
	due, err := db.All[Task](tx, `SELECT * FROM season_task WHERE state = 'planned' AND day <= $1 ORDER BY day, id LIMIT 20`+tx.SkipLocked(), tx.Today())
	if err != nil {
		return 0, err
	}
	for _, t := range due {
		if err := who.May(tx, access.SeasonSystem, access.Thing{Kind: RefKind, ID: t.ID}); err != nil {
			return 0, err
		}
		if err := raise(tx, who, t); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func raise(tx *db.Tx, who access.Person, t Task) error {
	from := t.State
	var err error
	if t.State, err = Cycle.Next(from, EventRaise); err != nil {
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	in := matter.Register{Title: t.Title, Body: t.Body, PublicText: t.Body, Public: true, Class: matter.Sponsored, Source: matter.FromSeason, Unit: t.Unit, Category: t.Category}
	if u, ok := tree.Get(t.Lead); ok && u.Active { // else the office assigns it
		in.Lead = t.Lead
	}
	if u, ok := tree.Get(t.Unit); !ok || !u.Active {
		in.Unit = org.Root
	}
	if _, err := org.CategoryByCode(tx, t.Category); err != nil {
		in.Category = ""
	}
	if err := in.Do(tx, who); err != nil {
		return err
	}
	t.Matter, t.MatterNo = in.ID, in.Number
	if err := updateTask(tx, &t); err != nil {
		return err
	}
	if err := event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventRaise, Subject: t.Ref(), About: matter.RefOf(t.Matter), From: from, To: t.State, Data: struct {
		Matter string `json:"matter"`
	}{t.MatterNo}}); err != nil {
		return err
	}
	if !t.Yearly {
		return nil
	}
	next := t
	next.ID, next.Version, next.State, next.Day, next.After, next.Matter, next.MatterNo, next.MadeAt = id.V7(tx.Now), 1, "", t.Day.AddMonths(12), t.ID, "", "", tx.Millis()
	if next.State, err = Cycle.Next("", EventPlan); err != nil {
		return err
	}
	if err := insertTask(tx, next); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventPlan, Subject: next.Ref(), To: next.State, Data: struct {
		After string    `json:"after"`
		Day   clock.Day `json:"day"`
	}{t.ID, next.Day}})
}
