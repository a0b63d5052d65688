package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// reader follows the guide of a role: he opens only what he has read or scanned, presses what stands on the page before him, and every word
// that the guide puts in quotation marks has to come up on his way.
type reader struct {
	t      *testing.T
	s      *site
	client *webtest.Client
	page   *webtest.Page
	words  []string // that he has pressed, followed or seen
	lang   lang.Lang
}

// guideWalks are the ways of the roles, by the names of their guides.
var guideWalks = map[string]func(*reader){
	"employee": (*reader).employee, "shift-leader": (*reader).shiftLeader, "unit-chair": (*reader).unitChair, "triager": (*reader).triager, "handler": (*reader).handler,
	"head": (*reader).head, "supervisor": (*reader).supervisor, "inspector": (*reader).inspector, "leader": (*reader).leader, "auditor": (*reader).auditor,
	"administrator": (*reader).administrator,
}

var (
	quoted   = regexp.MustCompile("“([^”\n]{1,40})”|`(/[a-z]*|[a-z])`|\\*\\*([^*\n]+)\\*\\*")
	unquoted = map[string]string{ // what is quoted and is on no page of the way, with the reason
		"385": "is typed", "连同后面各页": "stands below more than a page: TestInboxViews", "上次那件事怎么样了": "is said", "j": "key", "k": "key", "c": "key",
		"with all further pages": "stands below more than a page: TestInboxViews", "what became of last time": "is said",
	}
	steps = regexp.MustCompile(`(?m)^\d+\. `)
)

// TestGuidesAreWalked goes through the guide of every role in the demonstration, step by step, by the links and buttons that it names: in Chinese
// by the Chinese guide and in English by the English one.
func TestGuidesAreWalked(t *testing.T) {
	t.Parallel()
	docs := filepath.Join("..", "..", "..", "docs")
	for _, l := range lang.All() {
		files, err := filepath.Glob(filepath.Join(docs, string(l), "guide", "*.md"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(guideWalks) {
			t.Errorf("%s: %d guides and %d ways", l, len(files), len(guideWalks))
		}
		s := serve(t)
		s.askAtOnce()
		for _, file := range files {
			role := strings.TrimSuffix(filepath.Base(file), ".md")
			t.Run(string(l)+"/"+role, func(t *testing.T) {
				guide, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				other, err := os.ReadFile(filepath.Join(docs, string(l.Other()), "guide", role+".md"))
				if err != nil {
					t.Fatal(err)
				}
				if a, b := len(steps.FindAll(guide, -1)), len(steps.FindAll(other, -1)); a != b || a < 4 {
					t.Errorf("%d steps, and %d in the other language", a, b)
				}
				walk := guideWalks[role]
				if walk == nil {
					t.Fatal("nobody goes this way")
				}
				local := *s
				local.t = t
				r := &reader{t: t, s: &local, lang: l}
				walk(r)
				for _, m := range quoted.FindAllStringSubmatch(string(guide), -1) {
					for word := range strings.SplitSeq(m[1]+m[2]+m[3], " → ") {
						if unquoted[word] == "" && !r.came(word) {
							t.Errorf("the guide says %q, and nothing on the way was called so", word)
						}
					}
				}
			})
		}
	}
}

func (r *reader) came(word string) bool {
	for _, w := range r.words {
		if strings.Contains(strings.ToLower(w), strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// become signs somebody in by the page for it, with an account of the demonstration or a new one.
func (r *reader) become(number string) {
	r.t.Helper()
	known := number == ""
	for _, x := range r.s.from.signIns {
		known = known || x.Number == number
	}
	if !known {
		r.s.account(r.t, number)
	}
	r.client = webtest.On(r.t, r.s.Base)
	if number != "" {
		r.page = r.client.Get(r.in("/login")).Form("/login").Set("user", number).Set("password", demo.Password).Submit().Want(http.StatusOK)
	}
}

func (r *reader) as(role access.Role) { r.t.Helper(); r.become(r.s.as(role).Number) }

// scan opens the address of a poster, typed opens one that the guide names.
func (r *reader) scan(path string) {
	r.t.Helper()
	r.page = r.client.Get(r.in(path)).Want(http.StatusOK)
}

// in is an address in the reader's language.
func (r *reader) in(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		r.t.Fatal(err)
	}
	q := u.Query()
	if r.lang != lang.EN || q.Has("lang") {
		return path
	}
	q.Set("lang", string(r.lang))
	u.RawQuery = q.Encode()
	return u.String()
}
func (r *reader) typed(path string) {
	r.t.Helper()
	r.words = append(r.words, path)
	r.scan(path)
}

// sees wants words on the page.
func (r *reader) sees(words ...string) {
	r.t.Helper()
	for _, w := range words {
		there := false
		for _, f := range r.means(w) {
			if as, ok := f(r.page.Text(), false); ok {
				there = true
				r.words = append(r.words, as)
			}
		}
		if !there {
			r.t.Fatalf("%s does not say %q:\n%s", r.page.URL, w, r.main())
		}
	}
}

// labelled are the elements of a kind whose text says the words, the closest first.
func (r *reader) labelled(words string, kinds ...atom.Atom) []*html.Node {
	r.t.Helper()
	all := r.page.All(func(n *html.Node) bool { return slices.Contains(kinds, n.DataAtom) })
	var out []*html.Node
	for _, f := range r.means(words) {
		for _, n := range all {
			if _, ok := f(textOf(n), false); ok && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

func textOf(n *html.Node) string { return (&webtest.Page{Root: n}).Text() }

// main is what stands in the middle of the page.
func (r *reader) main() string {
	if n := r.page.Find(func(n *html.Node) bool { return n.DataAtom == atom.Main }); n != nil {
		return fmt.Sprintf("%.2500s", textOf(n))
	}
	return fmt.Sprintf("%.2500s", r.page.Text())
}

// follow opens the first link that is called so.
func (r *reader) follow(words string) {
	r.t.Helper()
	for _, n := range r.labelled(words, atom.A) {
		r.words = append(r.words, textOf(n))
		r.open(webtest.Attr(n, "href"))
		return
	}
	r.t.Fatalf("%s has no link %q:\n%.1500s", r.page.URL, words, r.main())
}

func (r *reader) open(href string) {
	r.t.Helper()
	u, err := r.page.URL.Parse(href)
	if err != nil {
		r.t.Fatal(err)
	}
	r.page = r.client.Get(r.in(u.String())).Want(http.StatusOK)
}

// press presses the first button that is called so, after the fields of its form are filled in: names and values.
func (r *reader) press(words string, fields ...string) {
	r.t.Helper()
	for _, b := range r.labelled(words, atom.Button) {
		if hasAncestor(b, "seek") { // of the search above every page
			continue
		}
		form := b
		for form != nil && form.DataAtom != atom.Form {
			form = form.Parent
		}
		if id := webtest.Attr(b, "form"); id != "" {
			form = r.page.Find(func(n *html.Node) bool { return webtest.Attr(n, "id") == id })
		}
		if form == nil {
			continue
		}
		f := r.page.FormAt(form)
		for i := 0; i+1 < len(fields); i += 2 {
			f.Set(fields[i], fields[i+1])
		}
		r.words = append(r.words, textOf(b))
		at := r.page.URL
		switch value, to := webtest.Attr(b, "value"), webtest.Attr(b, "formaction"); {
		case to != "":
			r.page = f.PressIn(to)
		case webtest.Attr(b, "name") != "":
			r.page = f.Press(value)
		default:
			r.page = f.Submit()
		}
		if r.page.Status != http.StatusOK {
			r.t.Fatalf("%s: %q gives %d\n%.3000s", at, words, r.page.Status, r.main())
		}
		return
	}
	r.t.Fatalf("%s has no button %q:\n%.2000s", r.page.URL, words, r.main())
}

// one reads a word from the demonstration.
func (r *reader) one(query string, args ...any) string {
	r.t.Helper()
	out := ""
	r.s.read(func(tx *db.Tx) (err error) { out, err = db.One[string](tx, query, args...); return err })
	return out
}

// numbers opens every figure of the page that leads somewhere, and wants a list behind each.
func (r *reader) numbers(least int) {
	r.t.Helper()
	n := 0
	for _, a := range r.page.All(func(n *html.Node) bool {
		return n.DataAtom == atom.A && regexp.MustCompile(`^\D{0,12}\d[\d,]*\b`).MatchString(textOf(n)) && hasAncestor(n, "figures", "counters", "leadline")
	}) {
		if u, err := r.page.URL.Parse(webtest.Attr(a, "href")); err == nil && u.RequestURI() != r.page.URL.RequestURI() {
			r.client.Get(u.String()).Want(http.StatusOK)
			n++
		}
	}
	if n < least {
		r.t.Errorf("%s: %d numbers lead to a list, not %d", r.page.URL, n, least)
	}
}

func hasAncestor(n *html.Node, classes ...string) bool {
	for ; n != nil; n = n.Parent {
		for _, c := range classes {
			if webtest.HasClass(n, c) {
				return true
			}
		}
	}
	return false
}

// first opens the first link below a path.
func (r *reader) first(path string) {
	r.t.Helper()
	n := r.page.Find(func(n *html.Node) bool {
		u, err := url.Parse(webtest.Attr(n, "href"))
		return n.DataAtom == atom.A && err == nil && strings.HasPrefix(u.Path, path)
	})
	if n == nil {
		r.t.Fatalf("%s leads to nothing below %s:\n%.1500s", r.page.URL, path, r.main())
	}
	r.open(webtest.Attr(n, "href"))
}
