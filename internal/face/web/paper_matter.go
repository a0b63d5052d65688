package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

func closureForm(r *Req) error     { return paperOfClosure(r, false) }
func closureFormDocx(r *Req) error { return paperOfClosure(r, true) }

// signedBy is a signature by account, empty where nobody has signed.
func (v *matterView) signedBy(label, person string, at clock.Millis) Fact {
	f := Fact{Label: v.r.T(label)}
	if person != "" && at != 0 {
		f.Value, f.Note = v.person(person), v.r.T("visit.signed_at", v.moment(at))
	}
	return f
}

// paperOfClosure is the form by which a matter is struck off (D7, 销号申请(审批)表), from the record of the matter.
func paperOfClosure(r *Req, docx bool) error {
	var v *matterView
	var asked []accept.Summary
	var list PaperList
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMatter(tx); err != nil {
			return err
		}
		if v.can(access.AcceptSee) {
			if asked, err = accept.SummaryOf(tx, r.Person, v.Matter.ID); err != nil {
				return err
			}
		}
		list, err = v.measured(tx)
		return err
	})
	if err != nil {
		return err
	}
	m := v.Matter
	p := Paper{Page: Page{Title: r.T("visit.closure"), Shape: Sheet, Back: v.path()}, Number: m.Number, Name: m.Title, Docx: v.path("closure.docx"), file: m.Number + "-closure", at: m.MovedAt}
	add := func(label, value string) { p.Rows = append(p.Rows, Fact{Label: r.T(label), Value: orDash(value)}) }
	add("visit.closure_number", m.Number)
	add("visit.closure_name", m.Title)
	add("visit.order_unit", strings.TrimSpace(v.unit(m.Lead)+" "+v.person(m.Owner)))
	determined := ""
	if x := v.PlanInForce(); x != nil {
		texts := rowTexts(v.planRows(*x))
		for _, slot := range plan.AllSlots() {
			if text := texts[string(slot)]; text != "" {
				determined += r.Lang.Enum("matter.slot", slot) + ": " + text + "\n"
			}
		}
	}
	add("visit.closure_plan", strings.TrimSpace(determined))
	done := ""
	for _, x := range v.Progress {
		if x.Done && x.Step == 0 {
			done = x.Text
			break
		}
	}
	add("visit.closure_done", done)
	before, after := 0, 0
	for _, x := range v.Photos {
		switch x.Kind {
		case matter.PhotoBefore:
			before++
		case matter.PhotoAfter:
			after++
		}
	}
	add("visit.closure_proof", r.T("visit.closure_proofs", before, after, len(v.Inspections), len(asked)))
	add("visit.closure_self", v.verdictOf(matter.InspectSelf))
	add("visit.closure_site", v.verdictOf(matter.InspectSite))
	add("visit.closure_said", v.saidOf(asked))
	add("visit.closure_office", m.Reply)
	leader := ""
	if m.Sponsor != "" {
		leader = r.T("visit.closure_leader_is", v.person(m.Sponsor))
	}
	add("visit.closure_leader", leader)
	closed, later := "", []string{}
	if m.State == matter.Closed {
		closed = v.day(m.ClosedAt)
		for _, d := range v.set.LookBacks() {
			later = append(later, v.date(m.ClosedAt.Day(r.Zone).Add(d)))
		}
	}
	add("visit.closure_day", closed)
	add("visit.closure_back", strings.Join(later, "\n"))
	if len(list.Rows) > 0 {
		p.Lists = []PaperList{list}
	}
	if shots := v.shots(); len(shots) > 0 {
		var said []PhotoSaid
		for _, x := range shots {
			said = append(said, PhotoSaid{x.Taken, x.Caption})
		}
		p.Lists = append(p.Lists, r.photoList(v.placeName(), said))
	}
	p.Signs = []Fact{v.signedBy("visit.sign_claimant", m.Claimant, m.CompletedAt), v.signedBy("visit.sign_inspector", m.Inspector, m.InspectedAt), v.signedBy("visit.sign_office", m.ClosedBy, m.ClosedAt),
		{Label: r.T("visit.sign_leader")}}
	return renderPaper(r, p, docx)
}

// verdictOf is the latest look of a kind in the present round, in a line.
func (v *matterView) verdictOf(kind string) string {
	for _, i := range v.Inspections {
		if i.Kind != kind || i.Round != v.Matter.Round {
			continue
		}
		word := "matterpage.passed"
		if !i.Passed {
			word = "matterpage.failed"
		}
		return strings.TrimSpace(v.r.T(word) + " · " + v.person(i.By) + " · " + v.moment(i.At) + "\n" + i.Note)
	}
	return ""
}

// saidOf is what employees said, as far as it may be told.
func (v *matterView) saidOf(asked []accept.Summary) string {
	if len(asked) == 0 {
		return ""
	}
	s := asked[len(asked)-1]
	if key := s.Hidden(); key != "" {
		return v.r.T(key)
	}
	return v.r.T("visit.closure_answers", s.Answers, s.Tally.Result[accept.Solved], s.Tally.Result[accept.Not], s.Tally.Result[accept.Partly])
}

// measured are the check items of the plan with what they read before and after, beside each other: the last reading of the place before
// the work began, and every look since.
func (v *matterView) measured(tx *db.Tx) (PaperList, error) {
	r, p := v.r, v.PlanInForce()
	l := PaperList{Caption: r.T("visit.before_after"), Head: []string{r.T("visit.item"), r.T("visit.standard"), r.T("visit.before")}, Widths: []float64{36, 24, 26}}
	if p == nil || len(p.Slots.Checks) == 0 {
		return l, nil
	}
	var before []inspect.Item
	if v.Matter.Place != "" {
		var err error
		if before, err = inspect.Before(tx, v.Matter.Place, v.Matter.RegisteredAt); err != nil {
			return l, err
		}
	}
	var looks []matter.Inspection
	for i := len(v.Inspections) - 1; i >= 0; i-- {
		if x := v.Inspections[i]; x.Plan == p.Version {
			looks = append(looks, x)
		}
	}
	looks = looks[max(0, len(looks)-5):]
	for _, x := range looks {
		l.Head, l.Widths = append(l.Head, r.Lang.Enum("matter.inspection", x.Kind)+"\n"+v.day(x.At)), append(l.Widths, 26)
	}
	for n, c := range p.Slots.Checks {
		row := []string{c.Text, orDash(checkLimits(c, r.Lang)), "—"}
		for _, it := range before {
			if c.Text == it.Spec.Zh || c.Text == it.Spec.En {
				row[2] = orDash(visitValue(it.Mean, it.Worst, it.Spec.Measure, r.Lang))
			}
		}
		for _, x := range looks {
			cell := "—"
			for _, y := range x.Readings {
				if y.Check == int64(n+1) {
					cell = strings.TrimSpace(readingText(r, c, y.Value) + "\n" + y.Note)
				}
			}
			row = append(row, cell)
		}
		l.Rows = append(l.Rows, row)
	}
	return l, nil
}

func extensionPaper(r *Req) error     { return paperOfExtension(r, false) }
func extensionPaperDocx(r *Req) error { return paperOfExtension(r, true) }

// paperOfExtension is the form by which more time is asked for and granted (D8, 延期办理申请审批表).
func paperOfExtension(r *Req, docx bool) error {
	v, err := r.readMatter()
	if err != nil {
		return err
	}
	var e *matter.Extension
	for i := range v.Extensions {
		if strconv.FormatInt(v.Extensions[i].N, 10) == r.Param("n") {
			e = &v.Extensions[i]
		}
	}
	if e == nil {
		return fault.New(fault.NotFound, "visit.extension_unknown", v.Matter.Number, r.Param("n"))
	}
	m := v.Matter
	p := Paper{Page: Page{Title: r.T("visit.extension"), Shape: Sheet, Back: v.path()}, Number: m.Number, Name: m.Title, Docx: v.path("extension", itoa(e.N), "docx"), file: m.Number + "-extension-" + itoa(e.N), at: max(e.AskedAt, e.DecidedAt)}
	add := func(label, value string) { p.Rows = append(p.Rows, Fact{Label: r.T(label), Value: orDash(value)}) }
	progress := ""
	for _, x := range v.Progress {
		if x.At <= e.AskedAt {
			progress = x.Text
			break
		}
	}
	decision := r.Lang.Enum("matter.extension.state", e.State)
	if e.Note != "" {
		decision += "\n" + e.Note
	}
	office, leader, granted := decision, "", int64(0)
	for _, x := range v.Extensions {
		if x.N < e.N && x.State == matter.Granted {
			granted++
		}
	}
	if matter.ExtensionLevel(granted, v.extensionMax()) == access.Leader {
		office, leader = "", decision
	}
	decided := ""
	if e.DecidedAt != 0 {
		decided = v.day(e.DecidedAt)
	}
	add("visit.extension_number", m.Number)
	add("visit.extension_name", m.Title)
	add("visit.extension_unit", v.unit(m.Lead))
	add("visit.extension_from", v.date(e.FromDay))
	add("visit.extension_to", v.date(e.ToDay))
	add("visit.extension_n", itoa(e.N))
	add("visit.extension_reason", e.Reason)
	add("visit.extension_progress", progress)
	add("visit.extension_interim", e.Interim)
	add("visit.extension_told", r.T(map[bool]string{true: "visit.extension_told_yes", false: "visit.extension_told_no"}[e.State == matter.Granted]))
	add("visit.extension_unit_says", v.person(e.AskedBy)+" · "+v.moment(e.AskedAt))
	add("visit.extension_office", office)
	add("visit.extension_leader", leader)
	add("visit.extension_day", decided)
	p.Signs = []Fact{v.signedBy("visit.sign_asks", e.AskedBy, e.AskedAt), v.signedBy("visit.sign_decides", e.DecidedBy, e.DecidedAt)}
	return renderPaper(r, p, docx)
}
