package web

import (
	"context"
	"strconv"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/base/org/load"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// ImportCheckPage shows what an import would do, before anything is written.
type ImportCheckPage struct {
	Page
	Form     *Form
	To       string
	Facts    []Fact
	Counters []Figure
	Columns  []Choice // one for each column of the file
	Open     bool     // the columns need a look
	Faults   Table
	More     string // that there are more faults than shown
	Preview  Table
	NewUnits []string
	Gone     []string
	Missing  int
	Scope    Picker
	People   bool
	Ready    bool // there is a plan
	Wrong    bool // some rows have faults
}

var importCheckPage = Define[ImportCheckPage]("admin/importcheck")

func showImportCheck(r *Req) error {
	return renderImportCheck(r, r.Blank("file", r.Query("file"), "scope", org.Root))
}

// decideImport shows the page again with other columns or choices, or hands the import in.
func decideImport(r *Req) error {
	f := r.Form()
	if f.one("act") != "run" || f.Faulty() {
		if f.Faulty() {
			f.Take(f.Err())
		}
		return renderImportCheck(r, f)
	}
	k, err := r.importKind()
	if err != nil {
		return err
	}
	hash, err := r.Unseal(r.importPurpose(k), f.one("file"))
	if err != nil {
		return err
	}
	in := load.Queue{Kind: k, File: hash, Mapping: importMapping(f), Choice: importChoice(f), Lang: r.Lang}
	plan, err := r.planImport(k, hash, in.Mapping, in.Choice, nil)
	if err == nil {
		switch {
		case plan.Faulty > 0 && !in.Choice.ValidOnly:
			err = fault.Field("valid_only", "org.import.faults", plan.Faulty)
		case in.Choice.Dismiss && in.Choice.Missing != plan.Missing:
			err = fault.Field("dismiss", "org.import.missing_changed", plan.Missing)
		}
	}
	run := ""
	if err == nil {
		err = r.Write(func(tx *db.Tx) (err error) { run, err = in.Do(tx, r.Person); return err })
	}
	if f.Take(err) {
		return renderImportCheck(r, f)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/admin/imports/" + run)
}

// planImport reads the stored file and works out what it would do. file is set to what was read, also where columns were not
// understood.
func (r *Req) planImport(k load.Kind, hash string, mapping map[int]string, c load.Choice, file **load.File) (*load.Plan, error) {
	f, err := r.readFile(func(ctx context.Context) (*load.File, error) {
		return load.Stored(ctx, r.Blobs, hash, load.Options{Kind: k, Mapping: mapping})
	})
	if file != nil {
		*file = f
	}
	if err != nil {
		return nil, err
	}
	var plan *load.Plan
	return plan, r.Read(func(tx *db.Tx) (err error) { plan, err = f.Plan(tx, r.Person, c); return err })
}

func renderImportCheck(r *Req, f *Form) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	hash, err := r.Unseal(r.importPurpose(k), f.one("file"))
	if err != nil {
		return fault.New(fault.Gone, "org.import.file_gone")
	}
	page := ImportCheckPage{Page: Page{Title: r.T("admin.check_import"), Shape: Staff, Back: "/admin/import/" + string(k)}, Form: f, To: "/admin/import/" + string(k) + "/check", People: k == load.People}
	var file *load.File
	plan, err := r.planImport(k, hash, importMapping(f), importChoice(f), &file)
	if columnFault(err) {
		e := fault.Of(err)
		f.Take(fault.New(fault.Invalid, e.Key, e.Args...))
		page.Open = true
	} else if err != nil && fault.Of(err).Field == "scope" {
		f.Take(err)
	} else if err != nil {
		return err
	}
	page.Facts = []Fact{{Label: r.T("admin.f.format"), Value: strings.TrimSpace(file.Format + " " + file.Encoding)}, {Label: r.T("admin.f.header"), Value: r.T("admin.row", file.HeaderRow)}}
	page.Columns = r.columnChoices(f, k, file)
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		page.Scope = f.PickUnit("scope", "admin.f.scope", r.UnitsOf(tree)).Hint("admin.scope_hint")
		return err
	})
	if err != nil {
		return err
	}
	if plan != nil {
		r.fillPlan(&page, f, file, plan)
	}
	return importCheckPage.Render(r, page)
}

// columnChoices offers for each column of the file what it may be taken for.
func (r *Req) columnChoices(f *Form, k load.Kind, file *load.File) []Choice {
	var keys []Option
	for _, c := range load.Columns(k) {
		keys = append(keys, Option{Value: c.Key, Text: c.Title(r.Lang)})
	}
	var out []Choice
	for _, m := range file.Mapping {
		name := "map_" + strconv.Itoa(m.Index)
		if _, chosen := f.values[name]; !chosen {
			f.Set(name, m.Key)
		}
		c := f.Choose(name, "admin.f.column", keys).May()
		c.Label = r.T("admin.column_titled", m.Letter, m.Title)
		if m.Key == "" && f.Value(name) == "" {
			c.HintText = r.T("admin.column_ignored")
		}
		out = append(out, c)
	}
	return out
}

// fillPlan shows the counts, the faults and the first rows of a plan.
func (r *Req) fillPlan(page *ImportCheckPage, f *Form, file *load.File, plan *load.Plan) {
	page.Ready, page.Wrong, page.Missing, page.Gone = true, plan.Faulty > 0, plan.Missing, plan.Gone
	f.Set("missing", strconv.Itoa(plan.Missing))
	figure := func(n int, state string) Figure {
		return Figure{Value: r.Lang.Number(n), Label: r.Lang.Enum("org.import.state", state), Href: "#rows"}
	}
	page.Counters = []Figure{figure(plan.New, load.New), figure(plan.Changed, load.Changed), figure(plan.Unchanged, load.Unchanged)}
	if plan.Leaving > 0 {
		page.Counters = append(page.Counters, figure(plan.Leaving, load.Leaving))
	}
	bad := figure(plan.Faulty, load.Faulty)
	if plan.Faulty > 0 {
		bad.Href, bad.Tone = "#faults", "bad"
	}
	page.Counters = append(page.Counters, bad, Figure{Value: r.Lang.Number(plan.Missing), Label: r.T("admin.missing"), Href: "#missing"})
	page.Facts = append(page.Facts, Fact{Label: r.T("admin.f.rows"), Value: r.Lang.Number(plan.Rows)})
	page.Faults = Table{Caption: r.T("admin.faults"), Columns: []Column{{Label: r.T("admin.f.cell")}, {Label: r.T("admin.f.problem")}}}
	for _, e := range plan.Faults {
		page.Faults.Add("", Cell{Text: e.Field}, Cell{Text: sentence(r.Lang, e)})
	}
	if len(plan.Faults) >= load.ShownFaults {
		page.More = r.T("admin.more_faults", load.ShownFaults)
	}
	page.Preview = Table{Caption: r.T("admin.preview", len(plan.Preview)), Columns: []Column{{Label: r.T("admin.f.row")}, {Label: r.T("admin.f.state")}}}
	used := map[string]bool{}
	for _, m := range file.Mapping {
		used[m.Key] = true
	}
	columns := load.Columns(plan.Kind)
	for _, c := range columns {
		if used[c.Key] {
			page.Preview.Columns = append(page.Preview.Columns, Column{Label: r.T("org.column." + c.Key)})
		}
	}
	for _, line := range plan.Preview {
		state := &Tag{Text: r.Lang.Enum("org.import.state", line.State), Tone: map[string]string{load.New: "good", load.Changed: "info", load.Faulty: "bad", load.Leaving: "warn"}[line.State]}
		row := page.Preview.Add("", Cell{Text: strconv.Itoa(line.Row)}, Cell{Tag: state})
		if line.State == load.Faulty {
			row.Tone = "bad"
		}
		for i, c := range columns {
			if used[c.Key] && i < len(line.Values) {
				cell := Cell{Text: line.Values[i]}
				for _, changed := range line.Changes {
					if changed == c.Key {
						cell.Sub = r.T("admin.changes")
					}
				}
				row.Cells = append(row.Cells, cell)
			}
		}
	}
	for _, u := range plan.NewUnits {
		page.NewUnits = append(page.NewUnits, u.NameZh+" "+u.Code)
	}
}

func trimPrefix(s, prefix string) string {
	rest, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return ""
	}
	return rest
}
