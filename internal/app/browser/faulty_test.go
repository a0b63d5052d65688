package browser

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
)

// faulty finds the pages of the ground of errors: every form of every page that comes back when it is sent with nothing typed into it, and a
// page of each kind of refusal.
func (s *site) faulty(t *testing.T, pages []found) []found {
	t.Helper()
	c := &scout{t: t, s: s}
	c.known()
	var out []found
	for _, f := range pages {
		p := c.client(f.Number).Get(f.Path)
		if p.Status != 200 || p.Root == nil {
			continue
		}
		c.blank(p, func(n int, back *webtest.Page) {
			if back.Status < 400 || back.Root == nil {
				return
			}
			f := f
			f.Form, f.Status = n, int64(back.Status)
			out = append(out, f)
		})
	}
	if s.from != template {
		return out
	}
	for _, x := range []struct {
		path string
		as   access.Role
	}{
		{"/nothing/here", ""}, {"/setup", ""}, {"/matter/SS-1999-999", access.Supervisor}, {"/admin/settings", access.Employee}, {"/ledger?colour=red", access.Supervisor},
		{"/p/P104M/me/SS-1999-999", ""},
	} {
		f := found{Path: x.path}
		if x.as != "" {
			f.Number = s.as(x.as).Number
			f.Session = c.session(f.Number)
		}
		p := c.client(f.Number).Get(f.Path)
		if p.Status < 400 || p.Find(func(n *html.Node) bool { return n.Data == "h1" }) == nil {
			t.Errorf("%s is no refusal: %d", x.path, p.Status)
		}
		f.Pattern, f.Status = fmt.Sprint("refusal ", p.Status, " ", x.path), int64(p.Status)
		out = append(out, f)
	}
	if len(out) < 40 {
		t.Errorf("only %d pages with faults", len(out))
	}
	return out
}

// TestGateFaultsFind: the questions about a page that came back find what is planted.
func TestGateFaultsFind(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	for what, plant := range map[string]string{
		"the focus is not on the summary": `document.activeElement.blur()`,
		"leads nowhere":                   `document.querySelector('.summary a').hash = '#nothing'`,
		"no link":                         `document.querySelectorAll('.summary a, .summary li').forEach((n) => n.remove())`,
		"says nothing of a fault":         `document.title = 'x'`,
		"not told at the field":           `document.querySelector('[aria-invalid]').removeAttribute('aria-invalid') || document.querySelectorAll('.wrong').forEach((n) => n.classList.remove('wrong'))`,
		"no summary":                      `document.querySelector('.summary').remove()`,
	} {
		w.open("/f")
		w.load(422, sendForm(0))
		if before := w.gate("faulted()"); len(before) > 0 {
			t.Fatalf("before: %q", before)
		}
		must[bool](w, `(`+plant+`, true)`)
		if got := w.gate("faulted()"); len(got) != 1 || !strings.Contains(got[0], what) {
			t.Errorf("%q was not found, only %q", what, got)
		}
	}
	w.taken()
}
