package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/shot"
)

// Record writes a visit down, whole.
type Record struct {
	Place    string       `json:"place"`
	Kind     Kind         `json:"kind"`
	Present  string       `json:"present,omitempty"`
	Note     string       `json:"note,omitempty"`
	DeviceAt clock.Millis `json:"device_at,omitempty"`
	Items    []Found      `json:"items"`
	Photos   []Photo      `json:"photos,omitempty"`
	Again    string       `json:"again,omitempty"` // the leader's visit whose readings it repeats: id or number
	Walk     string       `json:"walk,omitempty"`  // the walk that it belongs to

	ID     string `json:"-"` // set by Do
	Number string `json:"-"` // set by Do
}

// Found is what was found for one check item.
type Found struct {
	Code       string    `json:"code"`
	Readings   []string  `json:"readings,omitempty"` // decimals, or "yes" and "no" for a look
	Sure       bool      `json:"sure,omitempty"`     // a value beyond what an instrument shows was really read
	Instrument string    `json:"instrument,omitempty"`
	Why        string    `json:"why,omitempty"` // why it does not apply
	Problem    string    `json:"problem,omitempty"`
	OrderUnit  string    `json:"order_unit,omitempty"`
	OrderDue   clock.Day `json:"order_due,omitempty"`
}

// Photo is a stored picture with where and when it was taken, as fields of the record that its inspector signs: the file itself says neither.
type Photo struct {
	Hash    string `json:"hash"`
	Thumb   string `json:"thumb"`
	Item    int64  `json:"item,omitempty"`    // number of the item, 0: of the whole place
	Caption string `json:"caption,omitempty"` // the point: what of the place it shows
	Taken   string `json:"taken,omitempty"`   // "2026-11-22 14:05", as the person says; empty: when the record was made
}

// Do records and sets ID and Number. Errors: access, Invalid at the fields ("items.3.readings").
func (in *Record) Do(tx *db.Tx, who access.Person) error {
	place, err := org.PlaceByCode(tx, in.Place)
	if err != nil {
		tx.Asked()
		return fault.Field("place", "inspect.place.unknown", in.Place)
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	unit, _ := tree.Get(place.Unit)
	if err := who.May(tx, access.InspectRecord, access.Thing{Kind: RefKind, Unit: unit.Path, Lead: unit.Path}); err != nil {
		return err
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	v := Visit{ID: id.V7(tx.Now), Kind: in.Kind, Place: place.Code, Unit: place.Unit, UnitPath: unit.Path, Person: who.ID,
		Present: strings.TrimSpace(in.Present), Note: strings.TrimSpace(in.Note), DeviceAt: in.DeviceAt, At: tx.Millis()}
	var f fault.Form
	if in.Again != "" {
		if v.Kind = Recheck; in.Kind == "" {
			in.Kind = Recheck
		}
		if v.Again, err = leaderVisit(tx, in.Again, place.Code); err != nil {
			return err
		}
	} else if !known(in.Kind) {
		f.Add("kind", "inspect.kind.choose")
	}
	walk, err := walkOf(tx, in.Walk, who, place.Code)
	if err != nil {
		return err
	}
	if walk != nil {
		v.Walk = walk.ID
	}
	length(&f, "present", v.Present, 0, MaxPeople)
	length(&f, "note", v.Note, 0, MaxText)
	if len(in.Items) == 0 && !(v.Told() && v.Note != "") { // who comes for an hour writes two sentences
		f.Add("items", "inspect.items.none")
	}
	if len(in.Items) > MaxItems {
		f.Add("items", "inspect.items.many", MaxItems)
	}
	if len(in.Photos) > MaxPhotos {
		f.Add("photos", "inspect.photos.many", MaxPhotos)
	}
	look := shot.Look{At: v.At, Device: v.DeviceAt, Zone: tx.Zone(), Hours: set.Int(org.InspectPhotoHours)}
	made := look.Made()
	hhmm := made.In(tx.Zone()).Format("15:04")
	var items []Item
	for i, found := range in.Items {
		it, err := judge(tx, &f, fmt.Sprintf("items.%d", i+1), found, hhmm, set.Int(org.InspectExpired) == 1, clock.DayOf(made, tx.Zone()))
		if err != nil {
			return err
		}
		it.Visit, it.N = v.ID, int64(i+1)
		if it.OrderUnit != "" {
			if _, ok := tree.Get(it.OrderUnit); !ok {
				f.Add(fmt.Sprintf("items.%d.order_unit", i+1), "matter.unit.unknown", it.OrderUnit)
			}
		}
		switch it.Result {
		case Fail:
			v.Fails++
		case Critical:
			v.Fails++
			v.Critical++
		}
		items = append(items, it)
	}
	for i, p := range in.Photos {
		if p.Hash == "" || len(p.Hash) > 128 || p.Item < 0 || p.Item > int64(len(items)) {
			f.Add(fmt.Sprintf("photos.%d", i+1), "matter.photo.unknown")
		}
		p := &in.Photos[i]
		look.Check(&f, i+1, &p.Taken, &p.Caption)
	}
	if err := f.Err(); err != nil {
		return err
	}
	year := clock.DayOf(tx.Now, tx.Zone()).Year()
	n, err := nextNumber(tx, year)
	if err != nil {
		return err
	}
	v.Number, v.Items = number(year, n), int64(len(items))
	in.ID, in.Number = v.ID, v.Number
	for i := range items {
		if err := order(tx, v, place, unit, &items[i]); err != nil {
			return err
		}
	}
	if err := insert(tx, v, items, in.Photos); err != nil {
		return err
	}
	if err := event.Record(tx, who, event.Fact{Kind: "inspect.recorded", Subject: v.Ref(), About: event.Ref{Kind: "place", ID: v.Place}, To: Recorded, Data: in}); err != nil {
		return err
	}
	return after(tx, who, v, items, walk)
}

// after is what a visit sets going: the duty roster for what is critical, the unannounced look after a leader's visit, and the next
// place of the walk.
func after(tx *db.Tx, who access.Person, v Visit, items []Item, walk *Walk) error {
	if v.Critical > 0 {
		if err := call(tx, who, v, items); err != nil {
			return err
		}
	}
	if err := remeasure(tx, who, v, items); err != nil {
		return err
	}
	if walk == nil {
		return nil
	}
	return step(tx, who, *walk)
}

func known(k Kind) bool {
	for _, x := range Kinds() {
		if x == k {
			return true
		}
	}
	return false
}

// judge brings one item into its form and says what its readings mean; what is wrong goes to the form under field.
func judge(tx *db.Tx, f *fault.Form, field string, in Found, hhmm string, strict bool, on clock.Day) (Item, error) {
	c, err := org.CheckItemByCode(tx, in.Code)
	if err != nil {
		if fault.KindOf(err) != fault.NotFound {
			return Item{}, err
		}
		f.Add(field+".code", "org.check.unknown", in.Code)
		return Item{}, nil
	}
	it := Item{Code: c.Code, Spec: SpecOf(c), Why: strings.TrimSpace(in.Why), Problem: strings.TrimSpace(in.Problem),
		OrderUnit: strings.TrimSpace(in.OrderUnit), OrderDue: in.OrderDue, Instrument: strings.TrimSpace(in.Instrument)}
	length(f, field+".why", it.Why, 0, MaxText)
	length(f, field+".problem", it.Problem, 0, MaxText)
	if len(in.Readings) == 0 {
		it.Result = NA
		if it.Why == "" {
			f.Add(field+".why", "inspect.na.why")
		}
		return it, nil
	}
	if it.Why != "" {
		f.Add(field+".why", "inspect.na.readings")
	}
	if it.Values = values(f, field, it.Spec, in); it.Values == nil {
		return it, nil
	}
	if it.Instrument != "" {
		tool, err := db.Maybe[Instrument](tx, `SELECT * FROM instrument WHERE number = $1 AND active = 1`, it.Instrument)
		switch {
		case err != nil:
			return it, err
		case tool == nil:
			f.Add(field+".instrument", "inspect.instrument.unknown", it.Instrument)
		case tool.Measure != "" && it.Spec.Measure != "" && sign(tool.Measure) != sign(it.Spec.Measure):
			f.Add(field+".instrument", "inspect.instrument.measure", tool.Measure, it.Spec.Measure)
		case tool.Expired(on) && strict:
			f.Add(field+".instrument", "inspect.instrument.expired", it.Instrument, string(tool.Due))
		default:
			it.Expired = tool.Expired(on)
		}
	}
	it.Outside = it.Spec.outside(hhmm)
	j := it.Spec.Judge(it.Values)
	it.Mean, it.Worst, it.Result = j.Mean, j.Worst, j.Result
	if it.Result == Pass {
		if it.OrderUnit != "" {
			f.Add(field+".order_unit", "inspect.order.passed")
		}
		return it, nil
	}
	if it.Problem == "" {
		f.Add(field+".problem", "inspect.problem.missing")
	}
	switch today := tx.Today(); {
	case it.OrderUnit == "" && it.OrderDue != "":
		f.Add(field+".order_unit", "inspect.order.unit")
	case it.OrderUnit != "" && (!it.OrderDue.Valid() || it.OrderDue < today):
		f.Add(field+".order_due", "inspect.order.due")
	}
	return it, nil
}

// values returns the readings in their form, or nil where something is wrong with them.
func values(f *fault.Form, field string, s Spec, in Found) []string {
	field += ".readings"
	if len(in.Readings) > MaxPoints {
		f.Add(field, "inspect.readings.many", MaxPoints)
		return nil
	}
	if len(in.Readings) < s.Points && !s.Look() {
		f.Add(field, "inspect.readings.few", s.Points, len(in.Readings))
		return nil
	}
	var out []string
	for _, text := range in.Readings {
		if s.Look() {
			if text != "yes" && text != "no" {
				f.Add(field, "inspect.reading.look")
				return nil
			}
			out = append(out, text)
			continue
		}
		d, ok := Number(text)
		v, err := strconv.ParseFloat(d, 64)
		if !ok || err != nil || len(d) > MaxReading {
			f.Add(field, "inspect.reading.number", text)
			return nil
		}
		if !s.Sane(v) && !in.Sure {
			f.Add(field, "inspect.reading.sane", d+" "+s.Measure)
			return nil
		}
		out = append(out, d)
	}
	return out
}

// order makes a matter of what was ordered on the spot, and of everything critical, ordered or not.
func order(tx *db.Tx, v Visit, place org.Place, unit org.Unit, it *Item) error {
	if it.Result != Critical && it.OrderUnit == "" {
		return nil
	}
	class := matter.Quick
	if it.Result == Critical {
		class = matter.Safety
		if it.OrderUnit == "" {
			it.OrderUnit = unit.Code
		}
	}
	body := fmt.Sprintf("%s · %s: %s (%s) · %s", v.Number, it.Spec.Zh, it.shown(), it.Spec.Pass(lang.ZH), it.Problem)
	if it.OrderDue != "" {
		body += " → " + string(it.OrderDue)
	}
	reg := matter.Register{Title: clip(it.Problem, 60), Body: body, Class: class, Source: matter.FromInspection, Place: place.Code, Unit: unit.Code,
		Public: true, Lead: it.OrderUnit}
	if err := reg.Do(tx, access.System("inspect")); err != nil {
		return err
	}
	it.Matter = reg.ID
	return nil
}

// shown is the result of the readings in one line: "36.2 / 35.0 °C".
func (it Item) shown() string {
	if it.Spec.Look() {
		return it.Worst
	}
	return strings.TrimSpace(it.Mean + " / " + it.Worst + " " + it.Spec.Measure)
}

// clip shortens a text to some characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
