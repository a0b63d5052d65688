package web_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/base/event"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/work/matter"
)

// fill registers n matters, one a minute; every third is of D01 and not of D05.
func (p *plant) fill(n int) {
	p.t.Helper()
	for i := range n {
		lead := "D05"
		if i%3 == 0 {
			lead = "D01"
		}
		p.Clock.Advance(time.Minute)
		p.Do("triager", &matter.Register{Title: fmt.Sprintf("实事%03d", i), Source: matter.FromResearch, Category: "BA-1", Place: "P104M", Lead: lead, Public: true})
	}
}

// numbers are the matters on a page of the ledger, in its order.
func numbers(page *webtest.Page) []string {
	var out []string
	for _, n := range page.All(func(n *html.Node) bool {
		return n.Data == "a" && strings.HasPrefix(webtest.Attr(n, "href"), "/matter/SS-")
	}) {
		out = append(out, strings.TrimPrefix(webtest.Attr(n, "href"), "/matter/"))
	}
	return out
}

func TestLedgerPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.fill(120)
		var seen []string
		page := p.as("triager").Get("/ledger?view=all&sort=-number").Want(200).Says("共 120 条")
		for {
			seen = append(seen, numbers(page)...)
			next := page.Find(func(n *html.Node) bool { return webtest.Attr(n, "rel") == "next" })
			if next == nil {
				break
			}
			page = page.Click(webtest.Attr(next, "href")).Want(200)
		}
		if len(seen) != 120 || seen[0] != "SS-2026-120" || seen[119] != "SS-2026-001" || !slices.IsSortedFunc(seen, func(a, b string) int { return strings.Compare(b, a) }) {
			t.Errorf("paging shows %d rows: %v", len(seen), seen)
		}
		up := numbers(p.as("triager").Get("/ledger?view=all&sort=number").Want(200))
		if len(up) != 50 || up[0] != "SS-2026-001" {
			t.Errorf("oldest first: %v", up)
		}
		// The unit sees its own, by the same filter.
		p.as("handler").Get("/ledger?view=all").Want(200).Says("共 80 条")
		p.as("welfare").Get("/ledger?view=all").Want(200).Says("共 40 条")
		page = p.as("triager").Get("/ledger?view=all&lead=D01&q="+"实事00").Want(200).Says("共 4 条", "主办单位: 公益部", "编号或标题: 实事00")
		page.Click("去掉这个条件").Want(200)
		// A form for filters sends empty parameters; the address that is kept has none.
		tidy := page.Form("/ledger").Submit().Want(200)
		if strings.Contains(tidy.URL.RawQuery, "=&") || !strings.Contains(tidy.URL.RawQuery, "lead=D01") {
			t.Errorf("address %s", tidy.URL)
		}
		for address, says := range map[string]string{
			"/ledger?led=D01":             "lead",
			"/ledger?view=opn":            "open",
			"/ledger?state=executng":      "executing",
			"/ledger?wrong=1&view=all":    "state",
			"/ledger?due_from=2026-13-01": "due_from",
			"/ledger?year=26":             "year",
			"/ledger?cols=titel":          "title",
			"/ledger?after=xyz":           "第一页",
			"/ledger?lead=D01&lead=D05":   "lead",
			"/ledger/export?vew=all":      "view",
		} {
			p.as("triager").Get(address).Want(400).Says(says)
		}
		p.as("triager").Get("/ledger?cols=people&cols=registered").Want(200).Says("受益人数", "立账日期").Silent("data-label=\"责任人\"")
		p.as("triager").Get("/ledger?state=closed").Want(200).Says("清除筛选")
	})
}

func TestLedgerKeepsFilters(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.fill(4)
		page := p.as("handler").Get("/ledger?view=all&light=green&sort=-due").Want(200)
		page.Form("/views").Set("title", "我的绿灯").Submit().Want(200).Says("已保存为“我的绿灯”", "灯: 正常")
		again := p.as("handler").Get("/ledger").Want(200).Click("我的绿灯").Want(200)
		if again.URL.Query().Get("light") != "green" || again.URL.Query().Get("sort") != "-due" {
			t.Errorf("the filter opens %s", again.URL)
		}
		p.as("head").Get("/ledger").Want(200).Silent("我的绿灯")
		p.as("handler").Get("/ledger").Form("/drop").Submit().Want(200).Says("已删除")
		p.as("handler").Get("/ledger").Want(200).Silent("我的绿灯")
	})
}

func TestLedgerFileIsTheFilter(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.fill(5)
		n := p.to(matter.Accepting)
		evil := &matter.Register{Title: "=HYPERLINK(\"http://evil\")", Body: "+cmd|' /C calc'!A0", Source: matter.FromLeader, Category: "BA-1", Lead: "D05"}
		p.Do("triager", evil)
		rows := func(form, address string) [][]string {
			t.Helper()
			page := p.as("triager").Get(strings.Replace(address, "/ledger", "/ledger/export", 1) + "&form=" + form).Want(200)
			if !strings.Contains(page.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("not a file: %v", page.Header)
			}
			book, err := sheet.Open(context.Background(), bytes.NewReader(page.Body), int64(len(page.Body)), sheet.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var out [][]string
			err = book.Rows(context.Background(), func(r sheet.Row) error {
				var line []string
				for i := range 28 {
					c := r.Cell(i)
					if c.Kind == sheet.Formula {
						t.Errorf("%s holds a formula: %s", r.Address(i), c.Text)
					}
					line = append(line, c.Text)
				}
				out = append(out, line)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for _, address := range []string{"/ledger?view=all", "/ledger?view=all&lead=D01", "/ledger?view=acceptance", "/ledger?view=all&sort=-number&source=leader"} {
			shown := numbers(p.as("triager").Get(address).Want(200))
			for _, form := range []string{"xlsx", "csv"} {
				var got []string
				file := rows(form, address)
				for _, line := range file[1:] {
					got = append(got, line[1])
				}
				if !slices.Equal(got, shown) {
					t.Errorf("%s as %s: %v, the page shows %v", address, form, got, shown)
				}
				if head := strings.Join(file[0], "｜"); !strings.HasPrefix(head, "序号｜实事编号｜实事项目名称｜问题来源") || !strings.HasSuffix(head, "职工满意度｜是否销号｜回头看结果｜备注") {
					t.Errorf("columns: %s", head)
				}
				for _, line := range file[1:] {
					for _, cell := range line {
						if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
							t.Errorf("%s could be a formula: %q", form, cell)
						}
					}
				}
			}
		}
		for _, line := range rows("xlsx", "/ledger?view=all")[1:] {
			if line[1] == n && (line[9] != "1. 更换换热器 (2026-12-02)\n2. 调试 (2026-12-10)" || line[16] != "2026-12-11" || line[18] != "100" || line[13] != "职工handler") {
				t.Errorf("the line of %s: %q", n, line)
			}
		}
		p.as("handler").Get("/ledger/export?form=csv").Want(403)
		p.Read(func(tx *db.Tx) error {
			all, err := event.Timeline(tx, event.Ref{Kind: "report", ID: "ledger"}, 50, 0)
			if len(all) != 9 || all[0].Actor != p.P("triager").ID {
				t.Errorf("files taken out: %+v", all)
			}
			return err
		})
	})
}
