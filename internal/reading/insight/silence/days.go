package silence

import (
	"bytes"
	"context"
	"slices"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
	"sanwen/internal/work/voice"
)

// version is that of what is kept of a day: days of another one are counted again.
const version = 1

// missing is of how many days the voices are read themselves before those of all are: more than a month, which is what is missing as a month begins.
const missing = 40

// Consumer forgets the days of voices to which something happened: they are counted again by [Mend], and until then where they are read.
func Consumer() event.Consumer {
	return event.Consumer{Name: "insight.silence", Kinds: []string{voice.RefKind}, Batch: 2000, Handle: follow, Fresh: true}
}

func follow(tx *db.Tx, entries []event.Entry) error {
	var ids []string
	for _, e := range entries {
		for _, r := range []event.Ref{e.Subject, e.About} {
			if r.Kind == voice.RefKind && r.ID != "" {
				ids = append(ids, r.ID)
			}
		}
	}
	days, err := daysOf(tx, ids)
	if err != nil || len(days) == 0 {
		return err
	}
	if _, err := versionOf(tx, tx.ForUpdate()); err != nil { // so that nobody writes a day that he counted before
		return err
	}
	return forgetDays(tx, days)
}

// daysOf are the days of voices.
func daysOf(tx *db.Tx, ids []string) (days []clock.Day, err error) {
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), 200) {
		in, args := db.In("v.id", part, 1)
		some, err := db.All[clock.Day](tx, `SELECT DISTINCT v.day FROM voice v WHERE `+in, args...)
		if err != nil {
			return nil, err
		}
		days = append(days, some...)
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

// heardOn counts who was heard on a day.
func heardOn(tx *db.Tx, day clock.Day) (h daybook.Heard, err error) {
	people, err := db.All[string](tx, `SELECT DISTINCT v.submitter FROM voice v WHERE v.submitter <> '' AND `+told+` AND v.day = $1`, day)
	if err != nil {
		return h, err
	}
	for _, p := range people {
		h.People = append(h.People, daybook.Digest(p))
	}
	h.Hidden, err = db.All[daybook.Hidden](tx, `SELECT v.unit, v.place, COUNT(*) AS n FROM voice v WHERE v.submitter = '' AND `+told+` AND v.day = $1 GROUP BY v.unit, v.place`, day)
	return h, err
}

// Store is the database. Write is for what changes nothing that anybody decides: nobody is asked and nothing is recorded.
type Store struct {
	Read, Write func(ctx context.Context, f func(tx *db.Tx) error) error
}

// kept are the days of which the map of this month is made.
func kept(tx *db.Tx) (from, until clock.Day) {
	until = thisMonth(tx)
	return until.AddMonths(-2 * monthsShown), until
}

// Mend counts the days that are not kept, and forgets those that nobody asks for any more.
func Mend(ctx context.Context, d Store) error {
	var gaps []clock.Day
	if err := d.Write(ctx, func(tx *db.Tx) error {
		v, err := versionOf(tx, tx.ForUpdate())
		if err != nil {
			return err
		}
		from, until := kept(tx)
		if v != version {
			if err := forgetAll(tx, version); err != nil {
				return err
			}
		} else if err := forgetBefore(tx, from); err != nil {
			return err
		}
		followed, err := db.One[int](tx, `SELECT COUNT(*) FROM event_cursor WHERE name = $1`, Consumer().Name)
		if err != nil || followed == 0 { // nobody would notice that a day has changed
			return err
		}
		there, err := db.All[clock.Day](tx, `SELECT day FROM insight_heard_day WHERE day >= $1 AND day < $2 ORDER BY day`, from, until)
		for day := from; day < until; day = day.Add(1) {
			if _, ok := slices.BinarySearch(there, day); !ok {
				gaps = append(gaps, day)
			}
		}
		return err
	}); err != nil {
		return err
	}
	for part := range slices.Chunk(gaps, 10) {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := versionOf(tx, tx.ForUpdate()); err != nil { // before the voices are read
				return err
			}
			for _, day := range part {
				h, err := heardOn(tx, day)
				if err != nil {
					return err
				}
				if err := putDay(tx, day, h.Pack()); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// Rebuild counts all days again.
func Rebuild(ctx context.Context, d Store) error {
	if err := d.Write(ctx, func(tx *db.Tx) error {
		if _, err := versionOf(tx, tx.ForUpdate()); err != nil {
			return err
		}
		return forgetAll(tx, version)
	}); err != nil {
		return err
	}
	return Mend(ctx, d)
}

// Check counts up to most of the days that are kept (0: all) once more and compares. Days of which the record tells something that has not been followed
// are left out.
func Check(tx *db.Tx, most int) (seen, bad int, err error) {
	later, ok, err := daybook.Later(tx, Consumer().Name, voice.RefKind)
	if err != nil || !ok {
		return 0, 0, err
	}
	without, err := daysOf(tx, later)
	if err != nil {
		return 0, 0, err
	}
	all, err := pages(tx, "", "9999")
	if err != nil {
		return 0, 0, err
	}
	stride := 1
	if most > 0 {
		stride = max(1, (len(all)+most-1)/most)
	}
	for i := 0; i < len(all); i += stride {
		if slices.Contains(without, all[i].Day) {
			continue
		}
		h, err := heardOn(tx, all[i].Day)
		if err != nil {
			return seen, bad, err
		}
		if seen++; !bytes.Equal(h.Pack(), all[i].Heard) {
			bad++
		}
	}
	return seen, bad, nil
}

// heard are people and voices of the two years of a map, from what is kept.
type heard struct {
	people map[uint64]uint8 // digest → in which years
	hidden map[[2]string]*said
}

// The years in which somebody was heard.
const (
	inYear = 1 << iota
	yearBefore
)

// heardFrom reads what is kept of the days from one until another, those since a day as the year; nil where that is too little.
func heardFrom(tx *db.Tx, from, since, until clock.Day) (*heard, error) {
	if v, err := versionOf(tx, ""); err != nil || v != version {
		return nil, err
	}
	later, ok, err := daybook.Later(tx, Consumer().Name, voice.RefKind)
	if err != nil || !ok {
		return nil, err
	}
	changed, err := daysOf(tx, later)
	if err != nil {
		return nil, err
	}
	all, err := pages(tx, from, until)
	if err != nil || len(all) < from.Until(until)-missing {
		return nil, err
	}
	h := &heard{people: map[uint64]uint8{}, hidden: map[[2]string]*said{}}
	left := missing
	for day := from; day < until; day = day.Add(1) {
		var on daybook.Heard
		known := false
		if len(all) > 0 && all[0].Day == day {
			if on, err = daybook.UnpackHeard(all[0].Heard); err == nil && !slices.Contains(changed, day) {
				known = true
			}
			all = all[1:]
		}
		if !known {
			if left--; left < 0 {
				return nil, nil
			}
			if on, err = heardOn(tx, day); err != nil {
				return nil, err
			}
		}
		h.add(on, day >= since)
	}
	return h, nil
}

func (h *heard) add(on daybook.Heard, lately bool) {
	year := uint8(yearBefore)
	if lately {
		year = inYear
	}
	for _, p := range on.People {
		h.people[p] |= year
	}
	for _, x := range on.Hidden {
		key := [2]string{x.Unit, x.Place}
		s := h.hidden[key]
		if s == nil {
			s = &said{Unit: x.Unit, Place: x.Place}
			h.hidden[key] = s
		}
		if lately {
			s.Lately += x.N
		} else {
			s.Before += x.N
		}
	}
}

// byUnit counts the people by their units: those who spoke with their name, and those who were heard in any way in the year. others are people who were
// heard otherwise.
func (h *heard) byUnit(tx *db.Tx, others []string) (named []said, reached map[string]int, err error) {
	also := map[uint64]bool{}
	for _, p := range others {
		also[daybook.Digest(p)] = true
	}
	units := map[string]*said{}
	reached = map[string]int{}
	err = db.Each(tx, func(p struct{ ID, Unit string }) error {
		d := daybook.Digest(p.ID)
		in := h.people[d]
		if in&inYear != 0 || also[d] {
			reached[p.Unit]++
		}
		if in == 0 {
			return nil
		}
		u := units[p.Unit]
		if u == nil {
			u = &said{Unit: p.Unit}
			units[p.Unit] = u
		}
		if in&inYear != 0 {
			u.Lately++
		}
		if in&yearBefore != 0 {
			u.Before++
		}
		return nil
	}, `SELECT id, unit FROM org_person`)
	for _, u := range units {
		named = append(named, *u)
	}
	return named, reached, err
}
