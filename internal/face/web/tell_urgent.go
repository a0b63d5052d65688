package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
)

// CrisisPage is for somebody who cannot bear it any more: whom to call, and nothing to fill in.
type CrisisPage struct {
	Page
	Form *Form
	Line Call   // psychological help
	Base string // address of the form
	Kept []Hidden
	Send string // address that sends what was written all the same, or ""
}

// Call is a telephone with whose it is.
type Call struct{ Name, Number string }

var crisisPage = Define[CrisisPage]("tell/crisis")

// tellCrisis shows the hotline. The button on the page before counts that somebody pressed it, and nothing else; the page comes
// even where nothing can be written.
func tellCrisis(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	if r.Posted() && t.f.Err() == nil {
		err := r.Write(func(tx *db.Tx) error { return voice.RegisterCrisis{Key: t.f.Key}.Do(tx, access.Nobody()) }, db.Coarse)
		if err != nil && fault.KindOf(err) != fault.Unavailable {
			return err
		}
	}
	t.f.faults = nil
	p, err := t.crisis()
	if err != nil {
		return err
	}
	return crisisPage.Render(r, p)
}

func (t *telling) crisis() (CrisisPage, error) {
	p := CrisisPage{Page: Page{Title: t.r.T("tell.crisis")}, Form: t.f, Base: t.base}
	return p, t.r.Read(func(tx *db.Tx) error {
		set, err := org.SettingsOf(tx)
		p.Line = Call{set.Text(org.CrisisName), set.Text(org.CrisisLine)}
		return err
	})
}

// hotline is the answer to words that only somebody in need would write. Nothing was stored; he may send them all the same.
func (t *telling) hotline() error {
	p, err := t.crisis()
	if err != nil {
		return err
	}
	t.fresh()
	t.f.Set("still", "1")
	p.Kept, p.Send = t.f.Keep(append(tellFields, "place")...), t.base+"/send"
	return crisisPage.Render(t.r, p)
}

// DangerPage is for danger to life or limb: leave, call, then tell.
type DangerPage struct {
	Page
	Form  *Form
	Base  string
	Spot  Spot
	Where string
	Calls []Call
	Have  []HavePhoto
	Send  string // address that takes one photo by itself
}

var dangerPage = Define[DangerPage]("tell/danger")

// tellDanger shows the emergency numbers and a short form; what is sent goes past the queue to the duty roster.
func tellDanger(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	return t.danger()
}

func (t *telling) danger() error {
	r := t.r
	p := DangerPage{Page: Page{Title: r.T("tell.danger")}, Form: t.f, Base: t.base, Spot: t.spot, Where: t.spot.placeLabel(r.Lang), Have: t.tiles(), Send: photoPath}
	line, err := r.setting(org.EmergencyLine)
	if err != nil {
		return err
	}
	if line != "" {
		p.Calls = append(p.Calls, Call{r.T("tell.call_site"), line})
	}
	p.Calls = append(p.Calls, Call{r.T("tell.call_fire"), "119"}, Call{r.T("tell.call_doctor"), "120"})
	return dangerPage.Render(r, p)
}
