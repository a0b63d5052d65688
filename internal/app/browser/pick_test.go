package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
)

// TestPickByKeys: what is found is offered while one types and chosen by keys alone; Enter on an offer sends nothing, Escape closes the
// list and keeps the text, and a chosen helping unit is a box that counts.
func TestPickByKeys(t *testing.T) {
	t.Parallel()
	s := serve(t)
	scout := &scout{t: t, s: s, clients: map[string]*webtest.Client{}}
	w := s.walk(t, screen{Width: 1280})
	w.become(scout.session(s.as(access.SystemAdmin).Number))
	w.open("/admin/people/new")
	open := `document.querySelector('#f-unit').getAttribute('aria-expanded') === 'true' && document.querySelectorAll('.offers:not([hidden]) [role=option]').length > 1`
	closed := `document.querySelector('#f-unit').getAttribute('aria-expanded') === 'false'`
	w.write("unit", "炼")
	w.wait(open)
	w.key(kb.ArrowDown)
	w.key(kb.ArrowDown)
	w.wait(`document.getElementById(document.querySelector('#f-unit').getAttribute('aria-activedescendant'))?.getAttribute('aria-selected') === 'true'`)
	w.key(kb.Escape)
	w.wait(closed + ` && document.querySelector('#f-unit').value === '炼'`)
	w.key(kb.ArrowDown)
	w.wait(open)
	w.key(kb.ArrowDown)
	w.key(kb.Enter)
	w.wait(closed + ` && / · U0/.test(document.querySelector('#f-unit').value)`)
	if w.path() != "/admin/people/new" {
		w.fail("Enter on an offer has sent the form")
	}
	w.open("/admin/rules/edit")
	w.write("co.add", "炼铁")
	w.wait(`document.querySelector('.several .offers:not([hidden]) [role=option]')`)
	w.key(kb.ArrowDown)
	w.key(kb.Enter)
	w.wait(`document.querySelector('.chosen input[name=co]:checked')?.value === 'U01' && document.querySelector('#f-co').value === ''`)
	w.clean()
}
