package web

import (
	"net/url"
	"slices"
	"strings"

	"sanwen/internal/base/drawer"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// keptLists are the lists of which their reader keeps views under names.
var keptLists = []string{"/ledger", "/inbox", "/orders", "/supervise", "/meetings", "/resolutions", "/practices", "/pool", "/ballots", "/surveys", "/visits",
	"/spots", "/admin/people", "/admin/places", "/admin/units", "/admin/accounts", "/admin/grants", "/admin/signins", "/admin/categories", "/admin/checks",
	"/admin/rules", "/admin/settings", "/admin/log"}

// keptList is the list of which a form speaks.
func (r *Req) keptList() (string, error) {
	at := r.Form().Value("list")
	if !slices.Contains(keptLists, at) {
		return "", fault.New(fault.Invalid, "web.bad_value", "list", short(at), strings.Join(keptLists, ", "))
	}
	return at, nil
}

// savedViews are the reader's own filters of a list; form carries the token of the buttons.
func (r *Req) savedViews(tx *db.Tx, list *List, form *Form) (SavedViews, error) {
	v := SavedViews{Form: form, List: r.Path(), To: r.Link("/views")}
	in := v.List + " "
	_, v.Query, _ = strings.Cut(list.URL(), "?")
	all, err := drawer.List(tx, r.Person, drawer.Filter, in)
	for _, k := range all {
		v.Kept = append(v.Kept, SavedView{Title: k.Title, Href: r.Link(v.List + "?" + k.Body), Drop: r.Link("/views/" + strings.TrimPrefix(k.Name, in) + "/drop")})
	}
	return v, err
}

// keepView keeps the filter of a list under a name.
func keepView(r *Req) error {
	f := r.Form()
	at, err := r.keptList()
	if err != nil {
		return err
	}
	in, query := at+" ", f.Value("query")
	title := f.Line("title", 1, drawer.MaxTitle)
	if err := f.Err(); err != nil {
		return err
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return fault.New(fault.Invalid, "web.unreadable")
	}
	for _, name := range append([]string{"after", "form"}, kitParams...) {
		values.Del(name)
	}
	// The same name again replaces the filter.
	err = r.Write(func(tx *db.Tx) error {
		name := in + id.Random()
		all, err := drawer.List(tx, r.Person, drawer.Filter, in)
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.Title == title {
				name = k.Name
			}
		}
		return drawer.Put{Kind: drawer.Filter, Name: name, Title: title, Body: values.Encode()}.Do(tx, r.Person)
	})
	if err != nil {
		return err
	}
	r.Toast("ledger.toast_kept", title)
	return r.Redirect(strings.TrimSuffix(at+"?"+values.Encode(), "?"))
}

// dropView throws a kept filter away.
func dropView(r *Req) error {
	at, err := r.keptList()
	if err == nil {
		err = r.Form().Err()
	}
	if err != nil {
		return err
	}
	err = r.Write(func(tx *db.Tx) error {
		return drawer.Drop{Kind: drawer.Filter, Name: at + " " + r.Param("view")}.Do(tx, r.Person)
	})
	if err != nil {
		return err
	}
	r.Toast("ledger.toast_dropped")
	return r.Redirect(at)
}
