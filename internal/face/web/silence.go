package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/silence"
)

// SilencePage is where little or nothing is heard: units beside what was to be expected of them, and crews to visit.
type SilencePage struct {
	AdminListPage
	Map TreeMap
}

var silencePage = Define[SilencePage]("spots/silence")

var silenceSpec = ListSpec{Filters: []Filter{{Name: "unit", Label: "inbox.unit"}}}

// How many crews a page names.
const (
	silenceFirst = 20  // of all units
	silenceMost  = 200 // of one
)

// listSilence shows the map of silence.
func listSilence(r *Req) error {
	list, err := r.List(silenceSpec)
	if err != nil {
		return err
	}
	under := list.Get("unit")
	page := SilencePage{AdminListPage: AdminListPage{Page: Page{Title: r.T("silence.title"), Shape: Staff, Back: "/spots"}, Lede: r.T("silence.lede")}}
	err = r.Read(func(tx *db.Tx) error {
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		if under != "" {
			if _, err := org.UnitByCode(tx, under); err != nil {
				if fault.KindOf(err) == fault.NotFound {
					r.Status(400)
					return fault.New(fault.Invalid, "web.bad_value", "unit", short(under), org.Root)
				}
				return err
			}
		}
		m, err := silence.Of(tx, r.Person, under)
		if err != nil {
			return err
		}
		rule, err := org.Int(tx, org.ShowFrom)
		if err != nil {
			return err
		}
		page.Panels = []Panel{{Tone: "info", Text: r.T("silence.no_merit")}}
		if m.Early {
			page.Panels = append(page.Panels, Panel{Tone: "info", Title: r.T("silence.early"), Text: r.T("silence.early_text", rule)})
			return nil
		}
		units, crews := r.silentUnits(names, list, m, rule), r.silentCrews(names, m, under)
		if err := r.nameChips(names, list, &units); err != nil {
			return err
		}
		page.Facts = r.silenceFacts(m)
		page.Tables = []Table{crews, units}
		page.Map = TreeMap{Caption: r.T("silence.map")}
		for _, u := range m.Units {
			if u.Quiet > 0 {
				page.Map.Add(names.unit(u.Unit.Code), u.Quiet)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return silencePage.Render(r, page)
}

// silenceFacts say of which months the numbers are and what is in none of them.
func (r *Req) silenceFacts(m silence.Map) []Fact {
	out := []Fact{{Label: r.T("silence.months"), Value: r.T("silence.from_to", r.monthName(clock.Day(m.From+"-01")), r.monthName(clock.Day(m.To+"-01"))), Note: r.T("silence.months_note")}}
	if m.Small > 0 {
		out = append(out, Fact{Label: r.T("silence.small"), Value: r.Lang.Number(m.Small), Note: r.T("silence.small_note")})
	}
	if m.Nobody > 0 {
		out = append(out, Fact{Label: r.T("silence.nobody"), Value: r.Lang.Number(m.Nobody), Note: r.T("silence.nobody_note")})
	}
	return out
}

// silenceSign is what the numbers of a unit say, in words.
func (r *Req) silenceSign(s silence.Sign) []Tag {
	tone := map[silence.Sign]string{silence.Silent: "warn", silence.Fewer: "warn"}[s]
	if tone == "" {
		return nil
	}
	return []Tag{{Text: r.T("silence.sign." + string(s)), Tone: tone}}
}

// silenceExpected is how many are expected, with the interval.
func (r *Req) silenceExpected(e silence.Expected) string {
	mean := r.T("silence.under_one")
	if e.Mean >= 0.95 {
		mean = r.Lang.Number(int(e.Mean + 0.5))
	}
	return r.T("silence.expected_n", mean, e.Low, e.High)
}

func (r *Req) silenceSub(x silence.Row) string {
	if x.Shift == "" {
		return r.T("silence.people", x.People)
	}
	return r.T("silence.people", x.People) + " · " + x.Shift
}

func (r *Req) silentUnits(names *voiceNames, list *List, m silence.Map, least int) Table {
	t := list.Table(r.T("silence.units"), Column{Label: r.T("inbox.unit")}, Column{Label: r.T("silence.expected"), Num: true}, Column{Label: r.T("silence.heard"), Num: true},
		Column{Label: r.T("silence.reached"), Num: true}, Column{Label: r.T("silence.crews"), Num: true})
	t.Keys = true
	if !list.Filtered() {
		t.Empty = Empty{Kind: "nothing", Title: r.T("silence.none")}
	}
	for _, u := range m.Units {
		at := r.Link("/silence?unit=" + u.Unit.Code)
		name := Cell{Text: names.unit(u.Unit.Code), Sub: r.silenceSub(u), Tags: r.silenceSign(u.Sign)}
		if !u.Tellable {
			few := r.T("silence.too_few")
			t.Add(at, name, Cell{Text: few}, Cell{Text: few}, Cell{Text: few}, Cell{Text: "—"})
			continue
		}
		heard, reached, crews := r.T("spots.few", least), r.T("silence.hidden"), Cell{Text: "—"}
		switch {
		case !u.Few:
			heard = r.Lang.Number(u.Heard)
		case u.Sign != silence.Fewer: // it may be more: then it is hidden because of another
			heard = r.T("silence.hidden")
		}
		if !u.NoReach {
			reached = strconv.Itoa(u.Reached) + "%"
		}
		if u.Crews > 0 {
			crews = Cell{Text: r.T("silence.of", u.Silent, u.Crews), Href: at}
		}
		t.Add(at, name, Cell{Text: r.silenceExpected(u.Expected)}, Cell{Text: heard}, Cell{Text: reached}, crews)
	}
	return t
}

func (r *Req) silentCrews(names *voiceNames, m silence.Map, under string) Table {
	t := Table{Caption: r.T("silence.visit"), Keys: true, Columns: []Column{{Label: r.T("silence.crew")}, {Label: r.T("silence.people_head"), Num: true}, {Label: r.T("silence.expected"), Num: true}, {Label: r.T("silence.says")}},
		Empty: Empty{Kind: "done", Title: r.T("silence.visit_none")}}
	most, n := silenceFirst, 0
	if under != "" {
		most = silenceMost
	}
	for _, c := range m.Crews {
		if c.Sign == silence.Usual {
			continue
		}
		if n++; n > most {
			continue
		}
		t.Add("", Cell{Text: names.unit(c.Unit.Code), Sub: c.Shift}, Cell{Text: r.Lang.Number(c.People)}, Cell{Text: r.silenceExpected(c.Expected)}, Cell{Tags: r.silenceSign(c.Sign)})
	}
	t.Total = r.Lang.Number(n)
	if n > most {
		t.Caption = r.T("silence.visit_first", most)
	}
	return t
}

// seesSilence reports whether the reader has the map of silence.
func (r *Req) seesSilence() bool {
	return holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Leader})
}
