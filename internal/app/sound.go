package app

import (
	"context"
	"fmt"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

// soundPiece is how many rows are compared in one snapshot, so that a long look holds back nobody.
const soundPiece = 500

// sound compares what the rows of assignments, matters, meetings, acceptances, orders and papers say with the recorded facts that led there, and with
// what must hold of each by itself. It reports the first that do not agree as fault "app.verify_rows".
func sound(ctx context.Context, d *db.DB) error {
	for _, verify := range []func(*db.Tx, string, int) ([]string, string, error){
		assignment.Verify, ledger.Verify, meeting.Verify, news.Verify,
		func(tx *db.Tx, _ string, _ int) ([]string, string, error) {
			bad, err := accept.Verify(tx)
			return bad, "", err
		},
		func(tx *db.Tx, _ string, _ int) ([]string, string, error) {
			bad, err := supervise.Verify(tx)
			return bad, "", err
		},
		func(tx *db.Tx, _ string, _ int) ([]string, string, error) {
			bad, err := duty.VerifyPast(tx)
			return bad, "", err
		},
	} {
		for after := ""; ; {
			var bad []string
			if err := d.Read(ctx, func(tx *db.Tx) (err error) {
				bad, after, err = verify(tx, after, soundPiece)
				return err
			}); err != nil {
				return err
			}
			if len(bad) > 0 {
				return fault.Wrap(fault.Invalid, "app.verify_rows", fmt.Errorf("%q", bad), len(bad), bad[0])
			}
			if after == "" {
				break
			}
		}
	}
	return nil
}
