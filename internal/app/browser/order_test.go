package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"

	"sanwen/internal/app/demo"
)

// TestMeasuresInOrder: measures are moved by button, arrow key and dragging, each as well as the others, and the plan that is kept has
// that order.
func TestMeasuresInOrder(t *testing.T) {
	t.Parallel()
	s := serve(t)
	j := s.job(t, "D02")
	for _, width := range []int64{360, 1280} {
		w := s.walk(t, screen{Width: width})
		w.signIn(j.Owner, demo.Password)
		path := "/matter/" + j.Number + "/plan"
		w.open(path)
		const order = `[...document.querySelectorAll('[data-order=steps] input[name$=".text"]')].map((f) => f.name.split('.')[1] + f.value)`
		names := must[[]string](w, order+`.filter((x) => x.length > 1).map((x) => x.slice(1))`)
		if len(names) < 3 {
			t.Fatalf("only %d measures", len(names))
		}
		want := func(at ...int) {
			t.Helper()
			var out []string
			for i, n := range at {
				out = append(out, string(rune('0'+i))+names[n])
			}
			if got := must[[]string](w, order)[:len(at)]; strings.Join(got, "|") != strings.Join(out, "|") {
				w.fail("order %q, want %q", got, out)
			}
		}
		day := must[string](w, `document.querySelector('[name="steps.1.day"]').value`)
		w.touch(`[data-row]:nth-of-type(2) [data-move="-1"]`)
		want(1, 0, 2)
		if got := must[string](w, `document.querySelector('[name="steps.0.day"]').value`); got != day {
			w.fail("the date of the moved measure is %s, not %s", got, day)
		}
		w.sees(w.Lang.T("matterpage.step_moved", 1))
		if got := must[string](w, `document.activeElement.dataset.move`); got != "-1" {
			w.fail("the focus is lost after a press")
		}
		must[bool](w, `(document.querySelector('[data-row]:nth-of-type(1) [data-grip-of]').focus(), true)`)
		w.key(kb.ArrowDown)
		w.key(kb.ArrowDown)
		want(0, 2, 1)
		if got := must[string](w, `document.activeElement.getAttribute('aria-label')`); got != w.Lang.T("matterpage.step_grip", 3) {
			w.fail("the grip is called %q", got)
		}
		// drag the third onto the second, with a finger on the phone
		x, y := w.spot(`[data-row]:nth-of-type(3) [data-grip-of]`)
		up := must[float64](w, `(() => { const r = (n) => document.querySelectorAll('[data-row]')[n].getBoundingClientRect(); return r(2).top - r(1).top })()`)
		w.drag(x, y, y-up)
		w.wait(order + `[1] === ` + q("1"+names[1]))
		want(0, 1, 2)
		must[bool](w, `(document.querySelector('[data-row]:nth-of-type(1) [data-grip-of]').focus(), true)`)
		w.key(kb.ArrowDown)
		want(1, 0, 2)
		w.press(`button[name="act"][value="draft"]`)
		w.open(path)
		want(1, 0, 2)
		w.press(`button[name="act"][value="discard"]`)
		want(0, 1, 2)
		// a number that is more likely a slip
		w.open("/matter/" + j.Number + "/done")
		usual := must[string](w, `document.querySelector('[data-usual]').name`)
		w.write(usual, "9999")
		w.wait(`document.querySelector('.asked')?.innerText.startsWith('9999')`)
		w.write(usual, "30")
		w.wait(`!document.querySelector('.asked')`)
		w.clean()
	}
}

// drag drags from one height to another: with the mouse, or with a finger on a phone.
func (w *walker) drag(x, from, to float64) {
	w.t.Helper()
	const steps = 8
	for i := range steps + 2 {
		y := from + (to-from)*float64(min(i, steps))/steps
		if w.Width < 700 {
			kind, points := input.DispatchTouchEventTypeTouchMove, []*input.TouchPoint{{X: x, Y: y}}
			if i == 0 {
				kind = input.DispatchTouchEventTypeTouchStart
			} else if i > steps {
				kind, points = input.DispatchTouchEventTypeTouchEnd, []*input.TouchPoint{}
			}
			w.do(call(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points}))
			continue
		}
		kind := input.DispatchMouseEventTypeMouseMoved
		if i == 0 {
			kind = input.DispatchMouseEventTypeMousePressed
		} else if i > steps {
			kind = input.DispatchMouseEventTypeMouseReleased
		}
		w.do(call(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1}))
	}
}
