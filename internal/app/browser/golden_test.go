package browser

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// goldenDir holds the pictures; `make golden` takes them anew.
const goldenDir = "testdata/golden"

// fewest is how many pictures there are at least, so that an empty directory does not pass for forty screens that look right.
const fewest = 4

// steady takes out of a page what is different at every start of the program: every digit becomes 0, codes and pictures are plain.
const steady = `(() => {
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/[0-9]/g, '0');
	document.querySelectorAll('input, textarea').forEach((n) => { if (/^[^]*[0-9]/.test(n.value) && !/radio|checkbox|hidden|file|date/.test(n.type)) n.value = n.value.replace(/[0-9]/g, '0') });
	document.querySelectorAll('input[type=date]').forEach((n) => { n.value = '2000-01-01' });
	document.querySelectorAll('svg.qr path, svg.trend, .bars svg, .hash, code, .bulk tbody').forEach((n) => { n.style.visibility = 'hidden' });
	document.querySelectorAll('img').forEach((n) => { n.style.visibility = 'hidden' });
	document.activeElement?.blur();
	document.documentElement.style.caretColor = 'transparent';
	return true;
})()`

// goldens are the forty screens, each in one of the ways that people see it.
func (s *site) goldens() []look {
	var of struct{ Rich, Plan, Inspect, Decide string }
	s.read(func(tx *db.Tx) error {
		for _, x := range []struct {
			to  *string
			sql string
		}{
			{&of.Rich, `SELECT number FROM matter WHERE state = 'closed' ORDER BY voices DESC, number LIMIT 1`},
			{&of.Plan, `SELECT number FROM matter WHERE state = 'executing' ORDER BY voices DESC, number LIMIT 1`},
			{&of.Inspect, `SELECT number FROM matter WHERE state = 'inspecting' ORDER BY number LIMIT 1`},
			{&of.Decide, `SELECT number FROM matter WHERE review = 'office' ORDER BY number LIMIT 1`},
		} {
			v, err := db.One[string](tx, x.sql)
			if err != nil {
				return fmt.Errorf("%s: %w", x.sql, err)
			}
			*x.to = v
		}
		return nil
	})
	zh, en := lang.ZH, lang.EN
	var out []look
	add := func(name, path string, role access.Role, views ...view) {
		number := ""
		if role != "" {
			number = s.as(role).Number
		}
		for _, v := range views {
			out = append(out, look{found: found{Pattern: name, Path: path, Number: number}, view: v})
		}
	}
	phone, night, desk := view{Width: 360, Lang: zh}, view{Width: 360, Lang: zh, Dark: true}, view{Width: 1280, Lang: en}
	big := view{Width: 360, Lang: zh, Big: 3}
	add("tell", "/p/P104M", "", phone, night, desk, big)
	add("where", "/p", "", phone)
	add("danger", "/p/P104M/danger", "", phone, big)
	add("crisis", "/p/P104M/crisis", "", phone)
	add("follow", "/f", "", phone, night, desk)
	add("board", "/board", "", phone, desk)
	add("login", "/login", "", phone, desk)
	add("log-check", "/log/check", "", phone)
	add("home-employee", "/", access.Employee, phone)
	add("mine", "/mine", access.Employee, phone)
	add("account", "/account", access.Employee, phone, big)
	add("inbox", "/inbox", access.Triager, desk, view{Width: 1280, Lang: zh, Dark: true})
	add("ledger", "/ledger", access.Supervisor, desk, phone)
	add("matter", "/matter/"+of.Plan, access.Supervisor, desk, phone)
	add("matter-closed", "/matter/"+of.Rich, access.Supervisor, desk)
	add("decide", "/matter/"+of.Decide+"/decide", access.Supervisor, desk)
	add("inspect", "/matter/"+of.Inspect+"/inspect", access.Inspector, phone)
	add("home-leader", "/", access.Leader, desk, phone)
	add("desk", "/desk", access.DeptHead, phone, desk)
	add("proxy", "/tell/proxy", access.ShiftLeader, phone)
	add("people", "/admin/people", access.SystemAdmin, desk)
	add("settings", "/admin/settings", access.SystemAdmin, desk)
	add("posters", "/admin/posters", access.Triager, desk)
	add("scan", "/scan", access.Inspector, phone)
	add("design-form", "/design/form", "", phone, desk)
	return out
}

// golden is the name of the picture of a look.
func (l look) golden() string {
	return filepath.Join(goldenDir, strings.ReplaceAll(fmt.Sprintf("%s-%s.png", l.Pattern, l.view), " ", "-"))
}

// picture photographs what is on the screen, without what differs from start to start.
func (w *walker) picture() *image.Paletted {
	w.t.Helper()
	must[bool](w, steady)
	must[bool](w, `document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
	b, err := chromedp.Run(w.ctx, func(ctx context.Context, at *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, at, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
		return r.Data, err
	})
	if err != nil {
		w.fail("%v", err)
	}
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		w.fail("%v", err)
	}
	return coarse(m)
}

// palette has six shades of each colour: enough to tell our colours apart, and the pictures stay small.
var palette = func() color.Palette {
	var out color.Palette
	for r := range 6 {
		for g := range 6 {
			for b := range 6 {
				out = append(out, color.RGBA{uint8(r * 51), uint8(g * 51), uint8(b * 51), 255})
			}
		}
	}
	return out
}()

func coarse(m image.Image) *image.Paletted {
	out := image.NewPaletted(m.Bounds(), palette)
	at := func(v uint32) int { return int((v>>8 + 25) / 51) }
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			r, g, b, _ := m.At(x, y).RGBA()
			out.SetColorIndex(x, y, uint8(at(r)*36+at(g)*6+at(b)))
		}
	}
	return out
}

// differ is the share of pixels that are more than one shade apart; pictures of two sizes differ altogether.
func differ(a, b *image.Paletted) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	far := func(p, q uint8) bool {
		d := func(x, y int) bool { return x-y > 1 || y-x > 1 }
		return d(int(p)/36, int(q)/36) || d(int(p)/6%6, int(q)/6%6) || d(int(p)%6, int(q)%6)
	}
	n := 0
	for i := range a.Pix {
		if far(a.Pix[i], b.Pix[i]) {
			n++
		}
	}
	return float64(n) / float64(len(a.Pix))
}

// TestGolden compares screens with their pictures: at most one pixel in a thousand may differ. SANWEN_GOLDEN=new takes all of them anew.
func TestGolden(t *testing.T) {
	s := serve(t)
	anew := os.Getenv("SANWEN_GOLDEN") == "new"
	c := &scout{t: t, s: s}
	w := s.walk(t, screen{Width: 360})
	compared, size := 0, int64(0)
	for _, l := range s.goldens() {
		name := l.golden()
		if _, err := os.Stat(name); err != nil && !anew {
			continue
		}
		if l.Number != "" {
			l.Session = c.enter(l.Number)
		}
		w.look(l)
		got := w.picture()
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if anew {
			if err := os.MkdirAll(goldenDir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		size += int64(len(f))
		m, err := png.Decode(bytes.NewReader(f))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, ok := m.(*image.Paletted)
		if !ok {
			t.Fatalf("%s is no picture of ours", name)
		}
		compared++
		if d := differ(got, want); d > 0.001 {
			to := filepath.Join("..", "..", "..", "artefacts", "golden", filepath.Base(name))
			err := os.MkdirAll(filepath.Dir(to), 0o755)
			if err == nil {
				err = os.WriteFile(to, b.Bytes(), 0o644)
			}
			t.Errorf("%s: %.2f %% of the pixels differ; what came is in %s (written: %t). If it is meant: make golden", name, 100*d, to, err == nil)
		}
	}
	t.Logf("%d pictures, %d kB", compared, size>>10)
	if compared < fewest {
		t.Errorf("only %d pictures: make golden", compared)
	}
	if size > 4<<20 {
		t.Errorf("the pictures are %d kB, at most 4 MB", size>>10)
	}
	kept, err := filepath.Glob(filepath.Join(goldenDir, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kept {
		if !slices.ContainsFunc(s.goldens(), func(l look) bool { return l.golden() == filepath.ToSlash(k) }) {
			t.Errorf("%s is of no screen", k)
		}
	}
}

// TestGoldenFinds: a picture with a button that moved differs; a copy does not.
func TestGoldenFinds(t *testing.T) {
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	w.open("/f")
	before := w.picture()
	w.open("/f")
	if d := differ(before, w.picture()); d > 0.001 {
		t.Errorf("the same page twice differs by %.2f %%", 100*d)
	}
	must[bool](w, `(document.querySelector('main .primary').style.marginTop = '9px', true)`)
	if d := differ(before, w.picture()); d <= 0.001 {
		t.Errorf("a button that moved differs by %.3f %% only", 100*d)
	}
	if n := len(s.goldens()); n != 40 {
		t.Errorf("%d screens, want 40", n)
	}
}
