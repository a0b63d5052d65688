package evaluate

import (
	"strconv"
	"time"

	"sanwen/internal/reading/insight/nearby"
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
	x := nearby.New()
	for _, m := range known {
		x.Add(m.text)
	}
	first := uint32(len(known))
	r.Head = []string{"id", "rank", "hit_id"}
	var queries, at1, at5, at10 float64
	seen := map[string]int{}
	took := make([]time.Duration, 0, len(all))
	for _, m := range all {
		from := o.Clock.Now()
		hits := x.Find(m.text, ranked, func(d uint32) bool { return d >= first })
		took = append(took, o.Clock.Now().Sub(from))
		for i, h := range hits {
			r.Rows = append(r.Rows, []string{m.id, strconv.Itoa(i + 1), all[h.Text-first].id})
		}
		if m.topic != "" && seen[m.topic] > 0 {
			queries++
			for i, h := range hits {
				if all[h.Text-first].topic == m.topic {
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
		x.Add(m.text)
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
