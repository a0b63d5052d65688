package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/base/event"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/publish/news"
)

// withoutMarks takes away what marks the words that were looked for.
func withoutMarks(s string) string {
	return strings.NewReplacer("<mark>", "", "</mark>", "").Replace(s)
}

// text is what stands in a node.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// found asks the search box and returns the titles of what it answers, and the page.
func (s *scene) found(t *testing.T, who, words string) ([]string, string) {
	t.Helper()
	words, more, _ := strings.Cut(words, "&kind")
	if more != "" {
		more = "&kind" + more
	}
	w := s.ask(http.MethodGet, "/find?q="+url.QueryEscape(words)+more, who, nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%s looks for %q: %d %s", who, words, w.Code, w.Body)
	}
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "p" && webtest.Attr(n, "class") == "name" && n.Parent.Parent.Data == "li" {
			out = append(out, text(n))
		}
	}
	return out, withoutMarks(w.Body.String())
}

// follow lets the index see what was recorded.
func (s *scene) follow(t *testing.T) {
	t.Helper()
	if s.record == nil {
		var err error
		if s.record, err = event.Open(t.Context(), s.DB, s.Keys, event.Options{}); err != nil {
			t.Fatal(err)
		}
		s.record.Consume(search.Consumer())
	}
	if err := s.record.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestFindShowsOnlyWhatOneMaySee: everybody looks for a word of every canary, by a part of it.
func TestFindShowsOnlyWhatOneMaySee(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		s.follow(t)
		finders := map[string][]string{ // word → who has a list in which it stands
			"金丝雀甲":          {"worker", "triager", "supervisor", "chair"},
			"金丝雀乙":          {"triager", "supervisor", "chair"},
			"金丝雀discipline": {"discipline"},
			"金丝雀health":     {"health"},
			"金丝雀aid":        {"welfare"},
			"金丝雀己":          {"worker", "supervisor"},
			"金丝雀丁":          {},
			"13912345678":   {},
		}
		for word, finder := range finders {
			part := string([]rune(word)[1:])
			for _, who := range everybody {
				titles, page := s.found(t, who, part)
				has := strings.Contains(page, word)
				if slices.Contains(finder, who) && !has {
					t.Errorf("%s does not find %q by %q: %q", who, word, part, titles)
				}
				for _, more := range []string{"&kind=voices", "&kind=voices&sort=best", "&kind=matters&sort=best", "&kind=meetings", "&kind=voices&from=2026-01-01"} {
					titles, page := s.found(t, who, part+more)
					if !slices.Contains(finder, who) && (len(titles) > 0 || !strings.Contains(page, "没有找到") || strings.Contains(page, "下一页")) {
						t.Errorf("%s looks for %q and is shown %q", who, part+more, titles)
					}
				}
				if !slices.Contains(finder, who) && (has || len(titles) > 0 || !strings.Contains(page, "没有找到")) {
					t.Errorf("%s looks for %q and is shown %q", who, part, titles)
				}
			}
		}
		// what departments read, and only that
		for _, who := range []string{"equipment", "equipment-head"} {
			if titles, _ := s.found(t, who, "丝雀戊"); !slices.ContainsFunc(titles, func(s string) bool { return strings.Contains(s, "主控楼暖气") }) {
				t.Errorf("%s does not find the voice of the unit: %q", who, titles)
			}
		}
		if titles, _ := s.found(t, "hr", "丝雀戊"); len(titles) != 0 {
			t.Errorf("another department finds %q", titles)
		}
	})
}

// TestFindPractices: a practice is found by what its page says and by whoever may read it, and what it says of a permission by nobody.
func TestFindPractices(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		s.follow(t)
		for _, who := range everybody {
			unseen := 0 // a draft and one in review; the published one and the one that was taken off the shelf are for everybody
			if slices.Contains([]string{"triager", "triager2", "chair", "supervisor", "auditor"}, who) {
				unseen = 2
			}
			for words, want := range map[string]int{"生间除味": 2, "地下室": 2 + unseen, "改排风": 2 + unseen, "没味了": 2 + unseen, "丝雀典": unseen} {
				if titles, _ := s.found(t, who, words+"&kind=practices"); len(titles) != want {
					t.Errorf("%s looks for %q and finds %d practices, want %d: %q", who, words, len(titles), want, titles)
				}
			}
			if titles, page := s.found(t, who, "雀许：当面"); len(titles) > 0 || strings.Contains(page, "金丝雀许") {
				t.Errorf("%s finds how an employee gave leave: %q", who, titles)
			}
		}
	})
}

// TestFindPapers: a paper is found by number, title and text, by whoever may read it: those that are not shown by those alone who work at papers.
func TestFindPapers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		s.follow(t)
		for _, who := range everybody {
			unseen := 0 // a draft and one in review
			if slices.Contains([]string{"triager", "triager2", "chair", "supervisor", "auditor"}, who) {
				unseen = 2
			}
			if who == "chair" { // of his own unit alone, and these are of the whole organisation
				unseen = 0
			}
			for words, want := range map[string]int{"浴室停用三": 3, "改造方案公": 3, s.things["news.number"]: 1, "丝雀拟稿": unseen, "丝雀公示": unseen} {
				titles, page := s.found(t, who, words+"&kind=papers")
				if len(titles) != want {
					t.Errorf("%s looks for %q and finds %d papers, want %d: %q", who, words, len(titles), want, titles)
				}
				if unseen == 0 && (strings.Contains(page, "金丝雀公示") || strings.Contains(page, "金丝雀拟稿")) {
					t.Errorf("%s reads a draft", who)
				}
			}
		}
		s.Do("triager2", news.Drop{News: s.things["news.draft"]})
		s.follow(t)
		if titles, _ := s.found(t, "triager", "丝雀拟稿&kind=papers"); len(titles) != 1 {
			t.Errorf("what was thrown away is found: %q", titles)
		}
	})
}

// TestFindKinds: numbers, titles, places, people by right, pages, the setting of larger type.
func TestFindKinds(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	s.follow(t)
	if titles, _ := s.found(t, "worker", "浴室水"); len(titles) > 0 {
		t.Errorf("a worker finds what is not on the board yet: %q", titles)
	}
	c.Advance(48 * time.Hour)
	for _, x := range []struct{ who, words, want string }{
		{"triager", s.things["voice.named.number"], "金丝雀甲"},
		{"worker", s.things["voice.named.number"], "金丝雀甲"},
		{"leader", s.things["matter"], "四区浴室水温"},
		{"leader", "浴室水", "四区浴室水温"},
		{"worker", "浴室水", "四区浴室水温"}, // public: on the board
		{"triager", "P104M", "P104M"},
		{"worker", "p104m", "P104M"},
		{"security_admin", "工inspec", "职工inspector"},
		{"security_admin", "X-insp", "职工inspector"},
		{"worker", "长辈版", "长辈版"},
		{"triager", "长辈", "长辈版"},
		{"system_admin", "责任", "/admin/rules"},
		{"triager", "台账", "/ledger"},
	} {
		titles, page := s.found(t, x.who, x.words)
		_, results, _ := strings.Cut(page, `class="found"`)
		if len(titles) == 0 || !strings.Contains(results, x.want) {
			t.Errorf("%s looks for %q and does not find %q: %q", x.who, x.words, x.want, titles)
		}
	}
	for _, who := range []string{"worker", "triager", "leader", "equipment", "auditor", "system_admin", "supervisor"} {
		if titles, page := s.found(t, who, "职工inspec"); who != "system_admin" && (len(titles) > 0 || strings.Contains(page, "职工inspector")) {
			t.Errorf("%s finds people: %q", who, titles)
		}
	}
	for _, words := range []string{"%", "_", `\`, "' OR 1=1", strings.Repeat("长", 500)} {
		if titles, _ := s.found(t, "triager", words); len(titles) > 0 {
			t.Errorf("%q finds %q", words, titles)
		}
	}
	if _, page := s.found(t, "triager", " "); !strings.Contains(page, "想找什么") {
		t.Error("nothing typed: no word on what can be found")
	}
}

// TestFindGuesses: a word that sounds the same is proposed where nothing was found, and only one of what the person may see.
func TestFindGuesses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		s.follow(t)
		for _, x := range []struct{ who, typed, guess string }{
			{"triager", "测所门", "厕所门"}, {"triager", "喷投", "喷头"}, {"equipment", "暖器", "暖气"},
			{"equipment", "测所门", ""}, {"hr", "暖器", ""}, {"triager", "办事步公", ""}, {"supervisor", "办事步公", "办事不公"}, {"triager", "嗡嗡嗡", ""},
		} {
			_, page := s.found(t, x.who, x.typed)
			if has := strings.Contains(page, "读音相同"); has != (x.guess != "") || !strings.Contains(page, "“"+x.guess) {
				t.Errorf("%s looks for %q: proposed %v, want %q", x.who, x.typed, has, x.guess)
			}
		}
	})
}

// TestInboxSearchesByIndex: what is typed into the filter of the inbox finds by the index what the list by itself would not (words of both
// forms of writing), before and after it, and nothing that the list would hide.
func TestInboxSearchesByIndex(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		inbox := func(who, words string) string {
			t.Helper()
			w := s.ask(http.MethodGet, "/inbox?view=all&q="+url.QueryEscape(words), who, nil)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", who, w.Code)
			}
			_, list, _ := strings.Cut(w.Body.String(), "<tbody>")
			return list
		}
		if list := inbox("triager", "厕所门坏了"); !strings.Contains(list, "金丝雀甲") {
			t.Error("before there is an index the list does not search by itself")
		}
		s.follow(t)
		for _, words := range []string{"厕所门坏了", "廁所門壞了", "水龙头 厕所"} {
			if list := inbox("triager", words); !strings.Contains(list, "金丝雀甲") || strings.Contains(list, "金丝雀乙") {
				t.Errorf("%q is not what the inbox finds", words)
			}
		}
		if list := inbox("triager", "办事不公"); strings.Contains(list, "金丝雀己") {
			t.Error("whoever is named finds the voice")
		}
		if list := inbox("triager", "没有这句话"); strings.Contains(list, "金丝雀") {
			t.Error("nothing is everything")
		}
	})
}
