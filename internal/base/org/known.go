package org

import (
	"context"
	"sync/atomic"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// changes counts the commits of this process that changed a part of the organisation that is kept in memory.
var changes atomic.Uint64

// knownFor is how long what another process has changed may stay unnoticed.
const knownFor = 3 * time.Second

// Known is settings and places for pages that show them without deciding anything by them. It needs no transaction: what this process
// has changed it knows at once, what another replica has changed within three seconds. It is safe for concurrent use.
type Known struct {
	d    *db.DB
	kept atomic.Pointer[known]
}

type known struct {
	settings Settings
	places   *placeMap
	changes  uint64
	until    time.Time
}

// NewKnown returns what is known of the organisation in d.
func NewKnown(d *db.DB) *Known { return &Known{d: d} }

func (k *Known) get(ctx context.Context) (*known, error) {
	now := clock.System().Now()
	if got := k.kept.Load(); got != nil && got.changes == changes.Load() && now.Before(got.until) {
		return got, nil
	}
	got := &known{changes: changes.Load(), until: now.Add(knownFor)}
	err := k.d.Read(ctx, func(tx *db.Tx) (err error) {
		if got.settings, err = SettingsOf(tx); err != nil {
			return err
		}
		got.places, err = placesOf(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	k.kept.Store(got)
	return got, nil
}

// Settings gives all settings.
func (k *Known) Settings(ctx context.Context) (Settings, error) {
	got, err := k.get(ctx)
	if err != nil {
		return Settings{}, err
	}
	return got.settings, nil
}

// PlaceChain is the place and what is around it, nearest first; empty for an unknown code.
func (k *Known) PlaceChain(ctx context.Context, code string) ([]Place, error) {
	got, err := k.get(ctx)
	if err != nil {
		return nil, err
	}
	return got.places.chain(code), nil
}
