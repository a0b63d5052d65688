package modeltest

import (
	"encoding/json"
	"slices"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

// Pressing is what the ladder, the supervising office and the meetings have stored.
type Pressing struct {
	Rungs       []Rung
	Notices     []Notice
	Told        []Told
	Orders      []supervise.Order
	Letters     []supervise.Letter
	Sent        []Sent
	LastNumbers []LastNumber
	Resolutions []meeting.Resolution
	Talks       []Talk
}

// Rows of what presses.
type (
	// Rung is a rung that a duty has reached.
	Rung struct {
		ID, Duty               string
		DueVersion             int64
		Rung                   string
		N                      int64
		SubjectKind, SubjectID string
		Kind                   string
		Due, MeantAt, At       clock.Millis
		Passed                 bool
	}
	// Notice is what one person is told because of a rung.
	Notice struct {
		ID, Rung, Person string
		At               clock.Millis
	}
	// Told is the fact of a rung.
	Told struct {
		Rung, Duty string
		Version, N int64
		To         []string
	}
	// Sent is the fact of a letter.
	Sent struct{ Order, Number, Hash string }
	// LastNumber is the last number that was given in a year.
	LastNumber struct{ Year, Last int64 }
	// Talk is a talk with the head of a department.
	Talk struct {
		ID, State, Duty, Leader string
		CalledAt, HeldAt        clock.Millis
	}
)

// press reads what presses.
func (s *Snapshot) press(tx *db.Tx) error {
	var err error
	fill(tx, &err, &s.Rungs, `SELECT id, duty, due_version, rung, n, subject_kind, subject_id, kind, due, meant_at, at, passed FROM duty_rung ORDER BY duty, at, meant_at, CASE rung WHEN 'circular' THEN 1 ELSE 0 END, id`)
	fill(tx, &err, &s.Notices, `SELECT id, rung, person, at FROM duty_notice ORDER BY rung, person`)
	fill(tx, &err, &s.Orders, `SELECT * FROM supervise_order ORDER BY drafted_at, id`)
	fill(tx, &err, &s.Letters, `SELECT * FROM supervise_letter ORDER BY order_id`)
	fill(tx, &err, &s.LastNumbers, `SELECT year, last FROM supervise_number ORDER BY year`)
	fill(tx, &err, &s.Resolutions, `SELECT * FROM resolution ORDER BY meeting, n`)
	fill(tx, &err, &s.Talks, `SELECT id, state, duty, leader, called_at, held_at FROM supervise_talk ORDER BY called_at, id`)
	var facts []struct{ Kind, SubjectID, Data string }
	fill(tx, &err, &facts, `SELECT kind, subject_id, data FROM event WHERE kind IN ('duty.rung', 'order.letter') ORDER BY ins`)
	if err != nil {
		return err
	}
	for _, f := range facts {
		if f.Kind == "order.letter" {
			x := Sent{Order: f.SubjectID}
			if err := json.Unmarshal([]byte(f.Data), &x); err != nil {
				return err
			}
			s.Sent = append(s.Sent, x)
			continue
		}
		var x struct {
			Rung       string
			Duty       struct{ ID string }
			Version, N int64
			To         []string
		}
		if err := json.Unmarshal([]byte(f.Data), &x); err != nil {
			return err
		}
		slices.Sort(x.To)
		s.Told = append(s.Told, Told{x.Rung, x.Duty.ID, x.Version, x.N, x.To})
	}
	return nil
}
