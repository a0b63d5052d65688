package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	limits "sanwen/internal/ground/few"
	"sanwen/internal/ground/few/fewtest"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/word"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

// unitSaid is what the people of one unit answered to the two questions of [twoQuestions].
type unitSaid [][2]string

var twoQuestions = form.Body{Title: form.Words{Zh: "问卷"}, Scales: map[string][]form.Words{"s": {{Zh: "差"}, {Zh: "中"}, {Zh: "好"}}},
	Sections: []form.Section{{Words: form.Words{Zh: "部分"}, Questions: []form.Question{{Key: "a", Kind: form.Scale, Steps: "s", Words: form.Words{Zh: "甲"}},
		{Key: "b", Kind: form.Single, Words: form.Words{Zh: "乙"}, Options: []form.Option{{Key: "1", Words: form.Words{Zh: "是"}}, {Key: "2", Words: form.Words{Zh: "否"}}, {Key: "3", Words: form.Words{Zh: "难说"}}}}}}},
	Scores: []form.Score{{Key: "x", Words: form.Words{Zh: "得分"}, Of: []string{"a"}}}}

// talliedOf counts what was answered.
func talliedOf(units []unitSaid) (tally result.Tally) {
	count := result.NewCounter(twoQuestions)
	for i, all := range units {
		u := tally.Of("U" + strconv.Itoa(i))
		u.People, u.Invited = 30, 30
		for _, s := range all {
			count.Add(u, form.Answers{"a": {s[0]}, "b": {s[1]}})
		}
	}
	return tally
}

// shownOf is everything that pages and files show of answers: the document, the rows of the tables, the pages, each as text.
func shownOf(t interface{ Fatal(...any) }, units []unitSaid, rule limits.Rule) (result.Result, map[string]string) {
	return shownOfTally(t, talliedOf(units), rule)
}

func shownOfTally(t interface{ Fatal(...any) }, tally result.Tally, rule limits.Rule) (result.Result, map[string]string) {
	n, units := 0, tally.Units
	for _, u := range units {
		n += u.Answers
	}
	raw, err := json.Marshal(tally)
	if err != nil {
		t.Fatal(err)
	}
	x := result.Publish(twoQuestions, tally, rule)
	zone := clock.Shanghai()
	fake := clock.NewFake(clock.Day("2026-11-30").Time(zone))
	r := &Req{Lang: lang.ZH, Server: &Server{Site: &Site{Clock: fake, Zone: zone}}}
	round := survey.Round{ID: "r", Title: "测评", State: survey.Closed, Audience: survey.Everybody, Opens: "2026-11-01", Closes: "2026-11-20", People: int64(30 * len(units)), Invited: int64(30 * len(units)),
		Tally: string(raw), Turnout: int64(n), ClosedAt: clock.MillisOf(fake.Now())}
	v := &surveyView{r: r, round: round, body: twoQuestions, result: x, past: []survey.Past{{Round: round, Result: x}, {Round: round, Result: x}}, tree: &org.Tree{}}
	out := map[string]string{"trends": fmt.Sprintf("%+v", v.trends()), "units": fmt.Sprintf("%+v", v.unitTables()), "all": fmt.Sprintf("%+v %+v %+v", v.facts(), v.scoreTable(), v.blocks())}
	var b bytes.Buffer
	if err := word.Write(&b, v.paper().document(lang.ZH, zone)); err != nil {
		t.Fatal(err)
	}
	out["docx"] = b.String()
	file := v.file() // of which xlsx and csv are made
	out["sheet"] = fmt.Sprintf("%+v %+v", file.Columns, file.Notes)
	for row, err := range file.Rows {
		if err != nil {
			t.Fatal(err)
		}
		out["sheet"] += fmt.Sprintln(row)
	}
	return x, out
}

// swapped lets somebody of one unit and somebody of another say what the other has said, so that all together say the same.
func swapped(units []unitSaid, i, j, m, n, question int) []unitSaid {
	out := slices.Clone(units)
	out[i], out[j] = slices.Clone(units[i]), slices.Clone(units[j])
	out[i][m][question], out[j][n][question] = units[j][n][question], units[i][m][question]
	return out
}

var threeUnits = []unitSaid{{{"1", "1"}, {"2", "1"}, {"1", "3"}}, {{"2", "2"}, {"3", "2"}, {"3", "1"}, {"2", "2"}, {"3", "2"}},
	{{"1", "2"}, {"2", "1"}, {"3", "3"}, {"1", "2"}, {"2", "1"}, {"3", "3"}, {"1", "2"}, {"2", "1"}}}

// drawnUnits are two to four units with what up to twelve people in each have answered; small ones come often.
func drawnUnits(t *rapid.T) []unitSaid {
	var units []unitSaid
	for range rapid.IntRange(2, 4).Draw(t, "units") {
		var all unitSaid
		for range rapid.OneOf(rapid.IntRange(1, 5), rapid.IntRange(1, 12)).Draw(t, "answers") {
			v := rapid.SampledFrom([]string{"1", "2", "3"})
			all = append(all, [2]string{v.Draw(t, "a"), v.Draw(t, "b")})
		}
		units = append(units, all)
	}
	return units
}

// TestFilesShowWhatIsPublished: pages, document and sheet are made of what is published and of nothing else: where two sets of answers are published
// as the same, every byte is the same. So a group that is hidden cannot be had from any of them, nor from all together.
func TestFilesShowWhatIsPublished(t *testing.T) {
	rule := limits.Rule{Answers: 5, People: 20}
	rapid.Check(t, func(t *rapid.T) {
		units := drawnUnits(t)
		i := rapid.IntRange(0, len(units)-2).Draw(t, "one")
		j := rapid.IntRange(i+1, len(units)-1).Draw(t, "another")
		other := swapped(units, i, j, rapid.IntRange(0, len(units[i])-1).Draw(t, "of one"), rapid.IntRange(0, len(units[j])-1).Draw(t, "of another"), rapid.IntRange(0, 1).Draw(t, "question"))
		x, a := shownOf(t, units, rule)
		y, b := shownOf(t, other, rule)
		if !reflect.DeepEqual(x, y) {
			return
		}
		for what := range a {
			if a[what] != b[what] {
				t.Fatalf("%s tells %v from %v", what, units, other)
			}
		}
	})
	other := swapped(threeUnits, 0, 1, 0, 0, 0) // the smallest, and the next smallest that is hidden with it
	for _, complementary := range []bool{true, false} {
		r := rule
		if !complementary {
			r = rule.Alone()
		}
		x, a := shownOf(t, threeUnits, r)
		y, b := shownOf(t, other, r)
		for _, what := range []string{"docx", "sheet", "units"} {
			if same := a[what] == b[what]; same != complementary || same != reflect.DeepEqual(x, y) {
				t.Errorf("with complementary suppression %v: %s is the same: %v", complementary, what, same)
			}
		}
	}
}

var (
	wordText = regexp.MustCompile(`<w:t[^>]*>([^<]*)</w:t>`)
	interval = regexp.MustCompile(`（[^）]*）`)
	figure   = regexp.MustCompile(`NaN|-?[0-9]+(?:\.[0-9]+)?`)
)

// toldInWord are the numbers of a Word document in their order, without the ends of intervals.
func toldInWord(t interface{ Fatal(...any) }, doc string) (out []string) {
	for _, m := range wordText.FindAllStringSubmatch(webtest.WordXML(t, []byte(doc)), -1) {
		out = append(out, figure.FindAllString(interval.ReplaceAllString(m[1], ""), -1)...)
	}
	return out
}

// solveWord takes every number of the Word document as an equation about the people of units: those of whom it moves when one of them says something
// else. It returns the sets of units below the threshold about which the equations leave no doubt.
func solveWord(t interface{ Fatal(...any) }, units []unitSaid, rule limits.Rule) (found []int, rows int) {
	_, shown := shownOf(t, units, rule)
	base := toldInWord(t, shown["docx"])
	for _, key := range []string{"a", "b"} {
		moved := map[int][]float64{}
		for i := range units { // the same for each: one who has said 1 says 2
			tally := talliedOf(units)
			it := tally.Units[i].Items[key]
			it.Count["1"]--
			it.Count["2"]++
			if key == "a" {
				it.Sum, it.Sq = it.Sum+1, it.Sq+3
				tally.Units[i].Scores["x"].Sum += 50
			}
			_, shown := shownOfTally(t, tally, rule)
			got := toldInWord(t, shown["docx"])
			if len(got) != len(base) {
				t.Fatal("an answer has changed what is shown")
			}
			for at := range got {
				if got[at] != base[at] {
					if moved[at] == nil {
						moved[at] = make([]float64, len(units))
					}
					moved[at][i] = 1
				}
			}
		}
		var all [][]float64
		for _, row := range moved {
			all = append(all, row)
		}
		rows += len(all)
		known := fewtest.Solve(all)
		for set := 1; set < 1<<len(units); set++ {
			ask, answers := make([]float64, len(units)), 0
			for i := range units {
				if set>>i&1 == 1 {
					ask[i] = 1
					answers += len(units[i])
				}
			}
			if answers < rule.Answers && known.Tells(ask) {
				found = append(found, set)
			}
		}
	}
	return found, rows
}

// TestStatisticsDifference collects every number of the Word document of a survey and solves it for units of which too few have answered: there is none,
// and with complementary suppression switched off there is one.
func TestStatisticsDifference(t *testing.T) {
	rule := limits.Rule{Answers: 5, People: 20}
	rapid.Check(t, func(t *rapid.T) {
		units := drawnUnits(t)
		if found, _ := solveWord(t, units, rule); found != nil {
			t.Fatalf("found out: units %b of %v", found, units)
		}
	})
	if found, rows := solveWord(t, threeUnits, rule); found != nil || rows < 10 {
		t.Errorf("with R3: %b of %d numbers", found, rows)
	}
	if found, _ := solveWord(t, threeUnits, rule.Alone()); found == nil {
		t.Error("without R3 nothing is found: the search is blind")
	}
}
