package survey

import (
	"slices"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// chosen checks who is asked as it was chosen, and writes it into the round: units and crews by their codes, places by theirs and by the units whose
// people use them.
func (in *Plan) chosen(tx *db.Tx, f *fault.Form, r *Round) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	field := in.Audience // "units", "crews" and "places" are fields of the form
	var got []string
	switch in.Audience {
	case Places:
		for _, code := range in.Places {
			p, err := org.PlaceByCode(tx, code)
			switch {
			case err != nil && fault.KindOf(err) != fault.NotFound:
				return err
			case err != nil || !p.Active:
				f.Add(field, "fault.choice")
			default:
				got = append(got, p.Code)
			}
		}
		r.Places = listed(got)
		users, err := usersOf(tx, got)
		if err != nil {
			return err
		}
		r.Units = strings.Join(users, ",")
	case Units, Crews, Sample:
		if in.Audience == Sample {
			field = Units
		}
		for _, code := range in.Units {
			if u, ok := tree.Get(code); !ok || !u.Active || in.Audience == Crews && u.Kind != org.Crew {
				f.Add(field, "fault.choice")
			} else {
				got = append(got, code)
			}
		}
		r.Units = listed(got)
	default:
		return nil
	}
	if len(in.Units)+len(in.Places) == 0 && in.Audience != Sample {
		f.Add(field, "survey.round."+field)
	}
	return nil
}

// listed puts codes into a column, each once.
func listed(codes []string) string {
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), ",")
}

// usersOf are the units whose people use one of the places, or something inside it: who uses a dining hall, and who uses what is in an area. They are
// the units by which the organisation counts the users of a place.
func usersOf(tx *db.Tx, places []string) ([]string, error) {
	all, err := org.Places(tx)
	if err != nil {
		return nil, err
	}
	by := map[string]org.Place{}
	for _, p := range all {
		by[p.Code] = p
	}
	var out []string
	for _, p := range all {
		if !p.Active || p.Kind == org.Area && p.Audience == "" { // an area by itself is used by nobody
			continue
		}
		if slices.ContainsFunc(org.ChainIn(by, p.Code), func(around org.Place) bool { return slices.Contains(places, around.Code) }) {
			out = append(out, p.UsedBy()...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
