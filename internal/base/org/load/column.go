package load

import (
	"io"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/sheet"
)

// Kind is what a file holds.
type Kind string

// The kinds of files.
const (
	People Kind = "people"
	Places Kind = "places"
)

// Column is one column of a file. Its title is "org.column.<key>".
type Column struct {
	Key      string
	Required bool
	also     []string // other titles it is known by
}

// Title is the heading of the column; an asterisk marks what has to be filled in.
func (c Column) Title(l lang.Lang) string {
	if c.Required {
		return l.T("org.column."+c.Key) + "*"
	}
	return l.T("org.column." + c.Key)
}

var columnsOf = map[Kind][]Column{
	People: {
		{"employee_no", true, []string{"员工编号", "职工编号", "员工号", "人员编号", "no"}},
		{"name", true, []string{"员工姓名", "职工姓名"}},
		{"unit", true, []string{"单位", "所属单位编码", "所属单位", "机构编码", "unit"}},
		{"workshop", false, []string{"车间", "部门", "科室", "workshop", "department"}},
		{"crew", false, []string{"班组名称", "crew"}},
		{"post", false, []string{"职务", "工种", "position"}},
		{"shift", false, []string{"班次", "倒班"}},
		{"employment", false, []string{"用工类型", "用工性质"}},
		{"phone", false, []string{"手机", "电话", "联系电话", "联系方式", "mobile"}},
		{"gender", false, []string{"gender"}},
		{"birth_year", false, []string{"出生年月", "出生日期", "birthyear"}},
		{"union_member", false, []string{"是否入会", "会员"}},
		{"delegate", false, []string{"是否职工代表"}},
		{"account", false, []string{"企微userid", "钉钉userid", "账号"}},
		{"status", false, []string{"状态", "人员状态"}},
		{"remark", false, []string{"说明", "note"}},
	},
	Places: {
		{"code", true, []string{"编码", "场所编号"}},
		{"name_zh", true, []string{"名称", "场所", "name"}},
		{"name_en", false, []string{"英文名"}},
		{"kind", true, []string{"场所类型", "类别"}},
		{"unit", true, []string{"单位", "所属单位", "管理单位", "管理单位编码", "unit"}},
		{"parent", false, []string{"上级场所", "所在区域"}},
		{"audience", false, []string{"使用单位", "服务单位"}},
		{"closed_note", false, []string{"关闭原因"}},
		{"active", false, []string{"是否在用", "启用"}},
	},
}

// Columns lists the columns of a kind of file in their order.
func Columns(k Kind) []Column { return columnsOf[k] }

// titles maps every known heading to its column.
func titles(k Kind) map[string]int {
	m := map[string]int{}
	for i, c := range columnsOf[k] {
		for _, l := range lang.All() {
			m[heading(c.Title(l))] = i
		}
		m[heading(c.Key)] = i
		for _, a := range c.also {
			m[heading(a)] = i
		}
	}
	return m
}

// heading brings a title into the form in which titles are compared: without remarks in brackets, blanks and signs.
func heading(s string) string {
	if i := strings.IndexAny(s, "(（【["); i > 0 {
		s = s[:i]
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r', '\u3000', '\u00a0', '*', '＊', '_', '-', '.', ':', '：', '/', '、':
			return -1
		}
		return r
	}, s)
	return strings.ToLower(s)
}

// Template writes an empty file with the right headings, as "xlsx" (with the allowed values on a second sheet) or "csv".
func Template(w io.Writer, k Kind, format string, l lang.Lang) error {
	if len(columnsOf[k]) == 0 {
		return fault.New(fault.NotFound, "org.import.kind_unknown", string(k))
	}
	t := sheet.Table{Name: l.T("org.import.kind." + string(k)), NotesName: l.T("org.import.notes")}
	for _, c := range columnsOf[k] {
		t.Columns = append(t.Columns, sheet.Column{Title: c.Title(l)})
		if n := l.T("org.import.note." + c.Key); n != "" {
			t.Notes = append(t.Notes, sheet.Note{Label: c.Title(l), Value: n})
		}
	}
	t.Notes = append(t.Notes, sheet.Note{Label: l.T("org.import.empty"), Value: l.T("org.import.empty_note")})
	t.Rows = func(func([]any, error) bool) {}
	if format == "csv" {
		return sheet.WriteCSV(w, t)
	}
	return sheet.WriteXLSX(w, t, "")
}

// word finds the value that a text stands for: its own name in the catalogue (under prefix, in any language), the value
// itself, or one of the other words for it.
func word(text, prefix string, values []string, also map[string]string) (string, bool) {
	s := heading(text)
	for _, v := range values {
		if s == heading(v) {
			return v, true
		}
		for _, l := range lang.All() {
			if s == heading(l.T(prefix+v)) {
				return v, true
			}
		}
	}
	v, ok := also[s]
	return v, ok
}

var yes = map[string]bool{"是": true, "有": true, "yes": true, "y": true, "1": true, "true": true, "已入会": true, "会员": true, "在用": true, "√": true,
	"否": false, "无": false, "no": false, "n": false, "0": false, "false": false, "未入会": false, "停用": false, "×": false}

var otherWords = map[string]map[string]string{
	"employment": {"合同工": org.Contract, "正式工": org.Contract, "正式": org.Contract, "合同": org.Contract, "派遣": org.Dispatched, "派遣工": org.Dispatched,
		"劳务": org.Dispatched, "外包": org.Contractor, "协力": org.Contractor, "承包商": org.Contractor, "实习生": org.Intern},
	"status": {"在职": string(org.Active), "在册": string(org.Active), "借调": string(org.Away), "长病": string(org.Away), "病休": string(org.Away),
		"内退": string(org.Away), "离岗": string(org.Away), "退休": string(org.Left), "辞职": string(org.Left), "调出": string(org.Left), "解除": string(org.Left)},
	"gender": {"男": "m", "女": "f", "male": "m", "female": "f"},
}
