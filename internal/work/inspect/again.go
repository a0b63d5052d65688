package inspect

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// leaderVisit is the id of the leader's visit to the place that is measured again.
func leaderVisit(tx *db.Tx, key, place string) (string, error) {
	v, err := Find(tx, key)
	if err != nil {
		tx.Asked()
		return "", err
	}
	if v.Kind != Leaders || v.Place != place {
		tx.Asked()
		return "", fault.Field("place", "inspect.again.other", v.Number)
	}
	return v.ID, nil
}

// remeasure owes an unannounced look after a leader's visit in which something was measured, and ends it when an inspector has looked.
// Who owes it is found above the unit, so that the unit does not see it coming.
func remeasure(tx *db.Tx, who access.Person, v Visit, items []Item) error {
	if v.Again != "" {
		_, err := duty.Discharge(tx, who, Visit{ID: v.Again}.Ref(), duty.Remeasure, duty.Done)
		return err
	}
	measured := 0
	for _, it := range items {
		if it.Result != NA {
			measured++
		}
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	days := set.Int(org.RemeasureDays)
	if v.Kind != Leaders || measured == 0 || days == 0 {
		return nil
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	_, err = duty.Owe(tx, who, duty.New{Kind: duty.Remeasure, Subject: v.Ref(), Path: tree.Path(org.Root), Role: access.Inspector, Day: tx.Today().Add(days)})
	return err
}

// Difference is what one item read when the leader came and afterwards.
type Difference struct {
	Code   string
	Spec   Spec
	Before Item
	After  *Item // nil: not measured again
	Worse  bool  // it passed then and does not now
}

// DifferencesOf compares a leader's visit with the recheck, item by item in the order of the visit.
func DifferencesOf(before, after []Item) []Difference {
	later := map[string]*Item{}
	for i := range after {
		if after[i].Result != NA {
			later[after[i].Code] = &after[i]
		}
	}
	var out []Difference
	for _, b := range before {
		if b.Result == NA {
			continue
		}
		d := Difference{Code: b.Code, Spec: b.Spec, Before: b, After: later[b.Code]}
		d.Worse = d.After != nil && b.Result == Pass && d.After.Result != Pass
		out = append(out, d)
	}
	return out
}

// Rechecked reads the recheck of a leader's visit with what it found, or nil where nobody has looked again yet.
func Rechecked(tx *db.Tx, visit string) (*Whole, error) {
	v, err := db.Maybe[Visit](tx, `SELECT * FROM visit WHERE again = $1 ORDER BY at, id LIMIT 1`, visit)
	if err != nil || v == nil {
		return nil, err
	}
	w := Whole{Visit: *v}
	w.Found, err = items(tx, `visit = $1 ORDER BY n`, v.ID)
	return &w, err
}

// Repeated reads the leader's visit that a recheck repeats. It is for whoever may see the recheck.
func Repeated(tx *db.Tx, id string) (Whole, error) {
	v, err := Find(tx, id)
	if err != nil {
		return Whole{}, err
	}
	w := Whole{Visit: v}
	w.Found, err = items(tx, `visit = $1 ORDER BY n`, v.ID)
	return w, err
}
