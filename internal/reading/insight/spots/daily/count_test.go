package daily

import (
	"strings"
	"testing"

	"sanwen/internal/ground/db/dbtest"
)

// TestOlderVoicesAreFoundByTheirSpot: those of the days before, not all of a spot, nor all that were ever said.
func TestOlderVoicesAreFoundByTheirSpot(t *testing.T) {
	t.Parallel()
	plan := dbtest.Plan(t, "SELECT 1"+older+" LIMIT 9", "2026-01-01", 7)
	if !strings.Contains(plan, "SEARCH s USING COVERING INDEX insight_spot_voice_spot (spot=? AND day<?)") {
		t.Errorf("they are found so:\n%s", plan)
	}
}
