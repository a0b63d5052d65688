package result

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/ground/few"
	"sanwen/internal/ground/few/fewtest"
	"sanwen/internal/work/survey/form"
)

var rule = few.Rule{Answers: 5, People: 20}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 5e-4 {
		t.Errorf("%s: %.4f, want %.4f", what, got, want)
	}
}

// TestByHand: numbers worked out with pencil and paper.
func TestByHand(t *testing.T) {
	w := Wilson(8, 10) // Newcombe 1998: 0.4902 to 0.9433
	near(t, "share", w.Value, 0.8)
	near(t, "low", w.Low, 0.4902)
	near(t, "high", w.High, 0.9433)
	if w := Wilson(0, 10); w.Low != 0 || w.High < 0.27 || w.High > 0.28 {
		t.Errorf("none of ten: %+v", w)
	}
	b, _ := form.Template("canteen")
	tally, count := Tally{}, NewCounter(b)
	for i, u := range []struct {
		unit   string
		people int
		steps  []string
	}{{"U01", 300, []string{"5", "5", "4", "4", "5", "4", "5", "4"}}, {"U02", 100, []string{"1", "2", "1", "2", "1", "2"}}} {
		x := tally.Of(u.unit)
		x.People, x.Invited = u.people, 40
		for _, s := range u.steps {
			a := form.Answers{"often": {"daily"}, "wait": {strconv.Itoa(10 * (i + 1))}, "hygiene": {s}, "health": {s}, "warm": {s}, "taste": {s}, "variety": {"-"}}
			count.Add(x, a)
		}
	}
	r := Publish(b, tally, rule)
	if r.People != 400 || r.Invited != 80 || r.Answers != 14 || r.TooFew {
		t.Fatalf("%+v", r)
	}
	for _, x := range r.Items {
		switch x.Question.Key {
		case "hygiene": // 36 and 9 of 14; 4.5 in U01, 1.5 in U02
			near(t, "mean", x.All.Mean.Value, 45.0/14)
			near(t, "of U01", x.Units[0].Mean.Value, 4.5)
			near(t, "weighted", x.Weighted.Mean.Value, 0.75*4.5+0.25*1.5)
			// s² is 2/7 and 0.3; 0.75²·(2/7)/8·(1−8/300) + 0.25²·0.3/6·(1−6/100)
			half := 1.96 * math.Sqrt(0.5625*0.285714/8*(1-8.0/300)+0.0625*0.3/6*0.94)
			near(t, "interval", x.Weighted.Mean.High-x.Weighted.Mean.Value, half)
			if x.All.Counts[4] != 4 || x.All.Counts[0] != 3 || x.Left {
				t.Errorf("counts %+v", x.All)
			}
		case "variety":
			if !x.Hidden || x.All.N != 0 {
				t.Errorf("what concerns nobody is shown: %+v", x)
			}
		case "wait":
			near(t, "minutes", x.All.Mean.Value, (8*10+6*20)/14.0)
		}
	}
	if !r.Scores[0].Hidden || r.Scores[0].All.N != 0 {
		t.Error("a score is shown of which one question is hidden: it tells that one")
	}
}

// TestCoverage: in a population of which the truth is known, the weighted estimate of a stratified sample lies in its interval in at least 93 of
// 100 runs, also where the groups answer at different rates; the plain one does not.
func TestCoverage(t *testing.T) {
	b, _ := form.Template("pulse")
	const runs = 300
	count := NewCounter(b)
	hit, plain := 0, 0
	rnd := rand.New(rand.NewPCG(20261129, 7))
	for range runs {
		tally := Tally{}
		people, truth := 0, 0.0
		for g, size := range []int{2400, 900, 500, 200} {
			mood := 2.2 + 0.6*float64(g)
			var all []int
			for range size {
				x := min(5, max(1, int(math.Round(mood+rnd.NormFloat64()))))
				all = append(all, x)
				truth += float64(x)
			}
			people += size
			u := tally.Of("U0" + strconv.Itoa(g))
			u.People, u.Invited = size, 150
			for range 40 + 35*g { // those who are content answer more readily
				count.Add(u, form.Answers{"g1": {strconv.Itoa(all[rnd.IntN(len(all))])}})
			}
		}
		truth /= float64(people)
		x := Publish(b, tally, rule).Items[0]
		if e := x.Weighted.Mean; e.Low <= truth && truth <= e.High {
			hit++
		}
		if e := x.All.Mean; e.Low <= truth && truth <= e.High {
			plain++
		}
	}
	if hit*100 < 93*runs || hit*100 > 99*runs {
		t.Errorf("the truth lies in %d of %d weighted intervals", hit, runs)
	}
	if plain*100 > 50*runs {
		t.Errorf("the truth lies in %d of %d plain intervals: this population shows nothing", plain, runs)
	}
}

// numbers walks over everything that is published.
func numbers(v reflect.Value, path string, yield func(path string, x float64)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			numbers(v.Field(i), path+"."+v.Type().Field(i).Name, yield)
		}
	case reflect.Slice:
		for i := range v.Len() {
			numbers(v.Index(i), path+"["+strconv.Itoa(i)+"]", yield)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			numbers(v.Elem(), path, yield)
		}
	case reflect.Int:
		yield(path, float64(v.Int()))
	case reflect.Float64:
		yield(path, v.Float())
	}
}

func published(r Result) map[string]float64 {
	out := map[string]float64{}
	numbers(reflect.ValueOf(r), "", func(p string, x float64) { out[p] = x })
	return out
}

type person struct{ first, second string }

var asked = form.Body{Title: form.Words{Zh: "问卷"}, Scales: map[string][]form.Words{"s": {{Zh: "差"}, {Zh: "中"}, {Zh: "好"}}},
	Sections: []form.Section{{Questions: []form.Question{{Key: "a", Kind: form.Scale, Steps: "s", NA: true}, {Key: "b", Kind: form.Scale, Steps: "s", NA: true}}}},
	Scores:   []form.Score{{Key: "x", Of: []string{"a", "b"}}}}

var counted = NewCounter(asked)

func tallied(people []int, units [][]person) Tally {
	var t Tally
	for i, all := range units {
		u := t.Of("U" + strconv.Itoa(i))
		u.People, u.Invited = people[i], people[i]
		for _, p := range all {
			counted.Add(u, form.Answers{"a": {p.first}, "b": {p.second}})
		}
	}
	return t
}

// solve looks at everything that is published as equations about how many people of each unit gave an answer: each is found by letting one person
// of the unit say something else, and looking which numbers move and by how much. It returns the groups below the threshold about which the
// equations leave no doubt.
func solve(people []int, units [][]person, r few.Rule) (found []string) {
	base := published(Publish(asked, tallied(people, units), r))
	for _, key := range []string{"a", "b"} {
		var cols []int // units of which somebody has answered the question
		for i, u := range tallied(people, units).Units {
			if it := u.Items[key]; it != nil && it.N > 0 {
				cols = append(cols, i)
			}
		}
		moved := map[string][]float64{}
		for c, i := range cols {
			t := tallied(people, units)
			it, score := t.Units[i].Items[key], t.Units[i].Scores["x"]
			it.Count["1"]--
			it.Count["2"]++
			it.Sum, it.Sq = it.Sum+1, it.Sq+3
			score.Sum += 25
			for k, x := range published(Publish(asked, t, r)) {
				if d := x - base[k]; math.Abs(d) > 1e-9 && linear(k) {
					if moved[k] == nil {
						moved[k] = make([]float64, len(cols))
					}
					moved[k][c] = d
				}
			}
		}
		var rows [][]float64
		for _, row := range moved {
			rows = append(rows, row)
		}
		known := fewtest.Solve(rows)
		for set := 1; set < 1<<len(cols); set++ {
			answers, size := 0, 0
			ask := make([]float64, len(cols))
			for c, i := range cols {
				if set>>c&1 == 1 {
					ask[c] = 1
					size += people[i]
					for _, p := range units[i] {
						if key == "a" && p.first != "-" || key == "b" && p.second != "-" {
							answers++
						}
					}
				}
			}
			if answers >= r.Answers && size >= r.People {
				continue
			}
			if known.Tells(ask) {
				found = append(found, fmt.Sprintf("question %s, units %b of %v", key, set, cols))
			}
		}
	}
	return found
}

// linear reports whether a number moves in proportion to the counts: shares, counts and means do, the ends of intervals are looked at by
// [TestIntervals].
func linear(path string) bool {
	n := len(path)
	return !(n > 4 && path[n-4:] == ".Low") && !(n > 5 && path[n-5:] == ".High")
}

func drawn(t *rapid.T) (people []int, units [][]person) {
	for range rapid.IntRange(1, 6).Draw(t, "units") {
		n := rapid.IntRange(20, 60).Draw(t, "people")
		people = append(people, n)
		var all []person
		for range rapid.OneOf(rapid.IntRange(0, 7), rapid.IntRange(0, 20)).Draw(t, "answers") {
			v := rapid.SampledFrom([]string{"1", "1", "2", "3", "-"})
			all = append(all, person{v.Draw(t, "first"), v.Draw(t, "second")})
		}
		units = append(units, all)
	}
	return people, units
}

// TestStatisticsDifference collects every number that anybody can see of a round and solves it for groups under the threshold: there is none.
func TestStatisticsDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, units := drawn(t)
		if found := solve(people, units, rule); found != nil {
			t.Fatalf("found out: %v\n%v\n%v", found, people, units)
		}
	})
}

// TestDifferenceFinds: with complementary suppression switched off the same search finds a group.
func TestDifferenceFinds(t *testing.T) {
	three := []person{{"1", "1"}, {"2", "1"}, {"1", "3"}}
	var many []person
	for range 12 {
		many = append(many, person{"1", "2"}, person{"2", "1"})
	}
	people, units := []int{30, 50, 40}, [][]person{three, many, many[:9]}
	if found := solve(people, units, rule); found != nil {
		t.Errorf("with R3: %v", found)
	}
	if found := solve(people, units, rule.Alone()); found == nil {
		t.Error("without R3 nothing is found: the search is blind")
	}
}

// TestIntervals: the ends of an interval of something hidden are not published, and those of the weighted number are made of what is.
func TestIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, units := drawn(t)
		tally := tallied(people, units)
		r := Publish(asked, tally, rule)
		for _, x := range r.Items {
			if x.Hidden {
				if len(published(Result{Items: []Answered{{Group: x.Group}}})) > 0 && (x.All.N != 0 || len(x.Units) > 0) {
					t.Fatalf("hidden and shown: %+v", x)
				}
				continue
			}
			var rest cell
			for i, u := range tally.Units {
				shown := false
				for _, l := range x.Units {
					shown = shown || l.Unit == u.Unit
				}
				if it := u.Items[x.Question.Key]; !shown && it != nil {
					c := cell{Moment: it.Moment, people: people[i]}
					rest.join(c)
				}
			}
			if x.Left && rest.N > 0 && len(x.Units) > 0 && rest.N < rule.Answers {
				t.Fatalf("%d answers are left over: %+v", rest.N, x)
			}
		}
	})
}

// TestWalkInsStandApart: answers of whoever came by move no other number, and are hidden by themselves where they are few.
func TestWalkInsStandApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, units := drawn(t)
		tally := tallied(people, units)
		without := Publish(asked, tally, rule)
		tally.WalkIn = &Unit{Unit: "*"}
		n := rapid.IntRange(1, 9).Draw(t, "walk-ins")
		for range n {
			counted.Add(tally.WalkIn, form.Answers{"a": {"1"}, "b": {"3"}})
		}
		with := Publish(asked, tally, rule)
		if with.WalkIn == nil || with.WalkIn.TooFew != (n < rule.Answers) || !with.WalkIn.TooFew && with.WalkIn.Items[0].All.N != n {
			t.Fatalf("%d walk-ins: %+v", n, with.WalkIn)
		}
		if with.WalkIn = nil; !reflect.DeepEqual(with, without) {
			t.Fatalf("they moved something: %+v, %+v", with, without)
		}
	})
}
