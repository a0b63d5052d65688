package web_test

import (
	"encoding/json"
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
)

func (h *hall) set(key, value string) {
	h.t.Helper()
	a1 := h.who("A1")
	h.write(func(tx *db.Tx) error { return org.SetSetting{Key: key, Value: value, Basis: "单位自定"}.Do(tx, a1) })
}

// TestFloodIsLookedAtFirst: beyond so many anonymous voices of a place in an hour the next ones wait for a look, and nobody is
// refused; other places go on as ever, and an hour later it is over.
func TestFloodIsLookedAtFirst(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.set(org.FloodPlace, "5")
	h.set(org.FloodSite, "20")
	tell := func(path, text string) (*webtest.Page, string) {
		p := h.browser().Get(path).Form("say").Set("text", text).Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200).Says("已收到")
		number, _ := receiptOn(t, p)
		return p, h.voiceOf(number).State
	}
	for n := range 5 {
		if p, state := tell("/p/P104M", coldWater+strings.Repeat("！", n)); state != voice.Registered {
			t.Fatalf("voice %d is %s", n+1, state)
		} else {
			p.Silent("由工会核对")
		}
	}
	form := h.browser().Get("/p/P104M").Form("say").Set("text", "第六条").Submit().Form("/send").Set("level", "anonymous")
	sixth := form.Submit().Want(200).Says("已收到", "由工会核对", "11月25日", "不会不收")
	number, code := receiptOn(t, sixth)
	if v := h.voiceOf(number); v.State != voice.Quarantined {
		t.Errorf("the sixth is %s", v.State)
	}
	h.open(number, code).Want(200).Says("正在核实")
	// the same press again is the same receipt, though more has come in meanwhile
	form.Submit().Want(200).Says("同一张回执", "由工会核对")
	// somebody at another place gets through as ever, and so does danger at this one
	if _, state := tell("/p/P201", "饭菜凉了"); state != voice.Registered {
		t.Errorf("at another place: %s", state)
	}
	if _, state := tell("/p/P104M", "淋浴间电线裸露漏电，有人触电"); state == voice.Quarantined {
		t.Error("a danger was set aside")
	}
	// who signs his name is not counted
	signed := h.as("W1").Get("/tell?place=P104M").Form("say").Set("text", "实名的一条").Submit().Want(200).Form("/tell/send").Set("level", "named").Submit().Want(200)
	signed.Silent("由工会核对")
	// triage frees it
	t1 := h.who("T1")
	id := h.voiceOf(number).ID
	h.write(func(tx *db.Tx) error { return voice.Free{Voice: id, Reason: "是真的"}.Do(tx, t1) })
	h.open(number, code).Want(200).Says("已收到")
	// codes that no place has share one count, so that inventing them helps nobody
	for _, place := range []string{"X1", "X2", "X3", "X4", "X5"} {
		tell("/p/"+place, "随便"+place)
	}
	if _, state := tell("/p/X6", "随便"); state != voice.Quarantined {
		t.Errorf("an invented place: %s", state)
	}
	c.Advance(61 * time.Minute)
	if _, state := tell("/p/P104M", "一小时以后"); state != voice.Registered {
		t.Errorf("an hour later: %s", state)
	}
	// and the whole site has a limit too
	for n := range 20 {
		tell([]string{"/p/P104M", "/p/P201", "/p/P9", "/p/Z4"}[n%4], "很多"+strings.Repeat("。", n))
	}
	if _, state := tell("/p/-", "还有"); state != voice.Quarantined {
		t.Errorf("beyond the limit of the site: %s", state)
	}
}

// TestPhotoByItself: a photo is sent while the text is still being written; the form carries on its signed token.
func TestPhotoByItself(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.browser()
	page := b.Get("/p/P104M").Want(200)
	send := func(token string, files ...[]byte) (int, map[string]any, http.Header) {
		form := page.Form("say")
		form.Values = url.Values{"_token": {token}}
		for _, f := range files {
			form.Attach("photo", "IMG_20261123_081500.jpg", f)
		}
		req := form.Request()
		req.URL.Path = "/f/photo"
		req.Header.Set("Accept", "application/json")
		res, err := b.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		got := map[string]any{}
		if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, got, res.Header
	}
	token := page.Form("say").Values.Get("_token")
	status, got, header := send(token, picture(t, color.RGBA{9, 90, 200, 255}))
	if status != 200 || got["token"] == "" || header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %v", status, got)
	}
	b.Get(got["thumb"].(string)).Want(200)
	form := page.Form("say").Set("text", coldWater)
	form.Values.Set("photo_have", got["token"].(string)) // as the script adds it
	who := form.Submit().Want(200)
	if n := strings.Count(string(who.Body), `<img src="/f/photo/`); n != 1 {
		t.Errorf("%d photos on the second page", n)
	}
	// what is no photo is named, two at once and a form that nobody opened are refused
	if status, got, _ := send(token, []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")); status != 422 || !strings.Contains(got["detail"].(string), "SVG") {
		t.Errorf("%d %v", status, got)
	}
	if status, _, _ := send(token, picture(t, color.White), picture(t, color.Black)); status != 422 {
		t.Errorf("two at once: %d", status)
	}
	if status, _, _ := send("made up", picture(t, color.White)); status != 422 {
		t.Errorf("without a form: %d", status)
	}
	if status, _, _ := send(token); status != 422 {
		t.Errorf("without a photo: %d", status)
	}
}

// TestNothingCanBeWritten: while the storage refuses, the forms stay readable, their button is off, and what was typed can be copied.
func TestNothingCanBeWritten(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	b := h.browser()
	who := b.Get("/p/P104M").Form("say").Set("text", coldWater).Submit().Want(200).Silent("复制我写的")
	why := "db.readonly"
	h.site.ReadOnly = func() string { return why }
	refused := who.Form("/send").Set("level", "anonymous").Submit().Want(503).Says("暂时只能查看", coldWater, "复制我写的")
	if !strings.Contains(string(refused.Body), "disabled>发送</button>") || !strings.Contains(string(refused.Body), `data-copy-from="words"`) {
		t.Error("the button is not off, or nothing can be copied")
	}
	for _, path := range []string{"/p/P104M", "/p/P104M/danger"} {
		if p := b.Get(path).Want(200).Says("暂时只能查看", "复制我写的"); !strings.Contains(string(p.Body), `data-copy-from="f-text"`) {
			t.Errorf("%s: nothing can be copied", path)
		}
	}
	b.Get("/f").Want(200)
	why = ""
	refused.Form("/send").Set("level", "anonymous").Submit().Want(200).Says("已收到")
	if n := len(h.voices()); n != 1 {
		t.Errorf("%d voices", n)
	}
}
