package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Req is one request on its way through a handler.
type Req struct {
	*Server
	Route   Route
	Lang    lang.Lang
	Big     int           // text size: 0 normal, 1 to 3 for 125, 150 and 175 %
	Person  access.Person // Nobody on anonymous routes, unless the handler has checked a receipt
	Visitor *Visitor      // session, or nil

	w      http.ResponseWriter
	http   *http.Request
	secure bool
	status int
	form   *Form
	toast  *Toast
	owns   []own    // see [Req.own]
	keep   []string // parameters that links carry on: lang, z
	upload func(Upload) error
}

// Ctx is the request's context.
func (r *Req) Ctx() context.Context { return r.http.Context() }

// Param returns a wildcard of the route's path.
func (r *Req) Param(name string) string { return r.http.PathValue(name) }

// Path returns the path of the request, without query.
func (r *Req) Path() string { return r.http.URL.Path }

// Query returns a parameter of the address. Lists use [Req.List], which checks all of them.
func (r *Req) Query(name string) string { return r.http.URL.Query().Get(name) }

// Posted reports whether this is a POST.
func (r *Req) Posted() bool { return r.http.Method == http.MethodPost }

// Now is the site's time.
func (r *Req) Now() time.Time { return r.Clock.Now() }

// Today is the day in the site's zone.
func (r *Req) Today() clock.Day { return clock.DayOf(r.Now(), r.Zone) }

// T returns a sentence in the reader's language.
func (r *Req) T(key string, args ...any) string { return r.Lang.T(key, args...) }

// Read runs fn in one snapshot of the database.
func (r *Req) Read(fn func(*db.Tx) error) error { return r.DB.Read(r.Ctx(), fn) }

// Write runs fn in a transaction. A POST must have opened its form before, because that checks the form's token.
func (r *Req) Write(fn func(*db.Tx) error, opts ...db.Option) error {
	if r.Posted() {
		if r.form == nil || !r.form.sent {
			panic("web: Write before Form in " + r.Route.Pattern)
		}
		if r.form.expired {
			return fault.New(fault.Invalid, "fault.expired")
		}
	}
	if r.ReadOnly != nil {
		if key := r.ReadOnly(); key != "" {
			return fault.New(fault.Unavailable, key)
		}
	}
	err := r.DB.Write(r.Ctx(), fn, opts...)
	r.still.note(err, r.Now())
	if err == nil {
		r.cache.changed() // whoever wrote sees it on the next page
	}
	return err
}

// Status sets the status of the page that Render writes, 200 otherwise.
func (r *Req) Status(status int) { r.status = status }

// choose takes language and text size from the address; recognise may fill what the address leaves open.
func (r *Req) choose() {
	q := r.http.URL.Query()
	r.Lang = lang.ZH
	if v := q.Get("lang"); v == string(lang.ZH) || v == string(lang.EN) {
		r.Lang = lang.Parse(v)
		r.keep = append(r.keep, "lang="+v)
	}
	if v := q.Get("z"); len(v) == 1 && v >= "0" && v <= "3" {
		r.Big = int(v[0] - '0')
		r.keep = append(r.keep, "z="+v)
	}
}

// Link returns a path of this site with the language and text size that the reader chose in the address. Every link and form
// of pages without session goes through it.
func (r *Req) Link(path string) string { return link(path, r.keep) }

func link(path string, keep []string) string {
	if len(keep) == 0 || !strings.HasPrefix(path, "/") {
		return path
	}
	path, fragment, hasFragment := strings.Cut(path, "#")
	for _, k := range keep {
		name, _, _ := strings.Cut(k, "=")
		if hasParam(path, name) {
			continue
		}
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		path += sep + k
	}
	if hasFragment {
		path += "#" + fragment
	}
	return path
}

func hasParam(path, name string) bool {
	_, query, _ := strings.Cut(path, "?")
	for _, p := range strings.Split(query, "&") {
		if n, _, _ := strings.Cut(p, "="); n == name {
			return true
		}
	}
	return false
}

// Redirect sends the browser on with a GET (303). Language and text size are carried on, and a toast where one waits.
func (r *Req) Redirect(path string) error {
	path = r.Link(path)
	if r.toast != nil {
		path = r.carryToast(path)
	}
	if r.Route.Group == Signed && r.Posted() && wantsJSON(r.http) {
		return r.answerTo(path)
	}
	r.w.Header().Set("Location", path)
	r.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// Send writes a generated file (export, receipt, proof). name is what the browser saves it as.
func (r *Req) Send(name, kind string, body []byte) error {
	h := r.w.Header()
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": cleanName(name)}))
	_, err := r.w.Write(body)
	return err
}

// Show writes a re-encoded photo or a generated picture for showing inside a page. Nothing else may be shown inline.
func (r *Req) Show(kind string, body io.Reader) error {
	if kind != "image/jpeg" && kind != "image/png" {
		return fault.New(fault.Internal, "fault.internal")
	}
	h := r.w.Header()
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", "inline")
	_, err := io.Copy(r.w, body)
	return err
}

// Text writes plain text, such as a checkpoint of the log.
func (r *Req) Text(body string) error {
	r.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(r.w, body)
	return err
}

// ClearBrowser asks the browser to forget everything of this site (sign-out, end of access).
func (r *Req) ClearBrowser() { r.w.Header().Set("Clear-Site-Data", `"*"`) }

// cleanName takes out of a file name what could leave the header, the folder or the reader's eyes: separators, control
// characters, direction marks.
func cleanName(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0, strings.ContainsRune(`/\:*?"<>|`, c),
			c >= 0x200b && c <= 0x200f, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069, c == 0xfeff:
			return -1
		}
		return c
	}, name)
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:60]) + "…" + string(runes[len(runes)-59:])
	}
	if name = strings.Trim(name, ". "); name == "" {
		return "file"
	}
	return name
}

func escapeQuery(s string) string { return url.QueryEscape(s) }
