package web_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
)

// TestNumbersEqualTheirLists opens the list behind every number of every home page and counts its rows.
func TestNumbersEqualTheirLists(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.fill(7)
		p.to(matter.PlanReview)
		n := p.to(matter.Executing)
		p.form("handler", n, "more-time").Set("day", "2026-12-25").Set("reason", "换热器未到货").Submit().Want(200)
		p.to(matter.Inspecting)
		c.Advance(30 * 24 * time.Hour)
		checked, above := 0, 0
		for _, who := range []string{"leader", "supervisor", "triager", "chair", "handler", "head", "inspector", "auditor", "worker"} {
			home := p.as(who).Get("/").Want(200)
			for _, li := range home.All(func(n *html.Node) bool {
				return n.Data == "a" && n.Parent != nil && n.Parent.Parent != nil && webtest.Attr(n.Parent.Parent, "class") == "figures"
			}) {
				href := webtest.Attr(li, "href")
				if !strings.HasPrefix(href, "/ledger") && !strings.HasPrefix(href, "/desk") {
					continue
				}
				number := ""
				for k := li.FirstChild; k != nil; k = k.NextSibling {
					if k.Data == "b" {
						number = k.FirstChild.Data
					}
				}
				want, err := strconv.Atoi(number)
				if err != nil {
					t.Fatalf("%s: no number in front of %s: %q", who, href, number)
				}
				list := p.as(who).Get(href).Want(200)
				rows := list.All(func(n *html.Node) bool {
					return n.Data == "tr" && n.Parent != nil && n.Parent.Data == "tbody" && n.Parent.Parent != nil && strings.HasPrefix(webtest.Attr(n.Parent.Parent, "class"), "list")
				})
				checked++
				if want > 0 {
					above++
				}
				if len(rows) != want {
					t.Errorf("%s: %s says %d and lists %d", who, href, want, len(rows))
				}
			}
		}
		if checked < 25 || above < 10 {
			t.Errorf("only %d numbers looked at, %d of them not zero", checked, above)
		}
		webtest.On(t, p.base).Get("/").Want(200).Says("凭回执查进度")
		p.as("leader").Get("/?lang=en").Want(200).Says("matters registered this year")
	})
}
