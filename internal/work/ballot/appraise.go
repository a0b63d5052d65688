package ballot

import (
	_ "embed"
	"fmt"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// What is asked about each of the chosen: eight points (handbook, domain 2.7).
//
//go:embed data/appraisal.json
var appraisal string

// Appraise lets those who could vote judge what has become of what they chose: a survey of exactly the people on the list of the ballot, with eight
// points for each matter. It fills Round.
type Appraise struct {
	Ballot  string    `json:"ballot"`
	Version int64     `json:"version"`
	Opens   clock.Day `json:"opens"`
	Closes  clock.Day `json:"closes"`
	Round   string    `json:"round,omitempty"`
}

// Do opens the appraisal. Errors: access, Invalid at the fields, Conflict where nothing was chosen or it is already being judged.
func (in *Appraise) Do(tx *db.Tx, who access.Person) error {
	b, _, err := access.Reach(tx, who, access.BallotPlan, in.Ballot, tx.ForUpdate(), findBallot, thingOfBallot)
	switch {
	case err != nil:
		return err
	case in.Version != 0 && in.Version != b.Version:
		return fault.New(fault.Conflict, "pool.stale")
	case b.State != Counted:
		return fault.New(fault.Conflict, "ballot.not_over")
	case b.Survey != "":
		return fault.New(fault.Conflict, "ballot.appraise.twice")
	}
	body, err := in.questions(tx, b)
	if err != nil {
		return err
	}
	f := survey.Begin{Template: "year"}
	if err := f.Do(tx, who); err != nil {
		return err
	}
	if err := (survey.Write{Form: f.ID, Body: body}).Do(tx, who); err != nil {
		return err
	}
	if err := (&survey.Publish{Form: f.ID}).Do(tx, who); err != nil {
		return err
	}
	people, err := db.All[string](tx, `SELECT person FROM ballot_elector WHERE ballot = $1 ORDER BY person`, b.ID)
	if err != nil {
		return err
	}
	p := &survey.Plan{Form: f.ID, Title: body.Title.Zh, Audience: survey.Listed, People: people, Opens: in.Opens, Closes: in.Closes}
	if err := p.Do(tx, who); err != nil {
		return err
	}
	in.Round, b.Survey = p.ID, p.ID
	if err := updateBallot(tx, &b); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + ".appraised", Subject: b.Ref(), From: b.State, To: b.State, Data: in})
}

// questions are what is asked about the chosen of a ballot, in the order of the paper.
func (in *Appraise) questions(tx *db.Tx, b Ballot) (form.Body, error) {
	body, err := form.Parse(appraisal)
	if err != nil {
		return body, err
	}
	named := func(pattern string, most int) string {
		title := []rune(b.Title)
		return fmt.Sprintf(pattern, string(title[:min(len(title), most-len([]rune(pattern))+len("%s"))]))
	}
	body.Title = form.Words{Zh: named(body.Title.Zh, survey.MaxTitle), En: named(body.Title.En, 2*survey.MaxTitle)}
	all, err := Listings(tx, b.ID)
	if err != nil {
		return body, err
	}
	pattern, rest := body.Sections[0].Questions[0], body.Sections[1:]
	body.Sections = nil
	for _, x := range all {
		if !x.Choice.Outcome.In() {
			continue
		}
		q := pattern
		q.Key = fmt.Sprintf("m%d", x.Choice.N)
		title := strings.TrimSpace(x.Candidate.Title)
		body.Sections = append(body.Sections, form.Section{Words: form.Words{Zh: title}, Questions: []form.Question{q}})
	}
	body.Sections = append(body.Sections, rest...)
	return body, nil
}
