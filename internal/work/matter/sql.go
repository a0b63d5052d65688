package matter

import (
	"encoding/json"
	"strings"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// nextNumber counts the running number of a year up.
func nextNumber(tx *db.Tx, year int) (int64, error) {
	return db.One[int64](tx, `INSERT INTO matter_number (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = matter_number.last + 1 RETURNING last`, year)
}

func insertMatter(tx *db.Tx, m Matter) error {
	monday, light, err := week(tx, Matter{})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO matter (id, number, title, body, public_text, public, class, source, union_initiated, category,
		place, unit, unit_path, beneficiaries, restricted, state, version, round, created_by, registered_at, first_voice_at,
		voices, supporters, moved_at, plan_due, week, week_light)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27)`,
		m.ID, m.Number, m.Title, m.Body, m.PublicText, m.Public, m.Class, m.Source, m.UnionInitiated, m.Category,
		m.Place, m.Unit, m.UnitPath, m.Beneficiaries, m.Restricted, m.State, m.Version, m.Round, m.CreatedBy, m.RegisteredAt, m.FirstVoiceAt,
		m.Voices, m.Supporters, m.MovedAt, m.PlanDue, monday, light)
	return err
}

// column pairs a changeable column of matter with its value.
type column struct {
	name  string
	value any
}

func (m Matter) columns() []column {
	return []column{
		{"title", m.Title}, {"body", m.Body}, {"public_text", m.PublicText}, {"public", m.Public}, {"class", m.Class},
		{"category", m.Category}, {"beneficiaries", m.Beneficiaries}, {"state", m.State}, {"round", m.Round}, {"moved_at", m.MovedAt},
		{"lead", m.Lead}, {"lead_path", m.LeadPath}, {"co", m.Co}, {"owner", m.Owner}, {"sponsor", m.Sponsor},
		{"review", m.Review}, {"finance_path", m.FinancePath}, {"plan_version", m.PlanVersion}, {"plan_latest", m.PlanLatest}, {"author", m.Author}, {"plan_due", m.PlanDue}, {"plan_start", m.PlanStart},
		{"due0", m.Due0}, {"due", m.Due}, {"due_at", m.DueAt}, {"due_key", m.DueKey}, {"due_from", m.DueFrom}, {"due_open", m.DueOpen}, {"extensions", m.Extensions},
		{"milestone_due", m.MilestoneDue}, {"steps_done", m.StepsDone}, {"steps_all", m.StepsAll},
		{"pause_reason", m.PauseReason}, {"pause_until", m.PauseUntil}, {"paused_at", m.PausedAt},
		{"carry_condition", m.Condition}, {"review_day", m.ReviewDay}, {"long_term", m.LongTerm},
		{"claimant", m.Claimant}, {"inspector", m.Inspector}, {"completed_at", m.CompletedAt}, {"completed0", m.Completed0},
		{"inspected_at", m.InspectedAt}, {"rated_at", m.RatedAt}, {"verdict", m.Verdict}, {"closed_at", m.ClosedAt}, {"closed_by", m.ClosedBy},
		{"ended_how", m.EndedHow}, {"end_reason", m.EndReason}, {"end_rule", m.EndRule}, {"end_decider", m.EndDecider}, {"reply", m.Reply},
		{"relapses", m.Relapses}, {"look_back30", m.LookBack30}, {"look_back90", m.LookBack90}, {"look_back365", m.LookBack365}, {"week", m.Week}, {"week_light", m.WeekLight},
	}
}

// update writes what changed between two readings of a matter, if the row is still at the version that was read, and
// counts the version up.
func update(tx *db.Tx, before Matter, m *Matter) (err error) {
	if m.Week, m.WeekLight, err = week(tx, before); err != nil {
		return err
	}
	w := db.NewWhere()
	set := []string{"version = version + 1"}
	old := before.columns()
	for i, c := range m.columns() {
		if c.value != old[i].value {
			set = append(set, c.name+" = "+w.Arg(c.value))
		}
	}
	q := `UPDATE matter SET ` + strings.Join(set, ", ") + ` WHERE id = ` + w.Arg(m.ID) + ` AND version = ` + w.Arg(before.Version)
	_, args := w.SQL()
	n, err := tx.Exec(q, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "matter.stale", before.Version, before.Version+1)
	}
	m.Version = before.Version + 1
	return nil
}

// addVoices counts voices and supporters up. It leaves the version alone: somebody who joins a matter must not make
// the work of whoever is writing a plan stale.
func addVoices(tx *db.Tx, id string, voices, supporters int64, first clock.Millis) error {
	_, err := tx.Exec(`UPDATE matter SET voices = voices + $1, supporters = supporters + $2, union_initiated = 0,
		first_voice_at = CASE WHEN CAST($3 AS BIGINT) > 0 AND $3 < first_voice_at THEN $3 ELSE first_voice_at END WHERE id = $4`,
		voices, supporters, first, id)
	return err
}

func insertNamed(tx *db.Tx, matter, person, unit, path string) error {
	_, err := tx.Exec(`INSERT INTO matter_named (matter, person, unit, path) VALUES ($1,$2,$3,$4)
		ON CONFLICT (matter, person, unit) DO NOTHING`, matter, person, unit, path)
	return err
}

func insertPlan(tx *db.Tx, p Plan) error {
	slots, err := json.Marshal(p.Slots)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(`INSERT INTO plan (matter, version, round, state, class, author, at, head_by, head_at, head_as, decided_by, decided_at,
		decision, owner_name, comment_until, slots) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`,
		p.Matter, p.Version, p.Round, p.State, p.Class, p.Author, p.At, p.HeadBy, p.HeadAt, p.HeadAs, p.DecidedBy, p.DecidedAt,
		p.Decision, p.OwnerName, p.CommentUntil, string(slots)); err != nil {
		return err
	}
	for _, s := range p.StepStates {
		if _, err := tx.Exec(`INSERT INTO plan_step (matter, plan, n, text, day, done_at, done_by) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			p.Matter, p.Version, s.N, s.Text, s.Day, s.DoneAt, s.DoneBy); err != nil {
			return err
		}
	}
	return nil
}

// decidePlan writes the signatures under a plan version and the decision on it; its content stays as it is.
func decidePlan(tx *db.Tx, p Plan) error {
	_, err := tx.Exec(`UPDATE plan SET state = $1, decided_by = $2, decided_at = $3, decision = $4, head_by = $5, head_at = $6, head_as = $7,
		finance_by = $8, finance_at = $9, finance_as = $10 WHERE matter = $11 AND version = $12`,
		p.State, p.DecidedBy, p.DecidedAt, p.Decision, p.HeadBy, p.HeadAt, p.HeadAs, p.FinanceBy, p.FinanceAt, p.FinanceAs, p.Matter, p.Version)
	return err
}

// replacePlans marks earlier approved versions as replaced.
func replacePlans(tx *db.Tx, matter string, before int64) error {
	_, err := tx.Exec(`UPDATE plan SET state = 'replaced' WHERE matter = $1 AND version < $2 AND state = 'approved'`, matter, before)
	return err
}

// setSteps writes the done marks of a plan version's steps.
func setStep(tx *db.Tx, matter string, plan int64, s StepState) error {
	_, err := tx.Exec(`UPDATE plan_step SET done_at = $1, done_by = $2 WHERE matter = $3 AND plan = $4 AND n = $5`,
		s.DoneAt, s.DoneBy, matter, plan, s.N)
	return err
}

func insertProgress(tx *db.Tx, p Progress) error {
	_, err := tx.Exec(`INSERT INTO progress (id, matter, round, step, text, done, at, by_person) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		p.ID, p.Matter, p.Round, p.Step, p.Text, p.Done, p.At, p.By)
	return err
}

// insertPhoto adds a picture; the same picture of the same kind twice is one.
func insertPhoto(tx *db.Tx, p Photo) error {
	_, err := tx.Exec(`INSERT INTO matter_photo (matter, hash, thumb, kind, round, point, caption, taken, at, by_person)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (matter, kind, hash) DO NOTHING`,
		p.Matter, p.Hash, p.Thumb, p.Kind, p.Round, p.Point, p.Caption, p.Taken, p.At, p.By)
	return err
}

func insertExtension(tx *db.Tx, e Extension) error {
	_, err := tx.Exec(`INSERT INTO extension (id, matter, n, round, reason, interim, from_day, to_day, asked_by, asked_at, state, late)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`,
		e.ID, e.Matter, e.N, e.Round, e.Reason, e.Interim, e.FromDay, e.ToDay, e.AskedBy, e.AskedAt, e.State, e.Late)
	return err
}

func decideExtension(tx *db.Tx, e Extension) error {
	_, err := tx.Exec(`UPDATE extension SET state = $1, decided_by = $2, decided_at = $3, note = $4 WHERE id = $5`,
		e.State, e.DecidedBy, e.DecidedAt, e.Note, e.ID)
	return err
}

func insertInspection(tx *db.Tx, i Inspection) error {
	if _, err := tx.Exec(`INSERT INTO inspection (id, matter, round, kind, by_person, at, passed, present, note, plan)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		i.ID, i.Matter, i.Round, i.Kind, i.By, i.At, i.Passed, i.Present, i.Note, i.Plan); err != nil {
		return err
	}
	for _, r := range i.Readings {
		if _, err := tx.Exec(`INSERT INTO reading (inspection, check_n, value, passed, note) VALUES ($1,$2,$3,$4,$5)`,
			i.ID, r.Check, r.Value, r.Passed, r.Note); err != nil {
			return err
		}
	}
	return nil
}

// byKey finds a matter by its id or its number.
func byKey(tx *db.Tx, key, suffix string) (Matter, error) {
	col := "id"
	if strings.HasPrefix(key, "SS-") {
		col = "number"
	}
	m, err := db.Maybe[Matter](tx, `SELECT * FROM matter WHERE `+col+` = $1`+suffix, key)
	if err != nil {
		return Matter{}, err
	}
	if m == nil {
		return Matter{}, fault.New(fault.NotFound, "matter.unknown", key)
	}
	return *m, nil
}

// RefOf is the reference of a matter with that id.
func RefOf(id string) event.Ref { return event.Ref{Kind: "matter", ID: id} }

// pathColumns hold paths of units, which follow the tree.
var pathColumns = []string{
	`UPDATE matter SET lead_path`,
	`UPDATE matter SET unit_path`,
	`UPDATE matter SET finance_path`,
	`UPDATE matter_named SET path`,
}
