package inspect

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// How often a round is walked.
const (
	EveryDay   = "day"   // every working day
	EveryWeek  = "week"  // on a day of the week, 1 Monday to 7 Sunday
	EveryMonth = "month" // on a day of the month, 1 to 28
)

// Every lists how often rounds are walked.
func Every() []string { return []string{EveryDay, EveryWeek, EveryMonth} }

// Round is a plan: places in the order in which they are walked, by whom, how often, and how many working days it may take.
type Round struct {
	ID        string
	Name      string
	Unit      string
	UnitPath  access.Path
	Kind      Kind
	Every     string
	OnDay     int64
	Days      int64 // working days after its day by which it has to be done
	Inspector string
	Places    org.List // codes in walking order
	Looked    clock.Day
	Active    bool
	Version   int64
}

// Thing is the round as permission sees it.
func (r Round) Thing() access.Thing {
	return access.Thing{Kind: "round", ID: r.ID, Unit: r.UnitPath, Lead: r.UnitPath, Inspector: r.Inspector}
}

// meant reports whether the plan names the day itself, whether or not anybody works on it.
func (r Round) meant(d clock.Day) bool {
	switch r.Every {
	case EveryDay:
		return true
	case EveryWeek:
		return (int64(d.Weekday())+6)%7+1 == r.OnDay
	case EveryMonth:
		return int64(d.Time(clock.Shanghai()).Day()) == r.OnDay
	}
	return false
}

// On reports whether the round is walked on a day: a working day that the plan names, or the first one after a free day that it names.
func (r Round) On(cal *clock.Calendar, d clock.Day) bool {
	if work, _ := cal.IsWorkday(d); !work {
		return false
	}
	if r.meant(d) {
		return true
	}
	for e := d.Add(-1); ; e = e.Add(-1) {
		if work, _ := cal.IsWorkday(e); work {
			return false
		}
		if r.meant(e) {
			return true
		}
	}
}

// MaxPlaces is how many places a round has at most.
const MaxPlaces = 40

// SaveRound plans a round (Version 0) or changes one.
type SaveRound struct {
	ID        string   `json:"id,omitempty"`
	Name      string   `json:"name"`
	Unit      string   `json:"unit"`
	Kind      Kind     `json:"kind"`
	Every     string   `json:"every"`
	OnDay     int64    `json:"on_day,omitempty"`
	Days      int64    `json:"days"`
	Inspector string   `json:"inspector"` // id or employee number
	Places    []string `json:"places"`
	Active    bool     `json:"active"`
	Version   int64    `json:"version"`

	Made string `json:"-"` // id, set by Do
}

// Do saves. Errors: access, Invalid at the fields, Conflict "inspect.round.stale" where it has changed meanwhile.
func (in *SaveRound) Do(tx *db.Tx, who access.Person) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	var f fault.Form
	unit, ok := tree.Get(in.Unit)
	if !ok {
		f.Add("unit", "matter.unit.unknown", in.Unit)
	}
	if err := who.May(tx, access.InspectPlan, access.Thing{Kind: "round", Unit: unit.Path, Lead: unit.Path}); err != nil {
		return err
	}
	r := Round{ID: in.ID, Name: strings.TrimSpace(in.Name), Unit: in.Unit, UnitPath: unit.Path, Kind: in.Kind, Every: in.Every, OnDay: in.OnDay, Days: in.Days,
		Active: in.Active, Looked: tx.Today(), Version: in.Version + 1}
	if in.Version > 0 {
		old, err := db.Maybe[Round](tx, `SELECT * FROM visit_round WHERE id = $1`+tx.ForUpdate(), in.ID)
		if err != nil {
			return err
		}
		if old == nil || old.Version != in.Version {
			return fault.New(fault.Conflict, "inspect.round.stale")
		}
		if err := who.May(tx, access.InspectPlan, old.Thing()); err != nil {
			return err
		}
		r.Looked = old.Looked
	} else {
		r.ID = id.V7(tx.Now)
	}
	length(&f, "name", r.Name, 2, 60)
	if !slices.Contains([]Kind{Routine, Special}, r.Kind) {
		f.Add("kind", "inspect.kind.choose")
	}
	switch {
	case !slices.Contains(Every(), r.Every):
		f.Add("every", "inspect.round.every")
	case r.Every == EveryDay:
		r.OnDay = 0
	case r.Every == EveryWeek && (r.OnDay < 1 || r.OnDay > 7):
		f.Add("on_day", "inspect.round.weekday")
	case r.Every == EveryMonth && (r.OnDay < 1 || r.OnDay > 28):
		f.Add("on_day", "inspect.round.monthday")
	}
	if r.Days < 0 || r.Days > 20 {
		f.Add("days", "org.setting.range", r.Days, 0, 20)
	}
	if r.Inspector, err = inspectorOf(tx, &f, in.Inspector, unit.Path); err != nil {
		return err
	}
	if err := routeOf(tx, &f, &r, in.Places, unit.Path); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	in.Made = r.ID
	if err := putRound(tx, r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "inspect.round_saved", Subject: event.Ref{Kind: "round", ID: r.ID}, Data: in})
}

// inspectorOf is the person who walks: somebody who may record there.
func inspectorOf(tx *db.Tx, f *fault.Form, key string, unit access.Path) (string, error) {
	key = strings.TrimSpace(key)
	p, err := org.PersonByNo(tx, key)
	if err != nil {
		p, err = org.PersonByID(tx, key)
	}
	if err != nil {
		if fault.KindOf(err) != fault.NotFound {
			return "", err
		}
		f.Add("inspector", "matter.plan.person.unknown", key)
		return "", nil
	}
	a, err := org.Actor(tx, p.ID)
	if err != nil {
		return "", err
	}
	if !a.Can(access.InspectRecord, access.Thing{Kind: RefKind, Unit: unit, Lead: unit}) {
		f.Add("inspector", "inspect.round.inspector", p.Name)
	}
	return p.ID, nil
}

// routeOf checks the places of a route, in the order in which they are walked.
func routeOf(tx *db.Tx, f *fault.Form, r *Round, codes []string, unit access.Path) error {
	var route []string
	named := 0
	for _, code := range codes {
		code = org.NormalCode(code)
		if code == "" {
			continue
		}
		named++
		p, err := org.PlaceByCode(tx, code)
		switch {
		case err != nil && fault.KindOf(err) != fault.NotFound:
			return err
		case err != nil || !p.Active:
			f.Add("places", "inspect.place.unknown", code)
		case !p.Path.Under(unit):
			f.Add("places", "inspect.round.elsewhere", code)
		case slices.Contains(route, p.Code):
			f.Add("places", "inspect.round.twice", code)
		default:
			route = append(route, p.Code)
		}
	}
	if named == 0 {
		f.Add("places", "inspect.round.none")
	}
	if len(route) > MaxPlaces {
		f.Add("places", "inspect.round.many", MaxPlaces)
	}
	r.Places = org.ListOf(route...)
	return nil
}

// RunRounds begins the walks of the rounds whose day has come, at most 50 at a time, and tells how many rounds it looked at. Days that
// were missed while nothing ran are made up for by one walk.
func RunRounds(tx *db.Tx) (int, error) {
	who := access.System("inspect.rounds")
	if err := who.May(tx, access.InspectSystem, access.Thing{Kind: "round"}); err != nil {
		return 0, err
	}
	tx.Recorded() // a round that is not due today leaves no trace but that it was looked at
	cal, err := org.Calendar(tx)
	if err != nil {
		return 0, err
	}
	today := tx.Today()
	rounds, err := db.All[Round](tx, `SELECT * FROM visit_round WHERE active = 1 AND looked < $1 ORDER BY id LIMIT 50`+tx.ForUpdate(), today)
	if err != nil {
		return 0, err
	}
	for _, r := range rounds {
		var on clock.Day
		for d := max(r.Looked.Add(1), today.Add(-31)); d <= today; d = d.Add(1) {
			if r.On(cal, d) {
				on = d
			}
		}
		r.Looked = today
		if err := putRound(tx, r); err != nil {
			return 0, err
		}
		if on == "" {
			continue
		}
		if err := begin(tx, who, cal, r, on); err != nil {
			return 0, err
		}
	}
	return len(rounds), nil
}

// begin begins the walk of a round and makes its inspector owe it.
func begin(tx *db.Tx, who access.Person, cal *clock.Calendar, r Round, on clock.Day) error {
	w := Walk{ID: id.V7(tx.Now), Round: r.ID, Name: r.Name, Day: on, Due: cal.AddWorkdays(tx.Today(), int(r.Days)), Inspector: r.Inspector, UnitPath: r.UnitPath,
		Kind: r.Kind, Places: r.Places}
	fresh, err := insertWalk(tx, w)
	if err != nil || !fresh {
		return err
	}
	if _, err := duty.Owe(tx, who, duty.New{Kind: duty.Round, Subject: w.Ref(), Path: w.UnitPath, Role: access.Inspector, Person: w.Inspector, Day: w.Due}); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "inspect.walk_begun", Subject: w.Ref(), To: w.State(), Data: w})
}

// Rounds lists the plans of rounds that somebody may see, those in use first.
func Rounds(tx *db.Tx, who access.Person) ([]Round, error) {
	all, err := db.All[Round](tx, `SELECT * FROM visit_round ORDER BY active DESC, name, id`)
	var out []Round
	for _, r := range all {
		if who.Can(access.InspectPlan, r.Thing()) || who.Can(access.InspectSee, r.Thing()) {
			out = append(out, r)
		}
	}
	return out, err
}

// FindRound reads a plan for whoever may change it. Errors: access, NotFound "inspect.round.unknown".
func FindRound(tx *db.Tx, who access.Person, key string) (Round, error) {
	r, err := db.One[Round](tx, `SELECT * FROM visit_round WHERE id = $1`, key)
	if db.IsNone(err) {
		tx.Asked()
		return r, fault.New(fault.NotFound, "inspect.round.unknown")
	}
	if err != nil {
		return r, err
	}
	return r, who.May(tx, access.InspectPlan, r.Thing())
}
