package daily

import (
	"strconv"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Few is up to how many voices of some spots are read themselves: that is less work than to read what is kept of all.
var Few = 2000

// Days counts the voices of some spots by day, from what is kept where there are many of them, it can be read from and the caller does not want to read the
// voices themselves (plainly).
func (s Reader) Days(spots []int64, plainly bool) (map[int64]map[clock.Day]int, error) {
	out := make(map[int64]map[clock.Day]int, len(spots))
	for _, n := range spots {
		out[n] = map[clock.Day]int{}
	}
	in := Numbers(spots)
	n, err := db.One[int](s.TX, `SELECT COUNT(*) FROM (SELECT 1 FROM insight_spot_voice WHERE spot IN `+in+` LIMIT `+strconv.Itoa(Few+1)+`) x`)
	if err != nil {
		return nil, err
	}
	if n > Few && !plainly {
		ok, err := s.Count(func(c *Counted) {
			if days := out[c.Spot]; days != nil {
				days[c.Day]++
			}
		})
		if ok || err != nil {
			return out, err
		}
	}
	w := SeenBy(s.Who)
	w.Add("s.spot IN "+in).Add("s.day >= ?", s.Since)
	cond, args := w.SQL()
	type row struct {
		Spot int64
		Day  clock.Day
		N    int
	}
	rows, err := db.All[row](s.TX, `SELECT s.spot, s.day, COUNT(*) AS n FROM insight_spot_voice s JOIN voice v ON v.id = s.voice WHERE `+cond+` GROUP BY s.spot, s.day`, args...)
	for _, r := range rows {
		out[r.Spot][r.Day] = r.N
	}
	return out, err
}
