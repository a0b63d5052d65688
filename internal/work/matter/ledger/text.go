package ledger

import (
	"strings"

	"sanwen/internal/ground/db"
)

// holds is the condition that a row holds a text.
const holds = `LOWER(number || ' ' || title || ' ' || public_text) LIKE ? ESCAPE '\'`

// ByText reads the ledger once for a text that no index names, so that what follows need not read it once for each number and list of a page:
// where at most so many rows hold it, these are named. Where more do, a list has a page together soon, and reading stopped soon here; then
// it is seen whether more than four times as many are worked on, because the lights of nearly all rows are counted faster from beginning to
// end than by an index that leads hither and thither. No rights are asked for: every list asks for its own.
func ByText(tx *db.Tx, f Filter, most int) (Filter, error) {
	text := strings.TrimSpace(f.Text)
	if text == "" || f.Of != nil {
		return f, nil
	}
	w := db.NewWhere()
	w.Add(holds, db.Within(text))
	limit := w.Arg(most + 1)
	cond, args := w.SQL()
	ids, err := db.All[string](tx, `SELECT id FROM matter WHERE `+cond+` LIMIT `+limit, args...)
	if err != nil {
		return f, err
	}
	if len(ids) <= most {
		f.Of = append([]string{}, ids...)
		return f, nil
	}
	w = db.NewWhere()
	w.In("state", lit)
	limit = w.Arg(4*most + 1)
	cond, args = w.SQL()
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 AS one FROM matter WHERE `+cond+` LIMIT `+limit+`) AS c`, args...)
	f.common = n > 4*most
	return f, err
}
