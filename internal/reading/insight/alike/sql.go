package alike

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// Shelf is a kind of things with one list of its own.
type Shelf int64

// The shelves. Their numbers stand in the database.
const (
	Voices  Shelf = 1 // open voices, by title and masked words
	Matters Shelf = 2 // open matters, by title and text
	Board   Shelf = 3 // open matters that everybody may see, by the words for everybody
)

// Shelves lists all shelves.
func Shelves() []Shelf { return []Shelf{Voices, Matters, Board} }

// Name is the word of a shelf in language keys.
func (s Shelf) Name() string {
	return map[Shelf]string{Voices: "voices", Matters: "matters", Board: "board"}[s]
}

// States of the index.
const (
	wanted   = "wanted"   // has to be built; changes are not followed, because building reads everything
	building = "building" // changes are followed, rows are added
	ready    = "ready"
)

// version changes whenever the same text would give other codes: the index is then built anew.
const version = 2

type stateRow struct {
	ID                      int64
	Version                 int64
	State                   string
	Generation, Next, Known int64
	Run                     string
	Beat                    int64
}

// row is a text as it stands in the table.
type row struct {
	Shelf        Shelf
	Ref          string
	N            int64
	Hour         int64
	Place, Topic string
	Codes        []byte
}

func (r row) same(o row) bool {
	return r.Hour == o.Hour && r.Place == o.Place && r.Topic == o.Topic && string(r.Codes) == string(o.Codes)
}

func (r row) doc() Doc { return Doc{Ref: r.Ref, Place: r.Place, Topic: r.Topic, Hour: r.Hour} }

// packed and unpacked are codes as they stand in the table.
func packed(codes []uint32) []byte {
	out := make([]byte, 0, 4*len(codes))
	for _, c := range codes {
		out = binary.BigEndian.AppendUint32(out, c)
	}
	return out
}

func unpacked(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	return out
}

// openVoices are the states in which a voice is open: what it says may still be dealt with together.
var openVoices = []string{core.Registered, core.InTriage, core.WaitingInfo, core.Linked, core.Assigned, core.Signed, core.Answered}

func quoted(list []string) string { return "('" + strings.Join(list, "', '") + "')" }

// sources give of each shelf ref, at, place, topic, head and text of what is open: of the table, where what is so, in those states.
var sources = map[Shelf]struct {
	kind, table, only string
	states            []string
	head, text        string
}{
	Voices:  {voice.RefKind, "voice", "(x.restricted || '') = ''", openVoices, "x.title", "x.redacted"},
	Matters: {"matter", "matter", "(x.restricted || '') = ''", matter.Open, "x.title", "x.body"},
	Board: {"matter", "matter", "(x.public + 0) = 1 AND (x.restricted || '') = ''", matter.Open,
		"CASE WHEN x.public_text <> '' THEN x.public_text ELSE x.title END", "''"},
}

// texts reads what some things of a shelf say now; those that are not open are missing.
func (s Shelf) texts(tx *db.Tx, refs []string) (map[string]row, error) {
	out := make(map[string]row, len(refs))
	if len(refs) == 0 {
		return out, nil
	}
	src := sources[s]
	in, args := db.In("x.id", refs, 1)
	type raw struct {
		Ref          string
		At           clock.Millis
		Place, Topic string
		Head, Text   string
	}
	all, err := db.All[raw](tx, `SELECT x.id AS ref, x.registered_at AS at, x.place, x.category AS topic, `+src.head+` AS head, `+src.text+` AS text FROM `+src.table+` x
		WHERE `+in+` AND `+src.only+` AND (x.state || '') IN `+quoted(src.states), args...) // few are asked for: they are found by their ids, not among all that are open
	for _, r := range all {
		if codes := Codes(Said(r.Head, r.Text)); len(codes) > 0 {
			out[r.Ref] = row{Shelf: s, Ref: r.Ref, Hour: int64(r.At) / hour, Place: r.Place, Topic: r.Topic, Codes: packed(codes)}
		}
	}
	return out, err
}

// Said is a title and a text as they are compared: what they say twice, once.
func Said(title, text string) string {
	title, text = strings.TrimSpace(title), strings.TrimSpace(text)
	switch {
	case title == "" || strings.HasPrefix(text, title):
		return text
	case text == "":
		return title
	}
	return title + "\n" + text
}

// refs lists everything of a shelf that is open, the oldest first and within an hour by random ids.
func (s Shelf) refs(tx *db.Tx) ([]string, error) {
	type one struct {
		Ref string
		At  clock.Millis
	}
	src := sources[s]
	all, err := db.All[one](tx, `SELECT x.id AS ref, x.registered_at AS at FROM `+src.table+` x WHERE `+src.only+` AND x.state IN `+quoted(src.states))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b one) int {
		if h := int64(a.At)/hour - int64(b.At)/hour; h != 0 {
			return int(h)
		}
		return strings.Compare(a.Ref, b.Ref)
	})
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = x.Ref
	}
	return out, nil
}

// stateOf reads how the index is doing and, in a transaction that writes, keeps others from writing it. nil: it was never begun.
func stateOf(tx *db.Tx) (*stateRow, error) {
	return db.Maybe[stateRow](tx, `SELECT * FROM insight_alike_state WHERE id = 1`+tx.ForUpdate())
}

func putState(tx *db.Tx, r stateRow) error {
	_, err := tx.Exec(`INSERT INTO insight_alike_state (id, version, state, generation, next, known, run, beat) VALUES (1, $1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state, generation = excluded.generation, next = excluded.next,
		known = excluded.known, run = excluded.run, beat = excluded.beat`, r.Version, r.State, r.Generation, r.Next, r.Known, r.Run, r.Beat)
	return err
}

// rowsOf reads what the table says of some things.
func rowsOf(tx *db.Tx, s Shelf, refs []string) (map[string]row, error) {
	out := make(map[string]row, len(refs))
	if len(refs) == 0 {
		return out, nil
	}
	in, args := db.In("ref", refs, 2)
	all, err := db.All[row](tx, `SELECT shelf, ref, n, hour, place, topic, codes FROM insight_alike WHERE shelf = $1 AND `+in, append([]any{s}, args...)...)
	for _, r := range all {
		out[r.Ref] = r
	}
	return out, err
}

// rowsFrom reads the next rows by their numbers.
func rowsFrom(tx *db.Tx, n int64, most int) ([]row, error) {
	return db.All[row](tx, `SELECT shelf, ref, n, hour, place, topic, codes FROM insight_alike WHERE n >= $1 ORDER BY n LIMIT $2`, n, most)
}

// goneBetween lists the numbers of rows that have gone, by the numbers of their going.
func goneBetween(tx *db.Tx, from, to int64) ([]int64, error) {
	return db.All[int64](tx, `SELECT old FROM insight_alike_gone WHERE n >= $1 AND n < $2 ORDER BY n`, from, to)
}

// many writes rows of so many parameters each, as few statements as possible.
func many[T any](tx *db.Tx, head string, list []T, columns int, args func(T) []any) error {
	for size := 64; len(list) > 0; {
		if len(list) < size {
			size = 1
		}
		var b strings.Builder
		var all []any
		for i := range size * columns {
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
		for _, x := range list[:size] {
			all = append(all, args(x)...)
		}
		if _, err := tx.Exec(head+b.String()+")", all...); err != nil {
			return err
		}
		list = list[size:]
	}
	return nil
}

func putRows(tx *db.Tx, rows []row) error {
	return many(tx, `INSERT INTO insight_alike (shelf, ref, n, hour, place, topic, codes) VALUES `, rows, 7,
		func(r row) []any { return []any{r.Shelf, r.Ref, r.N, r.Hour, r.Place, r.Topic, r.Codes} })
}

// going is a row that goes: the number of its going, and its own.
type going struct{ n, old int64 }

func dropRows(tx *db.Tx, gone []going) error {
	for _, g := range gone {
		if _, err := tx.Exec(`DELETE FROM insight_alike WHERE n = $1`, g.old); err != nil {
			return err
		}
	}
	return many(tx, `INSERT INTO insight_alike_gone (n, old) VALUES `, gone, 2, func(g going) []any { return []any{g.n, g.old} })
}
