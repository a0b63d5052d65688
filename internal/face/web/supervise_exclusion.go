package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
)

// listExclusions shows the requests to leave a voice out of a department's rates (剔除), those that wait first, and how many were left
// out of each department's.
func listExclusions(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("supervise.exclusions"), Shape: Staff}}
	err := r.Read(func(tx *db.Tx) error {
		percent, err := org.Int(tx, org.ExclusionShare)
		if err != nil {
			return err
		}
		page.Lede = r.T("supervise.exclusions_lede", percent)
		rows, err := supervise.Exclusions(tx, r.Person, 200)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		rates, err := supervise.RatesOf(tx, r.Person, r.Today().Add(-supervise.AuditDays), r.Today())
		if err != nil {
			return err
		}
		beside, flagged := r.ratesTable(rates, tree, percent)
		if len(flagged) > 0 {
			page.Panels = append(page.Panels, Panel{Tone: "warn", Title: r.T("supervise.flagged", percent), Text: strings.Join(flagged, "、")})
		}
		t := Table{Caption: r.T("supervise.exclusions"), Keys: true, Empty: Empty{Kind: "nothing", Title: r.T("supervise.exclusions_none")},
			Columns: []Column{{Label: r.T("supervise.subject_no")}, {Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.f.reason")}, {Label: r.T("supervise.asked_at"), Minor: true}, {Label: r.T("supervise.f.state")}}}
		for _, x := range rows {
			tone := map[string]string{supervise.Asked: "warn", supervise.Objected: "warn", supervise.Excluded: "info", supervise.Upheld: "info"}[x.State]
			t.Add(r.Link("/exclusion/"+x.ID), Cell{Text: x.Number}, Cell{Text: tree.Name(x.Unit, r.Lang)}, Cell{Text: r.Lang.Enum("supervise.reason", x.Reason)},
				Cell{Text: r.Lang.Date(x.AskedAt, r.Zone)}, Cell{Tag: &Tag{Text: r.Lang.Enum("supervise.exclusion", x.State), Tone: tone}})
		}
		page.Tables = []Table{t, beside}
		return nil
	})
	if err != nil {
		return err
	}
	return superviseList.Render(r, page)
}

// rateFrom is from how many on a rate is told in percent; of fewer the counts say more.
const rateFrom = 10

// ratesTable is what each department answered in time, with what was left out of that and the calls that it answered late beside it, and
// the names of those that leave out too much.
func (r *Req) ratesTable(rates []supervise.Rate, tree *org.Tree, percent int) (Table, []string) {
	t := Table{Caption: r.T("supervise.rates", supervise.AuditDays), Empty: Empty{Kind: "nothing", Title: r.T("supervise.rates_none")},
		Columns: []Column{{Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.rate_voices"), Num: true}, {Label: r.T("supervise.rate_in_time"), Num: true},
			{Label: r.T("supervise.rate_excluded"), Num: true}, {Label: r.T("supervise.rate_calls"), Num: true}}}
	var flagged []string
	for _, x := range rates {
		name := tree.Name(x.Unit, r.Lang)
		in := Cell{Text: "—"}
		if x.Counted > 0 {
			in = Cell{Text: r.T("supervise.of", x.InTime, x.Counted)}
			if x.Counted >= rateFrom {
				in = Cell{Text: r.T("supervise.percent", x.InTime*100/x.Counted), Sub: in.Text}
			}
		}
		out := Cell{Text: r.Lang.Number(x.Excluded)}
		if x.Excluded > 0 {
			out.Sub = r.T("supervise.percent", x.Share())
		}
		calls := Cell{Text: r.Lang.Number(x.Calls)}
		if x.Late > 0 {
			calls.Sub = r.T("supervise.rate_late", x.Late)
		}
		row := t.Add("", Cell{Text: name}, Cell{Text: r.Lang.Number(x.Voices)}, in, out, calls)
		if x.Flagged(percent) {
			row.Tone = "bad"
			row.Cells[3].Tag = &Tag{Text: r.T("supervise.audit"), Tone: "bad"}
			flagged = append(flagged, name)
		}
	}
	return t, flagged
}

// decideExclusion shows a request, and to the two who decide the form for their word.
func decideExclusion(r *Req) error {
	var x supervise.Exclusion
	var tree *org.Tree
	var names map[string]string
	err := r.Read(func(tx *db.Tx) (err error) {
		if x, err = supervise.SeeExclusion(tx, r.Person, r.Param("exclusion")); err != nil {
			return err
		}
		if names, err = ledger.Names(tx, unique([]string{x.AskedBy, x.OfficeBy, x.UnionBy})); err != nil {
			return err
		}
		tree, err = org.TreeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	facts := []Fact{{Label: r.T("supervise.subject_no"), Value: x.Number}, {Label: r.T("supervise.f.unit"), Value: tree.Name(x.Unit, r.Lang)},
		{Label: r.T("supervise.f.reason"), Value: r.Lang.Enum("supervise.reason", x.Reason)}, {Label: r.T("supervise.f.evidence"), Value: x.Evidence},
		{Label: r.T("supervise.f.state"), Value: r.Lang.Enum("supervise.exclusion", x.State), Note: x.Note}}
	for _, word := range []struct {
		label, who string
	}{{"supervise.asked_by", x.AskedBy}, {"supervise.office_word", x.OfficeBy}, {"supervise.union_word", x.UnionBy}} {
		if word.who != "" {
			facts = append(facts, Fact{Label: r.T(word.label), Value: names[word.who]})
		}
	}
	if x.ObjectedAt != 0 {
		facts = append(facts, Fact{Label: r.T("supervise.objection"), Value: x.Objection, Note: r.Lang.Date(x.ObjectedAt, r.Zone)})
	}
	page := Page{Title: r.T("supervise.exclusion_title"), Shape: Staff, Back: "/exclusions"}
	if supervise.ExclusionCycle.Can(x.State, supervise.EventSettle) {
		return r.settleObjection(x, page, facts)
	}
	thing := access.Thing{Unit: x.UnitPath, Lead: x.LeadPath}
	mine := supervise.ExclusionCycle.Can(x.State, supervise.EventOffice) && (r.Person.Can(access.ExclusionOffice, thing) && x.OfficeBy == "" || r.Person.Can(access.ExclusionUnion, thing) && x.UnionBy == "")
	if !mine {
		if r.Posted() {
			return fault.New(fault.Forbidden, "access.denied")
		}
		return superviseList.Render(r, AdminListPage{Page: page, Facts: facts})
	}
	f, done, err := r.tried(func(f *Form) doer {
		return supervise.DecideExclusion{Exclusion: x.ID, Agree: f.Choice("agree", "yes", "no") == "yes", Note: f.Text("note", 0, supervise.MaxNote)}
	}, "supervise.toast_exclusion", "/exclusions")
	if done || err != nil {
		return err
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: page, Lede: r.T("supervise.exclusion_lede"), Facts: facts, Form: f, To: "/exclusion/" + x.ID, Submit: r.T("supervise.do.decide"),
		Parts: []Part{radiosPart(f.Choose("agree", "supervise.f.agree", options(r.Lang, "supervise.agree", []string{"yes", "no"}))), fieldPart(f.Field("note", "supervise.f.note").Area(2).May().Hint("supervise.note_hint"))}}})
}

// askExclusion shows and takes the form by which a department asks for a voice to be left out.
func askExclusion(r *Req) error {
	id := r.Param("id")
	f, done, err := r.tried(func(f *Form) doer {
		return supervise.AskExclusion{Voice: id, Reason: f.one("reason"), Evidence: f.Text("evidence", 0, supervise.MaxText)}
	}, "supervise.toast_ask_exclusion", "/voice/"+id)
	if done || err != nil {
		return err
	}
	var facts []Fact
	err = r.Read(func(tx *db.Tx) error {
		v, err := supervise.MayExclude(tx, r.Person, id)
		facts = []Fact{{Label: r.T("supervise.subject_no"), Value: v.FileNumber()}, {Label: r.T("supervise.f.title"), Value: v.Title}}
		return err
	})
	if err != nil {
		return err
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: Page{Title: r.T("supervise.do.exclude"), Shape: Staff, Back: "/voice/" + id}, Lede: r.T("supervise.exclude_lede", supervise.AskDays), Facts: facts, Form: f,
		To: "/voice/" + id + "/exclude", Submit: r.T("supervise.do.exclude"), Parts: []Part{radiosPart(f.Choose("reason", "supervise.f.reason", options(r.Lang, "supervise.reason", supervise.ExclusionReasons()))),
			fieldPart(f.Field("evidence", "supervise.f.evidence").Area(4).Limit(supervise.MaxText).Hint("supervise.evidence_hint"))}}})
}

// settleObjection shows an objection of whoever spoke, and to somebody who has not decided before the form that settles it.
func (r *Req) settleObjection(x supervise.Exclusion, page Page, facts []Fact) error {
	decided := r.Person.ID == x.OfficeBy || r.Person.ID == x.UnionBy || r.Person.ID == x.AskedBy
	if decided || !r.Person.Can(access.ExclusionSettle, access.Thing{Unit: x.UnitPath, Lead: x.LeadPath}) {
		if r.Posted() {
			return fault.New(fault.Forbidden, "access.denied")
		}
		return superviseList.Render(r, AdminListPage{Page: page, Facts: facts})
	}
	f, done, err := r.tried(func(f *Form) doer {
		return supervise.SettleObjection{Exclusion: x.ID, Count: f.Choice("count", "yes", "no") == "yes", Note: f.Text("note", 0, supervise.MaxNote)}
	}, "supervise.toast_exclusion", "/exclusions")
	if done || err != nil {
		return err
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: page, Lede: r.T("supervise.objection_lede"), Facts: facts, Form: f, To: "/exclusion/" + x.ID,
		Submit: r.T("supervise.do.decide"), Parts: []Part{radiosPart(f.Choose("count", "supervise.f.count", options(r.Lang, "supervise.count", []string{"yes", "no"}))),
			fieldPart(f.Field("note", "supervise.f.note").Area(2).Limit(supervise.MaxNote).Hint("supervise.objection_hint"))}}})
}
