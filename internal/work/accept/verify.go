package accept

import (
	"fmt"

	"sanwen/internal/ground/db"
)

// Verify compares answers with invitations: as many ratings, with those that wait, as used invitations, never more than invitations, and the
// number of invitations that was published. It returns what does not agree, in words for the log.
func Verify(tx *db.Tx) ([]string, error) {
	type row struct {
		Matter  string
		Round   int64
		Invited int
		Listed  int
		Used    int
		Ratings int
	}
	rows, err := db.All[row](tx, `SELECT a.matter, a.round, a.invited, COALESCE(i.listed, 0) AS listed, COALESCE(i.used, 0) AS used,
		COALESCE(r.ratings, 0) AS ratings FROM acceptance a
		LEFT JOIN (SELECT matter, round, COUNT(*) AS listed, SUM(used) AS used FROM invitation GROUP BY matter, round) AS i
			ON i.matter = a.matter AND i.round = a.round
		LEFT JOIN (SELECT matter, round, COUNT(*) AS ratings FROM
			(SELECT matter, round FROM rating UNION ALL SELECT matter, round FROM rating_box) AS x GROUP BY matter, round) AS r
			ON r.matter = a.matter AND r.round = a.round
		WHERE a.invited <> COALESCE(i.listed, 0) OR COALESCE(i.used, 0) <> COALESCE(r.ratings, 0) ORDER BY a.matter, a.round LIMIT 1000`)
	var bad []string
	for _, r := range rows {
		bad = append(bad, fmt.Sprintf("acceptance of %s, round %d: %d invited, %d on the list, %d used, %d ratings", r.Matter, r.Round,
			r.Invited, r.Listed, r.Used, r.Ratings))
	}
	return bad, err
}
