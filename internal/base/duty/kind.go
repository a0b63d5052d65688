package duty

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Kind says what is owed. Its name is the sentence "duty.kind.<kind>".
type Kind string

// The kinds of duties.
const (
	Intake          Kind = "intake"           // take a voice in, or refuse it with a reason
	FirstContact    Kind = "first_contact"    // speak with whoever said it
	Answer          Kind = "answer"           // answer in substance
	Sign            Kind = "sign"             // sign for an assignment
	Adjudicate      Kind = "adjudicate"       // decide who leads
	Plan            Kind = "plan"             // hand in the Five Determinations
	PlanHead        Kind = "plan_head"        // sign a plan as head of the unit that leads
	PlanFinance     Kind = "plan_finance"     // approve its money
	Approve         Kind = "approve"          // decide on a plan
	Milestone       Kind = "milestone"        // a step of a plan; the item is the step
	Completion      Kind = "completion"       // do what was promised
	Inspect         Kind = "inspect"          // measure whether it was done
	Confirm         Kind = "confirm"          // hear the employees, then close or reopen
	LookBack30      Kind = "lookback30"       // look again after a month
	LookBack90      Kind = "lookback90"       // look again after a quarter
	LookBack365     Kind = "lookback365"      // look again after a year
	Recheck         Kind = "recheck"          // measure again what was drawn by lot
	Remeasure       Kind = "remeasure"        // look unannounced after a leader has come
	Round           Kind = "round"            // walk a round
	Appeal          Kind = "appeal"           // decide on an objection
	Quarantine      Kind = "quarantine"       // release or keep what was set aside
	ExtensionDecide Kind = "extension_decide" // decide on an extension
	AcceptHazard    Kind = "accept_hazard"    // take over a danger
	Retaliation     Kind = "retaliation"      // take up a report of retaliation
	Review          Kind = "review"           // look again at what was carried over
	OrderReceipt    Kind = "order_receipt"    // receive a supervision order
	OrderReply      Kind = "order_reply"      // answer it
	TalkHeld        Kind = "talk"             // talk with the head of a department
	WhistleAnswer   Kind = "whistle"          // report in when a unit calls
	ExclusionDecide Kind = "exclude"          // decide whether a voice is left out of the rates
	Position        Kind = "position"         // say what the unit thinks of what a meeting will treat; the item is the unit
	Resolve         Kind = "resolution"       // do what a meeting decided
	ResolveCheck    Kind = "resolution_check" // confirm that it was done
	MinutesSign     Kind = "minutes_sign"     // sign the minutes
	MinutesReceive  Kind = "minutes_receive"  // receive them; the item is the unit
	PracticeReview  Kind = "practice_review"  // read a practice that somebody else has written
	NewsCheck       Kind = "news_check"       // read a notice that somebody else has written
	NewsEnd         Kind = "news_end"         // its period is over: tell what came of it
	Feasibility     Kind = "feasibility"      // say of a candidate whether it can be done, and what it takes
	ProposalReview  Kind = "proposal_review"  // examine a proposal, count what it brings, award
	ProposalReply   Kind = "proposal_reply"   // answer a proposal to the congress
	ProposalJudge   Kind = "proposal_judge"   // judge an improvement
	ProposalDo      Kind = "proposal_do"      // do an improvement that was adopted
)

// Kinds returns all kinds, in the order of the work.
func Kinds() []Kind {
	return []Kind{Intake, FirstContact, AcceptHazard, Answer, Sign, Adjudicate, Plan, PlanHead, PlanFinance, Approve, Milestone, ExtensionDecide, Completion,
		Inspect, Confirm, LookBack30, LookBack90, LookBack365, Recheck, Remeasure, Round, Appeal, Quarantine, Retaliation, Review, OrderReceipt, OrderReply, TalkHeld, WhistleAnswer,
		ExclusionDecide, Position, Resolve, ResolveCheck, MinutesSign, MinutesReceive, PracticeReview, NewsCheck, NewsEnd, Feasibility, ProposalReview, ProposalReply, ProposalJudge, ProposalDo}
}

// early reports whether lateness of this kind is a warning about the whole (yellow) and not yet the breach of a promise (red).
func (k Kind) early() bool { return k == Milestone || k == Plan }

// New is a duty to be owed. Give one of Class, Hours, Days, Day or Due; with none of them the kind's own term holds (settings of the
// organisation, else the product's default).
type New struct {
	Kind    Kind
	Subject event.Ref // voice or matter that it is about
	Item    string    // part of it, such as the step of a plan; empty for the whole
	Round   int64     // round of a reopened matter

	Unit   string      // unit that owes; empty: the last part of Path
	Path   access.Path // path of that unit
	Role   access.Role // role that owes it where no person is named, and in which the person owes it
	Person string      // person who owes it, or empty

	Restricted string // restricted class of the subject, or empty

	Class clock.Class  // time class
	Hours int          // hours around the clock
	Days  int          // working days
	Day   clock.Day    // the last office minute of this day, or of the next working day
	Due   clock.Millis // this moment

	Start clock.Millis // when the clock began, normally the submission; zero: now
}

// terms are the terms of kinds for which the organisation has no setting: defaults of the product, in working days.
var terms = map[Kind]int{FirstContact: 1, PlanHead: 1, PlanFinance: 2, Approve: 2, Inspect: 3, Appeal: 5, Quarantine: 2,
	OrderReceipt: 1, OrderReply: 3, TalkHeld: 5, WhistleAnswer: 1, ExclusionDecide: 2,
	Position: 3, ResolveCheck: 2, MinutesSign: 2, MinutesReceive: 2, PracticeReview: 5, NewsCheck: 2, NewsEnd: 5, Feasibility: 5}

// settled are the settings in working days, by kind.
var settled = map[Kind]string{Intake: org.IntakeDays, Answer: org.AnswerDays, Sign: org.SignDays, Adjudicate: org.AdjudicateDays, Plan: org.PlanDays, ExtensionDecide: org.ExtensionDecide}

// withTerm returns n with the term that holds for its kind where it names none.
func (n New) withTerm(s org.Settings, today clock.Day) (New, error) {
	if n.Class != "" {
		span := n.Class.Span()
		if span.Zero() {
			return n, fault.New(fault.Internal, "duty.term")
		}
		if n.Hours == 0 && n.Days == 0 && n.Day == "" && n.Due.Zero() {
			n.Hours, n.Days = span.Hours, span.WorkingDays
		}
	}
	if n.Hours != 0 || n.Days != 0 || n.Day != "" || !n.Due.Zero() {
		return n, nil
	}
	lookBack := s.Ints(org.LookBackDays)
	switch n.Kind {
	case AcceptHazard:
		n.Hours = clock.T2H.Span().Hours
	case Retaliation:
		n.Hours = s.Int(org.RetaliateHours)
	case Confirm:
		n.Day = today.Add(s.Int(org.AcceptDays))
	case LookBack30, LookBack90, LookBack365:
		i := map[Kind]int{LookBack30: 0, LookBack90: 1, LookBack365: 2}[n.Kind]
		if i >= len(lookBack) {
			return n, fault.New(fault.Internal, "duty.term")
		}
		n.Day = today.Add(lookBack[i])
	default:
		if key, ok := settled[n.Kind]; ok {
			n.Days = s.Int(key)
		} else {
			n.Days = terms[n.Kind]
		}
	}
	if n.Hours == 0 && n.Days == 0 && n.Day == "" {
		return n, fault.New(fault.Internal, "duty.term") // a milestone or a completion without a date
	}
	return n, nil
}
