package web

import (
	"strconv"
	"strings"

	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// PlanVersionsPage compares two versions of a plan.
type PlanVersionsPage struct {
	Page
	Number  string
	Name    string
	Facts   []Fact
	Changes []ConflictRow
}

var planVersionsPage = Define[PlanVersionsPage]("matter/versions")

// compareVersions shows what changed from version a to version b of a plan.
func compareVersions(r *Req) error {
	v, err := r.readMatter()
	if err != nil {
		return err
	}
	find := func(name string) *matter.Plan {
		n, err := strconv.ParseInt(r.Query(name), 10, 64)
		for i := range v.Plans {
			if err == nil && v.Plans[i].Version == n {
				return &v.Plans[i]
			}
		}
		return nil
	}
	a, b := find("a"), find("b")
	if a == nil || b == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	page := PlanVersionsPage{Page: Page{Title: r.T("matterpage.compare_title", a.Version, b.Version), Shape: Staff, Back: v.path()},
		Number: v.Matter.Number, Name: v.Matter.Title, Facts: []Fact{v.versionFact(*a), v.versionFact(*b)}, Changes: v.changes(*a, *b)}
	return planVersionsPage.Render(r, page)
}

func (v *matterView) versionFact(p matter.Plan) Fact {
	c := v.planCard(p)
	f := Fact{Label: v.r.T("matterpage.version", p.Version), Value: c.Author + " · " + c.When, Note: c.State.Text}
	if c.Decided != "" {
		f.Note += " · " + c.Decided
	}
	if c.Decision != "" {
		f.Note += " · " + c.Decision
	}
	return f
}

// changes lists the determinations of two versions side by side.
func (v *matterView) changes(a, b matter.Plan) []ConflictRow {
	x, y := rowTexts(v.planRows(a)), rowTexts(v.planRows(b))
	var out []ConflictRow
	for _, slot := range plan.AllSlots() {
		s := string(slot)
		if x[s] != "" || y[s] != "" {
			out = append(out, ConflictRow{Label: v.r.Lang.Enum("matter.slot", slot), Yours: x[s], Theirs: y[s]})
		}
	}
	return out
}

// rowTexts are the determinations as plain texts, by slot. Whether a step is done does not belong to the plan.
func rowTexts(rows []PlanRow) map[string]string {
	out := map[string]string{}
	for _, r := range rows {
		lines := []string{r.Text}
		for _, i := range r.Items {
			lines = append(lines, i.Text+" · "+i.When)
		}
		lines = append(lines, r.Note)
		var kept []string
		for _, l := range lines {
			if l != "" {
				kept = append(kept, l)
			}
		}
		out[r.Slot] = strings.Join(kept, "\n")
	}
	return out
}
