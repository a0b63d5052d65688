package e2e_test

import (
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
)

// TestThirdVoiceSuggestsAMatter: when a third person says the same of a place within the days of the settings, the page suggests a matter; two
// do not, and what was said long ago does not count.
func TestThirdVoiceSuggestsAMatter(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		const word = "建议立一件实事"
		old := p.Tell("worker", voice.Named, "P104M", "四区浴室淋浴水不热，洗到一半变凉。")
		c.Advance(40 * 24 * time.Hour)
		first := p.Tell("worker", voice.Named, "P104M", "四区浴室淋浴水不热，一会儿就变凉。")
		second := p.Tell("worker2", voice.Named, "P104M", "浴室淋浴水不热，洗到一半变凉了。")
		b := p.as("triager")
		p.follow()
		b.Get("/voice/" + old.ID).Want(200)
		b.Get("/voice/" + second.ID).Want(200).Silent(word)
		third := p.Tell("", voice.Anonymous, "P104M", "浴室水不热，洗到一半变凉。")
		p.follow()
		b.Get("/voice/"+third.ID).Want(200).Says(word, "3 条同类反映")
		b.Get("/voice/" + first.ID).Want(200).Says(word)
	})
}
