package assignment

import (
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// init follows the organisation: paths of units that move in the tree, and counts for whoever deactivates a unit. It lets the states
// be compared with the record.
func init() {
	event.RegisterState("assignment", `SELECT id, state FROM assignment`)
	org.FollowMoves(pathColumns...)
	org.OnImpact(func(tx *db.Tx, kind, code string) ([]org.Weight, error) {
		if kind != org.KindUnit {
			return nil, nil
		}
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM assignment WHERE lead = $1 AND ended_at = 0`, code)
		return []org.Weight{{Key: "assignment.impact", N: n}}, err
	})
}
