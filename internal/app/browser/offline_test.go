package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/page"

	"sanwen/internal/app/demo"
	"sanwen/internal/ground/db"
)

// job is a matter that somebody is working on.
type job struct{ Number, ID, Owner string }

// job finds a matter under way whose owner works in the unit.
func (s *site) job(t *testing.T, unit string) job {
	t.Helper()
	var j job
	err := s.App.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		j, err = db.One[job](tx, `SELECT m.number, m.id, p.employee_no AS owner FROM matter m JOIN org_person p ON p.id = m.owner
			WHERE m.state = 'executing' AND m.lead = $1 ORDER BY m.number LIMIT 1`, unit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// reports counts the reports of progress with a text, and the photos of work that the matter has.
func (s *site) reports(t *testing.T, j job, text string) (reports, photos int) {
	t.Helper()
	err := s.App.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		if reports, err = db.One[int](tx, `SELECT COUNT(*) FROM progress WHERE matter = $1 AND text = $2`, j.ID, text); err != nil {
			return err
		}
		photos, err = db.One[int](tx, `SELECT COUNT(*) FROM matter_photo WHERE matter = $1 AND kind = 'progress'`, j.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return reports, photos
}

// inQueue is how many forms wait on the device.
const inQueue = `self.queue.items().then((all) => all.length)`

// again signs in where the browser has lost the session together with its power.
func (b *ownBrowser) again(number, path string) {
	b.t.Helper()
	b.open(path)
	if b.path() == "/login" {
		b.write("user", number)
		b.write("password", demo.Password)
		b.press(`main form button.primary`)
	}
}

// TestWorkInTheCellar: a report of progress is written without network while the battery dies three times, and arrives once.
func TestWorkInTheCellar(t *testing.T) {
	t.Parallel()
	s := serve(t)
	net, profile, picture := s.wire(t), t.TempDir(), photoFile(t)
	j := s.job(t, "D02")
	form, text := "/matter/"+j.Number+"/progress", "地下室的阀门已拆下。"
	_, before := s.reports(t, j, text)

	// field by field and photo by photo
	b := s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, form)
	b.until(`navigator.serviceWorker.getRegistration('/matter/').then((r) => r && r.active)`)
	b.cut(net, true)
	b.write("text", text)
	b.attach("photos", picture)
	b.until(`self.queue.drafts.all().then((all) => all.length === 1 && all[0].files.length === 1 && all[0].fields.some(([n, v]) => n === 'text' && v))`)
	b.kill()

	// the power is back: everything is there; it is sent without network, and the power goes again
	net.down.Store(false)
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, form)
	b.wait(`document.querySelector('textarea[name=text]').value === ` + q(text) + ` && document.querySelectorAll('.tile img').length === 1`)
	b.says("device.restored")
	b.wait(`!document.querySelector('[aria-busy]')`)
	b.cut(net, true)
	b.touch("main .bar button")
	b.wait(`document.querySelector('main .panel')`)
	b.until(inQueue + `.then((n) => n === 1)`)
	b.says("device.queued")
	if n := net.posts.Load(); n != 0 {
		t.Fatalf("%d requests went out without network", n)
	}
	b.kill()

	// still no network: the page of the program says what waits
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.do(visit(net.URL + "/desk"))
	b.wait(`document.querySelector('[data-waiting-list] li')`)
	b.says("device.waiting_text")
	b.sees(j.Number)
	if got, _ := s.reports(t, j, text); got != 0 {
		t.Fatalf("%d reports before there was a network", got)
	}
	b.kill()

	// the network is back, and the first answer is lost on its way: the report counts once
	net.down.Store(false)
	net.lose.Store(1)
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, "/desk")
	b.until(inQueue + `.then((n) => n === 0)`)
	if n := net.posts.Load(); n != 2 {
		t.Errorf("%d requests were sent, want the lost one and its repeat", n)
	}
	got, photos := s.reports(t, j, text)
	if got != 1 || photos != before+1 {
		t.Errorf("%d reports with %d new photos, want 1 and 1", got, photos-before)
	}
	b.open("/matter/" + j.Number)
	b.sees(text)
}

// shiftOfKept is by how many pixels the button of a form that may wait lies lower because of the note that something is kept. The note comes when
// the script has begun, which may be just before somebody presses.
const shiftOfKept = `(() => {
	const bar = document.querySelector('form[data-queue] .bar'), note = document.querySelector('.kept');
	const top = () => bar.getBoundingClientRect().top + scrollY;
	bar.style.position = 'static'; // else it sticks to the edge, whatever lies above
	note.style.display = 'none';
	const without = top();
	note.style.display = '';
	const moved = top() - without;
	bar.style.position = '';
	return moved;
})()`

// TestFormsAreCarried: a form that was opened with a network opens without one after the battery was empty, can be filled in twice, and both
// reports arrive, each once.
func TestFormsAreCarried(t *testing.T) {
	t.Parallel()
	s := serve(t)
	net, profile := s.wire(t), t.TempDir()
	j := s.job(t, "D02")
	form, texts := "/matter/"+j.Number+"/progress", []string{"上午拆了旧管。", "下午装了新管。"}
	b := s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, form)
	b.until(`navigator.serviceWorker.getRegistration('/matter/').then((r) => r?.active)`)
	b.wait(`document.querySelector('[data-carried]')`)
	net.down.Store(true)
	b.kill()

	b = s.browse(t, profile, net.URL, screen{Width: 360})
	for i, text := range texts {
		b.do(visit(net.URL + form))
		b.wait(`document.querySelector('form[data-queue] .kept')`)
		if moved := must[float64](b.walker, shiftOfKept); moved != 0 {
			b.fail("the note that something is kept moves the button by %v px", moved)
		}
		b.cut(net, true)
		b.choose("step", "0") // about no step of the plan: a step is done only once
		b.write("text", text)
		b.touch("main .bar button")
		b.wait(`document.querySelector('main section.panel[tabindex]')`)
		if n := must[int](b.walker, inQueue); n != i+1 {
			b.fail("%d forms wait", n)
		}
	}
	b.kill()

	net.down.Store(false)
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, "/desk")
	b.until(inQueue + `.then((n) => n === 0)`)
	for _, text := range texts {
		if got, _ := s.reports(t, j, text); got != 1 {
			t.Errorf("%q: %d reports", text, got)
		}
	}
}

// TestSentBeforeTheScript: without network a form is sent before its script is there. The worker keeps it where the page has no scripts at
// all, and the page holds it while it begins; both arrive, each once.
func TestSentBeforeTheScript(t *testing.T) {
	t.Parallel()
	s := serve(t)
	net, profile := s.wire(t), t.TempDir()
	j := s.job(t, "D02")
	form, texts := "/matter/"+j.Number+"/progress", []string{"没有脚本时写的一句。", "脚本还没好时写的一句。"}
	picture := photoFile(t)
	_, before := s.reports(t, j, texts[0])
	b := s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, form)
	b.until(`navigator.serviceWorker.getRegistration('/matter/').then((r) => r?.active)`)
	b.wait(`document.querySelector('[data-carried]')`)
	b.open(form) // the worker has it from the beginning

	b.scripts(false)
	b.open(form)
	b.choose("step", "0")
	b.write("text", texts[0])
	b.attach("photos", picture)
	b.cut(net, true)
	b.touch(`main .bar button`)
	b.scripts(true)
	b.wait(`location.pathname.endsWith('/progress') && !document.querySelector('form[data-queue]')`)
	b.do(visit(net.URL + "/desk"))
	b.wait(`document.querySelector('[data-waiting-list] li')`)
	b.until(inQueue + `.then((n) => n === 1)`)

	// typed and sent by somebody quicker than the script
	b.do(call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `document.addEventListener('DOMContentLoaded', () => {
		const form = document.querySelector('form[data-queue]');
		if (!form || form.elements.text.value) return;
		form.elements.text.value = ` + q(texts[1]) + `;
		[...form.elements.step].find((n) => n.value === '0').checked = true;
		form.requestSubmit();
	})`}))
	b.do(visit(net.URL + form))
	b.until(inQueue + `.then((n) => n === 2)`)
	b.wait(`document.querySelector('main section.panel[tabindex]')`)
	if n := net.posts.Load(); n != 0 {
		t.Fatalf("%d requests went out without network", n)
	}
	b.kill()

	net.down.Store(false)
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(j.Owner, "/desk")
	b.until(inQueue + `.then((n) => n === 0)`)
	for i, text := range texts {
		got, photos := s.reports(t, j, text)
		if got != 1 {
			t.Errorf("%q: %d reports", text, got)
		}
		if i == 0 && photos != before+1 {
			t.Errorf("%d new photos", photos-before)
		}
	}
}
