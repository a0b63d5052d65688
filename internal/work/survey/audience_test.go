package survey_test

import (
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
)

// strata are the groups of a round with their people.
func (w *world) strata(id string) string {
	w.T.Helper()
	var out []string
	w.Read(func(tx *db.Tx) error {
		all, err := survey.StrataOf(tx, id)
		for _, s := range all {
			out = append(out, s.Unit+" "+strconv.FormatInt(s.People, 10))
		}
		return err
	})
	return strings.Join(out, ", ")
}

// TestPeopleOfPlaces: who uses a place, or something in an area, is asked and nobody else; the units are settled on the first day and stay whatever
// becomes of the place; the next round looks them up anew.
func TestPeopleOfPlaces(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		system := access.System("test")
		area := org.AddPlace{Code: "P900", NameZh: "北区", NameEn: "North", Kind: org.Area, Unit: "U02"}
		hall := org.AddPlace{Code: "P901", NameZh: "北区餐厅", NameEn: "North canteen", Kind: org.Canteen, Unit: "D01", Parent: "P900", Audience: []string{"U01"}}
		w.Must(func(tx *db.Tx) error { return area.Do(tx, system) })
		w.Must(func(tx *db.Tx) error { return hall.Do(tx, system) })
		use := func(units ...string) {
			t.Helper()
			w.Must(func(tx *db.Tx) error {
				p, err := org.PlaceByCode(tx, "P901")
				if err != nil {
					return err
				}
				return org.EditPlace{Code: p.Code, NameZh: p.NameZh, NameEn: p.NameEn, Kind: p.Kind, Unit: p.Unit, Parent: p.Parent, Audience: units, Version: int64(p.Version)}.Do(tx, system)
			})
		}
		at := func(places ...string) func(*survey.Plan) {
			return func(p *survey.Plan) { p.Audience, p.Places = survey.Places, places }
		}
		id := w.round("canteen", at("P900"), func(p *survey.Plan) { p.Opens, p.Every = "2026-11-25", 3 })
		if r := w.get(id); r.Units != "U01" || r.Places != "P900" || r.State != survey.Planned {
			t.Fatalf("planned: %+v", r)
		}
		w.refuses("U02-1", survey.Answer{Round: id, Answers: canteen("4")}, "survey.unknown")
		use("U02") // before the first day: then it is they who are asked
		w.on("2026-11-25 00:10")
		if r := w.get(id); r.Units != "U02" || r.People != 43 || w.strata(id) != "U02 43" {
			t.Fatalf("open: %+v, %s", r, w.strata(id))
		}
		use("U01")
		w.refuses("U01-1", survey.Answer{Round: id, Answers: canteen("4")}, "survey.unknown")
		w.Do("U02-1", survey.Answer{Round: id, Answers: canteen("4")})
		for person, want := range map[string]int{"U01-1": 0, "U02-2": 1, "U02-1": 0} {
			var mine []survey.Round
			w.Read(func(tx *db.Tx) (err error) { mine, err = survey.Mine(tx, w.P(person)); return err })
			if len(mine) != want {
				t.Errorf("%s is asked %d times", person, len(mine))
			}
		}
		w.on("2027-02-25 00:10")
		again := w.Column(`SELECT id FROM survey_round ORDER BY opens`)
		if len(again) != 2 || w.get(again[1]).Units != "U01" || w.get(again[1]).Places != "P900" {
			t.Errorf("the next round: %+v", w.get(again[len(again)-1]))
		}

		plan := survey.Plan{Form: w.get(id).Form, Title: "食堂测评", Audience: survey.Places, Opens: "2027-02-25", Closes: "2027-02-28"}
		w.refuses("triager", &plan, "places:survey.round.places")
		plan.Places = []string{"P999"}
		w.refuses("triager", &plan, "places:fault.choice")
		two := w.round("canteen", at("P104M", "P201", "P201"), func(p *survey.Plan) { p.Opens, p.Closes = "2027-02-25", "2027-02-28" }) // one has no audience of its own: its unit's people use it
		if r := w.get(two); r.Places != "P104M,P201" || r.Units != "U01,U02" || w.strata(two) != "U01 45, U02 43" {
			t.Errorf("two places: %+v, %s", r, w.strata(two))
		}
	})
}

// TestCrews: crews are asked by name, nothing larger passes as one, and results are never by crew.
func TestCrews(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.Must(func(tx *db.Tx) error {
			var people []org.Person
			for i := range 22 {
				people = append(people, org.Person{EmployeeNo: "C-" + strconv.Itoa(i), Name: "班员" + strconv.Itoa(100+i), Unit: "U01-A", Status: org.Active})
			}
			return org.PutPeople{People: people}.Do(tx, access.System("test"))
		})
		plan := survey.Plan{Form: w.form("bus"), Title: "班车测评", Audience: survey.Crews, Opens: "2026-11-23", Closes: "2026-11-30"}
		w.refuses("triager", &plan, "crews:survey.round.crews")
		plan.Units = []string{"U01"}
		w.refuses("triager", &plan, "crews:fault.choice")
		id := w.round("canteen", func(p *survey.Plan) { p.Audience, p.Units = survey.Crews, []string{"U01-A"} })
		if r := w.get(id); r.People != 24 || w.strata(id) != "U01 24" {
			t.Errorf("%+v, %s", r, w.strata(id))
		}
		w.refuses("U01-1", survey.Answer{Round: id, Answers: canteen("4")}, "survey.unknown")
		w.Do("worker2", survey.Answer{Round: id, Answers: canteen("4")})
	})
}
