package survey

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lot"
)

// somebody is a person of the audience.
type somebody struct {
	ID    string
	Path  access.Path
	Shift string // how his shifts go, as it is written of him
}

// audience lists the people whom a round is about, in the order of their ids.
func audience(tx *db.Tx, r Round) ([]somebody, error) {
	if r.Audience == Listed {
		return db.All[somebody](tx, `SELECT p.id, p.path, p.shift FROM survey_invitation i JOIN org_person p ON p.id = i.person WHERE i.round = $1 AND p.status = 'active' ORDER BY p.id`, r.ID)
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	w := db.NewWhere()
	var or []string
	for _, u := range r.UnitList() {
		if path := tree.Path(u); path != "" {
			from, to := path.Range()
			or = append(or, "path >= "+w.Arg(from)+" AND path < "+w.Arg(to))
		}
	}
	if len(or) == 0 && r.Narrow() {
		return nil, nil
	}
	cond := ""
	if len(or) > 0 {
		cond = " AND ((" + strings.Join(or, ") OR (") + "))"
	}
	_, args := w.SQL()
	return db.All[somebody](tx, `SELECT id, path, shift FROM org_person WHERE status = 'active'`+cond+` ORDER BY id`, args...)
}

// topUnit is the unit right below the organisation in which somebody works, or the organisation.
func topUnit(p access.Path) string {
	parts := strings.Split(strings.Trim(string(p), "/"), "/")
	if len(parts) > 1 {
		return parts[1]
	}
	return parts[0]
}

// fold groups people by unit. Units with fewer than least people go into the whole, and where that would be too small itself, the smallest of the
// others go with them. Nothing is left where all together are too few.
func fold(people []somebody, least int) map[string][]somebody {
	groups := map[string][]somebody{}
	for _, p := range people {
		u := topUnit(p.Path)
		groups[u] = append(groups[u], p)
	}
	if len(people) < least {
		return nil
	}
	rest := groups[org.Root]
	delete(groups, org.Root)
	into := func(u string) {
		rest = append(rest, groups[u]...)
		delete(groups, u)
	}
	for _, u := range sorted(groups) {
		if len(groups[u]) < least {
			into(u)
		}
	}
	for len(rest) > 0 && len(rest) < least {
		smallest := ""
		for _, u := range sorted(groups) {
			if smallest == "" || len(groups[u]) < len(groups[smallest]) {
				smallest = u
			}
		}
		into(smallest)
	}
	if len(rest) > 0 {
		slices.SortFunc(rest, func(a, b somebody) int { return strings.Compare(a.ID, b.ID) })
		groups[org.Root] = rest
	}
	return groups
}

// grouped are the groups of a round: of so many people each, and of so many that are asked where answers are given with blind tokens. A token tells its
// group, so what a lot leaves of a group must be as many as the group has to have.
func grouped(r Round, people []somebody, least int) map[string][]somebody {
	groups := fold(people, least)
	for r.Blind && r.Audience == Sample && len(groups) > 1 {
		small := 0
		for u, n := range share(groups, int(r.Wanted)) {
			if n < least {
				small = max(small, len(groups[u]))
			}
		}
		if small == 0 {
			break
		}
		groups = fold(people, small+1)
	}
	return groups
}

func sorted[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// share divides a sample among groups in proportion to their people, by the largest remainders, and the first of equal ones by the unit's code.
func share(groups map[string][]somebody, wanted int) map[string]int {
	all := 0
	for _, g := range groups {
		all += len(g)
	}
	wanted = min(wanted, all)
	out, left := map[string]int{}, wanted
	units := sorted(groups)
	for _, u := range units {
		out[u] = wanted * len(groups[u]) / all
		left -= out[u]
	}
	slices.SortStableFunc(units, func(a, b string) int { return wanted*len(groups[b])%all - wanted*len(groups[a])%all })
	for _, u := range units[:left] {
		out[u]++
	}
	return out
}

// drawn gives the people of a unit that the lot draws. The unit's part is divided among its shifts as a sample among units, so that the night is not
// left to chance; within a shift it is places of the list in the order of ids, by the seed, the unit's code and the name of the shift.
func drawn(seed, unit string, group []somebody, want int) []string {
	shifts := map[string][]somebody{}
	for _, p := range group {
		shifts[p.Shift] = append(shifts[p.Shift], p)
	}
	part := share(shifts, want)
	var out []string
	for _, s := range sorted(shifts) {
		for _, i := range lot.Draw(fmt.Sprintf("%s/%s/%s", seed, unit, s), len(shifts[s]), part[s]) {
			out = append(out, shifts[s][i].ID)
		}
	}
	return out
}

// stratumOf is the group into which somebody's answers count.
func stratumOf(strata []Stratum, p access.Path) string {
	u := topUnit(p)
	if slices.ContainsFunc(strata, func(s Stratum) bool { return s.Unit == u }) {
		return u
	}
	return org.Root
}

// DrawAgain repeats the lot of a sample from its seed: whom it asked. It holds as long as nobody has joined, left or moved.
func DrawAgain(tx *db.Tx, r Round) (map[string]bool, error) {
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return nil, err
	}
	people, err := audience(tx, r)
	if err != nil {
		return nil, err
	}
	groups, out := grouped(r, people, least), map[string]bool{}
	for u, n := range share(groups, int(r.Wanted)) {
		for _, p := range drawn(r.Seed, u, groups[u], n) {
			out[p] = true
		}
	}
	return out, nil
}
