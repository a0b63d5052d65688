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

// read reads a CSV file: UTF-8 with or without a mark at its beginning, quoting of RFC 4180, every row as long as the header. Every name of
// needs must be in its header, and it must have a row.
func read(name string, needs ...string) (*table, error) {
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
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
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
		t.rows = append(t.rows, row)
	}
	if len(t.rows) == 0 {
		return nil, fault.New(fault.Invalid, "insight.no_rows", name)
	}
	return t, nil
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
		if v == "" {
			return fault.New(fault.Invalid, "insight.empty", t.name, i+1, column)
		}
		if seen[v] {
			return fault.New(fault.Invalid, "insight.twice", t.name, column, v)
		}
		seen[v] = true
	}
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
	id, time, topic, text string
	user                  string  // who wrote it; empty where the file does not tell
	day                   float64 // since 1970; 0 where the time is none
	ambiguous             bool
}

// messages reads texts in the order in which they came: by time, then by number. It also tells whether their topics are known.
func messages(name string) (out []message, labelled bool, err error) {
	t, err := read(name, "id", "time")
	if err != nil {
		return nil, false, err
	}
	if !t.has("body") && !t.has("text") && !t.has("title") {
		return nil, false, fault.New(fault.Invalid, "insight.column", name, "body")
	}
	if err := t.once("id"); err != nil {
		return nil, false, err
	}
	for _, r := range t.rows {
		m := message{id: t.get(r, "id"), time: t.get(r, "time"), topic: t.get(r, "topic_id"), ambiguous: t.get(r, "ambiguous") == "1", text: t.text(r), user: t.get(r, "user"), day: day(t.get(r, "time"))}
		labelled = labelled || m.topic != ""
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b message) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(number(a.id), number(b.id)))
	})
	return out, labelled, nil
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
	if all, labelled, err = messages(o.Test); err != nil {
		return nil, nil, false, err
	}
	known, _, err = messages(o.Train)
	here := map[string]bool{}
	for _, m := range all {
		here[m.id] = true
	}
	known = slices.DeleteFunc(known, func(m message) bool { return here[m.id] })
	return all, known, labelled, err
}
