package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"sanwen/internal/ground/fault"
)

func open(t testing.TB, b []byte) (*Book, error) {
	t.Helper()
	return Open(context.Background(), bytes.NewReader(b), int64(len(b)), Limits{})
}

func all(t testing.TB, b []byte) (*Book, []Row) {
	t.Helper()
	book, err := open(t, b)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	if err := book.Rows(context.Background(), func(r Row) error { rows = append(rows, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return book, rows
}

func wantFault(t *testing.T, name string, err error, k fault.Kind, key string) {
	t.Helper()
	if err == nil || fault.Of(err).Key != key || fault.KindOf(err) != k {
		t.Errorf("%s: %v, want %v %s", name, err, k, key)
	}
}

func texts(rows []Row) (out [][]string) {
	for _, r := range rows {
		s := []string{fmt.Sprint(r.Number)}
		for _, c := range r.Cells {
			s = append(s, c.Text)
		}
		out = append(out, s)
	}
	return out
}

func TestAddress(t *testing.T) {
	for i, want := range map[int]string{0: "A1", 25: "Z1", 26: "AA1", 51: "AZ1", 52: "BA1", 701: "ZZ1", 702: "AAA1", 16383: "XFD1"} {
		if got := Address(i, 1); got != want {
			t.Errorf("Address(%d) = %s, want %s", i, got, want)
		}
		if got := columnOf(Address(i, 77)); got != i {
			t.Errorf("columnOf(%s) = %d", Address(i, 77), got)
		}
	}
}

const people = "工号,姓名,电话\r\n00012345,张伟,13800000001\r\n\r\n00012346,\"李 \"\"大\"\" 娜\n班长\",1.38E+10\r\n00012347,王芳㐀,13800000003"

func TestCSVEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(people)
	if err != nil {
		t.Fatal(err)
	}
	u16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(people)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"1", "工号", "姓名", "电话"},
		{"2", "00012345", "张伟", "13800000001"},
		{"4", "00012346", "李 \"大\" 娜\n班长", "1.38E+10"},
		{"5", "00012347", "王芳㐀", "13800000003"},
	}
	for _, c := range []struct{ name, text, encoding string }{
		{"plain", people, "UTF-8"}, {"BOM", "\uFEFF" + people, "UTF-8"}, {"GB18030", gb, "GB18030"}, {"UTF-16", u16, "UTF-16"},
		{"tabs", strings.ReplaceAll(people, ",", "\t"), "UTF-8"}, {"semicolons", strings.ReplaceAll(people, ",", ";"), "UTF-8"},
	} {
		b, rows := all(t, []byte(c.text))
		if got := texts(rows); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q", c.name, got)
		}
		if b.Encoding != c.encoding || b.Format != "csv" {
			t.Errorf("%s: %s %s", c.name, b.Format, b.Encoding)
		}
		if b.Total < len(rows) {
			t.Errorf("%s: total %d", c.name, b.Total)
		}
	}
}

// A character that begins in one piece of 64 KiB and ends in the next must not
// turn a UTF-8 file into GB18030.
func TestEncodingAcrossPieces(t *testing.T) {
	for shift := range 8 {
		text := strings.Repeat("x", shift) + strings.Repeat("汉字𠀀é", 30_000)
		if ok, err := validUTF8(strings.NewReader(text)); !ok || err != nil {
			t.Errorf("shift %d: %v %v", shift, ok, err)
		}
		if ok, _ := validUTF8(strings.NewReader(text + "\xb5\xc4")); ok {
			t.Errorf("shift %d: trailing GBK taken for UTF-8", shift)
		}
		if ok, _ := validUTF8(strings.NewReader(text[:len(text)-1])); ok {
			t.Errorf("shift %d: cut character accepted", shift)
		}
	}
}

func TestCSVRefusals(t *testing.T) {
	for name, c := range map[string]struct{ text, key string }{
		"empty":          {"", "sheet.empty"},
		"picture":        {"\x89PNG\r\n\x1a\n0000", "sheet.unknown"},
		"pdf":            {"%PDF-1.4", "sheet.unknown"},
		"binary":         {"a,b\x00c\n", "sheet.unknown"},
		"no encoding":    {"a,\xff\xff\xff\n", "sheet.encoding"},
		"old xls":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet.old"},
		"empty zip":      {"PK\x05\x06" + strings.Repeat("\x00", 18), "sheet.broken"},
		"zip, cut short": {"PK\x03\x04" + strings.Repeat("x", 100), "sheet.broken"},
	} {
		_, err := open(t, []byte(c.text))
		wantFault(t, name, err, fault.Invalid, c.key)
	}
	b, err := open(t, []byte("a,b\n1,\"open\n2,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	err = b.Rows(context.Background(), func(Row) error { return nil })
	wantFault(t, "open quote", err, fault.Invalid, "sheet.quotes")
	if f := fault.Of(err); f.Args[0] != 2 {
		t.Errorf("line %v", f.Args)
	}
}

func TestLimits(t *testing.T) {
	read := func(l Limits, text string) error {
		b, err := Open(context.Background(), strings.NewReader(text), int64(len(text)), l)
		if err != nil {
			return err
		}
		return b.Rows(context.Background(), func(Row) error { return nil })
	}
	wantFault(t, "bytes", read(Limits{Bytes: 10}, strings.Repeat("a", 11)), fault.TooLarge, "sheet.bytes")
	wantFault(t, "rows", read(Limits{Rows: 2}, "a\nb\nc\n"), fault.TooLarge, "sheet.rows")
	wantFault(t, "columns", read(Limits{Columns: 2}, "a,b\n1,2,3\n"), fault.TooLarge, "sheet.columns")
	wantFault(t, "cell", read(Limits{Cell: 3}, "a\n汉字汉字\n"), fault.TooLarge, "sheet.cell_long")
	if err := read(Limits{Rows: 2, Columns: 2, Cell: 3}, "a,b,,\n\n,\n汉字汉,2\n"); err != nil {
		t.Errorf("at the limits: %v", err)
	}
	if f := fault.Of(read(Limits{Cell: 3}, "a\nb\nx,汉字汉字\n")); f.Args[0] != "B3" {
		t.Errorf("address %v", f.Args)
	}
}

func TestSuspects(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want bool
	}{
		{Cell{"1.38E+10", Text}, true}, {Cell{"1.38e10", Number}, true}, {Cell{"3.10101199001011E+17", Number}, true}, {Cell{"1E+11", Text}, true}, {Cell{"310101199001011000", Number}, true}, {Cell{"310101199001011234", Text}, false},
		{Cell{"13800000000", Number}, false}, {Cell{"0.5", Number}, false}, {Cell{"1.5E-3", Number}, false}, {Cell{"12E3", Text}, false}, {Cell{"E5", Text}, false}, {Cell{"", Text}, false}, {Cell{"Kesselhaus", Text}, false}, {Cell{"1.2.3E+4", Text}, false},
	} {
		if got := c.cell.Scientific(); got != c.want {
			t.Errorf("%+v: %v", c.cell, got)
		}
	}
	if !(Cell{"12345", Number}).ZerosLost(8) || (Cell{"00012345", Text}).ZerosLost(8) || (Cell{"A12", Text}).ZerosLost(8) || (Cell{}).ZerosLost(8) {
		t.Error("ZerosLost")
	}
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{" 　\u00a0张 伟\u200b\r\n": "张 伟", "'=1+1": "=1+1", "'quoted'": "'quoted'", "\uFEFFx": "x"} {
		if got := Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q", in, got)
		}
	}
}

func excel(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t testing.TB, f *excelize.File, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", cell, v); err != nil {
		t.Fatal(err)
	}
}

func TestXLSXKinds(t *testing.T) {
	b, rows := all(t, excel(t, func(f *excelize.File) {
		set(t, f, "A1", "工号")
		set(t, f, "B1", "备注 & <b>\n二行")
		set(t, f, "A3", 12345)
		set(t, f, "B3", "00012345")
		set(t, f, "C3", 13800000001)
		set(t, f, "D3", time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC))
		set(t, f, "E3", time.Date(2026, 2, 28, 13, 45, 30, 0, time.UTC))
		set(t, f, "F3", true)
		set(t, f, "H3", 0.1)
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr(`yyyy"年"m"月"d"日";@`)})
		if err != nil {
			t.Fatal(err)
		}
		set(t, f, "B4", 46081)
		if err := f.SetCellStyle("Sheet1", "B4", "B4", id); err != nil {
			t.Fatal(err)
		}
		set(t, f, "C4", 1.38e20)
		if _, err := f.NewSheet("second"); err != nil {
			t.Fatal(err)
		}
	}))
	if b.Format != "xlsx" || b.Sheet != "Sheet1" || len(b.Merged) > 0 || b.Plain() != nil || b.Total != 3 {
		t.Errorf("%+v", b)
	}
	want := []Row{
		{1, []Cell{{"工号", Text}, {"备注 & <b>\n二行", Text}}},
		{3, []Cell{{"12345", Number}, {"00012345", Text}, {"13800000001", Number}, {"2026-02-28", Date}, {"2026-02-28 13:45:30", Date}, {"1", Bool}, {}, {"0.1", Number}}},
		{4, []Cell{{}, {"2026-02-28", Date}, {"138000000000000000000", Number}}},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got  %+v\nwant %+v", rows, want)
	}
	if !rows[2].Cell(2).Scientific() || rows[1].Address(7) != "H3" {
		t.Error("scientific or address")
	}
}

func ptr[T any](v T) *T { return &v }

func TestXLSXMergedAndHidden(t *testing.T) {
	b, err := open(t, excel(t, func(f *excelize.File) {
		set(t, f, "A1", "x")
		for _, r := range [][2]string{{"A1", "B2"}, {"C5", "C9"}} {
			if err := f.MergeCell("Sheet1", r[0], r[1]); err != nil {
				t.Fatal(err)
			}
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	wantFault(t, "merged", b.Plain(), fault.Invalid, "sheet.merged")
	if f := fault.Of(b.Plain()); f.Args[0] != "A1:B2, C5:C9" {
		t.Errorf("%v", f.Args)
	}
	b, rows := all(t, excel(t, func(f *excelize.File) {
		set(t, f, "A1", "hidden")
		if _, err := f.NewSheet("人员"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue("人员", "A1", "shown"); err != nil {
			t.Fatal(err)
		}
		f.SetActiveSheet(1)
		if err := f.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	}))
	if b.Sheet != "人员" || rows[0].Text(0) != "shown" {
		t.Errorf("%s %v", b.Sheet, rows)
	}
}

// rawXLSX is a workbook made by hand, with the shapes other programs write.
func rawXLSX(t testing.TB, sheet, shared, styles string) []byte {
	return zipOf(t, rawParts(sheet, shared, styles))
}

func rawParts(sheet, shared, styles string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<x:workbook xmlns:x="a" xmlns:r="b"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="人" sheetId="7" r:id="rId9"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId9" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet,
		"xl/sharedStrings.xml":       shared,
		"xl/styles.xml":              styles,
	}
}

func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSXOfOtherPrograms(t *testing.T) {
	b, rows := all(t, rawXLSX(t,
		`<?xml version="1.0"?><x:worksheet xmlns:x="a"><x:sheetData>
		<x:row><x:c t="s"><x:v>1</x:v></x:c><x:c t="inlineStr"><x:is><x:r><x:t>富</x:t></x:r><x:r><x:t>文本</x:t></x:r><x:rPh><x:t>FU</x:t></x:rPh></x:is></x:c></x:row>
		<x:row/>
		<x:row r="5" spans="1:3"><x:c r="C5" s="1"><x:v>1</x:v></x:c><x:c r="D5" t="e"><x:v>#N/A</x:v></x:c><x:c t="str"><x:f>A1</x:f><x:v>a_x000D_b_x</x:v></x:c></x:row>
		</x:sheetData><x:mergeCells count="1"><x:mergeCell ref="A1:A2"/></x:mergeCells></x:worksheet>`,
		`<sst><si><t>zero</t></si><si><r><t xml:space="preserve">one </t></r><r><t>更多</t></r><rPh sb="0"><t>yi</t></rPh></si></sst>`,
		`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="[$-804]yyyy/m/d"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>`))
	want := []Row{
		{1, []Cell{{"one 更多", Text}, {"富文本", Text}}},
		{5, []Cell{{}, {}, {"1904-01-02", Date}, {"#N/A", Failed}, {"a\rb_x", Formula}}},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got  %+v\nwant %+v", rows, want)
	}
	if b.Sheet != "人" || len(b.Merged) != 1 || b.Merged[0] != "A1:A2" {
		t.Errorf("%+v", b)
	}
}

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{"yyyy-mm-dd": true, `m"月"d"日"`: true, "[Red]0.00": false, `0"days"`: false, "General": false, "h:mm": false, `\d0`: false, "[$-F800]dddd": true, "0.00;[Red]-0.00": false, "#,##0": false} {
		if got := dateFormat(200, code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	for v, want := range map[string]string{"1": "1900-01-01", "59": "1900-02-28", "61": "1900-03-01", "46081.5": "2026-02-28 12:00:00", "0.75": "1899-12-31 18:00:00"} {
		if got, ok := serialDate(v, false); !ok || got != want {
			t.Errorf("%s: %s", v, got)
		}
	}
	for _, v := range []string{"-1", "x", "3000000", "NaN", "1e300"} {
		if _, ok := serialDate(v, false); ok {
			t.Errorf("%s is no date", v)
		}
	}
}

func TestXLSXRefusals(t *testing.T) {
	sheet := func(rows string) []byte {
		return rawXLSX(t, "<worksheet><sheetData>"+rows+"</sheetData></worksheet>", "<sst/>", "<styleSheet/>")
	}
	for name, rows := range map[string]string{
		"string out of range": `<row><c t="s"><v>4</v></c></row>`,
		"rows backwards":      `<row r="5"/><row r="2"/>`,
		"columns backwards":   `<row><c r="C1"/><c r="A1"/></row>`,
		"own entity":          `<row><c t="str"><v>&lol;</v></c></row>`,
		"not XML":             `<row><c <`,
	} {
		b, err := open(t, sheet(rows))
		if err == nil {
			err = b.Rows(context.Background(), func(Row) error { return nil })
		}
		wantFault(t, name, err, fault.Invalid, "sheet.broken")
	}
	_, err := open(t, zipOf(t, map[string]string{"word/document.xml": "<w/>"}))
	wantFault(t, "another archive", err, fault.Invalid, "sheet.unknown")
	b, err := open(t, sheet(`<row><c r="XFD1" t="str"><v>x</v></c></row>`))
	if err != nil {
		t.Fatal(err)
	}
	err = b.Rows(context.Background(), func(Row) error { return nil })
	wantFault(t, "far right", err, fault.TooLarge, "sheet.columns")
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(people))
	f.Add(rawXLSX(f, `<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>`, "<sst><si><t>x</t></si></sst>", "<styleSheet/>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		book, err := Open(context.Background(), bytes.NewReader(b), int64(len(b)), Limits{Unpacked: 1 << 20})
		if err != nil {
			return
		}
		last := 0
		_ = book.Rows(context.Background(), func(r Row) error {
			if r.Number <= last {
				t.Fatalf("row %d after %d", r.Number, last)
			}
			last = r.Number
			return nil
		})
	})
}
