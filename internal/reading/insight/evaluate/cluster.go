package evaluate

import (
	"runtime/debug"
	"time"

	"sanwen/internal/reading/insight/cluster"
)

// spare is how much of the memory in use may be thrown away before it is collected, in hundredths, and spareOfMany the same where there are more
// texts than many: there it is the memory that is short.
const (
	spare       = 50
	spareOfMany = 20
	many        = 300_000
)

// single is of how many texts one comes by itself and is timed: the last of them, with all others there. The groups do not depend on it.
const single = 10

// cluster groups texts, the last as they come, with the joins of a night, and compares the groups with the topics where these are known. A text that
// stays alone has no group. Then the same stream comes once more, as alarms would hear it.
func (o Options) cluster(r *Result) error {
	all, known, labelled, err := o.stream()
	if err != nil {
		return err
	}
	waste := spare
	if len(all) > many {
		waste = spareOfMany
	}
	defer debug.SetGCPercent(debug.SetGCPercent(waste)) // else what is thrown away takes as much memory as all that is kept
	g := cluster.New()
	for _, m := range known {
		g.Know(m.text)
	}
	var took []time.Duration
	for i, m := range all {
		if i < len(all)-len(all)/single-1 {
			g.Keep(m.text, m.day)
		} else {
			from := o.Clock.Now()
			g.Add(m.text, m.day)
			took = append(took, o.Clock.Now().Sub(from))
		}
		if len(all) > streamed { // nobody reads it again
			all[i].text = ""
		}
	}
	from := o.Clock.Now()
	g.Settle()
	settled := o.Clock.Now().Sub(from)
	groups := make([]uint32, len(all))
	clusters := 0
	r.Head = []string{"id", "cluster"}
	for i, m := range all {
		c := g.Of(uint32(i))
		groups[i] = c
		name := ""
		if len(g.Texts(c)) > 1 {
			name = all[c].id
			if c == uint32(i) {
				clusters++
			}
		}
		r.Rows = append(r.Rows, []string{m.id, name})
	}
	r.put("rows", float64(len(all)))
	r.put("clusters", float64(clusters))
	if labelled {
		b := b3(all, groups)
		r.put("topics", float64(b.Topics))
		r.put("b3_f1", b.F1)
		r.put("b3_precision", b.Precision)
		r.put("b3_recall", b.Recall)
		r.put("pairwise_f1", b.Pairs)
		r.put("topics_found", b.Found)
	} else {
		r.unknown("topics", "b3_f1", "b3_precision", "b3_recall", "pairwise_f1", "topics_found")
	}
	o.alarms(r, all, known, labelled)
	r.put("p50_ns", quantile(took, 0.5))
	r.put("p99_ns", quantile(took, 0.99))
	r.put("settle_seconds", settled.Seconds())
	return nil
}
