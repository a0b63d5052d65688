package ballot_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/ballot/count"
	"sanwen/internal/work/matter"
)

// TestFromThePoolToTheLedger walks from three candidates to a matter that a department leads.
func TestFromThePoolToTheLedger(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := []string{w.ready("浴室增设吹风机"), w.ready("更衣室加装除湿机"), w.ready("通勤班车加一个班次")}
		id := w.plan(all, func(p *ballot.Plan) { p.Places, p.Opens = 1, "2026-11-24" })
		if b := w.get(id); b.State != ballot.Planned || b.Electors != 0 || b.Seed != "" {
			t.Fatalf("planned: %+v", b)
		}
		w.on("2026-11-24 00:10")
		b := w.get(id)
		people := w.Count(`SELECT COUNT(*) FROM org_person WHERE path >= '/G/U01/' AND path < '/G/U03/' AND status = 'active'`)
		if b.State != ballot.Open || b.Electors != int64(people) || b.Seed == "" || w.candidate(all[0]).State != ballot.Listed {
			t.Fatalf("open: %+v", b)
		}
		if n := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'ballot.opened' AND data LIKE $1 AND data NOT LIKE $2`, "%"+ballot.SeedDigest(b.Seed)+"%", "%"+b.Seed+"%"); n != 1 {
			t.Error("the record of the opening does not seal the seed")
		}
		w.refuses("D06-1", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.unknown")
		w.refuses("", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.unknown")
		w.refuses("worker", ballot.Vote{Ballot: id}, "marks:ballot.vote.none")
		w.refuses("worker", ballot.Vote{Ballot: id, Marks: []int{1}, Abstain: true}, "marks:ballot.vote.both")
		w.refuses("worker", ballot.Vote{Ballot: id, Marks: []int{1, 2}}, "marks:ballot.vote.many")
		w.refuses("worker", ballot.Vote{Ballot: id, Marks: []int{4}}, "marks:fault.choice")
		var mine []ballot.Ballot
		w.Read(func(tx *db.Tx) (err error) { mine, err = ballot.Mine(tx, w.P("worker")); return err })
		if len(mine) != 1 {
			t.Fatalf("he may vote %d times", len(mine))
		}
		w.Do("worker", ballot.Vote{Ballot: id, Marks: []int{2}})
		w.refuses("worker", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.used")
		w.Read(func(tx *db.Tx) (err error) { mine, err = ballot.Mine(tx, w.P("worker")); return err })
		if len(mine) != 0 {
			t.Error("he may vote again")
		}
		for i := range 40 {
			w.Do("U01-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{2}})
			if i < 15 {
				w.Do("U02-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
			}
		}
		w.Do("U02-20", ballot.Vote{Ballot: id, Abstain: true})
		w.on("2026-11-30 23:00")
		if w.get(id).State != ballot.Open {
			t.Error("closed on its last day")
		}
		w.on("2026-12-01 00:10")
		w.refuses("U02-30", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.late")
		b = w.get(id)
		if b.State != ballot.Counted || b.Papers != 57 || b.Abstained != 1 || b.Last != 41 {
			t.Fatalf("counted: %+v", b)
		}
		got := ""
		for _, x := range w.choices(id) {
			got += " " + strconv.FormatInt(x.Votes, 10) + " " + string(x.Outcome)
		}
		if got != " 15 fewer 41 chosen 0 no_vote" {
			t.Errorf("result%s", got)
		}
		c := w.candidate(all[1])
		var m matter.Matter
		w.Read(func(tx *db.Tx) (err error) { m, err = matter.Find(tx, c.Matter); return err })
		if c.State != ballot.Chosen || m.Title != "更衣室加装除湿机" || m.Source != matter.FromBallot || m.State != matter.Assigned || m.Lead != "D05" || m.Beneficiaries != 800 {
			t.Errorf("the matter: %+v", m)
		}
		for _, lost := range []string{all[0], all[2]} {
			if c := w.candidate(lost); c.State != ballot.Ready || c.Ballot != id || c.Matter != "" {
				t.Errorf("what lost: %+v", c)
			}
		}
		w.Read(func(tx *db.Tx) error {
			h, err := ballot.History(tx, all[0])
			if len(h) != 1 || h[0].Choice.Votes != 15 || h[0].Ballot.Last != 41 {
				t.Errorf("what is told of it: %+v", h)
			}
			again, err2 := ballot.CountAgain(tx, b)
			if err2 != nil || again.Votes[1] != 41 || again.Papers != 57 {
				t.Errorf("counted again: %+v %v", again, err2)
			}
			return err
		})
		w.refuses("triager", ballot.Cancel{Ballot: id, Reason: "不办了"}, "cycle.refused")
		// It may stand again.
		next := w.plan([]string{all[0], all[2]}, func(p *ballot.Plan) { p.Places, p.Opens, p.Closes = 1, "2026-12-01", "2026-12-02" })
		if w.get(next).State != ballot.Open {
			t.Error("those that lost cannot stand again")
		}
	})
}

// TestTooFew: below the quorum nothing is counted and nothing is kept; the candidates are ready again.
func TestTooFew(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(3)
		id := w.plan(all)
		b := w.get(id)
		for i := range int(b.Need() - 1) {
			unit := "U01-"
			if i >= 40 {
				unit = "U02-"
			}
			w.Do(unit+strconv.Itoa(i%40), ballot.Vote{Ballot: id, Marks: []int{1}})
		}
		w.mix()
		w.on("2026-12-01 00:10")
		b = w.get(id)
		if b.State != ballot.Void || b.Papers != b.Need()-1 {
			t.Fatalf("%+v", b)
		}
		if n := w.Count(`SELECT (SELECT COUNT(*) FROM ballot_paper) + (SELECT COUNT(*) FROM ballot_box) + (SELECT COALESCE(SUM(votes), 0) FROM ballot_choice)`); n != 0 {
			t.Errorf("%d papers or votes are kept", n)
		}
		for _, c := range all {
			if x := w.candidate(c); x.State != ballot.Ready {
				t.Errorf("%+v", x)
			}
		}
		if n := w.Count(`SELECT COUNT(*) FROM matter`); n != 0 {
			t.Errorf("%d matters", n)
		}
	})
}

// TestTheQuorumDecides: one vote more, and it is counted.
func TestTheQuorumDecides(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(3)
		id := w.plan(all, func(p *ballot.Plan) { p.Electorate, p.Quorum = ballot.Delegates, count.TwoThirds })
		if b := w.get(id); b.Electors != 40 || b.Need() != 27 {
			t.Fatalf("%+v", b)
		}
		w.refuses("U01-1", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.unknown") // no delegate
		for i := range 27 {
			w.Do([]string{"U01-", "U02-"}[i%2]+strconv.Itoa(i/2*2), ballot.Vote{Ballot: id, Marks: []int{1, 3}})
		}
		w.on("2026-12-01 00:10")
		if b := w.get(id); b.State != ballot.Counted {
			t.Errorf("%+v", b)
		}
		if w.candidate(all[0]).State != ballot.Chosen || w.candidate(all[1]).State != ballot.Ready || w.candidate(all[2]).State != ballot.Chosen {
			t.Error("others are chosen")
		}
	})
}

// TestALotDecides: candidates with as many votes for one place; the seed tells which, and everybody can draw again.
func TestALotDecides(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(3)
		id := w.plan(all, func(p *ballot.Plan) { p.Places = 1 })
		for i := range 30 {
			w.Do("U01-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
			w.Do("U02-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{3}})
		}
		w.on("2026-12-01 00:10")
		b, x := w.get(id), w.choices(id)
		lots := b.Lots()
		if len(lots) != 2 || x[lots[0]-1].Outcome != count.Drawn || x[lots[1]-1].Outcome != count.NotLot || x[1].Outcome != count.NoVote {
			t.Fatalf("%v %+v", lots, x)
		}
		w.Read(func(tx *db.Tx) error {
			r, err := ballot.CountAgain(tx, b)
			if r.Tied[0]+1 != lots[0] {
				t.Errorf("drawn again: %v, was %v", r.Tied, lots)
			}
			return err
		})
		if w.candidate(all[lots[0]-1]).State != ballot.Chosen || w.candidate(all[lots[1]-1]).State != ballot.Ready {
			t.Error("another is chosen than the lot says")
		}
	})
}

// TestWhatIsRefused: at its field.
func TestWhatIsRefused(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(4)
		pooled := w.put("还没有评估的候选")
		good := ballot.Plan{Title: "票选", Electorate: ballot.Everybody, Places: 2, Rule: count.Most, Quorum: count.OverHalf, Opens: "2026-11-23", Closes: "2026-11-30", Candidates: all}
		for want, change := range map[string]func(*ballot.Plan){
			"title:fault.required":        func(p *ballot.Plan) { p.Title = " " },
			"title:fault.too_long":        func(p *ballot.Plan) { p.Title = strings.Repeat("长", 61) },
			"about:fault.too_long":        func(p *ballot.Plan) { p.About = strings.Repeat("长", 301) },
			"electorate:fault.choice":     func(p *ballot.Plan) { p.Electorate = "some" },
			"electorate:ballot.small":     func(p *ballot.Plan) { p.Units = []string{"D06"} },
			"units:fault.choice":          func(p *ballot.Plan) { p.Units = []string{"U09"} },
			"rule:fault.choice":           func(p *ballot.Plan) { p.Rule = "all" },
			"quorum:fault.choice":         func(p *ballot.Plan) { p.Quorum = "none" },
			"places:fault.range":          func(p *ballot.Plan) { p.Places = 0 },
			"candidates:ballot.more":      func(p *ballot.Plan) { p.Places = 4 },
			"candidates:ballot.not_ready": func(p *ballot.Plan) { p.Candidates = append(slices.Clone(all), pooled) },
			"opens:survey.round.opens":    func(p *ballot.Plan) { p.Opens = "2026-11-22" },
			"closes:survey.round.closes":  func(p *ballot.Plan) { p.Closes = "2027-03-01" },
		} {
			p := good
			change(&p)
			w.refuses("triager", &p, want)
		}
		doubled := good
		doubled.Candidates, doubled.Places = []string{all[0], all[0], all[1]}, 2
		w.refuses("triager", &doubled, "candidates:ballot.more") // twice the same is once
		for want, in := range map[string]ballot.Words{
			"title:fault.required":          {Title: "三个字", Body: "内容"},
			"body:fault.required":           {Title: "浴室增设吹风机"},
			"goal:pool.goal.needed":         {Title: "浴室增设吹风机", Body: "内容", Measurable: ballot.Yes},
			"broad:fault.choice":            {Title: "浴室增设吹风机", Body: "内容", Broad: "perhaps"},
			"unit:fault.choice":             {Title: "浴室增设吹风机", Body: "内容", Unit: "U09"},
			"source_id:pool.source.unknown": {Title: "浴室增设吹风机", Body: "内容"},
		} {
			put := &ballot.Put{Words: in, Source: ballot.ByHand}
			if strings.HasPrefix(want, "source") {
				put.Source, put.SourceID = ballot.FromVoice, "x"
			}
			w.refuses("triager", put, want)
		}
		w.refuses("triager", ballot.Admit{Candidate: pooled}, "pool.admit.note")
		w.Do("triager", ballot.Ask{Candidate: pooled, Lead: "D05"})
		w.refuses("other", ballot.Assess{Candidate: pooled, Possible: ballot.Yes}, "access.denied")
		for want, in := range map[string]ballot.Assess{
			"possible:fault.choice": {Helped: 1, Days: 1, Note: "可以完成"},
			"funds:fault.choice":    {Possible: ballot.Yes, Cost: 100, Helped: 1, Days: 1, Note: "可以完成"},
			"cost:fault.range":      {Possible: ballot.Yes, Cost: -1, Helped: 1, Days: 1, Note: "可以完成"},
			"helped:fault.range":    {Possible: ballot.Yes, Days: 1, Note: "可以完成"},
			"days:fault.range":      {Possible: ballot.Yes, Helped: 1, Days: 366, Note: "可以完成"},
			"note:pool.note.needed": {Possible: ballot.Yes, Helped: 1, Days: 1},
		} {
			in.Candidate = pooled
			w.refuses("head", in, want)
		}
		w.Do("head", ballot.Assess{Candidate: pooled, Possible: ballot.No, Note: "今年做不到，要改结构"})
		w.refuses("triager", ballot.Admit{Candidate: pooled}, "pool.admit.note")
		w.refuses("triager", ballot.Merge{Candidate: pooled, Into: pooled}, "into:pool.merge.other")
		w.refuses("triager", ballot.Drop{Candidate: pooled}, "reason:fault.required")
		w.refuses("triager", ballot.Drop{Candidate: pooled, Version: 1, Reason: "做不到"}, "pool.stale")
		w.Do("triager", ballot.Drop{Candidate: pooled, Reason: "今年做不到"})
		w.refuses("triager", ballot.Merge{Candidate: all[0], Into: pooled}, "into:pool.merge.other")
		id := w.plan(all)
		if err := w.Write(func(tx *db.Tx) error { return ballot.Vote{Ballot: id, Marks: []int{1}}.Do(tx, w.P("U01-1")) }); err != ballot.ErrFine {
			t.Errorf("a vote with its minute: %v", err)
		}
		w.Do("U01-2", ballot.Vote{Ballot: id, Marks: []int{1}})
		w.refuses("triager", ballot.Cancel{Ballot: id}, "reason:fault.required")
		w.Do("triager", ballot.Cancel{Ballot: id, Reason: "候选项目有误"})
		w.refuses("U01-3", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.late")
		if n := w.Count(`SELECT (SELECT COUNT(*) FROM ballot_box) + (SELECT COUNT(*) FROM ballot_paper)`); n != 0 {
			t.Errorf("%d papers are left", n)
		}
	})
}

// TestThePoolOwesAnswers: a department that is asked owes the note, another that is asked instead takes it over, and what is merged or taken out is
// owed no more.
func TestThePoolOwesAnswers(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id, other := w.put("食堂早餐提前半小时"), w.put("早餐供应提前到六点")
		owed := func() (out []string) {
			ref := w.candidate(id).Ref()
			w.Read(func(tx *db.Tx) error {
				all, err := duty.Of(tx, ref)
				for _, d := range all {
					if d.Open {
						out = append(out, d.Unit)
					}
				}
				return err
			})
			return out
		}
		w.Do("triager", ballot.Ask{Candidate: id, Lead: "D05", Text: "几点能开伙？"})
		if got := owed(); !slices.Equal(got, []string{"D05"}) {
			t.Errorf("owed by %v", got)
		}
		w.Do("triager", ballot.Ask{Candidate: id, Lead: "D01"})
		if got := owed(); !slices.Equal(got, []string{"D01"}) {
			t.Errorf("owed by %v", got)
		}
		w.refuses("head", ballot.Assess{Candidate: id, Possible: ballot.Yes, Helped: 1, Days: 1, Note: "可以完成"}, "access.denied")
		w.Do("triager", ballot.Merge{Candidate: id, Into: other})
		if got := owed(); len(got) != 0 {
			t.Errorf("still owed by %v", got)
		}
		w.Read(func(tx *db.Tx) error {
			in, err := ballot.MergedInto(tx, other)
			if len(in) != 1 || in[0].ID != id {
				t.Errorf("merged: %+v", in)
			}
			return err
		})
		// What was admitted and is changed has to be admitted again.
		again := w.ready("车棚加装充电桩")
		change := words("车棚加装充电桩二十个")
		w.Do("triager", ballot.Amend{Candidate: again, Words: change})
		if w.candidate(again).State != ballot.Pooled {
			t.Error("what was changed is still ready")
		}
		change.Broad = ballot.No
		w.Do("triager", ballot.Amend{Candidate: again, Words: change})
		w.refuses("triager", ballot.Admit{Candidate: again}, "pool.admit.criteria")
	})
}

// TestPoolList: filters, and a page after another.
func TestPoolList(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		for i := range ballot.PageSize + 3 {
			w.put("第" + strconv.Itoa(100+i) + "个候选")
		}
		w.on("2026-11-23 09:30")
		w.ready("车棚加装充电桩")
		list := func(f ballot.PoolFilter) (all []ballot.Candidate, next string) {
			w.Read(func(tx *db.Tx) (err error) { all, next, err = ballot.Pool(tx, w.P("handler"), f); return err })
			return all, next
		}
		all, next := list(ballot.PoolFilter{})
		if len(all) != ballot.PageSize || next == "" || all[0].Title != "车棚加装充电桩" {
			t.Fatalf("%d rows, next %q", len(all), next)
		}
		if rest, end := list(ballot.PoolFilter{After: next}); len(rest) != 4 || end != "" {
			t.Errorf("%d rows on the second page", len(rest))
		}
		for want, f := range map[int]ballot.PoolFilter{1: {State: ballot.Ready}, 2: {Text: "第15"}, 0: {Source: ballot.FromVoice}} {
			if all, _ := list(f); want != 2 && len(all) != want || want == 2 && len(all) != 3 {
				t.Errorf("%+v: %d rows", f, len(all))
			}
		}
		if all, _ := list(ballot.PoolFilter{Lead: "/G/D05/"}); len(all) != 1 {
			t.Errorf("%d rows of a department", len(all))
		}
	})
}

// TestTurnoutIsTold: while a ballot is open the number that is told grows once an hour and in whole steps, and says nothing in between; it is not
// written together with a vote, and makes no page outdated.
func TestTurnoutIsTold(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.plan(w.several(3), func(p *ballot.Plan) { p.Units = []string{"U01"} })
		before, electors := w.get(id), 0
		vote := func(n int) {
			for range n {
				w.Do("U01-"+strconv.Itoa(electors), ballot.Vote{Ballot: id, Marks: []int{1}})
				electors++
			}
		}
		tell := func(want int64, reached bool) {
			t.Helper()
			w.Runs(ballot.Tell)
			if b := w.get(id); b.Shown != want || b.Reached() != reached || b.Version != before.Version {
				t.Errorf("after %d votes %d are told, %v, version %d", electors, b.Shown, b.Reached(), b.Version)
			}
		}
		tell(0, false)
		vote(4)
		tell(0, false)
		vote(5)
		if b := w.get(id); b.Shown != 0 {
			t.Errorf("%d are told before the hour", b.Shown)
		}
		tell(5, false)
		tell(5, false)
		vote(1)
		tell(10, false)
		need := int(before.Need())
		vote(need - 10)
		tell(int64(need-need%5), need%5 == 0)
		vote(5)
		tell(int64((need+5)-(need+5)%5), true)
		if got := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'ballot.told'`); got != 4 {
			t.Errorf("told %d times", got)
		}
		if w.Postgres() {
			if n := w.Count(`SELECT COUNT(*) FROM ballot b JOIN event e ON CAST(b.xmin AS TEXT) = CAST(e.xmin AS TEXT) WHERE e.kind = 'ballot.voted'`); n != 0 {
				t.Error("what is told was written together with a vote")
			}
		}
		w.on("2026-12-01 00:10")
		before = w.get(id)
		tell(int64((need+5)-(need+5)%5), true) // nothing more is told of what is over
	})
}

// TestTurnout: units that are too small are not shown by themselves, and their sum cannot be had by subtraction.
func TestTurnout(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.plan(w.several(3), func(p *ballot.Plan) { p.Units = nil })
		for i := range 12 {
			w.Do("U01-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
			w.Do("U02-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
		}
		for i := range 2 {
			w.Do("D06-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
		}
		show := func() (out string) {
			b := w.get(id)
			w.Read(func(tx *db.Tx) error {
				all, units, err := ballot.Turnout(tx, b)
				out = strconv.FormatInt(all.Voted, 10)
				for _, g := range units {
					out += " " + g.Unit + ":" + strconv.FormatInt(g.Voted, 10)
				}
				return err
			})
			return out
		}
		if got := show(); got != "26 U02:12 :14" { // two of the small units alone would be seen: another hides them
			t.Errorf("turnout %s", got)
		}
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.PlaceUsers, Value: "50", Basis: "更严"}.Do(tx, systemPerson)
		})
		if got := show(); got != "26 :26" {
			t.Errorf("turnout with a stricter rule %s", got)
		}
	})
}
