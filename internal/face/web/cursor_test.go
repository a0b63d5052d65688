package web_test

import (
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestWhatIsNoCursor: a list whose address was cut or made up says so on both databases, and is no fault of the program.
func TestWhatIsNoCursor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newHall(t, d, c).as("T1")
		for _, list := range []string{"/surveys", "/pool", "/ballots", "/season", "/proposals", "/practices", "/news", "/publish"} {
			for _, cursor := range []string{"x", "x~y", "~", "2026-13-77~a", "99999999999999999999~a"} {
				b.Get(list + "?after=" + cursor).Want(400)
			}
		}
	})
}
