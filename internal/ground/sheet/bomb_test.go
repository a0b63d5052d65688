package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/sheet/sheettest"
)

// Bombs of each kind are refused within milliseconds and without much memory.
func TestBombs(t *testing.T) {
	many := map[string]string{}
	for i := range 201 {
		many[fmt.Sprintf("a%d", i)] = "x"
	}
	honest := sheettest.Archive(t, sheettest.Part{Name: "xl/worksheets/sheet1.xml", Unit: make([]byte, 1<<20), Times: 300})
	for name, c := range map[string]struct {
		b    []byte
		key  string
		kind fault.Kind
	}{
		"300 MiB of zeros": {honest, "sheet.bomb", fault.TooLarge},
		"201 entries":      {zipOf(t, many), "sheet.bomb", fault.TooLarge},
		"same name twice":  {twice(t), "sheet.broken", fault.Invalid},
	} {
		var m0, m1 runtime.MemStats
		runtime.ReadMemStats(&m0)
		_, err := open(t, c.b)
		runtime.ReadMemStats(&m1)
		wantFault(t, name, err, c.kind, c.key)
		if m1.TotalAlloc-m0.TotalAlloc > 8<<20 {
			t.Errorf("%s: %d bytes", name, m1.TotalAlloc-m0.TotalAlloc)
		}
	}
	// A sheet that declares little and unpacks to much.
	lying := lyingBomb(t, 300)
	var m0, m1 runtime.MemStats
	runtime.ReadMemStats(&m0)
	_, err := open(t, lying)
	runtime.ReadMemStats(&m1)
	if k := fault.KindOf(err); err == nil || k != fault.TooLarge && k != fault.Invalid {
		t.Errorf("lying: %v", err)
	}
	if got := m1.TotalAlloc - m0.TotalAlloc; got > 64<<20 {
		t.Errorf("lying: %d bytes", got)
	}
}

func twice(t *testing.T) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range []string{"xl/a.xml", "xl/./A.xml"} {
		if _, err := z.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func lyingBomb(t *testing.T, mib int) []byte {
	var parts []sheettest.Part
	for name, body := range rawParts("", "<sst/>", "<styleSheet/>") {
		p := sheettest.Part{Name: name, Head: body}
		if name == "xl/worksheets/sheet1.xml" {
			p = sheettest.Part{Name: name, Head: "<worksheet><sheetData><row>", Unit: bytes.Repeat([]byte(" "), 1<<20), Times: mib, Tail: "</row></sheetData></worksheet>", Says: 4000}
		}
		parts = append(parts, p)
	}
	return sheettest.Archive(t, parts...)
}

func TestManyRowsFlatMemory(t *testing.T) {
	n := 100_000
	if testing.Short() { // kept whole, these too would take more than the 8 MiB
		n = 40_000
	}
	var csvFile bytes.Buffer
	csvFile.WriteString("工号,姓名,单位,岗位,电话\n")
	var sheet strings.Builder
	sheet.WriteString("<worksheet><sheetData>")
	for i := range n {
		fmt.Fprintf(&csvFile, "%08d,职工%d,U%02d,轧钢工,138%08d\n", i, i, i%12, i)
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%[1]d" t="inlineStr"><is><t>%08d</t></is></c><c r="B%[1]d" t="inlineStr"><is><t>职工%[1]d</t></is></c><c r="C%[1]d"><v>%d</v></c></row>`, i+1, i, i%12)
	}
	sheet.WriteString("</sheetData></worksheet>")
	for name, b := range map[string][]byte{"csv": csvFile.Bytes(), "xlsx": rawXLSX(t, sheet.String(), "<sst/>", "<styleSheet/>")} {
		heap := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before, most, rows, last := heap(), uint64(0), 0, 0
		book, err := open(t, b)
		if err != nil {
			t.Fatal(name, err)
		}
		at := time.Now()
		err = book.Rows(context.Background(), func(r Row) error {
			if rows++; rows%20_000 == 0 {
				most = max(most, heap())
			}
			last = r.Number
			return nil
		})
		if err != nil || rows < n || last < n || book.Total < n {
			t.Fatalf("%s: %d rows, last %d, total %d, %v", name, rows, last, book.Total, err)
		}
		if most > before+8<<20 {
			t.Errorf("%s: heap grew by %d MiB", name, (most-before)>>20)
		}
		t.Logf("%s: %d rows in %v", name, rows, time.Since(at))
	}
}
