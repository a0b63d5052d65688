package daily

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
)

// State is what the room knows of the days that it keeps.
type State struct {
	Kept   int64 // version; being while they are made; 0: they have to be
	Making int64 // which making it was
}

// StateOf reads it; to lock it keeps others from writing days meanwhile.
func StateOf(tx *db.Tx, lock string) (State, error) {
	return db.One[State](tx, `SELECT kept, making FROM insight_spot_kept WHERE id = 1`+lock)
}

// Drop says that the days are not what the voices say, until they have been made anew.
func Drop(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE insight_spot_kept SET kept = 0, making = making + 1 WHERE id = 1`)
	return err
}

// putKept says how far a making is, unless another one has begun.
func putKept(tx *db.Tx, kept, making int64) error {
	_, err := tx.Exec(`UPDATE insight_spot_kept SET kept = $1 WHERE id = 1 AND making = $2`, kept, making)
	return err
}

func clearDays(tx *db.Tx) error {
	for _, q := range []string{`DELETE FROM insight_spot_day`, `DELETE FROM insight_spot_matter`} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return nil
}

func dayOf(tx *db.Tx, day clock.Day) ([]byte, error) {
	b, err := db.Maybe[[]byte](tx, `SELECT facts FROM insight_spot_day WHERE day = $1`, day)
	if b == nil {
		return nil, err
	}
	return *b, err
}

func putDay(tx *db.Tx, day clock.Day, facts []byte) error {
	if len(facts) == 0 {
		_, err := tx.Exec(`DELETE FROM insight_spot_day WHERE day = $1`, day)
		return err
	}
	_, err := tx.Exec(`INSERT INTO insight_spot_day (day, facts) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET facts = excluded.facts`, day, facts)
	return err
}

// Led is a matter to which voices of a spot count.
type Led struct {
	Spot   int64
	Matter string
}

func (a Led) compare(b Led) int {
	return cmp.Or(cmp.Compare(a.Spot, b.Spot), cmp.Compare(a.Matter, b.Matter))
}

// Numbers is a list of numbers for SQL.
func Numbers(ns []int64) string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = strconv.FormatInt(n, 10)
	}
	return "(" + strings.Join(out, ",") + ")"
}

// addMatters counts voices of spots to matters, or takes them away.
func addMatters(tx *db.Tx, n map[Led]int) error {
	var all []Led
	for k, by := range n {
		if by != 0 && k.Matter != "" {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, Led.compare)
	for _, k := range all {
		if _, err := tx.Exec(`INSERT INTO insight_spot_matter (spot, matter, n) VALUES ($1, $2, $3) ON CONFLICT (spot, matter) DO UPDATE SET n = insight_spot_matter.n + excluded.n`, k.Spot, k.Matter, n[k]); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM insight_spot_matter WHERE spot = $1 AND matter = $2 AND n = 0`, k.Spot, k.Matter); err != nil {
			return err
		}
	}
	return nil
}

// wrongMatters counts spots, one of so many, of whose matters something else is kept than their voices say.
func wrongMatters(tx *db.Tx, stride int) (int, error) {
	return db.One[int](tx, `SELECT COUNT(DISTINCT x.spot) FROM (SELECT u.spot, u.matter FROM (
		SELECT spot, matter, n FROM insight_spot_matter WHERE spot % $1 = 0
		UNION ALL SELECT s.spot, v.matter, -COUNT(*) AS n FROM insight_spot_voice s JOIN voice v ON v.id = s.voice WHERE v.matter <> '' AND s.spot % $2 = 0 GROUP BY s.spot, v.matter) u
		GROUP BY u.spot, u.matter HAVING SUM(u.n) <> 0) x`, stride, stride)
}

// factRow is a voice as it is counted.
type factRow struct {
	Voice, Submitter, Class    string
	Day                        clock.Day
	Spot, At                   int64
	Apart                      bool
	Hood, Home, UnitPath, Unit string
	Place, Category, Matter    string
}

const factColumns = `s.voice, v.submitter, v.class, s.day, s.spot, s.at, CASE WHEN v.restricted = '' AND v.named = 0 THEN 0 ELSE 1 END AS apart, s.hood,
	COALESCE(t.hood, s.hood) AS home, v.unit_path, v.unit, v.place, v.category, v.matter`

func (r factRow) fact() daybook.Fact {
	f := daybook.Fact{Voice: daybook.Digest(r.Voice), Person: daybook.Digest(r.Submitter), Spot: r.Spot, At: r.At, Apart: r.Apart}
	switch clock.Class(r.Class) {
	case clock.T2H:
		f.Grave = 3
	case clock.T24H:
		f.Grave = 2
	case clock.T7D:
		f.Grave = 1
	}
	f.Code = [daybook.Codes]string{daybook.Hood: r.Hood, daybook.Home: r.Home, daybook.Path: r.UnitPath, daybook.Unit: r.Unit, daybook.Place: r.Place,
		daybook.Category: r.Category, daybook.Matter: r.Matter}
	return f
}
