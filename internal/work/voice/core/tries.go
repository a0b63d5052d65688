package core

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"sanwen/internal/base/quota"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Limits of wrong codes (defaults of the product): of one number within an hour, of the whole site within a minute. The second is for
// whoever tries many numbers, which the first does not notice.
const (
	TriesPerHour   = 5
	TriesPerMinute = 60
)

const allTries = "voice.codes"

// under is a number as it is kept with its wrong tries: whoever has the rows alone cannot tell which numbers were tried.
func (d *Door) under(number string) string {
	h := hmac.New(sha256.New, d.keys.Derive("voice/tries"))
	h.Write([]byte(number))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// enter counts a try that begins and returns how many of the number were wrong in this hour or are being looked at: TooMany where
// that is enough, for right codes too.
func (d *Door) enter(ctx context.Context, number string) (*quota.Try, int, error) {
	now := clock.MillisOf(d.db.Clock().Now())
	t, full, err := d.gate.Enter(ctx,
		quota.Limit{Count: quota.Count{What: d.under(number), Ends: quota.Within(now, quota.Hour)}, Most: TriesPerHour},
		quota.Limit{Count: quota.Count{What: allTries, Ends: quota.Within(now, quota.Minute)}, Most: TriesPerMinute})
	switch {
	case err != nil:
		return nil, 0, err
	case full == nil:
		return t, t.Before[0], nil
	case full.What == allTries:
		return nil, 0, fault.New(fault.TooMany, "voice.follow.many")
	}
	return nil, 0, fault.New(fault.TooMany, "voice.follow.slow")
}

// right takes the wrong tries of a number back: its holder has come. Where there were none, nothing is written.
func (d *Door) right(ctx context.Context, number string, before int) error {
	if before == 0 {
		return nil
	}
	return quota.Clear(ctx, d.db, d.under(number))
}

// delay is for how long a try is held back before its code is looked at: longer with every wrong one of the number.
func delay(wrong int) time.Duration {
	if wrong == 0 {
		return 0
	}
	return time.Second << (wrong - 1) // 1, 2, 4, 8 s
}

// hold waits, or until the caller has gone.
func hold(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
