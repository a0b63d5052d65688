package accept_test

import (
	"testing"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// TestVoicesHear follows the voices behind a matter: closing it answers them all in the same transaction with the words of
// the closing, and opening it again opens them.
func TestVoicesHear(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		states := func() map[string]int {
			out := map[string]int{}
			w.Read(func(tx *db.Tx) error {
				all, err := db.All[string](tx, `SELECT state FROM voice WHERE matter = $1`, id)
				for _, s := range all {
					out[s]++
				}
				return err
			})
			return out
		}
		if s := states(); s[voice.Linked] != 3 {
			w.T.Fatalf("before: %v", s)
		}
		w.Clock.Advance(8 * 24 * time.Hour)
		w.windows()
		w.Do("triager", matter.Close{Matter: id, Reply: "换热器已更换，水温达标"})
		if s := states(); s[voice.Answered] != 3 {
			w.T.Errorf("after closing: %v", s)
		}
		w.Do("worker", accept.NotFixed{Matter: id, What: "还是凉的"})
		if s := states(); s[voice.Linked] != 3 {
			w.T.Errorf("after opening again: %v", s)
		}
	})
}
