package alike

import (
	"cmp"
	"slices"
	"strings"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

const (
	hour = 3600 * 1000
	// lots is from how long a record on a new index is built rather than read from the record.
	lots = 20000
	// remembered is for how many numbers it is known which rows have gone. A process that is further behind makes its lists anew.
	remembered = 100000
	// atOnce is how many things are compared with their rows by one statement.
	atOnce = 256
)

// consumer is the name of its cursor.
const consumer = "insight.alike"

// Consumer keeps the table up to date with the record.
func Consumer() event.Consumer {
	c := event.Consumer{Name: consumer, Batch: 500, Handle: follow}
	for _, s := range Shelves() {
		c.Kinds = append(c.Kinds, sources[s].kind)
	}
	return c
}

func follow(tx *db.Tx, entries []event.Entry) error {
	refs := map[Shelf][]string{}
	seen := map[event.Ref]bool{}
	for _, e := range entries {
		for _, r := range []event.Ref{e.Subject, e.About} {
			if r.ID == "" || seen[r] {
				continue
			}
			seen[r] = true
			for _, s := range Shelves() {
				if sources[s].kind == r.Kind {
					refs[s] = append(refs[s], r.ID)
				}
			}
		}
	}
	if len(refs) == 0 && entries[0].Seq != 0 {
		return nil
	}
	st, err := stateOf(tx)
	if err != nil {
		return err
	}
	if st == nil {
		size, err := event.Size(tx)
		if err != nil {
			return err
		}
		st = &stateRow{Version: version, State: ready, Generation: 1, Next: 1, Known: 1}
		if entries[0].Seq > 0 || size > lots {
			st.State = wanted
		}
	}
	if st.Version != version {
		st.State, st.Version = wanted, version
	}
	if st.State != wanted {
		for _, s := range Shelves() {
			for part := range slices.Chunk(refs[s], atOnce) {
				if err := s.update(tx, st, part); err != nil {
					return err
				}
			}
		}
	}
	return putState(tx, *st)
}

// update compares what the table says of some things with what they say now, and numbers what is new.
func (s Shelf) update(tx *db.Tx, st *stateRow, refs []string) error {
	now, err := s.texts(tx, refs)
	if err != nil {
		return err
	}
	had, err := rowsOf(tx, s, refs)
	if err != nil {
		return err
	}
	var put []row
	var gone []going
	for _, ref := range slices.Sorted(slices.Values(refs)) {
		is, there := now[ref]
		was, in := had[ref]
		if in && !(there && is.same(was)) {
			gone = append(gone, going{st.Next, was.N})
			st.Next++
		}
		if there && !(in && is.same(was)) {
			put = append(put, is)
		}
	}
	slices.SortFunc(put, func(a, b row) int { return cmp.Or(cmp.Compare(a.Hour, b.Hour), strings.Compare(a.Ref, b.Ref)) })
	for i := range put {
		put[i].N = st.Next
		st.Next++
	}
	if err := dropRows(tx, gone); err != nil {
		return err
	}
	if err := putRows(tx, put); err != nil {
		return err
	}
	if st.Next-st.Known < 2*remembered {
		return nil
	}
	st.Known = st.Next - remembered
	_, err = tx.Exec(`DELETE FROM insight_alike_gone WHERE n < $1`, st.Known)
	return err
}
