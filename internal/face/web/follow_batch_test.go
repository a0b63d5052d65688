package web_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// batched is an anonymous voice whose thread is looked at again and again.
type batched struct {
	*hall
	number, code, id string
	shown            string
}

func (h *hall) batched(text string) *batched {
	h.t.Helper()
	b := &batched{hall: h}
	b.number, b.code = h.tell(text)
	h.log()
	b.id = h.voiceOf(b.number).ID
	b.shown = b.look()
	return b
}

func (b *batched) look() string {
	b.t.Helper()
	return b.open(b.number, b.code).Want(200).Text()
}

// same checks that nothing that was done meanwhile is to be seen: not a word, a date, a number, or a button.
func (b *batched) same(what string) {
	b.t.Helper()
	b.c.Advance(5 * time.Minute)
	if got := b.look(); got != b.shown {
		b.t.Errorf("%s is seen before the release:\n%s\n%s", what, b.shown, got)
	}
}

// at lets it become a time of the day, today or tomorrow.
func (h *hall) at(hour, minute int) {
	zone := clock.Shanghai()
	now := h.c.Now().In(zone)
	to := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, zone)
	if !to.After(now) {
		to = to.AddDate(0, 0, 1)
	}
	h.c.Advance(to.Sub(now))
}

// TestAnonymousIsToldInBatches: what staff do with an anonymous voice changes nothing on its page before ten or four o'clock.
func TestAnonymousIsToldInBatches(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, h1 := h.who("T1"), h.who("H1")
		read := voice.Reading{Title: "浴室水温", Category: "B1", Redacted: "浴室水凉"}
		h.at(10, 5)
		v := h.batched(coldWater)
		do := func(what string, who access.Person, act func(tx *db.Tx) error) {
			t.Helper()
			h.write(act)
			v.same(what)
		}
		do("a claim", t1, func(tx *db.Tx) error { return voice.Claim{Voice: v.id}.Do(tx, t1) })
		do("an opening", t1, func(tx *db.Tx) error {
			_, err := voice.OpenText{Voice: v.id, Reason: "分办"}.Do(tx, t1)
			return err
		})
		do("a note", t1, func(tx *db.Tx) error { return voice.Say{Voice: v.id, Text: "先去看看。"}.Do(tx, t1) })
		do("an assignment", t1, func(tx *db.Tx) error {
			return voice.AssignForAnswer{Voice: v.id, Reading: read, Lead: "U02", Say: "已交炼钢厂。"}.Do(tx, t1)
		})
		do("a signature", h1, func(tx *db.Tx) error {
			return assignment.Sign{Subject: event.Ref{Kind: voice.RefKind, ID: v.id}}.Do(tx, h1)
		})
		// staff read when it will be seen
		h.as("T1").Get("/voice/"+v.id).Want(200).Says("本人何时看到", "2026年11月23日 16:00起", "16:00起本人可见")
		h.as("H1").Get("/voice/"+v.id).Want(200).Says("本人何时看到", "16:00起本人可见", "答复由工会转达。 本人2026年11月23日 16:00起看到")
		do("an answer", h1, func(tx *db.Tx) error {
			return voice.AnswerAssigned{Voice: v.id, Reply: voice.Reply{Text: "今晚换阀门。", Result: "done"}}.Do(tx, h1)
		})
		// what would answer news that is not shown waits; one's own words are shown at once
		v.open(v.number, v.code).Press("/f/withdraw").Want(200).Form("/f/withdraw").Submit().Want(200).Says("有新的进展", "16:00起").Silent("换阀门")
		v.open(v.number, v.code).Press("/f/add").Want(200).Form("/f/add").Set("text", "女浴室也是").Submit().Want(200).Says("已补充", "女浴室也是").Silent("换阀门", "已答复")
		h.at(15, 59)
		v.open(v.number, v.code).Want(200).Says("女浴室也是").Silent("换阀门", "炼钢厂", "已答复", "看过 1 次原文")
		h.at(16, 0)
		v.open(v.number, v.code).Want(200).Says("已答复", "今晚换阀门", "已交炼钢厂", "先去看看", "女浴室也是", "解决了").Silent("看过 1 次原文")
		h.at(0, 1) // of openings only the day is known
		v.open(v.number, v.code).Want(200).Says("看过 1 次原文")
	})
}

// TestAnonymousMatterInBatches: nor is anything seen of a matter, in the evening, in the night, or by adding words.
func TestAnonymousMatterInBatches(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	s1, h1, i1 := h.who("S1"), h.who("H1"), h.who("I1")
	h.at(16, 5)
	v := h.batched(coldWater)
	m := h.working(v.number)
	v.same("a matter with its plan")
	h.at(10, 0)
	v.open(v.number, v.code).Want(200).Says(m.Number, "提高水温", "已列入实事").Silent("改期原因")
	h.at(10, 1)
	v.shown = v.look()
	h.write(func(tx *db.Tx) error {
		return matter.AskMore{Matter: m.ID, Day: m.Due.Add(7), Reason: "配件晚到", Interim: "先用临时热水"}.Do(tx, h1)
	})
	h.write(func(tx *db.Tx) error { return matter.DecideMore{Matter: m.ID, Grant: true, Note: "同意"}.Do(tx, s1) })
	v.same("an extension")
	h.write(func(tx *db.Tx) error { return matter.Report{Matter: m.ID, Step: 1, Done: true}.Do(tx, h1) })
	v.same("a step")
	h.write(func(tx *db.Tx) error {
		return matter.ClaimDone{Matter: m.ID, Text: "换了", Photos: []matter.PhotoIn{h.photoIn()}, Readings: []matter.Reading{{Check: 1, Value: "41"}}}.Do(tx, h1)
	})
	v.same("a completion")
	h.write(func(tx *db.Tx) error {
		return matter.Inspect{Matter: m.ID, Passed: true, Readings: []matter.Reading{{Check: 1, Value: "41"}}}.Do(tx, i1)
	})
	v.same("an inspection that asks employees")
	h.at(16, 0)
	v.open(v.number, v.code).Want(200).Says("请你来验收", "改期原因：配件晚到", "正在请职工验收")
}

// TestAnonymousQuestionInBatches: words added before a question is shown do not answer it; parts are shown when the division is.
func TestAnonymousQuestionInBatches(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.at(10, 5)
	v := h.batched("浴室水凉。更衣柜坏了。")
	h.triage(v.number, func(tx *db.Tx, who access.Person, id string) error {
		return voice.AskInfo{Voice: id, Question: "是哪一间？"}.Do(tx, who)
	})
	v.same("a question")
	v.open(v.number, v.code).Press("/f/add").Want(200).Form("/f/add").Set("text", "天天这样").Submit().Want(200).Says("已补充")
	if x := h.voiceOf(v.number); x.State != voice.WaitingInfo {
		t.Fatalf("a question that nobody has read is answered: %s", x.State)
	}
	h.at(16, 0)
	v.open(v.number, v.code).Want(200).Says("是哪一间", "天天这样").Press("/f/add").Want(200).Form("/f/add").Set("text", "东头").Submit().Want(200)
	if x := h.voiceOf(v.number); x.State != voice.InTriage {
		t.Fatalf("state %s", x.State)
	}
	v.shown = v.look()
	t1 := h.who("T1")
	h.write(func(tx *db.Tx) error {
		_, err := voice.Split{Voice: v.id, Parts: []voice.Part{{Text: "浴室水凉。", Title: "水", Kind: voice.Problem, Category: "B1"},
			{Text: "更衣柜坏了。", Title: "柜", Kind: voice.Problem, Category: "B1"}}, Say: "分成两件办。"}.Do(tx, t1)
		return err
	})
	v.same("a division")
	h.at(10, 0)
	v.open(v.number, v.code).Want(200).Says("分开办理", "分成两件办")
}

// TestDangerIsToldAtOnce: of danger everything is told at once, and of what was said in one's own name or confidentially too.
func TestDangerIsToldAtOnce(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.at(10, 5)
	v := h.batched("淋浴间电线裸露漏电，有人触电")
	t1 := h.who("T1")
	h.write(func(tx *db.Tx) error { return voice.Say{Voice: v.id, Text: "电工已经出门。"}.Do(tx, t1) })
	v.open(v.number, v.code).Want(200).Says("电工已经出门")
	h.as("T1").Get("/voice/" + v.id).Want(200).Silent("本人何时看到")
	// one that becomes a danger later tells all at once what was held back
	v = h.batched("地上有水")
	h.triage(v.number, func(tx *db.Tx, who access.Person, id string) error {
		return voice.Say{Voice: id, Text: "是哪里的水？"}.Do(tx, who)
	})
	v.same("a note")
	h.write(func(tx *db.Tx) error {
		return voice.CallOut{Voice: v.id, Reading: voice.Reading{Title: "水漫到配电柜", Category: "B1", Redacted: "地上有水"}}.Do(tx, t1)
	})
	if got := v.look(); !strings.Contains(got, "是哪里的水") {
		t.Errorf("held back though it is a danger: %s", got)
	}
}
