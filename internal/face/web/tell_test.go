package web_test

import (
	"image/color"
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
)

const coldWater = "二楼浴室下午四点以后水是凉的，已经三天了。"

// receiptOn reads number and code off a receipt.
func receiptOn(t *testing.T, p *webtest.Page) (number, code string) {
	t.Helper()
	number, code = p.ID("receipt-number"), p.ID("receipt-code")
	if _, err := seal.ParseNumber(number); err != nil {
		t.Fatalf("number %q: %v", number, err)
	}
	if _, err := seal.ParseCode(code); err != nil {
		t.Fatalf("code %q: %v", code, err)
	}
	return number, code
}

func TestTellAnonymously(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		b := h.browser()
		form := b.Get("/p/P104M").Want(200).Says("想说什么", "四区职工新浴室", "四服务区", "眼前有危险", "我撑不住了").Form("say")
		form.Set("text", coldWater).Set("kind", "need").Attach("photo", "IMG_2031.jpg", picture(t, color.RGBA{200, 30, 30, 255}))
		form.Attach("photo", "IMG_2032.jpg", picture(t, color.RGBA{30, 30, 200, 255}))
		who := form.Submit().Want(200).Says("谁可以知道是你", coldWater, "四区职工新浴室", "需要解决")
		if n := strings.Count(string(who.Body), `<img src="/f/photo/`); n != 2 {
			t.Errorf("%d photos on the second page", n)
		}
		if strings.Contains(string(who.Body), "checked") {
			t.Error("something is chosen before anybody chose")
		}
		who.Form("/send").Submit().Want(422).Says("请从列出的选项中选择", coldWater)
		send := who.Form("/send").Set("level", "anonymous")
		sent := send.Submit().Want(200).Says("已收到", "11月25日", "存证日志")
		number, code := receiptOn(t, sent)

		// a second press, a reload, a lost answer: the same receipt
		again := send.Submit().Want(200).Says("已收到", "同一张回执")
		if n, k := receiptOn(t, again); n != number || k != code {
			t.Errorf("second press: %s %s, not %s %s", n, k, number, code)
		}
		vs := h.voices()
		if len(vs) != 1 || vs[0].Number != number || vs[0].Text != coldWater || vs[0].Level != "anonymous" || vs[0].Place != "P104M" || vs[0].Submitter != "" {
			t.Fatalf("%+v", vs)
		}
		if vs[0].RegisteredAt%3600000 != 0 {
			t.Error("the time is finer than the hour")
		}

		// something else in the same form: asked first, and then a voice of its own
		other := send.Set("text", coldWater+"还有一件。").Submit().Want(409).Says("已经发出过", number)
		n2, _ := receiptOn(t, other.Form("/send").Set("level", "anonymous").Submit().Want(200))
		if n2 == number || len(h.voices()) != 2 {
			t.Errorf("the other one: %s, %d voices", n2, len(h.voices()))
		}
	})
}

func TestTellKeepsWhatIsTyped(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.browser()
	form := b.Get("/p/P104M").Form("say").Set("text", strings.Repeat("长", 2001)).Set("kind", "idea")
	form.Attach("photo", "a.jpg", picture(t, color.White)).Attach("photo", "b.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"))
	p := form.Submit().Want(422).Says("有误", "2001", "第 2 张没有加进来", "HEIC")
	again := p.Form("say")
	if got := again.Values.Get("text"); len([]rune(got)) != 2001 || again.Values.Get("kind") != "idea" || len(again.Values["photo_have"]) != 1 {
		t.Errorf("kept %d letters, kind %q, %d photos", len([]rune(got)), again.Values.Get("kind"), len(again.Values["photo_have"]))
	}
	// repaired, it goes on; then another place, with everything kept
	who := again.Set("text", coldWater).Submit().Want(200).Says(coldWater)
	list := who.Press("/place").Want(200).Says("四区一楼餐厅", "四服务区")
	there := list.Press("/p/P201").Want(200).Says("四区一楼餐厅", coldWater)
	who = there.Form("say").Submit().Want(200).Says("四区一楼餐厅", coldWater)
	if n := strings.Count(string(who.Body), `<img src="/f/photo/`); n != 1 {
		t.Errorf("%d photos after the change of place", n)
	}
	who.Form("/send").Set("level", "anonymous").Submit().Want(200)
	if vs := h.voices(); len(vs) != 1 || vs[0].Place != "P201" || vs[0].Kind != "idea" {
		t.Errorf("%+v", vs)
	}

	// a place that is in no list
	f := b.Get("/p/P104M").Press("/place").Want(200).Form("/place").Set("place_text", "三号门旁的车棚")
	f.PressIn("/p/-").Want(200).Says("三号门旁的车棚").Form("say").Set("text", "没有灯").Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
	for _, v := range h.voices() {
		if v.Text == "没有灯" && (v.Place != "" || v.PlaceText != "三号门旁的车棚") {
			t.Errorf("%+v", v)
		}
	}
}

func TestTellUnknownPlace(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	p := h.browser().Get("/p/P777").Want(200).Says("海报可能旧了", "是哪里")
	p.Form("say").Set("text", coldWater).Set("place_text", "老锅炉房旁").Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200).Says("已收到")
	if v := h.voices()[0]; v.Place != "" || v.PlaceText != "老锅炉房旁" {
		t.Errorf("place %q, text %q", v.Place, v.PlaceText)
	}
	// a place with few users is not kept of an anonymous voice
	h.browser().Get("/p/p9").Want(200).Says("天车司机室").Form("say").Set("text", "座椅坏了").Submit().Form("/send").Set("level", "anonymous").Submit().Want(200)
	for _, v := range h.voices() {
		if v.Place == "P9" {
			t.Error("the crane cabin is kept of an anonymous voice")
		}
	}
}

func TestTellCrisisAndDanger(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.browser()
	press := b.Get("/p/P104M").Form("/crisis")
	press.Submit().Want(200).Says("12356", "120")
	press.Submit().Want(200)
	count := func() int {
		n := 0
		h.read(func(tx *db.Tx) (err error) {
			n, err = db.One[int](tx, `SELECT COALESCE(SUM(n), 0) FROM crisis_counter`)
			return err
		})
		return n
	}
	if n := count(); n != 1 || len(h.voices()) != 0 {
		t.Errorf("%d counted, %d voices", n, len(h.voices()))
	}
	h.as("T1").Get("/").Want(200).Says("近 30 天有 1 人次") // the union office learns the count, and nobody else
	h.as("D1").Get("/").Want(200).Silent("人次")
	// words of somebody in need: the hotline first, nothing kept; he may send them all the same
	hot := b.Get("/p/P104M").Form("say").Set("text", "活着没什么意思").Submit().Form("/send").Set("level", "anonymous").Submit().Want(200).Says("12356", "没有保存")
	if n := count(); n != 2 || len(h.voices()) != 0 {
		t.Errorf("%d counted, %d voices", n, len(h.voices()))
	}
	hot.Form("/send").Submit().Want(200).Says("已收到")
	if len(h.voices()) != 1 {
		t.Errorf("%d voices", len(h.voices()))
	}
	danger := b.Get("/p/P104M").Click("danger").Want(200).Says("先离开", "119", "120")
	danger.Form("/check").Set("text", "煤气报警器响了").Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200).Says("值班", "2 小时内")
	if v := h.voices()[1]; v.Alarm != "hazard" && h.voices()[0].Alarm != "hazard" {
		t.Errorf("%+v", v)
	}
}

func TestTellWithAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		for _, level := range []string{"named", "confidential"} {
			b := h.browser()
			who := b.Get("/p/P104M").Form("say").Set("text", coldWater+level).Attach("photo", "a.jpg", picture(t, color.White)).Submit().Want(200)
			in := who.Form("/send").Set("level", level).Submit().Want(200).Says("登录后发送", coldWater+level)
			in = in.Form("/tell/check").Set("user", "W1").Set("password", "wrong one").Submit().Want(422).Says(coldWater + level)
			in = in.Form("/tell/check").Set("user", "W1").Set("password", officePassword).Submit().Want(200).Says("王W1", coldWater+level, "谁可以知道")
			send := in.Form("/tell/send")
			if send.Values.Get("level") != level {
				t.Errorf("the level chosen before is lost: %v", send.Values)
			}
			sent := send.Submit().Want(200).Says("已收到")
			number, code := receiptOn(t, sent)
			if n, k := receiptOn(t, send.Submit().Want(200)); n != number || k != code {
				t.Errorf("second press: %s %s", n, k)
			}
			vs := h.voices()
			v := vs[len(vs)-1]
			for _, x := range vs {
				if x.Number == number {
					v = x
				}
			}
			if string(v.Level) != level || (v.Submitter != "") != (level == "named") || v.Text != coldWater+level {
				t.Errorf("%+v", v)
			}
		}
		if n := len(h.voices()); n != 2 {
			t.Errorf("%d voices", n)
		}
		// signed in, and anonymous after all: the pages that know nobody send it
		b := h.as("W1")
		who := b.Get("/tell").Want(200).Form("say").Set("text", "匿名的一件").Submit().Want(200).Says("王W1")
		sent := who.Form("/tell/send").Set("level", "anonymous").Submit().Want(200).Says("已收到")
		if sent.URL.Path != "/p/-/send" {
			t.Errorf("sent by %s", sent.URL.Path)
		}
		sent.Silent("王W1")
		for _, v := range h.voices() {
			if v.Text == "匿名的一件" && (v.Level != "anonymous" || v.Submitter != "" || v.Place != "") {
				t.Errorf("%+v", v)
			}
		}
	})
}

// TestAnonymousPagesIgnoreTheSession: the same page with and without a session cookie, and none is ever set.
func TestAnonymousPagesIgnoreTheSession(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.as("W1")
	for _, path := range []string{"/p", "/p/P104M", "/p/-", "/p/P777", "/p/P104M/danger", "/p/P104M/crisis"} {
		p := b.Get(path).Want(200).Silent("王W1", "/account")
		if p.Header.Get("Set-Cookie") != "" || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, p.Header)
		}
	}
	sent := b.Get("/p/P104M").Form("say").Set("text", coldWater).Submit().Form("/send").Set("level", "anonymous").Submit().Want(200).Silent("王W1")
	if sent.Header.Get("Set-Cookie") != "" {
		t.Error("the receipt sets a cookie")
	}
}

func TestTellForSomebody(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.as("W1").Get("/tell/proxy").Want(403)
	b := h.as("L1")
	form := b.Get("/tell/proxy").Want(200).Form("say")
	form.Submit().Want(422).Says("请从列出的选项中选择")
	form.Set("text", "班前会上说：更衣室没有热水").Set("channel", "crew").Set("level", "named").Submit().Want(422).Says("请填写")
	form.Set("for", "W999").Submit().Want(422).Says("没有这个工号", "更衣室没有热水")
	number, code := receiptOn(t, form.Set("for", "W2").Submit().Want(200).Says("请把这张回执交给本人"))
	if n, k := receiptOn(t, form.Submit().Want(200)); n != number || k != code {
		t.Error("second press: another receipt")
	}
	vs := h.voices()
	if len(vs) != 1 || vs[0].Channel != "crew" || vs[0].ProxyBy != h.id["L1"] || vs[0].Submitter != h.id["W2"] {
		t.Fatalf("%+v", vs)
	}
	// with another place, and anonymously
	where := b.Get("/tell/proxy").Form("say").Set("text", "灯不亮").Set("channel", "crew").Set("level", "anonymous").PressIn("/place").Want(200)
	form = where.Form("/place").Press("P201").Want(200).Says("四区一楼餐厅").Form("say")
	if form.Values.Get("text") != "灯不亮" || form.Values.Get("channel") != "crew" {
		t.Errorf("%v", form.Values)
	}
	form.Submit().Want(200).Says("已收到")
	for _, v := range h.voices() {
		if v.Text == "灯不亮" && (v.Submitter != "" || v.Place != "P201") {
			t.Errorf("%+v", v)
		}
	}
}
