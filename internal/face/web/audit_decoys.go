package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/decoy"
)

var (
	decoyList = Define[AdminListPage]("audit/decoys")
	decoyForm = Define[AdminFormPage]("audit/decoyform")
)

// auditDecoys shows the audit which voices nobody said, and who has opened them.
func auditDecoys(r *Req) error {
	page := AdminListPage{Page: Page{Title: r.T("decoy.title"), Shape: Staff, Back: "/admin"}, Lede: r.T("decoy.lede"),
		Actions: []Link{{Text: r.T("decoy.check"), Href: r.Link("/admin/decoys/check"), Tone: "primary"}}}
	err := r.Read(func(tx *db.Tx) error {
		all, err := decoy.All(tx, r.Person)
		if err != nil {
			return err
		}
		open, err := decoy.Open(tx, r.Person)
		if err != nil {
			return err
		}
		set, err := org.SettingsOf(tx)
		if err != nil {
			return err
		}
		page.Facts = []Fact{{Label: r.T("decoy.f.rate"), Value: r.T("decoy.rate", set.Int(org.VoiceDecoys)), Note: r.T("decoy.rate_note", set.Int(org.DecoyQuarters)), Href: r.Link("/admin/settings/" + org.VoiceDecoys)}}
		page.Tables = []Table{r.openAlarms(open), r.decoyTable(all)}
		return nil
	})
	if err != nil {
		return err
	}
	return decoyList.Render(r, page)
}

// openAlarms are the alarms that the audit has not looked into.
func (r *Req) openAlarms(all []decoy.Alarm) Table {
	t := Table{Caption: r.T("decoy.open"), Columns: []Column{{Label: r.T("decoy.f.who")}, {Label: r.T("decoy.f.number")}, {Label: r.T("decoy.f.first"), Whole: true},
		{Label: r.T("decoy.f.times"), Num: true}, {Label: r.T("decoy.f.reason")}}, Empty: Empty{Kind: "done", Title: r.T("decoy.none_open")}}
	for _, a := range all {
		t.Add(r.Link("/admin/decoys/settle?alarm="+a.ID), Cell{Text: a.Name, Sub: r.T("role." + string(a.Role))}, Cell{Text: a.Number}, Cell{Text: r.Lang.Date(a.Day, r.Zone)},
			Cell{Text: r.Lang.Number(a.N)}, Cell{Text: a.Reason})
	}
	return t
}

// decoyTable lists decoys with what became of each.
func (r *Req) decoyTable(all []decoy.Decoy) Table {
	t := Table{Caption: r.T("decoy.all"), Columns: []Column{{Label: r.T("decoy.f.number")}, {Label: r.T("decoy.f.day"), Whole: true}, {Label: r.T("decoy.f.state")}, {Label: r.T("decoy.f.canary"), Minor: true},
		{Label: r.T("decoy.f.opened")}}, Empty: Empty{Kind: "nothing", Title: r.T("decoy.none"), Text: r.T("decoy.none_text")}}
	for _, d := range all {
		state, to := Cell{Tag: &Tag{Text: r.T("decoy.state.listed"), Tone: "info"}}, r.Link(voicePath(d.ID))
		switch {
		case d.Ended != "":
			state = Cell{Tag: &Tag{Text: r.T("decoy.state.ended")}, Sub: r.Lang.Date(d.Ended, r.Zone)}
		case d.State != voice.Withdrawn:
			state, to = Cell{Tag: &Tag{Text: r.T("decoy.state.coming")}}, ""
		}
		var opened []string
		for _, a := range d.Alarms {
			line := r.T("decoy.opened_by", a.Name, a.Day, a.N)
			if a.SettledAt != 0 {
				line += " " + r.T("decoy.found", a.SettledBy, a.Note)
			}
			opened = append(opened, line)
		}
		who := Cell{Text: "—"}
		if len(opened) > 0 {
			who = Cell{Text: r.Lang.List(opened)}
		}
		t.Add(to, Cell{Text: d.Number}, Cell{Text: r.Lang.Date(d.Day, r.Zone)}, state, Cell{Text: d.Canary}, who)
	}
	return t
}

// checkDecoys holds a text that has turned up somewhere against the canaries. It is not kept, and stands on the page again.
func checkDecoys(r *Req) error {
	f := r.Blank()
	page := AdminFormPage{Page: Page{Title: r.T("decoy.check"), Shape: Staff, Back: "/admin/decoys"}, Lede: r.T("decoy.check_lede"), To: "/admin/decoys/check", Submit: r.T("decoy.check_go")}
	var hits []decoy.Hit
	posted := r.Posted()
	if posted {
		f = r.Form()
	}
	err := f.Err()
	if err == nil {
		err = r.Read(func(tx *db.Tx) (err error) {
			if !posted {
				return r.mayRead(tx, access.DecoyAudit)
			}
			hits, err = decoy.Check(tx, r.Person, f.Value("text"))
			return err
		})
	}
	if err != nil && !f.Take(err) {
		return err
	}
	page.Form, page.Parts = f, []Part{fieldPart(f.Field("text", "decoy.f.text").Area(8).Limit(decoy.MaxText))}
	switch {
	case err != nil || !posted:
	case len(hits) == 0:
		page.Panels = []Panel{{Tone: "info", Title: r.T("decoy.no_hit"), Text: r.T("decoy.no_hit_text")}}
	default:
		page.Panels = []Panel{{Tone: "bad", Title: r.T("decoy.hit"), Text: r.T("decoy.hit_text")}}
		t := Table{Caption: r.T("decoy.hits"), Columns: []Column{{Label: r.T("decoy.f.number")}, {Label: r.T("decoy.f.day"), Whole: true}, {Label: r.T("decoy.f.by")}}}
		for _, h := range hits {
			by := r.T("decoy.by_words")
			if h.Sure {
				by = r.T("decoy.by_canary", h.Canary)
			}
			t.Add("", Cell{Text: h.Number}, Cell{Text: r.Lang.Date(h.Day, r.Zone)}, Cell{Text: by})
		}
		page.Below = []Table{t}
	}
	return decoyForm.Render(r, page)
}

// settleDecoy asks what came of an alarm, and keeps it.
func settleDecoy(r *Req) error {
	page := AdminFormPage{Page: Page{Title: r.T("decoy.settle"), Shape: Staff, Back: "/admin/decoys"}, Lede: r.T("decoy.settle_lede"), To: "/admin/decoys/settle", Submit: r.T("common.save")}
	var choices []Option
	err := r.Read(func(tx *db.Tx) error {
		all, err := decoy.Open(tx, r.Person)
		for _, a := range all {
			choices = append(choices, Option{Value: a.ID, Text: strings.Join([]string{a.Name, a.Number, r.Lang.Date(a.Day, r.Zone)}, " · ")})
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(choices) == 0 { // all of them have been looked into, perhaps just now
		return decoyList.Render(r, AdminListPage{Page: page.Page, Lede: page.Lede, Panels: []Panel{{Tone: "good", Title: r.T("decoy.none_open")}}})
	}
	f := r.Blank("alarm", r.Query("alarm"))
	if r.Posted() {
		f = r.Form()
		in := decoy.Settle{Alarm: f.one("alarm"), Note: f.Text("note", 1, decoy.MaxNote)}
		err := f.Err()
		if err == nil {
			err = r.Write(func(tx *db.Tx) error {
				_, _, err := once.Do(tx, "decoy:"+r.Person.ID, f.Key, f.Body(), func() (string, error) { return "", in.Do(tx, r.Person) })
				return err
			})
		}
		if err == nil {
			r.Toast("decoy.toast")
			return r.Redirect("/admin/decoys")
		}
		if !f.Take(err) {
			return err
		}
	}
	page.Form = f
	page.Parts = []Part{radiosPart(f.Choose("alarm", "decoy.f.alarm", choices)), fieldPart(f.Field("note", "decoy.f.note").Area(3).Limit(decoy.MaxNote).Hint("decoy.note_hint"))}
	return decoyForm.Render(r, page)
}

// homeDecoys shows the audit who has opened a voice that nobody said, until somebody has looked into it.
func (r *Req) homeDecoys(tx *db.Tx, p *HomePage) error {
	if !r.can(access.DecoyAudit) {
		return nil
	}
	all, err := decoy.Open(tx, r.Person)
	if err != nil || len(all) == 0 {
		return err
	}
	s := HomeSection{Title: r.T("decoy.home"), Lede: r.T("decoy.home_text")}
	for _, a := range all[:min(len(all), oftenMost)] {
		s.Cards = append(s.Cards, Card{Title: a.Name, Href: r.Link("/admin/decoys/settle?alarm=" + a.ID), Lines: []string{r.T("decoy.home_line", a.Number, a.Day)}})
	}
	p.Sections = append(p.Sections, s)
	return nil
}
