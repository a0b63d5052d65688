package inspect

import (
	"encoding/json"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// columns are what decides who sees a visit.
var columns = access.Columns{Unit: "v.unit_path", Lead: "v.unit_path", Owner: "v.person"}

// Thing is the visit as permission sees it.
func (v Visit) Thing() access.Thing {
	return access.Thing{Kind: RefKind, ID: v.ID, Unit: v.UnitPath, Lead: v.UnitPath, Owner: v.Person}
}

// Find reads a visit by its id or its number: NotFound "inspect.unknown" where there is none. It asks nobody.
func Find(tx *db.Tx, key string) (Visit, error) {
	v, err := db.One[Visit](tx, `SELECT * FROM visit WHERE id = $1 OR number = $1`, key)
	if db.IsNone(err) {
		return v, fault.New(fault.NotFound, "inspect.unknown", key)
	}
	return v, err
}

// Whole is a visit with everything that was found.
type Whole struct {
	Visit
	Found  []Item
	Photos []Photo
	Sign   *Signature // of the inspected unit, or nil
	Call   *Call      // of the duty roster, or nil
}

// See reads a visit with everything that was found. Errors: access, NotFound.
func See(tx *db.Tx, who access.Person, key string) (Whole, error) {
	v, err := Find(tx, key)
	if err != nil {
		return Whole{}, err
	}
	w := Whole{Visit: v}
	if w.Call, err = CallOf(tx, v.ID); err != nil {
		return Whole{}, err
	}
	t := v.Thing()
	if w.Call != nil && !who.Can(access.InspectSee, t) { // who is called has to know what for
		if t.Owner, err = onRoster(tx, *w.Call, who); err != nil {
			return Whole{}, err
		}
	}
	if err := who.May(tx, access.InspectSee, t); err != nil {
		return Whole{}, err
	}
	if w.Sign, err = SignatureOf(tx, v.ID); err != nil {
		return w, err
	}
	if w.Found, err = items(tx, `visit = $1 ORDER BY n`, v.ID); err != nil {
		return w, err
	}
	w.Photos, err = db.All[Photo](tx, `SELECT hash, thumb, item, caption, taken FROM visit_photo WHERE visit = $1 ORDER BY n`, v.ID)
	return w, err
}

// row is an item as it is stored.
type row struct {
	Visit      string
	N          int64
	Code       string
	Spec       string
	Readings   string
	Mean       string
	Worst      string
	Instrument string
	Expired    bool
	Outside    bool
	Why        string
	Result     Result
	Problem    string
	OrderUnit  string
	OrderDue   clock.Day
	Matter     string
}

func items(tx *db.Tx, where string, args ...any) ([]Item, error) {
	rows, err := db.All[row](tx, `SELECT visit, n, code, spec, readings, mean, worst, instrument, expired, outside, why, result, problem, order_unit,
		order_due, matter FROM visit_item WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	var out []Item
	for _, r := range rows {
		it := Item{Visit: r.Visit, N: r.N, Code: r.Code, Mean: r.Mean, Worst: r.Worst, Instrument: r.Instrument, Expired: r.Expired, Outside: r.Outside,
			Why: r.Why, Result: r.Result, Problem: r.Problem, OrderUnit: r.OrderUnit, OrderDue: r.OrderDue, Matter: r.Matter}
		if err := json.Unmarshal([]byte(r.Spec), &it.Spec); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(r.Readings), &it.Values); err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

// Filter narrows the list of visits; empty fields do not.
type Filter struct {
	Place  string
	Kind   Kind
	Failed bool // only those with something that failed
	From   clock.Millis
	Until  clock.Millis
	Person string
	Walk   string
	After  string // id of the last one of the page before
	Limit  int
}

// List lists the visits that somebody may see, newest first.
func List(tx *db.Tx, who access.Person, in Filter) ([]Visit, error) {
	cond, args := access.Visible(who, access.InspectSee, columns, 1)
	w := db.NewWhere(args...)
	if in.Place != "" {
		w.Add("v.place = ?", in.Place)
	}
	if in.Kind != "" {
		w.Add("v.kind = ?", in.Kind)
	}
	if in.Failed {
		w.Add("v.fails > 0")
	}
	if in.Walk != "" {
		w.Add("v.walk = ?", in.Walk)
	}
	if in.Person != "" {
		w.Add("v.person = ?", in.Person)
	}
	if in.From != 0 {
		w.Add("v.at >= ?", in.From)
	}
	if in.Until != 0 {
		w.Add("v.at < ?", in.Until)
	}
	if in.After != "" { // ids are in the order of time
		w.Add("v.id < ?", in.After)
	}
	if in.Limit <= 0 || in.Limit > 200 {
		in.Limit = 50
	}
	more, args := w.SQL()
	return db.All[Visit](tx, `SELECT v.* FROM visit AS v WHERE (`+cond+`) AND (`+more+`) ORDER BY v.id DESC LIMIT `+strconv.Itoa(in.Limit), args...)
}

// Among gives those of the visits that somebody may see, by id.
func Among(tx *db.Tx, who access.Person, ids []string) (map[string]Visit, error) {
	tx.Asked()
	out := map[string]Visit{}
	if len(ids) == 0 {
		return out, nil
	}
	cond, args := access.Visible(who, access.InspectSee, columns, 1)
	in, more := db.In("v.id", ids, len(args)+1)
	rows, err := db.All[Visit](tx, `SELECT v.* FROM visit AS v WHERE (`+cond+`) AND `+in, append(args, more...)...)
	for _, v := range rows {
		out[v.ID] = v
	}
	return out, err
}

// Point is one measuring of an item at a place.
type Point struct {
	Visit  string
	At     clock.Millis
	Mean   string
	Worst  string
	Result Result
}

// History lists the latest measurings of an item at a place, oldest first. It is for whoever may see the visits of the place.
func History(tx *db.Tx, place, code string, most int) ([]Point, error) {
	ps, err := db.All[Point](tx, `SELECT visit, at, mean, worst, result FROM visit_item WHERE place = $1 AND code = $2 AND result <> 'na'
		ORDER BY at DESC LIMIT $3`, place, code, most)
	for i, j := 0, len(ps)-1; i < j; i, j = i+1, j-1 {
		ps[i], ps[j] = ps[j], ps[i]
	}
	return ps, err
}

// Earlier is what was last measured of one check item.
type Earlier struct {
	Code   string
	At     clock.Millis
	Worst  string
	Result Result
}

// EarlierOf gives the last measuring before a moment of every check item of a place, of the records that the person may see.
func EarlierOf(tx *db.Tx, who access.Person, place string, at clock.Millis) (map[string]Earlier, error) {
	tx.Asked()
	cond, args := access.Visible(who, access.InspectSee, columns, 3)
	rows, err := db.All[Earlier](tx, `SELECT i.code, i.at, i.worst, i.result FROM visit_item i JOIN visit AS v ON v.id = i.visit
		WHERE i.place = $1 AND i.at < $2 AND i.result <> 'na' AND (`+cond+`) ORDER BY i.at DESC LIMIT 100`, append([]any{place, at}, args...)...)
	out := map[string]Earlier{}
	for _, r := range rows {
		if _, ok := out[r.Code]; !ok {
			out[r.Code] = r
		}
	}
	return out, err
}

// Instruments lists all instruments, those in use first. It is for whoever may record or keep them.
func Instruments(tx *db.Tx) ([]Instrument, error) {
	return db.All[Instrument](tx, `SELECT * FROM instrument ORDER BY active DESC, number`)
}

// PhotoUsed reports whether a stored picture belongs to a visit, and to which.
func PhotoUsed(tx *db.Tx, hash string) (visit string, err error) {
	v, err := db.Maybe[string](tx, `SELECT visit FROM visit_photo WHERE hash = $1 OR thumb = $1 LIMIT 1`, hash)
	if v == nil {
		return "", err
	}
	return *v, err
}

// Bad is an item whose latest reading at a place fails.
type Bad struct {
	Place string
	Item
}

// Failing lists the items whose latest measuring at their place fails, of the time since, the gravest first. It is for whoever may see
// the visits of the places.
func Failing(tx *db.Tx, since clock.Millis, most int) ([]Bad, error) {
	type key struct {
		Place string
		Visit string
		N     int64
	}
	keys, err := db.All[key](tx, `SELECT i.place, i.visit, i.n FROM visit_item AS i WHERE i.result IN ('fail','critical') AND i.at >= $1
		AND NOT EXISTS (SELECT 1 FROM visit_item AS j WHERE j.place = i.place AND j.code = i.code AND j.at > i.at AND j.result <> 'na')
		ORDER BY i.result, i.at DESC, i.visit, i.n LIMIT $2`, since, most)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.Visit)
	}
	in, args := db.In("visit", ids, 1)
	all, err := items(tx, in, args...)
	if err != nil {
		return nil, err
	}
	var out []Bad
	for _, k := range keys {
		for _, it := range all {
			if it.Visit == k.Visit && it.N == k.N {
				out = append(out, Bad{Place: k.Place, Item: it})
			}
		}
	}
	return out, nil
}

// Before lists what a place read last, item by item, at or before a moment. It is for whoever may see the visits or the matter of the
// place.
func Before(tx *db.Tx, place string, at clock.Millis) ([]Item, error) {
	return items(tx, `place = $1 AND at <= $2 AND result <> 'na' AND NOT EXISTS (SELECT 1 FROM visit_item AS j WHERE j.place = visit_item.place
		AND j.code = visit_item.code AND j.at > visit_item.at AND j.at <= $2 AND j.result <> 'na') ORDER BY code`, place, at)
}

// InstrumentOf reads an instrument, or nil.
func InstrumentOf(tx *db.Tx, number string) (*Instrument, error) {
	return db.Maybe[Instrument](tx, `SELECT * FROM instrument WHERE number = $1`, number)
}
