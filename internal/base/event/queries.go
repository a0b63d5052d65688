package event

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

func digest(b []byte) [32]byte { return sha256.Sum256(b) }

// row is an event as the table has it.
type row struct {
	Ins         int64
	Seq         int64
	ID          string
	At          clock.Millis
	Kind        string
	SubjectKind string
	SubjectID   string
	AboutKind   string
	AboutID     string
	FromState   string
	ToState     string
	ActorClass  string
	Actor       string
	Data        string
	Salt        []byte
	Commitment  []byte
}

// In order of the numbers is ORDER BY event.seq: seq alone is the expression here, and all that fits would be sorted by it before the first row.
const rowColumns = `ins, COALESCE(seq, -1) AS seq, id, at, kind, subject_kind, subject_id, about_kind, about_id,
	from_state, to_state, actor_class, actor, data, salt, commitment`

func (r *row) entry() Entry {
	return Entry{
		Ins: r.Ins, Seq: r.Seq, ID: r.ID, At: r.At, Kind: r.Kind, Subject: Ref{r.SubjectKind, r.SubjectID},
		About: Ref{r.AboutKind, r.AboutID}, From: r.FromState, To: r.ToState, Class: r.ActorClass, Actor: r.Actor,
		Data: json.RawMessage(r.Data), Erased: len(r.Salt) == 0,
	}
}

func entries(tx *db.Tx, rest string, args ...any) ([]Entry, error) {
	rows, err := db.All[row](tx, `SELECT `+rowColumns+` FROM event `+rest, args...)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(rows))
	for i := range rows {
		out[i] = rows[i].entry()
	}
	return out, nil
}

// Timeline returns what happened to ref, or about it, newest first: at most limit entries written before the one whose Ins is
// before (0: from the newest on).
func Timeline(tx *db.Tx, ref Ref, limit int, before int64) ([]Entry, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	// Two index ranges, cut to size each before they are put together.
	return entries(tx, `WHERE ins IN (SELECT ins FROM (SELECT ins FROM event WHERE subject_kind = $1 AND subject_id = $2 AND ins < $3
			ORDER BY ins DESC LIMIT $4) AS a
		UNION SELECT ins FROM (SELECT ins FROM event WHERE about_kind = $1 AND about_id = $2 AND about_kind <> '' AND ins < $3
			ORDER BY ins DESC LIMIT $4) AS b)
		ORDER BY ins DESC LIMIT $4`, ref.Kind, ref.ID, before, limit)
}

// StateOf returns the state to which the record brings ref, "" where it tells of none.
func StateOf(tx *db.Tx, ref Ref) (string, error) {
	state, err := db.Maybe[string](tx, `SELECT to_state FROM event WHERE subject_kind = $1 AND subject_id = $2 AND to_state <> '' ORDER BY ins DESC LIMIT 1`, ref.Kind, ref.ID)
	if err != nil || state == nil {
		return "", err
	}
	return *state, nil
}

// Told is a condition for [RegisterState]: the record tells of a state of the thing of the kind whose id is that expression. It leaves
// out what was written down before its states were recorded.
func Told(kind, id string) string {
	return "EXISTS (SELECT 1 FROM event e WHERE e.subject_kind = '" + kind + "' AND e.subject_id = " + id + " AND e.to_state <> '')"
}

// Get returns the entry with the given number, counted from 0.
func Get(tx *db.Tx, seq int64) (Entry, error) {
	r, err := db.One[row](tx, `SELECT `+rowColumns+` FROM event WHERE seq = $1`, seq)
	return r.entry(), err
}

// Size returns how many entries the tree has.
func Size(tx *db.Tx) (int64, error) {
	return db.One[int64](tx, `SELECT size FROM log_state WHERE one = 1`)
}

// Pending returns how many entries have been recorded and are not in the tree yet.
func Pending(tx *db.Tx) (int64, error) {
	if tx.Dialect() == db.SQLite {
		return db.One[int64](tx, `SELECT COUNT(*) FROM event WHERE seq >= (SELECT size FROM log_state WHERE one = 1)`)
	}
	return db.One[int64](tx, `SELECT COUNT(*) FROM event WHERE seq IS NULL`)
}

func readEdge(tx *db.Tx, lock string) (edge, error) {
	type state struct {
		Size int64
		Edge []byte
	}
	s, err := db.One[state](tx, `SELECT size, edge FROM log_state WHERE one = 1`+lock)
	if err != nil {
		return edge{}, err
	}
	return newEdge(s.Size, s.Edge)
}

// hashes reads stored hashes for tlog, all that one step of a proof needs by one statement.
func hashes(tx *db.Tx) tlog.HashReader {
	type stored struct {
		N int64
		H []byte
	}
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		if len(indexes) == 0 {
			return nil, nil
		}
		byLeaf := map[int64][]byte{}
		args := make([]any, 0, 32)
		for _, ix := range indexes {
			n, _ := leafOf(ix)
			if _, ok := byLeaf[n]; !ok {
				byLeaf[n] = nil
				args = append(args, n)
			}
		}
		for bits.OnesCount(uint(len(args))) > 1 { // few different statements
			args = append(args, args[0])
		}
		var marks strings.Builder
		for i := range args {
			fmt.Fprintf(&marks, ",$%d", i+1)
		}
		rows, err := db.All[stored](tx, `SELECT n, h FROM log_leaf WHERE n IN (`+marks.String()[1:]+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			byLeaf[r.N] = r.H
		}
		out := make([]tlog.Hash, len(indexes))
		for i, ix := range indexes {
			n, level := leafOf(ix)
			h := byLeaf[n]
			if len(h) < (level+1)*hashSize {
				return nil, fmt.Errorf("%w: level %d of entry %d", errNoHash, level, n)
			}
			copy(out[i][:], h[level*hashSize:])
		}
		return out, nil
	})
}

var errNoHash = errors.New("event: the tree lacks a hash")

// Wanted narrows the record for a reader. Empty fields do not restrict.
type Wanted struct {
	Area string       // what happened begins with it: "voice.", or is it: "login.signed_in"
	From clock.Millis // then or later
	To   clock.Millis // before
}

// Find gives entries that are wanted, the newest first, before a number of the record (0: from the end).
func Find(tx *db.Tx, f Wanted, limit int, before int64) ([]Entry, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	w := db.NewWhere().Add("ins < ?", before)
	if f.Area != "" {
		w.Add("SUBSTR(kind, 1, LENGTH(?)) = ?", f.Area, f.Area)
	}
	if !f.From.Zero() {
		w.Add("at >= ?", f.From)
	}
	if !f.To.Zero() {
		w.Add("at < ?", f.To)
	}
	most := w.Arg(limit)
	cond, args := w.SQL()
	return entries(tx, `WHERE `+cond+` ORDER BY ins DESC LIMIT `+most, args...)
}

// Change is the short of an entry: what has changed, and whether its author may be known.
type Change struct {
	Seq     int64
	Kind    string
	Subject Ref
	About   Ref
	Actor   string // empty where only the class of the author is kept
}

// Last returns the highest number given so far, -1 where there is none.
func Last(tx *db.Tx) (int64, error) {
	return db.One[int64](tx, `SELECT COALESCE(MAX(seq), -1) FROM event`)
}

// Since returns what has changed from the number next on, in order, at most limit entries. Numbers become visible in their order, so
// whoever goes on behind the last one misses nothing.
func Since(tx *db.Tx, next int64, limit int) ([]Change, error) {
	type line struct {
		Seq                                                     int64
		Kind, SubjectKind, SubjectID, AboutKind, AboutID, Actor string
	}
	rows, err := db.All[line](tx, `SELECT seq, kind, subject_kind, subject_id, about_kind, about_id, actor FROM event
		WHERE seq >= $1 ORDER BY seq LIMIT $2`, next, limit)
	out := make([]Change, len(rows))
	for i, r := range rows {
		out[i] = Change{r.Seq, r.Kind, Ref{r.SubjectKind, r.SubjectID}, Ref{r.AboutKind, r.AboutID}, r.Actor}
	}
	return out, err
}
