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

// Among gives those of the matters that the person's ledger would show, by id.
func Among(tx *db.Tx, who access.Person, ids []string) (map[string]matter.Matter, error) {
	tx.Asked()
	out := map[string]matter.Matter{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := access.Visible(who, access.MatterList, ledgerColumns, 1)
	in, more := db.In("id", ids, len(args)+1)
	rows, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE `+seen+` AND `+in, append(args, more...)...)
	for _, m := range rows {
		out[m.ID] = m
	}
	return out, err
}

// RowsOf gives rows by their ids, in that order and once each, as far as the person may see them.
func RowsOf(tx *db.Tx, who access.Person, ids []string) ([]Row, error) {
	heads, err := Heads(tx, who, ids)
	if err != nil {
		return nil, err
	}
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	var ms []matter.Matter
	for _, id := range ids {
		if m, ok := heads[id]; ok {
			ms = append(ms, m)
			delete(heads, id)
		}
	}
	return fill(tx, ms, l)
}

// AskedOf gives the extensions that wait for a decision, by matter id, for matters whose rows somebody has been given.
func AskedOf(tx *db.Tx, ids []string) (map[string]matter.Extension, error) {
	out := map[string]matter.Extension{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("matter", ids, 2)
	rows, err := db.All[matter.Extension](tx, `SELECT * FROM extension WHERE state = $1 AND `+in, append([]any{matter.Asked}, args...)...)
	for _, e := range rows {
		out[e.Matter] = e
	}
	return out, err
}
