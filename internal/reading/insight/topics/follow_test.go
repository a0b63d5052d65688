package topics_test

import (
	"context"
	"sync"
	"testing"

	"sanwen/internal/reading/insight/topics"
)

// What follows learns by itself, beside pages that ask.
func TestFollowLearnsByItself(t *testing.T) {
	run(t, func(t *testing.T, l learning) {
		for range 6 {
			l.decide("墩布架歪了", canteen)
		}
		l.follow()
		var m topics.Topics
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { m.Follow(ctx, l.DB, func(err error) { t.Error(err) }) })
		if p := l.propose(&m, "墩布架歪了"); len(p) == 0 || p[0].Category != canteen {
			t.Errorf("proposed %+v", p)
		}
		stop()
		done.Wait()
		if m.Learned() != 6 {
			t.Errorf("learned %d", m.Learned())
		}
	})
}
