package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
)

// TestMeasuresAreMovedByButtons: without scripts a measure changes places with its neighbour, together with its date.
func TestMeasuresAreMovedByButtons(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	n := p.register("standard")
	p.pressed("handler", n, "sign").Want(200)
	rows := func(f *webtest.Form) string {
		return strings.Join([]string{f.Values.Get("steps.0.text"), f.Values.Get("steps.0.day"), f.Values.Get("steps.1.text"), f.Values.Get("steps.1.day")}, " ")
	}
	f := p.planned(p.form("handler", n, "plan"))
	first := rows(f)
	const other = "调试 2026-12-10 更换换热器 2026-12-02"
	for _, step := range []struct{ act, want string }{{"steps.up.2", other}, {"steps.down.1", first}, {"steps.up.1", first}, {"steps.down.1", other},
		{"steps.down.2", other}} {
		page := f.Submit("act=" + step.act).Want(200)
		f = page.Form("/plan")
		if got := rows(f); got != step.want {
			t.Errorf("%s: %s", step.act, got)
		}
	}
	page := p.planned(f).Set("steps.0.text", "先调试").Submit("act=submit").Want(200)
	page.Says("待审核", "先调试")
	p.state(n, matter.PlanReview)
}

// TestUnlikelyReadingIsAskedAbout: 385 for 38.5 is asked about; sent again as right, it counts.
func TestUnlikelyReadingIsAskedAbout(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.to(matter.Inspecting)
		f := p.form("inspector", n, "inspect")
		if strings.Contains(strings.Join(f.Names(), " "), "sure") {
			t.Error("the form asks before anything was typed")
		}
		page := f.Set("readings.1", "385").Set("readings.2", "yes").Set("passed", "no").Set("note", "水太烫").Submit().Want(422)
		page.Says("385 ℃？请核对", "数值没有填错")
		p.state(n, matter.Inspecting)
		page.Form("/inspect").Set("sure", "1").Submit().Want(200).Says("385")
		p.state(n, matter.Executing)
	})
}
