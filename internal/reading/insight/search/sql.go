package search

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/ground/db"
)

// States of a shelf.
const (
	wanted   = "wanted"   // has to be built; changes are not followed, because building reads everything
	building = "building" // changes are followed, segments are added
	ready    = "ready"
)

// version is that of folding and layout: a shelf with another one is built anew.
const version = 2

type shelfRow struct {
	Shelf   Shelf
	Version int64
	State   string
	Run     string
	Beat    int64
	Next    int64
}

type docRow struct {
	Ref  string
	N    int64
	At   int64
	Hash int64
}

type tailRow struct {
	Ref  string
	N    int64
	At   int64
	Text string
}

type segment struct {
	First   int64
	Size    int64
	Buckets int64
}

// shelfOf reads the state of a shelf and, in a transaction that writes, keeps others from writing it. nil: it was never begun.
func shelfOf(tx *db.Tx, s Shelf) (*shelfRow, error) {
	return db.Maybe[shelfRow](tx, `SELECT * FROM insight_shelf WHERE shelf = $1`+tx.ForUpdate(), s)
}

func putShelf(tx *db.Tx, r shelfRow) error {
	_, err := tx.Exec(`INSERT INTO insight_shelf (shelf, version, state, run, beat, next) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (shelf) DO UPDATE SET version = excluded.version, state = excluded.state, run = excluded.run, beat = excluded.beat, next = excluded.next`,
		r.Shelf, r.Version, r.State, r.Run, r.Beat, r.Next)
	return err
}

// ints is a list of numbers in parentheses with parameters from $first on; the last one is repeated up to a power of two, so that lists of
// many lengths are few statements.
func ints(list []int64, first int) (string, []any) {
	n := 1
	for n < len(list) {
		n *= 2
	}
	var b strings.Builder
	args := make([]any, n)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(first+i))
		args[i] = list[min(i, len(list)-1)]
	}
	return "(" + b.String() + ")", args
}

func docsOf(tx *db.Tx, s Shelf, refs []string) (map[string]docRow, error) {
	out := map[string]docRow{}
	in, args := db.In("ref", refs, 2)
	rows, err := db.All[docRow](tx, `SELECT ref, n, at, hash FROM insight_doc WHERE shelf = $1 AND `+in, append([]any{s}, args...)...)
	for _, r := range rows {
		out[r.Ref] = r
	}
	return out, err
}

func tailsOf(tx *db.Tx, s Shelf, refs []string) (map[string]tailRow, error) {
	out := map[string]tailRow{}
	in, args := db.In("ref", refs, 2)
	rows, err := db.All[tailRow](tx, `SELECT ref, n, at, text FROM insight_tail WHERE shelf = $1 AND `+in, append([]any{s}, args...)...)
	for _, r := range rows {
		out[r.Ref] = r
	}
	return out, err
}

func putTails(tx *db.Tx, s Shelf, rows []tailRow) error {
	return inRows(rows, 16, func(part []tailRow) error {
		args := make([]any, 0, 5*len(part))
		for _, r := range part {
			args = append(args, s, r.Ref, r.N, r.At, r.Text)
		}
		_, err := tx.Exec(`INSERT INTO insight_tail (shelf, ref, n, at, text) VALUES `+values(len(part), 5)+`
			ON CONFLICT (shelf, ref) DO UPDATE SET n = excluded.n, at = excluded.at, text = excluded.text`, args...)
		return err
	})
}

func dropTail(tx *db.Tx, s Shelf, ref string) error {
	_, err := tx.Exec(`DELETE FROM insight_tail WHERE shelf = $1 AND ref = $2`, s, ref)
	return err
}

func dropTails(tx *db.Tx, s Shelf, docs []docRow) error {
	if waits, err := db.Maybe[int](tx, `SELECT 1 FROM insight_tail WHERE shelf = $1 LIMIT 1`, s); err != nil || waits == nil {
		return err // while an index is built anew there is nothing most of the time
	}
	for part := range slices.Chunk(docs, 256) {
		refs := make([]string, len(part))
		for i, d := range part {
			refs[i] = d.Ref
		}
		in, args := db.In("ref", refs, 2)
		if _, err := tx.Exec(`DELETE FROM insight_tail WHERE shelf = $1 AND `+in, append([]any{s}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

func dropDoc(tx *db.Tx, s Shelf, ref string) error {
	_, err := tx.Exec(`DELETE FROM insight_doc WHERE shelf = $1 AND ref = $2`, s, ref)
	return err
}

// values is a list of n rows of so many parameters each.
func values(n, columns int) string {
	var b strings.Builder
	for i := range n * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// inRows calls f with pieces of a list: as many as fit of one size, and the rest one by one, so that there are two statements and no more.
func inRows[T any](list []T, size int, f func(part []T) error) error {
	for len(list) > 0 {
		n := size
		if len(list) < size {
			n = 1
		}
		if err := f(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// putDocs writes numbers and digests; in the order of the key, so that its pages are written once.
func putDocs(tx *db.Tx, s Shelf, docs []docRow) error {
	slices.SortFunc(docs, func(a, b docRow) int { return strings.Compare(a.Ref, b.Ref) })
	return inRows(docs, 64, func(part []docRow) error {
		args := make([]any, 0, 5*len(part))
		for _, r := range part {
			args = append(args, s, r.Ref, r.N, r.At, r.Hash)
		}
		_, err := tx.Exec(`INSERT INTO insight_doc (shelf, ref, n, at, hash) VALUES `+values(len(part), 5)+`
			ON CONFLICT (ref, shelf) DO UPDATE SET n = excluded.n, at = excluded.at, hash = excluded.hash`, args...)
		return err
	})
}

// docsBetween lists the texts of a segment by their numbers.
func docsBetween(tx *db.Tx, s Shelf, first, end int64) ([]docRow, error) {
	return db.All[docRow](tx, `SELECT ref, n, at, hash FROM insight_doc WHERE shelf = $1 AND n >= $2 AND n < $3 ORDER BY n`, s, first, end)
}

// segmentsOf lists the segments of a shelf, the newest first.
func segmentsOf(tx *db.Tx, s Shelf) ([]segment, error) {
	return db.All[segment](tx, `SELECT first, size, buckets FROM insight_segment WHERE shelf = $1 ORDER BY first DESC`, s)
}

func segmentAt(tx *db.Tx, s Shelf, n int64) (*segment, error) {
	return db.Maybe[segment](tx, `SELECT first, size, buckets FROM insight_segment WHERE shelf = $1 AND first <= $2 ORDER BY first DESC LIMIT 1`, s, n)
}

// pageID is where a page stands.
func pageID(s Shelf, first, bucket int64) int64 { return int64(s)<<50 | first/small<<20 | bucket }

// putSegment replaces a segment and what else stood between its numbers.
func putSegment(tx *db.Tx, s Shelf, g segment, pages []page) error {
	if err := dropSegments(tx, s, g.First, g.First+g.Size); err != nil {
		return err
	}
	if err := inRows(pages, 32, func(part []page) error {
		args := make([]any, 0, 2*len(part))
		for _, p := range part {
			args = append(args, pageID(s, g.First, p.bucket), p.data)
		}
		_, err := tx.Exec(`INSERT INTO insight_page (id, data) VALUES `+values(len(part), 2), args...)
		return err
	}); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO insight_segment (shelf, first, size, buckets) VALUES ($1, $2, $3, $4)`, s, g.First, g.Size, g.Buckets)
	return err
}

// dropSegments removes what stands between two numbers, both those of segments.
func dropSegments(tx *db.Tx, s Shelf, first, end int64) error {
	if _, err := tx.Exec(`DELETE FROM insight_page WHERE id >= $1 AND id < $2`, pageID(s, first, 0), pageID(s, end, 0)); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM insight_segment WHERE shelf = $1 AND first >= $2 AND first < $3`, s, first, end)
	return err
}

// digest tells whether a text is another one.
func digest(text string) int64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return int64(h.Sum64() >> 1)
}

// like is a pattern of SQL for whatever holds a folded part.
func like(part string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(part) + "%"
}
