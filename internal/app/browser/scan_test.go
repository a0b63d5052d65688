package browser

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/face/web/qr"
	"sanwen/internal/ground/lang"
)

// film is what a camera sees that is held in front of a poster: a code on white, as a raw film of two pictures.
func film(t *testing.T, text string) string {
	t.Helper()
	const width, height, module = 640, 480, 8
	code, err := qr.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	grey := bytes.Repeat([]byte{235}, width*height)
	left, top := (width-code.Side*module)/2, (height-code.Side*module)/2
	if left < 4*module || top < 4*module {
		t.Fatalf("a code of %d modules does not fit the film", code.Side)
	}
	for y := range code.Side * module {
		for x := range code.Side * module {
			if code.Row(y/module)>>(x/module)&1 == 1 {
				grey[(top+y)*width+left+x] = 16
			}
		}
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n", width, height)
	for range 2 {
		out.WriteString("FRAME\n")
		out.Write(grey)
		out.Write(bytes.Repeat([]byte{128}, width*height/2))
	}
	name := filepath.Join(t.TempDir(), "poster.y4m")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func camera(file string) []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-video-capture", file)}
}

// TestScan finds a place through the camera, by its code typed, and without scripts.
func TestScan(t *testing.T) {
	t.Parallel()
	s := serve(t)
	// A code leads to its place here, whatever host its poster names.
	w := s.browse(t, t.TempDir(), s.Base, screen{Width: 360}, camera(film(t, "https://poster.example/p/P104M"))...)
	w.signIn(s.as(access.Inspector).Number, demo.Password)
	w.open("/scan")
	w.press("[data-scan-start]")
	w.wait(`location.search.includes('code=P104M') && document.querySelector('.found h2')`)
	w.sees("P104M")
	for _, r := range w.requests() {
		if len(r.URL) > 21 && r.URL[:21] == "https://poster.exampl" {
			t.Errorf("asked for %s", r.URL)
		}
	}
	w.clean()
	w.stop()

	for _, v := range []screen{{Width: 360, Lang: lang.EN}, {Width: 1280, NoScripts: true}} {
		w := s.walk(t, v)
		w.signIn(s.as(access.Inspector).Number, demo.Password)
		w.open("/scan?lang=" + string(v.Lang))
		w.write("code", "ｐ１０４m")
		w.press(".scanform button")
		w.sees("P104M")
		w.write("code", "P999X")
		w.pressWant(404, ".scanform button")
		w.says("scan.unknown", "P999X")
	}
}
