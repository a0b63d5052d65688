package meeting

import (
	"encoding/json"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting/paper"
)

// Compose makes the minutes of what the record holds now; they are a draft until the chair signs. The caller has asked.
func Compose(tx *db.Tx, m Meeting) (paper.Minutes, error) {
	c := &composer{tx: tx, m: m, out: paper.Minutes{V: m.Minutes + 1, Kind: m.Kind, Title: m.Title, Number: m.Number, Start: m.StartAt, Ended: m.EndedAt, Place: m.Place, Opening: m.Opening, Demands: m.Demands}}
	for _, part := range []func() error{c.names, c.seats, c.earlier, c.items, c.speeches, c.resolutions, c.figures} {
		if err := part(); err != nil {
			return paper.Minutes{}, err
		}
	}
	return c.out, nil
}

type composer struct {
	tx     *db.Tx
	m      Meeting
	tree   *org.Tree
	names_ map[string]string
	res    []Resolution
	out    paper.Minutes
}

func (c *composer) unit(code string) string {
	if u, ok := c.tree.Get(code); ok {
		return u.NameZh
	}
	return code
}

func (c *composer) units(codes []string) (out []string) {
	for _, u := range codes {
		out = append(out, c.unit(u))
	}
	return out
}

func (c *composer) names() (err error) {
	if c.tree, err = org.TreeOf(c.tx); err != nil {
		return err
	}
	if c.res, err = ResolutionsOf(c.tx, c.m.ID); err != nil {
		return err
	}
	ids := []string{c.m.Chair, c.m.Recorder}
	for _, r := range c.res {
		ids = append(ids, r.Person, r.Supervisor)
	}
	slices.Sort(ids)
	if c.names_, err = ledger.Names(c.tx, slices.Compact(ids)); err != nil {
		return err
	}
	c.out.Chair, c.out.Recorder, c.out.Signer = c.names_[c.m.Chair], c.names_[c.m.Recorder], c.names_[c.m.Chair]
	return nil
}

func (c *composer) seats() error {
	parties, err := PartiesOf(c.tx, c.m.ID)
	for _, p := range parties {
		s := paper.Seat{Unit: c.unit(p.Unit), Who: p.Person, Note: p.Note, Presence: p.Presence}
		switch {
		case p.Presence == Excused || p.Presence == Absent || p.Presence == "":
			c.out.Excused = append(c.out.Excused, s)
		case p.SitsIn:
			c.out.SatIn = append(c.out.SatIn, s)
		default:
			c.out.Here = append(c.out.Here, s)
		}
		c.out.Sent = append(c.out.Sent, s.Unit)
	}
	return err
}

func (c *composer) earlier() error {
	if c.m.Kind != Dispatch {
		return nil
	}
	from, to := c.m.UnitPath.Range()
	at := c.m.EndedAt
	if at == 0 {
		at = c.tx.Millis()
	}
	e, err := db.One[paper.Earlier](c.tx, `SELECT COUNT(*) AS "all", COALESCE(SUM(CASE WHEN state = 'done' AND ended_at <= $3 THEN 1 ELSE 0 END), 0) AS done,
		COALESCE(SUM(CASE WHEN (reported_at = 0 OR reported_at > $3) AND day_at < $3 AND state <> 'dropped' THEN 1 ELSE 0 END), 0) AS late
		FROM resolution WHERE unit_path >= $1 AND unit_path < $2 AND decided_at < $4`, from, to, at, c.m.StartAt)
	if err == nil && e.All > 0 {
		c.out.Earlier = &e
	}
	return err
}

func (c *composer) items() error {
	items, err := agendaOf(c.tx, c.m)
	if err != nil {
		return err
	}
	all, err := Briefs(c.tx, c.m, items)
	if err != nil {
		return err
	}
	positions, err := PositionsOf(c.tx, c.m.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.TakenOut || it.Together != "" {
			continue
		}
		b := all[it.Key()]
		t := paper.Treated{Number: it.Number, Title: it.Title, Kind: it.Kind, Why: it.Reasons(), State: b.State, Due0: b.Due0, Due: b.Due, Extensions: b.Extensions, Progress: b.Progress, Conclusion: it.Conclusion}
		if it.Lead != "" {
			t.Lead = c.unit(it.Lead)
		}
		for _, p := range positions {
			if p.Item == it.ID && p.GivenAt != 0 {
				t.Positions = append(t.Positions, paper.Voiced{Unit: c.unit(p.Unit), Text: p.Text})
			}
		}
		for _, x := range items {
			if x.Together == it.ID && !x.TakenOut {
				t.With = append(t.With, x.Title)
			}
		}
		for _, r := range c.res {
			if r.Item == it.ID {
				t.Decided = append(t.Decided, r.N)
			}
		}
		c.out.Items = append(c.out.Items, t)
	}
	return nil
}

func (c *composer) speeches() error {
	all, err := SpeechesOf(c.tx, c.m.ID)
	for _, x := range all {
		s := paper.Said{Title: x.Title, Unit: c.unit(x.Unit), Who: x.Who, Matter: x.MatterNo, Text: x.Text}
		if x.Kind == SpeechAward {
			c.out.Awards = append(c.out.Awards, s)
		} else {
			c.out.Speeches = append(c.out.Speeches, s)
		}
	}
	return err
}

func (c *composer) resolutions() error {
	for _, r := range c.res {
		c.out.Resolutions = append(c.out.Resolutions, paper.Settled{N: r.N, Text: r.Text, Unit: c.unit(r.Lead), Co: c.units(r.CoUnits()), Person: c.names_[r.Person], Day: r.Day,
			Supervisor: c.names_[r.Supervisor], Matter: r.MatterNo})
	}
	return nil
}

func (c *composer) figures() error {
	if c.m.Figures == "" {
		return nil
	}
	return json.Unmarshal([]byte(c.m.Figures), &c.out.Figures)
}
