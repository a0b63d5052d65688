package browser

import (
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
	"strings"
	"sync"
	"testing"

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

// draw puts the ways to look at a page into the order in which a sample takes them.
func draw(seed string, page string, all []view) []view {
	rank := func(v view) uint64 {
		sum := sha256.Sum256([]byte(seed + "\n" + page + "\n" + v.String()))
		return binary.BigEndian.Uint64(sum[:8])
	}
	out := slices.Clone(all)
	slices.SortFunc(out, func(a, b view) int {
		if rank(a) < rank(b) {
			return -1
		}
		return 1
	})
	return out
}

// sample chooses how the pages of a site are looked at: one of n pages in one way, or every page in all ways.
func sample(seed, where string, pages []found, n int) []look {
	var out []look
	for _, p := range pages {
		ways := draw(seed, where+p.Pattern, views())
		if !everything() {
			sum := sha256.Sum256([]byte(seed + "\n" + where + "\n" + p.Pattern))
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
	w.open(l.address())
}

// inspect lists what is wrong with the page in the window.
func (w *walker) inspect(v view) []string {
	w.t.Helper()
	var out []string
	for _, b := range w.axe() {
		out = append(out, fmt.Sprintf("axe %s (%s):\n\t\t%s", b.ID, b.Help, strings.Join(b.Nodes[:min(3, len(b.Nodes))], "\n\t\t")))
	}
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

// TestGates opens every page of the route table on every ground, in a sample of widths, colours, languages and sizes of letters.
func TestGates(t *testing.T) {
	from := seed(t)
	t.Logf("the sample of SANWEN_GATES_SEED=%s", from)
	for _, c := range []struct {
		where string
		on    *ground
		of    int
	}{{"typical", template, 1}, {"empty", bare, 3}, {"200 rows", crowded, 3}} {
		t.Run(c.where, func(t *testing.T) {
			s := serveOn(t, c.on)
			all := sample(from, c.where, s.pages(t), c.of)
			slices.SortFunc(all, func(a, b look) int { return strings.Compare(a.Session, b.Session) })
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
