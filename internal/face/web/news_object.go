package web

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/publish/news"
)

const (
	aboutName = "about" // hidden field: the number of the notice to which somebody objects
	newsHere  = 2       // notices shown on the page of a place
)

// objecting looks up the notice to which somebody objects. What is not known, or no longer up, is said and goes no further: the words stay.
func (t *telling) objecting() error {
	number := t.f.one(aboutName)
	if !t.r.Posted() {
		number = t.r.Query(aboutName)
	}
	t.f.values.Del(aboutName)
	if number == "" || len(number) > 20 {
		return nil
	}
	return t.r.Read(func(tx *db.Tx) error {
		c, err := news.Current(tx, number)
		switch {
		case err != nil && fault.KindOf(err) == fault.NotFound:
			return nil
		case err != nil:
			return err
		case !c.Open(tx.Today()):
			t.aboutOver = true
			return nil
		}
		t.about = &c
		t.f.Set(aboutName, c.Number)
		return nil
	})
}

// aboutPanel says what it is that somebody objects to.
func (t *telling) aboutPanel() *Panel {
	r := t.r
	switch {
	case t.about != nil:
		return &Panel{Tone: "info", Title: r.T("news.objecting"), Text: r.T("news.objecting_text", t.about.Number, t.about.Title, t.about.Until)}
	case t.aboutOver:
		return &Panel{Tone: "warn", Text: r.T("news.objection_over")}
	}
	return nil
}
