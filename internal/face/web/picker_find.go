package web

import (
	"encoding/json"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// pickLong is the longest text that a picker looks for.
const pickLong = 60

// pickUnits finds units for a field while somebody types.
func pickUnits(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "q", Label: "find.words"}, {Name: "kind", Label: "admin.f.unit"}}})
	if err != nil {
		return err
	}
	var kinds []org.UnitKind
	for _, k := range strings.FieldsFunc(list.Get("kind"), func(c rune) bool { return c == ',' }) {
		if !slices.Contains(org.UnitKinds(), org.UnitKind(k)) {
			return fault.New(fault.Invalid, "fault.choice")
		}
		kinds = append(kinds, org.UnitKind(k))
	}
	var found []Option
	more := false
	err = r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.OrgSee, access.Thing{Kind: "org"}); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err == nil {
			found, more = r.UnitsOf(tree, kinds...).find(cutText(list.Get("q")))
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.sendFound(found, more)
}

// pickPeople finds people for a field while somebody types.
func pickPeople(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "q", Label: "find.words"}, {Name: "unit", Label: "admin.f.unit"}}})
	if err != nil {
		return err
	}
	var found []Option
	more := false
	err = r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.OrgLookUp, access.Thing{Kind: "org"}); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		if q := cutText(list.Get("q")); q != "" {
			found, more, err = r.PeopleOf(tx, tree, list.Get("unit")).find(q)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.sendFound(found, more)
}

func cutText(q string) string {
	q = strings.Join(strings.Fields(q), " ")
	if words := []rune(q); len(words) > pickLong {
		return string(words[:pickLong])
	}
	return q
}

// sendFound answers what was found, as the script takes it.
func (r *Req) sendFound(found []Option, more bool) error {
	type one struct {
		Value string `json:"v"`
		Text  string `json:"t"`
		Note  string `json:"n,omitempty"`
	}
	out := struct {
		Found []one `json:"found"`
		More  bool  `json:"more,omitempty"`
	}{Found: []one{}, More: more}
	for _, o := range found {
		out.Found = append(out.Found, one{o.Value, o.Text, o.Note})
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	r.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = r.w.Write(b)
	return err
}
