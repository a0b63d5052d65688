package duty

import (
	"testing"

	"sanwen/internal/ground/clock"
)

func TestLightOf(t *testing.T) {
	cal := clock.NewCalendar("", clock.Shipped(), nil, 0)
	lim := Limits{BlueShare: 20, BlueDays: 3, StaleDays: 14}
	days := func(k Kind, n int64) Duty {
		d := Duty{Kind: k, Days: n, StartedAt: at("2026-11-02 08:00"), Open: true} // a Monday
		d.Due, _, _ = d.rule(cal)
		d.Due0 = d.Due
		return d
	}
	hours := func(n int64) Duty {
		d := Duty{Kind: Answer, Hours: n, StartedAt: at("2026-11-02 08:00"), Open: true}
		d.Due, _, _ = d.rule(cal)
		return d
	}
	waiting := func(d Duty, since string) Duty {
		d.WaitingFrom = at(since)
		return d
	}
	over := days(Answer, 7)
	over.Open = false
	for name, c := range map[string]struct {
		d    Duty
		now  string
		want Light
	}{
		"7 days, 4 left":                   {days(Answer, 7), "2026-11-05 12:00", Light{Color: Green}}, // due Wednesday 11 November
		"7 days, 3 left":                   {days(Answer, 7), "2026-11-06 00:00", Light{Color: Blue}},
		"Saturday counts as Friday's rest": {days(Answer, 7), "2026-11-07 12:00", Light{Color: Blue}},
		"last minute":                      {days(Answer, 7), "2026-11-11 17:30", Light{Color: Blue}},
		"one minute later":                 {days(Answer, 7), "2026-11-11 17:31", Light{Color: Red}},
		"30 days, 7 left":                  {days(Completion, 30), "2026-12-03 12:00", Light{Color: Green}}, // due Monday 14 December
		"30 days, 6 left: a fifth":         {days(Completion, 30), "2026-12-04 12:00", Light{Color: Blue}},
		"milestone missed":                 {days(Milestone, 7), "2026-11-12 08:00", Light{Color: Yellow}},
		"plan late":                        {days(Plan, 5), "2026-11-10 08:00", Light{Color: Yellow}},
		"24 hours, 5 left":                 {hours(24), "2026-11-03 03:00", Light{Color: Green}},
		"24 hours, a fifth left":           {hours(24), "2026-11-03 03:12", Light{Color: Blue}},
		"24 hours over":                    {hours(24), "2026-11-03 08:01", Light{Color: Red}},
		"2 hours begin green":              {hours(2), "2026-11-02 08:00", Light{Color: Green}},
		"waiting stands still":             {waiting(days(Answer, 7), "2026-11-05 12:00"), "2026-12-24 12:00", Light{Color: Green, Waiting: true}},
		"waiting when late":                {waiting(days(Answer, 7), "2026-11-12 12:00"), "2026-12-24 12:00", Light{Color: Red, Waiting: true}},
		"discharged":                       {over, "2026-12-24 12:00", Light{Color: Green}},
	} {
		if got := LightOf(c.d, at(c.now).Time(), cal, lim); got != c.want {
			t.Errorf("%s: %+v, want %+v (due %s)", name, got, c.want, show(c.d.Due))
		}
	}

	now := at("2026-11-12 08:00")
	calm, blue, late := days(Completion, 30), days(Answer, 9), days(Answer, 7)
	for name, c := range map[string]struct {
		ds      []Duty
		touched string
		want    Light
	}{
		"nothing owed":         {nil, "2026-01-01 08:00", Light{Color: Green}},
		"all done":             {[]Duty{over}, "2026-01-01 08:00", Light{Color: Green}},
		"the worst shows":      {[]Duty{calm, late, days(Milestone, 3)}, "2026-11-11 08:00", Light{Color: Red}},
		"missed milestone":     {[]Duty{calm, days(Milestone, 3)}, "2026-11-11 08:00", Light{Color: Yellow}},
		"near":                 {[]Duty{calm, blue}, "2026-11-11 08:00", Light{Color: Blue}},
		"14 days are not long": {[]Duty{calm}, "2026-10-29 23:00", Light{Color: Green}},
		"15 days are":          {[]Duty{calm}, "2026-10-28 08:00", Light{Color: Yellow}},
		"stale does not hide":  {[]Duty{calm, late}, "2026-10-28 08:00", Light{Color: Red}},
		"waiting is not stale": {[]Duty{waiting(calm, "2026-10-28 08:00")}, "2026-10-28 08:00", Light{Color: Green, Waiting: true}},
	} {
		if got := Summary(c.ds, at(c.touched), now.Time(), cal, lim); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := Summary([]Duty{calm}, 0, now.Time(), cal, lim); got.Color != Green {
		t.Errorf("never touched: %+v", got)
	}
}
