package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// Reply is an answer with content: what, when or who, and for a "no" the rule and who decided.
type Reply struct {
	Text    string    `json:"text"`
	Result  string    `json:"result"`
	Day     clock.Day `json:"day,omitempty"`     // of a dated promise
	Rule    string    `json:"rule,omitempty"`    // of a "no"
	Decider string    `json:"decider,omitempty"` // of a "no"
}

func (r Reply) check(f *fault.Form, today clock.Day) Entry {
	e := Entry{Kind: core.EntryAnswer, Result: r.Result, Text: core.NeedText(f, "reply", r.Text, core.MaxReply)}
	if !core.Has(Results(), r.Result) {
		f.Add("result", "voice.result.choose")
	}
	switch r.Result {
	case core.ResultDated:
		if !r.Day.Valid() || r.Day < today {
			f.Add("day", "voice.result.day")
		}
		e.Extra = string(r.Day)
	case core.ResultNo:
		rule, decider := core.NeedText(f, "rule", r.Rule, core.MaxReason), core.NeedText(f, "decider", r.Decider, core.MaxTitle)
		e.Extra = rule + "\n" + decider
	}
	return e
}

// AnswerDirectly answers a voice that needs no more than that.
type AnswerDirectly struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reading
	Reply
}

// Do answers. Errors: access, Invalid at the fields, Conflict in another state.
func (in AnswerDirectly) Do(tx *db.Tx, who access.Person) error {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return err
	}
	if s.V.State != InTriage { // what a unit has is the unit's to answer, and what a matter has the matter's
		return fault.New(fault.Conflict, "cycle.refused", s.V.State, core.EvAnswer)
	}
	var f fault.Form
	e := in.Reply.check(&f, tx.Today())
	if err := read(s, &f, in.Reading, false); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	return answer(s, e)
}

// AnswerAssigned is the answer of the unit that has the voice.
type AnswerAssigned struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reply
}

// Do answers. Errors: access, Invalid at the fields, Conflict in another state.
func (in AnswerAssigned) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, in.Version, access.VoiceReply)
	if err != nil {
		return err
	}
	if s.V.State != Assigned && s.V.State != Signed {
		return fault.New(fault.Conflict, "cycle.refused", s.V.State, core.EvAnswer)
	}
	var f fault.Form
	e := in.Reply.check(&f, tx.Today())
	if err := f.Err(); err != nil {
		return err
	}
	return answer(s, e)
}

// answer gives the answer, ends what is owed and starts the time in which the submitter may object.
func answer(s *core.Step, e Entry) error {
	if err := s.Move(core.EvAnswer); err != nil {
		return err
	}
	if err := s.Say(e); err != nil {
		return err
	}
	if err := s.DischargeAll(duty.Done); err != nil {
		return err
	}
	if err := assignment.End(s.Tx, s.Who, s.V.Ref(), "answered"); err != nil {
		return err
	}
	t, err := core.TermsOf(s.Tx)
	if err != nil {
		return err
	}
	s.V.MergedInto = "" // its own thread from here: whoever objects to the answer does so alone
	s.V.AnsweredAt, s.V.Due, s.V.ClaimedBy, s.V.Appeal = s.Tx.Millis(), t.After(s.Tx.Now, core.SilentDays), "", false
	if err := s.Save(core.EvAnswer, event.Ref{}, answered{Result: e.Result}); err != nil {
		return err
	}
	return tellFollowers(s, e)
}

type answered struct {
	Result string `json:"result"`
}

// AssignForAnswer makes a unit owe the answer without a matter.
type AssignForAnswer struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reading
	Lead string   `json:"lead"`
	Co   []string `json:"co,omitempty"`
	Rule string   `json:"rule,omitempty"`
	Note string   `json:"note,omitempty"` // for the unit
	Say  string   `json:"say,omitempty"`  // for the submitter
}

// Do assigns. Errors: access, Invalid at the fields, for a recused unit at "lead" or "co".
func (in AssignForAnswer) Do(tx *db.Tx, who access.Person) error {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return err
	}
	var f fault.Form
	if err := read(s, &f, in.Reading, true); err != nil {
		return err
	}
	say := core.Clean(in.Say)
	core.TooLong(&f, "say", say, core.MaxReply)
	if err := f.Err(); err != nil {
		return err
	}
	if err := Cycle.To(s.V.State, core.EvAssign, Assigned); err != nil {
		return err
	}
	if err := accepted(s, say); err != nil {
		return err
	}
	if err := s.Update(); err != nil {
		return err
	}
	return assignment.Assign{Subject: s.V.Ref(), Lead: in.Lead, Co: in.Co, Rule: in.Rule, Note: in.Note}.Do(tx, who)
}

// accepted ends the intake: triage has decided. What triage says to the submitter with it is a first contact.
func accepted(s *core.Step, say string) error {
	if err := s.Discharge(duty.Done, duty.Intake, duty.Quarantine, duty.Appeal, duty.Retaliation); err != nil {
		return err
	}
	s.V.Appeal = false
	if say == "" {
		return nil
	}
	if err := s.Say(Entry{Kind: core.EntryNote, Text: say}); err != nil {
		return err
	}
	return s.Discharge(duty.Done, duty.FirstContact)
}

// CallOut sends a voice down the hazard path: class T2H, the duty roster is called, the topic's unit leads at once.
type CallOut struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reading
	Food bool `json:"food,omitempty"` // food safety instead of danger
}

// Do calls out. Errors: access, Invalid at the fields, Conflict in another state.
func (in CallOut) Do(tx *db.Tx, who access.Person) error {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return err
	}
	if _, err := Cycle.Next(s.V.State, core.EvHazard); err != nil {
		return err
	}
	var f fault.Form
	in.Class = ""
	if err := read(s, &f, in.Reading, false); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := accepted(s, ""); err != nil {
		return err
	}
	// What is dangerous is not refused: a proposal lapses, and so does the refusal that was objected to, also where no unit can be
	// given the voice and it stays in triage.
	s.V.Refusal, s.V.RefusalBy, s.V.RefusalBy2, s.V.RefusalText = "", "", "", ""
	a := words.Alarm{Kind: words.AlarmHazard}
	if in.Food {
		a.Kind = words.AlarmFood
	}
	return callOut(s, a)
}

// ToCrisis is the way out for a voice of somebody who is himself in danger: no ticket remains. The words are erased, the
// day's count goes up by one, and who opens the receipt finds the hotline.
type ToCrisis struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
}

// Do erases and counts. Errors: access, Conflict in another state.
func (in ToCrisis) Do(tx *db.Tx, who access.Person) error {
	v, err := core.Find(tx, in.Voice, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	s, err := enter(tx, who, v, in.Version, access.VoiceTriage)
	if err != nil {
		return err
	}
	if err := s.Move(core.EvCrisis); err != nil {
		return err
	}
	if err := s.Say(Entry{Kind: core.EntryHotline}); err != nil {
		return err
	}
	if err := s.DischargeAll(duty.Cancelled); err != nil {
		return err
	}
	if err := assignment.End(tx, who, s.V.Ref(), "erased"); err != nil {
		return err
	}
	s.V.ClaimedBy, s.V.Category, s.V.Alarm, s.V.ClosedAt, s.V.Appeal = "", "", "", tx.Millis(), false
	if err := s.Save(core.EvCrisis, event.Ref{}, nil); err != nil {
		return err
	}
	if err := core.Blank(tx, s.V.ID); err != nil {
		return err
	}
	if _, err := event.Erase(tx, who, s.V.Ref(), "crisis"); err != nil {
		return err
	}
	if err := core.CountCrisis(tx, s.V.Day); err != nil {
		return err
	}
	return s.LetFollowersGo()
}

// Reject refuses a voice for a reason of the closed list, with words and, where it is somebody else's, the right door. A
// complaint is only proposed for refusal: a second person decides by [Countersign].
type Reject struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Reading
	Reason string `json:"reason"`
	Door   string `json:"door,omitempty"`
	Text   string `json:"text"` // for the submitter
}

// OutOfScope refuses because it is not this organisation's, and points to the right door.
func OutOfScope(voice string, version int, door, text string) Reject {
	return Reject{Voice: voice, Version: version, Reason: "out_of_scope", Door: door, Text: text}
}

// Do refuses, or proposes to. Errors: access, Invalid at the fields, Conflict in another state.
func (in Reject) Do(tx *db.Tx, who access.Person) error {
	v, err := core.Find(tx, in.Voice, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	var s *core.Step
	if v.State == Quarantined {
		s, err = core.Enter(tx, who, v, in.Version, access.VoiceReject)
	} else if s, err = decide(tx, who, in.Voice, in.Version); err == nil && !s.V.Appeal {
		err = who.May(tx, access.VoiceReject, s.Thing)
	}
	if err != nil {
		return err
	}
	var f fault.Form
	if !core.Has(RejectReasons(), in.Reason) {
		f.Add("reason", "voice.reject.choose")
	}
	if in.Door != "" && !core.Has(Doors(), in.Door) || in.Door == "" && in.Reason == "out_of_scope" {
		f.Add("door", "voice.door.choose")
	}
	in.Text = core.NeedText(&f, "text", in.Text, core.MaxReply)
	if err := read(s, &f, in.Reading, false); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	s.V.Refusal, s.V.RefusalBy, s.V.RefusalBy2, s.V.RefusalText = in.Reason+" "+in.Door, who.ID, "", in.Text
	if s.V.Complaint() || s.V.State == Quarantined {
		if s.V.Appeal {
			return reject(s) // the next level up is the second person
		}
		if err := s.Move(core.EvPropose); err != nil {
			return err
		}
		return s.Save(core.EvPropose, event.Ref{}, refusal{in.Reason, in.Door})
	}
	return reject(s)
}

type refusal struct {
	Reason string `json:"reason"`
	Door   string `json:"door,omitempty"`
}

func reject(s *core.Step) error {
	reason, door := s.V.RefusalParts()
	if err := s.Move(core.EvReject); err != nil {
		return err
	}
	if err := s.Say(Entry{Kind: core.EntryRejected, Text: s.V.RefusalText, Result: reason, Extra: door}); err != nil {
		return err
	}
	if err := s.DischargeAll(duty.Done); err != nil {
		return err
	}
	if err := assignment.End(s.Tx, s.Who, s.V.Ref(), "rejected"); err != nil {
		return err
	}
	s.V.ClosedAt, s.V.ClaimedBy, s.V.Appeal = s.Tx.Millis(), "", false
	if err := s.Save(core.EvReject, event.Ref{}, refusal{reason, door}); err != nil {
		return err
	}
	return s.LetFollowersGo()
}

// Countersign is the second person's decision on a proposed refusal.
type Countersign struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Agree   bool   `json:"agree"`
	Note    string `json:"note,omitempty"` // why not
}

// Do refuses, or puts the voice back to triage. Errors: access, Forbidden "voice.reject.same" for who proposed it,
// Conflict "voice.reject.none" where nothing is proposed.
func (in Countersign) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, in.Version, access.VoiceCountersig)
	if err != nil {
		return err
	}
	if !s.V.Pending() {
		return fault.New(fault.Conflict, "voice.reject.none")
	}
	if s.V.RefusalBy == who.ID {
		return fault.New(fault.Forbidden, "voice.reject.same")
	}
	var f fault.Form
	if !in.Agree {
		in.Note = core.NeedText(&f, "note", in.Note, core.MaxNote)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if in.Agree {
		s.V.RefusalBy2 = who.ID
		return reject(s)
	}
	if err := s.Move(core.EvDismiss); err != nil {
		return err
	}
	s.V.Refusal, s.V.RefusalBy, s.V.RefusalText = "", "", ""
	return s.Save(core.EvDismiss, event.Ref{}, in)
}

// AskInfo asks the submitter back. What is owed waits, at most five working days; twice at most.
type AskInfo struct {
	Voice    string `json:"voice"`
	Version  int    `json:"version,omitempty"`
	Question string `json:"question"`
}

// Do asks. Errors: access, Invalid without a question, Conflict "voice.ask.max".
func (in AskInfo) Do(tx *db.Tx, who access.Person) error {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return err
	}
	if s.V.Asks >= core.AskMax {
		return fault.New(fault.Conflict, "voice.ask.max", core.AskMax)
	}
	var f fault.Form
	q := core.NeedText(&f, "question", in.Question, core.MaxReply)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Move(core.EvAsk); err != nil {
		return err
	}
	if err := s.Say(Entry{Kind: core.EntryAsk, Text: q}); err != nil {
		return err
	}
	if err := s.Discharge(duty.Done, duty.FirstContact); err != nil {
		return err
	}
	t, err := core.TermsOf(tx)
	if err != nil {
		return err
	}
	until := t.After(tx.Now, core.AskDays)
	if _, err := duty.Wait(tx, who, s.V.Ref(), duty.Waiting{Reason: duty.WaitInfo, Planned: until.Day(tx.Zone())}); err != nil {
		return err
	}
	s.V.Asks++
	s.V.AskedAt = tx.Millis()
	return s.Save(core.EvAsk, event.Ref{}, nil)
}
