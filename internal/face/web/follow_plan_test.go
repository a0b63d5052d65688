package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/voice"
)

// TestCommentOnThePlan: who said it reads what is planned before work starts, says what he thinks of it, and nobody approves before the
// days for that are over. The department does not read the words of somebody who is not known to it.
func TestCommentOnThePlan(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.write(func(tx *db.Tx) error {
		return org.SetSetting{Key: matter.CommentKey(matter.Standard), Value: "3", Basis: "职代会决定"}.Do(tx, access.System("test"))
	})
	number, code := h.tell(coldWater)
	t1, h1, d1 := h.who("T1"), h.who("H1"), h.who("D1")
	var m matter.Register
	h.triage(number, func(tx *db.Tx, who access.Person, id string) (err error) {
		m, err = voice.NewMatter{Voice: id, Reading: voice.Reading{Title: "四区浴室水温", Category: "B1", Redacted: "浴室水凉"},
			Register: matter.Register{Public: true, Class: matter.Standard, Lead: "U02", Place: "P104M"}, Say: "已列入实事"}.Do(tx, who)
		return err
	})
	c.Advance(3 * time.Hour) // 11:00: anonymous voices were told at ten
	h.open(number, code).Want(200).Says("已列入实事").Silent("打算怎么办", "对方案说几句")
	due := clock.DayOf(h.c.Now(), clock.Shanghai()).Add(18)
	for _, step := range []func(tx *db.Tx) error{
		func(tx *db.Tx) error {
			return matter.SubmitPlan{Matter: m.ID, Plan: matter.Slots{Item: "更换换热器", Standard: "水温达标",
				Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}}, Steps: []plan.Step{{Text: "更换", Day: due.Add(-4)}},
				Owner: h1.ID, Deadline: due, Acceptors: []string{h.id["W1"], h.id["W2"]}}}.Do(tx, h1)
		},
		func(tx *db.Tx) error {
			return matter.SignPlan{Matter: m.ID, As: chain.AsHead, Approve: true}.Do(tx, d1)
		},
	} {
		h.write(step)
	}
	h.open(number, code).Want(200).Silent("打算怎么办", "对方案说几句")
	c.Advance(5*time.Hour + time.Minute) // and are told again at four
	thread := h.open(number, code).Want(200).Says("打算怎么办", "更换换热器", "水温达标", "38", "炼钢厂", "方案还没有批准", "11月26日")
	form := thread.Press("/f/comment").Want(200).Says("这样办行不行").Form("/f/comment")
	form.Submit().Want(422).Says("请填写")
	form.Set("text", "换热器换过两次了，问题在水泵。").Submit().Want(200).Says("意见已交工会", "对方案的意见", "问题在水泵")

	approve := func() error {
		return h.d.Write(context.Background(), func(tx *db.Tx) error { return matter.DecidePlan{Matter: m.ID, Approve: true}.Do(tx, t1) })
	}
	if err := approve(); err == nil || fault.Of(err).Key != "matter.plan.comment_open" {
		t.Fatalf("approved while employees are asked: %v", err)
	}
	ref := h.matter(m.ID).Ref()
	h.read(func(tx *db.Tx) error {
		all, err := duty.Of(tx, ref)
		for _, x := range all {
			if x.Kind == duty.Approve && x.Due.Day(tx.Zone()) != "2026-11-30" {
				t.Errorf("the office has until %s, want two working days after the last comment", x.Due.Day(tx.Zone()))
			}
		}
		return err
	})
	at := "/matter/" + h.matter(m.ID).Number
	h.as("T1").Get(at).Want(200).Says("职工对方案的意见（1）", "问题在水泵", "征求意见到 2026年11月26日")
	h.as("H1").Get(at).Want(200).Says("职工对方案的意见（1）", "只有工会能看原文").Silent("问题在水泵")

	h.c.Advance(4 * 24 * time.Hour)
	h.open(number, code).Want(200).Silent("对方案说几句")
	if err := approve(); err != nil {
		t.Fatal(err)
	}
	h.open(number, code).Want(200).Says("方案还没有批准") // as it was when anonymous voices were last told
	h.told()
	if p := h.open(number, code).Want(200).Says("打算怎么办").Silent("方案还没有批准"); !strings.Contains(string(p.Body), "更换换热器") {
		t.Error("the plan is not shown while work goes on")
	}
	id := h.voiceOf(number).ID
	err := h.d.Write(context.Background(), func(tx *db.Tx) error { return voice.CommentPlan{Voice: id, Text: "晚了"}.Do(tx, access.Holder(id)) }, db.Coarse)
	if err == nil || fault.Of(err).Key != "voice.comment.closed" {
		t.Errorf("a comment on a plan in force: %v", err)
	}
}
