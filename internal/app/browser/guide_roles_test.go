package browser

import (
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
)

func (r *reader) employee() {
	r.become("")
	r.scan("/p/P104M")
	r.sees("这里已在办")
	here := r.page
	r.follow("我也遇到")
	r.sees("我也遇到")
	r.page = here
	r.press("继续", "text", "今天早上七点五十，二楼淋浴的水又是凉的。")
	r.sees("匿名", "保密", "实名")
	if n := r.page.Find(func(n *html.Node) bool { return webtest.Attr(n, "name") == "level" && has(n, "checked") }); n != nil {
		r.t.Error("who may know is chosen already")
	}
	r.sees("七点五十")
	r.press("发送", "level", "anonymous")
	r.sees("只显示这一次", "存成图片", "前）")
	number, code := strings.Join(strings.Fields(r.page.ID("receipt-number")), ""), r.page.ID("receipt-code")
	r.typed("/f")
	r.press("查", "number", number, "code", code)
	r.sees(number, "工会会在", "前受理")
	// some days later somebody else is asked
	r.become(r.one(`SELECT MIN(p.employee_no) FROM org_person p JOIN invitation i ON i.person = p.id JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
		WHERE a.state = 'open' AND i.used = 0`))
	r.follow("件事请你说说是否解决")
	r.first("/rate/")
	fact := webtest.Attr(r.page.Find(func(n *html.Node) bool { return webtest.Attr(n, "name") == "fact" }), "value")
	r.sees("没解决")
	r.press("发送", "fact", fact, "result", r.value("没解决"))
	r.surveys()
}

// surveys is answering with a code on paper, with photos, and with a token, which needs a script to be got.
func (r *reader) surveys() {
	paper, blind := r.round(false), r.round(true)
	r.as(access.Triager)
	r.open("/survey/" + paper + "/codes")
	form := r.page.Form("/codes")
	unit := r.page.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.Option && webtest.Attr(n, "value") != "" && n.Parent != nil && webtest.Attr(n.Parent, "name") == "unit"
	})
	r.page = form.Set("unit", webtest.Attr(unit, "value")).Set("n", "1").Submit().Want(http.StatusOK)
	code := textOf(r.page.Find(func(n *html.Node) bool { return webtest.HasClass(n, "big") }))
	r.become("")
	r.scan("/s/" + paper)
	r.sees("答题码")
	for range 2 { // an answer may bring one question more
		answers, given := []string{"code", code}, map[string]bool{}
		for _, n := range r.page.All(func(n *html.Node) bool { return webtest.Attr(n, "type") == "radio" }) {
			if name := webtest.Attr(n, "name"); !given[name] {
				given[name] = true
				answers = append(answers, name, webtest.Attr(n, "value"))
			}
		}
		if r.press("提交", answers...); r.says(r.page.Text(), "谢谢，已收到") {
			break
		}
	}
	r.sees("谢谢，已收到")
	r.scan("/s/" + blind)
	cold := r.page.Find(func(n *html.Node) bool {
		return webtest.Attr(n, "type") == "checkbox" && webtest.Attr(n, "value") == "rest"
	})
	r.press("提交", webtest.Attr(cold, "name"), "rest") // of a rest room that is cold it asks for a photo
	r.sees("拍照/选图", "只有工会办能看到")
	r.as(access.Employee)
	home := r.page
	r.follow("去填写")
	r.page = home
	r.follow("我反映的")
	r.sees("我反映的")
	r.first("/answer/" + blind)
	r.sees("领取凭证", "凭证在这台设备上")
}

// round is one of the demonstration that is asked now.
func (r *reader) round(blind bool) string {
	n := 0
	if blind {
		n = 1
	}
	return r.one(`SELECT id FROM survey_round WHERE state = 'open' AND walk_in = 0 AND blind = $1 ORDER BY opens, id LIMIT 1`, n)
}

// value is what the choice sends that is called so.
func (r *reader) value(words string) string {
	r.t.Helper()
	for _, l := range r.labelled(words, atom.Label) {
		for _, n := range (&webtest.Page{Root: l}).All(func(n *html.Node) bool { return n.DataAtom == atom.Input }) {
			return webtest.Attr(n, "value")
		}
	}
	for _, o := range r.labelled(words, atom.Option) {
		return webtest.Attr(o, "value")
	}
	r.t.Fatalf("%s has no choice %q:\n%.2000s", r.page.URL, words, r.main())
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func (r *reader) shiftLeader() {
	r.as(access.ShiftLeader)
	home := r.page
	r.sees("今天念给班组听")
	section := r.page.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.Section && r.says(textOf(n), "今天念给班组听")
	})
	told := 0
	for _, n := range (&webtest.Page{Root: section}).All(func(n *html.Node) bool { return n.DataAtom == atom.A }) {
		if to := webtest.Attr(n, "href"); strings.HasPrefix(to, "/matter/") || strings.HasPrefix(to, "/p/") {
			told++
			r.open(to)
			r.page = home
		}
	}
	if told < 1 || told > 3 {
		r.t.Errorf("%d lines to read aloud", told)
	}
	r.follow("代为记录")
	r.sees("班组代录")
	r.press("登记，出回执", "channel", r.value("班组代录"), "text", "更衣室的柜子坏了，锁不上。", "level", "anonymous")
	r.sees("交给本人", "密码")
	r.scan("/p/P104M")
	r.follow("我也遇到")
}

func (r *reader) unitChair() {
	r.as(access.UnitChair)
	home := r.page
	r.numbers(5)
	r.sees("我的待办", "收件箱")
	r.follow("在办")
	r.first("/matter/")
	r.page = home
	r.follow("吹哨")
	r.press("吹哨", "text", "三天没有人动，请到现场看。", "called", r.one(`SELECT code FROM org_unit WHERE kind = 'department' AND active = 1 ORDER BY code LIMIT 1`))
	r.sees("报到")
	r.scan("/p/P104M")
	r.sees("这里已在办")
	r.page = home
	r.follow("记一次检查")
	r.page = home
	r.follow("公示栏")
	r.numbers(3)
	r.page = home
	r.follow("提醒")
	r.press("标为已读")
}

func (r *reader) triager() {
	r.as(access.Triager)
	r.follow("收件箱")
	inbox := r.page
	r.numbers(6)
	r.sees("领取", "交办", "合并", "今天到期")
	r.open("/inbox?view=new&level=anonymous")
	r.first("/voice/")
	r.sees("遮盖")
	r.press("领取")
	r.sees("类别", "看过", "新立实事", "列入已有实事", "交办答复", "直接答复")
	r.press("查看", "open_reason", "核对时间")
	r.press("保存并答复", "title", "二楼淋浴的水温", "category", "B1", "do", "answer", "result", r.value("已办好"), "say", "已经请设备部调了水温，谢谢您告诉我们。")
	r.page = inbox
	r.follow("新收到")
	var two []string
	for _, n := range r.page.All(func(n *html.Node) bool { return webtest.Attr(n, "name") == "id" }) {
		if two = append(two, webtest.Attr(n, "value")); len(two) == 2 {
			break
		}
	}
	f := r.page.Form("rows").Set("id", two...)
	r.page = f.Press("claim").Want(http.StatusOK)
	r.page = inbox
	r.follow("今天到期")
}

func (r *reader) handler() {
	unsigned := `FROM assignment a JOIN matter m ON m.id = a.subject_id JOIN org_grant g ON g.unit = a.lead AND g.role = 'dept_head' JOIN org_person p ON p.id = g.person WHERE a.state = 'assigned'`
	r.become(r.one(`SELECT MIN(p.employee_no) ` + unsigned))
	r.follow("我的待办")
	r.follow("不该我办")
	r.follow("我的待办")
	r.press("签收")
	things := r.s.guideThings(r.t)
	r.become(things["planner"])
	r.follow("我的待办")
	r.open("/matter/" + things["plan"])
	r.follow("五定")
	r.sees("目标", "标准", "措施", "责任人", "时限")
	r.become(things["owner"])
	r.follow("我的待办")
	r.follow("做完这一步")
	r.press("发送", "text", "一号楼的温控阀换好了，三个喷头都试过。")
	r.open("/matter/" + things["executing"])
	at := r.page
	r.follow("延期")
	day := r.s.Time.Now().AddDate(0, 1, 0)
	for try := 0; ; try++ {
		p := r.page.Form("/more-time").Set("day", day.AddDate(0, 0, try).Format(time.DateOnly)).Set("reason", "备件二十天才到。").Submit()
		if p.Status == http.StatusOK {
			break
		}
		if try > 14 {
			r.t.Fatalf("no day is good for more time: %.1500s", p.Text())
		}
	}
	r.page = at
	r.follow("报告办结")
	r.sees("照片")
	r.become(things["owner"])
	r.follow("我的待办")
}

func (r *reader) head() {
	r.become(r.s.guideThings(r.t)["told"])
	r.follow("提醒")
	r.first("/matter/")
	r.sees("五定", "进展")
	number := r.one(`SELECT MIN(p.employee_no) FROM duty d JOIN matter m ON m.id = d.subject_id JOIN org_grant g ON g.unit = m.lead AND g.role = 'dept_head' JOIN org_person p ON p.id = g.person
		WHERE d.kind = 'plan_head' AND d.open = 1 AND d.subject_kind = 'matter'`)
	r.become(number)
	r.follow("我的待办")
	r.press("签字同意")
	r.become(r.one(`SELECT MIN(p.employee_no) FROM supervise_order o JOIN org_grant g ON g.unit = o.unit AND g.role = 'dept_head' JOIN org_person p ON p.id = g.person WHERE o.state = 'issued'`))
	r.follow("实事台账")
	r.follow("督办台账")
	r.open("/orders?state=issued")
	r.first("/order/")
	r.press("签收")
}

func (r *reader) supervisor() {
	r.as(access.Supervisor)
	r.follow("台账")
	r.follow("督办台")
	r.sees("延期", "吹哨", "下一步")
	r.follow("台账")
	r.follow("超期")
	r.press("保存", "title", "每周一看的")
	r.sees("每周一看的")
	r.page = r.client.Get(r.page.Link("xlsx")).Want(http.StatusOK)
	number := (&scout{t: r.t, s: r.s, clients: map[string]*webtest.Client{r.s.as(access.Supervisor).Number: r.client}}).firstOpen(r.s.as(access.Supervisor).Number, "plan_review", "decide")
	r.scan("/matter/" + number)
	r.sees("标准", "时限")
	r.follow("审核")
	r.sees("退回")
	r.press("通过")
	r.follow("我的待办")
	r.follow("去裁定")
	r.follow("台账")
	r.follow("编发")
	r.open("/publish/" + r.one(`SELECT id FROM news WHERE kind = 'circular' ORDER BY id LIMIT 1`))
	r.sees("主要问题")
}

func (r *reader) inspector() {
	r.as(access.Inspector)
	home := r.page
	r.follow("我的待办")
	r.page = home
	r.follow("扫码到场所")
	r.press("查找", "code", "P104M")
	r.follow("记一次检查")
	r.sees("先放上照片，逐张填写时间和部位")
	photo, err := os.ReadFile(photoFile(r.t))
	if err != nil {
		r.t.Fatal(err)
	}
	r.page = r.page.Form("/visits/new").Attach("photos", "shower.jpg", photo).Set("act", "hold").Submit().Want(http.StatusOK)
	r.sees("拍的部位")
	r.press("记录这次检查", "v.BT1.1", "38", "v.BT1.2", "39", "v.BT1.3", "40")
	record := r.page
	r.follow("打印记录表")
	r.page = record
	r.follow("历次测量")
	number := (&scout{t: r.t, s: r.s, clients: map[string]*webtest.Client{r.s.as(access.Inspector).Number: r.client}}).firstOpen(r.s.as(access.Inspector).Number, "inspecting", "inspect")
	r.open("/matter/" + number)
	r.first("/matter/" + number + "/inspect")
	r.sees("合格", "不合格", "在场", "提交检查结果")
	r.page = r.page.Form("/inspect").Attach("photos", "counter.jpg", photo).Set("act", "hold").Submit().Want(http.StatusOK)
	r.sees("拍的部位")
}

func (r *reader) leader() {
	r.as(access.Leader)
	home := r.page
	r.sees("这些数字怎么算的", "本月", "需要您决定")
	r.numbers(3)
	r.first("/ledger")
	r.page = home
	r.follow("实事台账")
	r.follow("扫码到场所")
}

func (r *reader) auditor() {
	r.as(access.Auditor)
	r.follow("管理")
	r.follow("存证日志")
	r.follow("校验整个日志")
	r.press("开始校验")
	r.sees("校验通过")
	r.follow("台账")
	r.follow("已销号")
	r.open("/matter/" + r.one(`SELECT MIN(m.number) FROM matter m WHERE m.state = 'closed' AND (SELECT COUNT(*) FROM plan p WHERE p.matter = m.id) > 1`))
	r.follow("与上一版对比")
	r.follow("管理")
	r.follow("授权总览")
	r.follow("管理")
	r.follow("诱饵心声")
	r.follow("核对一段文字")
	r.press("核对", "text", "浴室水凉")
	r.sees("没有对上")
}

func (r *reader) administrator() {
	r.as(access.SystemAdmin)
	r.follow("管理")
	admin := r.page
	r.follow("表格导入")
	r.first("/admin/import/people")
	r.client.Get(r.page.Link("/template")).Want(http.StatusOK)
	check := r.page.Form("/admin/import/people").Attach("file", "people.csv", []byte("工号,姓名,单位编码\n00000001,钱七,U01\n")).Submit().Want(http.StatusOK)
	r.page = check
	r.sees("新增")
	r.page = check.Form("/check").Submit("act=run").Want(http.StatusOK)
	r.page = admin
	r.follow("人员")
	r.press("筛选", "q", "王")
	r.open("/admin/people/" + r.one(`SELECT p.id FROM org_person p WHERE p.name LIKE '王%' AND p.status = 'active' ORDER BY p.employee_no LIMIT 1`))
	r.follow("修改")
	r.press("保存", "status", r.value("离职"))
	r.sees("离职", "关联")
	r.press("确认离职")
	r.sees("离职")
	r.page = admin
	r.follow("后台任务")
}
