package supervise

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// step is one action on an order while it runs.
type step struct {
	tx   *db.Tx
	who  access.Person
	o    Order
	from string
}

// begin finds the order and asks whether the person may.
func begin(tx *db.Tx, who access.Person, key string, version int64, a access.Action) (*step, error) {
	o, _, err := access.Reach(tx, who, a, key, tx.ForUpdate(), find, ThingOf)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != o.Version {
		return nil, fault.New(fault.Conflict, "supervise.stale")
	}
	return &step{tx: tx, who: who, o: o, from: o.State}, nil
}

// move takes the order through the table.
func (s *step) move(ev string) (err error) {
	s.o.State, err = Cycle.Next(s.o.State, ev)
	return err
}

// done writes the order and records the fact, on the timeline of what the order is about too.
func (s *step) done(ev string, data any) error {
	if err := updateOrder(s.tx, &s.o); err != nil {
		return err
	}
	return s.record(ev, data)
}

func (s *step) record(ev string, data any) error {
	return event.Record(s.tx, s.who, event.Fact{Kind: "order." + ev, Subject: s.o.Ref(), About: s.o.Subject(), From: s.from, To: s.o.State, Data: struct {
		Number string `json:"number,omitempty"`
		Unit   string `json:"unit"`
		In     any    `json:"in,omitempty"`
	}{s.o.Number, s.o.Unit, data}})
}

func (s *step) discharge(outcome duty.Outcome, kinds ...duty.Kind) error {
	for _, k := range kinds {
		if _, err := duty.Discharge(s.tx, s.who, s.o.Ref(), k, outcome); err != nil {
			return err
		}
	}
	return nil
}

// Terms are what an order says: what it rests on, what it asks for and until when.
type Terms struct {
	Grade     duty.Color `json:"grade"`
	Basis     string     `json:"basis"`
	BasisText string     `json:"basis_text,omitempty"` // which resolution or instruction; needed for those two
	Title     string     `json:"title"`
	Demand    string     `json:"demand"`
	Due       clock.Day  `json:"due"`
}

func (in Terms) put(tx *db.Tx, o *Order) error {
	var f fault.Form
	o.Title, o.Demand = text(&f, "title", in.Title, 4, MaxTitle), text(&f, "demand", in.Demand, 4, MaxText)
	o.Grade, o.Basis, o.Due = in.Grade, in.Basis, in.Due
	least := 0
	if in.Basis == BasisResolution || in.Basis == BasisInstruction {
		least = 2
	}
	o.BasisText = text(&f, "basis_text", in.BasisText, least, MaxNote)
	known := false
	for _, b := range Bases() {
		known = known || b == in.Basis
	}
	if !known {
		f.Add("basis", "fault.choice")
	}
	if (in.Basis == BasisVoice || in.Basis == BasisOverdue) && o.SubjectKind == "" {
		f.Add("basis", "supervise.basis_without")
	}
	known = false
	for _, g := range Grades() {
		known = known || g == in.Grade
	}
	if !known {
		f.Add("grade", "fault.choice")
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	switch work := false; {
	case !in.Due.Valid():
		f.Add("due", "fault.date")
	case in.Due <= tx.Today():
		f.Add("due", "supervise.due_past")
	case tx.Today().Until(in.Due) > 366:
		f.Add("due", "supervise.due_far")
	default:
		if work, _ = cal.IsWorkday(in.Due); !work {
			f.Add("due", "duty.extend_free", in.Due)
		}
	}
	return f.Err()
}

// issue gives the number and owes receipt and reply.
func (s *step) issue() error {
	s.o.Year = int64(s.tx.Today().Year())
	n, err := nextNumber(s.tx, s.o.Year)
	if err != nil {
		return err
	}
	s.o.N, s.o.Number, s.o.IssuedAt, s.o.Signer = n, NumberOf(s.o.Year, n), s.tx.Millis(), s.who.ID
	owed := duty.New{Subject: s.o.Ref(), Unit: s.o.Unit, Path: s.o.LeadPath, Role: access.DeptHead}
	receipt, reply := owed, owed
	receipt.Kind, reply.Kind = duty.OrderReceipt, duty.OrderReply
	if _, err := duty.OweAll(s.tx, s.who, receipt, reply); err != nil {
		return err
	}
	ds, err := duty.Of(s.tx, s.o.Ref())
	for _, d := range ds {
		if d.Open && d.Kind == duty.OrderReply {
			s.o.ReplyDue = d.Due
		}
	}
	return err
}

// Issue signs an order: a draft of the ladder, or a new one about a matter, a voice or a leader's instruction.
type Issue struct {
	Order   string `json:"order,omitempty"`   // the draft; empty: a new order
	Version int64  `json:"version,omitempty"` // of the draft
	Unit    string `json:"unit,omitempty"`    // whose it is; of a new order
	Matter  string `json:"matter,omitempty"`  // id or number of what a new order is about, or empty
	Voice   string `json:"voice,omitempty"`   // id of the voice that a new order is about, or empty
	Terms
}

// Do issues. Errors: access, Invalid for what the order does not say, Conflict where the draft is no more.
func (in Issue) Do(tx *db.Tx, who access.Person) error {
	if in.Order != "" {
		s, err := begin(tx, who, in.Order, in.Version, access.OrderIssue)
		if err != nil {
			return err
		}
		if err := s.move(EventIssue); err != nil {
			return err
		}
		if err := in.Terms.put(tx, &s.o); err != nil {
			return err
		}
		if err := s.issue(); err != nil {
			return err
		}
		if err := s.done(EventIssue, in); err != nil {
			return err
		}
		return s.send()
	}
	o := Order{ID: id.V7(tx.Now), Version: 1, Round: 1}
	t, err := in.subject(tx, &o)
	if err != nil {
		tx.Asked()
		return err
	}
	t.Lead = o.LeadPath
	if err := who.May(tx, access.OrderIssue, t); err != nil {
		return err
	}
	return fresh(tx, who, o, t, in.Terms, in)
}

// fresh issues an order that was no draft.
func fresh(tx *db.Tx, who access.Person, o Order, t access.Thing, terms Terms, data any) error {
	s := &step{tx: tx, who: who, o: o}
	if err := s.move(EventIssue); err != nil {
		return err
	}
	if err := terms.put(tx, &s.o); err != nil {
		return err
	}
	s.o.DraftedAt, s.o.DraftedBy = tx.Millis(), who.ID
	for _, u := range t.NamedUnits {
		if s.o.LeadPath.Under(u) {
			return fault.Field("unit", "supervise.unit_named")
		}
	}
	if err := s.issue(); err != nil {
		return err
	}
	if _, err := insertOrder(tx, s.o, t); err != nil {
		return err
	}
	if err := s.record(EventIssue, data); err != nil {
		return err
	}
	return s.send()
}

// subject fills in what a new order is about and whose it is, and gives the thing that permission sees.
func (in Issue) subject(tx *db.Tx, o *Order) (access.Thing, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return access.Thing{}, err
	}
	var t access.Thing
	switch {
	case in.Matter != "":
		m, err := matter.Find(tx, in.Matter)
		if err != nil {
			return t, err
		}
		if t, err = matter.ThingOf(tx, m); err != nil {
			return t, err
		}
		if matter.Cycle.Over(m.State) {
			return t, fault.New(fault.Conflict, "supervise.subject_over", m.Number)
		}
		aboutMatter(o, m)
	case in.Voice != "":
		v, err := core.Find(tx, in.Voice, "")
		if err != nil {
			return t, err
		}
		if t, err = core.ThingOf(tx, v); err != nil {
			return t, err
		}
		if v.State == core.Withdrawn {
			return t, fault.New(fault.Conflict, "supervise.subject_over", v.FileNumber())
		}
		aboutVoice(o, v)
	}
	if t.Restricted != "" {
		return t, fault.New(fault.NotFound, "access.unknown") // what is restricted has its own officers
	}
	if in.Unit != "" {
		o.Unit = in.Unit
	}
	u, ok := tree.Get(o.Unit)
	if !ok || !u.Active {
		return t, fault.Field("unit", "org.unit.unknown", o.Unit)
	}
	o.LeadPath = u.Path
	if o.UnitPath = t.Unit; o.UnitPath == "" {
		o.UnitPath = u.Path
	}
	t.Kind, t.ID, t.Unit = RefKind, o.ID, o.UnitPath
	return t, nil
}

func aboutMatter(o *Order, m matter.Matter) {
	o.SubjectKind, o.SubjectID, o.SubjectNo, o.Unit, o.Title = "matter", m.ID, m.Number, m.Lead, m.Title
}

func aboutVoice(o *Order, v voice.Voice) {
	o.SubjectKind, o.SubjectID, o.SubjectNo, o.Unit, o.Title = voice.RefKind, v.ID, v.FileNumber(), v.Lead, v.Title
}

// Drop throws a draft away that is not needed.
type Drop struct {
	Order   string `json:"order"`
	Version int64  `json:"version,omitempty"`
	Note    string `json:"note"`
}

// Do drops. Errors: access, Invalid without a reason, Conflict where it is no draft.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	return end(tx, who, in.Order, in.Version, EventDrop, in.Note, in)
}

// Withdraw takes an issued order back. Its number stays.
type Withdraw struct {
	Order   string `json:"order"`
	Version int64  `json:"version,omitempty"`
	Note    string `json:"note"`
}

// Do withdraws. Errors: access, Invalid without a reason, Conflict once it was answered.
func (in Withdraw) Do(tx *db.Tx, who access.Person) error {
	return end(tx, who, in.Order, in.Version, EventWithdraw, in.Note, in)
}

func end(tx *db.Tx, who access.Person, order string, version int64, ev, note string, data any) error {
	s, err := begin(tx, who, order, version, access.OrderIssue)
	if err != nil {
		return err
	}
	if err := s.move(ev); err != nil {
		return err
	}
	var f fault.Form
	s.o.Opinion = text(&f, "note", note, 2, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	s.o.EndedAt, s.o.EndedBy = tx.Millis(), who.ID
	if err := s.discharge(duty.Cancelled, duty.OrderReceipt, duty.OrderReply); err != nil {
		return err
	}
	return s.done(ev, data)
}

// Receive says that the department has the order.
type Receive struct {
	Order string `json:"order"`
}

// Do receives. Errors: access, Conflict where it was received before.
func (in Receive) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Order, 0, access.OrderReceive)
	if err != nil {
		return err
	}
	if err := s.move(EventReceive); err != nil {
		return err
	}
	s.o.ReceivedAt, s.o.ReceivedBy = tx.Millis(), who.ID
	if err := s.discharge(duty.Done, duty.OrderReceipt); err != nil {
		return err
	}
	return s.done(EventReceive, nil)
}

// Reply is the head's answer to an order: why it is not done, what will be done, and by when. The head's account is the signature.
type Reply struct {
	Order    string    `json:"order"`
	Version  int64     `json:"version,omitempty"`
	Cause    string    `json:"cause"`
	Measures string    `json:"measures"`
	Promised clock.Day `json:"promised"`
}

// Do replies; an order that nobody has received is received by it. Errors: access (a head of the department alone may), Invalid.
func (in Reply) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Order, in.Version, access.OrderReply)
	if err != nil {
		return err
	}
	if s.o.State == Issued {
		if err := (Receive{Order: in.Order}).Do(tx, who); err != nil {
			return err
		}
		if s, err = begin(tx, who, in.Order, 0, access.OrderReply); err != nil {
			return err
		}
	}
	if err := s.move(EventReply); err != nil {
		return err
	}
	var f fault.Form
	s.o.Cause, s.o.Measures = text(&f, "cause", in.Cause, 4, MaxText), text(&f, "measures", in.Measures, 4, MaxText)
	switch {
	case !in.Promised.Valid():
		f.Add("promised", "fault.date")
	case in.Promised < tx.Today():
		f.Add("promised", "supervise.due_past")
	}
	if err := f.Err(); err != nil {
		return err
	}
	s.o.Promised, s.o.RepliedAt, s.o.RepliedBy = in.Promised, tx.Millis(), who.ID
	if err := s.discharge(duty.Done, duty.OrderReply); err != nil {
		return err
	}
	return s.done(EventReply, in)
}

// Press issues the second order, or a later one: the first did not help.
type Press struct {
	Order   string `json:"order"`
	Version int64  `json:"version,omitempty"`
	Terms
}

// Do presses: the order before it ends, the new one has a number of its own and counts the round up.
func (in Press) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Order, in.Version, access.OrderIssue)
	if err != nil {
		return err
	}
	if err := s.move(EventPress); err != nil {
		return err
	}
	s.o.EndedAt, s.o.EndedBy = tx.Millis(), who.ID
	if err := s.discharge(duty.Cancelled, duty.OrderReceipt, duty.OrderReply); err != nil {
		return err
	}
	if err := s.done(EventPress, nil); err != nil {
		return err
	}
	t, err := ThingOf(tx, s.o)
	if err != nil {
		return err
	}
	o := s.o
	next := Order{ID: id.V7(tx.Now), Version: 1, Round: o.Round + 1, First: o.First, SubjectKind: o.SubjectKind, SubjectID: o.SubjectID, SubjectNo: o.SubjectNo,
		Duty: o.Duty, Unit: o.Unit, LeadPath: o.LeadPath, UnitPath: o.UnitPath, Due0: o.Due0}
	if next.First == "" {
		next.First = o.ID
	}
	return fresh(tx, who, next, t, in.Terms, in)
}

// Close writes the closing opinion: what was asked for has been done.
type Close struct {
	Order   string `json:"order"`
	Version int64  `json:"version,omitempty"`
	Opinion string `json:"opinion"`
}

// Do closes. Errors: access, Forbidden for somebody of the department itself, Conflict before it has answered.
func (in Close) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Order, in.Version, access.OrderClose)
	if err != nil {
		return err
	}
	if who.ID == s.o.RepliedBy || who.Path.Under(s.o.LeadPath) && strings.Count(string(s.o.LeadPath), "/") > 2 {
		return fault.New(fault.Forbidden, "supervise.own_unit")
	}
	if err := s.move(EventClose); err != nil {
		return err
	}
	var f fault.Form
	s.o.Opinion = text(&f, "opinion", in.Opinion, 2, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	s.o.EndedAt, s.o.EndedBy = tx.Millis(), who.ID
	return s.done(EventClose, in)
}
