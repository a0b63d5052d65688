package web

import (
	"net/url"
	"slices"
	"sort"
	"strings"

	"sanwen/internal/ground/fault"
)

// ListSpec says which parameters a list takes. Everything else in the address is refused with a suggestion, because a filter
// that is silently ignored shows more than was asked for.
type ListSpec struct {
	Filters []Filter
	Sorts   []string // names that "sort" takes, each also with "-" in front for descending; the first is the default
	Tabs    []string // fixed views that "view" takes
	Others  []Filter // parameters that choose nothing: columns, format
	Columns []string // what "cols" takes: the names of the table's columns behind the first, in their order, where they can be chosen
}

// Filter is one parameter of a list.
type Filter struct {
	Name   string
	Label  string   // language key
	Values []string // allowed values; empty: any text
	Prefix string   // language key prefix of the values, "matter.state." for a chip "state: executing"
	Many   bool     // may be given several times
}

// List is the state of a list, read from the address and written back into it.
type List struct {
	Sort  string // as in the address, "-due"
	View  string
	After string // cursor of the last row of the page before

	spec   ListSpec
	r      *Req
	values url.Values
}

// kitParams belong to every address.
var kitParams = []string{"lang", "z", toastParam}

// List reads the parameters of a list page: Invalid "fault.parameter_near", "web.twice_parameter" or "web.bad_value" (status 400)
// otherwise.
func (r *Req) List(spec ListSpec) (*List, error) {
	values, err := url.ParseQuery(r.http.URL.RawQuery)
	if err != nil {
		r.status = 400
		return nil, fault.Wrap(fault.Invalid, "web.unreadable", err)
	}
	l := &List{spec: spec, r: r, values: values, Sort: values.Get("sort"), View: values.Get("view"), After: values.Get("after")}
	if err := l.check(); err != nil {
		r.status = 400
		return nil, err
	}
	if l.Sort == "" && len(spec.Sorts) > 0 {
		l.Sort = spec.Sorts[0]
	}
	if l.View == "" && len(spec.Tabs) > 0 {
		l.View = spec.Tabs[0]
	}
	return l, nil
}

// knownOnly refuses parameters in the address of a list that has no filters, but those named.
func (r *Req) knownOnly(names ...string) error {
	values, err := url.ParseQuery(r.http.URL.RawQuery)
	if err != nil {
		r.status = 400
		return fault.Wrap(fault.Invalid, "web.unreadable", err)
	}
	for name := range values {
		if slices.Contains(names, name) || slices.Contains(kitParams, name) {
			continue
		}
		r.status = 400
		if near := closest(name, names); near != "" {
			return fault.New(fault.Invalid, "fault.parameter_near", short(name), near)
		}
		return fault.New(fault.Invalid, "web.parameter_none", short(name))
	}
	return nil
}

func (l *List) check() error {
	known := []string{"after"}
	if len(l.spec.Sorts) > 0 {
		known = append(known, "sort")
	}
	if len(l.spec.Tabs) > 0 {
		known = append(known, "view")
	}
	byName := map[string]Filter{}
	others := l.spec.Others
	if len(l.spec.Columns) > 0 {
		others = append(slices.Clone(others), Filter{Name: "cols", Values: l.spec.Columns, Many: true})
	}
	for _, f := range slices.Concat(l.spec.Filters, others) {
		known = append(known, f.Name)
		byName[f.Name] = f
	}
	names := make([]string, 0, len(l.values))
	for name := range l.values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		given := l.values[name]
		if !slices.Contains(known, name) && !slices.Contains(kitParams, name) {
			if near := closest(name, known); near != "" {
				return fault.New(fault.Invalid, "fault.parameter_near", short(name), near)
			}
			return fault.New(fault.Invalid, "web.parameter_known", short(name), strings.Join(known, ", "))
		}
		f := byName[name]
		if len(given) > 1 && !f.Many {
			return fault.New(fault.Invalid, "web.twice_parameter", name)
		}
		allowed := f.Values
		switch name {
		case "sort":
			for _, s := range l.spec.Sorts {
				s = strings.TrimPrefix(s, "-")
				allowed = append(allowed, s, "-"+s)
			}
		case "view":
			allowed = l.spec.Tabs
		}
		for _, v := range given {
			if len(allowed) > 0 && v != "" && !slices.Contains(allowed, v) {
				if near := closest(v, allowed); near != "" {
					return fault.New(fault.Invalid, "web.bad_value_near", name, short(v), near)
				}
				return fault.New(fault.Invalid, "web.bad_value", name, short(v), strings.Join(allowed, ", "))
			}
		}
	}
	return nil
}

// Get returns a filter's value, or "".
func (l *List) Get(name string) string { return strings.TrimSpace(l.values.Get(name)) }

// All returns all values of a filter that may be given several times.
func (l *List) All(name string) []string { return l.values[name] }

// Filtered reports whether any filter is set, which decides between the empty states.
func (l *List) Filtered() bool { return len(l.Chips()) > 0 }

// URL returns the address of the list with some parameters changed, as pairs of name and value; an empty value removes. A change
// of anything but the cursor starts from the first page.
func (l *List) URL(pairs ...string) string {
	q := url.Values{}
	for name, v := range l.values {
		v = slices.DeleteFunc(slices.Clone(v), func(s string) bool { return s == "" })
		if name != toastParam && len(v) > 0 {
			q[name] = v
		}
	}
	q.Del("after")
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return l.r.Path()
	}
	return l.r.Path() + "?" + q.Encode()
}

// untidy reports whether the address has parameters without a value, as a form for filters sends them.
func (l *List) untidy() bool {
	for _, all := range l.values {
		if slices.Contains(all, "") {
			return true
		}
	}
	return false
}

// Next returns the address of the page after the row that cursor names, or "" for the last page.
func (l *List) Next(cursor string) string {
	if cursor == "" {
		return ""
	}
	return l.URL("after", cursor)
}

// First returns the address of the first page where the list shows a later one, or "".
func (l *List) First() string {
	if l.After == "" {
		return ""
	}
	return l.URL()
}

// SortLink returns the address that sorts by name, and how it is sorted by it now: "", "ascending" or "descending".
func (l *List) SortLink(name string) (href, now string) {
	switch l.Sort {
	case name:
		return l.URL("sort", "-"+name), "ascending"
	case "-" + name:
		return l.URL("sort", name), "descending"
	}
	return l.URL("sort", name), ""
}

// Clear returns the address without any filter.
func (l *List) Clear() string {
	var pairs []string
	for _, f := range l.spec.Filters {
		pairs = append(pairs, f.Name, "")
	}
	return l.URL(pairs...)
}

// Chips lists the filters that are set, each with the address that removes it.
func (l *List) Chips() []Chip {
	var out []Chip
	for _, f := range l.spec.Filters {
		for i, v := range l.values[f.Name] {
			if strings.TrimSpace(v) == "" {
				continue
			}
			text := v
			if f.Prefix != "" {
				text = l.r.T(f.Prefix + v)
			}
			rest := slices.Delete(slices.Clone(l.values[f.Name]), i, i+1)
			href := l.URL(f.Name, "")
			for _, other := range rest {
				href = addParam(href, f.Name, other)
			}
			out = append(out, Chip{Name: f.Name, Value: v, Label: l.r.T(f.Label), Text: text, Remove: href})
		}
	}
	return out
}

func addParam(href, name, value string) string {
	sep := "?"
	if strings.Contains(href, "?") {
		sep = "&"
	}
	return href + sep + url.QueryEscape(name) + "=" + url.QueryEscape(value)
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// closest returns the known name with the fewest changed letters, or "" where none is near.
func closest(name string, known []string) string {
	if len(name) > 40 {
		return ""
	}
	best, most := "", 2
	if len(name) <= 3 {
		most = 1
	}
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d <= most {
			best, most = k, d-1
		}
	}
	return best
}

// distance is the number of letters inserted, removed, replaced or swapped with their neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
