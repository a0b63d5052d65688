package news_test

import (
	"strconv"
	"testing"

	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
)

// TestVoicesInACircular: D02 had thirteen voices of a bathhouse; eight it answered in time, one late and three not at all, and one was left out after an
// objection of the department. What triage still has is told nowhere, nor are the two of D06, which are too few, and the eleven of D01 that would tell them.
func TestVoicesInACircular(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-09 09:00")
		var all []string
		for i := range 27 {
			v := w.Tell("worker", voice.Named, "P104M", "浴室水凉，第"+strconv.Itoa(i)+"次")
			all = append(all, v.ID)
			read := voice.Reading{Title: "浴室水凉", Category: "B1"}
			switch {
			case i < 13:
				w.Do("triager", voice.Claim{Voice: v.ID}, voice.AssignForAnswer{Voice: v.ID, Reading: read, Lead: "D02"})
			case i < 26:
				lead := map[bool]string{true: "D01", false: "D06"}[i < 24]
				w.Do("triager", voice.Claim{Voice: v.ID}, voice.AssignForAnswer{Voice: v.ID, Reading: read, Lead: lead})
			}
		}
		w.on("2026-11-09 10:00")
		reply := voice.Reply{Result: "done", Text: "换热机组已经修好，请再看看水温。"}
		for _, id := range all[:8] {
			w.Do("equipment", voice.AnswerAssigned{Voice: id, Reply: reply})
		}
		w.Do("equipment-head", supervise.AskExclusion{Voice: all[12], Reason: "untrue", Evidence: "三次测温合格，附记录。"})
		x := w.Column(`SELECT id FROM exclusion`)[0]
		w.Do("supervisor", supervise.DecideExclusion{Exclusion: x, Agree: true, Note: "测温记录完整"})
		w.Do("chair", supervise.DecideExclusion{Exclusion: x, Agree: true, Note: "去看过"})
		w.on("2026-11-20 10:00")
		w.Do("equipment", voice.AnswerAssigned{Voice: all[8], Reply: reply})
		w.on("2026-12-01 09:00")
		id := w.draft("supervisor", news.Circular)
		w.Do("supervisor", news.Edit{News: id, Submit: true, Title: "十一月情况通报", Everywhere: true, Blocks: []news.Block{{Key: "overall", Text: "总体平稳，按时办结率提高。"}, {Key: "demands", Text: "超期的单位本周内说明原因。"}}, Since: "2026-11-01", To: "2026-11-29"})
		w.Do("triager", news.Judge{News: id, Show: true})
		units := w.copies(id)[0].Content().Taken.Units
		if len(units) != 1 || units[0].Unit.Code != "D02" { // the two of D06 are too few, and the eleven of D01 would tell them
			t.Fatalf("told of %+v", units)
		}
		if u := units[0]; *u.Contact != (news.Share{Part: 8, Of: 12}) || *u.Repeat != (news.Share{Of: 12}) {
			t.Errorf("contact %+v, repeated %+v", u.Contact, u.Repeat)
		}
	})
}
