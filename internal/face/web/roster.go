package web

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// CallsPage is for whoever is on a duty roster: the dangers for which he is called now, each with one button.
type CallsPage struct {
	Page
	Form  *Form
	Calls []CallRow
	Line  string // telephone of the plant for danger
}

// CallRow is one danger.
type CallRow struct {
	ID, Number, Href  string
	Title, Text, Note string
	Tags              []Tag
	Since             string
}

var callsPage = Define[CallsPage]("dept/roster")

// roster lists the dangers for which the reader is called.
func roster(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	page := CallsPage{Page: Page{Title: r.T("dept.roster"), Shape: Staff}, Form: r.Blank()}
	err := r.Read(func(tx *db.Tx) error {
		line, err := org.Text(tx, org.EmergencyLine)
		if err != nil {
			return err
		}
		page.Line = line
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		calls, err := vshow.Calls(tx, r.Person)
		if err != nil {
			return err
		}
		for _, c := range calls {
			place, err := names.place(c.Place)
			if err != nil {
				return err
			}
			page.Calls = append(page.Calls, CallRow{ID: c.ID, Number: c.Number, Href: r.Link(voicePath(c.ID)), Title: orText(place, c.Head()),
				Text: c.Text, Note: names.topic(c.Category), Tags: r.voiceTags(c.Row), Since: r.T("dept.called_since", r.Lang.DateTime(c.CalledAt, r.Zone))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return callsPage.Render(r, page)
}

// acceptHazard says "I take it".
func acceptHazard(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := voice.AcceptHazard{Voice: id, Note: f.Text("note", 0, core.MaxNote)}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if err != nil {
		return r.refused(f, err)
	}
	r.Toast("dept.toast_accepted")
	return r.Redirect(voicePath(id))
}
