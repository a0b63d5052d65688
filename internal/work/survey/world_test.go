package survey_test

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
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

type world struct{ *orgtest.World }

// run gives each database an organisation with 40 workers in each of two plants and 12 in a department.
func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{orgtest.New(t, d, c)}
		var people []org.Person
		for unit, n := range map[string]int{"U01": 40, "U02": 40, "D06": 12} {
			for i := range n {
				people = append(people, org.Person{EmployeeNo: unit + "-" + strconv.Itoa(i), Name: fmt.Sprintf("职工%s%02d", unit, i), Unit: unit, Status: org.Active})
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
		test(t, w)
	})
}

func (w *world) on(when string) {
	w.T.Helper()
	w.On(when, survey.Run)
}

// Try does an action as the pages do: answers are written in whole hours.
func (w *world) Try(key string, in orgtest.Doer) error {
	if _, hushed := in.(survey.Answer); hushed {
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
	w.refused(who, fmt.Sprintf("%T", in), w.Try(who, in), want)
}

func (w *world) refused(who, what string, err error, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, who+": "+what, err, want)
}

// form publishes a questionnaire from a template.
func (w *world) form(template string) string {
	w.T.Helper()
	in := &survey.Begin{Template: template}
	w.Do("triager", in)
	w.Do("triager", &survey.Publish{Form: in.ID})
	return in.ID
}

func (w *world) round(template string, change ...func(*survey.Plan)) string {
	w.T.Helper()
	in := &survey.Plan{Form: w.form(template), Title: "四季度测评", Audience: survey.Everybody, Opens: "2026-11-23", Closes: "2026-11-30"}
	for _, f := range change {
		f(in)
	}
	w.Do("triager", in)
	return in.ID
}

func (w *world) get(id string) (r survey.Round) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { r, err = survey.See(tx, w.P("triager"), id); return err })
	return r
}

func (w *world) results(id string) (r survey.Round, b form.Body, x result.Result) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { r, b, x, err = survey.Results(tx, w.P("leader"), id); return err })
	return r, b, x
}

func (w *world) mix() {
	w.T.Helper()
	if err := survey.Mix(context.Background(), w.DB); err != nil {
		w.T.Fatal(err)
	}
}

// canteen are whole answers to the canteen template.
func canteen(step string, more ...string) form.Answers {
	a := form.Answers{"often": {"daily"}}
	for _, q := range []string{"hygiene", "health", "warm", "taste", "variety"} {
		a[q] = []string{step}
	}
	for i := 0; i+1 < len(more); i += 2 {
		a[more[i]] = []string{more[i+1]}
	}
	return a
}
