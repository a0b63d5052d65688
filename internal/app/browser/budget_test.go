package browser

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// loads are the files that a page fetches by itself, and pictures those that it shows at once.
var (
	loads    = regexp.MustCompile(`<(?:link|script|use)\b[^>]*\s(?:href|src)="(/assets/[^"#]+)`)
	pictures = regexp.MustCompile(`<img\b[^>]*>`)
	source   = regexp.MustCompile(`\ssrc="([^"]+)"`)
)

// weight is what a first visit fetches, compressed as it goes over the network.
type weight struct {
	html, css, js, all float64
	requests           int
}

// over lists what of a weight is over the budget of a kind of page.
func (x weight) over(most weight) []string {
	var out []string
	for _, c := range []struct {
		what      string
		got, most float64
	}{{"HTML", x.html, most.html}, {"CSS", x.css, most.css}, {"JS", x.js, most.js}, {"everything", x.all, most.all}, {"requests", float64(x.requests), float64(most.requests)}} {
		if c.most > 0 && c.got > c.most {
			out = append(out, fmt.Sprintf("%s %.0f, at most %.0f", c.what, c.got, c.most))
		}
	}
	return out
}

var (
	lightEmployee = weight{html: 14 << 10, css: 12 << 10, js: 20 << 10, all: 60 << 10, requests: 6}
	lightStaff    = weight{all: 200 << 10, requests: 20}
)

// scales weighs pages without a browser; a file that many pages share is fetched once.
type scales struct {
	base  string
	http  *http.Client
	files map[string]float64
}

func newScales(base string) *scales {
	return &scales{base: base, http: &http.Client{Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, files: map[string]float64{}}
}

func (s *scales) get(t *testing.T, path, session, encoding string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", encoding)
	if session != "" {
		req.AddCookie(&http.Cookie{Name: "sanwen", Value: session})
	}
	res, err := s.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	return b
}

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func (s *scales) weigh(t *testing.T, path, session string) weight {
	t.Helper()
	packed := s.get(t, path, session, "gzip")
	x := weight{html: float64(len(packed)), requests: 1}
	x.all = x.html
	plain, err := unpack(packed)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var files []string
	for _, m := range loads.FindAllSubmatch(plain, -1) {
		files = append(files, string(m[1]))
	}
	for _, img := range pictures.FindAll(plain, -1) {
		if m := source.FindSubmatch(img); m != nil && !strings.Contains(string(img), `loading="lazy"`) && m[1][0] == '/' {
			files = append(files, strings.ReplaceAll(string(m[1]), "&amp;", "&"))
		}
	}
	slices.Sort(files)
	for _, f := range slices.Compact(files) {
		if _, ok := s.files[session+f]; !ok {
			s.files[session+f] = float64(len(s.get(t, f, session, "gzip")))
		}
		n := s.files[session+f]
		name, _, _ := strings.Cut(f, "?")
		switch {
		case strings.HasSuffix(name, ".css"):
			x.css += n
		case strings.HasSuffix(name, ".js"):
			x.js += n
		}
		x.all += n
		x.requests++
	}
	return x
}

// TestBudget weighs every page of the route table, in both languages, in a typical year and with lists of two hundred rows.
func TestBudget(t *testing.T) {
	t.Parallel()
	for _, g := range []*ground{template, crowded} {
		s := trodden(t, g)
		on := newScales(s.Base)
		var heaviest string
		var most float64
		for _, f := range g.pages {
			for _, l := range lang.All() {
				path := look{found: f, view: view{Lang: l}}.address()
				x, limit := on.weigh(t, path, f.Session), lightStaff
				if s.forEverybody(f) {
					limit = lightEmployee
				}
				for _, fault := range x.over(limit) {
					t.Errorf("%s: %s", path, fault)
				}
				if x.all > most {
					most, heaviest = x.all, path
				}
			}
		}
		t.Logf("%d pages, the heaviest is %s with %.0f kB", len(g.pages), heaviest, most/1024)
	}
}

// TestBudgetFinds: what is over a budget is told, and nothing else; and the scales agree with a browser.
func TestBudgetFinds(t *testing.T) {
	t.Parallel()
	if got := (weight{html: 15 << 10, css: 13 << 10, js: 21 << 10, all: 61 << 10, requests: 7}).over(lightEmployee); len(got) != 5 {
		t.Errorf("of five things over the budget %d were told: %q", len(got), got)
	}
	if got := (weight{html: 150 << 10, css: 13 << 10, js: 21 << 10, all: 201 << 10, requests: 20}).over(lightStaff); len(got) != 1 {
		t.Errorf("a page of staff with a kilobyte too many: %q", got)
	}
	if got := lightEmployee.over(lightEmployee); len(got) != 0 {
		t.Errorf("a page within its budget: %q", got)
	}
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	w.open("/p/P104M")
	var seen weight
	for _, a := range w.requests() {
		if strings.HasPrefix(a.URL, s.Base) && !strings.Contains(a.URL, "/assets/mark") { // the sign of the site, which it fetches at times
			seen.all += a.Body
			seen.requests++
		}
	}
	x := newScales(s.Base).weigh(t, "/p/P104M", "")
	// the browser counts the heads of the answers too, a kilobyte each, and has no use for the sign of the site
	if d := seen.all - x.all; d < -float64(4<<10) || d > float64(seen.requests)*1300 || seen.requests != x.requests-1 {
		t.Errorf("the browser fetches %.0f bytes in %d requests, the scales say %.0f in %d", seen.all, seen.requests, x.all, x.requests)
	}
	w.clean()
}
