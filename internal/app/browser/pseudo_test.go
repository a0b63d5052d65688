package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// TestPseudo gives every page sentences that are two fifths longer than the English ones: nothing may be cut off or push the page
// wider than the window.
func TestPseudo(t *testing.T) {
	s := trodden(t, template)
	lang.Disguise(t, lang.Wider)
	heap := newHeap(t)
	from := seed(t)
	looks := sample(from, "pseudo", template.pages, 2)
	slices.SortFunc(looks, func(a, b look) int { return strings.Compare(a.Session, b.Session) })
	for i, part := range halves(looks) {
		t.Run(fmt.Sprint("window ", i+1), func(t *testing.T) {
			t.Parallel()
			w := s.walk(t, screen{Width: 360, Lang: lang.EN})
			for _, l := range part {
				if l.Dark || l.Big > 0 { // neither makes a sentence longer
					l.Dark, l.Big = false, 0
				}
				l.Lang = lang.EN
				w.look(l)
				heap.add(l, append(w.gate("wide()"), w.gate("cut()")...))
			}
		})
	}
}

// TestPseudoFinds: a page on which the longer sentences have no room is found.
func TestPseudoFinds(t *testing.T) {
	lang.Disguise(t, lang.Wider)
	s := serve(t)
	w := s.walk(t, screen{Width: 320, Lang: lang.EN})
	w.open("/f?lang=en")
	w.sees(lang.EN.T("web.skip"))
	w.plant(`<button>`+lang.EN.T("web.skip")+`</button>`, map[string]string{"width": "90px", "white-space": "nowrap"})
	if len(w.gate("cut()")) == 0 {
		t.Error("a button too small for its words was not found")
	}
}
