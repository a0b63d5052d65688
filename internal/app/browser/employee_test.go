package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sanwen/internal/ground/lang"
)

// net switches the network of the window on and off.
func (w *walker) net(on bool) {
	w.t.Helper()
	w.do(call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}),
		call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}}}))
	if on {
		w.taken() // that there was none is what the browser has complained of
	}
}

// before runs a script at the beginning of every page.
func (w *walker) before(script string) {
	w.t.Helper()
	w.do(call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}))
}

// size makes a screen that is no phone.
func (w *walker) size(width, height int64) {
	w.t.Helper()
	w.do(chromedp.EmulateViewport(width, height))
}

// few fails if a person needed more taps than that since the count began. Choosing a picture counts as the tap that opens the choice.
func (w *walker) few(what string, most int) {
	w.t.Helper()
	w.t.Logf("%s: %d taps, %d characters", what, w.taps, w.typed)
	if w.taps > most {
		w.t.Errorf("%s takes %d taps, the limit is %d", what, w.taps, most)
	}
	w.taps, w.typed = 0, 0
}

// TestTaps counts what somebody has to press: from the code at the wall to a voice with a photo that is sent, and for an answer to
// "is it solved".
func TestTaps(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, v := range []screen{{Width: 360, Lang: lang.ZH}, {Width: 360, Lang: lang.EN, NoScripts: true}} {
		w := s.walk(t, v)
		w.open(w.in("/p/P104M"))
		w.taps, w.typed = 0, 0
		w.write("text", "二楼淋浴又是凉水")
		w.attach("photo", photoFile(t))
		if !v.NoScripts {
			w.wait(`document.querySelector('.tile input[name=photo_have]')`)
		}
		w.press("#say .bar button")
		w.choose("level", "anonymous")
		w.press("main .bar button.primary")
		w.says("tell.sent")
		w.few("a voice with a photo", 6)

		w.open(w.in("/p/P104M"))
		w.taps = 0
		w.press(".here a.button")
		w.choose("level", "anonymous")
		w.press("main .bar button.primary")
		w.says("tell.sent")
		w.few("me too", 3)
		w.taken() // the code of the second receipt was not saved, and the browser may ask
	}

	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.signIn(s.as("employee").Number, "chengchuan-2026")
	w.open("/mine")
	w.press(`a[href*="/rate/"]`)
	w.taps = 0
	w.choose("fact", "yes")
	w.choose("result", "solved")
	w.press("main .bar button.primary")
	w.says("rate.thanks")
	w.few("an answer", 3)
	w.clean()
}

// TestPhotosOneByOne: photos are sent while one goes on writing; what the network swallowed is sent again alone, and what is no
// photo is named without stopping the others.
func TestPhotosOneByOne(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.open("/p/P104M")
	svg := filepath.Join(t.TempDir(), "图.svg")
	if err := os.WriteFile(svg, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 0o600); err != nil {
		t.Fatal(err)
	}
	lose := func(on bool) { // the network swallows photos, and nothing else
		w.do(call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{URLPattern: s.Base + "/f/photo", Offline: on, DownloadThroughput: -1, UploadThroughput: -1}}}))
	}
	lose(true)
	w.attach("photo", photoFile(t))
	w.wait(`document.querySelector('.tile.bad .again')`)
	w.says("web.photo_failed")
	// going on without it takes a second press
	w.write("text", "带一张照片")
	w.touch("#say .bar button")
	w.wait(`document.querySelector('.count.bad').innerText.includes(` + q(w.Lang.T("web.photo_left_out")) + `)`)
	w.taken()
	lose(false)
	w.touch(".tile .again")
	w.wait(`document.querySelectorAll('.tile input[name=photo_have]').length === 1`)
	w.mu.Lock()
	w.quiet = true // the refusal of the drawing is meant
	w.mu.Unlock()
	w.attach("photo", svg, photoFile(t))
	w.wait(`document.querySelectorAll('.tile input[name=photo_have]').length === 2 && document.querySelector('.tile.bad')`)
	w.sees("SVG")
	w.touch(".tile.bad .drop")
	w.wait(`document.querySelectorAll('.tile:not(.add)').length === 2 && !document.querySelector('.tile.bad')`)
	// six are the most; the way to add more goes
	w.attach("photo", photoFile(t), photoFile(t), photoFile(t), photoFile(t), photoFile(t))
	w.wait(`document.querySelectorAll('.tile input[name=photo_have]').length === 6 && document.querySelector('.tile.add').hidden`)
	w.write("text", "带六张照片")
	w.press("#say .bar button")
	if n := must[int](w, `document.querySelectorAll('.thumbs img').length`); n != 6 {
		w.fail("%d photos on the second page", n)
	}
	// back again they are all there, and one can be taken away
	w.press("main .back button")
	w.touch(".tile .drop")
	w.wait(`document.querySelectorAll('.tile input[name=photo_have]').length === 5 && !document.querySelector('.tile.add').hidden`)
	if got := must[string](w, `document.querySelector('[name=text]').value`); got != "带六张照片" {
		w.fail("the text is %q", got)
	}
	w.clean()
}

// TestWithoutNetwork: what was typed stays, the receipt is there before it is sent, and it is sent once when the network comes back.
func TestWithoutNetwork(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.open("/p/P104M")
	w.write("text", "地下皮带廊没有信号")
	w.net(false)
	w.touch("#say .bar button")
	w.wait(`document.querySelector('[data-offline]').checkVisibility()`)
	w.says("tell.offline")
	if got := must[string](w, `document.querySelector('[name=text]').value`); got != "地下皮带廊没有信号" {
		w.fail("the text is %q", got)
	}
	// the draft is kept on the phone only when somebody asks for it
	if n := must[int](w, `localStorage.length`); n != 0 {
		w.fail("%d things are kept on the phone", n)
	}
	w.touch("[data-offline] [data-draft-keep]")
	w.wait(`localStorage.length === 1`)
	w.net(true)
	w.wait(`!document.querySelector('[data-offline]').checkVisibility()`)
	w.press("#say .bar button")
	w.choose("level", "anonymous")
	w.net(false)
	w.touch("#who .bar button")
	w.wait(`document.querySelector('[data-offline]').checkVisibility()`)
	w.says("tell.unsent")
	number, code := must[string](w, `document.getElementById('receipt-number').innerText`), must[string](w, `document.getElementById('receipt-code').innerText`)
	w.mu.Lock()
	w.asked = nil
	w.mu.Unlock()
	w.net(true)
	w.wait(`document.querySelector('.panel.good h1')`)
	w.says("tell.sent")
	if n, c := must[string](w, `document.getElementById('receipt-number').innerText`), must[string](w, `document.getElementById('receipt-code').innerText`); n != number || c != code {
		w.fail("the receipt was %s %s and is %s %s", number, code, n, c)
	}
	if n := must[int](w, `localStorage.length`); n != 0 {
		w.fail("the draft is still on the phone")
	}
	w.wait(`document.querySelector('[data-noted]').checkVisibility()`)
	w.touch("[data-noted]")
	w.open("/f#" + number + "." + must[string](w, q(code)+`.replace(/ /g, '')`))
	w.press("main button.primary")
	w.sees(number)
	w.touch("main details summary")
	w.sees("地下皮带廊没有信号")
	w.wait(`navigator.onLine`)
	for _, p := range w.taken() { // the page asks now and then whether the network is back: the last time it was not may be told late
		if !strings.Contains(p, "ERR_INTERNET_DISCONNECTED") {
			w.fail("the browser complained: %q", p)
		}
	}
}

// TestReceiptIsNotForgotten: who goes on without having saved the code is reminded once; whoever has to leave quickly is not.
func TestReceiptIsNotForgotten(t *testing.T) {
	t.Parallel()
	s := serve(t)
	sent := func() *walker {
		w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
		w.open("/p/P104M")
		w.write("text", "收据")
		w.press("#say .bar button")
		w.choose("level", "anonymous")
		w.press("main .bar button.primary")
		w.wait(`document.querySelector('[data-noted]').checkVisibility()`)
		return w
	}
	w := sent()
	w.touch(`main .actions a[href="/p/P104M"]`)
	w.wait(`document.querySelector('[data-remind]').checkVisibility()`)
	w.says("tell.remind")
	w.press(`main .actions a[href="/p/P104M"]`) // the second press goes
	w.clean()

	w = sent()
	w.touch("[data-receipt] [data-copy]:last-of-type")
	w.press(`main .actions a[href="/p/P104M"]`)
	w.clean()

	w = sent()
	w.press("header [data-exit]")
	if w.path() != "/leave" {
		w.fail("not left")
	}
	w.clean()
}

// TestPlaces: the list of places gets shorter while one types, and says so where nothing is left.
func TestPlaces(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.open("/p")
	all := must[int](w, `[...document.querySelectorAll('.places li')].filter((n) => n.checkVisibility()).length`)
	w.write("q", "浴")
	some := must[int](w, `[...document.querySelectorAll('.places li')].filter((n) => n.checkVisibility()).length`)
	if some == 0 || some >= all {
		w.fail("%d of %d places are left", some, all)
	}
	w.write("q", "p104m")
	w.press(".places a")
	if w.path() != "/p/P104M" {
		w.fail("at %s", w.path())
	}
	w.open("/p")
	w.write("q", "没有这个")
	w.says("tell.where_none")
	w.clean()
}
