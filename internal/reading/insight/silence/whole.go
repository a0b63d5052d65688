package silence

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
)

// thisMonth is the first day of the month in which we are.
func thisMonth(tx *db.Tx) clock.Day { return tx.Today()[:8] + "01" }

// Ways are how the people of the whole organisation were heard in the twelve months. A number that is too small to be told is -1.
type Ways struct {
	Named   int // people who have spoken with their name
	Hidden  int // voices without one
	Surveys int // people who have answered a survey, and answers on paper
	Ballots int // people who have voted
	// Of 100 voices: those without a name, and the same in the year before. That more and more people leave their name out is no good sign.
	Share, ShareBefore int
}

// Whole is the map of the whole organisation for the twelve months before the one that begins on a day, with how people were heard and how many of
// those who work and are employed in one way. The caller has asked whether that may be told.
func Whole(tx *db.Tx, month clock.Day) (Map, Ways, Groups, error) {
	month = min(month, thisMonth(tx))
	c, err := count(tx, month)
	if err != nil {
		return Map{}, Ways{}, Groups{}, err
	}
	m := c.measure()
	for _, u := range c.crews {
		if u.people > 0 && u.people < crewFrom {
			m.Small++
		}
	}
	w, err := c.ways(tx, month)
	if err != nil || m.Early {
		return m, w, Groups{}, err
	}
	all, err := alikes(tx, month.AddMonths(-monthsShown), month)
	if err != nil {
		return m, w, Groups{}, err
	}
	return m, w, c.groups(all), nil
}

// ways counts by how people were heard, not by who or where they are.
func (c *counts) ways(tx *db.Tx, month clock.Day) (w Ways, err error) {
	since, before := month.AddMonths(-monthsShown), month.AddMonths(-2*monthsShown)
	people, err := db.One[int](tx, `SELECT COUNT(*) FROM org_person WHERE status = 'active'`)
	if err != nil {
		return w, err
	}
	orFew := func(n int) int {
		if !c.rule.Shown(few.Cell{Answers: n, People: people}) {
			return -1
		}
		return n
	}
	for _, x := range []struct {
		into  *int
		query string
	}{
		{&w.Named, `SELECT COUNT(DISTINCT v.submitter) FROM voice v WHERE v.submitter <> '' AND ` + told + ` AND v.day >= $1 AND v.day < $2`},
		{&w.Hidden, `SELECT COUNT(*) FROM voice v WHERE v.submitter = '' AND ` + told + ` AND v.day >= $1 AND v.day < $2`},
		{&w.Surveys, `SELECT (SELECT COUNT(DISTINCT i.person) FROM survey_invitation i JOIN survey_round r ON r.id = i.round WHERE i.used = 1 AND r.closes >= $1 AND r.closes < $2)
			+ (SELECT COUNT(*) FROM survey_code c JOIN survey_round r ON r.id = c.round WHERE c.used = 1 AND r.closes >= $1 AND r.closes < $2)`},
		{&w.Ballots, `SELECT COUNT(DISTINCT e.person) FROM ballot_elector e JOIN ballot b ON b.id = e.ballot WHERE e.used = 1 AND b.closes >= $1 AND b.closes < $2`},
	} {
		n, err := db.One[int](tx, x.query, since, month)
		if err != nil {
			return w, err
		}
		*x.into = orFew(n)
	}
	share := func(from, until clock.Day) (int, error) {
		type row struct{ Hidden, Named int }
		n, err := db.One[row](tx, `SELECT COALESCE(SUM(CASE WHEN v.submitter = '' THEN 1 ELSE 0 END), 0) AS hidden, COALESCE(SUM(CASE WHEN v.submitter = '' THEN 0 ELSE 1 END), 0) AS named
			FROM voice v WHERE `+told+` AND v.day >= $1 AND v.day < $2`, from, until)
		if err != nil || orFew(n.Hidden) < 0 || orFew(n.Named) < 0 {
			return -1, err
		}
		return percent(n.Hidden, n.Hidden+n.Named), nil
	}
	if w.Share, err = share(since, month); err != nil {
		return w, err
	}
	w.ShareBefore, err = share(before, since)
	return w, err
}
