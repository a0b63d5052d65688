package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// The steps of a plan before the supervising office decides: the head of the lead unit signs, finance approves the money, a leader does
// either in the stead.
var (
	headForm    = signForm("head-sign", chain.AsHead, "matterpage.act.head")
	financeForm = signForm("finance-sign", chain.AsFinance, "matterpage.act.finance")
	topForm     = signForm("top-sign", chain.AsLeader, "matterpage.act.top")
)

// signForm signs the plan that waits, or sends it back.
func signForm(name string, as chain.Hand, title string) *matterForm {
	return &matterForm{
		name: name, title: title, button: "matterpage.head_sign", toast: "matterpage.toast_plan_signed",
		ready: func(v *matterView) bool { return as.Takes(v.Matter.Review) },
		fields: func(b *doing) {
			yes, note := "matterpage.head_sign", "matterpage.head_sign_note"
			switch as {
			case chain.AsHead:
				b.page.Lede = b.r.T("matterpage.head_lede")
			case chain.AsFinance:
				b.page.Lede = b.r.T("matterpage.finance_lede", b.r.Lang.Number(float64(b.v.set.Int(org.FundsLimit))))
				yes, note = "matterpage.finance_agree", "matterpage.finance_note"
			default:
				b.page.Lede, b.page.Title = b.r.T("matterpage.top_lede"), b.r.T(b.v.topTitle())
			}
			b.waitingPlan()
			b.decides("sign", yes, note, "matterpage.send_back", "matterpage.send_back_note")
			b.text("note", "matterpage.decision_note", 3, plan.MaxNote, true, "matterpage.decision_note_hint")
		},
		read: func(b *doing) doer {
			id, version := b.ref()
			return planSignature{matter.SignPlan{Matter: id, Version: version, As: as, Approve: b.f.Choice("sign", "yes", "no") == "yes", Note: b.held("note")}}
		},
	}
}

// topTitle says what a leader does in the stead of somebody.
func (v *matterView) topTitle() string {
	if v.Matter.Review == chain.FinanceTop {
		return "matterpage.act.finance"
	}
	return "matterpage.act.top"
}

// planSignature is a signature under a plan; see [planDecision].
type planSignature struct{ matter.SignPlan }

// Do signs.
func (d planSignature) Do(tx *db.Tx, who access.Person) error {
	return notOnForm(d.SignPlan.Do(tx, who), "note")
}

// waitingPlan shows the plan that waits, and what it changes of the one in force.
func (b *doing) waitingPlan() {
	w := b.v.PlanWaiting()
	if w == nil {
		return
	}
	b.page.Plan = b.v.planCard(*w)
	if f := b.v.PlanInForce(); f != nil && f.Version != w.Version {
		b.page.Changes = b.v.changes(*f, *w)
	}
}

// signPath is the form in which a step of a plan is taken.
func signPath(s chain.Step) string {
	switch s {
	case chain.Head:
		return headForm.name
	case chain.Finance:
		return financeForm.name
	case chain.HeadTop, chain.FinanceTop:
		return topForm.name
	}
	return decideForm.name
}
