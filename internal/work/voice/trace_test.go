package voice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// dump reads every table: table → its rows as text.
func dump(t *testing.T, w *voicetest.World) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	w.Read(func(tx *db.Tx) error {
		q := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
		if tx.Dialect() == db.Postgres {
			q = `SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema()`
		}
		tables, err := db.All[string](tx, q)
		if err != nil {
			return err
		}
		for _, table := range tables {
			cq := `SELECT name FROM pragma_table_info($1)`
			if tx.Dialect() == db.Postgres {
				cq = `SELECT CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema()`
			}
			cols, err := db.All[string](tx, cq, table)
			if err != nil {
				return err
			}
			var parts []string
			for _, c := range cols {
				e := `COALESCE(CAST("` + c + `" AS TEXT), '')`
				switch c {
				case "salt", "commitment", "sealed", "edge", "h":
					e = `'x'`
				}
				parts = append(parts, `'`+c+`=' || `+e)
			}
			rows, err := db.All[string](tx, `SELECT `+strings.Join(parts, ` || '|' || `)+` FROM "`+table+`"`)
			if err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
			out[table] = rows
		}
		return nil
	})
	return out
}

// search tells in which tables a text stands, the organisation itself and accounts left out.
func search(t *testing.T, w *voicetest.World, text string) (where []string) {
	t.Helper()
	for table, rows := range dump(t, w) {
		if strings.HasPrefix(table, "org_") {
			continue
		}
		for _, r := range rows {
			if strings.Contains(r, text) {
				where = append(where, table)
				break
			}
		}
	}
	return where
}

// fresh gives the rows that were not there before.
func fresh(before, after map[string][]string) map[string][]string {
	out := map[string][]string{}
	for table, rows := range after {
		had := map[string]int{}
		for _, r := range before[table] {
			had[r]++
		}
		for _, r := range rows {
			if had[r]--; had[r] < 0 {
				out[table] = append(out[table], r)
			}
		}
	}
	return out
}

// TestNoTraceOfWhoAndWhen: whatever the submitter of an anonymous or confidential voice does, no row that is written then tells who he is
// or a time finer than the hour; and of an anonymous one not even that he was signed in.
func TestNoTraceOfWhoAndWhen(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		// The submitter acts at twenty to, the office at five past; so what either leaves behind can be told apart.
		var hour time.Time
		submitter := func() {
			now := w.Clock.Now().Truncate(time.Hour).Add(time.Hour)
			w.Clock.Set(now.Add(40*time.Minute + 23456*time.Millisecond))
			hour = now
		}
		office := func() { w.Clock.Set(w.Clock.Now().Truncate(time.Hour).Add(time.Hour + 5*time.Minute)) }
		office()
		submitter()
		worker := w.P("worker")
		var p org.Person
		w.Read(func(tx *db.Tx) (err error) { p, err = org.PersonByID(tx, worker.ID); return err })
		for _, level := range []voice.Level{voice.Anonymous, voice.Confidential} {
			check := func(what string, before map[string][]string) {
				t.Helper()
				rows := 0
				for table, list := range fresh(before, dump(t, w)) {
					for _, r := range list {
						rows++
						for _, canary := range []string{worker.ID, p.Name, p.EmployeeNo} {
							if strings.Contains(r, canary) {
								t.Errorf("%s, %s: table %s tells who: %s", level, what, table, r)
							}
						}
						for _, f := range fine(r, hour) {
							t.Errorf("%s, %s: table %s tells the time %s: %s", level, what, table, f, r)
						}
					}
				}
				if rows == 0 {
					t.Errorf("%s: %s wrote nothing", level, what)
				}
			}
			say := func(text, place string) voice.Voice {
				t.Helper()
				submitter()
				before := dump(t, w)
				v := w.Tell("worker", level, place, text) // signed in, which an anonymous voice must not know
				check("registering", before)
				return v
			}
			say("焦炉炉顶护栏断了,现在还有人在上面干活!", "P902")
			v := say("洗到一半成凉水,喷头水量也小。", "P104M")
			holding := func(what string, id string, in voicetest.Doer) {
				t.Helper()
				submitter()
				before := dump(t, w)
				w.Holding(id, in)
				check(what, before)
			}
			holding("adding", v.ID, voice.AddInfo{Voice: v.ID, Key: "k" + v.ID, Text: "二层最里面"})
			office()
			w.Do("triager", voice.AskInfo{Voice: v.ID, Question: "几点?"})
			holding("answering", v.ID, voice.AddInfo{Voice: v.ID, Text: "早八点"})
			office()
			w.Do("triager", voice.AnswerDirectly{Voice: v.ID, Reply: okText})
			holding("saying not solved", v.ID, voice.NotSolved{Voice: v.ID, Text: "还是凉的"})
			office()
			w.Do("triager", voice.AnswerDirectly{Voice: v.ID, Reply: okText})
			holding("saying solved", v.ID, voice.ConfirmSolved{Voice: v.ID})
			submitter()
			before := dump(t, w)
			w.Must(func(tx *db.Tx) error {
				_, err := voice.ReportRetaliation{Voice: v.ID, Key: "r" + v.ID, Text: "班前会上问是谁捅上去的"}.Do(tx, access.Holder(v.ID))
				return err
			}, db.Coarse)
			check("reporting retaliation", before)
			o := say("家属楼物业费又涨了", "P301")
			office()
			w.Do("triager", voice.OutOfScope(o.ID, 0, "property", "请找物业"))
			holding("objecting", o.ID, voice.Object{Voice: o.ID, Text: "单位的房子"})
			x := say("水又凉了", "P104M")
			holding("withdrawing", x.ID, voice.Withdraw{Voice: x.ID})
			holding("ending access", x.ID, voice.EndAccess{Voice: x.ID})
			submitter()
			before = dump(t, w)
			if _, err := voice.HardenReceipts(t.Context(), w.DB, w.Keys, 3); err != nil {
				t.Fatal(err)
			}
			check("hardening", before)
		}
		// The test must be able to fail: a named voice is found.
		submitter()
		before := dump(t, w)
		w.Tell("worker", voice.Named, "P104M", "水又凉了")
		who, when := false, false
		for _, list := range fresh(before, dump(t, w)) {
			for _, r := range list {
				who = who || strings.Contains(r, worker.ID)
				when = when || len(fine(r, hour)) > 0
			}
		}
		if !who || !when {
			t.Errorf("the search is blind: who %v, when %v", who, when)
		}
	})
}

// fine finds in a row what tells a time within the hour, finer than the hour: milliseconds, seconds, or a time-ordered id.
func fine(row string, hour time.Time) (out []string) {
	from, to := clock.MillisOf(hour), clock.MillisOf(hour.Add(time.Hour))
	quarter := clock.MillisOf(hour.Add(15 * time.Minute)) // a term of 15 minutes that runs from the whole hour
	digits := func(s string) {
		var n int64
		for _, c := range s {
			n = n*10 + int64(c-'0')
		}
		if m := clock.Millis(n); m > from && m < to && m != quarter {
			out = append(out, s)
		}
		if m := clock.Millis(n * 1000); len(s) == 10 && m > from && m < to {
			out = append(out, s)
		}
	}
	run := ""
	for _, c := range row + " " {
		if c >= '0' && c <= '9' {
			run += string(c)
			continue
		}
		if len(run) >= 10 && len(run) <= 13 {
			digits(run)
		}
		run = ""
	}
	for _, word := range strings.FieldsFunc(row, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef-", r) }) {
		if len(word) < 36 || word[8] != '-' || word[14] != '7' {
			continue
		}
		var ms int64
		for _, c := range word[:8] + word[9:13] {
			ms = ms*16 + int64(strings.IndexRune("0123456789abcdef", c))
		}
		if m := clock.Millis(ms); m > from && m < to {
			out = append(out, word)
		}
	}
	return out
}
