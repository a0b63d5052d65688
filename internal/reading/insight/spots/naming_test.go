package spots

import (
	"testing"
	"time"

	"sanwen/internal/ground/db"
)

// TestASpotIsCalledByItsNewestVoices: where there are more than are looked at, the newest decide what a spot is called, and all are counted.
func TestASpotIsCalledByItsNewestVoices(t *testing.T) {
	was := naming
	naming = 2
	t.Cleanup(func() { naming = was })
	run(t, func(t *testing.T, w place) {
		ids := w.bath("P105", 3)
		w.Clock.Advance(48 * time.Hour)
		ids = append(ids, w.bath("P105", 2)...)
		w.follow()
		if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
			for i, id := range ids {
				title := "旧名"
				if i >= 3 {
					title = "新名"
				}
				if _, err := tx.Exec(`UPDATE voice SET title = $1 WHERE id = $2`, title, id); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		rows := w.rows("triager")
		if len(rows) != 1 || rows[0].Title != "新名" || rows[0].Voices != 5 {
			t.Errorf("%+v", rows)
		}
	})
}
