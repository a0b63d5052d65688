package show_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

func TestParseFilter(t *testing.T) {
	for _, c := range []struct{ query, field, key, hint string }{
		{"plase=P104M", "plase", "voice.filter.unknown", "place"},
		{"stat=registered", "stat", "voice.filter.unknown", "state"},
		{"state=done", "state", "voice.filter.value", "done"},
		{"level=secret", "level", "voice.filter.value", "secret"},
		{"due=never", "due", "voice.filter.value", "never"},
		{"limit=0", "limit", "voice.filter.value", "0"},
		{"limit=x", "limit", "voice.filter.value", "x"},
	} {
		q, _ := url.ParseQuery(c.query)
		_, err := show.ParseFilter(q)
		f := fault.Of(err)
		if f == nil || f.Field != c.field || f.Key != c.key || !slices.Contains(f.Args, any(c.hint)) {
			t.Errorf("%s: %+v", c.query, f)
		}
	}
	in := show.Filter{States: []string{"registered", "answered"}, Level: voice.Named, Kind: voice.Hazard, Category: "B1", Place: "P104M", Unit: "U03",
		Class: clock.T2H, Claimed: "me", Queue: "aid", Due: "week", Lead: "D02", Mark: "appeal", Text: "水", After: "1-x", Limit: 20}
	out, err := show.ParseFilter(in.Values())
	if err != nil || fmt.Sprint(out) != fmt.Sprint(in) {
		t.Errorf("there and back: %+v, %v", out, err)
	}
	all, err := show.ParseFilter(url.Values{"state": {"all"}})
	if err != nil || len(all.States) != len(voice.Cycle.States()) || all.Values().Get("state") != "all" {
		t.Errorf("all: %+v, %v", all, err)
	}
}

func fill(t *testing.T, w *voicetest.World) []voice.Voice {
	t.Helper()
	var out []voice.Voice
	for i := range 24 {
		w.Clock.Advance(3 * time.Hour)
		level := voice.Levels()[i%3]
		place := []string{"P104M", "P201", "P961", ""}[i%4]
		key := map[bool]string{true: "worker"}[level != voice.Anonymous]
		out = append(out, w.Tell(key, level, place, fmt.Sprintf("第%d条:水不热,100%%_都这样", i)))
	}
	for i, v := range out {
		switch i % 6 {
		case 1:
			w.Do("triager", voice.Claim{Voice: v.ID})
		case 2:
			w.Do("triager", voice.Restrict{Voice: v.ID, Class: voice.RestrictedClasses()[i/6%3], Reason: "专办"})
		case 3:
			w.Do("triager", voice.AnswerDirectly{Voice: v.ID, Reading: voice.Reading{Category: "B1", Title: "热水"}, Reply: voice.Reply{Text: "已修好", Result: "done"}})
		case 4:
			w.Do("triager", voice.Name{Voice: v.ID, Units: []string{"U03"}})
		}
	}
	return out
}

func TestListAndMayAgree(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		all := fill(t, w)
		for _, who := range []string{"triager", "triager3", "chair", "supervisor", "discipline", "health", "welfare", "equipment", "leader", "worker", "shift", "admin"} {
			w.Read(func(tx *db.Tx) error {
				var want []string
				for _, v := range all {
					v, err := voice.ByID(tx, v.ID)
					if err != nil {
						return err
					}
					th, err := voice.ThingOf(tx, v)
					if err != nil {
						return err
					}
					if w.P(who).Can(access.VoiceList, th) {
						want = append(want, v.ID)
					}
				}
				slices.Sort(want)
				for _, size := range []int{1, 7, 200} {
					var got []string
					var last clock.Millis
					f := show.Filter{States: voice.Cycle.States(), Limit: size}
					for pages := 0; ; pages++ {
						in, err := show.List(tx, w.P(who), f)
						if err != nil {
							return err
						}
						for _, r := range in.Rows {
							if r.Due < last {
								t.Errorf("%s, pages of %d: due %d after %d", who, size, r.Due, last)
							}
							last = r.Due
							got = append(got, r.ID)
						}
						if f.After = in.Next; f.After == "" || pages > 100 {
							break
						}
					}
					slices.Sort(got)
					if !slices.Equal(got, want) {
						t.Errorf("%s, pages of %d: %d rows, may see %d", who, size, len(got), len(want))
					}
				}
				return nil
			})
		}
	})
}

func TestFiltersMeanWhatTheySay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		all := fill(t, w)
		now := clock.MillisOf(c.Now())
		tests := map[string]struct {
			f    show.Filter
			want func(voice.Voice) bool
		}{
			"level":    {show.Filter{Level: voice.Confidential}, func(v voice.Voice) bool { return v.Level == voice.Confidential }},
			"place":    {show.Filter{Place: "p201"}, func(v voice.Voice) bool { return v.Place == "P201" }},
			"unit":     {show.Filter{Unit: "U03"}, func(v voice.Voice) bool { return strings.HasPrefix(string(v.UnitPath), "/G/U03/") }},
			"claimed":  {show.Filter{Claimed: "me"}, func(v voice.Voice) bool { return v.ClaimedBy == w.P("triager").ID }},
			"none":     {show.Filter{Claimed: "none"}, func(v voice.Voice) bool { return v.ClaimedBy == "" }},
			"overdue":  {show.Filter{Due: "overdue"}, func(v voice.Voice) bool { return v.Due < now }},
			"answered": {show.Filter{States: []string{"answered"}}, func(v voice.Voice) bool { return v.State == "answered" }},
			"category": {show.Filter{States: []string{"all"}, Category: "B1"}, func(v voice.Voice) bool { return v.Category == "B1" }},
			"text":     {show.Filter{Text: "第12条"}, func(v voice.Voice) bool { return strings.Contains(v.Text, "第12条") }},
			"wildcard": {show.Filter{Text: "100%_都"}, func(voice.Voice) bool { return true }},
			"no match": {show.Filter{Text: "100%都"}, func(voice.Voice) bool { return false }},
			"number":   {show.Filter{States: []string{"all"}, Text: all[7].Number}, func(v voice.Voice) bool { return v.Number == all[7].Number }},
			"kind":     {show.Filter{Kind: voice.Praise}, func(voice.Voice) bool { return false }},
		}
		w.Read(func(tx *db.Tx) error {
			for name, c := range tests {
				f := c.f
				if slices.Equal(f.States, []string{"all"}) {
					f.States = voice.Cycle.States()
				}
				in, err := show.List(tx, w.P("triager"), f)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				want := 0
				for _, v := range all {
					v, err := voice.ByID(tx, v.ID)
					if err != nil {
						return err
					}
					states := f.States
					if len(states) == 0 {
						states = []string{"registered", "in_triage", "waiting_info", "quarantined"}
					}
					if v.Restricted == "" && slices.Contains(states, v.State) && c.want(v) {
						want++
					}
				}
				if len(in.Rows) != want {
					t.Errorf("%s: %d rows, want %d", name, len(in.Rows), want)
				}
				for _, r := range in.Rows {
					if r.Level != voice.Named && r.Claimed != "" && r.ClaimedBy == "" {
						t.Errorf("%s: claimed by nobody: %+v", name, r)
					}
				}
			}
			cs, err := show.CountersOf(tx, w.P("triager"))
			if err != nil {
				return err
			}
			for name, x := range map[string]struct {
				c show.Count
				f show.Filter
			}{
				"new": {cs.New, show.Filter{States: []string{"registered"}}}, "mine": {cs.Mine, show.Filter{States: []string{"in_triage"}, Claimed: "me"}},
				"overdue": {cs.Overdue, show.Filter{States: []string{"registered", "in_triage"}, Due: "overdue"}},
			} {
				in, err := show.List(tx, w.P("triager"), x.f)
				if err != nil {
					return err
				}
				if len(in.Rows) != x.c.N || x.c.N == 0 {
					t.Errorf("counter %s says %d, the list has %d", name, x.c.N, len(in.Rows))
				}
			}
			return nil
		})
	})
}
