package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestFromSetUpToTheFirstPlace goes the way of a new installation: both administrators, a unit, a person, a role, an account, a place.
func TestFromSetUpToTheFirstPlace(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c)
		token, err := o.site.Logins.SetUpToken(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		done := o.browser().Get("/setup").Form("/setup").Set("token", token).Set("name_zh", "澄川特钢集团").Set("security_no", "00001").Set("security_name", "安工").
			Set("system_no", "00002").Set("system_name", "石工").Set("password", officePassword).Set("again", officePassword).Submit().Want(200)
		system := o.browser()
		code := startCode(t, done.Text())
		signIn(system, "00002", code).Form("/account/password").Set("old", code).Set("new", "春分时节渠边种下七棵柳树").Set("again", "春分时节渠边种下七棵柳树").Submit().Want(200)

		// units
		form := system.Get("/admin").Want(200).Click("/admin/units").Want(200).Click("/admin/units/new").Want(200).Form("/admin/units/new")
		bad := form.Set("code", "u01/1").Set("kind", "unit").Set("name_zh", "").Set("parent", "G").Submit().Want(422).Says("编码“U01/1”不对", "请填写")
		again := bad.Form("/admin/units/new")
		if again.Values.Get("code") != "u01/1" || again.Values.Get("parent") != "澄川特钢集团 · G" || again.Values.Get("kind") != "unit" {
			t.Fatalf("lost: %v", again.Values)
		}
		unit := again.Set("code", "u01").Set("name_zh", "炼铁厂").Submit().Want(200).Says("已保存", "炼铁厂", "U01")
		if unit.URL.Path != "/admin/units/U01" {
			t.Fatalf("%s", unit)
		}
		system.Get("/admin/units?kind=unit").Want(200).Says("炼铁厂")
		system.Get("/admin/units?knd=unit").Want(400).Says("kind")

		// people
		person := system.Get("/admin/people/new").Form("/admin/people/new").Set("employee_no", "００１２３").Set("name", "李梅").Set("unit", "U01").Set("phone", "13800000000").
			Submit().Want(200).Says("李梅", "00123", "13800000000")
		system.Get("/admin/people?q=李").Want(200).Says("李梅").Click("李梅").Want(200)
		system.Get("/admin/people/new").Form("/admin/people/new").Set("employee_no", "00123").Set("name", "王五").Set("unit", "U01").Submit().Want(422).Says("工号 00123 已经有人使用")

		// roles and the account are for the other administrator
		chair := o.browser()
		signIn(chair, "00001", officePassword)
		page := chair.Get(person.URL.Path).Want(200).Says("没有角色", "未开通").Silent("13800000000")
		page = page.Form("/give").Set("role", "triager").Set("unit", "G").Submit().Want(200).Says("已授予角色", "分办员")
		page.Form("/give").Set("role", "triager").Set("unit", "G").Submit().Want(422).Says("已经持有这个角色")
		page.Form("/issue").Submit().Want(200).Says("李梅的初始口令", "72 小时")
		chair.Get(person.URL.Path).Want(200).Says("待首次登录")
		chair.Get("/admin/accounts?state=start").Want(200).Says("李梅")
		chair.Get("/admin/grants").Want(200).Says("李梅", "分办员", "安工")
		chair.Get(person.URL.Path).Form("/take").Submit().Want(200).Says("已撤销角色", "没有角色")

		// One person holds only one of the three administrator roles, and nobody gives himself one.
		var security, sys string
		o.read(func(tx *db.Tx) error {
			p, err := org.PersonByNo(tx, "00001")
			security = p.ID
			if err != nil {
				return err
			}
			p, err = org.PersonByNo(tx, "00002")
			sys = p.ID
			return err
		})
		chair.Get("/admin/people/"+sys).Form("/give").Set("role", "audit_admin").Submit().Want(422).Says("角色冲突")
		chair.Get("/admin/people/" + security).Want(200).Says("不能给自己授予角色").Silent("/give\"")

		// places
		place := system.Get("/admin/places/new").Form("/admin/places/new").Set("code", "p104m").Set("name_zh", "二楼浴室").Set("kind", "bathhouse").Set("unit", "U01").Submit().Want(200).Says("二楼浴室", "P104M")
		place.Form("/admin/places/P104M").Set("closed_note", "锅炉检修，11月30日恢复").Submit().Want(200)
		system.Get("/admin/places?q=浴室").Want(200).Says("二楼浴室", "暂停使用")

		// taking out of use: the counts are shown, and a count that changed is asked about again
		confirm := system.Get("/admin/active/unit/U01").Want(200).Says("1 名人员", "1 个场所", "确认停用").Form("/admin/active")
		o.write(func(tx *db.Tx) error {
			return org.AddPlace{Code: "P2", NameZh: "食堂", Kind: org.Canteen, Unit: "U01"}.Do(tx, access.System("test"))
		})
		page = confirm.Submit().Want(409).Says("2 个场所", "关联数量已变为 3")
		page.Form("/admin/active").Submit().Want(200).Says("炼铁厂", "恢复使用")
	})
}

// TestConflict: two administrators edit the same unit; the second sees both versions and decides.
func TestConflict(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"S1": access.SystemAdmin, "S2": access.SystemAdmin})
		mine := o.as("S1").Get("/admin/units/U01").Form("/admin/units/U01")
		o.as("S2").Get("/admin/units/U01").Form("/admin/units/U01").Set("name_zh", "炼铁一厂").Submit().Want(200)
		page := mine.Set("name_zh", "炼铁总厂").Submit().Want(http.StatusConflict).Says("这里被改过了", "王S2", "炼铁总厂", "炼铁一厂")
		o.read(func(tx *db.Tx) error {
			u, err := org.UnitByCode(tx, "U01")
			if u.NameZh != "炼铁一厂" {
				t.Errorf("overwritten: %s", u.NameZh)
			}
			return err
		})
		page.Form("/admin/units/U01").Submit().Want(200).Says("炼铁总厂")

		// A second press of the same form is the same edit.
		form := o.as("S1").Get("/admin/units/U02").Form("/admin/units/U02").Set("name_zh", "炼钢一厂")
		form.Submit().Want(200)
		form.Submit().Want(200).Says("炼钢一厂")
		// The form of a page that was gone back to, changed and sent again is a conflict, not an overwriting.
		form.Set("name_zh", "炼钢二厂").Submit().Want(http.StatusConflict).Says("炼钢一厂", "炼钢二厂")
	})
}

func TestRulesAndSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"S1": access.SystemAdmin, "SEC": access.SecurityAdmin})
		b := o.as("S1")
		form := b.Get("/admin/rules").Want(200).Says("还没有单独的规定").Click("/admin/rules/edit").Form("/admin/rules/edit")
		form.Set("category", "A1").Set("lead", "U02").Set("basis", "").Submit().Want(422).Says("请填写")
		form.Set("basis", "2026年3月5日厂务会").Set("class", "T2H").Submit().Want(200).Says("炼钢厂", "2026年3月5日厂务会")
		b.Get("/admin/rules/edit?category=A1&place=").Form("/admin/rules/edit").Set("lead", "U01").Set("basis", "新的分工").Submit().Want(200)
		b.Get("/admin/rules/edit?category=A1&place=").Want(200).Says("全部版本", "2026年3月5日厂务会", "新的分工", "已终止", "现行")
		b.Get("/admin/rules/drop?category=A1&place=").Form("/admin/rules/drop").Submit().Want(200).Says("还没有单独的规定")

		b.Get("/admin/settings").Want(200).Says("下班时间", "17:30")
		b.Get("/admin/settings/intake.days").Form("/admin/settings").Set("value", "11").Set("basis", "厂规").Submit().Want(422).Says("11 不在 1 到 10 之间")
		b.Get("/admin/settings/intake.days").Form("/admin/settings").Set("value", "1").Set("basis", "厂规第 5 条").Submit().Want(200).Says("厂规第 5 条", "王S1", "修改记录")
		// The determinations of a class, the unit that approves money, and who signs a head's own plan.
		f := b.Get("/admin/settings/plan.template.standard").Want(200).Says("定项目").Form("/admin/settings")
		f.Set("value", "item", "owner", "deadline", "funds").Set("basis", "管理办法").Submit().Want(200).Says("定资金", "管理办法")
		b.Get("/admin/settings/plan.finance.unit").Want(200).Form("/admin/settings").Set("value", "U02").Set("basis", "资金审批办法").Submit().Want(200).Says("资金审批办法")
		b.Get("/admin/settings/plan.head.author").Want(200).Says("一律由责任领导签字").Form("/admin/settings").Set("value", "1").Set("basis", "管理办法").Submit().Want(200)
		// What decides about people's rights is for the other administrator.
		if p := b.Get("/admin/settings/show.from").Want(200); strings.Contains(string(p.Body), "name=\"value\"") {
			t.Fatal("the system administrator is offered a setting of rights")
		}
		o.as("SEC").Get("/admin/settings/show.from").Form("/admin/settings").Set("value", "8").Set("basis", "职代会决议").Submit().Want(200).Says("8 份")

		b.Get("/admin/checks/new").Form("/admin/checks/new").Set("code", "X1").Set("name_zh", "水温").Set("place_kind", "bathhouse").Set("op", "between").Set("low", "42").
			Set("high", "37").Set("measure", "℃").Set("basis_zh", "厂规").Set("mark", "company").Submit().Want(422).Says("上限不能小于下限")
		b.Get("/admin/categories/A1").Form("/admin/categories/A1").Set("limit", "3").Submit().Want(422).Says("30m、4h 或 3d")
		b.Get("/admin/categories/A1").Form("/admin/categories/A1").Set("limit", "3个工作日").Set("first", "30分钟").Submit().Want(200)
		b.Get("/admin/categories").Says("3 个工作日", "30 分钟")

		year := `{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, {"name": "元旦", "date": "2027-01-03", "isOffDay": false}]}`
		b.Get("/admin/calendars").Want(200).Says("2027", "还没有导入")
		b.Get("/admin/calendars/import").Form("/admin/calendars/import").Set("source", "通知").Attach("file", "2027.json", []byte("{")).Submit().Want(422)
		b.Get("/admin/calendars/import").Form("/admin/calendars/import").Set("source", "国办通知").Attach("file", "2027.json", []byte(year)).Submit().Want(200).Says("2027 年工作日历", "2027年1月3日", "上班", "国办通知")

		b.Get("/admin/roster").Want(200).Says("险情值班")
		add := func(no string) *webtest.Page {
			return b.Get("/admin/roster").Form("add-hazard").Set("no_hazard", no).Submit()
		}
		add("nobody").Want(422).Says("没有工号为 nobody 的人")
		add("S1").Want(200)
		add("SEC").Want(200)
		add("SEC").Want(422).Says("出现了两次")
		b.Get("/admin/roster").Form("上移").Submit().Want(200)
		o.read(func(tx *db.Tx) error {
			people, err := org.Roster(tx, "hazard")
			if len(people) != 2 || people[0].EmployeeNo != "SEC" {
				t.Errorf("%+v", people)
			}
			return err
		})
	})
}

// TestLeaving: who leaves is asked about with what hangs on him, and cannot sign in any more.
func TestLeaving(t *testing.T) {
	d, c := dbtest.Open(t)
	o := newOffice(t, d, c).staffed(map[string]access.Role{"S1": access.SystemAdmin, "T1": access.Triager, "SEC": access.SecurityAdmin})
	triager := o.as("T1")
	b := o.as("S1")
	path := "/admin/people/" + o.id["T1"] + "/edit"
	ask := b.Get(path).Form(path).Set("status", "left").Submit().Want(200).Says("确认离职", "1 项授权")
	ask.Form(path).Submit().Want(200).Says("离职")
	if p := triager.Get("/account"); p.URL.Path != "/login" {
		t.Fatalf("still signed in: %s", p)
	}
	signIn(o.browser(), "T1", officePassword).Want(422).Says("工号或口令不对")
	// The last security administrator stays.
	path = "/admin/people/" + o.id["SEC"] + "/edit"
	b.Get(path).Form(path).Set("status", "left").Submit().Form(path).Submit().Want(422).Says("最后一名安全管理员")
	o.read(func(tx *db.Tx) error {
		p, err := org.PersonByID(tx, o.id["SEC"])
		if p.Status != org.Active {
			t.Errorf("%s", p.Status)
		}
		return err
	})
}

// TestClosedAccount: closing an account ends its sessions at once.
func TestClosedAccount(t *testing.T) {
	d, c := dbtest.Open(t)
	o := newOffice(t, d, c).staffed(map[string]access.Role{"SEC": access.SecurityAdmin, "W1": ""})
	worker, chair := o.as("W1"), o.as("SEC")
	worker.Get("/account").Want(200).Says("王W1")
	path := "/admin/people/" + o.id["W1"]
	chair.Get(path).Form(path + "/account").Submit().Want(200).Says("已停用")
	if p := worker.Get("/account"); p.URL.Path != "/login" {
		t.Fatalf("still signed in: %s", p)
	}
	signIn(worker, "W1", officePassword).Want(422)
	chair.Get(path).Form(path + "/account").Submit().Want(200).Says("正常")
	signIn(worker, "W1", officePassword).Want(200)
	chair.Get(path).Form("结束全部登录").Submit().Want(200)
	if p := worker.Get("/account"); p.URL.Path != "/login" {
		t.Fatalf("still signed in: %s", p)
	}
	chair.Get("/admin/accounts?state=unused").Want(200).Silent("王W1")
	c.Advance(100 * 24 * time.Hour)
	chair = o.as("SEC")
	chair.Get("/admin/accounts?state=unused").Want(200).Says("王W1")
	signIn(o.browser(), "W1", officePassword).Want(200)
	chair.Get("/admin/accounts?state=unused").Want(200).Silent("王W1")
	o.read(func(tx *db.Tx) error {
		a, err := login.AccountOf(tx, access.Person{Kind: access.Account, ID: o.id["SEC"], Grants: []access.Grant{{Role: access.SecurityAdmin, Unit: "G", Path: "/G/"}}}, o.id["W1"])
		if a == nil || a.Disabled {
			t.Errorf("%+v", a)
		}
		return err
	})
}
