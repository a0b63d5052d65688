package news_test

import (
	"encoding/json"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/voice"
)

// TestWhatWasShownStays: a copy is what was shown, with its hash in the record, whatever is written, named or shown afterwards.
func TestWhatWasShownStays(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.shown()
		first := w.copies(id)[0]
		if first.Hash != news.Fingerprint(first.JSON) || first.Number != "GS-2026-001" || !strings.Contains(first.JSON, "停用三天") {
			t.Fatalf("%+v", first)
		}
		x := w.get(id)
		w.Read(func(tx *db.Tx) error { // the record holds the bytes
			log, err := event.Timeline(tx, x.Ref(), 20, 0)
			if err != nil {
				return err
			}
			var told struct{ SHA256, Content string }
			if err := json.Unmarshal(log[0].Data, &told); err != nil || log[0].Kind != "news.shown" || told.SHA256 != first.Hash || told.Content != first.JSON {
				t.Errorf("%s %s %v", log[0].Kind, log[0].Data, err)
			}
			return nil
		})
		w.refuses("triager", whole(id), "cycle.refused")
		w.refuses("supervisor", news.Withdraw{News: id}, "reason:fault.required")
		w.Do("supervisor", news.Withdraw{News: id, Reason: "日期写错了"})
		w.refuses("chair", news.Rework{News: id}, "access.denied") // not of his unit
		w.Do("triager", news.Rework{News: id})
		again := whole(id)
		again.Until, again.Blocks[0].Text = "2026-11-30", "四区浴室换热机组更换，停用五天。"
		w.Do("triager", again)
		w.refuses("triager", news.Judge{News: id, Show: true}, "news.same_hands")
		w.Do("triager2", news.Judge{News: id, Show: true})
		all := w.copies(id)
		if len(all) != 2 || all[1].JSON != first.JSON || all[1].Hash != first.Hash || all[1].OverWhy != "日期写错了" || all[0].N != 2 || all[0].Number != first.Number || all[0].Hash == first.Hash {
			t.Fatalf("%+v", all)
		}
		// everybody sees it when its day has come, and both versions
		w.Read(func(tx *db.Tx) error {
			if _, err := news.Current(tx, first.Number); fault.KindOf(err) != fault.NotFound {
				t.Errorf("shown before its day: %v", err)
			}
			return nil
		})
		w.on("2026-11-24 00:10")
		w.Read(func(tx *db.Tx) error {
			now, err := news.Current(tx, first.Number)
			if err != nil || now.N != 2 {
				t.Errorf("%+v %v", now, err)
			}
			got, err := news.CopiesOf(tx, first.Number)
			if err != nil || len(got) != 2 {
				t.Errorf("%d copies, %v", len(got), err)
			}
			up, _, err := news.PublicList(tx, news.Public{}, 10)
			past, _, err2 := news.PublicList(tx, news.Public{Past: true}, 10)
			if err != nil || err2 != nil || len(up) != 1 || len(past) != 0 {
				t.Errorf("%d up, %d past, %v %v", len(up), len(past), err, err2)
			}
			return nil
		})
	})
}

// TestObjections: anybody objects while it is up, stays unknown if he wants to, and the notice does not end before he has an answer.
func TestObjections(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.shown()
		refused := func(err error, want string) {
			t.Helper()
			faulttest.Refused(t, "objection", err, want)
		}
		_, err := w.object("worker", "GS-2026-001", voice.Named, "停用三天太久")
		refused(err, "news.unknown") // its day has not come
		w.on("2026-11-24 10:20")
		named, err := w.object("worker", "GS-2026-001", voice.Named, "停用三天太久，建议分两批改")
		if err != nil {
			t.Fatal(err)
		}
		form := w.Form(voice.Register{Level: voice.Anonymous, Text: "一区浴室太远，夜班来不及，能不能开班车"})
		hidden, err := w.send("worker2", "GS-2026-001", form)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.send("worker2", "GS-2026-001", form); err != nil || !again.Again || again.Voice != hidden.Voice {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		v := w.Voice(hidden.Voice)
		if v.Submitter != "" || v.State != voice.Registered {
			t.Errorf("%+v", v)
		}
		w.Read(func(tx *db.Tx) error {
			c, err := news.Against(tx, hidden.Voice)
			if err != nil || c == nil || c.Number != "GS-2026-001" {
				t.Errorf("%+v %v", c, err)
			}
			log, err := event.Timeline(tx, event.Ref{Kind: news.RefKind, ID: id}, 20, 0)
			if err != nil || log[0].Subject.Kind != voice.RefKind || log[0].Actor != "" {
				t.Errorf("the record says %+v %v", log[0], err)
			}
			return nil
		})
		w.refuses("triager", news.End{News: id, Outcome: "没有异议"}, "cycle.refused") // it is still up
		w.on("2026-11-28 00:10")
		if x := w.get(id); x.State != news.Settling {
			t.Fatal(x.State)
		}
		if n := owed(w, id); n != 1 {
			t.Errorf("%d duties to end it", n)
		}
		_, err = w.object("worker", "GS-2026-001", voice.Named, "现在才看到")
		refused(err, "news.objection_over")
		if _, err := w.send("worker2", "GS-2026-001", form); err != nil { // the answer to what was sent in time stays the same
			t.Error(err)
		}
		w.refuses("triager", news.End{News: id, Outcome: "异议都已采纳"}, "news.objections_wait")
		for _, s := range []voice.Sent{named, hidden} {
			w.Do("triager", voice.Claim{Voice: s.Voice})
			w.Do("triager", voice.AnswerDirectly{Voice: s.Voice, Reading: voice.Reading{Title: "公示异议", Category: "B1", Redacted: "停用时间太长"}, Reply: voice.Reply{Text: "改为分两批停用，夜班加开班车。", Result: "done"}})
		}
		w.refuses("triager", news.End{News: id, Outcome: "一区浴室太远，夜班来不及，能不能开班车，已加开"}, "outcome:practice.echo") // words of a voice
		w.refuses("triager", news.End{News: id, Outcome: "职工worker提的意见采纳"}, "outcome:practice.name")
		w.Do("triager", news.End{News: id, Outcome: "改为分两批停用，夜班加开班车。"})
		c := w.copies(id)[0]
		if c.OverHow != news.Ended || c.Objections != -1 || owed(w, id) != 0 { // two are too few to be counted
			t.Errorf("%+v", c)
		}
		w.refuses("supervisor", news.Withdraw{News: id, Reason: "重新公示"}, "cycle.refused")
	})
}

func owed(w *world, id string) (n int) {
	w.Read(func(tx *db.Tx) (err error) {
		n, err = db.One[int](tx, `SELECT COUNT(*) FROM duty WHERE kind = $1 AND subject_id = $2 AND open = 1`, duty.NewsEnd, id)
		return err
	})
	return n
}

// TestFieldsAreChecked: what cannot be shown is said at its field; a draft may be half.
func TestFieldsAreChecked(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.refuses("worker", &news.Write{Kind: news.Notice, Title: "公示"}, "access.denied")
		w.refuses("chair", &news.Write{Kind: news.Notice, Title: "公示"}, "access.denied") // not for the whole organisation
		w.refuses("triager", &news.Write{Kind: "poster", Title: "公示"}, "kind:fault.choice")
		id := w.draft("triager", news.Notice)
		w.Do("triager", news.Edit{News: id, Title: "还没想好", Everywhere: true})
		for want, spoil := range map[string]func(e *news.Edit){
			"title:fault.too_long":        func(e *news.Edit) { e.Title = strings.Repeat("长", news.MaxTitle+1) },
			"class:fault.choice":          func(e *news.Edit) { e.Class = "interest" },
			"body:fault.required":         func(e *news.Edit) { e.Blocks[0].Text = "太短" },
			"contact:fault.required":      func(e *news.Edit) { e.Contact = "" },
			"from:news.from_past":         func(e *news.Edit) { e.From = "2026-11-20" },
			"until:news.until_early":      func(e *news.Edit) { e.Until = "2026-11-25" },
			"scope:news.scope_none":       func(e *news.Edit) { e.Everywhere = false },
			"units:fault.choice":          func(e *news.Edit) { e.Everywhere, e.Units = false, []string{"U99"} },
			"places:news.place_unknown":   func(e *news.Edit) { e.Everywhere, e.Places = false, []string{"P999"} },
			"matters:news.matter_unknown": func(e *news.Edit) { e.Matters = "SS-2026-999" },
			"to:news.figures_late":        func(e *news.Edit) { e.Since, e.To = "2026-11-01", "2026-11-22" }, // yesterday is not published yet
			"since:news.figures_both":     func(e *news.Edit) { e.Since = "2026-11-01" },
		} {
			e := whole(id)
			spoil(&e)
			w.refuses("triager", e, want)
		}
		e := whole(id)
		e.Blocks[0].Text = "请联系13812345678，四区浴室停用三天。"
		w.refuses("triager", e, "body:practice.telltale")
		e = whole(id)
		e.Until = clock.Day("2026-11-26") // Tuesday to Thursday
		w.Do("triager", e)
		w.on("2026-11-25 09:00")
		w.refuses("triager2", news.Judge{News: id, Show: true}, "show:news.begun") // its period has begun
		w.refuses("triager2", news.Judge{News: id}, "note:fault.required")
		w.Do("triager2", news.Judge{News: id, Note: "日期过了"})
		w.Do("triager", news.Drop{News: id})

		// a unit speaks for itself
		own := &news.Write{Kind: news.Disclosure, Unit: "U03", Title: "三厂奖金分配办法"}
		w.Do("chair", own)
		e = whole(own.ID)
		e.Class, e.From, e.Until, e.Everywhere = "interest", "2026-11-26", "2026-12-01", false
		for want, scope := range map[string]news.Edit{"scope:news.scope_beyond": {Everywhere: true}, "units:news.scope_beyond": {Units: []string{"U02"}}, "places:news.scope_beyond": {Places: []string{"P201"}}} {
			e.Everywhere, e.Units, e.Places = scope.Everywhere, scope.Units, scope.Places
			w.refuses("chair", e, want)
		}
		e.Everywhere, e.Units, e.Places = false, []string{"U03-A"}, []string{"P203"}
		w.Do("chair", e)
		w.Do("triager", news.Judge{News: own.ID, Show: true})
		w.on("2026-11-26 08:00")
		w.Read(func(tx *db.Tx) error {
			for place, want := range map[string]int{"P203": 1, "P903": 1, "P201": 0, "P961": 0} {
				up, err := news.At(tx, place, 5)
				if err != nil || len(up) != want {
					t.Errorf("%s: %d notices, want %d (%v)", place, len(up), want, err)
				}
			}
			_, err := news.See(tx, w.P("worker"), own.ID)
			return err
		})
	})
}

// TestForTheHouse: a circular is for those who have an account, and never among what everybody sees.
func TestForTheHouse(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.draft("supervisor", news.Circular)
		e := news.Edit{News: id, Submit: true, Title: "十一月实事办理情况通报", Everywhere: true, Blocks: []news.Block{{Key: "overall", Text: "总体平稳，按时办结率提高。"}, {Key: "demands", Text: "超期的单位本周内说明原因。"}}}
		w.refuses("supervisor", e, "since:news.figures_needed")
		e.Since, e.To = "2026-11-01", "2026-11-21"
		w.Do("supervisor", e)
		w.Do("triager", news.Judge{News: id, Show: true})
		w.Read(func(tx *db.Tx) error {
			if _, err := news.Current(tx, "TB-2026-001"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("everybody reads it: %v", err)
			}
			up, _, err := news.PublicList(tx, news.Public{}, 10)
			feed, err2 := news.Recent(tx, "2026-01-01", "2027-01-01", 10)
			if len(up)+len(feed) > 0 || err != nil || err2 != nil {
				t.Errorf("%d up, %d in feeds, %v %v", len(up), len(feed), err, err2)
			}
			_, err = news.See(tx, w.P("worker"), id)
			return err
		})
		if err := w.As(access.Nobody(), news.Drop{News: id}); err == nil {
			t.Error("a stranger dropped it")
		}
	})
}
