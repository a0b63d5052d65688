package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestPickOneUnit: a part of a name brings the form back with the found ones and everything typed; the one chosen is taken.
func TestPickOneUnit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := administrators(t, d, c)
		b := o.as("SYS")
		form := b.Get("/admin/people/new").Want(200).Form("/admin/people/new").Set("employee_no", "70001").Set("name", "周新").Set("unit", "炼").Set("post", "天车工")
		page := form.Submit().Want(422).Says("请在下面找到的里面选一个", "炼铁厂 · U01", "炼钢厂 · U02")
		again := page.Form("/admin/people/new")
		if v := again.Values; v.Get("unit") != "炼" || v.Get("name") != "周新" || v.Get("post") != "天车工" || v.Get("employee_no") != "70001" {
			t.Fatalf("lost: %v", v)
		}
		saved := again.Set("unit.pick", "U02").Submit().Want(200).Says("周新", "炼钢厂")
		if got := saved.Click("/edit").Form("/edit").Values.Get("unit"); got != "炼钢厂 · U02" {
			t.Errorf("stored as %q", got)
		}
		// a whole name, a code in small letters and what the field shows mean one beyond doubt; a changed text is looked for anew
		for i, text := range []string{"炼铁厂", "u01", "炼铁厂 · U01", "Ironmaking"} {
			no := "7100" + string(rune('0'+i))
			b.Get("/admin/people/new").Form("/admin/people/new").Set("employee_no", no).Set("name", "周一"+no).Set("unit", text).Submit().Want(200).Says("炼铁厂")
		}
		again = b.Get("/admin/people/new").Form("/admin/people/new").Set("employee_no", "72000").Set("name", "周二").Set("unit", "炼").Submit().Want(422).Form("/admin/people/new")
		again.Set("unit", "高炉车间").Set("unit.pick", "U02").Submit().Want(200).Says("高炉车间")
		b.Get("/admin/people/new").Form("/admin/people/new").Set("employee_no", "73000").Set("name", "周三").Set("unit", "没有的厂").Submit().Want(422).Says("没有找到“没有的厂”")
		// a part that only one has is not taken unseen
		b.Get("/admin/people/new").Form("/admin/people/new").Set("employee_no", "74000").Set("name", "周四").Set("unit", "高炉").Submit().Want(422).Says("高炉车间 · U01-A")
	})
}

// TestPickSeveralUnits: those that count stay, those typed are added, and a part of a name is asked about.
func TestPickSeveralUnits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := administrators(t, d, c)
		b := o.as("SYS")
		form := b.Get("/admin/rules/edit").Form("/admin/rules/edit").Set("category", "A1").Set("lead", "场所所属单位").Set("basis", "厂务会").Set("co.add", "炼铁厂、炼")
		page := form.Submit().Want(422).Says("炼钢厂 · U02")
		again := page.Form("/admin/rules/edit")
		if v := again.Values; strings.Join(v["co"], " ") != "U01" || v.Get("co.add") != "炼" {
			t.Fatalf("lost: %v", v)
		}
		again.Set("co", "U01", "U02").Submit().Want(200)
		held := b.Get("/admin/rules/edit?category=A1&place=").Form("/admin/rules/edit").Values
		if strings.Join(held["co"], " ") != "U01 U02" || held.Get("lead") != "场所所属单位" {
			t.Errorf("held: %v", held)
		}
	})
}

// TestPickPeople: whole names and numbers mean somebody; by a part of the name one finds the people of one's own units only, unless one
// keeps the list of people.
func TestPickPeople(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := administrators(t, d, c)
		o.write(func(tx *db.Tx) error {
			for no, at := range map[string]string{"80001": "U01", "80002": "U02", "80003": "U02"} {
				name := map[string]string{"80001": "欧阳一", "80002": "欧阳二", "80003": "欧阳三"}[no]
				if _, err := (org.AddPerson{EmployeeNo: no, Name: name, Unit: at}).Do(tx, access.System("test")); err != nil {
					return err
				}
			}
			return nil
		})
		b := o.as("TRI")
		page := b.Get("/admin/roster").Want(200).Form("add-hazard").Set("no_hazard", "欧阳").Submit().Want(422).Says("欧阳一 · 80001", "欧阳三 · 80003")
		page.Form("add-hazard").Set("no_hazard.pick", "80002").Submit().Want(200).Says("欧阳二")
		b.Get("/admin/roster").Form("add-hazard").Set("no_hazard", "无此人").Submit().Want(422).Says("无此人")
		b.Get("/admin/roster").Form("add-hazard").Set("no_hazard", "欧阳一 · 80001").Submit().Want(200).Says("欧阳一")

		o.write(func(tx *db.Tx) error { // a clerk of one plant
			who := access.System("test")
			id, err := org.AddPerson{EmployeeNo: "H2", Name: "王H2", Unit: "U02"}.Do(tx, who)
			if err != nil {
				return err
			}
			if err := (org.GiveRole{Person: id, Role: access.Handler, Unit: "U02"}).Do(tx, who); err != nil {
				return err
			}
			return login.Provide{Person: id, Hash: officeHash()}.Do(tx, who)
		})
		whose := func(no string) string {
			p := o.as(no).Get("/pick/people?q=" + "%E6%AC%A7%E9%98%B3").Want(200) // 欧阳
			return string(p.Body)
		}
		if got := whose("TRI"); strings.Count(got, "欧阳") != 3 {
			t.Errorf("who keeps the list finds everybody: %s", got)
		}
		if got := whose("H2"); !strings.Contains(got, "80002") || strings.Contains(got, "80001") {
			t.Errorf("a clerk reads the personnel list: %s", got)
		}
		if got := string(o.as("H2").Get("/pick/people?q=%E6%AC%A7%E9%98%B3%E4%B8%80").Want(200).Body); !strings.Contains(got, "80001") { // 欧阳一
			t.Errorf("the whole name finds: %s", got)
		}
		o.as("W1").Get("/pick/people?q=a").Want(403)
		if got := string(o.as("W1").Get("/pick/units?q=%E7%82%BC&kind=unit").Want(200).Body); !strings.Contains(got, "U01") || strings.Contains(got, "U01-A") {
			t.Errorf("units by kind: %s", got)
		}
		o.as("W1").Get("/pick/units?q=a&kind=nothing").Want(400)
	})
}

// TestPickRefusesOtherKinds: a field for units of some kinds says at once, at the field and above the form, that another one cannot be chosen there and
// which can, however it was given: by its code, by name and code, by its whole name, as one of the found ones or as a box that counts. What was typed stays.
func TestPickRefusesOtherKinds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := administrators(t, d, c)
		b := o.as("SYS")
		place := func(lang string) *webtest.Form {
			return b.Get("/admin/places/new?lang="+lang).Want(200).Form("/admin/places/new").Set("code", "P77").Set("name_zh", "七号浴室").Set("kind", "bathhouse").Set("unit", "U01")
		}
		says := map[string]string{"zh": "这里不能选“高炉车间 · U01-A”，它是车间。可以选的有：", "en": "cannot be chosen here; its kind is: Workshop. You can choose: Plant or company"}
		for l, want := range says {
			for _, text := range []string{"u01-a", "高炉车间 · U01-A", "高炉车间", "炼铁厂、U01-A"} {
				p := place(l).Set("audience.add", text).Submit().Want(422).Says(want)
				if at := p.ID("f-audience-fault"); !strings.Contains(at, want) {
					t.Errorf("%s: at the field stands %q", text, at)
				}
				again := p.Form("/admin/places/new").Values
				if !strings.Contains(again.Get("audience.add"), text[max(0, len(text)-5):]) || strings.Contains(text, "炼铁厂") != (strings.Join(again["audience"], " ") == "U01") {
					t.Errorf("%s: lost: %v", text, again)
				}
			}
			forged := place(l)
			forged.Values["audience"] = []string{"U01", "U01-A"}
			forged.Submit().Want(422).Says(want)
		}
		place("zh").Set("audience.add", "炼铁厂、U02").Submit().Want(200).Says("七号浴室")

		// one unit: a crew has no units below it
		o.write(func(tx *db.Tx) error {
			return org.AddUnit{Code: "U01-A9", Parent: "U01-A", Kind: org.Crew, NameZh: "九班", NameEn: "Crew 9"}.Do(tx, access.System("test"))
		})
		unit := func() *webtest.Form {
			return b.Get("/admin/units/new?lang=zh").Want(200).Form("/admin/units/new").Set("code", "U01-A91").Set("kind", "crew").Set("name_zh", "九一班")
		}
		const crew = "这里不能选“九班 · U01-A9”，它是班组。可以选的有：集团、基层单位、职能部门、车间。"
		for _, text := range []string{"U01-A9", "九班"} {
			p := unit().Set("parent", text).Submit().Want(422).Says(crew)
			if at := p.ID("f-parent-fault"); !strings.Contains(at, crew) {
				t.Errorf("%s: at the field stands %q", text, at)
			}
			if got := p.Form("/admin/units/new").Values.Get("parent"); got != "九班 · U01-A9" {
				t.Errorf("%s comes back as %q", text, got)
			}
		}
		found := unit().Set("parent", "高").Submit().Want(422).Form("/admin/units/new")
		found.Set("parent.pick", "U01-A9").Submit().Want(422).Says(crew)
		found.Set("parent.pick", "U01-A").Submit().Want(200)
	})
}
