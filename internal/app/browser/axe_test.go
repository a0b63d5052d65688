package browser

import (
	_ "embed"
	"encoding/json"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
)

//go:embed testdata/axe/axe.min.js
var axeSource string

// broken is one rule of accessibility that a page breaks.
type broken struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// run names the rules: WCAG 2.2 A and AA, and the best practice.
const run = `{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}`

// axe runs the rules of WCAG 2.2 A and AA and the best practice on the page; only some where names are given.
func (w *walker) axe(rules ...string) []broken {
	w.t.Helper()
	run := run
	if len(rules) > 0 {
		b, err := json.Marshal(rules)
		if err != nil {
			w.t.Fatal(err)
		}
		run = `{type: 'rule', values: ` + string(b) + `}`
	}
	wrong, _ := w.judge(run)
	return wrong
}

// weigh is axe, with what it is unsure of.
func (w *walker) weigh() (wrong, unsure []broken) {
	w.t.Helper()
	return w.judge(run)
}

func (w *walker) judge(run string) (wrong, unsure []broken) {
	w.t.Helper()
	if !must[bool](w, `!!window.axe`) {
		must[bool](w, axeSource+"\n;!!window.axe")
		// A word of one letter is a word: in Chinese most answers are.
		must[bool](w, `['color-contrast', 'color-contrast-enhanced'].every((c) => axe._audit.checks[c].options.ignoreLength = true)`)
	}
	got := must[[2][]broken](w, `axe.run(document, {runOnly: `+run+`, resultTypes: ['violations', 'incomplete']}).then((r) => [r.violations, r.incomplete].map((all) => all.map((v) => ({id: v.id, help: v.help,
		nodes: v.nodes.map((n) => n.target.join(' ') + ' | ' + n.html.replace(/\s+/g, ' ').slice(0, 160) + ' | ' + (n.any[0]?.message || n.all[0]?.message || n.none[0]?.message || '').slice(0, 200))}))))`)
	return got[0], got[1]
}

// TestAxeFinds: the rules find what is planted, so that silence means something.
func TestAxeFinds(t *testing.T) {
	t.Parallel()
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
		for (const b of main.querySelectorAll('.tiny')) Object.assign(b.style, {width: '12px', height: '12px', minHeight: 0, minWidth: 0, padding: 0, margin: 0});
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
	w.taken()
}

// become makes the window that of somebody who has signed in elsewhere; "" is nobody.
func (w *walker) become(session string) {
	w.t.Helper()
	if w.session != session {
		// A page that may be carried along fetches itself once more after it has loaded; it must not do so as somebody else.
		if must[string](w, "location.href") != "about:blank" {
			w.load(200, call(page.Navigate, page.NavigateParams{URL: "about:blank"}))
		}
		w.session = session
	}
	if session == "" {
		w.do(call(network.ClearBrowserCookies, cdp.Empty{}))
		return
	}
	yes := true
	w.do(call(network.SetCookie, network.SetCookieParams{Name: "sanwen", Value: session, URL: w.s.Base, HTTPOnly: &yes}))
}
