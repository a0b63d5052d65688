package evaluate

import (
	"cmp"
	"slices"

	"sanwen/internal/reading/insight/classify"
)

// score counts guesses against labels.
type score struct {
	rows, right, second int
	truth, said, hit    map[string]int
	sure                []judged
	routed, routedRight int
}

type judged struct {
	chance float64
	right  bool
}

func (s *score) add(label string, g []classify.Guess, sure bool) {
	if s.truth == nil {
		s.truth, s.said, s.hit = map[string]int{}, map[string]int{}, map[string]int{}
	}
	s.rows++
	s.truth[label]++
	s.said[g[0].Class]++
	ok := g[0].Class == label
	if ok {
		s.right++
		s.hit[label]++
	}
	if ok || len(g) > 1 && g[1].Class == label {
		s.second++
	}
	if sure {
		s.routed++
		if ok {
			s.routedRight++
		}
	}
	s.sure = append(s.sure, judged{g[0].Chance, ok})
}

// sum writes the figures: F1 averaged over the topics that the labels name, plainly and by their frequency.
func (s *score) sum(r *Result) {
	n := float64(s.rows)
	var names []string
	for l := range s.truth {
		names = append(names, l)
	}
	slices.Sort(names)
	var macro, weighted, covered float64
	r.topics = []Topic{}
	for _, l := range names {
		t := Topic{Class: l, Rows: s.truth[l], F1: 2 * share(s.hit[l], s.truth[l]+s.said[l]), Precision: share(s.hit[l], s.said[l]), Recall: share(s.hit[l], s.truth[l])}
		r.topics = append(r.topics, t)
		macro += t.F1 / float64(len(names))
		weighted += t.F1 * float64(t.Rows) / n
	}
	slices.SortStableFunc(s.sure, func(a, b judged) int { return cmp.Compare(b.chance, a.chance) })
	right := 0
	for i, x := range s.sure {
		if x.right {
			right++
		}
		tied := i+1 < len(s.sure) && s.sure[i+1].chance == x.chance
		if !tied && float64(right) >= classify.SurePrecision*float64(i+1) {
			covered = float64(i+1) / n
		}
	}
	r.put("accuracy", float64(s.right)/n)
	r.put("macro_f1", macro)
	r.put("weighted_f1", weighted)
	r.put("top2", float64(s.second)/n)
	r.put("coverage_p95", covered)       // the largest share, surest first, of which 95 in 100 are right
	r.put("routed", float64(s.routed)/n) // what the model itself would have called sure, by what it had learned from
	r.put("routed_right", share(s.routedRight, s.routed))
}

func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
