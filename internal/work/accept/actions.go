package accept

import (
	"errors"
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
)

// MaxSample is the most people that can be drawn for one matter.
const MaxSample = 200

// SetUp writes what is asked about a matter and how many people of the place are drawn. Only before the matter is said
// to be done: afterwards the list is frozen.
type SetUp struct {
	Matter   string `json:"matter"`
	Question string `json:"question"` // "is the water in the bathhouse warm now?"
	Sample   int    `json:"sample"`   // people of the place; 0: as the settings say
}

// Do sets up. Errors: access, Invalid, Conflict once frozen.
func (in SetUp) Do(tx *db.Tx, who access.Person) error {
	m, t, err := find(tx, in.Matter)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.AcceptSetUp, t); err != nil {
		return err
	}
	switch m.State {
	case matter.Inspecting, matter.Accepting, matter.Rated, matter.Closed, matter.Cancelled:
		return fault.New(fault.Conflict, "accept.question_fixed")
	}
	var f fault.Form
	if n := utf8.RuneCountInString(strings.TrimSpace(in.Question)); n < 4 || n > 100 {
		f.Add("question", "accept.question.length", 4, 100)
	}
	if in.Sample < 0 || in.Sample > MaxSample {
		f.Add("sample", "accept.sample.range", MaxSample)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := putSetup(tx, m.ID, strings.TrimSpace(in.Question), in.Sample, who.ID); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "accept.set_up", Subject: m.Ref(), From: m.State, To: m.State, Data: in})
}

// Answer is what one invited person says. The caller should use a coarse transaction, so that nothing tells when.
type Answer struct {
	Invitation string `json:"invitation"`
	Fact       string `json:"fact"`              // yes, no or unsure
	Result     string `json:"result"`            // solved, partly, not or unsure
	Grade      int    `json:"grade,omitempty"`   // 1 (very dissatisfied) to 5 (very satisfied); 0: not given
	Lift       string `json:"lift,omitempty"`    // stronger, same or weaker; empty: not said
	Note       string `json:"note,omitempty"`    // to the union only
	Pressed    bool   `json:"pressed,omitempty"` // somebody asked for a good rating; to the union only
}

// Do puts the answer into the box and uses the invitation up. Errors: NotFound for somebody else's invitation, Invalid at the
// fields, Conflict "accept.used" for a second answer, "accept.early" before he is asked, Gone "accept.late" after the window.
func (in Answer) Do(tx *db.Tx, who access.Person) error {
	i, err := db.Maybe[Invitation](tx, `SELECT * FROM invitation WHERE id = $1`+tx.ForUpdate(), in.Invitation)
	if err != nil {
		return err
	}
	if i == nil {
		tx.Asked()
		return fault.New(fault.NotFound, "accept.unknown")
	}
	if err := who.May(tx, access.AcceptRate, i.thing()); err != nil {
		return fault.New(fault.NotFound, "accept.unknown")
	}
	a, err := roundOf(tx, i.Matter, i.Round)
	if err != nil {
		return err
	}
	if a == nil {
		return fault.New(fault.Conflict, "accept.early")
	}
	if err := a.takes(tx, *i); err != nil {
		return err
	}
	var f fault.Form
	in.check(&f)
	if err := f.Err(); err != nil {
		return err
	}
	return in.give(tx, *i, *a)
}

// takes says why an invitation cannot be used now, or nothing.
func (a Acceptance) takes(tx *db.Tx, i Invitation) error {
	switch {
	case i.Used:
		return fault.New(fault.Conflict, "accept.used")
	case a.State == Frozen || a.State == Opened && i.AskAt > tx.Millis():
		return fault.New(fault.Conflict, "accept.early")
	case a.State != Opened || a.WindowEnd <= tx.Millis():
		return fault.New(fault.Gone, "accept.late")
	}
	return nil
}

// check tells what is wrong with the fields of an answer.
func (in Answer) check(f *fault.Form) {
	if !contains(Facts(), in.Fact) {
		f.Add("fact", "accept.fact.missing")
	}
	if !contains(Results(), in.Result) {
		f.Add("result", "accept.result.missing")
	}
	if in.Grade < 0 || in.Grade > Grades {
		f.Add("grade", "accept.grade.range", Grades)
	}
	if in.Lift != "" && !contains(Lifts(), in.Lift) {
		f.Add("lift", "fault.choice")
	}
	if n := utf8.RuneCountInString(in.Note); n > MaxNote {
		f.Add("note", "accept.note.long", MaxNote, n)
	}
}

// give puts an answer into the box and uses the invitation up.
func (in Answer) give(tx *db.Tx, i Invitation, a Acceptance) error {
	now, err := use(tx, i.ID)
	if err != nil {
		return err
	}
	if !now {
		return fault.New(fault.Conflict, "accept.used")
	}
	r := rated{ID: id.Random(), Matter: i.Matter, Round: i.Round, Fact: in.Fact, Result: in.Result, Grade: int64(in.Grade), Note: strings.TrimSpace(in.Note)}
	if in.Pressed {
		r.Pressed = 1
	}
	if a.Sense != "" {
		r.Lift = in.Lift
	}
	if err := insertBox(tx, r); err != nil {
		return err
	}
	// That somebody answered, not who and not what.
	return event.Record(tx, access.Nobody(), event.Fact{Kind: "accept.answered", Subject: a.Ref(), From: a.State, To: a.State})
}

func (i Invitation) thing() access.Thing {
	return access.Thing{Kind: "invitation", ID: i.ID, Submitter: i.Person, Voice: i.Voice}
}

// RunWindows counts what is over: the window's end, or every invitation used. Disputed matters begin a new round at
// once. At most 50 at a time; it tells how many.
func RunWindows(tx *db.Tx) (int, error) {
	who := access.System("accept.windows")
	due, err := dueWindows(tx, tx.Millis(), 50)
	if err != nil {
		return 0, err
	}
	reopen, err := org.Int(tx, org.AcceptReopen)
	if err != nil {
		return 0, err
	}
	for _, a := range due {
		m, t, err := find(tx, a.Matter)
		if err != nil {
			return 0, err
		}
		if err := who.May(tx, access.AcceptSystem, t); err != nil {
			return 0, err
		}
		if m.State != matter.Accepting || m.Round != a.Round {
			continue
		}
		if err := seal(tx, a.Matter, a.Round); err != nil {
			return 0, err
		}
		tally, err := tallyOf(tx, a.Matter, a.Round)
		if err != nil {
			return 0, err
		}
		from := a.State
		a.State, a.OverAt, a.Verdict = Over, tx.Millis(), tally.Verdict(reopen)
		if err := setState(tx, a); err != nil {
			return 0, err
		}
		if err := event.Record(tx, who, event.Fact{Kind: "accept.over", Subject: a.Ref(), About: m.Ref(), From: from, To: a.State,
			Data: struct {
				Invited int64  `json:"invited"`
				Verdict string `json:"verdict"`
			}{a.Invited, a.Verdict}}); err != nil {
			return 0, err
		}
		if err := matter.SetRated(tx, who, m.ID, a.Verdict); err != nil {
			return 0, err
		}
		if a.Verdict == matter.Disputed {
			if err := matter.Reopen(tx, who, m.ID, matter.Reopening{Event: matter.EventReopen}); err != nil {
				return 0, err
			}
		}
	}
	return len(due), nil
}

// NotFixed says that a matter is not solved: by anybody affected, without permission. While employees are being asked
// and within 15 days of closing the matter is opened again; within 180 days it has relapsed.
type NotFixed struct {
	Matter string `json:"matter"`
	What   string `json:"what"` // what is still missing; told to the unit, without who said it
}

// MaxWhat is the longest text of what is missing, in characters.
const MaxWhat = 500

// ErrFine is a mistake of the program: that something is not fixed is written with db.Coarse, or the minute at which the matter and its
// voices were opened again would tell who was at his telephone then.
var ErrFine = errors.New("accept: what is not fixed is written with db.Coarse")

// Do opens again. Errors: Unauthenticated for a caller of whom nothing is known, Forbidden for who is not affected or
// answers for the matter himself, Gone after 180 days, Conflict where there is nothing to open.
func (in NotFixed) Do(tx *db.Tx, who access.Person) error {
	m, t, err := find(tx, in.Matter)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.MatterReopen, t); err != nil {
		return err
	}
	if who.Kind == access.Anonymous {
		return fault.New(fault.Unauthenticated, "accept.notfixed.who")
	}
	if !tx.Coarse() {
		return ErrFine
	}
	ok, err := affected(tx, m, who)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Forbidden, "accept.notfixed.affected")
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	ev, err := dispute(m, tx.Today(), tx.Zone(), set.Int(org.ObjectionDays), set.Int(org.RelapseDays))
	if err != nil {
		return err
	}
	var f fault.Form
	if n := utf8.RuneCountInString(strings.TrimSpace(in.What)); n < 2 || n > MaxWhat {
		f.Add("what", "accept.notfixed.what", 2, MaxWhat)
	}
	if err := f.Err(); err != nil {
		return err
	}
	// Nobody learns who it was.
	return matter.Reopen(tx, access.Nobody(), m.ID, matter.Reopening{Event: ev, Reason: strings.TrimSpace(in.What)})
}

// setAside ends an acceptance that cannot go on: a list whose claim was void, or a window in which somebody affected
// said that it is not fixed. What was answered until then stays counted.
func setAside(tx *db.Tx, m matter.Matter) error {
	a, err := roundOf(tx, m.ID, m.Round)
	if err != nil || a == nil || a.State != Frozen && a.State != Opened {
		return err
	}
	from, kind := a.State, "accept.void"
	a.State, a.OverAt = Void, tx.Millis()
	if from == Opened {
		a.State, a.Verdict, kind = Over, matter.Disputed, "accept.over"
		if err := seal(tx, a.Matter, a.Round); err != nil {
			return err
		}
	}
	if err := setState(tx, *a); err != nil {
		return err
	}
	return event.Record(tx, access.System("accept"), event.Fact{Kind: kind, Subject: a.Ref(), About: m.Ref(), From: from, To: a.State})
}

func windowEnd(tx *db.Tx, days int) clock.Millis {
	return clock.MillisOf(tx.Today().Add(days + 1).Time(tx.Zone()))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
