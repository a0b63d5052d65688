package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"sanwen/internal/ground/lang"
)

// cookieName gives a cookie the __Host- prefix where the site has TLS; on a plain intranet browsers would refuse that.
func (r *Req) cookieName(name string) string {
	if r.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie writes a cookie. It panics on anonymous routes: there is no case in which one may be set there.
func (r *Req) setCookie(name, value string, maxAge time.Duration) {
	if r.Route.Group == Anonymous {
		panic("web: cookie on anonymous route " + r.Route.Pattern)
	}
	http.SetCookie(r.w, &http.Cookie{
		Name: r.cookieName(name), Value: value, Path: "/", MaxAge: int(maxAge.Seconds()),
		Secure: r.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

const sessionCookie = "sanwen"

// StartSession gives the browser a session token that lasts at most maxAge.
func (r *Req) StartSession(token string, maxAge time.Duration) {
	r.setCookie(sessionCookie, token, maxAge)
}

// EndSession takes the session cookie back.
func (r *Req) EndSession() { r.setCookie(sessionCookie, "", -time.Second) }

// SessionToken returns the token of the browser's session cookie, or "".
func (r *Req) SessionToken() string { return r.cookie(sessionCookie) }

func (r *Req) cookie(name string) string {
	if c, err := r.http.Cookie(r.cookieName(name)); err == nil {
		return c.Value
	}
	return ""
}

// recognise finds the person behind the session cookie.
func (r *Req) recognise() error {
	token := r.SessionToken()
	if token == "" || r.Sessions == nil {
		return nil
	}
	v, err := r.visitor(token)
	if err != nil || v == nil {
		return err
	}
	r.Visitor, r.Person = v, v.Person
	if !r.chosen("lang") && v.Person.Lang != "" {
		r.Lang = lang.Parse(v.Person.Lang)
	}
	if !r.chosen("z") {
		r.Big = v.Big
	}
	return nil
}

// visitor finds who is behind a session token. What a page asks by itself is no use of the session: a screen that nobody touches
// signs its owner out in time, however much happens on it.
func (r *Req) visitor(token string) (*Visitor, error) {
	if r.Route.Quiet || r.background() {
		if s, ok := r.Sessions.(glancer); ok {
			return s.Glance(r.Ctx(), token)
		}
	}
	return r.Sessions.Visitor(r.Ctx(), token)
}

// glancer is a store of sessions that can be asked without counting as a use.
type glancer interface {
	Glance(ctx context.Context, token string) (*Visitor, error)
}

// backgroundHeader marks what a script fetches without anybody having pressed anything.
const backgroundHeader = "X-Background"

func (r *Req) background() bool { return r.http.Header.Get(backgroundHeader) != "" }

func (r *Req) chosen(name string) bool { return hasParam("?"+join(r.keep), name) }

func join(params []string) string {
	s := ""
	for i, p := range params {
		if i > 0 {
			s += "&"
		}
		s += p
	}
	return s
}

// Toast is a sentence shown for a while after something was done, with a way back where there is one.
type Toast struct {
	Key  string   `json:"k"`
	Args []string `json:"a,omitempty"`
	Undo string   `json:"u,omitempty"` // path that takes a POST and undoes it
}

// Toast makes the next page say a sentence. Without a session it travels in the address, so that it can have no arguments there.
func (r *Req) Toast(key string, args ...string) { r.toast = &Toast{Key: key, Args: args} }

// ToastUndo is Toast with a button that posts to undo.
func (r *Req) ToastUndo(undo, key string, args ...string) {
	r.toast = &Toast{Key: key, Args: args, Undo: undo}
}

const (
	toastCookie = "toast"
	toastParam  = "said"
)

// carryToast takes the toast over a redirect: in a cookie where there is a session, else in the address.
func (r *Req) carryToast(path string) string {
	if r.Visitor != nil {
		b, _ := json.Marshal(r.toast)
		r.setCookie(toastCookie, base64.RawURLEncoding.EncodeToString(b), time.Minute)
		return path
	}
	if len(r.toast.Args) > 0 || r.toast.Undo != "" {
		panic("web: a toast without session has neither arguments nor undo: " + r.toast.Key)
	}
	return link(path, []string{toastParam + "=" + r.toast.Key})
}

// takeToast returns the toast that waits for this page. What comes in an address or cookie is only ever a key of
// a toast, so that nobody can put words of his own on a page.
func (r *Req) takeToast() *Toast {
	t := r.toast
	if t == nil && r.Visitor != nil {
		if b, err := base64.RawURLEncoding.DecodeString(r.cookie(toastCookie)); err == nil && len(b) > 0 {
			var c Toast
			if json.Unmarshal(b, &c) == nil {
				t = &c
			}
			r.setCookie(toastCookie, "", -time.Second)
		}
	}
	if t == nil {
		if key := r.Query(toastParam); key != "" {
			t = &Toast{Key: key}
		}
	}
	if t == nil || !lang.Has(t.Key) || !isToast(t.Key) || t.Undo != "" && !r.undoable(t.Undo) {
		return nil
	}
	return t
}

// isToast reports whether key is one of the sentences that areas keep for toasts: "matter.toast_signed", "meeting.toast.sign".
func isToast(key string) bool {
	_, rest, _ := strings.Cut(key, ".")
	return strings.HasPrefix(rest, "toast_") || strings.HasPrefix(rest, "toast.")
}

// undoable reports whether path takes a POST on this site.
func (r *Req) undoable(path string) bool {
	hr, err := http.NewRequest(http.MethodPost, path, nil)
	if err != nil || hr.URL.Host != "" || len(path) == 0 || path[0] != '/' {
		return false
	}
	_, pattern := r.mux.Handler(hr)
	return pattern != "" && pattern != "/"
}
