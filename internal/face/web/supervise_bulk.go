package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/once"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
)

// superviseBulk are the things that the office does with several rows at once: on matters, on drafts of the ladder, on extensions that wait.
var superviseBulk = map[string]struct {
	drafts bool // the rows are drafts
	letter bool // it signs letters, and asks for their terms
	tone   string
	undo   string // what undoes it, or ""
}{
	"order":  {letter: true, undo: "withdraw"},
	"sign":   {drafts: true, letter: true, undo: "withdraw"},
	"drop":   {drafts: true, tone: "danger"},
	"exempt": {undo: "back_on"},
	"refuse": {tone: "danger"},
}

// SuperviseBulkPage shows what will be done with each row before it is done, and afterwards what was.
type SuperviseBulkPage struct {
	Page
	Do     string
	Form   *Form
	Rows   []BulkRow
	Parts  []Part
	Can    int
	Barred int
	Danger bool
	Done   bool
	Lede   string
	Table  Table
	Undo   *Button // what undoes it, where that goes
	File   *Button // the result as a file
	Again  string
}

var superviseBulkPage = Define[SuperviseBulkPage]("supervise/bulk")

// errLook undoes a step that was only tried.
var errLook = errors.New("web: only tried")

// bulkSupervise previews and does something with several rows, each on its own.
func bulkSupervise(r *Req) error {
	f := r.Form()
	do := f.Choice("do", "order", "sign", "drop", "exempt", "refuse", "meeting")
	back := f.Choice("back", "/ledger", "/supervise")
	if err := f.Err(); err != nil {
		return err
	}
	kind := superviseBulk[do]
	var ids []string
	for _, id := range unique(f.Many("id")) {
		if id != "" {
			ids = append(ids, id)
		}
	}
	switch {
	case len(ids) == 0:
		r.Toast("inbox.toast_none")
		return r.Redirect(back)
	case len(ids) > bulkMost:
		return fault.New(fault.Invalid, "inbox.bulk.many", bulkMost)
	}
	if do == "meeting" {
		return r.meetingAbout(ids, back)
	}
	asked := f.Value("asked") == "1" && f.Value("look") == ""
	page := SuperviseBulkPage{Page: Page{Title: r.T("supervise.bulk." + do), Shape: Staff, Back: back}, Do: do, Form: f, Danger: kind.tone == "danger", Again: back,
		Lede: r.T("supervise.bulk_lede." + do)}
	if f.Value("asked") == "" {
		f.Set("demand", r.T("supervise.demand_usual"))
		f.Set("grade", string(duty.Red))
		if do == "refuse" {
			f.Set("note", r.T("supervise.refuse_usual"))
		}
	}
	page.Parts = r.bulkParts(f, kind.letter, do)
	var terms supervise.Terms
	if kind.letter {
		terms = termsOf(f)
	}
	note := f.Text("note", 0, supervise.MaxNote)
	if f.Value("asked") == "" {
		f.faults = nil // nothing was asked yet
	}
	f.Take(f.Err())
	step := func(id string) (func(*db.Tx) error, BulkRow, error) { return r.bulkStep(do, id, terms, note) }
	page.Rows = make([]BulkRow, len(ids))
	steps := make([]func(*db.Tx) error, len(ids))
	for i, id := range ids {
		var err error
		if steps[i], page.Rows[i], err = step(id); err != nil {
			return err
		}
	}
	if asked {
		// What is wrong with what was typed is said at the fields, and nothing is done: the first row that is not refused for itself tells.
		for _, step := range steps {
			err := r.tryStep(step)
			if err != nil && slices.Contains([]fault.Kind{fault.Forbidden, fault.NotFound, fault.Conflict}, fault.KindOf(err)) {
				continue
			}
			asked = err == nil || !f.Take(err)
			break
		}
	}
	if !asked {
		for i := range page.Rows {
			if page.Rows[i].Why == "" {
				if err := r.tryStep(steps[i]); err != nil && (fault.KindOf(err) != fault.Invalid || f.Value("asked") != "") {
					page.Rows[i].Why = sentence(r.Lang, fault.Of(err))
				}
			}
			if page.Rows[i].Why != "" {
				page.Barred++
			} else {
				page.Can++
			}
		}
		if f.Faulty() {
			r.Status(422)
		}
		return superviseBulkPage.Render(r, page)
	}
	return r.superviseDone(page, f, ids, steps, kind.undo)
}

// bulkParts are the fields that a thing done with several rows asks for.
func (r *Req) bulkParts(f *Form, letter bool, do string) []Part {
	if letter {
		return []Part{radiosPart(f.Choose("grade", "supervise.grade", options(r.Lang, "supervise.color", supervise.Grades()))),
			fieldPart(f.Field("demand", "supervise.f.demand").Area(4).Limit(supervise.MaxText)),
			fieldPart(f.Field("due", "supervise.f.due").As("date").Hint("matterpage.workday_hint"))}
	}
	d := f.Field("note", "supervise.f.note").Area(2).Limit(supervise.MaxNote)
	if do == "exempt" {
		d = d.Hint("supervise.exempt_hint")
	}
	return []Part{fieldPart(d)}
}

// bulkStep is what is done with one row, and how it is called.
func (r *Req) bulkStep(do, id string, terms supervise.Terms, note string) (func(*db.Tx) error, BulkRow, error) {
	row := BulkRow{ID: id}
	if superviseBulk[do].drafts {
		var o supervise.Order
		err := r.Read(func(tx *db.Tx) (err error) { o, _, err = supervise.See(tx, r.Person, id); return err })
		if gone(err) {
			row.Number, row.Why = id, sentence(r.Lang, fault.Of(err))
			err = nil
		}
		row.Number, row.Text, row.Href = orText(o.SubjectNo, row.Number), o.Title, r.Link("/order/"+id)
		if do == "drop" {
			return func(tx *db.Tx) error { return supervise.Drop{Order: id, Note: note}.Do(tx, r.Person) }, row, err
		}
		terms.Title, terms.Basis, terms.BasisText = o.Title, o.Basis, o.BasisText
		return func(tx *db.Tx) error { return supervise.Issue{Order: id, Terms: terms}.Do(tx, r.Person) }, row, err
	}
	var m matter.Matter
	err := r.Read(func(tx *db.Tx) (err error) {
		if m, err = matter.Find(tx, id); err == nil {
			var p ledger.Page
			p, err = ledger.PageOf(tx, r.Person, m.Number)
			m = p.Matter
		}
		return err
	})
	if gone(err) {
		row.Number, row.Why = id, sentence(r.Lang, fault.Of(err))
		return func(*db.Tx) error { return err }, row, nil
	}
	row.Number, row.Text, row.Href = m.Number, m.Title, r.Link("/matter/"+m.Number)
	switch do {
	case "order":
		terms.Title, terms.Basis = atMost(m.Title, supervise.MaxTitle), supervise.BasisOverdue
		return func(tx *db.Tx) error { return supervise.Issue{Matter: m.ID, Terms: terms}.Do(tx, r.Person) }, row, err
	case "exempt":
		return func(tx *db.Tx) error { return supervise.ExemptMatter{Matter: m.ID, Reason: note}.Do(tx, r.Person) }, row, err
	}
	return func(tx *db.Tx) error {
		return matter.DecideMore{Matter: m.ID, Version: m.Version, Note: note}.Do(tx, r.Person)
	}, row, err
}

// tryStep does a step and undoes it, to know whether it would go.
func (r *Req) tryStep(step func(*db.Tx) error) error {
	err := r.Write(func(tx *db.Tx) error {
		if err := step(tx); err != nil {
			return err
		}
		return errLook
	})
	if errors.Is(err, errLook) {
		return nil
	}
	return err
}

// bulkLine is one line of the result of something done with several rows.
type bulkLine struct {
	Number string `json:"n"`
	Title  string `json:"t"`
	Result string `json:"r"`
	Order  string `json:"o,omitempty"` // number of the order that was signed
}

// bulkFilePurpose binds a result that goes out as a file to the account that made it.
const bulkFilePurpose = "supervise-bulk"

// superviseDone does the steps and shows what became of each row.
func (r *Req) superviseDone(page SuperviseBulkPage, f *Form, ids []string, steps []func(*db.Tx) error, undo string) error {
	var lines []bulkLine
	var done []string
	page.Done = true
	page.Table = Table{Caption: page.Title, Columns: []Column{{Label: r.T("supervise.subject_no")}, {Label: r.T("supervise.f.title")}, {Label: r.T("supervise.bulk_result")}}}
	for i, step := range steps {
		row := page.Rows[i]
		err := r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "supervise:"+r.Person.ID, f.Key+":"+page.Do+":"+ids[i], f.Body(), func() (string, error) { return "", step(tx) })
			return err
		})
		line := bulkLine{Number: row.Number, Title: row.Text, Result: r.T("supervise.bulk_done")}
		tag := Tag{Text: line.Result, Tone: "good"}
		switch {
		case err == nil:
			done = append(done, ids[i])
			page.Can++
			if superviseBulk[page.Do].letter {
				if line.Order, err = r.lastOrder(page.Do, ids[i]); err != nil {
					return err
				}
			}
		case slices.Contains([]fault.Kind{fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict}, fault.KindOf(err)):
			line.Result = sentence(r.Lang, fault.Of(err))
			tag = Tag{Text: r.T("supervise.bulk_refused"), Tone: "bad"}
			page.Barred++
		default:
			return err
		}
		lines = append(lines, line)
		sub := line.Order
		if err != nil {
			sub = line.Result
		}
		page.Table.Add(row.Href, Cell{Text: row.Number}, Cell{Text: row.Text}, Cell{Tag: &tag, Sub: sub})
	}
	page.Lede = r.T("supervise.bulk_summary", page.Can, page.Barred)
	if page.Barred > 0 {
		r.Status(409)
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	page.File = &Button{Text: r.T("supervise.bulk_file"), To: r.Link("/supervise/bulk/file"), Form: r.Blank(),
		Fields: []Hidden{{"result", r.Seal(bulkFilePurpose+r.Person.ID, string(text), 12*time.Hour)}}}
	if undo != "" && len(done) > 0 {
		page.Undo = &Button{Text: r.T("supervise.bulk_undo." + undo), To: r.Link("/supervise/bulk/undo"), Form: r.Blank(), Tone: "danger",
			Fields: []Hidden{{"do", page.Do}, {"ids", strings.Join(done, ",")}}}
	}
	return superviseBulkPage.Render(r, page)
}

// lastOrder is the number of the order that was just signed for a row.
func (r *Req) lastOrder(do, id string) (string, error) {
	number := ""
	err := r.Read(func(tx *db.Tx) error {
		if superviseBulk[do].drafts {
			o, _, err := supervise.See(tx, r.Person, id)
			number = o.Number
			return err
		}
		all, err := supervise.OfSubject(tx, r.Person, event.Ref{Kind: "matter", ID: id})
		if len(all) > 0 {
			number = all[len(all)-1].Number
		}
		return err
	})
	return number, err
}

// undoSupervise undoes what was done with several rows, as far as nobody has gone on with it since.
func undoSupervise(r *Req) error {
	f := r.Form()
	do, ids := f.Choice("do", "order", "sign", "exempt"), strings.Split(f.Value("ids"), ",")
	if err := f.Err(); err != nil {
		return err
	}
	undone := 0
	for _, id := range ids[:min(len(ids), bulkMost)] {
		err := r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "supervise:"+r.Person.ID, f.Key+":undo:"+id, f.Body(), func() (string, error) {
				if do == "exempt" {
					return "", supervise.BackOnMatter{Matter: id}.Do(tx, r.Person)
				}
				order := id
				if do == "order" {
					all, err := supervise.OfSubject(tx, r.Person, event.Ref{Kind: "matter", ID: id})
					if err != nil || len(all) == 0 {
						return "", err
					}
					order = all[len(all)-1].ID
				}
				return "", supervise.Withdraw{Order: order, Note: r.T("supervise.bulk_undone_reason")}.Do(tx, r.Person)
			})
			return err
		})
		switch {
		case err == nil:
			undone++
		case !slices.Contains([]fault.Kind{fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict}, fault.KindOf(err)):
			return err
		}
	}
	if undone == 0 {
		return fault.New(fault.Conflict, "inbox.bulk.too_late")
	}
	r.Toast("supervise.toast_undone", count(undone), count(len(ids)-undone))
	return r.Redirect("/supervise")
}

// bulkFile sends the result of something done with several rows as a file.
func bulkFile(r *Req) error {
	f := r.Form()
	text, err := r.Unseal(bulkFilePurpose+r.Person.ID, f.one("result"))
	if err != nil {
		return err
	}
	var lines []bulkLine
	if err := json.Unmarshal([]byte(text), &lines); err != nil {
		return err
	}
	t := sheet.Table{Name: r.T("supervise.bulk_result"), Columns: []sheet.Column{{Title: r.T("supervise.subject_no")}, {Title: r.T("supervise.f.title")},
		{Title: r.T("supervise.bulk_result")}, {Title: r.T("supervise.number")}}}
	t.Rows = iter.Seq2[[]any, error](func(yield func([]any, error) bool) {
		for _, l := range lines {
			if !yield([]any{l.Number, l.Title, l.Result, l.Order}, nil) {
				return
			}
		}
	})
	var out bytes.Buffer
	if err := sheet.WriteXLSX(&out, t, ""); err != nil {
		return err
	}
	return r.sendSheet(r.T("supervise.bulk_result"), "xlsx", out.Bytes())
}
