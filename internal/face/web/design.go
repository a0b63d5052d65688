package web

import (
	"strconv"
	"time"

	"sanwen/internal/ground/fault"
)

// DesignPage shows every component in its states, from the same templates as the real pages.
type DesignPage struct {
	Page
	Section  string
	Sections []Link

	Form, Wrong *Form
	Levels      []Option
	Kinds       []Option
	Units       []Option
	Lights      []Light
	Tags        []Tag
	Parcel      []Step
	Timeline    []Entry
	Facts       []Fact
	Pair        Pair
	Panels      []Panel
	Empties     []Empty
	Conflict    Conflict
	Progress    Progress
	Figures     []Figure
	Thread      []Message
	Counters    []Counter
	Tabs        []Link
	Cards       []Card
	Receipt     Receipt
	Bars        Bars
	Trend       Trend
	Map         TreeMap
	Doc         NewsDoc
	Grid        Grid
	Table       Table
	QR          QR
	More        DesignMore
}

var designPage = Define[DesignPage]("design/components")

// designSections are the parts of the page of components; each is short enough to look at as a whole.
var designSections = []string{"frame", "phone", "form", "signs", "table", "matter", "numbers", "paper", "wall"}

// design shows the page of components. It exists in the demonstration only and holds no data of anybody.
func design(r *Req) error {
	p := DesignPage{Page: Page{Title: r.T("design.title"), Shape: Staff}, Section: r.Param("section")}
	if p.Section == "" {
		p.Section = designSections[0]
	}
	for _, s := range designSections {
		p.Sections = append(p.Sections, Link{Text: r.T("design.section." + s), Href: r.Link("/design/" + s), Current: s == p.Section})
	}
	switch p.Section {
	case "phone", "form":
		p.Shape = Phone
	case "frame", "signs", "table", "matter", "numbers":
	case "paper":
		p.Shape = Sheet
	case "wall":
		p.Shape = TV
	default:
		return fault.New(fault.NotFound, "fault.not_found")
	}
	p.Page.Back = ""
	r.sampleForms(&p)
	r.sampleSigns(&p)
	r.sampleNumbers(&p)
	list, err := r.List(ListSpec{
		Filters: []Filter{
			{Name: "state", Label: "design.state", Values: []string{"executing", "overdue"}, Prefix: "design.state."},
			{Name: "unit", Label: "design.unit"},
		},
		Sorts: []string{"due", "title"},
	})
	if err != nil {
		return err
	}
	r.sampleTable(&p, list)
	r.sampleMore(&p)
	if p.Section == "signs" {
		r.ToastUndo("/design", "design.toast_signed", r.T("design.unit_1"))
		p.Banner = r.T("fault.read_only")
	}
	return designPage.Render(r, p)
}

func (r *Req) sampleForms(p *DesignPage) {
	t := r.T
	p.Wrong = r.Blank("text", t("design.words"), "when", "2026-13-40")
	p.Wrong.Fault("title", "fault.required")
	p.Wrong.Fault("when", "fault.date")
	p.Wrong.Fault("level2", "fault.choice")
	p.Wrong.Fault("photo2", "web.file_too_large", 2, 12)
	p.Form = r.Blank("text", "", "kind", "need", "tick", "1", "water", "41.5", "unit", "U02", "helpers", "U02")
	p.Levels = []Option{
		{Value: "anonymous", Icon: "mask", Text: t("design.anonymous"), Note: t("design.anonymous_note")},
		{Value: "confidential", Icon: "lock", Text: t("design.confidential"), Note: t("design.confidential_note")},
		{Value: "named", Icon: "name", Text: t("design.named"), Note: t("design.named_note"), Off: t("design.named_off")},
	}
	for _, k := range []string{"need", "idea", "problem", "praise", "unsure"} {
		p.Kinds = append(p.Kinds, Option{Value: k, Text: t("design.kind." + k)})
	}
	for i, u := range []string{"D02", "U02", "U05"} {
		p.Units = append(p.Units, Option{Value: u, Text: t("design.unit_" + strconv.Itoa(i+1))})
	}
	p.Units[2].Off = t("design.recused")
	if p.Section == "form" {
		r.form = p.Wrong
	}
}

func (r *Req) sampleSigns(p *DesignPage) {
	t := r.T
	p.Lights = []Light{
		{Color: "green", Word: r.Lang.WorkingDaysLeft(9)}, {Color: "blue", Word: r.Lang.WorkingDaysLeft(2), Title: t("design.due")},
		{Color: "yellow", Word: t("design.behind")}, {Color: "red", Word: r.Lang.WorkingDaysLeft(-3)},
		{Color: "blue", Word: r.Lang.WorkingDaysLeft(1), Waiting: true},
	}
	p.Tags = []Tag{{Text: t("design.kind.need")}, {Text: t("design.state.executing"), Tone: "info"}, {Text: t("design.confirmed"), Tone: "good"},
		{Text: t("design.returned"), Tone: "warn"}, {Text: t("design.danger"), Tone: "bad"}}
	p.Parcel = []Step{
		{Label: t("design.step_1"), When: t("design.day_1"), State: "done"},
		{Label: t("design.step_2"), When: t("design.day_2"), Note: t("design.unit_1"), State: "done"},
		{Label: t("design.step_3"), Moved: t("design.day_3"), When: t("design.day_4"), Note: t("design.step_3_note"), State: "now"},
		{Label: t("design.step_4"), Note: t("design.step_4_note"), State: "next"},
	}
	at := r.sampleTime(20)
	p.Timeline = []Entry{
		{At: at, Title: t("design.line_1"), Who: t("design.office"), Tone: "good"},
		{At: at.Add(-26 * time.Hour), Title: t("design.line_2"), Who: t("design.unit_1"), Text: t("design.line_2_text"), Tone: "warn"},
		{At: at.Add(-50 * time.Hour), Title: t("design.line_3"), Who: t("design.office"), Tone: "bad"},
		{Day: t("design.day_1"), Title: t("design.line_4")},
	}
	p.Facts = []Fact{
		{Label: t("design.fact_place"), Value: t("design.place"), Change: "/design"},
		{Label: t("design.unit"), Value: t("design.unit_1"), Note: t("design.unit_2")},
		{Label: t("design.fact_due"), Value: t("design.day_4"), Light: &p.Lights[1]},
		{Label: t("design.fact_standard"), Value: t("design.standard")},
	}
	p.Pair = Pair{Place: t("design.place"),
		Before: Photo{Caption: t("design.day_1") + " · " + t("design.before")}, After: Photo{Caption: t("design.day_4") + " · " + t("design.after")}}
	for _, tone := range []string{"good", "info", "warn", "bad"} {
		p.Panels = append(p.Panels, Panel{Tone: tone, Title: t("design.panel_" + tone), Text: t("design.panel_" + tone + "_text")})
	}
	p.Panels[3].Links = []Link{{Text: t("design.call"), Tel: "120", Tone: "danger", Icon: "phone"}}
	p.Empties = []Empty{
		{Kind: "nothing", Title: t("design.empty_nothing"), Text: t("design.empty_nothing_text"), Action: &Link{Text: t("web.nav_tell"), Href: "/design"}},
		{Kind: "done", Title: t("design.empty_done"), Text: t("design.empty_done_text")},
		{Kind: "filtered", Title: t("web.empty_filtered"), Text: t("web.empty_filtered_text"), Action: &Link{Text: t("web.clear_filters"), Href: "/design"}},
	}
	p.Conflict = Conflict{Who: t("design.person"), When: "10:12", Rows: []ConflictRow{
		{Label: t("design.fact_title"), Yours: t("design.matter_1"), Theirs: t("design.matter_1")},
		{Label: t("design.fact_due"), Yours: t("design.day_3"), Theirs: t("design.day_4")},
	}}
	p.Progress = Progress{Label: t("design.import"), Done: 1240, Total: 8000}
	p.Thread = []Message{
		{From: t("design.you"), When: t("design.day_1"), Text: t("design.words"), Mine: true, Folded: true},
		{From: t("design.office"), When: t("design.day_2"), Text: t("design.reply")},
	}
	p.Receipt = Receipt{Title: t("design.receipt"), Number: "SQ20261122 4831 7725", Code: "4072 9913 5560 2847", File: "receipt-SQ20261122-4831-7725",
		Lines: [][2]string{{t("web.receipt_number"), "SQ20261122 4831 7725"}, {t("web.receipt_code"), "4072 9913 5560 2847"}}}
	p.QR = NewQR("https://example.org/p/P104M", t("design.place"))
}

func (r *Req) sampleNumbers(p *DesignPage) {
	t := r.T
	p.Counters = []Counter{{Label: t("design.count_new"), N: 12, Href: "/design/table", Current: true}, {Label: t("design.count_today"), N: 3, Href: "/design/table"},
		{Label: t("design.count_over"), N: 1, Href: "/design/table", Tone: "bad"}, {Label: t("design.count_back"), N: 2, Href: "/design/table"}}
	p.Tabs = []Link{{Text: t("design.tab_all"), Href: "/design/table", Current: true}, {Text: t("design.tab_mine"), Href: "/design/table"}, {Text: t("design.tab_safety"), Href: "/design/table"}}
	p.Figures = []Figure{
		{Value: "36", Of: "39", Label: t("design.figure_confirmed"), Note: t("design.figure_confirmed_note"), Href: "/design/table"},
		{Value: "2", Label: t("design.figure_over"), Href: "/design/table", Tone: "bad"},
		{Value: "4.6", Label: t("design.figure_days"), Note: t("design.figure_days_note"), Href: "/design/table"},
		{Label: t("design.figure_satisfied"), Unknown: t("design.few")},
	}
	p.Bars = Bars{Caption: t("design.bars"), Label: t("design.unit"), Unit: t("design.pieces"), Standard: 2, Means: t("design.bars_means"), Bars: []Bar{
		{Label: t("design.unit_1"), Value: 5, Text: "5", Bad: true, Href: "/design/table"}, {Label: t("design.unit_2"), Value: 3, Text: "3", Bad: true, Href: "/design/table"},
		{Label: t("design.unit_3"), Value: 1, Text: "1"}, {Label: t("design.unit_4"), None: t("design.few")},
	}}
	p.Trend = Trend{Caption: t("design.trend"), Label: t("design.month"), Unit: t("design.pieces"), Band: [2]float64{20, 30}, Means: t("design.trend_means")}
	for i, v := range []float64{12, 18, 22, 0, 25, 31, 28, 34, 30, 41, 38, 36} {
		m := (i+11)%12 + 1
		p.Trend.Points = append(p.Trend.Points, Point{Label: t("date.month." + strconv.Itoa(m)), Value: v, Text: strconv.Itoa(int(v)), Known: i != 3})
	}
	named := NewsBlock{Head: t("news.block.problems"), Table: Table{Caption: t("news.problems"), Columns: []Column{{Label: t("news.problem.number")}, {Label: t("news.problem.what")}, {Label: t("news.problem.late"), Num: true}}}, Note: t("design.few")}
	named.Table.Add("", Cell{Text: "SS-2026-002"}, Cell{Text: t("design.matter_1")}, Cell{Text: "11", Sub: t("duty.rung.circular")})
	named.Table.Rows = append(named.Table.Rows, Row{Tone: "struck", Cells: []Cell{{Text: "SS-2026-003"}, {Text: t("design.matter_2"), Tags: []Tag{{Text: t("design.state"), Tone: "good"}}}, {Text: "6"}}})
	p.Doc = NewsDoc{Number: "GS-2026-001", Title: t("design.matter_1"), Issuer: t("design.unit_1"), Day: r.Lang.Date(r.Today(), r.Zone), Facts: []Fact{{Label: t("design.unit"), Value: t("design.unit_2")}},
		Blocks: []NewsBlock{{Head: t("design.matter_1"), Text: t("design.matter_2")}, named}, Span: t("design.month"), Figures: p.Figures[:2],
		Rows: []NewsRow{{Number: "SS-2026-001", Title: t("design.matter_1"), Where: t("design.place"), Result: t("design.state"), Tone: "good"}}}
	p.Map = TreeMap{Caption: t("design.treemap"), Note: t("design.treemap_note")}
	p.Grid = Grid{Caption: t("design.grid"), Corner: t("design.unit"), Heads: []GridHead{{Text: t("date.month.10")}, {Text: t("date.month.11")}, {Text: t("date.month.12")}}}
	for i, n := range []int{34, 21, 8} {
		unit := t("design.unit_" + strconv.Itoa(i+1))
		p.Map.Add(unit, n)
		line := GridLine{Head: unit}
		for j := range 3 {
			cell := GridCell{Text: strconv.Itoa(n - 3*j), Level: min(4, (n-3*j)/8)}
			if n-3*j < 5 {
				cell = GridCell{Text: "–", Say: t("design.few")}
			}
			line.Cells = append(line.Cells, cell)
		}
		p.Grid.Lines = append(p.Grid.Lines, line)
	}
	p.Cards = []Card{
		{Title: t("design.matter_1"), Href: "/design", Lines: []string{t("design.unit_1") + " · " + t("design.place")}, Light: &p.Lights[1], Action: &Link{Text: t("design.metoo"), Href: "/design"}},
		{Title: t("design.matter_2"), Href: "/design", Lines: []string{t("design.unit_2")}, Light: &p.Lights[3], Tags: p.Tags[1:2]},
	}
}

func (r *Req) sampleTable(p *DesignPage, list *List) {
	t := r.T
	p.Table = list.Table(t("design.table"), list.Column(t("design.fact_title"), "title"), list.Column(t("design.unit"), ""),
		list.Column(t("design.state"), "").AsMinor(), list.Column(t("design.fact_due"), "due"), list.Column(t("design.voices"), "").AsNum())
	p.Table.Total, p.Table.Keys, p.Table.Select = "312", true, "pick"
	p.Table.Next = list.Next("39")
	p.Table.Exports = []Link{{Text: "xlsx", Href: "/design/table"}, {Text: "csv", Href: "/design/table"}}
	for i := range 8 {
		n := strconv.Itoa(i%2 + 1)
		row := p.Table.Add("/design/table", Cell{Text: t("design.matter_" + n), Sub: "SS-2026-0" + strconv.Itoa(31+i)}, Cell{Text: t("design.unit_" + strconv.Itoa(i%4+1))},
			Cell{Tag: &p.Tags[1]}, Cell{Light: &p.Lights[i%5], Title: t("design.due")}, Cell{Text: strconv.Itoa(60 - 7*i)})
		row.Value = strconv.Itoa(i)
		if i%5 == 3 {
			row.Tone = "bad"
		}
	}
}
