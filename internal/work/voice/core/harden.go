package core

import (
	"context"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
)

// HardenReceipts turns the quickly stored codes of new receipts into their final form, most at a time. It spends its time
// outside the transaction, because hardening is slow on purpose. It returns how many it hardened.
func HardenReceipts(ctx context.Context, d *db.DB, keys *seal.Keys, most int) (int, error) {
	type row struct{ Number, Code string }
	var rows []row
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.All[row](tx, `SELECT number, code FROM voice_receipt WHERE quick = 1 ORDER BY number LIMIT $1`, most)
		return err
	}); err != nil || len(rows) == 0 {
		return 0, err
	}
	hard := make([]string, len(rows))
	for i, r := range rows {
		var err error
		if hard[i], err = keys.HardenCode(ctx, r.Code); err != nil {
			return 0, err
		}
	}
	n := 0
	err := d.Write(ctx, func(tx *db.Tx) error {
		n = 0
		who := access.System("voice.harden")
		if err := who.May(tx, access.VoiceSystem, access.Thing{Kind: RefKind}); err != nil {
			return err
		}
		for i, r := range rows {
			k, err := HardenReceipt(tx, r.Number, r.Code, hard[i])
			if err != nil {
				return err
			}
			n += int(k)
		}
		return event.Record(tx, who, event.Fact{Kind: "voice.codes_hardened", Subject: event.Ref{Kind: "receipts", ID: string(tx.Today())},
			Data: map[string]int{"n": n}})
	}, db.Coarse)
	return n, err
}
