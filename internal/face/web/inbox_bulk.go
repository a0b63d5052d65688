package web

import (
	"net/http"
	"strings"

	"sanwen/internal/base/once"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// bulkMost is with how many rows at once something may be done: one page of the list.
const bulkMost = 200

// BulkPage asks what is needed before several voices are set aside or merged, and names those with which it will not go.
type BulkPage struct {
	Page
	Do    string // "quarantine" or "merge"
	Queue string
	Form  *Form
	Rows  []BulkRow
	Into  Choice // merge: the voice with which the others go
}

var bulkPage = Define[BulkPage]("inbox/bulk")

// BulkRow is one of the voices, and why not where it is refused.
type BulkRow struct{ ID, Number, Text, Href, Why string }

// bulk does something with the ticked rows of a list: each on its own, so that one refusal holds up none of the others.
func bulk(r *Req) error {
	f := r.Form()
	if back := r.Query("letgo"); back != "" {
		return r.letGoAgain(f, strings.Split(back, ","))
	}
	ids := f.Many("id")
	do := f.Choice("do", "claim", "merge", "quarantine")
	queue := strings.TrimPrefix(r.Path(), "/") // the list that was shown: inbox or restricted
	if err := f.Err(); err != nil {
		return err
	}
	if len(ids) == 0 {
		r.Toast("inbox.toast_none")
		return r.Redirect("/" + queue)
	}
	if len(ids) > bulkMost {
		return fault.New(fault.Invalid, "inbox.bulk.many", bulkMost)
	}
	var todo []bulkStep
	switch do {
	case "claim":
		for _, id := range ids {
			todo = append(todo, bulkStep{id, func(tx *db.Tx) error { return voice.Claim{Voice: id}.Do(tx, r.Person) }})
		}
	case "quarantine":
		reason := ""
		if f.Value("asked") != "" {
			reason = f.Text("reason", 1, core.MaxReason)
		}
		if f.Value("asked") == "" || f.Faulty() {
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
		if f.Value("asked") != "" {
			into, say = f.Choice("into", ids...), f.Text("say", 1, core.MaxReply)
			gaps(f, "say", say)
		}
		if f.Value("asked") == "" || f.Faulty() {
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
		if do == "claim" && len(ids) <= undoMost {
			r.ToastUndo("/"+queue+"?letgo="+strings.Join(ids, ","), bulkToasts[do], count(len(todo)))
		} else {
			r.Toast(bulkToasts[do], count(len(todo)))
		}
		return r.Redirect("/" + queue)
	}
	r.Status(http.StatusConflict)
	return r.inbox(queue, refused)
}

// undoMost is how many claims the button of a toast can take back: their names travel in a cookie.
const undoMost = 60

// letGoAgain takes back the claims of a press: each voice goes back the usual way, by whoever holds it.
func (r *Req) letGoAgain(f *Form, ids []string) error {
	queue := strings.TrimPrefix(r.Path(), "/")
	if err := f.Err(); err != nil {
		return err
	}
	if len(ids) > undoMost {
		return fault.New(fault.Invalid, "inbox.bulk.many", undoMost)
	}
	var todo []bulkStep
	for _, id := range ids {
		todo = append(todo, bulkStep{id, func(tx *db.Tx) error { return voice.LetGo{Voice: id}.Do(tx, r.Person) }})
	}
	refused, err := r.runBulk(f, "letgo", todo)
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		r.Toast("inbox.toast_letgo", count(len(todo)))
		return r.Redirect("/" + queue)
	}
	r.Status(http.StatusConflict)
	return r.inbox(queue, refused)
}

var bulkToasts = map[string]string{"claim": "inbox.toast_claim", "merge": "inbox.toast_merge", "quarantine": "inbox.toast_quarantine"}

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

// askBulk shows the voices that were ticked, those with which it will not go marked, and asks for what is needed.
func (r *Req) askBulk(f *Form, do, queue string, ids []string) error {
	page := BulkPage{Page: Page{Title: r.T("inbox.bulk." + do), Shape: Staff, Back: "/" + queue}, Do: do, Queue: queue, Form: f}
	var into []Option
	err := r.Read(func(tx *db.Tx) error {
		for _, id := range ids {
			p, err := vshow.PageOf(tx, r.Person, id)
			if gone(err) {
				continue
			}
			if err != nil {
				return err
			}
			row := BulkRow{ID: id, Number: p.Voice.Number, Text: shortText(orText(p.Voice.Title, p.Text), 60), Href: r.Link("/voice/" + id)}
			if why := r.bulkWhyNot(p, do); why != "" {
				row.Why = why
			}
			page.Rows = append(page.Rows, row)
			into = append(into, Option{Value: id, Text: row.Number + " · " + r.T("voice.level."+string(p.Voice.Level)), Note: row.Text})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if do == "merge" {
		if f.Value("into") == "" && len(into) > 0 {
			f.Set("into", into[0].Value)
		}
		if f.Value("say") == "" {
			f.Set("say", r.T("triage.sample.merge"))
		}
		page.Into = f.Choose("into", "inbox.bulk.into", into)
	}
	if f.Faulty() {
		r.Status(http.StatusUnprocessableEntity)
	}
	return bulkPage.Render(r, page)
}

// bulkWhyNot says why something will be refused for a voice, as far as the row tells; the action decides.
func (r *Req) bulkWhyNot(p vshow.Page, do string) string {
	ev := core.EvMerge
	if do == "quarantine" {
		ev = core.EvQuarantine
	}
	if p.Voice.ClaimedBy != "" && p.Voice.ClaimedBy != r.Person.ID {
		return r.T("voice.claimed", p.Names[p.Voice.ClaimedBy])
	}
	if !core.Has(p.Events, ev) {
		return r.T("inbox.bulk.state", r.T("voice.state."+p.Voice.State))
	}
	return ""
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
