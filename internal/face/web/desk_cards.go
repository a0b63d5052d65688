package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// Rows of the two lists under the cards.
const (
	waitingRows = 20
	doneRows    = 10
)

// cards makes the desk of what the reader owes himself, what waits for others, and what was done this month.
func (b *deskView) cards(tx *db.Tx, page *DeskPage, items []duty.Item, next string) error {
	r := b.r
	page.Next = b.list.Next(next)
	page.Chips, page.Clear, page.Form = b.list.Chips(), b.list.Clear(), r.Blank()
	var ids []string
	for id := range b.matters {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	steps, err := ledger.NextSteps(tx, ids)
	if err != nil {
		return err
	}
	back, err := ledger.SentBack(tx, ids)
	if err != nil {
		return err
	}
	for _, n := range items {
		c, err := b.card(tx, n, steps[n.SubjectID])
		if err != nil {
			return err
		}
		switch n.Kind {
		case duty.Plan, duty.Milestone, duty.Completion:
			c.Back = back[n.SubjectID]
		}
		page.Cards = append(page.Cards, c)
	}
	if b.list.Filtered() || b.list.After != "" {
		return nil
	}
	if page.Waiting, err = b.waiting(tx); err != nil {
		return err
	}
	page.Done, page.DoneN, err = b.done(tx)
	return err
}

// card is one duty with its button.
func (b *deskView) card(tx *db.Tx, n duty.Item, steps []matter.StepState) (DeskCard, error) {
	r := b.r
	title, number, href := b.about(n)
	c := DeskCard{Title: title, Where: number, What: r.Lang.Enum("duty.kind", n.Kind), Due: r.Lang.DateTime(n.Due, r.Zone), Moved: b.moved(n),
		Light: dutyLight(r, n), Bad: n.Light.Color == duty.Red}
	if href != "" {
		c.Href = r.Link(href)
	}
	code := b.voices[n.SubjectID].Place
	if m, ok := b.matters[n.SubjectID]; ok {
		code = m.Place
	}
	if code != "" {
		if place, err := org.PlaceByCode(tx, code); err == nil {
			c.Where = place.Name(r.Lang) + " · " + number
		}
	}
	to := b.next(n)
	if n.Kind == duty.Milestone {
		for _, s := range steps {
			if string(s.Day) == n.Item {
				c.What = r.T("desk.step_is", c.What, s.Text)
				to += "?step=" + itoa(s.N)
				break
			}
		}
	}
	if to == "" {
		return c, nil
	}
	c.Action = &Link{Text: r.Lang.Enum("desk.do", n.Kind), Href: r.Link(to)}
	if m, ok := b.matters[n.SubjectID]; ok && (n.Kind == duty.PlanHead || n.Kind == duty.PlanFinance) && n.Role != "" && r.Person.ID != m.Author {
		c.Press, c.Sends, c.Version, c.Return, c.Else = true, "sign", m.Version, c.Action.Href, r.T("desk.look_first")
		return c, nil
	}
	if n.Kind != duty.Sign || href == "" {
		return c, nil
	}
	a, err := assignment.Open(tx, event.Ref{Kind: n.SubjectKind, ID: n.SubjectID})
	if err != nil || a == nil {
		return c, err
	}
	c.Press, c.Version, c.Action.Href, c.Return, c.Else = true, a.Version, r.Link(href+"/sign"), r.Link(href+"/return"), r.T("desk.not_ours")
	if m, ok := b.matters[n.SubjectID]; ok {
		c.Version = m.Version // the button of a matter carries the matter's
	} else {
		c.Return = r.Link(href) // the form for giving it back is on the page of the voice
	}
	return c, nil
}

// waiting are the matters of the reader with which others are at work now.
func (b *deskView) waiting(tx *db.Tx) ([]DeskLine, error) {
	r := b.r
	if !holdsAny(r.Person, []access.Role{access.Handler, access.DeptHead}) {
		return nil, nil
	}
	work, err := ledger.Work(tx, r.Person, []string{matter.PlanReview, matter.Inspecting, matter.Accepting, matter.Rated, matter.Paused}, waitingRows)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, w := range work {
		ids = append(ids, w.ID)
	}
	open, err := duty.OpenOf(tx, "matter", ids)
	if err != nil {
		return nil, err
	}
	var out []DeskLine
	for _, w := range work {
		line := DeskLine{Title: w.Title, Href: r.Link("/matter/" + w.Number), What: r.Lang.Enum("matter.state", w.State)}
		if ds := open[w.ID]; len(ds) > 0 {
			items, err := duty.Items(tx, ds[:1])
			if err != nil {
				return nil, err
			}
			names, err := ledger.Names(tx, given([]string{ds[0].Person}))
			if err != nil {
				return nil, err
			}
			line.Who = names[ds[0].Person]
			if line.Who == "" {
				line.Who = holderName(r.Lang, b.tree, ds[0])
			}
			line.What += " · " + r.Lang.Enum("duty.kind", ds[0].Kind)
			line.Light = dutyLight(r, items[0])
		}
		out = append(out, line)
	}
	return out, nil
}

// done is what was done this month, and how much it was.
func (b *deskView) done(tx *db.Tx) ([]DeskLine, int, error) {
	r := b.r
	month := r.Today()[:8] + "01"
	ds, n, err := duty.DoneSince(tx, r.Person, clock.MillisOf(month.Time(r.Zone)), doneRows)
	if err != nil {
		return nil, 0, err
	}
	items := make([]duty.Item, len(ds))
	for i, d := range ds {
		items[i].Duty = d
	}
	names := &deskView{r: r}
	if err := names.read(tx, items); err != nil {
		return nil, 0, err
	}
	var out []DeskLine
	for _, it := range items {
		title, _, href := names.about(it)
		line := DeskLine{Title: title, What: r.Lang.Enum("duty.kind", it.Kind), When: r.Lang.ShortDate(it.DischargedAt, r.Zone)}
		if href != "" {
			line.Href = r.Link(href)
		}
		out = append(out, line)
	}
	return out, n, nil
}
