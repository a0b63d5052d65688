package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	_ "sanwen/internal/work/supervise" // what its rungs set going
)

// ladderRungs is how many rungs come due at once.
const ladderRungs = 10_000

// press measures the pages of the ledger with 100,000 matters, and how long the ladder takes for 10,000 rungs that are due at once.
func (b *bench) press(ctx context.Context) error {
	if err := b.ledgerBench(ctx); err != nil {
		return err
	}
	return b.rungs(ctx, filepath.Join(b.dir, shapes[0].dir))
}

// rungs lets 10,000 rungs come due at once: seven of each duty, with notices, records, drafts of orders and talks.
func (b *bench) rungs(ctx context.Context, data string) error {
	now := clock.System().Now()
	past := clock.NewFake(now)
	d, err := recording(ctx, data, "", past)
	if err != nil {
		return err
	}
	defer func() { d.Close() }()
	if err := duty.RunLadder(ctx, d); err != nil { // what the demonstration owes is no part of it
		return err
	}
	past.Set(now.Add(-90 * 24 * time.Hour))
	who := access.System("bench")
	var subjects []struct {
		ID       string
		LeadPath access.Path
	}
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		subjects, err = db.All[struct {
			ID       string
			LeadPath access.Path
		}](tx, `SELECT id, lead_path FROM matter WHERE id > 'copy' AND id < 'copz' AND lead <> '' AND restricted = '' ORDER BY id LIMIT $1`, ladderRungs/7+1)
		return err
	}); err != nil {
		return err
	}
	for from := 0; from < len(subjects); from += 200 {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if err := who.May(tx, access.DutySystem, access.Thing{Kind: "duty"}); err != nil {
				return err
			}
			for _, m := range subjects[from:min(len(subjects), from+200)] {
				if _, err := duty.Owe(tx, who, duty.New{Kind: duty.Completion, Subject: event.Ref{Kind: "matter", ID: m.ID}, Item: "bench", Path: m.LeadPath, Role: access.Handler, Days: 5}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	count := func() (n int, err error) {
		err = d.Read(ctx, func(tx *db.Tx) (err error) {
			n, err = db.One[int](tx, `SELECT COUNT(*) FROM duty_rung`)
			return err
		})
		return n, err
	}
	before, err := count()
	if err != nil {
		return err
	}
	past.Set(now)
	begun, used := time.Now(), ownProcessor()
	if err := duty.RunLadder(ctx, d); err != nil {
		return err
	}
	took, cpu := time.Since(begun), ownProcessor()-used
	after, err := count()
	if err != nil {
		return err
	}
	if n := after - before; n < ladderRungs {
		return fmt.Errorf("only %d rungs were fired", n)
	}
	b.note(fmt.Sprintf("ladder: firing %d rungs that are due at once", after-before), took.Round(10*time.Millisecond).String(), "≤ 30 s",
		fmt.Sprintf("%d duties on a ledger of 100,000 matters, with notices, records, orders and talks; %s of the processor, %.0f rungs/s", len(subjects), cpu.Round(10*time.Millisecond), float64(after-before)/took.Seconds()))
	return nil
}
