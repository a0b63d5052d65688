package modeltest

import (
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// Snapshot is everything that the work has stored, at one moment.
type Snapshot struct {
	Now     clock.Millis
	Cal     *clock.Calendar
	SQLite  bool
	LogSize int64 // entries in the tree

	Voices      []voice.Voice
	Said        []Said
	VoiceNamed  []Named
	Receipts    []Receipt
	Identities  []string // voices with a sealed identity
	VoicePhotos []string // "voice hash"

	Matters     []matter.Matter
	MatterNamed []Named
	Plans       []Plan
	Steps       []Step
	AfterPhotos []AfterPhoto
	Extensions  []matter.Extension
	Inspections []Inspection

	Assignments []assignment.Assignment
	Helpers     []Helper
	Ownerless   []Ownerless
	Duties      []Duty
	Waits       []Wait

	Acceptances []accept.Acceptance
	Invitations []accept.Invitation
	Ratings     []Rating

	Pressing

	Facts  []Fact
	People map[string]Person // by id

	voices  map[string]voice.Voice
	matters map[string]matter.Matter
	plans   map[string]Plan // by matter and version
	facts   map[string][]Fact
	open    map[string]assignment.Assignment // running, by subject
	owed    map[string][]Duty                // by subject
}

// Rows of tables whose types are not open to other packages.
type (
	// Said is one entry of a thread, without its words.
	Said struct {
		Voice, Kind, ByWhom, Person string
		N                           int64
		At                          clock.Millis
	}
	// Named is somebody who must never get the thing of that id: a person or a unit.
	Named struct {
		ID, Person, Unit string
		Path             access.Path
	}
	// Receipt opens a voice.
	Receipt struct{ Number, Voice string }
	// Plan is a version of the Five Determinations.
	Plan struct {
		Matter             string
		Version            int64
		State, Class       string
		Author             string
		HeadBy, HeadAs     string
		FinanceBy          string
		FinanceAs          string
		FinanceAt          clock.Millis
		DecidedBy          string
		SlotsText          string       `db:"slots"`
		Slots              matter.Slots `db:"-"`
		At, DecidedAt      clock.Millis
		CommentUntil       clock.Millis
		Round              int64
		Decision           string
		HeadAt             clock.Millis
		OwnerNameForPrints string `db:"owner_name"`
	}
	// Step is a step of a plan version.
	Step struct {
		Matter string
		Plan   int64
		N      int64
		DoneAt clock.Millis
	}
	// AfterPhoto counts the pictures of a round that show the result.
	AfterPhoto struct {
		Matter string
		Round  int64
		Count  int64
	}
	// Inspection is a look at the site.
	Inspection struct {
		ID, Matter, Kind string
		Round            int64
		ByPerson         string
		Passed           bool
	}
	// Helper is a helping unit.
	Helper struct {
		Assignment, Unit string
		Path             access.Path
	}
	// Ownerless is a time in which no unit had signed.
	Ownerless struct {
		ID, SubjectKind, SubjectID, Unit, Reason string
		FromAt, ToAt                             clock.Millis
	}
	// Duty is something owed.
	Duty struct {
		ID, Kind, SubjectKind, SubjectID, Item string
		Round                                  int64
		Unit                                   string
		Path                                   access.Path
		Person, Role, Restricted               string
		Hours, Days                            int64
		Day                                    clock.Day
		StartedAt, Due0, Due, BaseDue          clock.Millis
		DueVersion                             int64
		Open                                   bool
		DischargedAt                           clock.Millis
		Outcome                                string
		WaitingFrom                            clock.Millis
	}
	// Wait is a time during which a duty waited.
	Wait struct {
		ID, Duty        string
		FromAt, UntilAt clock.Millis
	}
	// Rating is an answer. A column more in the table is an error: there is no place for who gave it, or when.
	Rating struct {
		ID, Matter   string
		Round        int64
		Fact, Result string
		Grade        int64
		Note         string
		Pressed      bool   // whether somebody was told what to answer
		Lift         string // what became of the sense that was asked about
	}
	// Fact is an entry of the record, without its data.
	Fact struct {
		Ins, Seq           int64
		At                 clock.Millis
		Kind               string
		SubjectKind        string
		SubjectID          string
		AboutKind, AboutID string
		FromState, ToState string
		ActorClass, Actor  string
	}
	// Person is somebody of the organisation.
	Person struct {
		ID, Employment string
		Path           access.Path
		Grants         []access.Grant `db:"-"`
	}
)

// Read reads a snapshot.
func Read(tx *db.Tx) (*Snapshot, error) {
	s := &Snapshot{Now: tx.Millis(), SQLite: tx.Dialect() == db.SQLite, People: map[string]Person{}, voices: map[string]voice.Voice{},
		matters: map[string]matter.Matter{}, plans: map[string]Plan{}, facts: map[string][]Fact{}, open: map[string]assignment.Assignment{},
		owed: map[string][]Duty{}}
	var err error
	if s.Cal, err = org.Calendar(tx); err != nil {
		return nil, err
	}
	fill(tx, &err, &s.Voices, `SELECT `+core.Columns+` FROM voice ORDER BY id`)
	fill(tx, &err, &s.Said, `SELECT voice, kind, by_whom, person, n, at FROM voice_entry ORDER BY voice, n`)
	fill(tx, &err, &s.VoiceNamed, `SELECT voice AS id, CASE WHEN kind = 'person' THEN ref ELSE '' END AS person,
		CASE WHEN kind = 'unit' THEN ref ELSE '' END AS unit, path FROM voice_named ORDER BY voice, kind, ref`)
	fill(tx, &err, &s.Receipts, `SELECT number, voice FROM voice_receipt ORDER BY number`)
	fill(tx, &err, &s.Identities, `SELECT voice FROM voice_identity ORDER BY voice`)
	fill(tx, &err, &s.VoicePhotos, `SELECT voice || ' ' || hash FROM voice_photo ORDER BY voice, hash`)
	fill(tx, &err, &s.Matters, `SELECT * FROM matter ORDER BY id`)
	fill(tx, &err, &s.MatterNamed, `SELECT matter AS id, person, unit, path FROM matter_named ORDER BY matter, person, unit`)
	fill(tx, &err, &s.Plans, `SELECT * FROM plan ORDER BY matter, version`)
	fill(tx, &err, &s.Steps, `SELECT matter, plan, n, done_at FROM plan_step ORDER BY matter, plan, n`)
	fill(tx, &err, &s.AfterPhotos, `SELECT matter, round, COUNT(*) AS count FROM matter_photo WHERE kind = 'after' GROUP BY matter, round`)
	fill(tx, &err, &s.Extensions, `SELECT * FROM extension ORDER BY matter, n`)
	fill(tx, &err, &s.Inspections, `SELECT id, matter, kind, round, by_person, passed FROM inspection ORDER BY matter, at, id`)
	fill(tx, &err, &s.Assignments, `SELECT * FROM assignment ORDER BY subject_kind, subject_id, assigned_at, id`)
	fill(tx, &err, &s.Helpers, `SELECT assignment, unit, path FROM assignment_co ORDER BY assignment, unit`)
	fill(tx, &err, &s.Ownerless, `SELECT id, subject_kind, subject_id, unit, reason, from_at, to_at FROM ownerless ORDER BY subject_kind, subject_id, from_at, id`)
	fill(tx, &err, &s.Duties, `SELECT id, kind, subject_kind, subject_id, item, round, unit, path, person, role, restricted, hours, days, day, started_at,
		due0, due, base_due, due_version, open, discharged_at, outcome, waiting_from FROM duty ORDER BY id`)
	fill(tx, &err, &s.Waits, `SELECT id, duty, from_at, until_at FROM duty_wait ORDER BY duty, from_at, id`)
	fill(tx, &err, &s.Acceptances, `SELECT * FROM acceptance ORDER BY matter, round`)
	fill(tx, &err, &s.Invitations, `SELECT * FROM invitation ORDER BY matter, round, id`)
	fill(tx, &err, &s.Ratings, `SELECT * FROM rating UNION ALL SELECT * FROM rating_box ORDER BY matter, round, id`)
	fill(tx, &err, &s.Facts, `SELECT ins, COALESCE(seq, -1) AS seq, at, kind, subject_kind, subject_id, about_kind, about_id, from_state, to_state,
		actor_class, actor FROM event ORDER BY ins`)
	var people []Person
	fill(tx, &err, &people, `SELECT id, employment, path FROM org_person ORDER BY id`)
	var grants []struct {
		Person, Unit string
		Role         access.Role
		Path         access.Path
	}
	fill(tx, &err, &grants, `SELECT person, unit, role, path FROM org_grant ORDER BY person, role, unit`)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		s.People[p.ID] = p
	}
	for _, g := range grants {
		p := s.People[g.Person]
		p.Grants = append(p.Grants, access.Grant{Role: g.Role, Unit: g.Unit, Path: g.Path})
		s.People[g.Person] = p
	}
	if s.LogSize, err = db.One[int64](tx, `SELECT size FROM log_state WHERE one = 1`); err != nil {
		return nil, err
	}
	if err := s.press(tx); err != nil {
		return nil, err
	}
	return s, s.index()
}

func fill[T any](tx *db.Tx, err *error, into *[]T, q string) {
	if *err == nil {
		*into, *err = db.All[T](tx, q)
	}
}

func (s *Snapshot) index() error {
	for _, v := range s.Voices {
		s.voices[v.ID] = v
	}
	for _, m := range s.Matters {
		s.matters[m.ID] = m
	}
	for i := range s.Plans {
		p := &s.Plans[i]
		if err := json.Unmarshal([]byte(p.SlotsText), &p.Slots); err != nil {
			return err
		}
		s.plans[key(p.Matter, p.Version)] = *p
	}
	for _, f := range s.Facts {
		k := f.SubjectKind + "/" + f.SubjectID
		s.facts[k] = append(s.facts[k], f)
	}
	for _, a := range s.Assignments {
		if a.EndedAt == 0 {
			s.open[a.SubjectKind+"/"+a.SubjectID] = a
		}
	}
	for _, d := range s.Duties {
		k := d.SubjectKind + "/" + d.SubjectID
		s.owed[k] = append(s.owed[k], d)
	}
	return nil
}

// Voice finds a voice by its id.
func (s *Snapshot) Voice(id string) (voice.Voice, bool) { v, ok := s.voices[id]; return v, ok }

// Matter finds a matter by its id.
func (s *Snapshot) Matter(id string) (matter.Matter, bool) { m, ok := s.matters[id]; return m, ok }

// Running is the open assignment of a subject ("voice" or "matter" and its id).
func (s *Snapshot) Running(kind, id string) (assignment.Assignment, bool) {
	a, ok := s.open[kind+"/"+id]
	return a, ok
}

// Round is the acceptance of a round.
func (s *Snapshot) Round(matter string, round int64) (accept.Acceptance, bool) {
	for _, a := range s.Acceptances {
		if a.Matter == matter && a.Round == round {
			return a, true
		}
	}
	return accept.Acceptance{}, false
}

// owes counts the open duties of the kinds that a subject has.
func (s *Snapshot) owes(kind, id string, kinds ...string) int {
	n := 0
	for _, d := range s.owed[kind+"/"+id] {
		for _, k := range kinds {
			if d.Open && d.Kind == k {
				n++
			}
		}
	}
	return n
}
