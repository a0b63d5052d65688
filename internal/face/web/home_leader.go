package web

import (
	"net/url"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/report"
	"sanwen/internal/work/matter/ledger"
)

// LeaderPage is what a leader reads in three minutes: one sentence, what he has to decide, who is late, where it goes.
type LeaderPage struct {
	Page
	AsOf     clock.Millis
	First    bool // the first month: there is no history yet
	Sentence []Figure
	Form     *Form
	Decide   []LeaderDecision
	Red      []Card
	Overdue  *Bars
	Trends   []Trend
	Subjects Bars
	Places   Bars
	Where    []Link // where it burns, and where nothing is heard
	Quality  []Figure
	Quotes   []LeaderQuote
	Sections []HomeSection // what he has as everybody else
}

// LeaderDecision is a matter that waits for his word, with the two buttons.
type LeaderDecision struct {
	Title, Number, Href, To string
	Version                 int64
	Light                   *Light
	Lines                   []string
}

// LeaderQuote is a sentence in an employee's own words.
type LeaderQuote struct{ Text, Topic string }

var leaderPage = Define[LeaderPage]("home/leader")

// leaderHome shows the leader's page.
func (r *Req) leaderHome() error {
	p := LeaderPage{Page: Page{Title: r.T("home.greeting", r.Person.Name), Shape: Staff}, Form: r.Blank()}
	err := r.Read(func(tx *db.Tx) error {
		p.AsOf = tx.Millis()
		d, err := report.LeaderOf(tx, r.Person)
		if err != nil {
			return err
		}
		if err := r.fillLeader(tx, &p, d); err != nil {
			return err
		}
		home := HomePage{}
		for _, add := range []func(*db.Tx, *HomePage) error{r.homeDesk, r.homeInbox, r.homeEmployee} {
			if err := add(tx, &home); err != nil {
				return err
			}
		}
		p.Sections = home.Sections
		return nil
	})
	if err != nil {
		return err
	}
	return leaderPage.Render(r, p)
}

func (r *Req) fillLeader(tx *db.Tx, p *LeaderPage, d report.Leader) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	cat, err := org.CatalogueOf(tx)
	if err != nil {
		return err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	p.First = d.First
	for _, f := range d.Sentence {
		x := Figure{Value: r.T("home.say."+f.Name, f.N), Href: r.Link(f.Path())}
		if f.Name == "decide" && f.N > 0 {
			x.Tone = "bad"
		}
		p.Sentence = append(p.Sentence, x)
	}
	for _, m := range d.Decide {
		at := "/matter/" + m.Number
		p.Decide = append(p.Decide, LeaderDecision{Title: m.Title, Number: m.Number, Href: r.Link(at), To: r.Link(at + "/" + leaderExtension.name), Version: m.Version,
			Light: matterLight(r, cal, m.Matter, m.Color, r.Today()), Lines: []string{r.T("home.whose", tree.Name(m.Lead, r.Lang), m.OwnerName),
				r.T("home.asks", r.Lang.Date(m.Asked.FromDay, r.Zone), r.Lang.Date(m.Asked.ToDay, r.Zone)), m.Asked.Reason}})
	}
	if p.Red, err = r.redMatters(tx); err != nil {
		return err
	}
	if len(d.Overdue) > 0 {
		p.Overdue = &Bars{Caption: r.T("home.overdue_units"), Label: r.T("matterpage.lead"), Unit: r.T("home.matters")}
		for _, g := range d.Overdue {
			p.Overdue.Bars = append(p.Overdue.Bars, Bar{Label: tree.Name(g.Value, r.Lang), Value: float64(g.N), Text: r.T("home.n", g.N), Bad: true,
				Href: r.Link("/ledger?view=overdue&lead=" + url.QueryEscape(g.Value))})
		}
	}
	p.Trends = r.trends(d.Months)
	p.Subjects = r.rankedBars("home.subjects", "matterpage.category", d.Subjects, func(code string) string { return cat.Name(code, r.Lang) })
	p.Places = r.rankedBars("home.top_places", "matterpage.place", d.Places, func(code string) string {
		if x, err := org.PlaceByCode(tx, code); err == nil {
			return x.Name(r.Lang)
		}
		return code
	})
	p.Where = []Link{{Text: r.T("spots.title"), Href: r.Link("/spots")}, {Text: r.T("silence.title"), Href: r.Link("/silence")}, {Text: r.T("listen.title"), Href: r.Link("/listening")}}
	for _, q := range d.Quality {
		p.Quality = append(p.Quality, r.qualityFigure(q))
	}
	for _, q := range d.Quotes {
		p.Quotes = append(p.Quotes, LeaderQuote{Text: q.Text, Topic: cat.Name(q.Category, r.Lang)})
	}
	return nil
}

// trends are the three lines of the last twelve months; every step leads to the matters behind it.
func (r *Req) trends(months []ledger.Month) []Trend {
	var out []Trend
	for _, x := range []struct {
		name, view, from, to, more string
		n                          func(ledger.Month) int
	}{
		{"registered", "all", "reg_from", "reg_to", "", func(m ledger.Month) int { return m.Registered }},
		{"confirmed", "closed", "end_from", "end_to", "&verdict=confirmed", func(m ledger.Month) int { return m.Confirmed }},
		{"reopened", "all", "back_from", "back_to", "", func(m ledger.Month) int { return m.Reopened }},
	} {
		t := Trend{Caption: r.T("home.trend." + x.name), Label: r.T("home.month"), Unit: r.T("home.matters"), Little: true}
		for _, m := range months {
			n := x.n(m)
			t.Points = append(t.Points, Point{Label: string(m.First[2:7]), Value: float64(n), Text: r.Lang.Number(n), Known: true,
				Href: r.Link("/ledger?view=" + x.view + "&" + x.from + "=" + string(m.First) + "&" + x.to + "=" + string(m.Last) + x.more)})
		}
		out = append(out, t)
	}
	return out
}

// rankedBars are the most frequent subjects or places: how many matters, and by how many people they were said as far as that may
// be shown.
func (r *Req) rankedBars(caption, label string, all []report.Ranked, name func(string) string) Bars {
	b := Bars{Caption: r.T(caption), Label: r.T(label), Unit: r.T("home.matters"), Wordy: true}
	for _, x := range all {
		said := r.T("home.n_people", x.N, x.People)
		if x.Few {
			said = r.T("home.n_few", x.N)
		}
		b.Bars = append(b.Bars, Bar{Label: name(x.Value), Value: float64(x.N), Text: said, Href: r.Link("/ledger?" + x.Query)})
	}
	return b
}

// qualityFigure puts a figure of quality into words: as a percentage with its base, as counts where there are fewer than ten, and as
// "not shown" where there are too few answers.
func (r *Req) qualityFigure(q report.Quality) Figure {
	f := Figure{Label: r.T("home.quality." + q.Name), Note: r.T("home.quality_n", q.All, q.Excluded)}
	switch percent, ok := q.Percent(); {
	case q.Hidden:
		f.Unknown, f.Note = r.T("home.few"), r.T("home.excluded", q.Excluded)
	case q.All == 0:
		f.Unknown, f.Note = r.T("home.no_base"), r.T("home.excluded", q.Excluded)
	case ok:
		f.Value = percent
	default:
		f.Value, f.Of = r.Lang.Number(q.Part), r.Lang.Number(q.All)
	}
	if q.Query != "" {
		f.Href = r.Link("/ledger?" + q.Query)
	}
	return f
}

// leads reports whether the first page of the reader is the leader's.
func leads(p access.Person) bool { return p.SignedIn() && p.Has(access.Leader) }
