package load

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/sheet"
)

// planPeople fills the plan of a file of people.
func (f *File) planPeople(tx *db.Tx, p *Plan, tree *org.Tree, scope access.Path, who access.Person, c Choice) error {
	there := map[string]org.Person{}
	var w widths
	if err := org.EachPerson(tx, func(x org.Person) error {
		there[x.EmployeeNo] = x
		w.learn(x.EmployeeNo)
		return nil
	}); err != nil {
		return err
	}
	for _, l := range f.rows {
		w.learn(org.NormalNo(f.cell(l, "employee_no").Text))
	}
	keep, err := org.Administrators(tx)
	if err != nil {
		return err
	}
	keep[who.ID] = true

	finder := newFinder(tree)
	units := make([]string, len(f.rows)) // unit of each row, empty where it has a fault
	bad := make([]bool, len(f.rows))
	for i, l := range f.rows {
		u, key, err := finder.find(org.NormalCode(f.cell(l, "unit").Text), f.cell(l, "workshop").Text, f.cell(l, "crew").Text, c.CreateUnits)
		if err != nil {
			bad[i] = true
			p.fault(f.address(l, key), err.Key, err.Args...)
		}
		units[i] = u
	}
	p.NewUnits = finder.made
	tree = tree.With(finder.made...)

	known := func(no string) bool { _, ok := there[no]; return ok }
	first := map[string]int{} // employee number → row
	for i, l := range f.rows {
		old, x, ok := f.person(l, units[i], there, p, &w, known, tree)
		if x.EmployeeNo != "" {
			if r, twice := first[x.EmployeeNo]; twice {
				ok = false
				p.fault(f.address(l, "employee_no"), "org.import.twice", x.EmployeeNo, r)
			} else {
				first[x.EmployeeNo] = l.number
			}
		}
		state, changes := Faulty, []string(nil)
		if ok && !bad[i] {
			state, changes = p.sortPerson(old, x)
		}
		switch state {
		case New:
			p.New++
		case Changed:
			p.Changed++
		case Unchanged:
			p.Unchanged++
		case Leaving:
			p.Leaving++
		case Faulty:
			p.Faulty++
		}
		p.show(l.number, state, func() []string { return shown(x, tree) }, changes)
	}
	for no, x := range there {
		if _, in := first[no]; !in && x.Status != org.Left && x.Path.Under(scope) && !keep[x.ID] {
			p.missing = append(p.missing, x.ID)
			p.Gone = append(p.Gone, x.EmployeeNo+" "+x.Name)
		}
	}
	slices.Sort(p.missing)
	slices.Sort(p.Gone)
	p.Missing, p.Gone = len(p.missing), p.Gone[:min(len(p.Gone), ShownMissing)]
	return nil
}

// sortPerson decides what becomes of a valid row.
func (p *Plan) sortPerson(old *org.Person, x org.Person) (state string, changes []string) {
	switch {
	case x.Status == org.Left && old != nil && old.Status != org.Left:
		p.leaving = append(p.leaving, x.ID)
		return Leaving, []string{"status"}
	case x.Status == org.Left, old != nil && x == *old:
		return Unchanged, nil
	case old == nil:
		p.people = append(p.people, x)
		return New, nil
	}
	p.people = append(p.people, x)
	return Changed, org.Differing(*old, x)
}

// person makes a person of a row: who is there with what the row says laid over it.
func (f *File) person(l line, unit string, there map[string]org.Person, p *Plan, w *widths, known func(string) bool, tree *org.Tree) (old *org.Person, x org.Person, ok bool) {
	ok = true
	bad := func(key, what string, args ...any) {
		ok = false
		p.fault(f.address(l, key), what, args...)
	}
	no := f.cell(l, "employee_no")
	x.EmployeeNo = org.NormalNo(no.Text)
	numberWrong := false
	if no.Scientific() {
		numberWrong = true
		bad("employee_no", "org.import.scientific", no.Text)
	} else if n := w.lost(x.EmployeeNo, no.Kind == sheet.Number, known); n > 0 {
		numberWrong = true
		bad("employee_no", "org.import.zeros", no.Text, strings.Repeat("0", n-len(x.EmployeeNo))+x.EmployeeNo)
	}
	if was, found := there[x.EmployeeNo]; found {
		old = &was
		x = was
	} else {
		x.Status = org.Active
	}
	text := func(key string) string { return f.cell(l, key).Text }
	set(&x.Name, text("name"))
	x.Unit = unit
	set(&x.Post, text("post"))
	set(&x.Shift, text("shift"))
	set(&x.Account, text("account"))
	set(&x.Remark, text("remark"))
	if ph := f.cell(l, "phone"); ph.Scientific() {
		bad("phone", "org.import.scientific", ph.Text)
	} else {
		set(&x.Phone, strings.ReplaceAll(org.NormalNo(ph.Text), "－", "-"))
	}
	choose := func(key, prefix string, values []string, to *string) {
		s := text(key)
		if s == "" || empties(s) {
			set(to, s)
			return
		}
		if v, found := word(s, prefix, values, otherWords[key]); found {
			*to = v
			return
		}
		bad(key, "org.import.word", s)
	}
	choose("employment", "org.person.employment.", org.Employments(), &x.Employment)
	choose("gender", "org.person.gender.", []string{"m", "f"}, &x.Gender)
	status := string(x.Status)
	choose("status", "org.person.status.", []string{string(org.Active), string(org.Away), string(org.Left)}, &status)
	x.Status = org.Status(status)
	if s := text("union_member"); s != "" {
		switch v, found := yes[heading(s)]; {
		case empties(s):
			x.UnionMember = ""
		case !found:
			bad("union_member", "org.import.yes_no", s)
		case v:
			x.UnionMember = "yes"
		default:
			x.UnionMember = "no"
		}
	}
	if s := text("delegate"); s != "" {
		v, found := yes[heading(s)]
		if !found && !empties(s) {
			bad("delegate", "org.import.yes_no", s)
		}
		x.Delegate = v
	}
	if s := text("birth_year"); s != "" {
		year, good := birthYear(s)
		if !good {
			bad("birth_year", "org.import.year", s)
		}
		x.BirthYear = year
	}
	var form fault.Form
	org.CheckPerson(&form, &x, tree)
	for _, e := range fault.Fields(form.Err()) {
		if e.Field == "unit" && unit == "" || e.Field == "employee_no" && numberWrong {
			continue // named already where it was looked for
		}
		bad(e.Field, e.Key, e.Args...)
	}
	return old, x, ok
}

// birthYear reads "1985", "1985年", "1985-03", "1985.3.2", "1985/3"; a hyphen alone empties it.
func birthYear(s string) (int, bool) {
	if empties(s) {
		return 0, true
	}
	if len(s) < 4 || !digits(s[:4]) {
		return 0, false
	}
	rest := strings.TrimPrefix(s[4:], "年")
	if rest != "" && rest == s[4:] && !strings.ContainsAny(rest[:1], "-./ ") {
		return 0, false
	}
	n, err := strconv.Atoi(s[:4])
	return n, err == nil
}

// shown gives the values of a person in the order of Columns.
func shown(x org.Person, tree *org.Tree) []string {
	var workshop, crew, unit string
	for _, u := range tree.Chain(x.Unit) {
		switch u.Kind {
		case org.Crew:
			crew = u.NameZh
		case org.Workshop:
			workshop = u.NameZh
		default:
			if unit == "" {
				unit = u.Code
			}
		}
	}
	year, delegate := "", ""
	if x.BirthYear != 0 {
		year = fmt.Sprint(x.BirthYear)
	}
	if x.Delegate {
		delegate = "yes"
	}
	return []string{x.EmployeeNo, x.Name, unit, workshop, crew, x.Post, x.Shift, x.Employment, x.Phone, x.Gender, year, x.UnionMember, delegate,
		x.Account, string(x.Status), x.Remark}
}

// finder finds the unit that a row means, by the code of the unit and the names of workshop and crew.
type finder struct {
	tree   *org.Tree
	byName map[[2]string]string // parent, name → code
	taken  map[string]bool
	made   []org.Unit
	kinds  map[string]org.UnitKind
}

func newFinder(tree *org.Tree) *finder {
	f := &finder{tree: tree, byName: map[[2]string]string{}, taken: map[string]bool{}, kinds: map[string]org.UnitKind{}}
	for _, u := range tree.All() {
		f.taken[u.Code], f.kinds[u.Code] = true, u.Kind
		if u.Active {
			f.byName[[2]string{u.Parent, heading(u.Code)}] = u.Code
			f.byName[[2]string{u.Parent, heading(u.NameZh)}] = u.Code
			if u.NameEn != "" {
				f.byName[[2]string{u.Parent, heading(u.NameEn)}] = u.Code
			}
		}
	}
	return f
}

// find gives the code of the unit, or the column and the fault.
func (f *finder) find(unit, workshop, crew string, create bool) (code, column string, bad *fault.Error) {
	if unit == "" {
		return "", "unit", fault.New(fault.Invalid, "org.text.missing")
	}
	u, ok := f.tree.Get(unit)
	if !ok {
		// A name instead of the code is understood where it is the only one.
		for _, v := range f.tree.All() {
			if v.Active && heading(v.NameZh) == heading(unit) {
				if ok {
					return "", "unit", fault.New(fault.Invalid, "org.import.unit_twice", unit)
				}
				u, ok = v, true
			}
		}
	}
	if !ok || !u.Active {
		return "", "unit", fault.New(fault.Invalid, "org.unit.unknown", unit)
	}
	code = u.Code
	for _, level := range []struct {
		column, name string
		kind         org.UnitKind
	}{{"workshop", workshop, org.Workshop}, {"crew", crew, org.Crew}} {
		if level.name == "" || empties(level.name) || heading(level.name) == heading(f.tree.Name(code, "zh")) {
			continue
		}
		below, found := f.byName[[2]string{code, heading(level.name)}]
		if !found && !create {
			return "", level.column, fault.New(fault.Invalid, "org.import.unit_below", level.name, f.tree.Name(code, "zh"))
		}
		if !found {
			if f.kinds[code] == org.Crew {
				return "", level.column, fault.New(fault.Invalid, "org.unit.kind.wrong")
			}
			below = f.make(code, level.name, level.kind)
		}
		code = below
	}
	return code, "", nil
}

// make plans a new workshop or crew with the next free code.
func (f *finder) make(parent, name string, kind org.UnitKind) string {
	letter := "W"
	if kind == org.Crew {
		letter = "C"
	}
	for n := 1; ; n++ {
		code := fmt.Sprintf("%s-%s%02d", parent, letter, n)
		if f.taken[code] {
			continue
		}
		f.taken[code], f.kinds[code] = true, kind
		f.byName[[2]string{parent, heading(name)}] = code
		f.made = append(f.made, org.Unit{Code: code, Parent: parent, Kind: kind, NameZh: name, Active: true, Sort: n})
		return code
	}
}
