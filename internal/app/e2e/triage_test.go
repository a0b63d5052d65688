package e2e_test

import (
	"strings"
	"sync"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
)

// canary stands in original words that no department may ever read.
const canary = "金丝雀七号更衣柜B127"

func TestTwoClaimTheSame(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		for range 5 {
			v := p.Tell("worker", voice.Named, "P201", "一楼餐厅十二点十分以后菜就凉了。")
			forms := map[string]*webtest.Form{}
			for _, who := range []string{"triager", "triager2"} {
				forms[who] = p.as(who).Get("/voice/" + v.ID).Want(200).Form("/claim")
			}
			pages := map[string]*webtest.Page{}
			var mu sync.Mutex
			var wg sync.WaitGroup
			for who, f := range forms {
				wg.Go(func() {
					page := f.Submit()
					mu.Lock()
					defer mu.Unlock()
					pages[who] = page
				})
			}
			wg.Wait()
			winner, loser := "triager", "triager2"
			if pages["triager2"].Status == 200 {
				winner, loser = loser, winner
			}
			pages[winner].Want(200).Says("已领取")
			pages[loser].Want(409).Says("职工"+winner+" 已经领取了这条心声", "没有办成")
			if got := p.Voice(v.ID).ClaimedBy; got != p.P(winner).ID {
				t.Fatalf("%s was told that he has it, but %s has", winner, got)
			}
			// who lost sees no decision to take, and is told while he reads
			page := p.as(loser).Get("/voice/" + v.ID).Want(200).Says("职工" + winner + " 正在处理")
			if strings.Contains(page.Text(), "保存并答复") {
				t.Error("two may decide")
			}
			p.as(loser).Get("/voice/"+v.ID+"/now?v=1").Want(200).Says("职工"+winner, "刚刚领取")
			// he can put it back when the colleague is away, and take it
			page.Form("/letgo").Submit().Want(200)
			p.as(loser).Get("/voice/" + v.ID).Form("/claim").Submit().Want(200).Says("已领取")
		}
	})
}

func TestStaleDecision(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	v := p.Tell("worker", voice.Named, "P201", "一楼餐厅菜凉了。")
	b := p.as("triager")
	f := decide(b, v.ID, "assign", "title", "我写的标题", "category", "A2", "lead", "D01", "say", "已交公益福利部。")
	p.Do("triager", voice.Claim{Voice: v.ID}, voice.Name{Voice: v.ID, Units: []string{"U12"}}) // in another window
	page := f.Submit("act=save").Want(409).Says("你填写的时候，这里被改过了", "我写的标题", "现在的内容")
	if got := page.Form("decide").Values.Get("title"); got != "我写的标题" {
		t.Errorf("typed text is lost: %q", got)
	}
	page.Form("decide").Submit("act=save").Want(200) // once more: mine holds
	if v := p.Voice(v.ID); v.State != voice.Assigned || v.Title != "我写的标题" {
		t.Errorf("%s %q", v.State, v.Title)
	}
	// pressed twice: done once
	again := page.Form("decide").Submit("act=save").Want(200)
	again.Silent("没有办成")
}

// TestDepartmentReadsTheRedactedOnly looks for the words that triage masked in everything a department can open.
func TestDepartmentReadsTheRedactedOnly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		for _, level := range []voice.Level{voice.Anonymous, voice.Confidential} {
			who := map[voice.Level]string{voice.Confidential: "worker"}[level]
			v := p.Tell(who, level, "P104M", "浴室水不热。我们班只有三个人，"+canary+"。")
			b := p.as("triager")
			page := b.Get("/voice/"+v.ID).Want(200).Says("查看原文", "浴室水不热")
			page.Form("decide").Submit("act=open").Want(422).Says("请写明理由") // not without a reason
			open := page.Form("decide").Set("open_reason", "核对柜号").Submit("act=open").Want(200).Says("原文", canary)
			f := open.Form("decide").Set("do", "assign").Set("category", "B1").Set("title", "浴室水不热").Set("lead", "D02").
				Set("say", "已交设备部。").Set("redacted", "浴室水不热。我们班〔…〕。")
			if n := f.Submit("act=refresh").Want(200).Says(canary); n == nil { // still open, and not counted as a second opening
				t.Fatal("no page")
			}
			f.Submit("act=save").Want(200)
			views := 0
			p.Read(func(tx *db.Tx) (err error) {
				views, err = db.One[int](tx, `SELECT COUNT(*) FROM voice_view WHERE voice = $1`, v.ID)
				return err
			})
			if views != 1 {
				t.Errorf("%d openings are kept, want 1", views)
			}
			p.Holding(v.ID, voice.AddInfo{Voice: v.ID, Text: "补充一句" + canary})
			for _, reader := range []string{"equipment", "equipment-head"} {
				dept := p.as(reader)
				dept.Get("/voice/"+v.ID).Want(200).Says("浴室水不热").Silent(canary, "补充一句", "职工worker")
				for _, path := range []string{"/desk", "/inbox", "/voice/" + v.ID + "/beside", "/voice/" + v.ID + "/now?v=0", "/roster", "/ledger"} {
					dept.Get(path).Silent(canary)
				}
				// nor by pressing what is not theirs
				r := dept.Get("/voice/" + v.ID).Form("/sign").Request()
				r.URL.Path = "/voice/" + v.ID + "/open"
				if answer := dept.Do(r); answer.Status != 403 && answer.Status != 404 {
					t.Errorf("%s opens the words: %d", reader, answer.Status)
				} else {
					answer.Silent(canary)
				}
			}
			p.as("worker2").Get("/voice/" + v.ID).Want(404).Silent(canary)
		}
	})
}

func TestDepartmentSignsReturnsAnswers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		v := p.Tell("worker", voice.Named, "P104M", "浴室灯坏了，看不见路。")
		p.Do("triager", voice.AssignForAnswer{Voice: v.ID, Lead: "D01", Reading: voice.Reading{Title: "浴室灯坏", Category: "B2"}, Say: "已交办。"})
		for i, unit := range []string{"welfare-dept", "safety"} {
			page := p.as(unit).Get("/voice/"+v.ID).Want(200).Says("签收", "不归我们管", "浴室灯坏")
			page.Form("/return").Set("proposed", "D02").Submit().Want(422) // without a rule it is not returned
			page.Form("/return").Set("rule", "设备设施管理办法第七条").Set("proposed", "D02").Submit().Want(200)
			if i == 0 {
				got := p.as("triager").Get("/inbox?view=returned").Want(200).Says(v.Number)
				got.Click(v.ID).Want(200).Says("设备设施管理办法第七条", "建议交给")
				p.Do("triager", voice.AssignForAnswer{Voice: v.ID, Lead: "D04", Say: "改交安全环保部。"})
			}
		}
		page := p.as("supervisor").Get("/voice/"+v.ID).Want(200).Says("裁定由谁承办", "已退回两次")
		page.Form("/adjudicate").Set("rule_lead", "D02").Submit().Want(422)
		page.Form("/adjudicate").Set("rule_lead", "D02").Set("basis", "照明属设备部管辖").Submit().Want(200)
		if v := p.Voice(v.ID); v.Lead != "D02" || v.State != voice.Signed {
			t.Fatalf("%s with %s", v.State, v.Lead)
		}
		dept := p.as("equipment")
		page = dept.Get("/voice/" + v.ID).Want(200)
		page.Form("/say").Set("note", "电工明天上午去。").Submit().Want(200)
		f := dept.Get("/voice/"+v.ID).Want(200).Form("/answer").Set("result", "no")
		f.Submit().Want(422).Says("还有 〔 〕 里的空没有填")
		f.Set("say", "灯杆归市政，不能由我们换。").Submit().Want(422).Says("请写明依据", "请写明由谁决定")
		f.Set("rule_said", "市政设施管理条例").Set("decider", "设备部部长").Submit().Want(200).Says("已答复")
		if v := p.Voice(v.ID); v.State != voice.Answered {
			t.Errorf("%s", v.State)
		}
	})
}

// TestRecusedByEveryForm: who is named in a voice cannot get it by any form.
func TestRecusedByEveryForm(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	p.Must(func(tx *db.Tx) error { // a workshop below the plant that is named, with a clerk of its own
		who := access.System("test")
		if err := (org.AddUnit{Code: "U07-A", Parent: "U07", Kind: org.Workshop, NameZh: "维修车间"}).Do(tx, who); err != nil {
			return err
		}
		id, err := org.AddPerson{EmployeeNo: "N1", Name: "车间办事员", Unit: "U07-A"}.Do(tx, who)
		if err != nil {
			return err
		}
		if err := (org.GiveRole{Person: id, Role: access.Handler, Unit: "U07-A"}).Do(tx, who); err != nil {
			return err
		}
		if err := (org.GiveRole{Person: id, Role: access.Triager, Unit: "G"}).Do(tx, who); err != nil {
			return err
		}
		clerk, err := org.Actor(tx, id)
		p.person("clerk", clerk)
		return err
	})
	name := func(text string) voice.Voice {
		v := p.Tell("worker", voice.Confidential, "P201", text)
		b := p.as("triager")
		b.Get("/voice/"+v.ID).Form("decide").Set("named_unit", "U07").Submit("act=name").Want(200).Says("已登记回避", "7厂")
		return v
	}
	v := name("检修厂的食堂账目不清。")
	b := p.as("triager")
	for _, pairs := range [][]string{{"do", "assign", "lead", "U07"}, {"do", "assign", "lead", "D01", "co", "U07"}, {"do", "new", "new_lead", "U07", "matter_class", "standard"},
		{"do", "new", "new_lead", "D01", "co", "U07", "matter_class", "standard"}, {"do", "transfer", "to_unit", "U07", "why", "看看"}} {
		f := b.Get("/voice/" + v.ID).Form("decide")
		for i := 0; i < len(pairs); i += 2 {
			f.Values[pairs[i]] = []string{pairs[i+1]} // barred in the page, so set as somebody would who writes his own request
		}
		f.Set("title", "食堂账目").Set("category", "A3").Set("say", "已交办。")
		page := f.Submit("act=save")
		if page.Status != 422 && page.Status != 409 {
			t.Errorf("%v: %d", pairs, page.Status)
		}
		if got := p.Voice(v.ID); got.Lead != "" || got.Matter != "" || strings.Contains(string(got.UnitPath), "U07") {
			t.Fatalf("%v: lead %s, matter %s, path %s", pairs, got.Lead, got.Matter, got.UnitPath)
		}
	}
	// a matter that the named unit leads already
	other := p.Tell("worker2", voice.Named, "P201", "食堂账目请公开。")
	decide(b, other.ID, "new", "title", "公开账目", "category", "A3", "new_lead", "U07", "matter_class", "standard", "say", "已列入实事。").Submit("act=save").Want(200)
	matterNo := ""
	p.Read(func(tx *db.Tx) (err error) {
		matterNo, err = db.One[string](tx, `SELECT number FROM matter ORDER BY registered_at DESC LIMIT 1`)
		return err
	})
	f := decide(b, v.ID, "join", "title", "公开账目", "category", "A3", "matter_number", matterNo, "say", "一起办。")
	if page := f.Submit("act=save"); page.Status == 200 || p.Voice(v.ID).Matter != "" {
		t.Errorf("joined a matter of the named unit: %d", page.Status)
	}
	// several at once: into a voice that the named unit has
	third := p.Tell("worker", voice.Confidential, "P201", "食堂账目到底谁管。")
	decide(b, third.ID, "assign", "title", "食堂账目", "category", "A3", "lead", "U07", "say", "已交办。").Submit("act=save").Want(200)
	if p.Voice(third.ID).Lead != "U07" {
		t.Fatal("the test has nothing to merge into")
	}
	ask := b.Get("/inbox?view=all").Form("rows")
	ask.Values["id"] = []string{v.ID, third.ID}
	sure := ask.Submit("do=merge").Want(200).Form("/inbox").Set("into", third.ID).Set("say", "一起办理。")
	sure.Submit().Want(409).Says("有 1 条没有办成", v.Number)
	if got := p.Voice(v.ID); got.MergedInto != "" {
		t.Error("merged into a voice of the named unit")
	}
	// somebody of the named unit who triages besides does not even see it, by list, page or bulk
	clerk := p.as("clerk")
	clerk.Get("/inbox?view=all").Want(200).Silent(v.Number, v.ID)
	clerk.Get("/voice/" + v.ID).Want(404)
	bulk := clerk.Get("/inbox?view=all").Form("rows")
	bulk.Values["id"] = []string{v.ID}
	bulk.Submit("do=claim").Want(409).Silent(v.Number)
	if p.Voice(v.ID).ClaimedBy == p.P("clerk").ID {
		t.Error("who is named has claimed it")
	}
}

// TestClaimsAreTakenBack: the toast's button undoes claims by the ordinary way back, for one voice and for several.
func TestClaimsAreTakenBack(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	var ids []string
	for _, text := range []string{"班车早走了三分钟。", "班车又早走了，没赶上。"} {
		ids = append(ids, p.Tell("worker", voice.Named, "P501", text).ID)
	}
	held := func(want string) {
		t.Helper()
		for i, id := range ids {
			if got := p.Voice(id).ClaimedBy; got != want {
				t.Errorf("voice %d is with %q, want %q", i, got, want)
			}
		}
	}
	me := p.P("triager").ID
	b := p.as("triager")
	claimed := b.Get("/inbox").Form("rows").Set("id", ids...).Submit("do=claim").Want(200).Says("撤销")
	held(me)
	claimed.Form("/undo").Submit().Want(200).Says("已撤销 2 条")
	held("")
	one := b.Get("/voice/" + ids[0]).Form("/claim").Submit().Want(200).Form("/letgo").Submit().Want(200)
	if got := p.Voice(ids[0]).ClaimedBy; got != "" {
		t.Errorf("put back, and still with %q", got)
	}
	one.Form("/claim").Submit().Want(200)
	if got := p.Voice(ids[0]).ClaimedBy; got != me {
		t.Errorf("after undoing that it is with %q", got)
	}
}

func TestBulk(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		var ids []string
		for _, text := range []string{"班车早走了三分钟。", "班车又早走了，没赶上。", "一号线班车提前发车。"} {
			ids = append(ids, p.Tell("worker", voice.Named, "P501", text).ID)
		}
		p.Do("triager2", voice.Claim{Voice: ids[2]})
		b := p.as("triager")
		b.Get("/inbox").Form("rows").Submit("do=claim").Want(200).Says("没有选中任何一条")
		b.Get("/inbox").Form("rows").Set("id", ids...).Submit("do=claim").Want(409).Says("有 1 条没有办成", "职工triager2 已经领取了这条心声")
		for i, want := range []string{p.P("triager").ID, p.P("triager").ID, p.P("triager2").ID} {
			if got := p.Voice(ids[i]).ClaimedBy; got != want {
				t.Errorf("voice %d is with %s", i, got)
			}
		}
		ask := b.Get("/inbox").Form("rows").Set("id", ids[0], ids[1]).Submit("do=merge").Want(200).Says("并入哪一条")
		sure := ask.Form("/inbox").Set("into", ids[0])
		sure.Submit().Want(422).Says("还有 〔 〕 里的空没有填")
		sure.Set("say", "和另一位职工说的是同一件事，一起办理。").Submit().Want(200).Says("已合并 1 条")
		if got := p.Voice(ids[1]).MergedInto; got != ids[0] {
			t.Errorf("merged into %q", got)
		}
		junk := p.Tell("", voice.Anonymous, "P501", "低价买卡加微信。")
		ask = b.Get("/inbox").Form("rows").Set("id", junk.ID, ids[2]).Submit("do=quarantine").Want(200).Says("职工triager2 已经领取了这条心声")
		ask.Form("/inbox").Submit().Want(422)
		ask.Form("/inbox").Set("reason", "像是广告").Submit().Want(409).Says("有 1 条没有办成")
		if got := p.Voice(junk.ID).State; got != voice.Quarantined {
			t.Errorf("%s", got)
		}
		b.Get("/inbox?view=quarantine").Want(200).Says(junk.Number)
		b.Get("/voice/"+junk.ID).Form("/free").Set("free_reason", "看错了").Submit().Want(200).Says("已放行")
		if got := p.Voice(junk.ID).State; got != voice.Registered {
			t.Errorf("%s", got)
		}
	})
}

// TestRefusalObjection: a complaint is refused by two, and whoever objects is heard by somebody else.
func TestRefusalObjection(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		v, err := p.Say("worker", p.Form(voice.Register{Level: voice.Named, Kind: voice.Problem, Place: "P201", Text: "打饭的师傅态度不好。"}))
		if err != nil {
			t.Fatal(err)
		}
		b := p.as("triager")
		decide(b, v.Voice, "reject", "reject_reason", "no_content", "say", "没有时间地点，无法核实。").Submit("act=save").Want(200)
		if got := p.Voice(v.Voice).State; got != voice.InTriage {
			t.Fatalf("one person refused a complaint: %s", got)
		}
		b.Get("/refusals").Want(200)
		b.Get("/voice/"+v.Voice).Want(200).Silent("/countersign", `name="agree"`)
		second := p.as("triager2")
		second.Get("/refusals").Want(200).Says(v.Number)
		page := second.Get("/voice/"+v.Voice).Want(200).Says("复核不予受理", "职工triager", "没有时间地点")
		page.Form("/countersign").Submit("agree=no").Want(422).Says("请写明原因")
		page.Form("/countersign").Submit("agree=yes").Want(200).Says("已不予受理")
		if got := p.Voice(v.Voice).State; got != voice.Rejected {
			t.Fatalf("%s", got)
		}
		p.Do("worker", voice.Object{Voice: v.Voice, Text: "昨天中午十二点，三号窗口。"})
		b.Get("/appeals").Want(403)
		boss := p.as("supervisor")
		boss.Get("/appeals").Want(200).Says(v.Number)
		page = boss.Get("/voice/"+v.Voice).Want(200).Says("三号窗口", "异议")
		f := page.Form("decide").Set("do", "assign").Set("title", "窗口服务态度").Set("category", "A5").Set("lead", "D01").Set("say", "已交公益福利部核实，三天内答复。")
		f.Submit("act=save").Want(200).Says("已交办")
		if got := p.Voice(v.Voice); got.State != voice.Assigned || got.Appeal {
			t.Errorf("%s, appeal %v", got.State, got.Appeal)
		}
	})
}

func TestInboxAddresses(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	v := p.Tell("worker", voice.Named, "P201", "一楼餐厅菜凉了。")
	conf := p.Tell("worker", voice.Confidential, "P104F", "喷头坏了。")
	b := p.as("triager")
	b.Get("/inbox?knd=idea").Want(400).Says("kind")
	b.Get("/inbox?kind=ideas").Want(400).Says("idea")
	b.Get("/inbox?view=overdo").Want(400)
	b.Get("/inbox?unit=NOWHERE").Want(400)
	page := b.Get("/inbox?level=named&place=P201").Want(200).Says(v.Number, "级别: 实名", "场所: P201").Silent(conf.Number)
	b.Get("/inbox?view=all&q="+conf.Number).Want(200).Says(conf.Number).Silent(v.Number, "职工worker")
	page.Click("清除筛选").Want(200).Says(v.Number, conf.Number)
	b.Get("/inbox?kind=praise").Want(200).Says("筛选条件下没有内容")
	c.Advance(10 * 24 * 3600e9)
	b.Get("/inbox?view=overdue").Want(200).Says(v.Number, "超期")
	p.as("equipment").Get("/inbox").Want(403)
	p.as("worker").Get("/inbox").Want(403)
	p.as("triager").Get("/restricted").Want(403)
	p.as("triager").Get("/voice/nowhere").Want(404)
}
