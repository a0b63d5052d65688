package practice

import (
	"encoding/json"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// figuresOf are the check items of the plan in force of a matter with what was measured: the last value that was good, and the first one that was
// not, of an inspection of the matter by somebody else than who did it, or else of a visit to its place before it was done.
func figuresOf(tx *db.Tx, m matter.Matter) ([]Figure, error) {
	p, err := matter.PlanOf(tx, m)
	if err != nil {
		return nil, err
	}
	type row struct {
		Slots  string
		CheckN int64
		Value  string
		Passed bool
	}
	looks, err := db.All[row](tx, `SELECT p.slots, r.check_n, r.value, r.passed FROM reading r JOIN inspection i ON i.id = r.inspection
		JOIN plan p ON p.matter = i.matter AND p.version = i.plan WHERE i.matter = $1 AND i.kind <> 'self' ORDER BY i.at, i.id, r.check_n`, m.ID)
	if err != nil {
		return nil, err
	}
	var out []Figure
	for _, c := range p.Slots.Checks {
		out = append(out, Figure{Check: c})
	}
	var text string
	var slots plan.Slots
	for _, l := range looks {
		if l.Slots != text {
			text, slots = l.Slots, plan.Slots{}
			if err := json.Unmarshal([]byte(text), &slots); err != nil {
				return nil, err
			}
		}
		if l.CheckN < 1 || int(l.CheckN) > len(slots.Checks) {
			continue // "done as promised?"
		}
		at := slices.IndexFunc(out, func(f Figure) bool { return f.Check.Text == slots.Checks[l.CheckN-1].Text })
		switch {
		case at < 0:
		case l.Passed:
			out[at].After = l.Value
		case out[at].Before == "":
			out[at].Before, out[at].From = l.Value, FromLook
		}
	}
	return out, visited(tx, m, out)
}

// visited fills in what was measured at the place before the matter was done, where no inspection of the matter has found it wanting.
func visited(tx *db.Tx, m matter.Matter, out []Figure) error {
	if m.Place == "" || !slices.ContainsFunc(out, func(f Figure) bool { return f.Before == "" }) {
		return nil
	}
	until := m.Completed0
	if until == 0 {
		until = tx.Millis()
	}
	type row struct {
		Spec  string
		Worst string
		At    clock.Millis
	}
	rows, err := db.All[row](tx, `SELECT spec, worst, at FROM visit_item WHERE place = $1 AND at < $2 AND result IN ('fail', 'critical') ORDER BY at DESC LIMIT 100`, m.Place, until)
	if err != nil {
		return err
	}
	for i := range out {
		if out[i].Before != "" {
			continue
		}
		for _, r := range rows {
			var s inspect.Spec
			if err := json.Unmarshal([]byte(r.Spec), &s); err != nil {
				return err
			}
			if _, known := out[i].Check.Passes(r.Worst); known && (s.Zh == out[i].Check.Text || s.En == out[i].Check.Text) {
				out[i].Before, out[i].From = r.Worst, FromVisit
				break
			}
		}
	}
	return nil
}

// said is how many people had asked for a matter, 0 where they are too few to be told or the place has too few users.
func said(tx *db.Tx, m matter.Matter) (int64, error) {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return 0, err
	}
	n := m.Voices + m.Supporters
	if n < int64(set.Int(org.ShowFrom)) {
		return 0, nil
	}
	if m.Place != "" {
		p, err := org.PlaceByCode(tx, m.Place)
		if err != nil || p.Users < set.Int(org.PlaceUsers) {
			return 0, err
		}
	}
	return n, nil
}
