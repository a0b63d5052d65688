package e2e_test

import (
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
)

// TestFortyVoices sends the forty voices of the demonstration through the pages of employees and triages them through the
// pages of the union office, as the demonstration's list of expected results says.
func TestFortyVoices(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		all := forty(t)
		for n := 1; n <= 40; n++ {
			l := all[n]
			sent := p.tell(l, map[bool]string{true: "worker", false: "worker2"}[n%2 == 0])
			if n == 35 { // the personal crisis: the hotline, no receipt, nothing kept but a count
				sent.Says("12356")
				continue
			}
			p.find(l, sent)
		}
		o := &office{p: p, all: all, desk: p.as("triager"), done: map[int]bool{35: true}}
		o.crisis()
		o.alarms()
		o.bathhouse()
		o.restricted()
		o.split()
		o.answers()
		o.named()
		o.theRest()
		for n := range all {
			if !o.done[n] {
				t.Errorf("nobody dealt with voice %d", n)
			}
		}
		page := p.as("triager").Get("/inbox").Want(200)
		page.Says("全部受理完")
	})
}

// office is the union office at work.
type office struct {
	p    *plant
	all  map[int]*line
	desk *webtest.Client
	done map[int]bool
}

// v reads a voice and notes that it was dealt with.
func (o *office) v(n int) voice.Voice {
	o.p.t.Helper()
	o.done[n] = true
	return o.p.Voice(o.all[n].id)
}

func (o *office) state(n int, want string) voice.Voice {
	o.p.t.Helper()
	v := o.v(n)
	if v.State != want {
		o.p.t.Errorf("voice %d is %s, want %s", n, v.State, want)
	}
	return v
}

// sends presses the button of a decision that has to be taken.
func (o *office) sends(f *webtest.Form) *webtest.Page {
	o.p.t.Helper()
	page := f.Submit("act=save")
	if page.Status != 200 || strings.Contains(page.Text(), "请先改好") {
		o.p.t.Fatalf("refused: %s\n%s", page, page.Text())
	}
	return page
}

func (o *office) crisis() {
	t := o.p.t
	var n, kept int
	o.p.Read(func(tx *db.Tx) (err error) {
		if n, err = db.One[int](tx, `SELECT COALESCE(SUM(n), 0) FROM crisis_counter`); err != nil {
			return err
		}
		kept, err = db.One[int](tx, `SELECT COUNT(*) FROM voice WHERE text LIKE '%活着没什么意思%'`)
		return err
	})
	if n != 1 || kept != 0 {
		t.Errorf("crisis: counted %d, kept %d", n, kept)
	}
	for _, view := range []string{"open", "new", "all", "alarm", "quarantine"} {
		o.desk.Get("/inbox?view=" + view).Want(200).Silent("整夜睡不着")
	}
}

// alarms: 9 is spoilt food, 7 and 25 are danger. They are with their units and the roster is called before anybody reads them.
func (o *office) alarms() {
	t := o.p.t
	for _, x := range []struct {
		n                 int
		alarm, lead, duty string
	}{{9, "food", "D01", "food1"}, {7, "hazard", "U05", "duty1"}, {25, "hazard", "D04", "duty1"}} {
		v := o.state(x.n, voice.Assigned)
		if v.Alarm != x.alarm || v.Class != clock.T2H || v.Lead != x.lead || v.Officer != o.p.P(x.duty).ID {
			t.Errorf("voice %d: alarm %q, class %s, lead %s, officer %q", x.n, v.Alarm, v.Class, v.Lead, v.Officer)
		}
		o.desk.Get("/inbox?view=new").Want(200).Silent(o.all[x.n].number)
		b := o.p.as(x.duty)
		b.Get("/roster").Want(200).Says(v.FileNumber(), "我来处理").Form("/voice/" + v.ID + "/accept").Submit().Want(200).Says("已接警")
		b.Get("/roster").Want(200).Silent(o.all[x.n].number, v.FileNumber())
		if v := o.p.Voice(v.ID); v.CalledAt != 0 {
			t.Errorf("voice %d is still being called", x.n)
		}
	}
	// the one who is not called cannot take it, and does not see it either
	o.p.as("duty2").Get("/voice/" + o.all[25].id).Want(404)
}

// bathhouse: 1, 2 and 3 are one matter; what scalds raises the class of 3.
func (o *office) bathhouse() {
	t, one := o.p.t, o.all[1]
	o.p.follow()
	page := o.desk.Get("/voice/"+one.id).Want(200).Says(o.all[2].number, o.all[3].number, "说的可能是同一件事", "B1")
	claimed := page.Form("/claim").Submit().Want(200).Says("已领取")
	f := claimed.Form("decide").Set("do", "new").Set("title", "四区新浴室热水不稳定").Set("category", "B1")
	f = refresh(f)
	if lead := f.Values.Get("new_lead"); lead != "部门2 · D02" {
		t.Errorf("the catalogue proposes %q for the bathhouse", lead)
	}
	if !strings.Contains(f.Values.Get("say"), "部门2") {
		t.Errorf("the sample does not name the unit: %q", f.Values.Get("say"))
	}
	f.Submit("act=save").Want(422).Says("还有 〔 〕 里的空没有填") // a sample is not an answer
	f.Set("public", "1").Set("say", "你反映的浴室热水不热已列入实事，由设备管理部牵头。")
	o.sends(f)
	v := o.state(1, voice.Linked)
	for _, n := range []int{2, 3} {
		page := o.desk.Get("/voice/" + o.all[n].id).Want(200)
		f := page.Form("decide").Set("do", "join").Set("title", "浴室热水不稳定").Set("category", "B1").Set("say", "与另外两位职工反映的是同一件事，一起办理。")
		if m := f.Values.Get("matter"); !strings.HasPrefix(m, "SS-") {
			t.Fatalf("no matter is suggested to voice %d", n)
		}
		o.sends(f)
		if w := o.state(n, voice.Linked); w.Matter != v.Matter {
			t.Errorf("voice %d is with matter %s, not %s", n, w.Matter, v.Matter)
		}
	}
	if c := o.v(1).Class; c != clock.T24H {
		t.Errorf("cold water is %s", c)
	}
	if c := o.v(3).Class; c != clock.T2H {
		t.Errorf("the scald raises the class to %s, got %s", clock.T2H, c)
	}
}

// restricted: 26, 32, 33 and 37 go to discipline inspection, 34 to occupational health, 36 to aid; from then on only those
// officers see them.
func (o *office) restricted() {
	t := o.p.t
	for _, x := range []struct {
		n             int
		path, officer string
	}{{26, "discipline", "discipline"}, {32, "discipline", "discipline"}, {33, "discipline", "discipline"}, {37, "discipline", "discipline"},
		{34, "health", "health"}, {36, "aid", "welfare"}} {
		l := o.all[x.n]
		page := o.desk.Get("/voice/" + l.id).Want(200).Says("可能应走")
		f := page.Form("decide").Set("do", "restrict").Set("why", "涉及个人")
		if got := f.Values.Get("path"); got != x.path {
			t.Errorf("voice %d: the words suggest %q, want %q", x.n, got, x.path)
		}
		o.sends(f)
		if v := o.v(x.n); v.Restricted != x.path {
			t.Errorf("voice %d is on path %q", x.n, v.Restricted)
		}
		o.desk.Get("/voice/" + l.id).Want(404)
		o.desk.Get("/inbox?view=all").Want(200).Silent(l.number)
		for _, other := range []string{"equipment", "welfare-head", "boss", "chair", "worker2", "admin"} {
			if p := o.p.as(other).Get("/voice/" + l.id); p.Status != 404 && p.Status != 403 {
				t.Errorf("%s opens voice %d: %d", other, x.n, p.Status)
			}
		}
		o.p.as(x.officer).Get("/restricted?view=" + x.path).Want(200).Says(l.number)
	}
	o.p.as("health").Get("/restricted?view=discipline").Want(400)
	o.retaliation()
	// the officers answer in their own queues
	for n, who := range map[int]string{26: "discipline", 32: "discipline", 33: "discipline", 34: "health", 36: "welfare"} {
		b := o.p.as(who)
		f := decide(b, o.all[n].id, "answer", "say", "专办人员已经受理，5个工作日内约你面谈。", "result", "explained", "category", o.all[n].category)
		o.sends(f)
		o.state(n, voice.Answered)
	}
}

// retaliation: 37 names the plant U07. Its head never gets it, whatever is pressed.
func (o *office) retaliation() {
	t, l := o.p.t, o.all[37]
	b := o.p.as("discipline")
	f := decide(b, l.id, "assign", "named_unit", "U07")
	f = f.Submit("act=name").Want(200).Says("已登记回避", "7厂").Form("decide")
	page := f.Set("title", "追查反映人").Set("category", "Q").Set("lead", "U07").Set("say", "已交纪检监察部核实。").Submit("act=save")
	page.Want(422).Says("须回避")
	if v := o.p.Voice(l.id); v.State == voice.Assigned {
		t.Fatal("the unit that is named has the voice")
	}
	f = page.Form("decide").Set("lead", "D14").Set("co.add", "U07")
	f.Submit("act=save").Want(422).Says("须回避")
	o.sends(f.Set("co.add", ""))
	if v := o.state(37, voice.Assigned); v.Lead != "D14" {
		t.Errorf("voice 37 is with %s", v.Lead)
	}
	o.p.as("boss").Get("/voice/" + l.id).Want(404)
}

// split: 21 becomes two, 40 three; every part keeps the time of the whole.
func (o *office) split() {
	t := o.p.t
	parts := func(n int, texts ...string) []voice.Voice {
		f := split(o.desk, o.all[n].id, texts...).Set("say", "你说的事分开办理，凭同一张回执可以看到每一件。")
		o.sends(f)
		whole := o.state(n, voice.WasSplit)
		var out []voice.Voice
		o.p.Read(func(tx *db.Tx) (err error) {
			out, err = db.All[voice.Voice](tx, `SELECT * FROM voice WHERE parent = $1 ORDER BY number`, whole.ID)
			return err
		})
		if len(out) != len(texts) {
			t.Fatalf("voice %d became %d", n, len(out))
		}
		for _, c := range out {
			if c.RegisteredAt != whole.RegisteredAt || c.Level != whole.Level || c.State != voice.Registered {
				t.Errorf("part %s: %d, %s, %s", c.Number, c.RegisteredAt, c.Level, c.State)
			}
		}
		return out
	}
	// words left out and words added are refused
	split(o.desk, o.all[21].id, "电动车棚充电口坏了一半", "路灯也不亮").Set("say", "分开办理。").Submit("act=save").Want(422).Says("路灯也不亮", "拉线充电")
	two := parts(21, "电动车棚充电口坏了一半，", "大家开始拉线充电，太危险。")
	o.assign(two[0].ID, "F2", "D02")
	o.assign(two[1].ID, "H2", "D04")
	three := parts(40, "家属楼物业费又涨了，", "另外孩子上学学区怎么划的？", "还有，手机打卡老是定位不准。")
	for i, door := range []string{"property", "education"} {
		f := decide(o.desk, three[i].ID, "reject", "reject_reason", "out_of_scope", "door", door, "kind", "unsure", "category", "X",
			"say", "这件事不归企业管，请按上面的渠道咨询。不同意可以提出异议。")
		o.sends(f)
		if v := o.p.Voice(three[i].ID); v.State != voice.Rejected || v.Refusal != "out_of_scope "+door {
			t.Errorf("part %d of 40: %s, %q", i+1, v.State, v.Refusal)
		}
	}
	o.assign(three[2].ID, "S", "D11")
}

// assign gives a voice to the unit that the catalogue proposes for the topic.
func (o *office) assign(id, topic, lead string) {
	o.p.t.Helper()
	f := refresh(decide(o.desk, id, "assign", "title", "职工反映："+topic, "category", topic))
	if got := f.Values.Get("lead"); got == "" {
		f.Set("lead", lead)
	} else if !strings.HasSuffix(got, " · "+lead) {
		o.p.t.Errorf("%s: the catalogue proposes %s, want %s", topic, got, lead)
	}
	o.sends(f.Set("say", "你反映的事已交承办单位，到期前答复你。"))
	if v := o.p.Voice(id); v.State != voice.Assigned || v.Lead != lead || v.Category != topic {
		o.p.t.Errorf("%s: %s, with %s, topic %s", topic, v.State, v.Lead, v.Category)
	}
}

// answers: 31 needs an answer only, 11 an honest one with a day, 39 is praise for those who built it.
func (o *office) answers() {
	t := o.p.t
	f := decide(o.desk, o.all[31].id, "answer", "category", "K3", "result", "explained", "say", "基数每年7月调整，按上年月平均工资核定，到手金额可在人力窗口测算。")
	o.sends(f)
	o.state(31, voice.Answered)
	f = decide(o.desk, o.all[11].id, "answer", "category", "A3", "result", "dated", "say", "价格和份量还没有数据，由公益福利部与三家食堂比价后公布。")
	f.Submit("act=save").Want(422).Says("请填写今天或以后的日期") // a promise has a day
	o.sends(f.Set("day", "2026-12-18"))
	o.state(11, voice.Answered)
	f = decide(o.desk, o.all[39].id, "assign", "title", "征程驿站受到表扬", "category", "V", "kind", "praise", "lead", "D03", "co.add", "D01", "say", "谢谢你，已转告建设和管理驿站的同事。")
	o.sends(f)
	v := o.state(39, voice.Assigned)
	if v.Kind != voice.Praise || v.Lead != "D03" {
		t.Errorf("praise: %s with %s", v.Kind, v.Lead)
	}
	told := o.p.as("welfare-dept").Get("/voice/" + v.ID).Want(200).Says("征程驿站")
	told.Form("/answer").Set("result", "thanks").Set("say", "谢谢，已念给驿站的同事听。").Submit().Want(200)
	o.state(39, voice.Answered)
}

// named: 30 goes to D05 with D06 helping, at once and for good; 38 is a proposal.
func (o *office) named() {
	t := o.p.t
	f := refresh(decide(o.desk, o.all[30].id, "assign", "title", "夜班费少算", "category", "K1"))
	if !strings.HasSuffix(f.Values.Get("lead"), " · D05") || strings.Join(f.Values["co"], ",") != "D06" {
		t.Errorf("the catalogue proposes %v with %v", f.Values["lead"], f.Values["co"])
	}
	o.sends(f.Set("say", "已交人力资源部牵头、财务部配合，一次说清。"))
	if v := o.state(30, voice.Assigned); v.Lead != "D05" {
		t.Errorf("voice 30 is with %s", v.Lead)
	}
	dept := o.p.as("hr").Get("/voice/" + o.all[30].id).Want(200)
	dept.Form("/sign").Submit().Want(200).Says("已签收", "承办中")
	o.p.as("finance").Get("/voice/" + o.all[30].id).Want(200).Says("夜班费少算")
	o.assign(o.all[38].id, "T", "D02")
	if v := o.v(38); v.Category != "T" {
		t.Errorf("voice 38 is %s", v.Category)
	}
}

// theRest goes to the unit that the catalogue proposes.
func (o *office) theRest() {
	for n := 1; n <= 40; n++ {
		if o.done[n] {
			continue
		}
		l := o.all[n]
		f := refresh(decide(o.desk, l.id, "assign", "title", "职工反映 "+l.category, "category", l.category))
		lead := f.Values.Get("lead")
		if lead == "" {
			o.p.t.Errorf("voice %d (%s): the catalogue proposes nobody", n, l.category)
			lead = "D01"
		}
		o.sends(f.Set("lead", lead).Set("say", "你反映的事已交承办单位，到期前答复你。"))
		if v := o.state(n, voice.Assigned); !strings.HasSuffix(lead, v.Lead) {
			o.p.t.Errorf("voice %d is with %s", n, v.Lead)
		}
	}
}
