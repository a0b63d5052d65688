package spots

import (
	"strings"
	"testing"

	"sanwen/internal/ground/db/dbtest"
)

// TestTheFirstVoiceOfAMatterIsFoundByIt: not among all voices of a surrounding.
func TestTheFirstVoiceOfAMatterIsFoundByIt(t *testing.T) {
	if plan := dbtest.Plan(t, firstOf, "m", "h", 1, "s"); !strings.HasPrefix(plan, "SEARCH v USING COVERING INDEX voice_matter (matter=?)") || !strings.Contains(plan, "SEARCH s USING PRIMARY KEY") {
		t.Errorf("it is found so:\n%s", plan)
	}
}
