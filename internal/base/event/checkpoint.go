package event

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Checkpoint is a signed tree head.
type Checkpoint struct {
	Size int64        // entries it covers
	Root tlog.Hash    // of the tree of that size
	At   clock.Millis // the hour in which it was made
	Note string       // the signed note, C2SP tlog-checkpoint
}

var (
	// ErrEmpty: there is nothing to sign yet.
	ErrEmpty = errors.New("event: the log is empty")
	// ErrInconsistent: the stored tree does not continue the last checkpoint. Nothing is signed any more; Verify tells more.
	ErrInconsistent = errors.New("event: the stored tree does not continue the last checkpoint")
)

type checkpointRow struct {
	Size int64
	Root []byte
	At   clock.Millis
	Note string
}

func (r checkpointRow) checkpoint() Checkpoint {
	c := Checkpoint{Size: r.Size, At: r.At, Note: r.Note}
	copy(c.Root[:], r.Root)
	return c
}

// Latest returns the newest checkpoint, or nil if there is none.
func Latest(tx *db.Tx) (*Checkpoint, error) {
	r, err := db.Maybe[checkpointRow](tx, `SELECT size, root, at, note FROM checkpoint ORDER BY size DESC LIMIT 1`)
	if err != nil || r == nil {
		return nil, err
	}
	c := r.checkpoint()
	return &c, nil
}

// LatestBefore returns the newest checkpoint made before a time, the newest of all where there is none, or nil.
func LatestBefore(tx *db.Tx, at clock.Millis) (*Checkpoint, error) {
	r, err := db.Maybe[checkpointRow](tx, `SELECT size, root, at, note FROM checkpoint WHERE at < $1 ORDER BY size DESC LIMIT 1`, at)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return Latest(tx)
	}
	c := r.checkpoint()
	return &c, nil
}

// Checkpoints returns the newest checkpoints with at most the given size (0: any), newest first.
func Checkpoints(tx *db.Tx, limit int, upTo int64) ([]Checkpoint, error) {
	if upTo <= 0 {
		upTo = 1<<63 - 1
	}
	rows, err := db.All[checkpointRow](tx, `SELECT size, root, at, note FROM checkpoint WHERE size <= $1 ORDER BY size DESC LIMIT $2`, upTo, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Checkpoint, len(rows))
	for i, r := range rows {
		out[i] = r.checkpoint()
	}
	return out, nil
}

// Checkpoint signs the tree as it is now, unless that is done already, and returns the newest checkpoint. It returns ErrEmpty if
// there is no entry. Before signing it compares the stored tree with the checkpoint before: a log must never sign two heads that
// contradict each other.
func (l *Log) Checkpoint(ctx context.Context) (Checkpoint, error) {
	var made Checkpoint
	var isNew bool
	var n int64
	err := l.d.Upkeep(ctx, func(tx *db.Tx) (err error) {
		if tx.Dialect() == db.Postgres {
			if n, err = number(tx); err != nil {
				return err
			}
		}
		made, isNew, err = l.sign(tx)
		return err
	})
	if err != nil {
		return Checkpoint{}, err
	}
	l.counted(n)
	l.mu.Lock()
	l.lastMade = l.d.Clock().Now()
	l.mu.Unlock()
	if isNew {
		l.signed.Add(1)
		if l.o.OnCheckpoint != nil {
			l.o.OnCheckpoint(made)
		}
	}
	return made, nil
}

func (l *Log) sign(tx *db.Tx) (c Checkpoint, isNew bool, err error) {
	key := l.key.Load()
	st, last, err := headForSigning(tx, key)
	if err != nil {
		return c, false, err
	}
	if st.size == 0 {
		return c, false, ErrEmpty
	}
	if last != nil && last.Size == st.size {
		return *last, false, nil
	}
	c = Checkpoint{Size: st.size, Root: st.root(), At: hour(tx.Now)}
	text := headText(key.verify.Name(), c.Size, c.Root)
	signed, err := note.Sign(&note.Note{Text: text}, key.signer)
	if err != nil {
		return c, false, fmt.Errorf("event: sign checkpoint: %w", err)
	}
	c.Note = string(signed)
	if err := insertCheckpoint(tx, c.Size, c.Root, c.At, c.Note); err != nil {
		return c, false, err
	}
	if last == nil || last.At == c.At {
		return c, true, nil
	}
	return c, true, thin(tx, hour(tx.Now.Add(-24*time.Hour)))
}

// headForSigning locks the log, checks that key is still its key, and compares the stored tree with the last checkpoint.
func headForSigning(tx *db.Tx, key *signKey) (edge, *Checkpoint, error) {
	st, err := readEdge(tx, tx.ForUpdate())
	if err != nil {
		return edge{}, nil, err
	}
	have, err := currentKey(tx)
	if err != nil {
		return edge{}, nil, err
	}
	if have != key.vkey {
		return edge{}, nil, fmt.Errorf("%w: it was rotated to %s", ErrOtherKey, have)
	}
	last, err := Latest(tx)
	if err != nil || last == nil {
		return st, nil, err
	}
	if last.Size > st.size {
		return edge{}, nil, fmt.Errorf("%w: %d entries, %d are signed", ErrInconsistent, st.size, last.Size)
	}
	for _, want := range []struct {
		size int64
		root tlog.Hash
	}{{last.Size, last.Root}, {st.size, st.root()}} {
		got, err := tlog.TreeHash(want.size, hashes(tx))
		if errors.Is(err, errNoHash) || err == nil && got != want.root {
			return edge{}, nil, fmt.Errorf("%w: at %d entries", ErrInconsistent, want.size)
		}
		if err != nil {
			return edge{}, nil, err
		}
	}
	return st, last, nil
}

// Rotate makes next the key of the log from now on. The present head is signed with both keys, which ties the new one to the old,
// and the change is recorded. The caller has asked for permission; the log uses the new key once the transaction is committed.
func (l *Log) Rotate(tx *db.Tx, who access.Person, next Keys) error {
	key, err := newSignKey(next)
	if err != nil {
		return err
	}
	old := l.key.Load()
	if key.verify.Name() != old.verify.Name() {
		return fmt.Errorf("event: the new key is called %s, the log %s", key.verify.Name(), old.verify.Name())
	}
	st, _, err := headForSigning(tx, old)
	if err != nil {
		return err
	}
	if st.size == 0 {
		return ErrEmpty
	}
	c := Checkpoint{Size: st.size, Root: st.root(), At: hour(tx.Now)}
	signed, err := note.Sign(&note.Note{Text: headText(old.verify.Name(), c.Size, c.Root)}, old.signer, key.signer)
	if err != nil {
		return fmt.Errorf("event: cross-sign checkpoint: %w", err)
	}
	if err := insertCheckpoint(tx, c.Size, c.Root, c.At, string(signed)); err != nil {
		return err
	}
	if err := insertKey(tx, key.vkey, c.Size, string(signed)); err != nil {
		return err
	}
	err = Record(tx, who, Fact{Kind: KindKeyRotated, Subject: Ref{"log", old.verify.Name()},
		Data: map[string]string{"old": old.vkey, "new": key.vkey}})
	if err == nil {
		tx.OnCommit(func() { l.key.Store(key) })
	}
	return err
}

// hour is t truncated to the hour.
func hour(t time.Time) clock.Millis { return clock.MillisOf(t.UTC().Truncate(time.Hour)) }

// headText is the text of a checkpoint: origin, size and root, one per line.
func headText(origin string, size int64, root tlog.Hash) string {
	return origin + "\n" + strconv.FormatInt(size, 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
}

// CheckCheckpoint checks a signed tree head against the verifier keys of a log (any of them) and returns what it says. At is not
// part of it.
func CheckCheckpoint(signed string, vkeys ...string) (Checkpoint, error) {
	text, _, err := openNote(signed, vkeys)
	if err != nil {
		return Checkpoint{}, err
	}
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, errors.New("event: a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("event: %q is not a tree size", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("event: %q is not a root", lines[2])
	}
	if !slicesHaveName(vkeys, lines[0]) {
		return Checkpoint{}, fmt.Errorf("event: the checkpoint is of another log: %q", lines[0])
	}
	return Checkpoint{Size: size, Root: root, Note: signed}, nil
}

// openNote opens a signed note and returns its text and the keys that signed it.
func openNote(signed string, vkeys []string) (string, []note.Signature, error) {
	var known []note.Verifier
	for _, k := range vkeys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return "", nil, fmt.Errorf("event: verifier key: %w", err)
		}
		known = append(known, v)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil {
		return "", nil, fmt.Errorf("event: signature: %w", err)
	}
	return n.Text, n.Sigs, nil
}

func slicesHaveName(vkeys []string, name string) bool {
	for _, k := range vkeys {
		if n, _, ok := strings.Cut(k, "+"); ok && n == name {
			return true
		}
	}
	return false
}
