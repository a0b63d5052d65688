package event

import (
	"fmt"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

const insertEvent = `INSERT INTO event (id, seq, at, kind, subject_kind, subject_id, about_kind, about_id,
	from_state, to_state, actor_class, actor, data, salt, commitment)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// insert writes an entry. On SQLite it gives it its number: writers come one after the other there, and what a savepoint undoes is gone
// before the next one writes. On PostgreSQL the sequencer gives numbers, and Seq is -1.
func insert(tx *db.Tx, e *Entry, salt []byte, c [32]byte) error {
	var seq any
	e.Seq = -1
	if tx.Dialect() == db.SQLite {
		var err error
		if e.Seq, err = nextNumber(tx); err != nil {
			return err
		}
		seq = e.Seq
	}
	_, err := tx.Exec(insertEvent, e.ID, seq, e.At, e.Kind, e.Subject.Kind, e.Subject.ID, e.About.Kind, e.About.ID,
		e.From, e.To, e.Class, e.Actor, string(e.Data), salt, c[:])
	return err
}

type numberKey struct{}

// nextNumber is the number of the next entry, which is read once for all that are committed together. It never goes below the size of the tree, so a
// row deleted at the end leaves a gap that is found.
func nextNumber(tx *db.Tx) (int64, error) {
	n, ok := tx.Carried(numberKey{}).(int64)
	if !ok {
		var err error
		if n, err = db.One[int64](tx, `SELECT CASE WHEN l.size > e.next THEN l.size ELSE e.next END FROM log_state l,
			(SELECT COALESCE(MAX(seq) + 1, 0) AS next FROM event) e WHERE l.one = 1`); err != nil {
			return 0, err
		}
	}
	tx.Carry(numberKey{}, n+1)
	return n, nil
}

// destroy takes salt and record from an entry; the commitment and what the timeline of states needs stay.
func destroy(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE event SET data = '', actor = '', salt = NULL WHERE id = $1`, id)
	return err
}

// batch is how many entries are appended to the tree by one statement at most, and maxAppend by one transaction. Batches are
// powers of two, so that they are few different statements.
const (
	batch     = 128
	maxAppend = 5000
)

type leaf struct {
	Ins        int64
	Seq        int64
	Commitment []byte
}

// number appends to the tree what has been recorded since, at most maxAppend entries. It is called within the transaction that
// recorded them (SQLite, where only a left-over of a time without the log can be more) or by the sequencer (PostgreSQL), where
// the lock on log_state makes numbering a matter of one at a time, whoever else believes to be the sequencer.
func number(tx *db.Tx) (int64, error) {
	st, err := readEdge(tx, tx.ForUpdate())
	if err != nil {
		return 0, err
	}
	var found []leaf
	if tx.Dialect() == db.SQLite {
		found, err = db.All[leaf](tx, `SELECT ins, seq, commitment FROM event WHERE seq >= $1 ORDER BY seq LIMIT $2`, st.size, maxAppend)
	} else {
		found, err = db.All[leaf](tx, `SELECT ins, CAST(-1 AS BIGINT) AS seq, commitment FROM event WHERE seq IS NULL ORDER BY ins LIMIT $1`, maxAppend)
	}
	if err != nil || len(found) == 0 {
		return 0, err
	}
	for rest := found; len(rest) > 0; {
		k := min(batch, 1<<(bits.Len(uint(len(rest)))-1))
		if err := appendLeaves(tx, &st, rest[:k]); err != nil {
			return 0, err
		}
		rest = rest[k:]
	}
	_, err = tx.Exec(`UPDATE log_state SET size = $1, edge = $2 WHERE one = 1`, st.size, pack(st.peaks))
	return int64(len(found)), err
}

// appendLeaves gives the entries the next numbers, where they have not got them yet, and stores the hashes they complete.
func appendLeaves(tx *db.Tx, st *edge, part []leaf) error {
	var rows, moved strings.Builder
	args := make([]any, 0, 2*len(part))
	var renumber []any
	for i, l := range part {
		n := st.size
		fmt.Fprintf(&rows, ",($%d,$%d)", 2*i+1, 2*i+2)
		args = append(args, n, pack(st.add(l.Commitment)))
		if l.Seq != n {
			renumber = append(renumber, l.Ins, n)
			fmt.Fprintf(&moved, ",(CAST($%d AS BIGINT), CAST($%d AS BIGINT))", len(renumber)-1, len(renumber))
		}
	}
	if _, err := tx.Exec(`INSERT INTO log_leaf (n, h) VALUES `+rows.String()[1:], args...); err != nil {
		return err
	}
	if len(renumber) == 0 {
		return nil
	}
	_, err := tx.Exec(`WITH v (i, n) AS (VALUES `+moved.String()[1:]+`) UPDATE event SET seq = v.n FROM v WHERE event.ins = v.i`, renumber...)
	return err
}

func insertCheckpoint(tx *db.Tx, size int64, root tlog.Hash, at clock.Millis, note string) error {
	_, err := tx.Exec(`INSERT INTO checkpoint (size, root, at, note) VALUES ($1, $2, $3, $4) ON CONFLICT (size) DO UPDATE SET note = excluded.note`,
		size, root[:], at, note)
	return err
}

// thin keeps one checkpoint per hour of the time before. A checkpoint that was handed out and is not kept stays provable: its
// consistency with later ones follows from the tree.
func thin(tx *db.Tx, before clock.Millis) error {
	_, err := tx.Exec(`DELETE FROM checkpoint WHERE at < $1 AND size NOT IN (SELECT MAX(size) FROM checkpoint GROUP BY at)
		AND size NOT IN (SELECT from_size FROM log_key)`, before)
	return err
}

func insertKey(tx *db.Tx, vkey string, from int64, note string) error {
	_, err := tx.Exec(`INSERT INTO log_key (vkey, from_size, note) VALUES ($1, $2, $3)`, vkey, from, note)
	return err
}

func insertCursor(tx *db.Tx, name string, next int64) error {
	_, err := tx.Exec(`INSERT INTO event_cursor (name, next) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, next)
	return err
}

func advanceCursor(tx *db.Tx, name string, next int64) error {
	_, err := tx.Exec(`UPDATE event_cursor SET next = $1 WHERE name = $2 AND next < $3`, next, name, next)
	return err
}

func moveCursor(tx *db.Tx, name string, next int64) error {
	_, err := tx.Exec(`UPDATE event_cursor SET next = $1 WHERE name = $2`, next, name)
	return err
}
