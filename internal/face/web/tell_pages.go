package web

import (
	"fmt"
	"strings"

	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
)

func newKey() string { return id.Random() }

// newReceipt makes the data of a receipt: what the page shows, and what the picture holds. Neither place nor words are in it.
func (r *Req) newReceipt(number, code, title string, due clock.Day) Receipt {
	shown := seal.FormatCode(code)
	return Receipt{Title: title, Number: number, Code: shown, File: "receipt-" + number, Lines: [][2]string{
		{r.T("web.receipt_number"), number}, {r.T("web.receipt_code"), shown}, {r.T("tell.picture_due"), r.Lang.Date(due, r.Zone)}}}
}

// unsent is the receipt of what has not left the phone yet: number and code were chosen before.
func (t *telling) unsent() Receipt {
	r := t.r
	x := r.newReceipt(t.number, t.code, r.T("tell.receipt_unsent"), r.Today())
	x.Lines[2][0] = r.T("tell.picture_written")
	return x
}

// logLine says under which number the voice stands in the log. What has just been written, noted, is not read again.
func (r *Req) logLine(voiceID string, noted *event.Noted) (LogLine, error) {
	var line LogLine
	if r.Record == nil || voiceID == "" {
		return line, nil
	}
	if noted != nil {
		s, err := r.Record.Standing(*noted)
		return LogLine{Number: s.Number, Promise: s.Promise}, err
	}
	err := r.Read(func(tx *db.Tx) error {
		s, err := r.Record.StandingOf(tx, event.Ref{Kind: voice.RefKind, ID: voiceID})
		line.Number, line.Promise = s.Number, s.Promise
		return err
	})
	return line, err
}

// followCode is the address of the follow-up page with number and code behind the #, which no browser sends, and its picture for
// another phone. Without an address of the site there is no picture.
func (r *Req) followCode(number, code string) (*QR, string, error) {
	site, err := r.siteURL()
	if err != nil {
		return nil, "", err
	}
	follow := "/f#" + number + "." + code
	if site == "" {
		return nil, r.Link(follow), nil
	}
	q := NewQR(site+follow, r.T("tell.qr"))
	return &q, r.Link(follow), nil
}

// siteURL is the address under which employees reach the pages, without a slash at its end: the setting, else where the program
// answers; "" where neither is known.
func (r *Req) siteURL() (string, error) {
	site, err := r.setting(org.SiteURL)
	if site == "" {
		site = r.Base
	}
	return strings.TrimRight(site, "/"), err
}

// name is the name of a value of an enum, whose key is prefix and value: "" for none.
func (r *Req) name(prefix string, value any) string {
	if s := fmt.Sprint(value); s != "" {
		return r.T(prefix + s)
	}
	return ""
}
