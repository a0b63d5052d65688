package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Query is what is looked for.
type Query struct {
	Shelf  Shelf
	Words  string
	Ranked bool   // those that speak of it most first, by BM25; otherwise the newest first
	After  string // cursor of the page before
	Limit  int    // hits of a page
	// Keep tells which of some things are there for whoever asks: those that the list in which they stand would show him. Nothing else of
	// them is told.
	Keep func(refs []string) (map[string]bool, error)
}

// Hits is one page of what was found.
type Hits struct {
	Refs    []string
	Next    string // cursor of the next page, "" on the last
	Partial bool   // single characters: only the newest texts were looked at
	Unready bool   // the index is being built; some is not found yet
}

// hit is a text that holds what is looked for.
type hit struct {
	n     int64 // late while it has no number
	at    int64
	ref   string // "" until it is looked up
	score int64
}

// late stands for the number of a text that has none yet: it is newer than all that have one.
const late = 1<<62 - 1

// newest is the order of hits: by number, and those that have none before all others.
func newest(a, b hit) int {
	if a.n != late || b.n != late {
		return cmp.Compare(b.n, a.n)
	}
	return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.ref, a.ref))
}

func best(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), newest(a, b)) }

// finder answers one question.
type finder struct {
	Query
	tx    *db.Tx
	parts []string // of two characters and more
	chars []string // of one
	tail  []hit    // of the tail: those that hold it
	dirty map[int64]bool
	after *hit
	out   Hits
	last  hit
	lists []*list // memory of lists, used again for each segment
}

// together is how many segments are read by one statement at most.
const together = 64

// latest is how many of the newest texts are looked at for single characters.
const latest = 2000

// Find gives a page of what is found. A cursor that is none is Invalid at "after".
func Find(tx *db.Tx, q Query) (Hits, error) {
	f := &finder{Query: q, tx: tx, dirty: map[int64]bool{}}
	if q.Limit <= 0 {
		return Hits{}, nil
	}
	if q.After != "" {
		h, ok := parseCursor(q.After)
		if !ok {
			return Hits{}, fault.Field("after", "fault.choice")
		}
		f.after = &h
	}
	for _, p := range Parts(q.Words) {
		if utf8.RuneCountInString(p) == 1 {
			f.chars = append(f.chars, p)
		} else {
			f.parts = append(f.parts, p)
		}
	}
	if len(f.parts)+len(f.chars) == 0 {
		return Hits{}, nil
	}
	row, err := shelfOf(tx, q.Shelf)
	if err != nil || row == nil {
		return Hits{Unready: true}, err
	}
	f.out.Unready = row.State != ready || row.Version != version
	if err := f.readTail(); err != nil {
		return Hits{}, err
	}
	switch {
	case len(f.parts) == 0:
		err = f.single(row.Next)
	case q.Ranked:
		err = f.ranked()
	default:
		err = f.newest()
	}
	return f.out, err
}

// readTail looks through the texts that no segment speaks for.
func (f *finder) readTail() error {
	w := db.NewWhere(f.Shelf)
	w.Add("shelf = $1")
	for _, p := range slices.Concat(f.parts, f.chars) {
		w.Add(`text LIKE ? ESCAPE '\'`, like(p))
	}
	cond, args := w.SQL()
	rows, err := db.All[tailRow](f.tx, `SELECT ref, n, at, text FROM insight_tail WHERE `+cond, args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !f.holds(r.Text) {
			continue // LIKE of SQLite takes letters of either case
		}
		h := hit{n: r.N, at: r.At, ref: r.Ref}
		if r.N < 0 {
			h.n = late
		}
		for _, p := range f.parts {
			h.score += score(strings.Count(r.Text, p), runeLen(r.Text))
		}
		f.tail = append(f.tail, h)
	}
	slices.SortFunc(f.tail, newest)
	dirty, err := db.All[int64](f.tx, `SELECT n FROM insight_tail WHERE shelf = $1 AND n >= 0`, f.Shelf)
	for _, n := range dirty {
		f.dirty[n] = true
	}
	return err
}

func (f *finder) holds(text string) bool {
	for _, p := range f.parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	for _, p := range f.chars {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

// dataOf are the entries of the pairs of a part in a segment; ok is false where one is not there, so that no text holds the part.
func (f *finder) dataOf(g segment, pages map[int64][]byte, pairs []pair) (out [][]byte, ok bool, err error) {
	for _, x := range pairs {
		page, there := pages[pageID(f.Shelf, g.First, x.bucket(g.Buckets))]
		if !there {
			return nil, false, nil
		}
		data, sound := entryOf(page, x)
		if !sound {
			return nil, false, damaged(f.Shelf, g.First)
		}
		if len(data) == 0 {
			return nil, false, nil
		}
		out = append(out, data)
	}
	return out, true, nil
}

// found calls each with the texts of a segment that hold all parts of two characters or more, by their numbers within it in growing order, and with how
// much they speak of them where that is asked.
func (f *finder) found(g segment, pages map[int64][]byte, each func(hit)) error {
	lens := pages[pageID(f.Shelf, g.First, maxBuckets)]
	if f.Ranked && int64(len(lens)) != g.Size {
		return damaged(f.Shelf, g.First)
	}
	tell := func(doc uint32, score int64) {
		if n := g.First + int64(doc); len(f.dirty) == 0 || !f.dirty[n] {
			each(hit{n: n, score: score})
		}
	}
	used := 0
	memory := func() *list { // of the segment before
		if used == len(f.lists) {
			f.lists = append(f.lists, &list{})
		}
		used++
		return f.lists[used-1]
	}
	var lists []*list
	var among []uint32 // the texts that may still be it; nil: all
	for _, p := range f.parts {
		pairs, offs := cover(p)
		data, ok, err := f.dataOf(g, pages, pairs)
		if err != nil || !ok {
			return err
		}
		if f.Ranked && len(f.parts) == 1 && len(pairs) == 1 { // most questions, and those with most hits
			sound := counted(data[0], uint32(g.Size), func(doc uint32, times int) { tell(doc, scoreOf(times, lens[doc])) })
			if !sound {
				return damaged(f.Shelf, g.First)
			}
			return nil
		}
		ls, order := make([]*list, len(pairs)), make([]int, len(pairs))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(len(data[a]), len(data[b])) })
		for _, i := range order { // the shortest first: of the others only what may still be it is kept
			if ls[i] = memory(); !ls[i].read(data[i], among) {
				return damaged(f.Shelf, g.First)
			}
			if among = ls[i].docs; len(among) == 0 {
				return nil
			}
		}
		l := phrase(ls, offs, memory())
		if among = l.docs; len(among) == 0 {
			return nil
		}
		lists = append(lists, l)
	}
	cursor := make([]int, len(lists))
next:
	for i, d := range lists[0].docs {
		cursor[0] = i
		for j := 1; j < len(lists); j++ {
			cursor[j] = seek(lists[j].docs, cursor[j], d)
			if cursor[j] == len(lists[j].docs) {
				return nil
			}
			if lists[j].docs[cursor[j]] != d {
				continue next
			}
		}
		score := int64(0)
		if f.Ranked {
			if int64(d) >= g.Size {
				return damaged(f.Shelf, g.First)
			}
			for j, l := range lists {
				score += scoreOf(apart(l.pos[l.at[cursor[j]]:l.at[cursor[j]+1]], utf8.RuneCountInString(f.parts[j])), lens[d])
			}
		}
		tell(d, score)
	}
	return nil
}

// pagesOf reads the pages of segments that the question needs.
func (f *finder) pagesOf(gs []segment) (map[int64][]byte, error) {
	var ids []int64
	for _, g := range gs {
		for _, p := range f.parts {
			pairs, _ := cover(p)
			for _, x := range pairs {
				ids = append(ids, pageID(f.Shelf, g.First, x.bucket(g.Buckets)))
			}
		}
		if f.Ranked {
			ids = append(ids, pageID(f.Shelf, g.First, maxBuckets))
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make(map[int64][]byte, len(ids))
	for part := range slices.Chunk(ids, 512) {
		in, args := ints(part, 1)
		rows, err := db.All[struct {
			ID   int64
			Data []byte
		}](f.tx, `SELECT id, data FROM insight_page WHERE id IN `+in, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r.Data
		}
	}
	return out, nil
}

// newest fills the page with the newest.
func (f *finder) newest() error {
	gs, err := segmentsOf(f.tx, f.Shelf)
	if err != nil {
		return err
	}
	i := 0
	for i < len(f.tail) && f.tail[i].n == late {
		i++
	}
	waiting, rest := slices.Clone(f.tail[:i]), f.tail[i:] // hits of which nobody was asked yet whether they are there for him
	read, held := 0, 0                                    // segments, and how many hits they had
	for len(gs) > 0 {
		if len(waiting) > f.Limit { // asking costs much, and most of that for few as for many
			if done, err := f.take(waiting); done || err != nil {
				return err
			}
			waiting = waiting[:0]
		}
		// As many as should have what is missing and a little more, if the older ones have as much as the newer; at first one.
		step := (f.Limit + 1 - len(waiting)) * read * 5 / 4 / max(1, held)
		part := gs[:min(max(1, step), together, len(gs))]
		gs = gs[len(part):]
		if f.after != nil && f.after.n < part[len(part)-1].First {
			continue
		}
		pages, err := f.pagesOf(part)
		if err != nil {
			return err
		}
		for _, g := range part {
			begin := len(waiting)
			if err := f.found(g, pages, func(x hit) { waiting = append(waiting, x) }); err != nil {
				return err
			}
			slices.Reverse(waiting[begin:])
			read, held = read+1, held+len(waiting)-begin
			if len(rest) > 0 && rest[0].n >= g.First {
				for len(rest) > 0 && rest[0].n >= g.First {
					waiting, rest = append(waiting, rest[0]), rest[1:]
				}
				slices.SortFunc(waiting[begin:], newest)
			}
		}
	}
	_, err = f.take(append(waiting, rest...))
	return err
}

// ranked fills the page with those that speak most of it. Few of many are shown: the best few are gathered first, and more only where most of them are
// not there for whoever asks.
func (f *finder) ranked() error {
	gs, err := segmentsOf(f.tx, f.Shelf)
	if err != nil {
		return err
	}
	after := f.after
	for size := max(few, 2*f.Limit); ; size *= 8 {
		t := topmost{most: size, after: after}
		for _, h := range f.tail {
			t.add(h)
		}
		for part := range slices.Chunk(gs, together) {
			pages, err := f.pagesOf(part)
			if err != nil {
				return err
			}
			for _, g := range part {
				if err := f.found(g, pages, t.add); err != nil {
					return err
				}
			}
		}
		slices.SortFunc(t.hits, best)
		if done, err := f.take(t.hits); done || err != nil || !t.more {
			return err
		}
		last := t.hits[len(t.hits)-1]
		after = &last
	}
}

// single looks for single characters, which are in no list, in the newest texts.
func (f *finder) single(next int64) error {
	var hits []hit
	hits = append(hits, f.tail...)
	docs, err := docsBetween(f.tx, f.Shelf, next-latest, next)
	if err != nil {
		return err
	}
	f.out.Partial = next > latest
	for _, d := range docs {
		if !f.dirty[d.N] {
			hits = append(hits, hit{n: d.N, at: d.At, ref: d.Ref})
		}
	}
	slices.SortFunc(hits, newest)
	f.Ranked = false
	_, err = f.take(hits)
	return err
}

// take looks which hits are there for whoever asks, in their order, until the page is full.
func (f *finder) take(hits []hit) (done bool, err error) {
	order := newest
	if f.Ranked {
		order = best
	}
	if f.after != nil {
		i, there := slices.BinarySearchFunc(hits, *f.after, order)
		if there {
			i++
		}
		hits = hits[i:]
	}
	for step := min(f.Limit+1, 512); len(hits) > 0; step = min(2*step, 512) { // one more than is shown, to know whether there is another page
		part := hits[:min(step, len(hits))]
		hits = hits[len(part):]
		if part, err = f.named(part); err != nil {
			return false, err
		}
		refs := make([]string, len(part))
		for i, h := range part {
			refs[i] = h.ref
		}
		keep, err := f.Keep(refs)
		if err != nil {
			return false, err
		}
		if len(f.chars) > 0 {
			if keep, err = f.withChars(refs, keep); err != nil {
				return false, err
			}
		}
		for _, h := range part {
			if !keep[h.ref] {
				continue
			}
			if len(f.out.Refs) == f.Limit {
				f.out.Next = cursor(f.last, f.Ranked)
				return true, nil
			}
			f.out.Refs = append(f.out.Refs, h.ref)
			f.last = h
		}
	}
	return false, nil
}

// named looks up what the numbers of hits are called. Those that are gone since are left out.
func (f *finder) named(hits []hit) ([]hit, error) {
	var ns []int64
	for _, h := range hits {
		if h.ref == "" {
			ns = append(ns, h.n)
		}
	}
	if len(ns) == 0 {
		return hits, nil
	}
	in, args := ints(ns, 2)
	type named struct {
		Ref string
		N   int64
		At  int64
	}
	rows, err := db.All[named](f.tx, `SELECT ref, n, at FROM insight_doc WHERE shelf = $1 AND n IN `+in, append([]any{f.Shelf}, args...)...)
	if err != nil {
		return nil, err
	}
	byN := make(map[int64]named, len(rows))
	for _, r := range rows {
		byN[r.N] = r
	}
	var out []hit
	for _, h := range hits {
		if h.ref == "" {
			d, ok := byN[h.n]
			if !ok {
				continue
			}
			h.ref, h.at = d.Ref, d.At
		}
		out = append(out, h)
	}
	return out, nil
}

// withChars keeps of those that are there for whoever asks the ones that hold the single characters.
func (f *finder) withChars(refs []string, keep map[string]bool) (map[string]bool, error) {
	refs = slices.DeleteFunc(slices.Clone(refs), func(r string) bool { return !keep[r] })
	texts, err := f.Shelf.texts(f.tx, refs)
	out := map[string]bool{}
	for ref, t := range texts {
		out[ref] = f.holds(t.Text)
	}
	return out, err
}
