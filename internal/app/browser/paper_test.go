package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// sheets are the sizes of the pages of a PDF in whole points.
func sheets(pdf []byte) []string {
	var out []string
	for _, m := range pdfBox.FindAllSubmatch(pdf, -1) {
		var a, b float64
		fmt.Sscan(string(m[1]), &a)
		fmt.Sscan(string(m[2]), &b)
		out = append(out, fmt.Sprintf("%.0f×%.0f", a, b))
	}
	for n := len(pdfPage.FindAll(pdf, -1)); len(out) > 0 && len(out) < n; { // the size stands once, for all of them
		out = append(out, out[0])
	}
	return out
}

// onPaper makes the window show the page as it is printed on a sheet of A4.
func (w *walker) onPaper() {
	w.t.Helper()
	w.resize(794)
	w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
}

// TestPaper prints the pages that people print, beside the posters: sheets of A4, as few as it should be, nothing cut off.
func TestPaper(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var rich, plain string
	s.read(func(tx *db.Tx) (err error) {
		if rich, err = db.One[string](tx, `SELECT number FROM matter WHERE state = 'closed' ORDER BY voices DESC, number LIMIT 1`); err != nil {
			return err
		}
		plain, err = db.One[string](tx, `SELECT number FROM matter WHERE state = 'executing' ORDER BY number LIMIT 1`)
		return err
	})
	const a4 = "595×842"
	for _, p := range []struct {
		path string
		role access.Role
		most int // sheets
	}{
		{"/matter/" + rich + "/sheet", access.Supervisor, 2},
		{"/matter/" + plain + "/sheet", access.Supervisor, 2},
		{"/board", "", 12},
		{"/ledger", access.Supervisor, 8},
		{"/", access.Leader, 4},
	} {
		for _, l := range lang.All() {
			w := s.walk(t, screen{Width: 1280, Lang: l})
			if p.role != "" {
				w.signIn(s.as(p.role).Number, s.as(p.role).Password)
			}
			w.open(w.in(p.path))
			got := sheets(w.pdf())
			if len(got) < 1 || len(got) > p.most {
				t.Errorf("%s %s: %d sheets, at most %d", p.path, l, len(got), p.most)
			}
			for _, g := range got {
				if g != a4 {
					t.Errorf("%s %s: a sheet of %s points", p.path, l, g)
				}
			}
			w.onPaper()
			for _, x := range append(w.gate("wide()"), w.gate("cut()")...) {
				t.Errorf("%s %s on paper: %s", p.path, l, x)
			}
			t.Logf("%s %s: %d sheets", p.path, l, len(got))
			w.clean()
		}
	}
}

// TestPaperFinds: a sheet too many, and what is too wide for the paper, are found.
func TestPaperFinds(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 1280})
	w.open("/board")
	before := len(sheets(w.pdf()))
	w.plant(`<p>x</p>`, map[string]string{"height": "400mm"})
	if after := len(sheets(w.pdf())); after <= before {
		t.Errorf("%d sheets before, %d with nearly half a metre more", before, after)
	}
	w.onPaper()
	w.plant(`<p>x</p>`, map[string]string{"width": "300mm"})
	if len(w.gate("wide()")) == 0 {
		t.Error("what is wider than the paper was not found")
	}
}
