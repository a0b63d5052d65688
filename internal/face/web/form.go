package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
)

// tokenField is the hidden field with the signed token of a form, which carries the form's idempotency key.
const tokenField = "_token"

// tokenLife is how long a form may stay open. A form older than that comes back with everything typed and has to be sent again.
const tokenLife = 24 * time.Hour

// Form is what was typed, what is wrong with it, and what the page needs to show both again. A GET page makes an empty or
// prefilled one with [Req.Blank]; a POST handler opens the one that was sent with [Req.Form].
type Form struct {
	Key string // idempotency key: the same again after a second press, a reload or a repaired fault

	r       *Req
	sent    bool // it came with the request: its token has been looked at
	free    bool // bound to nobody: the form goes from anonymous pages to signed ones and back
	values  url.Values
	faults  []*fault.Error
	expired bool
	renew   bool              // expired, but genuine: its key still counts
	stale   bool              // somebody else has changed the thing since the form was opened
	labels  map[string]string // of the fields that the page has made
	unseen  []string          // fields that the page carries without showing them
	picks   map[string]picked // what pickers offer to choose from
	broken  error             // why a field could not be read, for which nobody who fills in the form can do anything
}

// Blank makes a form for showing, prefilled with pairs of field name and value.
func (r *Req) Blank(pairs ...string) *Form {
	f := &Form{Key: id.Random(), r: r, values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Add(pairs[i], pairs[i+1])
	}
	r.form = f
	return f
}

// Form opens the form of a POST. What cannot be read or has no valid token is a fault of the form, never an error: the handler
// reads its fields as usual and asks Err.
func (r *Req) Form() *Form { return r.openForm(false) }

// FreeForm opens a form whose token is bound to nobody: of pages on which somebody may sign in, or decide not to, while what he
// has typed goes along.
func (r *Req) FreeForm() *Form { return r.openForm(true) }

// Free makes a form for showing one that [Req.FreeForm] opens.
func (f *Form) Free() *Form { f.free = true; return f }

func (r *Req) openForm(free bool) *Form {
	if r.form != nil && r.form.sent {
		return r.form
	}
	f := &Form{r: r, values: url.Values{}, free: free, sent: true}
	r.form = f
	if err := r.parse(f); err != nil {
		f.faults = append(f.faults, err)
	}
	payload, err := r.open(f.purpose(), f.values.Get(tokenField))
	f.Key = payload
	if err != nil || f.Key == "" {
		f.expired, f.renew = true, f.Key != ""
		f.faults = append(f.faults, fault.New(fault.Invalid, "fault.expired"))
	}
	if f.Key == "" {
		f.Key = id.Random()
	}
	return f
}

const freePurpose = "form:free"

func (f *Form) purpose() string {
	if f.free {
		return freePurpose
	}
	return "form:" + f.r.Person.ID
}

// Token is the value of the hidden field that the component "form" writes.
func (f *Form) Token() string { return f.r.seal(f.purpose(), f.Key, tokenLife) }

// Seal signs a short text for a hidden field, so that it comes back unchanged until life is over. The text can be read.
func (r *Req) Seal(purpose, text string, life time.Duration) string {
	return r.seal("page:"+purpose, text, life)
}

// Unseal returns a text made by Seal for the same purpose: "" with "fault.expired" where it is not genuine or too old.
func (r *Req) Unseal(purpose, sealed string) (string, error) {
	text, err := r.open("page:"+purpose, sealed)
	if err != nil {
		return "", fault.New(fault.Invalid, "fault.expired")
	}
	return text, nil
}

// seal notes the day only: a form that lies about for a while must not tell when it was opened.
func (s *Server) seal(purpose, text string, life time.Duration) string {
	now := s.Clock.Now()
	return s.Keys.Sign(purpose, seal.Token{Issued: now.Truncate(24 * time.Hour), Expires: now.Truncate(time.Hour).Add(life + time.Hour), Payload: []byte(text)})
}

func (r *Req) open(purpose, sealed string) (string, error) {
	t, err := r.Keys.Open(purpose, sealed, r.Now())
	if err != nil && !errors.Is(err, seal.ErrExpired) {
		return "", err
	}
	return string(t.Payload), err
}

// Body is a canonical text of all that was typed, without the token: the same press again has the same body.
func (f *Form) Body() []byte {
	v := url.Values{}
	for name, values := range f.values {
		if name != tokenField {
			v[name] = values
		}
	}
	return []byte(v.Encode())
}

// Fault notes that something is wrong with a field ("" for the form as a whole).
func (f *Form) Fault(field, key string, args ...any) {
	f.faults = append(f.faults, fault.Field(field, key, args...))
}

// Err returns nil, or one Invalid error with everything that was found so far.
func (f *Form) Err() error {
	if f.broken != nil {
		return f.broken
	}
	switch len(f.faults) {
	case 0:
		return nil
	case 1:
		return f.faults[0]
	}
	return &fault.Error{Kind: fault.Invalid, Key: "fault.form", Args: []any{len(f.faults)}, More: f.faults}
}

// formStatus are the faults that a form shows itself.
var formStatus = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.TooMany:     http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable,
}

// Take looks whether err belongs on the form: something typed, too large, too often, or writes not possible at the moment. If so it sets the
// status of the page, keeps the faults for the fields and the summary, and returns true; the handler then shows its page again.
func (f *Form) Take(err error) bool {
	if err == nil {
		return false
	}
	e := fault.Of(err)
	status := formStatus[e.Kind]
	if status == 0 {
		return false
	}
	found := []*fault.Error{e}
	if len(e.More) > 0 {
		found = e.More
	}
	for _, one := range found {
		if one.Kind != fault.Invalid && formStatus[one.Kind] != 0 {
			status = formStatus[one.Kind]
		}
	}
	f.r.Status(status)
	f.r.waitBeforeNext(status)
	for _, e := range found {
		if !slices.Contains(f.faults, e) {
			f.faults = append(f.faults, e)
		}
	}
	return true
}

// Faulty reports whether anything is wrong.
func (f *Form) Faulty() bool { return f != nil && len(f.faults) > 0 }

// Value returns what a field holds now, for pages that show it elsewhere.
func (f *Form) Value(name string) string { return f.values.Get(name) }

// Set replaces what a field holds.
func (f *Form) Set(name, value string) { f.values.Set(name, value) }

// one returns the only value of a field; a field sent twice is a fault.
func (f *Form) one(name string) string {
	if len(f.values[name]) > 1 {
		f.Fault(name, "web.twice")
	}
	return f.values.Get(name)
}

// Text returns a text of min to max characters with its line ends as "\n" and without space around it.
func (f *Form) Text(name string, min, max int) string {
	s := strings.ReplaceAll(strings.ReplaceAll(f.one(name), "\r\n", "\n"), "\r", "\n")
	return f.measure(name, s, min, max)
}

// Line is Text without line ends.
func (f *Form) Line(name string, min, max int) string {
	return f.measure(name, strings.Join(strings.Fields(f.one(name)), " "), min, max)
}

func (f *Form) measure(name, s string, min, max int) string {
	s = strings.TrimSpace(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }) {
		f.Fault(name, "web.unreadable")
		return ""
	}
	switch n := utf8.RuneCountInString(s); {
	case n == 0 && min > 0:
		f.Fault(name, "fault.required")
	case n < min:
		f.Fault(name, "fault.too_short", min)
	case n > max:
		f.Fault(name, "fault.too_long", max, n)
	}
	return s
}

// Digits returns a code as typed by hand: spaces, dashes and full-width characters are made plain.
func (f *Form) Digits(name string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '０' && c <= '９':
			return c - '０' + '0'
		case unicode.IsSpace(c), c == '-', c == '—', c == '–', c == '－', c == '·':
			return -1
		}
		return c
	}, f.one(name))
}

// Int returns a whole number from min to max.
func (f *Form) Int(name string, min, max int) int {
	s := f.Digits(name)
	if s == "" {
		f.Fault(name, "fault.required")
		return 0
	}
	if strings.HasPrefix(strings.TrimSpace(f.one(name)), "-") {
		s = "-" + s
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		f.Fault(name, "fault.number")
	} else if n < min || n > max {
		f.Fault(name, "fault.range", min, max)
	}
	return n
}

// Decimal returns a number with a decimal point, such as a measured temperature; ok is false for an empty field.
func (f *Form) Decimal(name string) (value float64, ok bool) {
	s := strings.TrimSpace(f.one(name))
	if s == "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.NewReplacer("，", ".", ",", ".", "．", ".", " ", "").Replace(s), 64)
	if err != nil || v != v || v > 1e12 || v < -1e12 {
		f.Fault(name, "fault.number")
		return 0, false
	}
	return v, true
}

// Day returns a calendar day "2026-11-22", or "" where none was given; required makes that a fault.
func (f *Form) Day(name string, required bool) clock.Day {
	d := clock.Day(strings.TrimSpace(f.one(name)))
	switch {
	case d == "" && required:
		f.Fault(name, "fault.required")
	case d != "" && !d.Valid():
		f.Fault(name, "fault.date")
		return ""
	}
	return d
}

// Ticked returns whether a box was ticked.
func (f *Form) Ticked(name string) bool { return f.one(name) != "" }

// Choice returns one of the allowed values; none is a fault.
func (f *Form) Choice(name string, allowed ...string) string {
	if f.values.Get(name) == "" {
		f.Fault(name, "fault.choice")
		return ""
	}
	return f.Maybe(name, allowed...)
}

// Maybe returns one of the allowed values or "" for none.
func (f *Form) Maybe(name string, allowed ...string) string {
	v := f.one(name)
	if v != "" && !slices.Contains(allowed, v) {
		f.Fault(name, "fault.choice")
		return ""
	}
	return v
}

// Many returns all chosen values among the allowed ones; with no allowed ones given, whatever was sent.
func (f *Form) Many(name string, allowed ...string) []string {
	for _, v := range f.values[name] {
		if len(allowed) > 0 && !slices.Contains(allowed, v) {
			f.Fault(name, "fault.choice")
			return nil
		}
	}
	return f.values[name]
}

// Version returns the hidden field "version": the state of the thing that the form was made from.
func (f *Form) Version() int64 {
	n, err := strconv.ParseInt(f.one("version"), 10, 64)
	if err != nil {
		f.Fault("", "fault.expired")
	}
	return n
}

// sentence is a fault in the reader's language.
func (f *Form) sentence(e *fault.Error) string { return sentence(f.r.Lang, e) }

func sentence(l lang.Lang, e *fault.Error) string { return l.Error(e) }
