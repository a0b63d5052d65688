// Package known keeps settings and places for pages that show them without deciding anything by them.
package known

import (
	"context"
	"sync/atomic"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// keep is how long what another process has changed may stay unnoticed.
const keep = 3 * time.Second

// Org is what is known of the organisation. It needs no transaction: what this process has changed it knows at once, what another
// replica has changed within three seconds. It is safe for concurrent use.
type Org struct {
	d    *db.DB
	kept atomic.Pointer[state]
}

type state struct {
	settings org.Settings
	places   map[string]org.Place
	changes  uint64
	until    time.Time
}

// New returns what is known of the organisation in d.
func New(d *db.DB) *Org { return &Org{d: d} }

func (k *Org) get(ctx context.Context) (*state, error) {
	now := clock.System().Now()
	if got := k.kept.Load(); got != nil && got.changes == org.Changes() && now.Before(got.until) {
		return got, nil
	}
	got := &state{changes: org.Changes(), until: now.Add(keep), places: map[string]org.Place{}}
	err := k.d.Read(ctx, func(tx *db.Tx) (err error) {
		if got.settings, err = org.SettingsOf(tx); err != nil {
			return err
		}
		all, err := org.Places(tx)
		for _, p := range all {
			got.places[p.Code] = p
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	k.kept.Store(got)
	return got, nil
}

// Settings gives all settings.
func (k *Org) Settings(ctx context.Context) (org.Settings, error) {
	got, err := k.get(ctx)
	if err != nil {
		return org.Settings{}, err
	}
	return got.settings, nil
}

// PlaceChain is the place and what is around it, nearest first; empty for an unknown code.
func (k *Org) PlaceChain(ctx context.Context, code string) ([]org.Place, error) {
	got, err := k.get(ctx)
	if err != nil {
		return nil, err
	}
	return org.ChainIn(got.places, code), nil
}
