package word

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func file(t *testing.T, d Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part reads one part of the package and checks that it is well-formed.
func part(t *testing.T, docx []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		if _, err := d.Token(); err == io.EOF {
			return string(b)
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func one(blocks ...Block) Document {
	return Document{Title: "一", Time: time.Unix(1_790_000_000, 0), Sections: []Section{{Page: Official, Blocks: blocks}}}
}

func TestTextStaysText(t *testing.T) {
	nasty := "</w:t><script>&\"'\x00\x0b\ufffe\xff 一\n二\t三"
	doc := part(t, file(t, one(P(Body, nasty), Table{Widths: []float64{100}, Rows: [][]Cell{Row(nasty)}})), "word/document.xml")
	if strings.Contains(doc, "<script") || strings.Contains(doc, "</w:t><script") {
		t.Error("text became markup")
	}
	if n := strings.Count(doc, "&lt;/w:t&gt;&lt;script&gt;&amp;&#34;&#39; 一"); n != 2 {
		t.Errorf("the text is there %d times:\n%s", n, doc)
	}
	if strings.Count(doc, "<w:br>") != 2 || strings.Count(doc, "<w:tab>") != 2 {
		t.Error("a line or a tab was lost")
	}
}

func TestSameBytes(t *testing.T) {
	d := one(Head("纪要"), P(Title, "一"), Line(true), Named("出席", "甲"))
	if !bytes.Equal(file(t, d), file(t, d)) {
		t.Error("the same document gave other bytes")
	}
	d.Time = d.Time.Add(time.Hour)
	if bytes.Equal(file(t, one()), file(t, d)) {
		t.Error("another document gave the same bytes")
	}
}

func TestRefused(t *testing.T) {
	for name, d := range map[string]Document{
		"no section": {},
		"no rows":    one(Table{Widths: []float64{10}}),
		"too narrow": one(Table{Widths: []float64{10, 10}, Rows: [][]Cell{Row("一")}}),
		"too wide":   one(Table{Widths: []float64{10, 10}, Rows: [][]Cell{{{Text: "一", Span: 3}}}}),
	} {
		if err := Write(io.Discard, d); !errors.Is(err, errEmpty) && !errors.Is(err, errTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// office converts with LibreOffice and returns the file; a developer without it skips, the whole run (make test) does not.
func office(t *testing.T, docx []byte) string {
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
	if err := os.WriteFile(filepath.Join(dir, "a.docx"), docx, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("soffice", "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "a.docx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	return filepath.Join(dir, "a.pdf")
}

// squeezed drops blanks: a program sets a little space between Chinese and digits.
func squeezed(s string) string { return strings.NewReplacer(" ", "", "\u00a0", "").Replace(s) }

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestOffice asserts on paper what GB/T 9704 asks for: 22 lines of 28 characters within 156 × 225 mm, the head in red, headings, repeated
// headings of a table, numbers of pages outside, typefaces.
func TestOffice(t *testing.T) {
	// 22 lines × 28 characters fill the first page to the last place, the next paragraph begins page 2.
	full := strings.Repeat("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰馀成岁", 22)
	rows := [][]Cell{Labels("序号", "议定事项", "责任单位", "完成时限")}
	for range 40 {
		rows = append(rows, Row("1", "换浴室喷头", "设备部", "2026年12月1日"))
	}
	d := one(P(Flush, full), P(Heading1, "一、通报进展"), P(Heading2, "（一）供暖"), P(Heading3, "1.锅炉"), P(Body, "正文。"))
	d.Sections = append(d.Sections,
		Section{Page: Official, Blocks: []Block{Head("会议纪要"), Paragraph{Style: Issuer, Text: "集团公司工会", Right: "2026年11月24日"}, Line(true),
			P(Title, "标题"), Named("出席", strings.Repeat("甲乙丙丁、", 12)), P(Signed, "签发人：王海")}},
		Section{Page: Across, Blocks: []Block{P(Annex, "附件"), Table{Widths: []float64{15, 120, 50, 40}, Head: 1, Rows: rows}}})
	pdf := office(t, file(t, d))

	info := tool(t, "pdfinfo", "-f", "1", "-l", "9", pdf)
	if !strings.Contains(info, "Pages:           6") || !strings.Contains(info, "Page    1 size:  595.3") && !strings.Contains(info, "Page    1 size:  595.2") {
		t.Errorf("pages:\n%s", info)
	}
	if !strings.Contains(info, "Page    4 size:  841.9") && !strings.Contains(info, "Page    4 size:  841.8") {
		t.Errorf("the wide page does not lie:\n%s", info)
	}
	first := strings.Split(strings.TrimSpace(tool(t, "pdftotext", "-f", "1", "-l", "1", "-layout", pdf, "-")), "\n")
	lines := 0
	for _, l := range first {
		if n := len([]rune(strings.TrimSpace(l))); n == 28 {
			lines++
		} else if n > 6 {
			t.Errorf("a line of %d characters: %s", n, l)
		}
	}
	if lines != 22 {
		t.Errorf("%d lines of 28 characters on the first page, want 22:\n%s", lines, strings.Join(first, "\n"))
	}
	second := tool(t, "pdftotext", "-f", "2", "-l", "2", "-layout", pdf, "-")
	for _, want := range []string{"一、通报进展", "（一）供暖", "1.锅炉", "正文。", "— 2 —"} {
		if !strings.Contains(squeezed(second), squeezed(want)) {
			t.Errorf("page 2 has no %q:\n%s", want, second)
		}
	}
	box(t, pdf)
	third := tool(t, "pdftotext", "-f", "3", "-l", "3", "-layout", pdf, "-")
	for _, want := range []string{"会议纪要", "集团公司工会", "2026年11月24日", "出席：甲乙丙丁", "签发人：王海"} {
		if !strings.Contains(squeezed(third), want) {
			t.Errorf("page 3 has no %q:\n%s", want, third)
		}
	}
	for _, page := range []string{"4", "5", "6"} {
		if s := tool(t, "pdftotext", "-f", page, "-l", page, "-layout", pdf, "-"); !strings.Contains(s, "议定事项") || !strings.Contains(s, "完成时限") {
			t.Errorf("page %s of the table has no heading row:\n%s", page, s)
		}
	}
	fonts := strings.TrimSpace(tool(t, "pdffonts", pdf))
	for _, l := range strings.Split(fonts, "\n")[2:] {
		if f := strings.Fields(l); len(f) < 6 || !strings.Contains(l, "yes yes yes") {
			t.Errorf("a typeface is not embedded with its characters: %s", l)
		}
	}
	if len(strings.Split(fonts, "\n")) < 4 {
		t.Errorf("typefaces:\n%s", fonts)
	}
	// What the file names is what the standard asks for, whatever stood in for it here.
	styles := part(t, file(t, d), "word/styles.xml") + part(t, file(t, d), "word/fontTable.xml")
	for _, want := range []string{"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "FangSong", "SimHei"} {
		if !strings.Contains(styles, want) {
			t.Errorf("the file does not name %s", want)
		}
	}
}

// box checks the margins: the text of page 1 lies within 28…184 mm and 37…262 mm.
func box(t *testing.T, pdf string) {
	t.Helper()
	var doc struct {
		Pages []struct {
			Words []struct {
				X0   float64 `xml:"xMin,attr"`
				Y0   float64 `xml:"yMin,attr"`
				X1   float64 `xml:"xMax,attr"`
				Y1   float64 `xml:"yMax,attr"`
				Text string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	if err := xml.Unmarshal([]byte(tool(t, "pdftotext", "-f", "1", "-l", "1", "-bbox", pdf, "-")), &doc); err != nil {
		t.Fatal(err)
	}
	const mm = 25.4 / 72
	x0, y0, x1, y1 := 999.0, 999.0, 0.0, 0.0
	for _, w := range doc.Pages[0].Words {
		if len([]rune(w.Text)) > 3 {
			x0, y0, x1, y1 = min(x0, w.X0*mm), min(y0, w.Y0*mm), max(x1, w.X1*mm), max(y1, w.Y1*mm)
		}
	}
	if x0 < 27.5 || x0 > 28.5 || x1 < 182 || x1 > 184.5 || y0 < 35.5 || y0 > 41 || y1 < 256 || y1 > 264 {
		t.Errorf("the text lies at %.1f…%.1f × %.1f…%.1f mm", x0, x1, y0, y1)
	}
}
