package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
)

// visitSigned puts the signatures on the page and what is going on with the duty roster.
func (r *Req) visitSigned(page *VisitPage, v inspect.Whole, names map[string]string) {
	page.Signs = []Fact{{Label: r.T("visit.sign_inspector"), Value: names[v.Person], Note: r.T("visit.signed_at", r.Lang.DateTime(v.At, r.Zone))}}
	unit := Fact{Label: r.T("visit.sign_unit"), Value: r.T("visit.unsigned")}
	if s := v.Sign; s != nil {
		unit.Value, unit.Note = names[s.Person], r.T("visit.signed_at", r.Lang.DateTime(s.At, r.Zone))
		if !s.Agrees {
			unit.Note += " · " + r.T("visit.signed_otherwise")
		}
		if s.Note != "" {
			unit.Note += " · " + s.Note
		}
	}
	page.Signs = append(page.Signs, unit)
	if c := v.Call; c != nil {
		p := Panel{Tone: "bad", Title: r.T("visit.call_open"), Text: r.T("visit.call_text", names[c.Person], r.Lang.DateTime(c.CalledAt, r.Zone))}
		if c.AcceptedAt != 0 {
			p = Panel{Tone: "good", Title: r.T("visit.call_taken", names[c.Person]), Text: r.Lang.DateTime(c.AcceptedAt, r.Zone)}
			if c.Note != "" {
				p.Text += "\n" + c.Note
			}
		} else if c.Person == "" {
			p.Text = r.T("visit.call_nobody")
		}
		page.Panels = append(page.Panels, p)
	}
}

// signVisit adds the forms of who may sign for the unit or take the call.
func (r *Req) signVisit(tx *db.Tx, page *VisitPage, v inspect.Whole, f *Form) error {
	if f == nil {
		f = r.Blank("agrees", "yes")
	}
	if inspect.Cycle.Can(v.Sign.State(), inspect.EventSign) && v.Person != r.Person.ID && r.Person.Can(access.InspectSign, v.Thing()) {
		page.Sign, page.SignTo = f, r.Link("/visit/"+v.Number+"/sign")
		page.Agree = f.Choose("agrees", "visit.agrees", []Option{{Value: "yes", Text: r.T("visit.agree")}, {Value: "no", Text: r.T("visit.disagree")}})
		page.SignBy = f.Field("note", "visit.sign_note").Area(2).Limit(inspect.MaxText).May()
	}
	may, err := inspect.MayAccept(tx, r.Person, v.Visit, v.Call)
	if may {
		page.Accept, page.ToCome = f, r.Link("/visit/"+v.Number+"/accept")
		page.Coming = f.Field("coming", "visit.call_note").Limit(inspect.MaxText).May()
	}
	return err
}

// visitAgain compares a leader's visit with the look after it. The unit sees the difference when it has been measured, and before that
// nothing: not that somebody will come.
func (r *Req) visitAgain(tx *db.Tx, page *VisitPage, v inspect.Whole) error {
	before, after := v, v
	switch {
	case v.Again != "":
		w, err := inspect.Repeated(tx, v.Again)
		if err != nil {
			return err
		}
		before = w
	case v.Kind == inspect.Leaders:
		w, err := inspect.Rechecked(tx, v.ID)
		if err != nil {
			return err
		}
		if w == nil {
			if r.Person.Can(access.InspectRecord, v.Thing()) && r.Person.Has(access.Inspector) && len(v.Found) > 0 {
				page.Actions = append(page.Actions, Link{Text: r.T("visit.measure_again"), Href: r.Link("/visits/new?place=" + v.Place + "&again=" + v.Number)})
			}
			return nil
		}
		after = *w
	default:
		return nil
	}
	t := Table{Caption: r.T("visit.compared"), Columns: []Column{{Label: r.T("visit.item")}, {Label: r.T("visit.standard")},
		{Label: r.T("visit.then", r.Lang.Date(before.At, r.Zone))}, {Label: r.T("visit.now", r.Lang.Date(after.At, r.Zone))}, {Label: r.T("visit.difference")}}}
	value := func(it *inspect.Item) string {
		if it == nil {
			return "—"
		}
		return visitValue(it.Mean, it.Worst, it.Spec.Measure, r.Lang)
	}
	for _, d := range inspect.DifferencesOf(before.Found, after.Found) {
		row := t.Add("", Cell{Text: d.Spec.Name(r.Lang), Sub: d.Code}, Cell{Text: d.Spec.Pass(r.Lang)}, Cell{Text: value(&d.Before)}, Cell{Text: value(d.After)}, Cell{Text: r.difference(d)})
		if d.Worse {
			row.Tone, row.Cells[4].Tag = "bad", &Tag{Text: r.T("visit.worse"), Tone: "bad"}
		}
	}
	other := after
	if v.Again != "" {
		other = before
	}
	page.Again = &t
	page.Actions = append(page.Actions, Link{Text: r.T("visit.other", other.Number), Href: r.Link("/visit/" + other.Number)})
	return nil
}

// difference is by how much the mean has moved, "−3.4 °C".
func (r *Req) difference(d inspect.Difference) string {
	if d.After == nil {
		return r.T("visit.not_again")
	}
	a, err1 := strconv.ParseFloat(d.Before.Mean, 64)
	b, err2 := strconv.ParseFloat(d.After.Mean, 64)
	if err1 != nil || err2 != nil {
		return ""
	}
	sign := "+"
	if b < a {
		sign, a, b = "−", b, a
	}
	return sign + strconv.FormatFloat(b-a, 'f', 1, 64) + " " + r.Lang.Unit(d.Spec.Measure)
}

// signRecord signs for the inspected unit.
func signRecord(r *Req) error {
	f := r.Form()
	in := inspect.Sign{Visit: r.Param("visit"), Agrees: f.Choice("agrees", "yes", "no") == "yes", Note: f.Text("note", 0, 1<<12)}
	return r.onVisit(f, "visit.toast_signed", func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// acceptCall takes the call for something critical.
func acceptCall(r *Req) error {
	f := r.Form()
	in := inspect.Accept{Visit: r.Param("visit"), Note: f.Text("coming", 0, 1<<12)}
	return r.onVisit(f, "visit.toast_accepted", func(tx *db.Tx) error { return rename(in.Do(tx, r.Person), map[string]string{"note": "coming"}) })
}

func (r *Req) onVisit(f *Form, toast string, do func(tx *db.Tx) error) error {
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "visit-sign:"+r.Person.ID+" "+r.Path(), f.Key, f.Body(), func() (string, error) { return "", do(tx) })
			return err
		})
	}
	if f.Take(err) {
		return renderVisit(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast(toast)
	return r.Redirect("/visit/" + r.Param("visit"))
}

// standardBand is what the standard allows, as far as it is drawn: what has no limit above goes up to the highest reading, what has none
// below down to the lowest.
func standardBand(c org.CheckItem, points []inspect.Point) [2]float64 {
	var low, high float64
	for i, p := range points {
		if v, err := strconv.ParseFloat(p.Worst, 64); err == nil {
			if i == 0 {
				low, high = v, v
			}
			low, high = min(low, v), max(high, v)
		}
	}
	switch {
	case c.Low != nil && c.High != nil:
		return [2]float64{*c.Low, *c.High}
	case c.Low != nil:
		return [2]float64{*c.Low, max(high, *c.Low*1.2, *c.Low+1)}
	case c.High != nil:
		return [2]float64{min(low, *c.High*.8, *c.High-1), *c.High}
	}
	return [2]float64{}
}
