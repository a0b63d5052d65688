package web_test

import (
	"archive/zip"
	"bytes"
	"image"
	_ "image/png" // what the pictures of pages are
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/supervise"
)

// keptPaper is a form or a ledger as the product sends it, and what has to be on it.
type keptPaper struct {
	name, path, who string
	pages           int      // 0: not counted
	lies            bool     // the paper lies
	heads           []string // labels or columns, in the order of the customary form
	words           []string // what else is read, without blanks
}

// bathStory is a shower that was measured, put right with more time than was promised, and struck off, and the order that was sent meanwhile.
func (s *scene) bathStory() (visit, ordered, m, order string) {
	s.T.Helper()
	look := inspect.Record{Place: "P104M", Kind: inspect.Routine, Present: "周大军、职工代表徐云福", Items: []inspect.Found{
		{Code: "BT1", Readings: []string{"39.0", "39.1", "38.2"}},
		{Code: "BT2", Readings: []string{"6.9", "6.5", "5.8"}, Problem: "一个喷头水小，喷头堵了", OrderUnit: "D02", OrderDue: "2026-11-27"},
		{Code: "BT5", Readings: []string{"yes"}}}}
	s.Must(func(tx *db.Tx) error { return look.Do(tx, s.P("inspector")) })
	s.Read(func(tx *db.Tx) (err error) { // the matter that the failed item has made, the last one of all
		tx.Asked()
		ordered, err = db.One[string](tx, `SELECT number FROM matter ORDER BY number DESC LIMIT 1`)
		return err
	})
	due := clock.DayOf(s.Clock.Now(), clock.Shanghai()).Add(1)
	for due.Weekday() != 5 { // Friday
		due = due.Add(1)
	}
	in := matter.Register{Title: "四区浴室更换恒温阀", Public: true, Class: matter.Standard, Source: "research", Category: "B1", Place: "P104M", Lead: "D02", Beneficiaries: 300}
	s.Do("triager", &in)
	s.Do("equipment", matter.SubmitPlan{Matter: in.ID, Plan: matter.Slots{Item: "更换恒温阀", Standard: "出水温度稳定在37至42 °C", Checks: []matter.Check{{Text: "淋浴出水温度", Kind: plan.CheckNumber, Unit: "°C", Low: "37", High: "42"}},
		Steps: []plan.Step{{Text: "更换八个恒温阀", Day: due}}, Owner: s.P("equipment").ID, Deadline: due, Acceptors: []string{s.P("worker").ID}}})
	s.Do("equipment-head", matter.SignPlan{Matter: in.ID, As: chain.AsHead, Approve: true})
	s.Do("supervisor", matter.DecidePlan{Matter: in.ID, Approve: true})
	s.Do("equipment", matter.Report{Matter: in.ID, Step: 0, Text: "旧阀已拆，新阀还差两个。"}, matter.AskMore{Matter: in.ID, Day: due.Add(14), Reason: "两个恒温阀供货推迟一周", Interim: "先用手动阀，值班员每班测温三次"})
	s.Clock.Advance(time.Hour)
	s.Do("supervisor", matter.DecideMore{Matter: in.ID, Grant: true, Note: "同意，期间每天报一次水温"})
	issue := supervise.Issue{Unit: "D02", Matter: in.Number, Terms: supervise.Terms{Grade: duty.Yellow, Basis: supervise.BasisInstruction, BasisText: "11月20日现场会", Title: "四区浴室恒温阀到货", Demand: "三日内说明到货日期和过渡措施。", Due: due.Add(7)}}
	s.Do("supervisor", issue)
	s.Read(func(tx *db.Tx) (err error) {
		order, err = db.One[string](tx, `SELECT id FROM supervise_order WHERE title = $1`, issue.Title)
		return err
	})
	s.Do("equipment", supervise.Receive{Order: order})
	s.Clock.Advance(time.Hour)
	s.Do("equipment-head", supervise.Reply{Order: order, Cause: "厂家排产推迟。", Measures: "改由本地仓库调货。", Promised: due.Add(4)})
	s.Do("supervisor", supervise.Close{Order: order, Opinion: "已到货，同意办结。"})
	s.Clock.Advance(time.Hour)
	after := []matter.Reading{{Check: 1, Value: "39.5"}}
	s.Do("equipment", matter.Report{Matter: in.ID, Step: 1, Done: true}, matter.ClaimDone{Matter: in.ID, Text: "八个恒温阀全部换完，连测三天达标", Readings: after})
	s.Clock.Advance(time.Hour) // two looks of one moment stand in the order of their ids
	s.Do("inspector", matter.Inspect{Matter: in.ID, Passed: true, Readings: after})
	s.Must(func(tx *db.Tx) error {
		return matter.SetRated(tx, access.System("test"), in.ID, matter.Confirmed)
	})
	s.Do("supervisor", matter.Close{Matter: in.ID, Reply: "水温已经稳定，阀门每周检查"})
	return look.Number, ordered, in.Number, order
}

// TestPapersAreOpened: the order, the forms and the ledgers of the office (D2, D4, D5, D7, D8, D9, D14, D15; the minutes, D6, have a test of their
// own), as the product sends them, are the samples that are kept (SANWEN_SAMPLES=new writes them anew), and an office program prints them
// with their headings, columns, pages and typefaces.
func TestPapersAreOpened(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	visit, ordered, m, order := s.bathStory()
	papers := []keptPaper{
		{"supervision-order.docx", "/order/" + order + "/letter.docx", "supervisor", 1, false, []string{"督办单号", "下发时间", "督办等级", "督办事项", "督办依据", "关联编号", "承办单位", "督办内容及要求", "办结时限", "签发人", "签收",
			"未完成原因", "下一步措施", "承诺完成时间", "督办意见", "督办办结意见"}, []string{"督办通知单", "工督〔2026〕", "四区浴室恒温阀到货", m, "改由本地仓库调货。", "已到货，同意办结。", "承办单位负责人(签字)"}},
		{"inspection-record.docx", "/visit/" + visit + "/record.docx", "inspector", 2, true, []string{"检查时间", "检查地点", "检查类型", "检查人", "陪同人", "序号", "检查项目", "标准", "仪器（编号、检定有效期）", "实测", "单位", "结论", "问题描述", "照片编号", "整改要求", "责任单位", "整改时限", "复查结果"},
			[]string{"现场检查记录表", visit, "周大军、职工代表徐云福", "淋浴出水温度", "39.0/39.1/38.2", "合格", "淋浴流量", "不合格", "整改后实测≥6L/min", ordered, "检查人签字"}},
		{"matter-closure.docx", "/matter/" + m + "/closure.docx", "supervisor", 2, false, []string{"实事编号", "项目名称", "责任单位", "五定内容", "完成情况说明", "佐证材料", "自查结论", "现场核验结论", "职工验收意见", "督办部门意见", "分管领导意见", "销号日期", "回头看计划日期"},
			[]string{"销号申请（审批）表", m, "八个恒温阀全部换完，连测三天达标", "水温已经稳定，阀门每周检查", "39.5°C", "检查人签字"}},
		{"extension-request.docx", "/matter/" + m + "/extension/1/docx", "supervisor", 1, false, []string{"事项编号", "事项名称", "承办单位", "原定时限", "申请延至", "延期次数", "延期原因", "目前进展", "过渡措施", "是否已告知诉求人", "承办单位意见", "督办部门意见", "领导意见", "审批日期"},
			[]string{"延期办理申请审批表", m, "两个恒温阀供货推迟一周", "旧阀已拆，新阀还差两个。", "先用手动阀，值班员每班测温三次", "同意，期间每天报一次水温"}},
		{"orders.xlsx", "/orders/export?form=xlsx&q=" + "恒温阀", "supervisor", 0, true, []string{"序号", "督办单号", "督办等级", "督办事项", "关联编号", "承办单位", "责任人", "下发时间", "签收时间", "办结时限", "反馈时间", "反馈内容", "是否按期", "逾期天数", "延期次数", "督办次数", "当前状态", "销号时间", "督办人", "备注"},
			[]string{"四区浴室恒温阀到货", "导出时间"}},
		{"ledger.xlsx", "/ledger/export?form=xlsx", "supervisor", 0, true, []string{"序号", "实事编号", "实事项目名称", "问题来源", "关联诉求数", "类别", "具体内容", "受益单位及人数", "目标（标准）", "主要措施", "责任领导", "牵头部门", "配合部门", "责任人", "资金及来源", "计划开始", "原定完成时限", "现完成时限（延期次数）",
			"当前进度（%）", "进展情况", "存在问题及需协调事项", "亮灯状态", "完成时间", "验收情况", "职工满意度", "是否销号", "回头看结果", "备注"},
			[]string{s.things["matter"], "导出时间"}},
	}
	papers = append(papers, s.proposalPapers()...)
	dir := t.TempDir()
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
		word := strings.HasSuffix(p.name, ".docx")
		if err != nil || word && plainDocx(t, was) != plainDocx(t, w.Body.Bytes()) {
			t.Errorf("%s of docs/samples is not what the product sends: %v", p.name, err)
		}
		for name, content := range map[string][]byte{p.name: w.Body.Bytes(), "kept-" + p.name: was} {
			if word && name != p.name { // the same bytes
				continue
			}
			if got := headsOf(t, name, content); !inOrder(got, p.heads) {
				t.Errorf("%s: %q, want in this order %q", name, got, p.heads)
			}
			files = append(files, filepath.Join(dir, name))
			if err := os.WriteFile(files[len(files)-1], content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if !word { // rows of one moment stand in the order of their ids: the sample says the same, not byte by byte
			k := p
			k.name = "kept-" + p.name
			papers = append(papers, k)
		}
	}
	for _, tool := range []string{"soffice", "pdftotext", "pdfinfo", "pdffonts", "pdftoppm"} {
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
		text := strings.NewReplacer(" ", "", "\n", "", "\f", "").Replace(run("pdftotext", pdf, "-") + run("pdftotext", "-layout", pdf, "-"))
		for i, word := range append(slices.Clone(p.words), p.heads...) {
			if (i < len(p.words) || len([]rune(word)) <= 6) && !strings.Contains(text, word) { // longer ones go on in the next line of a narrow column
				t.Errorf("%s has no %q:\n%s", p.name, word, text)
			}
		}
		info := run("pdfinfo", pdf)
		_, pages, _ := strings.Cut(info, "Pages:")
		n, err := strconv.Atoi(strings.Fields(pages)[0])
		if err != nil || p.pages > 0 && n != p.pages {
			t.Errorf("%s has %d pages, want %d (%v)", p.name, n, p.pages, err)
		}
		if size := regexp.MustCompile(`Page size:\s+(\d+)[.\d]* x (\d+)`).FindStringSubmatch(info); size == nil || (size[1] > size[2]) != p.lies || !slices.Contains([]string{"595", "841"}, size[1]) {
			t.Errorf("%s is printed on %q", p.name, size)
		}
		if bad := looseFonts(run("pdffonts", pdf)); len(bad) > 0 {
			t.Errorf("%s: typefaces that are not in the file, or none of Chinese: %q", p.name, bad)
		}
		run("pdftoppm", "-r", "20", "-png", "-l", "1", "-singlefile", pdf, strings.TrimSuffix(pdf, ".pdf"))
		if bad := spoiled(strings.TrimSuffix(pdf, ".pdf") + ".png"); bad != "" {
			t.Errorf("the picture of %s: %s", p.name, bad)
		}
	}
}

// paperNumbers are what is counted up by everything that a test does before, and what follows from it.
var paperNumbers = regexp.MustCompile(`[A-Z]{2}-2026-\d+|〔2026〕\d+号|[0-9a-f]{64}`)

// plainDocx is all that is in a document, but for its numbers.
func plainDocx(t *testing.T, content []byte) (all string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += f.Name + "\n" + paperNumbers.ReplaceAllString(string(b), "№") + "\n"
	}
	return all
}

// headsOf are the texts of a document one after the other, or the columns of a ledger.
func headsOf(t *testing.T, name string, content []byte) (out []string) {
	t.Helper()
	if strings.HasSuffix(name, ".xlsx") {
		f, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer f.Close()
		rows, err := f.GetRows(f.GetSheetName(0))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range rows {
			if len(r) > 5 && r[0] == "序号" {
				return r
			}
		}
		return nil
	}
	for _, x := range regexp.MustCompile(`<w:t[^>]*>([^<]*)</w:t>`).FindAllStringSubmatch(webtest.WordXML(t, content), -1) {
		out = append(out, x[1])
	}
	return out
}

// inOrder reports whether all of some texts stand in a list in their order, with others between them.
func inOrder(all, some []string) bool {
	for _, x := range all {
		if len(some) > 0 && x == some[0] {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// hasChinese are the names of typefaces, or ways of writing their letters down, that can write Chinese.
var hasChinese = regexp.MustCompile(`CID|CJK|Fang|Song|Hei|Kai|Ming|WenQuan`)

// looseFonts are the typefaces of a list of pdffonts that are not embedded, or all of them where none can write Chinese.
func looseFonts(list string) (bad []string) {
	chinese := false
	lines := strings.Split(strings.TrimSpace(list), "\n")
	for _, l := range lines[min(2, len(lines)):] {
		f := strings.Fields(l)
		chinese = chinese || hasChinese.MatchString(l)
		if len(f) < 8 || f[len(f)-5] != "yes" { // name type encoding emb sub uni object id
			bad = append(bad, l)
		}
	}
	if !chinese {
		return lines
	}
	return bad
}

// spoiled says what is wrong with the picture of a page: nothing on it, or something at its very edge.
func spoiled(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	p, _, err := image.Decode(f)
	if err != nil {
		return err.Error()
	}
	ink, edge, b := 0, 0, p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := p.At(x, y).RGBA(); r < 0xc000 {
				ink++
				if x < b.Min.X+2 || y < b.Min.Y+2 || x >= b.Max.X-2 || y >= b.Max.Y-2 {
					edge++
				}
			}
		}
	}
	switch {
	case ink < 50:
		return "nothing is on it"
	case edge > 0:
		return "something stands at the edge"
	}
	return ""
}

// TestPapersBite: what is out of order, a typeface that is not in the file, a page with nothing on it are noticed.
func TestPapersBite(t *testing.T) {
	if inOrder([]string{"甲", "丙", "乙"}, []string{"甲", "乙", "丙"}) || !inOrder([]string{"甲", "x", "乙"}, []string{"甲", "乙"}) {
		t.Error("the order is not seen")
	}
	const head = "name type encoding emb sub uni object ID\n---- ---- ---- --- --- --- ---\n"
	for list, want := range map[string]int{head + "A+Fang CID TrueType Identity-H yes yes yes 8 0": 0, head + "Fang CID TrueType Identity-H no no yes 8 0": 1, head + "A+Times Type 1 Custom yes yes yes 8 0": 3} {
		if got := looseFonts(list); len(got) != want {
			t.Errorf("%s: %q", list, got)
		}
	}
}
