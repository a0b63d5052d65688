package accept

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Guarded is what the answers about the work of one unit in a year of closed months say about pressure on those who answered. The time of an
// answer, the device and a change of mind are not kept (see package documentation), so they cannot be looked at.
type Guarded struct {
	Lead    string // code of the unit
	Rounds  int    // of asking, that are over
	Answers int
	Pressed int // who say that somebody asked them for a good rating
	Alike   int // answers whose sentence stands word for word in at least sameFrom answers
	Late    Share
	Before  Share
}

// Share is how many of those who gave a grade gave the best.
type Share struct{ Best, Graded int }

const (
	sameFrom = 3 // equal sentences of this many people are noticed
	shortest = 4 // characters; "谢谢" is no sign of anything
	// leastGraded is how many grades each of two periods must have to be compared: below, the approximation by the normal distribution says nothing.
	leastGraded = 10
	// leap is from which z on a rise in the best grade is noticed: handbook, metrics 4.7.
	leap = 3
)

// Percent is the share in percent, half up; 0 without grades.
func (s Share) Percent() int {
	if s.Graded == 0 {
		return 0
	}
	return (200*s.Best + s.Graded) / (2 * s.Graded)
}

// Z is by how many standard errors the share of the best grade in the last three months lies above that of the nine months before: the test of two
// proportions. 0 where either has too few grades.
func (g Guarded) Z() float64 {
	a, b := g.Late, g.Before
	if a.Graded < leastGraded || b.Graded < leastGraded {
		return 0
	}
	n, m := float64(a.Graded), float64(b.Graded)
	p := float64(a.Best+b.Best) / (n + m)
	if p == 0 || p == 1 {
		return 0
	}
	return (float64(a.Best)/n - float64(b.Best)/m) / math.Sqrt(p*(1-p)*(1/n+1/m))
}

// Leapt reports whether the best grade has become so frequent that somebody should ask why.
func (g Guarded) Leapt() bool { return g.Z() > leap }

// Signs is how many of the things that are looked at were found.
func (g Guarded) Signs() int {
	n := 0
	for _, found := range []bool{g.Pressed > 0, g.Alike > 0, g.Leapt()} {
		if found {
			n++
		}
	}
	return n
}

// Guard looks at the answers of the twelve months before this one, unit by unit, for those who may read what employees tell the union alone. Units
// with more signs come first. From and to are the first and the last day.
func Guard(tx *db.Tx, who access.Person) (list []Guarded, from, to clock.Day, err error) {
	first := clock.Day(string(tx.Today())[:8] + "01")
	from, to = first.AddMonths(-12), first.Add(-1)
	late := first.AddMonths(-3)
	start, end, turn := clock.MillisOf(from.Time(tx.Zone())), clock.MillisOf(first.Time(tx.Zone())), clock.MillisOf(late.Time(tx.Zone()))
	columns := access.Columns{Unit: "m.unit_path", Restricted: "m.restricted"}
	seen, args := access.Visible(who, access.AcceptNotes, columns, 4)
	type row struct {
		Lead                                                   string
		Rounds, Answers, Pressed, Late, LateBest, Old, OldBest int
	}
	rows, err := db.All[row](tx, `SELECT m.lead, COUNT(DISTINCT a.matter || '/' || a.round) AS rounds, COUNT(*) AS answers, SUM(r.pressed) AS pressed,
		SUM(CASE WHEN r.grade > 0 AND a.over_at >= $3 THEN 1 ELSE 0 END) AS late, SUM(CASE WHEN r.grade = 5 AND a.over_at >= $3 THEN 1 ELSE 0 END) AS late_best,
		SUM(CASE WHEN r.grade > 0 AND a.over_at < $3 THEN 1 ELSE 0 END) AS old, SUM(CASE WHEN r.grade = 5 AND a.over_at < $3 THEN 1 ELSE 0 END) AS old_best
		FROM acceptance a JOIN matter m ON m.id = a.matter JOIN rating r ON r.matter = a.matter AND r.round = a.round
		WHERE a.state = 'over' AND a.over_at >= $1 AND a.over_at < $2 AND m.lead <> '' AND `+seen+` GROUP BY m.lead ORDER BY m.lead`, append([]any{start, end, turn}, args...)...)
	if err != nil {
		return nil, from, to, err
	}
	type said struct{ Lead, Note string }
	seen, args = access.Visible(who, access.AcceptNotes, columns, 3)
	notes, err := db.All[said](tx, `SELECT m.lead, r.note FROM acceptance a JOIN matter m ON m.id = a.matter JOIN rating r ON r.matter = a.matter AND r.round = a.round
		WHERE a.state = 'over' AND a.over_at >= $1 AND a.over_at < $2 AND m.lead <> '' AND r.note <> '' AND `+seen, append([]any{start, end}, args...)...)
	if err != nil {
		return nil, from, to, err
	}
	words := map[string]map[string]int{}
	for _, n := range notes {
		if words[n.Lead] == nil {
			words[n.Lead] = map[string]int{}
		}
		if t := plainWords(n.Note); utf8.RuneCountInString(t) >= shortest {
			words[n.Lead][t]++
		}
	}
	for _, r := range rows {
		g := Guarded{Lead: r.Lead, Rounds: r.Rounds, Answers: r.Answers, Pressed: r.Pressed, Late: Share{r.LateBest, r.Late}, Before: Share{r.OldBest, r.Old}}
		for _, n := range words[r.Lead] {
			if n >= sameFrom {
				g.Alike += n
			}
		}
		list = append(list, g)
	}
	slices.SortStableFunc(list, func(a, b Guarded) int { return b.Signs() - a.Signs() })
	return list, from, to, nil
}

// plainWords is a sentence without what two people who were told it would write in two ways: spaces, signs, capital letters.
func plainWords(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
