package core

import (
	"context"
	"errors"
	"sync"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

// Door opens threads by number and code, without an account. It keeps nothing on disk: the tries of a number are counted in
// memory and forgotten within the hour.
type Door struct {
	db   *db.DB
	keys *seal.Keys

	mu    sync.Mutex
	hour  int64
	tries map[string]int
}

// TriesPerHour is how often a code may be wrong for one number within an hour (default of the product).
const TriesPerHour = 5

// NewDoor makes the door of an installation.
func NewDoor(d *db.DB, keys *seal.Keys) *Door { return &Door{db: d, keys: keys} }

// Open gives the person who holds the receipt. An unknown number, a wrong code and an ended receipt look alike and take the
// same time: NotFound "voice.follow.wrong" with the tries that are left. TooMany "voice.follow.slow" after that many, for
// right codes too, until the hour is over. Mistyped digits (Invalid at "number" or "code") cost no try: their check digit
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
	left := d.try(n)
	if left < 0 {
		return access.Nobody(), fault.New(fault.TooMany, "voice.follow.slow")
	}
	type row struct{ Voice, Code string }
	var got *row
	err = d.db.Read(ctx, func(tx *db.Tx) error {
		got, err = db.Maybe[row](tx, `SELECT voice, code FROM voice_receipt WHERE number = $1`, n)
		return err
	})
	if err != nil {
		return access.Nobody(), err
	}
	if got == nil {
		got = &row{}
	}
	ok, err := d.keys.CheckCode(ctx, got.Code, c)
	if errors.Is(err, seal.ErrBusy) {
		d.forget(n)
		return access.Nobody(), fault.Wrap(fault.TooMany, "voice.follow.busy", err)
	}
	if err != nil {
		return access.Nobody(), err
	}
	if !ok {
		return access.Nobody(), fault.New(fault.NotFound, "voice.follow.wrong", left)
	}
	d.forget(n)
	return access.Holder(got.Voice), nil
}

// try counts a try and returns how many are left after it, or -1.
func (d *Door) try(number string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	hour := d.db.Clock().Now().Unix() / 3600
	if d.tries == nil || hour != d.hour {
		d.hour, d.tries = hour, map[string]int{}
	}
	if d.tries[number] >= TriesPerHour {
		return -1
	}
	d.tries[number]++
	return TriesPerHour - d.tries[number]
}

// forget takes the tries of a number back after a right code.
func (d *Door) forget(number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.tries, number)
}
