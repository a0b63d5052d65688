package web

import (
	"net/url"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
)

// InstrumentsPage lists what is measured with, with the form that adds or changes one.
type InstrumentsPage struct {
	Page
	Form    *Form
	Table   Table
	Fields  []FormPart
	Version int64
	Change  bool
}

var instrumentsPage = Define[InstrumentsPage]("visit/instruments")

func instruments(r *Req) error {
	if err := r.knownOnly("number"); err != nil {
		return err
	}
	return renderInstruments(r, nil)
}

func renderInstruments(r *Req, f *Form) error {
	page := InstrumentsPage{Page: Page{Title: r.T("visit.instruments"), Shape: Staff, Back: "/visits"}}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.InspectTools, access.Thing{Kind: "instrument"}); err != nil {
			return err
		}
		all, err := inspect.Instruments(tx)
		if err != nil {
			return err
		}
		t := Table{Caption: r.T("visit.instruments"), Columns: []Column{{Label: r.T("visit.tool_number")}, {Label: r.T("visit.tool_name")}, {Label: r.T("visit.measure")},
			{Label: r.T("visit.tool_due")}, {Label: r.T("account.act")}}, Empty: Empty{Kind: "nothing", Title: r.T("visit.tools_none"), Text: r.T("visit.tools_none_text")}}
		for _, i := range all {
			due := Cell{Text: r.Lang.Date(i.Due, r.Zone)}
			if i.Expired(r.Today()) {
				due.Tag = &Tag{Text: r.T("visit.tool_expired"), Tone: "warn"}
			}
			row := t.Add("", Cell{Text: i.Number, Tags: tagList(r.activeTag(i.Active))}, Cell{Text: i.Name}, Cell{Text: r.Lang.Unit(i.Measure)}, due,
				Cell{Text: r.T("visit.change"), Href: r.Link("/instruments?number=" + url.QueryEscape(i.Number) + "#tool")})
			if !i.Active {
				row.Tone = "quiet"
			}
			if f == nil && i.Number == r.Query("number") {
				active := ""
				if i.Active {
					active = "1"
				}
				f = r.Blank("number", i.Number, "name", i.Name, "measure", i.Measure, "due", string(i.Due), "active", active, "version", strconv.FormatInt(i.Version, 10))
			}
		}
		page.Table = t
		return nil
	})
	if err != nil {
		return err
	}
	if f == nil {
		f = r.Blank("active", "1", "version", "0")
	}
	page.Form, page.Version = f, f.Version()
	page.Change = page.Version > 0
	part := func(d Field) { page.Fields = append(page.Fields, FormPart{Field: &d}) }
	part(f.Field("number", "visit.tool_number").Limit(40))
	part(f.Field("name", "visit.tool_name").Limit(80))
	part(f.Field("measure", "visit.measure").Limit(20).May())
	part(f.Field("due", "visit.tool_due").As("date"))
	active := f.Tick("active", "visit.tool_active")
	page.Fields = append(page.Fields, FormPart{Tick: &active})
	return instrumentsPage.Render(r, page)
}

func saveInstrument(r *Req) error {
	f := r.Form()
	in := inspect.SaveInstrument{Number: f.Text("number", 0, 1<<10), Name: f.Text("name", 0, 1<<10), Measure: f.Text("measure", 0, 1<<10), Due: f.Day("due", true),
		Active: f.Ticked("active"), Version: f.Version()}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if f.Take(err) {
		return renderInstruments(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/instruments")
}

func tagList(t *Tag) []Tag {
	if t == nil {
		return nil
	}
	return []Tag{*t}
}
