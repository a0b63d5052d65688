package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"sanwen/internal/ground/lang"
)

// screen is the browser window of a walk.
type screen struct {
	Width     int64
	Lang      lang.Lang
	Dark      bool
	NoScripts bool
}

func (s screen) String() string {
	out := fmt.Sprintf("%d-%s", s.Width, s.Lang)
	if s.Dark {
		out += "-dark"
	}
	if s.NoScripts {
		out += "-noscript"
	}
	return out
}

// walker is one person at a browser window that nobody else has used: no cookies, no history, nothing stored.
type walker struct {
	t   testing.TB
	ctx context.Context
	s   *site
	screen

	mu       sync.Mutex
	problems []string // console errors, refused or failed requests, exceptions, violations of the content policy
	asked    []*asked // requests since the last navigation began
	byID     map[network.RequestID]*asked
	quiet    bool            // any refusal is meant
	refused  []log.Entry     // what the browser said of answers that were refusals; it may say so when the window is already at another page
	meant    map[string]bool // addresses at which a refusal was expected

	session     string // that become has given
	taps, typed int    // what the person has done so far
	fields      int    // into how many fields there was no way but to type
}

// asked is one request of the browser.
type asked struct {
	URL, Kind string
	Status    int64
	Bytes     float64 // over the network
	Body      float64 // of the compressed body
}

// walk opens a window of its own on the site; it is closed when the test ends, and the test fails if anything went wrong in it.
func (s *site) walk(t testing.TB, v screen) *walker {
	t.Helper()
	if v.Lang == "" {
		v.Lang = lang.ZH
	}
	w := &walker{t: t, s: s, screen: v, byID: map[network.RequestID]*asked{}, meant: map[string]bool{}}
	ctx, cancel := chromedp.NewContext(browserContext(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(w.hear))
	w.ctx = ctx
	t.Cleanup(func() {
		cancel()
		for _, p := range w.taken() {
			t.Errorf("%s: %s", v, p)
		}
	})
	w.do(chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		if _, err := cdp.Call(ctx, at, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, at, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": map[lang.Lang]string{lang.ZH: "zh-CN,zh;q=0.9", lang.EN: "en;q=0.9"}[v.Lang]}})
		return err
	}))
	w.do(call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})) // windows stand beside each other
	w.resize(v.Width)
	w.dark(v.Dark)
	if v.NoScripts {
		w.scripts(false)
	}
	return w
}

const watchPolicy = `addEventListener('securitypolicyviolation', (e) => console.error('policy violation', e.violatedDirective, e.blockedURI, e.sourceFile, e.lineNumber))`

// hear collects what the browser says about a page.
func (w *walker) hear(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	say := func(format string, args ...any) { w.problems = append(w.problems, fmt.Sprintf(format, args...)) }
	switch e := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			var parts []string
			for _, a := range e.Args {
				parts = append(parts, string(a.Value)+a.Description)
			}
			say("console %s: %s", e.Type, strings.Join(parts, " "))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		say("exception at %s:%d: %s", e.ExceptionDetails.URL, e.ExceptionDetails.LineNumber, text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			if strings.Contains(e.Entry.Text, "the server responded with a status of") {
				if !w.quiet {
					w.refused = append(w.refused, *e.Entry)
				}
				return
			}
			say("log %s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		a := &asked{URL: e.Request.URL, Kind: string(e.Type)}
		w.byID[e.RequestID] = a
		if !strings.HasPrefix(a.URL, w.s.Base+"/") && !strings.HasPrefix(a.URL, "data:") && !strings.HasPrefix(a.URL, "blob:") {
			say("request to somewhere else: %s", a.URL)
		}
		w.asked = append(w.asked, a)
	case *network.EventResponseReceived:
		if a := w.byID[e.RequestID]; a != nil {
			a.Status = e.Response.Status
		}
	case *network.EventLoadingFinished:
		if a := w.byID[e.RequestID]; a != nil {
			a.Bytes, a.Body = e.EncodedDataLength, e.EncodedDataLength
		}
	case *network.EventLoadingFailed:
		a := w.byID[e.RequestID]
		if a != nil && !e.Canceled {
			say("request failed: %s %s %s", a.URL, e.ErrorText, e.BlockedReason)
		}
	case *page.EventJavascriptDialogOpening:
		say("dialog: %s %s", e.Type, e.Message)
		go chromedp.Run(w.ctx, func(ctx context.Context, at *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, at, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			return chromedp.Void{}, err
		})
	}
}

// taken returns and forgets the problems.
func (w *walker) taken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.problems
	for _, e := range w.refused {
		if !w.meant[e.URL] {
			p = append(p, fmt.Sprintf("log %s: %s %s", e.Source, e.Text, e.URL))
		}
	}
	w.problems, w.refused = nil, nil
	return p
}

// requests returns what the last page asked for.
func (w *walker) requests() []asked {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []asked
	for _, a := range w.asked {
		out = append(out, *a)
	}
	return out
}

func (w *walker) fail(format string, args ...any) {
	w.t.Helper()
	where, _ := eval[string](w, `location.href`)
	text, _ := eval[string](w, `[...document.querySelectorAll('main :is(h1, h2, p, .fault, li, dd)')].filter((n) => n.checkVisibility()).map((n) => n.innerText).join('\n')`)
	if r := []rune(text); len(r) > 1800 {
		text = string(r[:1800]) + "…"
	}
	w.t.Fatalf("%s at %s: %s\nproblems: %q\npage:\n%s", w.screen, where, fmt.Sprintf(format, args...), w.taken(), text)
}

// do runs steps in the window within patience.
func (w *walker) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if chromedp.FromContext(w.ctx).Target == nil { // the first call binds the window to its context
		if err := chromedp.Do(w.ctx); err != nil {
			w.t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.fail("%v", err)
	}
}

// eval runs an expression in the page. It works with scripts switched off too, for those are the scripts of the page.
func eval[T any](w *walker, expr string) (T, error) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expr, chromedp.EvalAwaitPromise))
}

// must is eval that fails the test.
func must[T any](w *walker, expr string) T {
	w.t.Helper()
	v, err := eval[T](w, expr)
	if err != nil {
		w.fail("%s: %v", expr, err)
	}
	return v
}

func (w *walker) resize(width int64) {
	w.t.Helper()
	w.Width = width
	w.height(0)
}

// height makes the screen as high as that; 0 is that of a usual screen of its width.
func (w *walker) height(high int64) {
	w.t.Helper()
	usual, opts := int64(900), []chromedp.EmulateViewportOption{}
	if w.Width < 700 {
		usual, opts = 780, []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait}
	}
	w.do(chromedp.EmulateViewport(w.Width, max(usual, high), opts...))
}

func (w *walker) dark(on bool) {
	w.t.Helper()
	w.Dark = on
	scheme := "light"
	if on {
		scheme = "dark"
	}
	w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}))
}

func (w *walker) scripts(on bool) {
	w.t.Helper()
	w.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}

// call is a command of the browser as a step.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, cmd, params)
		return err
	})
}

// load runs steps that lead to another page and waits for it.
func (w *walker) load(want int64, steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	w.mu.Lock()
	w.asked, w.quiet = nil, false
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		w.fail("no page came: %v", err)
	}
	if res != nil && res.Status != want {
		w.fail("status %d, want %d", res.Status, want)
	}
	if res != nil && want >= 400 {
		w.expect(res)
	}
}

// expect takes an answer for one that was meant, whatever the browser says of it and whenever it does.
func (w *walker) expect(res *network.Response) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.meant[res.URL] = true
}

// open opens an address of the site.
func (w *walker) open(path string) {
	w.t.Helper()
	w.openWant(200, path)
}

func (w *walker) openWant(status int64, path string) {
	w.t.Helper()
	w.load(status, call(page.Navigate, page.NavigateParams{URL: w.s.Base + path}))
}

// q quotes a text for an expression.
func q(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// finder is the expression for the first element that a person can see and that fits the selector; "css ~ words" wants one with these words.
func finder(sel string) string {
	css, words, _ := strings.Cut(sel, " ~ ")
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].find((n) => n.checkVisibility({visibilityProperty: true}) && n.innerText.includes(%s))`, q(css), q(words))
}

// spot brings an element into view and returns the middle of it, where the press goes; it fails where something else lies there.
func (w *walker) spot(sel string) (x, y float64) {
	w.t.Helper()
	if !w.NoScripts { // what lies over the page for a moment is pressed away
		must[bool](w, `(() => { const n = document.querySelector('.toast[data-toast]'); if (n) n.click(); return !document.querySelector('.toast[data-toast]') })()`)
	}
	got := must[[]any](w, `(() => {
		const n = `+finder(sel)+`;
		if (!n) return ['none'];
		const at = n.matches('input[type=radio], input[type=checkbox]') ? n.closest('label') || n : n;
		at.scrollIntoView({block: 'center', behavior: 'instant'});
		const r = at.getClientRects()[0], x = r.left + r.width / 2, y = r.top + r.height / 2;
		const top = document.elementFromPoint(x, y);
		if (!top || !(at.contains(top) || top.contains(at))) return ['covered', top ? top.outerHTML.slice(0, 200) : 'outside'];
		if (n.disabled) return ['disabled'];
		return ['ok', x, y];
	})()`)
	if got[0] != "ok" {
		w.fail("%s: %v", sel, got)
	}
	return got[1].(float64), got[2].(float64)
}

// press presses something that leads to another page.
func (w *walker) press(sel string) {
	w.t.Helper()
	w.pressWant(200, sel)
}

func (w *walker) pressWant(status int64, sel string) {
	w.t.Helper()
	x, y := w.spot(sel)
	w.taps++
	w.load(status, chromedp.MouseClickXY(x, y))
}

// touch presses something that stays on the page.
func (w *walker) touch(sel string) {
	w.t.Helper()
	x, y := w.spot(sel)
	w.taps++
	w.do(chromedp.MouseClickXY(x, y))
}

// write types into a field; what was in it goes.
func (w *walker) write(name, text string) {
	w.t.Helper()
	sel := fmt.Sprintf(`:is(input, textarea)[name=%q]`, name)
	w.touch(sel)
	w.typed += len([]rune(text))
	must[bool](w, `(() => { const n = `+finder(sel)+`; n.focus(); if (n.select && n.type !== 'date') n.select(); else n.value = ''; return true })()`)
	if must[string](w, finder(sel)+".type") == "date" {
		must[bool](w, `(() => { const n = `+finder(sel)+`; n.value = `+q(text)+`; n.dispatchEvent(new Event('input', {bubbles: true})); n.dispatchEvent(new Event('change', {bubbles: true})); return true })()`)
		return
	}
	w.do(call(input.InsertText, input.InsertTextParams{Text: text}))
	if got := must[string](w, finder(sel)+".value"); got != text {
		w.fail("typed %q into %s, it holds %q", text, name, got)
	}
}

// choose marks a radio button or a box.
func (w *walker) choose(name, value string) {
	w.t.Helper()
	sel := fmt.Sprintf(`input[name=%q][value=%q]`, name, value)
	w.touch(sel)
	if !must[bool](w, finder(sel)+".checked") {
		w.fail("%s is not chosen after the press", sel)
	}
}

// pick chooses in a list.
func (w *walker) pick(name, value string) {
	w.t.Helper()
	sel := fmt.Sprintf(`select[name=%q]`, name)
	w.spot(sel)
	ok := must[bool](w, `(() => { const n = `+finder(sel)+`; n.value = `+q(value)+`; n.dispatchEvent(new Event('input', {bubbles: true})); n.dispatchEvent(new Event('change', {bubbles: true})); return n.value === `+q(value)+` })()`)
	if !ok {
		w.fail("list %s has no %q", name, value)
	}
}

// attach chooses files.
func (w *walker) attach(name string, files ...string) {
	w.t.Helper()
	w.taps++
	w.do(chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		res, err := cdp.Call(ctx, at, runtime.Evaluate, runtime.EvaluateParams{Expression: fmt.Sprintf(`document.querySelector('input[type=file][name=%q]')`, name)})
		if err != nil {
			return err
		}
		if res.Result.ObjectID == "" {
			return fmt.Errorf("no file field %s", name)
		}
		_, err = cdp.Call(ctx, at, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, ObjectID: res.Result.ObjectID})
		return err
	}))
}

// wait waits until an expression is true.
func (w *walker) wait(expr string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!!(`+expr+`)`))
		if err == nil && v {
			return
		}
		if ctx.Err() != nil {
			w.fail("waited in vain for %s", expr)
		}
		chromedp.Run(ctx, chromedp.Sleep(glance))
	}
}

// text is what the page says.
func (w *walker) text() string {
	w.t.Helper()
	return must[string](w, `document.body.innerText`)
}

// sees fails unless the page says all of the texts.
func (w *walker) sees(texts ...string) {
	w.t.Helper()
	all := fold(w.text())
	for _, t := range texts {
		if !strings.Contains(all, fold(t)) {
			w.fail("does not say %q", t)
		}
	}
}

// says is sees with keys of the catalogue, in the language of the window.
func (w *walker) says(key string, args ...any) {
	w.t.Helper()
	w.sees(w.Lang.T(key, args...))
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// path is where the window is.
func (w *walker) path() string {
	w.t.Helper()
	return must[string](w, `location.pathname`)
}

// signIn signs in through the page.
func (w *walker) signIn(number, password string) {
	w.t.Helper()
	w.open("/login?lang=" + string(w.Lang))
	w.write("user", number)
	w.write("password", password)
	w.press(`main form button.primary`)
	if w.path() == "/login" {
		w.fail("still at the door")
	}
}

// clean fails if the browser has complained.
func (w *walker) clean() {
	w.t.Helper()
	if p := w.taken(); len(p) > 0 {
		slices.Sort(p)
		w.fail("the browser complained: %q", slices.Compact(p))
	}
}
