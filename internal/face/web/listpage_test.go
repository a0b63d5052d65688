package web_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestListsHaveColumnsAndViews: the columns of a list are chosen in the address, a filter that only a link sets outlives the form, chips
// speak of units by name, and a view kept under a name is the reader's own.
func TestListsHaveColumnsAndViews(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		heads := func(p *webtest.Page) (out []string) {
			for _, n := range p.All(func(n *html.Node) bool { return n.DataAtom == atom.Th && webtest.Attr(n, "scope") == "col" }) {
				out = append(out, strings.TrimSpace((&webtest.Page{Root: n}).Text()))
			}
			return out
		}
		b.as("triager").Get("/admin/places?cols=nothing").Want(400)
		all := b.as("triager").Get("/admin/places").Want(200)
		if got := len(heads(all)); got != 6 {
			t.Errorf("%d columns before any is chosen: %v", got, heads(all))
		}
		some := b.as("triager").Get("/admin/places?cols=unit&cols=kind&kind=bathhouse&q=P1").Want(200)
		if got := heads(some); !slices.Equal(got, []string{"名称", "类型", "单位"}) {
			t.Errorf("columns: %v", got)
		}
		for _, n := range some.All(func(n *html.Node) bool { return n.DataAtom == atom.Tr && n.Parent.DataAtom == atom.Tbody }) {
			if cells := len((&webtest.Page{Root: n}).All(func(n *html.Node) bool { return n.DataAtom == atom.Td || n.DataAtom == atom.Th })); cells != 3 {
				t.Errorf("a row has %d cells", cells)
			}
		}
		again := some.Form("按这些列显示").Submit().Want(200)
		if q := again.URL.Query(); q.Get("kind") != "bathhouse" || q.Get("q") != "P1" || !slices.Equal(q["cols"], []string{"kind", "unit"}) {
			t.Errorf("the form leads to %s", again.URL)
		}
		// the form of the filters does not show "late", and must not lose it
		late := b.as("triager").Get("/orders?late=1&unit=D02").Want(200).Says("承办单位: 部门2")
		sent := late.Form("筛选").Set("q", "浴室").Submit().Want(200)
		if q := sent.URL.Query(); q.Get("late") != "1" || q.Get("unit") != "D02" || q.Get("q") != "浴室" || strings.Contains(sent.URL.RawQuery, "grade") {
			t.Errorf("the form leads to %s", sent.URL)
		}
		kept := sent.Form("/views").Set("title", "逾期的浴室").Submit().Want(200).Says("已保存为“逾期的浴室”")
		if kept.URL.Path != "/orders" {
			t.Errorf("keeping a view leads to %s", kept.URL)
		}
		if to := b.as("triager").Get("/orders").Want(200).Link("逾期的浴室"); !strings.Contains(to, "late=1") || !strings.Contains(to, "unit=D02") {
			t.Errorf("the view leads to %s", to)
		}
		b.as("triager").Get("/pool").Want(200).Silent("逾期的浴室")
		b.as("triager2").Get("/orders").Want(200).Silent("逾期的浴室")
		b.as("triager").Get("/orders").Form("/views").Set("title", "").Submit().Want(422)
		foreign := b.as("triager").Get("/orders").Form("/views").Set("title", "别处")
		foreign.Values.Set("list", "//example.org")
		foreign.Submit().Want(422)
		b.as("triager").Get("/orders").Form("/drop").Submit().Want(200).Silent("逾期的浴室")
	})
}
