package web_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/matter"
)

// TestACircularNamesMatters: a matter that is eleven working days overdue stands in the circular under "main problems", on the page, on paper and as Word,
// struck where it has been done before it is shown; on its own page stands that it was named. Nobody who had to do it or let it go is named.
func TestACircularNamesMatters(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	told, _ := h.tell(coldWater)
	m := h.working(told)
	c.Set(m.Due.Time(c.Now().Location()).Add(9*time.Hour).AddDate(0, 0, 22)) // three weeks and a day: fifteen working days without a holiday
	if err := duty.RunLadder(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	today := m.Due.Add(22)
	x := &news.Write{Kind: news.Circular, Title: "实事办理情况通报"}
	h.by("T1", x)
	h.by("T1", news.Edit{News: x.ID, Submit: true, Title: x.Title, Everywhere: true, Since: m.Due.Add(-20), To: today.Add(-3),
		Blocks: []news.Block{{Key: "overall", Text: "受理的实事都有责任人和时限。"}, {Key: "demands", Text: "到期前三天还没有进展的，说明原因。"}}})
	t1 := h.as("T1")
	t1.Get("/matter/" + m.Number).Want(200).Says("列入通报")
	page := t1.Get("/publish/"+x.ID).Want(200).Says("主要问题", "点名的实事", m.Number, "未说明原因", "列入通报")
	order(t, string(page.Body), "总体情况", "主要问题", m.Number, "工作要求")
	if strings.Contains(string(page.Body), `class="struck"`) {
		t.Error("it is struck and was not done")
	}
	h.by("H1", matter.Report{Matter: m.ID, Step: 1, Done: true})
	h.by("H1", matter.ClaimDone{Matter: m.ID, Text: "换了加热阀", Photos: []matter.PhotoIn{h.photoIn()}, Readings: []matter.Reading{{Check: 1, Value: "41"}}})
	h.by("T2", news.Judge{News: x.ID, Show: true})
	page = t1.Get("/publish/"+x.ID).Want(200).Says(m.Number, "已办结")
	order(t, string(page.Body), `class="struck"`, m.Number, "已办结")
	t1.Get("/publish/"+x.ID+"/paper").Want(200).Says("点名的实事", m.Number, "已办结", "超期工作日")
	order(t, docxText(t, t1.Get("/publish/"+x.ID+"/paper.docx").Want(200).Body), "总体情况", "主要问题", "责任单位", m.Number, "已办结", "工作要求", "各单位情况")
	for _, name := range []string{"H1", "T2"} {
		if who := h.who(name).Name; strings.Contains(string(page.Body), ">"+who+"<") {
			t.Errorf("%s is named", who)
		}
	}
}

// order looks for words one behind the other.
func order(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		i := strings.Index(text, w)
		if i < 0 {
			t.Errorf("no %q behind what comes before it in %s", w, text)
			return
		}
		text = text[i+len(w):]
	}
}
