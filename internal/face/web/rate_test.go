package web_test

import (
	"image/color"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/voice"
)

// photoIn stores a picture for a matter.
func (h *hall) photoIn() matter.PhotoIn {
	h.t.Helper()
	p, err := h.site.Photos.Add(h.t.Context(), strings.NewReader(string(picture(h.t, color.RGBA{40, 160, 90, 255}))))
	if err != nil {
		h.t.Fatal(err)
	}
	return matter.PhotoIn{Hash: p.Hash, Thumb: p.Thumb}
}

// working takes the voice up as a matter with an approved plan. It returns the matter.
func (h *hall) working(number string) matter.Matter {
	h.t.Helper()
	t1, h1, d1 := h.who("T1"), h.who("H1"), h.who("D1")
	var m matter.Register
	h.triage(number, func(tx *db.Tx, who access.Person, id string) (err error) {
		m, err = voice.NewMatter{Voice: id, Reading: voice.Reading{Title: "四区浴室水温", Category: "B1", Redacted: "浴室水凉"},
			Register: matter.Register{Public: true, Class: matter.Standard, Lead: "U02", Place: "P104M", Photos: []matter.PhotoIn{h.photoIn()}}, Say: "已列入实事"}.Do(tx, who)
		return err
	})
	due := clock.DayOf(h.c.Now(), clock.Shanghai()).Add(18)
	for _, step := range []func(tx *db.Tx) error{
		func(tx *db.Tx) error {
			return accept.SetUp{Matter: m.ID, Question: "现在水热了吗？"}.Do(tx, t1)
		},
		func(tx *db.Tx) error {
			return matter.SubmitPlan{Matter: m.ID, Plan: matter.Slots{Item: "提高水温", Standard: "水温达标",
				Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}}, Steps: []plan.Step{{Text: "更换", Day: due.Add(-4)}},
				Owner: h1.ID, Deadline: due, Acceptors: []string{h.id["W1"], h.id["W2"]}}}.Do(tx, h1)
		},
		func(tx *db.Tx) error {
			return matter.SignPlan{Matter: m.ID, As: chain.AsHead, Approve: true}.Do(tx, d1)
		},
		func(tx *db.Tx) error { return matter.DecidePlan{Matter: m.ID, Approve: true}.Do(tx, t1) },
	} {
		h.write(step)
	}
	return h.matter(m.ID)
}

func (h *hall) matter(id string) (m matter.Matter) {
	h.t.Helper()
	h.read(func(tx *db.Tx) (err error) { m, err = matter.Find(tx, id); return err })
	return m
}

// asking does everything until employees are asked. It returns the matter.
func (h *hall) asking(number string) matter.Matter {
	h.t.Helper()
	m, h1, i1 := h.working(number), h.who("H1"), h.who("I1")
	for _, step := range []func(tx *db.Tx) error{
		func(tx *db.Tx) error { return matter.Report{Matter: m.ID, Step: 1, Done: true}.Do(tx, h1) },
		func(tx *db.Tx) error {
			return matter.ClaimDone{Matter: m.ID, Text: "换了加热阀", Photos: []matter.PhotoIn{h.photoIn()}, Readings: []matter.Reading{{Check: 1, Value: "41"}}}.Do(tx, h1)
		},
		func(tx *db.Tx) error {
			return matter.Inspect{Matter: m.ID, Passed: true, Readings: []matter.Reading{{Check: 1, Value: "41"}}}.Do(tx, i1)
		},
	} {
		h.write(step)
	}
	return h.matter(m.ID)
}

func TestRateByReceiptAndAccount(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, code := h.tell(coldWater)
	m := h.asking(number)
	if m.State != matter.Accepting {
		t.Fatalf("state %s", m.State)
	}
	h.told()
	p := h.open(number, code).Want(200).Says("请你来验收", m.Number)
	ask := p.Press("/f/rate").Want(200).Says("现在水热了吗", "换了加热阀", "炼钢厂", "没有人知道你选了什么")
	if strings.Contains(string(ask.Body), " checked") {
		t.Error("something is chosen before anybody chose")
	}
	form := ask.Form("/f/rate")
	form.Submit().Want(422).Says("请从列出的选项中选择")
	form.Set("fact", "yes").Set("result", "solved").Set("grade", "5").Set("note", "谢谢师傅").Set("pressed", "1")
	h.as("T1").Get("/matter/"+m.Number).Want(200).Silent("谢谢师傅", "打好评")
	form.Submit().Want(200).Says("谢谢", "满 5 份才显示")
	form.Submit().Want(200).Says("谢谢") // a second press
	h.open(number, code).Want(200).Silent("请你来验收")
	count := func() (n int) {
		h.read(func(tx *db.Tx) (err error) {
			n, err = db.One[int](tx, `SELECT COUNT(*) FROM (SELECT id FROM rating UNION ALL SELECT id FROM rating_box) AS x`)
			return err
		})
		return n
	}
	if n := count(); n != 1 {
		t.Errorf("%d ratings", n)
	}

	// an account that is invited answers without any receipt
	b := h.as("W1")
	mine := b.Get("/mine").Want(200).Says("请你验收", "四区浴室水温")
	form = mine.Click("/rate/").Want(200).Form("/rate/")
	form.Set("fact", "no").Set("result", "not").Submit().Want(200).Says("记下了：没解决", "还差什么", "承办部门看不到是谁说的")
	b.Get(strings.TrimPrefix(mine.Link("/rate/"), h.base)).Want(200).Says("你已经评价过")
	b.Get("/mine").Want(200).Silent("/rate/")
	if n := count(); n != 2 {
		t.Errorf("%d ratings", n)
	}
	// nobody answers with somebody else's invitation
	h.as("W2").Get(strings.TrimPrefix(mine.Link("/rate/"), h.base)).Want(404)
	// not fixed, though it was said to be
	h.open(number, code).Press("/f/not_fixed").Want(200).Form("/f/not_fixed").Set("text", "晚上还是凉的").Submit().Want(200).Says("已重新办理")
	// what was told to the union alone, once nobody is asked any more
	h.as("T1").Get("/matter/"+m.Number).Want(200).Says("只给工会的话（1 句）", "谢谢师傅", "1 人说有人要求他们打好评")
	h.as("D1").Get("/matter/"+m.Number).Want(200).Silent("谢谢师傅", "打好评")
	h.read(func(tx *db.Tx) (err error) {
		if m, err = matter.Find(tx, m.ID); m.State != matter.Executing || m.Round != 2 {
			t.Errorf("state %s, round %d", m.State, m.Round)
		}
		return err
	})
}

func TestBoard(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c) // a page without parameters is kept for some seconds of the real clock
	h.browser().Get("/board?view=open").Want(200).Says("没有正在办理的实事", "听到")
	number, _ := h.tell(coldWater)
	m := h.asking(number)
	h.log()
	c.Advance(15 * time.Hour) // 23:00: nothing of today, nor tomorrow
	h.browser().Get("/board?view=open").Want(200).Silent("四区浴室水温").Says("没有正在办理的实事")
	h.browser().Get("/p/P104M").Want(200).Says("四区浴室水温") // but whoever stands there has to know
	c.Advance(24 * time.Hour)
	h.browser().Get("/board?view=open").Want(200).Silent("四区浴室水温")
	c.Advance(time.Hour + time.Minute) // midnight
	p := h.browser().Get("/board?view=open").Want(200).Says("四区浴室水温", "职工验收中", "炼钢厂", "存证日志共")
	p.Silent(coldWater, number, "王H1", "王I1", "1 人提出") // one person: it is not told how few
	// a place with enough people shows its numbers, one with few does not
	h.browser().Get("/board?place=P104M").Want(200).Says("四区职工新浴室", "听到")
	h.browser().Get("/board?place=P9").Want(200).Says("不显示反映的件数").Silent("四区浴室水温")
	h.browser().Get("/board?place=Z4").Want(200).Says("四区浴室水温")
	h.browser().Get("/board?place=P777").Want(404)
	h.browser().Get("/board?plase=Z4").Want(400).Says("place")
	h.browser().Get("/board?view=done&lang=en").Want(200).Says("Nothing has been done yet")
	h.browser().Get("/board?tv=1").Want(200).Says("正在办", "四区浴室水温")
	// me too, from the board
	mini := p.Click("我也遇到").Want(200).Says("四区浴室水温", "谁可以知道")
	mini.Form("/send").Submit().Want(422).Says("四区浴室水温")
	n2, code := receiptOn(t, mini.Form("/send").Set("level", "anonymous").Set("text", "女浴室也一样").Submit().Want(200).Says("已收到", "已计入这件实事"))
	h.open(n2, code).Want(200).Says(m.Number)
	c.Advance(48 * time.Hour)
	h.browser().Get("/board?view=open").Want(200).Silent("2 人提出")
	for range 3 { // five people have said it
		h.browser().Get("/p/P104M/me/"+m.Number).Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200).Says("已收到")
	}
	c.Advance(time.Minute)
	h.browser().Get("/board?view=open").Want(200).Silent("5 人提出")
	c.Advance(48 * time.Hour)
	h.browser().Get("/board?view=open").Want(200).Says("5 人提出")
	h.browser().Get("/board?place=P9").Want(200).Silent("5 人提出") // a place that few use
	h.browser().Get("/p/P104M/me/SS-2026-999").Want(404)
	if v := h.voiceOf(n2); v.Matter != m.ID || v.Text != "女浴室也一样" {
		t.Errorf("%+v", v)
	}

	// what will not be done, and why
	number, _ = h.tell("想要游泳池")
	var no matter.Register
	h.triage(number, func(tx *db.Tx, who access.Person, id string) (err error) {
		no, err = voice.NewMatter{Voice: id, Reading: voice.Reading{Title: "厂区建游泳池", Category: "B1", Redacted: "想要游泳池"},
			Register: matter.Register{Public: true, Class: matter.Standard, Lead: "U02", Place: "P104M"}, Say: "已列入"}.Do(tx, who)
		return err
	})
	s1 := h.who("S1")
	h.write(func(tx *db.Tx) error {
		return matter.Decline{Matter: no.ID, Reason: "没有场地和预算", Rule: "年度预算办法", Decider: "总经理办公会"}.Do(tx, s1)
	})
	c.Advance(48 * time.Hour)
	h.browser().Get("/board?view=not").Want(200).Says("厂区建游泳池", "没有场地和预算", "依据：年度预算办法", "决定人：总经理办公会")
}

func TestPosters(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.as("W1").Get("/admin/posters").Want(403)
	b := h.as("T1")
	b.Get("/admin/posters/P104M").Want(409).Says("访问地址")
	a1 := h.who("A1")
	h.write(func(tx *db.Tx) error {
		return org.SetSetting{Key: org.SiteURL, Value: "https://sanwen.example", Basis: "单位自定"}.Do(tx, a1)
	})
	b.Get("/admin/posters").Want(200).Says("四服务区", "P104M").Click("/admin/posters/P104M").Want(200).Says("四区职工新浴室", "sanwen.example/p/P104M", "手机流量")
	area := b.Get("/admin/posters/Z4?size=a5").Want(200).Says("P104M", "P201", "P9", "A3", "保密")
	if n := strings.Count(string(area.Body), `class="qr"`); n != 3 {
		t.Errorf("%d codes", n)
	}
	// receipts have a code to scan then
	sent := h.browser().Get("/p/P104M").Form("say").Set("text", "x").Submit().Form("/send").Set("level", "anonymous").Submit().Want(200)
	if !strings.Contains(string(sent.Body), `class="qr"`) {
		t.Error("no code on the receipt")
	}
}

// TestPhotos: a photo of an anonymous voice is for who holds its signed address, and for triage.
func TestPhotos(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.browser()
	who := b.Get("/p/P104M").Form("say").Set("text", coldWater).Attach("photo", "a.jpg", picture(t, color.White)).Submit().Want(200)
	body := string(who.Body)
	src := body[strings.Index(body, `<img src="/f/photo/`)+len(`<img src="`):]
	src = strings.ReplaceAll(src[:strings.Index(src, `"`)], "&amp;", "&")
	photo := b.Get(src).Want(200)
	for name, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Set-Cookie": ""} {
		if got := photo.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	hash := strings.TrimPrefix(src[:strings.Index(src, "?")], "/f/photo/")
	who.Form("/send").Set("level", "anonymous").Submit().Want(200)
	for _, path := range []string{"/f/photo/" + hash, "/f/photo/" + hash + "?k=x", "/photo/" + hash} {
		b.Get(path).Want(404)
	}
	h.as("W1").Get("/photo/" + hash).Want(404)
	h.as("H1").Get("/photo/" + hash).Want(404)
	h.as("T1").Get("/photo/" + hash).Want(200)
}

// TestRateStates: the time left is said, a second round says that it is one, whoever says "not solved" is asked one thing more, and
// whoever comes too late is told so.
func TestRateStates(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, code := h.tell(coldWater)
	m := h.asking(number)
	h.told()
	ask := h.open(number, code).Press("/f/rate").Want(200).Says("天，", "截止").Silent("次办理后的验收")
	missing := ask.Form("/f/rate").Set("fact", "no").Set("result", "not").Submit().Want(200).Says("记下了：没解决", "还差什么")
	missing.Form("/f/not_fixed").Submit().Want(422)
	missing.Form("/f/not_fixed").Set("text", "水还是凉的").Submit().Want(200).Says("已重新办理")
	if m = h.matter(m.ID); m.Round != 2 || m.State != matter.Executing {
		t.Fatalf("round %d, %s", m.Round, m.State)
	}
	// done once more
	h1, i1 := h.who("H1"), h.who("I1")
	h.write(func(tx *db.Tx) error { return matter.Report{Matter: m.ID, Text: "阀门再换一次"}.Do(tx, h1) })
	h.write(func(tx *db.Tx) error {
		return matter.ClaimDone{Matter: m.ID, Text: "又换了一次", Photos: []matter.PhotoIn{h.photoIn()}, Readings: []matter.Reading{{Check: 1, Value: "42"}}}.Do(tx, h1)
	})
	h.write(func(tx *db.Tx) error {
		return matter.Inspect{Matter: m.ID, Passed: true, Readings: []matter.Reading{{Check: 1, Value: "42"}}}.Do(tx, i1)
	})
	h.told()
	again := h.open(number, code).Press("/f/rate").Want(200).Says("这是第 2 次办理后的验收")
	b := h.as("W1")
	account := b.Get("/mine").Want(200).Click("/rate/").Want(200)
	c.Advance(60 * 24 * time.Hour)
	late := h.as("W1").Get(account.URL.Path).Want(200).Says("评价时间过了")
	if n := strings.Count(string(late.Body), "<fieldset"); n != 0 {
		t.Error("there is still something to fill in")
	}
	again.Form("/f/rate").Set("fact", "yes").Set("result", "solved").Submit().Want(422).Says("为安全已经收起") // the thread was open for too long
	h.open(number, code).Want(200).Silent("请你来验收")
}
