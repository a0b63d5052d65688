package web_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/lang"
)

// marks stand before every sentence of a language while TestEveryPageIsClean runs; no text holds them otherwise.
var marks = map[lang.Lang]string{lang.ZH: "\uE001", lang.EN: "\uE002"}

// samePage are routes that show the page of another.
var samePage = []string{"GET /tell", "GET /voice/{id}/beside", "GET /s/{round}", "GET /k/{round}"}

// TestEveryPageIsClean opens every page of the route table as each kind of person who may, in both languages, with usual and big
// letters, and holds it to the rules that can be read off its markup.
func TestEveryPageIsClean(t *testing.T) {
	lang.Disguise(t, func(l lang.Lang, s string) string { return marks[l] + s })
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	pages := 0
	for _, l := range lang.All() {
		titles := map[string]string{} // of a page → pattern
		for _, r := range readRules(t) {
			method, _, _ := strings.Cut(r.route, " ")
			if method != http.MethodGet || len(r.who) == 0 {
				continue
			}
			for i, who := range firstOfEach(r.who) {
				path := s.path(t, r) + "?lang=" + string(l) + []string{"", "&z=3"}[i%2]
				w := s.ask(method, path, who, nil)
				if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
					continue
				}
				pages++
				p := webtest.PageOf(t, path, w.Result().StatusCode, w.Body.Bytes())
				for _, x := range slices.Concat(p.Lint(), mixed(p, l), lowers(p, l)) {
					t.Errorf("%s %s as %q: %s", r.route, path, who, unmarked(x))
				}
				title := p.Title()
				if of, ok := titles[title]; ok && of != r.route && !slices.Contains(samePage, r.route) {
					t.Errorf("%s and %s are both called %q", of, r.route, unmarked(title))
				}
				titles[title] = r.route
			}
		}
	}
	if pages < 200 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

// firstOfEach are two of those who may open a page: the first and the last.
func firstOfEach(who []string) []string {
	if len(who) == 1 {
		return []string{who[0], who[0]}
	}
	return []string{who[0], who[len(who)-1]}
}

// saysSo reports whether the markup says that a text is of a language: a letter is written in Chinese whoever reads it.
func saysSo(n *html.Node, l lang.Lang) bool {
	for ; n != nil && n.Data != "html"; n = n.Parent {
		for _, a := range n.Attr {
			if a.Key == "lang" {
				return strings.HasPrefix(a.Val, string(l))
			}
		}
	}
	return false
}

// mixed lists the sentences on a page that are of the other language, and of which the markup does not say so.
func mixed(p *webtest.Page, l lang.Lang) []string {
	var out []string
	strange := marks[l.Other()]
	for _, n := range p.All(func(n *html.Node) bool { return !saysSo(n, l.Other()) }) {
		for _, a := range n.Attr {
			if strings.Contains(a.Val, strange) {
				out = append(out, "a sentence of the other language in "+a.Key+": "+a.Val)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode && strings.Contains(c.Data, strange) {
				out = append(out, "a sentence of the other language: "+strings.TrimSpace(c.Data))
			}
		}
	}
	return out
}

// heading reports whether a part of a page stands by itself and begins something: a heading, a column, a tab, a button, a label.
func heading(n *html.Node) bool {
	switch n.Data {
	case "h1", "h2", "h3", "h4", "th", "legend", "button", "label", "summary", "caption":
		return true
	case "a":
		return webtest.HasClass(n, "button") || webtest.HasClass(n.Parent, "tabs")
	}
	return false
}

// lowers lists what begins with a small letter on an English page though it stands by itself, as far as the catalogue says it.
func lowers(p *webtest.Page, l lang.Lang) (out []string) {
	if l != lang.EN {
		return nil
	}
	for _, n := range p.All(heading) {
		text := strings.TrimSpace(textOf(n))
		if rest, ok := strings.CutPrefix(text, marks[lang.EN]); ok {
			if first, _ := utf8.DecodeRuneInString(rest); unicode.IsLower(first) {
				out = append(out, "<"+n.Data+"> begins with a small letter: "+text)
			}
		}
	}
	return out
}

// TestSmallBites plants parts of a page that begin with a small letter.
func TestSmallBites(t *testing.T) {
	en := marks[lang.EN]
	for body, bad := range map[string]int{
		`<h2>` + en + `overdue</h2>`: 1, `<h2>` + en + `Overdue</h2>`: 0, `<h2>typed</h2>`: 0, `<h2>3 ` + en + `matters</h2>`: 0, `<p>` + en + `overdue</p>`: 0,
		`<nav class="tabs"><a href="/">` + en + `to do</a></nav>`: 1, `<a class="button" href="/">` + en + `print</a><a href="/">` + en + `print</a>`: 1, `<label><span>` + en + `by</span></label>`: 1,
	} {
		p := webtest.PageOf(t, "/planted", http.StatusOK, []byte(`<!doctype html><html lang="en"><head><title>x</title></head><body>`+body+`</body></html>`))
		if got := lowers(p, lang.EN); len(got) != bad {
			t.Errorf("%s: %q, want %d", unmarked(body), got, bad)
		}
	}
}

// TestMixedBites plants sentences of the other language: only what lies in an element that says so itself is let pass, and what the page
// says of itself as a whole lets nothing pass.
func TestMixedBites(t *testing.T) {
	zh, en := marks[lang.ZH], marks[lang.EN]
	for _, c := range []struct {
		body string
		bad  int
	}{
		{`<p>` + en + `fine</p>`, 0},
		{`<p>` + zh + `坏</p>`, 1},
		{`<p title="` + zh + `坏">` + en + `fine</p>`, 1},
		{`<article lang="zh-Hans"><p title="` + zh + `可以">` + zh + `可以</p></article>`, 0},
		{`<article lang="zh-Hans"><p>` + zh + `可以</p></article><p>` + zh + `坏</p>`, 1},
		{`<article lang="en"><p>` + zh + `坏</p></article>`, 1},
		{`<article lang="zh-Hans"><p lang="en">` + zh + `坏</p></article>`, 1},
		{`<article lang=""><p>` + zh + `坏</p></article>`, 1},
		{`<a hreflang="zh-Hans">` + zh + `坏</a>`, 1},
		{`<article data-lang="zh-Hans">` + zh + `坏</article>`, 1},
	} {
		for _, root := range []string{"en", "zh-Hans"} {
			p := webtest.PageOf(t, "/planted", http.StatusOK, []byte(`<!doctype html><html lang="`+root+`"><head><title>x</title></head><body>`+c.body+`</body></html>`))
			if got := mixed(p, lang.EN); len(got) != c.bad {
				t.Errorf("%s on a page in %s: %d found, want %d: %q", unmarked(c.body), root, len(got), c.bad, got)
			}
		}
	}
}

func unmarked(s string) string {
	return strings.NewReplacer(marks[lang.ZH], "", marks[lang.EN], "").Replace(s)
}

var (
	notWords = regexp.MustCompile(`(?s)\{\{.*?\}\}|</?noscript>|<kbd.*?</kbd>`) // keys are the same everywhere
	letter   = regexp.MustCompile(`\p{L}`)
	readable = []string{"title", "alt", "aria-label", "placeholder"}
)

// TestNoWordsInTemplates: every word on a page comes from the catalogues or from data; in a template it would be the same in both
// languages.
func TestNoWordsInTemplates(t *testing.T) {
	if got := words(`<p>{{T "a.b"}} · <b title="Help">{{.X}} days</b></p>`); !slices.Equal(got, []string{"Help", "days"}) {
		t.Errorf("found only %q", got)
	}
	err := fs.WalkDir(os.DirFS("templates"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join("templates", name))
		for _, w := range words(string(b)) {
			t.Errorf("%s: %q stands in the template", name, w)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func words(text string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(notWords.ReplaceAllString(text, " ")))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.TextToken:
			if w := strings.TrimSpace(string(z.Text())); letter.MatchString(w) {
				out = append(out, w)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, a := range z.Token().Attr {
				if slices.Contains(readable, a.Key) && letter.MatchString(a.Val) {
					out = append(out, strings.TrimSpace(a.Val))
				}
			}
		}
	}
}
