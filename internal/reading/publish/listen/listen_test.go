package listen_test

import (
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/listen"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// TestReport: it says what the board says of the same days, is for the union's office, the supervisor and leaders alone, and counts visits where the
// place lies.
func TestReport(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		w.On("2026-08-14 09:00")
		for range 7 {
			w.Tell("worker", voice.Named, "", "浴室的水不热，下了班洗不上热水")
		}
		w.On("2026-11-23 09:00")
		if err := d.Upkeep(t.Context(), func(tx *db.Tx) error {
			for id, at := range map[string]struct{ unit, day string }{"a": {"U03-A", "2026-09-30"}, "b": {"U03", "2025-10-01"}, "c": {"U02", "2026-10-01"}, "d": {"D05", "2026-01-05"}} {
				path, err := db.One[string](tx, `SELECT path FROM org_unit WHERE code = $1`, at.unit)
				if err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO visit (id, number, kind, place, unit, unit_path, person, present, note, device_at, at, items, fails, critical)
					VALUES ($1, $2, 'routine', '', $3, $4, '', '', '', 0, $5, 0, 0, 0)`, id, id, at.unit, path, clock.MillisOf(clock.Day(at.day).Time(d.Zone()))); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		p, _ := publish.PeriodOf("2026-11-21", "2026-Q3")
		of := func(key string) (x listen.Report, err error) {
			err = d.Read(t.Context(), func(tx *db.Tx) (err error) { x, err = listen.Of(tx, w.P(key), p); return err })
			return x, err
		}
		for _, key := range []string{"triager", "supervisor", "leader"} {
			x, err := of(key)
			if err != nil {
				t.Fatal(key, err)
			}
			if x.Now.Heard != 7 || x.Before.Heard != 0 || x.Now.From != "2026-07-01" || x.Now.To != "2026-09-30" || x.Visited != 3 {
				t.Errorf("%s: %+v, %+v, %d visits", key, x.Now, x.Before, x.Visited)
			}
			if !x.Map.Early || x.Ways.Named != -1 || len(x.Rounds) != 0 { // one person: nothing is told of coverage
				t.Errorf("%s: %+v %+v", key, x.Map, x.Ways)
			}
		}
		for _, key := range []string{"chair", "triager3", "equipment", "equipment-head", "auditor", "worker", "health"} {
			_, err := of(key)
			faulttest.Refused(t, key, err, "access.denied")
		}
		// The list behind a number has as many rows as the number says; what an officer alone reads is a row without words, at the end.
		w.Must(func(tx *db.Tx) error {
			id, err := db.One[string](tx, `SELECT id FROM voice ORDER BY id LIMIT 1`)
			if err != nil {
				return err
			}
			return voice.AnswerDirectly{Voice: id, Reading: voice.Reading{Title: "水不热", Category: "B1", Redacted: "水不热"}, Reply: voice.Reply{Text: "换热器已经修好。", Result: "done"}}.Do(tx, w.P("triager"))
		})
		behind := func(key string, answered bool, skip, n int) (rows []listen.Voice, many int, err error) {
			err = d.Read(t.Context(), func(tx *db.Tx) (err error) {
				rows, many, err = listen.Voices(tx, w.P(key), p, answered, skip, n)
				return err
			})
			return rows, many, err
		}
		for _, key := range []string{"triager", "supervisor"} {
			for _, x := range []struct {
				day            string
				answered       bool
				closed, behind int
			}{{"2026-11-23 09:00", false, 0, 7}, {"2026-11-23 09:00", true, 0, 0}, {"2026-11-26 09:00", true, 0, 1}, {"2026-11-26 09:00", false, 2, 7}} {
				w.On(x.day)
				if x.closed > 0 {
					if err := d.Upkeep(t.Context(), func(tx *db.Tx) error {
						_, err := tx.Exec(`UPDATE voice SET restricted = 'discipline' WHERE id IN (SELECT id FROM voice ORDER BY id DESC LIMIT 2)`)
						return err
					}); err != nil {
						t.Fatal(err)
					}
				}
				rows, many, err := behind(key, x.answered, 0, 50)
				report, err2 := of(key)
				closed := 0
				for i, r := range rows {
					if r.Closed {
						if closed++; r.ID+r.Title+r.Excerpt != "" || i < len(rows)-x.closed {
							t.Errorf("%+v at %d", r, i)
						}
					}
				}
				said := report.Now.Heard
				if x.answered {
					said = report.Now.Answered
				}
				if err != nil || err2 != nil || len(rows) != x.behind || many != x.behind || said != x.behind || closed != x.closed {
					t.Errorf("%s %+v: %d rows of %d, %d closed, the report says %d: %v %v", key, x, len(rows), many, closed, said, err, err2)
				}
				if first, _, _ := behind(key, x.answered, 0, 3); len(first) != min(3, x.behind) {
					t.Errorf("%+v: a page has %d rows", x, len(first))
				}
			}
			w.On("2026-11-23 09:00")
			if err := d.Upkeep(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`UPDATE voice SET restricted = ''`); return err }); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"leader", "chair", "worker"} {
			_, _, err := behind(key, false, 0, 50)
			faulttest.Refused(t, key+" reads the voices", err, "access.denied")
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error { _, err := listen.Of(tx, access.Nobody(), p); return err })
		faulttest.Refused(t, "a stranger", err, "access.signin")
	})
}
