package supervise

import (
	"fmt"

	"sanwen/internal/ground/db"
)

// Verify compares orders with their letters and with the log: the numbers of a year have no gaps, every letter is the one that was signed,
// and there are as many letters as leaves of that kind. Orders of before letters were kept have none of both. It returns what does not
// agree, in words for the log.
func Verify(tx *db.Tx) ([]string, error) {
	type year struct{ Year, Orders, Last, Counted int64 }
	years, err := db.All[year](tx, `SELECT o.year, COUNT(*) AS orders, MAX(o.n) AS last, COALESCE(MAX(n.last), 0) AS counted FROM supervise_order o
		LEFT JOIN supervise_number n ON n.year = o.year WHERE o.n > 0 GROUP BY o.year ORDER BY o.year`)
	if err != nil {
		return nil, err
	}
	var bad []string
	for _, y := range years {
		if y.Orders != y.Last || y.Last != y.Counted {
			bad = append(bad, fmt.Sprintf("orders of %d: %d of them, the last is number %d, counted up to %d", y.Year, y.Orders, y.Last, y.Counted))
		}
	}
	letters, leaves := 0, int64(0)
	if err := db.Each(tx, func(l Letter) error {
		letters++
		if HashOf(l.Text) != l.Hash {
			bad = append(bad, "letter of order "+l.OrderID+": its words are not those that were signed")
		}
		return nil
	}, `SELECT `+letterColumns+` FROM supervise_letter ORDER BY order_id`); err != nil {
		return nil, err
	}
	if leaves, err = db.One[int64](tx, `SELECT COUNT(*) FROM event WHERE kind = $1`, FactLetter); err == nil && leaves != int64(letters) {
		bad = append(bad, fmt.Sprintf("%d letters and %d leaves of letters", letters, leaves))
	}
	return bad, err
}
