package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/inspect"
)

// TestPapersAreOpened: the record of an inspection, the form by which a matter is struck off, and the ledger as a sheet, as the product sends
// them, are the samples that are kept (SANWEN_SAMPLES=new writes them anew), and an office program prints them with their headings and columns.
func TestPapersAreOpened(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	visit := inspect.Record{Place: "P104M", Kind: inspect.Routine, Present: "周大军、职工代表徐云福", Items: []inspect.Found{
		{Code: "BT1", Readings: []string{"39.0", "39.1", "38.2"}},
		{Code: "BT2", Readings: []string{"6.9", "6.5", "5.8"}, Problem: "一个喷头水小，喷头堵了", OrderUnit: "D02", OrderDue: "2026-11-27"},
		{Code: "BT5", Readings: []string{"yes"}}}}
	s.Must(func(tx *db.Tx) error { return visit.Do(tx, s.P("inspector")) })
	var ordered string // the matter that the failed item has made, the last one of all
	s.Read(func(tx *db.Tx) (err error) {
		tx.Asked()
		ordered, err = db.One[string](tx, `SELECT number FROM matter ORDER BY number DESC LIMIT 1`)
		return err
	})
	dir := t.TempDir()
	type kept struct {
		name, path, who string
		pages           int
		words           []string // without blanks
	}
	papers := []kept{
		{"inspection-record.docx", "/visit/" + visit.Number + "/record.docx", "inspector", 2, []string{"现场检查记录表", visit.Number, "检查时间", "检查地点", "陪同人", "周大军、职工代表徐云福", "检查项目",
			"序号", "标准", "实测", "结论", "问题描述", "责任单位", "整改时限", "淋浴出水温度", "39.0/39.1/38.2", "合格", "淋浴流量", "不合格", ordered, "检查人签字"}},
		{"matter-closure.docx", "/matter/" + s.things["matter"] + "/closure.docx", "supervisor", 1, []string{"销号申请（审批）表", s.things["matter"], "项目名称", "五定内容", "完成情况说明", "佐证材料", "自查结论", "现场核验结论",
			"职工验收意见", "督办部门意见", "分管领导意见", "销号日期", "回头看计划日期", "检查人签字"}},
		{"ledger.xlsx", "/ledger/export?form=xlsx", "supervisor", 0, []string{"序号", "实事编号", "实事项目名称", "问题来源", "牵头部门", "目标（标准）", "原定完成时限", "当前进度（%）",
			"亮灯状态", "验收情况", "职工满意度", "是否销号", "回头看结果", s.things["matter"], "导出时间"}},
	}
	var files []string
	for _, p := range papers {
		w := s.ask("GET", p.path, p.who, nil)
		if w.Code != 200 || w.Body.Len() < 2000 {
			t.Fatalf("%s: %d, %d bytes", p.path, w.Code, w.Body.Len())
		}
		file := filepath.Join("..", "..", "..", "docs", "samples", p.name)
		if os.Getenv("SANWEN_SAMPLES") == "new" {
			if err := os.WriteFile(file, w.Body.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		was, err := os.ReadFile(file)
		if err != nil || p.pages > 0 && !bytes.Equal(was, w.Body.Bytes()) {
			t.Errorf("%s of docs/samples is not what the product sends: %v", p.name, err)
		}
		if p.pages == 0 { // rows of one moment stand in the order of their ids: the sample says the same, not byte by byte
			files = append(files, filepath.Join(dir, "kept-"+p.name))
			if err := os.WriteFile(files[len(files)-1], was, 0o600); err != nil {
				t.Fatal(err)
			}
			papers = append(papers, kept{name: "kept-" + p.name, words: p.words})
		}
		files = append(files, filepath.Join(dir, p.name))
		if err := os.WriteFile(files[len(files)-1], w.Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range []string{"soffice", "pdftotext", "pdfinfo", "pdffonts"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("SANWEN_TEST_PG") == "require" {
				t.Fatalf("%s is needed (make tools installs it)", tool)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	run := func(name string, args ...string) string {
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("soffice", append([]string{"--headless", "-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", dir}, files...)...)
	for _, p := range papers {
		pdf := filepath.Join(dir, strings.TrimSuffix(strings.TrimSuffix(p.name, ".docx"), ".xlsx")+".pdf")
		text := strings.NewReplacer(" ", "", "\n", "", "\f", "").Replace(run("pdftotext", "-layout", pdf, "-"))
		for _, word := range p.words {
			if !strings.Contains(text, word) {
				t.Errorf("%s has no %q:\n%s", p.name, word, text)
			}
		}
		_, pages, _ := strings.Cut(run("pdfinfo", pdf), "Pages:")
		if n, err := strconv.Atoi(strings.Fields(pages)[0]); err != nil || p.pages > 0 && n != p.pages {
			t.Errorf("%s has %d pages, want %d (%v)", p.name, n, p.pages, err)
		}
		if fonts := run("pdffonts", pdf); strings.Count(fonts, "\n") < 3 {
			t.Errorf("%s has no fonts:\n%s", p.name, fonts)
		}
	}
}
