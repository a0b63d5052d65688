package survey

import (
	"encoding/json"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/box"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/few"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM survey_round`)
}

func found[T any](x *T, err error) (T, error) {
	if err == nil && x == nil {
		err = fault.New(fault.NotFound, "survey.unknown")
	}
	if err != nil {
		var none T
		return none, err
	}
	return *x, nil
}

func findForm(tx *db.Tx, key, lock string) (Form, error) {
	return found(db.Maybe[Form](tx, `SELECT * FROM survey_form WHERE id = $1`+lock, key))
}

func findRound(tx *db.Tx, key, lock string) (Round, error) {
	return found(db.Maybe[Round](tx, `SELECT * FROM survey_round WHERE id = $1`+lock, key))
}

// VersionOf is a questionnaire as it was published.
func VersionOf(tx *db.Tx, key string, v int64) (Version, error) {
	return found(db.Maybe[Version](tx, `SELECT * FROM survey_version WHERE form = $1 AND v = $2`, key, v))
}

// StrataOf lists the groups of a round by which results may be shown.
func StrataOf(tx *db.Tx, round string) ([]Stratum, error) {
	return db.All[Stratum](tx, `SELECT * FROM survey_stratum WHERE round = $1 ORDER BY unit`, round)
}

// may asks whether somebody may read surveys.
func may(tx *db.Tx, who access.Person, a access.Action, kind, key string) error {
	t, err := thing(tx, kind, key)
	if err != nil {
		return err
	}
	return who.May(tx, a, t)
}

// SeeForm gives a questionnaire to somebody who may read surveys.
func SeeForm(tx *db.Tx, who access.Person, key string) (Form, error) {
	if err := may(tx, who, access.SurveySee, FormKind, key); err != nil {
		return Form{}, err
	}
	return findForm(tx, key, "")
}

// Forms lists the questionnaires, the newest first.
func Forms(tx *db.Tx, who access.Person) ([]Form, error) {
	if err := may(tx, who, access.SurveySee, FormKind, ""); err != nil {
		return nil, err
	}
	return db.All[Form](tx, `SELECT * FROM survey_form ORDER BY changed_at DESC, id DESC LIMIT 200`)
}

// See gives a round to somebody who may read surveys.
func See(tx *db.Tx, who access.Person, key string) (Round, error) {
	if err := may(tx, who, access.SurveySee, RefKind, key); err != nil {
		return Round{}, err
	}
	return findRound(tx, key, "")
}

// Filter chooses rounds.
type Filter struct {
	State string
	Form  string
	After string // cursor
}

// PageSize is how many rounds a page of the list has.
const PageSize = 50

// List lists rounds, the last to end first, and the cursor of the next page.
func List(tx *db.Tx, who access.Person, f Filter) ([]Round, string, error) {
	if err := may(tx, who, access.SurveySee, RefKind, ""); err != nil {
		return nil, "", err
	}
	w := db.NewWhere()
	if f.State != "" {
		w.Add("state = ?", f.State)
	}
	if f.Form != "" {
		w.Add("form = ?", f.Form)
	}
	if err := w.BehindDay("closes", "id", f.After); err != nil {
		return nil, "", err
	}
	cond, args := w.SQL()
	rows, err := db.All[Round](tx, `SELECT * FROM survey_round WHERE `+cond+` ORDER BY closes DESC, id DESC LIMIT `+w.Arg(PageSize+1), append(args, PageSize+1)...)
	if err != nil || len(rows) <= PageSize {
		return rows, "", err
	}
	rows = rows[:PageSize]
	last := rows[PageSize-1]
	return rows, string(last.Closes) + "~" + last.ID, nil
}

// TurnoutStep is by how much the number of answers of an open round grows at least.
const TurnoutStep = box.Least

// Told is a round with how many have answered, as it may be told: while it is open in whole steps of [TurnoutStep], so that a number that grows does not
// tell who has just answered, and as it was counted when it closed from then on.
func Told(tx *db.Tx, r Round) (Round, error) {
	if r.State == Closed {
		return r, nil
	}
	r, err := counted(tx, r)
	if r.State == Open {
		for _, n := range []*int64{&r.Turnout, &r.Walked, &r.Signed, &r.Spent} {
			*n -= *n % TurnoutStep
		}
	}
	return r, err
}

// counted counts who has answered in a round.
func counted(tx *db.Tx, r Round) (Round, error) {
	n, err := db.One[struct{ Invitations, Codes, Walked, Spent int64 }](tx, `SELECT (SELECT COUNT(*) FROM survey_invitation WHERE round = $1 AND used = 1) invitations,
		(SELECT COUNT(*) FROM survey_code WHERE round = $1 AND used = 1) codes, (SELECT COUNT(*) FROM survey_walk_in WHERE round = $1) walked,
		(SELECT COUNT(*) FROM survey_spent WHERE round = $1) spent`, r.ID)
	r.Turnout, r.Walked = n.Invitations+n.Codes, n.Walked
	if r.Blind { // that somebody had a token signed does not say that he has answered
		r.Turnout, r.Signed, r.Spent = n.Spent+n.Codes, n.Invitations, n.Spent
	}
	return r, err
}

// BodyOf is the questionnaire of a round.
func BodyOf(tx *db.Tx, r Round) (form.Body, error) {
	digest, err := db.One[string](tx, `SELECT digest FROM survey_version WHERE form = $1 AND v = $2`, r.Form, r.V)
	if err != nil {
		return form.Body{}, err
	}
	return form.Published(digest, func() (string, error) {
		v, err := VersionOf(tx, r.Form, r.V)
		return v.Body, err
	})
}

// Results are what is shown of a round that is over: the only way to its counts. Errors: access, Conflict before it is over.
func Results(tx *db.Tx, who access.Person, key string) (Round, form.Body, result.Result, error) {
	r, err := See(tx, who, key)
	if err != nil {
		return r, form.Body{}, result.Result{}, err
	}
	b, err := BodyOf(tx, r)
	if err != nil {
		return r, b, result.Result{}, err
	}
	if r.State != Closed {
		return r, b, result.Result{}, fault.New(fault.Conflict, "survey.not_over")
	}
	rule, err := ruleOf(tx)
	if err != nil {
		return r, b, result.Result{}, err
	}
	x, err := publish(r, b, rule)
	return r, b, x, err
}

func publish(r Round, b form.Body, rule few.Rule) (result.Result, error) {
	var t result.Tally
	if err := json.Unmarshal([]byte(r.Tally), &t); err != nil {
		return result.Result{}, err
	}
	x := result.Publish(b, t, rule)
	for _, u := range t.Units {
		x.Folded = x.Folded || u.Unit == org.Root
	}
	return x, nil
}

// ruleOf is from how many on something is shown, as the settings say.
func ruleOf(tx *db.Tx) (few.Rule, error) {
	set, err := org.SettingsOf(tx)
	return few.Rule{Answers: set.Int(org.ShowFrom), People: set.Int(org.PlaceUsers)}, err
}

// Past is one round of a trend.
type Past struct {
	Round  Round
	Result result.Result
}

// pastMost is how many rounds a trend has.
const pastMost = 12

// Trend are the last rounds of the questionnaire of r that are over, the earliest first. Only those that asked the same version are comparable, and
// only they are in it.
func Trend(tx *db.Tx, who access.Person, r Round) ([]Past, error) {
	if err := may(tx, who, access.SurveySee, RefKind, r.ID); err != nil {
		return nil, err
	}
	rows, err := db.All[Round](tx, `SELECT * FROM survey_round WHERE form = $1 AND v = $2 AND state = 'closed' AND closes <= $3 ORDER BY closes DESC, id DESC LIMIT $4`, r.Form, r.V, r.Closes, pastMost)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	b, err := BodyOf(tx, r)
	if err != nil {
		return nil, err
	}
	rule, err := ruleOf(tx)
	if err != nil {
		return nil, err
	}
	out := make([]Past, len(rows))
	for i, x := range rows {
		p := Past{Round: x}
		if p.Result, err = publish(x, b, rule); err != nil {
			return nil, err
		}
		out[len(rows)-1-i] = p
	}
	return out, nil
}

// Scored are the last rounds, ended until a day, of the questionnaire that was asked last of those with all of these scores; they are comparable, the
// earliest first, with the questionnaire. None where there was no such round.
func Scored(tx *db.Tx, who access.Person, until clock.Day, scores ...string) ([]Past, form.Body, error) {
	if err := may(tx, who, access.SurveySee, RefKind, ""); err != nil {
		return nil, form.Body{}, err
	}
	rows, err := db.All[Round](tx, `SELECT * FROM survey_round WHERE state = 'closed' AND closes <= $1 ORDER BY closes DESC, id DESC LIMIT 50`, until)
	if err != nil {
		return nil, form.Body{}, err
	}
	for _, r := range rows {
		b, err := BodyOf(tx, r)
		if err != nil {
			return nil, b, err
		}
		if slices.ContainsFunc(scores, func(key string) bool {
			return !slices.ContainsFunc(b.Scores, func(s form.Score) bool { return s.Key == key })
		}) {
			continue
		}
		all, err := Trend(tx, who, r)
		return all, b, err
	}
	return nil, form.Body{}, nil
}

// Said is what was answered in words to one question; Voice is the number of the voice as which it was taken up, or empty.
type Said struct{ ID, Question, Text, Voice string }

// Texts are the sentences of a round that is over, in the order of random numbers. Errors: access, Conflict before it is over, or where so few have
// answered that nothing is shown of it.
func Texts(tx *db.Tx, who access.Person, key string) ([]Said, error) {
	r, err := audible(tx, who, key)
	if err != nil {
		return nil, err
	}
	return db.All[Said](tx, `SELECT id, question, text, voice FROM survey_text WHERE round = $1 ORDER BY question, id LIMIT 5000`, r.ID)
}

// Held lists the open rounds for which somebody had a blind token signed, the nearest end first. Whether he has answered with it nobody knows.
func Held(tx *db.Tx, who access.Person) ([]Round, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.All[Round](tx, `SELECT r.* FROM survey_round r JOIN survey_invitation i ON i.round = r.id AND i.person = $1
		WHERE r.state = 'open' AND r.closes >= $2 AND r.blind = 1 AND i.used = 1 ORDER BY r.closes, r.id LIMIT 20`, who.ID, tx.Today())
}

// audible finds a round of which somebody may read the sentences and see the photos.
func audible(tx *db.Tx, who access.Person, key string) (Round, error) {
	if err := may(tx, who, access.SurveyTexts, RefKind, key); err != nil {
		return Round{}, err
	}
	r, err := findRound(tx, key, "")
	if err != nil {
		return r, err
	}
	if r.State != Closed {
		return r, fault.New(fault.Conflict, "survey.not_over")
	}
	b, err := BodyOf(tx, r)
	if err != nil {
		return r, err
	}
	rule, err := ruleOf(tx)
	if err != nil {
		return r, err
	}
	x, err := publish(r, b, rule)
	if err == nil && x.Nothing() {
		err = fault.New(fault.Conflict, "survey.too_few")
	}
	return r, err
}

// Mine lists the rounds that ask somebody and that he has not answered, or has no token for, the nearest end first.
func Mine(tx *db.Tx, who access.Person) ([]Round, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	rows, err := db.All[Round](tx, `SELECT r.* FROM survey_round r LEFT JOIN survey_invitation i ON i.round = r.id AND i.person = $1
		WHERE r.state = 'open' AND r.closes >= $2 AND (r.audience IN ('sample', 'list') AND i.used = 0 OR r.audience NOT IN ('sample', 'list') AND i.used IS NULL) ORDER BY r.closes, r.id LIMIT 20`, who.ID, tx.Today())
	if err != nil {
		return nil, err
	}
	var out []Round
	for _, r := range rows {
		ok := r.Named()
		if !ok {
			if ok, err = within(tx, r, who.Path); err != nil {
				return nil, err
			}
		}
		if ok {
			out = append(out, r)
		}
	}
	return out, nil
}
