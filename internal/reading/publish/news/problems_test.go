package news_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/supervise"
)

// house is an organisation in which promises are made, broken and named.
type house struct {
	*orgtest.World
	ids map[string]string
}

func (h *house) at(when string) {
	h.T.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", when, clock.Shanghai())
	if err != nil {
		h.T.Fatal(err)
	}
	h.Clock.Set(t)
	if err := duty.RunLadder(h.T.Context(), h.DB); err != nil {
		h.T.Fatal(err)
	}
	h.Must(func(tx *db.Tx) error {
		if err := access.System("test").May(tx, access.DutySystem, access.Thing{}); err != nil {
			return err
		}
		_, err := matter.RunTimers(tx)
		return err
	})
}

func (h *house) promise(title, unit string, day clock.Day, public bool) {
	h.T.Helper()
	handler, head := "handler", "head"
	if unit == "D06" {
		handler, head = "other", "otherhead"
	}
	in := &matter.Register{Title: title, Public: public, Category: "BA-1", Place: "P104M", Unit: "U01", Voices: 3, Lead: unit}
	h.Do("triager", in)
	h.ids[title] = in.ID
	h.Do(handler, matter.SubmitPlan{Matter: in.ID, Plan: matter.Slots{Item: "提高水温", Standard: "水温不低于 38 ℃",
		Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}}, Owner: h.P(handler).ID, Deadline: day,
		Acceptors: []string{h.P("mill").ID}, Sponsor: h.P("leader").ID, Steps: []plan.Step{{Text: "更换喷头", Day: day}}}})
	h.Do(head, matter.SignPlan{Matter: in.ID, As: chain.AsHead, Approve: true})
	h.Do("supervisor", matter.DecidePlan{Matter: in.ID, Approve: true})
}

func (h *house) done(title, handler string) {
	h.T.Helper()
	h.Do(handler, matter.Report{Matter: h.ids[title], Text: "已更换", Done: true, Step: 1},
		matter.ClaimDone{Matter: h.ids[title], Text: "已更换", Readings: []matter.Reading{{Check: 1, Value: "40"}}})
}

// answer signs the draft of an order about a matter and has the head of the unit answer it.
func (h *house) answer(title, cause string) {
	h.T.Helper()
	var drafts []supervise.Order
	h.Read(func(tx *db.Tx) (err error) { drafts, err = supervise.Drafts(tx, h.P("supervisor"), 50); return err })
	i := slices.IndexFunc(drafts, func(o supervise.Order) bool { return o.SubjectID == h.ids[title] })
	h.Do("supervisor", supervise.Issue{Order: drafts[i].ID, Terms: supervise.Terms{Grade: duty.Red, Basis: supervise.BasisOverdue, Title: title, Demand: "书面说明原因和日期。", Due: "2026-11-30"}})
	h.Do("head", supervise.Reply{Order: drafts[i].ID, Cause: cause, Measures: "加急采购喷头。", Promised: "2026-11-30"})
}

// circular writes one and hands it in.
func (h *house) circular(unit string, since, to clock.Day) string {
	h.T.Helper()
	in := &news.Write{Kind: news.Circular, Unit: unit, Title: "实事办理情况通报"}
	h.Do("triager", in)
	h.Do("triager", news.Edit{News: in.ID, Submit: true, Title: in.Title, Everywhere: unit == "", Units: []string{"D06"}, Since: since, To: to,
		Blocks: []news.Block{{Key: "overall", Text: "受理的实事都有责任人和时限。"}, {Key: "demands", Text: "超期的单位本周内说明原因。"}}})
	return in.ID
}

// named says what is named, in its order: title, rung, days overdue, why, and when it was done.
func (h *house) named(id string) string {
	h.T.Helper()
	var c news.Content
	h.Read(func(tx *db.Tx) error {
		x, err := news.See(tx, h.P("triager"), id)
		if err != nil {
			return err
		}
		if x.Copies > 0 {
			all, err := news.All(tx, id)
			c = all[0].Content()
			return err
		}
		c, err = news.Preview(tx, x)
		return err
	})
	var out []string
	for _, p := range c.Taken.Problems {
		s := fmt.Sprintf("%s %s %s %d", p.Title, p.Unit.Code, p.On, p.Late)
		if p.Longer {
			s += " longer"
		}
		for _, w := range p.Waited {
			s += " " + string(w)
		}
		if p.Order != "" {
			s += " " + p.Order + ":" + p.Cause
		}
		if p.Solved != "" {
			s += " done " + string(p.Solved)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// TestWhatACircularNames: what is five working days overdue stands in the next circular because it is on an agenda, what is ten because the ladder
// says so; what waits, has more time, was let off or is not for everybody does not. Who solves it is struck, once. No person is named.
func TestWhatACircularNames(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(time.Date(2026, 10, 19, 9, 0, 0, 0, clock.Shanghai()))
		h := &house{World: orgtest.New(t, d, c), ids: map[string]string{}}
		for _, p := range []struct {
			title, unit string
			due         clock.Day
		}{{"ten days", "D05", "2026-10-30"}, {"five days", "D06", "2026-11-09"}, {"late and done", "D05", "2026-10-30"}, {"waits", "D05", "2026-10-30"}, {"more time", "D05", "2026-10-30"},
			{"let off", "D05", "2026-10-30"}, {"within", "D05", "2026-10-30"}, {"four days", "D06", "2026-11-13"}, {"waited", "D05", "2026-10-30"}, {"more time, and late", "D05", "2026-10-27"}} {
			h.promise(p.title, p.unit, p.due, p.title != "within")
		}
		h.at("2026-10-22 09:00")
		h.Do("handler", matter.AskMore{Matter: h.ids["more time, and late"], Day: "2026-10-30", Reason: "配件未到货", Interim: "临时供水"})
		h.Do("supervisor", matter.DecideMore{Matter: h.ids["more time, and late"], Grant: true}, matter.Pause{Matter: h.ids["waited"], Reason: "bid", Until: "2026-10-26", Note: "招标中"})
		h.at("2026-10-26 09:00")
		h.Do("supervisor", matter.Pause{Matter: h.ids["waits"], Reason: "bid", Until: "2026-12-01", Note: "招标中"})
		h.Do("handler", matter.AskMore{Matter: h.ids["more time"], Day: "2026-11-27", Reason: "配件未到货", Interim: "临时供水"})
		h.Do("supervisor", matter.DecideMore{Matter: h.ids["more time"], Grant: true})
		h.at("2026-11-02 09:00")
		h.answer("ten days", "喷头缺货，厂家月底到货。")
		h.answer("late and done", "职工handler2 请了病假，没有人接手。")
		h.at("2026-11-09 09:00")
		h.Do("supervisor", supervise.ExemptMatter{Matter: h.ids["let off"], Reason: "等待搬迁，已报领导同意"})
		h.at("2026-11-18 10:00")
		h.done("late and done", "handler")
		h.at("2026-11-20 10:00")
		id := h.circular("", "2026-11-01", "2026-11-18")
		other := h.circular("D06", "2026-11-01", "2026-11-18")
		// 2 to 6, 9 to 13 and 16 to 20 November are worked. What waited from the 22nd, a Thursday, to the 26th got two days more.
		if got, want := h.named(id), `ten days D05 circular 15 工督〔2026〕1号:喷头缺货，厂家月底到货。
more time, and late D05 circular 15 longer
waited D05 circular 13 bid
five days D06 agenda 9
late and done D05 circular 13 工督〔2026〕2号: done 2026-11-18`; sorted(got) != sorted(want) || !strings.HasSuffix(got, "2026-11-18") {
			t.Errorf("named is\n%s\nby hand it is\n%s", got, want)
		}
		if got := h.named(other); got != "five days D06 agenda 9" {
			t.Errorf("a department names %s", got)
		}
		h.at("2026-11-23 10:00") // since Friday evening "four days" is five days late: nobody has read that
		h.done("five days", "other")
		h.Do("supervisor", supervise.ExemptMatter{Matter: h.ids["waited"], Reason: "供货方破产，已报领导同意"})
		h.at("2026-11-23 11:00")
		h.Do("supervisor", news.Judge{News: id, Show: true})
		shown := `ten days D05 circular 15 工督〔2026〕1号:喷头缺货，厂家月底到货。
more time, and late D05 circular 15 longer
five days D06 agenda 9 done 2026-11-23
late and done D05 circular 13 工督〔2026〕2号: done 2026-11-18`
		if got := h.named(id); sorted(got) != sorted(shown) {
			t.Errorf("shown is\n%s\nby hand it is\n%s", got, shown)
		}
		h.at("2026-11-25 10:00")
		h.done("ten days", "handler")
		h.at("2026-11-30 10:00")
		// What was struck last time is not named again, what was named and is done now is struck. "more time" was due on the 27th.
		if got, want := h.named(h.circular("", "2026-11-19", "2026-11-28")), `more time, and late D05 circular 21 longer
four days D06 circular 11
ten days D05 circular 18 工督〔2026〕1号:喷头缺货，厂家月底到货。 done 2026-11-25`; sorted(got) != sorted(want) {
			t.Errorf("a week later it is\n%s\nby hand it is\n%s", got, want)
		}
		if got := h.named(id); sorted(got) != sorted(shown) {
			t.Errorf("what was shown is now\n%s", got)
		}
	})
}

func sorted(lines string) string {
	all := strings.Split(lines, "\n")
	slices.Sort(all)
	return strings.Join(all, "\n")
}
