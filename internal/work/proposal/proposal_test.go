package proposal_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/proposal"
)

type world struct{ *orgtest.World }

// run gives each database an organisation with five delegates, "d0" to "d4".
func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{orgtest.New(t, d, c)}
		who := access.System("test")
		for i := range 5 {
			w.Must(func(tx *db.Tx) error {
				id, err := org.AddPerson{EmployeeNo: "Z00" + strconv.Itoa(i), Name: "代表" + strconv.Itoa(i), Unit: []string{"U01", "U02"}[i%2]}.Do(tx, who)
				if err != nil {
					return err
				}
				if err := (org.GiveRole{Person: id, Role: access.Delegate, Unit: org.Root}).Do(tx, who); err != nil {
					return err
				}
				w.People["d"+strconv.Itoa(i)], err = org.Actor(tx, id)
				return err
			})
		}
		w.on("2026-11-23 09:00")
		test(t, w)
	})
}

func (w *world) on(when string) {
	w.T.Helper()
	w.On(when, proposal.Run)
}

func (w *world) refuses(who string, in orgtest.Doer, want string) {
	w.T.Helper()
	err := w.Try(who, in)
	for _, key := range strings.Fields(want) {
		faulttest.Refused(w.T, who+": "+fmt.Sprintf("%T", in), err, key)
	}
}

func (w *world) get(id string) (p proposal.Proposal) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { p, err = proposal.See(tx, w.P("triager"), id); return err })
	return p
}

func (w *world) owed(id string) (out []string) {
	w.T.Helper()
	return w.Column(`SELECT kind FROM duty WHERE subject_id = $1 AND open = 1 ORDER BY kind`, id)
}

const words = "已经安排采购，下个月装好，请您到时看。"

func (w *world) submit(who, kind string, change ...func(*proposal.Submit)) string {
	w.T.Helper()
	in := &proposal.Submit{Kind: kind, Title: "更衣室加装除湿机", Why: "工作服晾不干", How: "每间装一台"}
	for _, f := range change {
		f(in)
	}
	w.Do(who, in)
	return in.ID
}

// filed brings a proposal of d0, seconded by d1 and d2, to the department D05.
func (w *world) filed() string {
	w.T.Helper()
	id := w.submit("d0", proposal.ToCongress)
	w.Do("d1", proposal.Second{Proposal: id})
	w.Do("d2", proposal.Second{Proposal: id})
	w.Do("triager", proposal.Review{Proposal: id, Event: proposal.EventFile, Lead: "D05", Co: []string{"D06"}, Prime: true})
	return id
}

func (w *world) replied(class string) string {
	w.T.Helper()
	id := w.filed()
	w.Do("head", proposal.Reply{Proposal: id, Class: class, Words: words})
	return id
}

// TestToTheCongress: from the subject through seconders, filing and an answer to what the proposer thinks of it; once more where he is dissatisfied.
func TestToTheCongress(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.refuses("worker", &proposal.Submit{Kind: proposal.ToCongress, Title: "更衣室除湿", Why: "潮湿", How: "装机"}, "proposal.delegates")
		w.refuses("d0", &proposal.Submit{Kind: "wish", Title: "更", Why: "潮湿", How: strings.Repeat("装", proposal.MaxText+1)}, "kind:fault.choice title:fault.required how:fault.too_long")
		id := w.submit("d0", proposal.ToCongress)
		w.refuses("d0", proposal.Second{Proposal: id}, "proposal.second.own")
		w.refuses("worker", proposal.Second{Proposal: id}, "access.denied")
		w.refuses("triager", proposal.Review{Proposal: id, Event: proposal.EventFile, Lead: "D05"}, "cycle.refused")
		w.Do("d1", proposal.Second{Proposal: id})
		w.refuses("d1", proposal.Second{Proposal: id}, "proposal.second.twice")
		if p := w.get(id); p.State != proposal.Seeking || len(w.owed(id)) != 0 {
			t.Fatalf("with one: %+v", p)
		}
		w.Do("d2", proposal.Second{Proposal: id})
		w.Do("d3", proposal.Second{Proposal: id}) // more may
		if p := w.get(id); p.State != proposal.Reviewing || fmt.Sprint(w.owed(id)) != "[proposal_review]" {
			t.Fatalf("with three: %+v, %v", p, w.owed(id))
		}
		w.refuses("triager", proposal.Review{Proposal: id, Event: proposal.EventFile, Lead: "D99"}, "lead:fault.choice")
		w.refuses("triager", proposal.Review{Proposal: id, Event: proposal.EventRefuse}, "reason:fault.required")
		w.Do("triager", proposal.Review{Proposal: id, Event: proposal.EventFile, Lead: "D05", Co: []string{"D06"}, Prime: true})
		if p := w.get(id); p.Number != "TA-2026-001" || !p.Prime || fmt.Sprint(p.CoList()) != "[D06]" || fmt.Sprint(w.owed(id)) != "[proposal_reply]" {
			t.Fatalf("filed: %+v, %v", p, w.owed(id))
		}
		w.refuses("otherhead", proposal.Reply{Proposal: id, Class: proposal.Solved, Words: words}, "access.denied")
		w.refuses("handler", proposal.Reply{Proposal: id, Class: proposal.Solved, Words: words}, "access.denied") // the head signs
		w.refuses("head", proposal.Reply{Proposal: id, Words: "好"}, "class:proposal.class.missing words:proposal.words.short")
		w.Do("head", proposal.Reply{Proposal: id, Class: proposal.Planned, Words: words})
		w.refuses("d4", proposal.Rate{Proposal: id, Grade: proposal.Satisfied}, "proposal.rate.others")
		w.refuses("d0", proposal.Rate{Proposal: id, Grade: proposal.Dissatisfied}, "words:proposal.words.why")
		w.Do("d0", proposal.Rate{Proposal: id, Grade: proposal.Dissatisfied, Words: "没有说什么时候装"})
		w.refuses("d0", proposal.Rate{Proposal: id, Grade: proposal.Satisfied}, "proposal.rate.twice")
		for _, d := range []string{"d1", "d2", "d3"} {
			w.Do(d, proposal.Rate{Proposal: id, Grade: proposal.Satisfied})
		}
		if p := w.get(id); p.State != proposal.Filed || p.Handlings != 2 || fmt.Sprint(w.owed(id)) != "[proposal_reply]" {
			t.Fatalf("dissatisfied: %+v, %v", p, w.owed(id))
		}
		w.Do("head", proposal.Reply{Proposal: id, Class: proposal.OnFile, Words: words})
		w.Do("d0", proposal.Rate{Proposal: id, Grade: proposal.Dissatisfied, Words: "还是没有说"})
		w.on("2026-11-30 23:00")
		if p := w.get(id); p.State != proposal.Replied {
			t.Fatalf("on the last day: %+v", p)
		}
		w.on("2026-12-01 00:10") // there is no third handling
		if p := w.get(id); p.State != proposal.Closed || p.OverDay != "2026-12-01" || len(w.owed(id)) != 0 {
			t.Errorf("at the end: %+v, %v", p, w.owed(id))
		}
	})
}

// TestWhoIsDissatisfied: the proposer alone, or half of those who have spoken, have it handled once more; silence closes it.
func TestWhoIsDissatisfied(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			said string // of d0, d1 and d2: y, n, or - for nothing
			want string
		}{{"---", proposal.Closed}, {"y--", proposal.Closed}, {"n--", proposal.Filed}, {"nyy", proposal.Filed}, {"yny", proposal.Closed}, {"ynn", proposal.Filed}, {"-n-", proposal.Filed},
			{"yn-", proposal.Filed}, {"yyy", proposal.Closed}} {
			w.on("2026-11-23 09:00")
			id := w.replied(proposal.Planned)
			for i, g := range c.said {
				if g != '-' {
					grade, why := proposal.Satisfied, ""
					if g == 'n' {
						grade, why = proposal.Dissatisfied, "没有解决"
					}
					w.Do("d"+strconv.Itoa(i), proposal.Rate{Proposal: id, Grade: grade, Words: why})
				}
			}
			w.on("2026-12-01 00:10")
			if p := w.get(id); p.State != c.want {
				t.Errorf("%s: %s, want %s", c.said, p.State, c.want)
			}
		}
	})
}

// TestOtherWays: merged, taken on as an improvement, not filed, taken back.
func TestOtherWays(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		first := w.filed()
		ready := func() string {
			id := w.submit("d0", proposal.ToCongress)
			w.Do("d1", proposal.Second{Proposal: id})
			w.Do("d2", proposal.Second{Proposal: id})
			return id
		}
		id := ready()
		w.refuses("triager", proposal.Review{Proposal: id, Event: proposal.EventMerge, Into: "TA-2020-001", Reason: "同一件事"}, "into:proposal.into")
		w.Do("triager", proposal.Review{Proposal: id, Event: proposal.EventMerge, Into: "ta-2026-001", Reason: "同一件事"})
		if p := w.get(id); p.State != proposal.Merged || p.Other != first || len(w.owed(id)) != 0 {
			t.Errorf("merged: %+v", p)
		}
		id = ready()
		w.Do("triager", proposal.Review{Proposal: id, Event: proposal.EventConvert, Reason: "属于改进设备，按合理化建议办"})
		p := w.get(id)
		next := w.get(p.Other)
		if p.State != proposal.Converted || next.Kind != proposal.Improve || next.State != proposal.Submitted || next.Proposer != w.P("d0").ID || next.Title != p.Title {
			t.Errorf("taken on: %+v, %+v", p, next)
		}
		id = ready()
		w.Do("triager", proposal.Review{Proposal: id, Event: proposal.EventRefuse, Reason: "个人事务，请走困难帮扶"})
		if p := w.get(id); p.State != proposal.Refused || p.Reason == "" || p.Number != "" {
			t.Errorf("not filed: %+v", p)
		}
		id = w.submit("d0", proposal.ToCongress)
		w.refuses("d1", proposal.Withdraw{Proposal: id}, "access.denied")
		w.Do("d0", proposal.Withdraw{Proposal: id})
		w.refuses("d0", proposal.Withdraw{Proposal: first}, "cycle.refused")
	})
}

// TestAnImprovement: judged with the day on which the proposer was told, done, counted by another hand, awarded.
func TestAnImprovement(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.submit("worker", proposal.Improve, func(in *proposal.Submit) { in.Gain, in.Secret = "一年省三万元", true })
		if p := w.get(id); p.State != proposal.Submitted || p.Secret || fmt.Sprint(w.owed(id)) != "[proposal_review]" {
			t.Fatalf("%+v", p) // credit cannot be given to nobody
		}
		w.refuses("supervisor", proposal.Assign{Proposal: id, Lead: "D05"}, "access.denied")
		w.Do("triager", proposal.Assign{Proposal: id, Lead: "D06"})
		w.Do("triager", proposal.Assign{Proposal: id, Lead: "D05"}) // the first could not decide
		if fmt.Sprint(w.owed(id)) != "[proposal_judge]" {
			t.Errorf("owed: %v", w.owed(id))
		}
		w.refuses("otherhead", proposal.Judge{Proposal: id, Event: proposal.EventAdopt, Words: words, Told: "2026-11-23", Until: "2026-12-20"}, "access.denied")
		w.refuses("head", proposal.Judge{Proposal: id, Event: proposal.EventAdopt, Words: "好", Told: "2026-11-24", Until: "2026-11-22"}, "words:proposal.words.short told:proposal.told.day until:proposal.day")
		w.refuses("head", proposal.Judge{Proposal: id, Event: "liked", Words: words}, "event:fault.choice")
		w.Do("head", proposal.Judge{Proposal: id, Event: proposal.EventTry, Words: words, Told: "2026-11-23", Until: "2026-12-10"})
		w.Do("head", proposal.Judge{Proposal: id, Event: proposal.EventAdopt, Words: words, Told: "2026-11-23", Until: "2026-12-20"})
		w.Do("head", proposal.Finish{Proposal: id, Done: "三台除湿机已经装好并试运行一周。"})
		w.refuses("head", proposal.Verify{Proposal: id, Benefit: 30000}, "access.denied")
		w.Do("triager", proposal.Verify{Proposal: id, Return: true, Reason: "只装了两台"})
		if p := w.get(id); p.State != proposal.Adopted || fmt.Sprint(w.owed(id)) != "[proposal_do]" {
			t.Errorf("sent back: %+v, %v", p, w.owed(id))
		}
		w.Do("head", proposal.Finish{Proposal: id, Done: "第三台也装好了，照片在附件。"})
		w.refuses("triager", proposal.Verify{Proposal: id, Benefit: -1}, "benefit:fault.range")
		w.Do("triager", proposal.Verify{Proposal: id, Benefit: 30000})
		w.refuses("triager", proposal.Award{Proposal: id, Grade: "gold"}, "grade:fault.choice")
		w.Do("triager", proposal.Award{Proposal: id, Grade: "second", Bonus: 800})
		if p := w.get(id); p.State != proposal.Awarded || p.Number != "HL-2026-001" || len(w.owed(id)) != 0 {
			t.Errorf("%+v, %v", p, w.owed(id))
		}
		w.Read(func(tx *db.Tx) error {
			x, err := proposal.TotalsOf(tx, w.P("leader"), 2026)
			if x != (proposal.Totals{Made: 1, People: 1, Adopted: 1, Done: 1, Benefit: 30000, Bonus: 800}) {
				t.Errorf("%+v", x)
			}
			return err
		})
		kept := w.submit("worker2", proposal.Improve)
		w.Do("triager", proposal.Assign{Proposal: kept, Lead: "D05"})
		w.Do("head", proposal.Judge{Proposal: kept, Event: proposal.EventKeep, Words: words, Told: "2026-11-23"})
		if p := w.get(kept); p.Over() || p.OverDay != "" || len(w.owed(kept)) != 0 {
			t.Errorf("kept: %+v", p)
		}
		w.Do("triager", proposal.Assign{Proposal: kept, Lead: "D05"})
		w.Do("head", proposal.Judge{Proposal: kept, Event: proposal.EventDecline, Words: words, Told: "2026-11-23"})
		if p := w.get(kept); !p.Over() || p.OverDay == "" {
			t.Errorf("declined: %+v", p)
		}
	})
}

// TestNobodyJudgesHisOwn: neither as head of the department nor in the office.
func TestNobodyJudgesHisOwn(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.submit("head", proposal.Improve)
		w.Do("triager", proposal.Assign{Proposal: id, Lead: "D05"})
		w.refuses("head", proposal.Judge{Proposal: id, Event: proposal.EventAdopt, Words: words, Told: "2026-11-23", Until: "2026-12-20"}, "proposal.own")
		own := w.submit("triager", proposal.Improve)
		w.Do("triager", proposal.Assign{Proposal: own, Lead: "D05"})
		w.Do("head", proposal.Judge{Proposal: own, Event: proposal.EventAdopt, Words: words, Told: "2026-11-23", Until: "2026-12-20"})
		w.Do("head", proposal.Finish{Proposal: own, Done: "三台除湿机已经装好并试运行一周。"})
		w.refuses("triager", proposal.Verify{Proposal: own, Benefit: 1}, "proposal.hands")
		w.Do("triager2", proposal.Verify{Proposal: own, Benefit: 1})
		w.refuses("triager", proposal.Award{Proposal: own, Grade: "first"}, "proposal.own")
	})
}

// TestWhoReads: everybody his own, a department what it has to answer, delegates and the office all; a name that is to be kept is.
func TestWhoReads(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		secret := w.submit("d0", proposal.ToCongress, func(in *proposal.Submit) { in.Secret, in.Title = true, "考勤办法要改" })
		w.Do("d1", proposal.Second{Proposal: secret})
		w.Do("d2", proposal.Second{Proposal: secret})
		own := w.submit("worker", proposal.Improve)
		count := func(who string) (n int) {
			w.Read(func(tx *db.Tx) error {
				rows, _, err := proposal.List(tx, w.P(who), proposal.Filter{})
				n = len(rows)
				for _, p := range rows { // what is listed can be read, and the other way round
					if _, e := proposal.See(tx, w.P(who), p.ID); e != nil {
						t.Errorf("%s: %v", who, e)
					}
				}
				return err
			})
			return n
		}
		for who, want := range map[string]int{"triager": 2, "supervisor": 2, "leader": 2, "auditor": 2, "d0": 2, "d4": 2, "worker": 1, "worker2": 0, "head": 0, "chair": 0, "handler": 0} {
			if got := count(who); got != want {
				t.Errorf("%s reads %d, want %d", who, got, want)
			}
		}
		w.Do("triager", proposal.Review{Proposal: secret, Event: proposal.EventFile, Lead: "D05", Co: []string{"D06"}})
		w.Do("triager", proposal.Assign{Proposal: own, Lead: "D06"})
		for who, want := range map[string]int{"head": 1, "handler": 1, "otherhead": 2} { // who helps reads it, too
			if got := count(who); got != want {
				t.Errorf("%s reads %d, want %d", who, got, want)
			}
		}
		p, open := w.get(secret), w.get(own)
		for who, want := range map[string]bool{"d0": true, "triager": true, "head": false, "otherhead": false, "d4": false, "leader": false} {
			if p.Names(w.P(who)) != want || !open.Names(w.P(who)) {
				t.Errorf("%s learns the name: %v", who, p.Names(w.P(who)))
			}
		}
	})
}

// TestEveryStateAndEvent brings proposals into every state and tries every action in it by every role: it goes where the tables and the permission
// say so, and nowhere else.
func TestEveryStateAndEvent(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		in := map[string]string{}
		in[proposal.Seeking] = w.submit("d0", proposal.ToCongress)
		in[proposal.Filed] = w.filed()
		in[proposal.Replied] = w.replied(proposal.Solved)
		for state, ev := range map[string]string{proposal.Reviewing: "", proposal.Merged: proposal.EventMerge, proposal.Converted: proposal.EventConvert, proposal.Refused: proposal.EventRefuse} {
			id := w.submit("d0", proposal.ToCongress)
			w.Do("d1", proposal.Second{Proposal: id})
			w.Do("d2", proposal.Second{Proposal: id})
			if ev != "" {
				w.Do("triager", proposal.Review{Proposal: id, Event: ev, Into: "TA-2026-001", Reason: "写明原因"})
			}
			in[state] = id
		}
		in[proposal.Withdrawn] = w.submit("d0", proposal.ToCongress)
		w.Do("d0", proposal.Withdraw{Proposal: in[proposal.Withdrawn]})
		in[proposal.Closed] = w.replied(proposal.Solved)
		for _, d := range []string{"d0", "d1", "d2"} {
			w.Do(d, proposal.Rate{Proposal: in[proposal.Closed], Grade: proposal.Satisfied})
		}
		for _, state := range []string{proposal.Submitted, proposal.Judging, proposal.Adopted, proposal.Done, proposal.Verified, proposal.Awarded} {
			id := w.submit("d0", proposal.Improve)
			way := []orgtest.Doer{proposal.Assign{Proposal: id, Lead: "D05"}, proposal.Judge{Proposal: id, Event: proposal.EventAdopt, Words: words, Told: "2026-11-23", Until: "2026-12-20"},
				proposal.Finish{Proposal: id, Done: "三台除湿机已经装好并试运行一周。"}, proposal.Verify{Proposal: id}, proposal.Award{Proposal: id, Grade: "thanks"}}
			for i, who := range []string{"triager", "head", "head", "triager", "triager"} {
				if w.get(id).State == state {
					break
				}
				w.Do(who, way[i])
			}
			in[state] = id
		}
		for state, ev := range map[string]string{proposal.Trying: proposal.EventTry, proposal.Kept: proposal.EventKeep, proposal.Declined: proposal.EventDecline} {
			id := w.submit("d0", proposal.Improve)
			w.Do("triager", proposal.Assign{Proposal: id, Lead: "D05"})
			w.Do("head", proposal.Judge{Proposal: id, Event: ev, Words: words, Told: "2026-11-23", Until: "2026-12-20"})
			in[state] = id
		}
		back := errors.New("nothing of it stays")
		tried := 0
		for _, state := range proposal.States() {
			id := in[state]
			p := w.get(id)
			if p.State != state {
				t.Fatalf("%s is %s", state, p.State)
			}
			led := p.Lead == "D05"
			acts := map[string]orgtest.Doer{proposal.EventSecond: proposal.Second{Proposal: id}, proposal.EventWithdraw: proposal.Withdraw{Proposal: id}, proposal.EventReply: proposal.Reply{Proposal: id, Class: "a", Words: words},
				proposal.EventRate: proposal.Rate{Proposal: id, Grade: proposal.Satisfied}, proposal.EventAssign: proposal.Assign{Proposal: id, Lead: "D05"}, proposal.EventDo: proposal.Finish{Proposal: id, Done: "三台除湿机已经装好并试运行一周。"},
				proposal.EventVerify: proposal.Verify{Proposal: id}, proposal.EventReturn: proposal.Verify{Proposal: id, Return: true, Reason: "没有装完"}, proposal.EventAward: proposal.Award{Proposal: id, Grade: "first"}}
			for _, ev := range proposal.Reviews() {
				acts[ev] = proposal.Review{Proposal: id, Event: ev, Lead: "D05", Into: "TA-2026-002", Reason: "写明原因"}
			}
			for _, ev := range proposal.Judgements() {
				acts[ev] = proposal.Judge{Proposal: id, Event: ev, Words: words, Told: "2026-11-23", Until: "2026-12-20"}
			}
			for ev, act := range acts {
				for _, who := range []string{"d0", "d4", "worker", "triager", "head", "otherhead", "leader"} {
					may := map[string]bool{proposal.EventSecond: who == "d0" || who == "d4", proposal.EventWithdraw: who == "d0", proposal.EventReply: who == "head" && led, proposal.EventRate: who == "d0" || who == "d4",
						proposal.EventDo: who == "head" && led}[ev]
					switch {
					case ev == proposal.EventAssign || ev == proposal.EventVerify || ev == proposal.EventReturn || ev == proposal.EventAward || contains(proposal.Reviews(), ev):
						may = who == "triager"
					case contains(proposal.Judgements(), ev):
						may = who == "head" && led
					}
					own := ev == proposal.EventSecond && who == "d0" || ev == proposal.EventRate && who == "d4"
					err := w.Write(func(tx *db.Tx) error {
						if err := act.Do(tx, w.P(who)); err != nil {
							return err
						}
						return back
					})
					tried++
					can := p.Cycle().Can(state, ev)
					what := fmt.Sprintf("%s, %s by %s", state, ev, who)
					switch {
					case !may:
						faulttest.Refused(t, what, err, "access.denied")
					case own:
						if err == nil || errors.Is(err, back) {
							t.Errorf("%s: it was taken", what)
						}
					case !can:
						faulttest.Refused(t, what, err, "cycle.refused")
					case !errors.Is(err, back):
						t.Errorf("%s: %v", what, err)
					}
				}
			}
		}
		if tried < 18*17*7 {
			t.Errorf("only %d were tried", tried)
		}
	})
}

func contains(all []string, s string) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}
