package web

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/login"
	"sanwen/internal/ground/fault"
)

// passwordPath is where somebody has to choose a password before anything else.
const passwordPath = "/account/password"

// LoginSessions makes the sessions of the login service those of the pages.
func LoginSessions(s *login.Service) Sessions { return loginSessions{s} }

type loginSessions struct{ *login.Service }

// Visitor finds who is behind a session token.
func (s loginSessions) Visitor(ctx context.Context, token string) (*Visitor, error) {
	return visitorOf(s.Visit(ctx, token))
}

// Glance is Visitor without noting a use of the session.
func (s loginSessions) Glance(ctx context.Context, token string) (*Visitor, error) {
	return visitorOf(s.Look(ctx, token))
}

func visitorOf(v *login.Visit, err error) (*Visitor, error) {
	if err != nil || v == nil {
		return nil, err
	}
	out := &Visitor{Person: v.Person, Session: v.Session, Big: v.Big}
	if v.MustChange {
		out.Gate = passwordPath
	}
	return out, nil
}

// SignIn signs in whoever filled in the fields of the template "login/fields", on any public page: it checks name and password, gives
// the browser its session, and makes the rest of this request that person's. A fault goes to the form:
//
//	got, err := r.SignIn(f)
//	if f.Take(err) {
//		return showAgain(r, f)
//	}
//
// While got.MustChange is set, every signed page leads to the choice of a password first. A browser that is known (see
// [login.DeviceFor]) says so on paths below /login only, so the form should post there.
func (r *Req) SignIn(f *Form) (login.SignedIn, error) {
	if err := f.Err(); err != nil {
		return login.SignedIn{}, err // an expired form, before the password costs anything
	}
	got, err := r.Logins.SignIn(r.Ctx(), login.SignIn{
		Name: f.one("user"), Password: f.one("password"), Addr: r.caller(), Device: r.deviceCookie(), Label: r.browser(),
	})
	if err != nil {
		return got, signInFault(err)
	}
	if old := r.SessionToken(); old != "" {
		if err := r.Logins.SignOut(r.Ctx(), old); err != nil {
			return got, err
		}
	}
	r.StartSession(got.Token, got.For)
	r.setDevice(got.Device)
	r.Visitor = &Visitor{Person: got.Person, Session: got.Session}
	r.Person = got.Person
	return got, nil
}

// signInFault puts the faults of a sign-in at the fields of the form.
func signInFault(err error) error {
	e := fault.Of(err)
	switch {
	case e.Kind == fault.TooMany:
		return &fault.Error{Kind: fault.TooMany, Key: e.Key, Args: e.Args, Field: "password"}
	case e.Field == "name":
		return fault.Field("user", e.Key, e.Args...)
	case len(e.More) > 0:
		var form fault.Form
		for _, m := range e.More {
			field := m.Field
			if field == "name" {
				field = "user"
			}
			form.Add(field, m.Key, m.Args...)
		}
		return form.Err()
	}
	return err
}

const deviceCookie = "device"

// setDevice marks the browser as known. Only the sign-in pages get the cookie back.
func (r *Req) setDevice(token string) {
	http.SetCookie(r.w, &http.Cookie{
		Name: deviceName(r.secure), Value: token, Path: "/login", MaxAge: int(login.DeviceFor / time.Second),
		Secure: r.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// deviceName has no __Host- prefix, because that forbids the narrower path.
func deviceName(secure bool) string {
	if secure {
		return "__Secure-" + deviceCookie
	}
	return deviceCookie
}

func (r *Req) deviceCookie() string {
	if c, err := r.http.Cookie(deviceName(r.secure)); err == nil && len(c.Value) < 500 {
		return c.Value
	}
	return ""
}

// caller is the address of the other end of the connection, for counting failures in memory. Behind a proxy it is the proxy's.
func (r *Req) caller() netip.Addr {
	a, err := netip.ParseAddrPort(r.http.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr()
}

// browser calls a browser by family and system, "WeChat · Android": enough to tell one's own sessions apart and too little to
// recognise anybody by.
func (r *Req) browser() string {
	agent := r.http.UserAgent()
	first := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	program := first("wxwork", "WeCom", "MicroMessenger", "WeChat", "DingTalk", "DingTalk", "Lark", "Lark", "HuaweiBrowser", "Huawei",
		"MiuiBrowser", "Xiaomi", "Edg", "Edge", "Firefox", "Firefox", "Chrome", "Chrome", "Safari", "Safari")
	system := first("HarmonyOS", "HarmonyOS", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows",
		"Mac OS", "macOS", "Linux", "Linux")
	return strings.Trim(program+" · "+system, " ·")
}

// after is where to go on after something that came with a "next", or otherwise.
func (r *Req) after(next, otherwise string) string {
	if r.Local(next) {
		return next
	}
	return otherwise
}

// retryAfter tells programs how long to wait.
func (r *Req) retryAfter(err error) {
	if e := fault.Of(err); e != nil && e.Kind == fault.TooMany && len(e.Args) > 0 {
		if s, ok := e.Args[0].(int); ok {
			r.w.Header().Set("Retry-After", strconv.Itoa(s))
		}
	}
}
