package supervise_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

type world struct{ *voicetest.World }

func run(t *testing.T, test func(t *testing.T, w world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { test(t, world{voicetest.New(t, d, c)}) })
}

// given is a voice that department D02 has to answer within seven working days of Monday, 23 November 2026: by 2 December.
func (w world) given() voice.Voice {
	w.T.Helper()
	v := w.Tell("worker", voice.Anonymous, "P104M", "四区浴室水温忽冷忽热，下夜班洗不上热水。")
	w.Do("triager", voice.Claim{Voice: v.ID}, voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Category: "B1", Class: clock.T7D, Title: "浴室水温忽冷忽热", Redacted: "四区浴室水温忽冷忽热，下夜班洗不上热水。"}, Lead: "D02"})
	return w.Voice(v.ID)
}

// on sets the clock and lets the ladder run.
func (w world) on(when string) {
	w.T.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, clock.Shanghai())
	if err != nil {
		w.T.Fatal(err)
	}
	w.Clock.Set(at)
	if err := duty.RunLadder(context.Background(), w.DB); err != nil {
		w.T.Fatal(err)
	}
}

func read[T any](w world, fn func(tx *db.Tx) (T, error)) (v T) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { v, err = fn(tx); return err })
	return v
}

func (w world) drafts(who string) []supervise.Order {
	return read(w, func(tx *db.Tx) ([]supervise.Order, error) { return supervise.Drafts(tx, w.P(who), 50) })
}

func (w world) ledger(who string, f supervise.Filter) []supervise.Order {
	return read(w, func(tx *db.Tx) ([]supervise.Order, error) {
		rows, _, err := supervise.Ledger(tx, w.P(who), f)
		return rows, err
	})
}

func (w world) refuses(who string, in voicetest.Doer, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, fmt.Sprintf("%s: %T", who, in), w.Try(who, in), want)
}

func terms() supervise.Terms {
	return supervise.Terms{Grade: duty.Red, Basis: supervise.BasisOverdue, Title: "浴室水温忽冷忽热", Demand: "查明原因，三日内恢复供水温度。", Due: "2026-12-11"}
}

// TestAnOrderFromTheLadderToTheClosingOpinion walks the whole life of an order that the ladder has drafted.
func TestAnOrderFromTheLadderToTheClosingOpinion(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		v := w.given()
		w.on("2026-12-02 17:30")
		if n := len(w.drafts("supervisor")); n != 0 {
			t.Fatalf("%d drafts while it is on time", n)
		}
		w.on("2026-12-02 17:31")
		d := w.drafts("supervisor")
		if len(d) != 1 || d[0].Unit != "D02" || d[0].SubjectNo != v.FileNumber() || d[0].Number != "" || d[0].Due0 != "2026-12-02" || d[0].Grade != duty.Red {
			t.Fatalf("drafts %+v", d)
		}
		w.on("2026-12-02 17:32")
		if n := len(w.drafts("supervisor")); n != 1 {
			t.Fatalf("%d drafts after another look", n)
		}
		for _, who := range []string{"equipment", "equipment-head", "leader", "triager", "worker"} {
			if n := len(w.drafts(who)); n != 0 {
				t.Errorf("%s sees %d drafts", who, n)
			}
			w.refuses(who, supervise.Issue{Order: d[0].ID, Terms: terms()}, "access.denied")
		}
		bad := terms()
		bad.Demand, bad.Due, bad.Basis = "", "2026-12-06", supervise.BasisInstruction // a Sunday, and no instruction named
		w.refuses("supervisor", supervise.Issue{Order: d[0].ID, Terms: bad}, "demand:supervise.missing")
		w.refuses("supervisor", supervise.Issue{Order: d[0].ID, Terms: bad}, "due:duty.extend_free")
		w.refuses("supervisor", supervise.Issue{Order: d[0].ID, Terms: bad}, "basis_text:supervise.missing")
		w.Clock.Set(time.Date(2026, 12, 3, 9, 0, 0, 0, clock.Shanghai()))
		w.Do("supervisor", supervise.Issue{Order: d[0].ID, Version: d[0].Version, Terms: terms()})
		w.refuses("supervisor", supervise.Issue{Order: d[0].ID, Terms: terms()}, "cycle.refused")
		o := w.ledger("supervisor", supervise.Filter{})[0]
		if o.Number != "工督〔2026〕1号" || o.State != supervise.Issued || o.Signer != w.P("supervisor").ID || o.ReplyDue.At(clock.Shanghai()).Format("2006-01-02 15:04") != "2026-12-08 17:30" {
			t.Errorf("issued: %+v", o)
		}
		owed := func() (out []string) {
			for _, d := range read(w, func(tx *db.Tx) ([]duty.Duty, error) { return duty.Of(tx, o.Ref()) }) {
				if d.Open {
					out = append(out, string(d.Kind)+" "+d.Due.At(clock.Shanghai()).Format("01-02 15:04")+" "+string(d.Role)+" "+d.Unit)
				}
			}
			return out
		}
		if got := strings.Join(owed(), ", "); got != "order_receipt 12-04 17:30 dept_head D02, order_reply 12-08 17:30 dept_head D02" {
			t.Errorf("owed: %s", got)
		}
		for _, who := range []string{"equipment", "equipment-head", "leader", "triager", "auditor"} {
			if n := len(w.ledger(who, supervise.Filter{})); n != 1 {
				t.Errorf("%s sees %d orders", who, n)
			}
		}
		for _, who := range []string{"worker", "welfare-dept", "chair"} {
			if n := len(w.ledger(who, supervise.Filter{})); n != 0 {
				t.Errorf("%s sees %d orders", who, n)
			}
		}
		w.refuses("welfare-dept", supervise.Receive{Order: o.ID}, "access.denied")
		w.Do("equipment", supervise.Receive{Order: o.ID})
		reply := supervise.Reply{Order: o.ID, Cause: "温控阀损坏，备件未到。", Measures: "先换旧阀应急，12月9日到货后更换。", Promised: "2026-12-10"}
		w.refuses("equipment", reply, "access.denied") // the clerk does not sign for the head
		w.refuses("supervisor", supervise.Close{Order: o.ID, Opinion: "已恢复"}, "cycle.refused")
		w.Do("equipment-head", reply)
		if got := owed(); len(got) != 0 {
			t.Errorf("still owed: %v", got)
		}
		w.Do("supervisor", supervise.Close{Order: o.ID, Opinion: "现场复测水温 41 ℃，同意销号。"})
		o = w.ledger("supervisor", supervise.Filter{States: []string{supervise.Closed}})[0]
		if o.RepliedBy != w.P("equipment-head").ID || o.Opinion == "" || o.Late(clock.MillisOf(w.Clock.Now())) {
			t.Errorf("closed: %+v", o)
		}
		var kinds []string
		for _, e := range read(w, func(tx *db.Tx) ([]event.Entry, error) { return event.Timeline(tx, o.Ref(), 50, 0) }) {
			if strings.HasPrefix(e.Kind, "order.") {
				kinds = append([]string{strings.TrimPrefix(e.Kind, "order.")}, kinds...)
			}
		}
		if got := strings.Join(kinds, " "); got != "draft issue letter receive reply close" {
			t.Errorf("recorded: %s", got)
		}
	})
}

// TestNumbersHaveNoGaps: what fails takes no number, what is withdrawn keeps its own, and a new year begins with 1.
func TestNumbersHaveNoGaps(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		issue := func(due clock.Day) supervise.Issue {
			in := supervise.Issue{Unit: "D02", Terms: terms()}
			in.Basis, in.BasisText, in.Due = supervise.BasisInstruction, "总经理11月23日批示", due
			return in
		}
		w.Do("supervisor", issue("2026-12-11"))
		w.refuses("supervisor", issue("2026-12-12"), "duty.extend_free") // a Saturday
		w.refuses("equipment-head", issue("2026-12-11"), "access.denied")
		w.Do("supervisor", issue("2026-12-11"))
		second := w.ledger("supervisor", supervise.Filter{})[0]
		w.Do("supervisor", supervise.Withdraw{Order: second.ID, Note: "与1号重复"})
		w.Do("supervisor", issue("2026-12-14"))
		w.Clock.Set(time.Date(2027, 1, 4, 9, 0, 0, 0, clock.Shanghai()))
		w.Do("supervisor", issue("2027-01-29"))
		var got []string
		for _, o := range w.ledger("supervisor", supervise.Filter{}) {
			got = append([]string{o.Number + " " + o.State}, got...)
		}
		if s := strings.Join(got, ", "); s != "工督〔2026〕1号 issued, 工督〔2026〕2号 withdrawn, 工督〔2026〕3号 issued, 工督〔2027〕1号 issued" {
			t.Errorf("numbers: %s", s)
		}
	})
}

// TestTheSecondOrderAndTheTalk: an order that did not help is followed by a second one; ten working days after the due a talk is called.
func TestTheSecondOrderAndTheTalk(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		w.given()
		w.on("2026-12-03 09:00")
		d := w.drafts("supervisor")[0]
		w.Do("supervisor", supervise.Issue{Order: d.ID, Terms: terms()})
		w.on("2026-12-09 09:00") // the reply was due on the 8th
		if n := len(w.ledger("supervisor", supervise.Filter{Late: true})); n != 1 {
			t.Errorf("%d late orders, want 1", n)
		}
		w.Do("supervisor", supervise.Press{Order: d.ID, Terms: terms()})
		w.refuses("supervisor", supervise.Press{Order: d.ID, Terms: terms()}, "cycle.refused")
		all := w.ledger("supervisor", supervise.Filter{})
		if len(all) != 2 || all[0].Round != 2 || all[0].First != d.ID || all[1].State != supervise.Pressed || all[0].Number != "工督〔2026〕2号" {
			t.Fatalf("orders: %+v", all)
		}
		if n := len(w.ledger("supervisor", supervise.Filter{Again: true})); n != 1 {
			t.Errorf("%d second orders", n)
		}
		agenda := func() int {
			return len(read(w, func(tx *db.Tx) ([]supervise.AgendaItem, error) { return supervise.Agenda(tx, 0) }))
		}
		w.on("2026-12-09 17:29") // five working days after the 2nd: the 9th, 17:30
		if n := agenda(); n != 0 {
			t.Errorf("%d on the agenda too early", n)
		}
		w.on("2026-12-09 17:30")
		if n := agenda(); n != 1 {
			t.Errorf("%d on the agenda, want 1", n)
		}
		w.on("2026-12-16 17:30") // ten working days after the 2nd
		talks := read(w, func(tx *db.Tx) ([]supervise.Talk, error) { return supervise.Talks(tx, w.P("leader"), 9) })
		if len(talks) != 1 || talks[0].Unit != "D02" {
			t.Fatalf("talks: %+v", talks)
		}
		w.refuses("equipment-head", supervise.HoldTalk{Talk: talks[0].ID, Text: "已谈话"}, "access.denied")
		w.Do("leader", supervise.HoldTalk{Talk: talks[0].ID, Text: "约谈设备部负责人，限12月18日前完成。"})
		w.refuses("leader", supervise.HoldTalk{Talk: talks[0].ID, Text: "再记一次"}, "supervise.stale")
	})
}

// TestWhatIsRestrictedOrNamedIsNotSupervised: no draft is written of what has its own officers, and nobody who is named sees an order.
func TestWhatIsRestrictedOrNamedIsNotSupervised(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		v := w.Tell("worker", voice.Anonymous, "P104M", "反映一件干部作风上的事，请纪检处理。")
		w.Do("triager", voice.Claim{Voice: v.ID}, voice.Restrict{Voice: v.ID, Class: "discipline", Reason: "反映干部作风"})
		w.on("2027-01-20 09:00")
		if n := read(w, func(tx *db.Tx) (int, error) { return db.One[int](tx, `SELECT COUNT(*) FROM supervise_order`) }); n != 0 {
			t.Errorf("%d orders about what is restricted", n)
		}
		w.refuses("supervisor", supervise.Issue{Voice: v.ID, Unit: "D02", Terms: terms()}, "access.unknown")
		other := w.given()
		w.Must(func(tx *db.Tx) error {
			in := supervise.Issue{Voice: other.ID, Terms: terms()}
			in.Basis, in.Due = supervise.BasisVoice, "2027-01-29"
			return in.Do(tx, w.P("supervisor"))
		})
		o := w.ledger("supervisor", supervise.Filter{})
		if len(o) != 1 || o[0].Unit != "D02" {
			t.Fatalf("orders %+v", o)
		}
	})
}

// TestWhistle: a chair calls a department, which has a working day; a late answer is taken and counts.
func TestWhistle(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		blow := supervise.Blow{Unit: "U03", Called: "D02", Place: "P104M", Text: "浴室管道漏水，请设备部今天来人。"}
		w.refuses("worker", blow, "access.denied")
		w.refuses("chair", supervise.Blow{Unit: "U03", Called: "U03-A", Text: "自己叫自己不行"}, "called:supervise.whistle_self")
		w.Do("chair", blow, blow)
		open := func(who string) []supervise.Whistle {
			return read(w, func(tx *db.Tx) ([]supervise.Whistle, error) { return supervise.Whistles(tx, w.P(who), true, 9) })
		}
		all := open("equipment")
		if len(all) != 2 || all[0].Due.At(clock.Shanghai()).Format("2006-01-02 15:04") != "2026-11-24 17:30" || len(open("welfare-dept")) != 0 {
			t.Fatalf("calls: %+v", all)
		}
		w.refuses("welfare-dept", supervise.ReportIn{Whistle: all[0].ID, Answer: "马上到"}, "access.denied")
		w.Do("equipment", supervise.ReportIn{Whistle: all[0].ID, Comes: "2026-11-23", Answer: "维修班下午两点到。"})
		w.Clock.Advance(48 * time.Hour)
		w.Do("equipment-head", supervise.ReportIn{Whistle: all[1].ID, Answer: "昨天已修好，忘记回复。"})
		w.refuses("equipment", supervise.ReportIn{Whistle: all[1].ID, Answer: "再答一次"}, "supervise.stale")
		n := read(w, func(tx *db.Tx) ([]supervise.CallCount, error) {
			return supervise.CallCounts(tx, 0, clock.MillisOf(w.Clock.Now()))
		})
		if len(n) != 1 || n[0].All != 2 || n[0].Late != 1 {
			t.Errorf("counted: %+v", n)
		}
	})
}

// TestCycleIsWhole: every state and event of the table has its words, and nothing leaves an end.
func TestCycleIsWhole(t *testing.T) {
	for _, m := range supervise.Cycle.Moves {
		if supervise.Cycle.Over(m.From) {
			t.Errorf("%s leaves the end %s", m.Event, m.From)
		}
	}
	if n := len(supervise.Cycle.States()); n != 8 {
		t.Errorf("%d states", n)
	}
}

// TestAnOrderFollowsAUnitThatMoves: the tree changes, the order goes with its department.
func TestAnOrderFollowsAUnitThatMoves(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		in := supervise.Issue{Unit: "D02", Terms: terms()}
		in.Basis, in.BasisText = supervise.BasisResolution, "第5期调度纪要第2项"
		w.Do("supervisor", in)
		tree := read(w, func(tx *db.Tx) (*org.Tree, error) { return org.TreeOf(tx) })
		u, _ := tree.Get("D02")
		w.Do("admin", org.EditUnit{Code: u.Code, Parent: "U07", NameZh: u.NameZh, NameEn: u.NameEn, Version: u.Version})
		if o := w.ledger("supervisor", supervise.Filter{Unit: "U07"}); len(o) != 1 || o[0].LeadPath != "/G/U07/D02/" {
			t.Errorf("orders below U07: %+v", o)
		}
	})
}

// TestEveryLetterIsInTheLog: each issued order has one letter, its hash stands in the log, the words on it do not change, and whoever has
// the paper finds out when somebody has altered what is kept.
func TestEveryLetterIsInTheLog(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		in := supervise.Issue{Unit: "D02", Terms: terms()}
		in.Basis, in.BasisText = supervise.BasisInstruction, "总经理11月23日批示"
		count := func() (letters, facts int) {
			return read(w, func(tx *db.Tx) (int, error) { return db.One[int](tx, `SELECT COUNT(*) FROM supervise_letter`) }),
				read(w, func(tx *db.Tx) (int, error) {
					return db.One[int](tx, `SELECT COUNT(*) FROM event WHERE kind = 'order.letter'`)
				})
		}
		write := func(do func(*db.Tx) error) error { return w.DB.Write(context.Background(), do) }
		l, err := supervise.Preview(write, func(tx *db.Tx) error { return in.Do(tx, w.P("supervisor")) })
		if err != nil || !strings.Contains(l.Text, "工督〔2026〕1号") {
			t.Fatalf("preview: %v %q", err, l.Text)
		}
		if letters, facts := count(); letters != 0 || facts != 0 || len(w.ledger("supervisor", supervise.Filter{})) != 0 {
			t.Error("a preview has left something behind")
		}
		bad := in
		bad.Demand = ""
		if _, err := supervise.Preview(write, func(tx *db.Tx) error { return bad.Do(tx, w.P("supervisor")) }); err == nil {
			t.Error("the preview of a bad order was not refused")
		}
		w.Do("supervisor", in)
		w.Do("supervisor", in)
		o := w.ledger("supervisor", supervise.Filter{})[1]
		w.Do("supervisor", supervise.Press{Order: o.ID, Terms: in.Terms})
		if letters, facts := count(); letters != 3 || facts != 3 {
			t.Errorf("%d letters, %d leaves, want 3", letters, facts)
		}
		l = read(w, func(tx *db.Tx) (supervise.Letter, error) { tx.Asked(); return supervise.LetterOf(tx, o.ID) })
		words := map[string]string{}
		for _, r := range l.Rows() {
			words[r.Label] = r.Text
		}
		if words["督办单号"] != o.Number || words["督办依据"] != "领导批示：总经理11月23日批示" || words["办结时限"] != "2026年12月11日" || words["签发人"] == "" {
			t.Errorf("words %v", words)
		}
		check := func(code string) supervise.Genuine {
			return read(w, func(tx *db.Tx) (supervise.Genuine, error) { return supervise.Check(tx, code) })
		}
		if g := check(l.Code); !g.Whole || g.Number != o.Number || g.Hash != l.Hash || g.State != supervise.Pressed {
			t.Errorf("genuine: %+v", g)
		}
		if err := w.DB.Write(context.Background(), func(tx *db.Tx) error {
			tx.Asked()
			tx.Recorded()
			_, err := tx.Exec(`UPDATE supervise_letter SET text = REPLACE(text, '11', '31') WHERE order_id = $1`, o.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if g := check(l.Code); g.Whole {
			t.Error("an altered letter is still called genuine")
		}
		err = w.DB.Read(context.Background(), func(tx *db.Tx) error { _, err := supervise.Check(tx, ""); return err })
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("a letter without a code: %v", err)
		}
	})
}
