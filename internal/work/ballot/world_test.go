package ballot_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/ballot/count"
)

type world struct{ *orgtest.World }

// run gives each database an organisation with 40 workers in each of two plants, half of them delegates, and 12 in a department.
func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { test(t, settled(t, d, c)) })
}

func settled(t testing.TB, d *db.DB, c *clock.Fake) *world {
	w := &world{orgtest.New(t, d, c)}
	var people []org.Person
	for unit, n := range map[string]int{"U01": 40, "U02": 40, "D06": 12} {
		for i := range n {
			people = append(people, org.Person{EmployeeNo: unit + "-" + strconv.Itoa(i), Name: fmt.Sprintf("职工%s%02d", unit, i), Unit: unit, Status: org.Active,
				Delegate: unit != "D06" && i%2 == 0})
		}
	}
	w.Must(func(tx *db.Tx) error { return org.PutPeople{People: people}.Do(tx, access.System("test")) })
	w.Read(func(tx *db.Tx) error {
		type row struct {
			ID, EmployeeNo, Name, Unit string
			Path                       access.Path
		}
		all, err := db.All[row](tx, `SELECT id, employee_no, name, unit, path FROM org_person WHERE employee_no LIKE '%-%'`)
		for _, p := range all {
			w.People[p.EmployeeNo] = access.Person{Kind: access.Account, ID: p.ID, Name: p.Name, Unit: p.Unit, Path: p.Path}
		}
		return err
	})
	w.on("2026-11-23 09:00")
	return w
}

func (w *world) on(when string) {
	w.T.Helper()
	w.On(when, ballot.Run)
}

// Try does an action as the pages do: votes are written in whole hours.
func (w *world) Try(key string, in orgtest.Doer) error {
	if _, hushed := in.(ballot.Vote); hushed {
		return w.Write(func(tx *db.Tx) error { return in.Do(tx, w.who(key)) }, db.Coarse)
	}
	return w.Write(func(tx *db.Tx) error { return in.Do(tx, w.who(key)) })
}

func (w *world) who(key string) access.Person {
	if key == "" {
		return access.Nobody()
	}
	return w.P(key)
}

func (w *world) Do(key string, in ...orgtest.Doer) {
	w.T.Helper()
	for _, a := range in {
		if err := w.Try(key, a); err != nil {
			w.T.Fatalf("%s: %T: %v", key, a, err)
		}
	}
}

func (w *world) refuses(who string, in orgtest.Doer, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, who+": "+fmt.Sprintf("%T", in), w.Try(who, in), want)
}

func words(title string) ballot.Words {
	return ballot.Words{Title: title, Body: title + "的内容", Goal: "全年新增20处", Broad: ballot.Yes, Effect: ballot.Yes, Feasible: ballot.Yes, Measurable: ballot.Yes}
}

// put puts a candidate into the pool.
func (w *world) put(title string) string {
	w.T.Helper()
	in := &ballot.Put{Words: words(title), Source: ballot.ByHand}
	w.Do("triager", in)
	return in.ID
}

// ready brings a candidate into the state in which it can stand.
func (w *world) ready(title string) string {
	w.T.Helper()
	id := w.put(title)
	w.Do("triager", ballot.Ask{Candidate: id, Lead: "D05"})
	w.Do("handler", ballot.Assess{Candidate: id, Possible: ballot.Yes, Cost: 30000, Funds: "welfare", Helped: 800, Days: 60, Note: "可以在年内完成"})
	w.Do("triager", ballot.Admit{Candidate: id})
	return id
}

func (w *world) several(n int) (out []string) {
	w.T.Helper()
	for i := range n {
		out = append(out, w.ready("候选实事之"+string(rune('甲'+i))+strconv.Itoa(i)))
	}
	return out
}

// plan opens a ballot of these candidates for the workers of U01 and U02.
func (w *world) plan(candidates []string, change ...func(*ballot.Plan)) string {
	w.T.Helper()
	in := &ballot.Plan{Title: "明年办哪几件", Electorate: ballot.Everybody, Units: []string{"U01", "U02"}, Places: 2, Rule: count.Most, Quorum: count.OverHalf,
		Opens: "2026-11-23", Closes: "2026-11-30", Candidates: candidates}
	for _, f := range change {
		f(in)
	}
	w.Do("triager", in)
	return in.ID
}

func (w *world) get(id string) (b ballot.Ballot) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { b, err = ballot.See(tx, w.P("triager"), id); return err })
	return b
}

func (w *world) candidate(id string) (c ballot.Candidate) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { c, err = ballot.SeeCandidate(tx, w.P("triager"), id); return err })
	return c
}

func (w *world) choices(id string) (out []ballot.Choice) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { out, err = ballot.Choices(tx, id); return err })
	return out
}

func (w *world) mix() {
	w.T.Helper()
	if err := ballot.Mix(context.Background(), w.DB); err != nil {
		w.T.Fatal(err)
	}
}

// systemPerson sets what only an administrator sets.
var systemPerson = access.System("test")
