package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

// A year of rounds: bathhouses every Monday, canteens, dormitories and rest rooms once a month, four leaders' visits that are measured
// again, and every month the lot among the closed matters. What fails is written down; it is the story that makes matters of it.
var rounds = []inspect.SaveRound{
	{Name: "浴室每周巡查", Unit: "G", Kind: inspect.Routine, Every: inspect.EveryWeek, OnDay: 1, Days: 1, Places: []string{"P101", "P104M", "P104F", "P105"}, Active: true},
	{Name: "食堂每月巡查", Unit: "G", Kind: inspect.Routine, Every: inspect.EveryMonth, OnDay: 10, Days: 2, Places: []string{"P201", "P202", "P203", "P204"}, Active: true},
	{Name: "宿舍和休息室每月巡查", Unit: "G", Kind: inspect.Routine, Every: inspect.EveryMonth, OnDay: 20, Days: 2, Places: []string{"P301", "P305", "P401", "P402", "P403", "P601"}, Active: true},
}

// measured is what is measured in a kind of place; roundItem asks for it only while there is heating where cold is set.
var measured = map[string][]string{
	org.Bathhouse: {"BT1", "BT2", "BT4A", "BT5", "BT7"},
	org.Canteen:   {"CT2", "CT6", "CT7", "CT8"},
	org.Dormitory: {"DT5", "DT6", "HT1"},
	org.RestRoom:  {"HT4A", "WK7"},
	org.Changing:  {"BT4B", "HT1"},
}

// instruments of the rounds; the calibration of the last one runs out before the year is over.
var instruments = []inspect.SaveInstrument{
	{Number: "T-0107", Name: "针式温度计", Measure: "°C", Active: true}, {Number: "T-0112", Name: "针式温度计", Measure: "°C", Active: true},
	{Number: "F-0021", Name: "便携流量桶", Measure: "L/min", Active: true}, {Number: "N-0031", Name: "声级计", Measure: "dB(A)", Active: true},
}

// walking puts the rounds of the year down.
func (p *play) walking() {
	dice := rand.New(rand.NewPCG(2026, 7))
	first := p.days.ago(245)
	at := func(day clock.Day, hour, minute int) time.Time {
		return day.Time(p.days.cal.Zone()).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	p.agenda.Put(at(first, 8, 20), false, "rounds", func(tx *db.Tx) error {
		who, err := p.acting(tx, access.Inspector, 0)
		if err != nil {
			return err
		}
		for i, t := range instruments {
			if t.Due = p.days.today.Add(120); i == 1 {
				t.Due = p.days.today.Add(-40)
			}
			if err := t.Do(tx, who); err != nil {
				return err
			}
		}
		office, err := p.acting(tx, access.Triager, 0)
		if err != nil {
			return err
		}
		for i, r := range rounds {
			who, err := p.acting(tx, access.Inspector, i)
			if err != nil {
				return err
			}
			r.Inspector, r.Places = who.ID, slices.DeleteFunc(slices.Clone(r.Places), func(c string) bool { return p.places[c].Code == "" })
			if err := r.Do(tx, office); err != nil {
				return err
			}
		}
		return nil
	})
	for d := first.Add(1); d < p.days.today; d = d.Add(1) {
		seed := dice.Uint64()
		p.agenda.Put(at(d, 9, 40), false, "walks", func(tx *db.Tx) error { return p.walk(tx, rand.New(rand.NewPCG(seed, 2))) })
		p.agenda.Put(at(d, 15, 10), false, "drawn", func(tx *db.Tx) error { return p.drawn(tx, seed) })
	}
	for i, back := range []int{200, 140, 80, 12} {
		place, seed, number := []string{"P104M", "P201", "P104F", "P105"}[i], dice.Uint64(), ""
		p.agenda.Put(at(p.days.ago(back), 16, 20), false, "leader comes", func(tx *db.Tx) error {
			who, err := p.acting(tx, access.Leader, i)
			if err != nil {
				return err
			}
			in := inspect.Record{Place: place, Kind: inspect.Leaders, Present: "工会干事、车间工会主席", Note: "和下班的职工聊了聊。"}
			in.Items = p.found(p.places[place], tx.Today(), rand.New(rand.NewPCG(seed, 3)), 0)
			err = in.Do(tx, who)
			number = in.Number
			return err
		})
		if back < 20 {
			continue // is still to be measured again
		}
		p.agenda.Put(at(p.days.ago(back-11-i), 5, 45), false, "measured again", func(tx *db.Tx) error {
			who, err := p.acting(tx, access.Inspector, i)
			if err != nil {
				return err
			}
			in := inspect.Record{Place: place, Again: number}
			in.Items = p.found(p.places[place], tx.Today(), rand.New(rand.NewPCG(seed, 4)), 55)
			return in.Do(tx, who)
		})
	}
}

func (p *play) acting(tx *db.Tx, role access.Role, n int) (access.Person, error) {
	return p.holds(tx, role, "", n)
}

func (p *play) holds(tx *db.Tx, role access.Role, unit string, n int) (access.Person, error) {
	h, err := p.holder(role, unit, n)
	if err != nil {
		return access.Person{}, err
	}
	return p.actor(tx, h)
}

// walk walks what has been begun, a phone in the cellar and sent afterwards; the unit signs most of it.
func (p *play) walk(tx *db.Tx, dice *rand.Rand) error {
	for i := range rounds {
		who, err := p.acting(tx, access.Inspector, i)
		if err != nil {
			return err
		}
		walks, err := inspect.Walks(tx, who, 10)
		if err != nil {
			return err
		}
		for _, w := range walks {
			if w.Inspector != who.ID || w.Day >= p.days.ago(4) { // of the last days one waits
				continue
			}
			for j, code := range w.Places.Codes() {
				place := p.places[code]
				in := inspect.Record{Place: code, Kind: w.Kind, Walk: w.ID, DeviceAt: tx.Millis() - clock.Millis(60_000*(4+9*(len(w.Places.Codes())-j)))}
				if in.Items = p.found(place, tx.Today(), dice, 9); len(in.Items) == 0 {
					continue
				}
				if err := in.Do(tx, who); err != nil {
					return fmt.Errorf("%s: %w", code, err)
				}
				if err := p.signs(tx, in.ID, dice); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// signs has a head of the place's unit sign seven records of ten.
func (p *play) signs(tx *db.Tx, visit string, dice *rand.Rand) error {
	if dice.IntN(10) >= 7 {
		return nil
	}
	v, err := inspect.Find(tx, visit)
	if err != nil {
		return err
	}
	for _, r := range []access.Role{access.DeptHead, access.UnitChair} {
		for _, h := range p.Holders[r] {
			who, err := p.actor(tx, h)
			if err != nil {
				return err
			}
			if who.Can(access.InspectSign, v.Thing()) {
				return inspect.Sign{Visit: visit, Agrees: true}.Do(tx, who)
			}
		}
	}
	return nil
}

// found makes readings as the season has them; of a hundred items so many fail as worse says, more in the cold months.
func (p *play) found(place org.Place, day clock.Day, dice *rand.Rand, worse int) []inspect.Found {
	month := day.Time(p.days.cal.Zone()).Month()
	winter := month >= time.November || month <= time.March
	var out []inspect.Found
	for _, code := range measured[place.Kind] {
		c, ok := p.items[code]
		if !ok || strings.HasPrefix(code, "HT") && !winter || code == "BT4B" && !winter {
			continue
		}
		chance := worse
		if winter && worse > 0 {
			chance += 8
		}
		fails := dice.IntN(100) < chance && !c.Critical && !(c.Op == catalogue.YesNo && worse < 50 && dice.IntN(2) == 0)
		f := inspect.Found{Code: code}
		if c.Op == catalogue.YesNo {
			f.Readings = []string{"yes"}
			if fails {
				f.Readings = []string{"no"}
			}
		} else {
			for n := range inspect.Points(c) {
				f.Readings = append(f.Readings, reading(c, fails && n == inspect.Points(c)-1, dice))
			}
		}
		for _, t := range instruments {
			if t.Measure == c.Measure && (f.Instrument == "" || dice.IntN(3) == 0) {
				f.Instrument = t.Number
			}
		}
		if fails {
			f.Problem = problems[code]
			if f.Problem == "" {
				f.Problem = c.NameZh + "不达标，现场已告知"
			}
		}
		out = append(out, f)
	}
	if codes := measured[place.Kind]; len(out) == 0 && len(codes) > 0 { // looked at all the same, or the walk would never be over
		out = append(out, inspect.Found{Code: codes[0], Why: "非供暖季，不测温度；现场看过，设施完好"})
	}
	return out
}

var problems = map[string]string{
	"BT1": "最里面的喷头水偏凉，已告诉值班员调阀门", "BT2": "一个喷头水小，喷头堵了，现场拆洗", "BT4A": "门没有关严，室温偏低", "BT5": "门口地漏积水，保洁当场清理", "BT7": "消毒记录漏签一天",
	"CT2": "末尾两道菜保温不够，当场加热", "CT6": "一名帮厨健康证快到期", "CT7": "热菜品种少了两样", "CT8": "高峰排队偏长，加开一个窗口", "HT1": "靠北的房间温度偏低", "HT4A": "靠窗位置温度偏低", "WK7": "一把椅子坏了", "DT6": "白天有装卸声",
}

// reading is a value within the standard, or a little outside of it, never where it would be critical.
func reading(c org.CheckItem, fails bool, dice *rand.Rand) string {
	low, high := 0.0, 0.0
	switch c.Op {
	case catalogue.Between:
		low, high = *c.Low, *c.High
	case catalogue.AtLeast:
		low, high = *c.Low, *c.Low*1.18
	case catalogue.AtMost:
		low, high = *c.High*0.6, *c.High
	}
	v := low + (high-low)*(0.15+0.7*dice.Float64())
	if fails && c.Op == catalogue.AtMost {
		v = high * (1.05 + 0.15*dice.Float64())
	} else if fails {
		v = low - (high-low)*(0.1+0.3*dice.Float64())
	}
	if c.Measure == "种" || c.Measure == "人" {
		return strconv.Itoa(int(v))
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// drawn measures again what was drawn by lot some days ago.
func (p *play) drawn(tx *db.Tx, seed uint64) error {
	ids, err := db.All[string](tx, `SELECT subject_id FROM duty WHERE kind = 'recheck' AND open = 1 AND started_at < $1 ORDER BY id`,
		clock.MillisOf(tx.Today().Add(-5).Time(tx.Zone())))
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, err := matter.Find(tx, id)
		if err != nil {
			return err
		}
		if m.State != matter.Closed {
			continue
		}
		for i := range p.Holders[access.Inspector] {
			who, err := p.acting(tx, access.Inspector, i)
			if err != nil {
				return err
			}
			if m.Lead != "" && strings.Contains(string(who.Path), "/"+m.Lead+"/") || who.ID == m.Owner || who.ID == m.Claimant {
				continue
			}
			r, err := p.readings(tx, m, "", seed)
			if err != nil {
				return err
			}
			if err := (matter.LookBack{Matter: m.ID, Passed: true, Readings: r, Note: "抽中复核，仍然达标", Present: "职工 2 人"}).Do(tx, who); err != nil {
				return err
			}
			break
		}
	}
	return nil
}
