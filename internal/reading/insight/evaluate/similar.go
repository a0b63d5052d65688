package evaluate

import (
	"strconv"
	"time"

	"sanwen/internal/reading/insight/alike"
)

// ranked is how many earlier texts are predicted for each.
const ranked = 10

// similar asks for every text which earlier ones are nearest, in the order of time: what came later is not there yet. The recalls are over the
// texts of which an earlier one with the same topic is in the file.
func (o Options) similar(r *Result) error {
	all, known, labelled, err := o.stream()
	if err != nil {
		return err
	}
	x := alike.NewIndex()
	for i, m := range known {
		x.Put(int64(i+1), alike.Doc{Ref: "-" + strconv.Itoa(i)}, alike.Codes(m.text))
	}
	r.Head = []string{"id", "rank", "hit_id"}
	var queries, at1, at5, at10 float64
	seen := map[string]int{}
	took := make([]time.Duration, 0, len(all))
	for n, m := range all {
		from := o.Clock.Now()
		refs, _ := x.Texts(m.text, ranked, func(ref string) bool { return ref[0] != '-' })
		took = append(took, o.Clock.Now().Sub(from))
		hits := make([]message, len(refs))
		for i, ref := range refs {
			h, err := strconv.Atoi(ref)
			if err != nil {
				return err
			}
			hits[i] = all[h]
			r.Rows = append(r.Rows, []string{m.id, strconv.Itoa(i + 1), hits[i].id})
		}
		if m.topic != "" && seen[m.topic] > 0 {
			queries++
			for i, h := range hits {
				if h.topic == m.topic {
					at10++
					if i < 5 {
						at5++
					}
					if i == 0 {
						at1++
					}
					break
				}
			}
		}
		seen[m.topic]++
		x.Put(int64(len(known)+n+1), alike.Doc{Ref: strconv.Itoa(n), Hour: int64(n)}, alike.Codes(m.text))
	}
	r.put("rows", float64(len(all)))
	if labelled && queries > 0 {
		r.put("queries", queries)
		r.put("recall_at_1", at1/queries)
		r.put("recall_at_5", at5/queries)
		r.put("recall_at_10", at10/queries)
	} else {
		r.unknown("queries", "recall_at_1", "recall_at_5", "recall_at_10")
	}
	r.put("p50_ns", quantile(took, 0.5))
	r.put("p99_ns", quantile(took, 0.99))
	return nil
}
