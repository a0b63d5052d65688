package web

import (
	"strconv"

	"sanwen/internal/base/bulk"
	"sanwen/internal/base/once"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/sheet"
)

// bulkNow is with how many rows something is done while one waits; more are done as a job with a page that shows how far it is.
const bulkNow = 20

// bulkBody is enough for the names of as many rows as a run may have.
const bulkBody = 256 << 10

// BulkRunPage shows how far something is that is done with many rows, and what came of it.
type BulkRunPage struct {
	Page
	Run      string
	Running  bool
	Progress *Progress
	Panels   []Panel
	Facts    []Fact
	Rows     *Table // those that were refused, or could not be undone
	Form     *Form
	Cancel   bool
	Undo     string // until when it can be undone, "" where it cannot
	Actions  []Link
}

var bulkRunPage = Define[BulkRunPage]("web/bulk")

// startBulk gives the order once for a form, and does it at once where it is small. What could not be done stands in the rows.
func (r *Req) startBulk(f *Form, in bulk.Start) (run string, err error) {
	err = r.Write(func(tx *db.Tx) (err error) {
		run, _, err = once.Do(tx, "bulk:"+r.Person.ID, f.Key+":"+in.Kind, f.Body(), func() (string, error) { return in.Do(tx, r.Person) })
		return err
	})
	if err == nil && len(in.Rows) <= bulkNow {
		err = bulk.Work(r.Ctx(), r.DB, run)
		r.cache.changed()
	}
	return run, err
}

func showBulk(r *Req) error { return r.bulkPage(nil) }

func (r *Req) bulkPage(f *Form) error {
	page := BulkRunPage{Page: Page{Shape: Staff}, Form: f}
	if page.Form == nil {
		page.Form = r.Blank()
	}
	err := r.Read(func(tx *db.Tx) error {
		run, err := bulk.See(tx, r.Person, r.Param("run"))
		if err != nil {
			return err
		}
		counts, err := bulk.Counts(tx, run.ID)
		if err != nil {
			return err
		}
		page.Title, page.Run, page.Back = r.Lang.Enum("bulk.kind", run.Kind), run.ID, run.Back
		page.Running = !run.Over()
		page.Cancel = run.State == bulk.Queued || run.State == bulk.Running
		if done := run.Total - counts[bulk.RowWaiting]; run.State == bulk.Undoing {
			page.Progress = &Progress{Label: r.T("bulk.undoing"), Done: counts[bulk.RowUndone] + counts[bulk.RowKept], Total: max(run.Total-counts[bulk.RowRefused]-counts[bulk.RowLeft], 1)}
		} else if page.Running {
			page.Progress = &Progress{Label: page.Title, Done: done, Total: max(run.Total, 1)}
		} else {
			page.Panels = []Panel{r.bulkPanel(run, counts)}
		}
		page.Facts = []Fact{{Label: r.T("admin.f.state"), Value: r.Lang.Enum("bulk.state", run.State)}, {Label: r.T("bulk.started"), Value: r.Lang.DateTime(run.StartedAt, r.Zone)}}
		for _, state := range bulk.RowStates() {
			if n := counts[state]; n > 0 {
				page.Facts = append(page.Facts, Fact{Label: r.Lang.Enum("bulk.row", state), Value: r.Lang.Number(n)})
			}
		}
		if run.Undoable(tx.Millis()) && counts[bulk.RowDone] > 0 {
			page.Undo = r.T("bulk.undo_until", r.Lang.DateTime(run.UndoUntil, r.Zone))
		}
		at := "/bulk/" + run.ID + "/result?format="
		page.Actions = []Link{{Text: r.T("bulk.result_xlsx"), Href: r.Link(at + "xlsx"), Icon: "download"}, {Text: r.T("bulk.result_csv"), Href: r.Link(at + "csv"), Icon: "download"}}
		page.Rows, err = r.bulkRefused(tx, run)
		return err
	})
	if err != nil {
		return err
	}
	if page.Running {
		r.w.Header().Set("Refresh", "2") // the page looks again by itself, without script
	}
	return bulkRunPage.Render(r, page)
}

// bulkPanel says how a run ended.
func (r *Req) bulkPanel(run bulk.Run, counts map[string]int) Panel {
	switch {
	case run.State == bulk.Undone:
		return Panel{Tone: "info", Title: r.T("bulk.undone", counts[bulk.RowUndone])}
	case run.State == bulk.Cancelled:
		return Panel{Tone: "warn", Title: r.T("bulk.cancelled", counts[bulk.RowDone], counts[bulk.RowLeft])}
	case counts[bulk.RowRefused] > 0:
		return Panel{Tone: "warn", Title: r.T("bulk.partly", counts[bulk.RowDone], counts[bulk.RowRefused])}
	}
	return Panel{Tone: "good", Title: r.T("bulk.done", counts[bulk.RowDone])}
}

// bulkShown is how many refused rows stand on the page; the file has all.
const bulkShown = 200

func (r *Req) bulkRefused(tx *db.Tx, run bulk.Run) (*Table, error) {
	t := Table{Caption: r.T("bulk.refused"), Columns: []Column{{Label: r.T("bulk.what")}, {Label: r.T("admin.f.state")}, {Label: r.T("bulk.why")}}}
	for _, state := range []string{bulk.RowRefused, bulk.RowKept} {
		rows, err := bulk.Rows(tx, run.ID, state, 0, bulkShown)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			t.Add(r.bulkHref(run, row), Cell{Text: orText(row.Label, row.Ref)}, Cell{Text: r.Lang.Enum("bulk.row", row.State)}, Cell{Text: row.Reason(r.Lang)})
		}
	}
	if len(t.Rows) == 0 {
		return nil, nil
	}
	return &t, nil
}

// bulkHref is where a row is read.
func (r *Req) bulkHref(run bulk.Run, row bulk.Row) string {
	switch run.Back {
	case "/inbox", "/restricted":
		return r.Link(voicePath(row.Ref))
	case "/ledger":
		return r.Link("/matter/" + row.Label)
	}
	return ""
}

func cancelBulk(r *Req) error {
	f := r.Form()
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return bulk.Cancel{Run: r.Param("run")}.Do(tx, r.Person) })
	}
	if err != nil {
		return err
	}
	return r.Redirect("/bulk/" + r.Param("run"))
}

// undoBulk takes back what a run has done, as far as nobody has gone on with it since.
func undoBulk(r *Req) error {
	f, id := r.Form(), r.Param("run")
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return bulk.Undo{Run: id}.Do(tx, r.Person) })
	}
	if err != nil {
		return err
	}
	var run bulk.Run
	counts := map[string]int{}
	see := func() error {
		return r.Read(func(tx *db.Tx) (err error) {
			if run, err = bulk.See(tx, r.Person, id); err == nil {
				counts, err = bulk.Counts(tx, id)
			}
			return err
		})
	}
	if err := see(); err != nil {
		return err
	}
	if run.Total > bulkNow {
		return r.Redirect("/bulk/" + id)
	}
	if err := bulk.Work(r.Ctx(), r.DB, id); err != nil {
		return err
	}
	r.cache.changed()
	if err := see(); err != nil {
		return err
	}
	if counts[bulk.RowUndone] == 0 {
		return fault.New(fault.Conflict, "inbox.bulk.too_late")
	}
	r.Toast("inbox.toast_undone", count(counts[bulk.RowUndone]))
	return r.Redirect(run.Back)
}

// bulkResult sends what became of every row.
func bulkResult(r *Req) error {
	var run bulk.Run
	var rows []bulk.Row
	err := r.Read(func(tx *db.Tx) (err error) {
		if run, err = bulk.See(tx, r.Person, r.Param("run")); err != nil {
			return err
		}
		rows, err = bulk.Rows(tx, run.ID, "", 0, bulk.MaxRows)
		return err
	})
	if err != nil {
		return err
	}
	name := r.Lang.Enum("bulk.kind", run.Kind)
	t := sheet.Table{Name: name, Columns: []sheet.Column{{Title: "#"}, {Title: r.T("bulk.what"), Width: 24}, {Title: r.T("admin.f.state"), Width: 12}, {Title: r.T("bulk.why"), Width: 48}, {Title: r.T("bulk.at"), Width: 20}},
		NotesName: r.T("bulk.notes"), Notes: []sheet.Note{{Label: r.T("bulk.what_done"), Value: name}, {Label: r.T("bulk.started"), Value: r.Lang.DateTime(run.StartedAt, r.Zone)},
			{Label: r.T("bulk.by"), Value: r.Person.Name}, {Label: r.T("bulk.of"), Value: strconv.Itoa(run.Total)}}}
	t.Rows = func(yield func([]any, error) bool) {
		for _, row := range rows {
			at := ""
			if row.At != 0 {
				at = r.Lang.DateTime(row.At, r.Zone)
			}
			if !yield([]any{row.N, orText(row.Label, row.Ref), r.Lang.Enum("bulk.row", row.State), row.Reason(r.Lang), at}, nil) {
				return
			}
		}
	}
	return r.sendTable(name, r.Query("format"), t)
}
