package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"iter"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

type named string
type count int64

var attacks = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", " =1", "\uFEFF=1", "\"=1", "'=1", "＝1", "＋1", "－1", "＠1", "　＝1", "\u200b=1",
	`=HYPERLINK("http://x","y")`, "=cmd|' /C calc'!A0", "−1",
}

func rowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestSafe(t *testing.T) {
	for _, a := range attacks {
		if s := Safe(a); !strings.HasPrefix(s, "'") {
			t.Errorf("Safe(%q) = %q", a, s)
		}
	}
	for _, s := range []string{"", "浴室的水是凉的", "a=b", "1-2", "3.5 ℃", "张伟", "“引号”"} {
		if got := Safe(s); got != s {
			t.Errorf("Safe(%q) = %q", s, got)
		}
	}
	if got := Safe("a\x01b\xffc\x1b"); got != "abc" {
		t.Errorf("control characters: %q", got)
	}
	if got := []rune(Safe(strings.Repeat("汉", 40_000))); len(got) != maxCell || got[maxCell-1] != '…' {
		t.Errorf("long text: %d characters", len(got))
	}
}

func attackTable() Table {
	var rows [][]any
	for _, a := range attacks {
		rows = append(rows, []any{a, named(a), 42, count(-7), -3.25, nil})
	}
	return Table{
		Name:      "台账: [2026]/汇总*超过三十一个字符的名字会被截断截断截断截断截断",
		Columns:   []Column{{Title: "=cmd"}, {Title: "乙"}, {Title: "数"}, {Title: "负"}, {Title: "小数"}, {Title: "空"}},
		Rows:      rowsOf(rows...),
		NotesName: "说明",
		Notes:     []Note{{"筛选", "=state"}, {"时间", "2026-11-23 08:00"}},
	}
}

func TestCSVIsSafe(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCSV(&b, attackTable()); err != nil {
		t.Fatal(err)
	}
	s := b.String()
	if !strings.HasPrefix(s, "\uFEFF") || !strings.Contains(s, "\r\n") {
		t.Error("no byte order mark or CRLF")
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\uFEFF"))).ReadAll()
	if err != nil || len(records) != len(attacks)+1 {
		t.Fatal(len(records), err)
	}
	for _, r := range records[1:] {
		for _, c := range r[:2] {
			if !strings.HasPrefix(c, "'") {
				t.Errorf("%q", c)
			}
		}
		if got := r[2:]; !reflect.DeepEqual(got, []string{"42", "-7", "-3.25", ""}) {
			t.Errorf("numbers %q", got)
		}
	}
}

func TestXLSXIsSafe(t *testing.T) {
	var b bytes.Buffer
	if err := WriteXLSX(&b, attackTable(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) != 2 || len([]rune(sheets[0])) > 31 || sheets[1] != "说明" {
		t.Errorf("sheets %q", sheets)
	}
	for _, s := range sheets {
		rows, err := f.GetRows(s)
		if err != nil {
			t.Fatal(err)
		}
		for y, r := range rows {
			for x := range r {
				if formula, err := f.GetCellFormula(s, Address(x, y+1)); formula != "" || err != nil {
					t.Errorf("%s %s is a formula: %s", s, Address(x, y+1), formula)
				}
			}
		}
	}
	_, rows := all(t, b.Bytes())
	if len(rows) != len(attacks)+1 || rows[0].Cell(0).Text != "'=cmd" {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows[1:] {
		if !strings.HasPrefix(r.Cell(0).Text, "'") || !strings.HasPrefix(r.Cell(1).Text, "'") {
			t.Errorf("%+v", r)
		}
		if got := r.Cells[2:]; !reflect.DeepEqual(got, []Cell{{"42", Number}, {"-7", Number}, {"-3.25", Number}}) {
			t.Errorf("numbers %+v", got)
		}
	}
	if v, _ := f.GetCellValue("说明", "B1"); v != "'=state" {
		t.Errorf("note %q", v)
	}
}

func TestWriteStopsAtErrors(t *testing.T) {
	boom := errors.New("boom")
	bad := Table{Columns: []Column{{Title: "a"}}, Rows: func(yield func([]any, error) bool) {
		_ = yield([]any{"x"}, nil) && yield(nil, boom)
	}}
	if err := WriteCSV(&bytes.Buffer{}, bad); !errors.Is(err, boom) {
		t.Error(err)
	}
	if err := WriteXLSX(&bytes.Buffer{}, bad, ""); !errors.Is(err, boom) {
		t.Error(err)
	}
	odd := Table{Columns: []Column{{Title: "a"}}, Rows: rowsOf([]any{[]int{1}})}
	if err := WriteCSV(&bytes.Buffer{}, odd); err == nil {
		t.Error("a slice was written")
	}
}
