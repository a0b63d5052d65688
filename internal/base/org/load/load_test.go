package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

var admin = access.Person{Kind: access.Account, ID: "admin", Unit: "G", Path: "/G/", Grants: []access.Grant{{Role: access.SystemAdmin, Unit: "G", Path: "/G/"}}}

// organisation lays G with plants U01 (workshop 高炉车间, crew 甲班) and U02.
func organisation(t testing.TB, d *db.DB) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		who := access.System("test")
		if err := org.Seed(tx, who); err != nil {
			return err
		}
		return org.PutUnits{Units: []org.Unit{
			{Code: "U01", Parent: "G", Kind: org.Plant, NameZh: "炼铁厂", NameEn: "Ironmaking", Active: true},
			{Code: "U01-A", Parent: "U01", Kind: org.Workshop, NameZh: "高炉车间", Active: true},
			{Code: "U01-A1", Parent: "U01-A", Kind: org.Crew, NameZh: "甲班", Active: true},
			{Code: "U02", Parent: "G", Kind: org.Plant, NameZh: "炼钢厂", Active: true},
		}}.Do(tx, who)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func csvFile(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func readFile(t testing.TB, k Kind, b []byte) *File {
	t.Helper()
	f, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Kind: k})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func plan(t testing.TB, d *db.DB, f *File, c Choice) *Plan {
	t.Helper()
	var p *Plan
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { p, err = f.Plan(tx, admin, c); return err }); err != nil {
		t.Fatal(err)
	}
	return p
}

// counts puts a plan into a line: new changed unchanged leaving missing faulty.
func counts(p *Plan) string {
	return fmt.Sprint(p.New, p.Changed, p.Unchanged, p.Leaving, p.Missing, p.Faulty)
}

func faults(p *Plan) string {
	var out []string
	for _, e := range p.Faults {
		out = append(out, e.Field+" "+e.Key)
		for _, l := range lang.All() {
			if l.T(e.Key, e.Args...) == "" {
				panic("no words for " + e.Key)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func apply(t testing.TB, d *db.DB, f *File, c Choice, wantKey string) Run {
	t.Helper()
	r, err := f.Apply(context.Background(), d, admin, c, nil)
	if got := keyOf(err); got != wantKey {
		t.Fatalf("apply: %q, want %q (%v)", got, wantKey, err)
	}
	return r
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func count(t testing.TB, d *db.DB, q string, args ...any) int {
	t.Helper()
	var n int
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { n, err = db.One[int](tx, q, args...); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

var head = "工号*,姓名*,单位编码*,部门/车间,班组,岗位,班制,用工形式,手机号,性别,出生年份,入会状态,职工代表,账号标识,在岗状态,备注"

func TestPeople(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		organisation(t, d)
		b := csvFile("澄川特钢集团职工名册,,,", "填报单位：炼铁厂,,,", head,
			"00001001,王建国,U01,高炉车间,甲班,炉前工,四班三倒,合同制,13800000001,男,1985年3月,是,否,wang,在岗,",
			"00001002,李秀英,炼钢厂,,,化验工,常白班,派遣工,,女,1990,未入会,是,,,\"'=1+1\"",
			"00001003,张三,U02")
		f := readFile(t, People, b)
		if f.HeaderRow != 3 || f.Rows() != 3 || f.Format != "csv" {
			t.Fatalf("%+v", f)
		}
		p := plan(t, d, f, Choice{})
		if counts(p) != "3 0 0 0 0 0" || len(p.Preview) != 3 || strings.Join(p.Preview[0].Values, "|") != "00001001|王建国|U01|高炉车间|甲班|炉前工|四班三倒|contract|13800000001|m|1985|yes||wang|active|" {
			t.Fatalf("%s %+v %s", counts(p), p.Preview, faults(p))
		}
		if n := count(t, d, `SELECT COUNT(*) FROM org_person`); n != 0 {
			t.Fatalf("a dry run wrote %d people", n)
		}
		var reports []Progress
		r, err := f.Apply(context.Background(), d, admin, Choice{}, func(p Progress) { reports = append(reports, p) })
		if err != nil || r.State != Done || r.Added != 3 || r.RowsDone != 3 || fmt.Sprint(reports) != "[{0 3} {3 3}]" {
			t.Fatalf("%+v %v %v", r, reports, err)
		}
		// The same again changes nothing.
		if p := plan(t, d, f, Choice{}); counts(p) != "0 0 3 0 0 0" {
			t.Fatalf("again: %s %s", counts(p), faults(p))
		}
		if r := apply(t, d, f, Choice{}, ""); r.Added+r.Changed+r.Removed+r.RowsDone != 0 {
			t.Fatalf("again: %+v", r)
		}
		var wang org.Person
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			wang, err = org.PersonByNo(tx, "00001001")
			u, _ := org.UnitByCode(tx, "U01")
			if u.Headcount != 1 {
				t.Errorf("headcount %d", u.Headcount)
			}
			return err
		}); err != nil || wang.Unit != "U01-A1" || wang.Path != "/G/U01/U01-A/U01-A1/" {
			t.Fatalf("%+v %v", wang, err)
		}

		// An empty cell leaves, a hyphen empties; who is not named is missing only where the file belongs.
		f = readFile(t, People, csvFile(head, "00001001,,U02,,,-,,,,,,,,,,", "00001003,张三,U02,,,,,,,,,,,,离职,"))
		p = plan(t, d, f, Choice{Scope: "U02"})
		if counts(p) != "0 1 0 1 1 0" || fmt.Sprint(p.Gone) != "[00001002 李秀英]" || fmt.Sprint(p.Preview[0].Changes) != "[post unit]" {
			t.Fatalf("%s %v %v %s", counts(p), p.Gone, p.Preview[0].Changes, faults(p))
		}
		apply(t, d, f, Choice{Scope: "U02", Dismiss: true, Missing: 0}, "org.import.missing_changed")
		r = apply(t, d, f, Choice{Scope: "U02", Dismiss: true, Missing: 1}, "")
		if r.Changed != 1 || r.Removed != 2 || count(t, d, `SELECT COUNT(*) FROM org_person WHERE status = 'left'`) != 2 {
			t.Fatalf("%+v", r)
		}
		if err := d.Read(context.Background(), func(tx *db.Tx) error {
			x, err := org.PersonByNo(tx, "00001001")
			if x.ID != wang.ID || x.Unit != "U02" || x.Post != "" || x.Phone != "13800000001" || x.Name != "王建国" {
				t.Errorf("%+v", x)
			}
			g, _ := org.UnitByCode(tx, "G")
			runs, _ := Runs(tx, 10)
			if g.Headcount != 1 || len(runs) != 3 {
				t.Errorf("headcount %d, %d runs", g.Headcount, len(runs))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFaults(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		organisation(t, d)
		apply(t, d, readFile(t, People, csvFile(head, "00000007,老七,U01", "00000123,老员工,U01")), Choice{}, "")
		f := readFile(t, People, csvFile(head,
			"123,老员工,U01",         // zeros lost of somebody known
			"456,新人,U01",          // all others have eight digits with zeros in front
			"1.38E+10,科学,U01",     // a number as spreadsheets show it
			"00000300,,U99",       // no name, no such unit
			"00000301,甲,U01,炼焦车间", // no such workshop
			"00000302,乙,U01,高炉车间,丁班,,,神仙,1.38E+10,未知,上世纪,也许,也许,,飞升,", // everything else
			"00000303,丙,U01", "00000303,丙,U01",
			"00000304,丁,U01,高炉车间,甲班,,,,138-0000-0000,,,,,,,"))
		p := plan(t, d, f, Choice{})
		want := "A2 org.import.zeros, A3 org.import.zeros, A4 org.import.scientific, A9 org.import.twice, B5 org.text.missing, C5 org.unit.unknown, " +
			"D6 org.import.unit_below, E7 org.import.unit_below, H7 org.import.word, I7 org.import.scientific, J7 org.import.word, K7 org.import.year, " +
			"L7 org.import.yes_no, M7 org.import.yes_no, O7 org.import.word"
		if got := faults(p); got != want || counts(p) != "2 0 0 0 2 7" {
			t.Fatalf("%s\n%s\nwant %s", counts(p), got, want)
		}
		apply(t, d, f, Choice{}, "org.import.faults")
		if n := count(t, d, `SELECT COUNT(*) FROM org_person`); n != 2 {
			t.Fatalf("%d people: something was written in spite of faults", n)
		}
		if r := apply(t, d, f, Choice{ValidOnly: true}, ""); r.Added != 2 || r.Refused != 7 {
			t.Fatalf("%+v", r)
		}
		// Workshops and crews that the tree does not have are made on demand, once.
		f = readFile(t, People, csvFile(head, "00000401,甲,U01,炼焦车间,甲班", "00000402,乙,U01,炼焦车间,甲班", "00000403,丙,U01,炼焦车间,乙班"))
		if p := plan(t, d, f, Choice{CreateUnits: true}); counts(p) != "3 0 0 0 4 0" || len(p.NewUnits) != 3 {
			t.Fatalf("%s %+v %s", counts(p), p.NewUnits, faults(p))
		}
		apply(t, d, f, Choice{CreateUnits: true}, "")
		if p := plan(t, d, f, Choice{}); counts(p) != "0 0 3 0 4 0" {
			t.Fatalf("again: %s %s", counts(p), faults(p))
		}
		if n := count(t, d, `SELECT COUNT(*) FROM org_person WHERE path >= '/G/U01/U01-W01/' AND path < '/G/U01/U01-W010'`); n != 3 {
			t.Fatalf("%d people in the new workshop", n)
		}
	})
}

// book makes an xlsx of rows; a float64 becomes a number cell.
func book(t testing.TB, rows [][]any, merged ...string) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	for r, row := range rows {
		for c, v := range row {
			cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
			if err := x.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		if err := x.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSX(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		organisation(t, d)
		rows := [][]any{{"Employee no.", "Name", "Unit code", "Mobile phone", "Hobby"}, {"00001", "Wang", "U01", 1.38e10, "chess"}, {"00002", "Li", "U01", "13800000000", ""}, {3.0, "Zhang", "U01", "", ""}}
		b := book(t, rows, "B2:B3")
		if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Kind: People}); keyOf(err) != "sheet.merged" || !strings.Contains(fmt.Sprint(fault.Of(err).Args), "B2:B3") {
			t.Fatalf("merged cells: %v", err)
		}
		f := readFile(t, People, book(t, rows))
		if f.Mapping[4].Key != "" || f.Mapping[4].Title != "Hobby" || f.Mapping[3].Key != "phone" {
			t.Fatalf("%+v", f.Mapping)
		}
		if p := plan(t, d, f, Choice{}); faults(p) != "A4 org.import.zeros" || p.Preview[0].Values[8] != "13800000000" {
			t.Fatalf("%s", faults(p))
		}
		// The title of a column is understood in both languages, or said by hand.
		rows[0][2] = "Where"
		b = book(t, rows)
		if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Kind: People}); keyOf(err) != "org.import.column_missing" {
			t.Fatalf("%v", err)
		}
		f, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Kind: People, Mapping: map[int]string{2: "unit", 3: ""}})
		if err != nil || f.Mapping[3].Key != "" {
			t.Fatalf("%v", err)
		}
		if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Kind: People, Mapping: map[int]string{2: "name"}}); keyOf(err) != "org.import.column_twice" {
			t.Fatalf("%v", err)
		}
	})
}

func TestGB18030(t *testing.T) {
	d, _ := dbtest.Open(t)
	organisation(t, d)
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes(csvFile(head, "A01,喆䶮,U01,高炉车间,甲班,炉前工"))
	if err != nil {
		t.Fatal(err)
	}
	f := readFile(t, People, b)
	p := plan(t, d, f, Choice{})
	if f.Encoding != "GB18030" || counts(p) != "1 0 0 0 0 0" || p.Preview[0].Values[1] != "喆䶮" {
		t.Fatalf("%s %s %+v %s", f.Encoding, counts(p), p.Preview, faults(p))
	}
}

func TestTemplates(t *testing.T) {
	for _, k := range []Kind{People, Places} {
		for _, format := range []string{"csv", "xlsx"} {
			for _, l := range lang.All() {
				var b bytes.Buffer
				if err := Template(&b, k, format, l); err != nil {
					t.Fatal(err)
				}
				_, err := Read(context.Background(), bytes.NewReader(b.Bytes()), int64(b.Len()), Options{Kind: k})
				if keyOf(err) != "org.import.no_rows" {
					t.Errorf("%s %s %s: an empty template reads as %v", k, format, l, err)
				}
			}
		}
	}
	if err := Template(&bytes.Buffer{}, "moons", "csv", lang.ZH); keyOf(err) != "org.import.kind_unknown" {
		t.Error(err)
	}
}

func TestPlaces(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		organisation(t, d)
		head := "场所编码,场所名称,英文名称,类型,单位编码,所在场所编码,使用单位编码,关闭说明,在用"
		f := readFile(t, Places, csvFile(head, "p104m,男浴室,,浴室,U02,P104,\"U01,U02\",,", "P104,浴室,Bath,bathhouse,U02,,U01、U02,,是", "Z9,老楼,,other,U02,,,,否"))
		if p := plan(t, d, f, Choice{}); counts(p) != "3 0 0 0 0 0" {
			t.Fatalf("%s %s", counts(p), faults(p))
		}
		apply(t, d, f, Choice{}, "")
		key := ""
		if err := d.Read(context.Background(), func(tx *db.Tx) error {
			x, err := org.PlaceByCode(tx, "P104M")
			key = x.Key
			if x.Parent != "P104" || x.Audience != "U01,U02" || x.Kind != org.Bathhouse || len(key) != 13 {
				t.Errorf("%+v", x)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if p := plan(t, d, f, Choice{}); counts(p) != "0 0 3 0 0 0" {
			t.Fatalf("again: %s", counts(p))
		}
		f = readFile(t, Places, csvFile(head, "P104,浴室,,,,P105,,,", "P105,澡堂,,浴室,U02,P104,,,", "P106,x,,天堂,U77,P999,U88,,也许"))
		if p := plan(t, d, f, Choice{}); faults(p) != "D4 org.import.word, E4 org.unit.unknown, F2 org.place.inside_itself, F3 org.place.inside_itself, F4 org.place.unknown, G4 org.unit.unknown, I4 org.import.yes_no" {
			t.Fatalf("%s", faults(p))
		}
		f = readFile(t, Places, csvFile(head, "P104,大浴室,,,,,-,检修,"))
		p := plan(t, d, f, Choice{})
		if counts(p) != "0 1 0 0 1 0" {
			t.Fatalf("%s %s", counts(p), faults(p))
		}
		apply(t, d, f, Choice{Dismiss: true, Missing: 1}, "")
		if n := count(t, d, `SELECT COUNT(*) FROM org_place WHERE active = 1 AND name_zh = '大浴室' AND audience = ''`); n != 1 {
			t.Fatal("not changed")
		}
		if n := count(t, d, `SELECT COUNT(*) FROM org_place WHERE active = 0`); n != 2 {
			t.Fatalf("%d places are out of use", n)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM org_place WHERE key = $1`, key); n != 1 {
			t.Fatal("the poster's key has changed")
		}
	})
}

// TestRefused: who may not, and what was interrupted.
func TestRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		organisation(t, d)
		var lines []string
		for i := range 1200 {
			lines = append(lines, fmt.Sprintf("%d,人%d,U01", 100000+i, i))
		}
		f := readFile(t, People, csvFile(append([]string{head}, lines...)...))
		worker := access.Person{Kind: access.Account, ID: "w", Path: "/G/"}
		if _, err := f.Apply(context.Background(), d, worker, Choice{}, nil); keyOf(err) != "access.denied" {
			t.Fatalf("%v", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		_, err := f.Apply(ctx, d, admin, Choice{}, func(p Progress) {
			if p.Done >= 500 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%v", err)
		}
		done := count(t, d, `SELECT COUNT(*) FROM org_person`)
		if done < 500 || done >= 1200 || count(t, d, `SELECT COUNT(*) FROM org_import WHERE state = 'failed'`) != 1 {
			t.Fatalf("%d people", done)
		}
		if r := apply(t, d, f, Choice{}, ""); r.Added != 1200-done || r.State != Done {
			t.Fatalf("%+v", r)
		}
	})
}

// BenchmarkPeople imports 100,000 people, the largest organisation the product is measured with.
func BenchmarkPeople(b *testing.B) {
	var lines []string
	for i := range 100_000 {
		lines = append(lines, fmt.Sprintf("%08d,职工%d,U0%d,,,炉前工,四班三倒,合同制,1380000%04d,男,1985,是,否,u%d,在岗,", i+1, i, 1+i%2, i%10000, i))
	}
	file := csvFile(append([]string{head}, lines...)...)
	for b.Loop() {
		d, _ := dbtest.Open(b)
		organisation(b, d)
		apply(b, d, readFile(b, People, file), Choice{}, "")
		if n := count(b, d, `SELECT headcount FROM org_unit WHERE code = 'G'`); n != 100_000 {
			b.Fatal(n)
		}
	}
}
