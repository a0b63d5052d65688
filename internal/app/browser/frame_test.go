package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/lang"
)

// TestShortcuts: help, search and the areas by keyboard; a letter alone leads nowhere, and the letters can be switched off.
func TestShortcuts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 1280, Lang: lang.ZH})
	who := s.as(access.Triager)
	w.signIn(who.Number, who.Password)
	w.open("/ledger")
	w.key("l")
	w.key("?")
	w.wait(`document.querySelector('[data-help]').open`)
	w.key(kb.Escape)
	w.wait(`!document.querySelector('[data-help]').open`)
	w.load(200, chromedp.KeyEvent("g"), chromedp.KeyEvent("i"))
	if w.path() != "/inbox" {
		w.fail("g and i lead to %s", w.path())
	}
	w.key("/")
	w.wait(`document.activeElement.id === 'seek'`)
	w.load(200, chromedp.KeyEvent("浴室g"), chromedp.KeyEvent(kb.Enter))
	if w.path() != "/find" {
		w.fail("the box leads to %s", w.path())
	}
	must[bool](w, `(document.activeElement.blur(), true)`)
	w.key("?")
	w.wait(`document.querySelector('[data-help]').open`)
	w.touch("[data-keyhelp] button")
	must[bool](w, `(document.activeElement.blur(), true)`)
	w.key(kb.Escape)
	w.key("?")
	if must[bool](w, `document.querySelector('[data-help]').open`) {
		w.fail("letters that were switched off still do something")
	}
	w.clean()
}

// TestLeavingByKeyboard: three times Shift on a page of employees, and nothing of it is left, in the history neither.
func TestLeavingByKeyboard(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.open("/f")
	w.load(200, chromedp.KeyEvent(kb.Shift), chromedp.KeyEvent(kb.Shift), chromedp.KeyEvent(kb.Shift))
	if w.path() != "/leave" {
		w.fail("left to %s", w.path())
	}
	if must[bool](w, `/三问|工会|反映/.test(document.documentElement.textContent)`) {
		w.fail("the page tells what was left")
	}
	w.clean()
}
