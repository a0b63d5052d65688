package web

import (
	"strings"

	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// MatterSheetPage is the Five Determinations sheet (五定整改措施表) for paper.
type MatterSheetPage struct {
	Page
	Number string
	Name   string
	Made   string
	Rows   []Fact
}

var matterSheetPage = Define[MatterSheetPage]("matter/sheet")

// printSheet shows the sheet of the plan in force, or of the one that waits.
func printSheet(r *Req) error {
	v, err := r.readMatter()
	if err != nil {
		return err
	}
	page := MatterSheetPage{Page: Page{Title: r.T("matterpage.sheet_title"), Shape: Sheet, Back: v.path()}, Number: v.Matter.Number, Name: v.Matter.Title}
	p := v.PlanInForce()
	if p == nil {
		p = v.PlanWaiting()
	}
	if p != nil {
		page.Made = r.T("matterpage.version", p.Version) + " · " + v.moment(p.At) + " · " + r.Lang.Enum("matter.plan.state", p.State)
		page.Rows = v.sheetRows(*p)
	}
	return matterSheetPage.Render(r, page)
}

// sheetRows are the lines of the customary sheet, in its order: the determinations, who accepts, how far it is, verdict, closing.
func (v *matterView) sheetRows(p matter.Plan) []Fact {
	r, m := v.r, v.Matter
	texts := rowTexts(v.planRows(p))
	var out []Fact
	for _, slot := range plan.AllSlots() {
		text := texts[string(slot)]
		if text == "" && slot == plan.SlotItem {
			text = m.Title
		}
		if slot == plan.SlotOwner {
			text = strings.TrimSpace(r.T("matterpage.sheet_owner", v.unit(m.Lead), v.person(p.Slots.Owner)))
			if m.Sponsor != "" {
				text += "\n" + r.T("matterpage.sheet_sponsor", v.person(m.Sponsor))
			}
		}
		if slot == plan.SlotDeadline && m.Due0 != "" && m.Due0 != m.Due {
			text += "\n" + r.T("matterpage.due_moved", v.date(m.Due0), m.Extensions)
		}
		if text != "" {
			out = append(out, Fact{Label: r.Lang.Enum("matter.slot", slot), Value: text})
		}
	}
	state := r.Lang.Enum("matter.state", m.State)
	if m.StepsAll > 0 {
		state += "\n" + r.T("matterpage.sheet_steps", m.StepsDone, m.StepsAll)
	}
	if m.CompletedAt != 0 {
		state += "\n" + r.T("matterpage.sheet_done", v.day(m.CompletedAt))
	}
	out = append(out, Fact{Label: r.T("matterpage.sheet_state"), Value: state})
	verdict := "—"
	if m.Verdict != "" {
		verdict = r.Lang.Enum("matter.verdict", m.Verdict)
	}
	closed := "—"
	if m.State == matter.Closed {
		closed = v.day(m.ClosedAt)
	}
	return append(out, Fact{Label: r.T("matterpage.sheet_verdict"), Value: verdict}, Fact{Label: r.T("matterpage.sheet_closed"), Value: closed})
}
