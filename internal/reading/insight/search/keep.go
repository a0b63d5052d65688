package search

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

const (
	small = 1024      // numbers of a segment of what is new
	large = 16 * 1024 // numbers of a segment of what is older
	// rush is from how many texts in the tail on a segment is made even of texts of the hour that runs.
	rush = 4 * small
	// stale is how many texts may wait in the tail that have changed since their segment was written (shelves that are not strict).
	stale = 256
	// many is from how long a record on a new index is built rather than read from the record.
	many = 20000
	hour = 3600 * 1000
)

// consumer is the name of its cursor.
const consumer = "insight.search"

// Consumer keeps the index up to date with the record.
func Consumer() event.Consumer {
	return event.Consumer{Name: consumer, Kinds: kinds(), Batch: 500, Handle: follow}
}

// kinds are the kinds of things after whose changes a shelf is brought up to date.
func kinds() (out []string) {
	for _, s := range Shelves() {
		out = slices.Concat(out, sources[s].kinds, sources[s].whole)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func follow(tx *db.Tx, entries []event.Entry) error {
	for _, s := range Shelves() {
		if err := s.follow(tx, entries); err != nil {
			return err
		}
	}
	return nil
}

func (s Shelf) follow(tx *db.Tx, entries []event.Entry) error {
	src := sources[s]
	var refs []string
	seen := map[string]bool{}
	all := false
	for _, e := range entries {
		for _, r := range []event.Ref{e.Subject, e.About} {
			if slices.Contains(src.kinds, r.Kind) && !seen[r.ID] && r.ID != "" {
				seen[r.ID] = true
				refs = append(refs, r.ID)
			}
			all = all || slices.Contains(src.whole, r.Kind)
		}
	}
	if len(refs) == 0 && !all && entries[0].Seq != 0 {
		return nil
	}
	row, err := shelfOf(tx, s)
	if err != nil {
		return err
	}
	if row == nil {
		size, err := event.Size(tx)
		if err != nil {
			return err
		}
		row = &shelfRow{Shelf: s, Version: version, State: ready}
		if entries[0].Seq > 0 || size > many {
			row.State = wanted
		}
		if err := putShelf(tx, *row); err != nil {
			return err
		}
	}
	if row.Version != version {
		row.State, row.Version = wanted, version
		return putShelf(tx, *row)
	}
	if row.State == wanted {
		return nil
	}
	if all {
		if refs, err = s.everything(tx); err != nil {
			return err
		}
		if refs == nil {
			row.State = wanted
			return putShelf(tx, *row)
		}
	}
	slices.Sort(refs)
	for part := range slices.Chunk(refs, 256) {
		if err := s.update(tx, part); err != nil {
			return err
		}
	}
	if row.State == building {
		return nil
	}
	return s.seal(tx, row)
}

// everything lists what a shelf holds or should hold; nil where that is too much to compare it one by one.
func (s Shelf) everything(tx *db.Tx) ([]string, error) {
	const most = 5000
	refs := []string{}
	for _, q := range []struct {
		sql  string
		args []any
	}{{`SELECT ref FROM (` + sources[s].all + `) a`, nil}, {`SELECT ref FROM insight_doc WHERE shelf = $1`, []any{s}}, {`SELECT ref FROM insight_tail WHERE shelf = $1`, []any{s}}} {
		more, err := db.All[string](tx, q.sql+` LIMIT `+strconv.Itoa(most+1), q.args...)
		if err != nil || len(more) > most {
			return nil, err
		}
		refs = append(refs, more...)
	}
	slices.Sort(refs)
	return slices.Compact(refs), nil
}

// update compares what the index says of some texts with what they say now.
func (s Shelf) update(tx *db.Tx, refs []string) error {
	now, err := s.texts(tx, refs)
	if err != nil {
		return err
	}
	docs, err := docsOf(tx, s, refs)
	if err != nil {
		return err
	}
	tails, err := tailsOf(tx, s, refs)
	if err != nil {
		return err
	}
	anew := map[int64]bool{} // segments by their first number
	var waiting []tailRow
	for _, ref := range refs {
		text, there := now[ref]
		doc, in := docs[ref]
		tail, waits := tails[ref]
		switch {
		case !in && !there:
			if waits {
				err = dropTail(tx, s, ref)
			}
		case !in:
			if !waits || tail.Text != text.Text || tail.At != text.At {
				waiting = append(waiting, tailRow{ref, -1, text.At, text.Text})
			}
		case there && digest(text.Text) == doc.Hash:
			if waits {
				err = dropTail(tx, s, ref)
			}
		case !there || sources[s].strict:
			var g *segment
			if g, err = segmentAt(tx, s, doc.N); err == nil && g != nil {
				anew[g.First] = true
			}
		case !waits || tail.Text != text.Text:
			waiting = append(waiting, tailRow{ref, doc.N, doc.At, text.Text})
		}
		if err != nil {
			return err
		}
	}
	if err := putTails(tx, s, waiting); err != nil {
		return err
	}
	for first := range anew {
		if err := s.rewrite(tx, first); err != nil {
			return err
		}
	}
	return nil
}

// rewrite writes a segment anew from what its texts say now.
func (s Shelf) rewrite(tx *db.Tx, first int64) error {
	g, err := segmentAt(tx, s, first)
	if err != nil || g == nil {
		return err
	}
	docs, err := docsBetween(tx, s, g.First, g.First+g.Size)
	if err != nil {
		return err
	}
	return s.write(tx, g.First, g.Size, docs)
}

// write writes a segment of texts whose numbers lie in it. Texts that are gone lose their number.
func (s Shelf) write(tx *db.Tx, first, size int64, docs []docRow) error {
	var changed []docRow
	w, err := s.gather(tx, first, size, docs, func(d docRow, t *Text) error {
		switch {
		case t == nil:
			return dropDoc(tx, s, d.Ref)
		case digest(t.Text) != d.Hash:
			changed = append(changed, docRow{d.Ref, d.N, t.At, digest(t.Text)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := putDocs(tx, s, changed); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM insight_tail WHERE shelf = $1 AND n >= $2 AND n < $3`, s, first, first+size); err != nil {
		return err
	}
	pages, buckets := w.pages()
	return putSegment(tx, s, segment{first, size, buckets}, pages)
}

// gather reads the texts of a segment into a writer and tells each of what it found there. They are read in the order of their keys, in which they
// stand, and written in that of their numbers.
func (s Shelf) gather(tx *db.Tx, first, size int64, docs []docRow, each func(docRow, *Text) error) (*writer, error) {
	refs := make([]string, len(docs))
	for i, d := range docs {
		refs[i] = d.Ref
	}
	slices.Sort(refs)
	now := make(map[string]Text, len(docs))
	for part := range slices.Chunk(refs, 256) {
		some, err := s.texts(tx, part)
		if err != nil {
			return nil, err
		}
		maps.Copy(now, some)
	}
	w := newWriter(size)
	for _, d := range docs {
		t, ok := now[d.Ref]
		var err error
		if !ok {
			err = each(d, nil)
		} else {
			w.add(d.N-first, t.Text)
			err = each(d, &t)
		}
		if err != nil {
			return nil, err
		}
	}
	return w, nil
}

// seal makes segments of what waits in the tail when there is enough of it.
func (s Shelf) seal(tx *db.Tx, row *shelfRow) error {
	for {
		n, err := db.One[int64](tx, `SELECT COUNT(*) FROM insight_tail WHERE shelf = $1 AND n < 0`, s)
		if err != nil {
			return err
		}
		if n < small {
			return s.refresh(tx, stale)
		}
		waiting, err := db.All[tailRow](tx, `SELECT ref, n, at, text FROM insight_tail WHERE shelf = $1 AND n < 0 ORDER BY at, ref LIMIT $2`, s, small)
		if err != nil {
			return err
		}
		if n < rush && waiting[small-1].At >= int64(tx.Millis())/hour*hour {
			return nil // more of the same hour may come, and must not seem later
		}
		docs := make([]docRow, small)
		for i, t := range waiting {
			docs[i] = docRow{t.Ref, row.Next + int64(i), t.At, -1}
		}
		if err := dropTails(tx, s, docs); err != nil {
			return err
		}
		if err := s.write(tx, row.Next, small, docs); err != nil {
			return err
		}
		if row.Next += small; row.Next%large == 0 {
			if docs, err = docsBetween(tx, s, row.Next-large, row.Next); err != nil {
				return err
			}
			if err := s.write(tx, row.Next-large, large, docs); err != nil {
				return err
			}
		}
		if err := putShelf(tx, *row); err != nil {
			return err
		}
	}
}

// refresh writes the segments anew in whose place so many texts wait in the tail, or more; those that most wait for first.
func (s Shelf) refresh(tx *db.Tx, least int) error {
	waits, err := db.All[int64](tx, `SELECT n FROM insight_tail WHERE shelf = $1 AND n >= 0`, s)
	if err != nil || len(waits) < max(1, least) {
		return err
	}
	count := map[int64]int{}
	for _, n := range waits {
		g, err := segmentAt(tx, s, n)
		if err != nil {
			return err
		}
		if g != nil {
			count[g.First]++
		}
	}
	var firsts []int64
	for f := range count {
		firsts = append(firsts, f)
	}
	slices.SortFunc(firsts, func(a, b int64) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	left := len(waits)
	for _, f := range firsts {
		if left < max(1, least) {
			return nil
		}
		if err := s.rewrite(tx, f); err != nil {
			return err
		}
		left -= count[f]
	}
	return nil
}
