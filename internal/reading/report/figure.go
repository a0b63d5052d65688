package report

import (
	"net/url"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// Figure is one number with the list behind it. Exactly one of Ledger and Desk is what it counts.
type Figure struct {
	Name   string // language key of the words after it: "home.figure.<name>"
	N      int
	More   bool
	Alarm  bool   // red when it is not zero
	Query  string // of the list's address
	Ledger *ledger.Filter
	Desk   *duty.DeskFilter
}

// Path is the address of the list.
func (f Figure) Path() string {
	if f.Desk != nil {
		return "/desk?" + f.Query
	}
	return "/ledger?" + f.Query
}

// Count counts every figure by the filter of its list.
func Count(tx *db.Tx, who access.Person, all []Figure) ([]Figure, error) {
	for i := range all {
		f := &all[i]
		var err error
		if f.Desk != nil {
			f.N, f.More, err = duty.Count(tx, who, *f.Desk)
		} else {
			f.N, f.More, err = ledger.Count(tx, who, *f.Ledger)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func onLedger(name string, alarm bool, f ledger.Filter, pairs ...string) Figure {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return Figure{Name: name, Alarm: alarm, Query: q.Encode(), Ledger: &f}
}

func onDesk(name string, alarm bool, kinds ...duty.Kind) Figure {
	q := url.Values{}
	for _, k := range kinds {
		q.Add("kind", string(k))
	}
	return Figure{Name: name, Alarm: alarm, Query: q.Encode(), Desk: &duty.DeskFilter{Kinds: kinds}}
}

// LightFigures are the open matters by light, the worst first.
func LightFigures() []Figure {
	var out []Figure
	for _, c := range []duty.Color{duty.Red, duty.Yellow, duty.Blue, duty.Green} {
		out = append(out, onLedger(string(c), c == duty.Red, ledger.Filter{Light: c}, "view", "all", "light", string(c)))
	}
	return out
}

// SupervisorFigures are the lights, and what waits for the supervisor.
func SupervisorFigures() []Figure {
	return append(LightFigures(), onDesk("extensions", true, duty.ExtensionDecide), onDesk("adjudications", true, duty.Adjudicate), onDesk("plans", false, duty.Approve))
}

// TriagerFigures are what the union's office has to move on the ledger.
func TriagerFigures() []Figure {
	return []Figure{
		onLedger("unassigned", false, ledger.Filter{States: []string{matter.Proposed}}, "view", "all", "state", matter.Proposed),
		onDesk("plans", false, duty.Approve),
		onLedger("to_close", false, ledger.Filter{States: []string{matter.Rated}}, "view", "all", "state", matter.Rated),
		onLedger("overdue", true, ledger.Filter{Light: duty.Red}, "view", "overdue"),
	}
}

// UnitFigures are the matters of a unit, for its chair and for auditors.
func UnitFigures() []Figure {
	return []Figure{
		onLedger("open", false, ledger.Filter{States: matter.Open}, "view", "open"),
		onLedger("overdue", true, ledger.Filter{Light: duty.Red}, "view", "overdue"),
		onLedger("acceptance", false, ledger.Filter{States: []string{matter.Inspecting, matter.Accepting, matter.Rated}}, "view", "acceptance"),
		onLedger("closed", false, ledger.Filter{States: []string{matter.Closed}}, "view", "closed"),
	}
}

// InspectorFigures are what an inspector has to look at.
func InspectorFigures() []Figure {
	return []Figure{onDesk("inspect", false, duty.Inspect, duty.Round), onDesk("look_back", false, duty.LookBack30, duty.LookBack90, duty.LookBack365, duty.Recheck, duty.Remeasure)}
}
