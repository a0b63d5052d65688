package publish

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Numbers are what the board says of a period, the first and the last day included.
type Numbers struct {
	From, To clock.Day
	// Few: too few people use the place for counts of voices to be shown; Heard and Answered are 0 then and mean nothing.
	Few       bool
	Heard     int // voices that came in
	Answered  int // of those: have an answer, or a refusal with its reason
	Done      int // matters struck off
	Confirmed int // of those: employees say that it is solved
}

// NumbersOf counts a period, for a place with everything inside it ("" is the whole organisation).
func NumbersOf(tx *db.Tx, place string, from, to clock.Day) (Numbers, error) {
	n := Numbers{From: from, To: to}
	var places []string
	if place != "" {
		all, err := inside(tx, place)
		if err != nil {
			return n, err
		}
		least, err := org.Int(tx, org.PlaceUsers)
		if err != nil {
			return n, err
		}
		n.Few = all[0].Users < least
		for _, p := range all {
			places = append(places, p.Code)
		}
	}
	if !n.Few {
		w := db.NewWhere().Add("day >= ? AND day <= ?", from, to).Add("channel NOT IN ('part', 'retaliation')")
		if places != nil {
			w.In("place", places)
		}
		cond, args := w.SQL()
		type row struct{ Heard, Answered int }
		got, err := db.One[row](tx, `SELECT COUNT(*) AS heard, COALESCE(SUM(CASE WHEN state IN ('answered', 'closed', 'rejected') THEN 1 ELSE 0 END), 0)
			AS answered FROM voice WHERE `+cond, args...)
		if err != nil {
			return n, err
		}
		n.Heard, n.Answered = got.Heard, got.Answered
	}
	w := db.NewWhere().Add("public = 1 AND restricted = '' AND ended_how = 'closed'").
		Add("closed_at >= ? AND closed_at < ?", startOf(tx, from), startOf(tx, to.Add(1)))
	if places != nil {
		w.In("place", places)
	}
	cond, args := w.SQL()
	type row struct{ Done, Confirmed int }
	got, err := db.One[row](tx, `SELECT COUNT(*) AS done, COALESCE(SUM(CASE WHEN verdict = 'confirmed' THEN 1 ELSE 0 END), 0) AS confirmed
		FROM matter WHERE `+cond, args...)
	n.Done, n.Confirmed = got.Done, got.Confirmed
	return n, err
}

func startOf(tx *db.Tx, d clock.Day) clock.Millis { return clock.MillisOf(d.Time(tx.Zone())) }

// inside gives the place and every place within it, the place itself first: NotFound "org.place.unknown".
func inside(tx *db.Tx, code string) ([]org.Place, error) {
	p, err := org.PlaceByCode(tx, code)
	if err != nil {
		return nil, err
	}
	all, err := org.Places(tx)
	if err != nil {
		return nil, err
	}
	out := []org.Place{p}
	for i := 0; i < len(out); i++ {
		for _, q := range all {
			if q.Parent == out[i].Code {
				out = append(out, q)
			}
		}
	}
	return out, nil
}
