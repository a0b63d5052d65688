package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
)

// around completes what stands round the table of a list: the names in the place of the codes on its chips, the filters that the form does
// not show and must not lose, which columns there are to choose from, and the reader's views. It is called outside of a transaction.
func (p *AdminListPage) around(r *Req, list *List, t *Table) error {
	list.nameChips(t, p.Filters)
	p.Columns, p.Kept = list.chooser(t), list.hidden(p.Filters)
	if r.Person.Kind != access.Account || !slices.Contains(keptLists, r.Path()) {
		return nil
	}
	return r.Read(func(tx *db.Tx) error {
		v, err := r.savedViews(tx, list, r.Blank())
		p.Views = &v
		return err
	})
}

// showList shows the page of one list.
func (r *Req) showList(in PageOf[AdminListPage], page AdminListPage, list *List, t Table) error {
	if list.untidy() {
		return r.Redirect(list.URL())
	}
	if err := page.around(r, list, &t); err != nil {
		return err
	}
	page.Tables = append([]Table{t}, page.Tables...)
	return in.Render(r, page)
}

// nameChips gives the chips the words of the choices in the form of the filters, where these are not the names of an enum.
func (l *List) nameChips(t *Table, parts []Part) {
	for i, c := range t.Chips {
		for _, p := range parts {
			if p.name() == c.Name && p.Kind == "select" {
				if text := p.say([]string{c.Value}, l.r.T); text != "" {
					t.Chips[i].Text = text
				}
			}
		}
	}
}

// hidden are the parameters that a form with these filters has to carry along: how the list is sorted, which view it is, and filters that
// a link has set.
func (l *List) hidden(parts []Part) []Hidden {
	var out []Hidden
	shown := []string{"after", "cols", toastParam}
	for _, p := range parts {
		shown = append(shown, p.name())
	}
	names := make([]string, 0, len(l.values))
	for name := range l.values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(shown, name) {
			continue
		}
		for _, v := range given(l.values[name]) {
			out = append(out, Hidden{name, v})
		}
	}
	return out
}

// chooser is the choice of columns of a table, nil where there is none.
func (l *List) chooser(t *Table) *Choice {
	if len(l.spec.Columns) == 0 {
		return nil
	}
	var shown []string
	var all []Option
	for _, c := range t.Columns {
		if c.Name == "" {
			continue
		}
		all = append(all, Option{Value: c.Name, Text: c.Label})
		if !c.Hidden {
			shown = append(shown, "cols", c.Name)
		}
	}
	c := l.r.Blank(shown...).Choose("cols", "ledger.columns", all).May()
	return &c
}
