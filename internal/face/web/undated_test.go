package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"

	"golang.org/x/net/html"
)

// writtenOut finds the ways in which a day may stand on a page or in a file, or in the number of a receipt.
func writtenOut(day clock.Day) *regexp.Regexp {
	d := day.Time(clock.Shanghai())
	var ways []string
	for _, f := range []string{"2006-01-02", "20060102", "1月2日", "2 January", "2 Jan", "Jan 2", "1/2/", "2006/1/2", "02.01.2006"} {
		ways = append(ways, regexp.QuoteMeta(d.Format(f)))
	}
	return regexp.MustCompile(`(^|[^0-9])(` + strings.Join(ways, "|") + `)($|[^0-9])|SQ` + d.Format("20060102") + `|` + d.Format("20060102") + `T`)
}

// inside is everything that an answer holds: of a workbook or a document the parts in it.
func inside(t *testing.T, p *webtest.Page) string {
	t.Helper()
	if !bytes.HasPrefix(p.Body, []byte("PK\x03\x04")) {
		return string(p.Body)
	}
	z, err := zip.NewReader(bytes.NewReader(p.Body), int64(len(p.Body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return b.String()
}

// reached opens what is named and, with follow, everything that links lead somebody to, pages and files, and gives what each holds by its
// address.
func (h *hall) reached(no string, follow bool, starts ...string) map[string]string {
	h.t.Helper()
	b := h.as(no)
	got := map[string]string{}
	queue := append([]string{"/", "/desk", "/ledger", "/find"}, starts...)
	for len(queue) > 0 && len(got) < 200 {
		path := queue[0]
		queue = queue[1:]
		if _, seen := got[path]; seen {
			continue
		}
		p := b.Get(path)
		if p.Status >= 500 {
			h.t.Errorf("%s at %s: %d", no, path, p.Status)
		}
		got[path] = inside(h.t, p)
		if p.Root == nil || !follow {
			continue
		}
		for n := range p.Root.Descendants() {
			if n.Type != html.ElementNode || n.Data != "a" {
				continue
			}
			u, err := url.Parse(webtest.Attr(n, "href"))
			if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/p/") || strings.HasPrefix(u.Path, "/design") ||
				u.Query().Has("lang") || u.Query().Has("z") || strings.Contains(u.RawQuery, "&") && u.Path != "/find" && !strings.Contains(u.Path, "export") || strings.Contains(u.RawQuery, "sort=") || strings.Contains(u.RawQuery, "cols=") {
				continue
			}
			queue = append(queue, u.RequestURI())
		}
	}
	return got
}

// TestDepartmentsGetNoDay: an anonymous and a confidential voice are said on one day, one in somebody's own name on another. A handler and
// a head open every page and every file that they can reach: of the first two no day is anywhere, of the third it is.
func TestDepartmentsGetNoDay(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	said := func(level string) string {
		b := h.as("W1")
		p := b.Get("/tell?place=P104M").Want(200).Form("say").Set("text", "浴室水凉，"+level).Submit().Want(200).Form("/tell/send").Set("level", level).Submit().Want(200)
		number, _ := receiptOn(t, p)
		return number
	}
	c.Advance(26 * time.Hour)
	named := said("named") // Tuesday, 24 November
	c.Advance(8 * 24 * time.Hour)
	anonymous, _ := h.tell(coldWater) // Wednesday of the next week
	confidential := said("confidential")
	second, _ := h.tell("更衣柜也坏了")
	canary, control := h.voiceOf(anonymous).Day, h.voiceOf(named).Day
	c.Advance(5 * 24 * time.Hour) // Monday: everything that staff do bears another day
	h1, s1 := h.who("H1"), h.who("S1")
	for _, number := range []string{anonymous, named, second} {
		h.triage(number, func(tx *db.Tx, who access.Person, id string) error {
			return voice.AssignForAnswer{Voice: id, Reading: voice.Reading{Title: "浴室水温 " + id[:4], Category: "B1", Class: clock.T7D, Redacted: "浴室水凉"}, Lead: "U02"}.Do(tx, who)
		})
	}
	m := h.working(confidential)
	id, id2, id3 := h.voiceOf(anonymous).ID, h.voiceOf(second).ID, h.voiceOf(named).ID
	h.write(func(tx *db.Tx) error {
		return supervise.AskExclusion{Voice: id2, Reason: supervise.ExclusionReasons()[0], Evidence: "由街道办理，已告知本人如何联系。"}.Do(tx, h1)
	})
	h.write(func(tx *db.Tx) error {
		return supervise.Issue{Voice: id, Terms: supervise.Terms{Grade: supervise.Grades()[0], Basis: supervise.BasisInstruction, BasisText: "总经理批示", Title: "浴室水温", Demand: "三日内答复职工。", Due: clock.DayOf(c.Now(), clock.Shanghai()).Add(3)}}.Do(tx, s1)
	})
	starts := []string{"/voice/" + id, "/voice/" + id3, "/voice/" + id2, "/voice/" + id2 + "/exclude", "/voice/" + id + "/exclude", "/matter/" + m.Number, "/matter/" + m.Number + "/sheet", "/matter/" + m.Number + "/closure",
		"/matter/" + m.Number + "/closure.docx", "/ledger/export", "/ledger/export?form=csv", "/orders", "/orders/export", "/exclusions", "/notices", "/roster", "/resolutions", "/meetings",
		"/find?q=" + url.QueryEscape("浴室"), "/find?q=" + anonymous, "/find?q=" + canary.Time(clock.Shanghai()).Format("20060102")}
	for _, who := range []string{"H1", "D1"} {
		for _, lang := range []string{"zh", "en"} {
			var all []string
			for _, s := range starts {
				sep := "?"
				if strings.Contains(s, "?") {
					sep = "&"
				}
				all = append(all, s+sep+"lang="+lang)
			}
			seen := false
			got := h.reached(who, lang == "zh", all...)
			for path, body := range got {
				if path == "/find?q="+anonymous+"&lang="+lang || strings.HasPrefix(path, "/find?q=2026") { // what was typed stands there
					if strings.Contains(body, `href="/voice/`) {
						i := strings.Index(body, `href="/voice/`)
						t.Errorf("%s finds a hidden voice by its day: %s: %s", who, path, body[max(0, i-200):i+300])
					}
					continue
				}
				if at := writtenOut(canary).FindStringIndex(body); at != nil {
					t.Errorf("%s reads the day of a hidden voice at %s: …%s…", who, path, body[max(0, at[0]-60):min(len(body), at[1]+40)])
				}
				seen = seen || writtenOut(control).MatchString(body)
			}
			if len(got) < 20 || !seen {
				t.Errorf("%s opened %d pages; the day of a voice in somebody's own name was seen: %v", who, len(got), seen)
			}
		}
	}
	// the union has the day and the number, and finds the number as papers write it
	h.as("T1").Get("/voice/"+id).Want(200).Says("12月2日", anonymous)
	paper := anonymous[:6] + anonymous[10:]
	h.as("T1").Get("/inbox?view=all&q=" + paper).Want(200).Says(anonymous)
	h.as("H1").Get("/voice/"+id).Want(200).Says(paper, "2026年11月30日那一周")
	h.as("H1").Get("/find?q=" + paper + "&lang=zh").Want(200)
}
