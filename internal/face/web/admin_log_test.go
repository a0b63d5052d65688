package web_test

import (
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestLogFilter: the record is narrowed by what happened and by days, and a wrong day is refused.
func TestLogFilter(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newOffice(t, d, c).staffed(map[string]access.Role{"AU": access.AuditAdmin})
		who := h.as("AU")
		rows := func(query string) int {
			return len(who.Get("/admin/log" + query).Want(200).All(func(n *html.Node) bool {
				return n.Data == "tr" && n.Parent != nil && n.Parent.Data == "tbody" && webtest.Attr(n.Parent.Parent, "class") == "list"
			}))
		}
		all, org, login := rows(""), rows("?what=org"), rows("?what=login")
		if org == 0 || login == 0 || org+login > all {
			t.Errorf("%d entries, %d of the organisation, %d of signing in", all, org, login)
		}
		if n := rows("?from=2026-11-23&to=2026-11-23"); n != all {
			t.Errorf("%d of today, want %d", n, all)
		}
		if n := rows("?from=2026-11-24"); n != 0 {
			t.Errorf("%d of tomorrow", n)
		}
		if n := rows("?to=2026-11-22"); n != 0 {
			t.Errorf("%d of yesterday", n)
		}
		who.Get("/admin/log?from=gestern").Want(400)
		who.Get("/admin/log?what=weather").Want(400)
	})
}
