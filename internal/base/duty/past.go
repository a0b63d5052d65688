package duty

import (
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Figures ask how many duties of a whole year were done in time, and there may be half a million of them. So the hours that are past
// are counted once ([CountPast]), and whoever writes a duty of such an hour corrects the count in the same transaction: the figure is
// exact at every moment, and reading it costs the same however many there are. Nothing that is due later touches a count, so that
// those who submit do not wait for each other.

const (
	pastHour clock.Millis = 3_600_000
	// pastLag is how many hours are left to settle before they are counted: transactions that know whole hours only write into them.
	pastLag = 2
	// pastStep is how many hours are counted in one transaction.
	pastStep = 24 * 31
)

// Kept is how many of what was due in a period was done, and done in time by the original due.
type Kept struct{ Due, InTime int }

const keptColumns = `COUNT(*) AS due, COALESCE(SUM(CASE WHEN discharged_at > 0 AND discharged_at <= due0 THEN 1 ELSE 0 END), 0) AS in_time`

const keptCounts = `outcome NOT IN ('returned', 'cancelled')`

// KeptOf counts the duties of a kind whose original due lies from from on and before to. What was taken back or cancelled is not
// counted; what is still open and late counts as not in time.
func KeptOf(tx *db.Tx, kind Kind, from, to clock.Millis) (Kept, error) {
	until, err := db.One[int64](tx, `SELECT hour FROM duty_past_until WHERE one = 1`)
	if err != nil {
		return Kept{}, err
	}
	first, last := int64((from+pastHour-1)/pastHour), min(int64(to/pastHour), until)
	if first >= last || until > int64(tx.Millis()/pastHour) {
		return db.One[Kept](tx, `SELECT `+keptColumns+` FROM duty WHERE kind = $1 AND due0 >= $2 AND due0 < $3 AND `+keptCounts, kind, from, to)
	}
	sum, err := db.One[Kept](tx, `SELECT COALESCE(SUM(due), 0) AS due, COALESCE(SUM(in_time), 0) AS in_time FROM duty_past
		WHERE kind = $1 AND hour >= $2 AND hour < $3`, kind, first, last)
	if err != nil {
		return Kept{}, err
	}
	for _, edge := range [][2]clock.Millis{{from, clock.Millis(first) * pastHour}, {clock.Millis(last) * pastHour, to}} {
		if edge[0] >= edge[1] {
			continue
		}
		k, err := db.One[Kept](tx, `SELECT `+keptColumns+` FROM duty WHERE kind = $1 AND due0 >= $2 AND due0 < $3 AND `+keptCounts, kind, edge[0], edge[1])
		if err != nil {
			return Kept{}, err
		}
		sum.Due, sum.InTime = sum.Due+k.Due, sum.InTime+k.InTime
	}
	return sum, nil
}

// CountPast counts some of the hours that are past and returns how many; call it again until that is none. Where the clock was set
// back behind what is counted, it begins anew.
func CountPast(tx *db.Tx) (int, error) {
	if err := access.System("duty.past").May(tx, access.DutySystem, access.Thing{Kind: "duty"}); err != nil {
		return 0, err
	}
	tx.Recorded() // counts change nothing that anybody is told
	until, err := db.One[int64](tx, `SELECT hour FROM duty_past_until WHERE one = 1`+tx.ForUpdate())
	if err != nil {
		return 0, err
	}
	now := int64(tx.Millis() / pastHour)
	if until > now {
		return 1, startPast(tx)
	}
	if until == 0 {
		first, err := db.One[clock.Millis](tx, `SELECT COALESCE(MIN(due0), 0) FROM duty`)
		if err != nil {
			return 0, err
		}
		until = int64(first / pastHour)
	}
	to := min(until+pastStep, now-pastLag)
	if to <= until {
		return 0, nil
	}
	for _, k := range Kinds() {
		if err := countPast(tx, k, until, to); err != nil {
			return 0, err
		}
	}
	return int(to - until), movePast(tx, to)
}

// keep corrects the count of the hour in which the duty was due by so many duties and so many in time, where that hour is counted.
func (d Duty) keep(tx *db.Tx, due, inTime int) error {
	if due == 0 && inTime == 0 || d.Due0 > tx.Millis()+24*pastHour {
		return nil // an hour is counted after it has passed
	}
	until, err := db.One[int64](tx, `SELECT hour FROM duty_past_until WHERE one = 1`+tx.ForShare())
	if err != nil || int64(d.Due0/pastHour) >= until {
		return err
	}
	return correctPast(tx, d.Kind, int64(d.Due0/pastHour), due, inTime)
}

// ended corrects the count for a duty that was open and is discharged now.
func (d Duty) ended(tx *db.Tx, at clock.Millis, o Outcome) error {
	switch {
	case o == Returned || o == Cancelled:
		return d.keep(tx, -1, 0)
	case at > 0 && at <= d.Due0:
		return d.keep(tx, 0, 1)
	}
	return nil
}

// VerifyPast compares the counts of the past with the duties and returns what does not agree, in words for the log.
func VerifyPast(tx *db.Tx) ([]string, error) {
	type row struct {
		Kind                Kind
		Hour                int64
		Due, InTime         int
		ReallyDue, ReallyIn int
	}
	rows, err := db.All[row](tx, `SELECT kind, hour, SUM(due) AS due, SUM(in_time) AS in_time, SUM(really_due) AS really_due, SUM(really_in) AS really_in FROM (
		SELECT kind, hour, due, in_time, 0 AS really_due, 0 AS really_in FROM duty_past
		UNION ALL SELECT kind, due0 / 3600000 AS hour, 0 AS due, 0 AS in_time, 1 AS really_due,
			CASE WHEN discharged_at > 0 AND discharged_at <= due0 THEN 1 ELSE 0 END AS really_in
			FROM duty WHERE `+keptCounts+` AND due0 < (SELECT hour * 3600000 FROM duty_past_until WHERE one = 1)) AS x
		GROUP BY kind, hour HAVING SUM(due) <> SUM(really_due) OR SUM(in_time) <> SUM(really_in) ORDER BY kind, hour LIMIT 100`)
	var bad []string
	for _, r := range rows {
		bad = append(bad, fmt.Sprintf("duties %s due in hour %d: counted %d, in time %d; there are %d, in time %d", r.Kind, r.Hour, r.Due, r.InTime, r.ReallyDue, r.ReallyIn))
	}
	return bad, err
}
