package event

import (
	"context"
	"testing"

	"sanwen/internal/ground/db"
)

// image is everything the log has in the database.
type image struct {
	events []row
	leaves []struct {
		N int64
		H []byte
	}
	heads []checkpointRow
	state struct {
		Size int64
		Edge []byte
	}
}

func takeImage(t testing.TB, d *db.DB) (m image) {
	t.Helper()
	read(t, d, func(tx *db.Tx) (err error) {
		if m.events, err = db.All[row](tx, `SELECT `+rowColumns+` FROM event ORDER BY ins`); err != nil {
			return err
		}
		if m.leaves, err = db.All[struct {
			N int64
			H []byte
		}](tx, `SELECT n, h FROM log_leaf ORDER BY n`); err != nil {
			return err
		}
		if m.heads, err = db.All[checkpointRow](tx, `SELECT size, root, at, note FROM checkpoint ORDER BY size`); err != nil {
			return err
		}
		m.state, err = db.One[struct {
			Size int64
			Edge []byte
		}](tx, `SELECT size, edge FROM log_state`)
		return err
	})
	return m
}

func exec(t testing.TB, tx *db.Tx, q string, args ...any) {
	t.Helper()
	if _, err := tx.Exec(q, args...); err != nil {
		t.Fatal(err)
	}
}

// restore puts an image in the place of what is there, as restoring a backup does.
func (m image) restore(t testing.TB, d *db.DB) {
	t.Helper()
	tamper(t, d, func(tx *db.Tx) {
		for _, q := range []string{`DELETE FROM event`, `DELETE FROM log_leaf`, `DELETE FROM checkpoint`} {
			exec(t, tx, q)
		}
		for _, e := range m.events {
			insertRaw(t, tx, e)
		}
		for _, l := range m.leaves {
			exec(t, tx, `INSERT INTO log_leaf (n, h) VALUES ($1, $2)`, l.N, l.H)
		}
		for _, h := range m.heads {
			exec(t, tx, `INSERT INTO checkpoint (size, root, at, note) VALUES ($1, $2, $3, $4)`, h.Size, h.Root, h.At, h.Note)
		}
		exec(t, tx, `UPDATE log_state SET size = $1, edge = $2`, m.state.Size, m.state.Edge)
	})
}

// insertRaw inserts an event as somebody with access to the database would.
func insertRaw(t testing.TB, tx *db.Tx, e row) {
	t.Helper()
	var seq, salt any
	if e.Seq >= 0 {
		seq = e.Seq
	}
	if len(e.Salt) > 0 {
		salt = e.Salt
	}
	exec(t, tx, `INSERT INTO event (ins, id, seq, at, kind, subject_kind, subject_id, about_kind, about_id, from_state, to_state, actor_class, actor, data, salt, commitment)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, e.Ins, e.ID, seq, e.At, e.Kind, e.SubjectKind, e.SubjectID,
		e.AboutKind, e.AboutID, e.FromState, e.ToState, e.ActorClass, e.Actor, e.Data, salt, e.Commitment)
}

func tamper(t testing.TB, d *db.DB, fn func(tx *db.Tx)) {
	t.Helper()
	if err := d.Upkeep(context.Background(), func(tx *db.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// commit gives a changed row a commitment that fits.
func (r *row) commit() {
	e := r.entry()
	c := commitment(e.Kind, r.Salt, digest(e.record()))
	r.Commitment = c[:]
}

// reforge computes the whole tree anew from what the table says now, as a thorough forger would.
func reforge(t testing.TB, tx *db.Tx) {
	t.Helper()
	cs, err := db.All[[]byte](tx, `SELECT commitment FROM event ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, tx, `DELETE FROM log_leaf`)
	var st edge
	for i, c := range cs {
		exec(t, tx, `INSERT INTO log_leaf (n, h) VALUES ($1, $2)`, i, pack(st.add(c)))
	}
	exec(t, tx, `UPDATE log_state SET size = $1, edge = $2`, st.size, pack(st.peaks))
}

// shift moves the numbers from lo on by one, without ever giving two rows one number.
func shift(t testing.TB, tx *db.Tx, lo int64, by int) {
	t.Helper()
	exec(t, tx, `UPDATE event SET seq = seq + 1000000 WHERE seq >= $1`, lo)
	exec(t, tx, `UPDATE event SET seq = seq - $1 WHERE seq >= 1000000`, 1000000-by)
}

func set(t testing.TB, tx *db.Tx, column, value string, seq int64) {
	t.Helper()
	exec(t, tx, `UPDATE event SET `+column+` = $1 WHERE seq = $2`, value, seq)
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}
