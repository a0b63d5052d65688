package browser

import (
	"fmt"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// TestBarsStayOnThePage: the words behind a bar stay within its cell on the narrowest phone and with the largest letters, where they go below the bar,
// and every bar is as long beside the others as its number is.
func TestBarsStayOnThePage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var round string
	s.read(func(tx *db.Tx) (err error) {
		round, err = db.One[string](tx, `SELECT id FROM survey_round WHERE state = 'closed' ORDER BY opens LIMIT 1`)
		return err
	})
	who := s.as(access.Triager)
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		w := s.walk(t, screen{Width: 320, Lang: l})
		w.signIn(who.Number, who.Password)
		for _, path := range []string{"/survey/" + round, "/design/numbers"} {
			for _, z := range []int{0, 3} {
				w.open(fmt.Sprintf("%s?z=%d&lang=%s", path, z, l))
				if n := must[int](w, `document.querySelectorAll('.bars td').length`); n < 4 {
					w.fail("%d bars", n)
				}
				out := must[[]string](w, `[...document.querySelectorAll('.bars td')].filter((td) => {
					const range = new Range();
					range.selectNodeContents(td);
					const box = td.getBoundingClientRect();
					return [...range.getClientRects()].some((r) => r.right > box.right + 0.5 || r.left < box.left - 0.5);
				}).map((td) => td.textContent.trim())`)
				if len(out) > 0 {
					w.fail("z=%d: %d reach out of their cells: %q", z, len(out), out)
				}
				short := must[[]string](w, `[...document.querySelectorAll('.bars')].flatMap((table) => {
					const lines = [...table.querySelectorAll('.length svg:not(.standard)')].map((n) => [parseFloat(n.getAttribute('width')), n.getBoundingClientRect().width / n.parentNode.getBoundingClientRect().width * 100]);
					return lines.filter(([want, got]) => Math.abs(want - got) > 0.5).map((x) => x.join(' is drawn as '));
				})`)
				if len(short) > 0 {
					w.fail("z=%d: %q", z, short)
				}
			}
		}
		w.clean()
	}
}
