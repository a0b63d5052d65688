package browser

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
)

// blindRound opens a survey of the people of somebody's plant that is answered with blind tokens.
func (s *site) blindRound(t *testing.T, number, template string) string {
	t.Helper()
	var plan *survey.Plan
	if err := s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
		asked, err := org.PersonByNo(tx, number)
		if err != nil {
			return err
		}
		p, err := org.PersonByNo(tx, s.as(access.Triager).Number)
		if err != nil {
			return err
		}
		who, err := org.Actor(tx, p.ID)
		if err != nil {
			return err
		}
		begin := &survey.Begin{Template: template}
		if err := begin.Do(tx, who); err != nil {
			return err
		}
		if err := (&survey.Publish{Form: begin.ID}).Do(tx, who); err != nil {
			return err
		}
		plant := strings.Split(strings.Trim(string(asked.Path), "/"), "/")[1]
		plan = &survey.Plan{Form: begin.ID, Title: "凭证测评", Audience: survey.Units, Units: []string{plant}, Blind: true, Opens: tx.Today(), Closes: tx.Today().Add(10)}
		return plan.Do(tx, who)
	}); err != nil {
		t.Fatal(err)
	}
	if err := survey.Release(context.Background(), s.App.DB, s.App.Keys.NewBlindKey); err != nil {
		t.Fatal(err)
	}
	return plan.ID
}

const tokens = `(async () => {
	const m = await import(document.querySelector('script[src*="/token."]').src);
	return JSON.stringify(await m.kept((await m.places())[0]));
})()`

// onDevice is what a phone keeps of a token.
type onDevice struct{ Message, Salt, Undo, Blinded, Signature string }

// TestABlindTokenOnAPhone: at 320 px somebody gets a token, though the first answer is lost and the battery dies; the questions come back with what is
// missing; the answer is lost on its way and sent again, without a cookie, and counts once. What the phone knew stands in no file of the site. Without
// scripts, and on another phone, the page says what to do.
func TestABlindTokenOnAPhone(t *testing.T) {
	t.Parallel()
	bare.ready(t)
	dir := t.TempDir()
	s, stop := serveCopy(t, bare, bare.dir, dir)
	t.Cleanup(stop)
	me := s.as(access.Employee)
	round := s.blindRound(t, me.Number, "canteen")
	net, profile := s.wire(t), t.TempDir()
	var mu sync.Mutex
	cookies := map[string][]bool{} // by path: whether a request to send something carried one
	next := net.Config.Handler
	net.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost || strings.HasSuffix(r.URL.Path, "/keys") {
			mu.Lock()
			cookies[r.URL.Path] = append(cookies[r.URL.Path], r.Header.Get("Cookie") != "")
			mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
	page, slip := "/answer/"+round+"/token", "/s/"+round
	narrow := func(b *ownBrowser) {
		t.Helper()
		if wide := must[int](b.walker, `document.documentElement.scrollWidth`); wide > 320 {
			b.fail("the page is %d px wide", wide)
		}
	}
	held := func(b *ownBrowser) (d onDevice) {
		t.Helper()
		if err := json.Unmarshal([]byte(must[string](b.walker, tokens)), &d); err != nil {
			t.Fatal(err)
		}
		return d
	}

	b := s.browse(t, profile, net.URL, screen{Width: 320})
	b.again(me.Number, page)
	b.wait(`!document.querySelector('[data-when=get]').hidden && document.querySelector('[data-when=off]').hidden`)
	b.says("survey.token.step.device")
	narrow(b)
	net.lose.Store(9) // the browser tries again by itself
	b.touch("main [data-when=get] button")
	b.wait(`!document.querySelector('[data-when=fault]').hidden`)
	b.says("survey.token.failed")
	net.lose.Store(0)
	narrow(b)
	lost := held(b)
	b.kill()

	b = s.browse(t, profile, net.URL, screen{Width: 320})
	b.again(me.Number, page)
	b.wait(`!document.querySelector('[data-when=get]').hidden`)
	b.touch("main [data-when=get] button")
	b.wait(`!document.querySelector('[data-when=have]').hidden`)
	narrow(b)
	got := held(b)
	if got.Message != lost.Message || got.Signature == "" || got.Undo != "" {
		t.Fatalf("the phone has another token than the one that it asked for first: %+v, %+v", lost, got)
	}
	b.press("main [data-when=have] a")
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	b.says("survey.token.held")
	narrow(b)
	for _, q := range []string{"hygiene", "health", "warm", "taste"} {
		b.choose("q."+q, "4")
	}
	b.choose("q.often", "daily")
	b.touch("main .bar button")
	b.wait(`document.querySelector('main [role=status] a')`) // a question has come up, which may be left out
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	b.touch("main .bar button")
	b.wait(`document.querySelector('[data-focus]')`) // one answer is missing
	b.wait(`!document.querySelector('[data-token-held]').hidden`)
	narrow(b)
	b.choose("q.variety", "3")
	net.lose.Store(9) // the browser tries again by itself
	b.touch("main .bar button")
	b.wait(`!document.querySelector('[data-token-failed]').hidden`)
	net.lose.Store(0)
	b.touch("main .bar button")
	b.wait(`document.querySelector('[data-spent]')`)
	b.says("survey.done.thanks")
	narrow(b)
	b.open(page)
	b.wait(`!document.querySelector('[data-when=spent]').hidden`)
	if left := must[string](b.walker, tokens); left != `{"done":1}` {
		t.Errorf("the phone keeps %s", left)
	}
	s.read(func(tx *db.Tx) error {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_box WHERE round = $1`, round)
		m, err2 := db.One[int](tx, `SELECT COUNT(*) FROM survey_spent WHERE round = $1`, round)
		if n != 1 || m != 1 || err2 != nil {
			t.Errorf("%d answers and %d tokens: %v", n, m, err2)
		}
		return err
	})
	mu.Lock()
	for path, want := range map[string]bool{page: true, slip: false, slip + "/keys": false} {
		for _, with := range cookies[path] {
			if with != want {
				t.Errorf("%s was sent with a cookie: %v", path, with)
			}
		}
		if len(cookies[path]) < 2 {
			t.Errorf("%s was asked for %d times", path, len(cookies[path]))
		}
	}
	mu.Unlock()

	// Nothing that only the phone knew is in any file: neither of the database nor beside it.
	files := 0
	if err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(p)
		if bytes.Contains(text, []byte(round)) {
			files++
		}
		for what, secret := range map[string]string{"message": got.Message, "signature": got.Signature, "salt": lost.Salt, "blinded message": lost.Blinded} {
			raw, err := base64.RawURLEncoding.DecodeString(secret)
			if err != nil || len(raw) < 40 {
				t.Fatalf("%s: %d bytes, %v", what, len(raw), err)
			}
			for _, as := range []string{secret[:40], hex.EncodeToString(raw)[:60], base64.StdEncoding.EncodeToString(raw)[:40], string(raw[:32])} {
				if bytes.Contains(text, []byte(as)) {
					t.Errorf("%s holds the %s", filepath.Base(p), what)
				}
			}
		}
		if bytes.Contains(text, []byte(lost.Undo[:40])) {
			t.Errorf("%s holds the number that hid the message", filepath.Base(p))
		}
		return err
	}); err != nil || files == 0 {
		t.Errorf("%d files with the round were looked through: %v", files, err)
	}

	w := s.walk(t, screen{Width: 320})
	w.signIn(me.Number, demo.Password)
	w.open(page)
	w.wait(`!document.querySelector('[data-when=lost]').hidden`)
	w.says("survey.token.lost_text")
	w.scripts(false)
	w.open(page)
	w.says("survey.token.off_text")
	w.says("survey.token.off_why")
	if n := must[int](w, `[...document.querySelectorAll('main button')].filter((n) => n.checkVisibility()).length`); n != 0 {
		t.Errorf("without scripts there are %d buttons that lead nowhere", n)
	}
	w.scripts(true)
	w.open(page)

	// The script computes what RFC 9474 says, in this browser.
	file, err := os.ReadFile("../../ground/seal/testdata/rfc9474.json")
	if err != nil {
		t.Fatal(err)
	}
	if told := must[string](w, `(async () => {
		const m = await import(document.querySelector('script[src*="/token."]').src);
		const read = (s) => Uint8Array.from(s.replace('0x', '').match(/../g), (x) => parseInt(x, 16));
		const write = (b) => '0x' + [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
		const out = [];
		for (const v of `+string(file)+`) {
			const [n, message, salt, undo] = [BigInt(v.n), read(v.input_msg), read(v.salt), BigInt(v.inv)];
			const bare = (s) => s.replace('0x', '');
			out.push(bare(write(m.blind(n, message, salt, undo).blinded)) === bare(v.blinded_msg), bare(write(m.unblind(n, message, salt, undo, read(v.blind_sig)))) === bare(v.sig));
			if (v.encoded_msg) out.push(bare(write(m.encode(message, n.toString(2).length - 1, salt))) === bare(v.encoded_msg));
			const own = m.blind(n, message);
			try { m.unblind(n, message, own.salt, own.undo, read(v.blind_sig)); out.push('another signature is taken'); } catch { out.push(true); }
		}
		out.push(write(m.sha384(new TextEncoder().encode('abc'))).slice(2, 18) === 'cb00753f45a35e8b');
		return out.join(' ');
	})()`); told != strings.TrimSpace(strings.Repeat("true ", 8)) {
		t.Errorf("vectors in the browser: %s", told)
	}
}
