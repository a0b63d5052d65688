package ledger

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// Heads gives those of the matters that the person may see, by id: for lists of duties.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]matter.Matter, error) {
	tx.Asked()
	out := map[string]matter.Matter{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := access.Visible(who, access.MatterSee, ledgerColumns, 1)
	in, more := db.In("id", ids, len(args)+1)
	rows, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE `+seen+` AND `+in, append(args, more...)...)
	for _, m := range rows {
		out[m.ID] = m
	}
	return out, err
}
