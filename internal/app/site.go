package app

import (
	"context"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// site is what the pages stand on.
func (a *App) site(base string, secure bool, observe func(string, web.Group, int, time.Duration)) *web.Site {
	return &web.Site{DB: a.DB, Clock: a.Clock, Zone: a.Zone, Log: a.Logger, Keys: a.Keys,
		Logins: a.Login, Sessions: web.LoginSessions(a.Login), Blobs: a.Blobs, Photos: a.Photos, Record: a.Log,
		Base: base, Secure: secure, Demo: a.Demo, Observe: observe, Contact: a.contact}
}

// contact is the union office as the foot of every page names it. A page without a telephone is better than no page.
func (a *App) contact(l lang.Lang) (c web.Contact) {
	err := a.DB.Read(context.Background(), func(tx *db.Tx) error {
		s, err := org.SettingsOf(tx)
		if err == nil {
			c = web.Contact{Name: l.T("web.union"), Phone: s.Text(org.UnionPhone), Hours: s.Text(org.UnionHours)}
		}
		return err
	})
	if err != nil {
		a.Logger.Error("contact", "err", err)
	}
	return c
}
