package browser

import (
	"bytes"
	"context"
	"image"
	_ "image/png" // pictures of the browser
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

const inch = 96.0 // pixels of a style sheet

// decode reads the code in a part of the page as a printer with 300 dots to the inch would draw it.
func (w *walker) decode(x, y, side float64) string {
	w.t.Helper()
	png, err := chromedp.Run(w.ctx, func(ctx context.Context, at *chromedp.Target) ([]byte, error) {
		beyond := true
		r, err := cdp.Call(ctx, at, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &beyond,
			Clip: &page.Viewport{X: x, Y: y, Width: side, Height: side, Scale: 300 / inch}})
		return r.Data, err
	})
	if err != nil {
		w.fail("%v", err)
	}
	m, _, err := image.Decode(bytes.NewReader(png))
	if err != nil {
		w.fail("%v", err)
	}
	if got, want := float64(m.Bounds().Dx()), side*300/inch; math.Abs(got-want) > 3 {
		w.fail("the picture is %v dots wide, not %v", got, want)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(m)
	if err != nil {
		w.fail("%v", err)
	}
	// The reader's way for photographs misplaces the grid of one in some five hundred codes that are drawn without a fault (which, depends on the
	// address, and with it on the port of the run). It has another way for codes that stand straight; a telephone has the next frame.
	res, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		res, err = qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	}
	if err != nil {
		w.fail("the code at %v, %v of %v cannot be read: %v", x, y, side, err)
	}
	return res.GetText()
}

// pdf prints the page as it says itself, with the size of paper of its style sheet.
func (w *walker) pdf() []byte {
	w.t.Helper()
	b, err := chromedp.Run(w.ctx, func(ctx context.Context, at *chromedp.Target) ([]byte, error) {
		yes := true
		r, err := cdp.Call(ctx, at, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
		return r.Data, err
	})
	if err != nil {
		w.fail("%v", err)
	}
	return b
}

var (
	pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)
	pdfBox  = regexp.MustCompile(`/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]`)
)

// TestPosters prints every poster of an area on every size of paper: one page each of that size, nothing cut off, every code large
// enough, and read by a machine as a printer draws it.
func TestPosters(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 1280, Lang: lang.ZH})
	w.signIn(s.as(access.Triager).Number, "chengchuan-2026")
	var codes []string
	s.read(func(tx *db.Tx) error {
		all, err := org.Places(tx)
		for _, p := range all {
			if p.Parent == "Z4" && p.Active && p.Kind != org.Area {
				codes = append(codes, p.Code)
			}
		}
		return err
	})
	if len(codes) < 5 {
		t.Fatalf("only %d places", len(codes))
	}
	for _, c := range []struct {
		size          string
		width, height float64 // millimetres
	}{{"a4", 210, 297}, {"a3", 297, 420}, {"a5", 148, 210}} {
		w.open("/admin/posters/Z4?size=" + c.size)
		w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
		boxes := must[[][]float64](w, `[...document.querySelectorAll('.poster')].map((p) => {
			const r = p.getBoundingClientRect(), q = p.querySelector('.qr').getBoundingClientRect(), n = p.querySelector('.qr').viewBox.baseVal.width;
			const cut = [...p.querySelectorAll('*')].filter((x) => { const b = x.getBoundingClientRect(); return b.width && (b.right > r.right + 1 || b.left < r.left - 1 || b.bottom > r.bottom + 1 || b.top < r.top - 1); }).length;
			return [q.left + scrollX, q.top + scrollY, q.width, q.height, n, cut + (p.scrollHeight > p.clientHeight + 1 ? 1000 : 0), r.width, r.height];
		})`)
		if len(boxes) != len(codes) {
			w.fail("%d posters for %d places", len(boxes), len(codes))
		}
		mm := func(px float64) float64 { return px * 25.4 / inch }
		for i, b := range boxes {
			if b[5] != 0 {
				w.fail("%s, poster %d: %v pieces lie outside of it", c.size, i+1, b[5])
			}
			if side, module := mm(b[2]), mm(b[2])/b[4]; side < 40 || module < 0.8 || math.Abs(b[2]-b[3]) > 0.5 {
				w.fail("%s, poster %d: the code is %.1f mm wide, a module %.2f mm", c.size, i+1, side, module)
			}
			if mm(b[6]) > c.width-14 || mm(b[7]) > c.height-14 {
				w.fail("%s, poster %d: %.0f × %.0f mm do not fit", c.size, i+1, mm(b[6]), mm(b[7]))
			}
			if c.size == "a3" && i > 1 {
				continue // the same code, only larger
			}
			if got, want := w.decode(b[0], b[1], b[2]), s.Base+"/p/"+codes[i]; got != want {
				w.fail("%s, poster %d says %q, not %q", c.size, i+1, got, want)
			}
		}
		pdf := w.pdf()
		if n := len(pdfPage.FindAll(pdf, -1)); n != len(codes) {
			w.fail("%s: %d posters are %d pages", c.size, len(codes), n)
		}
		sizes := pdfBox.FindAllSubmatch(pdf, -1)
		if len(sizes) == 0 {
			w.fail("%s: no size of paper", c.size)
		}
		for _, m := range sizes {
			if got := paper(m[1], m[2]); math.Abs(got[0]-c.width) > 1 || math.Abs(got[1]-c.height) > 1 {
				w.fail("%s: paper of %.0f × %.0f mm", c.size, got[0], got[1])
			}
		}
		w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: ""}))
	}
	w.clean()
}

// paper is a size in points as millimetres.
func paper(w, h []byte) [2]float64 {
	var out [2]float64
	for i, b := range [][]byte{w, h} {
		whole, part, _ := strings.Cut(string(b), ".")
		n := 0.0
		for _, d := range whole {
			n = n*10 + float64(d-'0')
		}
		scale := 0.1
		for _, d := range part {
			n += float64(d-'0') * scale
			scale /= 10
		}
		out[i] = n * 25.4 / 72
	}
	return out
}

// TestReceiptCode: the code on a receipt leads to the follow-up page with number and code behind the #, on paper too.
func TestReceiptCode(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.open("/p/P104M")
	w.write("text", "码能扫吗")
	w.press("#say .bar button")
	w.choose("level", "anonymous")
	w.press("main .bar button.primary")
	number := must[string](w, `document.getElementById('receipt-number').innerText`)
	code := strings.ReplaceAll(must[string](w, `document.getElementById('receipt-code').innerText`), " ", "")
	w.touch("[data-noted]")
	for _, media := range []string{"", "print"} {
		w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media}))
		b := must[[]float64](w, `(() => { const r = document.querySelector('.qr').getBoundingClientRect(); return [r.left + scrollX, r.top + scrollY, r.width]; })()`)
		if got, want := w.decode(b[0], b[1], b[2]), s.Base+"/f#"+number+"."+code; got != want {
			w.fail("the code says %q, not %q", got, want)
		}
	}
	pdf := w.pdf()
	if n := len(pdfPage.FindAll(pdf, -1)); n < 1 || n > 2 {
		w.fail("the receipt is %d pages", n)
	}
	w.clean()
}
