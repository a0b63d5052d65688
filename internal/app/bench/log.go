package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
)

// log measures the tamper-evident log: appending, proving, and recomputing a million entries.
func (b *bench) log(ctx context.Context) error {
	const entries = 1_000_000
	dir := filepath.Join(b.dir, "log")
	d, err := db.Open(ctx, db.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer d.Close()
	keys, err := seal.OpenKeys(filepath.Join(dir, "keys"))
	if err != nil {
		return err
	}
	l, err := event.Open(ctx, d, keys, event.Options{})
	if err != nil {
		return err
	}
	who := access.System("bench")
	begun := time.Now()
	for n := 0; n < entries; n += 5000 {
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := who.May(tx, access.OrgEdit, access.Thing{Kind: "bench"}); err != nil {
				return err
			}
			for i := range 5000 {
				if err := event.Record(tx, who, event.Fact{Kind: "org.unit_added", Subject: event.Ref{Kind: "bench", ID: fmt.Sprint(n + i)}, Data: map[string]int{"n": n + i}}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	per := time.Since(begun) / entries
	b.note("log: record and append one entry, in bulk", per.Round(100*time.Nanosecond).String(), "–", "1,000,000 entries")
	if _, err := l.Checkpoint(ctx); err != nil {
		return err
	}
	var size int
	begun = time.Now()
	const proofs = 500
	for i := range int64(proofs) {
		if err := d.Read(ctx, func(tx *db.Tx) error {
			p, err := l.ProofOf(tx, i*1997%entries)
			size = max(size, len(p.Text))
			return err
		}); err != nil {
			return err
		}
	}
	b.note("log: proof of one entry of 1,000,000", (time.Since(begun) / proofs).Round(time.Microsecond).String(), "≤ 1 ms", fmt.Sprintf("largest proof %d bytes (goal ≤ 1,200)", size))
	used := ownProcessor()
	begun = time.Now()
	r, err := event.Verify(ctx, d, event.VerifyOptions{Keys: []string{keys.LogVerifier()}})
	if err != nil {
		return err
	}
	if r.Bad != nil || r.Entries != entries {
		return fmt.Errorf("verify: %d entries, %v", r.Entries, r.Bad)
	}
	b.note("log: verify 1,000,000 entries", time.Since(begun).Round(10*time.Millisecond).String(), "≤ 10 s",
		fmt.Sprintf("every commitment, the tree, all checkpoints; %s of the processor", (ownProcessor()-used).Round(10*time.Millisecond)))
	return nil
}
