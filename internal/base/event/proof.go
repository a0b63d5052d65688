package event

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Proof is what the holder of a receipt takes away: that an entry is in the log and that its content is what he is shown.
type Proof struct {
	Entry      Entry
	Commitment [32]byte
	Index      int64 // number in the tree from 0 on; -1 while it has none
	Size       int64 // entries of the tree that the proof is about; 0 while it is only a promise

	// Text is a C2SP tlog-proof@v1 file, at most 1,200 bytes up to a million entries, whose extra data is the commitment. It is empty
	// until a checkpoint covers the entry.
	Text string
	// Promise is a signed note that the commitment will be in the log by the hour it names. It is empty once Text is there.
	Promise string
	// Opening ties the commitment to the content: see CheckOpening. Empty once the entry is erased.
	Opening string
}

// Number is the entry's number as people count, from 1 on; 0 while it has none.
func (p Proof) Number() int64 { return p.Index + 1 }

const (
	proofHead   = "c2sp.org/tlog-proof@v1"
	openingHead = "sanwen-opening/1"
	promiseBy   = 2 * time.Hour // the promise names an hour at least one hour ahead
)

// ProofFor returns the proof of the first entry about ref, which for a voice is its registration. It works in a read. It returns
// an error for which db.IsNone holds if nothing was ever recorded about ref.
func (l *Log) ProofFor(tx *db.Tx, ref Ref) (Proof, error) {
	r, err := db.One[row](tx, `SELECT `+rowColumns+` FROM event WHERE subject_kind = $1 AND subject_id = $2 ORDER BY ins LIMIT 1`, ref.Kind, ref.ID)
	if err != nil {
		return Proof{}, err
	}
	return l.prove(tx, &r)
}

// Standing is what a fresh receipt says of its entry: the number as people count, 0 while it has none, and a signed promise until
// a checkpoint covers it.
type Standing struct {
	Number  int64
	Promise string
}

// StandingOf returns the standing of the first entry about ref. It is [Log.ProofFor] without what takes long.
func (l *Log) StandingOf(tx *db.Tx, ref Ref) (Standing, error) {
	r, err := db.One[struct {
		Seq        int64
		At         clock.Millis
		Commitment []byte
		Size, Head int64
	}](tx, `SELECT COALESCE(seq, -1) AS seq, at, commitment, (SELECT size FROM log_state WHERE one = 1) AS size,
		COALESCE((SELECT MAX(size) FROM checkpoint), 0) AS head FROM event WHERE subject_kind = $1 AND subject_id = $2 ORDER BY ins LIMIT 1`, ref.Kind, ref.ID)
	if err != nil {
		return Standing{}, err
	}
	var s Standing
	if r.Seq < r.Size {
		s.Number = r.Seq + 1
	}
	if r.Seq < 0 || r.Seq >= r.Head {
		s.Promise, err = l.promise([32]byte(r.Commitment), r.At.Time())
	}
	l.proofs.Add(1)
	return s, err
}

// Standing is StandingOf for an entry that has just been committed, without reading it again: it has a number, and no checkpoint
// of which anybody knows covers it.
func (l *Log) Standing(n Noted) (Standing, error) {
	promise, err := l.promise(n.commitment, n.at.Time())
	l.proofs.Add(1)
	return Standing{Number: n.seq + 1, Promise: promise}, err
}

// ProofOf returns the proof of the entry with the given number, counted from 0.
func (l *Log) ProofOf(tx *db.Tx, seq int64) (Proof, error) {
	r, err := db.One[row](tx, `SELECT `+rowColumns+` FROM event WHERE seq = $1`, seq)
	if err != nil {
		return Proof{}, err
	}
	return l.prove(tx, &r)
}

func (l *Log) prove(tx *db.Tx, r *row) (Proof, error) {
	p := Proof{Entry: r.entry(), Index: r.Seq}
	copy(p.Commitment[:], r.Commitment)
	if !p.Entry.Erased {
		p.Opening = openingHead + "\n" + base64.StdEncoding.EncodeToString(r.Salt) + "\n" + string(p.Entry.record()) + "\n"
	}
	l.proofs.Add(1)
	head, err := Latest(tx)
	if err != nil {
		return p, err
	}
	if head == nil || p.Index < 0 || p.Index >= head.Size {
		if size, err := Size(tx); err != nil {
			return p, err
		} else if p.Index >= size {
			p.Index = -1
		}
		p.Promise, err = l.promise(p.Commitment, r.At.Time())
		return p, err
	}
	path, err := tlog.ProveRecord(head.Size, p.Index, hashes(tx))
	if err != nil {
		return p, fmt.Errorf("event: prove entry %d of %d: %w", p.Index, head.Size, err)
	}
	p.Size = head.Size
	var b strings.Builder
	b.WriteString(proofHead + "\nextra " + base64.StdEncoding.EncodeToString(p.Commitment[:]) + "\nindex " + strconv.FormatInt(p.Index, 10) + "\n")
	writeHashes(&b, path)
	b.WriteString("\n" + head.Note)
	p.Text = b.String()
	return p, nil
}

func writeHashes(b *strings.Builder, hs []tlog.Hash) {
	for _, h := range hs {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
}

// promise signs that the commitment will be in the log. Its first line differs from a checkpoint's, so neither passes for the other.
func (l *Log) promise(c [32]byte, at time.Time) (string, error) {
	key := l.key.Load()
	by := at.UTC().Truncate(time.Hour).Add(promiseBy)
	signed, err := note.Sign(&note.Note{Text: key.verify.Name() + "/promise\n" + base64.StdEncoding.EncodeToString(c[:]) + "\n" +
		by.Format(time.RFC3339) + "\n"}, key.signer)
	return string(signed), err
}

// Consistency returns the proof that the tree at the newest checkpoint continues the one with old entries: "old N", the hashes,
// an empty line and the checkpoint, as C2SP tlog-witness has it.
func (l *Log) Consistency(tx *db.Tx, old int64) (string, error) {
	head, err := Latest(tx)
	if err != nil {
		return "", err
	}
	if head == nil {
		return "", ErrEmpty
	}
	if old < 0 || old > head.Size {
		return "", fmt.Errorf("event: no tree of %d entries in one of %d", old, head.Size)
	}
	var path tlog.TreeProof
	if old > 0 {
		if path, err = tlog.ProveTree(head.Size, old, hashes(tx)); err != nil {
			return "", fmt.Errorf("event: prove %d in %d: %w", old, head.Size, err)
		}
	}
	l.proofs.Add(1)
	var b strings.Builder
	b.WriteString("old " + strconv.FormatInt(old, 10) + "\n")
	writeHashes(&b, path)
	b.WriteString("\n" + head.Note)
	return b.String(), nil
}

// Sound checks at a glance that the newest checkpoint continues the one before it and says what was signed; [Verify] looks at
// everything. Nil where there is nothing to compare yet.
func Sound(tx *db.Tx) error {
	heads, err := Checkpoints(tx, 2, 0)
	if err != nil || len(heads) == 0 {
		return err
	}
	head := heads[0]
	if _, said, _ := strings.Cut(head.Note, "\n"); !strings.HasPrefix(said, strconv.FormatInt(head.Size, 10)+"\n"+head.Root.String()+"\n") {
		return ErrInconsistent
	}
	if len(heads) < 2 || heads[1].Size == 0 {
		return nil
	}
	path, err := tlog.ProveTree(head.Size, heads[1].Size, hashes(tx))
	if err == nil {
		err = tlog.CheckTree(path, head.Size, head.Root, heads[1].Size, heads[1].Root)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInconsistent, err)
	}
	return nil
}

// Checked is what a proof says once it has been found right.
type Checked struct {
	Origin     string
	Index      int64 // of the entry, from 0 on
	Size       int64 // of the tree
	Commitment [32]byte
}

// CheckProof checks a tlog-proof file with the verifier keys of the log. It needs nothing else: no database and no network.
func CheckProof(text string, vkeys ...string) (Checked, error) {
	var c Checked
	top, signed, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(top, "\n")
	if !ok || lines[0] != proofHead {
		return c, errors.New("event: not a tlog-proof")
	}
	lines = lines[1:]
	extra, lines, err := takeLine(lines, "extra ")
	if err != nil {
		return c, err
	}
	raw, err := base64.StdEncoding.DecodeString(extra)
	if err != nil || len(raw) != len(c.Commitment) {
		return c, errors.New("event: the proof names no commitment")
	}
	copy(c.Commitment[:], raw)
	index, lines, err := takeLine(lines, "index ")
	if err != nil {
		return c, err
	}
	if c.Index, err = strconv.ParseInt(index, 10, 64); err != nil || strconv.FormatInt(c.Index, 10) != index {
		return c, fmt.Errorf("event: %q is not an index", index)
	}
	path, err := parseHashes(lines)
	if err != nil {
		return c, err
	}
	head, err := CheckCheckpoint(signed, vkeys...)
	if err != nil {
		return c, err
	}
	c.Size = head.Size
	c.Origin, _, _ = strings.Cut(signed, "\n")
	if c.Index < 0 || c.Index >= c.Size {
		return c, fmt.Errorf("event: no entry %d in a tree of %d", c.Index, c.Size)
	}
	if err := tlog.CheckRecord(path, head.Size, head.Root, c.Index, tlog.RecordHash(raw)); err != nil {
		return c, fmt.Errorf("event: the entry is not in the tree: %w", err)
	}
	return c, nil
}

// CheckConsistency checks the answer of [Log.Consistency] against the older checkpoint and returns the newer one.
func CheckConsistency(text string, older Checkpoint, vkeys ...string) (Checkpoint, error) {
	top, signed, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(top, "\n")
	if !ok || lines[0] != "old "+strconv.FormatInt(older.Size, 10) {
		return Checkpoint{}, fmt.Errorf("event: not a consistency proof from %d entries", older.Size)
	}
	path, err := parseHashes(lines[1:])
	if err != nil {
		return Checkpoint{}, err
	}
	head, err := CheckCheckpoint(signed, vkeys...)
	if err != nil {
		return head, err
	}
	if older.Size == 0 {
		return head, nil
	}
	if head.Size < older.Size {
		return head, fmt.Errorf("event: the tree of %d entries is older than the one of %d", head.Size, older.Size)
	}
	if err := tlog.CheckTree(path, head.Size, head.Root, older.Size, older.Root); err != nil {
		return head, fmt.Errorf("event: the trees contradict each other: %w", err)
	}
	return head, nil
}

// CheckOpening checks that an opening is that of the commitment and returns the record it opens, canonical JSON.
func CheckOpening(opening string, c [32]byte) (json.RawMessage, error) {
	lines := strings.SplitN(opening, "\n", 3)
	if len(lines) != 3 || lines[0] != openingHead {
		return nil, errors.New("event: not an opening")
	}
	salt, err := base64.StdEncoding.DecodeString(lines[1])
	if err != nil || len(salt) != saltSize {
		return nil, errors.New("event: the opening has no salt")
	}
	record := strings.TrimSuffix(lines[2], "\n")
	var says struct{ Kind string }
	if err := json.Unmarshal([]byte(record), &says); err != nil {
		return nil, fmt.Errorf("event: the opening has no record: %w", err)
	}
	if commitment(says.Kind, salt, digest([]byte(record))) != c {
		return nil, errors.New("event: the record is not the one that was logged")
	}
	return json.RawMessage(record), nil
}

// CheckPromise checks a promise and returns the commitment and the hour by which it has to be in the log.
func CheckPromise(promise string, vkeys ...string) (c [32]byte, by time.Time, err error) {
	text, _, err := openNote(promise, vkeys)
	if err != nil {
		return c, by, err
	}
	lines := strings.Split(text, "\n")
	origin, ok := strings.CutSuffix(lines[0], "/promise")
	if len(lines) != 4 || !ok || !slicesHaveName(vkeys, origin) {
		return c, by, errors.New("event: not a promise of this log")
	}
	raw, err := base64.StdEncoding.DecodeString(lines[1])
	if err != nil || len(raw) != len(c) {
		return c, by, errors.New("event: the promise names no commitment")
	}
	copy(c[:], raw)
	by, err = time.Parse(time.RFC3339, lines[2])
	return c, by, err
}

func takeLine(lines []string, prefix string) (string, []string, error) {
	if len(lines) > 0 {
		if v, ok := strings.CutPrefix(lines[0], prefix); ok {
			return v, lines[1:], nil
		}
	}
	return "", nil, fmt.Errorf("event: the proof lacks a line %q", prefix)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hs []tlog.Hash
	for _, s := range lines {
		h, err := tlog.ParseHash(s)
		if err != nil {
			return nil, fmt.Errorf("event: %q is not a hash", s)
		}
		hs = append(hs, h)
	}
	return hs, nil
}
