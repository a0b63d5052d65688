package event

import (
	"context"
	"hash/maphash"

	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// pieceSize is how many entries Verify reads and hashes at a time.
const pieceSize = 2048

// cell is an entry as Verify needs it, with everything done that needs no other entry.
type cell struct {
	id      string
	leaf    tlog.Hash
	stored  []byte // hashes that the tree has for it
	bad     Finding
	detail  string
	erased  bool
	rest    string // digest of what is left of an erased entry
	at      clock.Millis
	kind    string
	subject string // kind of the subject
	key     uint64 // hash of the subject
	from    string
	to      string
}

type piece struct {
	cells []cell
	err   error
}

// read reads the entries [lo, hi) and their leaves. A missing entry ends the piece.
func (v *verification) read(ctx context.Context, lo, hi int64) (p piece) {
	p.err = v.d.Read(ctx, func(tx *db.Tx) error {
		p.cells = make([]cell, 0, hi-lo)
		next := lo
		err := db.Each(tx, func(r row) error {
			if r.Seq != next {
				return errStop
			}
			next++
			p.cells = append(p.cells, v.cell(&r))
			return nil
		}, `SELECT `+rowColumns+` FROM event WHERE seq >= $1 AND seq < $2 ORDER BY event.seq`, lo, hi)
		if err != nil && err != errStop {
			return err
		}
		if err := v.checkErased(tx, p.cells); err != nil {
			return err
		}
		if next < hi {
			p.cells = append(p.cells, cell{bad: BadMissing, detail: "the entry is not there"})
		}
		type stored struct {
			N int64
			H []byte
		}
		return db.Each(tx, func(s stored) error {
			if i := s.N - lo; i < int64(len(p.cells)) {
				p.cells[i].stored = s.H
			}
			return nil
		}, `SELECT n, h FROM log_leaf WHERE n >= $1 AND n < $2`, lo, hi)
	})
	return p
}

type stop struct{}

func (stop) Error() string { return "stop" }

var errStop error = stop{}

// checkErased checks that emptied entries were erased as recorded. Erasures of which the start did not know are looked up in the
// snapshot that has the emptied rows, because both were written in one transaction.
func (v *verification) checkErased(tx *db.Tx, cells []cell) error {
	gone := v.gone
	for i := range cells {
		c := &cells[i]
		if !c.erased {
			continue
		}
		rest, ok := gone[c.id]
		if !ok {
			var err error
			if gone, err = erasures(tx); err != nil {
				return err
			}
			rest, ok = gone[c.id]
		}
		switch {
		case !ok:
			c.bad, c.detail = BadContent, "its content is gone, and no erasure is recorded"
		case rest != c.rest:
			c.bad, c.detail = BadContent, "what was left by its erasure has been changed"
		}
	}
	return nil
}

// erasures returns for every entry that was erased as recorded the digest of what is left of it.
func erasures(tx *db.Tx) (map[string]string, error) {
	gone := map[string]string{}
	told, err := entries(tx, `WHERE kind = $1 ORDER BY ins`, KindErased)
	for _, e := range told {
		if x, err := erasuresOf(e); err == nil { // if not, the entry itself will be found bad
			for _, g := range x.Entries {
				gone[g.ID] = g.Rest
			}
		}
	}
	return gone, err
}

// cell checks what can be checked of an entry alone: that its commitment is to what it says.
func (v *verification) cell(r *row) cell {
	e := r.entry()
	c := cell{id: e.ID, erased: e.Erased, at: e.At, kind: e.Kind, subject: e.Subject.Kind, from: e.From, to: e.To}
	if e.From != "" || e.To != "" {
		c.key = v.fold.key(e.Subject)
	}
	if e.Erased {
		c.rest = e.skeleton()
		if r.Data != "" || r.Actor != "" {
			c.rest = "more is left than an erasure leaves"
		}
	} else {
		var buf [1024]byte
		if want := commitment(e.Kind, r.Salt, digest(e.appendRecord(buf[:0]))); string(want[:]) != string(r.Commitment) {
			c.bad, c.detail = BadContent, "the record does not match its commitment"
		}
	}
	c.leaf = tlog.RecordHash(r.Commitment)
	return c
}

// fold is the state of every subject after the entries so far. Subjects are kept as 64-bit hashes with a random seed, so that a
// million of them take little memory.
type fold struct {
	seed  maphash.Seed
	names []string
	index map[string]uint16
	at    map[uint64]folded
}

type folded struct {
	seq     int64
	state   uint16
	subject uint16
	seen    bool
}

func newFold() *fold {
	return &fold{seed: maphash.MakeSeed(), index: map[string]uint16{}, at: map[uint64]folded{}}
}

func (f *fold) key(r Ref) uint64 { return maphash.Comparable(f.seed, r) }

func (f *fold) name(s string) uint16 {
	i, ok := f.index[s]
	if !ok {
		i = uint16(len(f.names))
		f.index[s] = i
		f.names = append(f.names, s)
	}
	return i
}

// step moves the subject of an entry to its new state. It returns the state the subject was in, and false if the entry says that it
// was in another one.
func (f *fold) step(c *cell, seq int64) (string, bool) {
	if c.from == "" && c.to == "" {
		return "", true
	}
	now, ok := f.at[c.key]
	state := ""
	if ok {
		state = f.names[now.state]
	}
	if state != c.from {
		return state, false
	}
	to := c.to
	if to == "" {
		to = c.from
	}
	f.at[c.key] = folded{seq: seq, state: f.name(to), subject: f.name(c.subject)}
	return "", true
}

// compare compares the states with those that the database holds now.
func (f *fold) compare(tx *db.Tx) (*Bad, error) {
	type current struct{ ID, State string }
	var first *Bad
	for kind, q := range states {
		err := db.Each(tx, func(c current) error {
			key := f.key(Ref{kind, c.ID})
			s, ok := f.at[key]
			switch {
			case !ok && c.State != "":
				first = cmpBad(first, &Bad{0, "", BadState, kind + " " + c.ID + " is in " + c.State + ", and no entry says so"})
			case ok && f.names[s.state] != c.State:
				first = cmpBad(first, &Bad{s.seq + 1, "", BadState, kind + " " + c.ID + " is in " + c.State + ", its last entry says " + f.names[s.state]})
			}
			if ok {
				s.seen = true
				f.at[key] = s
			}
			return nil
		}, q)
		if err != nil {
			return nil, err
		}
		want, ok := f.index[kind]
		if !ok {
			continue
		}
		for _, s := range f.at {
			if s.subject == want && !s.seen {
				first = cmpBad(first, &Bad{s.seq + 1, "", BadState, "a " + kind + " in " + f.names[s.state] + " is not there any more"})
			}
		}
	}
	return first, nil
}
