package alike

import (
	"context"
	"slices"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// lost is after how long without a step a building is taken for dead, in milliseconds.
const lost = 5 * 60 * 1000

// piece is how many things one transaction of a building writes: others wait for it.
const piece = 1024

// Store is the database in which the index is kept. Write is for what changes nothing that anybody decides: nobody is asked and nothing is
// recorded.
type Store struct {
	Read, Write func(ctx context.Context, f func(tx *db.Tx) error) error
	Clock       clock.Clock
}

// Progress is told how far the building of a shelf is.
type Progress func(shelf string, done, all int)

// Rebuild makes the table anew from what things say now. What changes meanwhile is followed as ever; processes make their lists anew. A building
// that was interrupted says so; it is done again by [Mend] or the next Rebuild.
func Rebuild(ctx context.Context, d Store, p Progress) error { return rebuild(ctx, d, 0, p) }

// Mend builds the table where that is wanted, or was interrupted. It rests after each piece for as long as that took, so that nobody waits long
// behind it.
func Mend(ctx context.Context, d Store) error {
	want := false
	err := d.Read(ctx, func(tx *db.Tx) error {
		st, err := stateOf(tx)
		if err != nil || st == nil {
			return err
		}
		want = st.State == wanted || st.Version != version || st.State == building && st.Beat < int64(tx.Millis())-lost
		return nil
	})
	if err != nil || !want {
		return err
	}
	return rebuild(ctx, d, 1, nil)
}

func rebuild(ctx context.Context, d Store, rest int, p Progress) error {
	run := id.Random()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		st, err := stateOf(tx)
		if err != nil {
			return err
		}
		if st == nil {
			st = &stateRow{Next: 1, State: wanted}
		}
		if st.State == wanted || st.Version != version { // nothing is followed: what will be there is read from how things stand
			if err := event.SkipAhead(tx, consumer); err != nil {
				return err
			}
		}
		st.Version, st.State, st.Run, st.Beat = version, building, run, int64(tx.Millis())
		st.Generation++
		return putState(tx, *st)
	}); err != nil {
		return err
	}
	step := func(f func(tx *db.Tx, st *stateRow) error) error {
		from := d.Clock.Now()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			st, err := stateOf(tx)
			if err != nil {
				return err
			}
			if st == nil || st.Run != run || st.State != building {
				return fault.New(fault.Conflict, "insight.rebuild_taken")
			}
			st.Beat = int64(tx.Millis())
			if err := f(tx, st); err != nil {
				return err
			}
			return putState(tx, *st)
		}); err != nil || rest == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(rest) * min(max(0, d.Clock.Now().Sub(from)), time.Second)):
			return nil
		}
	}
	for more := true; more; { // what is there from before
		if err := step(func(tx *db.Tx, st *stateRow) error {
			n, err := db.Maybe[int64](tx, `SELECT n FROM insight_alike ORDER BY n LIMIT 1 OFFSET $1`, 8*piece)
			if err != nil {
				return err
			}
			if more = n != nil; more {
				_, err = tx.Exec(`DELETE FROM insight_alike WHERE n < $1`, *n)
				return err
			}
			st.Known = st.Next
			st.Generation++ // what processes have read meanwhile is of before
			if _, err = tx.Exec(`DELETE FROM insight_alike`); err != nil {
				return err
			}
			_, err = tx.Exec(`DELETE FROM insight_alike_gone`)
			return err
		}); err != nil {
			return err
		}
	}
	for _, s := range Shelves() {
		var all []string
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			all, err = s.refs(tx)
			return err
		}); err != nil {
			return err
		}
		done := 0
		for part := range slices.Chunk(all, piece) {
			if err := step(func(tx *db.Tx, st *stateRow) error {
				for some := range slices.Chunk(part, atOnce) {
					if err := s.update(tx, st, some); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
			if done += len(part); p != nil {
				p(s.Name(), done, len(all))
			}
		}
	}
	return step(func(_ *db.Tx, st *stateRow) error { st.State = ready; return nil })
}

// Health tells how a shelf is doing.
type Health struct {
	Name  string
	Ready bool
	Texts int64 // rows
	Seen  int   // things that were compared with their rows
	Bad   int   // of these: the row says something else, is missing, or should not be there
}

// Check looks whether the table says what the texts say, for up to most things of each shelf, spread over all of them (0: for all). It is for a moment at which the
// record has been followed to its end; lag is how many entries have not.
func Check(tx *db.Tx, most int) (out []Health, lag int64, err error) {
	size, err := event.Size(tx)
	if err != nil {
		return nil, 0, err
	}
	next, err := db.Maybe[int64](tx, `SELECT next FROM event_cursor WHERE name = $1`, Consumer().Name)
	if err != nil {
		return nil, 0, err
	}
	if lag = size; next != nil {
		lag = size - *next
	}
	st, err := stateOf(tx)
	if err != nil {
		return nil, lag, err
	}
	for _, s := range Shelves() {
		h := Health{Name: s.Name(), Ready: st == nil || st.State == ready && st.Version == version}
		if h.Texts, err = db.One[int64](tx, `SELECT COUNT(*) FROM insight_alike WHERE shelf = $1`, s); err != nil {
			return nil, lag, err
		}
		if h.Ready {
			if err := s.check(tx, most, &h); err != nil {
				return nil, lag, err
			}
		}
		out = append(out, h)
	}
	return out, lag, nil
}

// check compares rows and things in both directions.
func (s Shelf) check(tx *db.Tx, most int, h *Health) error {
	refs, err := s.refs(tx)
	if err != nil {
		return err
	}
	rows, err := db.All[string](tx, `SELECT ref FROM insight_alike WHERE shelf = $1 ORDER BY ref`, s)
	if err != nil {
		return err
	}
	all := slices.Compact(slices.Sorted(slices.Values(append(refs, rows...))))
	stride := 1
	if most > 0 {
		stride = max(1, (len(all)+most-1)/most)
	}
	var looked []string
	for i := 0; i < len(all); i += stride {
		looked = append(looked, all[i])
	}
	for part := range slices.Chunk(looked, atOnce) {
		now, err := s.texts(tx, part)
		if err != nil {
			return err
		}
		had, err := rowsOf(tx, s, part)
		if err != nil {
			return err
		}
		for _, ref := range part {
			is, there := now[ref]
			was, in := had[ref]
			h.Seen++
			if there != in || there && !is.same(was) {
				h.Bad++
			}
		}
	}
	return nil
}
