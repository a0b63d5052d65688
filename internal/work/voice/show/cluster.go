package show

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// Cluster counts the voice and those of the similar ones that speak of the same problem: of the same place or beside it, said within the days
// that the organisation has set, and not yet with a matter. It is 0 where they are fewer than suggest a matter.
func Cluster(tx *db.Tx, v core.Voice, similar []Alike) (n, days int, err error) {
	set, err := org.SettingsOf(tx)
	if err != nil || v.Matter != "" {
		return 0, 0, err
	}
	days = set.Int(org.SupportDays)
	var ids []string
	for _, a := range similar {
		if a.Matter == "" && (a.Place == v.Place || a.Beside) {
			ids = append(ids, a.ID)
		}
	}
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
