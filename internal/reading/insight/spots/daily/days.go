package daily

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
)

// Version is that of what is kept of a day: days of another one are made anew.
const Version = 1

// being is the version of days while they are made.
const being = -1

func init() {
	// Paths of units stand in the days: until they are made anew, pages read the voices themselves.
	org.OnMove(func(tx *db.Tx, _ access.Person, _, _ access.Path) error { return Drop(tx) })
}

// Days are voices that have changed, by the day on which they stand or stood.
type Days map[clock.Day]map[string]bool

func (d Days) Add(day clock.Day, voice string) {
	if d[day] == nil {
		d[day] = map[string]bool{}
	}
	d[day][voice] = true
}

// factsOf reads what is counted of voices, by day.
func factsOf(tx *db.Tx, cond string, args ...any) (map[clock.Day][]daybook.Fact, error) {
	out := map[clock.Day][]daybook.Fact{}
	err := db.Each(tx, func(r factRow) error {
		out[r.Day] = append(out[r.Day], r.fact())
		return nil
	}, `SELECT `+factColumns+` FROM insight_spot_voice s JOIN voice v ON v.id = s.voice LEFT JOIN insight_spot t ON t.n = s.spot WHERE `+cond, args...)
	return out, err
}

// Keep puts the voices into the days as they are now.
func (d Days) Keep(tx *db.Tx) error {
	if len(d) == 0 {
		return nil
	}
	tx.Keep(keptKey{}, nil) // whoever has read them reads them again
	if st, err := StateOf(tx, tx.ForUpdate()); err != nil || st.Kept == 0 {
		return err // what makes them reads everything
	}
	all := map[string]bool{}
	for _, voices := range d {
		maps.Copy(all, voices)
	}
	now := map[clock.Day][]daybook.Fact{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(all)), 200) {
		in, args := db.In("s.voice", part, 1)
		some, err := factsOf(tx, in, args...)
		if err != nil {
			return err
		}
		for day, facts := range some {
			now[day] = append(now[day], facts...)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(d)) {
		voices := map[uint64]bool{}
		for v := range d[day] {
			voices[daybook.Digest(v)] = true
		}
		if err := keepDay(tx, day, voices, now[day]); err != nil {
			return err
		}
	}
	return nil
}

// keepDay writes a day in which some voices are other, and what follows for the matters of their spots.
func keepDay(tx *db.Tx, day clock.Day, voices map[uint64]bool, now []daybook.Fact) error {
	was, err := dayOf(tx, day)
	if err != nil {
		return err
	}
	page, err := daybook.Unpack(was)
	if err != nil {
		return Drop(tx)
	}
	for _, f := range now { // those that nobody has told of
		voices[f.Voice] = true
	}
	gone, all := page.Put(voices, now)
	is := daybook.Pack(all)
	if bytes.Equal(was, is) {
		return nil
	}
	if err := putDay(tx, day, is); err != nil {
		return err
	}
	n := map[Led]int{}
	for _, f := range gone {
		n[Led{f.Spot, f.Code[daybook.Matter]}]--
	}
	for _, f := range now {
		n[Led{f.Spot, f.Code[daybook.Matter]}]++
	}
	return addMatters(tx, n)
}

// daysAtOnce is how many days are made by one transaction.
const daysAtOnce = 10

// Store is the database. Write is for what changes nothing that anybody decides: nobody is asked and nothing is recorded.
type Store struct {
	Read, Write func(ctx context.Context, f func(tx *db.Tx) error) error
}

// Make makes all days anew. Pages read the voices themselves meanwhile.
func Make(ctx context.Context, d Store) error {
	var st State
	var all []clock.Day
	if err := d.Write(ctx, func(tx *db.Tx) (err error) {
		if err = Drop(tx); err != nil {
			return err
		}
		if st, err = StateOf(tx, tx.ForUpdate()); err != nil {
			return err
		}
		if err = clearDays(tx); err != nil {
			return err
		}
		if err = putKept(tx, being, st.Making); err != nil {
			return err
		}
		all, err = db.All[clock.Day](tx, `SELECT DISTINCT day FROM insight_spot_voice ORDER BY day`)
		return err
	}); err != nil {
		return err
	}
	for part := range slices.Chunk(all, daysAtOnce) {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			now, err := StateOf(tx, tx.ForUpdate())
			if err != nil || now.Making != st.Making {
				return err // somebody else begins from the beginning
			}
			facts, err := factsOf(tx, `s.day >= $1 AND s.day <= $2`, part[0], part[len(part)-1])
			if err != nil {
				return err
			}
			for _, day := range slices.Sorted(maps.Keys(facts)) {
				if err := keepDay(tx, day, map[uint64]bool{}, facts[day]); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return d.Write(ctx, func(tx *db.Tx) error { return putKept(tx, Version, st.Making) })
}

// Same makes up to most days (0: all) once more, in memory, and counts those that say something else. Matters are compared in whole, for as many spots.
func Same(tx *db.Tx, most int) (seen, bad int, err error) {
	all, err := db.All[clock.Day](tx, `SELECT day FROM insight_spot_day UNION SELECT DISTINCT day FROM insight_spot_voice ORDER BY 1`)
	if err != nil {
		return 0, 0, err
	}
	stride := 1
	if most > 0 {
		stride = max(1, (len(all)+most-1)/most)
	}
	for i := 0; i < len(all); i += stride {
		facts, err := factsOf(tx, `s.day = $1`, all[i])
		if err != nil {
			return 0, 0, err
		}
		is, err := dayOf(tx, all[i])
		if err != nil {
			return 0, 0, err
		}
		if seen++; !bytes.Equal(is, daybook.Pack(facts[all[i]])) {
			bad++
		}
	}
	wrong, err := wrongMatters(tx, stride)
	return seen, bad + wrong, err
}
