package supervise

import (
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Rate is what stands beside every rate of a department: how many voices it had, how many of those that count it answered in time, how many
// were left out of that, and how often it was called and reported in too late.
type Rate struct {
	Unit     string
	Voices   int64
	Counted  int64 // answers that count and were due
	InTime   int64
	Excluded int64
	Calls    int64
	Late     int64
}

// Share is the share of voices that were left out, in percent, rounded up so that a flag is never rounded away.
func (r Rate) Share() int64 {
	if r.Voices == 0 {
		return 0
	}
	return (r.Excluded*100 + r.Voices - 1) / r.Voices
}

// Flagged reports whether more than so many percent were left out.
func (r Rate) Flagged(percent int) bool { return r.Excluded*100 > r.Voices*int64(percent) }

// LeftOutStates are the states of an exclusion in which its voice does not count, as a list of SQL.
const LeftOutStates = `('excluded', 'objected', 'upheld')`

// RatesOf gives the rates of departments whose voices were registered in a time, by unit.
func RatesOf(tx *db.Tx, who access.Person, from, to clock.Day) ([]Rate, error) {
	tx.Asked()
	seen, args := access.Visible(who, access.ExclusionSee, access.Columns{Unit: "v.unit_path", Lead: "v.lead_path"}, 5)
	rows, err := db.All[Rate](tx, `SELECT v.lead AS unit, COUNT(*) AS voices,
		SUM(CASE WHEN x.voice IS NULL AND d.due0 > 0 AND (d.discharged_at > 0 OR d.due0 < $3) THEN 1 ELSE 0 END) AS counted,
		SUM(CASE WHEN x.voice IS NULL AND d.discharged_at > 0 AND d.discharged_at <= d.due0 THEN 1 ELSE 0 END) AS in_time,
		SUM(CASE WHEN x.voice IS NOT NULL THEN 1 ELSE 0 END) AS excluded, 0 AS calls, 0 AS late
		FROM voice v LEFT JOIN (SELECT DISTINCT voice FROM exclusion WHERE state IN `+LeftOutStates+`) x ON x.voice = v.id
		LEFT JOIN (SELECT subject_id, MIN(due0) AS due0, MIN(discharged_at) AS discharged_at FROM duty WHERE subject_kind = 'voice' AND kind = $4 AND round <= 1
			AND outcome NOT IN ('returned', 'cancelled') GROUP BY subject_id) d ON d.subject_id = v.id
		WHERE v.day >= $1 AND v.day <= $2 AND v.lead <> '' AND v.restricted = '' AND `+seen+` GROUP BY v.lead ORDER BY v.lead`,
		append([]any{from, to, tx.Millis(), "answer"}, args...)...)
	if err != nil {
		return nil, err
	}
	calls, err := CallCounts(tx, clock.MillisOf(from.Time(tx.Zone())), clock.MillisOf(to.Add(1).Time(tx.Zone())))
	for _, c := range calls {
		for i := range rows {
			if rows[i].Unit == c.Unit {
				rows[i].Calls, rows[i].Late = c.All, c.Late
			}
		}
	}
	return rows, err
}

// LeftOut counts the voices of a time that were left out of the rates of departments, of some places or, with none, of all. It names
// nobody: it stands beside every rate that is shown.
func LeftOut(tx *db.Tx, from, to clock.Day, places []string) (int, error) {
	w := db.NewWhere().Add("v.day >= ? AND v.day <= ? AND v.restricted = ''", from, to)
	if places != nil {
		w.In("v.place", places)
	}
	cond, args := w.SQL()
	return db.One[int](tx, `SELECT COUNT(DISTINCT x.voice) FROM exclusion x JOIN voice v ON v.id = x.voice WHERE x.state IN `+LeftOutStates+` AND `+cond, args...)
}

// AuditDays is over how many days the share of exclusions is looked at (default of the product).
const AuditDays = 365

// flag records that a department has had more voices left out than the organisation wants to see without a look: once for every voice that
// goes beyond. The auditors find it in the record and on the page of exclusions.
func flag(tx *db.Tx, who access.Person, x Exclusion) error {
	percent, err := org.Int(tx, org.ExclusionShare)
	if err != nil {
		return err
	}
	from := tx.Today().Add(-AuditDays)
	type counts struct{ Voices, Excluded int64 }
	c, err := db.One[counts](tx, `SELECT COUNT(*) AS voices, COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM exclusion e WHERE e.voice = v.id AND e.state IN `+LeftOutStates+`)
		THEN 1 ELSE 0 END), 0) AS excluded FROM voice v WHERE v.day >= $1 AND v.lead = $2 AND v.restricted = ''`, from, x.Unit)
	if err != nil {
		return err
	}
	r := Rate{Unit: x.Unit, Voices: c.Voices, Excluded: c.Excluded}
	if !r.Flagged(percent) {
		return nil
	}
	return event.Record(tx, who, event.Fact{Kind: FactFlag, Subject: event.Ref{Kind: "unit", ID: x.Unit}, About: x.Ref(), Data: struct {
		Excluded int64  `json:"excluded"`
		Voices   int64  `json:"voices"`
		Over     string `json:"over"`
	}{r.Excluded, r.Voices, fmt.Sprintf("%d%%", percent)}})
}

// FactFlag tells that a department has more exclusions than are let pass without a look.
const FactFlag = "exclusion.flag"
