package browser

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// TestMeetingInTwoWindows: what the recorder words, turns to and decides is read on the screen while he does it, without anybody's help,
// and what was decided is owed.
func TestMeetingInTwoWindows(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var id string
	count := func() (n int) {
		s.read(func(tx *db.Tx) (err error) {
			n, err = db.One[int](tx, `SELECT COUNT(*) FROM duty d JOIN resolution r ON r.id = d.subject_id WHERE d.subject_kind = 'resolution' AND d.open = 1 AND r.meeting = $1`, id)
			return err
		})
		return n
	}
	s.read(func(tx *db.Tx) (err error) {
		id, err = db.One[string](tx, `SELECT id FROM meeting WHERE state = 'held' ORDER BY start_at DESC LIMIT 1`)
		return err
	})
	window := func(r access.Role, path string) *walker {
		w := s.walk(t, screen{Width: 1280})
		w.signIn(s.as(r).Number, demo.Password)
		w.open("/meeting/" + id + path)
		return w
	}
	room, wall := window(access.Supervisor, "/room"), window(access.Leader, "/screen")
	if size := must[float64](wall, `parseFloat(getComputedStyle(document.querySelector('.roomscreen .saying p')).fontSize)`); size < 32 {
		wall.fail("the wording is written in letters of %v px: nobody reads them at three metres", size)
	}
	const words = "三天内恢复值班室供暖，并公布时间"
	room.write("text", words)
	wall.wait(`document.querySelector('.saying')?.innerText.includes(` + q(words) + `)`)
	if n := count(); n != 0 {
		room.fail("%d are owed before anything was decided", n)
	}
	room.write("day", "2026-12-11")
	room.pick("lead", "D02")
	must[bool](room, `(() => { document.querySelector('[name=day]').focus(); return true })()`)
	room.load(200, chromedp.KeyEvent(kb.Enter)) // one key
	wall.wait(`document.querySelector('.decided')?.innerText.includes(` + q(words) + `) && !document.querySelector('.saying')`)
	if n := count(); n != 1 {
		room.fail("%d are owed after the decision", n)
	}
	before := must[string](wall, `document.querySelector('#now').innerText`)
	room.press(`.roomlist li:nth-child(1) button`)
	wall.wait(`document.querySelector('#now')?.innerText !== ` + q(before))
	for _, w := range []*walker{room, wall} {
		w.clean()
	}
}

// TestMeetingPages: every page of meetings is clean for axe on a phone and a desk, and none is wider than its screen.
func TestMeetingPages(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var of struct{ Held, Called, Exchange, Speech, Signed, Resolution string }
	s.read(func(tx *db.Tx) error {
		for _, x := range []struct {
			to  *string
			sql string
		}{{&of.Held, `SELECT id FROM meeting WHERE state = 'held' LIMIT 1`}, {&of.Called, `SELECT id FROM meeting WHERE state = 'called' AND kind = 'dispatch' LIMIT 1`},
			{&of.Exchange, `SELECT id FROM meeting WHERE state = 'called' AND kind = 'exchange' LIMIT 1`}, {&of.Speech, `SELECT s.id FROM meeting_speech s JOIN meeting m ON m.id = s.meeting WHERE m.state = 'called' LIMIT 1`},
			{&of.Signed, `SELECT id FROM meeting WHERE state = 'signed' AND kind = 'dispatch' ORDER BY start_at DESC LIMIT 1`}, {&of.Resolution, `SELECT id FROM resolution WHERE state = 'open' ORDER BY id LIMIT 1`}} {
			v, err := db.One[string](tx, x.sql)
			if err != nil {
				return err
			}
			*x.to = v
		}
		return nil
	})
	for _, v := range []screen{{Width: 320, Lang: lang.EN}, {Width: 1280, Lang: lang.ZH}} {
		w := s.walk(t, v)
		w.signIn(s.as(access.Supervisor).Number, demo.Password)
		for name, path := range map[string]string{"list": "/meetings", "call": "/meetings/new", "page": "/meeting/" + of.Called, "pack": "/meeting/" + of.Called + "/pack", "brief": "/meeting/" + of.Called + "/brief",
			"speeches": "/meeting/" + of.Exchange + "/speeches", "unspeak": "/meeting/" + of.Exchange + "/speech/" + of.Speech,
			"ask": "/meeting/" + of.Called + "/ask", "room": "/meeting/" + of.Held + "/room", "screen": "/meeting/" + of.Held + "/screen", "minutes": "/meeting/" + of.Signed + "/minutes",
			"resolutions": "/resolutions", "resolution": "/resolution/" + of.Resolution, "calendar": "/meetings/calendar"} {
			w.open(w.in(path))
			for _, b := range w.axe() {
				w.fail("%s: %s %v", path, b.ID, b.Nodes)
			}
			if wide := must[int](w, `document.documentElement.scrollWidth - innerWidth`); wide > 0 && name != "screen" {
				w.fail("%s is %d px wider than the screen", path, wide)
			}
			if dir := os.Getenv("SANWEN_SHOTS"); dir != "" {
				w.shoot(dir, name, true)
			}
		}
		w.clean()
	}
}

// TestAgendaByKeys: the agenda is put into another order with the keyboard alone, an item is read and taken off it with the reason, and both stay.
func TestAgendaByKeys(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var id string
	s.read(func(tx *db.Tx) (err error) {
		id, err = db.One[string](tx, `SELECT id FROM meeting WHERE state = 'called' AND kind = 'dispatch' ORDER BY start_at DESC LIMIT 1`)
		return err
	})
	w := s.walk(t, screen{Width: 1280})
	w.signIn(s.as(access.Supervisor).Number, demo.Password)
	path := "/meeting/" + id + "/pack"
	w.open(path)
	const order = `[...document.querySelectorAll('[data-order=items] input[type=hidden]')].map((f) => f.name + '=' + f.value)`
	was := must[[]string](w, order)
	if len(was) < 3 {
		t.Fatalf("only %d items", len(was))
	}
	key := func(n int) string { return was[n][len("items.0.key="):] }
	// Tab leads to the grip of the first row; the arrow moves the row and the focus goes along.
	for range 60 {
		w.key(kb.Tab)
		if must[bool](w, `!!document.activeElement.closest('[data-row]:nth-of-type(1)') && !!document.activeElement.dataset.gripOf`) {
			break
		}
	}
	w.key(kb.ArrowDown)
	w.key(kb.ArrowDown)
	w.sees(w.Lang.T("meeting.moved", 3))
	if got := must[[]string](w, order)[:3]; got[0] != "items.0.key="+key(1) || got[1] != "items.1.key="+key(2) || got[2] != "items.2.key="+key(0) {
		w.fail("order %q", got)
	}
	for range 120 {
		w.key(kb.Tab)
		if must[bool](w, `document.activeElement.value === 'order'`) {
			break
		}
	}
	w.load(200, chromedp.KeyEvent(kb.Enter))
	w.open(path)
	if got := must[[]string](w, order)[:3]; got[0] != "items.0.key="+key(1) || got[2] != "items.2.key="+key(0) {
		w.fail("the order that was saved is %q", got)
	}
	// An item is opened and taken off, with a reason, by Tab and Enter alone.
	tab := func(to string) {
		w.t.Helper()
		for range 160 {
			w.key(kb.Tab)
			if must[bool](w, to) {
				return
			}
		}
		w.fail("Tab does not lead to %s", to)
	}
	gone := key(2)
	tab(`!!document.activeElement.closest('[data-row]:nth-of-type(2)') && document.activeElement.matches('a[href*="/meeting/"]')`)
	w.load(200, chromedp.KeyEvent(kb.Enter))
	tab(`document.activeElement.name === 'reason'`)
	w.do(call(input.InsertText, input.InsertTextParams{Text: "已经交办，不用上会"}))
	tab(`document.activeElement.value === 'out'`)
	w.load(200, chromedp.KeyEvent(kb.Enter))
	w.open(path)
	if got := must[[]string](w, order); len(got) != len(was)-1 || slices.ContainsFunc(got, func(f string) bool { return strings.HasSuffix(f, "="+gone) }) {
		w.fail("the agenda still has what was taken off: %q", got)
	}
	w.sees("已经交办，不用上会")
	if got := must[[]string](w, order)[:2]; got[0] != "items.0.key="+key(1) || got[1] != "items.1.key="+key(0) {
		w.fail("the order is now %q", got)
	}
	// The same without a mouse and without scripts: the buttons go through the server.
	w.scripts(false)
	w.open(path)
	w.press(`[data-row]:nth-of-type(2) [data-move="-1"]`)
	w.scripts(true)
	w.open(path)
	if got := must[[]string](w, order)[:2]; got[0] != "items.0.key="+key(0) {
		w.fail("the button without scripts gave %q", got)
	}
	w.clean()
}
