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

// placeRows bounds how many new voices are looked at for their place.
const placeRows = 1000

// NewByPlace counts the voices that nobody has taken yet by their place, the most frequent first: after a campaign several hundred
// come in at once, and those about one place are read together. more tells that only those due first were looked at, so that a place
// may have more than the number says.
func NewByPlace(tx *db.Tx, who access.Person, limit int) (all []AtPlace, more bool, err error) {
	tx.Asked()
	seen, args := visible(who, access.VoiceList, 1)
	w := db.NewWhere(args...).Add(seen).Add("v.state = ? AND v.place <> ''", core.Registered)
	near, most := w.Arg(placeRows), w.Arg(limit)
	cond, values := w.SQL()
	type row struct {
		AtPlace
		Looked int
	}
	rows, err := db.All[row](tx, `SELECT place, COUNT(*) AS n, SUM(COUNT(*)) OVER () AS looked FROM (SELECT v.place FROM voice v WHERE `+cond+`
		ORDER BY v.due, v.id LIMIT `+near+`) AS x GROUP BY place ORDER BY n DESC, place LIMIT `+most, values...)
	for _, r := range rows {
		all, more = append(all, r.AtPlace), r.Looked >= placeRows
	}
	return all, more, err
}
