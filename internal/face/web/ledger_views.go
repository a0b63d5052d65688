package web

import (
	"net/url"
	"strings"

	"sanwen/internal/base/drawer"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// ledgerDrawer is what the names of kept filters of the ledger begin with.
const ledgerDrawer = "/ledger "

// keepView keeps the filter of the ledger under a name.
func keepView(r *Req) error {
	f := r.Form()
	query := f.Value("query")
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
		name := ledgerDrawer + id.Random()
		all, err := drawer.List(tx, r.Person, drawer.Filter, ledgerDrawer)
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
	return r.Redirect(strings.TrimSuffix("/ledger?"+values.Encode(), "?"))
}

// dropView throws a kept filter away.
func dropView(r *Req) error {
	f := r.Form()
	if err := f.Err(); err != nil {
		return err
	}
	err := r.Write(func(tx *db.Tx) error {
		return drawer.Drop{Kind: drawer.Filter, Name: ledgerDrawer + r.Param("view")}.Do(tx, r.Person)
	})
	if err != nil {
		return err
	}
	r.Toast("ledger.toast_dropped")
	return r.Redirect("/ledger")
}
