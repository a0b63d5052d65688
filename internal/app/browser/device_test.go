package browser

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp/kb"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// sender opens the form for progress on a device that then loses the network, fills it in and presses send.
func (s *site) sender(t *testing.T, net *wire, j job, text string) *ownBrowser {
	t.Helper()
	b := s.browse(t, t.TempDir(), net.URL, screen{Width: 360})
	b.again(j.Owner, "/matter/"+j.Number+"/progress")
	b.until(`navigator.serviceWorker.getRegistration('/matter/').then((r) => r?.active)`)
	b.write("text", text)
	b.cut(net, true)
	b.touch("main .bar button")
	b.until(`document.querySelector('main .panel') && ` + inQueue + `.then((n) => n === 1)`)
	return b
}

// TestWaitingOutlivesTheSession: the session and the token of the form run out before the network is back; after signing in again the
// report is sent by itself, once.
func TestWaitingOutlivesTheSession(t *testing.T) {
	t.Parallel()
	s := serve(t)
	net, j, text := s.wire(t), s.job(t, "D02"), "阀门已换，压力正常。"
	b := s.sender(t, net, j, text)
	s.Time.Advance(30 * time.Hour)
	b.cut(net, false)
	b.wait(`document.querySelector('.waitbar a[href="/login"]')`)
	b.says("device.needs_signin")
	if got, _ := s.reports(t, j, text); got != 0 || must[int](b.walker, inQueue) != 1 {
		t.Fatalf("%d reports without a session", got)
	}
	b.again(j.Owner, "/desk")
	b.until(inQueue + `.then((n) => n === 0)`)
	if got, _ := s.reports(t, j, text); got != 1 {
		t.Errorf("%d reports", got)
	}
}

// act is an action of a capability.
type act interface {
	Do(tx *db.Tx, who access.Person) error
}

// TestRefusedIsNotLost: while a report waits, the matter is stopped. The device says why it was not taken, keeps it, and offers it on its
// own page again when work goes on.
func TestRefusedIsNotLost(t *testing.T) {
	t.Parallel()
	s := serve(t)
	net, j, text := s.wire(t), s.job(t, "D02"), "支架装好了，明天接管。"
	b := s.sender(t, net, j, text)
	boss := func(do func(m matter.Matter) act) {
		t.Helper()
		err := s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
			p, err := org.PersonByNo(tx, s.as(access.Supervisor).Number)
			if err != nil {
				return err
			}
			who, err := org.Actor(tx, p.ID)
			if err != nil {
				return err
			}
			m, err := matter.Find(tx, j.Number)
			if err != nil {
				return err
			}
			return do(m).Do(tx, who)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	boss(func(m matter.Matter) act {
		return matter.Pause{Matter: m.ID, Version: m.Version, Reason: "bid", Until: clock.DayOf(s.Time.Now().AddDate(0, 0, 14), clock.Shanghai()), Note: "等招标"}
	})
	b.cut(net, false)
	b.until(`self.queue.items().then((all) => all.length === 1 && all[0].state === 'held' && all[0].why)`)
	b.again(j.Owner, "/waiting")
	b.wait(`document.querySelector('[data-waiting-list] li')`)
	b.sees(j.Number, must[string](b.walker, `self.queue.items().then((all) => all[0].why)`))
	if got, _ := s.reports(t, j, text); got != 0 {
		t.Fatalf("%d reports on a matter that stands still", got)
	}
	boss(func(m matter.Matter) act { return matter.Resume{Matter: m.ID, Version: m.Version} })
	b.press("[data-waiting-list] button ~ " + b.Lang.T("device.open"))
	b.wait(`document.querySelector('textarea[name=text]').value === ` + q(text))
	b.press("main .bar button")
	if got, _ := s.reports(t, j, text); got != 1 {
		t.Errorf("%d reports after sending again", got)
	}
	b.until(`Promise.all([self.queue.items(), self.queue.drafts.all()]).then(([a, b]) => a.length + b.length === 0)`)
}

// leftOver is what the browser keeps for the site, and its workers.
const leftOver = `(async () => {
	const left = [...await caches.keys(), ...(await navigator.serviceWorker.getRegistrations()).map((r) => r.scope), ...Object.keys(localStorage), ...Object.keys(sessionStorage)];
	for (const d of await indexedDB.databases()) {
		const open = await new Promise((done) => { const ask = indexedDB.open(d.name); ask.onsuccess = () => done(ask.result); });
		for (const s of open.objectStoreNames) {
			const n = await new Promise((done) => { const ask = open.transaction(s).objectStore(s).count(); ask.onsuccess = () => done(ask.result); });
			if (n) left.push(d.name + '/' + s + ' ' + n);
		}
		open.close();
	}
	return left;
})()`

// TestSigningOutForgets: what was not sent is spoken of before it goes; then nothing of the account is left on the device.
func TestSigningOutForgets(t *testing.T) {
	t.Parallel()
	s := serve(t)
	j := s.job(t, "D02")
	b := s.browse(t, t.TempDir(), s.Base, screen{Width: 1280})
	b.again(j.Owner, "/matter/"+j.Number+"/progress")
	b.until(`navigator.serviceWorker.getRegistration('/matter/').then((r) => r?.active)`)
	b.write("text", "还没写完")
	b.until(`self.queue.drafts.all().then((all) => all.length === 1)`)
	b.touch(`form[action^="/logout"] button`)
	b.wait(`document.querySelector('.waitbar button.danger')`)
	b.says("device.out_left", 1)
	b.key(kb.Escape) // as "stay" does
	if must[bool](b.walker, `!!document.querySelector('.waitbar button.danger') || !document.activeElement.closest('form[action^="/logout"]')`) {
		b.fail("Esc does not close the question, or the focus does not return")
	}
	b.touch(`form[action^="/logout"] button`)
	b.wait(`document.querySelector('.waitbar button.danger')`)
	b.touch(".waitbar button ~ " + b.Lang.T("device.out_stay"))
	if left := must[[]string](b.walker, leftOver); len(left) < 3 {
		t.Fatalf("the device keeps only %q", left)
	}
	b.touch(`form[action^="/logout"] button`)
	b.wait(`document.querySelector('.waitbar button.danger')`)
	b.press(".waitbar button.danger")
	if b.path() != "/login" {
		b.fail("not signed out")
	}
	if left := must[[]string](b.walker, leftOver); len(left) != 0 {
		t.Errorf("left on the device: %q", left)
	}
}

// TestAnotherAccountFindsNothing: somebody else signs in on the device without the first having signed out.
func TestAnotherAccountFindsNothing(t *testing.T) {
	t.Parallel()
	s := serve(t)
	j := s.job(t, "D02")
	net := s.wire(t)
	b := s.sender(t, net, j, "先放着")
	b.do(call(network.ClearBrowserCookies, cdp.Empty{}))
	b.cut(net, false)
	b.wait(`document.querySelector('.waitbar a[href="/login"]')`)
	b.signIn(s.as(access.Triager).Number, demo.Password)
	b.open("/desk")
	b.until(`Promise.all([self.queue.items(), self.queue.drafts.all()]).then(([a, b]) => a.length + b.length === 0)`)
	b.open("/waiting")
	b.says("device.waiting_none")
	if got, _ := s.reports(t, j, "先放着"); got != 0 {
		t.Errorf("%d reports were sent in the name of somebody else", got)
	}
	// An employee without a role has no page that stores, and clears the device all the same.
	if left := must[[]string](b.walker, leftOver); len(left) == 0 {
		t.Fatal("the office keeps nothing: the test compares nothing")
	}
	b.do(call(network.ClearBrowserCookies, cdp.Empty{}))
	b.signIn(s.as(access.Employee).Number, demo.Password)
	b.open("/mine")
	b.until(leftOver + `.then((all) => !all.some((name) => name.startsWith('sanwen/')))`)
}

// TestUpdateIsOffered: a page of the old program says that there is a new one, and changes over when asked to.
func TestUpdateIsOffered(t *testing.T) {
	t.Parallel()
	s := serve(t)
	net := s.wire(t)
	b := s.browse(t, t.TempDir(), net.URL, screen{Width: 1280})
	b.again(s.as(access.Supervisor).Number, "/desk")
	b.until(`navigator.serviceWorker.getRegistration('/desk').then((r) => r?.active?.state === 'activated')`)
	b.open("/desk")
	b.wait(`navigator.serviceWorker.controller`)
	if must[bool](b.walker, `!!document.querySelector('.waitbar button')`) {
		b.fail("an update is offered where there is none")
	}
	old := must[[]string](b.walker, `caches.keys()`)
	net.change.Store(func(r *http.Request, body []byte) []byte {
		if r.URL.Path != "/sw.js" {
			return body
		}
		return bytes.Replace(body, []byte(`const version = "`), []byte(`const version = "next-`), 1)
	})
	b.open("/desk")
	b.wait(`document.querySelector('.waitbar button')`)
	b.says("device.update")
	b.press(".waitbar button")
	b.until(`caches.keys().then((all) => all.length === 1 && all[0].includes('next-'))`)
	if strings.Contains(strings.Join(old, " "), "next-") {
		t.Errorf("the first version was kept as %q", old)
	}
	b.wait(`!document.querySelector('.waitbar button')`)
}
