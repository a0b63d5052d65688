package app

import (
	"context"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/base/org/known"
	"sanwen/internal/face/web"
	"sanwen/internal/ground/lang"
)

// site is what the pages stand on.
func (a *App) site(base string, secure bool, observe func(string, web.Group, int, time.Duration)) *web.Site {
	return &web.Site{DB: a.DB, Clock: a.Clock, Zone: a.Zone, Log: a.Logger, Keys: a.Keys,
		Logins: a.Login, Sessions: web.LoginSessions(a.Login), Blobs: a.Blobs, Photos: a.Photos, Record: a.Log, Topics: a.Topics, Alike: a.Alike,
		Base: base, Secure: secure, Demo: a.Demo, Observe: observe, Contact: a.contact(known.New(a.DB)), ReadOnly: a.readOnly}
}

// readOnly is why pages may not save: only where somebody wants to look at that.
func (a *App) readOnly() string {
	if a.Still {
		return "db.readonly"
	}
	return ""
}

// contact is the union office as the foot of every page names it. A page without a telephone is better than no page.
func (a *App) contact(o *known.Org) func(lang.Lang) web.Contact {
	return func(l lang.Lang) web.Contact {
		s, err := o.Settings(context.Background())
		if err != nil {
			a.Logger.Error("contact", "err", err)
			return web.Contact{}
		}
		return web.Contact{Name: l.T("web.union"), Phone: s.Text(org.UnionPhone), Hours: s.Text(org.UnionHours)}
	}
}
