package browser

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// What axe is unsure of and somebody has looked at: a line each with the rule, what stands in its message (a regular expression), and why it
// is fine. Whatever else it is unsure of fails the test.
//
//go:embed testdata/axe/unsure.txt
var reviewedText string

type reviewed struct {
	rule   string
	like   *regexp.Regexp
	reason string
}

var reviewedList = sync.OnceValues(func() ([]*reviewed, error) { return parseReviewed(reviewedText) })

func parseReviewed(text string) ([]*reviewed, error) {
	var out []*reviewed
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, "\t")
		if len(parts) != 3 || len(strings.TrimSpace(parts[2])) < 20 {
			return nil, fmt.Errorf("line %d: want the rule, an expression and a reason, with tabs between them", i+1)
		}
		like, err := regexp.Compile(parts[1])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		out = append(out, &reviewed{rule: parts[0], like: like, reason: parts[2]})
	}
	return out, nil
}

// unreviewed lists what axe is unsure of and nobody has looked at.
func unreviewed(unsure []broken) []string {
	list, err := reviewedList()
	if err != nil {
		return []string{"testdata/axe/unsure.txt: " + err.Error()}
	}
	var out []string
	for _, b := range unsure {
		for _, n := range b.Nodes {
			known := false
			for _, r := range list {
				known = known || r.rule == b.ID && r.like.MatchString(n)
			}
			if !known {
				out = append(out, fmt.Sprintf("axe is unsure: %s (%s): %s; look at it: either mend it, or say in testdata/axe/unsure.txt why it is fine", b.ID, b.Help, n))
			}
		}
	}
	return out
}

// TestGateUnsureFinds: what axe is unsure of is told unless its very kind was looked at; a line without a reason is refused.
func TestGateUnsureFinds(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.walk(t, screen{Width: 360})
	w.open("/f")
	if _, unsure := w.weigh(); len(unreviewed(unsure)) > 0 {
		t.Errorf("before: %q", unreviewed(unsure))
	}
	w.plant(`<p>words on a picture</p>`, map[string]string{"background-image": "url(data:image/gif;base64,R0lGODlhAQABAAAAACw=)"})
	_, unsure := w.weigh()
	if got := strings.Join(unreviewed(unsure), "\n"); !strings.Contains(got, "color-contrast") {
		t.Errorf("words on a picture were not told: %q", got)
	}
	w.taken()
	w.plant(`<p>是</p>`, map[string]string{"color": "#ccc"})
	if wrong, unsure := w.weigh(); len(wrong) != 1 || wrong[0].ID != "color-contrast" || strings.Contains(strings.Join(unreviewed(unsure), "\n"), "是") {
		t.Errorf("one pale letter: wrong %v, unsure %q", wrong, unreviewed(unsure))
	}
	w.taken()
	for _, bad := range []string{"color-contrast\t.*", "color-contrast\t.*\tfine", "color-contrast\t(\tbecause there is a good reason for it"} {
		if _, err := parseReviewed(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
