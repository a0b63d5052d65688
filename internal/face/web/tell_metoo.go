package web

import (
	"slices"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

// MeTooPage joins what is being done already: who may know, and a sentence if one likes.
type MeTooPage struct {
	Page
	Form    *Form
	Base    string
	Matter  *HereItem
	Levels  []Option
	Kept    []Hidden
	Sent    string  // number of what this form has sent already
	Receipt Receipt // shown where there is no network when it is to be sent
}

var metooPage = Define[MeTooPage]("tell/metoo")

// tellMeToo shows the mini page of a matter.
func tellMeToo(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	t.f.Set("matter", r.Param("number"))
	return t.me()
}

func (t *telling) me() error {
	r := t.r
	p := MeTooPage{Page: Page{Title: r.T("tell.metoo"), Back: t.base}, Form: t.f, Base: t.base, Kept: t.f.Keep(receiptName, "matter", "place"), Sent: t.sentNumber, Receipt: t.unsent()}
	if err := t.metoo(t.f.Value("matter"), &p.Matter); err != nil {
		return err
	}
	var err error
	if p.Levels, err = r.levels(r.Person.SignedIn()); err != nil {
		return err
	}
	return metooPage.Render(r, p)
}

// metoo looks up the matter that somebody joins: one that everybody may see and that is not over. "" is none.
func (t *telling) metoo(number string, out **HereItem) error {
	if number == "" {
		return nil
	}
	return t.r.Read(func(tx *db.Tx) error {
		m, err := matter.Find(tx, number)
		if err != nil {
			return err
		}
		if !m.Public || m.Restricted != "" || !slices.Contains(matter.Open, m.State) {
			return fault.New(fault.NotFound, "voice.support.unknown")
		}
		*out = &HereItem{Title: m.Shown(), State: t.r.matterState(m.State, m.Due)}
		return nil
	})
}

// whoAfter is the second page after its form has sent something else already.
func (t *telling) whoAfter(number string) error {
	t.sentNumber = number
	if t.proxied {
		t.f.Fault("", "tell.sent_before_text", number)
		return t.proxy()
	}
	if t.f.Value("matter") != "" {
		return t.me()
	}
	return t.who()
}
