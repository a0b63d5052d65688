package event

import (
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestVerifyReadsEveryOrder: entries whose order of writing is not that of their numbers, and one with the character in it that stands between texts
// that are read together, are as good as others; and what is done to them is found where it is.
func TestVerifyReadsEveryOrder(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		history(t, d, c, l)
		odd := voiceFact("v"+between+"odd", "", "registered")
		odd.About = Ref{"thing", between + between}
		record(t, d, odd, voiceFact("after", "", "registered"))
		tick(t, l)
		tamper(t, d, func(tx *db.Tx) {
			exec(t, tx, `UPDATE event SET ins = 1000 - ins WHERE seq < 20`)
			exec(t, tx, `UPDATE event SET ins = 2000 + ins WHERE seq = 30`)
		})
		if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil || r.Entries != 42 {
			t.Fatalf("%d entries, %v", r.Entries, r.Bad)
		}
		good := takeImage(t, d)
		for i := range int64(42) {
			tamper(t, d, func(tx *db.Tx) { exec(t, tx, `UPDATE event SET about_id = about_id || 'x' WHERE seq = $1`, i) })
			if r := mustVerify(t, d, VerifyOptions{}); r.Bad == nil || r.Bad.Number != i+1 || r.Bad.What != BadContent {
				t.Errorf("entry %d changed: %v", i+1, r.Bad)
			}
			good.restore(t, d)
			tamper(t, d, func(tx *db.Tx) { exec(t, tx, `DELETE FROM log_leaf WHERE n = $1`, i) })
			if r := mustVerify(t, d, VerifyOptions{}); r.Bad == nil || r.Bad.Number != i+1 || r.Bad.What != BadLeaf {
				t.Errorf("leaf %d gone: %v", i+1, r.Bad)
			}
			good.restore(t, d)
		}
	})
}
