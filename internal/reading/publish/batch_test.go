package publish

import (
	"strings"
	"testing"

	"sanwen/internal/ground/db/dbtest"
)

// TestMovesSinceABatchAreFound: what has moved since the board's batch is looked up among the moves since, not among all that was ever recorded of voices.
func TestMovesSinceABatchAreFound(t *testing.T) {
	t.Parallel()
	if plan := dbtest.Plan(t, firstMoves+"5 GROUP BY subject_id"); !strings.Contains(plan, "event_voice_moved (subject_kind=? AND at>?)") {
		t.Errorf("they are found so:\n%s", plan)
	}
}
