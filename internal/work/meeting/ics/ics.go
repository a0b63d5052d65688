// Package ics writes calendars (iCalendar, RFC 5545) that phones and office programs subscribe to or open.
package ics

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the media type of a calendar.
const Type = "text/calendar; charset=utf-8"

// Event is one entry.
type Event struct {
	UID       string // the same for the whole life of the entry
	Sequence  int64  // grows with every change of time or place
	Changed   time.Time
	Start     time.Time
	End       time.Time
	Title     string
	Place     string
	Text      string
	URL       string
	Cancelled bool
}

// Write makes a calendar. A file with one cancelled entry takes it out of whoever's calendar it is opened in.
func Write(name string, events []Event) string {
	var b strings.Builder
	line(&b, "BEGIN:VCALENDAR")
	line(&b, "VERSION:2.0")
	line(&b, "PRODID:-//Sanwen//Meetings//ZH")
	line(&b, "CALSCALE:GREGORIAN")
	method := "PUBLISH"
	if len(events) == 1 && events[0].Cancelled {
		method = "CANCEL"
	}
	line(&b, "METHOD:"+method)
	line(&b, "X-WR-CALNAME:"+escape(name))
	for _, e := range events {
		line(&b, "BEGIN:VEVENT")
		line(&b, "UID:"+escape(e.UID))
		line(&b, "DTSTAMP:"+stamp(e.Changed))
		line(&b, "LAST-MODIFIED:"+stamp(e.Changed))
		line(&b, "SEQUENCE:"+strconv.FormatInt(e.Sequence, 10))
		line(&b, "DTSTART:"+stamp(e.Start))
		line(&b, "DTEND:"+stamp(e.End))
		line(&b, "SUMMARY:"+escape(e.Title))
		if e.Place != "" {
			line(&b, "LOCATION:"+escape(e.Place))
		}
		if e.Text != "" {
			line(&b, "DESCRIPTION:"+escape(e.Text))
		}
		if e.URL != "" {
			line(&b, "URL:"+strings.NewReplacer("\r", "", "\n", "").Replace(e.URL))
		}
		status := "CONFIRMED"
		if e.Cancelled {
			status = "CANCELLED"
		}
		line(&b, "STATUS:"+status)
		line(&b, "END:VEVENT")
	}
	line(&b, "END:VCALENDAR")
	return b.String()
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// escape writes text so that commas, semicolons, backslashes and line ends stay what they are; other control characters are dropped.
func escape(s string) string {
	s = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

// line ends a content line with CRLF and folds it after at most 75 octets, never within a character.
func line(b *strings.Builder, s string) {
	width := 0
	for _, r := range s {
		n := utf8.RuneLen(r)
		if width+n > 75 {
			b.WriteString("\r\n ")
			width = 1
		}
		b.WriteRune(r)
		width += n
	}
	b.WriteString("\r\n")
}
