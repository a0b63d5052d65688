package voice_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

func TestOneClaimWins(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水。")
		var wins, losses atomic.Int64
		var wg sync.WaitGroup
		for _, who := range []string{"triager", "triager2", "triager", "triager2"} {
			wg.Add(1)
			go func() {
				defer wg.Done()
				err := w.Try(who, voice.Claim{Voice: v.ID})
				switch {
				case err == nil:
					wins.Add(1)
				case key(err) == "voice.claimed" || key(err) == "voice.stale":
					losses.Add(1)
				default:
					t.Errorf("%s: %v", who, err)
				}
			}()
		}
		wg.Wait()
		if wins.Load() < 1 || wins.Load()+losses.Load() != 4 {
			t.Errorf("%d won, %d lost", wins.Load(), losses.Load())
		}
		winner, loser := "triager", "triager2"
		if w.Voice(v.ID).ClaimedBy == w.P("triager2").ID {
			winner, loser = loser, winner
		}
		err := w.Try(loser, voice.AnswerDirectly{Voice: v.ID, Reply: okText})
		if key(err) != "voice.claimed" || fault.Of(err).Args[0] != w.P(winner).Name {
			t.Errorf("deciding on a colleague's voice: %v", err)
		}
		if err := w.Try(winner, voice.AnswerDirectly{Voice: v.ID, Version: 1, Reply: okText}); key(err) != "voice.stale" {
			t.Errorf("a decision on an old page: %v", err)
		}
		w.Do(loser, voice.LetGo{Voice: v.ID}, voice.Claim{Voice: v.ID})
	})
}

// TestRecusal: who is named in a voice, or works under a unit that is named, never gets it, by any way.
func TestRecusal(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("", voice.Anonymous, "P104M", "设备部的人修了三次都没修好,还骂人。")
		w.Do("triager", voice.Name{Voice: v.ID, Units: []string{"D02"}, Persons: []string{w.P("triager2").ID}})
		r := voice.Reading{Title: "浴室维修", Category: "B1", Redacted: "修了三次都没修好。"}

		for _, who := range []string{"equipment", "equipment-head", "triager2"} {
			for _, in := range []voicetest.Doer{voice.Claim{Voice: v.ID}, voice.AnswerDirectly{Voice: v.ID, Reply: okText}, voice.Restrict{Voice: v.ID, Class: "aid", Reason: "x"}} {
				if err := w.Try(who, in); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s does %T: %v", who, in, err)
				}
			}
			w.Read(func(tx *db.Tx) error {
				if _, err := show.PageOf(tx, w.P(who), v.ID); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s sees the page: %v", who, err)
				}
				in, err := show.List(tx, w.P(who), show.Filter{States: voice.Cycle.States()})
				for _, row := range in.Rows {
					if row.ID == v.ID {
						t.Errorf("%s has it in a list", who)
					}
				}
				return err
			})
		}
		if err := w.Try("triager", voice.AssignForAnswer{Voice: v.ID, Reading: r, Lead: "D02"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("assigned to who is named: %v", err)
		}
		if err := w.Try("triager", voice.AssignForAnswer{Voice: v.ID, Reading: r, Lead: "D01", Co: []string{"D02"}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("with who is named as helper: %v", err)
		}
		other := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水。")
		led := newMatter(t, w, other.ID) // led by D02
		if err := w.Try("triager", voice.JoinMatter{Voice: v.ID, Reading: r, Matter: led.Number, Say: "一起办"}); key(err) != "matter.join.recused" {
			t.Errorf("joined a matter led by who is named: %v", err)
		}
		if err := w.Try("triager", voice.Transfer{Voice: v.ID, Unit: "D02", Reason: "x"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("transferred to who is named: %v", err)
		}
		var m matter.Register
		w.Must(func(tx *db.Tx) (err error) {
			m, err = voice.NewMatter{Voice: v.ID, Reading: r, Say: "已列入", Register: matter.Register{Lead: "D01"}}.Do(tx, w.P("triager"))
			return err
		})
		if err := w.Try("welfare-dept", assignment.Return{Subject: matter.RefOf(m.ID), Rule: "目录 B1", Proposed: "D02"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("returned in favour of who is named: %v", err)
		}
		w.Do("welfare-dept", assignment.Sign{Subject: matter.RefOf(m.ID)})
		if err := w.Try("supervisor", assignment.Reassign{Subject: matter.RefOf(m.ID), Lead: "D02", Note: "归设备部"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the matter was reassigned to who is named: %v", err)
		}

		x := w.Tell("", voice.Anonymous, "P104M", "又是凉水。")
		if err := w.Try("triager2", voice.Name{Voice: x.ID, Persons: []string{w.P("triager2").ID}}); key(err) != "voice.named.self" {
			t.Errorf("who names himself goes on: %v", err)
		}
		y := w.Tell("", voice.Anonymous, "P104M", "又是凉水!")
		ways[voice.Assigned](t, w, y.ID)
		if err := w.Try("triager", voice.Name{Voice: y.ID, Units: []string{"D02"}}); key(err) != "voice.named.has_it" {
			t.Errorf("naming the unit that has it: %v", err)
		}
	})
}

func TestMergeKeepsRecusalAndPrivacy(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		anon := w.Tell("", voice.Anonymous, "P104M", "又是凉水!设备部不管。")
		named := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水。")
		anon2 := w.Tell("", voice.Anonymous, "P104M", "浴室水凉。")
		w.Do("triager", voice.Name{Voice: anon.ID, Units: []string{"D02"}})
		if err := w.Try("triager", voice.Merge{Voice: anon.ID, Into: named.ID}); key(err) != "voice.merge.level" {
			t.Errorf("an anonymous voice into a named one: %v", err)
		}
		w.Do("triager", voice.Merge{Voice: anon.ID, Into: anon2.ID, Say: "同一件事"}, voice.Merge{Voice: named.ID, Into: anon2.ID})
		if err := w.Try("triager", voice.AssignForAnswer{Voice: anon2.ID, Reading: reading(w.Voice(anon2.ID)), Lead: "D02"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the merged voice's recusal was lost: %v", err)
		}
		w.Do("triager", voice.AnswerDirectly{Voice: anon2.ID, Reply: okText})
		w.Clock.Advance(24 * time.Hour) // anonymous voices are told in batches
		for _, v := range []voice.Voice{anon, named, anon2} {
			state(t, w, v.ID, voice.Answered)
			w.Read(func(tx *db.Tx) error {
				f, err := show.FollowOf(tx, access.Holder(v.ID), "")
				if err == nil && f.Thread[len(f.Thread)-1].Text != okText.Text {
					t.Errorf("the thread of %s ends with %+v", v.Number, f.Thread[len(f.Thread)-1])
				}
				return err
			})
		}
		a, b := w.Tell("worker", voice.Named, "P104M", "水凉一"), w.Tell("worker", voice.Named, "P104M", "水凉二")
		w.Do("triager", voice.Merge{Voice: a.ID, Into: b.ID}, voice.OutOfScope(b.ID, 0, "property", "请找物业"))
		if got := state(t, w, a.ID, voice.InTriage); got.MergedInto != "" {
			t.Errorf("a voice ended with the one it was merged into")
		}
	})
}

// TestRestrictedQueues: only its officers see a restricted voice, in lists, counts and pages.
func TestRestrictedQueues(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		for class, officer := range map[string]string{"discipline": "discipline", "health": "health", "aid": "welfare"} {
			v := w.Tell("worker", voice.Confidential, "", "妻子查出重病,想问工会有没有帮扶。")
			w.Do("triager", voice.Restrict{Voice: v.ID, Class: class, Reason: "专办"})
			for _, who := range []string{"triager", "triager2", "chair", "supervisor", "equipment", "leader", "admin", officer} {
				sees := who == officer
				w.Read(func(tx *db.Tx) error {
					_, err := show.PageOf(tx, w.P(who), v.ID)
					if sees != (err == nil) {
						t.Errorf("%s voice, %s: %v", class, who, err)
					}
					in, err := show.List(tx, w.P(who), show.Filter{})
					if err != nil {
						return err
					}
					if sees != (len(in.Rows) == 1) {
						t.Errorf("%s list of %s: %d rows", class, who, len(in.Rows))
					}
					c, err := show.CountersOf(tx, w.P(who))
					if sees != (c.New.N == 1) {
						t.Errorf("%s counter of %s: %+v", class, who, c.New)
					}
					return err
				})
				if err := w.Try(who, voice.Claim{Voice: v.ID}); sees != (err == nil) {
					t.Errorf("%s claim by %s: %v", class, who, err)
				}
			}
			w.Do(officer, voice.AnswerDirectly{Voice: v.ID, Reply: okText})
		}
	})
}

func TestRefusingAComplaintTakesTwo(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		sent, err := w.Say("worker", w.Form(voice.Register{Level: voice.Named, Kind: voice.Problem, Place: "P301", Text: "公寓分配不公示。"}))
		if err != nil {
			t.Fatal(err)
		}
		no := voice.Reject{Voice: sent.Voice, Reason: "duplicate_of_answered", Text: "上月已答复。"}
		w.Do("triager", no)
		state(t, w, sent.Voice, voice.InTriage)
		if err := w.Try("triager", voice.Countersign{Voice: sent.Voice, Agree: true}); key(err) != "voice.reject.same" {
			t.Errorf("the same person: %v", err)
		}
		w.Do("triager2", voice.Countersign{Voice: sent.Voice, Note: "没有答复过"})
		state(t, w, sent.Voice, voice.InTriage)
		w.Do("triager", no)
		w.Do("triager2", voice.Countersign{Voice: sent.Voice, Agree: true})
		state(t, w, sent.Voice, voice.Rejected)

		w.Holding(sent.Voice, voice.Object{Voice: sent.Voice, Text: "没有人答复过我"})
		v := state(t, w, sent.Voice, voice.InTriage)
		if !v.Appeal || v.UnitPath != "/G/" {
			t.Errorf("the objection went to %s", v.UnitPath)
		}
		for _, who := range []string{"triager", "triager2"} {
			if err := w.Try(who, voice.AnswerDirectly{Voice: v.ID, Reply: okText}); err == nil {
				t.Errorf("%s, who refused, decides on the objection", who)
			}
		}
		w.Do("supervisor", voice.Claim{Voice: v.ID}, voice.AnswerDirectly{Voice: v.ID, Reply: okText})
		state(t, w, v.ID, voice.Answered)

		late := w.Tell("worker", voice.Named, "P301", "家属楼物业费又涨了")
		w.Do("triager", voice.OutOfScope(late.ID, 0, "property", "请找物业"))
		w.Clock.Advance(15 * 24 * time.Hour)
		if err := w.As(access.Holder(late.ID), voice.Object{Voice: late.ID, Text: "晚了"}); key(err) != "voice.object.late" {
			t.Errorf("a late objection: %v", err)
		}
	})
}

func TestReturnedTwiceIsAdjudicated(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		sent, err := w.Say("worker", w.Form(voice.Register{Level: voice.Confidential, Place: "P104F", PlaceText: "甲班考勤室",
			Text: "上月夜班费少算了四个,问了车间说找财务,财务说找人力,到底找谁?"}))
		if err != nil {
			t.Fatal(err)
		}
		v := w.Voice(sent.Voice)
		r := voice.Reading{Title: "夜班费少算", Category: "K1", Redacted: "上月夜班费少算了四个,到底找谁?"}
		w.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: r, Lead: "D05", Co: []string{"D06"}, Say: "已请人力部查。"})
		due := w.Voice(v.ID).Due
		w.Do("hr", assignment.Return{Subject: v.Ref(), Rule: "核算归财务", Proposed: "D06"})
		state(t, w, v.ID, voice.InTriage)
		w.Clock.Advance(26 * time.Hour)
		w.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: r, Lead: "D06"})
		if got := w.Voice(v.ID).Due; got != due {
			t.Errorf("a return moved the due from %d to %d", due, got)
		}
		w.Do("finance", assignment.Return{Subject: v.Ref(), Rule: "考勤归人力", Proposed: "D05"})
		state(t, w, v.ID, voice.Assigned)
		w.Do("supervisor", assignment.Adjudicate{Subject: v.Ref(), Lead: "D05", Co: []string{"D06"}, Basis: "考勤数据在人力部"})
		got := state(t, w, v.ID, voice.Signed)
		if got.Lead != "D05" || got.Due != due {
			t.Errorf("lead %s, due %d, want D05 %d", got.Lead, got.Due, due)
		}
		w.Read(func(tx *db.Tx) error { // the department reads the redacted words and nothing else
			p, err := show.PageOf(tx, w.P("hr"), v.ID)
			if err != nil {
				return err
			}
			if p.Text != r.Redacted || p.Voice.Text != "" || p.Voice.Redacted != "" || len(p.Named) != 0 || p.Voice.PlaceText != "" ||
				p.PlaceShown != "B4" || p.Voice.Place != "B4" {
				t.Errorf("department reads %q, %+v", p.Text, p.Voice)
			}
			return nil
		})
		w.Do("hr", voice.AnswerAssigned{Voice: v.ID, Reply: voice.Reply{Text: "12月工资补发四个夜班费,考勤员已更正。", Result: "dated", Day: "2026-12-15"}})
		state(t, w, v.ID, voice.Answered)
		if kinds := owed(t, w, v); kinds != "" {
			t.Errorf("still owed: %s", kinds)
		}
	})
}

func TestOpeningTheWordsIsSeen(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("", voice.Anonymous, "P104M", "我叫王小明,电话13812345678,水不热。")
		open := func(who, reason string) (voice.Original, error) {
			var o voice.Original
			err := w.Write(func(tx *db.Tx) (err error) {
				o, err = voice.OpenText{Voice: v.ID, Reason: reason}.Do(tx, w.P(who))
				return err
			})
			return o, err
		}
		if _, err := open("triager", ""); key(err) != "voice.needed.reason" {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := open("supervisor", "想看看"); err == nil {
			t.Error("the supervisor opened it")
		}
		for range 2 {
			if o, err := open("triager", "核对地点"); err != nil || o.Text != v.Text {
				t.Errorf("%+v, %v", o, err)
			}
		}
		w.Clock.Advance(24 * time.Hour)
		w.Read(func(tx *db.Tx) error {
			f, err := show.FollowOf(tx, access.Holder(v.ID), "")
			if err == nil && (len(f.Views) != 1 || f.Views[0].N != 2 || f.Views[0].Role != access.Triager) {
				t.Errorf("views: %+v", f.Views)
			}
			p, err2 := show.PageOf(tx, w.P("triager"), v.ID)
			if err2 == nil && (p.Text != "我叫〔…〕,电话〔…〕,水不热。" || !p.Masked) {
				t.Errorf("the page shows %q", p.Text)
			}
			return err
		})
		bad := voice.Reading{Title: "水温", Category: "B1", Redacted: "我叫王小明,水不热。"}
		if err := w.Try("triager", voice.AssignForAnswer{Voice: v.ID, Reading: bad, Lead: "D02"}); key(err) != "voice.redacted.telltale" {
			t.Errorf("a redacted text that tells: %v", err)
		}
		bad.Redacted = ""
		if err := w.Try("triager", voice.AssignForAnswer{Voice: v.ID, Reading: bad, Lead: "D02"}); key(err) != "voice.needed.redacted" {
			t.Errorf("without an approved text: %v", err)
		}
	})
}

func TestTheMatterTellsEverybody(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		a := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水。")
		b := w.Tell("", voice.Anonymous, "P104M", "又是凉水!")
		m := newMatter(t, w, a.ID)
		w.Do("triager", voice.JoinMatter{Voice: b.ID, Reading: reading(b), Matter: m.Number, Say: "和另一条一起办。"})
		w.Do("leader", matter.Decline{Matter: m.ID, Reason: "锅炉房明年拆除,改用新管网。", Rule: "厂区供热规划", Decider: "厂长办公会"})
		w.Clock.Advance(24 * time.Hour)
		for _, v := range []voice.Voice{a, b} {
			state(t, w, v.ID, voice.Answered)
			w.Read(func(tx *db.Tx) error {
				f, err := show.FollowOf(tx, access.Holder(v.ID), "")
				if err != nil {
					return err
				}
				last := f.Thread[len(f.Thread)-1]
				if last.Kind != "answer" || last.Result != "no" || last.Extra != m.Number || last.Text == "" {
					t.Errorf("told: %+v", last)
				}
				return nil
			})
		}
		w.Holding(b.ID, voice.NotSolved{Voice: b.ID, Text: "冬天怎么办"})
		if got := state(t, w, b.ID, voice.InTriage); got.Matter != "" {
			t.Errorf("still with the declined matter")
		}
	})
}

func TestSplitKeepsReceiptTimeAndLevel(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("worker", voice.Confidential, "", "家属楼物业费又涨了,另外孩子上学学区怎么划的?还有,手机打卡老是定位不准。")
		split := func(parts ...string) ([]string, error) {
			var ids []string
			var ps []voice.Part
			for _, p := range parts {
				ps = append(ps, voice.Part{Text: p})
			}
			err := w.Write(func(tx *db.Tx) (err error) {
				ids, err = voice.Split{Voice: v.ID, Parts: ps, Say: "分开办"}.Do(tx, w.P("triager"))
				return err
			})
			return ids, err
		}
		if _, err := split("家属楼物业费又涨了", "另外孩子上学学区怎么划的"); key(err) != "voice.split.missing" {
			t.Errorf("words left out: %v", err)
		}
		if _, err := split("家属楼物业费又涨了,另外孩子上学学区怎么划的?还有,手机打卡老是定位不准。"); key(err) != "voice.split.count" {
			t.Errorf("one part: %v", err)
		}
		w.Clock.Advance(25 * time.Hour)
		ids, err := split("家属楼物业费又涨了", "另外孩子上学学区怎么划的", "还有,手机打卡老是定位不准")
		if err != nil || len(ids) != 3 {
			t.Fatalf("%v %v", ids, err)
		}
		for _, id := range ids {
			c := state(t, w, id, voice.Registered)
			if c.RegisteredAt != v.RegisteredAt || c.Level != v.Level || c.Day != v.Day || c.Due != v.Due {
				t.Errorf("part %+v", c)
			}
		}
		w.Do("triager", voice.OutOfScope(ids[0], 0, "property", "请找物业"), voice.OutOfScope(ids[1], 0, "education", "请找教育局"))
		state(t, w, v.ID, voice.WasSplit)
		w.Do("triager", voice.AnswerDirectly{Voice: ids[2], Reading: voice.Reading{Category: "S"}, Reply: okText})
		if err := w.As(access.Holder(ids[2]), voice.ConfirmSolved{Voice: ids[2]}); err == nil {
			t.Error("a part was opened with a receipt of its own")
		}
		w.Holding(v.ID, voice.ConfirmSolved{Voice: ids[2]})
		if got := state(t, w, v.ID, voice.Closed); got.ClosedHow != voice.PartsDone {
			t.Errorf("closed as %s", got.ClosedHow)
		}
		w.Holding(v.ID, voice.NotSolved{Voice: ids[2], Text: "还是不准"})
		state(t, w, v.ID, voice.WasSplit)
	})
}

// TestRetaliationGoesPastTheUnit: the report is seen by discipline only, not by the unit that has the voice, nor by triage.
func TestRetaliationGoesPastTheUnit(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("", voice.Anonymous, "P201", "一楼餐厅菜凉。")
		w.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "菜凉", Category: "A2", Redacted: "菜凉。"}, Lead: "D01"})
		var id string
		w.Must(func(tx *db.Tx) (err error) {
			id, err = voice.ReportRetaliation{Voice: v.ID, Key: "k", Text: "工段长问是谁捅上去的"}.Do(tx, access.Holder(v.ID))
			return err
		}, db.Coarse)
		r := state(t, w, id, voice.Registered)
		if r.Restricted != "discipline" || !r.Named || r.Due > w.Voice(v.ID).RegisteredAt+clock.Millis(25*time.Hour/time.Millisecond) {
			t.Errorf("%+v", r)
		}
		for who, sees := range map[string]bool{"discipline": true, "triager": false, "welfare-dept": false, "welfare-head": false, "supervisor": false} {
			w.Read(func(tx *db.Tx) error {
				_, err := show.PageOf(tx, w.P(who), id)
				if sees != (err == nil) {
					t.Errorf("%s: %v", who, err)
				}
				return nil
			})
		}
		w.Read(func(tx *db.Tx) error {
			f, err := show.FollowOf(tx, access.Holder(v.ID), id)
			if err == nil && f.Voice.Text == "" {
				t.Error("the receipt does not open the report")
			}
			return err
		})
		w.Do("discipline", voice.AnswerDirectly{Voice: id, Reply: voice.Reply{Text: "已约谈,另派人办理。", Result: "done"}})
	})
}
