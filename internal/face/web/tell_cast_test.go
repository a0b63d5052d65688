package web

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// receipts are receipts that differ in everything that a receipt can have.
func receipts() map[string]func(n int) SentPage {
	plain := func(n int) SentPage {
		number, shown, code := fmt.Sprintf("SQ20261123-%06d", n), fmt.Sprintf("%04d 5678 9012 3456", n), fmt.Sprintf("%04d567890123456", n)
		return SentPage{Page: Page{Title: "已收到"}, Level: "谁也不知道是你", Follow: "/f#" + number + "." + code, More: "/p/P104M", Draft: "tell-P104M",
			Receipt: Receipt{Title: "回执", Number: number, Code: shown, File: "receipt-" + number, Lines: [][2]string{{"编号", number}, {"密码", shown}, {"最晚", "11月25日"}}},
			Steps:   []Step{{Label: "已收到", When: "11月23日", State: "done"}, {Label: "受理", Note: "<两天>", State: "now"}},
			Log:     LogLine{Number: int64(1000 * n), Promise: fmt.Sprintf("sanwen/promise\na+b/%d==\n\n— sanwen <\"'&+>\n", n)}}
	}
	with := func(change func(*SentPage)) func(int) SentPage {
		return func(n int) SentPage { p := plain(n); change(&p); return p }
	}
	return map[string]func(int) SentPage{
		"plain": plain,
		"again": with(func(p *SentPage) { p.Again, p.Log.Promise = true, "" }),
		"alarm": with(func(p *SentPage) { p.Alarm, p.Log.Number = "已经叫人", 0 }),
		"check": with(func(p *SentPage) { p.Check = "11月25日" }),
		"code":  with(func(p *SentPage) { q := NewQR("http://127.0.0.1"+p.Follow, "二维码"); p.QR = &q }),
		"kept":  with(func(p *SentPage) { p.Follow = "/f?lang=en&z=2" + strings.TrimPrefix(p.Follow, "/f") }),
		"hand":  with(func(p *SentPage) { p.Hand, p.Photos = true, 3 }),
		"odd":   with(func(p *SentPage) { p.Follow = "/elsewhere" }),
		"none":  with(func(p *SentPage) { p.Receipt.Code = "" }),
	}
}

// TestCast: a receipt out of a mould is the receipt, byte by byte, whoever had the mould made.
func TestCast(t *testing.T) {
	var page SentPage
	var cast bool
	s := setUp(t, Route{Pattern: "POST /p/{place}/send", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error {
		if cast {
			return r.cast(page)
		}
		return sentPage.Render(r, page)
	}})
	get := func(path string) string {
		w := s.do(request(http.MethodPost, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.String()
	}
	for what, of := range receipts() {
		for _, path := range []string{"/p/P104M/send", "/p/P104M/send?lang=en&z=2"} {
			for n := 1; n <= 3; n++ {
				page = of(n)
				cast = false
				want := get(path)
				cast = true
				if got := get(path); got != want {
					t.Fatalf("%s %s %d:\n%s\nwant\n%s", what, path, n, got, want)
				}
				if number := page.Receipt.Number; strings.Count(want, number) < 3 || strings.Contains(want, "qx") {
					t.Errorf("%s: the receipt of %s", what, number)
				}
			}
		}
	}
	if n := len(s.casts.kept); n == 0 || n > 2*len(receipts()) {
		t.Errorf("%d moulds", n)
	}
	for name, m := range s.casts.kept {
		all := name + strings.Join(m.pieces, "")
		for n := 1; n <= 3; n++ {
			p := receipts()["plain"](n)
			_, code, _ := strings.Cut(p.Follow, ".")
			for _, own := range []string{p.Receipt.Number, p.Receipt.Code, code, "sanwen/promise", lang.ZH.Number(p.Log.Number)} {
				if strings.Contains(all, own) {
					t.Errorf("a mould holds %s", own)
				}
			}
		}
	}
	for range 3 * mostCasts {
		page.Title += "。"
		get("/p/P104M/send")
	}
	if n := len(s.casts.kept); n > mostCasts {
		t.Errorf("%d moulds", n)
	}
}

// TestMouldNames: whatever is changed in the page changes the name of its mould or an own text, so that no receipt comes out of
// another's mould.
func TestMouldNames(t *testing.T) {
	told := func(p SentPage) string {
		blank, texts, ok := p.blank()
		return fmt.Sprint(blank.mouldName(), texts, ok)
	}
	full := receipts()["code"](7)
	full.keep = []string{"lang=en"}
	if changed := namesAll(t, &full, func() string { return told(full) }); changed < 40 {
		t.Errorf("only %d fields were changed", changed)
	}
	want := told(full)
	if full.keep = []string{"lang=zh"}; told(full) == want {
		t.Error("a receipt in another language has the same mould")
	}

	thanks := SurveyDonePage{Page: Page{Title: "收到了", Lang: lang.ZH, keep: []string{"lang=en"}}, Text: "谢谢", Tone: "good", Links: []Link{{Text: "公示栏", Href: "/board", Tone: "quiet"}, {Text: "电话", Tel: "110"}}}
	if changed := namesAll(t, &thanks, thanks.mouldName); changed < 20 {
		t.Errorf("only %d fields of the thanks were changed", changed)
	}
	want = thanks.mouldName()
	if thanks.keep = nil; thanks.mouldName() == want {
		t.Error("thanks in another language have the same mould")
	}
}

// namesAll changes every field of a page, one after the other, wants another name each time, and returns how many it has changed.
func namesAll(t *testing.T, page any, name func() string) (changed int) {
	t.Helper()
	elsewhere := map[string]bool{ // pages that have them come out of no mould
		"Page.Person": true, "Page.Nav": true, "Page.Toast": true, "Page.Kit": true, "Page.Crumbs": true, "Page.Size": true, "Page.Bell": true,
		"QR.Text": true, // shown nowhere
	}
	want := name()
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		if elsewhere[path] {
			return
		}
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				f := v.Type().Field(i)
				if f.IsExported() {
					walk(v.Field(i), strings.TrimPrefix(path+"."+f.Name, "."))
				}
			}
			return
		case reflect.Pointer:
			walk(v.Elem(), path)
			return
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
			return
		}
		old := reflect.ValueOf(v.Interface())
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 1)
		default:
			t.Fatalf("%s is a %s: how is it changed?", path, v.Kind())
		}
		changed++
		if name() == want {
			t.Errorf("a page with another %s has the same mould", path)
		}
		v.Set(old)
	}
	walk(reflect.ValueOf(page).Elem(), "")
	return changed
}

// TestThanksOutOfAMould: whoever answers with a code gets the page as it is made, also the second and in another language.
func TestThanksOutOfAMould(t *testing.T) {
	var page SurveyDonePage
	var cast bool
	s := setUp(t, Route{Pattern: "POST /s/{round}", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error {
		if cast {
			return r.castThanks(page)
		}
		return surveyDone.Render(r, page)
	}})
	for i := range 3 {
		for _, path := range []string{"/s/r1", "/s/r1?lang=en&z=2", "/s/r2"} {
			page = SurveyDonePage{Page: Page{Title: "收到了"}, Text: fmt.Sprint("谢谢 & <", i%2), Tone: "good", Spent: i > 1, Links: []Link{{Text: "公示栏", Href: "/board", Tone: "quiet"}}}
			var got [3]string
			for k := range got {
				cast = k > 0
				w := s.do(request(http.MethodPost, path, nil))
				if got[k] = w.Body.String(); w.Code != http.StatusOK || !strings.Contains(got[k], "谢谢 &amp; &lt;") {
					t.Fatalf("%s: %d %s", path, w.Code, got[k])
				}
			}
			if got[1] != got[0] || got[2] != got[0] {
				t.Errorf("%s %d: out of the mould came another page", path, i)
			}
		}
	}
	if len(s.casts.kept) != 9 {
		t.Errorf("%d moulds, want 9", len(s.casts.kept))
	}
}
