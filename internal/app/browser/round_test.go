package browser

import (
	"fmt"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
)

// fillStop fills in the form of a place: the water is warm enough, everything that is looked at is in order, what nobody can measure there
// has its reason.
const fillStop = `(() => {
	const set = (n, v) => { n.value = v; n.dispatchEvent(new Event('input', { bubbles: true })); n.dispatchEvent(new Event('change', { bubbles: true })) };
	let n = 0;
	for (const item of document.querySelectorAll('section.look')) {
		const code = item.id.replace('item-', '');
		const yes = item.querySelector('input[type=radio][value=yes]');
		if (yes) { yes.click(); n++; continue }
		const points = [...item.querySelectorAll('.points input')];
		if (code === 'BT1') points.forEach((p) => set(p, '39.5'));
		else set(item.querySelector('[name="why.' + code + '"]'), '没有带仪器');
		n++;
	}
	return n;
})()`

// sayOfPhoto says of a photo that it was taken ten minutes before it was chosen, and what it shows, and gives that time.
const sayOfPhoto = `(() => {
	const set = (n, v) => { n.value = v; n.dispatchEvent(new Event('input', { bubbles: true })); n.dispatchEvent(new Event('change', { bubbles: true })) };
	const at = document.querySelector('.said [name=photos_at]');
	set(at, new Date(new Date(at.value + 'Z').getTime() - 600000).toISOString().slice(0, 16));
	set(document.querySelector('.said [name=photos_point]'), '二号喷头');
	return at.value;
})()`

// TestARoundInTheCellar: an inspector takes a round along and walks it without network. The battery dies between saving and sending, and
// once in the middle of a form; the first answer is lost on its way. Nothing is lost, not even what was said of a photo, and nothing arrives twice.
func TestARoundInTheCellar(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var walk struct{ ID, Number, Places string }
	s.read(func(tx *db.Tx) (err error) {
		walk, err = db.One[struct{ ID, Number, Places string }](tx, `SELECT w.id, p.employee_no AS number, w.places FROM visit_walk w JOIN org_person p ON p.id = w.inspector
			WHERE w.done_at = 0 AND w.places LIKE '%P104M%' ORDER BY w.day DESC, w.id LIMIT 1`)
		return err
	})
	visits := func() (n, places int) {
		s.read(func(tx *db.Tx) (err error) {
			if n, err = db.One[int](tx, `SELECT COUNT(*) FROM visit WHERE walk = $1`, walk.ID); err != nil {
				return err
			}
			places, err = db.One[int](tx, `SELECT COUNT(DISTINCT place) FROM visit WHERE walk = $1`, walk.ID)
			return err
		})
		return n, places
	}
	net, profile, picture, taken := s.wire(t), t.TempDir(), photoFile(t), ""
	page := "/visits/walk/" + walk.ID

	// with a network: the whole route is taken along
	b := s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(walk.Number, page)
	b.until(`navigator.serviceWorker.getRegistration('/visits/').then((r) => r?.active)`)
	b.wait(`document.querySelector('[data-route] button')`)
	stops := must[[]string](b.walker, `[...document.querySelectorAll('.stops a.button')].map((a) => a.getAttribute('href'))`)
	if len(stops) < 3 {
		b.fail("the round has %d places", len(stops))
	}
	b.touch(`[data-route] button`)
	b.wait(`document.querySelector('[data-route]').dataset.carried === String(document.querySelectorAll('.stops a.button').length)`)

	// without: two places are saved, a third is begun, and the battery dies
	b.cut(net, true)
	for i, stop := range stops[:3] {
		b.do(visit(net.URL + stop))
		b.wait(`document.querySelector('form[data-queue] .kept')`) // the script holds the form
		if n := must[int](b.walker, fillStop); n == 0 {
			b.fail("nothing is asked at %s", stop)
		}
		if i == 2 {
			b.attach("photos", picture)
			b.wait(`/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(document.querySelector('.tile .said [name=photos_at]')?.value)`) // when it was chosen
			if over := must[int](b.walker, `[...document.querySelectorAll('.said input')].filter((n) => n.getBoundingClientRect().right > n.closest('.tile').getBoundingClientRect().right).length`); over != 0 {
				t.Errorf("%d fields of a photo run over the edge of its tile", over)
			}
			taken = must[string](b.walker, sayOfPhoto)
			b.until(`self.queue.drafts.all().then((all) => all.some((d) => d.files.length === 1 && d.fields.some(([n, v]) => n === 'photos_at' && v === ` + q(taken) + `)))`)
			b.until(`self.queue.drafts.all().then((all) => all.some((d) => d.fields.some(([n, v]) => n === 'v.BT1.1' && v === '39.5')))`)
			break
		}
		b.touch("main form[data-queue] .bar button")
		b.wait(`document.querySelector('main section.panel[tabindex]')`)
		b.until(inQueue + fmt.Sprintf(`.then((n) => n === %d)`, i+1))
	}
	b.kill()
	if n := net.posts.Load(); n != 0 {
		t.Fatalf("%d requests went out without network", n)
	}

	// still without network: what waits is said, and beside each place what the device has of it
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.do(visit(net.URL + page))
	b.wait(`document.querySelectorAll('.stops .here').length === 3`)
	if n, _ := visits(); n != 0 {
		b.fail("%d records before there was a network", n)
	}
	b.kill()

	// the network is back, the first answer is lost
	net.down.Store(false)
	net.lose.Store(1)
	b = s.browse(t, profile, net.URL, screen{Width: 360})
	b.again(walk.Number, "/desk")
	b.until(inQueue + `.then((n) => n === 0)`)
	if n, places := visits(); n != 2 || places != 2 {
		b.fail("%d records of %d places, want 2 of 2", n, places)
	}
	b.open(strings.TrimPrefix(stops[2], net.URL))
	b.wait(`document.querySelector('[name="v.BT1.1"]')?.value === '39.5'`)
	b.wait(`!document.querySelector('[aria-busy]')`)
	b.wait(`document.querySelector('.said [name=photos_at]')?.value === ` + q(taken) + ` && document.querySelector('.said [name=photos_point]').value === '二号喷头'`)
	b.touch("main form[data-queue] .bar button")
	b.until(inQueue + `.then((n) => n === 0)`)
	b.wait(`location.pathname.startsWith('/visits/walk/')`) // the next place
	if n, places := visits(); n != 3 || places != 3 {
		b.fail("%d records of %d places, want 3 of 3", n, places)
	}
	var warm int
	s.read(func(tx *db.Tx) (err error) {
		warm, err = db.One[int](tx, `SELECT COUNT(*) FROM visit_item i JOIN visit v ON v.id = i.visit WHERE v.walk = $1 AND i.code = 'BT1' AND i.worst = '39.5' AND i.result = 'pass'`, walk.ID)
		return err
	})
	if warm != 3 {
		t.Errorf("%d readings of the water arrived, want 3", warm)
	}
	var said string
	s.read(func(tx *db.Tx) (err error) {
		said, err = db.One[string](tx, `SELECT p.taken || ' ' || p.caption FROM visit_photo p JOIN visit v ON v.id = p.visit WHERE v.walk = $1`, walk.ID)
		return err
	})
	if want := strings.Replace(taken, "T", " ", 1) + " 二号喷头"; said != want {
		t.Errorf("of the photo is said %q, want %q", said, want)
	}
	b.open(page)
	b.wait(`document.querySelectorAll('.stops .here').length === 0`)
}
