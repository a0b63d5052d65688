package sheet

import (
	"context"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// loadStyles finds out which styles show a number as a date.
func (w *workbook) loadStyles(ctx context.Context) error {
	custom := map[int]string{}
	inCellXfs := false
	return w.walk(ctx, w.part("styles.xml"), func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
					custom[id] = attr(e, "formatCode")
				}
			case "cellXfs":
				inCellXfs = true
			case "xf":
				if inCellXfs && len(w.styles) < 70_000 {
					id, _ := strconv.Atoi(attr(e, "numFmtId"))
					w.styles = append(w.styles, dateFormat(id, custom[id]))
				}
			}
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				inCellXfs = false
			}
		}
		return nil
	})
}

// dateFormat reports whether a number format shows a date. The built-in
// numbers are those of ECMA-376 part 1, 18.8.30, East Asian ones included;
// times without a date are not dates.
func dateFormat(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
	}
	if i := strings.IndexByte(code, ';'); i >= 0 {
		code = code[:i]
	}
	var plain strings.Builder
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"': // quoted text
			if j := strings.IndexByte(code[i+1:], '"'); j >= 0 {
				i += j + 1
			}
		case '[': // colour, locale, condition
			if j := strings.IndexByte(code[i:], ']'); j >= 0 {
				i += j
			}
		case '\\', '_', '*':
			i++
		default:
			plain.WriteByte(code[i])
		}
	}
	s := strings.ToLower(plain.String())
	return s != "general" && (strings.Contains(s, "yy") || strings.Contains(s, "d") || s == "e")
}

// serialDate turns a spreadsheet's day number into text.
func serialDate(v string, is1904 bool) (string, bool) {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n >= 2_958_466 { // up to 9999-12-31
		return "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if is1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if n < 60 { // 1900 was no leap year, though Lotus 1-2-3 thought so
		start = start.AddDate(0, 0, 1)
	}
	day, part := math.Modf(n)
	seconds := int(math.Round(part * 86_400))
	t := start.AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return t.Format("2006-01-02"), true
	}
	return t.Format("2006-01-02 15:04:05"), true
}
