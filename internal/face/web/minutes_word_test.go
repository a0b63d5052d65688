package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/face/web"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/word"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
	"sanwen/internal/work/meeting/paper"
)

func sampleMinutes() paper.Minutes {
	at := func(s string) clock.Millis {
		t, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai())
		if err != nil {
			panic(err)
		}
		return clock.MillisOf(t)
	}
	return paper.Minutes{V: 1, Kind: meeting.Dispatch, Title: "供暖准备专题调度推进会", Number: "〔2026〕4号", Start: at("2026-11-24 14:00"), Ended: at("2026-11-24 15:40"), Place: "办公楼三楼会议室",
		Chair: "许金莹", Recorder: "万大旭", Signer: "许金莹", SignedAt: at("2026-11-25 11:15"), Opening: "离供暖还有一个月，逐栋查漏。", Demands: "试暖时请职工代表到场，当场量温度。\n红灯事项每周报一次进展。",
		Here:    []paper.Seat{{Unit: "公益福利部", Who: "胡文娟", Presence: meeting.Present}, {Unit: "设备管理部", Who: "周大军", Presence: meeting.Deputy}},
		SatIn:   []paper.Seat{{Unit: "炼铁厂", Who: "徐云福", Presence: meeting.Present}},
		Excused: []paper.Seat{{Unit: "保卫部", Note: "值班", Presence: meeting.Excused}}, Earlier: &paper.Earlier{All: 15, Done: 13, Late: 2},
		Items: []paper.Treated{{Number: "SS-2026-012", Title: "3号单身公寓热水器更换", Kind: pack.ItemMatter, Why: []string{pack.WhyRed}, Lead: "设备管理部", State: "executing", Due0: "2026-09-01", Due: "2026-11-30", Extensions: 2,
			Progress: "配电箱换完，6台热水器到货装好。", Positions: []paper.Voiced{{Unit: "设备管理部", Text: "剩余部分两周内完成。"}}, Conclusion: "同意责任单位意见，按期办结。", Decided: []int64{1}}},
		Resolutions: []paper.Settled{{N: 1, Text: "完成3号单身公寓热水器更换，请职工代表到场验收", Unit: "设备管理部", Co: []string{"公益福利部"}, Person: "周大军", Day: "2026-12-11", Supervisor: "万大旭", Matter: "SS-2026-012"},
			{N: 2, Text: "公布换热站试运行的日期", Unit: "公益福利部", Person: "胡文娟", Day: "2026-12-04", Supervisor: "万大旭"}},
		Sent: []string{"公益福利部", "设备管理部", "炼铁厂", "保卫部"}}
}

// TestMinutesWord: the sample that is kept is what the product writes (SANWEN_SAMPLES=new writes it anew), and an office program prints it
// with head, number, headings, signature, distribution list and the annex with its eight columns on a page that lies; no typeface is missing.
func TestMinutesWord(t *testing.T) {
	var b bytes.Buffer
	if err := word.Write(&b, web.MinutesWord(lang.ZH, clock.Shanghai(), sampleMinutes(), "澄川特钢集团")); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join("..", "..", "..", "docs", "samples", "meeting-minutes.docx")
	if os.Getenv("SANWEN_SAMPLES") == "new" {
		if err := os.WriteFile(kept, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(kept)
	if err != nil || !bytes.Equal(was, b.Bytes()) {
		t.Errorf("the sample of docs/samples is not what the product writes: %v", err)
	}
	for _, tool := range []string{"soffice", "pdftotext", "pdfinfo", "pdffonts", "pdftoppm"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("SANWEN_TEST_PG") == "require" {
				t.Fatalf("%s is needed (make tools installs it)", tool)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.docx"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("soffice", "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "m.docx")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pdf := filepath.Join(dir, "m.pdf")
	run := func(name string, args ...string) string {
		out, err := exec.Command(name, args...).Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return string(out)
	}
	page := func(n string) string {
		return strings.NewReplacer(" ", "", "\n", "").Replace(run("pdftotext", "-f", n, "-l", n, "-layout", pdf, "-"))
	}
	info := run("pdfinfo", "-f", "1", "-l", "9", pdf)
	var sizes []string
	for _, m := range regexp.MustCompile(`Page +\d+ size: +(\d+)[.\d]* x (\d+)`).FindAllStringSubmatch(info, -1) {
		sizes = append(sizes, m[1]+"x"+m[2])
	}
	if want := []string{"595x841", "595x841", "841x595"}; !slices.Equal(sizes, want) {
		t.Errorf("the pages are %q, want %q", sizes, want)
	}
	if bad := looseFonts(run("pdffonts", pdf)); len(bad) > 0 {
		t.Errorf("typefaces that are not in the file, or none of Chinese: %q", bad)
	}
	run("pdftoppm", "-r", "20", "-png", "-l", "1", "-singlefile", pdf, filepath.Join(dir, "m"))
	if bad := spoiled(filepath.Join(dir, "m.png")); bad != "" {
		t.Errorf("the picture of the first page: %s", bad)
	}
	first, last := page("1")+page("2"), page("3")
	for _, want := range []string{"澄川特钢集团会议纪要", "〔2026〕4号", "供暖准备专题调度推进会纪要", "主持：许金莹", "出席：公益福利部胡文娟、设备管理部周大军（代）", "列席：炼铁厂徐云福", "请假：保卫部（值班）", "一、通报进展", "二、逐项研究",
		"（一）3号单身公寓热水器更换SS-2026-012", "原期限2026年9月1日，现期限2026年11月30日，延期2次", "三、工作要求", "签发人：许金莹", "分送：公益福利部、设备管理部、炼铁厂、保卫部。"} {
		if !strings.Contains(first, want) {
			t.Errorf("the pages have no %q:\n%s", want, first)
		}
	}
	for _, want := range []string{"附件", "议定事项清单", "序号", "责任单位", "配合单位", "责任人", "完成时限", "督办人", "SS-2026-012", "公布换热站试运行的日期"} {
		if !strings.Contains(last, want) {
			t.Errorf("the annex has no %q:\n%s", want, last)
		}
	}
}
