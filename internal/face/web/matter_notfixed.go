package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/once"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
)

// NotFixedPage lets anybody affected say that it is not solved.
type NotFixedPage struct {
	Page
	Number string
	Name   string
	Form   *Form
}

var notFixedPage = Define[NotFixedPage]("matter/not_fixed")

// notFixed shows the form in which an employee says what is still missing.
func notFixed(r *Req) error { return r.showNotFixed(r.Blank()) }

func (r *Req) showNotFixed(f *Form) error {
	m, err := r.publicMatter()
	if err != nil {
		return err
	}
	page := NotFixedPage{Page: Page{Title: r.T("matterpage.not_fixed"), Back: "/"}, Number: m.Number, Name: m.Shown(), Form: f}
	return notFixedPage.Render(r, page)
}

// publicMatter is the matter of the address, for somebody who may see it or because everybody may.
func (r *Req) publicMatter() (m matter.Matter, err error) {
	err = r.Read(func(tx *db.Tx) error {
		if m, err = matter.Find(tx, r.Param("number")); err != nil {
			return err
		}
		t, err := matter.ThingOf(tx, m)
		if err != nil {
			return err
		}
		if !m.Public && !r.Person.Can(access.MatterSee, t) {
			return fault.New(fault.NotFound, "matter.unknown", r.Param("number"))
		}
		return nil
	})
	return m, err
}

// sayNotFixed begins a new round. Whoever said it is not kept, and the time is that of the hour.
func sayNotFixed(r *Req) error {
	f := r.Form()
	in := accept.NotFixed{Matter: r.Param("number"), What: f.Text("what", 2, accept.MaxWhat)}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "notfixed:"+r.Person.ID, f.Key, f.Body(), func() (string, error) { return "", in.Do(tx, r.Person) })
			return err
		}, db.Coarse)
	}
	if f.Take(err) {
		return r.showNotFixed(f)
	}
	if err != nil {
		return err
	}
	r.Toast("matterpage.toast_not_fixed")
	return r.Redirect("/")
}
