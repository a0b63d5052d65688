package web_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
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
			for _, x := range numbersOf(home) {
				href, want := x.href, x.n
				if !strings.HasPrefix(href, "/ledger") && !strings.HasPrefix(href, "/desk") {
					continue
				}
				if want < 0 {
					t.Fatalf("%s: no number in front of %s: %q", who, href, x.text)
				}
				list := p.as(who).Get(href).Want(200)
				rows := list.All(func(n *html.Node) bool {
					return n.Data == "tr" && n.Parent != nil && n.Parent.Data == "tbody" && n.Parent.Parent != nil && strings.HasPrefix(webtest.Attr(n.Parent.Parent, "class"), "list") ||
						n.Data == "li" && n.Parent != nil && webtest.Attr(n.Parent, "class") == "cardlist desk"
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
		if checked < 60 || above < 18 {
			t.Errorf("only %d numbers looked at, %d of them not zero", checked, above)
		}
		webtest.On(t, p.base).Get("/").Want(200).Says("凭回执查进度")
		p.as("leader").Get("/?lang=en").Want(200).Says("on the ledger this month")
	})
}

// linked is a number of a page with the list that it opens.
type linked struct {
	text, href string
	n          int
}

var firstNumber = regexp.MustCompile(`\d+`)

// numbersOf finds the numbers of a home page that open a list: figures, the leader's sentence, bars, and the steps of trends. A
// percentage counts with what it is of.
func numbersOf(page *webtest.Page) []linked {
	var out []linked
	in := func(n *html.Node, class string) bool {
		for ; n != nil; n = n.Parent {
			if strings.Contains(" "+webtest.Attr(n, "class")+" ", " "+class+" ") {
				return true
			}
		}
		return false
	}
	for _, a := range page.All(func(n *html.Node) bool { return n.Data == "a" && webtest.Attr(n, "href") != "" }) {
		text := textOf(a)
		switch {
		case in(a, "leadline"), in(a, "figures"), in(a, "behind"):
		case in(a, "bars"):
			text = textOf(a.Parent.Parent.LastChild)
		default:
			continue
		}
		x := linked{text: text, href: webtest.Attr(a, "href"), n: -1}
		if strings.Contains(text, "%") {
			part, err := strconv.ParseFloat(strings.TrimSpace(text[:strings.Index(text, "%")]), 64)
			base := firstNumber.FindString(textOf(a.Parent.LastChild))
			if of, wrong := strconv.Atoi(base); err == nil && wrong == nil {
				x.n = int(part*float64(of)/100 + .5)
			}
		} else if n, err := strconv.Atoi(firstNumber.FindString(text)); err == nil {
			x.n = n
		}
		out = append(out, x)
	}
	return out
}

func textOf(n *html.Node) string {
	if n == nil {
		return ""
	}
	if n.Type == html.TextNode {
		return n.Data
	}
	out := ""
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if webtest.Attr(k, "class") != "sr" {
			out += textOf(k)
		}
	}
	return out
}

// TestLeaderDecides goes through a leader's first page: the sentence, the two buttons, and what is not shown.
func TestLeaderDecides(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.as("leader").Get("/").Want(200).Says("本月台账 0 件实事", "还没有可以比较的历史", "没有等您决定的事", "没有逾期的单位", "还没有选出职工的原话", "少于5人，不显示")
		n := p.to(matter.Executing)
		p.as("leader").Get("/").Want(200).Says("本月台账 1 件实事", "0 件已由职工确认", "0 件逾期", "0 件需要您决定", "1 件 · 少于5人或可推算，不显示", "剔除 0").Silent("人说 ")
		for _, day := range []string{"2026-12-14", "2026-12-16", "2026-12-18"} {
			p.form("handler", n, "more-time").Set("day", day).Set("reason", "换热器未到货").Submit().Want(200)
			if day < "2026-12-18" {
				p.form("supervisor", n, "extension").Set("grant", "yes").Submit().Want(200)
			}
		}
		home := p.as("leader").Get("/").Want(200).Says("1 件需要您决定", "换热器未到货", "2026年12月16日", "2026年12月18日")
		stale := p.as("leader").Get("/").Want(200)
		home.Form("extension-top").Press("no").Want(200).Says("0 件需要您决定", "没有等您决定的事")
		stale.Form("extension-top").Press("yes").Want(409)
		if m := p.matter(n); m.Due != "2026-12-16" || m.Extensions != 2 {
			t.Errorf("refused, and the deadline is %s after %d extensions", m.Due, m.Extensions)
		}
		p.as("leader").Get("/matter/" + n).Want(200).Says("按原定期限办理。")
	})
}

// TestAuditSeesWhoOpensMuch: twenty original texts on a day are work, one more is shown to the audit.
func TestAuditSeesWhoOpensMuch(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		h.write(func(tx *db.Tx) error {
			return org.GiveRole{Person: h.id["W2"], Role: access.Auditor, Unit: "G"}.Do(tx, access.System("test"))
		})
		number, _ := h.tell(coldWater)
		id, t1 := h.voiceOf(number).ID, h.who("T1")
		open := func(n int) {
			for range n {
				h.write(func(tx *db.Tx) error {
					_, err := voice.OpenText{Voice: id, Reason: "核对地点"}.Do(tx, t1)
					return err
				})
			}
		}
		open(20)
		h.as("W2").Get("/").Want(200).Silent("查看原文较多")
		open(1)
		h.as("W2").Get("/").Want(200).Says("查看原文较多", "王T1", "2026年11月23日查看原文 21 次")
		h.as("W1").Get("/").Want(200).Silent("查看原文较多")
	})
}
