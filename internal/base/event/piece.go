package event

import (
	"context"
	"hash/maphash"
	"strconv"
	"strings"

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
		var odd []int64
		var buf []byte
		next := lo
		take := func(c closeRow) error {
			if c.Seq != next {
				return errStop
			}
			next++
			var r row
			if !c.open(&r) {
				odd, p.cells = append(odd, c.Seq), append(p.cells, cell{})
				return nil
			}
			var x cell
			x, buf = v.cell(&r, buf)
			p.cells = append(p.cells, x)
			return nil
		}
		// Numbers are given in the order of writing, but for what commits late on PostgreSQL. In this order no index is needed; what stands elsewhere is
		// looked up by its number.
		err := db.Each(tx, take, closeColumns+`WHERE ins >= (SELECT ins FROM event WHERE seq = $2) ORDER BY ins LIMIT $3`, between, lo, hi-lo)
		if (err == nil || err == errStop) && next < hi {
			err = db.Each(tx, take, closeColumns+`WHERE seq >= $2 AND seq < $3 ORDER BY event.seq`, between, next, hi)
		}
		if err != nil && err != errStop {
			return err
		}
		for _, seq := range odd {
			r, err := db.One[row](tx, `SELECT `+rowColumns+` FROM event WHERE seq = $1`, seq)
			if err != nil {
				return err
			}
			p.cells[seq-lo], _ = v.cell(&r, nil)
		}
		if err := v.checkErased(tx, p.cells); err != nil {
			return err
		}
		if next < hi {
			p.cells = append(p.cells, cell{bad: BadMissing, detail: "the entry is not there"})
		}
		return p.leaves(tx, lo, hi)
	})
	return p
}

// leaves reads what the tree has for the entries [lo, hi).
func (p *piece) leaves(tx *db.Tx, lo, hi int64) error {
	all, err := db.All[[]byte](tx, `SELECT h FROM log_leaf WHERE n >= $1 AND n < $2 ORDER BY n`, lo, hi)
	if err != nil {
		return err
	}
	if int64(len(all)) == hi-lo { // each number once, so they are all of them
		for i := range p.cells {
			p.cells[i].stored = all[i]
		}
		return nil
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
}

// closeRow is a row whose texts come as one, with [between] between them: reading each as a column of its own costs more than everything else that
// is done with it.
type closeRow struct {
	Seq        int64
	Texts      string
	Salt       []byte
	Commitment []byte
}

// between stands between the texts of a closeRow. It is a control character, which no entry of the program has.
const between = "\x1f"

const closeColumns = `SELECT COALESCE(seq, -1) AS seq, concat_ws($1, id, at, kind, subject_kind, subject_id, about_kind, about_id, from_state, to_state,
	actor_class, actor, data) AS texts, salt, commitment FROM event `

// open takes the texts apart. It is false where that is not certain, because one of them has the character itself or is no text: such a row has to
// be read column by column.
func (c *closeRow) open(r *row) bool {
	var at string
	r.Seq, r.Salt, r.Commitment = c.Seq, c.Salt, c.Commitment
	rest := c.Texts
	for _, to := range [...]*string{&r.ID, &at, &r.Kind, &r.SubjectKind, &r.SubjectID, &r.AboutKind, &r.AboutID, &r.FromState, &r.ToState, &r.ActorClass, &r.Actor} {
		i := strings.IndexByte(rest, between[0])
		if i < 0 {
			return false
		}
		*to, rest = rest[:i], rest[i+1:]
	}
	r.Data = rest
	ms, err := strconv.ParseInt(at, 10, 64)
	r.At = clock.Millis(ms)
	return err == nil && strings.IndexByte(rest, between[0]) < 0
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

// cell checks what can be checked of an entry alone: that its commitment is to what it says. The buffer is for the next one.
func (v *verification) cell(r *row, buf []byte) (cell, []byte) {
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
		buf = e.appendRecord(buf[:0])
		if want := commitment(e.Kind, r.Salt, digest(buf)); string(want[:]) != string(r.Commitment) {
			c.bad, c.detail = BadContent, "the record does not match its commitment"
		}
	}
	c.leaf = tlog.RecordHash(r.Commitment)
	return c, buf
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
		s = strings.Clone(s) // not the text of the whole row along with it
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
