// Package danger lets the demonstration find something critical on site: a dish that was not done through, for which somebody of the duty roster
// came within minutes and which was worked off until employees confirmed it, a shower that scalds, found on the last working day, and a shed for
// e-bikes that was found a few minutes ago, for which nobody has come yet.
package danger

import (
	"errors"
	"fmt"
	"time"

	"sanwen/internal/app/demo/story/share"
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// found is a visit on which something critical is measured. Days are working days before today.
type found struct {
	day               int
	at, taken         string // when it is found, and when somebody says that he is on his way
	roster            string
	who               int // which of the roster comes
	place, lead, note string
	items             []inspect.Found
	present           string
}

// dish was found long ago and is over.
var dish = found{day: 62, at: "11:05", taken: "11:17", roster: "food", who: 1, place: "P201", lead: "D01", present: "值班厨师长、职工代表 1 人",
	note: "已到现场：这一锅停止售卖并重新加热，复测三处都在 75 ℃ 以上。",
	items: []inspect.Found{
		{Code: "CT1", Readings: []string{"76.4", "66.8", "74.0"}, Problem: "红烧肉中心温度 66.8 ℃，没有烧透，当场停止售卖"},
		{Code: "CT2", Readings: []string{"66.0", "64.5", "65.2"}},
	}}

// shower was found on the last working day: who was called has shut it, and what is to be done is being decided.
var shower = found{day: 1, at: "15:40", taken: "15:49", roster: "hazard", who: 0, place: "P105", present: "浴室管理员、职工 1 人",
	note: "第三个喷头已经挂牌停用，混水阀检修前不开放。",
	items: []inspect.Found{
		{Code: "BT1", Readings: []string{"40.6", "46.8", "41.2"}, Problem: "第三个喷头出水 46.8 ℃，烫人，已挂牌停用"},
		{Code: "BT5", Readings: []string{"yes"}},
	}}

// shed is found so shortly before the end that the next of the roster is not called yet, at whatever hour that is.
var shed = found{place: "P512", present: "车棚管理员", items: []inspect.Found{{Code: "PK1", Readings: []string{"no"}, Problem: "探测器断电，灭火器压力指针在红区，有六辆车正在充电"}}}

// shedAgo is how long before the end it is found: less than the half hour after which the next is called.
const shedAgo = 12 * time.Minute

// Play puts all of it down; the story ends at end.
func Play(h share.House, end time.Time) error {
	over := &share.Course{House: h, Lead: dish.lead, Unit: "U03", Plan: func(tx *db.Tx) (plan.Slots, error) { return through(h, tx), nil },
		Claim: "两台蒸箱换了温控，每锅测三处并登记。", Reply: "红烧类菜品出锅前测三处中心温度，记录贴在窗口边，请大家监督。"}
	var errs []error
	put := func(day int, at string, coarse bool, do func(tx *db.Tx) error) {
		when, err := h.On(h.Day(day), at)
		errs = append(errs, err)
		h.Put(when, coarse, "danger", do)
	}
	for _, f := range []found{dish, shower} {
		var visit string
		put(f.day, f.at, false, func(tx *db.Tx) error {
			in := &inspect.Record{Place: f.place, Kind: inspect.Special, Present: f.present, Items: f.items}
			if f.lead != "" {
				in.Items[0].OrderUnit, in.Items[0].OrderDue = f.lead, h.Day(f.day-4)
			}
			if err := h.By(tx, access.Inspector, "", 0, in); err != nil {
				return err
			}
			visit = in.ID
			if f.day != dish.day {
				return nil
			}
			var err error
			over.ID, err = db.One[string](tx, `SELECT matter FROM visit_item WHERE visit = $1 AND matter <> ''`, visit)
			return err
		})
		put(f.day, f.taken, false, func(tx *db.Tx) error {
			list, err := org.Roster(tx, f.roster)
			if err != nil || len(list) <= f.who {
				return errors.Join(err, fmt.Errorf("nobody is on the roster of %s", f.roster))
			}
			who, err := h.Actor(tx, list[f.who].ID)
			if err != nil {
				return err
			}
			return inspect.Accept{Visit: visit, Note: f.note}.Do(tx, who)
		})
	}
	h.Put(end.Add(-shedAgo), false, "danger", func(tx *db.Tx) error {
		return h.By(tx, access.Inspector, "", 0, &inspect.Record{Place: shed.place, Kind: inspect.Special, Present: shed.present, Items: shed.items})
	})
	put(dish.day-1, "09:30", false, over.Hand)
	put(dish.day-1, "15:20", false, over.Approve)
	put(dish.day-4, "15:10", false, over.Done)
	put(dish.day-5, "11:00", false, func(tx *db.Tx) error { return over.Look(tx, true) })
	for _, later := range []int{8, 9, 10} {
		put(dish.day-later, "19:00", true, over.Answer)
	}
	put(dish.day-28, "16:20", false, over.Close)
	put(dish.day-46, "10:40", false, func(tx *db.Tx) error { return over.Again(tx, 30) })
	return errors.Join(errs...)
}

// through is the plan against food that is not done through.
func through(h share.House, tx *db.Tx) plan.Slots {
	day := func(n int) clock.Day { return h.Day(dish.day - n) }
	return plan.Slots{Item: "热菜出锅前测中心温度", Standard: "每锅测三处，中心温度都不低于 70 ℃",
		Checks: []matter.Check{{Text: "出锅中心温度", Kind: plan.CheckNumber, Unit: "℃", Low: "70"}, {Text: "测温记录齐全", Kind: plan.CheckYesNo}},
		Steps:  []plan.Step{{Text: "两台蒸箱更换温控", Day: day(3)}, {Text: "每锅测三处并登记", Day: day(4)}}, Deadline: day(6),
		Money: &plan.Money{Amount: "1600", Source: "welfare"}, Contingency: "没有测过的不出售；低于 70 ℃ 的整锅回锅。"}
}
