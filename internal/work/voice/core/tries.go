package core

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"sanwen/internal/base/quota"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Limits of wrong codes (defaults of the product): of one number within an hour, of the whole site within a minute. The second is for
// whoever tries many numbers, which the first does not notice.
const (
	TriesPerHour   = 5
	TriesPerMinute = 60
)

const allTries = "voice.codes"

// slots are the ends of the hour and of the minute in which tries are counted.
type slots struct{ hour, minute clock.Millis }

func (d *Door) slots() slots {
	now := clock.MillisOf(d.db.Clock().Now())
	const minute, hour = 60_000, 3_600_000
	return slots{now - now%hour + hour, now - now%minute + minute}
}

// under is a number as it is kept with its wrong tries: whoever has the rows alone cannot tell which numbers were tried.
func (d *Door) under(number string) string {
	h := hmac.New(sha256.New, d.keys.Derive("voice/tries"))
	h.Write([]byte(number))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// enter counts a try that begins and returns how many of the number were wrong in this hour or are being looked at: TooMany where
// that is enough, for right codes too. Wrong ones are counted in the database, so that the limits are the same on every replica;
// those that are being looked at in memory, so that many at once are not more. It is noted in memory before the database is read:
// one that ends between the two counts twice rather than not at all.
func (d *Door) enter(ctx context.Context, number string, at slots) (int, error) {
	mine, total := d.begin(number, at)
	var wrong, all int
	err := d.db.Read(ctx, func(tx *db.Tx) (err error) {
		if wrong, err = quota.Of(tx, quota.Count{What: d.under(number), Ends: at.hour}); err != nil {
			return err
		}
		all, err = quota.Of(tx, quota.Count{What: allTries, Ends: at.minute})
		return err
	})
	switch {
	case err != nil:
	case wrong+mine >= TriesPerHour:
		err = fault.New(fault.TooMany, "voice.follow.slow")
	case all+total >= TriesPerMinute:
		err = fault.New(fault.TooMany, "voice.follow.many")
	default:
		return wrong + mine, nil
	}
	d.leave(number, at)
	return 0, err
}

// begin notes a try and returns how many others are being looked at, of the number and of all.
func (d *Door) begin(number string, at slots) (mine, total int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil || at.hour != d.hour {
		d.hour, d.open, d.total = at.hour, map[string]int{}, 0
	}
	mine, total = d.open[number], d.total
	d.open[number]++
	d.total++
	return mine, total
}

// leave ends a try that was begun.
func (d *Door) leave(number string, at slots) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at.hour != d.hour {
		return
	}
	d.total--
	if d.open[number]--; d.open[number] <= 0 {
		delete(d.open, number)
	}
}

// wrong writes a wrong try down. Where nothing can be written the try stays counted in memory until the hour is over.
func (d *Door) wrong(ctx context.Context, number string, at slots) {
	if quota.Add(context.WithoutCancel(ctx), d.db, quota.Count{What: d.under(number), Ends: at.hour}, quota.Count{What: allTries, Ends: at.minute}) == nil {
		d.leave(number, at)
	}
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
