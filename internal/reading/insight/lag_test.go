package insight_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// behind is how far an index may be behind what was said.
const behind = 2 * time.Second

// TestNoIndexIsFarBehind: when the consumers look at the record next, which is after [event.Idle], everything is found that was said since, however many
// batches that is, and nothing any more that was taken back: by the clock within two seconds.
func TestNoIndexIsFarBehind(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		log, err := event.Open(t.Context(), d, w.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, consumer := range []event.Consumer{search.Consumer(), alike.Consumer(), spots.Consumer(), silence.Consumer()} {
			consumer.Batch = 4
			log.Consume(consumer)
		}
		finder := &alike.Finder{}
		first := w.Tell("worker", voice.Named, "P104M", "四区浴室夜班下班后水不热，喷头水量小。")
		look := func(said time.Time, want []string) {
			t.Helper()
			c.Advance(event.Idle)
			if err := log.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			if late := c.Now().Sub(said); late > behind {
				t.Errorf("the look is %s late", late)
			}
			w.Read(func(tx *db.Tx) error {
				tx.Asked()
				hits, err := search.Find(tx, search.Query{Shelf: search.Voices, Words: "浴室夜班", Limit: 50, Keep: func(refs []string) (map[string]bool, error) {
					keep := map[string]bool{}
					for _, ref := range refs {
						v, err := voice.ByID(tx, ref)
						if err != nil {
							return nil, err
						}
						keep[ref] = v.State == voice.Registered
					}
					return keep, nil
				}})
				if err != nil {
					return err
				}
				got := slices.Sorted(slices.Values(hits.Refs))
				if !slices.Equal(got, slices.Sorted(slices.Values(append([]string{first.ID}, want...)))) {
					t.Errorf("the search finds %d of %d", len(got), len(want)+1)
				}
				like, ready, err := finder.VoicesLike(tx, w.P("triager"), first, 50)
				if err != nil {
					return err
				}
				if len(like) != len(want) || !ready || finder.Len(alike.Voices) != len(want)+1 {
					t.Errorf("%d of %d are like it, ready %v, %d in memory", len(like), len(want), ready, finder.Len(alike.Voices))
				}
				in, err := db.One[int](tx, `SELECT COUNT(*) FROM insight_spot_voice`)
				if err == nil && in != len(want)+1 {
					t.Errorf("%d of %d are in a hot spot", in, len(want)+1)
				}
				feeds, e := log.Feeds(tx)
				for _, f := range feeds {
					if f.Lag != 0 || f.Err != "" {
						t.Errorf("%+v", f)
					}
				}
				if err == nil {
					err = e
				}
				return err
			})
		}
		look(c.Now(), nil)
		said := c.Now()
		var ids []string
		for i := range 7 {
			ids = append(ids, w.Tell("worker", voice.Named, "P104M", fmt.Sprintf("四区浴室夜班%d号喷头水不热。", i)).ID)
		}
		look(said, ids)
		said = c.Now()
		w.Do("worker", voice.Withdraw{Voice: ids[0]}, voice.Withdraw{Voice: ids[1]})
		look(said, ids[2:])
	})
}
