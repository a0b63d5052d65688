package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight"
	"sanwen/internal/work/inspect"
)

// GoPage is a short list of places for somebody with an hour, with the reasons and what to look at.
type GoPage struct {
	Page
	Places []GoPlace
	Empty  Empty
}

// GoPlace is one of them.
type GoPlace struct {
	Name, Where string
	Reasons     []Tag
	Looks       []Link
	Measure     Link
	Write       Link
}

var goPage = Define[GoPage]("visit/go")

func goToday(r *Req) error {
	page := GoPage{Page: Page{Title: r.T("visit.go_today"), Shape: Staff, Back: "/visits"}, Empty: Empty{Kind: "done", Title: r.T("visit.go_none"), Text: r.T("visit.go_none_text")}}
	err := r.Read(func(tx *db.Tx) error {
		ps, err := insight.Go(tx, r.Person, r.scopeOf(access.InspectGo))
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		for _, p := range ps {
			x := GoPlace{Name: p.Name(r.Lang), Where: p.Code + " · " + tree.Name(p.Unit, r.Lang)}
			for _, why := range p.Reasons {
				tone := map[insight.Why]string{insight.Critical: "bad", insight.Failing: "warn", insight.Voices: "info"}[why.Why]
				text := r.T("visit.why."+string(why.Why), why.N)
				if why.Why == insight.Silent {
					text = r.T("visit.why.silent", tree.Name(why.Unit, r.Lang), why.N)
				}
				x.Reasons = append(x.Reasons, Tag{Text: text, Tone: tone})
			}
			for _, l := range p.Looks {
				switch {
				case l.Item != nil:
					last := r.T("visit.go_last", r.Lang.Quantity(l.Last, l.Item.Measure), l.Item.Pass(r.Lang))
					if l.Item.Look() {
						last = r.T("visit.go_last_look", visitValue("", l.Last, "", r.Lang))
					}
					x.Looks = append(x.Looks, Link{Text: l.Item.Name(r.Lang) + " " + last, Href: r.Link("/visits/place/" + p.Code)})
				case l.Matter != nil:
					x.Looks = append(x.Looks, Link{Text: r.T("visit.go_promise", l.Matter.Number, l.Matter.Title, r.Lang.Date(l.Matter.Due, r.Zone)), Href: r.Link("/matter/" + l.Matter.Number)})
				case l.Any:
					x.Looks = append(x.Looks, Link{Text: r.T("visit.go_any"), Href: r.Link("/visits/new?place=" + p.Code)})
				}
			}
			x.Measure = Link{Text: r.T("visit.go_measure"), Href: r.Link("/visits/new?place=" + p.Code)}
			x.Write = Link{Text: r.T("visit.go_write"), Href: r.Link("/visits/told?place=" + p.Code), Tone: "primary"}
			page.Places = append(page.Places, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return goPage.Render(r, page)
}

// tellVisit shows and takes the two sentences that make a record of a visit.
func tellVisit(r *Req) error {
	var f *Form
	if r.Posted() {
		f = r.Form()
	} else {
		f = r.Blank("place", r.Query("place"))
	}
	place, number := org.Place{}, ""
	err := r.Read(func(tx *db.Tx) (err error) {
		if place, err = org.PlaceByCode(tx, placeCode(f.Value("place"))); err != nil {
			tx.Asked()
			return err
		}
		return r.Person.May(tx, access.InspectRecord, access.Thing{Kind: inspect.RefKind, Unit: place.Path, Lead: place.Path})
	})
	if err != nil {
		return err
	}
	if r.Posted() {
		kind := inspect.Leaders
		if r.Person.Has(access.Delegate) && !r.Person.Has(access.Leader) {
			kind = inspect.Tour
		}
		saw, promised := f.Text("saw", 2, 240), f.Text("promised", 2, 240)
		in := inspect.Record{Place: place.Code, Kind: kind, Present: f.Text("present", 0, inspect.MaxPeople), Note: saw + "\n" + promised}
		err := f.Err()
		if err == nil {
			number, err = r.recordVisit(f, in)
		}
		if err == nil {
			r.Toast("visit.saved")
			return r.Redirect("/visit/" + number)
		}
		if !f.Take(err) {
			return err
		}
	}
	return adminForm.Render(r, AdminFormPage{Page: Page{Title: r.T("visit.told"), Shape: Staff, Back: "/visits/go"}, Lede: place.Name(r.Lang) + " · " + place.Code, Form: f, To: "/visits/told", Submit: r.T("visit.save_record"),
		Keep: []string{"place"}, Parts: []Part{fieldPart(f.Field("saw", "visit.saw").Area(2).Limit(240)), fieldPart(f.Field("promised", "visit.promised").Area(2).Limit(240)),
			fieldPart(f.Field("present", "visit.present").Limit(inspect.MaxPeople).May())}})
}
