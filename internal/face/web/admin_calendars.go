package web

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// calendarBody is the most bytes of an imported year; the notices of a year have about four thousand.
const calendarBody = 1 << 20

func adminCalendars(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.calendars"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.calendars_lede")}
	if r.can(access.OrgEdit) {
		page.Actions = []Link{{Text: r.T("admin.calendar_import"), Href: r.Link("/admin/calendars/import"), Tone: "primary"}}
	}
	t := Table{Caption: r.T("admin.calendars"), Columns: []Column{{Label: r.T("admin.f.year")}, {Label: r.T("admin.f.days_off"), Num: true}, {Label: r.T("admin.f.days_worked"), Num: true},
		{Label: r.T("admin.f.source")}, {Label: r.T("admin.f.when"), Minor: true}, {Label: r.T("admin.f.state")}}}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		years, err := calendarYears(tx)
		if err != nil {
			return err
		}
		this := r.Now().In(r.Zone).Year()
		have := map[int]bool{}
		for _, y := range years {
			have[y.Year] = true
			off, worked := 0, 0
			for _, d := range y.days {
				if d.Off {
					off++
				} else {
					worked++
				}
			}
			state := Cell{Tag: &Tag{Text: r.T("admin.announced"), Tone: "good"}}
			if y.Provisional {
				state.Tag = &Tag{Text: r.T("admin.provisional"), Tone: "warn"}
			}
			when := r.T("admin.with_program")
			if !y.ImportedAt.Zero() {
				when = r.Lang.Date(y.ImportedAt, r.Zone)
			}
			t.Add(r.Link("/admin/calendars/"+strconv.Itoa(y.Year)), Cell{Text: strconv.Itoa(y.Year)}, Cell{Text: strconv.Itoa(off)}, Cell{Text: strconv.Itoa(worked)},
				Cell{Text: y.Source}, Cell{Text: when}, state)
		}
		for _, y := range []int{this, this + 1} {
			if !have[y] {
				row := t.Add("", Cell{Text: strconv.Itoa(y)}, Cell{Text: "—"}, Cell{Text: "—"}, Cell{Text: r.T("admin.year_missing")}, Cell{},
					Cell{Tag: &Tag{Text: r.T("admin.provisional"), Tone: "warn"}})
				if y == this {
					row.Tone = "bad"
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Tables = []Table{t}
	return adminList.Render(r, page)
}

type calendarYear struct {
	org.CalendarYear
	days   []clock.Holiday
	papers []string
}

// calendarYears are the years that hold: those of the database, and the shipped ones that none of them replaces.
func calendarYears(tx *db.Tx) ([]calendarYear, error) {
	rows, err := org.CalendarYears(tx)
	if err != nil {
		return nil, err
	}
	var out []calendarYear
	have := map[int]bool{}
	for _, row := range rows {
		y, err := clock.ParseHolidayCN([]byte(row.Data))
		if err != nil {
			return nil, err
		}
		have[row.Year] = true
		out = append(out, calendarYear{row, y.Days, y.Papers})
	}
	for _, y := range clock.Shipped() {
		if !have[y.Year] {
			out = append(out, calendarYear{org.CalendarYear{Year: y.Year, Source: y.Source}, y.Days, y.Papers})
		}
	}
	slices.SortFunc(out, func(a, b calendarYear) int { return a.Year - b.Year })
	return out, nil
}

func adminCalendar(r *Req) error {
	page := AdminListPage{Page: Page{Title: r.T("admin.calendar_of", r.Param("year")), Shape: Staff, Back: "/admin/calendars"}}
	t := Table{Caption: r.T("admin.f.day"), Columns: []Column{{Label: r.T("admin.f.day")}, {Label: r.T("admin.f.name")}, {Label: r.T("admin.f.state")}}}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		years, err := calendarYears(tx)
		if err != nil {
			return err
		}
		for _, y := range years {
			if strconv.Itoa(y.Year) != r.Param("year") {
				continue
			}
			page.Facts = []Fact{{Label: r.T("admin.f.source"), Value: y.Source}}
			for _, p := range y.papers {
				page.Facts = append(page.Facts, Fact{Label: r.T("admin.f.paper"), Value: p})
			}
			for _, d := range y.days {
				tag := &Tag{Text: r.T("admin.day_off"), Tone: "good"}
				if !d.Off {
					tag = &Tag{Text: r.T("admin.day_worked"), Tone: "warn"}
				}
				t.Add("", Cell{Text: r.Lang.Date(d.Date, r.Zone), Sub: r.T("date.weekday." + strconv.Itoa(int(d.Date.Time(time.UTC).Weekday())))}, Cell{Text: d.Name}, Cell{Tag: tag})
			}
			return nil
		}
		return fault.New(fault.NotFound, "fault.not_found")
	})
	if err != nil {
		return err
	}
	page.Tables = []Table{t}
	return adminList.Render(r, page)
}

func showImportCalendar(r *Req) error { return renderImportCalendar(r, r.Blank()) }

func renderImportCalendar(r *Req, f *Form) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.calendar_import"), Shape: Staff, Back: "/admin/calendars"}, Lede: r.T("admin.calendar_import_lede"), Form: f,
		To: "/admin/calendars/import", Multipart: true, Submit: r.T("admin.import_go")}
	page.Parts = []Part{fieldPart(f.Field("file", "admin.f.json").Files(".json,application/json", false).May().Hint("admin.json_hint")),
		fieldPart(f.Field("json", "admin.f.json_text").Area(6).May()), fieldPart(f.Field("source", "admin.f.source").Limit(500).Hint("admin.source_hint")),
		tickPart(f.Tick("provisional", "admin.f.provisional"))}
	return adminForm.Render(r, page)
}

func importCalendar(r *Req) error {
	var file []byte
	r.Files(func(u Upload) error {
		if len(u.Body) > calendarBody {
			return fault.Field("file", "fault.too_large", calendarBody>>20)
		}
		file = u.Body
		return nil
	})
	f := r.Form()
	in := org.ImportCalendar{JSON: file, Source: f.Text("source", 0, 500), Provisional: f.Ticked("provisional")}
	if text := f.Value("json"); len(file) == 0 {
		in.JSON = []byte(text)
	} else {
		f.Set("json", string(file)) // so that a fault does not cost the file
	}
	if len(in.JSON) == 0 {
		f.Fault("file", "fault.required")
	}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if e := fault.Of(err); e != nil && e.Kind == fault.Invalid && e.Field != "source" {
			err = &fault.Error{Kind: e.Kind, Key: e.Key, Args: e.Args, Field: "json", Cause: e.Cause}
		}
	}
	if f.Take(err) {
		return renderImportCalendar(r, f)
	}
	if err != nil {
		return err
	}
	var y struct {
		Year int `json:"year"`
	}
	if err := json.Unmarshal(in.JSON, &y); err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/calendars/" + strconv.Itoa(y.Year))
}
