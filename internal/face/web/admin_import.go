package web

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/load"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// What an import may take, defaults of the product.
const (
	importBody = UploadLimit + 1<<20
	importTime = 3 * time.Minute
	importLife = 4 * time.Hour // from the upload to the decision
)

// reading lets one spreadsheet be read at a time: a large one takes memory and seconds.
var reading = make(chan struct{}, 1)

// importKind is the kind of file that the address names.
func (r *Req) importKind() (load.Kind, error) {
	k := load.Kind(r.Param("kind"))
	if len(load.Columns(k)) == 0 {
		return "", fault.New(fault.NotFound, "org.import.kind_unknown", string(k))
	}
	return k, nil
}

func adminImport(r *Req) error {
	page := AdminListPage{Page: Page{Title: r.T("admin.import"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.import_lede"),
		Actions: []Link{{Text: r.T("admin.import_people"), Href: r.Link("/admin/import/people"), Tone: "primary"}, {Text: r.T("admin.import_places"), Href: r.Link("/admin/import/places")}}}
	t := Table{Caption: r.T("admin.imports"), Columns: []Column{{Label: r.T("admin.f.when")}, {Label: r.T("admin.f.kind")}, {Label: r.Lang.Enum("org.import.state", load.New), Num: true},
		{Label: r.Lang.Enum("org.import.state", load.Changed), Num: true}, {Label: r.T("admin.removed"), Num: true}, {Label: r.T("admin.refused"), Num: true}, {Label: r.T("admin.f.state")}},
		Empty: Empty{Kind: "nothing", Title: r.T("admin.imports_none")}}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.OrgPeople); err != nil {
			return err
		}
		runs, err := load.Runs(tx, peoplePage)
		for _, x := range runs {
			t.Add(r.Link("/admin/imports/"+x.ID), Cell{Text: r.Lang.DateTime(x.StartedAt, r.Zone)}, Cell{Text: r.Lang.Enum("org.import.kind", x.Kind)},
				Cell{Text: r.Lang.Number(x.Added)}, Cell{Text: r.Lang.Number(x.Changed)}, Cell{Text: r.Lang.Number(x.Removed)}, Cell{Text: r.Lang.Number(x.Refused)}, r.runState(x))
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Tables = []Table{t}
	return adminList.Render(r, page)
}

func (r *Req) runState(x load.Run) Cell {
	return Cell{Tag: &Tag{Text: r.Lang.Enum("org.import.run", x.State), Tone: map[string]string{load.Done: "good", load.Failed: "bad", load.Running: "info"}[x.State]}}
}

func showUpload(r *Req) error { return renderUpload(r, r.Blank()) }

func renderUpload(r *Req, f *Form) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	to := "/admin/import/" + string(k)
	page := AdminFormPage{Page: Page{Title: r.T("admin.import_" + string(k)), Shape: Staff, Back: "/admin/import"}, Form: f, To: to, Multipart: true, Submit: r.T("admin.upload"),
		Lede: r.T("admin.upload_lede"), Actions: []Link{{Text: r.T("admin.template_xlsx"), Href: r.Link(to + "/template?format=xlsx"), Icon: "download"},
			{Text: r.T("admin.template_csv"), Href: r.Link(to + "/template?format=csv"), Icon: "download"}}}
	page.Parts = []Part{fieldPart(f.Field("file", "admin.f.file").Files(".xlsx,.csv", false).Hint("admin.file_hint", UploadLimit>>20-1))}
	t := Table{Caption: r.T("admin.columns"), Columns: []Column{{Label: r.T("admin.f.column")}, {Label: r.T("org.import.notes")}}}
	for _, c := range load.Columns(k) {
		t.Add("", Cell{Text: c.Title(r.Lang)}, Cell{Text: r.T("org.import.note." + c.Key)})
	}
	page.Below = []Table{t}
	return adminForm.Render(r, page)
}

func importTemplate(r *Req) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	format, kind := "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	if r.Query("format") == "csv" {
		format, kind = "csv", "text/csv; charset=utf-8"
	}
	var b bytes.Buffer
	if err := load.Template(&b, k, format, r.Lang); err != nil {
		return err
	}
	return r.Send(r.T("admin.import_"+string(k))+"."+format, kind, b.Bytes())
}

// takeUpload keeps the file until it is decided about, and shows what it would do.
func takeUpload(r *Req) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	var file []byte
	r.Files(func(u Upload) error {
		file = u.Body
		return nil
	})
	f := r.Form()
	if len(file) == 0 && !f.Faulty() {
		f.Fault("file", "fault.required")
	}
	err = f.Err()
	if err == nil {
		_, err = r.readFile(func(ctx context.Context) (*load.File, error) {
			return load.Read(ctx, bytes.NewReader(file), int64(len(file)), load.Options{Kind: k})
		})
		if columnFault(err) { // these can be mapped on the next page
			err = nil
		} else if e := fault.Of(err); e != nil && e.Kind != fault.Internal {
			err = fault.Field("file", e.Key, e.Args...)
		}
	}
	if f.Take(err) {
		return renderUpload(r, f)
	}
	if err != nil {
		return err
	}
	hash, err := r.Blobs.Put(r.Ctx(), bytes.NewReader(file))
	if err != nil {
		return err
	}
	return r.Redirect("/admin/import/" + string(k) + "/check?file=" + escapeQuery(r.Seal(r.importPurpose(k), hash, importLife)))
}

// importPurpose binds the address of an uploaded file to who uploaded it.
func (r *Req) importPurpose(k load.Kind) string { return "import " + string(k) + " " + r.Person.ID }

// readFile reads a spreadsheet, one at a time in the whole process.
func (r *Req) readFile(read func(ctx context.Context) (*load.File, error)) (*load.File, error) {
	select {
	case reading <- struct{}{}:
		defer func() { <-reading }()
	case <-r.Ctx().Done():
		return nil, r.Ctx().Err()
	}
	return read(r.Ctx())
}

// columnFault reports whether a file was read except for columns that were not understood.
func columnFault(err error) bool {
	switch e := fault.Of(err); {
	case e == nil:
		return false
	default:
		return e.Key == "org.import.column_missing" || e.Key == "org.import.column_twice" || e.Key == "org.import.column_unknown"
	}
}

// importRun shows how far an import is, and what came of it.
func importRun(r *Req) error {
	page := ImportRunPage{Page: Page{Shape: Staff, Back: "/admin/import"}}
	err := r.Read(func(tx *db.Tx) error {
		x, err := load.RunByID(tx, r.Person, r.Param("id"))
		if err != nil {
			return err
		}
		page.Title = r.T("admin.import_" + x.Kind)
		page.Running = x.State == load.Queued || x.State == load.Running || x.State == load.Cancelling
		page.ID, page.Form = x.ID, r.Blank()
		page.Cancel, page.Continue = x.State == load.Queued || x.State == load.Running, x.Continues()
		if x.State == load.Running || x.State == load.Cancelling {
			page.Progress = &Progress{Label: r.T("admin.written"), Done: x.RowsDone, Total: max(x.RowsTotal, 1)}
		}
		state := Fact{Label: r.T("admin.f.state"), Value: r.Lang.Enum("org.import.run", x.State)}
		page.Facts = []Fact{state}
		if x.State == load.Done {
			page.Panels = []Panel{{Tone: "good", Title: r.T("admin.import_done")}}
			page.Facts = append(page.Facts, r.runCount(r.Lang.Enum("org.import.state", load.New), x.Added), r.runCount(r.Lang.Enum("org.import.state", load.Changed), x.Changed),
				r.runCount(r.T("admin.removed"), x.Removed), r.runCount(r.T("admin.refused"), x.Refused))
		}
		if x.State == load.Cancelled {
			page.Panels = []Panel{{Tone: "warn", Title: r.T("admin.import_cancelled", x.RowsDone), Text: r.T("admin.import_cancelled_text")}}
		}
		if x.State == load.Failed {
			key := x.Error
			if key == "" {
				key = "org.import.interrupted"
			}
			page.Panels = []Panel{{Tone: "bad", Title: r.T("admin.import_failed"), Text: r.Lang.Error(&fault.Error{Kind: fault.Conflict, Key: key, Args: []any{x.Refused}})}}
		}
		if x.Result != "" && !page.Running {
			page.Actions = []Link{{Text: r.T("admin.result"), Href: r.Link("/admin/imports/" + x.ID + "/result"), Icon: "download"}}
		}
		page.Actions = append(page.Actions, Link{Text: r.T("admin.import_again"), Href: r.Link("/admin/import/" + x.Kind)})
		return nil
	})
	if err != nil {
		return err
	}
	if page.Running {
		r.w.Header().Set("Refresh", "3") // the page looks again by itself, without script
	}
	return importRunPage.Render(r, page)
}

func (r *Req) runCount(label string, n int) Fact { return Fact{Label: label, Value: r.Lang.Number(n)} }

// ImportRunPage shows one import.
type ImportRunPage struct {
	Page
	ID       string
	Form     *Form
	Cancel   bool // it can be stopped
	Continue bool // it can go on
	Running  bool
	Progress *Progress
	Panels   []Panel
	Facts    []Fact
	Actions  []Link
}

var importRunPage = Define[ImportRunPage]("admin/importrun")

// cancelImport stops an import.
func cancelImport(r *Req) error {
	f, id := r.Form(), r.Param("id")
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return load.Cancel{ID: id}.Do(tx, r.Person) })
	}
	if err != nil {
		return err
	}
	return r.Redirect("/admin/imports/" + id)
}

// continueImport goes on with an import that was stopped or cut off.
func continueImport(r *Req) error {
	f, run := r.Form(), ""
	err := r.save(f, func(tx *db.Tx) (err error) { run, err = load.Continue{ID: r.Param("id")}.Do(tx, r.Person); return err })
	if err != nil {
		return err
	}
	if run == "" { // pressed twice
		return r.Redirect("/admin/import")
	}
	return r.Redirect("/admin/imports/" + run)
}

// importResult sends the workbook that tells what became of each row.
func importResult(r *Req) error {
	var x load.Run
	err := r.Read(func(tx *db.Tx) (err error) {
		x, err = load.RunByID(tx, r.Person, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	if x.Result == "" {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	body, _, err := r.Blobs.Open(r.Ctx(), x.Result)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.Gone, "admin.result_gone")
	}
	if err != nil {
		return err
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	return r.Send(r.T("admin.result")+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b)
}

// importChoice reads what was decided on the check page.
func importChoice(f *Form) load.Choice {
	c := load.Choice{Scope: f.Unit("scope"), CreateUnits: f.Ticked("create_units"), ValidOnly: f.Ticked("valid_only"), Dismiss: f.Ticked("dismiss")}
	if c.Scope == org.Root {
		c.Scope = ""
	}
	c.Missing, _ = strconv.Atoi(f.one("missing"))
	return c
}

// importMapping reads which column of the file is what; nothing while nobody has looked.
func importMapping(f *Form) map[int]string {
	m := map[int]string{}
	for name, values := range f.values {
		n, err := strconv.Atoi(trimPrefix(name, "map_"))
		if err == nil && n >= 0 && n < 500 && len(values) == 1 {
			m[n] = values[0]
		}
	}
	if len(m) == 0 {
		return nil
	}
	return m
}
