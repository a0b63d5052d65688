package browser

import (
	"context"
	"testing"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
)

// TestListsFollow: what a colleague does shows in the open list and on the open page, without a reload and without anybody's help.
func TestListsFollow(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var v struct{ ID, Number string }
	err := s.App.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		v, err = db.One[struct{ ID, Number string }](tx, `SELECT id, number FROM voice WHERE state = 'registered' AND restricted = '' AND claimed_by = ''
			AND NOT EXISTS (SELECT 1 FROM voice_named n WHERE n.voice = voice.id) ORDER BY number LIMIT 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	window := func(number, path string) *walker {
		w := s.walk(t, screen{Width: 1280})
		w.signIn(number, demo.Password)
		w.open(path)
		return w
	}
	triager, reader := s.as(access.Triager), s.as(access.Supervisor).Number
	var second string
	err = s.App.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		second, err = db.One[string](tx, `SELECT p.employee_no FROM org_grant g JOIN org_person p ON p.id = g.person JOIN login_account a ON a.person = p.id
			WHERE g.role = 'triager' AND g.unit = 'G' AND p.employee_no <> $1 LIMIT 1`, triager.Number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list := window(reader, "/inbox?q="+v.Number)
	free := window(reader, "/inbox?claimed=none&q="+v.Number)
	page := window(second, "/voice/"+v.ID)
	other := window(triager.Number, "/voice/"+v.ID)
	const row = `document.querySelector('table.list tbody tr')`
	for _, w := range []*walker{list, free} {
		if must[string](w, row+`.innerText`) == "" {
			w.fail("no row for %s", v.Number)
		}
	}
	other.press(`form[action*="/claim"] button`)

	list.wait(row + `.matches('.fresh') && ` + row + `.innerText.includes(` + q(triager.Name) + `)`)
	if !must[bool](list, `document.querySelector('[data-live-list]').hidden`) {
		list.fail("a change in place is announced too")
	}
	page.wait(`document.querySelector('[data-live]').checkVisibility()`)
	page.says("triage.now_claimed", triager.Name)
	free.wait(row + `.matches('.gone') || document.querySelector('[data-live-list]').checkVisibility()`)
	free.says("live.changed_one")
	free.press(`[data-live-list] button`)
	if n := must[int](free, `document.querySelectorAll('table.list tbody tr').length`); n != 0 {
		free.fail("%d rows are still shown as free", n)
	}
	for _, w := range []*walker{list, page, other} {
		w.clean()
	}
}

// TestAnonymousPagesListenToNothing: pages of people without a name open no stream, keep nothing and have no worker, even in a browser in
// which somebody of the office works.
func TestAnonymousPagesListenToNothing(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	w.signIn(s.as(access.Triager).Number, demo.Password)
	w.open("/desk")
	w.until(`navigator.serviceWorker.getRegistration('/desk').then((r) => r?.active)`)
	stored := must[[]string](w, `Promise.all([indexedDB.databases(), caches.keys()]).then((all) => all.flat().map((x) => x.name || x).sort())`)
	if len(stored) == 0 {
		w.fail("the test has nothing to compare with")
	}
	for _, path := range []string{"/p/P104M", "/p", "/f", "/board", "/leave"} {
		w.open(path)
		if path == "/leave" { // asks the browser to forget
			continue
		}
		none := must[bool](w, `(async () => !navigator.serviceWorker.controller && !(await navigator.serviceWorker.getRegistration()) && !document.querySelector('link[rel=manifest], #kit, [data-live-list]')
			&& !performance.getEntriesByType('resource').some((r) => /staff|queue|live|sw\.js/.test(r.name) && !/staff\.[0-9a-f]+\.css/.test(r.name)))()`)
		if !none {
			w.fail("%s has a worker, stores or listens", path)
		}
		if got := must[string](w, `JSON.stringify(Object.keys(localStorage))`); got != "[]" {
			w.fail("%s has stored %s", path, got)
		}
	}
}
