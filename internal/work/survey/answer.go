package survey

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/survey/form"
)

// Answer is what somebody who is asked answers. It is written with [db.Coarse].
type Answer struct {
	Round   string
	Answers form.Answers
	Code    string                      // one-time code of somebody without an account
	Form    string                      // random number of the form, of somebody without an account or a code who comes by
	Token   Spend                       // blind token, of somebody whom only it knows
	Places  func(field string) []string // places of rankings as they were typed, or nil
	Right   func()                      // called as soon as the code is known to be one of the round, or nil

	ready *ready
}

// Do puts the answers into the box and notes that this person, or this code, has answered. Nothing joins the two. Errors: NotFound for who is
// not asked, Invalid at the fields, Conflict "survey.used" for a second answer, Gone "survey.late" when the round is over.
func (in Answer) Do(tx *db.Tx, who access.Person) error {
	if !tx.Coarse() {
		tx.Asked()
		return ErrFine
	}
	a, err := in.ask(tx, who)
	if err != nil {
		return err
	}
	switch {
	case a.Round.Blind && a.person != "":
		return fault.New(fault.Conflict, "survey.token.only") // the way in which he could be joined with his answers is not offered
	case a.Used:
		return fault.New(fault.Conflict, "survey.used")
	case a.Round.State == Planned:
		return fault.New(fault.Conflict, "survey.early")
	case a.Round.State != Open || a.Round.Closes < tx.Today():
		return fault.New(fault.Gone, "survey.late")
	case in.ready.err != nil:
		return in.ready.err
	}
	first, err := a.use(tx)
	if err != nil {
		return err
	}
	if !first {
		return fault.New(fault.Conflict, "survey.used")
	}
	b := in.ready.box
	b.ID, b.Round, b.Unit = id.Random(), a.Round.ID, a.unit
	if err := insertBox(tx, b); err != nil {
		return err
	}
	// That somebody has answered: not who, not what, and nothing by which the two could be put together.
	return event.Record(tx, access.Nobody(), event.Fact{Kind: "survey." + EventAnswer, Subject: a.Round.Ref(), From: a.Round.State, To: a.Round.State})
}

// ask finds out by what right somebody answers, and makes the answer ready where it is not.
func (in *Answer) ask(tx *db.Tx, who access.Person) (a Asked, err error) {
	switch {
	case len(in.Token.Message) > 0:
		a, err = in.spends(tx)
	case in.Code != "":
		a, err = in.byCode(tx, who)
	case in.Form != "":
		a, err = in.walksIn(tx)
	default:
		if a, err = in.open(tx); err != nil {
			tx.Asked()
			return a, err
		}
		a, err = a.by(tx, who)
	}
	return a, err
}

// Asked is a round as somebody sees it who is asked.
type Asked struct {
	Round Round
	Body  form.Body
	Used  bool // he has answered

	person, digest, unit string
	walkIn, spent        bool
	marked               bool // it is noted that he has answered
}

// Group is the group by which what he answers counts.
func (a Asked) Group() string { return a.unit }

// Late reports whether it is too late to answer.
func (a Asked) Late() bool { return a.Round.State == Closed || a.Round.State == Cancelled }

// AskedFor gives the questionnaire to somebody who is asked: NotFound "survey.unknown" for everybody else.
func AskedFor(tx *db.Tx, who access.Person, round string) (Asked, error) {
	return askedFor(tx, who, round, "")
}

func askedFor(tx *db.Tx, who access.Person, round, lock string) (Asked, error) {
	a, err := withBody(tx, round, lock)
	if err != nil {
		tx.Asked()
		return a, err
	}
	return a.by(tx, who)
}

// OpenTo gives the questionnaire of a round to whoever has its address; only a code lets him answer.
func OpenTo(tx *db.Tx, round string) (Asked, error) {
	if err := access.Nobody().May(tx, access.SurveyCode, access.Thing{Kind: RefKind, ID: round}); err != nil {
		return Asked{}, err
	}
	return withBody(tx, round, "")
}

// walksIn lets whoever comes by answer, where the round is open to that.
func (in *Answer) walksIn(tx *db.Tx) (Asked, error) {
	if err := access.Nobody().May(tx, access.SurveyCode, access.Thing{Kind: RefKind, ID: in.Round}); err != nil {
		return Asked{}, err
	}
	a, err := in.open(tx)
	if err == nil && !a.Round.WalkIn {
		err = fault.Field("code", "fault.required")
	}
	a.walkIn, a.unit, a.digest = true, WalkIns, digestOfForm(in.Round, in.Form)
	return a, err
}

// byCode lets whoever has a code answer. Where nothing stands against it the code is used at once: what is refused later is not committed.
func (in *Answer) byCode(tx *db.Tx, who access.Person) (Asked, error) {
	a, err := in.open(tx)
	if err != nil {
		tx.Asked()
		return a, err
	}
	if err := who.May(tx, access.SurveyCode, access.Thing{Kind: RefKind, ID: a.Round.ID}); err != nil {
		return a, err
	}
	a.digest = digestOf(a.Round.ID, in.Code)
	if in.ready.err == nil && a.Round.State == Open && a.Round.Closes >= tx.Today() {
		if a.unit, a.marked, err = useCode(tx, a.Round.ID, a.digest); err != nil {
			return a, err
		}
	}
	if !a.marked {
		c, err := db.Maybe[struct {
			Unit string
			Used bool
		}](tx, `SELECT unit, used FROM survey_code WHERE round = $1 AND digest = $2`, a.Round.ID, a.digest)
		if err != nil {
			return a, err
		}
		if c == nil {
			return a, fault.Field("code", "survey.code.unknown")
		}
		a.unit, a.Used = c.Unit, c.Used
	}
	if in.Right != nil {
		in.Right()
	}
	return a, nil
}

func digestOfForm(round, form string) string {
	sum := sha256.Sum256([]byte("survey walk in " + round + " " + form))
	return hex.EncodeToString(sum[:])
}

// CameBy reports whether somebody who came by has answered with a form.
func CameBy(tx *db.Tx, round, form string) (bool, error) {
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_walk_in WHERE round = $1 AND digest = $2`, round, digestOfForm(round, form))
	return n > 0, err
}

// At are the rounds that whoever comes by a place may answer there: those that ask everybody, and those that ask who uses it or what is around it.
func At(tx *db.Tx, place string) ([]Round, error) {
	if err := access.Nobody().May(tx, access.SurveyCode, access.Thing{Kind: RefKind}); err != nil {
		return nil, err
	}
	all, err := db.All[Round](tx, `SELECT * FROM survey_round WHERE state = 'open' AND walk_in = 1 AND closes >= $1 ORDER BY closes, id LIMIT 50`, tx.Today())
	if err != nil || len(all) == 0 {
		return nil, err
	}
	around, err := org.PlaceChain(tx, place)
	return slices.DeleteFunc(all, func(r Round) bool {
		return r.Audience != Everybody && !slices.ContainsFunc(around, func(p org.Place) bool { return slices.Contains(r.PlaceList(), p.Code) })
	}), err
}

func withBody(tx *db.Tx, round, lock string) (Asked, error) {
	r, err := findRound(tx, round, lock)
	if err != nil {
		return Asked{}, err
	}
	b, err := BodyOf(tx, r)
	return Asked{Round: r, Body: b}, err
}

// by looks whether somebody with an account is asked.
func (a Asked) by(tx *db.Tx, who access.Person) (Asked, error) {
	strata, err := StrataOf(tx, a.Round.ID)
	if err != nil {
		return a, err
	}
	t := access.Thing{Kind: RefKind, ID: a.Round.ID}
	row, err := db.Maybe[Invitation](tx, `SELECT * FROM survey_invitation WHERE round = $1 AND person = $2`, a.Round.ID, who.ID)
	if err != nil {
		return a, err
	}
	belongs, err := within(tx, a.Round, who.Path)
	if err != nil {
		return a, err
	}
	if who.Kind == access.Account && (row != nil || !a.Round.Named() && belongs) {
		t.Submitter = who.ID
	}
	if err := who.May(tx, access.SurveyAnswer, t); err != nil {
		return a, fault.New(fault.NotFound, "survey.unknown")
	}
	a.person, a.unit, a.Used = who.ID, stratumOf(strata, who.Path), row != nil && row.Used
	return a, nil
}

// within reports whether somebody's unit belongs to the audience.
func within(tx *db.Tx, r Round, p access.Path) (bool, error) {
	if !r.Narrow() {
		return p != "", nil
	}
	tree, err := org.TreeOf(tx)
	return slices.ContainsFunc(r.UnitList(), func(u string) bool { return p.Under(tree.Path(u)) }), err
}

// use notes that the person or the code has answered, and reports false where it was noted before.
func (a Asked) use(tx *db.Tx) (bool, error) {
	switch {
	case a.marked:
		return true, nil
	case a.spent:
		return insertSpent(tx, a.Round.ID, a.digest)
	case a.walkIn:
		return insertWalkIn(tx, a.Round.ID, a.digest)
	case a.Round.Named():
		return useInvitation(tx, a.Round.ID, a.person)
	}
	return insertUsed(tx, a.Round.ID, a.person)
}

// letters of codes: none that looks like another.
const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// NewCode is a one-time code: twelve letters, of which there are more than 10^17.
func NewCode() string {
	var b strings.Builder
	for b.Len() < 12 {
		var x [1]byte
		rand.Read(x[:])
		if int(x[0]) < 256/len(letters)*len(letters) {
			b.WriteByte(letters[int(x[0])%len(letters)])
		}
	}
	return b.String()
}

// NormalCode is a code as it may have been typed.
func NormalCode(s string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(letters, c) {
			return c
		}
		return -1
	}, strings.ToUpper(s))
}

func digestOf(round, code string) string {
	sum := sha256.Sum256([]byte("survey code " + round + " " + NormalCode(code)))
	return hex.EncodeToString(sum[:])
}
