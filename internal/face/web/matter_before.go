package web

import (
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

// Measured is what was found for a check item before: when and by which kind of look, and whether it was good.
type Measured struct {
	When, Value string
	Verdict     Tag
}

// BeforeView is a check item of the plan as it was found before, which stands beside the fields for what is found now. Template "before".
type BeforeView struct {
	Label, Limits string
	Rows          []Measured
}

// earlier is what the form of a look at the site has read of the time before the work, by the name of the check item.
type earlier map[string]inspect.Earlier

// readEarlier reads what inspections of the place have found before the matter stood on the ledger.
func readEarlier(b *doing, tx *db.Tx) error {
	m := b.v.Matter
	if m.Place == "" {
		return nil
	}
	found, err := inspect.EarlierOf(tx, b.r.Person, m.Place, m.RegisteredAt)
	if err != nil || len(found) == 0 {
		return err
	}
	items, err := org.AllCheckItems(tx)
	out := earlier{}
	for _, i := range items {
		if x, ok := found[i.Code]; ok {
			out[i.NameZh], out[i.NameEn] = x, x
		}
	}
	b.any = out
	return err
}

// before puts what was found of the n-th check item beside its fields: before the work, by the unit itself, and at the last look.
func (b *doing) before(n int, c matter.Check) {
	r, v := b.r, b.v
	out := BeforeView{Label: c.Text, Limits: checkLimits(c, r.Lang)}
	verdict := func(ok bool) Tag {
		if ok {
			return Tag{Text: r.T("matterpage.reached"), Tone: "good"}
		}
		return Tag{Text: r.T("matterpage.not_reached"), Tone: "bad"}
	}
	if old, ok := b.any.(earlier); ok {
		if x, ok := old[strings.TrimSpace(c.Text)]; ok {
			out.Rows = append(out.Rows, Measured{When: r.T("matterpage.before_work", v.day(x.At)), Value: readingText(r, c, x.Worst), Verdict: verdict(x.Result == inspect.Pass)})
		}
	}
	last := map[bool]*Measured{}
	for _, i := range v.Inspections { // the oldest first
		if i.Plan != v.Matter.PlanVersion {
			continue
		}
		for _, x := range i.Readings {
			if x.Check == int64(n) {
				last[i.Kind == matter.InspectSelf] = &Measured{When: r.Lang.Enum("matter.inspection", i.Kind) + " " + v.day(i.At), Value: readingText(r, c, x.Value), Verdict: verdict(x.Passed)}
			}
		}
	}
	for _, own := range []bool{true, false} {
		if x := last[own]; x != nil {
			out.Rows = append(out.Rows, *x)
		}
	}
	if len(out.Rows) > 0 {
		b.part(FormPart{Before: &out})
	}
}

// foundMeanwhile adds to a conflict what another inspector has found meanwhile, beside what this one has typed.
func (b *doing) foundMeanwhile(rows []ConflictRow) []ConflictRow {
	v := b.v
	p := v.PlanInForce()
	var last *matter.Inspection
	for i := range v.Inspections {
		if x := &v.Inspections[i]; x.Kind != matter.InspectSelf && (last == nil || x.At >= last.At) {
			last = x
		}
	}
	if p == nil || last == nil || last.Plan != p.Version {
		return rows
	}
	mine := map[int64]string{}
	for _, x := range b.readingsIn() {
		mine[x.Check] = x.Value
	}
	for _, x := range last.Readings {
		c, label := matter.Check{}, b.r.T("matterpage.as_promised")
		if x.Check > 0 && int(x.Check) <= len(p.Slots.Checks) {
			c = p.Slots.Checks[x.Check-1]
			label = c.Text
		}
		row := ConflictRow{Label: label, Theirs: readingText(b.r, c, x.Value)}
		if y := mine[x.Check]; y != "" {
			row.Yours = readingText(b.r, c, y)
		}
		rows = append(rows, row)
	}
	said := func(passed bool) string {
		if passed {
			return b.r.T("matterpage.passed")
		}
		return b.r.T("matterpage.failed")
	}
	row := ConflictRow{Label: b.r.T("matterpage.verdict"), Theirs: said(last.Passed)}
	if y := b.f.Value("passed"); y != "" {
		row.Yours = said(y == "yes")
	}
	return append(rows, row)
}
