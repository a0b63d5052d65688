package browser

import (
	"fmt"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/lang"
)

// TestAudienceShowsItsFields: of the fields about whom to ask only those of the chosen audience are in view, and what was typed
// is still there after a look at another audience.
func TestAudienceShowsItsFields(t *testing.T) {
	t.Parallel()
	s := serve(t)
	who := s.as(access.Triager)
	for _, v := range []screen{{Width: 360, Lang: lang.ZH}, {Width: 1280, Lang: lang.EN}} {
		w := s.walk(t, v)
		w.signIn(who.Number, who.Password)
		w.open("/surveys/new")
		const inView = `['units', 'places', 'crews', 'wanted'].filter((n) => document.getElementById('f-' + n).checkVisibility()).join(' ')`
		for _, x := range []struct{ audience, fields string }{{"", ""}, {"places", "places"}, {"crews", "crews"}, {"sample", "units wanted"}, {"units", "units"}, {"sample", "units wanted"}, {"all", ""}} {
			if x.audience != "" {
				w.touch(fmt.Sprintf(`.pick:has([name=audience][value=%s])`, x.audience))
			}
			if got := must[string](w, inView); got != x.fields {
				w.fail("%q shows %q, want %q", x.audience, got, x.fields)
			}
			if x.audience == "units" {
				w.write("units.add", "炼")
			}
		}
		if got := must[string](w, `document.getElementById('f-units').value`); got != "炼" {
			w.fail("typed %q is left", got)
		}
		w.clean()
	}
}
