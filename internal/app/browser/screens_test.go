package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// album keeps pictures of pages: SANWEN_SCREENSHOTS names the directory, by default artefacts/screenshots of the repository.
func album(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SANWEN_SCREENSHOTS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "artefacts", "screenshots")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// shoot takes a picture of the whole page, or of what is on the screen.
func (w *walker) shoot(dir, name string, whole bool) {
	w.t.Helper()
	yes, quality := true, int64(82)
	if whole { // a screen as high as the page, so that what sticks to its edges is where it belongs
		w.height(must[int64](w, `document.documentElement.scrollHeight`))
		defer w.height(0)
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%s.jpg", name, w.screen))
	res, err := chromedp.Run(w.ctx, func(ctx context.Context, at *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, at, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatJpeg, Quality: &quality,
			CaptureBeyondViewport: &whole, FromSurface: &yes})
		return r.Data, err
	})
	if err == nil && len(res) < 4000 {
		err = fmt.Errorf("the picture has only %d bytes: the page is empty", len(res))
	}
	if err == nil {
		err = os.WriteFile(file, res, 0o644)
	}
	if err != nil {
		w.fail("%s: %v", name, err)
	}
}

// shot is one page of the album.
type shot struct {
	name, path string
	role       access.Role // "" is nobody
}

// TestScreenshots takes the pictures of the manual: every kind of page at the width of a phone and of a desk, in both languages. Where it is
// not asked for by its name (`make screenshots`), it takes those of one width and language.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	dir, s := album(t), serve(t)
	var of struct{ Rich, Plan, Inspect, Decide, Closed string }
	voice := ""
	s.read(func(tx *db.Tx) error {
		for _, q := range []struct {
			to  *string
			sql string
		}{
			{&of.Rich, `SELECT number FROM matter WHERE state = 'closed' ORDER BY voices DESC, number LIMIT 1`},
			{&of.Plan, `SELECT number FROM matter WHERE state = 'executing' ORDER BY voices DESC, number LIMIT 1`},
			{&of.Inspect, `SELECT number FROM matter WHERE state = 'inspecting' ORDER BY number LIMIT 1`},
			{&of.Decide, `SELECT number FROM matter WHERE review = 'office' ORDER BY number LIMIT 1`},
			{&voice, `SELECT id FROM voice WHERE state = 'registered' AND place = 'P104M' AND level = 'named' ORDER BY registered_at DESC LIMIT 1`},
		} {
			v, err := db.One[string](tx, q.sql)
			if err != nil {
				return fmt.Errorf("%s: %w", q.sql, err)
			}
			*q.to = v
		}
		return nil
	})
	all := []shot{
		{"tell", "/p/P104M", ""}, {"where", "/p", ""}, {"danger", "/p/P104M/danger", ""}, {"crisis", "/p/P104M/crisis", ""}, {"door", "/f", ""},
		{"board", "/board", ""}, {"board-done", "/board?view=done", ""}, {"board-not", "/board?view=not", ""}, {"login", "/login", ""}, {"log-check", "/log/check", ""},
		{"home-employee", "/", access.Employee}, {"mine", "/mine", access.Employee}, {"account", "/account", access.Employee},
		{"home-triager", "/", access.Triager}, {"inbox", "/inbox", access.Triager}, {"voice", "/voice/" + voice, access.Triager},
		{"ledger", "/ledger", access.Supervisor}, {"matter", "/matter/" + of.Plan, access.Supervisor}, {"matter-closed", "/matter/" + of.Rich, access.Supervisor},
		{"decide", "/matter/" + of.Decide + "/decide", access.Supervisor}, {"home-supervisor", "/", access.Supervisor}, {"register", "/ledger/new", access.Supervisor},
		{"inspect", "/matter/" + of.Inspect + "/inspect", access.Inspector}, {"home-leader", "/", access.Leader}, {"home-chair", "/", access.UnitChair},
		{"desk", "/desk", access.DeptHead}, {"home-handler", "/", access.Handler}, {"home-admin", "/", access.SystemAdmin}, {"admin", "/admin", access.SystemAdmin},
		{"people", "/admin/people", access.SystemAdmin}, {"settings", "/admin/settings", access.SystemAdmin}, {"log", "/admin/log", access.AuditAdmin},
		{"poster", "/admin/posters/P104M", access.Triager}, {"tell-proxy", "/tell/proxy", access.ShiftLeader},
	}
	scout := &scout{t: t, s: s, clients: map[string]*webtest.Client{}}
	sessions := map[access.Role]string{"": ""}
	for _, x := range all {
		if _, ok := sessions[x.role]; !ok {
			sessions[x.role] = scout.session(s.as(x.role).Number)
		}
	}
	views := []screen{{Width: 360, Lang: lang.ZH}, {Width: 1280, Lang: lang.EN}, {Width: 360, Lang: lang.EN}, {Width: 1280, Lang: lang.ZH}}
	if f := flag.Lookup("test.run"); !strings.Contains(f.Value.String(), "Screenshots") && !everything() {
		views = views[:1] // beside other tests: only that pictures can be taken
	}
	for _, v := range views {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			w := s.walk(t, v)
			for _, x := range all {
				w.become(sessions[x.role])
				w.open(w.in(x.path))
				w.shoot(dir, x.name, true)
				if x.name == "tell" || x.name == "inbox" || x.name == "matter" || x.name == "board" {
					w.dark(true)
					w.shoot(dir, x.name, true)
					w.dark(false)
				}
			}
			w.become("")
			w.open(w.in("/p/P104M"))
			w.write("text", map[lang.Lang]string{lang.ZH: "二楼淋浴今天早上八点又是凉水，洗到一半就没有热水了。", lang.EN: "The showers on the upper floor were cold again at eight this morning."}[v.Lang])
			w.press("main form#say button.primary")
			w.shoot(dir, "who", true)
			w.choose("level", "anonymous")
			w.press("main .bar button.primary")
			w.shoot(dir, "receipt", true)
			w.touch("[data-noted]")
			for _, r := range template.receipts {
				w.open(w.in("/f"))
				w.write("number", r.Number)
				w.write("code", r.Code)
				w.press("main button.primary")
				w.shoot(dir, "follow-"+r.Key, true)
			}
			w.clean()
		})
	}
}

// in adds the language of the window to an address.
func (w *walker) in(path string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "lang=" + string(w.Lang)
}
