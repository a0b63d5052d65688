package web_test

import (
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// TestBoardLabelsBeginLarge: on the board in English every heading, label, tag and line of a matter begins with a capital letter or a figure, on
// its tabs, behind its numbers and on the wall screen; so does every state in which a matter can stand there.
func TestBoardLabelsBeginLarge(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, _ := h.tell(coldWater)
	h.asking(number)
	number, _ = h.tell("想要游泳池")
	s1 := h.who("S1")
	h.triage(number, func(tx *db.Tx, who access.Person, id string) error {
		m, err := voice.NewMatter{Voice: id, Reading: voice.Reading{Title: "厂区建游泳池", Category: "B1", Redacted: "想要游泳池"},
			Register: matter.Register{Public: true, Class: matter.Standard, Lead: "U02", Place: "P104M"}, Say: "已列入"}.Do(tx, who)
		if err != nil {
			return err
		}
		return matter.Decline{Matter: m.ID, Reason: "没有场地和预算", Rule: "年度预算办法", Decider: "总经理办公会"}.Do(tx, s1)
	})
	h.log()
	c.Advance(72 * time.Hour)
	lines := 0
	for _, path := range []string{"/board?", "/board?view=done&", "/board?view=not&", "/board?count=due&of=year&", "/board?count=on_time&of=year&", "/board?tv=1&"} {
		p := h.browser().Get(path + "lang=en").Want(200)
		lines += len(p.All(func(n *html.Node) bool { return webtest.HasClass(n, "when") }))
		labels := (&webtest.Page{Root: p.Find(func(n *html.Node) bool { return n.Data == "main" })}).All(func(n *html.Node) bool {
			switch n.Data {
			case "h1", "h2", "h3", "dt", "summary", "button", "caption":
				return true
			case "a", "b", "span", "p", "td":
				return n.Parent.Data == "td" || webtest.HasClass(n, "tag") || webtest.HasClass(n, "when") || webtest.HasClass(n, "button") || n.Data == "a" && n.Parent.Data == "p" ||
					n.Data == "span" && n.Parent.Data == "a" && !webtest.HasClass(n, "sr") || n.Data == "b" && n.Parent.Data == "p"
			}
			return false
		})
		if len(labels) < 3 {
			t.Errorf("%s has %d labels", path, len(labels))
		}
		for _, n := range labels {
			if text := (&webtest.Page{Root: n}).Text(); beginsSmall(text) {
				t.Errorf("%s: %q", path, text)
			}
		}
	}
	if lines < 4 {
		t.Errorf("%d lines of matters", lines)
	}
	for _, s := range matter.States {
		if text := lang.EN.Enum("matter.state", s); beginsSmall(text) {
			t.Errorf("state %s: %q", s, text)
		}
	}
	for _, key := range []string{"confirmed", "unconfirmed", "disputed", "none"} {
		if text := lang.EN.T("board.verdict." + key); beginsSmall(text) {
			t.Errorf("verdict %s: %q", key, text)
		}
	}
}

// beginsSmall reports whether a text begins with a small letter.
func beginsSmall(text string) bool {
	r := []rune(text)
	return len(r) > 0 && unicode.IsLower(r[0])
}
