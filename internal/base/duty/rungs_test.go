package duty

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestStandingOn: a duty stands on a rung that was fired and whose time has come by its present due: not while it waits, when it was let off, when it has
// got more time, when it is the union's own, restricted, or done before the moment asked for.
func TestStandingOn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(at("2026-11-02 08:00").Time())
		m := func(id string) event.Ref { return event.Ref{Kind: "matter", ID: id} }
		for _, id := range []string{"ten", "waits", "off", "longer", "done", "done early", "taken back"} {
			owe(t, d, New{Kind: Completion, Subject: m(id), Day: "2026-11-06"})
		}
		off := owe(t, d, New{Kind: Plan, Subject: m("off"), Day: "2026-11-06"})
		owe(t, d, New{Kind: Completion, Subject: m("five"), Day: "2026-11-13"})
		owe(t, d, New{Kind: Completion, Subject: m("four"), Day: "2026-11-16"})
		owe(t, d, New{Kind: Completion, Subject: m("union"), Day: "2026-11-06", Role: access.Triager})
		owe(t, d, New{Kind: Completion, Subject: m("restricted"), Day: "2026-11-06", Restricted: "health"})
		owe(t, d, New{Kind: Answer, Subject: event.Ref{Kind: "voice", ID: "v1"}, Day: "2026-11-06"})
		ends := func(id string, o Outcome) {
			write(t, d, "", func(tx *db.Tx) error {
				_, err := Discharge(tx, triager, m(id), Completion, o)
				return err
			})
		}
		stands := func(since string) string {
			var out []string
			for _, s := range read(t, d, func(tx *db.Tx) ([]Standing, error) {
				return StandingOn(tx, "matter", at(since), RungAgenda, RungCircular)
			}) {
				out = append(out, fmt.Sprintf("%s %s %s", s.SubjectID, s.Kind, s.On))
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		check := func(when, since, want string) {
			t.Helper()
			ladderRun(t, d, c, when)
			if got := stands(since); got != want {
				t.Errorf("at %s stands %s, want %s", when, got, want)
			}
		}
		check("2026-11-13 17:00", "2026-11-01 00:00", "")
		ladderRun(t, d, c, "2026-11-16 09:00") // five working days after the 6th were over on Friday
		ends("done early", Done)
		ends("taken back", Cancelled)
		write(t, d, "", func(tx *db.Tx) error { _, err := Wait(tx, boss, m("waits"), Waiting{Reason: WaitBid}); return err })
		write(t, d, "", func(tx *db.Tx) error {
			return Extend(tx, boss, Extension{Subject: m("longer"), Kind: Completion, Day: "2026-11-17"})
		})
		act(t, d, boss, "", Exempt{Duty: off.ID, Reason: "等待搬迁"})
		check("2026-11-20 17:31", "2026-11-17 00:00", "done completion circular, five completion agenda, off completion circular, ten completion circular")
		ends("done", Done)
		check("2026-11-20 17:32", "2026-11-17 00:00", "done completion circular, five completion agenda, off completion circular, ten completion circular")
		check("2026-11-20 17:33", "2026-11-20 17:33", "five completion agenda, off completion circular, ten completion circular")
		check("2026-11-20 17:34", "2026-11-16 09:00", "done completion circular, done early completion agenda, five completion agenda, off completion circular, ten completion circular")
		// "longer" climbs again by its new due; what has no rung of its own any more stands on the one below.
		act(t, d, admin, "", org.SetSetting{Key: org.LadderCircular, Value: "0", Basis: "公司督办办法第六条"})
		check("2026-11-24 17:31", "2026-11-24 00:00", "five completion agenda, four completion agenda, longer completion agenda, off completion agenda, ten completion agenda")
	})
}

// TestWhatStoodAtTheTopLooksAgain: what had climbed the ladder of before, which ended with the talk, reaches the new rung after the migration, once.
func TestWhatStoodAtTheTopLooksAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		migration, err := os.ReadFile("../../ground/db/migrations/0448_duty.sql")
		if err != nil {
			t.Fatal(err)
		}
		c.Set(at("2026-11-02 08:00").Time())
		owe(t, d, New{Kind: Completion, Day: "2026-11-06"})
		owe(t, d, New{Kind: Sign, Day: "2026-11-06"}) // has no such rung
		ladderRun(t, d, c, "2026-11-30 09:00")
		write(t, d, "", func(tx *db.Tx) error {
			tx.Recorded()
			if _, err := tx.Exec(`DELETE FROM duty_notice WHERE rung IN (SELECT id FROM duty_rung WHERE rung = 'circular')`); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM duty_rung WHERE rung = 'circular'`)
			return err
		})
		if got := ladderRun(t, d, c, "2026-11-30 10:00"); got != "" {
			t.Fatalf("before the migration: %q", got)
		}
		write(t, d, "", func(tx *db.Tx) error {
			tx.Recorded()
			_, err := tx.Exec(string(migration))
			return err
		})
		if got := ladderRun(t, d, c, "2026-11-30 10:01"); got != "circular:1" {
			t.Errorf("after the migration: %q", got)
		}
		if got := ladderRun(t, d, c, "2026-12-31 10:02"); got != "" {
			t.Errorf("later: %q", got)
		}
	})
}
