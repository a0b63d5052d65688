package daybook

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestLaterReadsTheEndOfTheRecord: what waits to be followed is looked up by its number, not among all that the record holds.
func TestLaterReadsTheEndOfTheRecord(t *testing.T) {
	t.Parallel()
	plan := dbtest.Plan(t, waiting+"10", 5)
	if strings.Contains(plan, "SCAN") || strings.Contains(plan, "MERGE") || strings.Count(plan, "SEARCH event USING INDEX") != 2 {
		t.Errorf("it is found so:\n%s", plan)
	}
}

// TestLater: things of which the record says something that was not followed are listed once each, and not at all where that are too many.
func TestLater(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Upkeep(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		insert := func(tx *db.Tx, subject, about string, seq any) error {
			n++
			kind := ""
			if about != "" {
				kind = "voice"
			}
			_, err := tx.Exec(`INSERT INTO event (ins, id, seq, at, kind, subject_kind, subject_id, about_kind, about_id, from_state, to_state, actor_class, actor, data, commitment)
				VALUES ($1, $2, $3, 0, 'voice.test', 'voice', $4, $5, $6, '', '', 'system', 'test', '', $7)`, n, fmt.Sprint("e", n), seq, subject, kind, about, []byte("c"))
			return err
		}
		say := func(subject, about string, seq any) {
			write(func(tx *db.Tx) error { return insert(tx, subject, about, seq) })
		}
		later := func() (out []string, ok bool) {
			t.Helper()
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { out, ok, err = Later(tx, "test", "voice"); return err }); err != nil {
				t.Fatal(err)
			}
			slices.Sort(out)
			return out, ok
		}
		say("a", "", 0)
		if got, ok := later(); ok {
			t.Errorf("a consumer that never followed anything has %q to follow", got)
		}
		write(func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO event_cursor (name, next) VALUES ('test', 1)`)
			return err
		})
		if got, ok := later(); !ok || len(got) != 0 {
			t.Errorf("%q, %v where everything was followed", got, ok)
		}
		say("b", "c", 1)
		say("b", "", 2)
		say("d", "", nil)
		if got, ok := later(); !ok || !slices.Equal(got, []string{"b", "c", "d"}) {
			t.Errorf("%q, %v", got, ok)
		}
		write(func(tx *db.Tx) error {
			for range behind {
				if err := insert(tx, "b", "", nil); err != nil {
					return err
				}
			}
			return nil
		})
		if got, ok := later(); ok {
			t.Errorf("%d things of more than %d entries are listed", len(got), behind)
		}
	})
}
