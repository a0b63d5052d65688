package browser

import (
	"strings"
	"testing"
)

// plant adds an element to the page in the window.
func (w *walker) plant(markup string, style map[string]string) {
	w.t.Helper()
	must[bool](w, `(() => { document.querySelector('main').append(new DOMParser().parseFromString(`+q(markup)+`, 'text/html').body.firstChild); return true })()`)
	for k, v := range style {
		must[bool](w, `(() => { document.querySelector('main').lastChild.style.setProperty(`+q(k)+`, `+q(v)+`); return true })()`)
	}
}

// TestGateFinds: every question of gate.js finds what is planted, and nothing before.
func TestGateFinds(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	for _, c := range []struct {
		ask, markup string
		style       map[string]string
		want        string
	}{
		{"small(44)", `<button>1</button>`, map[string]string{"min-height": "0", "height": "30px", "padding": "0"}, "30 px"},
		{"small(60)", `<button>不够高</button>`, nil, "px"},
		{"wide()", `<div>宽</div>`, map[string]string{"width": "900px"}, "px wide on 360"},
		{"cut()", `<p>这一句话比它的地方长</p>`, map[string]string{"width": "40px", "white-space": "nowrap", "overflow": "hidden"}, "cut at the side"},
		{"cut()", `<p>这一句话比它的地方高很多很多很多很多很多</p>`, map[string]string{"width": "90px", "height": "20px", "overflow": "hidden"}, "cut below"},
		{"cut()", `<button>这一句话比它的按钮长</button>`, map[string]string{"width": "60px", "white-space": "nowrap"}, "sticks out"},
		{"pretends()", `<div>看起来能按</div>`, map[string]string{"cursor": "pointer"}, "looks pressable"},
		{"zooms()", `<input aria-label="小" name="little">`, map[string]string{"font-size": "12px"}, "letters of 12px"},
	} {
		w.open("/f")
		if before := w.gate(c.ask); c.ask != "small(60)" && len(before) > 0 {
			t.Errorf("%s before: %q", c.ask, before)
		}
		w.plant(c.markup, c.style)
		if got := strings.Join(w.gate(c.ask), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s was not found, only %q", c.ask, c.want, got)
		}
	}
	w.open("/f")
	w.plant(`<div>字距一宽就不够放的一句话</div>`, map[string]string{"width": "fit-content", "white-space": "nowrap", "font-size": "26px"})
	if got := w.gate("wide()"); len(got) > 0 {
		t.Errorf("before the spacing: %q", got)
	}
	must[bool](w, "gate.spaced(true)")
	if got := w.gate("wide()"); len(got) == 0 {
		t.Error("what has no room with wider spacing was not found")
	}
	must[bool](w, "gate.spaced(false)")
	if got := w.gate("wide()"); len(got) > 0 {
		t.Errorf("after the spacing: %q", got)
	}
}

// TestSniffFinds: HTML CodeSniffer finds what is planted.
func TestSniffFinds(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	w.open("/f")
	if before := w.sniff(); len(before) > 0 {
		t.Errorf("before: %q", before)
	}
	w.plant(`<p><input name="nameless" placeholder="only this"><img src="/assets/none.png"></p>`, nil)
	got := strings.Join(w.sniff(), "\n")
	for _, want := range []string{"1_3_1.F68", "1_1_1.H37"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s was not found, only %q", want, got)
		}
	}
	w.taken()
}
