package core

import (
	"context"
	"errors"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/quota"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

// Door opens threads by number and code, without an account. Only wrong codes are counted, and nobody who tries.
type Door struct {
	db   *db.DB
	keys *seal.Keys
	// Hold waits before a code of a number that was wrong before is looked at. Tests put their own in.
	Hold func(context.Context, time.Duration) error

	gate *quota.Gate
}

// NewDoor makes the door of an installation.
func NewDoor(d *db.DB, keys *seal.Keys) *Door {
	return &Door{db: d, keys: keys, Hold: hold, gate: quota.NewGate(d)}
}

// Open gives the person who holds the receipt. An unknown number, a wrong code and an ended receipt look alike and take the
// same time: NotFound "voice.follow.wrong" with the tries that are left. TooMany "voice.follow.slow" after that many, for
// right codes too, until the hour is over; "voice.follow.many" when the whole site has had too many within the minute. Mistyped digits (Invalid at "number" or "code") cost no try: their check digit
// tells without a look at any data.
func (d *Door) Open(ctx context.Context, number, code string) (access.Person, error) {
	var f fault.Form
	n, err := seal.ParseNumber(number)
	if err != nil {
		f.Add("number", "voice.number.wrong")
	}
	c, err := seal.ParseCode(code)
	if err != nil {
		f.Add("code", "voice.code.wrong")
	}
	if err := f.Err(); err != nil {
		return access.Nobody(), err
	}
	try, before, err := d.enter(ctx, n)
	if err != nil {
		return access.Nobody(), err
	}
	if before > 0 {
		if err := d.Hold(ctx, delay(before)); err != nil {
			try.End()
			return access.Nobody(), err
		}
	}
	type row struct{ Voice, Code string }
	var got *row
	err = d.db.Read(ctx, func(tx *db.Tx) error {
		got, err = db.Maybe[row](tx, `SELECT voice, code FROM voice_receipt WHERE number = $1`, n)
		return err
	})
	if err != nil {
		try.End()
		return access.Nobody(), err
	}
	if got == nil {
		got = &row{}
	}
	ok, err := d.keys.CheckCode(ctx, got.Code, c)
	if err == nil && !ok {
		try.Wrong(ctx)
		return access.Nobody(), fault.New(fault.NotFound, "voice.follow.wrong", TriesPerHour-before-1)
	}
	try.End()
	if errors.Is(err, seal.ErrBusy) {
		return access.Nobody(), fault.Wrap(fault.TooMany, "voice.follow.busy", err)
	}
	if err != nil {
		return access.Nobody(), err
	}
	return access.Holder(got.Voice), d.right(ctx, n, before)
}
