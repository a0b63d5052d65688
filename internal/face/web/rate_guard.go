package web

import (
	"strconv"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
)

var guardList = Define[AdminListPage]("rate/guard")

const guardPath = "/accept/guard"

// callTabs lead from the people to call to the signs of pressure and back.
func (r *Req) callTabs(here string) []Link {
	return []Link{{Text: r.T("call.title"), Href: r.Link(calleesPath), Current: here == calleesPath}, {Text: r.T("guard.title"), Href: r.Link(guardPath), Current: here == guardPath}}
}

// showGuard shows the union, unit by unit, what the answers of a year say about pressure on those who gave them.
func showGuard(r *Req) error {
	if _, err := r.List(ListSpec{}); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("guard.title"), Shape: Staff}, Tabs: r.callTabs(guardPath), Panels: []Panel{{Tone: "info", Title: r.T("guard.how"), Text: r.T("guard.how_text")}}}
	err := r.Read(func(tx *db.Tx) error {
		all, from, to, err := accept.Guard(tx, r.Person)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Lede = r.T("guard.lede", r.Lang.Date(from, r.Zone), r.Lang.Date(to, r.Zone))
		t := Table{Caption: r.T("guard.title"), Keys: true, Columns: []Column{{Label: r.T("guard.f.unit")}, {Label: r.T("guard.f.rounds"), Num: true, Minor: true}, {Label: r.T("guard.f.answers"), Num: true},
			{Label: r.T("guard.f.pressed"), Num: true}, {Label: r.T("guard.f.alike"), Num: true}, {Label: r.T("guard.f.best")}, {Label: r.T("guard.f.signs")}},
			Empty: Empty{Kind: "nothing", Title: r.T("guard.none"), Text: r.T("guard.none_text")}}
		for _, g := range all {
			best := r.T("guard.too_few")
			if g.Late.Graded > 0 && g.Before.Graded > 0 {
				best = r.T("guard.best", g.Before.Percent(), g.Before.Graded, g.Late.Percent(), g.Late.Graded)
			}
			signs := Cell{Text: r.T("guard.no_sign")}
			if n := g.Signs(); n > 0 {
				text, tone := r.T("guard.ask_why"), "warn"
				if n > 1 {
					tone = "bad"
				}
				signs = Cell{Tag: &Tag{Text: text, Tone: tone}}
			}
			t.Add(r.Link("/ledger?lead="+g.Lead+"&state=rated&state=closed"), Cell{Text: tree.Name(g.Lead, r.Lang)}, Cell{Text: strconv.Itoa(g.Rounds)}, Cell{Text: strconv.Itoa(g.Answers)},
				Cell{Text: strconv.Itoa(g.Pressed)}, Cell{Text: strconv.Itoa(g.Alike)}, Cell{Text: best}, signs)
		}
		page.Tables = []Table{t}
		return nil
	})
	if err != nil {
		return err
	}
	return guardList.Render(r, page)
}
