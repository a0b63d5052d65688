package inspect

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// WalkKind is how events and duties name a walk.
const WalkKind = "walk"

// Walk is one time that a round is walked: a day, a route, and who does it.
type Walk struct {
	ID        string
	Round     string
	Name      string
	Day       clock.Day
	Due       clock.Day
	Inspector string
	UnitPath  access.Path `json:"-"`
	Kind      Kind
	Places    org.List
	DoneAt    clock.Millis
}

// Ref names the walk in events and duties.
func (w Walk) Ref() event.Ref { return event.Ref{Kind: WalkKind, ID: w.ID} }

// Thing is the walk as permission sees it.
func (w Walk) Thing() access.Thing {
	return access.Thing{Kind: WalkKind, ID: w.ID, Unit: w.UnitPath, Lead: w.UnitPath, Inspector: w.Inspector}
}

// FindWalk reads a walk: NotFound "inspect.walk.unknown" where there is none. It asks nobody.
func FindWalk(tx *db.Tx, id string) (Walk, error) {
	w, err := db.One[Walk](tx, `SELECT * FROM visit_walk WHERE id = $1`, id)
	if db.IsNone(err) {
		return w, fault.New(fault.NotFound, "inspect.walk.unknown")
	}
	return w, err
}

// walkOf is the walk that a visit says it belongs to, nil where it says none. Others than its inspector may help: what counts is that
// every place was looked at.
func walkOf(tx *db.Tx, id string, who access.Person, place string) (*Walk, error) {
	if id == "" {
		return nil, nil
	}
	w, err := FindWalk(tx, id)
	if err != nil {
		return nil, err
	}
	for _, p := range w.Places.Codes() {
		if p == place {
			return &w, nil
		}
	}
	return nil, fault.Field("place", "inspect.walk.elsewhere", place)
}

// step ends a walk when its last place has been looked at. The record of the visit is in the same transaction.
func step(tx *db.Tx, who access.Person, w Walk) error {
	if !WalkCycle.Can(w.State(), EventFinish) {
		return nil
	}
	seen, err := db.All[string](tx, `SELECT place FROM visit WHERE walk = $1`, w.ID)
	if err != nil {
		return err
	}
	left := map[string]bool{}
	for _, p := range w.Places.Codes() {
		left[p] = true
	}
	for _, p := range seen {
		delete(left, p)
	}
	if len(left) > 0 {
		return nil
	}
	if err := walkDone(tx, w.ID); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, w.Ref(), duty.Round, duty.Done); err != nil {
		return err
	}
	from, err := event.StateOf(tx, w.Ref())
	if err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "inspect.walk_done", Subject: w.Ref(), From: from, To: Walked})
}

// Stop is one place of a walk with what was recorded there.
type Stop struct {
	Place  org.Place
	Visits []Whole
	Merged []Merged
}

// Merged is one check item of a place of a walk as all who looked have found it. The worst of the results counts; that two found it
// differently is said, and both findings stay.
type Merged struct {
	Code     string
	Spec     Spec
	Found    []Item
	By       []string // who found each
	Result   Result
	Conflict bool // one passes it and another does not
}

// worseThan is the order of the results: what is worse counts.
var gravity = map[Result]int{NA: 0, Pass: 1, Fail: 2, Critical: 3}

// Merge puts what several visits found together, item by item, in the order in which the items were first measured.
func Merge(visits []Whole) []Merged {
	var out []Merged
	at := map[string]int{}
	for _, v := range visits {
		for _, it := range v.Found {
			i, ok := at[it.Code]
			if !ok {
				i = len(out)
				at[it.Code], out = i, append(out, Merged{Code: it.Code, Spec: it.Spec, Result: NA})
			}
			m := &out[i]
			m.Found, m.By = append(m.Found, it), append(m.By, v.Person)
			if gravity[it.Result] > gravity[m.Result] {
				m.Result = it.Result
			}
		}
	}
	for i := range out {
		pass, fail := false, false
		for _, it := range out[i].Found {
			pass, fail = pass || it.Result == Pass, fail || it.Result == Fail || it.Result == Critical
		}
		out[i].Conflict = pass && fail
	}
	return out
}

// SeeWalk reads a walk with its stops, in walking order. Errors: access, NotFound.
func SeeWalk(tx *db.Tx, who access.Person, id string) (Walk, []Stop, error) {
	w, err := FindWalk(tx, id)
	if err != nil {
		tx.Asked()
		return w, nil, err
	}
	if err := who.May(tx, access.InspectWalk, w.Thing()); err != nil {
		return w, nil, err
	}
	vs, err := db.All[Visit](tx, `SELECT * FROM visit WHERE walk = $1 ORDER BY at, id`, w.ID)
	if err != nil {
		return w, nil, err
	}
	found := map[string][]Item{}
	all, err := items(tx, `visit IN (SELECT id FROM visit WHERE walk = $1) ORDER BY visit, n`, w.ID)
	if err != nil {
		return w, nil, err
	}
	for _, it := range all {
		found[it.Visit] = append(found[it.Visit], it)
	}
	var out []Stop
	for _, code := range w.Places.Codes() {
		s := Stop{}
		if s.Place, err = org.PlaceByCode(tx, code); err != nil {
			return w, nil, err
		}
		for _, v := range vs {
			if v.Place == s.Place.Code {
				s.Visits = append(s.Visits, Whole{Visit: v, Found: found[v.ID]})
			}
		}
		s.Merged = Merge(s.Visits)
		out = append(out, s)
	}
	return w, out, nil
}

// WalkHeads gives the walks of these ids that the person may walk, for lists that name them.
func WalkHeads(tx *db.Tx, who access.Person, ids []string) (map[string]Walk, error) {
	tx.Asked()
	out := map[string]Walk{}
	if len(ids) == 0 {
		return out, nil
	}
	cond, args := access.Visible(who, access.InspectWalk, access.Columns{Unit: "w.unit_path", Lead: "w.unit_path", Assigned: "w.inspector"}, 1)
	in, more := db.In("w.id", ids, len(args)+1)
	rows, err := db.All[Walk](tx, `SELECT w.* FROM visit_walk AS w WHERE (`+cond+`) AND `+in, append(args, more...)...)
	for _, w := range rows {
		out[w.ID] = w
	}
	return out, err
}

// Walks lists the walks that are to be done by somebody, the next first; with everybody's for who plans them.
func Walks(tx *db.Tx, who access.Person, most int) ([]Walk, error) {
	cond, args := access.Visible(who, access.InspectWalk, access.Columns{Unit: "w.unit_path", Lead: "w.unit_path", Assigned: "w.inspector"}, 1)
	w := db.NewWhere(args...)
	w.Add("w.done_at = ?", 0)
	more, args := w.SQL()
	return db.All[Walk](tx, `SELECT w.* FROM visit_walk AS w WHERE (`+cond+`) AND (`+more+`) ORDER BY w.due, w.id LIMIT `+itoa(most), args...)
}
