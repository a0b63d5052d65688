package accept

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Satisfied is how many of the grades of a period are one of the upper three.
type Satisfied struct{ Grades, Upper int }

// SatisfiedOf adds up the rounds that ended from from on and before to, but only those whose own grades may be shown: the sum says
// nothing about a round that is too small by itself. shown is false where there are too few grades in all.
func SatisfiedOf(tx *db.Tx, from, to clock.Millis) (s Satisfied, shown bool, err error) {
	least, err := org.Int(tx, org.ShowFrom)
	if err != nil {
		return s, false, err
	}
	s, err = db.One[Satisfied](tx, `SELECT COALESCE(SUM(n), 0) AS grades, COALESCE(SUM(up), 0) AS upper FROM (
		SELECT SUM(CASE WHEN r.grade > 0 THEN 1 ELSE 0 END) AS n, SUM(CASE WHEN r.grade >= 3 THEN 1 ELSE 0 END) AS up
		FROM acceptance a JOIN rating r ON r.matter = a.matter AND r.round = a.round
		WHERE a.state = 'over' AND a.over_at >= $1 AND a.over_at < $2 GROUP BY a.matter, a.round) AS x WHERE n >= $3`, from, to, least)
	return s, s.Grades >= least && s.Grades > 0, err
}
