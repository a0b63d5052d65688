package matter

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// init follows the organisation: paths of units that move in the tree, and counts for whoever deactivates something.
func init() {
	org.FollowMoves(pathColumns...)
	org.OnImpact(func(tx *db.Tx, kind, code string) ([]org.Weight, error) {
		col := map[string]string{org.KindUnit: "lead", org.KindPerson: "owner", org.KindPlace: "place", org.KindCategory: "category"}[kind]
		if col == "" {
			return nil, nil
		}
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM matter WHERE `+col+` = $1 AND state NOT IN ('closed','cancelled')`, code)
		return []org.Weight{{Key: "matter.impact", N: n}}, err
	})
}
