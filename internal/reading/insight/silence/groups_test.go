package silence

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/few"
	"sanwen/internal/ground/few/fewtest"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

// TestGroups: of the town 28 of U01 work in four shifts and 12 have no shift written down, of U04 seven are dispatched. Heard with their name are sixty
// of U01, the 28 and the 12 among them, and fourteen of U04, the seven among them: what is told of each group, by hand.
func TestGroups(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := build(t, d, c)
		if err := d.Upkeep(t.Context(), func(tx *db.Tx) error {
			for _, set := range []struct {
				what, unit string
				n          int
			}{{"shift = '四班三倒'", "U01", 40}, {"shift = ''", "U01", 12}, {"employment = 'contract'", "", 0}, {"employment = 'dispatched'", "U04", 7}, {"status = 'away'", "U01", 1}} {
				cond, args := "1 = 1", []any(nil)
				if set.n > 0 {
					cond, args = `id IN (SELECT id FROM org_person WHERE unit = $1 ORDER BY employee_no LIMIT $2)`, []any{set.unit, set.n}
				}
				if _, err := tx.Exec(`UPDATE org_person SET `+set.what+` WHERE `+cond, args...); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var g Groups
		w.Read(func(tx *db.Tx) (err error) {
			tx.Asked()
			_, _, g, err = Whole(tx, "2026-11-01")
			return err
		})
		// 699 are at work. By shift: 28 all heard; 11 of whom nothing is known, too few people, so that the smallest other goes with them; 660.
		want := []Group{{Key: "常白班", People: 660, Reached: 5}, {Key: "四班三倒", People: 28, Hidden: true}, {Key: "", People: 11, Hidden: true}}
		if fmt.Sprint(g.Shifts) != fmt.Sprint(want) || g.NoShifts {
			t.Errorf("shifts %+v, want %+v", g.Shifts, want)
		}
		if want = []Group{{Key: "contract", People: 692, Hidden: true}, {Key: "dispatched", People: 7, Hidden: true}}; fmt.Sprint(g.Employments) != fmt.Sprint(want) {
			t.Errorf("forms of employment %+v, want %+v", g.Employments, want)
		}
	})
}

// village draws units whose people work and are employed in a few ways, with what is heard of them.
func village(t *rapid.T) (*counts, []alike) {
	c := &counts{rule: few.Rule{Answers: 5, People: 20}}
	units := []org.Unit{{Code: "G", Path: "/G/", Kind: org.Group, Active: true}}
	var all []alike
	for i := range rapid.IntRange(1, 3).Draw(t, "units") {
		code := fmt.Sprint("U", i)
		u := &unit{Unit: org.Unit{Code: code, Parent: "G", Path: access.Path("/G/" + code + "/"), Kind: org.Plant, Active: true}}
		units = append(units, u.Unit)
		for _, shift := range []string{"白", "夜"} {
			for _, employment := range []string{"contract", "intern"} {
				a := alike{Unit: u.Code, Shift: shift, Employment: employment, People: rapid.SampledFrom([]int{0, 0, 7, 12, 25, 40}).Draw(t, "people")}
				if a.People == 0 {
					continue
				}
				a.Reached = rapid.IntRange(0, min(a.People, 9)).Draw(t, "reached")
				u.people, u.reached = u.people+a.People, u.reached+a.Reached
				all = append(all, a)
			}
		}
		u.reached += rapid.IntRange(0, 7).Draw(t, "without a name")
		u.heard = u.reached
		c.wholes = append(c.wholes, u)
	}
	c.tree = (&org.Tree{}).With(units...)
	return c, all
}

// leak collects every number of the units and of the groups that is told, and solves them for people of one unit, shift and employment, and for any
// set of them, with what only the units have beside. It names the first set that follows and is too small.
func leak(c *counts, all []alike) string {
	type cell struct {
		name            string
		people, answers int
	}
	var cells []cell
	for _, a := range all {
		cells = append(cells, cell{a.Unit + a.Shift + a.Employment, a.People, a.Reached})
	}
	for _, u := range c.wholes {
		rest := u.reached
		for _, a := range all {
			if a.Unit == u.Code {
				rest -= a.Reached
			}
		}
		cells = append(cells, cell{u.Code + " without a name", u.people, rest})
	}
	var rows [][]float64
	row := func(in func(i int) bool) {
		r := make([]float64, len(cells))
		for i := range cells {
			if in(i) {
				r[i] = 1
			}
		}
		rows = append(rows, r)
	}
	m, g := c.measure(), c.groups(all)
	if m.Early {
		return ""
	}
	row(func(int) bool { return true }) // Map.Reached
	for _, u := range m.Units {
		if !u.NoReach {
			row(func(i int) bool { return cells[i].name[:2] == u.Unit.Code })
		}
	}
	if len(g.Shifts)+len(g.Employments) > 0 { // what all groups of a table are together is taken as known
		row(func(i int) bool { return i < len(all) })
	}
	for _, x := range g.Shifts {
		if !x.Hidden {
			row(func(i int) bool { return i < len(all) && all[i].Shift == x.Key })
		}
	}
	for _, x := range g.Employments {
		if !x.Hidden {
			row(func(i int) bool { return i < len(all) && all[i].Employment == x.Key })
		}
	}
	known := fewtest.Solve(rows)
	for set := 1; set < 1<<len(cells); set++ {
		ask, people, answers, what := make([]float64, len(cells)), 0, 0, ""
		for i, x := range cells {
			if set>>i&1 == 1 {
				ask[i] = 1
				people, answers, what = people+x.people, answers+x.answers, what+" "+x.name
			}
		}
		if (people < c.rule.People || answers < c.rule.Answers) && known.Tells(ask) {
			return fmt.Sprintf("%d of %d people:%s", answers, people, what)
		}
	}
	return ""
}

// TestStatisticsDifference solves what is told of units, shifts and forms of employment for groups under the threshold: there is none.
func TestStatisticsDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, all := village(t)
		if found := leak(c, all); found != "" {
			t.Fatalf("found out: %s of %+v", found, all)
		}
	})
}

// TestDifferenceFinds: with complementary suppression switched off the same search finds a group, and so it does with the look across tables off.
func TestDifferenceFinds(t *testing.T) {
	c := &counts{rule: few.Rule{Answers: 5, People: 20}}
	u := []*unit{{Unit: org.Unit{Code: "U0", Path: "/G/U0/"}, people: 90, heard: 40, reached: 40}, {Unit: org.Unit{Code: "U1", Path: "/G/U1/"}, people: 60, heard: 26, reached: 26}}
	c.wholes = u
	c.tree = (&org.Tree{}).With([]org.Unit{{Code: "G", Path: "/G/"}, {Code: "U0", Parent: "G", Path: "/G/U0/"}, {Code: "U1", Parent: "G", Path: "/G/U1/"}}...)
	for name, all := range map[string][]alike{
		"a small group":                  {{"U0", "白", "contract", 60, 20}, {"U0", "夜", "contract", 30, 12}, {"U1", "早", "contract", 12, 3}, {"U1", "夜", "contract", 48, 15}},
		"the night without its contract": {{"U0", "夜", "contract", 50, 18}, {"U0", "夜", "intern", 7, 2}, {"U0", "白", "intern", 33, 12}, {"U1", "白", "intern", 60, 18}},
	} {
		rule := c.rule
		if found := leak(c, all); found != "" {
			t.Errorf("%s: %s", name, found)
		}
		if c.rule = rule.Alone().Loose(); name[0] == 't' {
			c.rule = rule.Loose()
		}
		if leak(c, all) == "" {
			t.Errorf("%s is not found: the search is blind", name)
		}
		c.rule = rule
	}
}

// asked is one question of a survey, and what people of some groups have answered to it.
var asked = form.Body{Title: form.Words{Zh: "问卷"}, Sections: []form.Section{{Questions: []form.Question{{Key: "a", Kind: form.Single,
	Options: []form.Option{{Key: "1"}, {Key: "2"}}}}}}}

// together collects what the silence map tells of units and shifts, and what a survey of the same year tells of the same units, of which some of those
// who are reached have answered it (said, by group). It solves both for people of one unit and shift who have answered or were reached at all, and names
// the first set that follows and is too small. What only one of the two leaves over, who was reached but has not answered, is no group of either.
func together(c *counts, all []alike, said []int, survey few.Rule) string {
	var tally result.Tally
	count := result.NewCounter(asked)
	for _, w := range c.wholes {
		u := tally.Of(w.Code)
		u.People, u.Invited = w.people, w.people
		for i, a := range all {
			for n := range said[i] {
				if a.Unit == w.Code {
					count.Add(u, form.Answers{"a": {strconv.Itoa(1 + n%2)}})
				}
			}
		}
	}
	n := len(all) // then what each unit has beside its groups: voices without a name
	width := 2*n + len(c.wholes)
	var rows [][]float64
	row := func(answered bool, in func(i int) bool, rest func(u int) bool) {
		r := make([]float64, width)
		for i := range all {
			if in(i) {
				r[i] = 1
				if !answered {
					r[n+i] = 1
				}
			}
		}
		for u := range c.wholes {
			if !answered && rest(u) {
				r[2*n+u] = 1
			}
		}
		rows = append(rows, r)
	}
	every, none := func(int) bool { return true }, func(int) bool { return false }
	published := result.Publish(asked, tally, survey)
	if !published.TooFew {
		row(true, every, none)
		for _, item := range published.Items {
			for _, l := range item.Units {
				row(true, func(i int) bool { return all[i].Unit == l.Unit }, none)
			}
		}
	}
	m, g := c.measure(), c.groups(all)
	if m.Early {
		return ""
	}
	row(false, every, every)
	for _, u := range m.Units {
		if !u.NoReach {
			row(false, func(i int) bool { return all[i].Unit == u.Unit.Code }, func(k int) bool { return c.wholes[k].Code == u.Unit.Code })
		}
	}
	if len(g.Shifts) > 0 {
		row(false, every, none)
	}
	for _, x := range g.Shifts {
		if !x.Hidden {
			row(false, func(i int) bool { return all[i].Shift == x.Key }, none)
		}
	}
	known := fewtest.Solve(rows)
	for set := 1; set < 1<<(n+len(c.wholes)); set++ {
		answered, reached := make([]float64, width), make([]float64, width)
		people, saying, heard, what := 0, 0, 0, ""
		for k, u := range c.wholes {
			if set>>(n+k)&1 == 1 {
				reached[2*n+k] = 1
				people, heard, what = people+u.people, heard+u.reached, what+" "+u.Code+" without a name"
				for _, a := range all {
					if a.Unit == u.Code {
						heard -= a.Reached
					}
				}
			}
		}
		for i, a := range all {
			if set>>i&1 == 1 {
				answered[i], reached[i], reached[n+i] = 1, 1, 1
				people, saying, heard, what = people+a.People, saying+said[i], heard+a.Reached, what+" "+a.Unit+a.Shift
			}
		}
		if set < 1<<n && saying > 0 && (people < survey.People || saying < survey.Answers) && known.Tells(answered) {
			return fmt.Sprintf("%d answers of %d people:%s", saying, people, what)
		}
		if (people < c.rule.People || heard < c.rule.Answers) && known.Tells(reached) {
			return fmt.Sprintf("%d reached of %d people:%s", heard, people, what)
		}
	}
	return ""
}

// TestStatisticsDifferenceWithSurveys solves what the silence map and a survey tell of the same people together.
func TestStatisticsDifferenceWithSurveys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, all := village(t)
		all = slices.DeleteFunc(all, func(a alike) bool { return a.Employment == "intern" })
		if len(all) == 0 {
			return
		}
		for _, u := range c.wholes {
			u.people, u.reached = 0, rapid.IntRange(0, 7).Draw(t, "without a name")
			for _, a := range all {
				if a.Unit == u.Code {
					u.people, u.reached = u.people+a.People, u.reached+a.Reached
				}
			}
			u.heard = u.reached
		}
		var said []int
		for _, a := range all {
			said = append(said, rapid.IntRange(0, a.Reached).Draw(t, "answered"))
		}
		if found := together(c, all, said, c.rule); found != "" {
			t.Fatalf("found out: %s of %+v, answered %v", found, all, said)
		}
	})
	// Three of U0 have answered, and everybody of U0 and U1 is reached: the survey hides U0 with U1, or nobody would need to look for the three.
	c := &counts{rule: few.Rule{Answers: 5, People: 20}}
	c.wholes = []*unit{{Unit: org.Unit{Code: "U0", Path: "/G/U0/"}, people: 40, heard: 20, reached: 20}, {Unit: org.Unit{Code: "U1", Path: "/G/U1/"}, people: 60, heard: 26, reached: 26},
		{Unit: org.Unit{Code: "U2", Path: "/G/U2/"}, people: 60, heard: 30, reached: 30}}
	c.tree = (&org.Tree{}).With([]org.Unit{{Code: "G", Path: "/G/"}, {Code: "U0", Parent: "G", Path: "/G/U0/"}, {Code: "U1", Parent: "G", Path: "/G/U1/"}, {Code: "U2", Parent: "G", Path: "/G/U2/"}}...)
	all := []alike{{"U0", "白", "contract", 40, 20}, {"U1", "白", "contract", 60, 26}, {"U2", "白", "contract", 60, 30}}
	said := []int{3, 9, 12}
	if found := together(c, all, said, c.rule); found != "" {
		t.Errorf("with all rules: %s", found)
	}
	if together(c, all, said, c.rule.Alone()) == "" {
		t.Error("without R3 of the survey nothing is found: the search is blind")
	}
	all[0].Reached, c.wholes[0].reached, c.wholes[0].heard, said[0] = 3, 3, 3, 0
	if found := together(c, all, said, c.rule); found != "" {
		t.Errorf("with all rules: %s", found)
	}
	was := c.rule
	if c.rule = was.Alone(); together(c, all, said, was) == "" {
		t.Error("without R3 of the map nothing is found: the search is blind")
	}
}
