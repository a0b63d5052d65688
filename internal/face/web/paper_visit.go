package web

import (
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

func visitRecord(r *Req) error     { return paperOfVisit(r, false) }
func visitRecordDocx(r *Req) error { return paperOfVisit(r, true) }

// paperOfVisit is the record of an inspection (D9, 现场检查记录表).
func paperOfVisit(r *Req, docx bool) error {
	p := Paper{Page: Page{Title: r.T("visit.paper"), Shape: Sheet}, Across: true}
	err := r.Read(func(tx *db.Tx) error {
		v, err := inspect.See(tx, r.Person, r.Param("visit"))
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		place, err := org.PlaceByCode(tx, v.Place)
		if err != nil {
			return err
		}
		page := VisitPage{}
		people := []string{v.Person}
		if v.Sign != nil {
			people = append(people, v.Sign.Person)
		}
		names, err := ledger.Names(tx, unique(people))
		if err != nil {
			return err
		}
		v.Call = nil // of the page, not of the record
		r.visitSigned(&page, v, names)
		p.Back, p.Number, p.Name, p.at, p.file = "/visit/"+v.Number, v.Number, place.Name(r.Lang), v.At, v.Number
		p.Docx, p.Signs = r.Link("/visit/"+v.Number+"/record.docx"), page.Signs
		when := r.Lang.DateTime(v.At, r.Zone)
		if v.Late() {
			when += "\n" + r.T("visit.device_at", r.Lang.DateTime(v.DeviceAt, r.Zone))
		}
		p.Rows = []Fact{{Label: r.T("visit.paper_time"), Value: when}, {Label: r.T("visit.paper_place"), Value: place.Name(r.Lang) + " (" + place.Code + ") · " + tree.Name(v.Unit, r.Lang)},
			{Label: r.T("visit.kind_label"), Value: r.Lang.Enum("visit.kind", string(v.Kind))}, {Label: r.T("visit.by"), Value: names[v.Person]}, {Label: r.T("visit.present"), Value: orDash(v.Present)}}
		if v.Note != "" {
			p.Rows = append(p.Rows, Fact{Label: r.T("visit.note"), Value: v.Note})
		}
		l := PaperList{Caption: r.T("visit.record"), Widths: []float64{12, 29, 20, 22, 36, 13, 17, 22, 13, 23, 20, 21, 27}}
		for _, k := range []string{"paper_no", "item", "standard", "paper_tool", "measured", "paper_measure", "outcome", "paper_problem", "paper_photo", "paper_demand", "order_unit", "order_due", "paper_after"} {
			l.Head = append(l.Head, r.T("visit."+k))
		}
		for _, it := range v.Found {
			row, err := r.recordRow(tx, tree, v, it)
			if err != nil {
				return err
			}
			l.Rows = append(l.Rows, row)
		}
		if len(l.Rows) > 0 {
			p.Lists = []PaperList{l}
		}
		if len(v.Photos) > 0 {
			var said []PhotoSaid
			for _, x := range v.Photos {
				said = append(said, PhotoSaid{x.Taken, x.Caption})
			}
			p.Lists = append(p.Lists, r.photoList(place.Name(r.Lang)+" ("+place.Code+")", said))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return renderPaper(r, p, docx)
}

// recordRow is one item as a line of the record.
func (r *Req) recordRow(tx *db.Tx, tree *org.Tree, v inspect.Whole, it inspect.Item) ([]string, error) {
	tool := it.Instrument
	if tool != "" {
		if t, err := inspect.InstrumentOf(tx, tool); err != nil {
			return nil, err
		} else if t != nil {
			tool += "\n" + r.T("visit.paper_due", r.Lang.Date(t.Due, r.Zone))
		}
	}
	measured := strings.Join(it.Values, " / ")
	if it.Spec.Look() {
		measured = visitValue("", it.Worst, "", r.Lang)
	} else if len(it.Values) > 1 {
		measured += "\n" + r.T("visit.paper_mean", it.Mean, it.Worst)
	}
	var photos []string
	for i, p := range v.Photos {
		if p.Item == it.N || p.Item == 0 && it.N == 1 {
			photos = append(photos, itoa(i+1))
		}
	}
	problem := it.Problem
	if it.Why != "" {
		problem = it.Why
	}
	demand, unit, due, after := "", "", "", ""
	if it.OrderUnit != "" {
		unit, demand = tree.Name(it.OrderUnit, r.Lang), r.T("visit.demand_look")
		if to := it.Spec.Pass(r.Lang); to != "" { // the order is that the item meets its standard
			demand = r.T("visit.demand_to", to)
		}
	}
	if it.OrderDue != "" {
		due = r.Lang.Date(it.OrderDue, r.Zone)
	}
	if it.Matter != "" {
		m, err := matter.Find(tx, it.Matter)
		if err != nil {
			return nil, err
		}
		after = m.Number + "\n" + r.Lang.Enum("matter.state", m.State)
	}
	return []string{itoa(it.N), it.Spec.Name(r.Lang) + " " + it.Code, orDash(it.Spec.Pass(r.Lang)), orDash(tool), orDash(measured), orDash(r.Lang.Unit(it.Spec.Measure)), r.Lang.Enum("visit.result", string(it.Result)),
		orDash(problem), orDash(strings.Join(photos, ",")), orDash(demand), orDash(unit), orDash(due), orDash(after)}, nil
}

// orDash stands where a form has nothing to say.
func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
