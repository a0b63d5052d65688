package evaluate

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sanwen/internal/ground/fault"
)

// table is a CSV file with a header, read whole.
type table struct {
	name string
	at   map[string]int
	rows [][]string
}

// read reads a CSV file into memory (scan).
func read(name string, needs ...string) (*table, error) {
	var rows [][]string
	t, err := scan(name, needs, func(_ *table, row []string) error {
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.rows = rows
	return t, nil
}

// scan hands out the rows of a CSV file, one after the other: UTF-8 with or without a mark at its beginning, quoting of RFC 4180, every row as long as
// the header. Every name of needs must be in its header, and it must have a row.
func scan(name string, needs []string, each func(t *table, row []string) error) (*table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "insight.file", err, name)
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "insight.no_rows", name)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "insight.file", err, name)
	}
	t := &table{name: name, at: map[string]int{}}
	for i, h := range head {
		h = strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))
		if _, twice := t.at[h]; !twice {
			t.at[h] = i
		}
	}
	for _, n := range needs {
		if !t.has(n) {
			return nil, fault.New(fault.Invalid, "insight.column", name, n)
		}
	}
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) && n > 0 {
			return t, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, fault.New(fault.Invalid, "insight.no_rows", name)
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "insight.file", err, name)
		}
		for _, cell := range row {
			if !utf8.ValidString(cell) {
				line, _ := r.FieldPos(0)
				return nil, fault.New(fault.Invalid, "insight.not_utf8", name, line)
			}
		}
		if err := each(t, row); err != nil {
			return nil, err
		}
	}
}

// has reports whether the file has a column.
func (t *table) has(column string) bool { _, ok := t.at[column]; return ok }

// get is a cell by the name of its column; empty where the file has no such column.
func (t *table) get(row []string, column string) string {
	i, ok := t.at[column]
	if !ok {
		return ""
	}
	return row[i]
}

// once returns a fault where two rows have the same value in a column, or one has none: predictions are told apart by it.
func (t *table) once(column string) error {
	seen := map[string]bool{}
	for i, r := range t.rows {
		v := t.get(r, column)
		if err := t.first(seen, column, v, i+1); err != nil {
			return err
		}
	}
	return nil
}

// first returns a fault where the value of a column in row n is none, or is in seen; then it is.
func (t *table) first(seen map[string]bool, column, v string, n int) error {
	if v == "" {
		return fault.New(fault.Invalid, "insight.empty", t.name, n, column)
	}
	if seen[v] {
		return fault.New(fault.Invalid, "insight.twice", t.name, column, v)
	}
	seen[v] = true
	return nil
}

// text is the whole text of a row, its title before it where the text does not begin with it. Where only a text taken apart into words is
// left, the words are joined again: the blanks between them are not the writer's.
func (t *table) text(row []string) string {
	s := strings.TrimSpace(cmp.Or(t.get(row, "text"), t.get(row, "body")))
	if t.get(row, "kind") == "tokenised" {
		s = strings.ReplaceAll(s, " ", "")
	}
	if title := strings.TrimSpace(t.get(row, "title")); title != "" && !strings.HasPrefix(s, title) {
		s = title + "\n" + s
	}
	return s
}

// message is a row of a file of texts in time.
type message struct {
	id, topic, text string
	user            string  // who wrote it; empty where the file does not tell
	day             float64 // since 1970; 0 where the time is none
	ambiguous       bool
}

// messages reads texts in the order in which they came: by time, then by number; those whose id is in without are left out. It also tells whether their
// topics are known. Of a row nothing is kept but what a message says: a file may have a million.
func messages(name string, without map[string]bool) (out []message, labelled bool, err error) {
	same := map[string]string{} // topics and people, each once
	one := func(s string) string {
		if s == "" {
			return ""
		}
		if _, ok := same[s]; !ok {
			s = strings.Clone(s)
			same[s] = s
		}
		return same[s]
	}
	ids := map[string]bool{}
	type turn struct {
		time   string
		number int64
		at     int
	}
	var turns []turn
	n := 0
	if _, err := scan(name, []string{"id", "time"}, func(t *table, r []string) error {
		if n++; n == 1 && !t.has("body") && !t.has("text") && !t.has("title") {
			return fault.New(fault.Invalid, "insight.column", name, "body")
		}
		id, time := strings.Clone(t.get(r, "id")), t.get(r, "time")
		if err := t.first(ids, "id", id, n); err != nil {
			return err
		}
		topic := one(t.get(r, "topic_id"))
		labelled = labelled || topic != ""
		if !without[id] {
			turns = append(turns, turn{strings.Clone(time), number(id), len(out)})
			out = append(out, message{id: id, topic: topic, ambiguous: t.get(r, "ambiguous") == "1", text: strings.Clone(t.text(r)), user: one(t.get(r, "user")), day: day(time)})
		}
		return nil
	}); err != nil {
		return nil, false, err
	}
	slices.SortFunc(turns, func(a, b turn) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.number, b.number), cmp.Compare(a.at, b.at))
	})
	inTime := make([]message, len(out))
	for i, t := range turns {
		inTime[i] = out[t.at]
	}
	return inTime, labelled, nil
}

// day reads the times that such files have.
func day(s string) float64 {
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, time.RFC3339, "2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2"} {
		if t, err := time.Parse(form, s); err == nil {
			return float64(t.Unix()) / 86400
		}
	}
	return 0
}

func number(id string) int64 {
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}

// stream reads the texts to ask about, in the order in which they came, and those of the file to learn from: these were there before, so their
// terms are known and counted, but they are no answers. A text that is in both files is left to the test.
func (o Options) stream() (all, known []message, labelled bool, err error) {
	if all, labelled, err = messages(o.Test, nil); err != nil || o.Train == o.Test {
		return all, nil, labelled, err
	}
	here := make(map[string]bool, len(all))
	for _, m := range all {
		here[m.id] = true
	}
	known, _, err = messages(o.Train, here)
	return all, known, labelled, err
}
