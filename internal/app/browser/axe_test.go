package browser

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"sanwen/internal/ground/lang"
)

//go:embed testdata/axe/axe.min.js
var axeSource string

// broken is one rule of accessibility that a page breaks.
type broken struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// axe runs the rules of WCAG 2.2 A and AA and the best practice on the page; only some where names are given.
func (w *walker) axe(rules ...string) []broken {
	w.t.Helper()
	run := `{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}`
	if len(rules) > 0 {
		b, err := json.Marshal(rules)
		if err != nil {
			w.t.Fatal(err)
		}
		run = `{type: 'rule', values: ` + string(b) + `}`
	}
	if !must[bool](w, `!!window.axe`) {
		must[bool](w, axeSource+"\n;!!window.axe")
	}
	return must[[]broken](w, `axe.run(document, {runOnly: `+run+`, resultTypes: ['violations']}).then((r) => r.violations.map((v) => ({id: v.id, help: v.help,
		nodes: v.nodes.map((n) => n.target.join(' ') + ' | ' + n.html.slice(0, 160) + ' | ' + (n.any[0]?.message || n.all[0]?.message || n.none[0]?.message || '').slice(0, 200))})))`)
}

// narrow says what makes the page scroll sideways, or "".
const narrow = `(() => {
	const room = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= room) return '';
	const n = [...document.querySelectorAll('main *, header *, footer *')].filter((n) => n.getBoundingClientRect().right > room + 1 && !n.closest('.rail, .tabs, .sr'));
	return document.documentElement.scrollWidth + ' px: ' + n.slice(0, 3).map((n) => n.outerHTML.slice(0, 120)).join(' … ');
})()`

// small lists what is to be pressed and is smaller than 24 px either way; links within sentences are as large as their words.
const small = `[...document.querySelectorAll('button, select, input:not([type=hidden]), a.button, summary, .rail a, .tool')].filter((n) => n.checkVisibility({visibilityProperty: true}) && !n.closest('.sr') && !n.classList.contains('sr')).map((n) => {
	const box = (n.closest('label') || n).getBoundingClientRect();
	return [Math.min(box.width, box.height), n.outerHTML.slice(0, 120)];
}).filter(([size]) => size < 24).map(([size, text]) => Math.round(size) + ' px: ' + text)`

// TestAccessible opens a page of every route as somebody who may, on a phone and on a desk, light and dark.
func TestAccessible(t *testing.T) {
	s := serve(t)
	all := s.pages(t)
	for i := range 2 { // two windows at a time
		t.Run([]string{"phone", "desk"}[i], func(t *testing.T) {
			t.Parallel()
			w := s.walk(t, []screen{{Width: 360, Lang: lang.ZH}, {Width: 1280, Lang: lang.EN}}[i])
			for _, p := range all {
				w.inspect(p)
			}
		})
	}
}

// TestAxeFinds: the rules find what is planted, so that silence means something.
func TestAxeFinds(t *testing.T) {
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	w.open("/f")
	must[bool](w, `(() => {
		const main = document.querySelector('main');
		const add = (html) => main.append(new DOMParser().parseFromString(html, 'text/html').body.firstChild);
		add('<img src="' + document.querySelector('link[rel=icon]').href + '">');
		add('<input name="nameless">');
		add('<p class="pale">pale</p>');
		main.lastChild.style.color = '#ccc';
		add('<div><button class="tiny">1</button><button class="tiny">2</button></div>');
		for (const b of main.querySelectorAll('.tiny')) Object.assign(b.style, {width: '12px', height: '12px', minHeight: 0, padding: 0, margin: 0});
		add('<div class="broad">broad</div>');
		main.lastChild.style.width = '900px';
		return true;
	})()`)
	var got []string
	for _, b := range w.axe() {
		got = append(got, b.ID)
	}
	for _, id := range []string{"image-alt", "label", "color-contrast", "target-size"} {
		if !slices.Contains(got, id) {
			t.Errorf("%s was not found, only %v", id, got)
		}
	}
	if len(must[[]string](w, small)) != 2 {
		t.Error("small buttons were not found")
	}
	if must[string](w, narrow) == "" {
		t.Error("a page that scrolls sideways was not found")
	}
	w.taken()
}

// inspect looks at one page in the window.
func (w *walker) inspect(p found) {
	w.t.Helper()
	say := func(format string, args ...any) {
		w.t.Errorf("%s %s (%s): %s", w.screen, p.Path, p.Number, fmt.Sprintf(format, args...))
	}
	w.become(p.Session)
	path := p.Path
	if w.Lang == lang.EN {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		path += sep + "lang=en"
	}
	w.open(path)
	report := func(all []broken) {
		for _, b := range all {
			say("%s (%s):\n\t%s", b.ID, b.Help, strings.Join(b.Nodes[:min(4, len(b.Nodes))], "\n\t"))
		}
	}
	report(w.axe())
	for _, x := range must[[]string](w, small) {
		say("too small: %s", x)
	}
	w.dark(true)
	report(w.axe("color-contrast"))
	w.dark(false)
	if w.Width < 700 {
		w.resize(320)
		if x := must[string](w, narrow); x != "" {
			say("scrolls sideways at 320: %s", x)
		}
		w.resize(360)
	}
	complaints := w.taken()
	slices.Sort(complaints)
	for _, x := range slices.Compact(complaints) {
		say("%s", x)
	}
}

// become makes the window that of somebody who has signed in elsewhere; "" is nobody.
func (w *walker) become(session string) {
	w.t.Helper()
	if session == "" {
		w.do(call(network.ClearBrowserCookies, cdp.Empty{}))
		return
	}
	yes := true
	w.do(call(network.SetCookie, network.SetCookieParams{Name: "sanwen", Value: session, URL: w.s.Base, HTTPOnly: &yes}))
}
