package web

import (
	"net/http"
	"strings"

	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// bulkMost is with how many rows at once something may be done: one page of the list.
const bulkMost = 200

// bulk does something with the ticked rows of a list: each on its own, so that one refusal holds up none of the others.
func bulk(r *Req) error {
	f := r.Form()
	do := f.Choice("do", "claim", "route", "merge", "quarantine")
	queue := strings.TrimPrefix(r.Path(), "/") // the list that was shown: inbox or restricted
	if err := f.Err(); err != nil {
		return err
	}
	ids, err := r.ticked(f, queue)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		r.Toast("inbox.toast_none")
		return r.Redirect("/" + queue)
	}
	if len(ids) > bulkMost {
		return fault.New(fault.Invalid, "inbox.bulk.many", bulkMost)
	}
	asked := f.Value("asked") == "1" && f.Value("look") == "" // else the voices are shown first, or once more
	var todo []bulkStep
	switch do {
	case "claim":
		for _, id := range ids {
			todo = append(todo, bulkStep{id, func(tx *db.Tx) error { return voice.Claim{Voice: id}.Do(tx, r.Person) }})
		}
	case "route":
		lead, category, say := "", "", ""
		if asked {
			lead, category, say = f.Unit("lead", org.Plant, org.Department), f.one("category"), f.Text("say", 1, core.MaxReply)
			if lead == "" && f.Err() == nil {
				f.Fault("lead", "fault.choice")
			}
			gaps(f, "say", say)
		}
		if !asked || f.Faulty() {
			return r.askBulk(f, do, queue, ids)
		}
		for _, id := range ids {
			todo = append(todo, bulkStep{id, func(tx *db.Tx) error { return routeOne(tx, r, id, lead, category, say) }})
		}
	case "quarantine":
		reason := ""
		if asked {
			reason = f.Text("reason", 1, core.MaxReason)
		}
		if !asked || f.Faulty() {
			return r.askBulk(f, do, queue, ids)
		}
		for _, id := range ids {
			todo = append(todo, bulkStep{id, func(tx *db.Tx) error {
				return voice.Quarantine{Voice: id, Reason: reason}.Do(tx, r.Person)
			}})
		}
	case "merge":
		if len(ids) < 2 {
			f.Fault("into", "inbox.bulk.two")
		}
		into, say := "", ""
		if asked {
			into, say = f.Choice("into", ids...), f.Text("say", 1, core.MaxReply)
			gaps(f, "say", say)
		}
		if !asked || f.Faulty() {
			return r.askBulk(f, do, queue, ids)
		}
		for _, id := range ids {
			if id != into {
				todo = append(todo, bulkStep{id, func(tx *db.Tx) error {
					return voice.Merge{Voice: id, Into: into, Say: say}.Do(tx, r.Person)
				}})
			}
		}
	}
	refused, err := r.runBulk(f, do, todo)
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		if undo := undoOf(do, todo); undo != "" {
			r.ToastUndo(undo, bulkToasts[do], count(len(todo)))
		} else {
			r.Toast(bulkToasts[do], count(len(todo)))
		}
		return r.Redirect("/" + queue)
	}
	r.Status(http.StatusConflict)
	return r.inbox(queue, refused)
}

var bulkToasts = map[string]string{"claim": "inbox.toast_claim", "merge": "inbox.toast_merge", "route": "inbox.toast_route", "quarantine": "inbox.toast_quarantine"}

type bulkStep struct {
	id string
	do func(*db.Tx) error
}

// runBulk does the steps, each in its own transaction, and lists those that were refused.
func (r *Req) runBulk(f *Form, do string, todo []bulkStep) ([]BulkRow, error) {
	var refused []BulkRow
	for _, step := range todo {
		err := r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "triage:"+r.Person.ID, f.Key+":"+do+":"+step.id, f.Body(), func() (string, error) { return "", step.do(tx) })
			return err
		})
		if err == nil {
			continue
		}
		switch fault.KindOf(err) {
		case fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict:
		default:
			return nil, err
		}
		row := BulkRow{ID: step.id, Href: r.Link("/voice/" + step.id), Why: sentence(r.Lang, fault.Of(err))}
		refused = append(refused, row)
	}
	if len(refused) == 0 {
		return nil, nil
	}
	return refused, r.Read(func(tx *db.Tx) error {
		for i, row := range refused {
			p, err := vshow.PageOf(tx, r.Person, row.ID)
			switch {
			case err == nil:
				refused[i].Number = p.Voice.Number
			case gone(err):
				refused[i].Number, refused[i].Href = row.ID, r.Link("/inbox")
			default:
				return err
			}
		}
		return nil
	})
}

// ticked are the voices that were ticked, or those of the whole list with its filter, up to [bulkMost].
func (r *Req) ticked(f *Form, queue string) ([]string, error) {
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
	err = r.Read(func(tx *db.Tx) error {
		found, err := vshow.List(tx, r.Person, filter)
		for _, row := range found.Rows {
			ids = append(ids, row.ID)
		}
		return err
	})
	delete(f.values, "all")
	return ids, err
}

// routeOne assigns one of several voices to a unit that answers it. A voice without a title gets its first words.
func routeOne(tx *db.Tx, r *Req, id, lead, category, say string) error {
	p, err := vshow.PageOf(tx, r.Person, id)
	if err != nil {
		return err
	}
	reading := voice.Reading{Category: category}
	for _, x := range p.Photos {
		if x.Shown {
			reading.Photos = append(reading.Photos, x.Hash)
		}
	}
	if p.Voice.Title == "" {
		reading.Title = shortText(strings.Join(strings.Fields(p.Text), " "), 24)
	}
	return voice.AssignForAnswer{Voice: id, Version: p.Voice.Version, Reading: reading, Lead: lead, Say: say}.Do(tx, r.Person)
}

// undoMost is how many voices a press can be undone for: their names have to go with the toast.
const undoMost = 40

// undoOf is the address that undoes a press for several voices, "" where it cannot be undone.
func undoOf(do string, todo []bulkStep) string {
	if do != "claim" && do != "quarantine" || len(todo) > undoMost {
		return ""
	}
	var ids []string
	for _, s := range todo {
		ids = append(ids, s.id)
	}
	return "/inbox/undo?do=" + do + "&ids=" + strings.Join(ids, ",")
}

// undoBulk undoes what a press for several voices has done, as far as nobody has gone on with them since.
func undoBulk(r *Req) error {
	f := r.Form()
	do, ids := r.Query("do"), strings.Split(r.Query("ids"), ",")
	if err := f.Err(); err != nil {
		return err
	}
	if do != "claim" && do != "quarantine" || len(ids) > undoMost {
		return fault.New(fault.Invalid, "fault.parameter", "do")
	}
	var todo []bulkStep
	for _, id := range ids {
		todo = append(todo, bulkStep{id, func(tx *db.Tx) error {
			if do == "quarantine" {
				return voice.Free{Voice: id, Reason: r.T("inbox.bulk.undone_reason")}.Do(tx, r.Person)
			}
			return voice.LetGo{Voice: id}.Do(tx, r.Person)
		}})
	}
	refused, err := r.runBulk(f, "undo-"+do, todo)
	if err != nil {
		return err
	}
	if len(refused) == len(todo) {
		return fault.New(fault.Conflict, "inbox.bulk.too_late")
	}
	r.Toast("inbox.toast_undone", count(len(todo)-len(refused)))
	return r.Redirect("/inbox")
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
