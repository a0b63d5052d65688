package browser

import (
	"fmt"
	"strings"
	"testing"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/lang"
)

// TestVoteOnASmallPhone: an elector finds the ballot on his first page and votes on a phone of 320 px without scripts: a paper with too many marks
// comes back with them and says so at the marks, a paper that is sent is thanked for, and there is no second one.
func TestVoteOnASmallPhone(t *testing.T) {
	t.Parallel()
	s, dir := serve(t), album(t)
	w := s.walk(t, screen{Width: 320, Lang: lang.ZH, NoScripts: true})
	fits := func(what string) {
		t.Helper()
		if wide := must[float64](w, `document.documentElement.scrollWidth`); wide > 320 {
			w.fail("%s is %v px wide", what, wide)
		}
		w.shoot(dir, "vote-"+what, true)
	}
	w.signIn(s.as(access.Employee).Number, demo.Password)
	w.open("/mine")
	w.sees("明年优先办哪两件")
	fits("mine")
	w.press(`a[href*="/vote/"]`)
	w.says("ballot.vote.choose")
	paper := w.path()
	fits("paper")
	w.pressWant(422, "main .bar button.primary")
	w.says("web.summary")
	fits("empty")
	for _, n := range []string{"1", "2", "3"} {
		w.choose("marks", n)
	}
	w.pressWant(422, "main .bar button.primary")
	if strings.Contains(w.text(), "？：") {
		w.fail("a colon stands behind a question mark")
	}
	if got := must[string](w, `[...document.querySelectorAll('input[name=marks]:checked')].map(x => x.value).join(' ')`); got != "1 2 3" {
		w.fail("of three marks %q are kept", got)
	}
	if small := must[[]string](w, `[...document.querySelectorAll('main label.tick, main .bar button')].filter(x => x.getBoundingClientRect().height < 44).map(x => x.innerText)`); len(small) > 0 {
		w.fail("too small to press: %q", small)
	}
	fits("too many")
	w.touch(`main label.tick:has(input[value="3"])`)
	w.press("main .bar button.primary")
	w.says("ballot.done.thanks")
	fits("thanks")
	w.open(paper)
	w.says("ballot.done.used")
	w.open("/mine")
	if n := must[int](w, fmt.Sprintf(`document.querySelectorAll('a[href*=%q]').length`, paper)); n != 0 {
		w.fail("the ballot is still offered to whoever has voted")
	}
	w.clean()
}
