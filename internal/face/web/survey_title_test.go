package web_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
)

// TestSurveyHasOneTitle: wherever an employee meets a survey it is called what its round is called: on his own page, where he gets a token, among the keys,
// with the questions and on the tablet. What the questionnaire is called stands below it with the questions, where that is something else.
func TestSurveyHasOneTitle(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, path := h.blindSurvey(func(label string, _ int) (seal.BlindKey, error) { return h.site.Keys.NewBlindKey(label, 2048) })
		round := path[strings.LastIndexByte(path, '/')+1:]
		head := func(p *webtest.Page) (string, string) {
			h1 := p.Find(func(n *html.Node) bool { return n.Data == "h1" })
			below := h1.NextSibling
			for below != nil && below.Type != html.ElementNode {
				below = below.NextSibling
			}
			return (&webtest.Page{Root: h1}).Text(), (&webtest.Page{Root: below}).Text()
		}
		for _, x := range []struct{ path, title, below string }{
			{"/answer/" + round + "/token?lang=zh", "领取凭证：凭证测评", ""},
			{"/answer/" + round + "/token?lang=en", "Your token: 凭证测评", ""},
			{"/s/" + round + "/keys?lang=zh", "凭证公钥：凭证测评", ""},
			{"/s/" + round + "?lang=zh", "凭证测评", "食堂满意度测评"},
			{"/s/" + round + "?lang=en", "凭证测评", "Canteen"},
			{"/k/" + round + "?lang=zh", "凭证测评", "食堂满意度测评"},
		} {
			got, below := head(t1.Get(x.path).Want(200))
			if got != x.title || x.below != "" && !strings.Contains(below, x.below) {
				t.Errorf("%s: %q, below it %q; want %q, %q", x.path, got, below, x.title, x.below)
			}
		}
		t1.Get("/mine?lang=zh").Want(200).Says("凭证测评").Silent("食堂满意度测评")
	})
}
