package survey

import (
	"context"

	"sanwen/internal/base/org"
	"sanwen/internal/base/quota"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// How many codes on paper may be wrong within a minute, of one survey and of all of them together.
const (
	WrongCodesRound = "survey.codes.round"
	WrongCodesSite  = "survey.codes.site"
)

// Door lets codes on paper be tried. Only wrong codes are counted, and nobody who tries.
type Door struct {
	db     *db.DB
	gate   *quota.Gate
	sheets sheets
}

// NewDoor makes the door of a replica.
func NewDoor(d *db.DB) *Door { return &Door{db: d, gate: quota.NewGate(d)} }

// Try answers with a code: do is the action in its transaction, with what tells that the code is right before all is written ([Answer.Right]), or others
// would wait for it. TooMany "survey.code.many" at "code", for right codes too, where so many were wrong
// within the minute as the settings allow; right ones that come at once, as in the break of a shift, wait for each other and are taken. A limit of an hour would shut the door to everybody for an hour on account of one; there are so many codes
// that a minute is enough (decision 65).
func (d *Door) Try(ctx context.Context, set org.Settings, round string, do func(right func()) error) error {
	ends := quota.Within(clock.MillisOf(d.db.Clock().Now()), quota.Minute)
	t, full, err := d.gate.Enter(ctx,
		quota.Limit{Count: quota.Count{What: WrongCodesRound + " " + round, Ends: ends}, Most: set.Int(WrongCodesRound), Waits: true},
		quota.Limit{Count: quota.Count{What: WrongCodesSite, Ends: ends}, Most: set.Int(WrongCodesSite), Waits: true})
	if err != nil {
		return err
	}
	if full != nil {
		return &fault.Error{Kind: fault.TooMany, Key: "survey.code.many", Field: "code"}
	}
	err = do(t.End)
	if err != nil && fault.Of(err).Key == "survey.code.unknown" {
		t.Wrong(ctx)
	} else {
		t.End()
	}
	return err
}
