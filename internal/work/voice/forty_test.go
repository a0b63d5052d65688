package voice_test

import (
	"encoding/json"
	"os"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

type said struct {
	N        int         `json:"n"`
	Category string      `json:"category"`
	Place    string      `json:"place"`
	Level    voice.Level `json:"level"`
	Zh       string      `json:"zh"`
}

// TestExpectedTriageOfTheForty takes the forty voices of the demonstration through triage as it is expected to go.
func TestExpectedTriageOfTheForty(t *testing.T) {
	b, err := os.ReadFile("words/testdata/voices.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []said
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	world(t, func(t *testing.T, w *voicetest.World) {
		id := map[int]string{}
		hint := map[int]string{}
		for _, s := range list {
			in := voice.Register{Level: s.Level, Place: s.Place, Text: s.Zh}
			if len(s.Place) == 3 {
				in.Place, in.Unit = "", s.Place
			}
			sent, err := w.Say(map[bool]string{true: "worker"}[s.Level != voice.Anonymous], w.Form(in))
			if err != nil {
				t.Fatalf("%d: %v", s.N, err)
			}
			if s.N == 35 { // no ticket: not in any list, a count
				if !sent.Crisis || sent.Voice != "" {
					t.Errorf("35: %+v", sent)
				}
				continue
			}
			id[s.N] = sent.Voice
		}
		w.Read(func(tx *db.Tx) error {
			in, err := show.List(tx, w.P("triager"), show.Filter{States: voice.Cycle.States(), Limit: 200})
			if err != nil {
				return err
			}
			if len(in.Rows) != 39 {
				t.Errorf("%d in the lists, want 39", len(in.Rows))
			}
			for _, n := range []int{26, 32, 33, 34, 36, 37} {
				p, err := show.PageOf(tx, w.P("triager"), id[n])
				if err != nil {
					return err
				}
				hint[n] = p.Hint.Restricted
			}
			return nil
		})
		masked := func(n int) string {
			v := w.Voice(id[n])
			return v.Redacted
		}
		read := func(n int, category, title string) voice.Reading {
			return voice.Reading{Title: title, Category: category, Redacted: masked(n)}
		}

		// 9, 7, 25: past the queue.
		for n, officer := range map[int]string{9: "food1", 7: "duty1", 25: "duty1"} {
			v := state(t, w, id[n], voice.Assigned)
			if v.Class != clock.T2H || v.Officer != w.P(officer).ID {
				t.Errorf("%d: %+v", n, v)
			}
			w.Do(officer, voice.AcceptHazard{Voice: id[n]})
		}

		// 1+2+3: one matter; 3 raises the class because somebody is scalded.
		r1 := read(1, "B1", "四区浴室热水不稳")
		var m matter.Register
		w.Must(func(tx *db.Tx) (err error) {
			m, err = voice.NewMatter{Voice: id[1], Reading: r1, Say: "已列入实事。", Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, w.P("triager"))
			return err
		})
		for _, n := range []int{2, 3} {
			w.Do("triager", voice.JoinMatter{Voice: id[n], Reading: read(n, "B1", "热水不稳"), Matter: m.ID, Say: "一起办。"})
		}
		if v := w.Voice(id[3]); v.Class != clock.T2H || w.Voice(id[2]).Class != clock.T24H {
			t.Errorf("3 is %s, 2 is %s", v.Class, w.Voice(id[2]).Class)
		}
		if n := count(t, w, `SELECT voices FROM matter WHERE id = $1`, m.ID); n != 3 {
			t.Errorf("the matter has %d voices", n)
		}

		// 21: repair and fire hazard; 40: two out of scope, one for IT.
		split := func(n int, parts ...string) []string {
			var ids []string
			var ps []voice.Part
			for _, p := range parts {
				ps = append(ps, voice.Part{Text: p})
			}
			w.Must(func(tx *db.Tx) (err error) {
				ids, err = voice.Split{Voice: id[n], Parts: ps}.Do(tx, w.P("triager"))
				return err
			})
			return ids
		}
		p := split(21, "电动车棚充电口坏了一半", "大家开始拉线充电,太危险。")
		w.Do("triager", voice.AssignForAnswer{Voice: p[0], Reading: voice.Reading{Title: "充电口坏", Category: "F2"}, Lead: "D02"},
			voice.CallOut{Voice: p[1], Reading: voice.Reading{Title: "拉线充电", Category: "H2"}})
		state(t, w, p[1], voice.Assigned)
		p = split(40, "家属楼物业费又涨了", "另外孩子上学学区怎么划的?", "还有,手机打卡老是定位不准。")
		w.Do("triager", voice.OutOfScope(p[0], 0, "property", "请向家属区物业服务中心反映。"), voice.OutOfScope(p[1], 0, "education", "请咨询区教育局。"),
			voice.AssignForAnswer{Voice: p[2], Reading: voice.Reading{Title: "打卡定位不准", Category: "S"}, Lead: "D11"})
		state(t, w, p[0], voice.Rejected)
		state(t, w, id[40], voice.WasSplit)

		// 26, 32, 33, 37: discipline; 34: health; 36: aid. The words suggest it, triage decides, and then triage is out.
		for n, path := range map[int][2]string{26: {"discipline", "discipline"}, 32: {"discipline", "discipline"}, 33: {"discipline", "discipline"},
			37: {"discipline", "discipline"}, 34: {"health", "health"}, 36: {"aid", "welfare"}} {
			if hint[n] != path[0] {
				t.Errorf("%d: the words suggest %q", n, hint[n])
			}
			in := voice.Restrict{Voice: id[n], Class: path[0], Reason: "专办"}
			if n == 37 {
				in.Units = []string{"U07"}
			}
			w.Do("triager", in)
			if err := w.Try("triager", voice.Claim{Voice: id[n]}); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%d is still with triage: %v", n, err)
			}
			w.Do(path[1], voice.Claim{Voice: id[n]})
		}
		w.Read(func(tx *db.Tx) error {
			if _, err := show.PageOf(tx, w.P("boss"), id[37]); fault.KindOf(err) != fault.NotFound {
				t.Errorf("37 reaches the head of the unit: %v", err)
			}
			return nil
		})

		// 30: the catalogue knows the first receiver and the helper; 31: an answer; 38: a proposal; 39: praise; 11: an honest reply.
		w.Do("triager", voice.AssignForAnswer{Voice: id[30], Reading: read(30, "K1", "夜班费少算"), Lead: "D05", Co: []string{"D06"}})
		v := state(t, w, id[30], voice.Assigned)
		th := access.Thing{}
		w.Read(func(tx *db.Tx) (err error) { th, err = voice.ThingOf(tx, v); return err })
		if v.Lead != "D05" || len(th.Co) != 1 || th.Co[0] != "/G/D06/" {
			t.Errorf("30: lead %s, co %v", v.Lead, th.Co)
		}
		w.Do("triager",
			voice.AnswerDirectly{Voice: id[31], Reading: voice.Reading{Category: "K3"}, Reply: voice.Reply{Text: "每年七月调整,到手少缴费基数差额的 12%。", Result: "explained"}},
			voice.AssignForAnswer{Voice: id[38], Reading: voice.Reading{Title: "皮带尾部清扫器", Category: "T", Kind: voice.Idea}, Lead: "D02"},
			voice.AnswerDirectly{Voice: id[39], Reading: voice.Reading{Category: "V", Kind: voice.Praise}, Reply: voice.Reply{Text: "谢谢,已转告建设和管理的同事。", Result: "thanks"}},
			voice.AnswerDirectly{Voice: id[11], Reading: voice.Reading{Category: "A3"}, Reply: voice.Reply{Text: "价格比对正在做,月底前公布三家食堂同菜价格和分量。", Result: "dated", Day: "2026-11-30"}})
		state(t, w, id[31], voice.Answered)
	})
}
