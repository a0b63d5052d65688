package demo

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// subjects: whatever duties are about has a name, for whoever owes one and may not see what it is about.
func (x *made) subjects() {
	x.read(func(tx *db.Tx) error {
		all, err := db.All[string](tx, `SELECT DISTINCT subject_kind FROM duty ORDER BY subject_kind`)
		if len(all) < 10 {
			x.t.Errorf("duties are about %d kinds of things only: %v", len(all), all)
		}
		for _, kind := range all {
			if !lang.Has("desk.subject." + kind) {
				x.t.Errorf("a desk has no name for a duty about %s", kind)
			}
		}
		return err
	})
}

// meetings: four months of them, dispatch meetings every few weeks and those that sum up, signed and received, with what they decided done, late and
// open; one that is on, and some that have been called.
func (x *made) meetings() {
	for what, c := range map[string]struct{ least, have int }{
		"dispatch meetings held":          {6, x.count(`SELECT COUNT(*) FROM meeting WHERE kind = 'dispatch' AND ended_at > 0`)},
		"meetings that sum up held":       {2, x.count(`SELECT COUNT(*) FROM meeting WHERE kind = 'exchange' AND ended_at > 0`)},
		"minutes signed":                  {7, x.count(`SELECT COUNT(*) FROM meeting WHERE number <> '' AND state = 'signed'`)},
		"minutes received":                {20, x.count(`SELECT COUNT(*) FROM meeting_receipt WHERE received_at > 0`)},
		"positions":                       {10, x.count(`SELECT COUNT(*) FROM meeting_position WHERE text <> ''`)},
		"items treated with a conclusion": {20, x.count(`SELECT COUNT(*) FROM meeting_item WHERE conclusion <> ''`)},
		"resolutions done":                {10, x.count(`SELECT COUNT(*) FROM resolution WHERE state = 'done'`)},
		"resolutions open":                {1, x.count(`SELECT COUNT(*) FROM resolution WHERE state IN ('open', 'reported')`)},
		"meetings called":                 {1, x.count(`SELECT COUNT(*) FROM meeting WHERE state = 'called' AND start_at > $1`, clock.MillisOf(x.Clock.Now()))},
		"speeches":                        {4, x.count(`SELECT COUNT(*) FROM meeting_speech`)},
	} {
		if c.have < c.least {
			x.t.Errorf("%d %s, want %d", c.have, what, c.least)
		}
	}
	months := map[string]bool{}
	x.read(func(tx *db.Tx) error {
		all, err := db.All[clock.Millis](tx, `SELECT start_at FROM meeting WHERE ended_at > 0`)
		for _, at := range all {
			months[string(at.Day(x.Zone))[:7]] = true
		}
		return err
	})
	if len(months) < 4 {
		x.t.Errorf("meetings in %d months, want four", len(months))
	}
}
