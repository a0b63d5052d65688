// Package few decides which groups of a table are shown, so that numbers about few people are neither printed nor to be had by subtraction.
// It is the one place where that is decided: pages, files and lists of every room ask it.
//
// The rules are R1, R2 and R3 of the handbook: an average from five answers on; a group of fewer than twenty people never by itself; and where
// the sum of all groups is known, what is hidden has at least two members, and together as many answers and people as a group that is shown.
package few

// Cell is one group of a table whose sum is shown beside it.
type Cell struct {
	Answers int  // how many the number is made of
	People  int  // how many people the group has, whether they answered or not
	Hidden  bool // for another reason
}

// Rule is from how many on something is shown. The zero value shows everything.
type Rule struct {
	Answers int
	People  int

	// Only tests set these.
	alone bool // R3 is switched off
	loose bool // no look across tables
}

// Shown reports whether a group may be shown when nothing stands beside it.
func (r Rule) Shown(c Cell) bool { return !c.Hidden && c.Answers >= r.Answers && c.People >= r.People }

// Hide tells of every group whether it is hidden. Groups without an answer count as hidden, and do not hide others: a sum of which somebody knows
// that one part is nothing is the other part.
func (r Rule) Hide(cells []Cell) []bool {
	out := make([]bool, len(cells))
	hidden := 0
	for i, c := range cells {
		if out[i] = !r.Shown(c); out[i] {
			hidden++
		}
	}
	for hidden > 0 && !r.alone && !r.covered(cells, out) {
		next := -1
		for i, c := range cells {
			if !out[i] && (next < 0 || c.Answers < cells[next].Answers) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		out[next] = true
		hidden++
	}
	return out
}

// covered reports whether the hidden groups hide each other.
func (r Rule) covered(cells []Cell, hidden []bool) bool {
	members, answers, people := 0, 0, 0
	for i, c := range cells {
		if hidden[i] {
			answers += c.Answers
			people += c.People
			if c.Answers > 0 {
				members++
			}
		}
	}
	return members >= 2 && answers >= r.Answers && people >= r.People
}

// Alone is the rule without R3, for the test that shows what R3 is for.
func (r Rule) Alone() Rule { r.alone = true; return r }
