package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
)

// finish brings a matter that employees are asked about, or whose plan is handed in, to its end.
func (h *hall) finish(key, verdict string) {
	h.t.Helper()
	m := h.matter(key)
	if m.State == matter.PlanReview {
		readings := []matter.Reading{{Check: 1, Value: "42"}}
		claim := matter.ClaimDone{Matter: m.ID, Text: "已更换", Readings: readings}
		h.by("D1", matter.SignPlan{Matter: m.ID, As: chain.AsHead, Approve: true})
		h.by("T1", matter.DecidePlan{Matter: m.ID, Approve: true})
		h.by("H1", matter.Report{Matter: m.ID, Step: 1, Done: true})
		h.by("H1", claim)
		h.by("I1", matter.Inspect{Matter: m.ID, Note: "不够热", Readings: []matter.Reading{{Check: 1, Value: "33"}}})
		h.by("H1", claim)
		h.by("I1", matter.Inspect{Matter: m.ID, Passed: true, Readings: readings})
	}
	h.write(func(tx *db.Tx) error { return matter.SetRated(tx, access.System("test"), m.ID, verdict) })
	h.by("S1", matter.Close{Matter: m.ID, Reply: "水已经热了"})
}

// by does something as somebody of the office.
func (h *hall) by(no string, in interface {
	Do(tx *db.Tx, who access.Person) error
}) {
	h.t.Helper()
	who := h.who(no)
	h.write(func(tx *db.Tx) error { return in.Do(tx, who) })
}

// TestAPracticeThroughThePages: from the page of a closed matter to what came of it in another unit.
func TestAPracticeThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		number, _ := h.tell(coldWater)
		m := h.asking(number)
		h.finish(m.ID, matter.Confirmed)
		t1 := h.as("T1")
		t1.Get("/practices").Want(200).Says("还没有典型经验")
		edit := t1.Get("/matter/"+m.Number).Want(200).Form("/practice").Submit().Want(200).Says("典型经验："+m.Number, "41 ℃", "整改前的照片")
		to := edit.URL.Path
		f := edit.Form(to)
		if f.Values.Get("title") != "四区浴室水温" || f.Values.Get("steps") != "14 更换" || len(f.Values["photos"]) != 2 {
			t.Errorf("what the record says is there: %v", f.Values)
		}
		// A draft may be unfinished; what is handed in may not, and what was typed is kept.
		draft := f.Set("problem", "水温不够").Set("before.0", "31").Set("act", "save").Submit().Want(200).Says("草稿", "水温不够", "31 ℃", "未实测")
		f = draft.Click("编写").Want(200).Form(to)
		again := f.Set("unfit", "蒸汽直供的浴室").Set("words.0.text", "能洗上热水了").Set("act", "submit").Submit().Want(422).Says("请写明怎样征得本人同意", "蒸汽直供的浴室")
		f = again.Form(to)
		for name, value := range map[string]string{"title": "浴室恒温改造", "steps": "5 更换换热阀", "invest": "3200元", "fits": "有换热站", "contact": "炼钢厂检修组", "tags": "浴室、水温",
			"words.0.by": "三班职工", "words.0.leave": "当面征得同意，王丽记"} {
			f.Set(name, value)
		}
		f.Set("contact", "王W1反映").Set("act", "submit")
		waits := f.Set("contact", "炼钢厂检修组").Submit().Want(200).Says("待审核", "能洗上热水了", "当面征得同意")
		page := waits.URL.Path
		t1.Get(page + "/review").Want(403).Says("请另一位同志审核")
		h.as("W1").Get(page).Want(403)
		t2 := h.as("T2")
		t2.Get("/desk").Want(200).Says("审核典型经验", "浴室恒温改造")
		published := t2.Get(page+"/review").Want(200).Says("当面征得同意").Form("/review").Set("publish", "yes").Submit().Want(200).Says("已发布", "JY-2026-001")
		published.Silent("再看一遍")
		w1 := h.as("W1")
		shown := w1.Get("/practices?q=恒温&category=B").Want(200).Says("浴室恒温改造", "还没有单位采用").Click("浴室恒温改造").Want(200).Says("蒸汽直供的浴室", "能洗上热水了", "三班职工", "31 ℃", "41 ℃")
		shown.Silent("当面征得同意", "编写", number)
		if body := string(shown.Body); !strings.Contains(body, "/photo/") || strings.Contains(body, "/adopt") {
			t.Error("a worker sees the pictures and cannot adopt")
		}
		w1.Get(shown.URL.Path+"/paper").Want(200).Says("不适用的情形", "“能洗上热水了”——三班职工").Silent("当面征得同意")
		w1.Get("/practices?stat=x").Want(400)

		// Another unit adopts it; its plan is there, and can be handed in at once.
		h1 := h.as("H1")
		adopt := h1.Get(shown.URL.Path).Want(200).Click("采用").Want(200).Says("蒸汽直供的浴室")
		same := adopt.Form("/adopt").Set("unit", "炼钢厂").Submit().Want(422).Says("这就是原来的地方")
		f = same.Form("/adopt").Set("unit", "炼铁厂").Set("note", "我们只有一台换热器").Set("owner", "H1").Set("deadline", string(clock.DayOf(c.Now(), clock.Shanghai()).Add(18)))
		bad := f.Submit().Want(422).Says("我们只有一台换热器")
		f = bad.Form("/adopt")
		on := f.Set("acceptors", "W1").Set("lead", "炼钢厂").Submit().Want(200).Says("典型经验推广", "我们只有一台换热器", "浴室恒温改造")
		adopted := on.URL.Path[strings.LastIndexByte(on.URL.Path, '/')+1:]
		h1.Get(shown.URL.Path).Want(200).Says(adopted)
		h.finish(adopted, matter.Confirmed)
		w1.Get(shown.URL.Path).Want(200).Says("职工确认有效", "水温 33 ℃ → 42 ℃")
		w1.Get("/practices?outcome=confirmed").Want(200).Says("1家采用", "1家职工确认")
		w1.Get("/practices?outcome=failed").Want(200).Silent("浴室恒温改造")

		// Who only asks for it leaves the plan to those who do it, and finds it filled in.
		s1 := h.as("S1")
		on = s1.Get(shown.URL.Path+"/adopt").Want(200).Silent("马上报方案").Form("/adopt").Set("unit", "炼铁厂").Set("lead", "炼钢厂").Submit().Want(200).Says("已采用")
		plan := h1.Get(on.URL.Path + "/plan").Want(200).Says("方案已按典型经验JY-2026-001填好")
		if v := plan.Form("/plan").Values; v.Get("steps.0.text") != "更换换热阀" || v.Get("checks.0.low") != "38" || v.Get("owner") != "" {
			t.Errorf("filled in: %v", v)
		}
		h.by("S1", matter.Decline{Matter: on.URL.Path[strings.LastIndexByte(on.URL.Path, '/')+1:], Reason: "没有换热站，做不了", Rule: "技术条件", Decider: "督查室"})
		w1.Get(shown.URL.Path).Want(200).Says("没做成", "没有换热站，做不了")
		s1.Get(shown.URL.Path + "/withdraw").Want(200).Form("/withdraw").Submit().Want(422)
		s1.Get(shown.URL.Path+"/withdraw").Want(200).Form("/withdraw").Set("reason", "设备换代").Submit().Want(200).Says("已撤回", "设备换代")
		h1.Get(shown.URL.Path + "/adopt").Want(409)
	})
}
