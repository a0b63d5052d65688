package ics

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestLines(t *testing.T) {
	at := time.Date(2026, 11, 30, 14, 0, 0, 0, time.FixedZone("", 8*3600))
	e := Event{UID: "01a2@sanwen", Sequence: 3, Changed: at.Add(-time.Hour), Start: at, End: at.Add(2 * time.Hour), Title: "十一月专题调度推进会；浴室, 餐厅\\供暖", Place: "三楼\r\n会议室\x00",
		Text: strings.Repeat("一二三四五六七八九十", 12), URL: "https://x/meeting/1\r\nBEGIN:VEVENT"}
	out := Write("会议", []Event{e})
	if !strings.HasSuffix(out, "END:VCALENDAR\r\n") || strings.Contains(strings.ReplaceAll(out, "\r\n", ""), "\n") || strings.Contains(out, "\x00") {
		t.Errorf("line ends:\n%q", out)
	}
	for _, l := range strings.Split(out, "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) {
			t.Errorf("a line of %d octets, or a character cut through: %q", len(l), l)
		}
	}
	whole := strings.ReplaceAll(out, "\r\n ", "")
	for _, want := range []string{"UID:01a2@sanwen\r\n", "SEQUENCE:3\r\n", "DTSTART:20261130T060000Z\r\n", "DTEND:20261130T080000Z\r\n", "DTSTAMP:20261130T050000Z\r\n",
		"SUMMARY:十一月专题调度推进会；浴室\\, 餐厅\\\\供暖\r\n", "LOCATION:三楼\\n会议室\r\n", "DESCRIPTION:" + e.Text + "\r\n", "STATUS:CONFIRMED\r\n", "METHOD:PUBLISH\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in\n%s", want, whole)
		}
	}
	if strings.Count(whole, "\r\nBEGIN:VEVENT\r\n") != 1 {
		t.Error("an address became an entry")
	}
}

func TestCancel(t *testing.T) {
	out := Write("会议", []Event{{UID: "1", Cancelled: true}})
	if !strings.Contains(out, "METHOD:CANCEL\r\n") || !strings.Contains(out, "STATUS:CANCELLED\r\n") {
		t.Error(out)
	}
	out = Write("会议", []Event{{UID: "1", Cancelled: true}, {UID: "2"}})
	if !strings.Contains(out, "METHOD:PUBLISH\r\n") || strings.Count(out, "STATUS:CANCELLED\r\n") != 1 || strings.Count(out, "STATUS:CONFIRMED\r\n") != 1 {
		t.Error(out)
	}
}
