package web_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/matter"
)

// TestNewsAsWord: bulletin (D11), circular (D12) and notice (D13) as the product sends them are the samples that are kept (SANWEN_SAMPLES=new writes
// them anew), each with its parts in their order.
func TestNewsAsWord(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	told, _ := h.tell(coldWater)
	m := h.asking(told)
	h.finish(m.ID, matter.Confirmed)
	h.passes(c, 72*time.Hour) // Thursday
	for _, p := range []struct {
		name  string
		edit  news.Edit
		kind  news.Kind
		words []string
	}{
		{"bulletin.docx", news.Edit{Title: "浴室改造一件一件办", Blocks: []news.Block{{Key: "lead", Text: "本周办成一件职工反映集中的实事。"}, {Key: "work", Text: "先到现场测温，再定方案。\n完工以后由职工确认。"}, {Key: "next", Text: "下一步办食堂排队。"}},
			Since: "2026-11-01", To: "2026-11-24", Matters: m.Number, Sent: "报公司领导；送各部门；发各单位工会。"}, news.Bulletin,
			[]string{"工作简报", "JB-2026-001", "浴室改造一件一件办", "导语", "主要做法", "完工以后由职工确认。", "下步安排", "数据", "听到", "涉及的实事", "四区浴室水温", "职工确认解决", "数据统计到", "报公司领导"}},
		{"circular.docx", news.Edit{Title: "十一月实事办理情况通报", Blocks: []news.Block{{Key: "overall", Text: "受理的实事都有责任人和时限。"}, {Key: "demands", Text: "到期前三天还没有进展的，说明原因。"}}, Since: "2026-11-01", To: "2026-11-24", Sent: "发各单位、各部门。"}, news.Circular,
			[]string{"情况通报", "TB-2026-001", "总体情况", "工作要求", "数据", "发各单位", "各单位情况", "单位", "受理数", "应办结数", "办结率", "按时办结率", "首次响应达标率", "从严解决率", "重办率", "重复诉求率", "退回次数", "延期数", "环比", "同比", "炼钢厂", "合计", "没有应办结实事的单位", "剔除的反映：0 条", "2026年10月8日至2026年10月31日", "不按件数多少排名次", "首次响应达标率：", "不足10件的单位不显示"}},
		{"notice.docx", news.Edit{Title: "四区浴室改造公示", Class: "matter", From: "2026-11-27", Until: "2026-12-03", Contact: "工会办公室 8-2217", Blocks: []news.Block{{Key: "body", Text: "浴室停用三天，更换换热机组。"}}, Matters: m.Number}, news.Notice,
			[]string{"四区浴室改造公示", "浴室停用三天", "涉及的实事", "事项", "责任单位", "日期", "结果", "四区浴室水温", "范围：", "全公司", "公示期：", "2026年11月27日至2026年12月3日", "联系方式：", "8-2217"}},
	} {
		x := &news.Write{Kind: p.kind, Title: p.edit.Title}
		h.by("T1", x)
		p.edit.News, p.edit.Submit, p.edit.Everywhere = x.ID, true, true
		h.by("T1", p.edit)
		h.by("T2", news.Judge{News: x.ID, Show: true})
		t1 := h.as("T1")
		t1.Get("/publish/"+x.ID+"/paper").Want(200).Says(p.edit.Title, h.newsNumber(x.ID))
		body := t1.Get("/publish/" + x.ID + "/paper.docx").Want(200).Body
		file := filepath.Join("..", "..", "..", "docs", "samples", p.name)
		if os.Getenv("SANWEN_SAMPLES") == "new" {
			if err := os.WriteFile(file, body, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if was, err := os.ReadFile(file); err != nil || !bytes.Equal(was, body) {
			t.Errorf("%s of docs/samples is not what the product sends: %v", p.name, err)
		}
		text := docxText(t, body)
		for _, w := range p.words {
			i := strings.Index(text, w)
			if i < 0 {
				t.Errorf("%s: no %q behind what comes before it in %s", p.name, w, text)
				break
			}
			text = text[i+len(w):]
		}
	}
}

func (h *hall) newsNumber(id string) (number string) {
	h.t.Helper()
	h.read(func(tx *db.Tx) (err error) {
		number, err = db.One[string](tx, `SELECT number FROM news WHERE id = $1`, id)
		return err
	})
	return number
}

var markup = regexp.MustCompile(`<[^>]*>`)

// docxText is the text of a Word document.
func docxText(t *testing.T, body []byte) string {
	t.Helper()
	return markup.ReplaceAllString(webtest.WordXML(t, body), "")
}
