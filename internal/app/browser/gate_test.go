package browser

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"sanwen/internal/ground/lang"
)

// view is one way to look at a page.
type view struct {
	Width int64
	Lang  lang.Lang
	Dark  bool
	Big   int // 0 or 3
}

func (v view) String() string {
	return fmt.Sprintf("%s z%d", screen{Width: v.Width, Lang: v.Lang, Dark: v.Dark}, v.Big)
}

// views are all the ways to look at a page.
func views() []view {
	var out []view
	for _, w := range []int64{320, 360, 768, 1280} {
		for _, l := range lang.All() {
			for _, dark := range []bool{false, true} {
				for _, big := range []int{0, 3} {
					out = append(out, view{w, l, dark, big})
				}
			}
		}
	}
	return out
}

// look is one page looked at in one way.
type look struct {
	found
	view
	where string // the state of the installation
}

// everything reports whether the gates visit all that there is (`make gates-all`) instead of a sample.
func everything() bool { return os.Getenv("SANWEN_GATES") == "all" }

// nightPart is the part of a night that SANWEN_GATES=3/32 takes, from 0 on, and how many there are: of one page every 32nd way, so that as many nights or
// machines together visit all that there is, each of them every page. of is 0 where no part is asked for.
func nightPart(asked string) (part, of int) {
	a, b, ok := strings.Cut(asked, "/")
	part, errA := strconv.Atoi(a)
	of, errB := strconv.Atoi(b)
	if !ok || errA != nil || errB != nil || part < 1 || part > of {
		return 0, 0
	}
	return part - 1, of
}

// seed decides which sample is taken: what SANWEN_GATES_SEED says, or a digest of the templates, styles and scripts. So the same pages are
// looked at in the same ways on every machine, and in other ways as soon as one of them has changed.
func seed(t *testing.T) string {
	t.Helper()
	if s := os.Getenv("SANWEN_GATES_SEED"); s != "" {
		return s
	}
	h := sha256.New()
	for _, dir := range []string{"templates", "assets"} {
		err := fs.WalkDir(os.DirFS(filepath.Join("..", "..", "face", "web", dir)), ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(filepath.Join("..", "..", "face", "web", dir, p))
			h.Write(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// digest decides by chance that is the same everywhere.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return string(sum[:8])
}

// draw puts the ways to look at a page into the order in which a sample takes them.
func draw(seed string, page string, all []view) []view {
	rank := map[view]uint64{}
	for _, v := range all {
		sum := sha256.Sum256([]byte(seed + "\n" + page + "\n" + v.String()))
		rank[v] = binary.BigEndian.Uint64(sum[:8])
	}
	out := slices.Clone(all)
	slices.SortFunc(out, func(a, b view) int { return cmp.Compare(rank[a], rank[b]) })
	return out
}

// sample chooses how the pages of a ground are looked at: one of n pages in one way, or every page in all ways.
func sample(seed, where string, pages []found, n int) []look {
	if everything() {
		n = 0
	}
	if part, of := nightPart(os.Getenv("SANWEN_GATES")); of > 0 {
		return chooseNight(where, pages, part, of)
	}
	return choose(seed, where, pages, n)
}

// chooseNight takes one part of all ways of every page. The parts hang on nothing that changes between the nights.
func chooseNight(where string, pages []found, part, of int) []look {
	var out []look
	for _, p := range pages {
		ways := draw("night", where+fmt.Sprint(p.Pattern, " ", p.Form), views())
		for i := part; i < len(ways); i += of {
			out = append(out, look{p, ways[i], where})
		}
	}
	return out
}

// choose is sample for one of n pages; 0 is every page in all ways.
func choose(seed, where string, pages []found, n int) []look {
	var out []look
	for _, p := range pages {
		page := fmt.Sprint(p.Pattern, " ", p.Form)
		ways := draw(seed, where+page, views())
		if n > 0 {
			sum := sha256.Sum256([]byte(seed + "\n" + where + "\n" + page))
			if binary.BigEndian.Uint64(sum[:8])%uint64(n) != 0 {
				continue
			}
			ways = ways[:1]
		}
		for _, v := range ways {
			out = append(out, look{p, v, where})
		}
	}
	return out
}

//go:embed testdata/gate.js
var gateSource string

// gate runs one of the functions of gate.js.
func (w *walker) gate(call string) []string {
	w.t.Helper()
	if !must[bool](w, `!!window.gate`) {
		must[bool](w, gateSource)
	}
	return must[[]string](w, "gate."+call)
}

// address is where a page is seen in that way.
func (l look) address() string {
	sep := "?"
	if strings.Contains(l.Path, "?") {
		sep = "&"
	}
	out := l.Path + sep + "lang=" + string(l.Lang)
	if l.Big > 0 {
		out += fmt.Sprintf("&z=%d", l.Big)
	}
	return out
}

// least is how small what is to be pressed may be.
func (v view) least() int {
	if v.Big > 0 {
		return 60
	}
	return 44
}

// look opens a page as it is to be looked at.
func (w *walker) look(l look) {
	w.t.Helper()
	w.Lang = l.Lang
	if w.Width != l.Width {
		w.resize(l.Width)
	}
	if w.Dark != l.Dark {
		w.dark(l.Dark)
	}
	w.become(l.Session)
	if l.Form == 0 {
		w.openWant(max(200, l.Status), l.address())
		return
	}
	w.open(l.address())
	w.load(l.Status, sendForm(l.Form-1))
}

// sendForm sends the form of that number with nothing typed into it.
func sendForm(n int) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(sendEmpty, n)))
		return err
	})
}

// sendEmpty does it as a browser without scripts does in which nothing is asked before.
const sendEmpty = `(() => {
	const form = document.forms[%d];
	for (const f of form.elements) {
		if (f.matches('select')) f.selectedIndex = -1;
		else if (f.matches('[type=radio], [type=checkbox]')) f.checked = false;
		else if (f.matches('textarea, input:not([type=hidden], [type=file], [type=submit], [type=button])')) f.value = '';
	}
	HTMLFormElement.prototype.submit.call(form);
	return true;
})()`

// inspect lists what is wrong with the page in the window.
func (w *walker) inspect(v view) []string {
	w.t.Helper()
	var out []string
	w.gate("zooms()") // brings gate.js into the page
	// Nothing lies over anything in a window as high as the page, and fields hold something: so axe can judge nearly every contrast.
	w.height(must[int64](w, "gate.filled(true), document.documentElement.scrollHeight"))
	wrong, unsure := w.weigh()
	must[bool](w, "gate.filled(false)")
	w.height(0)
	for _, b := range wrong {
		out = append(out, fmt.Sprintf("axe %s (%s):\n\t\t%s", b.ID, b.Help, strings.Join(b.Nodes[:min(3, len(b.Nodes))], "\n\t\t")))
	}
	out = append(out, unreviewed(unsure)...)
	for _, x := range w.sniff() {
		out = append(out, "htmlcs "+x)
	}
	add := func(what string, found []string) {
		for _, x := range found[:min(5, len(found))] {
			out = append(out, what+" "+x)
		}
	}
	add("small", w.gate(fmt.Sprintf("small(%d)", v.least())))
	add("wide", w.gate("wide()"))
	add("cut", w.gate("cut()"))
	add("pretends", w.gate("pretends()"))
	add("faults", w.gate("faulted()"))
	if v.Width < 700 {
		add("zooms", w.gate("zooms()"))
	}
	// Twice the size, with the spacing of letters, words and lines that a reader may choose: on a tablet or a desk the browser makes
	// the window half as wide; on a phone the letters of 175 % are a look of their own.
	if v.Big == 0 {
		if v.Width >= 640 {
			w.resize(v.Width / 2)
		}
		must[bool](w, "gate.spaced(true)")
		add("at 200 %: wide", w.gate("wide()"))
		add("at 200 %: cut", w.gate("cut()"))
		must[bool](w, "gate.spaced(false)")
		if v.Width >= 640 {
			w.resize(v.Width)
		}
	}
	complaints := w.taken()
	slices.Sort(complaints)
	return append(out, slices.Compact(complaints)...)
}

// where pages are looked at, and how many of them in an ordinary run: one of so many, each in one way.
type where struct {
	name string
	on   *ground
	of   int
	list func(*ground) []found
}

func everyPage(g *ground) []found  { return g.pages }
func everyFault(g *ground) []found { return g.bad }

var grounds = []where{
	{"typical", template, 2, everyPage},
	{"empty", bare, 6, everyPage},
	{"200 rows", crowded, 6, everyPage},
	{"error", template, 5, everyFault},
	{"first start", firstStart, 6, everyPage},
	{"first start, error", firstStart, 4, everyFault},
}

// TestGates opens every page of the route table on every ground, in a sample of widths, colours, languages and sizes of letters.
func TestGates(t *testing.T) {
	t.Parallel()
	from := seed(t)
	if s := os.Getenv("SANWEN_GATES"); s != "" {
		if _, of := nightPart(s); of == 0 && !everything() {
			t.Fatalf("SANWEN_GATES=%q is neither \"all\" nor a part like \"3/32\"", s)
		}
		t.Logf("SANWEN_GATES=%s", s)
	}
	t.Logf("the sample of SANWEN_GATES_SEED=%s", from)
	for _, c := range grounds {
		t.Run(c.name, func(t *testing.T) {
			s := trodden(t, c.on)
			all := sample(from, c.name, c.list(c.on), c.of)
			slices.SortFunc(all, func(a, b look) int { return strings.Compare(a.Session, b.Session) })
			t.Logf("%d looks at %d pages", len(all), len(c.list(c.on)))
			heap := newHeap(t)
			for i, part := range halves(all) {
				t.Run(fmt.Sprint("window ", i+1), func(t *testing.T) {
					t.Parallel()
					w := s.walk(t, screen{Width: 360})
					for _, l := range part {
						w.look(l)
						heap.add(l, w.inspect(l.view))
					}
				})
			}
		})
	}
}

// TestGateSampleVisitsAll: what `make gates-all` looks at is every page in every way; and the samples of many nights together are that too, so
// that no page and no way is left out for ever.
func TestGateSampleVisitsAll(t *testing.T) {
	t.Parallel()
	var pages []found
	for i := range 4 {
		pages = append(pages, found{Pattern: fmt.Sprintf("GET /page/%d", i%3), Form: i / 3})
	}
	for _, c := range grounds {
		all := choose("x", c.name, pages, 0)
		if want := len(pages) * len(views()); len(all) != want {
			t.Errorf("%s: everything is %d looks, want %d", c.name, len(all), want)
		}
		left := map[string]bool{}
		key := func(l look) string { return fmt.Sprint(l.Pattern, l.Form, l.view) }
		for _, of := range []int{1, 5, 32} {
			parts, seen := 0, map[string]bool{}
			for part := range of {
				night := chooseNight(c.name, pages, part, of)
				for _, l := range night {
					seen[key(l)] = true
				}
				parts += len(night)
				if of == 32 && len(night) != len(pages) {
					t.Errorf("%s: part %d takes %d looks at %d pages", c.name, part, len(night), len(pages))
				}
			}
			if parts != len(all) || len(seen) != len(all) {
				t.Errorf("%s: %d parts are %d looks, %d of them different, want %d", c.name, of, parts, len(seen), len(all))
			}
		}
		for _, l := range all {
			left[key(l)] = true
		}
		if len(left) != len(all) {
			t.Errorf("%s: of %d looks only %d differ", c.name, len(all), len(left))
		}
		nights := 0
		for ; len(left) > 0 && nights < 5000; nights++ {
			for _, l := range choose(fmt.Sprint("night ", nights), c.name, pages, c.of) {
				delete(left, key(l))
			}
		}
		if len(left) > 0 {
			t.Errorf("%s: after %d samples %d looks were never taken", c.name, nights, len(left))
		}
	}
	for asked, want := range map[string][2]int{"1/32": {0, 32}, "32/32": {31, 32}, "all": {}, "": {}, "0/3": {}, "4/3": {}, "1/x": {}} {
		if part, of := nightPart(asked); part != want[0] || of != want[1] {
			t.Errorf("%q is part %d of %d", asked, part, of)
		}
	}
	for _, x := range []struct {
		what string
		got  int
		want int
	}{{"widths", len(distinct(func(v view) any { return v.Width })), 4}, {"languages", len(distinct(func(v view) any { return v.Lang })), 2},
		{"colours", len(distinct(func(v view) any { return v.Dark })), 2}, {"sizes", len(distinct(func(v view) any { return v.Big })), 2}} {
		if x.got != x.want {
			t.Errorf("%d %s, want %d", x.got, x.what, x.want)
		}
	}
}

func distinct(of func(view) any) map[any]bool {
	out := map[any]bool{}
	for _, v := range views() {
		out[of(v)] = true
	}
	return out
}

// heap gathers what is wrong with many pages, so that the same fault of all of them is told once.
type heap struct {
	mu    sync.Mutex
	order []string
	where map[string][]string
}

// newHeap is a heap that fails the test at its end if anything is on it.
func newHeap(t *testing.T) *heap {
	h := &heap{where: map[string][]string{}}
	t.Cleanup(func() {
		for _, x := range h.order {
			at := h.where[x]
			t.Errorf("%s\n\ton %d pages: %s", x, len(at), strings.Join(at[:min(4, len(at))], "; "))
		}
	})
	return h
}

// varies is what differs in the same fault of two pages.
var varies = regexp.MustCompile(`[0-9]+( ×|px| px)|#?[0-9a-f-]{6,}|[\p{Han}]+|\?[^"]*"`)

func (h *heap) add(l look, faults []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, x := range faults {
		like := varies.ReplaceAllString(x, "…")
		for _, o := range h.order {
			if varies.ReplaceAllString(o, "…") == like {
				x = o
				break
			}
		}
		if h.where[x] == nil {
			h.order = append(h.order, x)
		}
		h.where[x] = append(h.where[x], fmt.Sprintf("%s (%s, %s)", l.Path, l.view, l.Number))
	}
}

// halves are for two windows at a time.
func halves(all []look) [][]look { return [][]look{all[:len(all)/2], all[len(all)/2:]} }
