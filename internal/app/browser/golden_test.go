package browser

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
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
const fewest = 40

// steady takes out of a page what is different at every start of the program: every digit becomes 0, codes and pictures are plain.
const steady = `(() => {
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/[0-9]/g, '0');
	document.querySelectorAll('input, textarea').forEach((n) => { if (/^[^]*[0-9]/.test(n.value) && !/radio|checkbox|hidden|file|date/.test(n.type)) n.value = n.value.replace(/[0-9]/g, '0') });
	document.querySelectorAll('input[type=date]').forEach((n) => { n.value = '2000-01-01' });
	document.getAnimations().forEach((a) => a.finish());
	document.querySelectorAll('.told').forEach((n) => n.remove()); // of several told at one moment the first is by lot
	document.querySelectorAll('svg.qr path, svg.trend, .length, .hash, code, .bulk tbody').forEach((n) => { n.style.visibility = 'hidden' });
	document.querySelectorAll('img').forEach((n) => { n.style.visibility = 'hidden' });
	document.activeElement?.blur();
	document.documentElement.style.caretColor = 'transparent';
	return true;
})()`

// goldens are the forty screens, each in one of the ways that people see it.
func (s *site) goldens() []look {
	var of struct{ Rich, Plan, Inspect, Decide, Voice string }
	s.read(func(tx *db.Tx) error {
		for _, x := range []struct {
			to  *string
			sql string
		}{
			{&of.Rich, `SELECT number FROM matter WHERE state = 'closed' ORDER BY voices DESC, number LIMIT 1`},
			{&of.Plan, `SELECT number FROM matter WHERE state = 'executing' ORDER BY voices DESC, number LIMIT 1`},
			{&of.Inspect, `SELECT number FROM matter WHERE state = 'inspecting' ORDER BY number LIMIT 1`},
			{&of.Decide, `SELECT number FROM matter WHERE review = 'office' ORDER BY number LIMIT 1`},
			{&of.Voice, `SELECT id FROM voice WHERE state = 'registered' AND place = 'P104M' AND level = 'named' ORDER BY registered_at DESC, redacted, number LIMIT 1`},
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
	add("danger", "/p/P104M/danger", "", phone)
	add("crisis", "/p/P104M/crisis", "", phone)
	add("follow", "/f", "", phone, night, desk)
	add("board", "/board", "", phone, desk)
	add("login", "/login", "", phone, desk)
	add("login-faults", "/login", "", phone, desk)
	for i := len(out) - 2; i < len(out); i++ {
		out[i].Form, out[i].Status = 1, 422
	}
	add("log-check", "/log/check", "", phone)
	add("home-employee", "/", access.Employee, phone)
	add("mine", "/mine", access.Employee, phone)
	add("account", "/account", access.Employee, big)
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
	add("voice", "/voice/"+of.Voice, access.Triager, desk)
	add("supervise", "/supervise", access.Supervisor, desk)
	add("orders", "/orders", access.Supervisor, desk)
	add("visit", "/visits/new?place=P104M", access.Inspector, phone)
	add("design-form", "/design/form", "", desk)
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

// takenWith is the file that names the browser and the font with which the pictures were taken.
var takenWith = filepath.Join(goldenDir, "taken-with.txt")

// limits of what may differ: with the browser and the font of the pictures, and with others, whose letters are drawn a little
// differently (decision 29).
const (
	sameBrowser  = 0.001
	otherBrowser = 0.02
)

// painter is what draws the pictures here: the browser's first number, in which alone its drawing changes, and the fonts.
func painter(t *testing.T) string {
	t.Helper()
	ctx := browserContext(t)
	v, err := chromedp.Run(ctx, func(ctx context.Context, at *chromedp.Target) (string, error) {
		r, err := cdp.Call(ctx, at, cdpbrowser.GetVersion, cdp.Empty{})
		return r.Product, err
	})
	if err != nil {
		t.Fatal(err)
	}
	name, version, _ := strings.Cut(strings.TrimPrefix(v, "Headless"), "/")
	major, _, _ := strings.Cut(version, ".")
	out := fmt.Sprintf("%s %s\n", name, major)
	for _, of := range []string{"zh-cn", "en"} {
		font, err := exec.CommandContext(t.Context(), "fc-match", "-f", "%{family[0]} %{fontversion}", "sans-serif:lang="+of).Output()
		if err != nil {
			t.Fatalf("fc-match: %v", err)
		}
		out += fmt.Sprintf("%s: %s\n", of, font)
	}
	return out
}

// TestGolden compares screens with their pictures: at most one pixel in a thousand may differ. SANWEN_GOLDEN=new takes all of them anew.
func TestGolden(t *testing.T) {
	t.Parallel()
	s := serve(t) // as it was made: what the walk over all pages leaves behind is in no picture
	all := s.goldens()
	c := &scout{t: t, s: s}
	for i, l := range all {
		if l.Number != "" {
			all[i].Session = c.enter(l.Number)
		}
	}
	anew := os.Getenv("SANWEN_GOLDEN") == "new"
	here := painter(t)
	if anew {
		if err := os.RemoveAll(goldenDir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(goldenDir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(takenWith, []byte(here), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	with, err := os.ReadFile(takenWith)
	if err != nil {
		t.Fatalf("%v: make golden", err)
	}
	most := sameBrowser
	if here != string(with) {
		most = otherBrowser
		say := fmt.Sprintf("the pictures were taken with %q, this is %q: %.1f %% of the pixels may differ instead of %.1f %%. Take them anew with `make golden` once everybody has it", with, here, 100*otherBrowser, 100*sameBrowser)
		t.Log(say)
		if everything() {
			t.Error(say)
		}
		keepPicture(t, "taken-with-another.txt", []byte(say+"\n"))
	}
	var compared atomic.Int64
	t.Run("screens", func(t *testing.T) {
		for i, part := range halves(all) {
			t.Run(fmt.Sprint("window ", i+1), func(t *testing.T) {
				t.Parallel()
				w := s.walk(t, screen{Width: 360})
				for _, l := range part {
					w.look(l)
					if w.compare(l, anew, most) {
						compared.Add(1)
					}
				}
				w.clean()
			})
		}
	})
	kept, err := filepath.Glob(filepath.Join(goldenDir, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for _, k := range kept {
		if !slices.ContainsFunc(all, func(l look) bool { return l.golden() == filepath.ToSlash(k) }) {
			t.Errorf("%s is of no screen", k)
		}
		f, err := os.Stat(k)
		if err != nil {
			t.Fatal(err)
		}
		size += f.Size()
	}
	t.Logf("%d pictures, %d kB", compared.Load(), size>>10)
	if compared.Load() < fewest {
		t.Errorf("only %d pictures of %d: make golden", compared.Load(), fewest)
	}
	if size > 3<<19 {
		t.Errorf("the pictures are %d kB, at most 1.5 MB", size>>10)
	}
}

// keepPicture puts something aside for who looks into a failure, and says where it is.
func keepPicture(t testing.TB, name string, b []byte) string {
	to := filepath.Join("..", "..", "..", "artefacts", "golden", name)
	err := os.MkdirAll(filepath.Dir(to), 0o755)
	if err == nil {
		err = os.WriteFile(to, b, 0o644)
	}
	if err != nil {
		t.Errorf("keeping %s: %v", name, err)
	}
	return to
}

// compare compares the screen in the window with its picture, or makes it the picture; false is that there is none.
func (w *walker) compare(l look, anew bool, most float64) bool {
	w.t.Helper()
	name := l.golden()
	got := w.picture()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, got); err != nil {
		w.t.Fatal(err)
	}
	if anew {
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			w.t.Fatal(err)
		}
		return true
	}
	f, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		w.t.Errorf("%s is missing: make golden", name)
		return false
	}
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(f))
	if err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
	want, ok := m.(*image.Paletted)
	if !ok {
		w.t.Fatalf("%s is no picture of ours", name)
	}
	if d := differ(got, want); d > most {
		w.t.Errorf("%s: %.2f %% of the pixels differ, at most %.1f %%; what came is in %s. If it is meant: make golden", name, 100*d, 100*most, keepPicture(w.t, filepath.Base(name), b.Bytes()))
	}
	return true
}

// TestGoldenFinds: a picture with a button that moved differs; a copy does not.
func TestGoldenFinds(t *testing.T) {
	t.Parallel()
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
