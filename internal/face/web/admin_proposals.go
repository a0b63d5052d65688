package web

import (
	"net/url"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/topics"
	vshow "sanwen/internal/work/voice/show"
	vwords "sanwen/internal/work/voice/words"
)

// proposer is what proposes topics; an installation without one has learned nothing.
func (r *Req) proposer() *topics.Topics {
	if r.Site.Topics == nil {
		return &topics.Topics{}
	}
	return r.Site.Topics
}

const proposalsPath = "/admin/proposals"

// proposalList is the address of the list behind a number.
func proposalList(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return proposalsPath + "/list?" + q.Encode()
}

// percent writes a share.
func (r *Req) percent(n, of int) string {
	if of == 0 {
		return "—"
	}
	return r.T("admin.proposals_percent", (200*n+of)/(2*of))
}

// adminProposals tells how good the proposals of topics are: by month, by topic, and which topics are taken for which.
func adminProposals(r *Req) error {
	page := AdminListPage{Page: Page{Title: r.T("admin.proposals"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.proposals_lede"),
		Actions: []Link{{Text: r.T("admin.proposals_try"), Href: r.Link(proposalsPath + "/try")}}}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		c, err := org.CatalogueOf(tx)
		if err != nil {
			return err
		}
		q, err := r.proposer().Quality(tx, c)
		if err != nil {
			return err
		}
		r.qualityTables(&page, c, q)
		return nil
	})
	if err != nil {
		return err
	}
	return adminList.Render(r, page)
}

func (r *Req) qualityTables(page *AdminListPage, c *org.Catalogue, q topics.Quality) {
	page.Facts = []Fact{{Label: r.T("admin.proposals_learned"), Value: r.Lang.Number(q.Learned), Note: r.T("admin.proposals_version", q.Version)}}
	if !q.Calibrated {
		page.Panels = append(page.Panels, Panel{Tone: "info", Title: r.T("admin.proposals_early", topics.Judged), Text: r.T("admin.proposals_early_text")})
	}
	heads := func(first string, more ...Column) []Column {
		return append([]Column{{Label: r.T(first)}, {Label: r.T("admin.proposals_decided"), Num: true}, {Label: r.T("admin.proposals_right"), Num: true},
			{Label: r.T("admin.proposals_two"), Num: true}, {Label: r.T("admin.proposals_wrong"), Num: true}, {Label: r.T("admin.proposals_none"), Num: true, Minor: true}}, more...)
	}
	cells := func(name string, s topics.Score, with ...string) []Cell {
		if s.Hidden {
			none := Cell{Text: "—"}
			return []Cell{{Text: name}, {Text: r.T("admin.proposals_few")}, none, none, none, none}
		}
		to := func(how string) string { return r.Link(proposalList(append(with, "how", how)...)) }
		linked := func(text string, n int, how string) Cell {
			if n == 0 {
				return Cell{Text: text}
			}
			return Cell{Text: text, Href: to(how)}
		}
		return []Cell{{Text: name}, {Text: r.Lang.Number(s.Decided), Href: to("")}, linked(r.percent(s.Right, s.Proposed), s.Right, "right"),
			linked(r.percent(s.AmongTwo, s.Proposed), s.AmongTwo, "two"), linked(r.Lang.Number(s.Proposed-s.Right), s.Proposed-s.Right, "wrong"),
			linked(r.Lang.Number(s.Decided-s.Proposed), s.Decided-s.Proposed, "none")}
	}
	months := Table{Caption: r.T("admin.proposals_months"), Columns: heads("admin.proposals_month"), Empty: Empty{Kind: "done", Title: r.T("admin.proposals_empty")}}
	if q.All.Decided > 0 {
		months.Add("", cells(r.T("admin.proposals_all"), q.All)...)
	}
	for _, m := range q.Months {
		months.Add("", cells(m.Month, m.Score, "month", m.Month)...)
	}
	page.Tables = append(page.Tables, months)
	if len(q.Topics) > 0 {
		last := q.Months[:min(3, len(q.Months))]
		var more []Column
		for _, m := range last {
			more = append(more, Column{Label: m.Month, Num: true, Minor: true})
		}
		t := Table{Caption: r.T("admin.proposals_topics"), Columns: heads("inbox.topic", more...)}
		hidden := 0
		for _, x := range q.Topics {
			if x.Hidden {
				hidden++
				continue
			}
			line := cells(r.topicName(c, x.Topic), x.Score, "decided", x.Topic)
			for i := range last {
				cell := Cell{Text: "—"}
				if m := x.Months[i]; !m.Hidden && m.Proposed > 0 {
					cell = Cell{Text: r.percent(m.Right, m.Proposed), Href: r.Link(proposalList("decided", x.Topic, "month", m.Month))}
				}
				line = append(line, cell)
			}
			t.Add("", line...)
		}
		if hidden > 0 {
			line := []Cell{{Text: r.T("admin.proposals_others", hidden)}, {Text: r.T("admin.proposals_few")}}
			for len(line) < len(t.Columns) {
				line = append(line, Cell{Text: "—"})
			}
			t.Add("", line...)
		}
		page.Tables = append(page.Tables, t)
	}
	if len(q.Confusions) > 0 {
		t := Table{Caption: r.T("admin.proposals_confusions"), Columns: []Column{{Label: r.T("admin.proposals_was")}, {Label: r.T("admin.proposals_said")}, {Label: r.T("admin.proposals_times"), Num: true}}}
		for _, x := range q.Confusions {
			t.Add(r.Link(proposalList("decided", x.Decided, "proposed", x.Proposed, "how", "wrong")), Cell{Text: r.topicName(c, x.Decided)}, Cell{Text: r.topicName(c, x.Proposed)}, Cell{Text: r.Lang.Number(x.N)})
		}
		page.Tables = append(page.Tables, t)
	}
}

// topicName is a topic with its code.
func (r *Req) topicName(c *org.Catalogue, code string) string {
	k, ok := c.Category(code)
	if !ok {
		return code
	}
	return code + " " + k.Name(r.Lang)
}

const (
	proposalRows   = 50
	proposalLooked = 2000 // decisions that a page looks at when many may not be seen
	taughtWords    = 12
)

// proposalsBehind lists the decisions behind a number: those about voices that the reader's inbox shows.
func proposalsBehind(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "month", Label: "admin.proposals_month"}, {Name: "decided", Label: "admin.proposals_was"},
		{Name: "proposed", Label: "admin.proposals_said"}, {Name: "how", Label: "admin.proposals_how", Values: []string{"right", "two", "wrong", "none"}, Prefix: "admin.proposals_"}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.proposals_list"), Shape: Staff, Back: proposalsPath}, Lede: r.T("admin.proposals_list_lede")}
	t := list.Table(r.T("admin.proposals_list"), Column{Label: r.T("inbox.what")}, Column{Label: r.T("admin.proposals_was")}, Column{Label: r.T("admin.proposals_said")},
		Column{Label: r.T("admin.proposals_words")}, Column{Label: r.T("admin.proposals_month"), Minor: true})
	t.Empty = Empty{Kind: "filtered", Title: r.T("admin.proposals_unseen"), Text: r.T("admin.proposals_unseen_text")}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		c, err := org.CatalogueOf(tx)
		if err != nil {
			return err
		}
		for i, chip := range t.Chips {
			if chip.Label == r.T("admin.proposals_was") || chip.Label == r.T("admin.proposals_said") {
				t.Chips[i].Text = r.topicName(c, chip.Text)
			}
		}
		p := r.proposer()
		all, err := p.Outcomes(tx, c, topics.Filter{Month: list.Get("month"), Decided: list.Get("decided"), Proposed: list.Get("proposed"), How: list.Get("how")})
		if err != nil {
			return err
		}
		if list.After != "" {
			for i, o := range all {
				if o.Voice == list.After {
					all = all[i+1:]
					break
				}
			}
		}
		if err := r.proposalRows(tx, c, p, list, &t, all); err != nil {
			return err
		}
		if d := list.Get("decided"); d != "" {
			return r.taught(tx, c, p, &page, d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Tables = append([]Table{t}, page.Tables...)
	return adminList.Render(r, page)
}

// proposalRows fills in the decisions that the reader may see.
func (r *Req) proposalRows(tx *db.Tx, c *org.Catalogue, p *topics.Topics, list *List, t *Table, all []topics.Outcome) error {
	all = all[:min(proposalLooked, len(all))]
	last := ""
	for len(all) > 0 {
		part := all[:min(256, len(all))]
		all = all[len(part):]
		ids := make([]string, len(part))
		for i, o := range part {
			ids[i] = o.Voice
		}
		rows, err := vshow.AmongWhole(tx, r.Person, ids)
		if err != nil {
			return err
		}
		for _, o := range part {
			row, ok := rows[o.Voice]
			if !ok || row.Restricted != "" {
				continue
			}
			if len(t.Rows) == proposalRows {
				t.Next = list.Next(last)
				return nil
			}
			last = o.Voice
			said := Cell{Text: r.T("admin.proposals_nothing")}
			words := ""
			if o.Proposed[0] != "" {
				said = Cell{Text: r.topicName(c, o.Proposed[0])}
				if o.Chance > 0 {
					said.Sub = r.T("admin.proposals_percent", int(o.Chance*100+0.5))
				}
				if !o.Right() {
					said.Tags = []Tag{{Text: r.T("admin.proposals_wrong"), Tone: "warn"}}
				}
				words = r.Lang.List(p.Words(row.Excerpt, o.Proposed[0], 4))
			}
			t.Add(r.Link(voicePath(row.ID)), Cell{Text: shortText(orText(row.Title, vwords.Excerpt(row.Excerpt, 60)), 40), Sub: row.Number}, Cell{Text: r.topicName(c, o.Decided)}, said,
				Cell{Text: orText(words, "—")}, Cell{Text: o.Month})
		}
	}
	return nil
}

// taught adds the words that decisions have taught about a topic.
func (r *Req) taught(tx *db.Tx, c *org.Catalogue, p *topics.Topics, page *AdminListPage, topic string) error {
	words, err := p.Taught(tx, c, topic, taughtWords)
	if err != nil {
		return err
	}
	t := Table{Caption: r.T("admin.proposals_taught", r.topicName(c, topic)), Columns: []Column{{Label: r.T("admin.proposals_word")}, {Label: r.T("admin.proposals_in_voices"), Num: true}},
		Empty: Empty{Kind: "done", Title: r.T("admin.proposals_taught_none"), Text: r.T("admin.proposals_taught_text")}}
	for _, w := range words {
		t.Add("", Cell{Text: w.Word}, Cell{Text: r.Lang.Number(w.In)})
	}
	page.Tables = append(page.Tables, t)
	if _, ok := c.Category(topic); ok {
		page.Actions = append(page.Actions, Link{Text: r.T("admin.proposals_own_words"), Href: r.Link("/admin/categories/" + topic)})
	}
	return nil
}

func showProposal(r *Req) error { return r.proposalPage(r.Blank(), nil, false) }

// tryProposal says what would be proposed for some words, and which of them speak for it. Nothing of it is kept.
func tryProposal(r *Req) error {
	f := r.Form()
	said := f.Text("said", 1, 2000)
	if f.Take(f.Err()) {
		return r.proposalPage(f, nil, false)
	}
	var likely []topics.Proposal
	rules := false
	var c *org.Catalogue
	err := r.Read(func(tx *db.Tx) (err error) {
		if c, err = org.CatalogueOf(tx); err != nil {
			return err
		}
		likely, rules, err = r.proposer().Why(tx, c, strings.TrimSpace(said))
		return err
	})
	if err != nil {
		return err
	}
	var out []Panel
	for i, p := range likely {
		tone := "info"
		if i == 0 {
			tone = "good"
		}
		why := r.T("triage.topic_why", r.Lang.List(p.Words))
		if p.Chance > 0 {
			why = r.T("triage.topic_chance", int(p.Chance*100+0.5), r.Lang.List(p.Words))
		}
		if p.Sure {
			why += r.T("admin.proposals_sure")
		}
		out = append(out, Panel{Tone: tone, Title: r.topicName(c, p.Category), Text: why})
	}
	return r.proposalPage(f, out, rules)
}

// proposalPage is the form with what came of it.
func (r *Req) proposalPage(f *Form, out []Panel, rules bool) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.proposals_try"), Shape: Staff, Back: proposalsPath}, Lede: r.T("admin.proposals_try_lede"), Form: f,
		To: proposalsPath + "/try", Submit: r.T("admin.proposals_try_do"), Panels: out, Parts: []Part{fieldPart(f.Field("said", "admin.proposals_text").Area(4).Limit(2000))}}
	switch {
	case rules:
		page.Panels = []Panel{{Tone: "warn", Title: r.T("admin.proposals_rules"), Text: r.T("admin.proposals_rules_text")}}
	case len(out) == 0 && f.Value("said") != "" && f.Err() == nil:
		page.Panels = []Panel{{Tone: "info", Title: r.T("admin.proposals_nothing"), Text: r.T("admin.proposals_nothing_text")}}
	}
	return adminForm.Render(r, page)
}
