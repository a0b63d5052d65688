package pack

import (
	"encoding/json"
	"slices"
	"strings"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
)

// Brief is what a page of the pack says about an item, as it was when the pack was frozen.
type Brief struct {
	State      string     `json:"state,omitempty"`
	Color      duty.Color `json:"color,omitempty"`
	Promise    string     `json:"promise,omitempty"`
	Standard   string     `json:"standard,omitempty"`
	Owner      string     `json:"owner,omitempty"` // name
	Sponsor    string     `json:"sponsor,omitempty"`
	Co         []string   `json:"co,omitempty"`
	Place      string     `json:"place,omitempty"`
	Due0       clock.Day  `json:"due0,omitempty"`
	Due        clock.Day  `json:"due,omitempty"`
	Extensions int64      `json:"extensions,omitempty"`
	Voices     int64      `json:"voices,omitempty"`
	Percent    int        `json:"percent,omitempty"`
	Progress   string     `json:"progress,omitempty"`
	ProgressOn clock.Day  `json:"progress_on,omitempty"`
	AskedTo    clock.Day  `json:"asked_to,omitempty"` // an extension that waits
	AskedWhy   string     `json:"asked_why,omitempty"`
	Orders     []string   `json:"orders,omitempty"` // numbers of supervision orders
	Rungs      []string   `json:"rungs,omitempty"`  // rungs of the ladder that were fired
	Named      bool       `json:"named,omitempty"`  // somebody is recused from it
}

// Key names an item: its kind and what it is about.
func Key(kind, subject string) string { return kind + ":" + subject }

// Ask is an item whose brief is wanted; Kept is one that was frozen.
type Ask struct{ Kind, Subject, Kept string }

// Briefs makes the briefs of items by their keys, and reads those that were frozen.
func Briefs(tx *db.Tx, m Scope, asks []Ask) (map[string]Brief, error) {
	out := map[string]Brief{}
	var ids []string
	for _, a := range asks {
		if a.Kept != "" {
			var b Brief
			if err := json.Unmarshal([]byte(a.Kept), &b); err != nil {
				return nil, err
			}
			out[Key(a.Kind, a.Subject)] = b
			continue
		}
		var b Brief
		var err error
		switch a.Kind {
		case ItemMatter:
			ids = append(ids, a.Subject)
			continue
		case ItemResolution:
			b, err = resolutionBrief(tx, a.Subject)
		case ItemVoice:
			due, e := db.One[clock.Millis](tx, `SELECT due FROM voice WHERE id = $1`, a.Subject)
			b, err = Brief{Due0: due.Day(tx.Zone()), Due: due.Day(tx.Zone())}, e
		}
		if err != nil {
			return nil, err
		}
		out[Key(a.Kind, a.Subject)] = b
	}
	return out, matterBriefs(tx, m, ids, out)
}

// resolutionBrief is what a pack says about a resolution that was not done.
func resolutionBrief(tx *db.Tx, key string) (Brief, error) {
	type row struct {
		State, Text, Result, Co, Name string
		Day                           clock.Day
		DayAt, ReportedAt             clock.Millis
	}
	r, err := db.One[row](tx, `SELECT r.state, r.text, r.result, r.co, COALESCE(p.name, '') AS name, r.day, r.day_at, r.reported_at
		FROM resolution r LEFT JOIN org_person p ON p.id = r.person WHERE r.id = $1`, key)
	if err != nil {
		return Brief{}, err
	}
	b := Brief{State: r.State, Due0: r.Day, Due: r.Day, Promise: r.Text, Progress: r.Result, Owner: r.Name}
	if r.Co != "" {
		b.Co = strings.Split(r.Co, ",")
	}
	if r.State == "open" && tx.Millis() > r.DayAt {
		b.Color = duty.Red
	}
	if r.ReportedAt != 0 {
		b.ProgressOn = r.ReportedAt.Day(tx.Zone())
	}
	return b, nil
}

func matterBriefs(tx *db.Tx, m Scope, ids []string, out map[string]Brief) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := ledger.RowsOf(tx, m.scope(), ids)
	if err != nil {
		return err
	}
	asked, err := ledger.AskedOf(tx, ids)
	if err != nil {
		return err
	}
	in, args := db.In("subject_id", ids, 1)
	type numbered struct{ SubjectID, Number string }
	orders, err := db.All[numbered](tx, `SELECT subject_id, number FROM supervise_order WHERE subject_kind = 'matter' AND n > 0 AND `+in+` ORDER BY year, n`, args...)
	if err != nil {
		return err
	}
	rungs, err := db.All[numbered](tx, `SELECT subject_id, rung AS number FROM duty_rung WHERE subject_kind = 'matter' AND passed = 0 AND `+in+` ORDER BY at, id`, args...)
	if err != nil {
		return err
	}
	in, args = db.In("matter", ids, 1)
	named, err := db.All[string](tx, `SELECT DISTINCT matter FROM matter_named WHERE `+in, args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		b := Brief{State: r.State, Color: r.Color, Promise: r.Plan.Item, Standard: r.Plan.Standard, Owner: r.OwnerName, Sponsor: r.SponsorName, Co: r.CoUnits(), Place: r.Place,
			Due0: r.Due0, Due: r.Due, Extensions: r.Extensions, Voices: r.Voices, Percent: r.Percent(), Progress: r.Progress, Named: slices.Contains(named, r.ID)}
		if r.ProgressAt != 0 {
			b.ProgressOn = r.ProgressAt.Day(tx.Zone())
		}
		if e, ok := asked[r.ID]; ok {
			b.AskedTo, b.AskedWhy = e.ToDay, e.Reason
		}
		for _, o := range orders {
			if o.SubjectID == r.ID {
				b.Orders = append(b.Orders, o.Number)
			}
		}
		for _, x := range rungs {
			if x.SubjectID == r.ID && !slices.Contains(b.Rungs, x.Number) {
				b.Rungs = append(b.Rungs, x.Number)
			}
		}
		slices.SortFunc(b.Rungs, func(x, y string) int { return duty.Rung(x).Height() - duty.Rung(y).Height() })
		out[Key(ItemMatter, r.ID)] = b
	}
	return nil
}
