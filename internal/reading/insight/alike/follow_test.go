package alike_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/work/voice"
)

// While voices come in and go, some follow and many ask: nobody waits for ever, nobody finds what has gone, and at the end all know all.
func TestAskedWhileFollowing(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		first := x.Tell("worker", voice.Named, "P104M", "浴室的水不热，喷头坏了")
		who := x.P("triager")
		ctx, stop := context.WithCancel(t.Context())
		var asked, followed sync.WaitGroup
		followed.Go(func() { x.f.Follow(ctx, x.DB, func(err error) { t.Error(err) }) })
		for range 3 {
			asked.Go(func() {
				for range 12 {
					err := x.DB.Read(ctx, func(tx *db.Tx) error {
						found, _, err := x.f.VoicesLike(tx, who, first, 8)
						for _, v := range found {
							if v.State == voice.Withdrawn {
								t.Errorf("%s has gone and is found", v.Number)
							}
						}
						return err
					})
					if err != nil && ctx.Err() == nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for i := range 9 {
			v := x.Tell("worker", voice.Named, "P104M", fmt.Sprintf("浴室%d号喷头坏了，水不热", i))
			if i%3 == 0 {
				x.Do("worker", voice.Withdraw{Voice: v.ID})
			}
			x.follow()
		}
		asked.Wait()
		stop()
		followed.Wait()
		if n := len(x.like(x.f, "triager", first.ID)); n != 6 || x.f.Len(alike.Voices) != 7 {
			t.Errorf("%d found among %d", n, x.f.Len(alike.Voices))
		}
		x.sound()
	})
}
