package show

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// Head is what a list of duties says of a voice: the title that triage has given it, or none.
type Head struct {
	ID     string
	Number string
	Title  string
	Place  string
	State  string
	Level  core.Level
}

// Heads gives the heads of those of the voices that the person may see, by id.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]Head, error) {
	tx.Asked()
	out := map[string]Head{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := visible(who, access.VoiceSee, 1)
	in, more := db.In("v.id", ids, len(args)+1)
	rows, err := db.All[Head](tx, `SELECT v.id, v.number, v.title, v.place, v.state, v.level FROM voice v WHERE `+seen+` AND `+in, append(args, more...)...)
	for _, r := range rows {
		if r.Level.Hidden() && !core.Dated(who) {
			r.Number = core.Undated(r.Number)
		}
		out[r.ID] = r
	}
	return out, err
}
