package show

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// Often is an account that opened more original words on a day than anybody's work needs.
type Often struct {
	Person string
	Name   string
	Day    clock.Day
	N      int
}

// OpenedOften lists those accounts and days since a day, the latest first, at most limit, for the audit. Forbidden for others.
func OpenedOften(tx *db.Tx, who access.Person, since clock.Day, limit int) ([]Often, error) {
	if err := who.May(tx, access.LogSee, access.Thing{Kind: "log"}); err != nil {
		return nil, err
	}
	return db.All[Often](tx, `SELECT v.person, p.name, v.day, COUNT(*) AS n FROM voice_view v JOIN org_person p ON p.id = v.person
		WHERE v.day >= $1 GROUP BY v.person, p.name, v.day HAVING COUNT(*) > $2 ORDER BY v.day DESC, n DESC, v.person LIMIT $3`, since, core.MaxPerDay, limit)
}
