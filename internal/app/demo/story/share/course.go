package share

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// House is the story in which something is told. Days are working days before today.
type House struct {
	Put    func(at time.Time, coarse bool, what string, do func(tx *db.Tx) error)
	Day    func(ago int) clock.Day
	On     func(day clock.Day, at string) (time.Time, error)
	Matter func(block string) string // id of its matter
	Who    func(tx *db.Tx, role access.Role, unit string, n int) (access.Person, error)
	Crew   []org.Person // workers who speak
	Actor  func(tx *db.Tx, person string) (access.Person, error)
}

// Doer is an action.
type Doer interface {
	Do(tx *db.Tx, who access.Person) error
}

// By lets the n-th holder of a role do something.
func (h House) By(tx *db.Tx, role access.Role, unit string, n int, in Doer) error {
	who, err := h.Who(tx, role, unit, n)
	if err != nil {
		return err
	}
	return in.Do(tx, who)
}

// Course is how a matter of the story is worked off: planned, approved, done, measured, judged by employees and struck off.
type Course struct {
	House
	ID         string                              // of the matter
	Lead, Unit string                              // who does it, and whose people have something of it
	Plan       func(tx *db.Tx) (plan.Slots, error) // without the people
	Claim      string                              // what is said when it is done
	Reply      string                              // what is said when it is struck off
}

// Hand hands the plan in, and the head of the department signs it.
func (c *Course) Hand(tx *db.Tx) error {
	who, err := c.Who(tx, access.Handler, c.Lead, 0)
	if err != nil {
		return err
	}
	s, err := c.Plan(tx)
	if err != nil {
		return err
	}
	lead, err := c.Who(tx, access.Leader, "", 0)
	if err != nil {
		return err
	}
	s.Owner, s.Acceptors, s.AfterPhotos, s.Sponsor = who.ID, []string{c.worker()}, 0, lead.ID
	if err := (matter.SubmitPlan{Matter: c.ID, Plan: s}).Do(tx, who); err != nil {
		return err
	}
	m, err := matter.Find(tx, c.ID)
	if err != nil || m.Review != chain.Head {
		return err
	}
	return c.By(tx, access.DeptHead, c.Lead, 0, matter.SignPlan{Matter: c.ID, As: chain.AsHead, Approve: true})
}

// worker is somebody who has something of it.
func (c *Course) worker() string {
	for _, w := range c.Crew {
		if strings.Contains(string(w.Path), "/"+c.Unit+"/") {
			return w.ID
		}
	}
	return c.Crew[0].ID
}

// Approve puts the plan in force.
func (c *Course) Approve(tx *db.Tx) error {
	return c.By(tx, access.Supervisor, "", 0, matter.DecidePlan{Matter: c.ID, Approve: true})
}

// Done reports what is open and says that it is done.
func (c *Course) Done(tx *db.Tx) error {
	m, err := matter.Find(tx, c.ID)
	if err != nil {
		return err
	}
	p, err := matter.PlanOf(tx, m)
	if err != nil {
		return err
	}
	who, err := c.Actor(tx, m.Owner)
	if err != nil {
		return err
	}
	for _, st := range p.StepStates {
		if st.DoneAt == 0 {
			if err := (matter.Report{Matter: c.ID, Step: st.N, Done: true, Text: "按计划完成。"}).Do(tx, who); err != nil {
				return err
			}
		}
	}
	return matter.ClaimDone{Matter: c.ID, Text: c.Claim, Readings: readings(p.Slots.Checks, true)}.Do(tx, who)
}

// Look measures, with values that are good or not.
func (c *Course) Look(tx *db.Tx, good bool) error {
	r, err := c.measured(tx, good)
	if err != nil {
		return err
	}
	in := matter.Inspect{Matter: c.ID, Passed: good, Readings: r}
	if !good {
		in.Note = "末端没有达标，阀门开度再调。"
	}
	return c.By(tx, access.Inspector, "", 0, in)
}

// Answer lets those answer who have been asked by now.
func (c *Course) Answer(tx *db.Tx) error {
	rows, err := db.All[accept.Invitation](tx, `SELECT i.* FROM invitation i JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
		WHERE i.matter = $1 AND i.person <> '' AND i.used = 0 AND i.ask_at <= $2 AND a.state = 'open' AND a.window_end > $3 ORDER BY i.id LIMIT 4`, c.ID, tx.Millis(), tx.Millis())
	if err != nil {
		return err
	}
	tx.Asked()
	tx.Recorded()
	for _, i := range rows {
		who, err := c.Actor(tx, i.Person)
		if err != nil {
			return err
		}
		if err := (accept.Answer{Invitation: i.ID, Fact: accept.Yes, Result: accept.Solved, Grade: 5}).Do(tx, who); err != nil {
			return err
		}
	}
	return nil
}

// Close strikes it off.
func (c *Course) Close(tx *db.Tx) error {
	return c.By(tx, access.Supervisor, "", 0, matter.Close{Matter: c.ID, Reply: c.Reply})
}

// Again measures once more what was measured when it was done.
func (c *Course) Again(tx *db.Tx, days int64) error {
	r, err := c.measured(tx, true)
	if err != nil {
		return err
	}
	return c.By(tx, access.Inspector, "", 0, matter.LookBack{Matter: c.ID, Days: days, Passed: true, Readings: r, Present: "职工 2 人", Note: "回头看，仍然达标。"})
}

func (c *Course) measured(tx *db.Tx, good bool) ([]matter.Reading, error) {
	m, err := matter.Find(tx, c.ID)
	if err != nil {
		return nil, err
	}
	p, err := matter.PlanOf(tx, m)
	return readings(p.Slots.Checks, good), err
}

// readings are values for check items: all good, or the first number not.
func readings(checks []plan.Check, good bool) (out []matter.Reading) {
	if len(checks) == 0 {
		return []matter.Reading{{Value: map[bool]string{true: "yes", false: "no"}[good]}}
	}
	for i, c := range checks {
		r := matter.Reading{Check: int64(i + 1), Value: "yes"}
		if c.Kind == plan.CheckNumber {
			low, lowErr := strconv.ParseFloat(c.Low, 64)
			high, highErr := strconv.ParseFloat(c.High, 64)
			at := low * 1.1
			switch {
			case lowErr == nil && highErr == nil:
				at = (low + high) / 2
			case highErr == nil:
				at = high * 0.8
			}
			if !good && i == 0 {
				if at = low * 0.9; lowErr != nil {
					at = high * 1.2
				}
			}
			r.Value = fmt.Sprintf("%.1f", at)
		}
		out = append(out, r)
	}
	return out
}
