package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/lang"
)

// most is how many presses of Tab one page is given.
const most = 400

// atFocus says where the focus is after a press of Tab, and what is wrong with how it is shown: [number of the stop, fault].
const atFocus = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done((() => {
	const n = document.activeElement;
	if (!n || n === document.body || n === document.documentElement) return [-2, ''];
	const at = gate.list.indexOf(n), text = n.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
	const shown = [n, n.closest('label'), n.nextElementSibling, n.parentElement].find((m) => m && getComputedStyle(m).outlineStyle !== 'none' && parseFloat(getComputedStyle(m).outlineWidth) >= 2);
	if (!shown) return [at, 'no ring: ' + text];
	const rgb = (c) => (c.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
	const light = (c) => rgb(c).slice(0, 3).map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
	let back = shown.parentElement;
	while (back && (rgb(getComputedStyle(back).backgroundColor)[3] ?? 1) === 0) back = back.parentElement;
	const a = light(getComputedStyle(shown).outlineColor), b = back ? light(getComputedStyle(back).backgroundColor) : 1;
	const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
	if (ratio < 3) return [at, 'a pale ring (' + ratio.toFixed(1) + '): ' + text];
	const whole = n.matches('input[type=radio], input[type=checkbox], input[type=file]') ? n.closest('label') || n : n; // a box and its words are one thing
	const boxes = [...whole.getClientRects()].filter((r) => r.width && r.height);
	const free = boxes.some((r) => [[.5, .5], [.1, .5], [.9, .5], [.5, .2], [.5, .8]].some(([x, y]) => {
		const top = document.elementFromPoint(r.left + r.width * x, r.top + r.height * y);
		return top && (whole.contains(top) || top.contains(n) && top !== document.body && top !== document.documentElement || shown.contains(top));
	}));
	if (!free) return [at, 'hidden: ' + text + ' by ' + boxes.map((r) => [r.left, r.top, r.width, r.height].map(Math.round).join(',') + ' ' + (document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)?.outerHTML.slice(0, 60) || 'the edge of the window'))];
	return [at, ''];
})()))))`

// tabs walks over the page in the window with the Tab key: everything is reached in the order of the page, one sees where one is, nothing lies over
// it, and one gets out at the end.
func (w *walker) tabs() []string {
	w.t.Helper()
	w.gate("small(0)")
	stops := must[int](w, `(gate.list = gate.stops()).length`)
	must[bool](w, `(document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex'), scrollTo(0, 0), true)`)
	var out []string
	reached := map[int]bool{}
	last, still := -1, 0
	for range min(stops*2+20, most) {
		w.key(kb.Tab)
		got := must[[]any](w, atFocus)
		at, fault := int(got[0].(float64)), got[1].(string)
		if fault != "" && at != last { // the parts of a field for a date show where they are themselves
			out = append(out, fault)
		}
		if at == -2 && len(reached) > 0 { // left the page at its end
			break
		}
		if at == last {
			if still++; still > 8 { // a field for a date has several stops of its own
				out = append(out, "caught: "+must[string](w, `document.activeElement.outerHTML.slice(0, 140)`))
				break
			}
		} else {
			still = 0
		}
		if at == 0 && len(reached) > 1 { // round again
			break
		}
		if at >= 0 {
			reached[at] = true
		}
		last = at
	}
	for i := range min(stops, most) {
		if !reached[i] {
			out = append(out, "not reached: "+must[string](w, fmt.Sprintf(`gate.list[%d].outerHTML.replace(/\s+/g, ' ').slice(0, 140)`, i)))
		}
	}
	return out
}

// escapes opens what lies over the page for a while, from a place on the page and from the inside of it, and closes it with Esc: then it is
// gone, and the focus is where it was. What merely folds (other details) is part of the page and stays as it is.
func (w *walker) escapes() []string {
	w.t.Helper()
	if !must[bool](w, `!!`+finder(`[data-help] summary`)) {
		return nil
	}
	var out []string
	check := func(how, back string) {
		w.key(kb.Escape)
		if must[bool](w, `document.querySelector('[data-help]').open`) {
			out = append(out, "Esc does not close the help "+how)
			must[bool](w, `(document.querySelector('[data-help]').open = false, true)`)
		} else if !must[bool](w, back) {
			out = append(out, "the focus does not return from the help "+how+": "+must[string](w, `document.activeElement.outerHTML.slice(0, 140)`))
		}
	}
	must[bool](w, finder(`[data-help] summary`)+`.focus() === undefined`)
	w.key(kb.Enter)
	w.key(kb.Tab)
	must[bool](w, `(() => { const d = document.querySelector('[data-help]'); if (!d.contains(document.activeElement)) d.firstElementChild.focus(); return true })()`)
	check("opened by itself", `document.activeElement === document.querySelector('[data-help] summary')`)
	if must[bool](w, `(() => { const n = [...document.querySelectorAll('main a[href], header a[href]')].find((n) => n.checkVisibility() && !n.closest('details')); if (n) (window.was = n).focus(); return !!n })()`) {
		w.key("?")
		if must[bool](w, `document.querySelector('[data-help]').open`) { // the letters are for pages that have them
			check("opened by ?", `document.activeElement === was`)
		}
	}
	return out
}

// TestKeysReachEverything walks over a page of every route with the keyboard: a quarter of the routes, or all.
func TestKeysReachEverything(t *testing.T) {
	t.Parallel()
	s := trodden(t, template)
	from := seed(t)
	heap := newHeap(t)
	var all []look
	for i, l := range sample(from, "keys", template.pages, 1) {
		l.Dark, l.Big = i%2 == 0, 0
		if first := draw(from, "keys"+l.Pattern, views())[0]; everything() || first.Width == 360 {
			all = append(all, l)
		}
	}
	for i, part := range halves(all) {
		t.Run(fmt.Sprint("window ", i+1), func(t *testing.T) {
			t.Parallel()
			w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
			for _, l := range part {
				w.look(l)
				heap.add(l, w.tabs())
				heap.add(l, w.escapes())
			}
		})
	}
}

// TestKeysFind: the walk finds what cannot be reached, what shows no ring, what is hidden and what catches.
func TestKeysFind(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 1280})
	for what, plant := range map[string]string{
		"no ring":     `n.style.outline = '0'`,
		"a pale ring": `n.style.outlineColor = '#eee'`,
		"hidden":      `(() => { const d = document.createElement('div'); Object.assign(d.style, {position: 'fixed', inset: 0, background: '#fff', zIndex: 99}); document.body.append(d) })()`,
		"not reached": `n.addEventListener('focus', () => document.querySelector('footer').nextSibling?.focus?.() || n.blur())`,
		"caught":      `n.addEventListener('keydown', (e) => e.key === 'Tab' && e.preventDefault())`,
	} {
		w.open("/f")
		must[bool](w, `(() => { const n = document.querySelector('main input:not([type=hidden])'); `+plant+`; return true })()`)
		found := false
		for _, x := range w.tabs() {
			found = found || len(x) > len(what) && x[:len(what)] == what
		}
		if !found {
			t.Errorf("%s was not found", what)
		}
	}
}

// TestKeysEscapeFinds: a help that does not close, and a focus that does not return, are found; a toast goes with Esc too.
func TestKeysEscapeFinds(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 1280})
	w.open("/f")
	if got := w.escapes(); len(got) > 0 {
		t.Errorf("before: %q", got)
	}
	for what, plant := range map[string]string{
		"Esc does not close":        `addEventListener('keydown', (e) => e.key === 'Escape' && e.stopImmediatePropagation(), true)`,
		"the focus does not return": `document.querySelector('[data-help]').addEventListener('toggle', () => document.activeElement.blur())`,
	} {
		w.open("/f")
		must[bool](w, `(`+plant+`, true)`)
		if got := strings.Join(w.escapes(), "\n"); !strings.Contains(got, what) {
			t.Errorf("%q was not found, only %q", what, got)
		}
	}
	who := s.as(access.Triager)
	w.signIn(who.Number, who.Password)
	w.open("/inbox?view=new")
	w.press(`table a[href*="/voice/"]`)
	w.press(`form[action*="/claim"] button`)
	must[bool](w, `(window.was = document.querySelector('main a[href]')).focus() === undefined`)
	must[bool](w, `document.querySelector('[data-toast] button').focus() === undefined`)
	w.key(kb.Escape)
	if !must[bool](w, `!document.querySelector('[data-toast]') && document.activeElement === was`) {
		w.fail("Esc does not send the toast away, or the focus is lost")
	}
	w.clean()
}
