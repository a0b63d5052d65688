package accept

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

// What came of a try to reach somebody. Names: "accept.call.<code>".
const (
	CallAnswered = "answered" // he has said whether it is solved
	CallNobody   = "nobody"   // nobody answered
	CallLater    = "later"    // he asked to be called again
	CallRefused  = "refused"  // he does not want to say
	CallWrong    = "wrong"    // the number is wrong, or he has left
)

// Outcomes lists what can come of a try.
func Outcomes() []string {
	return []string{CallAnswered, CallNobody, CallLater, CallRefused, CallWrong}
}

// MaxCallNote is the longest remark on a try, in characters.
const MaxCallNote = 200

// unusedDays is for how many days somebody has not signed in who is called: the same as an account that counts as unused.
const unusedDays = org.LoginUnusedDays

// Call is a try to reach somebody on a list who does not sign in, by telephone or in person, and what he said. Nobody calls about the work of
// his own unit.
type Call struct {
	Invitation string `json:"invitation"`
	Outcome    string `json:"outcome"`
	Note       string `json:"note,omitempty"` // about the try, not about the matter
	Answer     Answer `json:"-"`              // what he said, where he was reached; never in the record
}

// Do writes the try down, and the answer as any other. Errors: access, NotFound, Invalid at the fields, Forbidden "accept.call.own", Conflict
// "accept.used", "accept.early" or "accept.call.done", Gone "accept.late".
func (in Call) Do(tx *db.Tx, who access.Person) error {
	i, a, m, err := callee(tx, who, in.Invitation)
	if err != nil {
		return err
	}
	if err := a.takes(tx, i); err != nil {
		return err
	}
	tries, err := db.All[string](tx, `SELECT outcome FROM accept_call WHERE invitation = $1`, i.ID)
	if err != nil {
		return err
	}
	if contains(tries, CallRefused) || contains(tries, CallWrong) {
		return fault.New(fault.Conflict, "accept.call.done")
	}
	var f fault.Form
	if !contains(Outcomes(), in.Outcome) {
		f.Add("outcome", "accept.call.missing")
	}
	if n := utf8.RuneCountInString(in.Note); n > MaxCallNote {
		f.Add("remark", "accept.note.long", MaxCallNote, n)
	}
	said := in.Answer.Fact != "" || in.Answer.Result != "" || in.Answer.Grade != 0 || in.Answer.Lift != "" || strings.TrimSpace(in.Answer.Note) != "" || in.Answer.Pressed
	switch {
	case in.Outcome == CallAnswered:
		in.Answer.check(&f)
	case said && in.Outcome != "":
		f.Add("outcome", "accept.call.said")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := insertCall(tx, called{Invitation: i.ID, N: len(tries) + 1, Matter: m.ID, Round: i.Round, At: tx.Millis(), ByPerson: who.ID, Outcome: in.Outcome,
		Note: strings.TrimSpace(in.Note)}); err != nil {
		return err
	}
	if err := event.Record(tx, who, event.Fact{Kind: "accept.called", Subject: a.Ref(), From: a.State, To: a.State, Data: struct {
		Outcome string `json:"outcome"`
	}{in.Outcome}}); err != nil || in.Outcome != CallAnswered {
		return err
	}
	return in.Answer.give(tx, i, a)
}

// callee is the invitation of somebody who may be called by who, with its round and matter.
func callee(tx *db.Tx, who access.Person, id string) (Invitation, Acceptance, matter.Matter, error) {
	unknown := fault.New(fault.NotFound, "accept.unknown")
	i, err := db.Maybe[Invitation](tx, `SELECT * FROM invitation WHERE id = $1`+tx.ForUpdate(), id)
	if err != nil {
		return Invitation{}, Acceptance{}, matter.Matter{}, err
	}
	if i == nil || i.Person == "" {
		tx.Asked()
		return Invitation{}, Acceptance{}, matter.Matter{}, unknown
	}
	m, t, err := find(tx, i.Matter)
	if err != nil {
		return *i, Acceptance{}, m, err
	}
	if err := who.May(tx, access.AcceptCall, t); err != nil {
		return *i, Acceptance{}, m, err
	}
	a, err := roundOf(tx, i.Matter, i.Round)
	if err != nil {
		return *i, Acceptance{}, m, err
	}
	if a == nil {
		return *i, Acceptance{}, m, unknown
	}
	if ownWork(m, who) || i.Person == who.ID {
		return *i, *a, m, fault.New(fault.Forbidden, "accept.call.own")
	}
	return *i, *a, m, nil
}

// ownWork reports whether somebody answers for a matter, or is or heads the unit that does.
func ownWork(m matter.Matter, who access.Person) bool {
	if slices.Contains([]string{m.Owner, m.Claimant, m.Sponsor, m.Author, m.Inspector}, who.ID) {
		return true
	}
	return m.LeadPath != "" && (who.Path.Under(m.LeadPath) ||
		slices.ContainsFunc(who.Scope(access.DeptHead), func(p access.Path) bool { return m.LeadPath.Under(p) }))
}

// Callee is somebody to be called, with what his caller needs.
type Callee struct {
	Invitation string
	Matter     string
	Number     string // of the matter
	Title      string
	Name       string
	EmployeeNo string
	Unit       string
	Phone      string
	Why        string
	Until      clock.Millis // end of the window
	Tries      int
	Last       string // outcome of the last try
}

// mostCallees is how many people are listed at once: more than one office calls on a day.
const mostCallees = 200

// Callees lists who is to be called, the nearest end first: people who are asked, have not answered, and have no account or have not used it for
// long. Who has refused, cannot be reached, or was tried as often as the settings say is not on it. More says that there are others.
func Callees(tx *db.Tx, who access.Person) (list []Callee, more bool, err error) {
	mine, err := calledMatters(tx, who)
	if err != nil || len(mine) == 0 {
		return nil, false, err
	}
	cond, args, err := reachable(tx)
	if err != nil {
		return nil, false, err
	}
	in, ids := db.In("i.matter", mine, len(args)+1)
	args = append(args, ids...)
	list, err = db.All[Callee](tx, `SELECT i.id AS invitation, m.id AS matter, m.number, m.title, p.name, p.employee_no, p.unit, p.phone, i.why, a.window_end AS until,
		(SELECT COUNT(*) FROM accept_call c WHERE c.invitation = i.id) AS tries,
		COALESCE((SELECT c.outcome FROM accept_call c WHERE c.invitation = i.id ORDER BY c.n DESC LIMIT 1), '') AS last
		FROM acceptance a JOIN invitation i ON i.matter = a.matter AND i.round = a.round JOIN matter m ON m.id = a.matter JOIN org_person p ON p.id = i.person
		WHERE `+cond+` AND `+in+` ORDER BY a.window_end, m.number, p.employee_no LIMIT `+strconv.Itoa(mostCallees+1), args...)
	if len(list) > mostCallees {
		return list[:mostCallees], true, err
	}
	return list, false, err
}

// CountCallees is how many people somebody has to call.
func CountCallees(tx *db.Tx, who access.Person) (int, error) {
	mine, err := calledMatters(tx, who)
	if err != nil || len(mine) == 0 {
		return 0, err
	}
	cond, args, err := reachable(tx)
	if err != nil {
		return 0, err
	}
	in, ids := db.In("i.matter", mine, len(args)+1)
	return db.One[int](tx, `SELECT COUNT(*) FROM acceptance a JOIN invitation i ON i.matter = a.matter AND i.round = a.round
		JOIN org_person p ON p.id = i.person WHERE `+cond+` AND `+in, append(args, ids...)...)
}

// CalleeFor gives one of them, for the page of a call. Errors: as of [Call].
func CalleeFor(tx *db.Tx, who access.Person, id string) (Callee, Asked, error) {
	i, a, m, err := callee(tx, who, id)
	if err != nil {
		return Callee{}, Asked{}, err
	}
	p, err := org.PersonByID(tx, i.Person)
	if err != nil {
		return Callee{}, Asked{}, err
	}
	c := Callee{Invitation: i.ID, Matter: m.ID, Number: m.Number, Title: m.Shown(), Name: p.Name, EmployeeNo: p.EmployeeNo, Unit: p.Unit, Phone: p.Phone, Why: i.Why,
		Until: a.WindowEnd}
	tries, err := db.All[string](tx, `SELECT outcome FROM accept_call WHERE invitation = $1 ORDER BY n`, i.ID)
	if err != nil {
		return c, Asked{}, err
	}
	if c.Tries = len(tries); c.Tries > 0 {
		c.Last = tries[c.Tries-1]
	}
	page, err := asked(tx, i)
	return c, page, err
}

// calledMatters are the matters about which employees are being asked and about which somebody may call.
func calledMatters(tx *db.Tx, who access.Person) ([]string, error) {
	asking, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE id IN (SELECT matter FROM acceptance WHERE state = 'open' AND window_end > $1) ORDER BY id`, tx.Millis())
	if err != nil {
		return nil, err
	}
	var mine []string
	for _, m := range asking {
		if ownWork(m, who) {
			continue
		}
		t, err := matter.ThingOf(tx, m)
		if err != nil {
			return nil, err
		}
		if who.Can(access.AcceptCall, t) {
			mine = append(mine, m.ID)
		}
	}
	return mine, nil
}

// reachable is the condition that somebody is to be called, over acceptance a, invitation i and org_person p.
func reachable(tx *db.Tx) (string, []any, error) {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return "", nil, err
	}
	return `a.state = 'open' AND a.window_end > $1 AND i.used = 0 AND i.ask_at <= $1 AND p.status = 'active'
		AND NOT EXISTS (SELECT 1 FROM login_day d WHERE d.person = p.id AND d.signed_in > 0 AND d.day >= $2)
		AND NOT EXISTS (SELECT 1 FROM accept_call c WHERE c.invitation = i.id AND c.outcome IN ('refused', 'wrong'))
		AND (SELECT COUNT(*) FROM accept_call c WHERE c.invitation = i.id) < $3`,
		[]any{tx.Millis(), tx.Today().Add(-set.Int(unusedDays)), set.Int(org.CallTries)}, nil
}
