package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// lost is after how long without a step a building is taken for dead.
const lost = 5 * 60 * 1000

// Store is the database in which the index is kept. Write is for what changes nothing that anybody decides: nobody is asked and nothing is
// recorded.
type Store struct {
	Read, Write func(ctx context.Context, f func(tx *db.Tx) error) error
	Clock       clock.Clock
}

// Progress is told how far the building of a shelf is.
type Progress func(shelf string, done, all int)

// Rebuild makes the index of all shelves anew from what things say now. What changes meanwhile is followed as ever. A building that was
// interrupted leaves a shelf that says so; it is built again by [Mend] or the next Rebuild.
func Rebuild(ctx context.Context, d Store, p Progress) error {
	for _, s := range Shelves() {
		if err := s.rebuild(ctx, d, 0, p); err != nil {
			return err
		}
	}
	return nil
}

// Mend builds the shelves that are wanted, or whose building was interrupted. It rests after each piece for as long as that took, so that
// nobody waits long behind it.
func Mend(ctx context.Context, d Store) error {
	for _, s := range Shelves() {
		want := false
		err := d.Read(ctx, func(tx *db.Tx) error {
			row, err := shelfOf(tx, s)
			if err != nil || row == nil {
				return err
			}
			want = row.State == wanted || row.Version != version || row.State == building && row.Beat < int64(tx.Millis())-lost
			return nil
		})
		if err != nil {
			return err
		}
		if want {
			if err := s.rebuild(ctx, d, 1, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// Refresh writes the segments anew in which something has changed.
func Refresh(ctx context.Context, d Store) error {
	for _, s := range Shelves() {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			row, err := shelfOf(tx, s)
			if err != nil || row == nil || row.State != ready {
				return err
			}
			return s.refresh(tx, 1)
		}); err != nil {
			return err
		}
	}
	return nil
}

// step runs one transaction of a building that nobody else has taken over.
func (s Shelf) step(ctx context.Context, d Store, run string, f func(tx *db.Tx, row *shelfRow) error) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		row, err := shelfOf(tx, s)
		if err != nil {
			return err
		}
		if row == nil || row.Run != run || row.State != building {
			return fault.New(fault.Conflict, "insight.rebuild_taken")
		}
		row.Beat = int64(tx.Millis())
		if err := f(tx, row); err != nil {
			return err
		}
		return putShelf(tx, *row)
	})
}

// nothingFollowed reports whether no shelf follows the record: all wait to be built. What they will hold is read from how things stand, so nothing of
// the record before has to be read.
func nothingFollowed(tx *db.Tx) (bool, error) {
	for _, s := range Shelves() {
		row, err := shelfOf(tx, s)
		if err != nil {
			return false, err
		}
		if row != nil && row.State != wanted && row.Version == version {
			return false, nil
		}
	}
	return true, nil
}

// rebuild makes one shelf anew. After each step it rests rest times as long as that took.
func (s Shelf) rebuild(ctx context.Context, d Store, rest int, p Progress) error {
	run := id.Random()
	var end int64 // of what is there from before
	if err := d.Write(ctx, func(tx *db.Tx) error {
		row, err := shelfOf(tx, s)
		if err != nil {
			return err
		}
		if row == nil {
			row = &shelfRow{Shelf: s}
		}
		end = row.Next
		if idle, err := nothingFollowed(tx); err != nil {
			return err
		} else if idle {
			if err := event.SkipAhead(tx, consumer); err != nil {
				return err
			}
		}
		return putShelf(tx, shelfRow{Shelf: s, Version: version, State: building, Run: run, Beat: int64(tx.Millis()), Next: row.Next})
	}); err != nil {
		return err
	}
	step := func(f func(tx *db.Tx, row *shelfRow) error) error {
		from := d.Clock.Now()
		if err := s.step(ctx, d, run, f); err != nil {
			return err
		}
		if rest > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Duration(rest) * min(max(0, d.Clock.Now().Sub(from)), time.Second)):
			}
		}
		return nil
	}
	for first := end / large * large; first >= 0; first -= large { // the newest first, so that nothing comes between
		if err := step(func(tx *db.Tx, _ *shelfRow) error { return s.clear(tx, first, first+large) }); err != nil {
			return err
		}
	}
	type row struct {
		Ref string
		At  clock.Millis
	}
	var all []row
	if err := step(func(tx *db.Tx, row *shelfRow) error {
		row.Next = 0
		return s.clear(tx, -1, 1<<40)
	}); err != nil {
		return err
	}
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = db.All[row](tx, sources[s].all)
		return err
	}); err != nil {
		return err
	}
	for i := range all {
		all[i].At = all[i].At / hour * hour
	}
	slices.SortFunc(all, func(a, b row) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Ref, b.Ref)) })
	count := len(all)
	for len(all) > 0 {
		size := min(large, len(all)/small*small)
		if size > small && size < large {
			size = small
		}
		n := max(size, min(small, len(all)))
		part := all[:n]
		if err := step(func(tx *db.Tx, shelf *shelfRow) error {
			if size == 0 { // too few for a segment
				refs := make([]string, n)
				for i, r := range part {
					refs[i] = r.Ref
				}
				for some := range slices.Chunk(refs, 256) {
					if err := s.update(tx, some); err != nil {
						return err
					}
				}
				return nil
			}
			docs := make([]docRow, n)
			for i, r := range part {
				docs[i] = docRow{r.Ref, shelf.Next + int64(i), int64(r.At), -1}
			}
			if err := dropTails(tx, s, docs); err != nil {
				return err
			}
			shelf.Next += int64(n)
			return s.write(tx, docs[0].N, int64(n), docs)
		}); err != nil {
			return err
		}
		all = all[n:]
		if p != nil {
			p(sources[s].name, count-len(all), count)
		}
	}
	return step(func(tx *db.Tx, row *shelfRow) error { row.State = ready; return nil })
}

// clear removes what stands between two numbers; from -1 on it removes what has none, too.
func (s Shelf) clear(tx *db.Tx, from, to int64) error {
	if err := dropSegments(tx, s, max(0, from), to); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM insight_tail WHERE shelf = $1 AND n >= $2 AND n < $3`, s, from, to); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM insight_doc WHERE shelf = $1 AND n >= $2 AND n < $3`, s, from, to)
	return err
}

// State tells how a shelf is doing.
type State struct {
	Name  string
	Ready bool
	Texts int64
	Bad   int // segments that say something else than their texts
	Seen  int // segments that were looked at
	Gone  int64
}

// Check looks whether the index says what the texts say: how many there are, and, of up to most segments of each shelf (0: of all), every
// byte. It is for a moment at which the record has been followed to its end; lag is how many entries have not.
func Check(tx *db.Tx, most int) (states []State, lag int64, err error) {
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
	for _, s := range Shelves() {
		st, err := s.check(tx, most)
		if err != nil {
			return nil, lag, err
		}
		states = append(states, st)
	}
	return states, lag, nil
}

func (s Shelf) check(tx *db.Tx, most int) (State, error) {
	st := State{Name: sources[s].name}
	row, err := shelfOf(tx, s)
	if err != nil {
		return st, err
	}
	st.Ready = row == nil || row.State == ready && row.Version == version
	if st.Texts, err = db.One[int64](tx, `SELECT (SELECT COUNT(*) FROM insight_doc WHERE shelf = $1) + (SELECT COUNT(*) FROM insight_tail WHERE shelf = $1 AND n < 0)`, s); err != nil {
		return st, err
	}
	there, err := db.One[int64](tx, `SELECT COUNT(*) FROM (`+sources[s].all+`) a`)
	if err != nil || !st.Ready {
		return st, err
	}
	st.Gone = there - st.Texts
	gs, err := segmentsOf(tx, s)
	if err != nil {
		return st, err
	}
	stride := 1
	if most > 0 {
		stride = (len(gs) + most - 1) / most
	}
	for i := 0; i < len(gs); i += max(1, stride) {
		good, err := s.compare(tx, gs[i])
		if err != nil {
			return st, err
		}
		st.Seen++
		if !good {
			st.Bad++
		}
	}
	return st, nil
}

// compare reads the texts of a segment and reports whether its pages say the same. Texts for which the tail speaks are taken as they were
// when the segment was written, as far as a digest tells: then only the others are compared.
func (s Shelf) compare(tx *db.Tx, g segment) (bool, error) {
	stale, err := db.One[int64](tx, `SELECT COUNT(*) FROM insight_tail WHERE shelf = $1 AND n >= $2 AND n < $3`, s, g.First, g.First+g.Size)
	if err != nil || stale > 0 {
		return true, err
	}
	docs, err := docsBetween(tx, s, g.First, g.First+g.Size)
	if err != nil {
		return false, err
	}
	good := true
	w, err := s.gather(tx, g.First, g.Size, docs, func(d docRow, t *Text) error {
		good = good && t != nil && digest(t.Text) == d.Hash
		return nil
	})
	if err != nil || !good {
		return false, err
	}
	pages, buckets := w.pages()
	if buckets != g.Buckets {
		return false, nil
	}
	type stored struct {
		ID   int64
		Data []byte
	}
	have, err := db.All[stored](tx, `SELECT id, data FROM insight_page WHERE id >= $1 AND id < $2 ORDER BY id`, pageID(s, g.First, 0), pageID(s, g.First+small, 0))
	if err != nil || len(have) != len(pages) {
		return false, err
	}
	for i, p := range pages {
		if have[i].ID != pageID(s, g.First, p.bucket) || string(have[i].Data) != string(p.data) {
			return false, nil
		}
	}
	return true, nil
}

// damaged is a segment that cannot be read.
func damaged(s Shelf, first int64) error {
	return fault.Wrap(fault.Unavailable, "insight.index_damaged", fmt.Errorf("search: the segment of %s at %d cannot be read", sources[s].name, first))
}
