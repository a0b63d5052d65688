package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// People is one set of people among whom a picker chooses.
type People struct {
	r    *Req
	tx   *db.Tx
	tree *org.Tree
	near access.Path // whose people are meant where several have the name
	unit string      // code of that unit
}

// PeopleOf are the people at work, those of the unit (code, may be empty) before all others.
func (r *Req) PeopleOf(tx *db.Tx, tree *org.Tree, unit string) People {
	return People{r: r, tx: tx, tree: tree, near: tree.Path(unit), unit: unit}
}

// personText is how somebody is written into a field.
func personText(p org.Person) string { return p.Name + " · " + p.EmployeeNo }

func (w People) option(p org.Person) Option {
	o := Option{Value: p.EmployeeNo, Text: personText(p), Note: unitLine(w.tree, p.Unit, w.r.Lang)}
	if p.Post != "" {
		o.Note += " · " + p.Post
	}
	return o
}

// means is the one person whom a text means beyond doubt: by employee number, by name and number, or by a whole name that only
// one has, those of the unit before all others. Nobody otherwise.
func (w People) means(text string) (*org.Person, error) {
	no, name := text, ""
	if first, last, ok := cutLast(text); ok {
		no, name = last, first
		if hasDigit(first) && !hasDigit(last) { // "10020007 王建国" as well
			no, name = first, last
		}
	}
	found, err := org.FindPeople(w.tx, org.PeopleFilter{Query: org.NormalNo(no), Limit: 2})
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		if p.EmployeeNo == org.NormalNo(no) && (name == "" || p.Name == name) {
			return &p, nil
		}
	}
	all, err := org.FindPeople(w.tx, org.PeopleFilter{Query: text, Limit: 100})
	if err != nil {
		return nil, err
	}
	var same, near []org.Person
	for _, p := range all {
		if strings.EqualFold(p.Name, text) {
			same = append(same, p)
			if w.near != "" && p.Path.Under(w.near) {
				near = append(near, p)
			}
		}
	}
	switch {
	case len(near) == 1:
		return &near[0], nil
	case len(near) == 0 && len(same) == 1:
		return &same[0], nil
	}
	return nil, nil
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// find lists people by a part of the name or the beginning of the number. Who does not keep the list of people finds by a part
// those of his own units only, and others by the whole name: nobody reads the personnel list through a field.
func (w People) find(text string) ([]Option, bool, error) {
	var found []org.Person
	add := func(f org.PeopleFilter, keep func(org.Person) bool) error {
		f.Query, f.Limit = text, pickMost+1
		if keep != nil {
			f.Limit = 100
		}
		got, err := org.FindPeople(w.tx, f)
		for _, p := range got {
			if !slices.ContainsFunc(found, func(q org.Person) bool { return q.ID == p.ID }) && (keep == nil || keep(p)) {
				found = append(found, p)
			}
		}
		return err
	}
	units := []string{w.unit}
	for _, g := range w.r.Person.Grants {
		units = append(units, g.Unit)
	}
	everybody := w.r.can(access.OrgLookAll)
	for _, unit := range units {
		if own := w.r.within(w.tree.Path(unit)); unit != "" && (own || everybody) {
			if err := add(org.PeopleFilter{Unit: unit}, nil); err != nil {
				return nil, false, err
			}
		}
	}
	var keep func(org.Person) bool
	if !everybody {
		keep = func(p org.Person) bool { return strings.EqualFold(p.Name, text) }
	}
	if err := add(org.PeopleFilter{}, keep); err != nil {
		return nil, false, err
	}
	var out []Option
	for _, p := range found {
		out = append(out, w.option(p))
	}
	out, more := few(out)
	return out, more, nil
}

// within reports whether a unit is one in which, or below which, the person holds a role.
func (r *Req) within(path access.Path) bool {
	return path != "" && slices.ContainsFunc(r.Person.Grants, func(g access.Grant) bool { return path.Under(g.Path) })
}

// One reads a picker of one person: nil where the field is empty, means nobody, or has to be chosen from; only the last is a fault of it.
func (w People) One(f *Form, name string) (*org.Person, error) {
	text := strings.Join(strings.Fields(f.one(name)), " ")
	if chosen := f.chosen(name, text); chosen != "" {
		text = chosen
	}
	if text == "" {
		return nil, nil
	}
	p, err := w.means(text)
	if err != nil || p != nil {
		if p != nil {
			f.Set(name, personText(*p))
		}
		return p, err
	}
	found, more, err := w.find(text)
	if err == nil && len(found) > 0 {
		f.doubt(name, name, text, found, more)
	}
	return nil, err
}

// PickPerson makes the picker of one person, those of the unit first.
func (f *Form) PickPerson(name, labelKey, unit string) Picker {
	from := "/pick/people"
	if unit != "" {
		from += "?unit=" + escapeQuery(unit)
	}
	return f.picker(name, labelKey, from, nil)
}
