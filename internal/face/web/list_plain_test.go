package web_test

import (
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestListsWithoutFiltersRefuse: a list that has no filters refuses what it does not know as the others do, instead of leaving it unheard.
func TestListsWithoutFiltersRefuse(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		for path, who := range map[string]string{"/whistle": "chair", "/exclusions": "supervisor", "/mine": "worker", "/roster": "worker", "/instruments": "inspector"} {
			p.as(who).Get(path).Want(200)
			p.as(who).Get(path + "?lang=en").Want(200)
			p.as(who).Get(path + "?zzz=1").Want(400).Says("zzz")
		}
		p.as("inspector").Get("/instruments?numbr=1").Want(400).Says("number")
	})
}
