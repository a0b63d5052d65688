package access

import (
	"fmt"
	"slices"
	"strings"
)

// Columns names the columns of a list's row that permission depends on. An empty name means that the row has no such
// thing, and rows of the table that need it grant nothing.
type Columns struct {
	Unit, Lead, Finance                                   string // path columns
	Co                                                    string // SQL condition with %s for a path range over helping units, e.g. "EXISTS (SELECT 1 FROM … WHERE %s)" on column CoPath
	CoPath                                                string
	Submitter, Owner, Author, Sponsor, Claimant, Assigned string // person id columns
	Restricted                                            string // restricted class column
	Public                                                string // 0/1 column
	Recused                                               string // SQL condition that is true when the person is named; with placeholders made by RecusedArgs
	RecusedArgs                                           func(p Person, next int) (sql string, args []any)
}

// Visible gives the SQL condition under which the person may do a to a row, and its arguments, numbered from next on
// ($next, $next+1, …). "1=0" when he may see nothing. It is made from the same table as [Person.May]; the test that
// compares the two on random things keeps them equal.
func Visible(p Person, a Action, c Columns, next int) (cond string, args []any) {
	var or []string
	arg := func(v any) string {
		args = append(args, v)
		n := next + len(args) - 1
		return fmt.Sprintf("$%d", n)
	}
	for _, r := range rowsOf(a) {
		var s string
		switch r.Relation {
		case Everyone:
			s = "1=1"
		case Program:
			if p.Kind == Job {
				s = "1=1"
			}
		case Self:
			if p.Kind == Account && c.Submitter != "" {
				s = c.Submitter + " = " + arg(p.ID)
			}
		case Own:
			if p.Kind == Account && p.Has(r.Role) {
				s = "1=1"
			}
		case Public:
			if p.Kind == Account && c.Public != "" {
				s = c.Public + " = 1"
			}
		case Owner, Author, Sponsor, Claimant, Assigned:
			col := map[Relation]string{Owner: c.Owner, Author: c.Author, Sponsor: c.Sponsor, Claimant: c.Claimant, Assigned: c.Assigned}[r.Relation]
			if p.Kind == Account && col != "" && (r.Relation == Author || r.Role == Employee || p.Has(r.Role)) {
				s = col + " = " + arg(p.ID)
			}
		case Finance:
			if p.Kind == Account && c.Finance != "" {
				if s = paths(p.Scope(r.Role), r.Relation, c, arg); s == "1=1" {
					s = c.Finance + " <> ''"
				}
			}
		case Unit, Lead, LeadOrCo:
			if p.Kind == Account {
				s = paths(p.Scope(r.Role), r.Relation, c, arg)
			}
		}
		if s == "" {
			continue
		}
		if c.Restricted != "" && r.Relation != Self && r.Relation != Program && r.Class != "*" {
			s = "(" + s + " AND " + c.Restricted + " = " + arg(r.Class) + ")"
		}
		or = append(or, s)
	}
	if len(or) == 0 {
		return "1=0", nil
	}
	cond = "(" + strings.Join(dedupe(or), " OR ") + ")"
	if c.RecusedArgs != nil && p.Kind == Account {
		s, more := c.RecusedArgs(p, next+len(args))
		if s != "" {
			args = append(args, more...)
			own := ""
			if c.Submitter != "" && selfRow(a) {
				own = c.Submitter + " = " + arg(p.ID) + " OR "
			}
			cond = "(" + cond + " AND (" + own + "NOT " + s + "))"
		}
	}
	return cond, args
}

func paths(scope []Path, rel Relation, c Columns, arg func(any) string) string {
	var or []string
	if slices.ContainsFunc(scope, Path.Root) {
		return "1=1" // everything lies under the root; a range over all of it would only mislead the planner
	}
	for _, g := range scope {
		from, to := g.Range()
		span := func(col string) string { return "(" + col + " >= " + arg(from) + " AND " + col + " < " + arg(to) + ")" }
		switch {
		case rel == Unit && c.Unit != "":
			or = append(or, span(c.Unit))
		case rel == Finance:
			or = append(or, span(c.Finance))
		case rel != Unit && c.Lead != "":
			or = append(or, span(c.Lead))
		}
		if rel == LeadOrCo && c.Co != "" {
			or = append(or, fmt.Sprintf(c.Co, span(c.CoPath)))
		}
	}
	if len(or) == 0 {
		return ""
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

func dedupe(in []string) []string {
	seen := map[string]bool{}
	out := in[:0:0]
	for _, s := range in {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
