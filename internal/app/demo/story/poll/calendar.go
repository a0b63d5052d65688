package poll

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/season"
)

// calendar plans what the year brings: one task has become a matter this week, some will, one was taken off.
func calendar(h House) error {
	return h.office(8, "10:20", "calendar", func(tx *db.Tx, who access.Person) error {
		leaders, err := season.Leaders(tx)
		if err != nil || len(leaders) == 0 {
			return err
		}
		led := func(unit string) string {
			if i := slices.IndexFunc(leaders, func(l season.Leader) bool { return l.Unit == unit }); i >= 0 {
				return leaders[i].ID
			}
			return leaders[0].ID
		}
		plan := func(kind, title, body, lead string, day clock.Day, yearly bool) (string, error) {
			in := &season.Plan{Fields: season.Fields{Kind: kind, Title: title, Body: body, Lead: lead, Sponsor: led(lead), Day: day, Yearly: yearly}}
			err := in.Do(tx, who)
			return in.ID, err
		}
		leads := map[string]string{"festival": "D01", "leak": "D02", "heat": "D02", "recruit": "D01", "warm": "D02"}
		for _, x := range season.Hints() {
			if lead := leads[x.Key]; lead != "" {
				if _, err := plan(season.Season, x.Zh.Title, x.Zh.Body, lead, x.On(h.Day(0)), true); err != nil {
					return err
				}
			}
		}
		if _, err := plan(season.Season, "冬季候车点挡风和地面防滑", "三个候车点挡风板、防滑垫和夜间照明在寒潮前到位。", "D02", h.Day(2), true); err != nil {
			return err
		}
		next := clock.Day(string(h.Day(0))[:8] + "01").AddMonths(1)
		if _, err := plan(season.Topic, "夜班吃上热饭", "夜班就餐时段、菜品和保温集中解决，月底由夜班职工评。", "D01", next, false); err != nil {
			return err
		}
		parking, err := plan(season.Topic, "厂区停车难", "错时停车和新增车位的办法。", "D02", next.AddMonths(1), false)
		if err != nil {
			return err
		}
		return season.Drop{Task: parking, Reason: "停车改造已列入基建计划，换一题。"}.Do(tx, who)
	})
}
