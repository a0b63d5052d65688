package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"sanwen/internal/ground/fault"
)

// FaultPage tells what went wrong, what is safe, and what to do.
type FaultPage struct {
	Page
	Code   string // "E-7F3A"; the log has the cause under it
	What   string
	Safe   string
	Todo   string
	Signin string // address of the sign-in page, where that helps
	Home   string
}

var faultPage = Define[FaultPage]("web/fault")

var statuses = map[fault.Kind]int{
	fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409,
	fault.Gone: 410, fault.TooLarge: 413, fault.TooMany: 429, fault.Unavailable: 503, fault.Internal: 500,
}

// problem is a fault as RFC 9457 writes it.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Code   string         `json:"code"`
	Fields []problemField `json:"fields,omitempty"`
	Token  string         `json:"token,omitempty"` // of a form that lay too long: sent again with it, it still counts once
}

type problemField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// fail is the one place where an error becomes an answer.
func (r *Req) fail(err error) {
	e, code := fault.Of(err), fault.Code(err)
	status := r.status
	if status < 400 {
		status = statuses[e.Kind]
	}
	if e.Kind == fault.Invalid && r.Posted() && r.status == 0 {
		status = http.StatusUnprocessableEntity
	}
	r.note(e, code, status)
	r.waitBeforeNext(status)
	title := r.T("fault.kind." + e.Kind.String())
	if wantsJSON(r.http) {
		p := problem{Type: "about:blank", Title: title, Status: status, Detail: sentence(r.Lang, e), Code: code}
		for _, f := range fault.Fields(e) {
			p.Fields = append(p.Fields, problemField{f.Field, sentence(r.Lang, f)})
		}
		r.w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
		r.w.WriteHeader(status)
		json.NewEncoder(r.w).Encode(p)
		return
	}
	r.status, r.form = status, nil
	page := FaultPage{Page: Page{Title: title}, Code: code, What: sentence(r.Lang, e), Home: r.Link("/")}
	page.Todo = r.T("web.todo." + e.Kind.String())
	page.Safe = r.T("web.safe.read")
	if r.Posted() {
		page.Safe = r.T("web.safe.write")
	}
	if e.Kind == fault.Unauthenticated {
		page.Signin = r.Link("/login")
	}
	if err := faultPage.Render(r, page); err != nil {
		r.note(fault.Wrap(fault.Internal, "fault.internal", err), code, status)
		r.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		r.w.WriteHeader(status)
		r.w.Write([]byte(title + "\n" + page.What + "\n" + code + "\n"))
	}
}

// waitBeforeNext tells programs, on an answer that says "later", when to try again, where nobody has said it yet.
func (r *Req) waitBeforeNext(status int) {
	h := r.w.Header()
	if (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "60")
	}
}

// note writes what went wrong into the log: internal faults as errors with their cause, the rest as debugging lines. The route's
// pattern stands for the address. Lines about anonymous routes carry the hour only and no cause but our own mistakes'.
func (r *Req) note(e *fault.Error, code string, status int) {
	level := slog.LevelDebug
	if e.Kind == fault.Internal || e.Kind == fault.Unavailable {
		level = slog.LevelError
	}
	if !r.Log.Enabled(r.Ctx(), level) {
		return
	}
	at := r.Now()
	anonymous := r.Route.Group == Anonymous
	if anonymous {
		at = at.Truncate(time.Hour)
	}
	line := slog.NewRecord(at, level, "request failed", 0)
	line.AddAttrs(slog.String("code", code), slog.String("route", r.Route.Pattern), slog.Int("status", status),
		slog.String("fault", e.Kind.String()+" "+e.Key))
	if e.Cause != nil && (!anonymous || level == slog.LevelError) {
		line.AddAttrs(slog.String("cause", e.Cause.Error()))
	}
	r.Log.Handler().Handle(r.Ctx(), line)
}
