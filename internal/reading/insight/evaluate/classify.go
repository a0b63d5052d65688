package evaluate

import (
	_ "embed"
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/classify"
)

// Rounds is how often Study goes through the decisions of a file.
const Rounds = 6

// cityWords are words that speak for the seven topics of the public letters to mayors, written down before any of them was counted.
//
//go:embed city.csv
var cityWords string

// ClassifyOptions say how topics are measured.
type ClassifyOptions struct {
	Words     string // CSV file of class and word; empty: those for letters to mayors, where the topics have these names
	Decisions int    // learn only so many rows of the first file, in a fixed order; negative: all
	First     int    // read only so many characters of the texts of the second file; 0: all
	Online    bool   // learn the rows one by one, once, as they come, instead of studying them together
}

// Topic is how well one topic was recognised.
type Topic struct {
	Class     string  `json:"class"`
	F1        float64 `json:"f1"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	Rows      int     `json:"rows"`
}

// classify learns from the first file and proposes topics for the second, which is never learned.
func (o Options) classify(r *Result) error {
	c := o.Classify
	train, err := read(o.Train, "label", "text")
	if err != nil {
		return err
	}
	test, err := read(o.Test, "row", "text")
	if err != nil {
		return err
	}
	if err := test.once("row"); err != nil {
		return err
	}
	var all []classify.Decision
	var classes []string
	for i, row := range train.rows {
		d := classify.Decision{Text: train.text(row), Class: train.get(row, "label")}
		if d.Class == "" {
			return fault.New(fault.Invalid, "insight.empty", o.Train, i+1, "label")
		}
		if !slices.Contains(classes, d.Class) {
			classes = append(classes, d.Class)
		}
		all = append(all, d)
	}
	slices.Sort(classes)
	if len(classes) < 2 {
		return fault.New(fault.Invalid, "insight.one_class", o.Train)
	}
	words, err := c.words()
	if err != nil {
		return err
	}
	all = scatter(all)
	if c.Decisions >= 0 && c.Decisions < len(all) {
		all = all[:c.Decisions]
	}
	m := classify.New(classes, words)
	from := o.Clock.Now()
	if c.Online {
		for _, d := range all {
			m.Learn(d.Text, d.Class)
		}
	} else {
		m.Study(all, Rounds)
	}
	learned := o.Clock.Now().Sub(from)
	texts := make([]string, len(test.rows))
	for i, row := range test.rows {
		texts[i] = cut(test.text(row), c.First)
	}
	guesses := make([][]classify.Guess, len(texts))
	from = o.Clock.Now()
	for i, text := range texts {
		guesses[i] = m.Guesses(text)
	}
	read := o.Clock.Now().Sub(from)
	labelled := test.has("label")
	var s score
	r.Head = []string{"row", "label"}
	for i, g := range guesses {
		if labelled {
			s.add(test.get(test.rows[i], "label"), g, m.Sure(g[0].Chance))
		}
		r.Rows = append(r.Rows, []string{test.get(test.rows[i], "row"), g[0].Class})
	}
	r.put("rows", float64(len(test.rows)))
	r.put("learned", float64(len(all)))
	if labelled {
		s.sum(r)
	} else {
		r.unknown("accuracy", "macro_f1", "weighted_f1", "top2", "coverage_p95", "routed", "routed_right")
	}
	r.put("model_bytes", float64(m.Size()))
	if len(all) > 0 {
		r.put("learn_ns", float64(learned)/float64(len(all)))
	}
	r.put("classify_ns", float64(read)/float64(len(test.rows)))
	return nil
}

// words gives the words of every class.
func (c ClassifyOptions) words() (map[string][]string, error) {
	out := map[string][]string{}
	if c.Words != "" {
		t, err := read(c.Words, "class", "word")
		if err != nil {
			return nil, err
		}
		for _, r := range t.rows {
			out[t.get(r, "class")] = append(out[t.get(r, "class")], t.get(r, "word"))
		}
		return out, nil
	}
	r := csv.NewReader(strings.NewReader(cityWords))
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out[row[0]] = append(out[row[0]], strings.Fields(row[1])...)
	}
}

// scatter puts rows in an order that has nothing to do with that of the file, which often is sorted by topic, and is the same every time.
func scatter[T any](in []T) []T {
	out := slices.Clone(in)
	x := uint64(20231124)
	for i := len(out) - 1; i > 0; i-- {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		j := int(x % uint64(i+1))
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// cut is the first n characters of a text, all of it for 0.
func cut(s string, n int) string {
	if n <= 0 {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
