package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// Budgets of the pages of employees, compressed: a phone on a slow network shows them in one or two round trips.
const (
	htmlBudget = 14 << 10
	cssBudget  = 12 << 10
	jsBudget   = 20 << 10
	allBudget  = 60 << 10
	requests   = 6
)

func gzipped(b []byte) int {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Len()
}

var loads = regexp.MustCompile(`(?:href|src)="(/assets/[^"#]+)`)

// checkBudget measures a page of employees together with everything it loads from this site.
func checkBudget(t *testing.T, s http.Handler, path string, page []byte) {
	t.Helper()
	if n := gzipped(page); n > htmlBudget {
		t.Errorf("%s: %d bytes of HTML, more than %d", path, n, htmlBudget)
	}
	total, seen := gzipped(page), map[string]bool{}
	for _, m := range loads.FindAllSubmatch(page, -1) {
		name := string(m[1])
		if seen[name] {
			continue
		}
		seen[name] = true
		w := (&stage{Server: s.(*Server), t: t}).get(name, "Accept-Encoding", "gzip")
		n := w.Body.Len()
		total += n
		if limit := map[string]int{".css": cssBudget, ".js": jsBudget}[name[strings.LastIndex(name, "."):]]; w.Code != 200 || limit > 0 && n > limit {
			t.Errorf("%s: %s is %d bytes (status %d), more than %d", path, name, n, w.Code, limit)
		}
	}
	if total > allBudget || len(seen)+1 > requests || len(seen) < 2 {
		t.Errorf("%s: %d bytes in %d requests, at most %d in %d", path, total, len(seen)+1, allBudget, requests)
	}
}

func TestBudget(t *testing.T) {
	s := setUp(t)
	for _, path := range []string{"/design/phone", "/design/form", "/design/phone?lang=en&z=3", "/leave"} {
		w := s.get(path)
		if w.Code != 200 {
			t.Fatal(path, w.Code)
		}
		checkBudget(t, s.Server, path, w.Body.Bytes())
	}
}

// TestDesign renders every component in every language and size, and looks for what must never be in a page.
func TestDesign(t *testing.T) {
	s := setUp(t)
	for _, section := range designSections {
		for _, query := range []string{"?lang=zh", "?lang=en", "?lang=en&z=2"} {
			w := s.get("/design/" + section + query)
			if w.Code != 200 {
				t.Fatalf("%s%s: %d\n%s", section, query, w.Code, s.log)
			}
			lint(t, "/design/"+section+query, w.Body.String())
		}
	}
	if w := s.get("/design/table?stat=overdue"); w.Code != 400 {
		t.Errorf("unknown parameter: %d", w.Code)
	}
	s.Site.Demo = false
	if w := (&stage{New(s.Site), t, s.log}).get("/design"); w.Code != 404 {
		t.Errorf("outside the demonstration: %d", w.Code)
	}
}

var (
	inlineStyle  = regexp.MustCompile(`(?i)\sstyle\s*=|<style|\son[a-z]+\s*=\s*"`)
	inlineScript = regexp.MustCompile(`<script(?: [^>]*)?>[^<]`)
	anyID        = regexp.MustCompile(`\sid="([^"]*)"`)
	anyFor       = regexp.MustCompile(`\sfor="([^"]*)"`)
	described    = regexp.MustCompile(`aria-describedby="([^"]*)"`)
	image        = regexp.MustCompile(`<img [^>]*>`)
	positiveTab  = regexp.MustCompile(`tabindex="[1-9]`)
	localLink    = regexp.MustCompile(`(?:href|action)="(/[^"]*)"`)
)

// lint looks for mistakes that every page can make.
func lint(t *testing.T, path, page string) {
	t.Helper()
	for what, re := range map[string]*regexp.Regexp{"inline style or handler": inlineStyle, "inline script": inlineScript, "tabindex": positiveTab} {
		if m := re.FindString(page); m != "" {
			t.Errorf("%s: %s: %s", path, what, m)
		}
	}
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%s: %d headings of the first level", path, n)
	}
	ids := map[string]bool{}
	for _, m := range anyID.FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("%s: id %s twice", path, m[1])
		}
		ids[m[1]] = true
	}
	for _, re := range []*regexp.Regexp{anyFor, described} {
		for _, m := range re.FindAllStringSubmatch(page, -1) {
			for _, id := range strings.Fields(m[1]) {
				if !ids[id] {
					t.Errorf("%s: nothing has the id %s", path, id)
				}
			}
		}
	}
	for _, m := range image.FindAllString(page, -1) {
		if !strings.Contains(m, "alt=") {
			t.Errorf("%s: picture without alt: %s", path, m)
		}
	}
	if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "%!") || strings.Contains(page, "<nil>") || strings.Contains(page, "{{") {
		t.Errorf("%s: something was not written out", path)
	}
}

func TestLinksKeepLanguageAndSize(t *testing.T) {
	s := setUp(t, Route{Pattern: "GET /probe", Group: Anonymous, Policy: Anyone, Handler: show})
	page := s.get("/probe?lang=en&z=2&other=1").Body.String()
	for _, m := range localLink.FindAllStringSubmatch(page, -1) {
		if href := strings.ReplaceAll(m[1], "&amp;", "&"); !strings.HasPrefix(href, "/assets/") && href != "/leave" &&
			(!strings.Contains(href, "lang=") || !strings.Contains(href, "z=")) {
			t.Errorf("link loses language or size: %s", href)
		}
	}
	for _, want := range []string{`<html lang="en" class="z2">`, `action="/probe?lang=en&amp;z=2"`, `href="/probe?a=1&amp;lang=en&amp;z=2#x"`, `href="/probe?lang=en&amp;other=1&amp;z=3"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	for _, q := range []string{"?lang=fr", "?lang=en-GB", "?z=9", "?z=-1", "?lang=", ""} {
		if page := s.get("/probe" + q).Body.String(); !strings.Contains(page, `<html lang="zh-CN">`) {
			t.Errorf("%q: not the default", q)
		}
	}
}

func TestLanguageOfAnAccount(t *testing.T) {
	s := setUp(t, Route{Pattern: "GET /mine", Group: Signed, Policy: AnyAccount, Handler: show})
	v := s.Sessions.(people)["good"]
	v.Person.Lang, v.Big = "en", 2
	if page := s.get("/mine", "Cookie", "sanwen=good").Body.String(); !strings.Contains(page, `<html lang="en" class="z2">`) {
		t.Error("the account's language and size do not count")
	}
	if page := s.get("/mine?lang=zh&z=0", "Cookie", "sanwen=good").Body.String(); !strings.Contains(page, `<html lang="zh-CN">`) {
		t.Error("the address does not win over the account")
	}
}

func TestToasts(t *testing.T) {
	say := func(key string, args ...string) Handler {
		return func(r *Req) error { r.Toast(key, args...); return r.Redirect("/mine") }
	}
	s := setUp(t,
		Route{Pattern: "GET /mine", Group: Public, Policy: Anyone, Handler: show},
		Route{Pattern: "GET /say", Group: Public, Policy: Anyone, Handler: say("design.toast_signed", "设备部")},
		Route{Pattern: "GET /anon", Group: Anonymous, Policy: Anyone, Handler: say("web.toast_saved")},
		Route{Pattern: "GET /undo", Group: Signed, Policy: AnyAccount, Handler: func(r *Req) error {
			r.ToastUndo("/back", "design.toast_signed", "x")
			return r.Redirect("/mine")
		}},
		Route{Pattern: "POST /back", Group: Signed, Policy: AnyAccount, Handler: takeProbe},
	)
	w := s.get("/say", "Cookie", "sanwen=good")
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	if !strings.HasPrefix(cookie, "toast=") || w.Header().Get("Location") != "/mine" {
		t.Fatalf("%v", w.Header())
	}
	w = s.get("/mine", "Cookie", "sanwen=good; "+cookie)
	if !strings.Contains(w.Body.String(), lang.ZH.T("design.toast_signed", "设备部")) || !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("toast not shown or not taken back: %v", w.Header())
	}
	cookie, _, _ = strings.Cut(s.get("/undo", "Cookie", "sanwen=good").Header().Get("Set-Cookie"), ";")
	if page := s.get("/mine", "Cookie", "sanwen=good; "+cookie).Body.String(); !strings.Contains(page, `<form method="post" action="/back">`) {
		t.Errorf("no way back:\n%s", page)
	}
	w = s.get("/anon?lang=en")
	if got := w.Header().Get("Location"); got != "/mine?lang=en&said=web.toast_saved" || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("anonymous: %q", got)
	}
	if page := s.get(w.Header().Get("Location")).Body.String(); !strings.Contains(page, lang.EN.T("web.toast_saved")) {
		t.Error("anonymous toast not shown")
	}
	// nobody can put words of his own on a page, or send somebody elsewhere
	forged := []string{"?said=<b>x</b>", "?said=role.leader", "?said=web.toast_none", "?said=web.site"}
	for _, q := range forged {
		if page := s.get("/mine" + q).Body.String(); strings.Contains(page, "data-toast") {
			t.Errorf("%s is shown", q)
		}
	}
	for _, c := range []string{`{"k":"role.leader"}`, `{"k":"web.toast_saved","u":"https://evil.example"}`, `{"k":"web.toast_saved","u":"//evil.example"}`, `{"k":"web.toast_saved","u":"/mine"}`, `nonsense`} {
		v := "toast=" + base64.RawURLEncoding.EncodeToString([]byte(c))
		if page := s.get("/mine", "Cookie", "sanwen=good; "+v).Body.String(); strings.Contains(page, "data-toast") {
			t.Errorf("%s is shown", c)
		}
	}
}

func TestAssetsAndCompression(t *testing.T) {
	s := setUp(t, Route{Pattern: "GET /probe", Group: Anonymous, Policy: Anyone, Handler: show})
	for name := range assets().hashed {
		for _, enc := range []string{"", "gzip", "br, gzip;q=0.5", "gzip;q=0"} {
			w := s.get(assetURL(name), "Accept-Encoding", enc)
			want, _ := assetFiles.ReadFile("assets/" + name)
			got := w.Body.Bytes()
			if w.Header().Get("Content-Encoding") == "gzip" {
				if enc == "" || enc == "gzip;q=0" {
					t.Errorf("%s: compressed although %q", name, enc)
				}
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				got, _ = io.ReadAll(z)
			}
			if !bytes.Equal(got, want) || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Type") == "" {
				t.Errorf("%s with %q: %v", name, enc, w.Header())
			}
		}
	}
	plain, small := s.get("/leave"), s.get("/leave", "Accept-Encoding", "gzip")
	if small.Header().Get("Content-Encoding") != "gzip" || small.Body.Len() >= plain.Body.Len() || small.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("page not compressed: %v", small.Header())
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"台账.xlsx": "台账.xlsx", "a\r\nSet-Cookie: x.csv": "aSet-Cookie x.csv", `../../etc/passwd`: "etcpasswd", "a\u202exslx.exe": "axslx.exe",
		`x"y.csv`: "xy.csv", "": "file", "..": "file", strings.Repeat("长", 300) + ".csv": strings.Repeat("长", 60) + "…" + strings.Repeat("长", 55) + ".csv",
	} {
		if got := cleanName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestQR(t *testing.T) {
	code := NewQR("https://example.org/p/P104M", "place")
	if code.Size < 29 || !strings.HasPrefix(code.Path, "M4 4h7v1h-7z") {
		t.Errorf("%d %s", code.Size, code.Path[:40])
	}
	// The bars of a short text and of one that only the library can draw cover what they should: the finders are at their corners.
	for _, text := range []string{"https://example.org/p/P104M", "https://example.org/" + strings.Repeat("long", 50)} {
		code := NewQR(text, "")
		dark := map[[2]int]bool{}
		for _, bar := range strings.Split(strings.TrimSuffix(code.Path, "z"), "z") {
			var x, y, w, back int
			if _, err := fmt.Sscanf(bar, "M%d %dh%dv1h-%d", &x, &y, &w, &back); err != nil || w != back {
				t.Fatalf("%q: %v", bar, err)
			}
			for i := range w {
				dark[[2]int{x + i, y}] = true
			}
		}
		far := code.Size - 4 - 7
		for _, at := range [][2]int{{4, 4}, {far, 4}, {4, far}} {
			for i := range 7 {
				x, y := at[0], at[1]
				if !dark[[2]int{x + i, y}] || !dark[[2]int{x, y + i}] || !dark[[2]int{x + 6, y + i}] || !dark[[2]int{x + 3, y + 3}] || dark[[2]int{x + 1, y + 1}] {
					t.Fatalf("%.30s: no finder at %d,%d", text, x, y)
				}
			}
		}
	}
}

func TestCharts(t *testing.T) {
	b := Bars{Standard: 2, Bars: []Bar{{Value: 4}, {Value: 1}, {Value: 0}, {Value: 0.001}}}
	lines := b.Lines()
	if lines[0].W != "80.0%" || lines[1].W != "20.0%" || lines[2].W != "0" || lines[3].W != "0.5%" || b.Mark() != "40.0%" || (Bars{}).Mark() != "" {
		t.Errorf("%+v %s", lines, b.Mark())
	}
	p := Trend{Points: []Point{{Value: 1, Known: true}, {Value: 3, Known: true}, {}, {Value: 2, Known: true}}, Band: [2]float64{1, 2}}.Plan()
	if len(p.Lines) != 2 || p.BandH <= 0 || !p.Dots[1].Show || !p.Dots[3].Show || p.Dots[2].Show || p.Dots[1].Y >= p.Dots[0].Y {
		t.Errorf("%+v", p)
	}
	long := []Point{{Label: "22 December 2025", Text: "mean 18.73, worst 17.0 °C", Value: 17, Known: true}, {Label: "20 January 2026", Value: 20, Known: true},
		{Label: "24 February 2026", Value: 19, Known: true}, {Label: "20 March 2026", Text: "平均 19.80，最差 19.1 °C", Value: 18, Known: true}}
	p = Trend{Points: long}.Plan()
	first, last := p.Dots[0], p.Dots[3]
	if first.Number != (Placed{0, "start"}) || first.Caption.At != "start" && first.Name || last.Number != (Placed{p.W, "end"}) || last.Caption != (Placed{p.W, "end"}) {
		t.Errorf("what stands at the edges: %+v, %+v", first, last)
	}
	if p.Dots[2].Name || !p.Dots[1].Name || !last.Name {
		t.Error("long names run into each other")
	}
	// Readings of half a year: the drawing begins near them, their days and numbers are short and none stands in another.
	var readings []Point
	for i := range 24 {
		v := 38 + float64(i%3)
		if i == 22 {
			v = 36
		}
		readings = append(readings, Point{Label: "2026年11月16日", Brief: "11月16日", Text: "平均 38.77，最差 38.2 °C", Short: "38.2 °C", Value: v, Known: true})
	}
	p = Trend{Points: readings, Band: [2]float64{37, 42}, Close: true}.Plan()
	last = p.Dots[23]
	if high, low := p.Dots[2], p.Dots[22]; p.BandH < 60 || !high.Show || !low.Show || !last.Show || low.Lift < 0 || low.Y+low.Lift > p.Bottom || last.Text != "38.2 °C" || last.Label != "11月16日" {
		t.Errorf("readings: band %d, %+v, %+v, %+v", p.BandH, high, low, last)
	}
	for i, d := range p.Dots {
		for _, o := range p.Dots[:i] {
			if d.Show && o.Show && d.near(o) {
				t.Errorf("the numbers at %d and %d run into each other", o.X, d.X)
			}
			if d.Name && o.Name && float64(d.X-o.X) < wide(d.Label, labelSize) {
				t.Errorf("the days at %d and %d run into each other", o.X, d.X)
			}
		}
	}
	(Trend{}).Plan()
	(Trend{Close: true, Points: []Point{{Known: true, Value: 3}}}).Plan()
	(Trend{Points: []Point{{Known: true}}}).Plan()
}
