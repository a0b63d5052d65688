// Package orgtest lays out a small organisation for the tests of the capabilities: a group with two plants and three
// departments, two places, a category with its responsible unit, and one person for every role. Everybody but the contractor has an account.
package orgtest

import (
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// World is a small organisation. The persons are keyed by short names; see [New].
type World struct{ worldtest.World }

// Doer is an action.
type Doer = worldtest.Doer

var units = []org.AddUnit{
	{Code: "G", Kind: org.Group, NameZh: "澄川特钢集团", NameEn: "Chengchuan Special Steel"},
	{Code: "U01", Parent: "G", Kind: org.Plant, NameZh: "炼铁厂", NameEn: "Iron plant"},
	{Code: "U01-A", Parent: "U01", Kind: org.Crew, NameZh: "高炉甲班", NameEn: "Furnace crew A"},
	{Code: "U02", Parent: "G", Kind: org.Plant, NameZh: "轧钢厂", NameEn: "Rolling mill"},
	{Code: "D01", Parent: "G", Kind: org.Department, NameZh: "公益部", NameEn: "Public welfare"},
	{Code: "D05", Parent: "G", Kind: org.Department, NameZh: "设备部", NameEn: "Equipment"},
	{Code: "D06", Parent: "G", Kind: org.Department, NameZh: "工程管理部", NameEn: "Engineering"},
	{Code: "UN", Parent: "G", Kind: org.Department, NameZh: "工会办", NameEn: "Union office"},
}

// people: short name, unit, and the role with its unit, if any.
var people = []struct {
	key, unit  string
	role       access.Role
	over       string
	employment string
}{
	{"triager", "UN", access.Triager, "G", ""},
	{"triager2", "UN", access.Triager, "G", ""},
	{"supervisor", "UN", access.Supervisor, "G", ""},
	{"leader", "G", access.Leader, "G", ""},
	{"auditor", "G", access.Auditor, "G", ""},
	{"inspector", "U02", access.Inspector, "G", ""},
	{"chair", "U01", access.UnitChair, "U01", ""},
	{"chair2", "U02", access.UnitChair, "U02", ""},
	{"shift", "U01-A", access.ShiftLeader, "U01-A", ""},
	{"handler", "D05", access.Handler, "D05", ""},
	{"handler2", "D05", access.Handler, "D05", ""},
	{"head", "D05", access.DeptHead, "D05", ""},
	{"other", "D06", access.Handler, "D06", ""},
	{"otherhead", "D06", access.DeptHead, "D06", ""},
	{"welfare", "D01", access.DeptHead, "D01", ""},
	{"contractor", "D05", "", "", org.Contractor},
	{"worker", "U01", "", "", ""},
	{"worker2", "U01-A", "", "", ""},
	{"worker3", "U01", "", "", ""},
	{"mill", "U02", "", "", ""},
}

// New lays the organisation out in d.
func New(t testing.TB, d *db.DB, c *clock.Fake) *World {
	t.Helper()
	w := &World{worldtest.New(t, d, c)}
	who := access.System("test")
	w.Must(func(tx *db.Tx) error {
		for _, u := range units {
			if err := u.Do(tx, who); err != nil {
				return err
			}
		}
		for _, p := range []org.AddPlace{
			{Code: "P104M", NameZh: "四区职工新浴室(男)", NameEn: "Bathhouse 4, men", Kind: org.Bathhouse, Unit: "U01"},
			{Code: "P201", NameZh: "四区一楼餐厅", NameEn: "Canteen 4", Kind: org.Canteen, Unit: "D01", Audience: []string{"U01", "U02"}},
		} {
			if err := p.Do(tx, who); err != nil {
				return err
			}
		}
		for _, k := range []org.SaveCategory{
			{Code: "BA", NameZh: "浴室", NameEn: "Bathhouse"},
			{Code: "BA-1", Parent: "BA", NameZh: "水温", NameEn: "Water temperature", Lead: "D05", Co: []string{"D06"}, Class: clock.T24H},
			{Code: "CA", NameZh: "餐饮", NameEn: "Food", Lead: "D01"},
		} {
			if err := k.Do(tx, who); err != nil {
				return err
			}
		}
		// Employees are asked at once, so that a test need not wait for days; who waits takes the setting back.
		return org.SetSetting{Key: org.AskTo, Value: "0", Basis: "试验"}.Do(tx, who)
	})
	for i, p := range people {
		w.Must(func(tx *db.Tx) error {
			no := string(rune('A'+i/10)) + string(rune('0'+i%10)) + "001"
			id, err := org.AddPerson{EmployeeNo: no, Name: "职工" + p.key, Unit: p.unit, Details: org.Details{Employment: p.employment}}.Do(tx, who)
			if err != nil {
				return err
			}
			if p.key != "contractor" {
				if err := (login.Issue{Person: id}).Do(tx, who); err != nil {
					return err
				}
			}
			if p.role != "" {
				if err := (org.GiveRole{Person: id, Role: p.role, Unit: p.over}).Do(tx, who); err != nil {
					return err
				}
			}
			w.People[p.key], err = org.Actor(tx, id)
			return err
		})
	}
	return w
}
