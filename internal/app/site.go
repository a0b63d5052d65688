package app

import (
	"time"

	"sanwen/internal/face/web"
)

// site is what the pages stand on.
func (a *App) site(base string, secure bool, observe func(string, web.Group, int, time.Duration)) *web.Site {
	return &web.Site{DB: a.DB, Clock: a.Clock, Zone: a.Zone, Log: a.Logger, Keys: a.Keys,
		Logins: a.Login, Sessions: web.LoginSessions(a.Login), Blobs: a.Blobs, Photos: a.Photos, Record: a.Log,
		Base: base, Secure: secure, Demo: a.Demo, Observe: observe}
}
