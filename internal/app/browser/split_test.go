package browser

import (
	"strconv"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// TestMarkingParts takes a voice apart by marking its words: what is selected becomes the next free part and is shown as such in the whole,
// and what is left is what is not marked.
func TestMarkingParts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var id string
	s.read(func(tx *db.Tx) (err error) {
		id, err = db.One[string](tx, `SELECT id FROM voice WHERE state = 'registered' AND restricted = '' AND text = redacted AND text LIKE '%充电口%' ORDER BY id LIMIT 1`)
		return err
	})
	for _, width := range []int64{360, 1280} {
		w := s.walk(t, screen{Width: width, Lang: lang.ZH})
		who := s.as(access.Triager)
		w.signIn(who.Number, who.Password)
		w.open("/voice/" + id)
		w.touch(`.pick:has([name=do][value=split])`)
		w.wait(`document.querySelector('[data-marks]').checkVisibility()`)
		whole := must[string](w, `document.querySelector('[data-whole]').textContent`)
		w.touch(`[data-unmark]`)
		w.wait(`[...document.querySelectorAll('.onepart textarea')].every((t) => !t.value) && !document.querySelector('[data-whole] mark')`)
		w.touch(`[data-mark]`)
		w.sees("先在原文里选中一段话")
		half := len([]rune(whole)) / 2
		for n, r := range [][2]int{{0, half}, {half, len([]rune(whole))}} {
			must[bool](w, `(() => {
				const whole = document.querySelector('[data-whole]'), all = [];
				for (const tree = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT); tree.nextNode();) all.push(tree.currentNode);
				const at = (n) => { for (const t of all) { if (n <= t.length) return [t, n]; n -= t.length } };
				const range = new Range();
				range.setStart(...at(`+strconv.Itoa(r[0])+`)); range.setEnd(...at(`+strconv.Itoa(r[1])+`));
				getSelection().removeAllRanges(); getSelection().addRange(range);
				return true })()`)
			w.touch(`[data-mark]`)
			w.wait(`document.querySelectorAll('[data-whole] mark').length === ` + strconv.Itoa(n+1))
		}
		got := must[string](w, `[...document.querySelectorAll('.onepart textarea')].map((t) => t.value).join('')`)
		if got != whole || must[string](w, `document.querySelector('[data-whole]').textContent`) != whole {
			w.fail("%q was marked as %q", whole, got)
		}
		if bad := w.axe(); len(bad) > 0 {
			w.fail("axe: %v", bad)
		}
		w.clean()
	}
}
