package alike

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// What being near adds to the likeness of words, and takes from it where two things are of different places (defaults of the product).
const (
	SamePlace   = 0.12
	BesidePlace = 0.08 // another part of the same place, as the women's side of a bathhouse, or what is around it
	NearPlace   = 0.04 // of the same area
	FarPlace    = -0.08
	SameTopic   = 0.06
	// Least is the least likeness that is shown, and Very that of what is called very alike.
	Least = 0.15
	Very  = 0.45
	// What is older counts up to aged less, mostly so after agedDays.
	aged, agedDays = 0.3, 60.0
	// newest is how many of the newest of the same place are compared whatever they say.
	newest = 32
	// widest is how many texts are compared at most when many may not be seen.
	widest = 768
	// batch is how many rows a process reads in one piece, and backlog how many while somebody waits for a page.
	batch   = 2000
	backlog = 4000
)

// Question is what somebody says, or a thing of the index.
type Question struct {
	Shelf Shelf
	Ref   string // of the thing itself, which is no answer; its words are taken from the index where it is there
	Text  string
	Place string
	Topic string
	Hour  int64 // since 1970; 0: that of the thing, or none
	Most  int
	// Keep tells which of some things are there for whoever asks: those that the list in which they stand would show him. Nothing else of
	// them is told.
	Keep func(refs []string) (map[string]bool, error)
}

// Hit is a thing that speaks of the same.
type Hit struct {
	Ref   string
	Score float32 // words, place, topic and time together; about 0 to 1
	Words float32 // likeness of the words alone
	Steps int     // between the places in their tree: 0 the same, 1 one around the other, 2 beside each other; -1 not known
	Topic bool    // the same topic
}

// Very reports whether it is very alike.
func (h Hit) Very() bool { return h.Score >= Very }

// Beside reports whether it is of the same place or of one beside or around it.
func (h Hit) Beside() bool { return h.Steps >= 0 && h.Steps <= 2 }

// Finder answers questions from memory. The zero value is ready; one serves all requests of a process.
type Finder struct {
	mu         sync.RWMutex
	shelves    map[Shelf]*Index
	generation int64
	next       int64 // number from which on rows are not read yet
	seen       int64 // number from which on it is not known which rows have gone
}

// Near gives up to Most things that are nearest to a question, the nearest first. ready is false while the index is being made: something may be
// missing then.
func (f *Finder) Near(tx *db.Tx, q Question) (out []Hit, ready bool, err error) {
	told := map[string]bool{}
	for width := compared; ; width *= 4 {
		hits, more, up, err := f.hits(tx, q, width)
		if err != nil {
			return nil, false, err
		}
		refs := make([]string, 0, len(hits))
		for _, h := range hits {
			if _, ok := told[h.Ref]; !ok {
				refs = append(refs, h.Ref)
			}
		}
		for part := range slices.Chunk(refs, atOnce) {
			keep, err := q.Keep(part)
			if err != nil {
				return nil, false, err
			}
			for _, ref := range part {
				told[ref] = keep[ref]
			}
		}
		hits = slices.DeleteFunc(hits, func(h Hit) bool { return !told[h.Ref] })
		if len(hits) >= q.Most || !more || width >= widest {
			return hits[:min(q.Most, len(hits))], up, nil
		}
	}
}

// Candidates are the things that may be nearest to a question, the nearest first, whoever may see them: for lists with many questions, which ask
// for the rights of all candidates at once. Keep is not asked.
func (f *Finder) Candidates(tx *db.Tx, q Question) ([]Hit, error) {
	hits, _, _, err := f.hits(tx, q, compared)
	return hits[:min(q.Most, len(hits))], err
}

// hits answers from the lists; more tells that others share words, too.
func (f *Finder) hits(tx *db.Tx, q Question, width int) (out []Hit, more, ready bool, err error) {
	if ready, err = f.current(tx); err != nil {
		return nil, false, false, err
	}
	chain, err := org.PlaceChain(tx, q.Place)
	if err != nil {
		return nil, false, false, err
	}
	var spots []string
	for _, p := range chain[:min(1, len(chain))] {
		spots = append(spots, p.Code)
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	x := f.shelves[q.Shelf]
	if x == nil {
		return nil, false, ready, nil
	}
	var codes []uint32
	if at, ok := x.byRef[q.Ref]; ok {
		codes = x.codesOf(at)
		if q.Hour == 0 {
			q.Hour = x.docs[at].Hour
		}
	} else {
		codes = Codes(q.Text)
	}
	found, more := x.beside(codes, width, spots, newest)
	steps := map[string]int{}
	for _, h := range found {
		d := &x.docs[h.place]
		if d.Ref == q.Ref || h.shared <= 0 {
			continue
		}
		hit := Hit{Ref: d.Ref, Words: h.shared, Topic: q.Topic != "" && d.Topic == q.Topic, Steps: -1}
		score := float64(h.shared)
		if q.Hour > 0 && d.Hour > 0 {
			score *= 1 - aged*(1-math.Exp(-math.Abs(float64(q.Hour-d.Hour))/24/agedDays))
		}
		if q.Place != "" && d.Place != "" {
			n, known := steps[d.Place]
			if !known {
				if n, err = distance(tx, chain, d.Place); err != nil {
					return nil, false, false, err
				}
				steps[d.Place] = n
			}
			hit.Steps = n
			score += nearness(n)
		}
		if hit.Topic {
			score += SameTopic
		}
		if hit.Score = float32(min(1, score)); hit.Score >= Least {
			out = append(out, hit)
		}
	}
	hours := make(map[string]int64, len(out))
	for _, h := range out {
		hours[h.Ref] = x.docs[x.byRef[h.Ref]].Hour
	}
	slices.SortFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(hours[b.Ref], hours[a.Ref]), cmp.Compare(a.Ref, b.Ref))
	})
	return out, more, ready, nil
}

// distance counts the steps in the tree of places between a place, given with what is around it, and another; -1 where no place holds both.
func distance(tx *db.Tx, chain []org.Place, other string) (int, error) {
	for i, p := range chain {
		if p.Code == other {
			return i, nil
		}
	}
	up, err := org.PlaceChain(tx, other)
	if err != nil {
		return -1, err
	}
	for j, o := range up {
		for i, p := range chain {
			if p.Code == o.Code {
				return i + j, nil
			}
		}
	}
	return -1, nil
}

// nearness is what a distance adds.
func nearness(steps int) float64 {
	switch {
	case steps < 0:
		return FarPlace
	case steps == 0:
		return SamePlace
	case steps <= 2:
		return BesidePlace
	case steps <= 4:
		return NearPlace
	}
	return FarPlace
}

// Len is how many things of a shelf this process finds.
func (f *Finder) Len(s Shelf) int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if x := f.shelves[s]; x != nil {
		return x.Len()
	}
	return 0
}

// Follow keeps the lists up to date until ctx ends, so that no page has to.
func (f *Finder) Follow(ctx context.Context, d *db.DB, failed func(error)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for {
			more := false
			err := d.Read(ctx, func(tx *db.Tx) (err error) {
				more, err = f.read(tx, batch)
				return err
			})
			if err != nil && ctx.Err() == nil {
				failed(err)
			}
			if err != nil || !more {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// current reads what has changed, if it is little, and reports whether everything is there.
func (f *Finder) current(tx *db.Tx) (bool, error) {
	st, err := stateOf(tx)
	if err != nil || st == nil {
		return st == nil, err // nothing has been said yet
	}
	f.mu.RLock()
	generation, next, seen := f.generation, f.next, f.seen
	f.mu.RUnlock()
	if f.past(st, generation, next, seen) {
		return st.State == ready, nil
	}
	if generation == st.Generation && st.Next-next > backlog || generation != st.Generation && st.Next > backlog {
		return false, nil // Follow reads it
	}
	for {
		more, err := f.read(tx, batch)
		if err != nil || !more {
			return st.State == ready, err
		}
	}
}

// read reads the next rows into the lists and reports whether there are more.
func (f *Finder) read(tx *db.Tx, most int) (more bool, err error) {
	st, err := stateOf(tx)
	if err != nil || st == nil {
		return false, err
	}
	f.mu.RLock()
	generation, next, seen := f.generation, f.next, f.seen
	f.mu.RUnlock()
	if f.past(st, generation, next, seen) {
		return false, nil
	}
	anew := generation != st.Generation || seen < st.Known
	if anew {
		next = 0
	}
	rows, err := rowsFrom(tx, next, most)
	if err != nil {
		return false, err
	}
	end := st.Next
	if len(rows) == most {
		end, more = rows[most-1].N+1, true
	}
	var gone []int64
	if !anew {
		if gone, err = goneBetween(tx, seen, st.Next); err != nil {
			return false, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.generation != generation || f.seen != seen || !anew && f.next != next {
		return true, nil // somebody else was quicker
	}
	if anew {
		f.shelves = map[Shelf]*Index{}
		for _, s := range Shelves() {
			f.shelves[s] = NewIndex()
		}
		f.generation = st.Generation
	}
	for _, n := range gone {
		for _, x := range f.shelves {
			if x.Drop(n) {
				break
			}
		}
	}
	for _, r := range rows {
		f.shelves[r.Shelf].Put(r.N, r.doc(), unpacked(r.Codes))
	}
	f.next, f.seen = end, st.Next
	return more, nil
}

// past reports whether there is nothing to read: all has been read, or the transaction sees less than another has seen before.
func (f *Finder) past(st *stateRow, generation, next, seen int64) bool {
	return generation > st.Generation || generation == st.Generation && (next >= st.Next || seen > st.Next)
}
