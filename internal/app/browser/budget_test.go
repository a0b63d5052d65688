package browser

import (
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// TestBudget: what a phone has to fetch for a page of those who have no account.
func TestBudget(t *testing.T) {
	s := serve(t)
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		for _, path := range []string{"/p/P104M", "/p", "/f", "/p/P104M/danger", "/p/P104M/crisis"} {
			w := s.walk(t, screen{Width: 360, Lang: l}) // nothing is kept from the page before
			w.open(path + "?lang=" + string(l))
			got := w.requests()
			if len(got) > 6 {
				t.Errorf("%s: %d requests: %v", path, len(got), got)
			}
			limits := map[string]float64{"Document": 14 << 10, "Stylesheet": 12 << 10, "Script": 20 << 10}
			sum := map[string]float64{}
			for _, a := range got {
				sum[a.Kind] += a.Body
			}
			for kind, most := range limits {
				if sum[kind] == 0 || sum[kind] > most {
					t.Errorf("%s: %s is %.0f bytes, the limit is %.0f", path, strings.ToLower(kind), sum[kind], most)
				}
			}
			t.Logf("%s %s: %d requests, %v", path, l, len(got), sum)
			w.clean()
		}
	}
}
