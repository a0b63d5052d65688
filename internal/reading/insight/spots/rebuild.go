package spots

import (
	"context"
	"slices"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/spots/daily"
)

// Store is the database in which spots are kept.
type Store = daily.Store

// Progress is told how many surroundings are done.
type Progress func(done, all int)

// Rebuild looks at every voice once more. Numbers stay where most of a spot's voices stay.
func Rebuild(ctx context.Context, d Store, p Progress) error {
	var hoods []string
	var st state
	if err := d.Write(ctx, func(tx *db.Tx) (err error) {
		if st, err = stateOf(tx); err != nil {
			return err
		}
		if err := daily.Drop(tx); err != nil { // they are made once, at the end
			return err
		}
		if st.Version == unbuilt { // from here on the record is followed; what was before is read now
			if err := event.SkipAhead(tx, Consumer().Name); err != nil {
				return err
			}
		}
		if err := renew(tx, &st); err != nil {
			return err
		}
		r, err := newReader(tx)
		if err != nil {
			return err
		}
		hoods, err = r.hoods(tx)
		return err
	}); err != nil {
		return err
	}
	for i, h := range hoods {
		if err := anew(ctx, d, h); err != nil {
			return err
		}
		if p != nil {
			p(i+1, len(hoods))
		}
	}
	if err := d.Write(ctx, func(tx *db.Tx) error {
		now, err := stateOf(tx)
		if err != nil {
			return err
		}
		if now.Wanted == st.Wanted {
			now.Wanted = 0
		}
		if err := sweep(tx); err != nil {
			return err
		}
		return putState(tx, now)
	}); err != nil {
		return err
	}
	return daily.Make(ctx, d)
}

// Mend rebuilds where places or topics have changed, or the way to group is another one, and makes days that are not kept.
func Mend(ctx context.Context, d Store) error {
	var st state
	var k daily.State
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Asked()
		if st, err = stateOf(tx); err != nil {
			return err
		}
		k, err = daily.StateOf(tx, "")
		return err
	}); err != nil {
		return err
	}
	switch {
	case st.Wanted != 0 || st.Version != version:
		return Rebuild(ctx, d, nil)
	case k.Kept != daily.Version:
		return daily.Make(ctx, d)
	}
	return nil
}

// hoods lists all surroundings.
func (r *reader) hoods(tx *db.Tx) ([]string, error) {
	some, err := hoodsStored(tx)
	if err != nil {
		return nil, err
	}
	return r.All(some), nil
}

// whole reads the voices that belong in a surrounding, in order.
func (r *reader) whole(tx *db.Tx, hood string) ([]row, error) {
	rows, err := voicesIn(tx, r.Codes(hood))
	return r.here(rows, hood), err
}

// here leaves those of some voices that belong in a surrounding, in the order of what they say now.
func (r *reader) here(rows []row, hood string) []row {
	out := rows[:0]
	for _, v := range rows {
		s, at, ok := r.said(v)
		if !ok || at != hood {
			continue
		}
		v.moves, v.Sort = v.Sort != s.sort, s.sort
		out = append(out, v)
	}
	slices.SortFunc(out, inOrder)
	return out
}

// standing leaves those of some voices that belong in a surrounding, in order: those that are stored there where they stand. If one of them has changed
// since, an entry of the record will tell so.
func (r *reader) standing(rows []row, hood string) []row {
	out := rows[:0]
	for _, v := range rows {
		s, at, ok := r.said(v)
		if !ok || at != hood {
			continue
		}
		if v.Spot == 0 || v.Hood != hood { // what has no place stands in "", as what is not stored does
			v.Sort = s.sort
		}
		out = append(out, v)
	}
	slices.SortFunc(out, inOrder)
	return out
}

// piece is how many voices are grouped by one transaction: nobody waits long behind it.
var piece = 500

// anew groups a surrounding from its first voice on, piece by piece: what a piece finds before it stands already.
func anew(ctx context.Context, d Store, hood string) error {
	var rows, moved, strange []string
	if err := d.Read(ctx, func(tx *db.Tx) error {
		tx.Asked()
		r, err := newReader(tx)
		if err != nil {
			return err
		}
		all, err := r.whole(tx, hood)
		if err != nil {
			return err
		}
		here := map[string]bool{}
		for _, v := range all {
			if rows, here[v.ID] = append(rows, v.ID), true; v.moves && v.Hood == hood {
				moved = append(moved, v.ID)
			}
		}
		stored, err := storedIn(tx, hood)
		strange = slices.DeleteFunc(stored, func(id string) bool { return here[id] })
		return err
	}); err != nil {
		return err
	}
	for part := range slices.Chunk(strange, 200) {
		if err := d.Write(ctx, func(tx *db.Tx) error { return clear(tx, hood, part) }); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(moved, 200) { // all stand where they belong before the first piece looks at what is before it
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := stateOf(tx); err != nil {
				return err
			}
			r, err := newReader(tx)
			if err != nil {
				return err
			}
			now, err := rowsOf(tx, part)
			if err != nil {
				return err
			}
			for _, v := range r.here(now, hood) {
				if v.Hood != hood { // it is told there that it has come
					continue
				}
				if err := putSort(tx, v.ID, v.Sort); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(rows, piece) {
		if err := d.Write(ctx, func(tx *db.Tx) error { return regroup(tx, hood, part) }); err != nil {
			return err
		}
	}
	return nil
}

// clear takes voices out of a surrounding that are elsewhere now, and forgets those that are nowhere.
func clear(tx *db.Tx, hood string, part []string) error {
	if _, err := stateOf(tx); err != nil {
		return err
	}
	r, err := newReader(tx)
	if err != nil {
		return err
	}
	rows, err := rowsOf(tx, part)
	if err != nil {
		return err
	}
	had, err := keptOf(tx, part)
	if err != nil {
		return err
	}
	counted := daily.Days{}
	for _, h := range had {
		counted.Add(h.Day, h.Voice)
	}
	for _, v := range rows {
		_, at, ok := r.said(v)
		if !ok {
			continue
		}
		part = slices.DeleteFunc(part, func(id string) bool { return id == v.ID })
		if at == hood {
			continue
		}
		if err := takeOut(tx, []string{v.ID}); err != nil {
			return err
		}
	}
	if len(part) > 0 {
		if err := forget(tx, part); err != nil {
			return err
		}
	}
	return counted.Keep(tx)
}

// regroup groups some voices of a surrounding, that stand one after the other, behind those before them.
func regroup(tx *db.Tx, hood string, ids []string) error {
	if _, err := stateOf(tx); err != nil {
		return err
	}
	r, err := newReader(tx)
	if err != nil {
		return err
	}
	var part []row
	for some := range slices.Chunk(ids, 200) {
		rows, err := rowsOf(tx, some)
		if err != nil {
			return err
		}
		part = append(part, rows...)
	}
	if part = r.standing(part, hood); len(part) == 0 {
		return nil
	}
	first, last := part[0], part[len(part)-1]
	meanwhile, err := between(tx, hood, first, last) // what has come or changed its place since the pieces were cut
	if err != nil {
		return err
	}
	for _, v := range meanwhile {
		if !slices.Contains(ids, v.ID) {
			part = append(part, v)
		}
	}
	slices.SortFunc(part, inOrder)
	before, err := earlier(tx, hood, first.At, first.Sort, first.Day)
	if err != nil {
		return err
	}
	k := newKeeper(tx, r)
	if err := k.place(hood, first.At, first.Sort, before, part); err != nil {
		return err
	}
	return k.days.Keep(tx)
}

// Health is what a look at the spots found.
type Health struct {
	Spots, Voices int
	Seen          int   // surroundings that were compared with their voices
	Bad           int   // of those: say something else
	Lost          int   // rows that nothing stands behind
	Days, DaysBad int   // of what is kept of days: compared, and of these say something else; none where they have to be made
	Wanted        bool  // everything has to be looked at again
	Lag           int64 // entries of the record that have not been followed
}

// Check groups the voices of up to most surroundings (0: of all) once more, in memory, and compares. It is for a moment at which the record has
// been followed to its end.
func Check(tx *db.Tx, most int) (h Health, err error) {
	size, err := event.Size(tx)
	if err != nil {
		return h, err
	}
	next, err := db.Maybe[int64](tx, `SELECT next FROM event_cursor WHERE name = $1`, Consumer().Name)
	if err != nil {
		return h, err
	}
	if h.Lag = size; next != nil {
		h.Lag = size - *next
	}
	st, err := stateOf(tx)
	if err != nil {
		return h, err
	}
	h.Wanted = st.Wanted > 0 || st.Version != version
	type count struct{ Spots, Voices int }
	n, err := db.One[count](tx, `SELECT (SELECT COUNT(*) FROM insight_spot) AS spots, (SELECT COUNT(*) FROM insight_spot_voice) AS voices`)
	if err != nil {
		return h, err
	}
	h.Spots, h.Voices = n.Spots, n.Voices
	if h.Lost, err = lost(tx); err != nil {
		return h, err
	}
	r, err := newReader(tx)
	if err != nil {
		return h, err
	}
	hoods, err := r.hoods(tx)
	if err != nil {
		return h, err
	}
	stride := 1
	if most > 0 {
		stride = (len(hoods) + most - 1) / most
	}
	for i := 0; i < len(hoods); i += max(1, stride) {
		good, err := r.same(tx, hoods[i])
		if err != nil {
			return h, err
		}
		if h.Seen++; !good {
			h.Bad++
		}
	}
	if k, err := daily.StateOf(tx, ""); err != nil || k.Kept != daily.Version {
		return h, err
	}
	h.Days, h.DaysBad, err = daily.Same(tx, most)
	return h, err
}

// same groups a surrounding in memory and reports whether the table says the same, whatever the numbers are.
func (r *reader) same(tx *db.Tx, hood string) (bool, error) {
	rows, err := r.whole(tx, hood)
	if err != nil {
		return false, err
	}
	stored, err := storedIn(tx, hood)
	if err != nil || len(stored) != len(rows) {
		return false, err
	}
	all := make([]member, len(rows))
	for i, v := range rows {
		s, _, _ := r.said(v)
		if v.Hood != hood || v.StoredAt != v.At || v.moves || v.Hash != s.digest(hood) {
			return false, nil
		}
		all[i] = member{Said: s}
	}
	assign(all, 0, nil)
	to, taken := map[int64]int64{}, map[int64]int64{}
	for i, m := range all {
		if m.spot > 0 && m.spot != rows[i].Spot {
			return false, nil
		}
		n, ok := to[m.spot]
		back, held := taken[rows[i].Spot]
		if ok && n != rows[i].Spot || held && back != m.spot {
			return false, nil
		}
		to[m.spot], taken[rows[i].Spot] = rows[i].Spot, m.spot
	}
	return true, nil
}
