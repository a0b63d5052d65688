package plan

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/setting"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

var people = map[string]Person{
	"h": {ID: "h", Name: "王建国", Path: "/G/D05/", Account: true},
	"c": {ID: "c", Name: "李外协", Path: "/G/D05/"},
	"w": {ID: "w", Name: "张秀英", Path: "/G/U01/", Account: true},
	"l": {ID: "l", Name: "赵总", Path: "/G/", Account: true},
	"x": {ID: "x", Name: "回避人", Path: "/G/U09/", Account: true},
}

func env() Env {
	return Env{Today: "2026-11-23", MaxDays: 730, LeadPath: "/G/D05/",
		Workday: func(d clock.Day) bool { return d.Weekday() != 0 && d.Weekday() != 6 },
		Find:    func(s string) (Person, bool) { p, ok := people[s]; return p, ok },
		Recused: func(p Person) bool { return p.Path.Under(access.Path("/G/U09/")) }}
}

func good() Slots {
	return Slots{Item: "提高水温", Standard: "出水达标", Checks: []Check{{Text: "出水温度", Kind: CheckNumber, Unit: "℃", Low: "38", High: "42"}},
		Steps: []Step{{Text: "更换换热器", Day: "2026-12-02"}}, Owner: "h", Deadline: "2026-12-11", Acceptors: []string{"w"},
		Sponsor: "l", Contingency: "临时用一区浴室", Money: &Money{Amount: "12000", Source: "welfare"}}
}

func check(c Class, s Slots, e Env) map[string]string {
	_, err := TemplateOf(c, "").Check(s, e)
	out := map[string]string{}
	for _, f := range fault.Fields(err) {
		out[f.Field] = f.Key
	}
	return out
}

func TestEveryRuleOfAPlan(t *testing.T) {
	for _, c := range Classes() {
		if got := check(c, good(), env()); len(got) != 0 {
			t.Errorf("%s: a good plan is refused: %v", c, got)
		}
	}
	for name, c := range map[string]struct {
		class  Class
		change func(*Slots)
		field  string
		key    string
	}{
		"no owner":             {Standard, func(s *Slots) { s.Owner = " " }, "owner", "matter.plan.owner.missing"},
		"all units":            {Standard, func(s *Slots) { s.Owner = "各单位" }, "owner", "matter.plan.owner.nobody"},
		"relevant departments": {Quick, func(s *Slots) { s.Owner = "由相关部门负责" }, "owner", "matter.plan.owner.nobody"},
		"in English":           {Quick, func(s *Slots) { s.Owner = "All Units" }, "owner", "matter.plan.owner.nobody"},
		"stranger":             {Standard, func(s *Slots) { s.Owner = "某某" }, "owner", "matter.plan.owner.unknown"},
		"without account":      {Standard, func(s *Slots) { s.Owner = "c" }, "owner", "matter.plan.owner.account"},
		"recused":              {Standard, func(s *Slots) { s.Owner = "x" }, "owner", "matter.plan.person.recused"},
		"soon":                 {Standard, func(s *Slots) { s.Deadline = "尽快" }, "deadline", "matter.plan.deadline.date"},
		"year's end":           {Quick, func(s *Slots) { s.Deadline = "年底前" }, "deadline", "matter.plan.deadline.date"},
		"no such day":          {Standard, func(s *Slots) { s.Deadline = "2026-02-30" }, "deadline", "matter.plan.deadline.date"},
		"none":                 {Standard, func(s *Slots) { s.Deadline = "" }, "deadline", "matter.plan.deadline.missing"},
		"past":                 {Standard, func(s *Slots) { s.Deadline = "2026-11-20" }, "deadline", "matter.plan.deadline.past"},
		"Saturday":             {Standard, func(s *Slots) { s.Deadline = "2026-12-12" }, "deadline", "matter.plan.deadline.holiday"},
		"far":                  {Standard, func(s *Slots) { s.Deadline = "2029-11-23" }, "deadline", "matter.plan.deadline.far"},
		"nothing to measure":   {Standard, func(s *Slots) { s.Checks = nil }, "checks", "matter.plan.standard.measure"},
		"no unit":              {Standard, func(s *Slots) { s.Checks = []Check{{Text: "水温", Kind: CheckNumber, Low: "38"}} }, "checks.0.unit", "matter.plan.check.unit"},
		"no threshold":         {Standard, func(s *Slots) { s.Checks = []Check{{Text: "水温", Kind: CheckNumber, Unit: "℃"}} }, "checks.0.low", "matter.plan.check.threshold"},
		"warm":                 {Standard, func(s *Slots) { s.Checks = []Check{{Text: "水温", Kind: CheckNumber, Unit: "℃", Low: "温热"}} }, "checks.0.low", "matter.plan.check.number"},
		"upside down": {Standard, func(s *Slots) {
			s.Checks = []Check{{Text: "水温", Kind: CheckNumber, Unit: "℃", Low: "42", High: "38"}}
		}, "checks.0.high", "matter.plan.check.order"},
		"odd kind":             {Standard, func(s *Slots) { s.Checks = []Check{{Text: "水温", Kind: "guess"}} }, "checks.0.kind", "matter.plan.check.kind"},
		"no item":              {Standard, func(s *Slots) { s.Item = "" }, "item", "matter.text.missing"},
		"long item":            {Standard, func(s *Slots) { s.Item = strings.Repeat("长", MaxItem+1) }, "item", "matter.text.long"},
		"no steps":             {Standard, func(s *Slots) { s.Steps = nil }, "steps", "matter.plan.steps.missing"},
		"step after the end":   {Standard, func(s *Slots) { s.Steps[0].Day = "2026-12-14" }, "steps.0.day", "matter.plan.steps.after"},
		"step without a day":   {Standard, func(s *Slots) { s.Steps[0].Day = "适时" }, "steps.0.day", "matter.plan.day"},
		"nobody accepts":       {Standard, func(s *Slots) { s.Acceptors = nil }, "acceptors", "matter.plan.acceptor.missing"},
		"own people accept":    {Standard, func(s *Slots) { s.Acceptors = []string{"c"} }, "acceptors", "matter.plan.acceptor.outside"},
		"the owner accepts":    {Standard, func(s *Slots) { s.Acceptors = []string{"w", "h"} }, "acceptors.1", "matter.plan.acceptor.owner"},
		"no money":             {Funds, func(s *Slots) { s.Money = nil }, "funds", "matter.plan.funds.missing"},
		"much money":           {Funds, func(s *Slots) { s.Money.Amount = "很多" }, "funds.amount", "matter.plan.funds.amount"},
		"money from somewhere": {Funds, func(s *Slots) { s.Money.Source = "somewhere" }, "funds.source", "matter.plan.funds.source"},
		"no contingency":       {Safety, func(s *Slots) { s.Contingency = "" }, "contingency", "matter.text.missing"},
		"no sponsor":           {Sponsored, func(s *Slots) { s.Sponsor = "" }, "sponsor", "matter.plan.sponsor.missing"},
		"many photos":          {Standard, func(s *Slots) { s.AfterPhotos = 21 }, "after_photos", "matter.plan.photos"},
	} {
		s := good()
		m := *s.Money
		s.Money = &m
		c.change(&s)
		got := check(c.class, s, env())
		if len(got) != 1 || got[c.field] != c.key {
			t.Errorf("%s: %v, want %s at %s", name, got, c.key, c.field)
		}
	}
	s := good()
	s.Checks, s.Qualitative = nil, "只能由职工评价是否舒适"
	if got := check(Standard, s, env()); len(got) != 0 {
		t.Errorf("qualitative with a reason: %v", got)
	}
	e := env()
	e.Fixed = "2026-12-11"
	s = good()
	s.Deadline = "2026-12-18"
	if got := check(Standard, s, e); got["deadline"] != "matter.plan.deadline.fixed" {
		t.Errorf("moved a fixed deadline: %v", got)
	}
	if got := check(Quick, Slots{Owner: "h", Deadline: "2026-11-25"}, env()); len(got) != 0 {
		t.Errorf("a quick fix needs owner and date only: %v", got)
	}
}

func TestOwnTemplate(t *testing.T) {
	own := TemplateOf(Standard, "item, assessment")
	for s, want := range map[Slot]bool{SlotItem: true, SlotAssessment: true, SlotOwner: true, SlotDeadline: true, SlotAcceptor: true, SlotMeasures: false} {
		if own.Needs(s) != want {
			t.Errorf("%s is needed: %v", s, own.Needs(s))
		}
	}
	if TemplateOf(Quick, "item").Needs(SlotAcceptor) {
		t.Error("a quick fix needs no acceptor")
	}
}

// TestNoLongSilence holds the rule of milestones against its own words: no stretch of more than 30 days without a date.
func TestNoLongSilence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := good()
		s.Deadline = clock.Day("2026-11-23").Add(rapid.IntRange(0, 300).Draw(t, "days"))
		for !env().Workday(s.Deadline) {
			s.Deadline = s.Deadline.Add(1)
		}
		s.Steps = nil
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			s.Steps = append(s.Steps, Step{Text: "检修", Day: clock.Day("2026-11-23").Add(rapid.IntRange(0, 300).Draw(t, "day"))})
		}
		got := check(Standard, s, env())
		silent, after := 0, false
		dated := map[clock.Day]bool{s.Deadline: true}
		for _, st := range s.Steps {
			dated[st.Day] = true
			after = after || st.Day > s.Deadline
		}
		longest := 0
		for d := clock.Day("2026-11-24"); d <= s.Deadline; d = d.Add(1) {
			silent++
			longest = max(longest, silent)
			if dated[d] {
				silent = 0
			}
		}
		if !after && (got["steps"] == "matter.plan.steps.gap") != (longest > MilestoneDays) {
			t.Fatalf("longest silence %d days: %v", longest, got)
		}
		if after && len(got) == 0 {
			t.Fatal("a step after the deadline was taken")
		}
	})
}

func TestVagueWordsAreHintsOnly(t *testing.T) {
	s := good()
	s.Item, s.Standard = "进一步加强浴室管理", "尽快、逐步改善"
	if got := check(Standard, s, env()); len(got) != 0 {
		t.Errorf("vague words were refused: %v", got)
	}
	h := Hinted(s)
	if !slices.Equal(h[SlotItem], []string{"加强", "进一步"}) || len(h[SlotStandard]) != 2 || h[SlotMeasures] != nil {
		t.Errorf("hints: %v", h)
	}
}

func TestReadings(t *testing.T) {
	checks := good().Checks
	for v, want := range map[string]struct{ ok, known bool }{"38": {true, true}, "42.0": {true, true}, "37.9": {false, true}, "42.1": {false, true},
		"40.5": {true, true}, "-1": {false, true}, "": {false, false}, "warm": {false, false}, "4 0": {true, true}, "1e3": {false, false}, "40,5": {false, false}} {
		if ok, known := checks[0].Passes(v); ok != want.ok || known != want.known {
			t.Errorf("%q: passes %v, known %v", v, ok, known)
		}
	}
	if ok, err := Judge(checks, []Reading{{Check: 1, Value: "40"}}, Every); !ok || err != nil {
		t.Error(ok, err)
	}
	if _, err := Judge(checks, nil, Every); err == nil {
		t.Error("nothing measured and judged")
	}
	if _, err := Judge(checks, []Reading{{Check: 2, Value: "40"}}, Measured); err == nil {
		t.Error("a check item that is none")
	}
	if ok, err := Judge(nil, []Reading{{Value: "no"}}, Every); ok || err != nil {
		t.Error(ok, err)
	}
}

func TestDoneStepsStayDone(t *testing.T) {
	old := []StepState{{N: 1, Text: "甲", DoneAt: 5, DoneBy: "h"}, {N: 2, Text: "乙"}}
	got := Carry(old, []Step{{Text: "丙", Day: "2026-12-03"}, {Text: "甲", Day: "2026-12-01"}, {Text: "乙", Day: "2026-12-02"}})
	if got[0].DoneAt != 0 || got[1].DoneAt != 5 || got[2].DoneAt != 0 || OpenMilestone(got) != "2026-12-02" {
		t.Errorf("%+v", got)
	}
}

func TestEveryCodeHasAName(t *testing.T) {
	var keys []string
	for _, c := range Classes() {
		keys = append(keys, "matter.class."+string(c))
	}
	for _, s := range AllSlots() {
		keys = append(keys, "matter.slot."+string(s))
	}
	for _, s := range Sources() {
		keys = append(keys, "matter.source."+string(s))
	}
	for _, s := range FundSources() {
		keys = append(keys, "matter.fund."+s)
	}
	for _, s := range PauseReasons() {
		keys = append(keys, "duty.reason."+s)
	}
	for _, k := range keys {
		if !lang.Has(k) {
			t.Errorf("no sentence %s", k)
		}
	}
}

// TestSettingsKnowTheSlots: what the organisation can demand in its settings is what a plan can hold, and the defaults there are those here.
func TestSettingsKnowTheSlots(t *testing.T) {
	var all []string
	for _, s := range AllSlots() {
		all = append(all, string(s))
	}
	if !slices.Equal(all, setting.Slots()) {
		t.Errorf("settings know %v, plans %v", setting.Slots(), all)
	}
	for _, c := range Classes() {
		spec, ok := setting.Find("plan.template." + string(c))
		if !ok {
			t.Errorf("no setting for the class %s", c)
			continue
		}
		own, std := TemplateOf(c, spec.Default), TemplateOf(c, "")
		for _, s := range AllSlots() {
			if own.Needs(s) != std.Needs(s) {
				t.Errorf("%s: the default of the setting and the template differ in %s", c, s)
			}
		}
	}
}
