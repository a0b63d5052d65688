package accept_test

import (
	"context"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

type world struct {
	*orgtest.World
}

// Try does an action as the person with the short name, as the pages do: what is not fixed is written in whole hours.
func (w *world) Try(key string, in orgtest.Doer) error {
	if _, hushed := in.(accept.NotFixed); hushed {
		return w.Write(func(tx *db.Tx) error { return in.Do(tx, w.P(key)) }, db.Coarse)
	}
	return w.World.Try(key, in)
}

// Do does actions that have to succeed.
func (w *world) Do(key string, in ...orgtest.Doer) {
	w.T.Helper()
	for _, a := range in {
		if err := w.Try(key, a); err != nil {
			w.T.Fatalf("%s: %T: %v", key, a, err)
		}
	}
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		test(&world{orgtest.New(t, d, c)})
	})
}

// voice puts a voice behind a matter: of a person, or of a receipt where the name is empty.
func (w *world) voice(id, person, matter string) {
	w.T.Helper()
	submitter := ""
	if person != "" {
		submitter = w.P(person).ID
	}
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, submitter, text, state, day, registered_at, matter)
			VALUES ($1, $1, 'named', 'problem', 'scan', $2, 'x', 'linked', '2026-11-23', 1, $3)`, id, submitter, matter)
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

// executing registers a matter with a plan in force: two voices of people, one of a receipt.
func (w *world) executing() string {
	w.T.Helper()
	in := &matter.Register{Title: "四区浴室水温不足", Public: true, Class: matter.Standard, Category: "BA-1", Place: "P104M", Voices: 3, Lead: "D05"}
	w.Do("triager", in)
	w.voice("v-"+in.Number+"-1", "worker", in.ID)
	w.voice("v-"+in.Number+"-2", "handler2", in.ID)
	w.voice("v-"+in.Number+"-3", "", in.ID)
	w.Do("handler", matter.SubmitPlan{Matter: in.ID, Plan: matter.Slots{Item: "提高水温", Standard: "水温达标",
		Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}}, Steps: []plan.Step{{Text: "更换", Day: w.day(9)}},
		Owner: w.P("handler").ID, Deadline: w.day(18), Acceptors: []string{w.P("mill").ID, w.P("head").ID}}})
	w.Do("head", matter.SignPlan{Matter: in.ID, As: chain.AsHead, Approve: true})
	w.Do("triager", matter.DecidePlan{Matter: in.ID, Approve: true})
	w.Do("handler", matter.Report{Matter: in.ID, Step: 1, Done: true})
	return in.ID
}

// day is the first weekday that is n days ahead or more; n = 18 is 11 December 2026 at the start of a test.
func (w *world) day(n int) clock.Day {
	d := clock.DayOf(w.Clock.Now(), clock.Shanghai()).Add(n)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.Add(1)
	}
	return d
}

func (w *world) claim(id string) {
	w.T.Helper()
	w.Do("handler", matter.ClaimDone{Matter: id, Text: "已更换", Readings: []matter.Reading{{Check: 1, Value: "40"}}})
}

func (w *world) pass(id string) {
	w.T.Helper()
	w.Do("inspector", matter.Inspect{Matter: id, Passed: true, Readings: []matter.Reading{{Check: 1, Value: "40"}}})
}

// asking registers a matter whose employees are being asked.
func (w *world) asking() string {
	w.T.Helper()
	id := w.executing()
	w.claim(id)
	w.pass(id)
	return id
}

func (w *world) get(id string) (m matter.Matter) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { m, err = matter.Find(tx, id); return err })
	return m
}

func (w *world) list(id string, round int64) (out []accept.Invitation) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		out, err = db.All[accept.Invitation](tx, `SELECT * FROM invitation WHERE matter = $1 AND round = $2 ORDER BY id`, id, round)
		return err
	})
	return out
}

func (w *world) person(id string) access.Person {
	for _, p := range w.People {
		if p.ID == id {
			return p
		}
	}
	w.T.Fatalf("nobody has the id %s", id)
	return access.Person{}
}

// answer answers an invitation as whoever is invited.
func (w *world) answer(i accept.Invitation, result string) error {
	who := access.Holder(i.Voice)
	if i.Person != "" {
		who = w.person(i.Person)
	}
	return w.DB.Write(context.Background(), func(tx *db.Tx) error {
		return accept.Answer{Invitation: i.ID, Fact: accept.Yes, Result: result, Grade: 4, Note: "谢谢", Pressed: result == accept.Partly}.Do(tx, who)
	}, db.Coarse)
}

func (w *world) mix() {
	w.T.Helper()
	if err := accept.Mix(context.Background(), w.DB); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) windows() {
	w.T.Helper()
	w.Must(func(tx *db.Tx) error { tx.Asked(); _, err := accept.RunWindows(tx); return err })
}

func (w *world) summary(id, who string) (s []accept.Summary) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { s, err = accept.SummaryOf(tx, w.P(who), id); return err })
	return s
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func (w *world) number(tx *db.Tx, id string) string {
	m, err := matter.Find(tx, id)
	if err != nil {
		w.T.Fatal(err)
	}
	return m.Number
}
