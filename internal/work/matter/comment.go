package matter

import "sanwen/internal/ground/clock"

// ApproveDays is how long the office has for a plan after the last comment, in working days (default of the product).
const ApproveDays = 2

// CommentKey is the setting of how many working days those who said it may comment on the first plan of a class; a quick fix has none.
func CommentKey(c Class) string { return "plan.comment." + string(c) }

// comment sets until when a plan that is handed in may be commented on: before work starts, where somebody stands behind the matter
// whom it can be shown to.
func (x *act) comment(p *Plan) {
	if x.m.Class == Quick || x.m.PlanVersion != 0 || x.m.Restricted != "" || x.m.Voices+x.m.Supporters == 0 {
		return
	}
	if n := x.set.Int(CommentKey(x.m.Class)); n > 0 {
		due, _ := x.cal.DueAfterWorkingDays(x.tx.Now, n)
		p.CommentUntil = clock.MillisOf(due)
	}
}
