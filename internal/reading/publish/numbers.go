package publish

import (
	"slices"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/supervise"
)

// Figure is a number of the board that counts matters; the list behind it holds exactly those.
type Figure string

// The figures.
const (
	Done      Figure = "done"      // struck off in the period
	Confirmed Figure = "confirmed" // of those: employees say that it is solved
	Due       Figure = "due"       // had to be complete in the period, by the deadline that was given first
	OnTime    Figure = "on_time"   // of those: the unit had it complete by that day
)

// Figures lists them.
func Figures() []Figure { return []Figure{Done, Confirmed, Due, OnTime} }

// Numbers are what the board says of a period, the first and the last day included. Voices, and matters registered later than the
// [Batch] of today, are not in them.
type Numbers struct {
	From, To clock.Day
	// Few: too few people use the place for counts of voices to be shown; Heard and Answered are 0 then and mean nothing.
	Few      bool
	Heard    int // voices that came in
	Answered int // of those: have an answer, or a refusal with its reason
	Excluded int // of those: left out of the rates of departments
	// Lists holds the ids of the matters behind each figure, the latest first.
	Lists map[Figure][]string
	// Days is the sum of the working days from taking up to striking off, of the matters of Done.
	Days int
}

// Of is how many matters the figure counts.
func (n Numbers) Of(f Figure) int { return len(n.Lists[f]) }

// Average is the mean of working days from taking up to striking off; false where nothing was struck off.
func (n Numbers) Average() (float64, bool) {
	done := n.Of(Done)
	if done == 0 {
		return 0, false
	}
	return float64(n.Days) / float64(done), true
}

// NumbersOf counts a period, for a place with everything inside it ("" is the whole organisation).
func NumbersOf(tx *db.Tx, place string, from, to clock.Day) (Numbers, error) {
	n := Numbers{From: from, To: to, Lists: map[Figure][]string{}}
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
	b, err := BatchOf(tx)
	if err != nil {
		return n, err
	}
	if !n.Few {
		last := min(to, b.Day)
		w := b.heard(from, to)
		if places != nil {
			w.In("place", places)
		}
		cond, args := w.SQL()
		type row struct{ Heard, Answered int }
		got, err := db.One[row](tx, `SELECT COUNT(*) AS heard, COALESCE(SUM(CASE WHEN state IN `+answeredStates+` THEN 1 ELSE 0 END), 0)
			AS answered FROM voice WHERE `+cond, args...)
		if err != nil {
			return n, err
		}
		n.Heard = got.Heard
		if n.Answered, err = b.answered(tx, cond, args, got.Answered); err != nil {
			return n, err
		}
		if n.Excluded, err = supervise.LeftOut(tx, from, last, places); err != nil {
			return n, err
		}
	}
	return n, n.matters(tx, places, b)
}

// counted is what the figures need of a matter.
type counted struct {
	ID           string
	RegisteredAt clock.Millis
	ClosedAt     clock.Millis
	Completed0   clock.Millis `db:"completed0"`
	Due0         clock.Day
	Verdict      string
	EndedHow     string
}

// matters reads the matters of the period once and puts each on the lists to which it belongs.
func (n *Numbers) matters(tx *db.Tx, places []string, b Batch) error {
	w := db.NewWhere().Add("public = 1 AND restricted = '' AND registered_at < ?", b.Until).
		Add("((closed_at >= ? AND closed_at < ? AND ended_how = 'closed') OR (due0 >= ? AND due0 <= ? AND ended_how IN ('', 'closed')))",
			startOf(tx, n.From), startOf(tx, n.To.Add(1)), n.From, n.To)
	if places != nil {
		w.In("place", places)
	}
	cond, args := w.SQL()
	rows, err := db.All[counted](tx, `SELECT id, registered_at, closed_at, completed0, due0, verdict, ended_how FROM matter WHERE `+cond, args...)
	if err != nil {
		return err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b counted) int {
		if a.ClosedAt != b.ClosedAt {
			return -cmpMillis(a.ClosedAt, b.ClosedAt)
		}
		return strings.Compare(a.ID, b.ID)
	})
	add := func(f Figure, m counted) { n.Lists[f] = append(n.Lists[f], m.ID) }
	for _, m := range rows {
		if day := m.ClosedAt.Day(tx.Zone()); m.EndedHow == "closed" && day >= n.From && day <= n.To {
			add(Done, m)
			n.Days += cal.WorkingDaysBetween(m.RegisteredAt.Day(tx.Zone()), day)
			if m.Verdict == matter.Confirmed {
				add(Confirmed, m)
			}
		}
		if m.Due0 != "" && m.Due0 >= n.From && m.Due0 <= n.To {
			add(Due, m)
			if m.Completed0 != 0 && InTime(m.Completed0.Day(tx.Zone()), m.Due0) {
				add(OnTime, m)
			}
		}
	}
	return nil
}

// InTime reports whether a matter that was complete on the day kept its deadline.
func InTime(complete, due clock.Day) bool { return complete <= due }

func cmpMillis(a, b clock.Millis) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// first reports whether nothing had come in before the day: a month without anything to compare it with.
func first(tx *db.Tx, day clock.Day) (bool, error) {
	n, err := db.One[int](tx, `SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM matter WHERE registered_at < $1 LIMIT 1) m)
		+ (SELECT COUNT(*) FROM (SELECT 1 FROM voice WHERE day < $2 LIMIT 1) v)`, startOf(tx, day), day)
	return n == 0, err
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
