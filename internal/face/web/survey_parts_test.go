package web_test

import (
	"maps"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestPartsOfAnAudience: each field about whom to ask belongs to audiences that can be chosen above it, and the style sheet shows it with each of them.
func TestPartsOfAnAudience(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, _ := h.opened("canteen", "全厂食堂测评")
		p := t1.Get("/surveys/new").Want(200)
		sheet := p.Find(func(n *html.Node) bool { return n.Data == "link" && strings.Contains(webtest.Attr(n, "href"), "staff") })
		css := string(t1.Get(webtest.Attr(sheet, "href")).Body)
		offered := map[string]bool{}
		for _, n := range p.All(func(n *html.Node) bool { return webtest.Attr(n, "name") == "audience" }) {
			offered[webtest.Attr(n, "value")] = true
		}
		got := map[string]string{}
		for _, n := range p.All(func(n *html.Node) bool { return webtest.HasClass(n, "for") }) {
			field := (&webtest.Page{Root: n}).Find(func(n *html.Node) bool { return webtest.Attr(n, "id") != "" && n.Data == "input" })
			var with []string
			for _, class := range strings.Fields(webtest.Attr(n, "class")) {
				if value, ok := strings.CutPrefix(class, "for-"); ok {
					if with = append(with, value); !offered[value] {
						t.Errorf("%s belongs to %q, which nobody can choose", webtest.Attr(field, "name"), value)
					}
					if !strings.Contains(css, "form:has([value="+value+"]:checked) .for-"+value) {
						t.Errorf("no style shows what belongs to %q", value)
					}
				}
			}
			got[webtest.Attr(field, "name")] = strings.Join(with, " ")
		}
		want := map[string]string{"units.add": "units sample", "places.add": "places", "crews.add": "crews", "wanted": "sample"}
		if !maps.Equal(got, want) {
			t.Errorf("fields belong to %q, want %q", got, want)
		}
	})
}
