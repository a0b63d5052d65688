package web

import (
	"regexp"
	"strconv"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/survey"
)

// WaitBar is the line under the header that says what a device has not sent yet; the script of staff pages makes the same.
// Template "waitbar".
type WaitBar struct {
	Text string
	Link Link
}

// PhotoState is a tile while its photo is on the way, or when it could not be sent; the script of the pages of employees makes the
// same. Template "photostate".
type PhotoState struct {
	Photo
	Percent int    // sent so far, where Why is empty
	Why     string // what went wrong
	Again   bool   // it can be tried again
}

// DesignMore is what the page of components shows beside the parts of single pages: the frame of every page, what stands round a
// list, the parts of a matter.
type DesignMore struct {
	Crumbs   []Link
	Notice   string
	Toast    *ToastView
	Bell     *Page // of which only the bell is shown
	Notices  NoticeList
	Help     *Help
	Wait     WaitBar
	Photos   []PhotoState
	Said     PhotoField
	Unsent   Receipt
	Send     []SendBar
	Saved    SavedViews
	Columns  Choice
	Bulk     BulkBar
	Letter   LetterSheet
	Lights   []Counter
	Filters  []Choice
	Progress []Progress
	Plan     *PlanCard
	Brief    BriefSheet
	Order    OrderBox
	Changes  []ConflictRow
	Parts    []FormPart
	Admin    []Part
	Icons    []string
}

var symbol = regexp.MustCompile(`<symbol id="([a-z-]+)"`)

// icons lists the signs of the sprite.
func icons() []string {
	sprite, err := assetFiles.ReadFile("assets/icons.svg")
	if err != nil {
		panic(err) // it is embedded
	}
	var out []string
	for _, m := range symbol.FindAllStringSubmatch(string(sprite), -1) {
		out = append(out, m[1])
	}
	return out
}

// sampleTime is a moment on a day of the month that the samples show.
func (r *Req) sampleTime(day int) clock.Millis {
	return clock.MillisOf(time.Date(2026, 11, day, 10, 12, 0, 0, r.Zone))
}

func (r *Req) sampleMore(p *DesignPage) {
	t := r.T
	m := &p.More
	m.Crumbs = []Link{{Text: t("web.nav_home"), Href: "/design"}, {Text: t("web.nav_ledger"), Href: "/design"}, {Text: "SS-2026-039", Href: "/design"}}
	m.Notice = t("fault.read_only")
	m.Toast = &ToastView{Text: t("design.toast_signed", t("design.unit_1")), Undo: p.Form, To: "/design"}
	m.Bell = &Page{Bell: newBell(r.Lang, 3, false)}
	told, due := r.Lang.DateTime(r.sampleTime(20), r.Zone), r.Lang.DateTime(r.sampleTime(23), r.Zone)
	m.Notices = NoticeList{Form: p.Form, Back: "/design", Rows: []NoticeRow{
		{ID: "1", Title: t("design.matter_1"), Href: "/design", Number: "SS-2026-031", What: r.Lang.Enum("duty.kind", duty.Completion), When: told, Due: due, Rung: r.rungTag(duty.RungNear), New: true},
		{ID: "2", Title: t("design.matter_2"), Href: "/design", Number: "SS-2026-032", What: r.Lang.Enum("duty.kind", duty.Answer), When: told, Due: told, Rung: r.rungTag(duty.RungRemind), Done: t("notice.done")}}}
	m.Help = &Help{Text: t("help.page.design_components"), Words: []Word{{t("help.word.light"), t("help.means.light")}, {t("help.word.five"), t("help.means.five")}},
		Keys: []KeyHelp{{[]string{"/"}, t("help.key.find")}, {[]string{"g", "l"}, t("web.nav_ledger")}, {[]string{"Esc"}, t("help.key.close")}}}
	m.Wait = WaitBar{Text: t("device.wait_many", 2), Link: Link{Text: t("device.wait_show"), Href: "/design"}}
	picture := Photo{Thumb: assetURL("icon-512.png"), Alt: t("web.photo_chosen")}
	m.Photos = []PhotoState{{Photo: picture, Percent: 100}, {Photo: picture, Percent: 40}, {Photo: picture, Why: t("design.photo_cut"), Again: true},
		{Photo: picture, Why: t("design.photo_kind")}}
	m.Said = p.Form.Photos("said", "visit.photos", 6, []HavePhoto{{Photo: picture, Token: "1", PhotoSaid: PhotoSaid{At: r.sampleTime(20).Time().In(r.Zone).Format(inputTime), Point: t("design.place")}}}).Dated("said-list", r.Zone.String())
	m.Unsent = p.Receipt
	m.Send = []SendBar{{Text: t("common.send"), Words: "f-text"}, {Text: t("common.send"), Words: "f-text", Off: true}}
	m.Saved = SavedViews{Form: p.Form, To: "/design", Kept: []SavedView{{t("design.saved_1"), "/design/table", "/design"}, {t("design.saved_2"), "/design/table", "/design"}}}
	m.Columns = p.Form.Choose("columns", "design.columns", []Option{{Value: "unit", Text: t("design.unit")}, {Value: "state", Text: t("design.state")},
		{Value: "due", Text: t("design.fact_due")}, {Value: "voices", Text: t("design.voices")}}).May()
	m.Bulk = BulkBar{Name: "pick", Buttons: []BulkButton{{"claim", "c", t("inbox.bulk.claim")}, {"merge", "m", t("inbox.bulk.merge")}}}
	m.Letter = LetterSheet{Org: lang.ZH.T("design.unit_1"), Number: supervise.NumberOf(2026, 12), Rows: []supervise.LetterRow{{Label: lang.ZH.T("supervise.number"), Text: supervise.NumberOf(2026, 12)},
		{Label: lang.ZH.T("supervise.f.demand"), Text: lang.ZH.T("supervise.demand_usual")}}}
	for i, c := range []string{"green", "blue", "yellow", "red"} {
		m.Lights = append(m.Lights, Counter{Label: t("duty.light." + c), N: 21 - 6*i, Href: "/design/table", Light: c, Current: i == 3})
	}
	m.Filters = []Choice{p.Form.Choose("any", "design.unit", p.Units).Any(), p.Form.Choose("plain", "design.kind", p.Kinds)}
	m.Progress = []Progress{{Label: t("design.import"), Total: 8000}, {Label: t("design.import"), Done: 1240, Total: 8000}, {Label: t("design.import"), Done: 8000, Total: 8000}}
	m.Plan = &PlanCard{Version: 2, State: Tag{Text: t("matter.plan.state.approved"), Tone: "good"}, Author: t("design.person"), When: t("design.day_2"), Rows: []PlanRow{
		{Label: t("design.fact_standard"), Text: t("design.standard"), Items: []PlanItem{{Text: t("design.step_2"), When: t("design.day_2"), Done: true},
			{Text: t("design.step_3"), When: t("design.day_3"), Late: true}, {Text: t("design.step_4"), When: t("design.day_4")}}},
		{Label: t("design.fact_due"), Text: t("design.day_4"), Note: t("design.step_3_note"), Hint: t("design.vague")},
	}}
	m.Brief = BriefSheet{Number: "SS-2026-039", Light: &Light{Color: "red", Word: t("duty.light.red")}, Tags: []Tag{{Text: t("meeting.why.red"), Tone: "bad"}}, Facts: p.Facts,
		Positions: []Message{{From: t("design.unit_1"), When: t("design.day_2"), Text: t("design.standard")}}, Silent: t("design.unit_1"), Draft: t("design.step_4")}
	m.Order.Name = "order"
	for i := range 2 {
		m.Order.put(PackRow{Key: itoa(i), Title: t("design.matter_" + itoa(i+1)), Href: "/design", Number: "SS-2026-03" + itoa(i+1), Tags: m.Brief.Tags, Lines: []string{t("design.unit_1")},
			Links: []Link{{Text: t("common.delete"), Href: "/design"}}})
	}
	m.Changes = p.Conflict.Rows
	var points []Field
	for i, value := range []string{"41.5", "38", ""} {
		d := p.Form.Field("point-"+strconv.Itoa(i), "design.point").Measure("℃")
		d.Label, d.Value = t("design.point_n", i+1), value
		points = append(points, d)
	}
	water := PointsField{Label: t("design.water"), Limits: "37–42 ℃", ID: "f-points", Points: points}
	late := water
	late.ID, late.Fault, late.Points = "f-points2", t("fault.required"), nil
	for i := range 3 {
		d := points[i]
		d.ID, d.Name, d.Value = "f-late-"+strconv.Itoa(i), "late-"+strconv.Itoa(i), ""
		late.Points = append(late.Points, d)
	}
	owner := p.Form.PickPerson("owner", "design.owner", "")
	m.Parts = []FormPart{{Picker: &owner}, {Points: &water}, {Points: &late}}
	for _, picker := range p.samplePickers(t) {
		m.Parts = append(m.Parts, FormPart{Picker: &picker})
	}
	m.Admin = []Part{headPart(t("design.fact_title")), fieldPart(p.Form.Field("name", "design.fact_title").Limit(60)), tickPart(p.Form.Tick("open", "design.contact")),
		{Kind: "note", Text: t("design.recused_hint")}, radiosPart(p.Form.Choose("whom", "survey.f.audience", options(r.Lang, "survey.audience", []string{survey.Everybody, survey.Sample}))),
		fieldPart(p.Form.Field("wanted", "survey.f.wanted").Number().Hint("survey.wanted_hint")).with(survey.Sample)}
	m.Icons = icons()
}

// samplePickers are a field of one unit whose text means several, and one of several units.
func (p *DesignPage) samplePickers(t func(string, ...any) string) []Picker {
	one := p.Form.PickUnit("unit", "design.unit", Units{tree: &org.Tree{}})
	one.Value, one.Fault = "检修", t("web.pick_several", "检修")
	one.For = one.Value
	several := p.Form.PickUnits("co", "design.units", Units{tree: &org.Tree{}}).May()
	for i := range 2 {
		n := strconv.Itoa(i + 1)
		one.Found = append(one.Found, Option{ID: one.ID + "-found-" + n, Value: n, Text: t("design.unit_"+n) + " · D0" + n, Note: t("design.unit_4")})
		several.Chosen = append(several.Chosen, Option{ID: several.ID + "-" + n, Value: n, Text: t("design.unit_"+n) + " · D0" + n, On: true})
	}
	one.Found[1].Off = t("matterpage.recused")
	return []Picker{one, several}
}
