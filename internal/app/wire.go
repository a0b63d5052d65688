package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"sanwen/internal/base/bulk"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org/load"
	"sanwen/internal/base/quota"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/proposal"
	"sanwen/internal/work/season"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/decoy"
	"sanwen/internal/work/voice/show"
)

// wire makes the runner of everything that happens by itself.
func (a *App) wire() (*jobs.Runner, error) {
	r := jobs.New(a.DB, jobs.Options{Logger: a.Logger})
	timer := func(name, spec string, run func(tx *db.Tx) (int, error), opts ...db.Option) {
		r.Every(name, spec, func(ctx context.Context, d *db.DB) error {
			for { // a batch at a time, so that nobody waits long for the writer
				n := 0
				err := d.Write(ctx, func(tx *db.Tx) (err error) { n, err = run(tx); return err }, opts...)
				if err != nil || n == 0 {
					return err
				}
			}
		})
	}
	r.Register(load.JobKind, load.Job(a.Blobs))
	r.Register(bulk.JobKind, bulk.Job)
	timer("assignment.auto_sign", "1m", assignment.RunAutoSign)
	timer("matter.resume", "10m", matter.RunTimers)
	r.Every("duty.ladder", "1m", duty.RunLadder)
	timer("duty.past", "1h", duty.CountPast)
	timer("voice.ask_timeout", "1h", voice.AskTimeouts)
	timer("voice.silent", "1h", voice.CloseSilent)
	evenings := a.Keys.Derive("voice/decoys")
	timer("voice.decoys", "1h", func(tx *db.Tx) (int, error) { return decoy.Run(tx, evenings) }, db.Coarse)
	timer("accept.windows", "10m", accept.RunWindows)
	r.Every("accept.mix", "10m", accept.Mix)
	timer("proposal.run", "1h", proposal.Run)
	timer("season.run", "10m", season.Run)
	timer("survey.run", "10m", survey.Run)
	r.Every("survey.keys", "1m", func(ctx context.Context, d *db.DB) error { return survey.Release(ctx, d, a.Keys.NewBlindKey) })
	r.Every("survey.mix", "10m", func(ctx context.Context, d *db.DB) error {
		if err := survey.Mix(ctx, d); err != nil {
			return err
		}
		return survey.SettlePhotos(ctx, d, a.Blobs)
	})
	timer("ballot.run", "10m", ballot.Run)
	r.Every("ballot.mix", "10m", ballot.Mix)
	timer("ballot.tell", "1h", ballot.Tell)
	timer("news.run", "10m", news.Run)
	timer("inspect.rounds", "10m", inspect.RunRounds)
	timer("inspect.draw", "1h", inspect.RunDraw)
	r.Every("voice.harden", "1m", func(ctx context.Context, d *db.DB) error {
		return harden(ctx, func() (int, error) { return voice.HardenReceipts(ctx, d, a.Keys, 10) })
	})
	r.Every("insight.search", "1m", func(ctx context.Context, _ *db.DB) error { return search.Mend(ctx, a.index()) })
	r.Every("insight.alike", "1m", func(ctx context.Context, _ *db.DB) error { return alike.Mend(ctx, alike.Store(a.index())) })
	r.Every("insight.spots", "1m", func(ctx context.Context, _ *db.DB) error { return spots.Mend(ctx, a.spots()) })
	r.Every("insight.silence", "1m", func(ctx context.Context, _ *db.DB) error { return silence.Mend(ctx, silence.Store(a.spots())) })
	r.Every("insight.refresh", "1h", func(ctx context.Context, _ *db.DB) error { return search.Refresh(ctx, a.index()) })
	r.Every("login.sweep", "1h", func(ctx context.Context, _ *db.DB) error { return a.Login.Sweep(ctx) })
	r.Every("once.purge", "1h", once.Purge)
	r.Every("quota.purge", "5m", quota.Purge)
	r.Every("jobs.purge", "24h", func(ctx context.Context, _ *db.DB) error { return r.Purge(ctx) })
	r.Every("db.checkpoint", "15 3 * * *", func(ctx context.Context, d *db.DB) error {
		_, err := d.Checkpoint(ctx)
		return err
	})
	r.Every("blob.sweep", "30 3 * * *", func(ctx context.Context, d *db.DB) error { return a.sweepBlobs(ctx) })
	r.Every("log.checkpoint", "1h", func(ctx context.Context, _ *db.DB) error {
		_, err := a.Log.Checkpoint(ctx)
		if err == event.ErrEmpty {
			return nil
		}
		return err
	})
	return r, nil
}

// index is where the search index is kept.
func (a *App) index() search.Store {
	return search.Store{Read: a.DB.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return a.DB.Upkeep(ctx, f) }, Clock: a.Clock}
}

func (a *App) spots() spots.Store {
	return spots.Store{Read: a.DB.Read, Write: a.index().Write}
}

// harden works off what waits, a piece at a time, and rests twice as long after each: a code costs a tenth of a second of a core, and
// after a rush with thousands of voices the pages must not be the slower for it.
func harden(ctx context.Context, piece func() (int, error)) error {
	for {
		begun := clock.System().Now()
		n, err := piece()
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * clock.System().Now().Sub(begun)):
		}
	}
}

// sweepBlobs removes the photos of the day before yesterday and older that nothing names: chosen for a voice that was never
// sent, or left behind by an erasure.
func (a *App) sweepBlobs(ctx context.Context) error {
	_, err := blob.Sweep(ctx, a.Blobs, a.Clock.Now().Add(-48*time.Hour), func(hash string) (used bool, err error) {
		err = a.DB.Read(ctx, func(tx *db.Tx) error {
			used, err = a.blobUsed(tx, hash)
			return err
		})
		return used, err
	})
	return err
}

func (a *App) blobUsed(tx *db.Tx, hash string) (bool, error) {
	if m, err := ledger.PhotoMatter(tx, hash); err != nil || len(m) > 0 {
		return len(m) > 0, err
	}
	if v, err := inspect.PhotoUsed(tx, hash); err != nil || v != "" {
		return v != "", err
	}
	if used, err := survey.PhotoUsed(tx, hash); err != nil || used {
		return used, err
	}
	return show.PhotoUsed(tx, hash)
}

// printSetup prints the one-time link of the first set-up, where there is no account yet.
func (a *App) printSetup(ctx context.Context, base string, out io.Writer) error {
	token, err := a.Login.SetUpToken(ctx)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n  %s/setup#%s\n", lang.ZH.T("app.setup"), base, token)
	return err
}
