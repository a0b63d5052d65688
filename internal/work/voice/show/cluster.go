package show

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// Cluster counts the voice and those of the others that were said within the days that the organisation has set. The others are those that speak of
// the same, of the same place or beside it, and are not yet with a matter. It is 0 where they are fewer than suggest a matter.
func Cluster(tx *db.Tx, v core.Voice, ids []string) (n, days int, err error) {
	set, err := org.SettingsOf(tx)
	if err != nil || v.Matter != "" {
		return 0, 0, err
	}
	days = set.Int(org.SupportDays)
	if len(ids)+1 < set.Int(org.ClusterSize) {
		return 0, days, nil
	}
	in, args := db.In("id", ids, 2)
	if n, err = db.One[int](tx, `SELECT COUNT(*) FROM voice WHERE day >= $1 AND `+in, append([]any{tx.Today().Add(-days)}, args...)...); err != nil {
		return 0, days, err
	}
	if n++; n < set.Int(org.ClusterSize) {
		n = 0
	}
	return n, days, nil
}
