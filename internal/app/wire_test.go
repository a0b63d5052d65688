package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestHardeningRests: between two pieces the job leaves the processor alone for twice as long as it has used it, and it stops at once.
func TestHardeningRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var worked, rested time.Duration
		var ended time.Time
		left := 4
		err := harden(context.Background(), func() (int, error) {
			now := time.Now()
			if !ended.IsZero() {
				rested += now.Sub(ended)
			}
			time.Sleep(time.Duration(left) * time.Millisecond)
			ended = time.Now()
			worked += ended.Sub(now)
			left--
			return left, nil
		})
		if err != nil || left != 0 {
			t.Fatal(err, left)
		}
		if last := time.Millisecond; rested != 2*(worked-last) {
			t.Errorf("rested %s after %s of work, the last of which needs no rest", rested, worked)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	err := harden(ctx, func() (int, error) { cancel(); return 1, nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v after the end", err)
	}
	broken := errors.New("broken")
	if err := harden(context.Background(), func() (int, error) { return 1, broken }); err != broken {
		t.Error(err)
	}
}
