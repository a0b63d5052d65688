package browser

import (
	"fmt"
	"strings"
	"testing"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// TestSupervisorsMonday: on a phone and at the desk, in both languages, the supervising office sees what has changed since Monday, signs a
// draft of the ladder after a look at its letter, closes an order that was answered, and calls a meeting from rows that it has ticked.
func TestSupervisorsMonday(t *testing.T) {
	t.Parallel()
	s := serve(t)
	count := func(state string) (n int) {
		s.read(func(tx *db.Tx) (err error) {
			n, err = db.One[int](tx, `SELECT COUNT(*) FROM supervise_order WHERE state = $1`, state)
			return err
		})
		return n
	}
	one := func(sql string) (id string) {
		s.read(func(tx *db.Tx) (err error) {
			id, err = db.One[string](tx, sql)
			return err
		})
		return id
	}
	for i, v := range []screen{{Width: 360, Lang: lang.ZH}, {Width: 1280, Lang: lang.EN}, {Width: 360, Lang: lang.EN}, {Width: 1280, Lang: lang.ZH}} {
		w := s.walk(t, v)
		w.signIn(s.as(access.Supervisor).Number, demo.Password)

		// what has changed since Monday
		w.open(w.in("/ledger"))
		since, _, _ := strings.Cut(w.screen.Lang.T("ledger.week", "|"), "|")
		if text := w.text(); !strings.Contains(text, since) {
			w.fail("nothing is said of Monday:\n%s", text)
		}

		if got := must[string](w, `document.documentElement.lang`); !strings.HasPrefix(got, string(v.Lang)) {
			w.fail("the page is in %q", got)
		}

		// a meeting about a matter of the ladder
		w.open(w.in("/supervise"))
		box := `.ladderboard input[type=checkbox][value="` + one(`SELECT subject_id FROM duty WHERE open = 1 AND subject_kind = 'matter' AND kind = 'completion' ORDER BY due LIMIT 1`) + `"]`
		w.touch(box)
		w.press(`.ladderboard button[value=meeting]`)
		if w.path() != "/meetings/new" || must[int](w, `document.querySelectorAll('input[name=matter]:checked').length`) != 1 {
			w.fail("the ticked matter does not lead to a meeting")
		}
		if i < 2 {
			w.write("title", fmt.Sprintf("周一督办调度会 %d", i+1))
			w.write("day", "2026-12-04")
			w.write("place", "办公楼三楼会议室")
			w.pick("chair", must[string](w, `document.querySelector('select[name=chair]').options[1].value`))
			w.write("invited.add", "D02")
			w.press("main form .bar button.primary")
			w.wait(`location.pathname.endsWith('/pack')`)

			// a draft becomes an order, after a look at the letter
			draft, before := one(`SELECT id FROM supervise_order WHERE state = 'draft' ORDER BY drafted_at, id LIMIT 1`), count("issued")
			w.open(w.in("/order/" + draft + "/issue"))
			w.write("demand", "请说明原因，三日内恢复，并书面回复。")
			w.write("due", "2026-12-11")
			w.press(`main form button[name=look]`)
			w.wait(`document.querySelector('#look')`)
			if count("issued") != before {
				w.fail("a look has issued the order")
			}
			w.press("main form .bar button.primary")
			if count("issued") != before+1 {
				w.fail("the order is not issued:\n%s", w.text())
			}

			// an order that was answered is closed
			answered, closed := one(`SELECT id FROM supervise_order WHERE state = 'replied' ORDER BY issued_at, id LIMIT 1`), count("closed")
			w.open(w.in("/order/" + answered))
			w.press(`main a[href*="/close"]`)
			w.write("opinion", "现场看过，措施属实，同意办结。")
			w.press("main form .bar button.primary")
			if count("closed") != closed+1 {
				w.fail("the order is not closed:\n%s", w.text())
			}
		}
		w.clean()
	}
}
