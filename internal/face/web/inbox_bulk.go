package web

import (
	"net/http"
	"slices"
	"strings"

	"sanwen/internal/base/bulk"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// bulkMost is how many rows are looked at one by one before something is done with them: one page of the list. The others are looked at
// when it is their turn.
const bulkMost = 200

// bulkInbox does something with the ticked rows of a list: each on its own, so that one refusal holds up none of the others.
func bulkInbox(r *Req) error {
	f := r.Form()
	do := f.Choice("do", "claim", "route", "merge", "quarantine")
	queue := strings.TrimPrefix(r.Path(), "/") // the list that was shown: inbox or restricted
	if err := f.Err(); err != nil {
		return err
	}
	ids, err := r.ticked(f, queue, do)
	if err != nil {
		return err
	}
	switch {
	case len(ids) == 0:
		r.Toast("inbox.toast_none")
		return r.Redirect("/" + queue)
	case len(ids) > bulk.MaxRows:
		return fault.New(fault.Invalid, "inbox.bulk.many", bulk.MaxRows)
	case do == "merge" && len(ids) > bulkMost:
		return fault.New(fault.Invalid, "inbox.bulk.many", bulkMost)
	}
	in, ready := r.readBulk(f, do, ids)
	if !ready {
		return r.askBulk(f, do, queue, ids)
	}
	order := bulk.Start{Kind: "inbox_" + do, Params: in, Back: "/" + queue}
	if err := r.Read(func(tx *db.Tx) error {
		heads, err := vshow.Heads(tx, r.Person, slices.Clone(ids))
		for _, id := range ids {
			if id != in.Into {
				order.Rows = append(order.Rows, bulk.Ref{ID: id, Label: heads[id].Number})
			}
		}
		return err
	}); err != nil {
		return err
	}
	run, err := r.startBulk(f, order)
	if err != nil {
		return err
	}
	if len(order.Rows) > bulkNow {
		return r.Redirect("/bulk/" + run)
	}
	return r.bulkDone(run, do, queue)
}

// readBulk reads what is needed besides the rows; ready is false where it has to be asked for, or once more.
func (r *Req) readBulk(f *Form, do string, ids []string) (in bulkVoices, ready bool) {
	if do == "claim" {
		return in, true
	}
	if do == "merge" && len(ids) < 2 {
		f.Fault("into", "inbox.bulk.two")
	}
	if f.Value("asked") != "1" || f.Value("look") != "" {
		if f.Value("look") != "" {
			f.Unit("lead", org.Plant, org.Department)
		}
		return in, false
	}
	switch do {
	case "route":
		in.Lead, in.Category, in.Say = f.Unit("lead", org.Plant, org.Department), f.one("category"), f.Text("say", 1, core.MaxReply)
		if in.Lead == "" && f.Err() == nil {
			f.Fault("lead", "fault.choice")
		}
		gaps(f, "say", in.Say)
	case "quarantine":
		in.Reason, in.Undone = f.Text("reason", 1, core.MaxReason), r.T("inbox.bulk.undone_reason")
	case "merge":
		in.Into, in.Say = f.Choice("into", ids...), f.Text("say", 1, core.MaxReply)
		gaps(f, "say", in.Say)
	}
	return in, !f.Faulty()
}

var bulkToasts = map[string]string{"claim": "inbox.toast_claim", "merge": "inbox.toast_merge", "route": "inbox.toast_route", "quarantine": "inbox.toast_quarantine"}

// bulkDone goes back to the list after something small was done: with a toast, or with the rows that were refused.
func (r *Req) bulkDone(id, do, queue string) error {
	var refused []BulkRow
	var run bulk.Run
	done := 0
	err := r.Read(func(tx *db.Tx) error {
		var err error
		if run, err = bulk.See(tx, r.Person, id); err != nil {
			return err
		}
		rows, err := bulk.Rows(tx, id, "", 0, bulkNow)
		for _, row := range rows {
			switch row.State {
			case bulk.RowDone:
				done++
			case bulk.RowRefused:
				b := BulkRow{ID: row.Ref, Number: row.Label, Href: r.Link(voicePath(row.Ref)), Why: row.Reason(r.Lang)}
				if row.Label == "" { // not there for this reader
					b.Number, b.Href = row.Ref, r.Link("/inbox")
				}
				refused = append(refused, b)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		if run.UndoUntil > 0 {
			r.ToastUndo("/bulk/"+id+"/undo", bulkToasts[do], count(done))
		} else {
			r.Toast(bulkToasts[do], count(done))
		}
		return r.Redirect("/" + queue)
	}
	r.Status(http.StatusConflict)
	return r.inbox(queue, refused, id)
}

// ticked are the voices that were ticked, or those of the whole list with its filter that the button is for, up to [bulk.MaxRows].
func (r *Req) ticked(f *Form, queue, do string) ([]string, error) {
	if f.Value("all") == "" {
		return f.Many("id"), nil
	}
	list, err := r.List(inboxSpec(queueViews(r.Person, queue)))
	if err != nil {
		return nil, err
	}
	filter := filterOf(list, queue)
	filter.After, filter.Limit = "", bulkMost
	var ids []string
	for len(ids) <= bulk.MaxRows {
		err = r.Read(func(tx *db.Tx) error {
			if filter, err = r.fromIndex(tx, filter); err != nil {
				return err
			}
			found, err := vshow.List(tx, r.Person, filter)
			for _, row := range found.Rows {
				if row.Offers(r.Person, bulkEvents[do]) {
					ids = append(ids, row.ID)
				}
			}
			filter.After = found.Next
			return err
		})
		if err != nil || filter.After == "" {
			break
		}
	}
	delete(f.values, "all")
	return ids, err
}

// gone reports whether something is not there for this reader.
func gone(err error) bool {
	return err != nil && (fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden)
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func count(n int) string { return core.Plain(n) }
