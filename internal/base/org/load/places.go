package load

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// planPlaces fills the plan of a file of places.
func (f *File) planPlaces(tx *db.Tx, p *Plan, tree *org.Tree, scope access.Path) error {
	all, err := org.Places(tx)
	if err != nil {
		return err
	}
	there := map[string]org.Place{}
	parent := map[string]string{}
	for _, x := range all {
		there[x.Code] = x
		parent[x.Code] = x.Parent
	}
	first := map[string]int{}
	rows := make([]org.Place, len(f.rows))
	good := make([]bool, len(f.rows))
	for i, l := range f.rows {
		rows[i], good[i] = f.place(l, there, p, tree)
		code := rows[i].Code
		if r, twice := first[code]; twice {
			good[i] = false
			p.fault(f.address(l, "code"), "org.import.twice", code, r)
		} else {
			first[code], parent[code] = l.number, rows[i].Parent
		}
	}
	for i, l := range f.rows {
		up := rows[i].Parent
		if up != "" {
			if _, ok := parent[up]; !ok {
				good[i] = false
				p.fault(f.address(l, "parent"), "org.place.unknown", up)
			} else if circle(parent, rows[i].Code) {
				good[i] = false
				p.fault(f.address(l, "parent"), "org.place.inside_itself")
			}
		}
	}
	for i, l := range f.rows {
		x := rows[i]
		old, known := there[x.Code]
		state := New
		switch {
		case !good[i]:
			state = Faulty
			p.Faulty++
		case known && x == old:
			state = Unchanged
			p.Unchanged++
		case known:
			state = Changed
			p.Changed++
		default:
			p.New++
		}
		if state == New || state == Changed {
			p.places = append(p.places, x)
		}
		p.show(l.number, state, func() []string {
			active := "yes"
			if !x.Active {
				active = "no"
			}
			return []string{x.Code, x.NameZh, x.NameEn, x.Kind, x.Unit, x.Parent, strings.ReplaceAll(string(x.Audience), ",", " "), x.ClosedNote, active}
		}, nil)
	}
	outerFirst(p.places, parent)
	for code, x := range there {
		if _, in := first[code]; !in && x.Active && x.Path.Under(scope) {
			p.missing = append(p.missing, code)
			p.Gone = append(p.Gone, code+" "+x.NameZh)
		}
	}
	slices.Sort(p.missing)
	slices.Sort(p.Gone)
	p.Missing, p.Gone = len(p.missing), p.Gone[:min(len(p.Gone), ShownMissing)]
	return nil
}

// place makes a place of a row: what is there with what the row says laid over it.
func (f *File) place(l line, there map[string]org.Place, p *Plan, tree *org.Tree) (x org.Place, ok bool) {
	ok = true
	bad := func(key, what string, args ...any) {
		ok = false
		p.fault(f.address(l, key), what, args...)
	}
	text := func(key string) string { return f.cell(l, key).Text }
	code := org.NormalCode(text("code"))
	x, known := there[code]
	if !known {
		x = org.Place{Code: code, Active: true}
	}
	if !org.ValidCode(code) {
		bad("code", "org.code.bad", text("code"))
	}
	set(&x.NameZh, text("name_zh"))
	set(&x.NameEn, text("name_en"))
	set(&x.ClosedNote, text("closed_note"))
	unit := text("unit")
	if _, isCode := tree.Get(org.NormalCode(unit)); isCode {
		unit = org.NormalCode(unit)
	}
	set(&x.Unit, unit)
	if s := org.NormalCode(text("parent")); s != "" {
		set(&x.Parent, s)
	}
	if s := text("audience"); s != "" {
		x.Audience = ""
		if !empties(s) {
			x.Audience = org.ListOf(strings.FieldsFunc(org.NormalCode(strings.ReplaceAll(s, " ", ",")), func(r rune) bool { return strings.ContainsRune(",，;；、/", r) })...)
		}
	}
	if s := text("kind"); s != "" {
		if v, found := word(s, "org.place.kind.", org.PlaceKinds(), nil); found {
			x.Kind = v
		} else {
			bad("kind", "org.import.word", s)
			x.Kind = org.OtherPlace
		}
	}
	if s := text("active"); s != "" {
		v, found := yes[heading(s)]
		if !found {
			bad("active", "org.import.yes_no", s)
		}
		x.Active = v
	}
	var form fault.Form
	org.CheckPlace(&form, &x, tree)
	for _, e := range fault.Fields(form.Err()) {
		bad(e.Field, e.Key, e.Args...)
	}
	return x, ok
}

// circle reports whether a place would be inside itself.
func circle(parent map[string]string, code string) bool {
	seen := map[string]bool{}
	for c := code; c != ""; c = parent[c] {
		if seen[c] {
			return true
		}
		seen[c] = true
	}
	return false
}

// outerFirst orders places so that the one around others comes before them.
func outerFirst(places []org.Place, parent map[string]string) {
	depth := map[string]int{}
	for _, p := range places {
		n := 0
		for c := p.Parent; c != "" && n < 64; c = parent[c] {
			n++
		}
		depth[p.Code] = n
	}
	slices.SortStableFunc(places, func(a, b org.Place) int { return depth[a.Code] - depth[b.Code] })
}
