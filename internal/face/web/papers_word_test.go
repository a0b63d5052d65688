package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

// printed is a document of the office as an office program prints it.
type printed struct {
	pages string // their number
	size  string // of the first page, in points
	fonts string
	text  string // without blanks
}

// print converts documents with LibreOffice, all at once; a developer without it skips, the whole run (make test) does not.
func print(t *testing.T, docs map[string][]byte) map[string]printed {
	t.Helper()
	for _, tool := range []string{"soffice", "pdftotext", "pdffonts", "pdfinfo"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("SANWEN_TEST_PG") == "require" {
				t.Fatalf("%s is needed (make tools installs it)", tool)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	dir := t.TempDir()
	args := []string{"--headless", "-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", dir}
	for name, b := range docs {
		file := filepath.Join(dir, name+".docx")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command("soffice", args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	run := func(tool string, args ...string) string {
		out, err := exec.Command(tool, args...).Output()
		if err != nil {
			t.Fatalf("%s: %v", tool, err)
		}
		return string(out)
	}
	out := map[string]printed{}
	for name := range docs {
		pdf := filepath.Join(dir, name+".pdf")
		p := printed{fonts: run("pdffonts", pdf), text: strings.NewReplacer(" ", "", "\n", "", "\f", "", "\u00a0", "").Replace(run("pdftotext", "-layout", pdf, "-"))}
		for _, line := range strings.Split(run("pdfinfo", pdf), "\n") {
			if v, ok := strings.CutPrefix(line, "Pages:"); ok {
				p.pages = strings.TrimSpace(v)
			}
			if v, ok := strings.CutPrefix(line, "Page size:"); ok {
				p.size = strings.TrimSpace(v)
			}
		}
		out[name] = p
		if to := os.Getenv("SANWEN_PICTURES"); to != "" {
			run("pdftoppm", "-r", "60", "-png", pdf, filepath.Join(to, name))
		}
	}
	return out
}

// TestOfficePapers: the closure form (D7), the extension form (D8) and the record of an inspection (D9) are, as documents, what is kept in
// docs/samples (SANWEN_SAMPLES=new writes them anew), and an office program prints them with heading, number, every line, what was measured
// and who signed, on the paper that they are meant for.
func TestOfficePapers(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	low, high := 37.0, 42.0
	p.Must(func(tx *db.Tx) error {
		for key, name := range map[string]string{"handler": "林立江", "head": "周大军", "inspector": "毛海民", "triager": "熊静洋", "supervisor": "万大旭", "chair": "朱振杰", "worker": "陈春飞", "leader": "许金莹"} {
			if _, err := tx.Exec(`UPDATE org_person SET name = $2 WHERE id = $1`, p.P(key).ID, name); err != nil {
				return err
			}
		}
		tx.Recorded()
		who := access.System("test")
		for _, i := range []org.CheckItem{
			{Code: "BT1", PlaceKind: org.Bathhouse, NameZh: "淋浴出水温度", NameEn: "Shower water temperature", Measure: "°C", Op: catalogue.Between, Low: &low, High: &high, Points: 3, BasisZh: "GB 50015", Active: true},
			{Code: "BT5", PlaceKind: org.Bathhouse, NameZh: "防滑、地漏、照明、换气", NameEn: "Slip, drain, light, air", Op: catalogue.YesNo, Points: 1, BasisZh: "单位规定", Active: true},
		} {
			if err := (org.SaveCheckItem{CheckItem: i}).Do(tx, who); err != nil {
				return err
			}
		}
		return inspect.SaveInstrument{Number: "T-0107", Name: "针式温度计", Measure: "°C", Due: "2027-03-31", Active: true}.Do(tx, p.P("inspector"))
	})
	n := p.to(matter.Executing)
	p.form("handler", n, "more-time").Set("day", "2026-12-25").Set("reason", "换热器 12 月 20 日到货，到货后三天装完").Set("interim", "夜班前先加热水箱").Submit().Want(200)
	c.Advance(2 * time.Hour)
	p.form("supervisor", n, "extension").Set("grant", "yes").Set("note", "理由成立").Submit().Want(200)
	c.Advance(26 * time.Hour)
	p.work(n)
	c.Advance(26 * time.Hour)
	p.form("inspector", n, "inspect").Set("readings.1", "40.5").Set("readings.1.2", "41").Set("readings.1.3", "39").Set("readings.2", "yes").
		Set("passed", "yes").Set("present", "职工代表 2 人").Submit().Want(200)
	p.rated(n)
	c.Advance(time.Hour)
	p.form("triager", n, "close").Set("reply", "水温已达标，请大家监督").Submit().Want(200)
	c.Advance(time.Hour)
	in := inspect.Record{Place: "P104M", Kind: inspect.Routine, Present: "职工代表 2 人", Note: "夜班后", Items: []inspect.Found{
		{Code: "BT1", Readings: []string{"38", "33.5", "39"}, Instrument: "T-0107", Problem: "里面第二个喷头是凉的"}, {Code: "BT5", Readings: []string{"yes"}}}}
	p.Must(func(tx *db.Tx) error { return in.Do(tx, p.P("inspector")) })

	docs := map[string][]byte{}
	for name, path := range map[string]string{"matter-closure": "/matter/" + n + "/closure.docx", "matter-extension": "/matter/" + n + "/extension/1/docx", "inspection-record": "/visit/" + in.Number + "/record.docx"} {
		docs[name] = p.as("triager").Get(path).Want(200).Body
		kept := filepath.Join("..", "..", "..", "docs", "samples", name+".docx")
		if os.Getenv("SANWEN_SAMPLES") == "new" {
			if err := os.WriteFile(kept, docs[name], 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if was, err := os.ReadFile(kept); err != nil || !bytes.Equal(was, docs[name]) {
			t.Errorf("docs/samples/%s.docx is not what the product writes: %v", name, err)
		}
	}
	got := print(t, docs)
	for name, want := range map[string]struct {
		pages, size string
		says        []string
	}{
		"matter-closure": {"2", "595.3", []string{"销号申请（审批）表", "SS-2026-001", "四区浴室水温不足", "设备部林立江", "定措施:更换换热器·2026年12月2日", "自查结论合格·林立江", "现场核验结论合格·毛海民", "督办部门意见水温已达标，请大家监督",
			"回答人数太少，不显示结果", "2027年2月3日回头看计划日期", "整改前后实测对照", "淋浴出水温度", "38–42℃", "40.5/4", "督办部门", "分管领导", "熊静洋", "以本人账号签字", "—1—", "—2—"}},
		"matter-extension": {"1", "595.3", []string{"延期办理申请审批表", "原定时限2026年12月11日", "申请延至2026年12月25日", "延期次数1", "换热器12月20日到货，到货后三天装完", "过渡措施夜班前先加热水箱",
			"批准时已由系统告知", "督办部门意见理由成立", "申请人审批人", "林立江万大旭", "以本人账号签字"}},
		"inspection-record": {"2", "841.8", []string{"现场检查记录表", "JC-2027-001", "检查地点四区职工新浴室(男)(P104M)·炼铁厂", "检查类型日常", "检查人毛海民", "陪同人职工代表2人", "T-0107", "有效期至2027", "平均36.8", "最差33.",
			"里面第二个喷", "不合格", "检查人签字：", "被检查单位签字：", "尚未签字"}},
	} {
		x := got[name]
		if x.pages != want.pages || !strings.HasPrefix(x.size, want.size) {
			t.Errorf("%s: %s pages of %s, want %s of %s", name, x.pages, x.size, want.pages, want.size)
		}
		for _, s := range want.says {
			if !strings.Contains(x.text, s) {
				t.Errorf("%s does not say %q:\n%s", name, s, x.text)
			}
		}
		if !strings.Contains(x.fonts, "NotoSansCJK") || strings.Contains(x.fonts, " no ") {
			t.Errorf("%s: a typeface is missing or not within the paper:\n%s", name, x.fonts)
		}
	}
}
