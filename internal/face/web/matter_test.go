package web_test

import (
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
)

// no is the employee number of a person with a short name.
func (p *plant) no(key string) string {
	p.t.Helper()
	no := ""
	p.Read(func(tx *db.Tx) (err error) {
		no, err = db.One[string](tx, `SELECT employee_no FROM org_person WHERE id = $1`, p.P(key).ID)
		return err
	})
	return no
}

// register puts a matter on the ledger through its page.
func (p *plant) register(class string) string {
	p.t.Helper()
	page := p.as("triager").Get("/ledger/new").Want(200).Form("/ledger/new").Set("title", "四区浴室水温不足").Set("class", class).
		Set("source", "research").Set("category", "BA-1").Set("place", "P104M").Set("lead", "D05").Attach("photos", "IMG_1.jpg", picture(p.t, color.Gray{80})).Submit()
	page.Want(200).Says("四区浴室水温不足", "待提交措施", "设备部")
	return page.URL.Path[len("/matter/"):]
}

// planned fills in the plan's form well; the deadline is Friday 11 December 2026.
func (p *plant) planned(f *webtest.Form) *webtest.Form {
	f.Set("item", "提高四区浴室淋浴水温").Set("standard", "淋浴出水温度达标").
		Set("checks.0.text", "淋浴出水温度").Set("checks.0.kind", "number").Set("checks.0.low", "38").Set("checks.0.high", "42").Set("checks.0.unit", "℃").
		Set("checks.1.text", "更衣区有暖气").Set("checks.1.kind", "yesno").
		Set("steps.0.text", "更换换热器").Set("steps.0.day", "2026-12-02").Set("steps.1.text", "调试").Set("steps.1.day", "2026-12-10").
		Set("owner", p.no("handler")).Set("acceptors.0", p.no("worker")).Set("after_photos", "1")
	if slices.ContainsFunc(f.Names(), func(s string) bool { return strings.HasPrefix(s, "deadline=") }) { // later only an extension moves it
		f.Set("deadline", "2026-12-11")
	}
	return f
}

// pressed sends the form of a button on the matter's page.
func (p *plant) pressed(who, number, button string) *webtest.Page {
	p.t.Helper()
	return p.as(who).Get("/matter/" + number).Want(200).Form("/" + button).Submit()
}

// form opens the form of an action.
func (p *plant) form(who, number, name string) *webtest.Form {
	p.t.Helper()
	return p.as(who).Get("/matter/" + number + "/" + name).Want(200).Form("/" + name)
}

// to brings a matter along the normal path through the pages, up to a state.
func (p *plant) to(state string) string {
	p.t.Helper()
	n := p.register("standard")
	for _, s := range []struct {
		state string
		do    func()
	}{
		{matter.Assigned, func() { p.pressed("handler", n, "sign").Want(200).Says("已签收") }},
		{matter.PlanReview, func() {
			p.planned(p.form("handler", n, "plan")).Submit("act=submit").Want(200).Says("等部门负责人签字")
		}},
		{matter.Executing, func() {
			p.signed(n)
			p.form("triager", n, "decide").Set("approve", "yes").Submit().Want(200).Says("决定已生效")
		}},
		{matter.Inspecting, func() { p.work(n) }},
		{matter.Accepting, func() {
			p.form("inspector", n, "inspect").Set("readings.1", "40.5").Set("readings.1.2", "41").Set("readings.1.3", "39").Set("readings.2", "yes").
				Set("passed", "yes").Set("present", "职工代表 2 人").Submit().Want(200).Says("检查结果已提交", "各测点：40.5 / 41 / 39")
		}},
		{matter.Rated, func() { p.rated(n) }},
		{matter.Closed, func() {
			p.form("triager", n, "close").Set("reply", "水温已达标，请大家监督").Submit().Want(200).Says("已销号", "水温已达标，请大家监督")
		}},
	} {
		s.do()
		p.state(n, s.state)
		if s.state == state {
			break
		}
	}
	return n
}

// signed is the signature of the head under the plan that waits.
func (p *plant) signed(n string) {
	p.t.Helper()
	p.form("head", n, "head-sign").Submit("sign=yes").Want(200).Says("已签字", "等督办审核")
}

// work does both steps with a photo and says that it is done.
func (p *plant) work(n string) {
	p.t.Helper()
	p.form("handler", n, "progress").Attach("photos", "a.jpg", picture(p.t, color.Gray{120})).Submit().Want(200).Says("第 1 步完成：更换换热器")
	p.form("handler", n, "progress").Set("step", "2").Set("text", "调到 40 度").Submit().Want(200).Says("第 2 步完成：调试", "调到 40 度")
	p.form("handler", n, "done").Set("text", "换热器已更换，水温 40 ℃").Set("readings.1", "40").Attach("photos", "b.jpg", picture(p.t, color.Gray{200})).Submit().Want(200).Says("已报告办结")
}

// rated lets whoever is invited say that it is solved, and the window end.
func (p *plant) rated(n string) {
	p.t.Helper()
	id := p.matter(n).ID
	var mine []accept.Invitation
	p.Read(func(tx *db.Tx) (err error) {
		mine, err = accept.Mine(tx, p.P("worker"))
		return err
	})
	if len(mine) != 1 || mine[0].Matter != id {
		p.t.Fatalf("the acceptor is invited: %+v", mine)
	}
	p.Do("worker", accept.Answer{Invitation: mine[0].ID, Fact: accept.Yes, Result: accept.Solved, Grade: 5})
	p.Clock.Advance(40 * 24 * time.Hour)
	p.Must(func(tx *db.Tx) error {
		_, err := accept.RunWindows(tx)
		return err
	})
}

func TestMatterGoesItsWholeWayThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.to(matter.Closed)
		m := p.matter(n)
		if !m.Solved() || m.Due0 != "2026-12-11" || m.Inspector != p.P("inspector").ID || m.ClosedBy != p.P("triager").ID {
			t.Errorf("closed: %+v", m)
		}
		p.as("inspector").Get("/matter/" + n + "/look-back").Want(409)
		c.Advance(31 * 24 * time.Hour)
		p.form("inspector", n, "look-back").Set("readings.1", "39").Set("readings.2", "yes").Set("passed", "yes").Submit().Want(200).Says("30 天回头看")
		if m := p.matter(n); m.LookBack30 != matter.LookedGood {
			t.Errorf("after 30 days: %+v", m)
		}
		p.as("leader").Get("/matter/"+n+"/sheet").Want(200).Says("五定整改措施表", "提高四区浴室淋浴水温", "淋浴出水温度 · 38–42 ℃", "职工确认已解决")
		c.Advance(60 * 24 * time.Hour)
		p.form("inspector", n, "look-back").Set("passed", "no").Set("note", "又降到 33 度").Submit().Want(200).Says("第 2 轮")
		p.state(n, matter.Executing)
	})
}

func TestMatterPagesRefuseTheWrongHands(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.to(matter.Inspecting)
		// Who did it does not inspect it, and nobody of his unit does.
		for _, who := range []string{"handler", "handler2", "head"} {
			if page := p.as(who).Get("/matter/" + n + "/inspect"); page.Status != 403 {
				t.Errorf("%s opens the inspection: %v", who, page)
			}
		}
		// A stranger to the matter sees nothing of it.
		for _, who := range []string{"worker2", "otherhead2", "welfare"} {
			if _, ok := p.People[who]; !ok {
				continue
			}
			if page := p.as(who).Get("/matter/" + n); page.Status != 403 && page.Status != 404 {
				t.Errorf("%s: %v", who, page)
			}
		}
		if page := webtest.On(t, p.base).Get("/matter/" + n); !strings.Contains(page.URL.Path, "login") && page.Status < 400 {
			t.Errorf("without an account: %v", page)
		}
		for who, forms := range map[string][]string{
			"handler": {"decide", "extension", "extension-top", "pause", "carry", "decline", "cancel", "close", "assign", "adjudicate", "wording", "inspector", "question"},
			"worker":  {"plan", "progress", "done", "inspect", "look-back", "more-time", "close", "return"},
			"leader":  {"plan", "decide", "inspect", "close", "wording", "pause"},
			"auditor": {"decide", "close", "plan", "cancel"},
		} {
			for _, f := range forms {
				if page := p.as(who).Get("/matter/" + n + "/" + f); page.Status != 403 && page.Status != 404 && page.Status != 409 {
					t.Errorf("%s opens %s: %v", who, f, page)
				}
			}
		}
		p.state(n, matter.Inspecting)
	})
}

func TestStaleFormShowsBoth(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.to(matter.Executing)
		mine := p.form("handler", n, "more-time").Set("day", "2026-12-25").Set("reason", "换热器 12 月 20 日到货")
		p.form("triager", n, "wording").Set("title", "四区新浴室水温不足").Submit().Want(200)
		page := mine.Submit().Want(409).Says("你填写的时候，这里被改过了", "职工triager")
		again := page.Form("/more-time")
		if again.Values.Get("reason") != "换热器 12 月 20 日到货" {
			t.Errorf("what was typed is gone: %v", again.Values)
		}
		again.Submit().Want(200).Says("已提交申请")

		change := p.planned(p.form("handler", n, "plan")).Set("steps.0.text", "更换两台换热器")
		p.planned(p.form("handler2", n, "plan")).Set("steps.0.text", "清洗换热器").Submit("act=submit").Want(200)
		page = change.Submit("act=submit").Want(409).Says("更换两台换热器", "清洗换热器", "不能提交措施")
		if got := page.Form("/plan").Values.Get("steps.0.text"); got != "更换两台换热器" {
			t.Errorf("what was typed is gone: %q", got)
		}
		page.Form("/plan").Submit("act=draft").Want(409) // the plan waits: the form is closed, the draft is kept
		p.signed(n)
		p.form("triager", n, "decide").Set("approve", "no").Set("note", "写清型号").Submit().Want(200)
		p.as("handler").Get("/matter/"+n+"/plan").Want(200).Says("这是你", "写清型号").Form("/plan").Submit("act=discard").Want(200).Says("写清型号")
	})
}

// TestTwoInspectorsAtOnce: what was measured before stands beside the fields; the second of two who inspect the same matter sees what the
// first has found beside what he has typed, nothing of it is lost, and he cannot send it over the first.
func TestTwoInspectorsAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.to(matter.Inspecting)
		p.as("inspector").Get("/matter/"+n+"/inspect").Want(200).Says("自查", "40 ℃", "达到")
		fill := func(warm string, good string) *webtest.Form {
			return p.form("inspector", n, "inspect").Set("readings.1", warm).Set("readings.2", good)
		}
		second := fill("35.5", "no").Set("passed", "no").Set("note", "最里面的喷头只有 35.5 度，请再调").Set("present", "夜班职工 3 人").Attach("photos", "c.jpg", picture(t, color.Gray{60}))
		fill("40.5", "yes").Set("passed", "yes").Set("present", "职工代表 2 人").Submit().Want(200)
		page := second.Submit().Want(409).Says("你填写的时候，这里被改过了", "40.5 ℃", "35.5 ℃", "最里面的喷头只有 35.5 度，请再调", "另一位检查员已经提交了这次检查", "合格", "不合格").
			Silent("再按一次保存")
		held := map[string]string{}
		page.Find(func(n *html.Node) bool {
			if a := webtest.Attr(n, "name"); n.Data == "input" && (webtest.Attr(n, "type") != "radio" || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" })) {
				held[a] = webtest.Attr(n, "value")
			}
			return false
		})
		if held["readings.1"] != "35.5" || held["readings.2"] != "no" || held["passed"] != "no" || held["present"] != "夜班职工 3 人" || held["photos_have"] == "" {
			t.Errorf("what was typed is gone: %v", held)
		}
		page.Click("记一份现场检查").Want(200)
		second.Submit().Want(409).Says("35.5 ℃")
		p.state(n, matter.Accepting)
	})
}

func TestPlanFormSaysWhatIsWrongByDetermination(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.register("safety")
		f := p.form("handler", n, "plan").Set("standard", "进一步加强管理").Set("owner", "相关部门").Set("deadline", "2026-12-12").
			Set("checks.1.text", "水温").Set("checks.1.low", "三十八")
		page := f.Submit("act=submit").Want(422).Says("定标准", "定责任人", "定时限", "定资金", "定预案", "定措施",
			"责任人必须是一个人", "不是工作日", "请写明单位", "“三十八”不是数字", "进一步", "有误：")
		page.Silent("#f-checks.1.low") // the empty row before it is gone, and the fault has moved with its row
		page.Link("#f-checks.0.low")
		p.state(n, matter.Assigned)
		// More rows keep what is there.
		more := page.Form("/plan").Submit("act=steps").Want(200).Form("/plan")
		if more.Values.Get("checks.0.text") != "水温" || !strings.Contains(strings.Join(more.Names(), " "), "steps.3.text") {
			t.Errorf("more rows: %v", more.Names())
		}
	})
}

func TestQuickFixIsOwnerAndDate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.register("quick")
		f := p.form("handler", n, "plan")
		if !strings.HasSuffix(f.Values.Get("owner"), " · "+p.no("handler")) || f.Values.Get("when") != "2026-11-24" {
			t.Errorf("owner and date are there already: %v", f.Values)
		}
		f.Submit("act=submit").Want(200)
		if m := p.state(n, matter.Executing); m.Owner != p.P("handler").ID || m.Due != "2026-11-24" {
			t.Errorf("quick fix: %+v", m)
		}
	})
}

func TestReturnAdjudicateAndRefuse(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.register("standard")
		p.form("handler", n, "return").Set("proposed", "D06").Submit().Want(422).Says("请填写")
		p.form("handler", n, "return").Set("rule", "职责 3.2").Set("proposed", "D06").Submit()
		p.state(n, matter.Proposed)
		p.form("triager", n, "assign").Set("lead", "D06").Submit().Want(200)
		p.form("other", n, "return").Set("rule", "职责 5.1").Set("proposed", "D05").Submit()
		p.as("supervisor").Get("/matter/"+n).Want(200).Says("再次退回", "职责 5.1")
		p.form("supervisor", n, "adjudicate").Set("lead", "D05").Set("basis", "设备归设备部").Submit().Want(200).Says("已裁定")
		m := p.state(n, matter.Assigned)
		if m.Lead != "D05" {
			t.Errorf("lead %s", m.Lead)
		}
		p.planned(p.form("handler", n, "plan")).Submit("act=submit").Want(200)
		p.signed(n)
		p.form("supervisor", n, "decide").Set("approve", "yes").Submit().Want(200)
		p.form("handler", n, "more-time").Set("day", "2026-12-25").Set("reason", "换热器未到货").Submit().Want(200).Says("申请延期")
		p.form("supervisor", n, "extension").Set("grant", "no").Submit().Want(422)
		p.form("supervisor", n, "extension").Set("grant", "yes").Submit().Want(200).Says("原定 2026年12月11日，延期 1 次")
		p.form("supervisor", n, "pause").Set("reason", "bid").Set("until", "2026-12-07").Set("note", "等招标").Submit().Want(200).Says("暂停")
		p.pressed("supervisor", n, "resume").Want(200).Says("已恢复办理")
		p.form("supervisor", n, "carry").Set("condition", "明年资金下达").Set("review_day", "2027-03-01").Submit().Want(200).Says("挂账", "明年资金下达")
		p.form("supervisor", n, "review").Set("review_day", "2027-06-01").Submit().Want(200)
		p.pressed("supervisor", n, "take-up").Want(200).Says("已重新启动")
		p.form("leader", n, "decline").Set("reason", "旧浴室年底拆除").Set("rule", "技改规划 2026-7").Set("decider", "总经理办公会").Submit().Want(200).Says("技改规划 2026-7", "总经理办公会")
		p.state(n, matter.Cancelled)
	})
}
