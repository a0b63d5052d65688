package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestBoardTells: the newest practice comes to the board and the wall screen with the batch, not on its day, and only what the union has written of it;
// notices to which one can object are on the wall screen, drafts are nowhere.
func TestBoardTells(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		board := func(path string) string {
			w := s.ask(http.MethodGet, path, "", nil)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", path, w.Code)
			}
			return w.Body.String()
		}
		for _, path := range []string{"/board?view=not", "/board?tv=1&lang=zh"} {
			if page := board(path); strings.Contains(page, "卫生间除味改造") || !strings.Contains(page, "浴室改造方案公示") {
				t.Errorf("%s on the day on which the practice was published", path)
			}
		}
		c.Advance(72 * time.Hour)
		for _, path := range []string{"/board", "/board?tv=1"} {
			page := board(path)
			if !strings.Contains(page, "典型经验：别处怎么办成的") || strings.Count(page, "卫生间除味改造") != 1 || !strings.Contains(page, "异味大") {
				t.Errorf("%s does not tell the practice", path)
			}
			for _, secret := range []string{"金丝雀", "地下室", "800元"} {
				if strings.Contains(page, secret) {
					t.Errorf("%s says %q", path, secret)
				}
			}
		}
		if page := board("/board?place=P104M"); strings.Contains(page, "卫生间除味改造") {
			t.Error("the board of one place tells what worked at another")
		}
	})
}
