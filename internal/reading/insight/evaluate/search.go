package evaluate

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/find"
	"sanwen/internal/reading/insight/terms"
)

const (
	asked  = 1000 // how many questions are cut out of texts that are no questions
	shown  = 20   // how many hits a page shows
	checks = 200  // how many questions are also answered by reading every text
)

// search keeps the texts of the first file in an index and asks for what the second one says: its column query, or else pieces of two to six
// characters out of its texts, cut at places that are fixed. Of some questions the answer is compared with a reading of all texts.
func (o Options) search(r *Result) error {
	t, err := read(o.Train)
	if err != nil {
		return err
	}
	if !t.has("body") && !t.has("text") && !t.has("title") {
		return fault.New(fault.Invalid, "insight.column", o.Train, "text")
	}
	ids := t.column("id", "row")
	q, err := queries(o.Test)
	if err != nil {
		return err
	}
	from := o.Clock.Now()
	x := find.New()
	for _, row := range t.rows {
		x.Add(t.text(row))
	}
	built := o.Clock.Now().Sub(from)
	r.Head = []string{"query", "rank", "hit_id"}
	var newest, best []time.Duration
	var hits float64
	for _, s := range q {
		from := o.Clock.Now()
		page := x.Newest(s, shown, nil)
		newest = append(newest, o.Clock.Now().Sub(from))
		from = o.Clock.Now()
		_, n := x.Best(s, shown, nil)
		best = append(best, o.Clock.Now().Sub(from))
		hits += float64(n)
		for i, d := range page {
			r.Rows = append(r.Rows, []string{s, strconv.Itoa(i + 1), ids(int(d))})
		}
	}
	var want, got, both float64
	for i := range min(checks, len(q)) {
		s := q[i*len(q)/min(checks, len(q))]
		found := map[uint32]bool{}
		for _, d := range x.Newest(s, 0, nil) {
			found[d] = true
		}
		got += float64(len(found))
		for d, row := range t.rows {
			if holds(find.Fold(t.text(row)), s) {
				want++
				if found[uint32(d)] {
					both++
				}
			}
		}
	}
	r.put("rows", float64(len(t.rows)))
	r.put("queries", float64(len(q)))
	r.put("hits", hits)
	if want > 0 && got > 0 {
		r.put("recall", both/want)
		r.put("precision", both/got)
	} else {
		r.unknown("recall", "precision")
	}
	if s := built.Seconds(); s > 0 {
		r.put("texts_per_second", float64(len(t.rows))/s)
	}
	r.put("newest_p99_ns", quantile(newest, 0.99))
	r.put("ranked_p99_ns", quantile(best, 0.99))
	return nil
}

// holds reads a folded text for all parts of a question.
func holds(text, query string) bool {
	for _, p := range strings.Fields(find.Fold(query)) {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

// column gives names to rows: the first of some columns that the file has, or else their number.
func (t *table) column(names ...string) func(row int) string {
	for _, n := range names {
		if t.has(n) {
			return func(row int) string { return t.get(t.rows[row], n) }
		}
	}
	return func(row int) string { return strconv.Itoa(row + 1) }
}

// queries are the questions of a file.
func queries(name string) ([]string, error) {
	t, err := read(name)
	if err != nil {
		return nil, err
	}
	var out []string
	if t.has("query") {
		for _, r := range t.rows {
			if s := strings.TrimSpace(t.get(r, "query")); s != "" {
				out = append(out, s)
			}
		}
	} else {
		for i := range min(asked, len(t.rows)) {
			if s := piece(t.text(t.rows[i*len(t.rows)/min(asked, len(t.rows))]), i); s != "" {
				out = append(out, s)
			}
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "insight.no_queries", name)
	}
	return out, nil
}

// piece cuts the n-th question out of a text: two to six characters that nothing parts; "" where the text is too short.
func piece(text string, n int) string {
	r := []rune(terms.FoldText(text))
	size := 2 + n%5
	for i := range len(r) {
		at := (i + n*37) % len(r)
		if at+size > len(r) {
			continue
		}
		whole := true
		for _, c := range r[at : at+size] {
			whole = whole && (unicode.IsLetter(c) || unicode.IsDigit(c))
		}
		if whole {
			return string(r[at : at+size])
		}
	}
	return ""
}
