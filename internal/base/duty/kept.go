package duty

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// DoneSince lists what was done since a moment of what this person owes or owed: by name, or by a role in his units. The latest
// first, at most limit, and how many there are, up to [CountMost].
func DoneSince(tx *db.Tx, who access.Person, since clock.Millis, limit int) (latest []Duty, n int, err error) {
	if err := who.May(tx, access.DutySee, access.Thing{Kind: "duty"}); err != nil {
		return nil, 0, err
	}
	var st statement
	or := ""
	for _, s := range streams(who, ViewMine) {
		cond := s.cond(&st)
		if s.path != "" {
			from, to := s.path.Range()
			cond += " AND path >= " + st.arg(from) + " AND path < " + st.arg(to)
		}
		or += " OR (" + cond + ")"
	}
	if or == "" {
		return nil, 0, nil
	}
	where := ` FROM duty WHERE open = 0 AND outcome = 'done' AND discharged_at >= ` + st.arg(since) + ` AND (` + or[len(" OR "):] + `)`
	n, err = db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 AS one`+where+` LIMIT `+st.arg(CountMost)+`) AS c`, st.args...)
	if err != nil {
		return nil, 0, err
	}
	st.args[len(st.args)-1] = limit
	latest, err = db.All[Duty](tx, `SELECT `+columns+where+` ORDER BY discharged_at DESC, id LIMIT $`+strconv.Itoa(len(st.args)), st.args...)
	return latest, n, err
}
