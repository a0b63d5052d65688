package web

import (
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// PlanCard shows one version of the Five Determinations.
type PlanCard struct {
	Version  int64
	State    Tag
	Author   string
	When     string
	Signed   []string // who has signed it, and when
	Waits    string   // what it waits for
	Decided  string   // who approved or returned it, and when
	Decision string
	Rows     []PlanRow
	Hints    bool // some row has a hint

	CommentUntil string // those who said it may comment until then, and nobody approves it before
	Comments     []Message
}

// PlanRow is one determination.
type PlanRow struct {
	Slot  string // code, for the place of links
	Label string
	Text  string
	Note  string
	Items []PlanItem
	Hint  string // words in it that promise nothing
}

// PlanItem is a step or a check item of a determination.
type PlanItem struct {
	Text string
	When string
	Done bool
	Late bool
}

// PlanLine is one version in the list of versions.
type PlanLine struct {
	Version int64
	State   Tag
	Author  string
	When    string
	Href    string // compares it with the one before
}

func planTag(r *Req, state string) Tag {
	tone := map[string]string{matter.PlanApproved: "good", matter.PlanSubmitted: "info", matter.PlanReturned: "warn"}[state]
	return Tag{Text: r.Lang.Enum("matter.plan.state", state), Tone: tone}
}

func (v *matterView) planCard(p matter.Plan) *PlanCard {
	r := v.r
	c := &PlanCard{Version: p.Version, State: planTag(r, p.State), Author: v.person(p.Author), When: v.moment(p.At), Decision: p.Decision}
	if p.HeadBy != "" {
		c.Signed = append(c.Signed, v.signature(p.HeadAs, "matterpage.signed_by", p.HeadBy, p.HeadAt))
	}
	if p.FinanceBy != "" {
		c.Signed = append(c.Signed, v.signature(p.FinanceAs, "matterpage.finance_by", p.FinanceBy, p.FinanceAt))
	}
	if p.State == matter.PlanSubmitted && v.Matter.Review != "" {
		c.Waits = r.Lang.Enum("matter.step", v.Matter.Review)
	}
	if p.DecidedBy != "" {
		c.Decided = r.T("matterpage.decided_by", v.person(p.DecidedBy), v.day(p.DecidedAt))
	}
	if p.State == matter.PlanSubmitted && p.CommentUntil > v.now {
		c.CommentUntil = v.moment(p.CommentUntil)
	}
	if p.CommentUntil != 0 {
		for _, m := range v.comments {
			text := m.Text
			if text == "" {
				text = r.T("matterpage.comment_hidden")
			}
			c.Comments = append(c.Comments, Message{From: r.Lang.Enum("voice.level", m.Level), When: v.day(m.At), Text: text})
		}
	}
	c.Rows = v.planRows(p)
	hints := plan.Hinted(p.Slots)
	for i := range c.Rows {
		if words := hints[plan.Slot(c.Rows[i].Slot)]; len(words) > 0 && p.State == matter.PlanSubmitted {
			c.Rows[i].Hint, c.Hints = r.T("matterpage.vague", strings.Join(words, r.T("date.list_between"))), true
		}
	}
	return c
}

// signature is who signed a plan, in which capacity, and when.
func (v *matterView) signature(as chain.Hand, usual, who string, at clock.Millis) string {
	switch as {
	case chain.Own:
		return v.r.T("matterpage.own_by")
	case chain.AsLeader:
		usual = "matterpage.top_by"
	}
	return v.r.T(usual, v.person(who), v.day(at))
}

// planRows are the determinations of a version that hold something, in the order of the sheet.
func (v *matterView) planRows(p matter.Plan) []PlanRow {
	r, s := v.r, p.Slots
	var out []PlanRow
	row := func(slot plan.Slot, text, note string, items ...PlanItem) {
		if text != "" || note != "" || len(items) > 0 {
			out = append(out, PlanRow{Slot: string(slot), Label: r.Lang.Enum("matter.slot", slot), Text: text, Note: note, Items: items})
		}
	}
	row(plan.SlotItem, s.Item, "")
	note := ""
	if s.Qualitative != "" {
		note = r.T("matterpage.qualitative", s.Qualitative)
	}
	if s.AfterPhotos > 0 {
		note = strings.TrimSpace(note + "\n" + r.T("matterpage.after_photos", s.AfterPhotos))
	}
	var checks []PlanItem
	for _, k := range s.Checks {
		when := checkLimits(k, r.Lang)
		if when == "" {
			when = r.T("matterpage.yesno")
		}
		checks = append(checks, PlanItem{Text: k.Text, When: when})
	}
	row(plan.SlotStandard, s.Standard, note, checks...)
	var steps []PlanItem
	for _, st := range p.StepStates {
		late := st.DoneAt == 0 && st.Day < v.today && p.Version == v.Matter.PlanVersion && !v.Matter.Over()
		steps = append(steps, PlanItem{Text: st.Text, When: v.date(st.Day), Done: st.DoneAt != 0, Late: late})
	}
	row(plan.SlotMeasures, "", "", steps...)
	owner := v.person(s.Owner)
	if owner == "" {
		owner = p.OwnerName
	}
	row(plan.SlotOwner, owner, v.unit(v.Matter.Lead))
	deadline := ""
	if s.Start != "" && s.Start < s.Deadline {
		deadline = r.T("matterpage.from", v.date(s.Start))
	}
	row(plan.SlotDeadline, v.date(s.Deadline), deadline)
	if s.Money != nil {
		text := r.T("matterpage.money", money(s.Money.Amount), r.Lang.Enum("matter.fund", s.Money.Source))
		note := ""
		if s.Money.Approval != "" {
			note = r.T("matterpage.approval", s.Money.Approval)
		}
		row(plan.SlotFunds, text, note)
	}
	row(plan.SlotContingency, s.Contingency, "")
	var acceptors []string
	for _, a := range s.Acceptors {
		acceptors = append(acceptors, v.person(a))
	}
	row(plan.SlotAcceptor, strings.Join(acceptors, r.T("date.list_between")), "")
	row(plan.SlotSponsor, v.person(s.Sponsor), "")
	row(plan.SlotAssessment, s.Assessment, "")
	return out
}

// money groups the thousands of a decimal amount.
func money(amount string) string {
	whole, cents, _ := strings.Cut(amount, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if cents != "" {
		b.WriteString("." + cents)
	}
	return b.String()
}

func (v *matterView) versions() []PlanLine {
	var out []PlanLine
	for i, p := range v.Plans {
		l := PlanLine{Version: p.Version, State: planTag(v.r, p.State), Author: v.person(p.Author), When: v.moment(p.At)}
		if i+1 < len(v.Plans) {
			l.Href = v.r.Link(v.path("versions") + "?a=" + itoa(v.Plans[i+1].Version) + "&b=" + itoa(p.Version))
		}
		out = append(out, l)
	}
	return out
}
