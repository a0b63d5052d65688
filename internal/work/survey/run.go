package survey

import (
	"context"
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/base/box"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

// Run opens the rounds whose first day has come, counts those whose last day is over, makes those that come again, and tells who has not
// answered that a round ends soon. At most 20 at a time; it tells how many.
func Run(tx *db.Tx) (int, error) {
	who, today := access.System("survey"), tx.Today()
	due, err := db.All[Round](tx, `SELECT * FROM survey_round WHERE state = 'planned' AND blind = 0 AND opens <= $1 OR state = 'open' AND closes < $2
		OR next <> '' AND next <= $3 OR state = 'open' AND reminded = 0 AND closes <= $4 ORDER BY closes, id LIMIT 20`+tx.SkipLocked(), today, today, today, today.Add(RemindDays))
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		if err := who.May(tx, access.SurveySystem, access.Thing{Kind: RefKind, ID: r.ID}); err != nil {
			return 0, err
		}
		switch {
		case r.State == Planned && r.Opens <= today && !r.Blind:
			err = open(tx, r, nil)
		case r.State == Open && r.Closes < today:
			err = closeRound(tx, who, r)
		case r.Next != "" && r.Next <= today:
			err = repeat(tx, who, r)
		default:
			err = remind(tx, who, r)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// remind notes that a round ends soon: from now on the first page of everybody who is asked and has not answered says so. Nobody is looked up
// for it, and there is no list.
func remind(tx *db.Tx, who access.Person, r Round) error {
	r.Reminded = true
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + EventRemind, Subject: r.Ref(), From: r.State, To: r.State})
}

// repeat makes the next round of one that comes again, with the newest version of its questionnaire. Where that is not possible any more it ends.
func repeat(tx *db.Tx, who access.Person, r Round) error {
	next := &Plan{Form: r.Form, Title: r.Title, Audience: r.Audience, Units: r.UnitList(), Places: r.PlaceList(), Wanted: int(r.Wanted), Opens: tx.Today(), Closes: tx.Today().Add(r.Opens.Until(r.Closes)), Every: int(r.Every), WalkIn: r.WalkIn, Blind: r.Blind}
	err := next.Do(tx, who)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	kind := EventRepeat
	if err != nil { // units are gone, or people
		kind = EventStop
	}
	r.Next = ""
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + kind, Subject: r.Ref(), From: r.State, To: r.State, Data: struct {
		Round string `json:"round,omitempty"`
	}{next.ID}})
}

// Stop ends that a round comes again.
type Stop struct {
	Round   string `json:"round"`
	Version int64  `json:"version"`
}

// Do stops. Errors: access, Conflict where it does not come again.
func (in Stop) Do(tx *db.Tx, who access.Person) error {
	r, err := openRound(tx, who, in.Round, in.Version)
	if err != nil {
		return err
	}
	if r.Next == "" {
		return fault.New(fault.Conflict, "survey.round.once")
	}
	r.Next = ""
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + EventStop, Subject: r.Ref(), From: r.State, To: r.State})
}

// Mix puts answers that wait among the others. It is a job of every few minutes.
func Mix(ctx context.Context, d *db.DB) error {
	return box.Box{Job: "survey.mix", May: access.SurveySystem, Fact: event.Fact{Kind: "survey.mixed", Subject: event.Ref{Kind: RefKind}, From: Open, To: Open},
		Full: fullBoxes, Empty: func(tx *db.Tx, round string, most int) (n int, err error) {
			for _, kind := range []string{`unit <> '*'`, `unit = '*'`} {
				waiting, err := db.All[boxed](tx, `SELECT * FROM survey_box WHERE round = $1 AND `+kind+` ORDER BY id LIMIT $2`+tx.SkipLocked(), round, most)
				if err != nil {
					return n, err
				}
				if len(waiting) < box.Least {
					continue
				}
				if err := pour(tx, round, waiting); err != nil {
					return n, err
				}
				n += len(waiting)
			}
			return n, nil
		}}.Mix(ctx, d)
}

// fullBoxes are the rounds in whose box enough wait. Answers of whoever came by are no company for the others: they say of themselves what they are,
// and one person can give as many as he likes.
func fullBoxes(tx *db.Tx, least int) ([]string, error) {
	return db.All[string](tx, `SELECT DISTINCT round FROM survey_box GROUP BY round, CASE WHEN unit = '*' THEN 1 ELSE 0 END HAVING COUNT(*) >= $1 ORDER BY round`, least)
}

// answered is what one person said, without who or when.
type answered struct{ ID, Round, Unit, Body string }

type sentence struct{ ID, Round, Question, Text, Voice string }

// heard is what was answered, in pieces that nothing joins.
type heard struct {
	rows   []answered
	texts  []sentence
	photos []picture
}

// pour moves answers to one round out of the box, with sentences and photos apart from the rest.
func pour(tx *db.Tx, round string, waiting []boxed) error {
	var all heard
	ids := make([]string, len(waiting))
	pictured := map[[3]string]int{} // by round, unit and question
	for i, w := range waiting {
		ids[i] = w.ID
		all.rows = append(all.rows, answered{Round: w.Round, Unit: w.Unit, Body: w.Body})
		var said map[string]string
		if err := json.Unmarshal([]byte(w.Texts), &said); err != nil {
			return err
		}
		for q, s := range said {
			all.texts = append(all.texts, sentence{Round: w.Round, Question: q, Text: s})
		}
		photos, err := photosOut(w)
		if err != nil {
			return err
		}
		for q, of := range photos {
			pictured[[3]string{w.Round, w.Unit, q}]++
			all.photos = append(all.photos, of...)
		}
	}
	if err := deleteBox(tx, round, ids); err != nil {
		return err
	}
	for k, n := range pictured {
		if err := photographed(tx, k[0], k[1], k[2], n); err != nil {
			return err
		}
	}
	return all.put(tx)
}

// put writes answers, sentences and photos under new ids.
func (all heard) put(tx *db.Tx) error {
	if err := box.Shuffled(len(all.rows), func(i int, id string) error {
		all.rows[i].ID = id
		return insertAnswer(tx, all.rows[i])
	}); err != nil {
		return err
	}
	if err := box.Shuffled(len(all.texts), func(i int, id string) error {
		all.texts[i].ID = id
		return insertText(tx, all.texts[i])
	}); err != nil {
		return err
	}
	return box.Shuffled(len(all.photos), func(i int, id string) error {
		all.photos[i].ID = id
		return insertPhoto(tx, all.photos[i])
	})
}

// heardIn reads everything that stands of a round.
func heardIn(tx *db.Tx, round string) (all heard, err error) {
	if all.rows, err = db.All[answered](tx, `SELECT * FROM survey_answer WHERE round = $1`, round); err != nil {
		return all, err
	}
	if all.texts, err = db.All[sentence](tx, `SELECT * FROM survey_text WHERE round = $1`, round); err != nil {
		return all, err
	}
	all.photos, err = db.All[picture](tx, `SELECT * FROM survey_photo WHERE round = $1`, round)
	return all, err
}

// closeRound counts a round, and writes everything of it anew in the order of new ids, so that what came last does not stand last.
func closeRound(tx *db.Tx, who access.Person, r Round) error {
	from := r.State
	var err error
	if r, err = counted(tx, r); err != nil {
		return err
	}
	if r.State, err = Cycle.Next(r.State, EventClose); err != nil {
		return err
	}
	waiting, err := db.All[boxed](tx, `SELECT * FROM survey_box WHERE round = $1 ORDER BY id`, r.ID)
	if err != nil {
		return err
	}
	if err := pour(tx, r.ID, waiting); err != nil {
		return err
	}
	all, err := heardIn(tx, r.ID)
	if err != nil {
		return err
	}
	tally, err := count(tx, r, all.rows)
	if err != nil {
		return err
	}
	if err := dropAnswers(tx, r.ID); err != nil {
		return err
	}
	if err := all.put(tx); err != nil {
		return err
	}
	var tokens *Tokens
	if r.Blind {
		tokens = &Tokens{r.Signed, r.Spent}
	}
	if err := settle(tx, r.ID); err != nil {
		return err
	}
	if err := forgetKeys(tx, r.ID); err != nil {
		return err
	}
	walked := 0
	if tally.WalkIn != nil {
		walked = tally.WalkIn.Answers
	}
	s, err := json.Marshal(tally)
	if err != nil {
		return err
	}
	r.Tally, r.ClosedAt = string(s), tx.Millis()
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + EventClose, Subject: r.Ref(), From: from, To: r.State, Data: struct {
		Answers int     `json:"answers"`
		WalkIn  int     `json:"walk_in,omitempty"`
		Invited int64   `json:"invited"`
		Tokens  *Tokens `json:"tokens,omitempty"`
	}{len(all.rows) - walked, walked, r.Invited, tokens}})
}

// count counts the answers of a round by its groups.
func count(tx *db.Tx, r Round, rows []answered) (result.Tally, error) {
	var t result.Tally
	b, err := BodyOf(tx, r)
	if err != nil {
		return t, err
	}
	strata, err := StrataOf(tx, r.ID)
	if err != nil {
		return t, err
	}
	for _, s := range strata {
		u := t.Of(s.Unit)
		u.People, u.Invited = int(s.People), int(s.Invited)
	}
	of := func(unit string) *result.Unit {
		switch {
		case unit != WalkIns:
			return t.Of(unit)
		case t.WalkIn == nil:
			t.WalkIn = &result.Unit{Unit: WalkIns}
		}
		return t.WalkIn
	}
	c := result.NewCounter(b)
	for _, x := range rows {
		var a form.Answers
		if err := json.Unmarshal([]byte(x.Body), &a); err != nil {
			return t, err
		}
		c.Add(of(x.Unit), a)
	}
	pictured, err := db.All[struct {
		Unit, Question string
		N              int
	}](tx, `SELECT unit, question, n FROM survey_photographed WHERE round = $1 ORDER BY unit, question`, r.ID)
	for _, x := range pictured {
		of(x.Unit).Photographed(x.Question, x.N)
	}
	return t, err
}
