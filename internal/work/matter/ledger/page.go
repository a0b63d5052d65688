package ledger

import (
	"encoding/json"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
)

// Page is everything that the page of a matter shows but the voices and the acceptance, which stand above it.
type Page struct {
	Matter      matter.Matter
	Thing       access.Thing
	Color       duty.Color
	Plans       []matter.Plan // newest first
	Extensions  []matter.Extension
	Progress    []matter.Progress // newest first
	Photos      []matter.Photo
	Inspections []matter.Inspection // newest first
	Assignments []assignment.Assignment
	Co          []string
	Ownerless   []assignment.Interval
	Duties      []duty.Duty
	Timeline    []event.Entry     // newest first
	Names       map[string]string // of every person that the page mentions
	Events      []string          // what this person may do with it now
}

// PlanInForce is the approved version, or nil.
func (p Page) PlanInForce() *matter.Plan { return p.version(p.Matter.PlanVersion) }

// PlanWaiting is the version that waits for approval, or nil.
func (p Page) PlanWaiting() *matter.Plan {
	if p.Matter.State != matter.PlanReview {
		return nil
	}
	return p.version(p.Matter.PlanLatest)
}

func (p Page) version(v int64) *matter.Plan {
	for i := range p.Plans {
		if p.Plans[i].Version == v && v > 0 {
			return &p.Plans[i]
		}
	}
	return nil
}

// May reports whether the person may do the event now.
func (p Page) May(ev string) bool { return slices.Contains(p.Events, ev) }

// PageOf reads the page of a matter.
func PageOf(tx *db.Tx, who access.Person, key string) (Page, error) {
	var p Page
	var err error
	if p.Matter, p.Thing, err = matter.Get(tx, who, key); err != nil {
		return p, err
	}
	m := p.Matter
	l, err := LampsOf(tx)
	if err != nil {
		return p, err
	}
	p.Color, p.Co, p.Events = Light(m, l), m.CoUnits(), matter.EventsFor(who, m, p.Thing)
	if p.Plans, err = plansOf(tx, m.ID); err != nil {
		return p, err
	}
	if p.Extensions, err = db.All[matter.Extension](tx, `SELECT * FROM extension WHERE matter = $1 ORDER BY n`, m.ID); err != nil {
		return p, err
	}
	if p.Progress, err = db.All[matter.Progress](tx, `SELECT * FROM progress WHERE matter = $1 ORDER BY at DESC, id DESC LIMIT 200`, m.ID); err != nil {
		return p, err
	}
	if p.Photos, err = matter.PhotosOf(tx, m.ID); err != nil {
		return p, err
	}
	if p.Inspections, err = inspectionsOf(tx, m.ID); err != nil {
		return p, err
	}
	if p.Assignments, err = assignment.Of(tx, m.Ref()); err != nil {
		return p, err
	}
	if p.Ownerless, err = assignment.Ownerless(tx, m.Ref()); err != nil {
		return p, err
	}
	if p.Duties, err = duty.Of(tx, m.Ref()); err != nil {
		return p, err
	}
	if p.Timeline, err = event.Timeline(tx, m.Ref(), 200, 0); err != nil {
		return p, err
	}
	p.Names, err = Names(tx, p.people())
	return p, err
}

func (p Page) people() []string {
	seen := map[string]bool{}
	add := func(ids ...string) {
		for _, s := range ids {
			if s != "" {
				seen[s] = true
			}
		}
	}
	m := p.Matter
	add(m.Owner, m.Sponsor, m.Author, m.Claimant, m.Inspector, m.CreatedBy, m.ClosedBy)
	for _, v := range p.Plans {
		add(v.Author, v.HeadBy, v.FinanceBy, v.DecidedBy, v.Slots.Owner, v.Slots.Sponsor)
		add(v.Slots.Acceptors...)
	}
	for _, e := range p.Extensions {
		add(e.AskedBy, e.DecidedBy)
	}
	for _, r := range p.Progress {
		add(r.By)
	}
	for _, i := range p.Inspections {
		add(i.By)
	}
	for _, a := range p.Assignments {
		add(a.AssignedBy, a.SignedBy, a.AdjudicatedBy)
	}
	for _, d := range p.Duties {
		add(d.Person)
	}
	for _, e := range p.Timeline {
		add(e.Actor)
	}
	var out []string
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func plansOf(tx *db.Tx, id string) ([]matter.Plan, error) {
	plans, err := db.All[matter.Plan](tx, `SELECT * FROM plan WHERE matter = $1 ORDER BY version DESC`, id)
	if err != nil {
		return nil, err
	}
	type row struct {
		Plan int64
		matter.StepState
	}
	steps, err := db.All[row](tx, `SELECT plan, n, text, day, done_at, done_by FROM plan_step WHERE matter = $1 ORDER BY plan, n`, id)
	if err != nil {
		return nil, err
	}
	for i := range plans {
		if err := json.Unmarshal([]byte(plans[i].SlotsJSON), &plans[i].Slots); err != nil {
			return nil, err
		}
		for _, s := range steps {
			if s.Plan == plans[i].Version {
				plans[i].StepStates = append(plans[i].StepStates, s.StepState)
			}
		}
	}
	return plans, nil
}

func inspectionsOf(tx *db.Tx, id string) ([]matter.Inspection, error) {
	all, err := db.All[matter.Inspection](tx, `SELECT * FROM inspection WHERE matter = $1 ORDER BY at DESC, id DESC`, id)
	if err != nil || len(all) == 0 {
		return all, err
	}
	readings, err := db.All[matter.ReadingMade](tx, `SELECT r.* FROM reading r JOIN inspection i ON i.id = r.inspection WHERE i.matter = $1
		ORDER BY r.inspection, r.check_n`, id)
	for i := range all {
		for _, r := range readings {
			if r.Inspection == all[i].ID {
				all[i].Readings = append(all[i].Readings, r)
			}
		}
	}
	return all, err
}
