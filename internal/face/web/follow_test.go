package web_test

import (
	"image/color"
	"net/url"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// who is somebody of the office as permission knows him.
func (h *hall) who(no string) access.Person {
	h.t.Helper()
	var p access.Person
	h.read(func(tx *db.Tx) (err error) { p, err = org.Actor(tx, h.id[no]); return err })
	return p
}

// tell says something anonymously and returns number and code.
func (h *hall) tell(text string) (number, code string) {
	h.t.Helper()
	p := h.browser().Get("/p/P104M").Form("say").Set("text", text).Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
	return receiptOn(h.t, p)
}

func (h *hall) open(number, code string) *webtest.Page {
	h.t.Helper()
	return h.browser().Get("/f").Want(200).Form("/f").Set("number", number).Set("code", code).Submit()
}

// told lets the time come at which anonymous voices are told what is new, and who has opened them.
func (h *hall) told() { h.c.Advance(24 * time.Hour) }

func (h *hall) voiceOf(number string) voice.Voice {
	h.t.Helper()
	for _, v := range h.voices() {
		if v.Number == number {
			return v
		}
	}
	h.t.Fatalf("no voice %s", number)
	return voice.Voice{}
}

// triage lets a triager claim the voice and then act.
func (h *hall) triage(number string, act func(tx *db.Tx, who access.Person, id string) error) {
	h.t.Helper()
	t1 := h.who("T1")
	id := h.voiceOf(number).ID
	h.write(func(tx *db.Tx) error {
		if err := (voice.Claim{Voice: id}).Do(tx, t1); err != nil {
			return err
		}
		return act(tx, t1, id)
	})
}

func TestFollow(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		number, code := h.tell(coldWater)
		h.log()
		// spaces and full-width digits do not matter
		p := h.open(strings.ToLower(number), strings.NewReplacer("1", "１", " ", "-").Replace(code)).Want(200).Says("已收到", "11月25日", coldWater, "登记在存证日志第")
		if p.Header.Get("Set-Cookie") != "" {
			t.Error("a cookie is set")
		}
		// own words are folded
		if !strings.Contains(string(p.Body), "<details><summary>显示我写的</summary>") {
			t.Error("own words are not folded")
		}
		// words and photos are added; a second press adds once
		add := p.Press("/f/add").Want(200).Says("补充什么").Form("/f/add").Set("text", "今天也一样").Attach("photo", "x.jpg", picture(t, color.Black))
		add.Submit().Want(200).Says("已补充", "今天也一样")
		add.Submit().Want(200)
		h.read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice_entry WHERE kind = 'info'`)
			if n != 1 {
				t.Errorf("%d additions", n)
			}
			fine, err2 := db.One[int](tx, `SELECT COUNT(*) FROM voice_entry WHERE at % 3600000 <> 0`)
			if err2 != nil || fine != 0 {
				t.Errorf("%d entries finer than the hour: %v", fine, err2)
			}
			return err
		})
		// what the department may not know is not asked of it; the union answers
		h.triage(number, func(tx *db.Tx, who access.Person, id string) error {
			if _, err := (voice.OpenText{Voice: id, Reason: "分办"}).Do(tx, who); err != nil {
				return err
			}
			return voice.AnswerDirectly{Voice: id, Reading: voice.Reading{Title: "浴室水温", Category: "B1", Redacted: "浴室水凉"},
				Reply: voice.Reply{Text: "今晚换阀门，设备部李工负责。", Result: "done"}}.Do(tx, who)
		})
		h.told()
		h.open(number, code).Want(200).Says("已答复", "今晚换阀门", "已办好", "分办员看过 1 次原文", "解决了", "没解决")
		h.log()
		p = h.open(number, code).Want(200).Says("下载证明", "当场核对")
		p.Press("/f/check").Want(200).Says("证明有效", number, "匿名")
		proof := p.Press("/f/proof").Want(200)
		if !strings.HasPrefix(string(proof.Body), "c2sp.org/tlog-proof@v1\n") || !strings.Contains(proof.Header.Get("Content-Disposition"), "proof-SQ") {
			t.Errorf("%v %.80s", proof.Header, proof.Body)
		}
		if _, err := event.CheckProof(string(proof.Body), h.site.Record.VerifierKey()); err != nil {
			t.Error(err)
		}
		opening := p.Press("/f/opening").Want(200)
		check := h.browser().Get("/log/check").Want(200).Form("/log/check").Set("proof", string(proof.Body)).Set("opening", string(opening.Body))
		check.Submit().Want(200).Says("证明有效", number)
		check.Set("proof", strings.Replace(string(proof.Body), "index 0", "index 1", 1)+"x").Submit().Want(200).Says("证明无效")
		h.browser().Get("/log/checkpoint").Want(200).Says(h.site.Record.Origin())
		h.browser().Get("/log/proof?n=1").Want(200).Says("c2sp.org/tlog-proof@v1")
		h.browser().Get("/log/proof?n=99999").Want(404)
		h.browser().Get("/log/proof?n=a").Want(400)

		// not solved, and then solved; what cannot be done twice is said above the thread
		p.Press("/f/not_solved").Want(200).Form("/f/not_solved").Submit().Want(422).Says("请填写")
		elsewhere := h.open(number, code)
		solved := p.Press("/f/solved").Want(200).Says("谢谢", "你确认解决了")
		p.Press("/f/solved").Want(200).Says("你确认解决了")
		elsewhere.Press("/f/solved").Want(200).Says("现在的状态不能这样做", "你确认解决了")
		// past the unit: a report of unfair treatment
		solved.Press("/f/retaliation").Want(200).Form("/f/retaliation").Set("text", "排班突然全是夜班").Submit().Want(200).Says("反映受到不公对待")
		vs := h.voices()
		if len(vs) != 2 {
			t.Fatalf("%d voices", len(vs))
		}
		// the end: number and code open nothing any more
		h.open(number, code).Press("/f/end").Want(200).Form("/f/end").Submit().Want(200).Says("回执已停用")
		h.open(number, code).Want(422).Says("回执号或密码不对")
	})
}

func TestFollowDoor(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, code := h.tell(coldWater)
	other, otherCode := h.tell("别的事")
	// unknown number and wrong code: the same words
	unknown := h.open("SQ20261123-0000-0000", otherCode)
	if unknown.Status != 422 {
		t.Fatal(unknown)
	}
	wrong := h.open(number, otherCode).Want(422).Says("回执号或密码不对，还可以试 4 次")
	if got := wrong.Form("/f").Values; got.Get("number") != number || got.Get("code") != "" {
		t.Errorf("kept: %v", got)
	}
	for range 4 {
		h.open(number, otherCode).Want(422)
	}
	h.open(number, code).Want(429).Says("试得太多了")
	h.open(other, otherCode).Want(200)
	// a mistyped digit costs no try
	h.open(other, otherCode[:len(otherCode)-1]+string('0'+(otherCode[len(otherCode)-1]-'0'+1)%10)).Want(422).Says("密码不对，请检查有没有输错")
	// a thread that was open for long is put away
	p := h.open(other, otherCode).Want(200)
	c.Advance(3 * time.Hour)
	p.Press("/f/add").Want(422).Says("为安全已经收起")
	// nobody gets into a thread with a form of his own making
	b := h.browser()
	form := b.Get("/f").Form("/f").Values
	fake := url.Values{"_token": form["_token"], "pass": {"x"}, "sent": {"1"}, "text": {"y"}}
	if p := b.Post("/f/add", fake); p.Status != 422 {
		t.Errorf("forged pass: %v", p)
	}
}

func TestFollowObjection(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, code := h.tell("小区物业收费太高")
	h.triage(number, func(tx *db.Tx, who access.Person, id string) error {
		return voice.Reject{Voice: id, Reading: voice.Reading{Title: "物业收费", Category: "B1", Redacted: "物业收费", Kind: voice.Idea}, Reason: "out_of_scope", Door: "property", Text: "物业归街道管。"}.Do(tx, who)
	})
	h.told()
	p := h.open(number, code).Want(200).Says("没有受理", "不属于本单位职责", "物业服务中心", "物业归街道管")
	p.Press("/f/object").Want(200).Form("/f/object").Set("text", "是公司物业").Submit().Want(200).Says("异议已交上一级", "不由原来的人决定")
	if v := h.voiceOf(number); !v.Appeal || v.State != voice.InTriage {
		t.Errorf("%+v", v)
	}
	// a question back, and its answer
	number, code = h.tell("那个灯坏了")
	h.triage(number, func(tx *db.Tx, who access.Person, id string) error {
		return voice.AskInfo{Voice: id, Question: "是哪一盏灯？"}.Do(tx, who)
	})
	h.told()
	p = h.open(number, code).Want(200).Says("是哪一盏灯")
	p.Press("/f/add").Form("/f/add").Set("text", "门口左边").Submit().Want(200).Says("工会正在处理")
}

func TestMine(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.as("W1")
	b.Get("/mine").Want(200).Says("还没有反映过")
	sent := b.Get("/tell").Form("say").Set("text", coldWater).Submit().Form("/tell/send").Set("level", "named").Submit().Want(200)
	number, _ := receiptOn(t, sent)
	list := b.Get("/mine").Want(200).Says("已收到", number)
	thread := list.Click("/mine/"+number).Want(200).Says("已收到", coldWater)
	thread.Silent("停用这张回执")
	thread.Press("/add").Form("/add").Set("text", "补充一句").Submit().Want(200).Says("已补充", "补充一句")
	b.Get("/mine/SQ20261123-0000-0000").Want(404)
	h.as("W2").Get("/mine/" + number).Want(404)
	h.browser().Get("/mine").Says("登录")
}

// TestFollowConfidential: what was said confidentially is followed with number and code like an anonymous voice; nothing leads from
// the account to it, and who said it is on no page.
func TestFollowConfidential(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.as("W1")
	sent := b.Get("/tell?place=P104M").Form("say").Set("text", coldWater).Submit().Want(200).Form("/tell/send").Set("level", "confidential").Submit().Want(200).Says("名字已经封存")
	number, code := receiptOn(t, sent)
	b.Get("/mine").Want(200).Silent(number, coldWater)
	b.Get("/mine/" + number).Want(404)
	h.as("W2").Get("/mine/" + number).Want(404)

	// with the receipt anybody who holds it gets in, signed in or not
	for _, who := range []*webtest.Client{h.browser(), b} {
		p := who.Get("/f").Form("/f").Set("number", number).Set("code", code).Submit().Want(200).Says("已收到", coldWater, "还没有人看过")
		if body := string(p.Body); strings.Contains(body, "王W1") || strings.Contains(body, h.id["W1"]) {
			t.Error("the page says who it was")
		}
	}
	thread := h.open(number, code).Want(200)
	thread.Press("/f/add").Form("/f/add").Set("text", "女浴室也是").Submit().Want(200).Says("已补充", "女浴室也是")
	h.triage(number, func(tx *db.Tx, who access.Person, id string) error {
		if _, err := (voice.OpenText{Voice: id, Reason: "分办"}).Do(tx, who); err != nil {
			return err
		}
		return voice.AskInfo{Voice: id, Question: "是早上还是晚上？"}.Do(tx, who)
	})
	p := h.open(number, code).Want(200).Says("是早上还是晚上", "最新回复", "看过 1 次原文")
	p.Press("/f/add").Form("/f/add").Set("text", "早上").Submit().Want(200).Says("工会正在处理")
	h.read(func(tx *db.Tx) error {
		fine, err := db.One[int](tx, `SELECT COUNT(*) FROM voice_entry WHERE by_whom = 'submitter' AND at % 3600000 <> 0`)
		if err == nil && fine != 0 {
			t.Errorf("%d entries of the submitter are finer than the hour", fine)
		}
		return err
	})
	if v := h.voiceOf(number); v.Submitter != "" || v.RegisteredAt%3600000 != 0 {
		t.Errorf("%+v", v)
	}
	// the end of access is the end for everybody
	h.open(number, code).Press("/f/end").Form("/f/end").Submit().Want(200).Says("回执已停用")
	h.open(number, code).Want(422)
}

// TestFollowMovedDeadline: a deadline that moved is struck through, with the new one, the reason, and which office allowed it.
func TestFollowMovedDeadline(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, code := h.tell(coldWater)
	m := h.working(number)
	h1, s1 := h.who("H1"), h.who("S1")
	to := m.Due.Add(7)
	h.write(func(tx *db.Tx) error {
		return matter.AskMore{Matter: m.ID, Day: to, Reason: "配件晚到", Interim: "先用临时热水"}.Do(tx, h1)
	})
	h.told()
	h.open(number, code).Want(200).Silent("配件晚到") // nobody has allowed it yet
	h.write(func(tx *db.Tx) error { return matter.DecideMore{Matter: m.ID, Grant: true, Note: "同意"}.Do(tx, s1) })
	h.told()
	p := h.open(number, code).Want(200).Says("改期原因：配件晚到", "督办员批准", "炼钢厂")
	zone := clock.Shanghai()
	old, now := lang.ZH.Date(m.Due, zone), lang.ZH.Date(to, zone)
	if body := string(p.Body); !strings.Contains(body, "<s>"+old+"</s> → <b>"+now+"</b>") {
		t.Errorf("the old date %s and the new one %s are not there", old, now)
	}
	p.Silent("王S1", "王H1")
}
