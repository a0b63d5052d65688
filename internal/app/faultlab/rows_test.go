//go:build linux

package faultlab

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"sanwen/internal/ground/db"
)

// rowsOf reads every row of every table, beside the running server: table → rows as text, with the number of times each is there.
func rowsOf(t *testing.T, data string) map[string]map[string]int {
	t.Helper()
	d, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.Join(data, db.FileName), RawQuery: "mode=ro&_pragma=busy_timeout(10000)"}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tx, err := d.Begin() // one snapshot
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	list, err := tx.Query("SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for list.Next() {
		var s string
		if err := list.Scan(&s); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, s)
	}
	out := map[string]map[string]int{}
	for _, table := range tables {
		rows, err := tx.Query(`SELECT * FROM "` + table + `"`)
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		out[table] = map[string]int{}
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for i, v := range values {
				if x, ok := v.([]byte); ok {
					v = "x" + hex.EncodeToString(x)
				}
				fmt.Fprintf(&b, "%s=%v|", names[i], v)
			}
			out[table][b.String()]++
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// byTheClock are tables that the program writes at times of its own, whether anybody says anything or not.
var byTheClock = map[string]string{
	"job_schedule": "when each recurring job runs next",
	"db_ready":     "the last question whether the database can be written",
}

// fresh are the rows that were not there before and are written because of what people do.
func fresh(before, after map[string]map[string]int) map[string][]string {
	out := map[string][]string{}
	for table, rows := range after {
		if byTheClock[table] != "" {
			continue
		}
		for r, n := range rows {
			if n > before[table][r] && !(table == "job" && strings.Contains(r, "|kind=every:")) {
				out[table] = append(out[table], r)
			}
		}
	}
	return out
}

var (
	digits  = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
	written = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?`)
	ordered = regexp.MustCompile(`[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}`)
)

// exact finds in a row every time within five minutes of at: as seconds, milliseconds, microseconds or nanoseconds, written out in any of
// the zones in question, or within a time-ordered id. Whole hours, and terms of a quarter of an hour counted from them, are no
// exact times.
func exact(row string, at time.Time) (out []string) {
	near := func(x time.Time) bool {
		d := x.Sub(at)
		return d > -5*time.Minute && d < 5*time.Minute && x.UnixMilli()%(15*60*1000) != 0
	}
	for _, s := range digits.FindAllString(row, -1) {
		whole, frac, _ := strings.Cut(s, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil {
			continue
		}
		if frac != "" && len(whole) == 10 {
			n, _ = strconv.ParseInt(whole+(frac + "000")[:3], 10, 64)
			whole += "000"
		}
		var x time.Time
		switch len(whole) {
		case 10:
			x = time.Unix(n, 0)
		case 13:
			x = time.UnixMilli(n)
		case 16:
			x = time.UnixMicro(n)
		case 19:
			x = time.Unix(0, n)
		default:
			continue
		}
		if near(x) {
			out = append(out, s)
		}
	}
	for _, s := range written.FindAllString(row, -1) {
		layout := "2006-01-02 15:04:05"[:len(s)]
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 8*3600), time.Local} {
			if x, err := time.ParseInLocation(layout, strings.Replace(s, "T", " ", 1), zone); err == nil && near(x) {
				out = append(out, s)
				break
			}
		}
	}
	for _, s := range ordered.FindAllString(row, -1) {
		if n, err := strconv.ParseInt(strings.ReplaceAll(s, "-", "")[:12], 16, 64); err == nil && near(time.UnixMilli(n)) {
			out = append(out, s)
		}
	}
	return out
}

func TestExactTimesAreSeen(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 41, 7, 123456789, time.FixedZone("", 8*3600))
	id7 := fmt.Sprintf("%012x", at.UnixMilli())
	for _, row := range []string{"at=1795394467|", "at=1795394467123|", "at=1795394467123456|", "at=1795394467123456789|", "at=1795394467.123|",
		"data={\"t\":\"2026-11-23T00:41:07Z\"}|", "t=2026-11-23 08:41:07|", "t=2026-11-23T08:40|", "id=" + id7[:8] + "-" + id7[8:] + "-7abc-8123-0123456789ab|"} {
		if len(exact(row, at)) == 0 {
			t.Errorf("not seen: %s", row)
		}
	}
	for _, row := range []string{"at=1795392000000|", "at=1795392000|", "day=2026-11-23|", "n=1795394467123123123123|", "number=SQ20261123-4831-7725|", "t=2026-11-23T08:00|"} {
		if found := exact(row, at); len(found) > 0 {
			t.Errorf("%s: %v", row, found)
		}
	}
}
