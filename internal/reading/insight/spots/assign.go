package spots

import (
	"cmp"
	"maps"
	"slices"

	"sanwen/internal/reading/insight/spots/marks"
)

// member is a voice of a surrounding with the spot it is in.
type member struct {
	Said
	spot int64 // negative: one that has no number yet
	was  int64 // spot in which it was before it is looked at again, or 0
}

// assign gives every voice from first on its spot: those before have theirs. All stand in order. bound tells for matters and for voices into which
// others were merged in which spot they are, where that is decided before all of these. Spots that begin here are negative until they have a number.
func assign(all []member, first int, bound map[string]int64) {
	to := maps.Clone(bound) // matter or voice → spot
	if to == nil {
		to = map[string]int64{}
	}
	var said marks.Row // of those before, as far as they are compared
	for i := max(0, first-most); i < len(all); i++ {
		m := &all[i]
		if i >= first {
			m.spot = spotOf(all[:i], m, to, &said)
			to[m.ID] = m.spot
			if m.Matter != "" && to[m.Matter] == 0 {
				to[m.Matter] = m.spot
			}
		}
		said.Add(m.marks)
	}
}

// spotOf is the spot of one voice among those before it: where a person has put it, where its matter is, where the voice is that it was merged
// into, or where its words lead.
func spotOf(before []member, m *member, to map[string]int64, said *marks.Row) int64 {
	switch {
	case m.Pin != 0:
		return m.Pin
	case m.Matter != "" && to[m.Matter] != 0:
		return to[m.Matter]
	case m.Into != "" && to[m.Into] != 0:
		return to[m.Into]
	}
	type sum struct {
		spot   int64
		scores [best]int // the highest, falling
		size   int
	}
	var sums []sum
	for i, shared := range said.Shared(m.marks, most) { // the newest first
		o := &before[len(before)-1-i]
		if m.n-o.n > reach {
			break
		}
		j := slices.IndexFunc(sums, func(s sum) bool { return s.spot == o.spot })
		if j < 0 {
			j = len(sums)
			sums = append(sums, sum{spot: o.spot})
		}
		s := &sums[j]
		s.size++
		v := alike(&o.Said, &m.Said, shared)
		for k := range s.scores {
			if v > s.scores[k] {
				s.scores[k], v = v, s.scores[k]
			}
		}
	}
	found, score := int64(0), 0
	for _, s := range sums {
		n := min(best, s.size)
		v := 0
		for _, x := range s.scores[:n] {
			v += x
		}
		if v /= n; v >= joins && v > score { // of equal ones that which was spoken of last
			found, score = s.spot, v
		}
	}
	if found == 0 {
		return -1 - int64(len(before))
	}
	return found
}

// number gives spots that have none yet the number that most of their voices had before, if no other spot has it, or a new one by draw. The larger
// choose first. taken are numbers that none can have.
func number(all []member, taken map[int64]bool, draw func() (int64, error)) error {
	has := map[int64][]int{}
	for i, m := range all {
		if m.spot > 0 {
			taken[m.spot] = true
		} else {
			has[m.spot] = append(has[m.spot], i)
		}
	}
	var order []int64
	for s := range has {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b int64) int { // equal ones: the older
		return cmp.Or(cmp.Compare(len(has[b]), len(has[a])), cmp.Compare(b, a))
	})
	for _, s := range order {
		votes := map[int64]int{}
		for _, i := range has[s] {
			if w := all[i].was; w > 0 && !taken[w] {
				votes[w]++
			}
		}
		n := int64(0)
		for w, v := range votes {
			if n == 0 || v > votes[n] || v == votes[n] && w < n {
				n = w
			}
		}
		if n == 0 {
			var err error
			if n, err = draw(); err != nil {
				return err
			}
		}
		taken[n] = true
		for _, i := range has[s] {
			all[i].spot = n
		}
	}
	return nil
}
