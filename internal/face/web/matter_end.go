package web

import (
	"strconv"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// carryForm writes down that it cannot be done now, and when somebody looks again.
var carryForm = &matterForm{
	name: "carry", title: "matterpage.act.carry", lede: "matterpage.carry_lede", button: "matterpage.act.carry", toast: "matterpage.toast_carried", answers: true,
	fields: func(b *doing) {
		b.text("condition", "matterpage.carry_condition", 3, plan.MaxNote, false, "matterpage.carry_condition_hint")
		b.date("review_day", "matterpage.carry_day")
		b.tick("long", "matterpage.carry_long")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.CarryOver{Matter: id, Version: version, Condition: b.held("condition"), ReviewDay: clock.Day(b.held("review_day")), LongTerm: b.f.Ticked("long")}
	},
}

// reviewForm looks at a carried-over matter and leaves it so.
var reviewForm = &matterForm{
	name: "review", title: "matterpage.act.review", lede: "matterpage.review_lede", button: "common.save", toast: "matterpage.toast_carried",
	ready: func(v *matterView) bool { return v.Matter.State == matter.CarriedOver },
	fields: func(b *doing) {
		if !b.r.Posted() {
			b.f.Set("condition", b.v.Matter.Condition)
		}
		b.text("condition", "matterpage.carry_condition", 3, plan.MaxNote, false, "matterpage.carry_condition_hint")
		b.date("review_day", "matterpage.carry_day")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Review{Matter: id, Version: version, Condition: b.held("condition"), ReviewDay: clock.Day(b.held("review_day"))}
	},
}

// declineForm is the honest no.
var declineForm = &matterForm{
	name: "decline", title: "matterpage.act.decline", lede: "matterpage.decline_lede", button: "matterpage.decline_do", toast: "matterpage.toast_ended", tone: "danger", answers: true,
	fields: func(b *doing) {
		b.text("reason", "matterpage.decline_reason", 5, plan.MaxText, false, "matterpage.decline_reason_hint")
		b.text("rule", "matterpage.decline_rule", 2, plan.MaxNote, false, "matterpage.decline_rule_hint")
		b.text("decider", "matterpage.decline_decider", 1, plan.MaxTitle, false, "matterpage.decline_decider_hint")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Decline{Matter: id, Version: version, Reason: b.held("reason"), Rule: b.held("rule"), Decider: b.held("decider")}
	},
}

// cancelForm takes a matter off the ledger for a reason that is no refusal.
var cancelForm = &matterForm{
	name: "cancel", title: "matterpage.act.cancel", lede: "matterpage.cancel_lede", button: "matterpage.act.cancel", toast: "matterpage.toast_ended", tone: "danger", answers: true,
	fields: func(b *doing) {
		b.text("reason", "matterpage.cancel_reason", 4, plan.MaxText, false)
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Cancel{Matter: id, Version: version, Reason: b.held("reason")}
	},
}

// closeForm strikes a matter off after the employees' answers.
var closeForm = &matterForm{
	name: "close", title: "matterpage.act.close", lede: "matterpage.close_lede", button: "matterpage.act.close", toast: "matterpage.toast_closed", answers: true,
	ready: func(v *matterView) bool { return v.Matter.State == matter.Rated },
	prepare: func(b *doing, tx *db.Tx) error {
		said, err := accept.SummaryOf(tx, b.r.Person, b.v.Matter.ID)
		b.any = said
		return err
	},
	fields: func(b *doing) {
		b.page.Rounds = b.v.rounds(b.any.([]accept.Summary), nil)
		b.page.Pairs, _ = b.v.photos()
		if v := b.v.Matter.Verdict; v != "" {
			b.page.Panels = append(b.page.Panels, Panel{Tone: map[string]string{matter.Confirmed: "good", matter.Unconfirmed: "warn"}[v],
				Title: b.r.Lang.Enum("matter.verdict", v), Text: b.r.Lang.Enum("matterpage.verdict_means", v)})
		}
		b.text("reply", "matterpage.close_reply", 5, plan.MaxText, false, "matterpage.close_reply_hint")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Close{Matter: id, Version: version, Reply: b.held("reply")}
	},
}

// questionForm writes what employees are asked when it is done.
var questionForm = &matterForm{
	name: "question", title: "matterpage.act.question", lede: "matterpage.question_lede", button: "common.save", toast: "web.toast_saved",
	ready: func(v *matterView) bool { return v.mayAsk() },
	fields: func(b *doing) {
		b.text("question", "matterpage.accept_question", 2, 100, false, "matterpage.question_hint")
		d := b.f.Field("sample", "matterpage.question_sample").Number().Hint("matterpage.question_sample_hint", accept.MaxSample).May()
		b.part(FormPart{Field: &d})
	},
	read: func(b *doing) doer {
		n := 0
		if s := b.f.Digits("sample"); s != "" {
			var err error
			if n, err = strconv.Atoi(s); err != nil {
				b.f.Fault("sample", "fault.number")
			}
		}
		return accept.SetUp{Matter: b.v.Matter.ID, Question: b.held("question"), Sample: n}
	},
}

// wordingForm changes what everybody reads of the matter.
var wordingForm = &matterForm{
	name: "wording", title: "matterpage.act.wording", lede: "matterpage.wording_lede", button: "common.save", toast: "web.toast_saved",
	fields: func(b *doing) {
		m := b.v.Matter
		if !b.r.Posted() {
			b.f.Set("title", m.Title)
			b.f.Set("body", m.Body)
			b.f.Set("public_text", m.PublicText)
			b.f.Set("beneficiaries", itoa(m.Beneficiaries))
			b.f.Set("class", string(m.Class))
			if m.Public {
				b.f.Set("public", "1")
			}
		}
		b.text("title", "matterpage.title", 1, plan.MaxTitle, false)
		b.text("body", "matterpage.body", 5, plan.MaxText, true, "matterpage.body_hint")
		if m.Restricted == "" {
			b.tick("public", "matterpage.make_public")
			b.text("public_text", "matterpage.public_text", 3, plan.MaxNote, true, "matterpage.public_text_hint")
		}
		if m.PlanLatest == 0 {
			c := b.f.Choose("class", "matterpage.class", classOptions(b.r))
			b.part(FormPart{Cards: &c})
		}
		d := b.f.Field("beneficiaries", "matterpage.beneficiaries_field").Number().May()
		b.part(FormPart{Field: &d})
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Amend{Matter: id, Version: version, Title: b.held("title"), Body: b.held("body"), PublicText: b.held("public_text"),
			Public: b.f.Ticked("public"), Class: matter.Class(b.f.Value("class")), Beneficiaries: b.people("beneficiaries")}
	},
}

func classOptions(r *Req) []Option {
	var out []Option
	for _, c := range plan.Classes() {
		out = append(out, Option{Value: string(c), Text: r.Lang.Enum("matter.class", c), Note: r.Lang.Enum("matterpage.class_note", c)})
	}
	return out
}

// people is a number of people; an empty field is none.
func (b *doing) people(name string) int64 {
	s := b.f.Digits(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		b.f.Fault(name, "fault.number")
	}
	return n
}
