package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// activeLink leads to the page that takes something out of use or into use again.
func (r *Req) activeLink(kind, code string, active bool) Link {
	l := Link{Text: r.T("admin.deactivate"), Href: r.Link("/admin/active/" + kind + "/" + code), Tone: "danger"}
	if !active {
		l.Text, l.Tone = r.T("admin.activate"), ""
	}
	return l
}

// activeThing is what the page needs to know of a thing.
type activeThing struct {
	name, back string
	active     bool
	version    int64
}

func (r *Req) activeThing(tx *db.Tx, kind, code string) (activeThing, error) {
	switch kind {
	case org.KindUnit:
		u, err := org.UnitByCode(tx, code)
		return activeThing{u.Name(r.Lang), "/admin/units/" + code, u.Active, u.Version}, err
	case org.KindPlace:
		p, err := org.PlaceByCode(tx, code)
		return activeThing{p.Name(r.Lang), "/admin/places/" + code, p.Active, p.Version}, err
	case org.KindCategory:
		c, err := org.CategoryByCode(tx, code)
		return activeThing{c.Name(r.Lang), "/admin/categories/" + code, c.Active, c.Version}, err
	case org.KindCheck:
		c, err := org.CheckItemByCode(tx, code)
		return activeThing{c.Name(r.Lang), "/admin/checks/" + code, c.Active, c.Version}, err
	}
	return activeThing{}, fault.New(fault.NotFound, "fault.not_found")
}

func showActive(r *Req) error { return renderActive(r, nil) }

// renderActive shows what hangs on a thing. The number goes into the form, and the action refuses where it has changed since.
func renderActive(r *Req, f *Form) error {
	kind, code := r.Param("kind"), r.Param("code")
	page := AdminFormPage{Page: Page{Shape: Staff}, To: "/admin/active/" + kind + "/" + code, Keep: []string{"confirmed", "active"}}
	err := r.Read(func(tx *db.Tx) error {
		x, err := r.activeThing(tx, kind, code)
		if err != nil {
			return err
		}
		weights, err := org.Impact(tx, kind, code)
		if err != nil {
			return err
		}
		if f == nil {
			f = r.Blank()
		}
		f.Set("version", strconv.FormatInt(x.version, 10))
		f.Set("confirmed", strconv.Itoa(org.Total(weights)))
		f.Set("active", yesNo(!x.active))
		page.Form, page.Back = f, x.back
		if !x.active {
			page.Title, page.Submit, page.Lede = r.T("admin.activate_what", x.name), r.T("admin.activate"), r.T("admin.activate_text")
			return nil
		}
		page.Title, page.Submit, page.Danger = r.T("admin.deactivate_what", x.name), r.T("admin.deactivate_sure"), true
		page.Lede = r.T("admin.deactivate_text")
		page.Panels = []Panel{r.impactPanel(weights)}
		return nil
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

// impactPanel says what hangs on something that is to be taken out of use.
func (r *Req) impactPanel(weights []org.Weight) Panel {
	if len(weights) == 0 {
		return Panel{Tone: "info", Title: r.T("admin.impact_none")}
	}
	var lines []string
	for _, w := range weights {
		lines = append(lines, r.T(w.Key, w.N))
	}
	return Panel{Tone: "warn", Title: r.T("admin.impact"), Text: strings.Join(lines, "\n")}
}

func saveActive(r *Req) error {
	f := r.Form().Unseen("confirmed", "active")
	in := org.SetActive{Kind: r.Param("kind"), Code: r.Param("code"), Active: f.Ticked("active"), Confirmed: f.Int("confirmed", 0, 1<<30), Version: f.Version()}
	err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if e := fault.Of(err); e != nil && e.Kind == fault.Conflict && (e.Key == "org.impact.changed" || e.Key == "org.changed") {
		f.Fault("", e.Key, e.Args...)
		r.Status(statuses[fault.Conflict])
		return renderActive(r, f)
	}
	if r.retake(f, err) {
		return renderActive(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	back := ""
	err = r.Read(func(tx *db.Tx) error {
		x, err := r.activeThing(tx, in.Kind, in.Code)
		back = x.back
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect(back)
}
