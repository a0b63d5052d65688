package web

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/reading/report"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
)

// exportMost is how many rows a file can have.
const exportMost = 20000

// exportSlow is the time for a file of that many rows.
const exportSlow = 3 * time.Minute

// exportLedger sends exactly the filter of the address as a file, with the columns of the customary ledger; that somebody took it
// out is recorded.
func exportLedger(r *Req) error {
	list, err := r.List(ledgerSpec())
	if err != nil {
		return err
	}
	f, err := r.ledgerFilter(list)
	if err != nil {
		return err
	}
	f.After, f.Limit = "", ledger.MaxRows
	form := list.Get("form")
	if form == "" {
		form = "xlsx"
	}
	var out bytes.Buffer
	n := 0
	err = r.Read(func(tx *db.Tx) error {
		b, err := r.openLedger(tx, list)
		if err != nil {
			return err
		}
		if f, err = fromShelf(tx, f); err != nil {
			return err
		}
		rows, more, err := allRows(tx, r, f)
		if err != nil {
			return err
		}
		n = len(rows)
		said, err := accept.OfLedger(tx, matterIDs(rows))
		if err != nil {
			return err
		}
		names, err := acceptorNames(tx, rows)
		if err != nil {
			return err
		}
		t := sheet.Table{Name: r.T("ledger.sheet"), Columns: b.exportHeads(), NotesName: r.T("ledger.notes"), Notes: b.exportNotes(tx.Millis(), n, more)}
		t.Rows = iter.Seq2[[]any, error](func(yield func([]any, error) bool) {
			for i, m := range rows {
				if !yield(b.exportRow(i+1, m, said[m.ID], names), nil) {
					return
				}
			}
		})
		return writeSheet(&out, t, form)
	})
	if err != nil {
		return err
	}
	err = r.DB.Write(r.Ctx(), func(tx *db.Tx) error {
		return report.Taken{What: "ledger", Filter: list.URL(), Rows: n}.Do(tx, r.Person)
	})
	if err != nil {
		return err
	}
	return r.sendSheet(r.T("ledger.file"), form, out.Bytes())
}

// allRows reads every row of the filter; more tells that there are more than fit.
func allRows(tx *db.Tx, r *Req, f ledger.Filter) (all []ledger.Row, more bool, err error) {
	for {
		rows, next, err := ledger.Export(tx, r.Person, f)
		if err != nil {
			return nil, false, err
		}
		all = append(all, rows...)
		if next == "" || len(all) >= exportMost {
			return all, next != "", nil
		}
		f.After = next
	}
}

func acceptorNames(tx *db.Tx, rows []ledger.Row) (map[string]string, error) {
	var ids []string
	seen := map[string]bool{}
	for _, m := range rows {
		for _, a := range m.Plan.Acceptors {
			if !seen[a] {
				seen[a] = true
				ids = append(ids, a)
			}
		}
	}
	return ledger.Names(tx, ids)
}

// exportKeys are the columns of the customary ledger (我为群众办实事项目清单), in its order.
var exportKeys = []string{"no", "number", "title", "source", "voices", "category", "body", "people", "standard", "measures", "sponsor", "lead", "co", "owner", "funds",
	"start", "due0", "due", "percent", "progress", "problems", "light", "done", "verdict", "satisfied", "closed", "look", "remark"}

// exportWidths are those of columns in which much is written, in characters of a Latin letter's width.
var exportWidths = map[string]float64{"no": 5, "number": 14, "title": 24, "body": 30, "people": 18, "standard": 24, "measures": 30, "progress": 24, "problems": 20, "remark": 18, "start": 12, "due0": 12, "due": 14, "done": 12}

func (b *ledgerView) exportHeads() []sheet.Column {
	var out []sheet.Column
	for _, k := range exportKeys {
		out = append(out, sheet.Column{Title: b.r.T("ledger.col." + k), Width: exportWidths[k]})
	}
	return out
}

// exportRow is one line of the customary ledger.
func (b *ledgerView) exportRow(no int, m ledger.Row, s accept.Summary, names map[string]string) []any {
	r := b.r
	day := func(d clock.Day) string { return string(d) }
	at := func(t clock.Millis) string {
		if t.Zero() {
			return ""
		}
		return string(t.Day(r.Zone))
	}
	people := b.unit(m.Unit)
	if m.Beneficiaries > 0 {
		people += " · " + r.T("matterpage.people", m.Beneficiaries)
	}
	standard := []string{m.Plan.Standard}
	for _, c := range m.Plan.Checks {
		standard = append(standard, checkText(c, r.Lang))
	}
	if m.Plan.Qualitative != "" {
		standard = append(standard, r.T("matterpage.qualitative", m.Plan.Qualitative))
	}
	var measures []string
	for i, st := range m.Plan.Steps {
		measures = append(measures, fmt.Sprintf("%d. %s (%s)", i+1, st.Text, st.Day))
	}
	funds := ""
	if f := m.Plan.Money; f != nil {
		funds = r.T("matterpage.money", money(f.Amount), r.Lang.Enum("matter.fund", f.Source))
	}
	var co []string
	for _, c := range m.CoUnits() {
		co = append(co, b.unit(c))
	}
	due := day(m.Due)
	if m.Extensions > 0 {
		due = r.T("ledger.due_extended", due, m.Extensions)
	}
	progress := m.Progress
	if progress != "" {
		progress = at(m.ProgressAt) + " " + progress
	}
	closed := r.Lang.Enum("common", "no")
	if m.State == matter.Closed {
		closed = r.Lang.Enum("common", "yes") + " " + at(m.ClosedAt)
	}
	return []any{no, m.Number, m.Title, r.Lang.Enum("matter.source", m.Source), m.Voices, b.cat.Name(m.Category, r.Lang), m.Body, people,
		lines2(standard), lines2(measures), m.SponsorName, b.unit(m.Lead), strings.Join(co, r.T("date.list_between")), m.OwnerName, funds,
		day(m.PlanStart), day(m.Due0), due, m.Percent(), progress, b.problems(m), lightText(r, m.Color), at(m.CompletedAt), b.acceptance(m, s, names),
		satisfaction(r, s), closed, b.lookedBack(m.Matter), b.remark(m.Matter)}
}

func lines2(parts []string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}

// problems is what stands in the way: a pause, a condition, an overdue step.
func (b *ledgerView) problems(m ledger.Row) string {
	switch {
	case m.State == matter.Paused:
		return b.r.T("ledger.paused_until", b.r.Lang.Enum("duty.reason", m.PauseReason), string(m.PauseUntil))
	case m.State == matter.CarriedOver:
		return b.r.T("ledger.carried", m.Condition, string(m.ReviewDay))
	case m.MilestoneDue != "" && m.MilestoneDue < b.r.Today() && m.Color != "":
		return b.r.T("ledger.step_late", string(m.MilestoneDue))
	}
	return ""
}

func (b *ledgerView) acceptance(m ledger.Row, s accept.Summary, names map[string]string) string {
	var out []string
	var who []string
	for _, a := range m.Plan.Acceptors {
		who = append(who, names[a])
	}
	if len(who) > 0 {
		out = append(out, b.r.Lang.Enum("matter.slot", plan.SlotAcceptor)+": "+strings.Join(who, b.r.T("date.list_between")))
	}
	if v := verdictText(b.r, m.Matter); v != "" {
		out = append(out, v)
	}
	if s.Shown {
		out = append(out, b.r.T("ledger.answered", s.Answers, s.Invited))
	}
	return lines2(out)
}

func (b *ledgerView) lookedBack(m matter.Matter) string {
	var out []string
	for _, l := range []struct{ kind, result string }{{matter.Inspect30, m.LookBack30}, {matter.Inspect90, m.LookBack90}, {matter.Inspect365, m.LookBack365}} {
		if l.result != "" {
			out = append(out, b.r.Lang.Enum("matter.inspection", l.kind)+" "+b.r.Lang.Enum("matter.lookback", l.result))
		}
	}
	if m.Relapses > 0 {
		out = append(out, b.r.T("ledger.relapses", m.Relapses))
	}
	return lines2(out)
}

func (b *ledgerView) remark(m matter.Matter) string {
	var out []string
	if m.UnionInitiated {
		out = append(out, b.r.T("matterpage.union_initiated"))
	}
	if m.Round > 1 {
		out = append(out, b.r.T("matterpage.round", m.Round))
	}
	if m.EndReason != "" {
		out = append(out, b.r.Lang.Enum("matter.ended", m.EndedHow)+": "+m.EndReason)
	}
	return lines2(out)
}

// exportNotes say how the file was made: filter, time, who, and what the numbers mean.
func (b *ledgerView) exportNotes(now clock.Millis, n int, more bool) []sheet.Note {
	r := b.r
	t := b.list.Table("", b.list.Column("", ""))
	b.chips(&t)
	chosen := []string{r.Lang.Enum("ledger.view", b.list.View)}
	for _, c := range t.Chips {
		chosen = append(chosen, c.Label+": "+c.Text)
	}
	rows := r.Lang.Number(n)
	if more {
		rows = r.T("ledger.cut", rows)
	}
	return []sheet.Note{
		{Label: r.T("ledger.note.filter"), Value: strings.Join(chosen, "; ")},
		{Label: r.T("ledger.note.address"), Value: strings.Replace(b.list.URL("form", ""), "/ledger/export", "/ledger", 1)},
		{Label: r.T("ledger.note.time"), Value: r.Lang.DateTime(now, r.Zone)},
		{Label: r.T("ledger.note.who"), Value: r.Person.Name},
		{Label: r.T("ledger.note.rows"), Value: rows},
		{Label: r.T("ledger.col.percent"), Value: r.T("ledger.def.percent")},
		{Label: r.T("ledger.col.light"), Value: r.T("ledger.def.light")},
		{Label: r.T("ledger.col.due0"), Value: r.T("ledger.def.due0")},
		{Label: r.T("ledger.col.verdict"), Value: r.T("ledger.def.verdict")},
		{Label: r.T("ledger.col.satisfied"), Value: r.T("ledger.def.satisfied")},
	}
}

// writeSheet writes a table as csv, or as xlsx.
func writeSheet(out *bytes.Buffer, t sheet.Table, form string) error {
	if form == "csv" {
		return sheet.WriteCSV(out, t)
	}
	return sheet.WriteXLSX(out, t, "")
}

// sendSheet sends such a file; its name says the day.
func (r *Req) sendSheet(name, form string, b []byte) error {
	return r.sendAs(fmt.Sprintf("%s-%s", name, r.Today()), form, b)
}

// sendTable sends a table that is small enough to be written at once.
func (r *Req) sendTable(name, form string, t sheet.Table) error {
	if form != "csv" {
		form = "xlsx"
	}
	var out bytes.Buffer
	if err := writeSheet(&out, t, form); err != nil {
		return err
	}
	return r.sendAs(name, form, out.Bytes())
}

func (r *Req) sendAs(name, form string, b []byte) error {
	kind := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	if form == "csv" {
		kind = "text/csv; charset=utf-8"
	}
	return r.Send(name+"."+form, kind, b)
}
