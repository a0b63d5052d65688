// Package web is what people see: pages, forms, tables, charts, and the few scripts that make them quicker.
//
// # How to add a page
//
// Five things, of which a test misses every one that is forgotten:
//
// A line in [Routes] (routes.go, routes_ask.go), at its area: pattern, group, policy, handler. The policy is the [access.Action] that the
// handler's actions ask for; [Anyone] or [AnyAccount] where nothing is asked.
//
// A Go file named after the page (matter_ledger.go) with the page's struct, its definition and its handlers:
//
//	// LedgerPage lists the matters that the reader may see.
//	type LedgerPage struct {
//		Page
//		Table Table
//	}
//
//	var ledgerPage = Define[LedgerPage]("matter/ledger")
//
//	func ledger(r *Req) error {
//		list, err := r.List(ListSpec{Sorts: []string{"due"}, Filters: []Filter{{Name: "unit", Label: "matter.unit"}}})
//		if err != nil {
//			return err
//		}
//		page := LedgerPage{Page: Page{Title: r.T("matter.ledger"), Shape: Staff}}
//		err = r.Read(func(tx *db.Tx) error { … one snapshot for all that the page shows … })
//		if err != nil {
//			return err
//		}
//		return ledgerPage.Render(r, page)
//	}
//
// A template templates/matter/ledger.html that defines "main" and begins with the only h1. Dot is the page's struct.
// {{T "matter.due"}} is a sentence, {{.Link "/board"}} an address that keeps language and text size; {{date .Day}},
// {{moment .At}}, {{number 3}} write values out. Inside range and with, the page is $.
//
// Sentences in matter.zh.json and matter.en.json of the language catalogues.
//
// A row in the hand-written authorisation table of the tests.
//
// # Forms
//
// The GET handler shows r.Blank("text", "what is there"); the POST handler reads, acts and either goes on or shows the page again:
//
//	func savePlan(r *Req) error {
//		f := r.Form()
//		in := matter.Plan{Title: f.Line("title", 1, 60), Body: f.Text("body", 1, 2000), Due: f.Day("due", true)}
//		err := f.Err()
//		if err == nil {
//			err = r.Write(func(tx *db.Tx) error {
//				_, _, err := once.Do(tx, "plan", f.Key, f.Body(), func() (string, error) { return "", in.Do(tx, r.Person) })
//				return err
//			})
//		}
//		if f.Take(err) { // faults of fields: shown at the field and in the summary, with everything typed kept
//			return showPlan(r, f)
//		}
//		if err != nil { // everything else: one place makes a page or a problem document of it
//			return err
//		}
//		r.Toast("matter.toast_saved")
//		return r.Redirect("/matter/" + r.Param("number"))
//	}
//
// Its template:
//
//	{{template "errors" .Form}}
//	<form method="post" action="{{.Link "/…"}}">{{template "token" .Form}}
//	{{template "field" ((.Form.Field "title" "matter.title").Limit 60)}}
//	{{template "field" (((.Form.Field "body" "matter.body").Area 5).Limit 2000)}}
//	{{template "cards" (.Form.Choose "level" "tell.level" .Levels)}}
//	<p class="bar"><button class="primary">{{T "common.save"}}</button></p></form>
//
// The token carries [Form.Key], the idempotency key: a second press, a reload and a repaired fault keep it. Photos come with a
// multipart form: call [Req.Files] before [Req.Form] and give the route Body and Slow.
//
// A version conflict is a page of its own making: set a [Conflict] on the page struct, show "conflict" above the form, answer 409
// with r.Status.
//
// # Groups
//
// Anonymous handlers get a request from which everything about the caller is gone, and cannot set a cookie. A follow-up page that
// has checked number and code sets r.Person = access.Holder(voice) itself and carries the right on with [Req.Seal] in a hidden
// field. Public pages know the person if there is one. Signed pages always have r.Person; the access table turns away roles that
// could never do what the policy names, and the action's own question decides about the thing.
//
// A page that everybody sees alike and that has no form, such as the board, may say in its route for how long it can be kept:
// Cache. The next commit ends it earlier, so a few seconds are for the commits of other replicas only.
//
// # Components
//
// Every component is a template in templates/kit with typed data in this package; the page /design shows all of them in all
// states. A component never reads the request.
package web
