package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
)

// tokenSite is a site with a round that is answered with blind tokens, and with the network before it.
type tokenSite struct {
	*site
	t          *testing.T
	net        *wire
	round      string
	page, slip string
	who        string // employee number of somebody who is asked
	next       http.Handler
	met        atomic.Pointer[meeting] // what becomes of a request
}

// meeting says what becomes of a request, or returns false and lets it pass.
type meeting func(http.ResponseWriter, *http.Request) bool

func serveTokens(t *testing.T, template string) *tokenSite {
	t.Helper()
	bare.ready(t)
	s, stop := serveCopy(t, bare, bare.dir, t.TempDir())
	t.Cleanup(stop)
	x := &tokenSite{site: s, t: t, net: s.wire(t), who: s.as(access.Employee).Number}
	x.round = s.blindRound(t, x.who, template)
	x.page, x.slip = "/answer/"+x.round+"/token", "/s/"+x.round
	x.next = x.net.Config.Handler
	x.net.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := x.met.Load(); f != nil && (*f)(w, r) {
			return
		}
		x.next.ServeHTTP(w, r)
	})
	return x
}

// meet says what becomes of requests from now on, and pass that all of them pass again.
func (x *tokenSite) meet(f meeting) { x.met.Store(&f) }

func (x *tokenSite) pass() { x.met.Store(nil) }

// counts are how many have had a token signed, how many tokens are spent and how many answers wait.
func (x *tokenSite) counts(signed, spent, answers int) {
	x.t.Helper()
	x.read(func(tx *db.Tx) error {
		for what, want := range map[string]int{`survey_invitation WHERE used = 1 AND round = $1`: signed, `survey_spent WHERE round = $1`: spent, `survey_box WHERE round = $1`: answers} {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM `+what, x.round)
			if err != nil || n != want {
				x.t.Errorf("%s: %d, want %d: %v", what, n, want, err)
			}
		}
		return nil
	})
}

// code makes a code on paper for the group of the people who are asked.
func (x *tokenSite) code() string {
	x.t.Helper()
	var in *survey.MakeCodes
	if err := x.App.DB.Write(context.Background(), func(tx *db.Tx) error {
		p, err := org.PersonByNo(tx, x.as(access.Triager).Number)
		if err != nil {
			return err
		}
		who, err := org.Actor(tx, p.ID)
		if err != nil {
			return err
		}
		keys, err := survey.KeysOf(tx, x.round)
		if err != nil {
			return err
		}
		in = &survey.MakeCodes{Round: x.round, Unit: keys[0].Unit, N: 1}
		return in.Do(tx, who)
	}); err != nil {
		x.t.Fatal(err)
	}
	return in.Codes[0]
}

// gets presses the button that gets a token, and has one.
func (x *tokenSite) gets(b *ownBrowser) {
	x.t.Helper()
	b.again(x.who, x.page)
	b.wait(`!document.querySelector('[data-when=get]').hidden`)
	b.touch("main [data-when=get] button")
	b.wait(`!document.querySelector('[data-when=have]').hidden`)
}

// whole answers every question of the canteen that has to be answered.
func whole(b *ownBrowser) {
	b.t.Helper()
	for _, q := range []string{"hygiene", "health", "warm", "taste", "variety"} {
		b.choose("q."+q, "4")
	}
	b.choose("q.often", "daily")
	b.touch("main .bar button")
	b.wait(`document.querySelector('main [role=status] a')`) // a question has come up, which may be left out
}

// fails presses the button that gets a token, and is told why there is none.
func fails(b *ownBrowser, key string) {
	b.t.Helper()
	b.touch("main [data-when=get] button")
	b.wait(`!document.querySelector('[data-when=fault]').hidden && document.querySelector('[data-when=fault]').textContent.includes(` + q(b.Lang.T(key)) + `)`)
	if !must[bool](b.walker, `document.activeElement === document.querySelector('[data-when=fault]')`) {
		b.fail("the focus is not where it is said")
	}
	must[bool](b.walker, `(document.querySelector('[data-when=fault]').hidden = true)`)
}

// TestTokensOverPlainHTTP: a page without HTTPS has no crypto.subtle, and a token is made, signed and spent all the same.
func TestTokensOverPlainHTTP(t *testing.T) {
	t.Parallel()
	x := serveTokens(t, "canteen")
	base := strings.Replace(x.net.URL, "127.0.0.1", "sanwen.test", 1)
	b := x.browse(t, t.TempDir(), base, screen{Width: 360}, chromedp.Flag("host-resolver-rules", "MAP sanwen.test 127.0.0.1"))
	x.gets(b)
	if must[bool](b.walker, `self.isSecureContext || !!self.crypto.subtle || location.hostname !== 'sanwen.test'`) {
		t.Fatal("this is a page with everything that HTTPS gives")
	}
	b.press("main [data-when=have] a")
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	whole(b)
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	b.touch("main .bar button")
	b.wait(`document.querySelector('[data-spent]')`)
	b.says("survey.done.thanks")
	b.kill()
	x.counts(1, 1, 1)
}

// TestTokensInAnOldBrowser: a browser that cannot count so far, one that cannot even read the script, and one that keeps nothing say so before anything is
// asked for, and a code on paper is a way.
func TestTokensInAnOldBrowser(t *testing.T) {
	t.Parallel()
	x := serveTokens(t, "canteen")
	for _, c := range []struct{ what, lack string }{
		{"no IndexedDB", `Object.defineProperty(self, 'indexedDB', {value: undefined})`},
		{"IndexedDB that is shut", `IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }`},
		{"a script of a later day", ""},
		{"no BigInt", `delete self.BigInt`},
	} {
		t.Run(c.what, func(t *testing.T) {
			what, lack := c.what, c.lack
			if lack == "" {
				x.meet(func(w http.ResponseWriter, r *http.Request) bool {
					if !strings.Contains(r.URL.Path, "/token.") {
						return false
					}
					w.Header().Set("Content-Type", "text/javascript")
					io.WriteString(w, "const n = 1;;n = @;\n")
					return true
				})
				defer x.pass()
			}
			b := x.browse(t, t.TempDir(), x.net.URL, screen{Width: 320})
			if lack != "" {
				b.before(lack)
			}
			b.again(x.who, x.page)
			b.says("survey.token.off")
			b.says("survey.token.off_text")
			if n := must[int](b.walker, `[...document.querySelectorAll('main button')].filter((n) => n.checkVisibility()).length`); n != 0 {
				t.Errorf("there are %d buttons that lead nowhere", n)
			}
			x.counts(0, 0, 0)
			if what != "no BigInt" {
				return
			}
			b.open(x.slip)
			whole(b)
			b.pressWant(422, "main .bar button")
			b.says("survey.token.none_here")
			b.write("code", x.code())
			b.press("main .bar button")
			b.says("survey.done.thanks")
			x.counts(0, 0, 1)
		})
	}
}

// TestTokensAndTheirKeys: a key that everybody cannot see, or sees otherwise, and a signature that is none, are told; nothing was asked for or nothing is
// lost, and a page of keys that cannot be had at the moment is no strange key.
func TestTokensAndTheirKeys(t *testing.T) {
	t.Parallel()
	x := serveTokens(t, "canteen")
	b := x.browse(t, t.TempDir(), x.net.URL, screen{Width: 320})
	b.again(x.who, x.page)
	b.wait(`!document.querySelector('[data-when=get]').hidden`)
	keys := func(status int, n string) meeting {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/keys") {
				return false
			}
			w.WriteHeader(status)
			io.WriteString(w, `<main><ul><li data-n="`+n+`"></ul></main>`)
			return true
		}
	}
	x.meet(keys(200, ""))
	fails(b, "survey.token.strange")
	x.meet(keys(200, strings.Repeat("zz", 256)))
	fails(b, "survey.token.strange")
	x.meet(keys(503, ""))
	fails(b, "survey.token.failed")
	x.counts(0, 0, 0)
	if kept := must[int](b.walker, `import(document.querySelector('script[src*="/token."]').src).then((m) => m.places()).then((all) => all.length)`); kept != 0 {
		t.Errorf("the device keeps %d halves of tokens", kept)
	}
	x.meet(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && r.URL.Path == x.page {
			io.WriteString(w, `{"signature":"`+strings.Repeat("zz", 256)+`"}`)
			return true
		}
		return false
	})
	fails(b, "survey.token.wrong")
	x.counts(0, 0, 0)
	if wide := must[int](b.walker, `document.documentElement.scrollWidth`); wide > 320 {
		t.Errorf("the page is %d px wide", wide)
	}
	x.pass()
	b.touch("main [data-when=get] button")
	b.wait(`!document.querySelector('[data-when=have]').hidden`)
	x.counts(1, 0, 0)
	b.kill()
}

// torn is a body that breaks off.
type torn struct{ io.Reader }

func (torn) Close() error { return nil }

// TestATokenWithPhotosOnABadNetwork: the connection breaks off while a photo is sent with a token, the server fails, and an answer is lost. Each time
// what was chosen is still there, it is said what to do, and in the end it counts once, with one photo.
func TestATokenWithPhotosOnABadNetwork(t *testing.T) {
	t.Parallel()
	x := serveTokens(t, "bath")
	b := x.browse(t, t.TempDir(), x.net.URL, screen{Width: 360})
	x.gets(b)
	b.press("main [data-when=have] a")
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	b.choose("q.use", "no")
	b.choose("q.where", "office")
	b.choose("q.heat", "2")
	b.touch("main .bar button")
	b.wait(`document.querySelector('main [role=status] a')`) // the photo is asked for
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	b.attach("q.photo", photoFile(t))
	b.wait(`document.querySelectorAll('.photos .tile:not(.add) img').length === 1`) // as on a page that was loaded
	b.write("q.say", "暖气片是凉的")
	lost := func(what string) {
		t.Helper()
		b.touch("main .bar button")
		b.wait(`!document.querySelector('[data-token-failed]').hidden`)
		b.says("survey.token.not_sent")
		if !must[bool](b.walker, `document.querySelectorAll('.photos .tile:not(.add) img').length === 1 && document.querySelector('[name="q.photo"]').files.length === 1 && document.querySelector('[name="q.say"]').value === '暖气片是凉的' && document.activeElement.matches('[data-token-failed]')`) {
			b.fail("%s: what was chosen is gone", what)
		}
	}
	slip := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == x.slip }
	x.meet(func(w http.ResponseWriter, r *http.Request) bool {
		if !slip(r) {
			return false
		}
		r.Body = torn{io.MultiReader(io.LimitReader(r.Body, 2500), &errReader{})}
		x.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
	lost("half a photo")
	x.counts(1, 0, 0)
	x.meet(func(w http.ResponseWriter, r *http.Request) bool {
		if slip(r) {
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, `<main><h1>?</h1></main>`)
		}
		return slip(r)
	})
	lost("a server that fails")
	x.counts(1, 0, 0)
	x.pass()
	x.net.lose.Store(9) // the browser tries again by itself
	lost("an answer that is lost")
	x.net.lose.Store(0)
	x.counts(1, 1, 1)
	b.touch("main .bar button")
	b.wait(`document.querySelector('[data-spent]')`)
	b.says("survey.done.thanks")
	x.counts(1, 1, 1)
	x.read(func(tx *db.Tx) error {
		photos, err := db.One[string](tx, `SELECT photos FROM survey_box WHERE round = $1`, x.round)
		if n := len(regexp.MustCompile(`"[0-9a-f]{64}"`).FindAllString(photos, -1)); n != 2 || err != nil {
			t.Errorf("%d files of photos, want one photo and its thumb: %s, %v", n, photos, err)
		}
		return err
	})
	b.open(x.page)
	b.wait(`!document.querySelector('[data-when=spent]').hidden`)
	b.kill()
}

// errReader is where a connection breaks off.
type errReader struct{}

func (*errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
