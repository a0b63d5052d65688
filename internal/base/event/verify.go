package event

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// VerifyOptions for [Verify].
type VerifyOptions struct {
	Progress func(done, total int64) // called now and then; may be nil
	Outside  []string                // signed checkpoints kept outside the database: printed, mailed, in the manifest of a backup
	Keys     []string                // verifier keys that are trusted, the newest of the log among them; none: those in the database
	Workers  int                     // 0: one per processor
}

// Finding is what is wrong with a log.
type Finding string

// The findings.
const (
	BadMissing    Finding = "missing"    // the entry is not there
	BadContent    Finding = "content"    // the entry is not the one that was committed to
	BadLeaf       Finding = "leaf"       // the entry's commitment is not the one in the tree
	BadTree       Finding = "tree"       // the tree's inner hashes or its size are wrong
	BadCheckpoint Finding = "checkpoint" // the tree is not the one that was signed; the entry is the first that may be wrong
	BadSignature  Finding = "signature"  // a stored checkpoint is not signed with the log's key
	BadKey        Finding = "key"        // the log is signed with a key that is not trusted or not tied to the one before
	BadOlder      Finding = "older"      // the database is older than a checkpoint kept outside: from this entry on something is lost
	BadTime       Finding = "time"       // the entry claims a time before a checkpoint that does not have it
	BadFold       Finding = "fold"       // the state before is not the state after the change before
	BadState      Finding = "state"      // what the database holds now is not the state after the last change
)

// Bad is the first bad entry.
type Bad struct {
	Number int64  // as people count, from 1 on; 0 where no entry can be named
	ID     string // of the entry; empty if it is not there
	What   Finding
	Detail string // for the log; no data of a record
}

// Key is the sentence to the finding in the language catalogues; its argument is the number.
func (b *Bad) Key() string { return "event.bad." + string(b.What) }

func (b *Bad) String() string {
	return fmt.Sprintf("entry %d %s: %s: %s", b.Number, b.ID, b.What, b.Detail)
}

// Report is the result of [Verify].
type Report struct {
	Entries     int64 // in the tree
	Pending     int64 // recorded, not in the tree yet
	Erased      int64
	Checkpoints int64
	Root        tlog.Hash
	Bad         *Bad // nil: all is well
}

var states = map[string]string{}

// RegisterState tells Verify how to read the present states of all subjects of a kind: q selects the columns id and state. Verify
// then finds states that were changed without an entry, and subjects that were deleted. Call it from an init function.
func RegisterState(subjectKind, q string) {
	if _, ok := states[subjectKind]; ok {
		panic("event: states of " + subjectKind + " are registered twice")
	}
	states[subjectKind] = q
}

// Verify recomputes every commitment and the whole tree, and compares them with what is stored, with all checkpoints, with those
// kept outside, and with the present states. It names the first bad entry. It only reads, beside normal work if need be; an error
// says that it could not finish.
func Verify(ctx context.Context, d *db.DB, o VerifyOptions) (*Report, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	v := &verification{d: d, o: o, fold: newFold()}
	if err := d.Read(ctx, v.start); err != nil {
		return nil, err
	}
	if v.report.Bad == nil {
		if err := v.entries(ctx); err != nil {
			return nil, err
		}
	}
	if v.report.Bad == nil {
		if err := d.Read(ctx, v.finish); err != nil {
			return nil, err
		}
	}
	if v.report.Bad == nil && v.last != nil {
		v.report.Bad = v.last
	}
	return &v.report, nil
}

// head is a tree head to compare with.
type head struct {
	size    int64
	root    tlog.Hash
	at      clock.Millis // zero where not known
	outside bool
}

type verification struct {
	d      *db.DB
	o      VerifyOptions
	report Report

	size   int64 // of the tree at the start
	stored edge
	gone   map[string]string // erased entries: digest of what is left
	heads  []head            // by size

	edge   edge
	hashes []tlog.Hash // that the last entry completed
	good   int64       // size of the last head that was right
	floor  clock.Millis
	fold   *fold
	last   *Bad // to be reported if nothing comes first: the log is shorter than it was signed
}

func (v *verification) bad(number int64, id string, what Finding, format string, args ...any) {
	if v.report.Bad == nil {
		v.report.Bad = &Bad{number, id, what, fmt.Sprintf(format, args...)}
	}
}

// start reads everything but the entries: size, keys, heads and erasures.
func (v *verification) start(tx *db.Tx) error {
	type state struct {
		Size int64
		Edge []byte
	}
	s, err := db.Maybe[state](tx, `SELECT size, edge FROM log_state WHERE one = 1`)
	if err != nil {
		return err
	}
	if s == nil {
		v.bad(0, "", BadTree, "log_state is empty")
		return nil
	}
	v.size = s.Size
	if v.stored, err = newEdge(s.Size, s.Edge); err != nil {
		v.bad(s.Size, "", BadTree, "%v", err)
		return nil
	}
	keys, err := v.keys(tx)
	if err != nil || v.report.Bad != nil {
		return err
	}
	if err := v.readHeads(tx, keys); err != nil || v.report.Bad != nil {
		return err
	}
	v.gone, err = erasures(tx)
	return err
}

type keyRow struct {
	Vkey     string
	FromSize int64
	Note     string
}

// keys reads the log's keys and checks that each is tied to the one before, and the newest trusted.
func (v *verification) keys(tx *db.Tx) ([]keyRow, error) {
	keys, err := db.All[keyRow](tx, `SELECT vkey, from_size, note FROM log_key ORDER BY from_size`)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		if i == 0 {
			continue
		}
		for _, signer := range []string{keys[i-1].Vkey, k.Vkey} {
			if c, err := CheckCheckpoint(k.Note, signer); err != nil || c.Size != k.FromSize {
				v.bad(k.FromSize, "", BadKey, "%s is not tied to %s", k.Vkey, keys[i-1].Vkey)
				return nil, nil
			}
		}
	}
	if n := len(keys); n > 0 && len(v.o.Keys) > 0 && !slices.Contains(v.o.Keys, keys[n-1].Vkey) {
		v.bad(keys[n-1].FromSize, "", BadKey, "signed with %s, which is not trusted", keys[n-1].Vkey)
	}
	return keys, nil
}

func (v *verification) readHeads(tx *db.Tx, keys []keyRow) error {
	rows, err := db.All[checkpointRow](tx, `SELECT size, root, at, note FROM checkpoint ORDER BY size`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		c := r.checkpoint()
		said, err := CheckCheckpoint(r.Note, keysAt(keys, r.Size)...)
		if err != nil || said.Size != c.Size || said.Root != c.Root {
			v.last = cmpBad(v.last, &Bad{r.Size, "", BadSignature, fmt.Sprintf("checkpoint of %d entries: %v", r.Size, err)})
			continue
		}
		v.heads = append(v.heads, head{c.Size, c.Root, c.At, false})
	}
	v.report.Checkpoints = int64(len(rows))
	trusted := slices.Clone(v.o.Keys)
	for _, k := range keys {
		trusted = append(trusted, k.Vkey)
	}
	slices.Sort(trusted)
	trusted = slices.Compact(trusted)
	for _, text := range v.o.Outside {
		c, err := CheckCheckpoint(text, trusted...)
		if err != nil {
			return fmt.Errorf("event: a checkpoint from outside: %w", err)
		}
		v.heads = append(v.heads, head{c.Size, c.Root, 0, true})
	}
	slices.SortStableFunc(v.heads, func(a, b head) int { return int(a.size - b.size) })
	for len(v.heads) > 0 && v.heads[len(v.heads)-1].size > v.size {
		h := v.heads[len(v.heads)-1]
		v.heads = v.heads[:len(v.heads)-1]
		what := BadMissing
		if h.outside {
			what = BadOlder
		}
		v.last = &Bad{v.size + 1, "", what, fmt.Sprintf("the log has %d entries, a checkpoint has %d", v.size, h.size)}
	}
	return nil
}

func cmpBad(a, b *Bad) *Bad {
	if a == nil || b.Number < a.Number {
		return b
	}
	return a
}

// keysAt returns the keys that a checkpoint of the given size may be signed with: the one in use, both where one follows the other.
func keysAt(keys []keyRow, size int64) []string {
	var out []string
	for i, k := range keys {
		if k.FromSize <= size && (i+1 == len(keys) || size <= keys[i+1].FromSize) {
			out = append(out, k.Vkey)
		}
	}
	return out
}

// entries walks over all entries: workers read and hash pieces side by side, then each piece is put to the tree in order.
func (v *verification) entries(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan chan piece, 2*v.o.Workers)
	slots := make(chan struct{}, v.o.Workers)
	go func() {
		defer close(results)
		for lo := int64(0); lo < v.size; lo += pieceSize {
			out := make(chan piece, 1)
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			go func(lo, hi int64) {
				defer func() { <-slots }()
				out <- v.read(ctx, lo, hi)
			}(lo, min(lo+pieceSize, v.size))
			select {
			case results <- out:
			case <-ctx.Done():
				return
			}
		}
	}()
	v.compareHeads(nil)
	for out := range results {
		p := <-out
		if p.err != nil {
			return p.err
		}
		for i := range p.cells {
			if v.one(&p.cells[i]); v.report.Bad != nil {
				return nil
			}
		}
		v.report.Entries = v.edge.size
		if v.o.Progress != nil {
			v.o.Progress(v.edge.size, v.size)
		}
	}
	return ctx.Err()
}

// one puts the next entry to everything that it has to agree with.
func (v *verification) one(c *cell) {
	number := v.edge.size + 1
	if c.bad != "" {
		v.bad(number, c.id, c.bad, "%s", c.detail)
		return
	}
	if c.erased {
		v.report.Erased++
	}
	v.hashes = v.edge.addHash(c.leaf, v.hashes[:0])
	if !same(c.stored, v.hashes) {
		if len(c.stored) < hashSize || !same(c.stored[:hashSize], v.hashes[:1]) {
			v.bad(number, c.id, BadLeaf, "its commitment is not the one in the tree")
		} else {
			v.bad(number, c.id, BadTree, "a hash above it is wrong")
		}
		return
	}
	if c.kind == KindClockJump {
		v.floor = 0
	}
	if c.at < v.floor-hourMillis {
		v.bad(number, c.id, BadTime, "it claims a time before a checkpoint that does not have it")
		return
	}
	if from, ok := v.fold.step(c, number-1); !ok {
		v.bad(number, c.id, BadFold, "from %q, but the subject was in %q", c.from, from)
		return
	}
	v.compareHeads(c)
}

// same reports whether the stored bytes are these hashes.
func same(stored []byte, hs []tlog.Hash) bool {
	if len(stored) != len(hs)*hashSize {
		return false
	}
	for i := range hs {
		if !bytes.Equal(stored[i*hashSize:(i+1)*hashSize], hs[i][:]) {
			return false
		}
	}
	return true
}

const hourMillis = clock.Millis(3600 * 1000)

// compareHeads compares the tree as it is now with the heads of its size.
func (v *verification) compareHeads(c *cell) {
	for len(v.heads) > 0 && v.heads[0].size == v.edge.size {
		h := v.heads[0]
		v.heads = v.heads[1:]
		if v.edge.root() != h.root {
			id := ""
			if c != nil && v.good+1 == v.edge.size {
				id = c.id
			}
			v.bad(v.good+1, id, BadCheckpoint, "the first %d entries are not those that were signed; the first %d are", h.size, v.good)
			return
		}
		v.good = h.size
		v.floor = max(v.floor, h.at)
	}
}

// finish compares the end of the tree, then, from one snapshot, what was recorded since and the present states.
func (v *verification) finish(tx *db.Tx) error {
	v.report.Root = v.edge.root()
	if !slices.Equal(v.edge.peaks, v.stored.peaks) {
		v.bad(v.size, "", BadTree, "log_state is not the edge of the tree")
		return nil
	}
	size, err := Size(tx)
	if err != nil {
		return err
	}
	if n, err := db.One[int64](tx, `SELECT COUNT(*) FROM log_leaf WHERE n >= $1`, size); err != nil || n > 0 {
		v.bad(size+1, "", BadTree, "%d leaves more than entries", n)
		return err
	}
	var cells []cell
	var numbers []int64
	err = db.Each(tx, func(r row) error {
		number := r.Seq + 1
		if r.Seq < 0 || r.Seq >= size {
			v.report.Pending++
			number = size + v.report.Pending
		}
		c, _ := v.cell(&r, nil)
		cells, numbers = append(cells, c), append(numbers, number)
		return nil
	}, `SELECT `+rowColumns+` FROM event WHERE seq >= $1 OR seq IS NULL ORDER BY CASE WHEN seq IS NULL THEN 1 ELSE 0 END, seq, ins`, v.size)
	if err == nil {
		err = v.checkErased(tx, cells)
	}
	if err != nil {
		return err
	}
	for i := range cells {
		c := &cells[i]
		if c.bad != "" {
			v.bad(numbers[i], c.id, c.bad, "%s", c.detail)
		} else if from, ok := v.fold.step(c, numbers[i]-1); !ok {
			v.bad(numbers[i], c.id, BadFold, "from %q, but the subject was in %q", c.from, from)
		}
		if v.report.Bad != nil {
			return nil
		}
	}
	b, err := v.fold.compare(tx)
	if b != nil && b.Number > 0 {
		if e, err := Get(tx, b.Number-1); err == nil {
			b.ID = e.ID
		}
	}
	v.report.Bad = b
	return err
}
