package web

import (
	"net/url"
	"strings"

	"sanwen/internal/base/drawer"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// ledgerDrawer is what the names of kept filters of the ledger begin with, inboxDrawer those of the inbox.
const (
	ledgerDrawer = "/ledger "
	inboxDrawer  = "/inbox "
)

func keepView(r *Req) error       { return r.keepView(ledgerDrawer) }
func dropView(r *Req) error       { return r.dropView(ledgerDrawer) }
func keepInboxView(r *Req) error  { return r.keepView(inboxDrawer) }
func dropInboxView(r *Req) error  { return r.dropView(inboxDrawer) }
func drawerPath(in string) string { return strings.TrimSpace(in) }

// savedViews are the reader's own filters of a list; form carries the token of the buttons.
func (r *Req) savedViews(tx *db.Tx, in string, list *List, form *Form) (SavedViews, error) {
	at := drawerPath(in)
	v := SavedViews{Form: form, To: r.Link(at + "/views")}
	_, v.Query, _ = strings.Cut(list.URL(), "?")
	all, err := drawer.List(tx, r.Person, drawer.Filter, in)
	for _, k := range all {
		v.Kept = append(v.Kept, SavedView{Title: k.Title, Href: r.Link(at + "?" + k.Body), Drop: r.Link(at + "/views/" + strings.TrimPrefix(k.Name, in) + "/drop")})
	}
	return v, err
}

// keepView keeps the filter of a list under a name.
func (r *Req) keepView(in string) error {
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
	return r.Redirect(strings.TrimSuffix(drawerPath(in)+"?"+values.Encode(), "?"))
}

// dropView throws a kept filter away.
func (r *Req) dropView(in string) error {
	f := r.Form()
	if err := f.Err(); err != nil {
		return err
	}
	err := r.Write(func(tx *db.Tx) error {
		return drawer.Drop{Kind: drawer.Filter, Name: in + r.Param("view")}.Do(tx, r.Person)
	})
	if err != nil {
		return err
	}
	r.Toast("ledger.toast_dropped")
	return r.Redirect(drawerPath(in))
}
