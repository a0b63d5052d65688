package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/proposal"
)

// proposalDocx sends a proposal as the customary form of the office (D14, 职代会提案表; D15, 合理化建议申报评审表): what is known is filled in, what
// is signed or noted by hand stays empty. Who may not learn who proposes gets a form that does not say so.
func proposalDocx(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	v, err := r.viewProposal()
	if err != nil {
		return err
	}
	kind := v.p.Kind
	p := Paper{Page: Page{Title: r.T("proposal.paper." + kind)}, Number: v.p.Number, Name: v.p.Title, file: v.p.Number, at: v.p.MadeAt}
	if p.file == "" {
		p.file = r.Lang.Enum("proposal.kind", kind)
	}
	if kind == proposal.ToCongress {
		err = v.congressForm(&p)
	} else {
		v.improvementForm(&p)
	}
	if err != nil {
		return err
	}
	return renderPaper(r, p, true)
}

// row adds a row of the form, empty where the value is.
func (v *proposalView) row(p *Paper, key, value string) {
	p.Rows = append(p.Rows, Fact{Label: v.r.T("proposal.paper." + key), Value: value})
}

// contact is who proposes, with the telephone for those who may look it up: the office, and the proposer.
func (v *proposalView) contact() string {
	who := v.names[v.p.Proposer]
	if who.Phone == "" || !v.p.Names(v.r.Person) || v.r.Person.ID != v.p.Proposer && !v.r.Person.Can(access.ProposalReview, v.p.Thing()) {
		return v.proposer()
	}
	return v.proposer() + " " + who.Phone
}

// signedLine says who has signed something, and when.
func (v *proposalView) signedLine(h proposal.Handling) string {
	return v.r.T("proposal.signed", v.names[h.By].Name, v.r.Lang.Date(h.Day, v.r.Zone))
}

// opinion is what the proposer and those who seconded say of an answer.
func (v *proposalView) opinion(handling int64) string {
	r, n := v.r, map[string]int{}
	own := ""
	for _, s := range v.said {
		switch {
		case s.Handling != handling:
		case s.Person == v.p.Proposer:
			if own = r.T("proposal.grade." + s.Grade); s.Words != "" {
				own = r.T("proposal.paper.says", own, s.Words)
			}
		default:
			n[s.Grade]++
		}
	}
	if len(n) == 0 {
		return own
	}
	return strings.TrimSpace(own + "\n" + r.T("proposal.paper.others", n[proposal.Satisfied], n[proposal.Basically], n[proposal.Dissatisfied]))
}

// congressForm is D14.
func (v *proposalView) congressForm(p *Paper) error {
	r, x := v.r, v.p
	var answers []proposal.Handling
	err := r.Read(func(tx *db.Tx) (err error) {
		if answers, err = proposal.HandlingsOf(tx, r.Person, x); err != nil {
			return err
		}
		for _, h := range answers {
			if _, known := v.names[h.By]; !known {
				if v.names[h.By], err = org.PersonByID(tx, h.By); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	kind := r.Lang.Enum("proposal.kind", x.Kind)
	if x.Prime {
		kind += " · " + r.T("proposal.f.prime")
	}
	var seconds []string
	for _, s := range v.seconds {
		seconds = append(seconds, s.Name)
	}
	v.row(p, "number", x.Number)
	v.row(p, "subject", x.Title)
	v.row(p, "category", kind)
	v.row(p, "proposer", v.contact())
	v.row(p, "seconders", r.Lang.List(seconds))
	v.row(p, "why", x.Why)
	v.row(p, "how", strings.TrimSpace(x.How+"\n"+x.Gain))
	decision := map[string]string{proposal.Filed: proposal.EventFile, proposal.Replied: proposal.EventFile, proposal.Closed: proposal.EventFile, proposal.Merged: proposal.EventMerge,
		proposal.Converted: proposal.EventConvert, proposal.Refused: proposal.EventRefuse}[x.State]
	if decision != "" {
		decision = r.T("proposal.review." + decision)
	}
	v.row(p, "review", strings.TrimSpace(decision+"\n"+x.Reason))
	v.row(p, "lead", unitOr(v.tree, x.Lead, r))
	v.row(p, "co", v.helpers())
	v.row(p, "leader", "")
	said := func(n int) (answer, opinion string) {
		if n >= len(answers) {
			return "", ""
		}
		h := answers[n]
		return r.T("proposal.paper.says", r.T("proposal.class."+h.Class), h.Words) + "\n" + v.signedLine(h), v.opinion(int64(n + 1))
	}
	answer, opinion := said(0)
	v.row(p, "answer", answer)
	v.row(p, "opinion", opinion)
	answer, opinion = said(1)
	v.row(p, "again", strings.TrimSpace(answer+"\n"+opinion))
	p.Signs = []Fact{{Label: r.T("proposal.paper.sign_proposer")}, {Label: r.T("proposal.paper.sign_committee")}, {Label: r.T("proposal.paper.sign_lead")}}
	if len(answers) > 0 {
		h := answers[len(answers)-1]
		p.Signs[2].Value, p.Signs[2].Note = v.names[h.By].Name, r.Lang.Date(h.Day, r.Zone)
	}
	return nil
}

// helpers are the departments that help, or a dash.
func (v *proposalView) helpers() string {
	var co []string
	for _, u := range v.p.CoList() {
		co = append(co, v.tree.Name(u, v.r.Lang))
	}
	return orDash(v.r.Lang.List(co))
}

// improvementForm is D15.
func (v *proposalView) improvementForm(p *Paper) {
	r, x := v.r, v.p
	v.row(p, "number", x.Number)
	v.row(p, "improvement_title", x.Title)
	v.row(p, "by", v.names[x.Proposer].Name)
	v.row(p, "unit", v.tree.Name(x.Unit, r.Lang))
	v.row(p, "category", r.Lang.Enum("proposal.kind", x.Kind))
	v.row(p, "problem", x.Why)
	v.row(p, "plan", x.How)
	v.row(p, "gain", x.Gain)
	first, judged, told := "", "", ""
	if x.Lead != "" {
		first = v.tree.Name(x.Lead, r.Lang)
	}
	if x.Answer != "" {
		h := proposal.Handling{By: x.ByPerson, Day: x.Answered}
		first += "\n" + v.signedLine(h)
		judged, told = r.proposalAnswer(x)+"\n"+x.Words, r.T("proposal.f.told")+" "+r.Lang.Date(x.Told, r.Zone)
	}
	v.row(p, "first", first)
	v.row(p, "judged", strings.TrimSpace(judged+"\n"+told))
	unit, when := "", ""
	if x.UntilDay != "" {
		unit, when = v.tree.Name(x.Lead, r.Lang), r.T("proposal.f.until")+" "+r.Lang.Date(x.UntilDay, r.Zone)
	}
	v.row(p, "unit_doing", unit)
	v.row(p, "when", when)
	real, checked, grade, bonus := x.Done, "", "", ""
	if x.CheckedBy != "" {
		c := v.names[x.CheckedBy]
		real += "\n" + r.T("proposal.paper.a_year", r.T("proposal.yuan", r.Lang.Number(x.Benefit)))
		checked = v.tree.Name(c.Unit, r.Lang) + " " + c.Name
	}
	if x.Grade != "" {
		grade, bonus = r.T("proposal.award."+x.Grade), r.T("proposal.yuan", r.Lang.Number(x.Bonus))
	}
	v.row(p, "real", real)
	v.row(p, "checked", checked)
	v.row(p, "grade", grade)
	v.row(p, "bonus", bonus)
	p.Signs = []Fact{{Label: r.T("proposal.paper.sign_by")}, {Label: r.T("proposal.paper.sign_lead")}, {Label: r.T("proposal.paper.sign_union")}}
	if x.Answer != "" {
		p.Signs[1].Value, p.Signs[1].Note = v.names[x.ByPerson].Name, r.Lang.Date(x.Answered, r.Zone)
	}
}
