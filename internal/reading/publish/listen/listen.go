// Package listen puts together the report of the three senses and of listening: who was heard at all, where nobody is, how people feel by the last
// rounds of the pulse, and what was heard, answered and solved in a quarter or year.
//
// It counts nothing itself that another room counts: coverage and silent crews are those of the silence map ([silence]), scores those of the surveys
// ([survey]) with their intervals, and what was heard, answered and solved is what the board says ([publish]). What those rooms hide of small groups
// is hidden here. A number of complaints is nowhere a merit, and no unit has a rank.
package listen

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/publish"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/show"
)

// Senses are the scores of the pulse, in the order in which they are told; the last is the index of all.
func Senses() []string { return []string{"gain", "happiness", "security", "index"} }

// Report is what is told of a period. Coverage is that of the twelve months that end with it, as it is counted every month.
type Report struct {
	Period  publish.Period
	Now     publish.Numbers
	Before  publish.Numbers // of the period before, for comparing
	Map     silence.Map
	Ways    silence.Ways
	Groups  silence.Groups
	Visits  map[string]int // by plant or department: how often somebody has gone there to look, in the twelve months
	Visited int            // altogether
	Rounds  []survey.Past  // of the pulse that end with the period or before, the earliest first
	Body    form.Body      // what they have asked
}

// rounds is how many rounds of the pulse are told.
const rounds = 4

// Of puts the report together. Errors: access.
func Of(tx *db.Tx, who access.Person, p publish.Period) (Report, error) {
	out := Report{Period: p, Visits: map[string]int{}}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return out, err
	}
	if err := who.May(tx, access.ListenSee, access.Thing{Kind: "report", ID: "listen", Unit: tree.Path(org.Root)}); err != nil {
		return out, err
	}
	if out.Now, err = publish.NumbersOf(tx, "", p.From, p.To); err != nil {
		return out, err
	}
	b := p.Before()
	if out.Before, err = publish.NumbersOf(tx, "", b.From, b.To); err != nil {
		return out, err
	}
	if out.Map, out.Ways, out.Groups, err = silence.Whole(tx, p.Next()); err != nil {
		return out, err
	}
	if err := out.visits(tx); err != nil {
		return out, err
	}
	if out.Rounds, out.Body, err = survey.Scored(tx, who, p.To, Senses()...); err != nil {
		return out, err
	}
	if n := len(out.Rounds); n > rounds {
		out.Rounds = out.Rounds[n-rounds:]
	}
	return out, nil
}

// visits counts rounds, checks and walks by the plant or department in which the place lies. It is work of the union and of leaders, and says nothing
// about who has spoken.
func (x *Report) visits(tx *db.Tx) error {
	type row struct {
		UnitPath string
		N        int
	}
	from, until := x.Period.Next().AddMonths(-12), x.Period.Next()
	rows, err := db.All[row](tx, `SELECT unit_path, COUNT(*) AS n FROM visit WHERE at >= $1 AND at < $2 GROUP BY unit_path`, clock.MillisOf(from.Time(tx.Zone())), clock.MillisOf(until.Time(tx.Zone())))
	for _, r := range rows {
		x.Visited += r.N
		for _, u := range x.Map.Units {
			if strings.HasPrefix(r.UnitPath, string(u.Unit.Path)) {
				x.Visits[u.Unit.Code] += r.N
			}
		}
	}
	return err
}

// Silent are the crews that are silent, those with most people first.
func (x Report) Silent() (out []silence.Row) {
	for _, c := range x.Map.Crews {
		if c.Sign == silence.Silent {
			out = append(out, c)
		}
	}
	return out
}

// Voice is one of the voices behind a number. Closed: it is read by an officer alone, or names whom it is kept from, and nothing of it is told here.
type Voice struct {
	show.Row
	Closed bool
}

// Voices are those that are heard or answered in a period, so many behind the first skip, and how many there are. Errors: access, for who may not read
// the report, or no voice.
func Voices(tx *db.Tx, who access.Person, p publish.Period, answered bool, skip, n int) ([]Voice, int, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, 0, err
	}
	if err := who.May(tx, access.ListenSee, access.Thing{Kind: "report", ID: "listen", Unit: tree.Path(org.Root)}); err != nil {
		return nil, 0, err
	}
	if !who.Can(access.VoiceList, access.Thing{Kind: core.RefKind, Unit: tree.Path(org.Root)}) {
		return nil, 0, fault.New(fault.Forbidden, "access.denied")
	}
	all, err := publish.NumbersOf(tx, "", p.From, p.To)
	if err != nil {
		return nil, 0, err
	}
	many := all.Heard
	if answered {
		many = all.Answered
	}
	ids, err := publish.VoicesOf(tx, answered, p.From, p.To, skip, n)
	if err != nil {
		return nil, 0, err
	}
	rows, err := show.Among(tx, who, ids)
	out := make([]Voice, len(ids))
	for i, id := range ids {
		row, ok := rows[id]
		out[i] = Voice{Row: row, Closed: !ok}
	}
	return out, many, err
}
