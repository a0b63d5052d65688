package few

// Across: several tables about the same people. Each hides what is small by [Rule.Hide]; but where the groups of one table lie within those of
// another, the difference of two groups that are shown can be a third that is not: all who work at night, without all who work at night and have a
// contract. Here that is looked for, so that a table by which something small could be had is left out as a whole.

// Part is a set of people that no table takes apart, as seen by three tables: the group of each to which it belongs, or -1 where a table does not
// count it. Groups whose number is hidden are one group: their sum is known from the sum of all.
type Part struct {
	Group   [3]int
	Answers int
	People  int
}

// Apart reports whether the sums of all groups of the three tables tell of no set of people that is too small to be told of. Every group of the
// first table has a part that only this table counts (voices that tell no more than the unit, and be it none), so that its sum is counted once or
// not at all; then every set that the sums tell is made by adding and subtracting whole groups, and all such sets are looked at.
func (r Rule) Apart(parts []Part) bool {
	if r.loose {
		return true
	}
	x := across{rule: r, parts: parts, pairs: map[[2]int]*Part{}}
	groups, whole := [3]int{}, map[[2]int]Part{}
	for _, p := range parts {
		for t, g := range p.Group {
			groups[t] = max(groups[t], g+1)
			in := whole[[2]int{t, g}]
			whole[[2]int{t, g}] = Part{Answers: in.Answers + p.Answers, People: in.People + p.People}
		}
		if p.Group[1] < 0 || p.Group[2] < 0 {
			continue
		}
		key := [2]int{p.Group[1], p.Group[2]}
		if x.pairs[key] == nil {
			x.pairs[key] = &Part{}
		}
		x.pairs[key].Answers += p.Answers
		x.pairs[key].People += p.People
	}
	for key, in := range whole {
		if key[1] >= 0 && !x.large(in) { // not even the groups themselves
			return false
		}
	}
	x.first, x.second, x.third = make([]int, groups[0]), make([]int, groups[1]), make([]int, groups[2])
	return x.thirds(0)
}

// across goes through the ways to add and subtract whole groups.
type across struct {
	rule                 Rule
	parts                []Part
	pairs                map[[2]int]*Part // by group of the second and the third table
	first, second, third []int            // how often each group is counted
}

// thirds tries the groups of the third table. The first of them counts as nothing: to count all of one table once more and all of the other once
// less changes nothing. Two groups that meet in a group of the second table differ by two at most, and all others by no more than twice that.
func (x *across) thirds(at int) bool {
	if at == len(x.third) {
		return x.seconds(0)
	}
	most := min(2*(len(x.third)-1), 4)
	if at == 0 {
		most = 0
	}
	for n := -most; n <= most; n++ {
		x.third[at] = n
		if !x.thirds(at + 1) {
			return false
		}
	}
	return true
}

// seconds tries those of the second table: what the two tables count of a part is -1, 0 or 1, or the first cannot make it 0 or 1. What is counted once
// by them is in the set, whatever the first table says; once that is large enough by itself, the set is.
func (x *across) seconds(at int) bool {
	if at == len(x.second) {
		return x.whole()
	}
	for n := -5; n <= 5; n++ {
		x.second[at] = n
		fits, in := true, Part{}
		for pair, p := range x.pairs {
			if pair[0] > at {
				continue
			}
			switch x.second[pair[0]] + x.third[pair[1]] {
			case 1:
				in.Answers, in.People = in.Answers+p.Answers, in.People+p.People
			case 0, -1:
			default:
				fits = false
			}
		}
		if !fits || x.large(in) {
			continue
		}
		if !x.seconds(at + 1) {
			return false
		}
	}
	return true
}

// Loose is the rule that looks at each table by itself, for the test that shows what the look across them is for.
func (r Rule) Loose() Rule { r.loose = true; return r }

func (x *across) large(p Part) bool {
	return p.Answers >= x.rule.Answers && p.People >= x.rule.People
}

// whole reports that what the groups make is no set at all, or one that is large enough. A group of the first table is counted where something in it
// would otherwise be counted less than not at all.
func (x *across) whole() bool {
	for i := range x.first {
		x.first[i] = 0
	}
	sum := func(p Part) int {
		n := 0
		if p.Group[1] >= 0 {
			n = x.second[p.Group[1]]
		}
		if p.Group[2] >= 0 {
			n += x.third[p.Group[2]]
		}
		return n
	}
	for _, p := range x.parts {
		if sum(p) < 0 && p.Group[0] >= 0 {
			x.first[p.Group[0]] = 1
		}
	}
	in, some := Part{}, false
	for _, p := range x.parts {
		n := sum(p)
		if p.Group[0] >= 0 {
			n += x.first[p.Group[0]]
		}
		switch n {
		case 0:
		case 1:
			in.Answers, in.People, some = in.Answers+p.Answers, in.People+p.People, true
		default:
			return true
		}
	}
	return !some || x.large(in)
}
