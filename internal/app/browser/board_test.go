package browser

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/publish"
)

// behind are the addresses of the lists behind the numbers of a board, and what the numbers say.
var behind = regexp.MustCompile(`<a href="(/board\?[^"]*count=[a-z_]+[^"]*)">(?:<b>)?([^<]*)<`)

// TestBoardNumbersAreTheirLists: every number that counts matters leads to exactly the matters that it counts, in the year of the
// demonstration, for the whole organisation and for a place; the mean and the share follow from the same lists.
func TestBoardNumbersAreTheirLists(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := webtest.On(t, s.Base)
	digits := regexp.MustCompile(`[\d./%]+`)
	list := func(address string) (n, days, kept int) {
		for address != "" {
			p := b.Get(address).Want(200)
			body := string(p.Body)
			n += strings.Count(body, `<p class="meta">SS-`)
			kept += strings.Count(body, "：按时")
			for _, m := range regexp.MustCompile(`销号，用了 (\d+) 个工作日`).FindAllStringSubmatch(body, -1) {
				var d int
				fmt.Sscan(m[1], &d)
				days += d
			}
			address = ""
			if m := regexp.MustCompile(`href="([^"]*after=[^"]*)" rel="next"`).FindStringSubmatch(body); m != nil {
				address = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		return n, days, kept
	}
	seen := 0
	for _, board := range []string{"/board", "/board?place=Z4"} {
		found := behind.FindAllStringSubmatch(string(b.Get(board).Want(200).Body), -1)
		if len(found) != 8 {
			t.Fatalf("%s: %d numbers with a list: %v", board, len(found), found)
		}
		for _, m := range found {
			address, value := strings.ReplaceAll(m[1], "&amp;", "&"), digits.FindString(strings.TrimPrefix(m[2], "—"))
			n, days, kept := list(address)
			want := fmt.Sprint(n)
			switch {
			case strings.Contains(address, "count="+string(publish.Due)) && n >= 10:
				want = fmt.Sprint((kept*200+n)/(2*n)) + "%"
			case strings.Contains(address, "count="+string(publish.Due)) && n > 0:
				want = fmt.Sprintf("%d/%d", kept, n)
			case strings.Contains(value, "."): // the mean of the same list
				want = fmt.Sprintf("%.1f", float64(days)/float64(n))
			case value == "" && n == 0:
				want = ""
			}
			if value != want {
				t.Errorf("%s says %q, its list says %q (%d matters)", address, value, want, n)
			}
			seen += n
		}
	}
	if seen < 40 {
		t.Errorf("the lists hold %d matters together: too few to show anything", seen)
	}
	// and they are what the database holds
	var done int
	s.read(func(tx *db.Tx) (err error) {
		done, err = db.One[int](tx, `SELECT COUNT(*) FROM matter WHERE public = 1 AND restricted = '' AND state = 'closed' AND closed_at >= 1767196800000`)
		return err
	})
	if n, _, _ := list("/board?count=done&of=year"); n != done {
		t.Errorf("%d struck off this year on the board, %d in the database", n, done)
	}
}

// TestWallScreen: every picture fits on the screen, everything on it is large enough to be read from three metres, it turns every
// twelve seconds and stops at a press, and it goes on without a network, saying how old it is.
func TestWallScreen(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, v := range []screen{{Width: 1920, Lang: lang.ZH}, {Width: 1366, Lang: lang.EN, Dark: true}} {
		w := s.walk(t, v)
		w.size(v.Width, v.Width*9/16)
		w.before(`const turned = []; const real = setInterval; self.setInterval = (act, after) => { turned.push([act, after]); return turned.length; }; self.every = (ms) => turned.find((t) => t[1] === ms)[0];`)
		w.open(w.in("/board?tv=1"))
		n := must[int](w, `document.querySelectorAll('.slide').length`)
		if n < 6 {
			w.fail("%d pictures", n)
		}
		for range n {
			if got := must[string](w, `(() => {
				const small = [...document.querySelectorAll('main *')].filter((n) => n.checkVisibility() && !n.closest('.sr') && [...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()))
					.filter((n) => parseFloat(getComputedStyle(n).fontSize) < 32).map((n) => n.className + ' ' + n.textContent);
				if (small.length) return 'too small: ' + small.join(' | ');
				if (document.documentElement.scrollHeight > innerHeight) return 'does not fit: ' + document.documentElement.scrollHeight + ' > ' + innerHeight;
				if (document.documentElement.scrollWidth > innerWidth) return 'too wide';
				return '';
			})()`); got != "" {
				w.fail("%s", got)
			}
			must[bool](w, `(every(12000)(), true)`)
		}
		at := `[...document.querySelectorAll('.slide')].findIndex((s) => !s.hidden)`
		if must[int](w, at) != 0 {
			w.fail("it did not come round")
		}
		w.touch(".tvhold")
		must[bool](w, `(every(12000)(), true)`)
		if must[int](w, at) != 0 {
			w.fail("it turns though it was stopped")
		}
		w.touch(".tvhold")
		must[bool](w, `(every(12000)(), true)`)
		if must[int](w, at) != 1 {
			w.fail("it does not go on")
		}
		w.clean()
		w.net(false)
		must[bool](w, `(every(300000)(), true)`)
		w.wait(`document.querySelector('[data-asof]').checkVisibility()`)
		w.net(true)
		must[bool](w, `(every(300000)(), true)`)
		w.wait(`!document.querySelector('[data-asof]').checkVisibility() && document.querySelectorAll('.slide:not([hidden])').length === 1`)
		w.clean()
	}
}
