package spots

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/ballot"
)

// A hot spot can become a candidate of the pool. What stands there is its number: the pool is read by more people than the spot is.
func init() {
	ballot.HotSpots(func(tx *db.Tx, who access.Person, id string) (string, error) {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return "", fault.New(fault.NotFound, "spots.unknown", id)
		}
		p, err := See(tx, who, n)
		return strconv.FormatInt(p.N, 10), err
	})
}
