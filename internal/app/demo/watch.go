package demo

import (
	"context"
	"fmt"

	"sanwen/internal/app/demo/story/notice"
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
)

// watch lets the supervising office do its day: the ladder fires what has come due in the year, a circular names what is long overdue, the first drafts
// become orders, one of which the department has answered; a unit chair whistles, and a department asks to leave a voice out of the count.
func watch(ctx context.Context, h House, cast Cast) error {
	if err := duty.RunLadder(ctx, h.DB); err != nil {
		return err
	}
	return h.DB.Write(ctx, func(tx *db.Tx) error {
		w := watcher{tx: tx, cast: cast}
		for _, step := range []func() error{w.circular, w.orders, w.whistle, w.exclusion} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

type watcher struct {
	tx   *db.Tx
	cast Cast
}

// of is the first holder of a role whose path, or whose grant, reaches down to a unit.
func (w watcher) of(r access.Role, unit access.Path) (access.Person, error) {
	for _, p := range w.cast.Holders[r] {
		who, err := org.Actor(w.tx, p.ID)
		if err != nil {
			return who, err
		}
		for _, g := range who.Grants {
			if g.Role == r && unit.Under(g.Path) {
				return who, nil
			}
		}
	}
	return access.Person{}, fmt.Errorf("demo: nobody is %s of %s", r, unit)
}

// circular tells what the ladder has found.
func (w watcher) circular() error {
	var two [2]access.Person
	for i := range two {
		all := w.cast.Holders[access.Triager]
		who, err := org.Actor(w.tx, all[i%len(all)].ID)
		if err != nil {
			return err
		}
		two[i] = who
	}
	return notice.Circular(w.tx, two[0], two[1])
}

func (w watcher) orders() error {
	office, err := w.of(access.Supervisor, "/G/")
	if err != nil {
		return err
	}
	cal, err := org.Calendar(w.tx)
	if err != nil {
		return err
	}
	terms := func(title string, days int) supervise.Terms {
		return supervise.Terms{Grade: duty.Red, Basis: supervise.BasisOverdue, Title: title, Demand: "请在三个工作日内书面说明超期原因、已采取的措施和新的完成日期，并由部门负责人签字。",
			Due: cal.AddWorkdays(w.tx.Today(), days)}
	}
	drafts, err := supervise.Drafts(w.tx, office, 3)
	if err != nil {
		return err
	}
	for i, o := range drafts[:min(2, len(drafts))] {
		if err := (supervise.Issue{Order: o.ID, Version: int64(o.Version), Terms: terms(clip("督办："+o.Title, supervise.MaxTitle), 5+i)}).Do(w.tx, office); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		head, err := w.of(access.DeptHead, o.LeadPath)
		if err != nil {
			return err
		}
		if err := (supervise.Reply{Order: o.ID, Cause: "现场条件与方案不符，等待另一部门确认，没有及时提出延期。", Measures: "已指定专人每天到现场，材料已到货；其余部分分两段施工。",
			Promised: cal.AddWorkdays(w.tx.Today(), 4)}).Do(w.tx, head); err != nil {
			return err
		}
	}
	return nil
}

func (w watcher) whistle() error {
	chair := w.cast.Holders[access.UnitChair][0]
	who, err := org.Actor(w.tx, chair.ID)
	if err != nil {
		return err
	}
	for _, g := range who.Grants {
		if g.Role == access.UnitChair {
			return supervise.Blow{Unit: g.Unit, Called: "D02", Text: "浴室换热间漏水，班组自己处理不了，请设备部来人看。"}.Do(w.tx, who)
		}
	}
	return nil
}

// exclusion asks to leave out the voice that a department got last.
func (w watcher) exclusion() error {
	type given struct {
		ID       string
		LeadPath access.Path
		At       clock.Millis
	}
	v, err := db.Maybe[given](w.tx, `SELECT v.id AS id, v.lead_path AS lead_path, a.assigned_at AS at FROM voice v JOIN assignment a ON a.subject_kind = 'voice' AND a.subject_id = v.id
		WHERE v.state IN ($1, $2) AND v.restricted = '' AND a.ended_at = 0 ORDER BY a.assigned_at DESC, v.id LIMIT 1`, voice.Assigned, voice.Signed)
	if err != nil || v == nil {
		return err
	}
	head, err := w.of(access.DeptHead, v.LeadPath)
	if err != nil {
		return err
	}
	return supervise.AskExclusion{Voice: v.ID, Reason: supervise.ExclusionReasons()[0], Evidence: "反映的设备属于外部单位，合同和现场照片附后；已把联系方式告诉本人。"}.Do(w.tx, head)
}

// clip shortens a text to some characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
