package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
)

// inState is a state of a screen that somebody reaches in the demonstration, and what the page then says.
type inState struct {
	screen int // of the handbook's twelve
	name   string
	see    func(r *reader)
}

// anybody wants words on a page that anybody can open.
func anybody(path string, words ...string) func(*reader) {
	return func(r *reader) { r.become(""); r.scan(path); r.sees(words...) }
}

// shown wants words on a page that somebody with a role can open.
func shown(role access.Role, path string, words ...string) func(*reader) {
	return func(r *reader) { r.as(role); r.scan(path); r.sees(words...) }
}

// ofMatter wants words on the page of the first matter for which a condition holds.
func ofMatter(where string, words ...string) func(*reader) {
	return func(r *reader) {
		r.as(access.Supervisor)
		r.scan("/matter/" + r.one(`SELECT number FROM matter WHERE `+where+` ORDER BY number LIMIT 1`))
		r.sees(words...)
	}
}

// byReceipt wants a sentence on the page of one of the receipts that the demonstration prints.
func byReceipt(sentence string) func(*reader) {
	return func(r *reader) {
		for _, x := range r.s.from.receipts {
			r.become("")
			r.scan("/f")
			r.press("查看", "number", x.Number, "code", x.Code)
			if strings.Contains(r.page.Text(), sentence) {
				return
			}
		}
		r.t.Errorf("none of the %d receipts says %q", len(r.s.from.receipts), sentence)
	}
}

var statesOfScreens = []inState{
	{1, "unknown place code", anybody("/p/ZZ99", "海报可能旧了")},
	{1, "place closed", func(r *reader) {
		r.become("")
		r.scan("/p/" + r.one(`SELECT code FROM org_place WHERE closed_note <> '' ORDER BY code LIMIT 1`))
		r.sees(r.one(`SELECT closed_note FROM org_place WHERE closed_note <> '' ORDER BY code LIMIT 1`))
	}},
	{1, "a file that is no photo", func(r *reader) {
		r.become("")
		r.scan("/p/P104M")
		p := r.page.Form("say").Set("text", "水是凉的").Attach("photo", "水.txt", []byte("no photo")).Submit()
		if !strings.Contains(p.Text(), "第 1 张没有加进来：认不出这个文件的格式") || !strings.Contains(string(p.Body), "水是凉的") {
			r.t.Errorf("the file is not named or the words are lost: %d\n%.1500s", p.Status, p.Text())
		}
	}},
	{1, "over the limit: looked at first", byReceipt("正在核实内容")},
	{2, "names a person", func(r *reader) {
		r.become("")
		r.scan("/p/P104M")
		r.press("继续", "text", "张建国班长每天克扣我们的劳保手套。")
		r.sees("保密")
		if !strings.Contains(r.page.Text(), "写到了") {
			r.t.Errorf("no warning:\n%s", r.main())
		}
	}},
	{4, "wrong code", func(r *reader) {
		r.become("")
		r.scan("/f")
		if p := r.page.Form("/f").Set("number", r.s.from.receipts[0].Number).Set("code", "1234123412341234").Submit(); p.Status != http.StatusUnprocessableEntity {
			r.t.Errorf("%s", p)
		}
	}},
	{4, "merged", byReceipt("你的回执继续有效")},
	{4, "split", byReceipt("分开办理")},
	{4, "withdrawn", byReceipt("你已撤回")},
	{4, "deadline moved", byReceipt("改期原因")},
	{4, "asked", byReceipt("工会想问你一个问题")},
	{4, "not taken up", byReceipt("应该找：")},
	{4, "to be rated", byReceipt("请你来验收")},
	{5, "quarantine", shown(access.Triager, "/inbox?view=quarantine", "暂存")},
	{5, "all done", func(r *reader) { // and every number above the list is the number of rows below it
		r.as(access.Triager)
		r.scan("/inbox")
		inbox, done := r.page, false
		for _, a := range inbox.All(func(n *html.Node) bool { return n.DataAtom == atom.A && hasAncestor(n, "counters") }) {
			r.page = inbox
			r.open(webtest.Attr(a, "href"))
			rows := len(r.page.All(func(n *html.Node) bool { return n.DataAtom == atom.Tr && n.Parent.DataAtom == atom.Tbody }))
			if n, _, _ := strings.Cut(textOf(a), " "); n != fmt.Sprint(rows) && rows < 50 {
				r.t.Errorf("%s has %d rows, the number above says %s", r.page.URL, rows, n)
			}
			done = done || strings.Contains(r.page.Text(), "全部受理完")
		}
		if !done {
			r.t.Error("something waits in every view")
		}
	}},
	{5, "a filter hides everything", shown(access.Triager, "/inbox?q=没有这样的话", "筛选条件下没有内容", "清除筛选")},
	{5, "claimed by somebody else", func(r *reader) {
		r.as(access.Triager)
		r.scan("/voice/" + r.one(`SELECT v.id FROM voice v JOIN org_person p ON p.id = v.claimed_by WHERE v.state = 'in_triage' AND p.employee_no <> $1 ORDER BY v.id LIMIT 1`, r.s.as(access.Triager).Number))
		r.sees("在处理")
	}},
	{7, "waiting for approval", ofMatter(`state = 'plan_review'`, "审核")},
	{7, "paused", ofMatter(`state = 'paused'`, "暂停", "自动恢复")},
	{7, "reopened", ofMatter(`round > 1`, "第 2 轮")},
	{7, "carried over", ofMatter(`state = 'carried_over'`, "复核")},
	{7, "overdue", func(r *reader) {
		r.as(access.Supervisor)
		r.scan("/ledger?light=red")
		r.first("/matter/")
		r.sees("超期")
	}},
	{8, "nothing to do", func(r *reader) {
		for _, x := range r.s.from.signIns {
			r.become(x.Number)
			if p := r.client.Get("/desk"); p.Status == http.StatusOK && strings.Contains(p.Text(), "本周没有待办") {
				return
			}
		}
		r.t.Error("everybody owes something")
	}},
	{9, "the window closes in some days", func(r *reader) { r.rating(); r.sees("还剩", "截止") }},
	{9, "already used", func(r *reader) {
		r.rating()
		at := r.page.URL.String()
		fact := webtest.Attr(r.page.Find(func(n *html.Node) bool { return webtest.Attr(n, "name") == "fact" }), "value")
		r.press("发送", "fact", fact, "result", r.value("解决了"))
		r.page = r.client.Get(at)
		r.sees("你已经评价过")
	}},
	{10, "something critical: the roster is called, and then somebody comes", func(r *reader) {
		r.as(access.Inspector)
		r.scan("/visit/" + r.one(`SELECT v.number FROM visit v JOIN visit_call c ON c.visit = v.id WHERE c.accepted_at = 0`))
		r.sees("严重不合格，正在呼叫值班", "每半小时换下一位")
		r.become(r.one(`SELECT p.employee_no FROM org_person p JOIN visit_call c ON c.person = p.id WHERE c.accepted_at = 0`))
		r.scan("/visit/" + r.one(`SELECT v.number FROM visit v JOIN visit_call c ON c.visit = v.id WHERE c.accepted_at = 0`))
		r.press("我去处置", "coming", "已断开充电电源")
		r.sees("已接警", "已断开充电电源")
	}},
	{11, "the calendar of next year is missing", shown(access.Supervisor, "/supervise", "节假日安排尚未公布")},
	{11, "what happens next by itself, and when", shown(access.Supervisor, "/supervise", "自动下一步")},
	{12, "fewer than five", anybody("/board", "不到 5")},
	{12, "numbers of some minutes ago", func(r *reader) {
		r.as(access.Leader)
		if r.page.Find(func(n *html.Node) bool {
			return webtest.Attr(n, "data-asof") != "" && webtest.Attr(n, "data-old") != ""
		}) == nil {
			r.t.Error("the page does not know how old it is")
		}
	}},
}

// rating opens the page on which somebody judges, from his first page.
func (r *reader) rating() {
	r.t.Helper()
	r.become(r.one(`SELECT MIN(p.employee_no) FROM org_person p JOIN invitation i ON i.person = p.id JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
		WHERE a.state = 'open' AND i.used = 0`))
	r.follow("件事请你说说是否解决")
	r.first("/rate/")
}

// TestStatesOfTheScreens: every state of the key screens that needs no device and no broken machine is reached in the demonstration.
func TestStatesOfTheScreens(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.askAtOnce()
	for _, x := range statesOfScreens {
		t.Run(x.name, func(t *testing.T) {
			local := *s
			local.t = t
			x.see(&reader{t: t, s: &local})
		})
	}
}
