package web_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db/dbtest"
)

// TestLargerType: the switch stands on every page of employees under the word by which older people look for it; without an
// account it is kept in every link and form, with one it is a setting that stays.
func TestLargerType(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	for _, path := range []string{"/", "/p", "/p/P104M", "/f", "/board", "/login", "/log/check", "/p/P104M/danger"} {
		h.browser().Get(path).Want(200).Says("长辈版", "大字", "125%", "175%")
		big := h.browser().Get(path + "?z=1").Want(200)
		if !strings.Contains(string(big.Body), `class="z1"`) || !strings.Contains(string(big.Body), "data-read") {
			t.Errorf("%s: not larger, or not read aloud", path)
		}
		for _, n := range big.All(func(n *html.Node) bool { return n.Type == html.ElementNode }) {
			for _, attr := range []string{"href", "action", "formaction"} {
				if to := webtest.Attr(n, attr); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "/assets/") && to != "/leave" && strings.Contains(to, "z=") == strings.HasPrefix(to, "/feed.") { // a feed is one address for all readers
					t.Errorf("%s?z=1: %s loses the size", path, to)
				}
			}
		}
		if cookies := big.Header.Values("Set-Cookie"); len(cookies) > 0 {
			t.Errorf("%s sets %v", path, cookies)
		}
	}
	// through a whole telling
	b := h.browser()
	who := b.Get("/p/P104M?z=2").Form("say").Set("text", coldWater).Submit().Want(200)
	sent := who.Form("/send").Set("level", "anonymous").Submit().Want(200)
	if !strings.Contains(string(who.Body), `class="z2"`) || !strings.Contains(string(sent.Body), `class="z2"`) {
		t.Error("the size is lost on the way to the receipt")
	}

	a := h.as("W1")
	page := a.Get("/mine").Want(200).Says("长辈版")
	f := page.Form("/account/size")
	f.Values.Set("big", "2")
	if got := f.Submit().Want(200); got.URL.Path != "/mine" || got.URL.RawQuery != "" || !strings.Contains(string(got.Body), `class="z2"`) {
		t.Errorf("after the switch: %s", got.URL)
	}
	if !strings.Contains(string(h.as("W1").Get("/tell").Want(200).Body), `class="z2"`) {
		t.Error("the size is not kept with the account")
	}
	f = a.Get("/mine").Form("/account/size")
	f.Values.Set("big", "7")
	f.Submit().Want(422)
	f = a.Get("/mine").Form("/account/size")
	f.Values.Set("big", "0")
	f.Values.Set("next", "https://evil.example/")
	if got := f.Submit().Want(200); got.URL.Path != "/" || strings.Contains(string(got.Body), `class="z`) {
		t.Errorf("after a foreign address: %s", got.URL)
	}
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// TestLeavingAtOnce: one press leads away from every page on which employees tell and follow; whoever is signed in is signed out by it; what
// is left says nothing of this site.
func TestLeavingAtOnce(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	for _, path := range []string{"/p", "/p/P104M", "/f", "/board", "/p/P104M/danger", "/p/P104M/crisis"} {
		p := h.browser().Get(path).Want(200)
		if p.Find(func(n *html.Node) bool { return webtest.Attr(n, "href") == "/leave" && hasAttr(n, "data-exit") }) == nil {
			t.Errorf("%s cannot be left", path)
		}
	}
	a := h.as("W1")
	for _, path := range []string{"/mine", "/tell"} {
		p := a.Get(path).Want(200)
		if p.Find(func(n *html.Node) bool { return n.Data == "button" && hasAttr(n, "data-exit") }) == nil {
			t.Errorf("%s cannot be left", path)
		}
	}
	left := a.Get("/mine").Form("leave=1").Submit().Want(200)
	if left.URL.Path != "/leave" || left.URL.RawQuery != "" {
		t.Errorf("left to %s", left.URL)
	}
	for _, word := range []string{"三问", "职工", "工会", "反映", "Sanwen", "/p", "/mine"} {
		if strings.Contains(left.Text(), word) || strings.Contains(string(left.Body), `href="`+word) {
			t.Errorf("the neutral page says %q", word)
		}
	}
	left.Says("2026年11月23日", "周一", "30")
	if got := a.Get("/mine"); got.URL.Path != "/login" {
		t.Errorf("still signed in: %s", got.URL)
	}
}
