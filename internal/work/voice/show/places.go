package show

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// AtPlace is how many new voices are about one place.
type AtPlace struct {
	Place string
	N     int
}

// NewByPlace counts the voices that nobody has taken yet by their place, the most frequent first: after a campaign several hundred
// come in at once, and those about one place are read together.
func NewByPlace(tx *db.Tx, who access.Person, limit int) ([]AtPlace, error) {
	tx.Asked()
	seen, args := visible(who, access.VoiceList, 1)
	w := db.NewWhere(args...).Add(seen).Add("v.state = ? AND v.place <> ''", core.Registered)
	near, most := w.Arg(scanRows), w.Arg(limit)
	cond, all := w.SQL()
	return db.All[AtPlace](tx, `SELECT place, COUNT(*) AS n FROM (SELECT v.place FROM voice v WHERE `+cond+` ORDER BY v.due, v.id LIMIT `+near+`) AS x
		GROUP BY place ORDER BY n DESC, place LIMIT `+most, all...)
}
