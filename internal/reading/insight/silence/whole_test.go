package silence

import (
	"reflect"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestWhole: the map of all units for twelve months that end where somebody wants, and how they were heard, counted by hand; what is few is not told.
func TestWhole(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := build(t, d, c)
		whole := func(month clock.Day) (m Map, ways Ways) {
			w.Read(func(tx *db.Tx) (err error) {
				tx.Asked()
				m, ways, _, err = Whole(tx, month)
				return err
			})
			return m, ways
		}
		m, ways := whole("2026-11-01")
		// 14 people of U04 and 60 of U01 with their name, the 14 twice; 66 voices without: 66 of 154
		if m.People != 700 || m.Reached != 20 || (ways != Ways{Named: 74, Hidden: 66, Surveys: -1, Ballots: -1, Share: 43, ShareBefore: -1}) {
			t.Errorf("%+v of %d people, %d%%", ways, m.People, m.Reached)
		}
		if seen, _ := w.of("leader", ""); !reflect.DeepEqual(seen, m) {
			t.Errorf("the map that a leader sees is another one:\n%+v\n%+v", seen, m)
		}
		if later, _ := whole("2027-03-01"); !reflect.DeepEqual(later, m) {
			t.Errorf("months to come count: %+v", later)
		}
		w.day = "2025-08-03" // ten voices with a name and six without in the year before
		w.named(10, "U02")
		w.say(6, "U02", "", "")
		if _, ways = whole("2026-11-01"); ways.ShareBefore != 38 || ways.Share != 43 {
			t.Errorf("%+v", ways)
		}
		m, ways = whole("2026-05-01") // the voices of May are not over
		if m.From != "2025-05" || m.To != "2026-04" || m.Reached != 2 || ways.Named != 10 || ways.Hidden != 6 {
			t.Errorf("until April: %+v %+v", m, ways)
		}
	})
}
