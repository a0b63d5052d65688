package meeting_test

import (
	"strings"
	"testing"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
	"sanwen/internal/work/meeting/paper"
	"sanwen/internal/work/meeting/show"
)

// TestPackBuildsItself: what is red, asked for a third time, sent back twice, carried over or late is on the agenda with every reason once,
// follows the ledger until it is frozen, and then moves no more.
func TestPackBuildsItself(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		a := w.matter("浴室水温不足", red)
		w.matter("餐厅排队太久", map[string]any{"state": matter.Executing, "due": "2026-12-31", "due_key": "2026-12-31", "due_at": int64(w.at("2026-12-31 17:30")), "milestone_due": "2026-11-10", "plan_version": 1})
		w.matter("宿舍换管道", map[string]any{"state": "carried_over", "review_day": "2026-11-27"})
		w.matter("以后再看的", map[string]any{"state": "carried_over", "review_day": "2027-03-01"})
		w.set(w.matter("不该上会的", red), "restricted", "discipline")
		w.matter("正常进行的", map[string]any{"state": matter.Executing, "due": "2027-03-01", "due_key": "2027-03-01", "due_at": int64(w.at("2027-03-01 17:30")), "due_from": int64(w.at("2026-11-23 09:00"))})
		id := w.call()
		if got, want := titles(w.agenda("supervisor", id)), "浴室水温不足(red) 宿舍换管道(carried) 餐厅排队太久(yellow)"; got != want {
			t.Fatalf("agenda %s, want %s", got, want)
		}
		w.Do("supervisor", meeting.Build{Meeting: id})
		// By hand: another order, something out, something in, two together.
		items := w.agenda("supervisor", id)
		w.Do("supervisor", meeting.Arrange{Meeting: id, Order: []string{items[2].Key(), items[0].Key()}},
			meeting.TakeOut{Meeting: id, Item: items[1].Key(), Reason: "已另行安排"},
			meeting.Add{Meeting: id, Title: "冬季供暖准备", Reason: "领导要求"},
			meeting.Together{Meeting: id, Item: items[2].Key(), With: items[0].Key()})
		if got, want := titles(w.agenda("supervisor", id)), "餐厅排队太久(yellow) 浴室水温不足(red) 冬季供暖准备(hand) -宿舍换管道(carried)"; got != want {
			t.Errorf("agenda %s, want %s", got, want)
		}
		w.refuses("supervisor", meeting.TakeOut{Meeting: id, Item: items[0].Key()}, "reason:meeting.missing")
		w.refuses("supervisor", meeting.Add{Meeting: id, Matter: "SS-2026-999", Reason: "看看"}, "matter:meeting.unknown_matter")
		w.refuses("supervisor", meeting.Together{Meeting: id, Item: items[0].Key(), With: items[2].Key()}, "with:meeting.together_twice")
		for _, who := range []string{"leader", "head", "handler", "worker", "auditor", "triager"} {
			w.refuses(who, meeting.Build{Meeting: id}, "access.denied")
		}
		// The ledger moves: the red one is done, a new one is red.
		w.set(a, "state", matter.Inspecting)
		w.matter("新的红灯", red)
		if got := titles(w.agenda("supervisor", id)); !strings.Contains(got, "~浴室水温不足") || !strings.Contains(got, "新的红灯(red)") {
			t.Errorf("the agenda did not follow: %s", got)
		}
		w.Do("supervisor", meeting.Freeze{Meeting: id})
		frozen := titles(w.agenda("supervisor", id))
		if !strings.Contains(frozen, "-浴室水温不足") {
			t.Errorf("what had settled itself stayed: %s", frozen)
		}
		w.matter("冻结以后的红灯", red)
		if got := titles(w.agenda("supervisor", id)); got != frozen {
			t.Errorf("a frozen pack moved: %s, was %s", got, frozen)
		}
		w.refuses("supervisor", meeting.Add{Meeting: id, Title: "还有一件", Reason: "刚想到"}, "meeting.frozen")
		w.Do("supervisor", meeting.Thaw{Meeting: id})
		if got := titles(w.agenda("supervisor", id)); !strings.Contains(got, "冻结以后的红灯") || !strings.Contains(got, "~浴室水温不足") {
			t.Errorf("a thawed pack did not follow: %s", got)
		}
		w.sound()
	})
}

// TestRecused: whoever a voice behind a matter names does not see it on the agenda, and nothing restricted is on any.
func TestRecused(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		w.matter("反映高炉甲班", red, func(r *matter.Register) { r.NamedUnits = []string{"U01"} })
		w.matter("反映某人", red, func(r *matter.Register) { r.NamedPersons = []string{w.P("otherhead").ID} })
		id := w.call()
		for who, want := range map[string]int{"supervisor": 2, "leader": 2, "head": 2, "chair": 1, "otherhead": 1} {
			if got := w.agenda(who, id); len(got) != want {
				t.Errorf("%s sees %s, want %d", who, titles(got), want)
			}
		}
		w.Read(func(tx *db.Tx) error {
			for who, want := range map[string]bool{"supervisor": true, "head": true, "handler": true, "chair": true, "welfare": true, "leader": true, "auditor": true, "chair2": false, "worker": false, "mill": false} {
				if _, _, err := meeting.See(tx, w.P(who), id); (err == nil) != want {
					t.Errorf("%s may see the meeting: %v, want %v", who, err, want)
				}
				list, _, err := show.List(tx, w.P(who), show.Filter{})
				if err != nil || (len(list) == 1) != want {
					t.Errorf("%s is shown %d meetings: %v", who, len(list), err)
				}
			}
			return nil
		})
	})
}

// TestAMeetingFromCallToMinutes walks one from the invitation to the minutes, and its resolutions to the end.
func TestAMeetingFromCallToMinutes(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		w.matter("浴室水温不足", red)
		id := w.call()
		ref := event.Ref{Kind: meeting.RefKind, ID: id}
		w.refuses("supervisor", meeting.AskPositions{Meeting: id, Due: "2026-11-28"}, "due:meeting.positions_day") // a Saturday
		w.Do("supervisor", meeting.AskPositions{Meeting: id, Due: "2026-11-27"})
		if d := w.owed(ref, duty.Position); len(d) != 2 || d[0].Unit != "D05" && d[0].Unit != "D06" || d[0].Due.Day(clock.Shanghai()) != "2026-11-27" {
			t.Fatalf("positions owed: %+v", d)
		}
		item := w.agenda("supervisor", id)[0]
		w.refuses("otherhead", meeting.GivePositions{Meeting: id, Unit: "D05", Texts: map[string]string{item.ID: "不归我们管"}}, "access.denied")
		w.refuses("head", meeting.GivePositions{Meeting: id, Unit: "D05", Texts: map[string]string{item.ID: "好"}}, "p."+item.ID+":meeting.missing")
		w.Do("head", meeting.GivePositions{Meeting: id, Unit: "D05", Texts: map[string]string{item.ID: "换热器已到货，两周内换完。"}})
		if d := w.owed(ref, duty.Position); len(d) != 1 || d[0].Unit != "D06" {
			t.Errorf("still owed: %+v", d)
		}
		w.Do("supervisor", meeting.Freeze{Meeting: id})
		w.refuses("supervisor", meeting.OpenRoom{Meeting: id}, "meeting.too_early")
		w.on("2026-11-30 14:00")
		w.Do("supervisor", meeting.OpenRoom{Meeting: id})
		if m := w.get(id); m.State != meeting.Held || m.Item != item.ID || len(w.owed(ref, duty.Position)) != 0 {
			t.Errorf("after the opening: %+v", m)
		}
		w.refuses("supervisor", meeting.Attend{Meeting: id, Rows: []meeting.Here{{Unit: "D06", Presence: meeting.Deputy}}}, "person.D06:meeting.deputy_name")
		w.Do("supervisor", meeting.Attend{Meeting: id, Rows: []meeting.Here{{Unit: "D05", Presence: meeting.Present, Person: "职工head"}, {Unit: "D06", Presence: meeting.Deputy, Person: "职工other"},
			{Unit: "U01", Presence: meeting.Excused, Note: "检修"}, {Unit: "D01", Presence: meeting.Present}}},
			meeting.Word{Meeting: id, Item: item.ID, Text: "12月11日前"},
			meeting.Conclude{Meeting: id, Item: item.ID, Conclusion: "同意设备部意见。", Said: map[string]string{"D06": "配合停水。"}})
		if got := w.agenda("supervisor", id)[0].Draft; got != "12月11日前" {
			t.Errorf("the wording on the screen: %q", got)
		}
		bad := meeting.Decide{Meeting: id, Item: item.ID, Text: "尽快", Lead: "G", Day: "2026-12-12"}
		for _, want := range []string{"text:meeting.missing", "lead:meeting.one_unit", "day:duty.extend_free"} {
			w.refuses("supervisor", bad, want)
		}
		w.refuses("supervisor", meeting.Decide{Meeting: id, Text: "更换换热器", Lead: "D05", Person: w.P("otherhead").ID, Day: "2026-12-11"}, "person:meeting.person_unit")
		w.Do("supervisor", meeting.Decide{Meeting: id, Item: item.ID, Text: "更换换热器，水温稳定在42℃", Lead: "D05", Co: []string{"D06"}, Day: "2026-12-11"},
			meeting.Decide{Meeting: id, Text: "全面检查浴室", Lead: "D06", Person: w.P("other").ID, Day: "2026-12-18"})
		rs := w.resolutions(id)
		if len(rs) != 2 || rs[0].Person != w.P("head").ID || rs[0].State != meeting.Open || rs[0].MatterNo == "" || rs[0].Supervisor != w.P("supervisor").ID {
			t.Fatalf("resolutions %+v", rs)
		}
		if d := w.owed(rs[0].Ref(), duty.Resolve); len(d) != 1 || d[0].Person != w.P("head").ID || d[0].Due != rs[0].DayAt {
			t.Errorf("owed by a resolution: %+v", d)
		}
		if it := w.agenda("supervisor", id)[0]; it.Draft != "" {
			t.Errorf("the wording is still on the screen: %q", it.Draft)
		}
		w.Do("supervisor", meeting.Write{Meeting: id, Opening: "通报十一月进展。", Demands: "一抓到底。"}, meeting.Finish{Meeting: id})
		if d := w.owed(ref, duty.MinutesSign); len(d) != 1 || d[0].Person != w.P("leader").ID {
			t.Errorf("the minutes are owed by %+v", d)
		}
		w.refuses("supervisor", meeting.Sign{Meeting: id}, "access.denied")
		w.Do("leader", meeting.Sign{Meeting: id})
		m := w.get(id)
		if m.State != meeting.Signed || m.Number != "〔2026〕1号" || m.Minutes != 1 {
			t.Fatalf("signed: %+v", m)
		}
		first := w.minutes(id)
		if x := first[0]; x.Signer != "职工leader" || len(x.Here) != 2 || len(x.Excused) != 1 || len(x.SatIn) != 1 || len(x.Items) != 1 || len(x.Items[0].Positions) != 2 ||
			len(x.Resolutions) != 2 || x.Resolutions[0].Unit != "设备部" || len(x.Items[0].Decided) != 1 || x.Items[0].Due0 != "2026-11-13" || x.Items[0].Due != "2026-11-20" {
			t.Errorf("minutes %+v", x)
		}
		if d := w.owed(ref, duty.MinutesReceive); len(d) != 4 {
			t.Errorf("%d units are to receive them", len(d))
		}
		w.refuses("supervisor", meeting.Write{Meeting: id, Opening: "改一改"}, "meeting.not_held")
		w.refuses("head", meeting.Receive{Meeting: id, Unit: "D06"}, "access.denied")
		w.Do("head", meeting.Receive{Meeting: id, Unit: "D05"})
		w.refuses("head", meeting.Receive{Meeting: id, Unit: "D05"}, "meeting.received_before")
		w.refuses("leader", meeting.Correct{Meeting: id, Opening: "通报十一月进展。", Demands: "一抓到底。"}, "reason:meeting.missing")
		w.Do("leader", meeting.Correct{Meeting: id, Opening: "通报十一月的进展。", Demands: "一抓到底。", Conclusions: map[string]string{item.ID: "原则同意设备部意见。"}, Reason: "结论表述有误"})
		again := w.minutes(id)
		if len(again) != 2 || again[1].Items[0].Conclusion != "同意设备部意见。" || again[0].Items[0].Conclusion != "原则同意设备部意见。" || again[0].Number != first[0].Number || again[0].Reason == "" {
			t.Errorf("the corrected minutes %+v", again)
		}
		if d := w.owed(ref, duty.MinutesReceive); len(d) != 4 || d[0].Round != 2 {
			t.Errorf("the new version is to be received by %d", len(d))
		}
		w.sound()
		w.resolve(t, id, rs)
	})
}

// TestOpensWithWhatWasNotDone: resolutions that are not done come first on the next agenda, and climb the ladder meanwhile.
func TestOpensWithWhatWasNotDone(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		w.matter("浴室水温不足", red)
		id := w.call()
		w.Do("supervisor", meeting.Freeze{Meeting: id})
		w.on("2026-11-30 14:00")
		w.Do("supervisor", meeting.OpenRoom{Meeting: id}, meeting.Decide{Meeting: id, Text: "全面检查浴室", Lead: "D06", Day: "2026-12-04"})
		r := w.resolutions(id)[0]
		w.on("2026-12-11 18:00") // five working days over
		var rungs []string
		w.Read(func(tx *db.Tx) error {
			fired, err := duty.FiredOf(tx, r.Ref())
			for _, f := range fired {
				rungs = append(rungs, string(f.Rung))
			}
			return err
		})
		if got := strings.Join(rungs, " "); got != "remind near red sponsor agenda" && got != "near red sponsor agenda" {
			t.Errorf("rungs %s", got)
		}
		next := w.call(func(c *meeting.Call) { c.Start, c.End = w.at("2026-12-15 14:00"), w.at("2026-12-15 15:00") })
		got := w.agenda("supervisor", next)
		if len(got) < 2 || got[0].Kind != pack.ItemResolution || got[0].Subject != r.ID || got[0].Reasons()[0] != pack.WhyUndone {
			t.Errorf("agenda %s", titles(got))
		}
		w.Read(func(tx *db.Tx) error {
			late, _, err := show.Resolutions(tx, w.P("otherhead"), show.ResolutionFilter{Late: true})
			if len(late) != 1 {
				t.Errorf("%d late resolutions: %v", len(late), err)
			}
			none, _, err := show.Resolutions(tx, w.P("chair2"), show.ResolutionFilter{})
			if len(none) != 0 {
				t.Errorf("a chair of another unit is shown %d: %v", len(none), err)
			}
			return err
		})
	})
}

// TestNoBackDoor: a meeting moves the deadline of a matter only by the rules for extensions.
func TestNoBackDoor(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		a := w.matter("浴室水温不足", nil, func(r *matter.Register) { r.Class = matter.Quick })
		w.Do("handler", matter.SubmitPlan{Matter: a, Plan: matter.Slots{Owner: w.P("handler").ID, Deadline: "2026-12-04"}})
		id := w.call()
		var number string
		w.Read(func(tx *db.Tx) error {
			m, err := matter.Find(tx, a)
			number = m.Number
			return err
		})
		w.Do("supervisor", meeting.Add{Meeting: id, Matter: number, Reason: "申请延期"}, meeting.Freeze{Meeting: id})
		w.on("2026-11-30 14:00")
		w.Do("supervisor", meeting.OpenRoom{Meeting: id})
		item := w.agenda("supervisor", id)[0]
		decide := meeting.Decide{Meeting: id, Item: item.ID, Text: "延期到12月18日完成", Lead: "D05", Day: "2026-12-18", Extension: meeting.ExtensionGrant}
		w.refuses("supervisor", decide, "matter.extension.none") // nobody has asked
		w.Do("handler", matter.AskMore{Matter: a, Day: "2026-12-18", Reason: "配件未到货"})
		w.set(a, "extensions", 2)
		w.refuses("supervisor", decide, "access.denied") // the third is the leader's
		w.set(a, "extensions", 0)
		plain := decide
		plain.Extension = ""
		w.Do("supervisor", plain)
		w.Read(func(tx *db.Tx) error {
			m, err := matter.Find(tx, a)
			if m.Due != "2026-12-04" {
				t.Errorf("a resolution moved the deadline to %s", m.Due)
			}
			return err
		})
		w.Do("supervisor", decide)
		w.Read(func(tx *db.Tx) error {
			m, err := matter.Find(tx, a)
			if m.Due != "2026-12-18" || m.Due0 != "2026-12-04" || m.Extensions != 1 {
				t.Errorf("granted in the meeting: due %s, first %s, %d extensions", m.Due, m.Due0, m.Extensions)
			}
			return err
		})
	})
}

// TestExchange: the second kind has speeches, awards and figures instead of an agenda, and its own numbers.
func TestExchange(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		w.matter("浴室水温不足", red)
		id := w.call(func(c *meeting.Call) { c.Kind, c.Title = meeting.Exchange, "年度总结交流会" })
		w.refuses("supervisor", meeting.Freeze{Meeting: id}, "meeting.nothing")
		w.refuses("supervisor", meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Title: "一抓到底", Unit: "D05", Matter: "SS-2026-777"}, "matter:meeting.unknown_matter")
		w.Do("supervisor", meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Title: "浴室改造的做法", Unit: "D05", Who: "职工head", Matter: "SS-2026-001"},
			meeting.Speak{Meeting: id, Kind: meeting.SpeechAward, Title: "先进班组", Unit: "U01-A"},
			meeting.Freeze{Meeting: id, Figures: []paper.Figure{{Zh: "办结", En: "closed", Value: "36"}}})
		w.on("2026-11-30 14:00")
		w.Do("supervisor", meeting.OpenRoom{Meeting: id}, meeting.Finish{Meeting: id})
		w.Do("leader", meeting.Sign{Meeting: id})
		x := w.minutes(id)[0]
		if len(x.Speeches) != 1 || len(x.Awards) != 1 || len(x.Figures) != 1 || len(x.Items) != 0 || x.Number != "〔2026〕1号" || x.Speeches[0].Matter != "SS-2026-001" {
			t.Errorf("minutes %+v", x)
		}
		w.sound()
	})
}

// TestFeed: the address shows what its person may see now, and nothing once it is ended.
func TestFeed(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		id := w.call()
		see := func(token string) (n int) {
			w.Read(func(tx *db.Tx) error {
				ms, err := show.Feed(tx, token)
				if n = len(ms); err != nil {
					n = -1
				}
				return nil
			})
			return n
		}
		tokens := map[string]string{}
		for who, want := range map[string]int{"head": 1, "supervisor": 1, "chair2": 0, "worker": 0} {
			in := &meeting.MakeFeed{}
			w.Do(who, in)
			if got := see(in.Token); got != want || len(in.Token) < 32 {
				t.Errorf("%s: %d meetings, want %d", who, got, want)
			}
			tokens[who] = in.Token
		}
		change := meeting.Change{Meeting: id, Terms: w.terms()}
		change.Invited, change.SitIn = []string{"D06"}, nil
		w.Do("supervisor", change)
		if got := see(tokens["head"]); got != 0 {
			t.Errorf("a unit that is not asked any more sees %d", got)
		}
		again := &meeting.MakeFeed{}
		w.Do("supervisor", again)
		if see(tokens["supervisor"]) != -1 || see(again.Token) != 1 || see("") != -1 {
			t.Error("the old address still works, or the new one does not")
		}
		w.Do("supervisor", meeting.DropFeed{})
		if see(again.Token) != -1 {
			t.Error("an ended address still works")
		}
		if m := w.get(id); m.Sequence != 1 || m.Entry("").Sequence != 1 {
			t.Errorf("sequence %d", m.Sequence)
		}
	})
}

// TestVerifyFinds: rows that were changed behind the record are found.
func TestVerifyFinds(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		w.matter("浴室水温不足", red)
		id := w.call()
		w.Do("supervisor", meeting.Freeze{Meeting: id})
		w.on("2026-11-30 14:00")
		item := w.agenda("supervisor", id)[0]
		w.Do("supervisor", meeting.OpenRoom{Meeting: id}, meeting.Conclude{Meeting: id, Item: item.ID, Conclusion: "照办。"}, meeting.Decide{Meeting: id, Text: "全面检查浴室", Lead: "D06", Day: "2026-12-04"}, meeting.Finish{Meeting: id})
		w.Do("leader", meeting.Sign{Meeting: id})
		w.sound()
		for _, change := range []string{`UPDATE meeting SET state = 'ended'`, `UPDATE resolution SET state = 'done'`, `UPDATE meeting_minutes SET body = '{}'`, `UPDATE meeting SET minutes = 3`,
			`UPDATE meeting_minutes SET body = '{}', digest = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'`} {
			err := w.Write(func(tx *db.Tx) error {
				tx.Asked()
				tx.Recorded()
				if _, err := tx.Exec(change); err != nil {
					return err
				}
				bad, _, err := meeting.Verify(tx, "", 100)
				if len(bad) == 0 {
					t.Errorf("nothing was found after %s", change)
				}
				if err == nil {
					err = fault.New(fault.Conflict, "undo")
				}
				return err
			})
			if err == nil {
				t.Fatal("the change stayed")
			}
		}
	})
}
