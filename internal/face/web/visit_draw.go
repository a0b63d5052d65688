package web

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/inspect"
)

// DrawPage is the draw of one month: seed, list and method, so that anybody can do it again.
type DrawPage struct {
	Page
	Facts  []Fact
	Method string
	Check  Panel
	Table  Table
}

var drawPage = Define[DrawPage]("visit/draw")

// listDraws shows the months that were drawn.
func listDraws(r *Req) error {
	page := AdminListPage{Page: Page{Title: r.T("visit.draws"), Shape: "board"}, Lede: r.T("visit.draws_lede")}
	err := r.Read(func(tx *db.Tx) error {
		tx.Asked() // what everybody may see
		ds, err := inspect.Draws(tx, 60)
		t := Table{Caption: r.T("visit.draws"), Columns: []Column{{Label: r.T("visit.month")}, {Label: r.T("visit.closed_n"), Num: true}, {Label: r.T("visit.drawn_n"), Num: true}, {Label: r.T("visit.percent"), Num: true}},
			Empty: Empty{Kind: "nothing", Title: r.T("visit.draws_none")}}
		for _, d := range ds {
			t.Add(r.Link("/draws/"+d.Month), Cell{Text: d.Month}, Cell{Text: itoa(d.Closed)}, Cell{Text: itoa(d.Drawn)}, Cell{Text: itoa(d.Percent) + " %"})
		}
		page.Tables = []Table{t}
		return err
	})
	if err != nil {
		return err
	}
	return adminList.Render(r, page)
}

// showDraw shows a draw with every ticket, and whether it comes out the same when it is done again now.
func showDraw(r *Req) error {
	page := DrawPage{Page: Page{Title: r.T("visit.draw_of", r.Param("month")), Shape: "board", Back: "/draws"}}
	err := r.Read(func(tx *db.Tx) error {
		tx.Asked()
		d, ts, err := inspect.DrawOf(tx, r.Param("month"))
		if err != nil {
			return err
		}
		if d == nil {
			return fault.New(fault.NotFound, "visit.draw_unknown", r.Param("month"))
		}
		page.Facts = []Fact{{Label: r.T("visit.seed"), Value: d.Seed, Note: r.T("visit.seed_of", d.Size)}, {Label: r.T("visit.percent"), Value: itoa(d.Percent) + " %"},
			{Label: r.T("visit.drawn_n"), Value: r.T("visit.drawn_of", d.Drawn, d.Closed)}, {Label: r.T("visit.method_name"), Value: d.Method},
			{Label: r.T("visit.at"), Value: r.Lang.DateTime(d.At, r.Zone)}}
		page.Check = Panel{Tone: "good", Title: r.T("visit.draw_same")}
		if bad := d.Again(ts); bad != "" {
			page.Check = Panel{Tone: "bad", Title: r.T("visit.draw_other", bad)}
		}
		page.Table = Table{Caption: r.T("visit.tickets"), Columns: []Column{{Label: r.T("visit.matter_number")}, {Label: r.T("visit.ticket")}, {Label: r.T("visit.drawn")}}}
		for _, x := range ts {
			row := page.Table.Add("", Cell{Text: x.Number}, Cell{Text: x.Ticket}, Cell{})
			if x.Drawn {
				row.Cells[2].Tag = &Tag{Text: r.T("visit.drawn"), Tone: "info"}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return drawPage.Render(r, page)
}
