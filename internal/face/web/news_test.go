package web_test

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// passes lets time pass and does what happens by itself.
func (h *hall) passes(c *clock.Fake, by time.Duration) {
	h.t.Helper()
	c.Advance(by)
	h.write(func(tx *db.Tx) error {
		tx.Asked()
		tx.Recorded()
		_, err := news.Run(tx)
		return err
	})
}

// TestANoticeThroughThePages: written, sent back, checked, shown, objected to without a name, answered, ended; nothing that somebody said, and nobody
// who wrote, reaches a page that everybody may open.
func TestANoticeThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { // Monday
		h := newHall(t, d, c)
		told, _ := h.tell(coldWater)
		m := h.asking(told)
		h.finish(m.ID, matter.Confirmed)
		h.passes(c, 48*time.Hour) // Wednesday: the matter is on the board
		t1, t2, worker := h.as("T1"), h.as("T2"), h.as("W1")
		t1.Get("/publish").Want(200).Says("还没有材料")
		h.browser().Get("/news").Want(200).Says("现在没有公示公开的内容")
		f := t1.Get("/publish/new").Want(200).Form("/publish/new").Set("kind", "notice").Submit().Want(422).Says("请填写").Form("/publish/new")
		edit := f.Set("title", "四区浴室改造公示").Submit().Want(200).Says("编写：公示")
		to := edit.URL.Path
		paper := strings.TrimSuffix(to, "/edit")
		bad := edit.Form(to).Set("body", "请找张工，电话13812345678，说明情况。").Set("scope", "all").Set("matters", "SS-2026-777").Set("act", "submit").Submit().Want(422).
			Says("SS-2026-777不在公示栏上", "会让人认出是谁", "请填写", "请找张工")
		draft := bad.Form(to).Set("body", "更换换热机组，浴室停用三天。\n停用期间请到一区浴室。").Set("class", "matter").Set("matters", m.Number).Set("from", "2026-11-26").Set("until", "2026-12-01").
			Set("contact", "工会办公室 8-2217").Set("act", "save").Submit().Want(200).Says("这是预览", "停用期间请到一区浴室", m.Title, "职工确认解决")
		worker.Get(paper).Want(403)
		draft.Click("编写").Want(200).Form(to).Set("act", "submit").Submit().Want(200).Says("待审核", "等另一个人审核")
		t1.Get(paper+"/check").Want(200).Form(paper+"/check").Set("show", "yes").Submit().Want(403)
		t2.Get("/desk").Want(200).Says("审核公示公开")
		check := t2.Get(paper+"/check").Want(200).Says("全公司", "2026年11月26日至2026年12月1日", "停用期间请到一区浴室")
		check.Form(paper+"/check").Set("show", "no").Submit().Want(422).Form(paper+"/check").Set("show", "yes").Submit().Want(200).Says("GS-2026-001", "2026年11月26日起展示")
		h.browser().Get("/news/GS-2026-001").Want(404)
		h.browser().Get("/board?view=not").Want(200).Silent("四区浴室改造公示") // not the page that is kept for a while

		h.passes(c, 24*time.Hour) // Thursday
		t1, worker = h.as("T1"), h.as("W1")
		h.browser().Get("/board").Want(200).Says("四区浴室改造公示", "公示到2026年12月1日")
		h.browser().Get("/board?place=P104M").Want(200).Says("四区浴室改造公示")
		h.browser().Get("/p/P104M").Want(200).Says("正在公示", "四区浴室改造公示")
		page := h.browser().Get("/news").Want(200).Click("四区浴室改造公示").Want(200).Says("公示中", "8-2217", m.Title, "怎样核对没有改过").Silent("T1", "T2")
		file := page.Click("下载原件").Want(200)
		if got := news.Fingerprint(string(file.Body)); !strings.Contains(string(page.Body), got) {
			t.Errorf("the file has %s, the page says another", got)
		}

		const said = "停三天实在太久了，我家孩子还等着洗澡"
		tell := page.Click("提异议").Want(200).Says("对公示提异议", "GS-2026-001")
		who := tell.Form("/check").Set("text", said).Submit().Want(200).Says("对公示提异议", "GS-2026-001")
		who.Form("/send").Set("level", "anonymous").Submit().Want(200).Says("没有人知道是你")
		var v voice.Voice
		for _, x := range h.voices() {
			if x.Text == said {
				v = x
			}
		}
		if v.ID == "" || v.Submitter != "" {
			t.Fatalf("%+v", v)
		}
		t1.Get(paper).Want(200).Says("1条，1条等待答复", "还没有标题", v.Number)
		t1.Get("/voice/" + v.ID).Want(200).Says("GS-2026-001")
		worker.Get(paper).Want(200).Silent("等待答复", v.Number)
		page.Silent(said)

		h.passes(c, 6*24*time.Hour) // Wednesday
		t2 = h.as("T2")
		h.browser().Get("/news/GS-2026-001").Want(200).Says("公示期满，不再接收异议").Silent("about=GS-2026-001")
		h.browser().Get("/p/-?about=GS-2026-001").Want(200).Says("已经不收异议")
		t2.Get("/desk").Want(200).Says("公布公示结果")
		end := t2.Get(paper + "/end").Want(200).Says("还有1条异议没有答复").Form(paper + "/end")
		end.Set("outcome", "改为分两批停用。").Submit().Want(409)
		h.triage(v.Number, func(tx *db.Tx, by access.Person, id string) error {
			return voice.AnswerDirectly{Voice: id, Reading: voice.Reading{Title: "公示异议", Category: "B1", Redacted: "停用时间太长"}, Reply: voice.Reply{Text: "改为分两批停用。", Result: "done"}}.Do(tx, by)
		})
		t2.Get(paper+"/end").Want(200).Form(paper+"/end").Set("outcome", said).Submit().Want(422).Says("和诉求原文一样").Form(paper+"/end").Set("outcome", "改为分两批停用。").Submit().Want(200).Says("已结束")
		h.browser().Get("/news/GS-2026-001").Want(200).Says("公示结果", "改为分两批停用。", "少于公布下限")
		h.browser().Get("/news?view=past").Want(200).Says("四区浴室改造公示")
		for _, path := range []string{"/news", "/news?view=past", "/news/GS-2026-001", "/news/GS-2026-001/copy/1", "/board", "/feed.atom", "/feed.rss", "/feed.atom?lang=en"} {
			body := string(h.browser().Get(path).Want(200).Body)
			for _, word := range []string{said, v.Number, "张三", h.id["T1"], h.id["T2"], coldWater} {
				if strings.Contains(body, word) {
					t.Errorf("%s shows %q", path, word)
				}
			}
		}
		for _, bad := range []string{"/news?kind=circular", "/news?knd=notice", "/news?after=x"} {
			h.browser().Get(bad).Want(400)
		}
		for _, none := range []string{"/news/GS-2026-009", "/news/GS-2026-001/copy/2", "/news/GS-2026-001/copy/01", "/news?place=P999"} {
			h.browser().Get(none).Want(404)
		}
	})
}

type atomDoc struct {
	ID      string `xml:"id"`
	Updated string `xml:"updated"`
	Entries []struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Updated   string `xml:"updated"`
		Published string `xml:"published"`
	} `xml:"entry"`
}

// TestFeeds: valid in both languages, with ids that stay, days without hours, and nothing that is younger than the batch of the board.
func TestFeeds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		told, _ := h.tell(coldWater)
		m := h.working(told)
		x := &news.Write{Kind: news.Bulletin, Title: "实事简报<第一期>"}
		h.by("T1", x)
		h.by("T1", news.Edit{News: x.ID, Submit: true, Title: x.Title, Everywhere: true, Blocks: []news.Block{{Key: "lead", Text: "本周受理的实事都已落实责任人。"}, {Key: "work", Text: "先办浴室，再办食堂 & 班车。"}}})
		h.by("T2", news.Judge{News: x.ID, Show: true})
		get := func(path string, into any) string {
			t.Helper()
			p := h.browser().Get(path).Want(200)
			if err := xml.Unmarshal(p.Body, into); err != nil {
				t.Fatalf("%s: %v\n%s", path, err, p.Body)
			}
			return string(p.Body)
		}
		var young atomDoc
		get("/feed.atom", &young)
		if len(young.Entries) != 0 {
			t.Errorf("what is of today is in the feed: %+v", young.Entries)
		}
		h.passes(c, 30*time.Hour)
		get("/feed.atom", &young)
		if len(young.Entries) != 0 {
			t.Errorf("what is of yesterday is in the feed: %+v", young.Entries)
		}
		h.passes(c, 24*time.Hour)
		var zh, en atomDoc
		body := get("/feed.atom?lang=zh", &zh)
		get("/feed.atom?lang=en", &en)
		if len(zh.Entries) != 2 || len(en.Entries) != 2 || zh.ID == en.ID {
			t.Fatalf("%+v", zh)
		}
		ids := map[string]bool{}
		for i, e := range zh.Entries {
			ids[e.ID] = true
			if e.ID != en.Entries[i].ID || !strings.HasPrefix(e.ID, "urn:uuid:") || len(e.ID) != len("urn:uuid:")+36 {
				t.Errorf("%q and %q", e.ID, en.Entries[i].ID)
			}
		}
		if !strings.Contains(body, "实事简报&lt;第一期&gt;") || !strings.Contains(body, m.Number) {
			t.Error(body)
		}
		for _, at := range regexp.MustCompile(`T(\d\d:\d\d:\d\d)`).FindAllStringSubmatch(body, -1) {
			if at[1] != "00:00:00" {
				t.Errorf("an hour: %s", at[0])
			}
		}
		var rss struct {
			Items []struct {
				GUID string `xml:"guid"`
			} `xml:"channel>item"`
		}
		get("/feed.rss", &rss)
		if len(rss.Items) != 2 || !ids[rss.Items[0].GUID] || !ids[rss.Items[1].GUID] {
			t.Errorf("%+v", rss)
		}
		if got := h.browser().Get("/feed.atom").Header.Get("Content-Type"); !strings.HasPrefix(got, "application/atom+xml") {
			t.Error(got)
		}
		h.passes(c, 24*time.Hour) // the same tomorrow
		var later atomDoc
		get("/feed.atom", &later)
		for _, e := range later.Entries {
			if !ids[e.ID] {
				t.Errorf("%s has another id now", e.Title)
			}
		}
	})
}
