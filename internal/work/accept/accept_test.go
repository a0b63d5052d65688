package accept_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/box"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
)

func TestTheListIsFrozenAndFair(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		why := map[string]string{}
		receipts := 0
		for _, i := range w.list(id, 1) {
			if i.Person == "" {
				receipts++
				continue
			}
			why[i.Person] = i.Why
		}
		for k, want := range map[string]string{"worker": accept.WhySubmitter, "handler2": accept.WhySubmitter, "mill": accept.WhyAcceptor,
			"worker3": accept.WhySample, "worker2": accept.WhySample} {
			if why[w.P(k).ID] != want {
				w.T.Errorf("%s is invited as %q, want %q", k, why[w.P(k).ID], want)
			}
		}
		for _, k := range []string{"head", "handler", "contractor", "inspector", "leader"} {
			if why[w.P(k).ID] != "" {
				w.T.Errorf("%s is invited as %s", k, why[w.P(k).ID])
			}
		}
		if receipts != 1 {
			w.T.Errorf("%d receipts are invited", receipts)
		}
		// The lot can be drawn again with what is public: everybody at work in the unit of the place, by id.
		s := w.summary(id, "triager")[0]
		var users []string
		w.Read(func(tx *db.Tx) (err error) {
			users, err = db.All[string](tx, `SELECT id FROM org_person WHERE status = 'active' AND path LIKE '/G/U01/%' ORDER BY path, id`)
			return err
		})
		if int(s.Pool) != len(users) {
			w.T.Fatalf("drawn from %d, the place has %d people", s.Pool, len(users))
		}
		for _, n := range accept.Draw(s.Seed, len(users), len(users)) {
			if why[users[n]] == "" {
				w.T.Errorf("person %d was drawn and is not invited", n)
			}
		}
	})
}

func TestOneAnswerEach(t *testing.T) {
	run(t, func(w *world) {
		id := w.executing()
		w.claim(id)
		list := w.list(id, 1)
		slices.SortFunc(list, func(a, b accept.Invitation) int { // the worker answers last
			return strings.Compare(strconv.FormatBool(a.Person == w.P("worker").ID), strconv.FormatBool(b.Person == w.P("worker").ID))
		})
		if err := w.answer(list[0], accept.Solved); key(err) != "accept.early" {
			w.T.Errorf("answered before the inspection: %v", err)
		}
		w.pass(id)
		if err := w.answer(list[0], accept.Solved); err != nil {
			w.T.Fatal(err)
		}
		if err := w.answer(list[0], accept.Not); key(err) != "accept.used" || fault.KindOf(err) != fault.Conflict {
			w.T.Errorf("answered twice: %v", err)
		}
		other := list[slices.IndexFunc(list, func(i accept.Invitation) bool { return i.Person == w.P("worker").ID })]
		if err := w.Try("mill", accept.Answer{Invitation: other.ID, Fact: accept.Yes, Result: accept.Solved}); key(err) != "accept.unknown" {
			w.T.Errorf("answered with somebody else's invitation: %v", err)
		}
		for _, in := range []accept.Answer{{Result: accept.Solved}, {Fact: accept.Yes}, {Fact: accept.Yes, Result: accept.Solved, Grade: 6},
			{Fact: accept.Yes, Result: accept.Solved, Note: strings.Repeat("好", accept.MaxNote+1)}} {
			in.Invitation = other.ID
			if err := w.Try("worker", in); fault.KindOf(err) != fault.Invalid || len(fault.Fields(err)) != 1 {
				w.T.Errorf("%+v: %v", in, err)
			}
		}
		w.Clock.Advance(8 * 24 * time.Hour)
		if err := w.answer(other, accept.Solved); key(err) != "accept.late" || fault.KindOf(err) != fault.Gone {
			w.T.Errorf("answered after the window: %v", err)
		}
	})
}

// TestNobodyIsAskedOnTheSpot: everybody has an hour of his own some days after the inspection, in daytime, and cannot answer before.
func TestNobodyIsAskedOnTheSpot(t *testing.T) {
	run(t, func(w *world) {
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.AskTo, Value: "5", Basis: "试验", Version: 1}.Do(tx, access.System("test"))
		})
		id := w.asking()
		opened := clock.DayOf(w.Clock.Now(), clock.Shanghai())
		hours := map[clock.Millis]bool{}
		for _, i := range w.list(id, 1) {
			at := i.AskAt.Time().In(clock.Shanghai())
			if d := opened.Until(clock.DayOf(at, clock.Shanghai())); d < 2 || d > 5 || at.Hour() < 8 || at.Hour() >= 20 || at.Minute() != 0 {
				t.Errorf("somebody is asked at %s, %d days after the inspection", at, d)
			}
			hours[i.AskAt] = true
			if err := w.answer(i, accept.Solved); key(err) != "accept.early" || fault.KindOf(err) != fault.Conflict {
				t.Errorf("answered on the spot: %v", err)
			}
		}
		if len(hours) < 2 {
			t.Errorf("all are asked in the same hour: %v", hours)
		}
		mine := func() (list []accept.Invitation) {
			w.Read(func(tx *db.Tx) (err error) { list, err = accept.Mine(tx, w.P("worker")); return err })
			return list
		}
		if len(mine()) != 0 {
			t.Error("the worker is asked on the spot")
		}
		w.Clock.Advance(5 * 24 * time.Hour)
		if len(mine()) == 0 { // opened at noon, the last hour of asking may be the evening of the fifth day
			w.Clock.Advance(12 * time.Hour)
		}
		for _, i := range mine() {
			if err := w.answer(i, accept.Solved); err != nil {
				t.Errorf("in his hour: %v", err)
			}
		}
		if len(mine()) != 0 {
			t.Error("asked again after the answer")
		}
		// A window of three days leaves two of them to everybody.
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.AcceptDays, Value: "3", Basis: "试验"}.Do(tx, access.System("test"))
		})
		short := w.asking()
		opened = clock.DayOf(w.Clock.Now(), clock.Shanghai())
		for _, i := range w.list(short, 1) {
			if d := opened.Until(i.AskAt.Day(clock.Shanghai())); d != 1 {
				t.Errorf("within a window of three days somebody is asked on day %d", d)
			}
		}
	})
}

func TestNothingTellsWhoAnsweredWhat(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		list := w.list(id, 1)
		for i, inv := range list {
			if err := w.answer(inv, []string{accept.Solved, accept.Partly}[i%2]); err != nil {
				w.T.Fatal(err)
			}
			if i%6 == 5 { // answers leave the box in company
				w.mix()
			} else if i%6 == 3 {
				before := w.Count(`SELECT COUNT(*) FROM rating`)
				if w.mix(); w.Count(`SELECT COUNT(*) FROM rating`) != before {
					w.T.Error("four answers left the box")
				}
			}
		}
		w.Orders("rating", "rating_box", "invitation")
		w.Apart(box.Least, "rating", "invitation", "accept_call", "(SELECT xmin FROM event WHERE kind = 'accept.answered')")
		w.Read(func(tx *db.Tx) error {
			type row struct {
				ID, Matter, Fact, Result, Note, Lift string
				Round, Grade, Pressed                int64
			}
			rows, err := db.All[row](tx, `SELECT * FROM rating UNION ALL SELECT * FROM rating_box`)
			if err != nil {
				return err
			}
			if len(rows) != len(list) {
				w.T.Errorf("%d ratings of %d invitations", len(rows), len(list))
			}
			for _, r := range rows {
				for _, i := range list {
					if s := fmt.Sprint(r); strings.Contains(s, i.ID) || i.Person != "" && strings.Contains(s, i.Person) || i.Voice != "" && strings.Contains(s, i.Voice) {
						w.T.Errorf("rating %v leads to an invitation", r)
					}
				}
			}
			facts, err := event.Timeline(tx, event.Ref{Kind: "acceptance", ID: id + "/1"}, 200, 0)
			if err != nil {
				return err
			}
			for _, e := range facts {
				if e.Kind == "accept.answered" && (e.Actor != "" || e.Class != "anonymous" || string(e.Data) != "null" || e.At%3_600_000 != 0) {
					w.T.Errorf("the record tells too much: %+v %s", e, e.Data)
				}
			}
			onMatter, err := event.Timeline(tx, matter.RefOf(id), 500, 0)
			for _, e := range onMatter {
				if e.Kind == "accept.answered" {
					w.T.Error("the matter's timeline shows when answers come")
				}
			}
			return err
		})
		// While the window runs nobody sees more than the number of invitations.
		for _, who := range []string{"triager", "supervisor", "handler", "head", "leader", "auditor"} {
			s := w.summary(id, who)[0]
			if s.Shown || s.Answers != 0 || s.Tally.Answers != 0 || s.Invited != int64(len(list)) || s.Verdict != "" {
				w.T.Errorf("%s sees %+v while employees are being asked", who, s)
			}
		}
		w.windows() // everybody has answered
		w.Anew("rating", "invitation")
		if n := w.Count(`SELECT COUNT(*) FROM rating_box`); n != 0 {
			w.T.Errorf("%d answers are still in the box", n)
		}
		s := w.summary(id, "handler")[0]
		if !s.Shown || s.Answers != len(list) || s.Silent != 0 || s.Tally.Result[accept.Solved]+s.Tally.Result[accept.Partly] != len(list) {
			w.T.Errorf("afterwards: %+v", s)
		}
		w.Read(func(tx *db.Tx) error {
			if _, err := accept.Words(tx, w.P("head"), id); fault.KindOf(err) != fault.Forbidden {
				w.T.Errorf("the unit reads the sentences: %v", err)
			}
			words, err := accept.Words(tx, w.P("triager"), id)
			if len(words) != 1 || len(words[1].Notes) != len(list) || words[1].Pressed != len(list)/2 {
				w.T.Errorf("the union reads %+v", words)
			}
			return err
		})
	})
}

func TestTooFew(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		list := w.list(id, 1)
		for _, i := range list[:4] {
			if err := w.answer(i, accept.Solved); err != nil {
				w.T.Fatal(err)
			}
		}
		w.windows()
		if m := w.get(id); m.State != matter.Accepting {
			w.T.Fatalf("the window ended early: %s", m.State)
		}
		w.Clock.Advance(8 * 24 * time.Hour)
		w.windows()
		s := w.summary(id, "triager")[0]
		if s.Shown || !s.TooFew || s.Tally.Answers != 0 || s.Answers != 0 {
			w.T.Errorf("four answers: %+v", s)
		}
		m := w.get(id)
		if m.State != matter.Rated || m.Verdict != matter.Confirmed {
			w.T.Errorf("state %s, verdict %s", m.State, m.Verdict)
		}
		w.Do("triager", matter.Close{Matter: id, Reply: "已解决，请监督"})
		if !w.get(id).Solved() {
			w.T.Error("confirmed by employees and not solved")
		}
	})
}

func TestSilenceIsNotSatisfaction(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		w.Clock.Advance(8 * 24 * time.Hour)
		w.windows()
		w.Do("triager", matter.Close{Matter: id, Reply: "已完成，请监督"})
		if m := w.get(id); m.State != matter.Closed || m.Verdict != matter.Unconfirmed || m.Solved() {
			w.T.Errorf("without any answer: state %s, verdict %s, solved %v", m.State, m.Verdict, m.Solved())
		}
	})
}

func TestDisputedBeginsAgain(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		list := w.list(id, 1)
		for i, inv := range list {
			result := accept.Solved
			if i < 2 {
				result = accept.Not
			}
			if i < 5 {
				if err := w.answer(inv, result); err != nil {
					w.T.Fatal(err)
				}
			}
		}
		w.Clock.Advance(8 * 24 * time.Hour)
		w.windows()
		m := w.get(id)
		if m.State != matter.Executing || m.Round != 2 || m.Due0 != "2026-12-11" {
			w.T.Fatalf("40 %% say not solved: %s round %d", m.State, m.Round)
		}
		if s := w.summary(id, "triager"); s[0].Verdict != matter.Disputed || !s[0].Shown {
			w.T.Errorf("first round: %+v", s[0])
		}
		w.Do("handler", matter.Report{Matter: id, Text: "再次检修"})
		w.claim(id)
		if n := len(w.list(id, 2)); n != len(list) {
			w.T.Errorf("second round invites %d, the first %d", n, len(list))
		}
		w.Read(func(tx *db.Tx) error {
			ds, err := duty.Of(tx, m.Ref())
			for _, d := range ds {
				if d.Open && d.Kind == duty.Confirm {
					w.T.Error("confirmation of the first round is still owed")
				}
			}
			return err
		})
	})
}

func TestFailedInspectionFreezesAnew(t *testing.T) {
	run(t, func(w *world) {
		id := w.executing()
		w.claim(id)
		first := w.list(id, 1)
		w.Do("inspector", matter.Inspect{Matter: id, Passed: false, Note: "水温只有 33 ℃"})
		if m := w.get(id); m.State != matter.Executing || m.Claimant != "" || m.CompletedAt != 0 {
			w.T.Errorf("after a failed inspection: %+v", m)
		}
		w.voice("v-late", "chair", id)
		w.claim(id)
		second := w.list(id, 1)
		if len(second) != len(first)+1 && len(second) != len(first) || slices.ContainsFunc(second, func(i accept.Invitation) bool {
			return slices.ContainsFunc(first, func(j accept.Invitation) bool { return i.ID == j.ID })
		}) {
			w.T.Errorf("first list %v, second %v", first, second)
		}
		if s := w.summary(id, "triager"); len(s) != 1 || s[0].Attempt != 2 || s[0].State != accept.Frozen {
			w.T.Errorf("%+v", s)
		}
	})
}

func TestNotFixed(t *testing.T) {
	run(t, func(w *world) {
		closed := func() string {
			id := w.asking()
			w.Clock.Advance(8 * 24 * time.Hour)
			w.windows()
			w.Do("triager", matter.Close{Matter: id, Reply: "已完成，请监督"})
			return id
		}
		id := closed()
		say := accept.NotFixed{Matter: id, What: "水还是凉的"}
		for who, want := range map[string]string{"handler": "accept.notfixed.affected", "chair2": "accept.notfixed.affected"} {
			if err := w.Try(who, say); key(err) != want {
				w.T.Errorf("%s says not fixed: %v", who, err)
			}
		}
		if err := w.Write(func(tx *db.Tx) error { return say.Do(tx, access.Nobody()) }, db.Coarse); fault.KindOf(err) != fault.Unauthenticated {
			w.T.Errorf("a stranger says not fixed: %v", err)
		}
		if err := w.Write(func(tx *db.Tx) error { return say.Do(tx, access.Holder("other")) }, db.Coarse); key(err) != "accept.notfixed.affected" {
			w.T.Errorf("another receipt says not fixed: %v", err)
		}
		w.Clock.Advance(14 * 24 * time.Hour)
		if err := w.Write(func(tx *db.Tx) error { return say.Do(tx, w.P("worker")) }); !errors.Is(err, accept.ErrFine) {
			w.T.Errorf("said by the minute: %v", err)
		}
		w.Must(func(tx *db.Tx) error { return say.Do(tx, access.Holder("v-"+w.number(tx, id)+"-3")) }, db.Coarse)
		m := w.get(id)
		if m.State != matter.Executing || m.Round != 2 || m.Relapses != 0 {
			w.T.Errorf("within 15 days: %s round %d relapses %d", m.State, m.Round, m.Relapses)
		}
		w.Read(func(tx *db.Tx) error {
			all, err := event.Timeline(tx, m.Ref(), 500, 0)
			for _, e := range all {
				if e.Kind == "matter.reopen" && (e.Actor != "" || e.Class != "anonymous") {
					w.T.Errorf("the record tells who said not fixed: %+v", e)
				}
			}
			return err
		})
		if err := w.Try("worker3", say); key(err) != "accept.notfixed.open" {
			w.T.Errorf("said twice: %v", err)
		}

		id = closed()
		w.Clock.Advance(16 * 24 * time.Hour)
		w.Do("worker3", accept.NotFixed{Matter: id, What: "又不热了"}) // uses the place, was never asked for permission
		if m := w.get(id); m.State != matter.Executing || m.Relapses != 1 {
			w.T.Errorf("after 15 days: %s relapses %d", m.State, m.Relapses)
		}
		id = closed()
		w.Clock.Advance(181 * 24 * time.Hour)
		if err := w.Try("worker", accept.NotFixed{Matter: id, What: "又不热了"}); fault.KindOf(err) != fault.Gone {
			w.T.Errorf("after 181 days: %v", err)
		}
	})
}

func TestSetUp(t *testing.T) {
	run(t, func(w *world) {
		id := w.executing()
		if err := w.Try("handler", accept.SetUp{Matter: id, Question: "洗澡水热不热?"}); fault.KindOf(err) != fault.Forbidden {
			w.T.Errorf("the unit chooses the question: %v", err)
		}
		w.Do("triager", accept.SetUp{Matter: id, Question: "洗澡水热不热?", Sample: 1})
		w.claim(id)
		sampled := 0
		for _, i := range w.list(id, 1) {
			if i.Why == accept.WhySample {
				sampled++
			}
		}
		s := w.summary(id, "triager")[0]
		if s.Question != "洗澡水热不热?" || sampled != 1 || s.Sample != 1 {
			w.T.Errorf("%d sampled, %+v", sampled, s)
		}
		if err := w.Try("triager", accept.SetUp{Matter: id, Question: "另一个问题"}); key(err) != "accept.question_fixed" {
			w.T.Errorf("changed after the list was frozen: %v", err)
		}
	})
}

// TestSensesTakeTurns: everybody in a round is asked about the same sense; it is counted under the same rule as grades, and only where it was asked.
func TestSensesTakeTurns(t *testing.T) {
	run(t, func(w *world) {
		seen := map[string]bool{}
		for range 3 {
			id := w.asking()
			asked := w.summary(id, "triager")[0].Sense
			seen[asked] = true
			list := w.list(id, 1)
			for n, i := range list {
				who := access.Holder(i.Voice)
				if i.Person != "" {
					who = w.person(i.Person)
				}
				lift := []string{accept.Stronger, accept.Stronger, accept.Same, accept.Weaker, ""}[n%5]
				if len(seen) == 2 && n > 1 { // too few say something
					lift = ""
				}
				if n == 0 {
					err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
						return accept.Answer{Invitation: i.ID, Fact: accept.Yes, Result: accept.Solved, Lift: "huge"}.Do(tx, who)
					}, db.Coarse)
					if f := fault.Fields(err); len(f) != 1 || f[0].Field != "lift" {
						t.Errorf("any word is taken: %v", err)
					}
				}
				if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
					return accept.Answer{Invitation: i.ID, Fact: accept.Yes, Result: accept.Solved, Lift: lift}.Do(tx, who)
				}, db.Coarse); err != nil {
					t.Fatal(err)
				}
			}
			w.windows()
			s := w.summary(id, "handler")[0]
			if len(seen) == 2 {
				if s.Tally.Lift != nil || s.Tally.NetLift() != 0 {
					t.Errorf("two answers are shown: %+v", s.Tally)
				}
				continue
			}
			if got := s.Tally.Lift[accept.Stronger] + s.Tally.Lift[accept.Same] + s.Tally.Lift[accept.Weaker]; got != s.Tally.Lifted() || got < 5 {
				t.Errorf("%d of %d say something: %+v", got, len(list), s.Tally.Lift)
			}
		}
		if len(seen) != 3 {
			t.Errorf("three matters ask about %v", seen)
		}
	})
}

// TestNetLift: handbook, metrics 4.5, by hand.
func TestNetLift(t *testing.T) {
	for _, c := range []struct{ up, same, down, want int }{
		{0, 0, 0, 0}, {7, 3, 0, 70}, {6, 3, 1, 50}, {1, 4, 2, -14}, {2, 1, 0, 67}, {0, 1, 2, -67}, {0, 0, 5, -100}, {1, 7, 0, 13}, {0, 7, 1, -12}, {3, 1, 3, 0},
	} {
		if got := (accept.Tally{Lift: map[string]int{accept.Stronger: c.up, accept.Same: c.same, accept.Weaker: c.down}}).NetLift(); got != c.want {
			t.Errorf("%d stronger, %d the same, %d weaker: %d, want %d", c.up, c.same, c.down, got, c.want)
		}
	}
}
